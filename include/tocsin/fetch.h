/* SPDX-License-Identifier: MIT */
/*
 * Fetching: one conditional GET of one feed, over HTTP, HTTPS or from a file, and the
 * classing of what came. A fetcher owns every connection, the queues of the hosts and
 * their pauses; it runs on one GMainContext, never blocks it, and never starts more
 * transfers, or starts them closer together, than its settings allow.
 *
 * Invariant: validators are opaque bytes. What a request carries is sent as it stands, and
 * only to the URL that gave it; what a result carries is what the last answer of the chain
 * said, byte for byte, and nothing of an earlier hop.
 */
#pragma once

#include <glib.h>

#include "tocsin/error.h"

G_BEGIN_DECLS

/* What holds for all transfers. Copied by tcn_fetcher_new(). */
typedef struct {
  const char *user_agent;    /* NULL: "tocsin/VERSION" */
  const char *proxy;         /* nullable: as the environment says; "" for none at all */
  guint max_transfers;       /* at once, in all; at least 1 */
  guint host_transfers;      /* at once, to one host and port; at least 1 */
  guint host_gap_ms;         /* between two starts to one host and port */
  gboolean private_networks; /* redirects may lead to private addresses */
} TcnFetchSettings;

/* What one feed's configuration adds; shared by its requests. The strings are copied by
 * tcn_fetch_options_new(). Credentials and headers are sent to the configured host alone,
 * never to one that it redirects to. */
typedef struct {
  const char *user;           /* with password: basic authentication */
  const char *password;       /* nullable */
  const char *bearer;         /* nullable: a token */
  const char *const *headers; /* nullable, NULL-terminated: "Name: value" */
  const char *proxy; /* nullable: http://, https://, socks5://, socks5h://; "" for none */
  const char *ca_file;     /* nullable: PEM; certificates to trust instead */
  const char *client_cert; /* nullable: PEM */
  const char *client_key;  /* nullable: PEM; else it is in the certificate's file */
  gboolean insecure_tls;   /* certificates are not verified */
  gboolean use_netrc;      /* credentials from ~/.netrc where the URL has none */
} TcnFetchOptionValues;

typedef struct _TcnFetchOptions TcnFetchOptions;

TcnFetchOptions *tcn_fetch_options_new (const TcnFetchOptionValues *values);
TcnFetchOptions *tcn_fetch_options_ref (TcnFetchOptions *options);
void tcn_fetch_options_unref (TcnFetchOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnFetchOptions, tcn_fetch_options_unref)

typedef struct _TcnFetchResult TcnFetchResult;

/* One request. Its strings and bytes are copied (GBytes by reference) by
 * tcn_fetcher_start(), so that it may live on the stack. */
typedef struct {
  const char *url; /* what to fetch: http, https, file:///path or a path */
  const char
      *named_url; /* nullable: the configured URL, where `url` is where it moved to */
  GBytes *etag;   /* nullable: as a result gave it */
  GBytes *last_modified; /* nullable */
  /* The effective_url of that result, to which alone they are sent, wherever redirects
   * lead; NULL: `url`. */
  const char *validator_url;
  TcnFetchOptions *options; /* nullable */
  guint timeout_ms;     /* the whole of it, redirects included, waiting in queues not */
  gsize max_body;       /* decoded bytes; more is TCN_ERROR_LIMIT */
  gboolean wants_delta; /* ask for new items only (RFC 3229, A-IM: feed) */
  gboolean wants_page;  /* a web page will do as well: an Accept header that says so */
  /* nullable: the answer (CHANGED) that has these validators, copied. It is given back for
   * a 304, and without asking while it `is_fresh`. */
  const TcnFetchResult *earlier;
  gboolean is_fresh;
} TcnFetchRequest;

typedef enum {
  TCN_FETCH_CHANGED,   /* 200: body and validators */
  TCN_FETCH_UNCHANGED, /* 304: no body; validators present replace, absent ones are kept
                        */
  TCN_FETCH_DELTA,     /* 226: the body holds new items only; nothing has vanished */
  TCN_FETCH_POSTPONED, /* the host is paused, or there is no room for one more large body;
                          in retry_after_s it may be another matter */
  TCN_FETCH_FAILED,    /* see error and failure */
} TcnFetchKind;

