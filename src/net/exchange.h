/* SPDX-License-Identifier: MIT */
/*
 * One request and its answer over HTTP, without what comes before (queues) and after
 * (redirects, classing): the options of the easy handle, the ceilings that its callbacks
 * keep, the check of each address before it is connected to.
 */
#pragma once

#include "net/closing.h"
#include "net/options.h"
#include "net/target.h"

G_BEGIN_DECLS

#define TCN_USER_AGENT "User-Agent: "

/* What an exchange is to do. Borrowed until tcn_exchange_finish(), but for what only
 * tcn_exchange_new() reads. */
typedef struct {
  const TcnTarget *target;
  const TcnFetchRequest *request;
  const TcnFetchOptions *options; /* nullable */
  const char *user_agent;      /* TCN_USER_AGENT and more; lasts as long as the process */
  const char *accept_encoding; /* the same */
  const char *ca_bundle;       /* nullable: libcurl's own default */
  /* The next three are read by tcn_exchange_new() alone. */
  const char *proxy; /* of the settings, nullable; the feed's own beats it */
  const char *user;  /* nullable; a login that the feed's options have beats it */
  const char *password;
  gboolean may_know;       /* credentials and the feed's headers are sent */
  gboolean is_conditional; /* the request's validators are sent */
  gboolean may_be_private; /* addresses are not checked */
  guint proxy_port;        /* connections to this port are the proxy's; 0 for none */
  guint timeout_ms;
  GHashTable *private_keys; /* set of char*: the target's key is added when its address is
                               not public */
  TcnClosing *closing;      /* of all connections */
  gsize *shared_buffered;   /* bytes that all exchanges hold together */
} TcnExchangePlan;

/* The headers of an answer that are kept. */
typedef enum {
  TCN_HEADER_ETAG,
  TCN_HEADER_LAST_MODIFIED,
  TCN_HEADER_CACHE_CONTROL,
  TCN_HEADER_AGE,
  TCN_HEADER_EXPIRES,
  TCN_HEADER_DATE,
  TCN_HEADER_RETRY_AFTER,
  TCN_HEADER_CONTENT_TYPE,
  TCN_HEADER_CONTENT_LOCATION,
  TCN_HEADER_CONTENT_ENCODING,
  TCN_HEADER_CONTENT_LENGTH,
  TCN_N_HEADERS,
} TcnHeader;

typedef struct {
  const TcnExchangePlan *plan;
  CURL *easy;
  gboolean is_personal;       /* the handle knows what is for one feed alone */
  struct curl_slist *headers; /* an array, linked */
  guint n_headers;
  char *etag_line; /* of `headers`, nullable */
  char *date_line; /* of `headers`, nullable */
  GByteArray *body;
  guint status; /* of the answer that is coming in */
  gboolean is_head_done;
  char *values[TCN_N_HEADERS]; /* nullable; trimmed */
  guint n_sent;                /* how often the request went out */
  gboolean is_repeated;        /* libcurl asked again, or would have */
  TcnConnection *sent_on;      /* the latest of them; NULL before */
  gboolean is_brisk;           /* and it had served a moment before */
  gboolean is_answered;        /* something came */
  gboolean is_crowded_out;     /* all bodies together are too large: another time */
  gboolean is_done;            /* cut off by us, with all that was wanted */
  guint64 n_bytes;             /* headers and decoded body: is it still alive? */
  TcnFailure failure;          /* why a callback stopped it, with error */
  GError *error;
  char curl_error[CURL_ERROR_SIZE];
} TcnExchange;

/* `easy` (transfer full) is one that tcn_exchange_finish() gave back, of an exchange with the
 * same `ca_bundle`, or NULL for a new one. */
TcnExchange *tcn_exchange_new (const TcnExchangePlan *plan, CURL *easy);
/* Frees the exchange, which does not run any more. Returns its easy handle if that is fit for
 * another one. (transfer full) (nullable) */
CURL *tcn_exchange_finish (TcnExchange *exchange);

/* Judges how the transfer ended: TCN_FAILURE_NONE when an answer is there, whatever its
 * status; else why not, with `error`. */
TcnFailure tcn_exchange_judge (TcnExchange *exchange, CURLcode code, GError **error);

/* A header of the last answer; NULL when absent or empty. (transfer none) (nullable) */
const char *tcn_exchange_header (const TcnExchange *exchange, TcnHeader header);

G_END_DECLS
