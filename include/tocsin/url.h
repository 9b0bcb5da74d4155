/* SPDX-License-Identifier: MIT */
/*
 * URLs as strings: resolving, judging, and the forms under which they are compared, named
 * and logged. Nothing here opens one. Bytes are kept as written wherever possible, because
 * servers answer to the very bytes that a feed gives.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* `ref` made absolute against `base` by RFC 3986; white space around it is dropped, TABs
 * and line ends inside it too. An absolute `ref` needs no base. NULL when the result would
 * not be absolute, or is longer than TCN_MAX_URL_BYTES. (transfer full) (nullable) */
char *tcn_url_resolve (const char *base, const char *ref);

/* Has a scheme (RFC 3986), hence needs no base. */
gboolean tcn_url_is_absolute (const char *url);

/* A URL as people write it in the form in which it is kept: its scheme in lower case (RFC
 * 3986, 3.1), and for the old scheme of readers, "feed://host/x" and "feed:https://host/x",
 * what it stands for. Anything else is copied. (transfer full) */
char *tcn_url_tidy_scheme (const char *url);

/* http or https, with a host, without blanks or control characters: may be handed to a
 * browser. */
gboolean tcn_url_is_openable (const char *url);

/* javascript:, data:, vbscript: or file:, however it is disguised: never shown as a link. */
gboolean tcn_url_is_shady (const char *url);

/* The form under which two links are the same: https for http, host in lower case without
 * "www." or a default port, no fragment, no tracking parameters, no trailing slash. Other
 * URLs are only trimmed. (transfer full) */
char *tcn_url_canonical (const char *url);

/* For logs: without user name and password. (transfer full) */
char *tcn_url_redacted (const char *url);

/* The host in lower case, without port and brackets; NULL if there is none.
 * (transfer full) (nullable) */
char *tcn_url_host (const char *url);

/* "host/path" without "www.", query and trailing slash: what a listed feed is named after.
 * A path of the file system is its last two parts. (transfer full) */
char *tcn_url_short_name (const char *url);

G_END_DECLS
