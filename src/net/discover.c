/* SPDX-License-Identifier: MIT */
#include "tocsin/discover.h"

#include <string.h>

#include "feed/chars.h"
#include "tocsin/limits.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

#define MAX_LINK_BYTES 400 /* from a link's tag to its end, pictures in it included */
#define MAX_LABEL_BYTES 30
#define MAX_LABELLED 10 /* each is a request, and many may be no feed */

void
tcn_candidate_free (TcnCandidate *candidate)
{
  if (candidate == NULL)
    return;
  g_free (candidate->url);
  g_free (candidate->title);
  g_free (candidate);
}

/* --- tags: enough of HTML to find elements and attributes --- */

typedef struct {
  const char *at;
  const char *end;
} Scanner;

typedef struct {
  const char *name; /* into the page */
  gsize name_n;
  const char *attributes; /* up to its end */
  const char *end;
} Tag;

static gboolean
is_named (const char *name, gsize n, const char *expected)
{
  return strlen (expected) == n && g_ascii_strncasecmp (name, expected, n) == 0;
}

static gboolean
starts_with (const Scanner *scanner, const char *text)
{
  gsize n = strlen (text);

  return (gsize) (scanner->end - scanner->at) >= n &&
         g_ascii_strncasecmp (scanner->at, text, n) == 0;
}

/* Moves behind the next `text`, or to the end. */
static void
skip_behind (Scanner *scanner, const char *text)
{
  gsize n = strlen (text);

  for (; (gsize) (scanner->end - scanner->at) >= n; scanner->at++) {
    if (starts_with (scanner, text)) {
      scanner->at += n;
      return;
    }
  }
  scanner->at = scanner->end;
}

/* The end of a tag whose attributes begin at `at`: a ">" in quotes does not count. */
static const char *
find_tag_end (const char *at, const char *end)
{
  char quote = '\0';

  for (; at < end; at++) {
    if (quote != '\0') {
      if (*at == quote)
        quote = '\0';
    } else if ((*at == '"' || *at == '\'') && at[-1] == '=') {
      quote = *at;
    } else if (*at == '>') {
      return at;
    }
  }
  return end;
}

/* The next start tag; what stands in comments, scripts and styles is none. */
static gboolean
next_tag (Scanner *scanner, Tag *tag)
{
  for (;;) {
    gsize left = (gsize) (scanner->end - scanner->at);
    const char *open = left > 0 ? memchr (scanner->at, '<', left) : NULL;

    if (open == NULL)
      return FALSE;
    scanner->at = open + 1;
    if (starts_with (scanner, "!--")) {
      skip_behind (scanner, "-->");
      continue;
    }
    tag->name = scanner->at;
    while (scanner->at < scanner->end && g_ascii_isalnum (*scanner->at))
      scanner->at++;
    tag->name_n = (gsize) (scanner->at - tag->name);
    if (tag->name_n == 0)
      continue;
    tag->attributes = scanner->at;
    tag->end = find_tag_end (scanner->at, scanner->end);
    scanner->at = tag->end;
    if (is_named (tag->name, tag->name_n, "script"))
      skip_behind (scanner, "</script");
    else if (is_named (tag->name, tag->name_n, "style"))
      skip_behind (scanner, "</style");
    return TRUE;
  }
}

static const char *
skip_blank (const char *at, const char *end)
{
  while (at < end && (g_ascii_isspace (*at) || *at == '/'))
    at++;
  return at;
}

static const char *
find_value_end (const char *at, const char *end)
{
  while (at < end && !g_ascii_isspace (*at))
    at++;
  return at;
}

/* HTML, 13.2.5.73: in an attribute an old name without its semicolon is none where more of a
 * word or "=" follows, for URLs have "?a=1&copy=2". */
static gsize
append_reference (GString *out, const char *at, gsize n)
{
  gsize before = out->len;
  gsize used = tcn_char_append_reference (out, at, n, TRUE);

  if (used == 0 || used == n || at[1] == '#' || at[used - 1] == ';' ||
      (at[used] != '=' && !g_ascii_isalnum (at[used])))
    return used;
  g_string_truncate (out, before);
  return 0;
}

/* Character references decoded, blanks around it dropped. */
static char *
decode_value (const char *value, gsize n)
{
  GString *text = g_string_sized_new (n);

  for (gsize i = 0; i < n;) {
    gsize used = value[i] == '&' ? append_reference (text, value + i, n - i) : 0;

    if (used == 0)
      g_string_append_c (text, value[i]);
    i += MAX (used, 1);
  }
  return g_strstrip (g_string_free (text, FALSE));
}

