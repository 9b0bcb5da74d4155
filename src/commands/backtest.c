/* SPDX-License-Identifier: MIT */
/* What a rule would have rung for: a trial on the archive, added up. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/session.h"
#include "commands/trial.h"
#include "tocsin/archive.h"

#define DAY_S (24 * 3600)
#define MAX_DAYS 30  /* of the histogram: a screen */
#define MAX_FEEDS 20 /* that are named */
#define BAR_COLUMNS 50
#define PROGRESS_ITEMS 5000
#define ERASE_LINE "\r\033[K"

typedef struct {
  TcnTrial *trial;
  GHashTable *feeds; /* name -> GUINT_TO_POINTER (matches) */
  GHashTable *days;  /* GINT_TO_POINTER (day since the epoch) -> matches */
  guint n_items;
  gboolean shows_progress;
  gint64 first_day;
  gint64 last_day;
} Backtest;

static void
count (GHashTable *table, gpointer key, guint n)
{
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (table, key));

  g_hash_table_insert (table, key, GUINT_TO_POINTER (before + n));
}

static gboolean
try_archived (const TcnArchived *archived, gpointer data)
{
  Backtest *backtest = data;
  TcnTrial *trial = backtest->trial;
  const TcnFeedConfig *feed = tcn_config_find_feed (trial->config, archived->feed);
  gint64 day = archived->first_seen_unix / DAY_S;
  TcnTrialItem row = {
    .item = archived->item,
    .source_key = "item",
    .source = archived->id,
    .place = archived->feed,
    .feed_title =
        feed != NULL && feed->title != NULL ? feed->title : archived->feed_title,
    .feed_language = archived->feed_language,
    .feed = feed,
  };
  guint n = tcn_trial_run (trial, &row);

  if (backtest->shows_progress && backtest->n_items % PROGRESS_ITEMS == 0)
    fprintf (stderr, "\r%u items", backtest->n_items);
  if (backtest->n_items++ == 0)
    backtest->first_day = backtest->last_day = day;
  backtest->first_day = MIN (backtest->first_day, day);
  backtest->last_day = MAX (backtest->last_day, day);
  if (n > 0) {
    count (backtest->feeds, (gpointer) g_intern_string (archived->feed), n);
    count (backtest->days, GINT_TO_POINTER ((gint) day), n);
  }
  return trial->error == NULL;
}

/* --- adding up -------------------------------------------------------------------------- */

typedef struct {
  const char *feed;
  guint n;
} FeedCount;

static gint
compare_counts (gconstpointer a, gconstpointer b)
{
  const FeedCount *first = a;
  const FeedCount *second = b;

  if (first->n != second->n)
    return first->n > second->n ? -1 : 1;
  return strcmp (first->feed, second->feed);
}

static void
append_feeds (GString *out, GHashTable *feeds)
{
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (FeedCount));
  GHashTableIter iter;
  gpointer feed, n;

  g_hash_table_iter_init (&iter, feeds);
  while (g_hash_table_iter_next (&iter, &feed, &n)) {
    FeedCount row = { feed, GPOINTER_TO_UINT (n) };

    g_array_append_val (counts, row);
  }
  g_array_sort (counts, compare_counts);
  for (guint i = 0; i < MIN (counts->len, MAX_FEEDS); i++)
    g_string_append_printf (out, "%8u  %s\n", g_array_index (counts, FeedCount, i).n,
                            g_array_index (counts, FeedCount, i).feed);
  if (counts->len > MAX_FEEDS)
    g_string_append_printf (out, "          and %u more feed%s\n",
                            counts->len - MAX_FEEDS,
                            counts->len - MAX_FEEDS == 1 ? "" : "s");
}

static guint
matches_of_day (const Backtest *backtest, gint64 day)
{
  return GPOINTER_TO_UINT (
      g_hash_table_lookup (backtest->days, GINT_TO_POINTER ((gint) day)));
}

static void
append_histogram (GString *out, const Backtest *backtest)
{
  gint64 first = MAX (backtest->first_day, backtest->last_day - MAX_DAYS + 1);
  guint most = 1;

  for (gint64 day = first; day <= backtest->last_day; day++)
    most = MAX (most, matches_of_day (backtest, day));
  g_string_append_c (out, '\n');
  for (gint64 day = first; day <= backtest->last_day; day++) {
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (day * DAY_S);
    g_autofree char *text = g_date_time_format (date, "%F");
    guint n = matches_of_day (backtest, day);

    g_string_append_printf (out, "%s %6u ", text, n);
    for (guint i = 0; i < (n * BAR_COLUMNS + most - 1) / most; i++)
      g_string_append (out, "▇");
    g_string_append_c (out, '\n');
  }
}

static void
append_sum (const Backtest *backtest)
{
  TcnTrial *trial = backtest->trial;
  GString *out = trial->out;
  gint64 n_days =
      backtest->n_items > 0 ? backtest->last_day - backtest->first_day + 1 : 0;

  g_string_append_printf (out, "%u match%s in %u item%s", trial->n_matches,
                          trial->n_matches == 1 ? "" : "es", backtest->n_items,
                          backtest->n_items == 1 ? "" : "s");
  if (n_days > 0)
    g_string_append_printf (out, " of %" G_GINT64_FORMAT " day%s: %.1f a day", n_days,
                            n_days == 1 ? "" : "s",
                            (double) trial->n_matches / (double) n_days);
  g_string_append_c (out, '\n');
  append_feeds (out, backtest->feeds);
  if (trial->n_matches > 0 && isatty (STDOUT_FILENO))
    append_histogram (out, backtest);
}

int
tcn_trial_run_archive (TcnTrial *trial, const TcnInvocation *invocation,
                       const char *since)
{
  g_autoptr (GHashTable) feeds = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) days = g_hash_table_new (NULL, NULL);
  g_autoptr (TcnStore) store = NULL;
  g_autoptr (GError) error = NULL;
  TcnArchiveFilter filter = { 0 };
  Backtest backtest = { .trial = trial, .feeds = feeds, .days = days };
  gboolean is_read;
  int status = 0;

  if (since != NULL &&
      !tcn_session_since (invocation, since, &filter.since_unix, &status))
    return status;
  store = tcn_session_open_store (invocation, trial->config, &status);
  if (store == NULL)
    return 2; /* for this command 1 means that nothing matched */
  /* Matches that appear on the same terminal are progress enough. */
  backtest.shows_progress =
      !invocation->is_quiet && isatty (STDERR_FILENO) && !isatty (STDOUT_FILENO);
  is_read = tcn_archive_each (store, &filter, try_archived, &backtest, &error);
  if (backtest.shows_progress)
    fputs (ERASE_LINE, stderr);
  if (!is_read) {
    tcn_command_failed (error);
    return 2;
  }
  if (trial->style.format == TCN_FORMAT_TEXT)
    append_sum (&backtest);
  return trial->n_matches > 0 ? 0 : 1;
}
