/* SPDX-License-Identifier: MIT */
#include "service.h"

#ifdef HAVE_LIBSYSTEMD

#include <systemd/sd-daemon.h>

void
tcn_service_ready (const char *status)
{
  sd_notifyf (0, "READY=1\nSTATUS=%s", status);
}

void
tcn_service_reloading (gint64 now_us)
{
  sd_notifyf (0, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, now_us);
}

void
tcn_service_stopping (void)
{
  sd_notify (0, "STOPPING=1");
}

guint
tcn_service_alive_interval_ms (void)
{
  guint64 limit_us = 0;

  if (sd_watchdog_enabled (0, &limit_us) <= 0)
    return 0;
  return (guint) MIN (limit_us / 2000, G_MAXUINT);
}

void
tcn_service_alive (void)
{
  sd_notify (0, "WATCHDOG=1");
}

#else

void
tcn_service_ready (const char *status)
{
}

void
tcn_service_reloading (gint64 now_us)
{
}

void
tcn_service_stopping (void)
{
}

guint
tcn_service_alive_interval_ms (void)
{
  return 0;
}

void
tcn_service_alive (void)
{
}

#endif