/* (transfer full) (nullable) */
static char *
get_attribute (const Tag *tag, const char *name)
{
  const char *at = tag->attributes;

  for (;;) {
    const char *word = skip_blank (at, tag->end);
    const char *word_end = word;
    const char *value;
    gsize value_n;

    while (word_end < tag->end && !g_ascii_isspace (*word_end) && *word_end != '=')
      word_end++;
    if (word_end == word)
      return NULL;
    at = skip_blank (word_end, tag->end);
    if (at >= tag->end || *at != '=')
      continue;
    value = at + 1;
    while (value < tag->end && g_ascii_isspace (*value))
      value++;
    if (value < tag->end && (*value == '"' || *value == '\'')) {
      const char *close = memchr (value + 1, *value, (gsize) (tag->end - value - 1));

      value++;
      value_n = (gsize) ((close != NULL ? close : tag->end) - value);
      at = close != NULL ? close + 1 : tag->end;
    } else {
      at = find_value_end (value, tag->end);
      value_n = (gsize) (at - value);
    }
    if (is_named (word, (gsize) (word_end - word), name))
      return decode_value (value, value_n);
  }
}

/* --- what looks like a feed --- */

static gboolean
has_token (const char *list, const char *token)
{
  g_auto (GStrv) tokens = g_strsplit_set (list, " \t\r\n\f", -1);

  for (guint i = 0; tokens[i] != NULL; i++) {
    if (g_ascii_strcasecmp (tokens[i], token) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_feed_type (const char *type)
{
  static const char *const types[] = { "application/rss+xml",   "application/atom+xml",
                                       "application/feed+json", "application/rdf+xml",
                                       "application/x-rss+xml", "text/rss+xml",
                                       "application/xml",       "text/xml" };
  gsize n = strcspn (type, "; \t");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (is_named (type, n, types[i]))
      return TRUE;
  }
  return FALSE;
}

/* Of a link in the text only its URL speaks: a last part or an argument that feeds have. */
static gboolean
looks_like_feed (const char *url)
{
  static const char *const ends[] = {
    ".rss",      ".atom",      ".rdf",       "/rss",
    "/feed",     "/atom",      "/rss.xml",   "/feed.xml",
    "/atom.xml", "/index.xml", "/feed.json", "/feeds/posts/default"
  };
  g_autofree char *lower = g_ascii_strdown (url, -1);
  char *query = strpbrk (lower, "?#");
  gsize n;

  if (strstr (lower, "://feeds.feedburner.com/") != NULL)
    return TRUE;
  if (query != NULL &&
      (strstr (query, "feed=rss") != NULL || strstr (query, "feed=atom") != NULL ||
       strstr (query, "format=rss") != NULL || strstr (query, "format=atom") != NULL ||
       strstr (query, "type=rss") != NULL))
    return TRUE;
  if (query != NULL)
    *query = '\0';
  n = strlen (lower);
  if (n > 0 && lower[n - 1] == '/')
    lower[n - 1] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (g_str_has_suffix (lower, ends[i]))
      return TRUE;
  }
  return FALSE;
}

/* Where the inside of a link ends that begins at `at`; NULL when that is far, for then it is
 * no button. */
static const char *
find_link_end (const char *at, const char *page_end)
{
  Scanner scanner = { at, at + MIN ((gsize) (page_end - at), MAX_LINK_BYTES) };

  for (; scanner.at < scanner.end; scanner.at++) {
    scanner.at = memchr (scanner.at, '<', (gsize) (scanner.end - scanner.at));
    if (scanner.at == NULL || starts_with (&scanner, "<a "))
      return NULL;
    if (starts_with (&scanner, "</a"))
      return scanner.at;
  }
  return NULL;
}

/* What a person reads on a link: its text and what its pictures are called. */
static char *
read_label (const Tag *link, const char *end)
{
  g_autoptr (GString) label = g_string_new (NULL);
  Scanner scanner = { link->end, end };
  gboolean is_text = FALSE; /* not yet: the link's own ">" comes first */
  Tag tag;

  for (const char *at = link->end; at < end; at++) {
    if (*at == '<' || *at == '>')
      is_text = *at == '>';
    g_string_append_c (label, is_text && *at != '>' ? *at : ' ');
  }
  while (next_tag (&scanner, &tag)) {
    g_autofree char *name =
        is_named (tag.name, tag.name_n, "img") ? get_attribute (&tag, "alt") : NULL;

    g_string_append_printf (label, " %s", name != NULL ? name : "");
  }
  return tcn_text_one_line (label->str);
}

static gboolean
has_feed_word (const char *label)
{
  static const char *const words[] = { "rss",   "rss2", "atom", "feed",
                                       "feeds", "rdf",  "xml" };
  gsize n;

  for (const char *at = label; *at != '\0'; at += MAX (n, 1)) {
    for (n = 0; g_ascii_isalnum (at[n]) || (guchar) at[n] >= 0x80;)
      n++;
    for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
      if (is_named (at, n, words[i]))
        return TRUE;
    }
  }
  return FALSE;
}

/* "RSS" on a link, whatever its URL; a headline about feeds is longer. */
static gboolean
is_labelled_feed (const Tag *link, const char *href, const char *page_end)
{
  const char *end = *href != '#' ? find_link_end (link->end, page_end) : NULL;
  g_autofree char *label = end != NULL ? read_label (link, end) : NULL;

  return label != NULL && strlen (label) <= MAX_LABEL_BYTES && has_feed_word (label);
}

