/* SPDX-License-Identifier: MIT */
#include "tocsin/dispatch.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "tocsin/error.h"
#include "tocsin/ledger.h"
#include "tocsin/outbox.h"

#include "app/lane.h"

#include "lib/delivery.h"

#define START_UNIX 1795356429

/* --- a sink that does as it is told --- */

typedef struct {
  GString *log; /* "NAME: ALERTS;" of each delivery, in order; a burst "xN+BEFORE" */
  TcnErrorCode *failures; /* of the next deliveries; 0: it arrives */
  guint n_failures;
  guint n_deliveries;
  guint n_open;
  gboolean is_stuck; /* deliveries do not complete */
  TcnSink *last;
  TcnSinkEnv env;
} Script;

typedef struct {
  TcnSink base;
  TcnSinkDone done;
  gpointer data;
  guint idle;
} Fake;

static Script script; /* classes have no place for more */

static void
fake_complete (Fake *fake, const GError *error)
{
  const TcnSinkDone done = fake->done;

  fake->done = NULL;
  done (&fake->base, error, fake->data);
}

static gboolean
on_fake_idle (gpointer data)
{
  Fake *fake = data;
  const guint n = script.n_deliveries++;
  g_autoptr (GError) error = NULL;

  fake->idle = 0;
  if (n < script.n_failures && script.failures[n] != 0)
    error = g_error_new (TCN_ERROR, (gint) script.failures[n], "told to fail");
  fake_complete (fake, error);
  return G_SOURCE_REMOVE;
}

static void
fake_deliver (TcnSink *sink, const TcnBatch *batch, TcnSinkDone done, gpointer data)
{
  Fake *fake = (Fake *) sink;

  g_string_append_printf (script.log, "%s:", sink->name);
  for (guint i = 0; i < batch->alerts->len; i++) {
    const TcnAlert *alert = g_ptr_array_index (batch->alerts, i);

    g_string_append_printf (script.log, " %s", alert->id + strlen ("alert-"));
  }
  if (batch->n_items > 1)
    g_string_append_printf (script.log, " x%u+%u", batch->n_items, batch->n_before);
  g_string_append (script.log, "; ");
  script.last = sink;
  fake->done = done;
  fake->data = data;
  if (!script.is_stuck)
    fake->idle = g_idle_add (on_fake_idle, fake);
}

static void
fake_close (TcnSink *sink)
{
  Fake *fake = (Fake *) sink;

  g_clear_handle_id (&fake->idle, g_source_remove);
  if (fake->done != NULL) {
    g_autoptr (GError) error =
        g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "given up");

    fake_complete (fake, error);
  }
  script.n_open--;
  g_free (fake);
}

static const TcnKeyWord colours[] = { { "red", 1 }, { "blue", 2 }, { NULL, 0 } };
static const TcnKey fake_keys[] = {
  { "colour", TCN_KEY_CHOICE, 0, "red", 0, 0, colours, "for the test of a reload" },
};
static const TcnKey blue_keys[] = {
  { "colour", TCN_KEY_CHOICE, 0, "blue", 0, 0, colours, "for the test of a reload" },
};

static const TcnSinkClass plain_class = {
  .keys = { "plain", fake_keys, G_N_ELEMENTS (fake_keys) },
  .deliver = fake_deliver,
  .close = fake_close,
};
static const TcnSinkClass paced_class = {
  .keys = { "paced", fake_keys, G_N_ELEMENTS (fake_keys) },
  .groups_items = TRUE,
  .burst_size = 3,
  .burst_window_s = 30,
  .deliver = fake_deliver,
  .close = fake_close,
};
static const TcnKeyGroup blue_group = { "plain", blue_keys, G_N_ELEMENTS (blue_keys) };

