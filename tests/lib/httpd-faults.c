/* SPDX-License-Identifier: MIT */
/*
 * The troubles that the test server serves, one path each. Where a path takes parameters,
 * the comment at its function says which.
 */
#include "httpd.h"

#include <string.h>
#include <sys/socket.h>

#define PIECE (64 * 1024)

typedef struct {
  const char *path;
  void (*answer) (Exchange *exchange);
} Fault;

char *
httpd_make_feed (const char *prefix, guint n_items)
{
  g_autoptr (GString) out = g_string_new (
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel>"
      "<title>Test feed</title><link>http://feed.example/</link>\n");

  for (guint i = 0; i < n_items; i++)
    g_string_append_printf (out,
                            "<item><guid isPermaLink=\"false\">%s%u</guid>"
                            "<title>Item %s%u</title>"
                            "<link>http://feed.example/%s%u</link>"
                            "<description>An alarm bell</description></item>\n",
                            prefix, i, prefix, i, prefix, i);
  g_string_append (out, "</channel></rss>\n");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

GBytes *
httpd_deflate (const void *bytes, gsize n, GZlibCompressorFormat format)
{
  g_autoptr (GZlibCompressor) zlib = g_zlib_compressor_new (format, 9);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream =
      g_converter_output_stream_new (memory, G_CONVERTER (zlib));

  g_output_stream_write_all (stream, bytes, n, NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

GBytes *
httpd_gzip (const void *bytes, gsize n)
{
  return httpd_deflate (bytes, n, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
}

static void
answer_feed (Exchange *exchange, const char *headers)
{
  g_autofree char *body = httpd_make_feed ("a", 3);

  exchange_answer (exchange, 200, headers, body, strlen (body));
}

/* /answer?status=N&header=Name:+value&header2=...&body=TEXT: whatever is asked for;
 * without a body, a small feed. `n` items of it, ids beginning with `prefix`. */
static void
answer_as_asked (Exchange *exchange)
{
  static const char *const names[] = { "header", "header2", "header3", "header4" };
  g_autoptr (GString) headers = g_string_new ("");
  g_autofree char *feed =
      httpd_make_feed (exchange_query (exchange, "prefix", "a"),
                       (guint) exchange_query_number (exchange, "n", 3));
  const char *body = exchange_query (exchange, "body", feed);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const char *header = exchange_query (exchange, names[i], NULL);

    if (header != NULL)
      g_string_append_printf (headers, "%s\r\n", header);
  }
  exchange_answer (exchange, (guint) exchange_query_number (exchange, "status", 200),
                   headers->str, body, strlen (body));
}

/* --- slow and silent
 * ------------------------------------------------------------------------ */

static void
answer_never (Exchange *exchange)
{
  exchange_log (exchange, 0);
  while (exchange_wait (exchange, 60000))
    ;
  exchange->keep_alive = FALSE;
}

/* /slow-drip?ms=1000: a byte each so often. */
static void
answer_slow_drip (Exchange *exchange)
{
  guint ms = (guint) exchange_query_number (exchange, "ms", 1000);
  gboolean is_there;

  exchange_log (exchange, 200);
  is_there =
      exchange_sendf (exchange, "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
                                "Content-Length: 1000000\r\n\r\n<rss>");
  while (is_there && exchange_wait (exchange, ms))
    is_there = exchange_send (exchange, " ", 1);
  exchange->keep_alive = FALSE;
}

static void
answer_slow_headers (Exchange *exchange)
{
  guint ms = (guint) exchange_query_number (exchange, "ms", 1000);
  gboolean is_there;

  exchange_log (exchange, 200);
  is_there = exchange_sendf (exchange, "HTTP/1.1 200 OK\r\nX-Slow: ");
  while (is_there && exchange_wait (exchange, ms))
    is_there = exchange_send (exchange, "x", 1);
  exchange->keep_alive = FALSE;
}

/* /delay?ms=N: a good answer after a while. */
static void
answer_late (Exchange *exchange)
{
  exchange_log (exchange, 200);
  if (exchange_wait (exchange, (guint) exchange_query_number (exchange, "ms", 500)))
    answer_feed (exchange, "Content-Type: application/xml\r\n");
}

/* --- without end
 * ------------------------------------------------------------------------ */

static void
answer_endless_chunked (Exchange *exchange)
{
  g_autofree char *piece = g_malloc (PIECE);
  gboolean is_there;

  memset (piece, ' ', PIECE);
  exchange_log (exchange, 200);
  is_there =
      exchange_sendf (exchange, "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
                                "Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n");
  while (is_there)
    is_there = exchange_sendf (exchange, "%x\r\n", PIECE) &&
               exchange_send (exchange, piece, PIECE) &&
               exchange_sendf (exchange, "\r\n");
  exchange->keep_alive = FALSE;
}

static void
answer_endless_close (Exchange *exchange)
{
  g_autofree char *piece = g_malloc (PIECE);
  gboolean is_there;

  memset (piece, ' ', PIECE);
  exchange_log (exchange, 200);
  is_there =
      exchange_sendf (exchange, "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
                                "Connection: close\r\n\r\n<rss>");
  while (is_there)
    is_there = exchange_send (exchange, piece, PIECE);
  exchange->keep_alive = FALSE;
}

static void
answer_endless_headers (Exchange *exchange)
{
  gboolean is_there;

  exchange_log (exchange, 200);
  is_there = exchange_sendf (exchange, "HTTP/1.1 200 OK\r\n");
  for (guint i = 0; is_there; i++)
    is_there = exchange_sendf (exchange, "X-Header-%u: %0200u\r\n", i, i);
  exchange->keep_alive = FALSE;
}

/* Early hints, and never what they hint at. */
static void
answer_endless_hints (Exchange *exchange)
{
  gboolean is_there = TRUE;

  exchange_log (exchange, 103);
  while (is_there)
    is_there = exchange_sendf (exchange, "HTTP/1.1 103 Early Hints\r\n"
                                         "Link: </style.css>; rel=preload\r\n\r\n");
  exchange->keep_alive = FALSE;
}

static void
answer_header_1mb (Exchange *exchange)
{
  g_autofree char *value = g_strnfill (1024 * 1024, 'x');
  g_autofree char *header = g_strdup_printf ("X-Long: %s\r\n", value);

  answer_feed (exchange, header);
  exchange->keep_alive = FALSE;
}

/* --- encodings
 * -------------------------------------------------------------------------- */

/* /large?mib=20: so much white space, and an end. */
static void
answer_large (Exchange *exchange)
{
  gsize n = exchange_query_number (exchange, "mib", 20) << 20;
  g_autofree char *body = g_malloc (n);

  memset (body, ' ', n);
  exchange_answer (exchange, 200, NULL, body, n);
}

/* Zeros, gzipped; `times` over. */
static GBytes *
make_bomb (gsize bytes, guint times)
{
  g_autofree char *zeros = g_malloc0 (bytes);
  GBytes *packed = httpd_gzip (zeros, bytes);

  for (guint i = 1; i < times; i++) {
    GBytes *again =
        httpd_gzip (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));

    g_bytes_unref (packed);
    packed = again;
  }
  return packed;
}

/* /gzip-bomb?mib=64 */
static void
answer_gzip_bomb (Exchange *exchange)
{
  gsize mib = exchange_query_number (exchange, "mib", 64);
  g_autoptr (GBytes) bomb = make_bomb (mib << 20, 1);

  exchange_answer (exchange, 200,
                   "Content-Type: application/xml\r\nContent-Encoding: gzip\r\n",
                   g_bytes_get_data (bomb, NULL), g_bytes_get_size (bomb));
}

static void
answer_gzip_double (Exchange *exchange)
{
  gsize mib = exchange_query_number (exchange, "mib", 64);
  g_autoptr (GBytes) bomb = make_bomb (mib << 20, 2);

  exchange_answer (exchange, 200,
                   "Content-Type: application/xml\r\nContent-Encoding: gzip, gzip\r\n",
                   g_bytes_get_data (bomb, NULL), g_bytes_get_size (bomb));
}

/* Two headers in the place of one list. */
static void
answer_gzip_twice (Exchange *exchange)
{
  g_autoptr (GBytes) bomb = make_bomb (1 << 20, 2);

  exchange_answer (exchange, 200, "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n",
                   g_bytes_get_data (bomb, NULL), g_bytes_get_size (bomb));
}

static void
answer_gzip_good (Exchange *exchange)
{
  g_autofree char *feed = httpd_make_feed ("a", 3);
  g_autoptr (GBytes) packed = httpd_gzip (feed, strlen (feed));

  exchange_answer (exchange, 200, "ETag: \"z\"\r\nContent-Encoding: gzip\r\n",
                   g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
}

static void
answer_gzip_lie (Exchange *exchange)
{
  answer_feed (exchange, "ETag: \"lie\"\r\nContent-Encoding: gzip\r\n");
}

/* --- broken answers
 * --------------------------------------------------------------------- */

static void
answer_raw (Exchange *exchange, guint status, const char *text)
{
  exchange_log (exchange, status);
  exchange_send (exchange, text, strlen (text));
  exchange->keep_alive = FALSE;
}

static void
answer_bad_chunk (Exchange *exchange)
{
  answer_raw (exchange, 200,
              "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nTransfer-Encoding: chunked"
              "\r\n\r\n5\r\n<rss>\r\nzz\r\n<channel/>\r\n0\r\n\r\n");
}

static void
answer_chunk_truncated (Exchange *exchange)
{
  answer_raw (exchange, 200,
              "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nTransfer-Encoding: chunked"
              "\r\n\r\n5\r\n<rss>\r\n");
}

static void
answer_cl_long (Exchange *exchange)
{
  answer_raw (
      exchange, 200,
      "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 5000\r\n\r\n<rss></rss>");
}

static void
answer_cl_conflict (Exchange *exchange)
{
  answer_raw (exchange, 200,
              "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 11\r\n"
              "Content-Length: 5\r\n\r\n<rss></rss>");
}

static void
answer_rst_mid (Exchange *exchange)
{
  struct linger hard = { .l_onoff = 1, .l_linger = 0 };

  exchange_log (exchange, 200);
  exchange_sendf (exchange, "HTTP/1.1 200 OK\r\nETag: \"x\"\r\n"
                            "Content-Length: 5000\r\n\r\n<rss>");
  setsockopt (exchange->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  exchange->keep_alive = FALSE;
}

static void
answer_garbage (Exchange *exchange)
{
  answer_raw (exchange, 0, "<rss><channel><title>HTTP/0.9</title></channel></rss>\n");
}

static void
answer_close (Exchange *exchange)
{
  answer_raw (exchange, 0, "");
}

/* --- redirects
 * -------------------------------------------------------------------------- */

/* /redirect?to=URL&status=302; the answer carries validators that no client should keep.
 */
static void
answer_redirect (Exchange *exchange)
{
  g_autofree char *headers = g_strdup_printf (
      "Location: %s\r\nETag: \"hop\"\r\nLast-Modified: Sat, 01 Jan 2000 00:00:00 GMT\r\n"
      "Set-Cookie: hop=1\r\n",
      exchange_query (exchange, "to", "/answer"));

  exchange_answer (exchange, (guint) exchange_query_number (exchange, "status", 302),
                   headers, "moved", 5);
}

static void
answer_redirect_loop (Exchange *exchange)
{
  exchange_answer (exchange, 302, "Location: /redirect-loop\r\n", "", 0);
}

/* /redirect-count?n=N&k=TEXT: N hops, then a feed. */
static void
answer_redirect_count (Exchange *exchange)
{
  guint64 n = exchange_query_number (exchange, "n", 3);
  g_autofree char *headers = NULL;

  if (n == 0) {
    answer_feed (exchange, NULL);
    return;
  }
  headers = g_strdup_printf ("Location: /redirect-count?n=%" G_GUINT64_FORMAT "&k=%s\r\n",
                             n - 1, exchange_query (exchange, "k", ""));
  exchange_answer (exchange, 301, headers, "", 0);
}

/* --- validators and freshness
 * ----------------------------------------------------------- */

/* Answers 304 when the request has just these validators, else the feed with them. */
static void
answer_validated (Exchange *exchange, const char *etag, const char *date)
{
  const char *match = exchange_header (exchange, "If-None-Match");
  const char *since = exchange_header (exchange, "If-Modified-Since");
  g_autofree char *headers = g_strdup_printf (
      "%s%s%s%s%s%s", etag != NULL ? "ETag: " : "", etag != NULL ? etag : "",
      etag != NULL ? "\r\n" : "", date != NULL ? "Last-Modified: " : "",
      date != NULL ? date : "", date != NULL ? "\r\n" : "");

  if (g_strcmp0 (match, etag) == 0 && g_strcmp0 (since, date) == 0)
    exchange_answer (exchange, 304, headers, NULL, 0);
  else
    answer_feed (exchange, headers);
}

/* /validators?etag=VALUE&date=VALUE: sent as given, 304 when they come back as given. */
static void
answer_validators (Exchange *exchange)
{
  answer_validated (exchange, exchange_query (exchange, "etag", NULL),
                    exchange_query (exchange, "date", NULL));
}

static void
answer_etag_odd (Exchange *exchange)
{
  answer_validated (exchange, "W/\"a, b\\\"  c\" ; caf\xe9 'x'",
                    "tuesday 2026-02-30T99:61 (about noon)");
}

static void
answer_304_rotating (Exchange *exchange)
{
  guint visit = exchange_count_visit (exchange);
  g_autofree char *headers = g_strdup_printf ("ETag: \"r%u\"\r\n", visit);

  if (visit > 0 && exchange_header (exchange, "If-None-Match") != NULL)
    exchange_answer (exchange, 304, headers, NULL, 0);
  else
    answer_feed (exchange, headers);
}

static void
answer_etag_drop (Exchange *exchange)
{
  answer_feed (exchange,
               exchange_count_visit (exchange) == 0 ? "ETag: \"once\"\r\n" : NULL);
}

static void
answer_304_always (Exchange *exchange)
{
  exchange_answer (exchange, 304, NULL, NULL, 0);
}

/* One new item as a delta, when the client can take one. */
static void
answer_delta (Exchange *exchange)
{
  const char *match = exchange_header (exchange, "If-None-Match");
  const char *wants = exchange_header (exchange, "A-IM");
  g_autofree char *delta = httpd_make_feed ("new", 1);

  if (match != NULL && wants != NULL && strstr (wants, "feed") != NULL)
    exchange_answer (exchange, 226, "IM: feed\r\nETag: \"d2\"\r\n", delta,
                     strlen (delta));
  else
    answer_feed (exchange, "ETag: \"d1\"\r\n");
}

static void
answer_cookies (Exchange *exchange)
{
  answer_feed (exchange, "Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; Max-Age=9999\r\n");
}

/* --- refusals
 * --------------------------------------------------------------------------- */

/* /429?retry-after=VALUE; also /503, /410, /404, /401, /500. */
static void
answer_refusal (Exchange *exchange)
{
  const char *after = exchange_query (exchange, "retry-after", NULL);
  g_autofree char *headers =
      after != NULL ? g_strdup_printf ("Retry-After: %s\r\n", after) : g_strdup ("");
  g_autofree char *body = httpd_make_feed ("never", 2);

  exchange_answer (exchange, (guint) httpd_number (exchange->path + 1), headers, body,
                   strlen (body));
}

static void
answer_empty (Exchange *exchange)
{
  exchange_answer (exchange, 200, "ETag: \"empty\"\r\n", "", 0);
}

static const Fault faults[] = {
  { "/answer", answer_as_asked },
  { "/silent", answer_never },
  { "/slow-drip", answer_slow_drip },
  { "/slow-headers", answer_slow_headers },
  { "/delay", answer_late },
  { "/endless-chunked", answer_endless_chunked },
  { "/endless-close", answer_endless_close },
  { "/headers-endless", answer_endless_headers },
  { "/hints-endless", answer_endless_hints },
  { "/header-1mb", answer_header_1mb },
  { "/gzip", answer_gzip_good },
  { "/large", answer_large },
  { "/gzip-bomb", answer_gzip_bomb },
  { "/gzip-double", answer_gzip_double },
  { "/gzip-twice", answer_gzip_twice },
  { "/gzip-lie", answer_gzip_lie },
  { "/bad-chunk", answer_bad_chunk },
  { "/chunk-truncated", answer_chunk_truncated },
  { "/cl-long", answer_cl_long },
  { "/cl-conflict", answer_cl_conflict },
  { "/rst-mid", answer_rst_mid },
  { "/garbage", answer_garbage },
  { "/close", answer_close },
  { "/redirect", answer_redirect },
  { "/redirect-loop", answer_redirect_loop },
  { "/redirect-count", answer_redirect_count },
  { "/validators", answer_validators },
  { "/etag-odd", answer_etag_odd },
  { "/304-rotating", answer_304_rotating },
  { "/etag-drop", answer_etag_drop },
  { "/304-always", answer_304_always },
  { "/delta-226", answer_delta },
  { "/cookies", answer_cookies },
  { "/401", answer_refusal },
  { "/404", answer_refusal },
  { "/410", answer_refusal },
  { "/429", answer_refusal },
  { "/500", answer_refusal },
  { "/503", answer_refusal },
  { "/empty", answer_empty },
};

gboolean
httpd_answer_fault (Exchange *exchange)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    if (strcmp (exchange->path, faults[i].path) == 0) {
      faults[i].answer (exchange);
      return TRUE;
    }
  }
  return FALSE;
}