/* --- collecting --- */

typedef struct {
  char *base;
  GPtrArray *lists[TCN_N_CANDIDATE_SOURCES];
  GHashTable *seen; /* set of URLs, owned */
} Finds;

static void
open_finds (Finds *finds, const char *base)
{
  finds->base = g_strdup (base);
  for (guint i = 0; i < TCN_N_CANDIDATE_SOURCES; i++)
    finds->lists[i] =
        g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_candidate_free);
  finds->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* All that was found, the surest first. (transfer full) */
static GPtrArray *
close_finds (Finds *finds)
{
  for (guint i = 1; i < TCN_N_CANDIDATE_SOURCES; i++)
    g_ptr_array_extend_and_steal (finds->lists[0], finds->lists[i]);
  g_hash_table_unref (finds->seen);
  g_free (finds->base);
  return finds->lists[0];
}

static void
add_candidate (Finds *finds, TcnCandidateSource source, const char *href,
               const char *title)
{
  g_autofree char *absolute = tcn_url_resolve (finds->base, href);
  g_autofree char *url = absolute != NULL ? tcn_url_tidy_scheme (absolute) : NULL;
  guint max = source == TCN_CANDIDATE_LABELLED ? MAX_LABELLED : TCN_MAX_CANDIDATES;
  GPtrArray *list = finds->lists[source];
  TcnCandidate *candidate;

  if (url == NULL || !tcn_url_is_openable (url) || list->len >= max ||
      g_hash_table_contains (finds->seen, url))
    return;
  candidate = g_new0 (TcnCandidate, 1);
  candidate->source = source;
  candidate->title = title != NULL ? tcn_text_one_line (title) : NULL;
  candidate->url = g_steal_pointer (&url);
  g_hash_table_add (finds->seen, g_strdup (candidate->url));
  g_ptr_array_add (list, candidate);
}

static void
take_link (Finds *finds, const Tag *tag)
{
  g_autofree char *rel = get_attribute (tag, "rel");
  g_autofree char *type = get_attribute (tag, "type");
  g_autofree char *href = get_attribute (tag, "href");
  g_autofree char *title = get_attribute (tag, "title");
  gboolean is_alternate;

  if (rel == NULL || href == NULL || has_token (rel, "stylesheet"))
    return;
  is_alternate = has_token (rel, "alternate") && type != NULL &&
                 (is_feed_type (type) ||
                  (g_ascii_strncasecmp (type, "application/json", 16) == 0 &&
                   strstr (href, "oembed") == NULL && strstr (href, "wp-json") == NULL));
  if (is_alternate || has_token (rel, "feed"))
    add_candidate (finds, TCN_CANDIDATE_DECLARED, href, title);
}

static void
take_anchor (Finds *finds, const Tag *tag, const char *page_end)
{
  g_autofree char *href = get_attribute (tag, "href");
  g_autofree char *type = get_attribute (tag, "type");
  g_autofree char *title = get_attribute (tag, "title");

  if (href == NULL)
    return;
  if (looks_like_feed (href) || (type != NULL && is_feed_type (type)))
    add_candidate (finds, TCN_CANDIDATE_LINKED, href, title);
  else if (is_labelled_feed (tag, href, page_end))
    add_candidate (finds, TCN_CANDIDATE_LABELLED, href, title);
}

static void
take_base (Finds *finds, const Tag *tag)
{
  g_autofree char *href = get_attribute (tag, "href");
  g_autofree char *base = href != NULL ? tcn_url_resolve (finds->base, href) : NULL;

  if (base == NULL || !tcn_url_is_openable (base))
    return;
  g_free (finds->base);
  finds->base = g_steal_pointer (&base);
}

GPtrArray *
tcn_discover_links (const char *html, gsize n, const char *page_url)
{
  Scanner scanner = { html, html + n };
  Finds finds;
  Tag tag;

  open_finds (&finds, page_url);
  while (next_tag (&scanner, &tag)) {
    if (is_named (tag.name, tag.name_n, "link"))
      take_link (&finds, &tag);
    else if (is_named (tag.name, tag.name_n, "a"))
      take_anchor (&finds, &tag, scanner.end);
    else if (is_named (tag.name, tag.name_n, "base"))
      take_base (&finds, &tag);
  }
  return close_finds (&finds);
}

GPtrArray *
tcn_discover_guesses (const char *page_url)
{
  static const char *const paths[] = { "feed",       "/feed",     "/rss",
                                       "/rss.xml",   "/atom.xml", "/feed.xml",
                                       "/index.xml", "/feed.json" };
  g_autofree char *directory = tcn_url_resolve (page_url, ".");
  Finds finds;

  open_finds (&finds, directory != NULL ? directory : page_url);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    add_candidate (&finds, TCN_CANDIDATE_GUESSED, paths[i], NULL);
  return close_finds (&finds);
}
