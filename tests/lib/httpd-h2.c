/* SPDX-License-Identifier: MIT */
#include "httpd-h2.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define MAX_FRAME 16384
#define CROWD_MS 50

/* Types, flags and codes of RFC 9113. */
enum { DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH, PING, GOAWAY, WINDOW, MORE };
enum { ACK = 1, END_STREAM = 1, END_HEADERS = 4, PADDED = 8, PRIORITISED = 0x20 };
enum { NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM = 7, CANCEL };

struct H2 {
  GPtrArray *said;    /* headers that the client may refer to */
  guint32 stream;     /* that is being answered */
  gboolean is_strict; /* one stream at a time is all that is allowed */
};

typedef struct {
  guint8 type;
  guint8 flags;
  guint32 stream;
  GByteArray *payload;
} Frame;

H2 *
httpd_h2_new (void)
{
  H2 *h2 = g_new0 (H2, 1);

  h2->said = g_ptr_array_new_with_free_func (g_free);
  return h2;
}

void
httpd_h2_free (H2 *h2)
{
  if (h2 == NULL)
    return;
  g_ptr_array_unref (h2->said);
  g_free (h2);
}

/* --- frames --------------------------------------------------------------------------- */

static gboolean
send_frame (Exchange *exchange, guint8 type, guint8 flags, guint32 stream,
            const void *payload, gsize n)
{
  guint8 head[9] = { (guint8) (n >> 16), (guint8) (n >> 8), (guint8) n, type, flags };
  guint32 id = GUINT32_TO_BE (stream);
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  memcpy (head + 5, &id, 4);
  g_byte_array_append (frame, head, sizeof head);
  if (n > 0)
    g_byte_array_append (frame, payload, (guint) n);
  return exchange_send (exchange, frame->data, frame->len);
}

static void
send_reset (Exchange *exchange, guint32 stream, guint32 code)
{
  guint32 payload = GUINT32_TO_BE (code);

  send_frame (exchange, RST_STREAM, 0, stream, &payload, 4);
}

static void
send_goaway (Exchange *exchange, guint32 last_stream)
{
  guint32 payload[2] = { GUINT32_TO_BE (last_stream), NO_ERROR };

  send_frame (exchange, GOAWAY, 0, 0, payload, sizeof payload);
}

static gboolean
read_frame (Exchange *exchange, Frame *frame)
{
  guint8 head[9];
  gsize n;

  if (!httpd_tls_read (exchange->tls, head, sizeof head))
    return FALSE;
  n = (gsize) head[0] << 16 | (gsize) head[1] << 8 | head[2];
  frame->type = head[3];
  frame->flags = head[4];
  memcpy (&frame->stream, head + 5, 4);
  frame->stream = GUINT32_FROM_BE (frame->stream) & G_MAXINT32;
  frame->payload = g_byte_array_new ();
  g_byte_array_set_size (frame->payload, (guint) n);
  return n <= MAX_FRAME && httpd_tls_read (exchange->tls, frame->payload->data, n);
}

/* --- requests ------------------------------------------------------------------------- */

/* Takes padding and priority off, and puts the pieces together. */
static gboolean
complete_block (Exchange *exchange, Frame *frame)
{
  guint skip = 0;
  guint pad = 0;

  if (frame->flags & PADDED)
    pad = frame->payload->data[skip++];
  if (frame->flags & PRIORITISED)
    skip += 5;
  if (skip + pad > frame->payload->len)
    return FALSE;
  g_byte_array_set_size (frame->payload, frame->payload->len - pad);
  g_byte_array_remove_range (frame->payload, 0, skip);
  while (!(frame->flags & END_HEADERS)) {
    Frame more = { 0 };
    gboolean is_good = read_frame (exchange, &more) && more.type == MORE;

    if (is_good)
      g_byte_array_append (frame->payload, more.payload->data, more.payload->len);
    frame->flags |= more.flags & END_HEADERS;
    g_clear_pointer (&more.payload, g_byte_array_unref);
    if (!is_good)
      return FALSE;
  }
  return TRUE;
}

static const char *
skip_name (const char *header, const char *name)
{
  gsize n = strlen (name);

  return strncmp (header, name, n) == 0 && header[n] == ':' ? header + n + 2 : NULL;
}

