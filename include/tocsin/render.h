/* SPDX-License-Identifier: MIT */
/*
 * How results look: records as JSON (one object a line) or TSV (one line, the columns in
 * the order of the JSON keys) from one description, and alerts in these and as a block of
 * text. What is written here is the program's public output: keys are added at the end,
 * never renamed. Knows no terminal: whether colour is welcome and which time zone is the
 * reader's comes in as an argument.
 */
#pragma once

#include "tocsin/item.h"

G_BEGIN_DECLS

typedef enum {
  TCN_FORMAT_TEXT,
  TCN_FORMAT_JSON,
  TCN_FORMAT_TSV,
} TcnFormat;

/* "text", "json" or "tsv", as `--format` and a sink's `format` take them. FALSE for any
 * other word; `out_format` is then untouched. */
gboolean tcn_format_parse (const char *word, TcnFormat *out_format);

/* One object under construction, on the stack: begin, one call a key in order, end.
 *     TcnRecord record;
 *     tcn_record_begin (&record, out, TCN_FORMAT_JSON);
 *     tcn_record_string (&record, "feed", name);
 *     tcn_record_end (&record);
 * TCN_FORMAT_TEXT is no record: people's listings are laid out by their commands. */
typedef struct {
  GString *out; /* borrowed until the end */
  TcnFormat format;
  gboolean has_values;
} TcnRecord;

void tcn_record_begin (TcnRecord *record, GString *out, TcnFormat format);
void tcn_record_end (TcnRecord *record); /* the line ends here */

/* NULL is null (an empty cell). `value` is valid UTF-8. */
void tcn_record_string (TcnRecord *record, const char *key, const char *value);
void tcn_record_int (TcnRecord *record, const char *key, gint64 value);
void tcn_record_time (TcnRecord *record, const char *key, gint64 unix_time);
void tcn_record_null (TcnRecord *record, const char *key);

/* A nested value as compact JSON, taken as it is; a TSV cell holds it as its text. */
void tcn_record_json (TcnRecord *record, const char *key, const char *json);

/* The keys of an alert, "alert" to "matches"; the caller may add more behind them. */
void tcn_record_alert (TcnRecord *record, const TcnAlert *alert);

/* "matches": matches is an array of TcnMatch*. */
void tcn_record_matches (TcnRecord *record, const GPtrArray *matches);

/* How text for people is written. */
typedef struct {
  TcnFormat format;
  gboolean
      use_colour;  /* a terminal that wants it; else matched words stand between "**" */
  GTimeZone *zone; /* the reader's; borrowed; NULL is UTC */
} TcnStyle;

/* Appends one alert in the style's format: a line of JSON or TSV, or the block of text
 * with its blank line. */
void tcn_render_alert (GString *out, const TcnAlert *alert, const TcnStyle *style);

/* Appends a title, or an excerpt of the text, with the words that `matches` found in that
 * part marked as the style says. The words are looked for anew, as whole words where they
 * are words, so that it may be a shortened copy of the field. `matches` may be NULL. */
void tcn_render_marked (GString *out, const char *text, gboolean is_title,
                        const GPtrArray *matches, const TcnStyle *style);

/* Appends "2026-11-22 15:07:09 +0100", the time in the style's zone; "-" for
 * TCN_TIME_NONE. */
void tcn_render_time (GString *out, gint64 unix_time, const TcnStyle *style);

G_END_DECLS