static TcnSink *
fake_open (const TcnSinkConfig *config, const TcnSinkEnv *env, GError **error)
{
  Fake *fake = NULL;

  if (strcmp (tcn_sink_config_name (config), "impossible") == 0) {
    g_set_error_literal (error, TCN_ERROR, TCN_ERROR_CONFIG, "cannot be opened");
    return NULL;
  }
  fake = g_new0 (Fake, 1);
  fake->base.class =
      strcmp (tcn_sink_config_type (config), "paced") == 0 ? &paced_class : &plain_class;
  fake->base.name = g_strdup (tcn_sink_config_name (config));
  script.n_open++;
  script.env = *env;
  return &fake->base;
}

/* --- a store with alerts, and a dispatcher over it --- */

typedef struct {
  char *dir;
  TcnStore *store;
  TcnLedger *ledger;
  GHashTable *feeds;
  TcnSinkEnv env;
  TcnDispatchOptions options;
  GPtrArray *sinks;
  TcnDispatch *dispatch;
  gint64 now_unix;
  gint64 now_us;
  guint n_broken;
  guint n_output_errors;
  gboolean is_over;
} World;

static gint64
world_now_unix (gpointer data)
{
  return ((World *) data)->now_unix;
}

static gint64
world_now_us (gpointer data)
{
  return ((World *) data)->now_us;
}

static double
world_random (gpointer data)
{
  return 0.5;
}

static void
on_broken (const GError *error, gpointer data)
{
  ((World *) data)->n_broken++;
}

static void
on_output_error (const GError *error, gpointer data)
{
  ((World *) data)->n_output_errors++;
}

static void
add_sink (World *world, const char *name, const TcnKeyGroup *type)
{
  g_ptr_array_add (world->sinks, tcn_sink_config_new (name, type));
}

static void
set_sinks (World *world)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tcn_dispatch_set_sinks (world->dispatch, world->sinks, &error));
  g_assert_no_error (error);
}

static void
world_open (World *world, gconstpointer data)
{
  const TcnFeedRef feed = { "sohr", "https://example.org/feed" };
  world->options = (TcnDispatchOptions){
    .env = &world->env,
    .on_broken = on_broken,
    .on_output_error = on_output_error,
    .data = world,
    .open_sink = fake_open,
    .now_unix = world_now_unix,
    .now_us = world_now_us,
    .random = world_random,
  };
  g_autoptr (GError) error = NULL;

  memset (&script, 0, sizeof script);
  script.log = g_string_new (NULL);
  world->dir = g_mkdtemp (g_strdup ("dispatch-XXXXXX"));
  world->store = tcn_store_open (world->dir, TCN_STORE_WRITE, &error);
  g_assert_no_error (error);
  world->feeds = tcn_feeds_sync (world->store, &feed, 1, START_UNIX, &error);
  g_assert_no_error (error);
  world->ledger = tcn_ledger_new (world->store);
  world->now_unix = START_UNIX;
  world->now_us = 1000 * G_USEC_PER_SEC;
  world->sinks = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_sink_config_unref);
  world->dispatch = tcn_dispatch_new (world->store, &world->options);
}

static void
world_close (World *world, gconstpointer data)
{
  tcn_dispatch_free (world->dispatch);
  g_assert_cmpuint (script.n_open, ==, 0);
  g_ptr_array_unref (world->sinks);
  g_hash_table_unref (world->feeds);
  tcn_ledger_free (world->ledger);
  tcn_store_close (world->store);
  g_free (world->dir);
  g_string_free (script.log, TRUE);
  g_free (script.failures);
}

/* The next deliveries fail with these codes. */
static void
script_failures (guint n, const TcnErrorCode *codes)
{
  script.failures = g_memdup2 (codes, n * sizeof *codes);
  script.n_failures = n;
}

/* Records alert `n` of `item` for a sink. */
static void
record (World *world, guint n, const char *item, const char *sink)
{
  const char *const names[] = { sink, NULL };
  TcnFeedState *feed = g_hash_table_lookup (world->feeds, "sohr");
  g_autoptr (GError) error = NULL;
  g_autoptr (TcnAlert) alert = delivery_alert_new (n, item, "rule");

