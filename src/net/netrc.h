/* SPDX-License-Identifier: MIT */
/*
 * Which hosts ~/.netrc has logins for. libcurl reads the logins; it would look for them at
 * each transfer, and give the one of a "default" line, meant for anonymous FTP, to every
 * host there is.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Their names, in lower case; NULL when there are none. (transfer full) (nullable) */
GHashTable *tcn_netrc_hosts (void);

G_END_DECLS