/* As the rest of the server knows requests. */
static gboolean
take_request (Exchange *exchange, Frame *frame)
{
  g_autoptr (GPtrArray) block = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *headers = g_ptr_array_new_with_free_func (g_free);
  const char *method = "";
  const char *target = "";

  if (!complete_block (exchange, frame) ||
      !hpack_read (exchange->h2->said, frame->payload->data, frame->payload->len, block))
    return FALSE;
  for (guint i = 0; i < block->len; i++) {
    const char *header = block->pdata[i];

    if (skip_name (header, ":method") != NULL)
      method = skip_name (header, ":method");
    else if (skip_name (header, ":path") != NULL)
      target = skip_name (header, ":path");
    else if (skip_name (header, ":authority") != NULL)
      g_ptr_array_add (headers,
                       g_strconcat ("Host: ", skip_name (header, ":authority"), NULL));
    else if (header[0] != ':')
      g_ptr_array_add (headers, g_strdup (header));
  }
  exchange->h2->stream = frame->stream;
  exchange_begin (exchange, method, target, headers);
  return TRUE;
}

static gboolean serve_frame (Exchange *exchange, Frame *frame);

/* A client that was told "one at a time" and sends another is refused that one. */
static gboolean
refuse_crowd (Exchange *exchange)
{
  gboolean goes_on = TRUE;

  while (goes_on && httpd_tls_wait (exchange->tls, exchange->fd, CROWD_MS)) {
    Frame frame = { 0 };

    goes_on = read_frame (exchange, &frame);
    if (goes_on && frame.type == HEADERS) {
      httpd_log ("CROWD\n");
      send_reset (exchange, frame.stream, REFUSED_STREAM);
      goes_on = FALSE; /* its headers were not read: nothing after them can be */
    } else if (goes_on) {
      goes_on = serve_frame (exchange, &frame);
    }
    g_clear_pointer (&frame.payload, g_byte_array_unref);
  }
  return goes_on;
}

static gboolean
serve_frame (Exchange *exchange, Frame *frame)
{
  switch (frame->type) {
  case HEADERS:
    if (!take_request (exchange, frame) ||
        (exchange->h2->is_strict && !refuse_crowd (exchange)))
      return FALSE;
    httpd_answer (exchange);
    return exchange->keep_alive;
  case SETTINGS:
    return frame->flags & ACK || send_frame (exchange, SETTINGS, ACK, 0, NULL, 0);
  case PING:
    return frame->flags & ACK ||
           send_frame (exchange, PING, ACK, 0, frame->payload->data, frame->payload->len);
  default:
    return frame->type != GOAWAY;
  }
}

/* No table of headers to refer to, so that ours need not forget; on 127.0.0.3 one stream at
 * a time. */
static gboolean
begin_connection (Exchange *exchange)
{
  static const guint8 settings[] = { 0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1 };
  struct sockaddr_in address = { 0 };
  socklen_t length = sizeof address;
  char preface[sizeof PREFACE - 1];

  getsockname (exchange->fd, (struct sockaddr *) &address, &length);
  exchange->h2->is_strict = address.sin_addr.s_addr == inet_addr ("127.0.0.3");
  return send_frame (exchange, SETTINGS, 0, 0, settings,
                     exchange->h2->is_strict ? sizeof settings : 6) &&
         httpd_tls_read (exchange->tls, preface, sizeof preface) &&
         memcmp (preface, PREFACE, sizeof preface) == 0;
}

void
httpd_serve_h2 (Exchange *exchange)
{
  gboolean goes_on = begin_connection (exchange);

  exchange->keep_alive = TRUE;
  while (goes_on) {
    Frame frame = { 0 };

    goes_on = read_frame (exchange, &frame) && serve_frame (exchange, &frame);
    g_clear_pointer (&frame.payload, g_byte_array_unref);
  }
}

/* --- answers -------------------------------------------------------------------------- */

