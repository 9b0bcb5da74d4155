/* SPDX-License-Identifier: MIT */
/*
 * The logins of ~/.netrc. Read here and not by libcurl, which would look for them at each
 * transfer, and would give the login of a "default" line, meant for anonymous FTP, to every
 * host that it finds no other for.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *user;
  char *password; /* "" for none */
} TcnLogin;

/* Host, in lower case, to TcnLogin: the first of each "machine" line. Comments, macros and
 * "default" have none; whatever else is not understood is passed over. NULL when there are
 * none. (transfer full) (nullable) */
GHashTable *tcn_netrc_parse (const char *text);

/* The same of the file. (transfer full) (nullable) */
GHashTable *tcn_netrc_read (void);

G_END_DECLS