  g_assert_true (tcn_ledger_begin_feed (world->ledger, feed, world->now_unix,
                                        world->now_us, &error));
  g_assert_true (tcn_ledger_add_alert (world->ledger, alert, names, 0, &error));
  g_assert_true (tcn_ledger_end_feed (world->ledger, feed, &error));
  g_assert_true (tcn_ledger_flush (world->ledger, &error));
  g_assert_no_error (error);
}

/* Records alert `n` of a rule with a cooldown of 10 minutes, on an item of its own. */
static void
record_of_rule (World *world, guint n, const char *rule, const char *const *sinks)
{
  TcnFeedState *feed = g_hash_table_lookup (world->feeds, "sohr");
  g_autofree char *item = g_strdup_printf ("i%u", n);
  g_autoptr (TcnAlert) alert = delivery_alert_new (n, item, rule);
  g_autoptr (GError) error = NULL;

  alert->time_unix = world->now_unix;
  g_assert_true (tcn_ledger_begin_feed (world->ledger, feed, world->now_unix,
                                        world->now_us, &error));
  g_assert_true (tcn_ledger_add_alert (world->ledger, alert, sinks, 600, &error));
  g_assert_true (tcn_ledger_end_feed (world->ledger, feed, &error));
  g_assert_true (tcn_ledger_flush (world->ledger, &error));
  g_assert_no_error (error);
}

static void
record_many (World *world, guint n, const char *sink)
{
  for (guint i = 1; i <= n; i++) {
    g_autofree char *item = g_strdup_printf ("i%u", i);

    record (world, i, item, sink);
  }
}

static void
settle (void)
{
  for (guint quiet = 0; quiet < 3;)
    quiet = g_main_context_iteration (NULL, FALSE) ? 0 : quiet + 1;
}

static void
kick (World *world)
{
  tcn_dispatch_kick (world->dispatch);
  settle ();
}

static void
on_over (gpointer data)
{
  ((World *) data)->is_over = TRUE;
}

static void
drain (World *world)
{
  world->is_over = FALSE;
  tcn_dispatch_drain (world->dispatch, on_over, world);
  g_assert_false (world->is_over);
  settle ();
}

static gboolean
append_state (const TcnAlertRecord *record, gpointer data)
{
  const TcnDelivery *delivery = g_ptr_array_index (record->deliveries, 0);

  g_string_append_printf (data, "%s:%s/%u ", record->alert->id + strlen ("alert-"),
                          tcn_delivery_state_name (delivery->state), delivery->attempts);
  return TRUE;
}

/* "1:sent/1 2:pending/0 " */
static char *
states (World *world)
{
  const TcnAlertFilter filter = { .since_unix = TCN_TIME_NONE };
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (tcn_outbox_list (world->store, &filter, append_state, out, &error));
  g_assert_no_error (error);
  return g_string_free (out, FALSE);
}

#define assert_states(world, expected)                                                   \
  G_STMT_START                                                                           \
  {                                                                                      \
    g_autofree char *states_ = states (world);                                           \
    g_assert_cmpstr (states_, ==, expected);                                             \
  }                                                                                      \
  G_STMT_END

/* Deliveries of two sinks run beside each other: what each of them got, in its order. */
static char *
log_of (const char *sink)
{
  g_auto (GStrv) entries = g_strsplit (script.log->str, "; ", -1);
  GString *out = g_string_new (NULL);

  for (char **entry = entries; *entry != NULL; entry++)
    if (g_str_has_prefix (*entry, sink))
      g_string_append_printf (out, "%s; ", *entry);
  return g_string_free (out, FALSE);
}

#define assert_log(sink, expected)                                                       \
  G_STMT_START                                                                           \
  {                                                                                      \
    g_autofree char *log_ = log_of (sink);                                               \
    g_assert_cmpstr (log_, ==, expected);                                                \
  }                                                                                      \
  G_STMT_END

/* --- the cases --- */

