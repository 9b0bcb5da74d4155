/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "command.h"
#include "session.h"
#include "tocsin/error.h"
#include "tocsin/feeds.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

/* One feed as the listing shows it. */
typedef struct {
  const TcnFeedConfig *config;
  const TcnFeedState *state; /* nullable: never polled */
  gint64 now_unix;
} Row;

static const char *
row_title (const Row *row)
{
  if (row->config->title != NULL || row->state == NULL)
    return row->config->title;
  return row->state->title;
}

static const char *
row_health (const Row *row)
{
  if (!row->config->enabled)
    return tcn_health_name (TCN_HEALTH_PAUSED);
  if (row->state == NULL)
    return tcn_health_name (TCN_HEALTH_NEW);
  return tcn_health_name (tcn_schedule_health (&row->state->schedule, row->now_unix));
}

static gint64
row_last_success (const Row *row)
{
  gint64 unix_time = row->state != NULL ? row->state->schedule.last_success_unix : 0;

  return unix_time > 0 ? unix_time : TCN_TIME_NONE;
}

/* TCN_TIME_NONE for a feed that is not polled, or was not yet and is due at once. */
static gint64
row_next_due (const Row *row)
{
  gint64 unix_time = 0;

  if (row->config->enabled && row->state != NULL)
    unix_time = tcn_schedule_due_unix (&row->state->schedule, row->now_unix);
  return unix_time > 0 ? unix_time : TCN_TIME_NONE;
}

/* Seconds; 0 while the feed's rhythm is not known yet. */
static gint64
row_interval (const Row *row)
{
  const TcnSchedulePolicy policy = { .interval_s = (guint) row->config->interval_s };

  return row->state != NULL ? tcn_schedule_interval_s (&row->state->schedule, &policy)
                            : row->config->interval_s;
}

static void
add_number (TcnRecord *record, const char *key, gint64 value)
{
  if (value > 0)
    tcn_record_int (record, key, value);
  else
    tcn_record_null (record, key);
}

static void
append_record (GString *out, const Row *row, TcnFormat format)
{
  TcnRecord record;
  const TcnFeedState *state = row->state;
  g_autofree char *url = tcn_url_redacted (row->config->url);

  tcn_record_begin (&record, out, format);
  tcn_record_string (&record, "feed", row->config->name);
  tcn_record_string (&record, "title", row_title (row));
  tcn_record_string (&record, "url", url);
  tcn_record_string (&record, "state", row_health (row));
  add_number (&record, "http", state != NULL ? state->http_status : 0);
  tcn_record_time (&record, "last_success", row_last_success (row));
  tcn_record_time (&record, "next_due", row_next_due (row));
  add_number (&record, "interval", row_interval (row));
  tcn_record_int (&record, "items", state != NULL ? state->items_seen : 0);
  tcn_record_int (&record, "failures", state != NULL ? state->schedule.failures : 0);
  tcn_record_string (&record, "error", state != NULL ? state->error : NULL);
  tcn_record_end (&record);
}

/* --- for people -------------------------------------------------------------------------- */

static const char *const headings[] = { "FEED",  "STATE", "LAST SUCCESS", "NEXT DUE",
                                        "EVERY", "HTTP",  "ITEMS",        "TITLE" };
#define N_COLUMNS G_N_ELEMENTS (headings)

static char *
format_time (gint64 unix_time, const TcnStyle *style)
{
  GString *text = g_string_new (NULL);

  tcn_render_time (text, unix_time, style);
  return g_string_free (text, FALSE);
}

/* (transfer full) N_COLUMNS cells */
static GStrv
make_cells (const Row *row, const TcnStyle *style)
{
  GStrv cells = g_new0 (char *, N_COLUMNS + 1);
  const TcnFeedState *state = row->state;
  const char *title = row_title (row);
  gint64 interval_s = row_interval (row);

  cells[0] = g_strdup (row->config->name);
  cells[1] = g_strdup (row_health (row));
  cells[2] = format_time (row_last_success (row), style);
  cells[3] = format_time (row_next_due (row), style);
  cells[4] = interval_s > 0 ? tcn_duration_format (interval_s) : g_strdup ("-");
  cells[5] = state != NULL && state->http_status != 0
                 ? g_strdup_printf ("%u", state->http_status)
                 : g_strdup ("-");
  cells[6] = g_strdup_printf ("%" G_GINT64_FORMAT, state != NULL ? state->items_seen : 0);
  cells[7] = title != NULL ? g_strdup (title) : tcn_url_redacted (row->config->url);
  return cells;
}

