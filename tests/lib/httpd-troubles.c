/* SPDX-License-Identifier: MIT */
/*
 * Serves the rows of troubles.h: /t/NAME is the feed of a row, /to/NAME where its redirects
 * lead.
 */
#include <string.h>

#include "httpd.h"
#include "troubles.h"

#define LONG_VALUE 9000

/* --- bodies --- */

/* One block of a stream, stored and not compressed (RFC 7932, 9.2). */
static GBytes *
pack_brotli (const GString *feed)
{
  guint32 head = GUINT32_TO_LE ((guint32) (feed->len - 1) << 4 | 1 << 20);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  g_byte_array_append (out, (const guint8 *) &head, 3);
  g_byte_array_append (out, (const guint8 *) feed->str, (guint) feed->len);
  g_byte_array_append (out, (const guint8 *) "\003", 1);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* One frame of one stored block (RFC 8878, 3.1.1). */
static GBytes *
pack_zstd (const GString *feed)
{
  static const guint8 magic[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x60 };
  guint16 size = GUINT16_TO_LE ((guint16) (feed->len - 256));
  guint32 block = GUINT32_TO_LE ((guint32) feed->len << 3 | 1);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  g_byte_array_append (out, magic, sizeof magic);
  g_byte_array_append (out, (const guint8 *) &size, 2);
  g_byte_array_append (out, (const guint8 *) &block, 3);
  g_byte_array_append (out, (const guint8 *) feed->str, (guint) feed->len);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* (transfer full) */
static GBytes *
make_body (const char *text)
{
  g_autofree char *made =
      httpd_make_feed (g_str_has_prefix (text, "@other") ? "other" : "a", 3);
  g_autoptr (GString) feed = g_string_new (made);
  g_autoptr (GBytes) once = httpd_gzip (feed->str, feed->len);
  gsize n = g_bytes_get_size (once);

  if (g_str_equal (text, "@feed") || g_str_equal (text, "@other"))
    return g_bytes_new (feed->str, feed->len);
  if (g_str_equal (text, "@cut"))
    return g_bytes_new (feed->str, feed->len - 100);
  if (g_str_equal (text, "@html"))
    return g_bytes_new_static ("<!doctype html><title>No</title><p>Not here.", 44);
  if (g_str_equal (text, "@gzip"))
    return g_steal_pointer (&once);
  if (g_str_equal (text, "@gzip-cut"))
    return g_bytes_new_from_bytes (once, 0, n / 2);
  if (g_str_equal (text, "@gzip-gzip"))
    return httpd_gzip (g_bytes_get_data (once, NULL), n);
  if (g_str_equal (text, "@zlib"))
    return httpd_deflate (feed->str, feed->len, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  if (g_str_equal (text, "@raw"))
    return httpd_deflate (feed->str, feed->len, G_ZLIB_COMPRESSOR_FORMAT_RAW);
  if (g_str_equal (text, "@brotli"))
    return pack_brotli (feed);
  if (g_str_equal (text, "@zstd"))
    return pack_zstd (feed);
  return g_bytes_new (text, strlen (text));
}

/* --- answers --- */

static void
replace_all (GString *text, const char *from, const char *to)
{
  g_string_replace (text, from, to, 0);
}

/* (transfer full) */
static GString *
fill_in (const Exchange *exchange, const char *answer)
{
  GString *text = g_string_new (answer);
  g_autofree char *port = g_strdup_printf ("%u", httpd_port (exchange));
  g_autofree char *filler = g_strnfill (LONG_VALUE, 'x');

  replace_all (text, "%PORT%", port);
  replace_all (text, "@long", filler);
  return text;
}

static void
send_raw (Exchange *exchange, const GString *text)
{
  gboolean stays = text->str[0] == '+';

  exchange_log (exchange, 1);
  exchange_send (exchange, text->str + stays, text->len - stays);
  exchange->keep_alive = stays;
}

/* The lines between the status and the blank line, as a head has them. */
static char *
make_headers (const char *lines, gsize n)
{
  g_autoptr (GString) headers = g_string_new_len (lines, (gssize) n);

  if (headers->len > 0)
    g_string_append_c (headers, '\n');
  if (strstr (headers->str, "Content-Type:") == NULL)
    g_string_append (headers, "Content-Type: application/rss+xml\n");
  replace_all (headers, "\n", "\r\n");
  return g_string_free (g_steal_pointer (&headers), FALSE);
}

static void
send_answer (Exchange *exchange, const char *answer)
{
  g_autoptr (GString) text = fill_in (exchange, answer);
  const char *head = text->str + strcspn (text->str, "\n");
  const char *blank = strstr (text->str, "\n\n");
  const char *end = blank != NULL ? blank : text->str + text->len;
  g_autofree char *headers = NULL;
  g_autofree char *status = NULL;
  g_autoptr (GBytes) body = NULL;

  if (exchange->h2 != NULL && !g_ascii_isdigit (answer[0])) {
    httpd_break_h2 (exchange, answer);
    return;
  }
  if (!g_ascii_isdigit (answer[0])) {
    send_raw (exchange, text);
    return;
  }
  head += *head == '\n' && head != blank;
  headers = make_headers (head, head < end ? (gsize) (end - head) : 0);
  status = g_strndup (text->str, strspn (text->str, "0123456789"));
  body = make_body (blank != NULL ? blank + 2 : "@feed");
  exchange_answer (exchange, (guint) httpd_number (status), headers,
                   g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}

static const char *
choose_answer (const char *const *answers, guint visit)
{
  const char *answer = answers[0];

  for (guint i = 1; i <= visit && i < 3 && answers[i] != NULL; i++)
    answer = answers[i];
  return answer != NULL ? answer : "200\nETag: \"to\"";
}

gboolean
httpd_answer_trouble (Exchange *exchange)
{
  gboolean is_target = g_str_has_prefix (exchange->path, "/to/");
  const Trouble *row;

  if (!is_target && !g_str_has_prefix (exchange->path, "/t/"))
    return FALSE;
  row = troubles_find (strchr (exchange->path + 1, '/') + 1);
  if (row == NULL)
    return FALSE;
  send_answer (exchange, choose_answer (is_target ? row->target_answers : row->answers,
                                        exchange_count_visit (exchange)));
  return TRUE;
}