static void
test_dispatch_sends_in_order_each_by_itself (World *world, gconstpointer data)
{
  record (world, 1, "i1", "out");
  record (world, 2, "i1", "out");
  record (world, 3, "i2", "out");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  settle ();

  g_assert_cmpstr (script.log->str, ==, "out: 1; out: 2; out: 3; ");
  assert_states (world, "1:sent/1 2:sent/1 3:sent/1 ");
}

static void
test_dispatch_sees_what_is_recorded_later (World *world, gconstpointer data)
{
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  settle ();
  record (world, 1, "i1", "out");
  settle ();
  g_assert_cmpstr (script.log->str, ==, "");
  kick (world);
  kick (world);

  g_assert_cmpstr (script.log->str, ==, "out: 1; ");
}

static void
test_dispatch_sends_more_than_it_reads_at_once (World *world, gconstpointer data)
{
  record_many (world, 150, "out");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  settle ();

  g_assert_cmpuint (script.n_deliveries, ==, 150);
  g_assert_true (g_str_has_suffix (script.log->str, "out: 149; out: 150; "));
}

static void
test_dispatch_leaves_the_rows_of_other_sinks (World *world, gconstpointer data)
{
  record (world, 1, "i1", "elsewhere");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  drain (world);

  g_assert_true (world->is_over);
  assert_states (world, "1:pending/0 ");
}

static void
test_dispatch_groups_the_alerts_of_an_item (World *world, gconstpointer data)
{
  record (world, 1, "i1", "pop");
  record (world, 2, "i1", "pop");
  record (world, 3, "i2", "pop");
  add_sink (world, "pop", &paced_class.keys);
  set_sinks (world);
  settle ();

  g_assert_cmpstr (script.log->str, ==, "pop: 1 2; pop: 3; ");
  assert_states (world, "1:sent/1 2:sent/1 3:sent/1 ");
}

static void
test_dispatch_counts_a_burst (World *world, gconstpointer data)
{
  record_many (world, 5, "pop");
  add_sink (world, "pop", &paced_class.keys);
  set_sinks (world);
  settle ();

  g_assert_cmpstr (script.log->str, ==, "pop: 1 2 3 4 5 x5+0; ");
  assert_states (world, "1:sent/1 2:sent/1 3:sent/1 4:sent/1 5:sent/1 ");
}

static void
test_dispatch_continues_a_burst_when_there_is_a_token (World *world, gconstpointer data)
{
  add_sink (world, "pop", &paced_class.keys);
  set_sinks (world);
  record_many (world, 3, "pop");
  kick (world);
  record (world, 4, "i4", "pop");
  record (world, 5, "i5", "pop");
  kick (world);
  g_assert_cmpstr (script.log->str, ==, "pop: 1; pop: 2; pop: 3; ");

  world->now_us += 10 * G_USEC_PER_SEC;
  kick (world);
  record (world, 6, "i6", "pop");
  record (world, 7, "i7", "pop");
  world->now_us += 10 * G_USEC_PER_SEC;
  kick (world);
  world->now_us += 60 * G_USEC_PER_SEC;
  record (world, 8, "i8", "pop");
  kick (world);

  g_assert_cmpstr (script.log->str, ==,
                   "pop: 1; pop: 2; pop: 3; pop: 4 5 x2+0; pop: 6 7 x2+2; pop: 8; ");
}

static void
test_dispatch_drains_without_waiting_for_tokens (World *world, gconstpointer data)
{
  add_sink (world, "pop", &paced_class.keys);
  set_sinks (world);
  record_many (world, 3, "pop");
  kick (world);
  record (world, 4, "i4", "pop");
  drain (world);

  g_assert_true (world->is_over);
  g_assert_cmpstr (script.log->str, ==, "pop: 1; pop: 2; pop: 3; pop: 4; ");
}

static const char *const to_pop[] = { "pop", NULL };
static const char *const to_both[] = { "pop", "out", NULL };

static void
advance (World *world, guint seconds)
{
  world->now_unix += seconds;
  world->now_us += seconds * G_USEC_PER_SEC;
}

