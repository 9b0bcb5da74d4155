/* SPDX-License-Identifier: MIT */
/*
 * Where a fetch goes: a URL taken apart by libcurl's own parser, so that what is judged
 * here is what it will connect to. Pure.
 */
#pragma once

#include <glib.h>

#include "tocsin/error.h"

G_BEGIN_DECLS

typedef struct {
  guint n_refs;
  char *path;         /* of a local file; all else is then NULL */
  char *url;          /* without userinfo and fragment */
  const char *scheme; /* "http" or "https" */
  char *host;         /* lower case, addresses in their usual spelling */
  char *key;          /* "host:port" */
  guint port;
  char *user;     /* nullable; decoded */
  char *password; /* nullable */
} TcnTarget;

/* NULL, with TCN_ERROR_FETCH_RETRY, for what is no http, https or file URL and no path.
 * (transfer full) */
TcnTarget *tcn_target_new (const char *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;
TcnTarget *tcn_target_ref (TcnTarget *target);
void tcn_target_unref (TcnTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnTarget, tcn_target_unref)

/* A port as digits; 0 for what is none. */
guint tcn_target_parse_port (const char *text);

gboolean tcn_target_is_secure (const TcnTarget *target);

/* The same host, whatever the port: what a configured URL names. */
gboolean tcn_target_same_host (const TcnTarget *a, const TcnTarget *b);

/* May what is secret between us and `named` be sent to `target`? The same scheme, host
 * and port, or the same host's https in place of its http. */
gboolean tcn_target_may_know (const TcnTarget *named, const TcnTarget *target);

G_END_DECLS
