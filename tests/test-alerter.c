/* SPDX-License-Identifier: MIT */
/* From items to alerts: an index that is arranged anew under way changes no answer. */
#include <string.h>

#include "lib/load.h"
#include "tocsin/alerter.h"

#define N_RULES 10000
#define N_ITEMS 3500

/* Every rule begins with a word of every item: the first index knows no better. */
static TcnConfig *
make_config (guint n_rules)
{
  g_autoptr (GString) text = g_string_new ("[feed a]\nurl = https://a.example/\n");
  Load load;
  TcnConfig *config;

  for (guint i = 0; i < n_rules; i++)
    g_string_append_printf (text, "[rule r%u]\nquery = \"everywhere w%u\"\n", i, i);
  load = load_text (text->str);
  g_assert_nonnull (load.config);
  config = tcn_config_ref (load.config);
  load_clear (&load);
  return config;
}

static void
note_alert (const TcnAlert *alert, const TcnRuleConfig *rule, gpointer data)
{
  g_string_append_printf (data, "%s %s\n", alert->item, rule->name);
}

/* Item `i` speaks of rules i and 2i. */
static void
run_item (TcnAlerter *alerter, const TcnConfig *config, guint i, GString *out)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autofree char *id = g_strdup_printf ("%u", i);
  const TcnSighting sighting = {
    .item = item,
    .item_id = id,
    .feed = config->feeds->pdata[0],
    .now_unix = 1,
  };

  item->title = g_strdup_printf ("everywhere w%u and everywhere w%u", i, 2 * i);
  tcn_alerter_run (alerter, &sighting, note_alert, out);
}

static void
test_alerter_arranges_a_big_index_once (void)
{
  g_autoptr (TcnConfig) config = make_config (N_RULES);
  g_autoptr (TcnAlerter) alerter = tcn_alerter_new (config, 1);
  g_autoptr (TcnAlerter) plain = tcn_alerter_new (config, 1);
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  gint64 end_us;

  tcn_alerter_set_lasting (alerter);
  g_assert_false (tcn_alerter_is_settled (alerter));
  for (guint i = 1; i <= N_ITEMS; i++) {
    run_item (alerter, config, i, found);
    run_item (plain, config, i, expected);
  }
  end_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  for (guint i = 1; !tcn_alerter_is_settled (alerter); i = i % N_ITEMS + 1) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    run_item (alerter, config, i, found);
    run_item (plain, config, i, expected);
  }
  for (guint i = 1; i <= N_ITEMS; i++) {
    run_item (alerter, config, i, found);
    run_item (plain, config, i, expected);
  }

  g_assert_cmpuint (found->len, >, 4 * N_ITEMS * strlen ("1 r1"));
  g_assert_cmpstr (found->str, ==, expected->str);
}

static void
test_alerter_leaves_a_small_index_alone (void)
{
  g_autoptr (TcnConfig) config = make_config (10);
  g_autoptr (TcnAlerter) alerter = tcn_alerter_new (config, 1);

  tcn_alerter_set_lasting (alerter);

  g_assert_true (tcn_alerter_is_settled (alerter));
}

static void
test_alerter_is_freed_while_it_arranges (void)
{
  g_autoptr (TcnConfig) config = make_config (N_RULES);
  g_autoptr (TcnAlerter) alerter = tcn_alerter_new (config, 1);
  g_autoptr (GString) found = g_string_new (NULL);

  tcn_alerter_set_lasting (alerter);
  for (guint i = 1; i <= 3000; i++)
    run_item (alerter, config, 1, found);

  g_assert_false (tcn_alerter_is_settled (alerter));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alerter/arranges-a-big-index-once",
                   test_alerter_arranges_a_big_index_once);
  g_test_add_func ("/alerter/leaves-a-small-index-alone",
                   test_alerter_leaves_a_small_index_alone);
  g_test_add_func ("/alerter/is-freed-while-it-arranges",
                   test_alerter_is_freed_while_it_arranges);
  return g_test_run ();
}