static void
test_dispatch_releases_what_was_held_together (World *world, gconstpointer data)
{
  add_sink (world, "pop", &paced_class.keys);
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  for (guint i = 1; i <= 3; i++)
    record_of_rule (world, i, "patrols", to_both);
  drain (world);
  advance (world, 599);
  kick (world);
  drain (world);
  assert_log ("pop", "pop: 1; ");
  assert_log ("out", "out: 1; ");
  assert_states (world, "1:sent/1 2:pending/0 3:pending/0 ");

  advance (world, 1);
  kick (world);

  assert_log ("pop", "pop: 1; pop: 2 3 x2+0; ");
  assert_log ("out", "out: 1; out: 2; out: 3; ");
  assert_states (world, "1:sent/1 2:sent/1 3:sent/1 ");
}

/* As `once` does when it runs long after the cooldown. */
static void
test_dispatch_drains_each_held_group_as_one (World *world, gconstpointer data)
{
  static const char *const rules[] = { "patrols", "patrols", "patrols",
                                       "truce",   "truce",   "patrols" };

  add_sink (world, "pop", &paced_class.keys);
  set_sinks (world);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    record_of_rule (world, i + 1, rules[i], to_pop);
  drain (world);
  advance (world, 700);
  record_of_rule (world, 7, "truce", to_pop); /* is held anew */
  drain (world);

  g_assert_true (world->is_over);
  g_assert_cmpstr (script.log->str, ==, "pop: 1; pop: 4; pop: 2 3 6 x3+0; pop: 5; ");
  assert_states (world, "1:sent/1 2:sent/1 3:sent/1 4:sent/1 5:sent/1 6:sent/1 "
                        "7:pending/0 ");
}

static void
test_dispatch_counts_a_held_group_as_one_delivery (World *world, gconstpointer data)
{
  for (guint i = 1; i <= 5; i++)
    record_of_rule (world, i, "patrols", to_pop);
  add_sink (world, "pop", &paced_class.keys);
  advance (world, 700);
  record (world, 6, "i6", "pop");
  set_sinks (world);
  settle ();

  /* Three deliveries for as many tokens, of six items. */
  g_assert_cmpstr (script.log->str, ==, "pop: 1; pop: 2 3 4 5 x4+0; pop: 6; ");
}

static void
test_dispatch_shows_a_single_held_alert_as_it_is (World *world, gconstpointer data)
{
  record_of_rule (world, 1, "patrols", to_pop);
  record_of_rule (world, 2, "patrols", to_pop);
  record (world, 3, "i2", "pop"); /* another rule on the same item */
  add_sink (world, "pop", &paced_class.keys);
  advance (world, 700);
  set_sinks (world);
  settle ();

  g_assert_cmpstr (script.log->str, ==, "pop: 1; pop: 2 3; ");
}

static void
test_dispatch_waits_for_an_absent_sink (World *world, gconstpointer data)
{
  const TcnErrorCode codes[] = { TCN_ERROR_SINK_ABSENT, TCN_ERROR_SINK_ABSENT };

  script_failures (2, codes);
  record (world, 1, "i1", "out");
  record (world, 2, "i2", "out");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  settle ();
  kick (world);
  g_assert_cmpstr (script.log->str, ==, "out: 1; ");
  assert_states (world, "1:pending/0 2:pending/0 ");

  world->now_us += 31 * G_USEC_PER_SEC;
  kick (world);
  g_assert_cmpuint (script.n_deliveries, ==, 2);
  assert_states (world, "1:pending/0 2:pending/0 ");

  script.env.wake (script.last, script.env.wake_data);
  settle ();
  assert_states (world, "1:sent/1 2:sent/1 ");
}

