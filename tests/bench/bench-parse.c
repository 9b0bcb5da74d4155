/* SPDX-License-Identifier: MIT */
/*
 * Reading feeds: MB/s of the whole way from bytes to items, beside a pass of libxml2's SAX
 * push parser with empty handlers over the same bytes, on documents made here: RSS with
 * escaped HTML, RSS with CDATA, Atom with XHTML, in three scripts.
 */
#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tocsin/parser.h"

#define N_DOCUMENTS 60
#define N_ITEMS 40
#define N_ROUNDS 12
#define CHUNK 16384

static const char *const latin[] = { "le",     "patrouille", "été",      "dans",  "russe",
                                     "la",     "Syrie",      "nord",     "d’une", "selon",
                                     "armée",  "et",         "observer", "the",   "of",
                                     "report", "border",     "said" };
static const char *const cyrillic[] = { "патруль",    "в", "Сирии", "на",     "севере",
                                        "российский", "и", "по",    "данным", "граница" };
static const char *const arabic[] = { "دورية", "روسية", "في",     "شمال",
                                      "سوريا", "على",   "الحدود", "وقال" };

static guint64 seed = 7;

static guint
draw (guint n)
{
  seed = seed * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
  return (guint) ((seed >> 33) % n);
}

static void
add_words (GString *out, guint script, guint n)
{
  for (; n > 0; n--) {
    if (script == 0)
      g_string_append (out, latin[draw (G_N_ELEMENTS (latin))]);
    else if (script == 1)
      g_string_append (out, cyrillic[draw (G_N_ELEMENTS (cyrillic))]);
    else
      g_string_append (out, arabic[draw (G_N_ELEMENTS (arabic))]);
    g_string_append_c (out, n > 1 ? ' ' : '.');
  }
}

static void
add_body (GString *out, guint script, const char *open, const char *close)
{
  for (guint i = 1 + draw (4); i > 0; i--) {
    g_string_append_printf (out, "%sp%s", open, close);
    add_words (out, script, 20 + draw (40));
    g_string_append_printf (out, "%s/p%s\n", open, close);
  }
}

static GString *
make_document (guint i)
{
  GString *out = g_string_new ("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
  gboolean is_atom = i % 4 == 3;
  gboolean is_cdata = i % 2 == 0;

  g_string_append (
      out, is_atom ? "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>x</title>\n"
                   : "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
                     "<channel><title>x</title>\n");
  for (guint k = 0; k < N_ITEMS; k++) {
    g_string_append (out, is_atom ? "<entry>\n<title>" : "<item>\n<title>");
    add_words (out, i % 3, 8);
    g_string_append_printf (
        out,
        is_atom
            ? "</title>\n<id>tag:x.example,2026:%u.%u</id>\n<link href=\"http://x.example/%u/%u\"/>\n"
              "<updated>2026-11-22T10:00:00Z</updated>\n"
            : "</title>\n<guid isPermaLink=\"false\">%u.%u</guid>\n<link>http://x.example/%u/%u</link>\n"
              "<pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate>\n<category>news</category>\n",
        i, k, i, k);
    g_string_append (
        out, is_atom
                 ? "<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">"
             : is_cdata ? "<description><![CDATA["
                        : "<description>");
    add_body (out, i % 3, is_atom || is_cdata ? "<" : "&lt;",
              is_atom || is_cdata ? ">" : "&gt;");
    g_string_append (out, is_atom    ? "</div></content>\n</entry>\n"
                          : is_cdata ? "]]></description>\n</item>\n"
                                     : "</description>\n</item>\n");
  }
  g_string_append (out, is_atom ? "</feed>\n" : "</channel></rss>\n");
  return out;
}

static void
drop_item (TcnItem *item, gpointer data)
{
  guint *n = data;

  (*n)++;
  tcn_item_free (item);
}

static void
read_items (const GString *document)
{
  guint n = 0;
  g_autoptr (TcnParser) parser = tcn_parser_new (NULL, drop_item, &n);
  g_autoptr (TcnFeed) feed = NULL;

  for (gsize i = 0; i < document->len; i += CHUNK)
    g_assert_true (tcn_parser_push (parser, document->str + i,
                                    MIN (CHUNK, document->len - i), NULL));
  feed = tcn_parser_finish (parser, NULL);
  g_assert_cmpuint (n, ==, N_ITEMS);
}

static void
ignore_text (void *data, const xmlChar *text, int n)
{
}

static void
ignore_start (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
              int n_namespaces, const xmlChar **namespaces, int n_attributes,
              int n_defaulted, const xmlChar **attributes)
{
}

static void
ignore_end (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
}

static void
read_nothing (const GString *document)
{
  xmlSAXHandler handlers = { .initialized = XML_SAX2_MAGIC,
                             .startElementNs = ignore_start,
                             .endElementNs = ignore_end,
                             .characters = ignore_text,
                             .cdataBlock = ignore_text };
  xmlParserCtxtPtr context = xmlCreatePushParserCtxt (&handlers, NULL, NULL, 0, NULL);

  xmlCtxtUseOptions (context, XML_PARSE_NONET);
  for (gsize i = 0; i < document->len; i += CHUNK)
    xmlParseChunk (context, document->str + i, (int) MIN (CHUNK, document->len - i), 0);
  xmlParseChunk (context, NULL, 0, 1);
  xmlFreeParserCtxt (context);
}

static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

/* The best of a few rounds, in MB/s. */
static double
measure (GPtrArray *documents, double megabytes, void (*read) (const GString *))
{
  double best = 1e9;

  for (guint round = 0; round < N_ROUNDS; round++) {
    double start = cpu_seconds ();

    for (guint i = 0; i < documents->len; i++)
      read (documents->pdata[i]);
    best = MIN (best, cpu_seconds () - start);
  }
  return megabytes / best;
}

int
main (void)
{
  g_autoptr (GPtrArray) documents = g_ptr_array_new ();
  double megabytes = 0;
  double ours, bare;

  for (guint i = 0; i < N_DOCUMENTS; i++) {
    g_ptr_array_add (documents, make_document (i));
    megabytes += (double) ((GString *) documents->pdata[i])->len / 1e6;
  }
  bare = measure (documents, megabytes, read_nothing);
  ours = measure (documents, megabytes, read_items);
  printf (
      "%.1f MB in %u documents: bytes to items %.0f MB/s, bare SAX push %.0f MB/s, ratio %.2f\n",
      megabytes, documents->len, ours, bare, ours / bare);
  for (guint i = 0; i < documents->len; i++)
    g_string_free (documents->pdata[i], TRUE);
  return 0;
}