static GByteArray *
make_block (guint status, const char *lines)
{
  GByteArray *block = g_byte_array_new ();
  g_autofree char *number = g_strdup_printf ("%u", status);
  g_auto (GStrv) split = g_strsplit (lines != NULL ? lines : "", "\r\n", -1);

  hpack_write (block, ":status", number);
  for (guint i = 0; split[i] != NULL; i++) {
    char *colon = strchr (split[i], ':');
    g_autofree char *name = NULL;

    if (colon == NULL)
      continue;
    name = g_ascii_strdown (split[i], colon - split[i]);
    hpack_write (block, name, g_strstrip (colon + 1));
  }
  return block;
}

static void
send_head (Exchange *exchange, guint status, const char *lines, guint8 flags)
{
  g_autoptr (GByteArray) block = make_block (status, lines);

  send_frame (exchange, HEADERS, END_HEADERS | flags, exchange->h2->stream, block->data,
              block->len);
}

static void
send_body (Exchange *exchange, const void *body, gsize n, guint8 flags)
{
  const guint8 *at = body;
  gsize piece;

  do {
    piece = MIN (n, MAX_FRAME);
    send_frame (exchange, DATA, piece == n ? flags : 0, exchange->h2->stream, at, piece);
    at += piece;
    n -= piece;
  } while (n > 0);
}

void
httpd_answer_h2 (Exchange *exchange, guint status, const char *headers, const void *body,
                 gsize n)
{
  gboolean has_body = n > 0 && status != 304 && status != 204;

  send_head (exchange, status, headers, has_body ? 0 : END_STREAM);
  if (has_body)
    send_body (exchange, body, n, END_STREAM);
}

/* --- what can be wrong ---------------------------------------------------------------- */

#define ETAG "ETag: \"h2\"\r\nContent-Type: application/rss+xml\r\n"

static void
break_refused (Exchange *exchange, const char *feed)
{
  send_reset (exchange, exchange->h2->stream, REFUSED_STREAM);
}

static void
break_cancelled (Exchange *exchange, const char *feed)
{
  send_reset (exchange, exchange->h2->stream, CANCEL);
}

static void
break_cancelled_body (Exchange *exchange, const char *feed)
{
  send_head (exchange, 200, ETAG, 0);
  send_body (exchange, feed, strlen (feed) / 2, 0);
  send_reset (exchange, exchange->h2->stream, CANCEL);
}

/* The stream is above the last one that was looked at. */
static void
break_goaway_below (Exchange *exchange, const char *feed)
{
  guint32 stream = exchange->h2->stream;

  send_goaway (exchange, stream > 2 ? stream - 2 : 0);
  exchange->keep_alive = FALSE;
}

/* It is the last one that will be answered, and is. */
static void
break_goaway_above (Exchange *exchange, const char *feed)
{
  send_goaway (exchange, exchange->h2->stream);
  httpd_answer_h2 (exchange, 200, ETAG, feed, strlen (feed));
  exchange->keep_alive = FALSE;
}

static void
break_goaway_silent (Exchange *exchange, const char *feed)
{
  send_goaway (exchange, exchange->h2->stream);
  exchange->keep_alive = FALSE;
}

static void
break_closed (Exchange *exchange, const char *feed)
{
  exchange->keep_alive = FALSE;
}

static void
break_closed_head (Exchange *exchange, const char *feed)
{
  send_head (exchange, 200, ETAG, 0);
  exchange->keep_alive = FALSE;
}

static void
break_closed_body (Exchange *exchange, const char *feed)
{
  send_head (exchange, 200, ETAG, 0);
  send_body (exchange, feed, strlen (feed) / 2, 0);
  exchange->keep_alive = FALSE;
}

static void
break_short_body (Exchange *exchange, const char *feed)
{
  send_head (exchange, 200, ETAG "Content-Length: 9999\r\n", 0);
  send_body (exchange, feed, strlen (feed), END_STREAM);
}

static void
break_no_body (Exchange *exchange, const char *feed)
{
  send_head (exchange, 200, ETAG, END_STREAM);
}

static void
break_no_status (Exchange *exchange, const char *feed)
{
  g_autoptr (GByteArray) block = g_byte_array_new ();

  hpack_write (block, "etag", "\"h2\"");
  send_frame (exchange, HEADERS, END_HEADERS, exchange->h2->stream, block->data,
              block->len);
  send_body (exchange, feed, strlen (feed), END_STREAM);
}

static void
break_garbage (Exchange *exchange, const char *feed)
{
  exchange_send (exchange, feed, strlen (feed));
}

