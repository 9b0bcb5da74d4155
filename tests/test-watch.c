/* SPDX-License-Identifier: MIT */
/* The watch over feeds: what is polled when, and what a change in the midst of it leaves. */
#include "tocsin/watch.h"

#include <string.h>

#include "lib/fetching.h"
#include "lib/stores.h"
#include "store/private.h"
#include "tocsin/error.h"
#include "tocsin/setup.h"

/* Nobody listens there. */
#define DEAD_URL "http://127.0.0.1:1/feed"

typedef struct {
  char *dir;
  TcnStore *store;
  TcnFetcher *fetcher;
  TcnWatch *watch;
  GPtrArray *sinks;
  guint n_idle;
  guint n_broken;
} Fixture;

static void
on_idle (gpointer data)
{
  ((Fixture *) data)->n_idle++;
}

static void
on_broken (const GError *error, gpointer data)
{
  g_assert_error (error, TCN_ERROR, TCN_ERROR_STORE);
  ((Fixture *) data)->n_broken++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const TcnWatchEvents events = { .idle = on_idle, .broken = on_broken };
  const TcnFetchSettings settings = test_fetch_settings ();

  f->dir = stores_make_dir ();
  f->store = stores_open (f->dir);
  f->fetcher = tcn_fetcher_new (NULL, &settings);
  f->watch = tcn_watch_new (f->store, f->fetcher, &events, f);
  f->sinks = g_ptr_array_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  tcn_watch_free (f->watch);
  tcn_fetcher_free (f->fetcher);
  tcn_store_close (f->store);
  g_ptr_array_unref (f->sinks);
  stores_remove_dir (f->dir);
  g_free (f->dir);
}

static gboolean
configure (Fixture *f, const char *text, GError **error)
{
  g_autofree TcnKeyGroup *types = tcn_sink_key_groups ();
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  g_autoptr (TcnConfig) config =
      tcn_config_load_bytes ("/tocsin.conf", bytes, tcn_setup_loader (), types, faults);

  g_assert_nonnull (config);
  return tcn_watch_configure (f->watch, config, tcn_alerter_new (config, 1), f->sinks,
                              error);
}

static void
must_configure (Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (configure (f, text, &error));
  g_assert_no_error (error);
}

static char *
many_feeds (guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "[feed f%u]\nurl = /nowhere/%u\n", i, i);
  return g_string_free (text, FALSE);
}

static void
test_watch_polls_what_is_due_once (Fixture *f, gconstpointer data)
{
  g_autofree char *text = many_feeds (20);

  must_configure (f, text);

  g_assert_cmpuint (tcn_watch_poll_due (f->watch, FALSE), ==, 20);
  g_assert_cmpuint (tcn_watch_poll_due (f->watch, TRUE), ==, 0);
  g_assert_cmpuint (tcn_watch_n_under_way (f->watch), ==, 20);
}

static void
test_watch_spreads_what_is_due (Fixture *f, gconstpointer data)
{
  g_autofree char *text = many_feeds (20);
  gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;

  must_configure (f, text);
  tcn_watch_spread_due (f->watch);

  g_assert_cmpuint (tcn_watch_poll_due (f->watch, FALSE), ==, 0);
  g_assert_cmpint (tcn_watch_next_due_unix (f->watch), >, now_unix);
  g_assert_cmpuint (tcn_watch_poll_due (f->watch, TRUE), ==, 20);
}

/* A feed that nobody could reach waits to hear whether another one can be: that one may
 * leave the configuration before it answers. */
static void
test_watch_settles_when_the_last_one_leaves (Fixture *f, gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_start ();
  g_autofree char *silent = test_server_url (server, "/silent");
  g_autofree char *both = g_strdup_printf (
      "[feed dead]\nurl = " DEAD_URL "\n[feed silent]\nurl = %s\n", silent);

  must_configure (f, both);
  g_assert_cmpuint (tcn_watch_poll_due (f->watch, FALSE), ==, 2);
  while (tcn_fetcher_n_pending (f->fetcher) > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (tcn_watch_tally (f->watch)->n_done, ==, 0);

  must_configure (f, "[feed dead]\nurl = " DEAD_URL "\n");
  g_assert_cmpuint (tcn_watch_n_under_way (f->watch), ==, 1);
  while (f->n_idle == 0)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (tcn_watch_n_under_way (f->watch), ==, 0);
  g_assert_cmpuint (tcn_watch_tally (f->watch)->n_failed, ==, 1);
}

/* The states in memory hold what the file has lost: to poll on would take it for known. */
static void
test_watch_breaks_off_when_a_reload_cannot_commit (Fixture *f, gconstpointer data)
{
  g_autofree char *text = many_feeds (1);
  g_autoptr (GError) error = NULL;

  must_configure (f, text);
  tcn_store_recording (f->store)->lost =
      g_error_new (TCN_ERROR, TCN_ERROR_STORE, "the disk is full");

  g_assert_false (configure (f, text, &error));
  g_assert_error (error, TCN_ERROR, TCN_ERROR_STORE);
  g_assert_cmpuint (f->n_broken, ==, 1);
}

/* Feeds that fail are what these tests are about: their warnings end no test. */
static GLogWriterOutput
drop_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return G_LOG_WRITER_HANDLED;
}

#define TEST(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (drop_line, NULL, NULL);
  TEST ("/watch/polls-what-is-due-once", test_watch_polls_what_is_due_once);
  TEST ("/watch/spreads-what-is-due", test_watch_spreads_what_is_due);
  TEST ("/watch/settles-when-the-last-one-leaves",
        test_watch_settles_when_the_last_one_leaves);
  TEST ("/watch/breaks-off-when-a-reload-cannot-commit",
        test_watch_breaks_off_when_a_reload_cannot_commit);
  return g_test_run ();
}