/* Why a fetch failed, for health and for telling a dead network from a dead feed. */
typedef enum {
  TCN_FAILURE_NONE,
  TCN_FAILURE_RESOLVE,     /* the host's name is not known: the network may be down */
  TCN_FAILURE_CONNECT,     /* nobody answers there: the network may be down */
  TCN_FAILURE_TIMEOUT,     /* too slow, or silent */
  TCN_FAILURE_TLS,         /* the handshake */
  TCN_FAILURE_CERTIFICATE, /* the server's certificate: wrong, expired, of nobody known */
  TCN_FAILURE_HTTP,        /* an answer, but not this feed: see http_status */
  TCN_FAILURE_PROTOCOL, /* an answer that is no HTTP, or broke off, or does not decode */
  TCN_FAILURE_REFUSED,  /* by us: a private address, a scheme, too many redirects */
  TCN_FAILURE_LIMIT,    /* a ceiling was reached */
  TCN_FAILURE_FILE,     /* a local file could not be read */
} TcnFailure;

/* "resolve", "connect", ...; a static string. */
const char *tcn_failure_name (TcnFailure failure);

struct _TcnFetchResult {
  TcnFetchKind kind;
  TcnFailure failure;
  GError *error;      /* exactly when FAILED */
  guint http_status;  /* of the last answer; 0 without one or for a file */
  guint n_requests;   /* sent, redirects included */
  gint64 duration_us; /* waiting in queues left out */
  gint64 wire_bytes;  /* received, before decoding */

  char *effective_url;    /* of the last answer, without userinfo */
  char *permanent_url;    /* nullable: where a leading run of 301 and 308 ended */
  GBytes *etag;           /* nullable; of CHANGED, DELTA and UNCHANGED */
  GBytes *last_modified;  /* nullable */
  char *content_type;     /* nullable, as sent */
  char *content_location; /* nullable, as sent */

  GBytes *body;      /* decoded; of CHANGED and DELTA, else NULL */
  guint64 body_hash; /* of its bytes; 0 without a body */

  gint64 fresh_for_s;   /* max-age less Age, or Expires less Date; -1 when not said */
  gint64 retry_after_s; /* Retry-After in either form; -1 when not said */
  char *paused_host;    /* nullable: "host:port" that was paused by this answer (429), */
  gint64 paused_for_s; /* for so long; to be kept and given back by tcn_fetcher_pause() */
  gint64
      answered_unix; /* of an earlier answer that was given back unasked; 0: just now */
};

TcnFetchResult *tcn_fetch_result_copy (const TcnFetchResult *result);
void tcn_fetch_result_free (TcnFetchResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnFetchResult, tcn_fetch_result_free)

typedef struct _TcnFetcher TcnFetcher;

/* `context` (nullable: the default one) dispatches everything that the fetcher does. */
TcnFetcher *tcn_fetcher_new (GMainContext *context, const TcnFetchSettings *settings);
/* Ends every transfer at once; their callbacks are not called. */
void tcn_fetcher_free (TcnFetcher *fetcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnFetcher, tcn_fetcher_free)

/* After a reload: the new limits hold from the next start on. */
void tcn_fetcher_configure (TcnFetcher *fetcher, const TcnFetchSettings *settings);

/* `result` is (transfer full). Called exactly once for each start that was not cancelled,
 * from the fetcher's context, never before tcn_fetcher_start() returned. May start,
 * cancel and pause; may not free the fetcher. */
typedef void (*TcnFetchDone) (TcnFetchResult *result, gpointer data);

/* Queues a fetch. Never fails: what is wrong with the request arrives as its result.
 * Returns a handle for tcn_fetcher_cancel(), never 0. (scope async) */
guint tcn_fetcher_start (TcnFetcher *fetcher, const TcnFetchRequest *request,
                         TcnFetchDone done, gpointer data);

/* Fetches and runs the fetcher's context until the result is there: for commands that have
 * nothing else to do. (transfer full) */
TcnFetchResult *tcn_fetcher_fetch (TcnFetcher *fetcher, const TcnFetchRequest *request);

/* Ends it without calling back. An unknown or ended handle does nothing. */
void tcn_fetcher_cancel (TcnFetcher *fetcher, guint handle);

/* Fetches that were started and have not called back. */
guint tcn_fetcher_n_pending (const TcnFetcher *fetcher);

/* Leaves a host ("host:port", as paused_host and tcn_fetch_host_key() say it) alone for
 * `for_s` more seconds: what is queued for it, or comes, is POSTPONED. 0 ends the pause.
 */
void tcn_fetcher_pause (TcnFetcher *fetcher, const char *host_key, gint64 for_s);

/* Starts nothing to that host for `for_ms`: the process before this one asked it lately. */
void tcn_fetcher_hold (TcnFetcher *fetcher, const char *host_key, guint for_ms);

/* "host:port" in lower case, the default port filled in; NULL when `url` is a file, a
 * path or no URL. (transfer full) (nullable) */
char *tcn_fetch_host_key (const char *url);

/* Whether `url` names a file of this machine: file:///path or a path. */
gboolean tcn_fetch_is_local (const char *url);

G_END_DECLS