static void
break_stalled (Exchange *exchange, const char *feed)
{
  send_head (exchange, 200, ETAG, 0);
  send_body (exchange, feed, strlen (feed) / 2, 0);
}

static void
break_silent (Exchange *exchange, const char *feed)
{
}

/* --- odd, and right */

static void
break_pinged (Exchange *exchange, const char *feed)
{
  send_frame (exchange, PING, 0, 0, "12345678", 8);
  httpd_answer_h2 (exchange, 200, ETAG, feed, strlen (feed));
}

static void
break_early_hints (Exchange *exchange, const char *feed)
{
  send_head (exchange, 103, "ETag: \"hint\"\r\nLink: </a.css>; rel=preload\r\n", 0);
  httpd_answer_h2 (exchange, 200, ETAG, feed, strlen (feed));
}

static void
break_trailers (Exchange *exchange, const char *feed)
{
  g_autoptr (GByteArray) block = g_byte_array_new ();

  send_head (exchange, 200, ETAG, 0);
  send_body (exchange, feed, strlen (feed), 0);
  hpack_write (block, "etag", "\"late\"");
  send_frame (exchange, HEADERS, END_HEADERS | END_STREAM, exchange->h2->stream,
              block->data, block->len);
}

static void
break_in_pieces (Exchange *exchange, const char *feed)
{
  g_autoptr (GByteArray) block = make_block (200, ETAG);
  guint32 stream = exchange->h2->stream;

  send_frame (exchange, HEADERS, 0, stream, block->data, 9);
  send_frame (exchange, MORE, END_HEADERS, stream, block->data + 9, block->len - 9);
  for (const char *at = feed; *at != '\0'; at++)
    send_frame (exchange, DATA, at[1] == '\0' ? END_STREAM : 0, stream, at, 1);
}

static void
break_padded (Exchange *exchange, const char *feed)
{
  g_autoptr (GByteArray) padded = g_byte_array_new ();
  const guint8 zeros[200] = { sizeof zeros - 1 };

  g_byte_array_append (padded, zeros, 1);
  g_byte_array_append (padded, (const guint8 *) feed, (guint) strlen (feed));
  g_byte_array_append (padded, zeros + 1, sizeof zeros - 1);
  send_head (exchange, 200, ETAG, 0);
  send_frame (exchange, DATA, PADDED | END_STREAM, exchange->h2->stream, padded->data,
              padded->len);
}

static void
break_reset_after (Exchange *exchange, const char *feed)
{
  httpd_answer_h2 (exchange, 200, ETAG, feed, strlen (feed));
  send_reset (exchange, exchange->h2->stream, NO_ERROR);
}

static void
break_unknown_frame (Exchange *exchange, const char *feed)
{
  send_frame (exchange, 0xfa, 0xff, exchange->h2->stream, "grease", 6);
  httpd_answer_h2 (exchange, 200, ETAG, feed, strlen (feed));
}

void
httpd_break_h2 (Exchange *exchange, const char *name)
{
  static const struct {
    const char *name;
    void (*answer) (Exchange *exchange, const char *feed);
  } ways[] = {
    { "refused", break_refused },
    { "cancelled", break_cancelled },
    { "cancelled-body", break_cancelled_body },
    { "goaway-below", break_goaway_below },
    { "goaway-above", break_goaway_above },
    { "goaway-silent", break_goaway_silent },
    { "closed", break_closed },
    { "closed-head", break_closed_head },
    { "closed-body", break_closed_body },
    { "short-body", break_short_body },
    { "no-body", break_no_body },
    { "no-status", break_no_status },
    { "garbage", break_garbage },
    { "stalled", break_stalled },
    { "silent", break_silent },
    { "pinged", break_pinged },
    { "early-hints", break_early_hints },
    { "trailers", break_trailers },
    { "in-pieces", break_in_pieces },
    { "padded", break_padded },
    { "reset-after", break_reset_after },
    { "unknown-frame", break_unknown_frame },
  };
  g_autofree char *feed = httpd_make_feed ("a", 3);

  exchange_log (exchange, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    if (g_str_equal (ways[i].name, name))
      ways[i].answer (exchange, feed);
}
