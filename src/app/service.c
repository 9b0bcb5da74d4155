/* SPDX-License-Identifier: MIT */
#include "service.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static gboolean
send_to (const struct sockaddr_un *address, socklen_t n, const char *message)
{
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean is_sent = fd >= 0 && sendto (fd, message, strlen (message), MSG_NOSIGNAL,
                                        (const struct sockaddr *) address, n) >= 0;
  int code = errno;

  if (fd >= 0)
    close (fd);
  errno = code;
  return is_sent;
}

/* libsystemd would do the same, and bring five libraries to be loaded by every command. An
 * address that begins with '@' is of the abstract name space. */
static void
tell (const char *message)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  gsize n = path != NULL ? strlen (path) : 0;
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  if (n < 2 || n >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
    return;
  memcpy (address.sun_path, path, n);
  if (path[0] == '@')
    address.sun_path[0] = '\0';
  if (!send_to (&address, (socklen_t) (offsetof (struct sockaddr_un, sun_path) + n),
                message))
    g_info ("the service manager cannot be told: %s", g_strerror (errno));
}

void
tcn_service_ready (const char *status)
{
  g_autofree char *message = g_strconcat ("READY=1\nSTATUS=", status, NULL);

  tell (message);
}

void
tcn_service_reloading (gint64 now_us)
{
  g_autofree char *message =
      g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, now_us);

  tell (message);
}

void
tcn_service_stopping (void)
{
  tell ("STOPPING=1");
}

/* The environment may be that of a service whose child we are. */
guint
tcn_service_alive_interval_ms (void)
{
  const char *limit = g_getenv ("WATCHDOG_USEC");
  const char *owner = g_getenv ("WATCHDOG_PID");
  g_autofree char *self = g_strdup_printf ("%d", (int) getpid ());
  guint64 limit_us = 0;

  if (limit == NULL || (owner != NULL && !g_str_equal (owner, self)) ||
      !g_ascii_string_to_unsigned (limit, 10, 1, G_MAXUINT64, &limit_us, NULL))
    return 0;
  return (guint) MIN (limit_us / 2000, G_MAXUINT);
}

void
tcn_service_alive (void)
{
  tell ("WATCHDOG=1");
}
