/* SPDX-License-Identifier: MIT */
/* Exact forms and regular expressions: what is looked for in a field's text itself. */
#include <string.h>

#include "rules/chars.h"
#include "rules/matcher.h"
#include "tocsin/limits.h"

#define MAX_REGEX_STEPS 100000 /* backtracking of one search: 10 ms */
#define MAX_REGEX_DEPTH 1000
#define MAX_REGEX_HEAP_KIB 4096
#define MIN_JIT_STACK (32 * 1024)
#define MAX_JIT_STACK (1024 * 1024) /* the default of 32 KiB fails honest patterns */

/* --- places ----------------------------------------------------------------------------- */

static gsize
source_offset (const TcnView *view, gsize offset)
{
  return view->map->len > 0 ? g_array_index (view->map, guint32, offset) : offset;
}

/* Where the last character before `offset` ends in the source: signs that were left out
 * behind it are no part of the place. */
static gsize
source_end (const TcnMatcher *matcher, const TcnView *view, TcnField field, gsize offset)
{
  const char *text = matcher->doc->text[field];
  const char *end = text + source_offset (view, offset);
  const char *start = text + source_offset (view, offset - 1);
  const char *kept = end;

  if (view->map->len == 0)
    return offset;
  for (const char *p = start; p < end;) {
    gunichar c;

    p = tcn_next_char (p, end, &c);
    if ((tcn_char_class (c) & TCN_CHAR_KIND) != TCN_CHAR_IGNORED)
      kept = p;
  }
  return (gsize) (kept - text);
}

/* Whether a character of the source begins at `offset` of the view. */
static gboolean
is_piece_border (const TcnView *view, gsize offset)
{
  return offset == 0 || offset >= view->text->len || view->map->len == 0 ||
         g_array_index (view->map, guint32, offset) !=
             g_array_index (view->map, guint32, offset - 1);
}

/* --- exact forms ------------------------------------------------------------------------ */

/* Whether the run of word characters around `offset` goes on across it (F6). */
static gboolean
is_inside_word (const GString *text, gsize offset)
{
  const char *here = text->str + offset;
  guint8 before, after;

  if (offset == 0 || offset == text->len)
    return FALSE;
  after = tcn_char_class (g_utf8_get_char (here)) & TCN_CHAR_KIND;
  do {
    here = g_utf8_prev_char (here);
    before = tcn_char_class (g_utf8_get_char (here)) & TCN_CHAR_KIND;
  } while (before == TCN_CHAR_MARK && here > text->str);
  if (before < TCN_CHAR_LETTER)
    return FALSE;
  if (after == TCN_CHAR_MARK)
    return TRUE;
  if (before == TCN_CHAR_SINGLE || after == TCN_CHAR_SINGLE)
    return FALSE;
  if (before == TCN_CHAR_KATAKANA || after == TCN_CHAR_KATAKANA)
    return before == after;
  return after >= TCN_CHAR_LETTER;
}

static gboolean
find_exact_in (TcnMatcher *matcher, const TcnNode *leaf, TcnField field,
               TcnPlaceFunc func, gpointer data)
{
  const TcnView *view = tcn_matcher_view (
      matcher, field, leaf->ignore_case ? TCN_VIEW_TYPED_FOLDED : TCN_VIEW_TYPED);
  gsize n = strlen (leaf->needle);
  const char *text = view->text->str;
  const char *found = memmem (text, view->text->len, leaf->needle, n);

  while (found != NULL) {
    gsize start = (gsize) (found - text);

    if (++matcher->n_steps > TCN_MAX_RULE_STEPS) {
      matcher->is_capped = TRUE;
      return FALSE;
    }
    if (!is_inside_word (view->text, start) && !is_inside_word (view->text, start + n) &&
        is_piece_border (view, start) && is_piece_border (view, start + n) &&
        !func (field, source_offset (view, start),
               source_end (matcher, view, field, start + n), data))
      return FALSE;
    found = memmem (found + 1, view->text->len - start - 1, leaf->needle, n);
  }
  return TRUE;
}

void
tcn_exact_find (TcnMatcher *matcher, const TcnNode *leaf, TcnPlaceFunc func,
                gpointer data)
{
  for (TcnField field = leaf->first_field; field <= leaf->last_field; field++)
    if (matcher->lengths[field] > 0 && !find_exact_in (matcher, leaf, field, func, data))
      return;
}

/* --- regular expressions ---------------------------------------------------------------- */

static void
prepare_regex (TcnMatcher *matcher)
{
  if (matcher->match_data != NULL)
    return;
  matcher->match_data = pcre2_match_data_create (1, NULL);
  matcher->match_context = pcre2_match_context_create (NULL);
  pcre2_set_match_limit (matcher->match_context, MAX_REGEX_STEPS);
  pcre2_set_depth_limit (matcher->match_context, MAX_REGEX_DEPTH);
  pcre2_set_heap_limit (matcher->match_context, MAX_REGEX_HEAP_KIB);
  matcher->jit_stack = pcre2_jit_stack_create (MIN_JIT_STACK, MAX_JIT_STACK, NULL);
  pcre2_jit_stack_assign (matcher->match_context, NULL, matcher->jit_stack);
}

static gboolean
find_regex_in (TcnMatcher *matcher, const TcnNode *leaf, TcnField field,
               TcnPlaceFunc func, gpointer data)
{
  const TcnView *view = tcn_matcher_view (matcher, field, TCN_VIEW_COMPOSED);
  const gsize *place = pcre2_get_ovector_pointer (matcher->match_data);
  gsize at = 0;

  while (at < view->text->len) {
    int result = pcre2_match (leaf->regex, (PCRE2_SPTR) view->text->str, view->text->len,
                              at, PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK,
                              matcher->match_data, matcher->match_context);

    if (result < 0) {
      matcher->is_capped |= result != PCRE2_ERROR_NOMATCH;
      return result == PCRE2_ERROR_NOMATCH;
    }
    /* \K can end a match before it begins. */
    if (place[0] >= place[1] || place[1] <= at)
      return TRUE;
    /* A letter stands with its marks for one place in the source. */
    at = place[1];
    while (!is_piece_border (view, at))
      at++;
    if (!func (field, source_offset (view, place[0]), source_offset (view, at), data))
      return FALSE;
  }
  return TRUE;
}

void
tcn_regex_find (TcnMatcher *matcher, const TcnNode *leaf, TcnPlaceFunc func,
                gpointer data)
{
  prepare_regex (matcher);
  for (TcnField field = leaf->first_field; field <= leaf->last_field; field++)
    if (matcher->lengths[field] > 0 && !find_regex_in (matcher, leaf, field, func, data))
      return;
}