static void
test_dispatch_tries_again_later (World *world, gconstpointer data)
{
  const TcnErrorCode codes[] = { TCN_ERROR_SINK_RETRY };

  script_failures (1, codes);
  record (world, 1, "i1", "out");
  record (world, 2, "i2", "out");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  settle ();
  assert_states (world, "1:pending/1 2:sent/1 ");

  world->now_unix += tcn_lane_backoff_s (1, 0.5) - 1;
  kick (world);
  assert_states (world, "1:pending/1 2:sent/1 ");
  world->now_unix += 1;
  kick (world);

  assert_states (world, "1:sent/2 2:sent/1 ");
}

static void
test_dispatch_gives_up_what_is_refused (World *world, gconstpointer data)
{
  const TcnErrorCode codes[] = { TCN_ERROR_SINK_REFUSED };

  script_failures (1, codes);
  record (world, 1, "i1", "out");
  record (world, 2, "i2", "out");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  settle ();
  world->now_unix += 30 * 24 * 3600;
  kick (world);

  g_assert_cmpuint (script.n_deliveries, ==, 2);
  assert_states (world, "1:failed/1 2:sent/1 ");
}

static void
test_dispatch_drain_tries_each_once_and_ends (World *world, gconstpointer data)
{
  const TcnErrorCode codes[] = { TCN_ERROR_SINK_RETRY, 0, TCN_ERROR_SINK_RETRY };

  script_failures (3, codes);
  record_many (world, 3, "out");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  drain (world);

  g_assert_true (world->is_over);
  g_assert_cmpstr (script.log->str, ==, "out: 1; out: 2; out: 3; ");
  assert_states (world, "1:pending/1 2:sent/1 3:pending/1 ");
}

/* A dispatcher of another process, with another chance. */
static void
start_anew (World *world)
{
  tcn_dispatch_free (world->dispatch);
  world->dispatch = tcn_dispatch_new (world->store, &world->options);
  set_sinks (world);
}

static void
test_dispatch_drain_takes_what_is_not_due (World *world, gconstpointer data)
{
  const TcnErrorCode codes[] = { TCN_ERROR_SINK_RETRY };

  script_failures (1, codes);
  record (world, 1, "i1", "out");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  settle ();
  assert_states (world, "1:pending/1 ");
  drain (world);
  g_assert_true (world->is_over);
  assert_states (world, "1:pending/1 ");

  start_anew (world);
  drain (world);
  assert_states (world, "1:sent/2 ");
}

static void
test_dispatch_drain_reads_on_behind_what_failed (World *world, gconstpointer data)
{
  TcnErrorCode codes[64];

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    codes[i] = i % 3 == 2 ? 0 : TCN_ERROR_SINK_RETRY;
  script_failures (G_N_ELEMENTS (codes), codes);
  record_many (world, 100, "out");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  settle ();
  script.n_failures = 0;
  g_string_truncate (script.log, 0);
  record (world, 101, "i101", "out");
  drain (world);

  g_assert_cmpstr (script.log->str, ==, "out: 101; ");
}

static void
test_dispatch_drain_leaves_a_failing_sink (World *world, gconstpointer data)
{
  const TcnErrorCode codes[] = { TCN_ERROR_SINK_RETRY, TCN_ERROR_SINK_RETRY,
                                 TCN_ERROR_SINK_RETRY };

  script_failures (3, codes);
  record_many (world, 9, "out");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  drain (world);

  g_assert_true (world->is_over);
  g_assert_cmpuint (script.n_deliveries, ==, 3);
}

static void
test_dispatch_keeps_alerts_when_output_is_lost (World *world, gconstpointer data)
{
  const TcnErrorCode codes[] = { 0, TCN_ERROR_OUTPUT };

  script_failures (2, codes);
  record_many (world, 3, "out");
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  drain (world);

  g_assert_true (world->is_over);
  assert_states (world, "1:sent/1 2:pending/0 3:pending/0 ");
  g_assert_error (tcn_dispatch_output_error (world->dispatch), TCN_ERROR,
                  TCN_ERROR_OUTPUT);
  g_assert_cmpuint (world->n_output_errors, ==, 1);
}

