/* SPDX-License-Identifier: MIT */
#include "tocsin/excerpt.h"

#include <string.h>

/* Of what the matches leave free, at most so much stands before them: the sentence that
 * they are in begins there more often than not, and the rest of it follows. */
#define LEAD_CHARS 100

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
    if (match->end_char > first->start_char + TCN_EXCERPT_CHARS && i > from)
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

  while (done<n && * at> limit) {
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

/* Widens [start, end) of the slice to the length of an excerpt; what one side has no text
 * for goes to the other. */
static void
widen (Slice *slice)
{
  const guint taken = (guint) g_utf8_strlen (slice->start, slice->end - slice->start);
  guint left = TCN_EXCERPT_CHARS > taken ? TCN_EXCERPT_CHARS - taken : 0;

  left -= go_back (&slice->start, slice->text, MIN (left / 2, LEAD_CHARS));
  left -= go_forth (&slice->end, slice->text_end, left);
  go_back (&slice->start, slice->text, left);
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

/* Moves the start forward to the next word, but not into [.., limit). Text without blanks
 * is cut between two characters. */
static void
snap_start (Slice *slice, const char *limit)
{
  if (slice->start == slice->text || is_space (g_utf8_prev_char (slice->start)))
    return;
  for (const char *at = slice->start; at < limit; at = g_utf8_next_char (at)) {
    if (is_space (at)) {
      slice->start = g_utf8_next_char (at);
      return;
    }
  }
  while (slice->start < limit && !is_border (slice->start))
    slice->start = g_utf8_next_char (slice->start);
}

static void
snap_end (Slice *slice, const char *limit)
{
  if (slice->end == slice->text_end || is_space (slice->end))
    return;
  for (const char *at = slice->end; at > limit;) {
    at = g_utf8_prev_char (at);
    if (is_space (at)) {
      slice->end = at;
      return;
    }
  }
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
