/* SPDX-License-Identifier: MIT */
#include "tocsin/render.h"

#include <string.h>

#include "tocsin/json.h"

#define COLOUR_TIME "\033[2m"
#define COLOUR_RULE "\033[1;36m"
#define COLOUR_TITLE "\033[1m"
#define COLOUR_MATCH "\033[1;31m"
#define COLOUR_LINK "\033[4m"
#define COLOUR_OFF "\033[0m"

static const char *const format_words[] = {
  [TCN_FORMAT_TEXT] = "text",
  [TCN_FORMAT_JSON] = "json",
  [TCN_FORMAT_TSV] = "tsv",
};

gboolean
tcn_format_parse (const char *word, TcnFormat *out_format)
{
  g_return_val_if_fail (word != NULL && out_format != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (format_words); i++) {
    if (strcmp (word, format_words[i]) == 0) {
      *out_format = (TcnFormat) i;
      return TRUE;
    }
  }
  return FALSE;
}

/* --- records --- */

void
tcn_record_begin (TcnRecord *record, GString *out, TcnFormat format)
{
  g_return_if_fail (format != TCN_FORMAT_TEXT);

  *record = (TcnRecord){ .out = out, .format = format };
  if (format == TCN_FORMAT_JSON)
    g_string_append_c (out, '{');
}

void
tcn_record_end (TcnRecord *record)
{
  g_string_append (record->out, record->format == TCN_FORMAT_JSON ? "}\n" : "\n");
}

/* Everything up to the value. */
static void
begin_value (TcnRecord *record, const char *key)
{
  const gboolean is_json = record->format == TCN_FORMAT_JSON;

  if (record->has_values)
    g_string_append_c (record->out, is_json ? ',' : '\t');
  record->has_values = TRUE;
  if (is_json) {
    tcn_json_string (record->out, key);
    g_string_append_c (record->out, ':');
  }
}

static void
append_cell (GString *out, const char *text)
{
  for (; *text != '\0'; text++) {
    switch (*text) {
    case '\t':
      g_string_append (out, "\\t");
      break;
    case '\n':
      g_string_append (out, "\\n");
      break;
    case '\\':
      g_string_append (out, "\\\\");
      break;
    default:
      g_string_append_c (out, *text);
    }
  }
}

void
tcn_record_string (TcnRecord *record, const char *key, const char *value)
{
  begin_value (record, key);
  if (record->format == TCN_FORMAT_JSON)
    tcn_json_string (record->out, value);
  else if (value != NULL)
    append_cell (record->out, value);
}

void
tcn_record_int (TcnRecord *record, const char *key, gint64 value)
{
  begin_value (record, key);
  tcn_json_int (record->out, value);
}

void
tcn_record_time (TcnRecord *record, const char *key, gint64 unix_time)
{
  g_autofree char *text = tcn_time_format_utc (unix_time);

  tcn_record_string (record, key, text);
}

void
tcn_record_null (TcnRecord *record, const char *key)
{
  tcn_record_string (record, key, NULL);
}

void
tcn_record_json (TcnRecord *record, const char *key, const char *json)
{
  begin_value (record, key);
  if (record->format == TCN_FORMAT_JSON)
    g_string_append (record->out, json);
  else
    append_cell (record->out, json);
}

static void
append_match (TcnRecord *inner, const TcnMatch *match)
{
  tcn_record_string (inner, "field", tcn_field_name (match->field));
  tcn_record_int (inner, "start", match->start_char);
  tcn_record_int (inner, "end", match->end_char);
  tcn_record_string (inner, "text", match->text);
  tcn_record_string (inner, "term", match->term);
  tcn_record_string (inner, "why", tcn_why_name (match->why));
}

void
tcn_record_matches (TcnRecord *record, const GPtrArray *matches)
{
  g_autoptr (GString) json = g_string_new ("[");

  for (guint i = 0; i < matches->len; i++) {
    TcnRecord inner;

    if (i > 0)
      g_string_append_c (json, ',');
    tcn_record_begin (&inner, json, TCN_FORMAT_JSON);
    append_match (&inner, g_ptr_array_index (matches, i));
    g_string_append_c (json, '}');
  }
  g_string_append_c (json, ']');
  tcn_record_json (record, "matches", json->str);
}

void
tcn_record_alert (TcnRecord *record, const TcnAlert *alert)
{
  tcn_record_string (record, "alert", alert->id);
  tcn_record_time (record, "time", alert->time_unix);
  tcn_record_string (record, "rule", alert->rule);
  tcn_record_string (record, "urgency", tcn_urgency_name (alert->urgency));
  tcn_record_string (record, "feed", alert->feed);
  tcn_record_string (record, "feed_title", alert->feed_title);
  tcn_record_string (record, "item", alert->item);
  tcn_record_string (record, "title", alert->title);
  tcn_record_string (record, "link", alert->link);
  tcn_record_string (record, "author", alert->author);
  tcn_record_time (record, "published", alert->published_unix);
  tcn_record_string (record, "language", alert->language);
  tcn_record_string (record, "excerpt", alert->excerpt);
  tcn_record_matches (record, alert->matches);
}

/* --- text --- */

void
tcn_render_time (GString *out, gint64 unix_time, const TcnStyle *style)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *text = NULL;

  if (unix_time != TCN_TIME_NONE)
    utc = g_date_time_new_from_unix_utc (unix_time);
  if (utc == NULL) {
    g_string_append_c (out, '-');
    return;
  }
  local = style->zone != NULL ? g_date_time_to_timezone (utc, style->zone) : NULL;
  text = g_date_time_format (local != NULL ? local : utc, "%Y-%m-%d %H:%M:%S %z");
  g_string_append (out, text);
}