static void
test_dispatch_keeps_an_unchanged_sink_over_a_reload (World *world, gconstpointer data)
{
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  script.is_stuck = TRUE;
  record (world, 1, "i1", "out");
  kick (world);
  g_ptr_array_set_size (world->sinks, 0);
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  settle ();

  g_assert_cmpuint (script.n_open, ==, 1);
  g_assert_cmpstr (script.log->str, ==, "out: 1; ");
}

static void
test_dispatch_replaces_a_changed_sink_after_its_delivery (World *world,
                                                          gconstpointer data)
{
  Fake *old = NULL;

  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  script.is_stuck = TRUE;
  record (world, 1, "i1", "out");
  record (world, 2, "i2", "out");
  kick (world);
  old = (Fake *) script.last;
  g_ptr_array_set_size (world->sinks, 0);
  add_sink (world, "out", &blue_group);
  set_sinks (world);
  settle ();
  g_assert_cmpuint (script.n_open, ==, 2);
  g_assert_cmpstr (script.log->str, ==, "out: 1; ");

  script.is_stuck = FALSE;
  fake_complete (old, NULL);
  settle ();

  g_assert_cmpuint (script.n_open, ==, 1);
  g_assert_cmpstr (script.log->str, ==, "out: 1; out: 2; ");
  assert_states (world, "1:sent/1 2:sent/1 ");
}

static void
test_dispatch_changes_nothing_when_a_sink_does_not_open (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  g_ptr_array_set_size (world->sinks, 0);
  add_sink (world, "new", &plain_class.keys);
  add_sink (world, "impossible", &plain_class.keys);
  g_assert_false (tcn_dispatch_set_sinks (world->dispatch, world->sinks, &error));
  record (world, 1, "i1", "out");
  kick (world);

  g_assert_error (error, TCN_ERROR, TCN_ERROR_CONFIG);
  g_assert_cmpuint (script.n_open, ==, 1);
  assert_states (world, "1:sent/1 ");
}

static void
test_dispatch_stop_waits_for_what_runs (World *world, gconstpointer data)
{
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  script.is_stuck = TRUE;
  record_many (world, 2, "out");
  kick (world);
  tcn_dispatch_stop (world->dispatch, on_over, world);
  settle ();
  g_assert_false (world->is_over);

  fake_complete ((Fake *) script.last, NULL);
  settle ();

  g_assert_true (world->is_over);
  assert_states (world, "1:sent/1 2:pending/0 ");
}

static void
test_dispatch_free_gives_up_without_a_mark (World *world, gconstpointer data)
{
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  script.is_stuck = TRUE;
  record (world, 1, "i1", "out");
  kick (world);
  tcn_dispatch_free (world->dispatch);

  assert_states (world, "1:pending/0 ");
  world->dispatch = tcn_dispatch_new (world->store, &world->options);
}