static guint
measure (const char *cell)
{
  return tcn_text_width (cell, strlen (cell));
}

static void
append_line (GString *out, const char *const *cells, const guint *widths)
{
  for (guint c = 0; c < N_COLUMNS; c++) {
    guint width = measure (cells[c]);

    g_string_append (out, cells[c]);
    for (; c + 1 < N_COLUMNS && width < widths[c] + 2; width++)
      g_string_append_c (out, ' ');
  }
  g_string_append_c (out, '\n');
}

/* A damaged document is an error of a poll that did not fail. */
static void
append_error (GString *out, const TcnFeedState *state)
{
  g_string_append_printf (out, "  %s", state->error);
  if (state->schedule.failures > 0)
    g_string_append_printf (out, " (%u in a row)", state->schedule.failures);
  g_string_append_c (out, '\n');
}

static void
append_table (GString *out, const GArray *rows, const TcnStyle *style)
{
  guint widths[N_COLUMNS];
  g_autoptr (GPtrArray) lines =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (guint c = 0; c < N_COLUMNS; c++)
    widths[c] = measure (headings[c]);
  for (guint i = 0; i < rows->len; i++) {
    GStrv cells = make_cells (&g_array_index (rows, Row, i), style);

    for (guint c = 0; c < N_COLUMNS; c++)
      widths[c] = MAX (widths[c], measure (cells[c]));
    g_ptr_array_add (lines, cells);
  }

  append_line (out, headings, widths);
  for (guint i = 0; i < rows->len; i++) {
    const TcnFeedState *state = g_array_index (rows, Row, i).state;

    append_line (out, (const char *const *) lines->pdata[i], widths);
    if (state != NULL && state->error != NULL)
      append_error (out, state);
  }
}

/* --- the command ------------------------------------------------------------------------- */

static GArray *
list_rows (const TcnConfig *config, GHashTable *states)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));
  gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; i < config->feeds->len; i++) {
    const TcnFeedConfig *feed = config->feeds->pdata[i];
    const Row row = { feed, g_hash_table_lookup (states, feed->name), now_unix };

    g_array_append_val (rows, row);
  }
  return rows;
}

static int
print_feeds (const TcnConfig *config, TcnStore *store, const TcnStyle *style)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GHashTable) states = tcn_feeds_load (store, &error);

  if (states == NULL)
    return tcn_command_failed (error);

  g_autoptr (GArray) rows = list_rows (config, states);
  if (style->format == TCN_FORMAT_TEXT)
    append_table (out, rows, style);
  for (guint i = 0; style->format != TCN_FORMAT_TEXT && i < rows->len; i++)
    append_record (out, &g_array_index (rows, Row, i), style->format);
  return tcn_command_print (out, &error) ? 0 : tcn_command_failed (error);
}

static int
run (TcnInvocation *invocation)
{
  int status;
  TcnStyle style;
  g_autofree char *format = NULL;
  g_auto (GStrv) rest = NULL;
  g_autoptr (TcnConfig) config = NULL;
  g_autoptr (TcnStore) store = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_FILENAME, &format, "text, json or tsv", "FORMAT" },
    { NULL },
  };

  if (!tcn_command_parse (invocation, entries, &rest, &status))
    return status;
  if (*rest != NULL)
    return tcn_command_misused (invocation, "unexpected argument “%s”", *rest);
  if (!tcn_session_style (invocation, format, &style, &status))
    return status;
  config = tcn_session_load_config (invocation, TCN_WARNINGS_SEEN, &status);
  if (config == NULL)
    return status;
  store = tcn_session_open_store (invocation, config, &status);
  if (store == NULL)
    return status;
  return print_feeds (config, store, &style);
}

const TcnCommand tcn_command_feeds = {
  .name = "feeds",
  .arguments = "[--format FORMAT]",
  .summary = "List the feeds and their health",
  .description =
      "States: ok, failing, gone (its server says 410), silent (nothing new for several "
      "times its\nrhythm), paused (disabled, or under Retry-After), new (never read yet).",
  .run = run,
};