/* Scripts that put no blanks between words: a match may begin and end anywhere there. */
static gboolean
joins_words (gunichar c)
{
  switch (g_unichar_get_script (c)) {
  case G_UNICODE_SCRIPT_HAN:
  case G_UNICODE_SCRIPT_HIRAGANA:
  case G_UNICODE_SCRIPT_KATAKANA:
  case G_UNICODE_SCRIPT_THAI:
  case G_UNICODE_SCRIPT_LAO:
  case G_UNICODE_SCRIPT_KHMER:
  case G_UNICODE_SCRIPT_MYANMAR:
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
is_inside_word (gunichar before, gunichar after)
{
  if (joins_words (before) || joins_words (after))
    return FALSE;
  return (g_unichar_isalnum (before) || g_unichar_ismark (before)) &&
         (g_unichar_isalnum (after) || g_unichar_ismark (after));
}

static gboolean
stands_alone (const char *text, const char *start, const char *end)
{
  if (start > text && is_inside_word (g_utf8_get_char (g_utf8_prev_char (start)),
                                      g_utf8_get_char (start)))
    return FALSE;
  return *end == '\0' || !is_inside_word (g_utf8_get_char (g_utf8_prev_char (end)),
                                          g_utf8_get_char (end));
}

/* How many bytes of `text` read as `words`: white space of any kind and length in the one
 * stands for any in the other. 0 when they differ. */
static gsize
match_length (const char *text, const char *words)
{
  const char *t = text, *w = words;

  while (*w != '\0') {
    const gunichar c = g_utf8_get_char (w), d = g_utf8_get_char (t);

    if (g_unichar_isspace (c) && g_unichar_isspace (d)) {
      while (*w != '\0' && g_unichar_isspace (g_utf8_get_char (w)))
        w = g_utf8_next_char (w);
      while (*t != '\0' && g_unichar_isspace (g_utf8_get_char (t)))
        t = g_utf8_next_char (t);
    } else if (c == d) {
      w = g_utf8_next_char (w);
      t = g_utf8_next_char (t);
    } else {
      return 0;
    }
  }
  return (gsize) (t - text);
}

static gboolean
is_found_there (const TcnMatch *match, gboolean is_title)
{
  if (is_title)
    return match->field == TCN_FIELD_TITLE;
  return match->field == TCN_FIELD_SUMMARY || match->field == TCN_FIELD_CONTENT;
}

/* The longest of the matched words that begin at `here`; 0 for none. */
static gsize
marked_length (const char *text, gboolean is_title, const char *here,
               const GPtrArray *matches)
{
  gsize longest = 0;

  for (guint i = 0; i < matches->len; i++) {
    const TcnMatch *match = g_ptr_array_index (matches, i);
    gsize n = 0;

    if (!is_found_there (match, is_title) || match->text == NULL ||
        match->text[0] != *here)
      continue;
    n = match_length (here, match->text);
    if (n <= longest)
      continue;
    if (match->why == TCN_WHY_INSIDE || match->why == TCN_WHY_REGEX ||
        stands_alone (text, here, here + n))
      longest = n;
  }
  return longest;
}

void
tcn_render_marked (GString *out, const char *text, gboolean is_title,
                   const GPtrArray *matches, const TcnStyle *style)
{
  const char *here = text;

  g_return_if_fail (text != NULL);

  while (*here != '\0') {
    const char *next = g_utf8_next_char (here);
    const gsize n = matches != NULL ? marked_length (text, is_title, here, matches) : 0;

    if (n == 0) {
      g_string_append_len (out, here, next - here);
      here = next;
      continue;
    }
    g_string_append (out, style->use_colour ? COLOUR_MATCH : "**");
    g_string_append_len (out, here, (gssize) n);
    g_string_append (out, style->use_colour ? COLOUR_OFF : "**");
    here += n;
  }
}

static void
append_coloured (GString *out, const char *text, const char *colour,
                 const TcnStyle *style)
{
  if (style->use_colour)
    g_string_append (out, colour);
  g_string_append (out, text);
  if (style->use_colour)
    g_string_append (out, COLOUR_OFF);
}

static void
append_block (GString *out, const TcnAlert *alert, const TcnStyle *style)
{
  g_autoptr (GString) time = g_string_new (NULL);

  tcn_render_time (time, alert->time_unix, style);
  append_coloured (out, time->str, COLOUR_TIME, style);
  g_string_append (out, "  ");
  append_coloured (out, tcn_alert_rule_shown (alert), COLOUR_RULE, style);
  g_string_append_printf (out, "  %s\n", alert->feed);
  append_coloured (out, alert->title != NULL ? alert->title : "(no title)", COLOUR_TITLE,
                   style);
  g_string_append_c (out, '\n');
  if (alert->excerpt != NULL) {
    tcn_render_marked (out, alert->excerpt, FALSE, alert->matches, style);
    g_string_append_c (out, '\n');
  }
  if (alert->link != NULL) {
    append_coloured (out, alert->link, COLOUR_LINK, style);
    g_string_append_c (out, '\n');
  }
  g_string_append_c (out, '\n');
}

void
tcn_render_alert (GString *out, const TcnAlert *alert, const TcnStyle *style)
{
  TcnRecord record;

  if (style->format == TCN_FORMAT_TEXT) {
    append_block (out, alert, style);
    return;
  }
  tcn_record_begin (&record, out, style->format);
  tcn_record_alert (&record, alert);
  tcn_record_end (&record);
}