/* What was delivered cannot be marked: to go on would repeat it for ever. */
static void
test_dispatch_stops_when_the_store_fails (World *world, gconstpointer data)
{
  sqlite3 *db = NULL;

  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  script.is_stuck = TRUE;
  record_many (world, 2, "out");
  kick (world);
  g_assert_cmpint (sqlite3_open (tcn_store_path (world->store), &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "DROP TABLE outbox", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  sqlite3_close (db);
  script.is_stuck = FALSE;
  fake_complete ((Fake *) script.last, NULL);
  kick (world);
  drain (world);

  g_assert_true (world->is_over);
  g_assert_cmpuint (world->n_broken, ==, 1);
  g_assert_cmpstr (script.log->str, ==, "out: 1; ");
}

/* What cannot be marked would be sent by each run to come. */
static void
test_dispatch_sends_nothing_without_room_for_its_mark (World *world, gconstpointer data)
{
  g_autofree char *dir = g_path_get_dirname (tcn_store_path (world->store));
  g_autofree char *taken = g_build_filename (dir, "state.reserve", NULL);

  g_assert_cmpint (g_mkdir (taken, 0700), ==, 0);
  add_sink (world, "out", &plain_class.keys);
  set_sinks (world);
  record_many (world, 2, "out");
  drain (world);

  g_assert_true (world->is_over);
  g_assert_cmpuint (world->n_broken, ==, 1);
  g_assert_cmpstr (script.log->str, ==, "");
  g_assert_cmpint (g_rmdir (taken), ==, 0);
}

static void
test_dispatch_backs_off_to_an_hour (void)
{
  g_assert_cmpint (tcn_lane_backoff_s (1, 0), ==, 30);
  g_assert_cmpint (tcn_lane_backoff_s (2, 0), ==, 60);
  g_assert_cmpint (tcn_lane_backoff_s (2, 0.5), ==, 66);
  g_assert_cmpint (tcn_lane_backoff_s (7, 0), ==, 1920);
  g_assert_cmpint (tcn_lane_backoff_s (8, 0), ==, 3600);
  g_assert_cmpint (tcn_lane_backoff_s (G_MAXUINT, 0), ==, 3600);
}

static GLogWriterOutput
swallow (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return G_LOG_WRITER_HANDLED;
}

#define ADD(path, test)                                                                  \
  g_test_add ("/dispatch/" path, World, NULL, world_open, test_dispatch_##test,          \
              world_close)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (swallow, NULL, NULL);
  ADD ("sends-in-order-each-by-itself", sends_in_order_each_by_itself);
  ADD ("sees-what-is-recorded-later", sees_what_is_recorded_later);
  ADD ("sends-more-than-it-reads-at-once", sends_more_than_it_reads_at_once);
  ADD ("leaves-the-rows-of-other-sinks", leaves_the_rows_of_other_sinks);
  ADD ("groups-the-alerts-of-an-item", groups_the_alerts_of_an_item);
  ADD ("counts-a-burst", counts_a_burst);
  ADD ("continues-a-burst-when-there-is-a-token",
       continues_a_burst_when_there_is_a_token);
  ADD ("drains-without-waiting-for-tokens", drains_without_waiting_for_tokens);
  ADD ("releases-what-was-held-together", releases_what_was_held_together);
  ADD ("drains-each-held-group-as-one", drains_each_held_group_as_one);
  ADD ("counts-a-held-group-as-one-delivery", counts_a_held_group_as_one_delivery);
  ADD ("shows-a-single-held-alert-as-it-is", shows_a_single_held_alert_as_it_is);
  ADD ("waits-for-an-absent-sink", waits_for_an_absent_sink);
  ADD ("tries-again-later", tries_again_later);
  ADD ("gives-up-what-is-refused", gives_up_what_is_refused);
  ADD ("drain-tries-each-once-and-ends", drain_tries_each_once_and_ends);
  ADD ("drain-takes-what-is-not-due", drain_takes_what_is_not_due);
  ADD ("drain-reads-on-behind-what-failed", drain_reads_on_behind_what_failed);
  ADD ("drain-leaves-a-failing-sink", drain_leaves_a_failing_sink);
  ADD ("keeps-alerts-when-output-is-lost", keeps_alerts_when_output_is_lost);
  ADD ("keeps-an-unchanged-sink-over-a-reload", keeps_an_unchanged_sink_over_a_reload);
  ADD ("replaces-a-changed-sink-after-its-delivery",
       replaces_a_changed_sink_after_its_delivery);
  ADD ("changes-nothing-when-a-sink-does-not-open",
       changes_nothing_when_a_sink_does_not_open);
  ADD ("stop-waits-for-what-runs", stop_waits_for_what_runs);
  ADD ("free-gives-up-without-a-mark", free_gives_up_without_a_mark);
  ADD ("stops-when-the-store-fails", stops_when_the_store_fails);
  ADD ("sends-nothing-without-room-for-its-mark",
       sends_nothing_without_room_for_its_mark);
  g_test_add_func ("/dispatch/backs-off-to-an-hour", test_dispatch_backs_off_to_an_hour);
  return g_test_run ();
}
