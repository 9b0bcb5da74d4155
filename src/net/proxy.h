/* SPDX-License-Identifier: MIT */
/*
 * Which port a proxy has: connections to it are trusted where addresses are checked,
 * because with a proxy in between the target's own address is never seen here.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the environment names any proxy. */
gboolean tcn_proxy_in_environment (void);

/* `proxy` as configured: a URL or host:port; "" is none; NULL is what the environment
 * names for `scheme`, as libcurl reads it. 0 for none. */
guint tcn_proxy_port (const char *proxy, const char *scheme);

G_END_DECLS
