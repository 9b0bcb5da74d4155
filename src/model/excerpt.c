/* SPDX-License-Identifier: MIT */
#include "tocsin/excerpt.h"

#include <string.h>

/* Of what the matches leave free, at most so much stands before them: the sentence that
 * they are in begins there more often than not, and the rest of it follows. */
#define LEAD_CHARS 100

/* Matches are taken together only if they leave so much free: an excerpt that begins with
 * the first and ends with the last of them reads badly. */
#define MARGIN_CHARS 60

/* Where there is no blank to cut at, one is looked for so much further out. */
#define MAX_WORD_CHARS 40

/* A stretch of matches of one field that fits into an excerpt, and how much it says. */
typedef struct {
  const TcnMatch *first;
  const TcnMatch *last; /* the one that ends last */
  guint n_terms;        /* different parts of the query */
  guint n_matches;
} Cluster;

/* A piece of a text, in bytes. */
typedef struct {
  const char *start;
  const char *end;
  const char *text;
  const char *text_end;
} Slice;

static gboolean
has_term_before (const GPtrArray *matches, guint from, guint index)
{
  const TcnMatch *match = g_ptr_array_index (matches, index);

  for (guint i = from; i < index; i++) {
    const TcnMatch *other = g_ptr_array_index (matches, i);

    if (g_strcmp0 (other->term, match->term) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The matches from `from` on that fit together with it. */
static Cluster
cluster_at (const GPtrArray *matches, guint from)
{
  const TcnMatch *first = g_ptr_array_index (matches, from);
  Cluster cluster = { .first = first, .last = first };

  for (guint i = from; i < matches->len; i++) {
    const TcnMatch *match = g_ptr_array_index (matches, i);

    if (match->field != first->field)
      break;
    if (match->end_char > first->start_char + TCN_EXCERPT_CHARS - MARGIN_CHARS &&
        i > from)
      continue;
    cluster.n_matches++;
    if (!has_term_before (matches, from, i))
      cluster.n_terms++;
    if (match->end > cluster.last->end)
      cluster.last = match;
  }
  return cluster;
}

/* FALSE when no match is in the summary or the content. */
static gboolean
find_densest (const GPtrArray *matches, Cluster *out_best)
{
  Cluster best = { 0 };

  for (guint i = 0; i < matches->len; i++) {
    const TcnMatch *match = g_ptr_array_index (matches, i);
    Cluster cluster;

    if (match->field != TCN_FIELD_SUMMARY && match->field != TCN_FIELD_CONTENT)
      continue;
    cluster = cluster_at (matches, i);
    if (cluster.n_terms > best.n_terms ||
        (cluster.n_terms == best.n_terms && cluster.n_matches > best.n_matches))
      best = cluster;
  }
  *out_best = best;
  return best.first != NULL;
}

/* Goes up to `n` characters back; returns how many there were. */
static guint
go_back (const char **at, const char *limit, guint n)
{
  guint done = 0;

  while (done < n && limit < *at) {
    *at = g_utf8_prev_char (*at);
    done++;
  }
  return done;
}

static guint
go_forth (const char **at, const char *limit, guint n)
{
  guint done = 0;

  while (done < n && *at < limit) {
    *at = g_utf8_next_char (*at);
    done++;
  }
  return done;
}

/* A paragraph that begins within the lead makes a better start. */
static void
start_at_paragraph (Slice *slice, const char *match_start)
{
  for (const char *at = match_start; at >= slice->start + 2; at = g_utf8_prev_char (at)) {
    if (at[-1] == '\n' && at[-2] == '\n') {
      slice->start = at;
      return;
    }
  }
}

/* Widens [start, end) of the slice to the length of an excerpt; what one side has no text
 * for goes to the other. */
static void
widen (Slice *slice)
{
  const char *match_start = slice->start;
  const char *lead_start = NULL;
  const guint taken = (guint) g_utf8_strlen (slice->start, slice->end - slice->start);
  guint left = TCN_EXCERPT_CHARS > taken ? TCN_EXCERPT_CHARS - taken : 0;

  go_back (&slice->start, slice->text, MIN (left / 2, LEAD_CHARS));
  lead_start = slice->start;
  start_at_paragraph (slice, match_start);
  left -= (guint) g_utf8_strlen (slice->start, match_start - slice->start);
  left -= go_forth (&slice->end, slice->text_end, left);
  if (left > 0) { /* the text ends here */
    slice->start = MIN (slice->start, lead_start);
    left = TCN_EXCERPT_CHARS -
           MIN (TCN_EXCERPT_CHARS,
                (guint) g_utf8_strlen (slice->start, slice->end - slice->start));
    go_back (&slice->start, slice->text, left);
  }
}

static gboolean
is_space (const char *at)
{
  return g_unichar_isspace (g_utf8_get_char (at));
}

/* Not before a mark or a joiner, which belong to what stands before them. */
static gboolean
is_border (const char *at)
{
  const gunichar c = g_utf8_get_char (at);

  return !g_unichar_ismark (c) && c != 0x200d && (c < 0xfe00 || c > 0xfe0f);
}

static const char *
first_of (const char *found, const char *otherwise)
{
  return found != NULL ? found : otherwise;
}

/* The first blank in [from, to), NULL when there is none. */
static const char *
find_space (const char *from, const char *to)
{
  for (const char *at = from; at < to; at = g_utf8_next_char (at))
    if (is_space (at))
      return at;
  return NULL;
}

/* The end of the last blank in [from, to), NULL when there is none. */
static const char *
find_space_back (const char *from, const char *to)
{
  for (const char *at = to; at > from; at = g_utf8_prev_char (at))
    if (is_space (g_utf8_prev_char (at)))
      return at;
  return NULL;
}

/* Moves the start forward to the next word, but not beyond `limit`; else back to the
 * beginning of its word. Text without blanks is cut between two characters. */
static void
snap_start (Slice *slice, const char *limit)
{
  const char *space = NULL;
  const char *further = slice->start;

  if (slice->start == slice->text || is_space (g_utf8_prev_char (slice->start)))
    return;
  space = find_space (slice->start, limit);
  go_back (&further, slice->text, MAX_WORD_CHARS);
  if (space != NULL)
    slice->start = g_utf8_next_char (space);
  else if (further == slice->text)
    slice->start = slice->text;
  else
    slice->start = first_of (find_space_back (further, slice->start), slice->start);
  while (slice->start < limit && !is_border (slice->start))
    slice->start = g_utf8_next_char (slice->start);
}

static void
snap_end (Slice *slice, const char *limit)
{
  const char *space = NULL;
  const char *further = slice->end;

  if (slice->end == slice->text_end || is_space (slice->end))
    return;
  space = find_space_back (limit, slice->end);
  go_forth (&further, slice->text_end, MAX_WORD_CHARS);
  if (space != NULL)
    slice->end = g_utf8_prev_char (space);
  else if (further == slice->text_end)
    slice->end = slice->text_end;
  else
    slice->end = first_of (find_space (slice->end, further), slice->end);
  while (slice->end > limit && !is_border (slice->end))
    slice->end = g_utf8_prev_char (slice->end);
}

/* White space to single blanks, none at the borders; a single no-break space stays. */
static void
append_joined (GString *out, const char *start, const char *end)
{
  const gsize begin = out->len;
  gboolean is_pending = FALSE;

  for (const char *at = start; at < end; at = g_utf8_next_char (at)) {
    const char *next = g_utf8_next_char (at);

    if (is_space (at)) {
      const gboolean is_single =
          *at != '\n' && *at != '\t' && next < end && !is_space (next) && !is_pending;

      if (is_single && out->len > begin)
        g_string_append_len (out, at, next - at);
      else
        is_pending = TRUE;
      continue;
    }
    if (is_pending && out->len > begin)
      g_string_append_c (out, ' ');
    is_pending = FALSE;
    g_string_append_len (out, at, next - at);
  }
}

static gboolean
is_blank (const char *start, const char *end)
{
  while (start < end && is_space (start))
    start = g_utf8_next_char (start);
  return start >= end;
}

static char *
finish (const Slice *slice)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!is_blank (slice->text, slice->start))
    g_string_append (out, is_space (g_utf8_prev_char (slice->start)) ? "… " : "…");
  append_joined (out, slice->start, slice->end);
  if (!is_blank (slice->end, slice->text_end))
    g_string_append (out, is_space (slice->end) ? " …" : "…");
  return out->len > 0 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static char *
excerpt_of (const char *text, const TcnMatch *first, const TcnMatch *last)
{
  const gsize length = strlen (text);
  Slice slice = { text, text, text, text + length };
  const char *match_start = text, *match_end = text;

  if (first != NULL) {
    g_return_val_if_fail (first->start <= last->end && last->end <= length, NULL);
    match_start = slice.start = text + first->start;
    match_end = slice.end = text + last->end;
    if (g_utf8_strlen (slice.start, slice.end - slice.start) > TCN_EXCERPT_CHARS)
      match_end = slice.end = g_utf8_offset_to_pointer (slice.start, TCN_EXCERPT_CHARS);
  }
  widen (&slice);
  snap_start (&slice, match_start);
  snap_end (&slice, match_end);
  return finish (&slice);
}

char *
tcn_excerpt_new (const TcnItem *item, const GPtrArray *matches)
{
  const char *text = item->summary != NULL ? item->summary : item->content;
  Cluster best;

  g_return_val_if_fail (matches != NULL, NULL);

  if (!find_densest (matches, &best))
    return text != NULL ? excerpt_of (text, NULL, NULL) : NULL;
  text = best.first->field == TCN_FIELD_SUMMARY ? item->summary : item->content;
  g_return_val_if_fail (text != NULL, NULL);
  return excerpt_of (text, best.first, best.last);
}
