/* SPDX-License-Identifier: MIT */
/*
 * Reading feeds: documents of 14 to 68 KB, made here: RSS with escaped HTML, RSS with CDATA,
 * Atom with XHTML, in four languages.
 *   bench-parse               MB/s of the library from bytes to items
 *   bench-parse --write DIR   writes N_FILES of them, for bench-parse.sh
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tocsin/parser.h"

#define N_DOCUMENTS 60
#define N_FILES 5000
#define N_ROUNDS 12
#define MIN_ITEMS 18
#define MAX_ITEMS 56
#define CHUNK 16384

static const char *const french[] = {
  "le",       "patrouille",   "été",    "dans",    "russe", "la",
  "Syrie",    "nord",         "d’une",  "selon",   "armée", "et",
  "observer", "Observatoire", "région", "« selon", "à",
};
static const char *const english[] = {
  "the",  "of",  "report", "border", "said",      "patrol", "vehicles", "north", "near",
  "town", "and", "a",      "army's", "according", "coming", "in",       "week",
};
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

#define WORDS(list)                                                                      \
  {                                                                                      \
    list, G_N_ELEMENTS (list)                                                            \
  }

static const struct {
  const char *const *words;
  guint n;
} languages[] = { WORDS (french), WORDS (english), WORDS (cyrillic), WORDS (arabic) };

static void
add_words (GString *out, guint language, guint n)
{
  for (; n > 0; n--) {
    g_string_append (out, languages[language].words[draw (languages[language].n)]);
    g_string_append_c (out, n > 1 ? ' ' : '.');
  }
}

static void
add_body (GString *out, guint language, const char *open, const char *close)
{
  for (guint i = 1 + draw (4); i > 0; i--) {
    g_string_append_printf (out, "%sp%s", open, close);
    add_words (out, language, 20 + draw (40));
    g_string_append_printf (out, "%s/p%s\n", open, close);
  }
}

static GString *
make_document (guint i, guint n_items)
{
  GString *out = g_string_new ("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
  gboolean is_atom = i % 3 == 2;
  gboolean is_cdata = i % 3 == 1;

  g_string_append (
      out, is_atom ? "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>x</title>\n"
                   : "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
                     "<channel><title>x</title>\n");
  for (guint k = 0; k < n_items; k++) {
    g_string_append (out, is_atom ? "<entry>\n<title>" : "<item>\n<title>");
    add_words (out, i % 4, 8);
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
    add_body (out, i % 4, is_atom || is_cdata ? "<" : "&lt;",
              is_atom || is_cdata ? ">" : "&gt;");
    g_string_append (out, is_atom    ? "</div></content>\n</entry>\n"
                          : is_cdata ? "]]></description>\n</item>\n"
                                     : "</description>\n</item>\n");
  }
  g_string_append (out, is_atom ? "</feed>\n" : "</channel></rss>\n");
  return out;
}

static void
drop_item (const TcnItem *item, gpointer data)
{
  guint *n = data;

  (*n)++;
}

static void
read_items (const GString *document)
{
  guint n = 0;
  g_autoptr (TcnParser) parser = tcn_parser_new (NULL, drop_item, &n);
  g_autoptr (TcnFeed) feed = NULL;

  for (gsize i = 0; i < document->len; i += CHUNK)
    tcn_parser_push (parser, document->str + i, MIN (CHUNK, document->len - i));
  feed = tcn_parser_finish (parser, NULL);
  g_assert_cmpuint (n, >=, MIN_ITEMS);
}

static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

/* The best of a few rounds. */
static double
best_seconds (const GPtrArray *documents)
{
  double best = 1e9;

  for (guint round = 0; round < N_ROUNDS; round++) {
    double start = cpu_seconds ();

    for (guint i = 0; i < documents->len; i++)
      read_items (documents->pdata[i]);
    best = MIN (best, cpu_seconds () - start);
  }
  return best;
}

static guint
draw_items (void)
{
  return MIN_ITEMS + draw (MAX_ITEMS - MIN_ITEMS + 1);
}

static int
measure_library (void)
{
  g_autoptr (GPtrArray) documents = g_ptr_array_new ();
  double megabytes = 0;

  for (guint i = 0; i < N_DOCUMENTS; i++) {
    g_ptr_array_add (documents, make_document (i, draw_items ()));
    megabytes += (double) ((GString *) documents->pdata[i])->len / 1e6;
  }
  printf ("%.1f MB in %u documents: bytes to items %.0f MB/s\n", megabytes,
          documents->len, megabytes / best_seconds (documents));
  for (guint i = 0; i < documents->len; i++)
    g_string_free (documents->pdata[i], TRUE);
  return 0;
}

static int
write_files (const char *directory)
{
  for (guint i = 0; i < N_FILES; i++) {
    g_autofree char *path = g_strdup_printf ("%s/%04u.xml", directory, i);
    GString *document = make_document (i, draw_items ());

    if (!g_file_set_contents (path, document->str, (gssize) document->len, NULL))
      return 1;
    g_string_free (document, TRUE);
  }
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--write") == 0)
    return write_files (argv[2]);
  return measure_library ();
}
