/* SPDX-License-Identifier: MIT */
/*
 * What the two halves of the test server share: one connection with the request it is
 * answering, and the ways to answer. httpd.c has the server and the files, httpd-faults.c
 * the faults that need code, httpd-troubles.c those that are rows of a table.
 */
#pragma once

#include <gio/gio.h>

typedef struct Tls Tls;
typedef struct H2 H2;

typedef struct {
  int fd;
  Tls *tls;       /* NULL: plain */
  H2 *h2;         /* NULL: HTTP/1.1 */
  guint number;   /* of the connection, from 1 */
  GString *input; /* read and not yet consumed */

  char *method;
  char *target;       /* as sent */
  char *path;         /* decoded, without the query */
  GHashTable *query;  /* name to value, decoded; the last of a name */
  GPtrArray *headers; /* of char*: "Name: value" as sent */
  gboolean keep_alive;
  gboolean is_logged;
  gboolean is_ended;
} Exchange;

/* The value of a request header, or NULL. (transfer none) */
const char *exchange_header (const Exchange *exchange, const char *name);
/* The value of a parameter of the query, or `fallback`. (transfer none) */
const char *exchange_query (const Exchange *exchange, const char *name,
                            const char *fallback);
guint64 exchange_query_number (const Exchange *exchange, const char *name,
                               guint64 fallback);

/* A line for the log, with its end. */
void httpd_log (const char *line);

/* The handshake of a client that begins as SOCKS does; TRUE as well for any other. */
gboolean httpd_accept_socks (Exchange *exchange);

/* The handshake of a client that begins as TLS does; TRUE as well for any other. A client
 * that then speaks HTTP/2 is served until it leaves. */
gboolean httpd_accept_tls (Exchange *exchange);
void httpd_serve_h2 (Exchange *exchange);
void httpd_tls_free (Tls *tls);
void httpd_h2_free (H2 *h2);
gssize httpd_tls_send (Tls *tls, const void *bytes, gsize n);
gssize httpd_tls_receive (Tls *tls, void *bytes, gsize n);

/* An answer by HTTP/2, as exchange_answer(); one that is wrong in the way of that name. */
void httpd_answer_h2 (Exchange *exchange, guint status, const char *headers,
                      const void *body, gsize n);
void httpd_break_h2 (Exchange *exchange, const char *name);

/* A request has come, however it did; `headers` (transfer full) are as in the exchange. */
void exchange_begin (Exchange *exchange, const char *method, const char *target,
                     GPtrArray *headers);

/* Answers it. */
void httpd_answer (Exchange *exchange);

/* Digits; 0 for anything else. */
guint64 httpd_number (const char *text);

/* Writes the request's line of the log; `status` 0 for one that gets no answer. */
void exchange_log (Exchange *exchange, guint status);

/* Sends bytes; FALSE once the client has left. */
gboolean exchange_send (Exchange *exchange, const void *bytes, gsize n);
gboolean exchange_sendf (Exchange *exchange, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* Waits; FALSE as soon as the client leaves or sends something. */
gboolean exchange_wait (Exchange *exchange, guint ms);

/* A whole answer: status, extra header lines (each ended by CRLF, nullable), body
 * (nullable; Content-Length is added). Logs. */
void exchange_answer (Exchange *exchange, guint status, const char *headers,
                      const void *body, gsize n);

/* The port that the request came to. */
guint httpd_port (const Exchange *exchange);

/* How often this path was asked for before, over all connections; counts. */
guint exchange_count_visit (const Exchange *exchange);

/* A small feed with `n_items` items whose ids begin with `prefix`. (transfer full) */
char *httpd_make_feed (const char *prefix, guint n_items);

/* The bytes, deflated in that wrapping; gzipped. (transfer full) */
GBytes *httpd_deflate (const void *bytes, gsize n, GZlibCompressorFormat format);
GBytes *httpd_gzip (const void *bytes, gsize n);

/* Answers if the path is one of the table's; of troubles.h's. */
gboolean httpd_answer_fault (Exchange *exchange);
gboolean httpd_answer_trouble (Exchange *exchange);
