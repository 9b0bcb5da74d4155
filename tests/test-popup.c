/* SPDX-License-Identifier: MIT */
#include "sinks/popup.h"

#include <string.h>

#include "tocsin/text.h"

#include "lib/delivery.h"

static TcnPopup *
popup_of (const GPtrArray *alerts, guint n_items, guint n_before, gboolean has_markup)
{
  const TcnBatch batch = { .alerts = alerts, .n_items = n_items, .n_before = n_before };

  return tcn_popup_new (&batch, "burst-1", has_markup);
}

static void
replace (char **field, const char *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

static void
test_popup_says_title_excerpt_feed_and_rule (void)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autoptr (TcnPopup) popup = NULL;

  g_ptr_array_add (alerts, delivery_alert_new (1, "i1", "patrouille"));
  popup = popup_of (alerts, 1, 0, FALSE);

  g_assert_cmpstr (popup->summary, ==, "Titre 1");
  g_assert_cmpstr (popup->body, ==, "… une patrouille russe, la 1e …\nsohr · patrouille");
  g_assert_cmpstr (popup->tag, ==, "i1");
  g_assert_cmpstr (popup->link, ==, "https://example.org/1");
  g_assert_cmpint (popup->urgency, ==, TCN_URGENCY_NORMAL);
}

static void
test_popup_of_two_rules_names_both (void)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autoptr (TcnPopup) popup = NULL;
  TcnAlert *second = delivery_alert_new (2, "i1", "drones");

  second->urgency = TCN_URGENCY_CRITICAL;
  g_ptr_array_add (alerts, delivery_alert_new (1, "i1", "patrouille"));
  g_ptr_array_add (alerts, second);
  popup = popup_of (alerts, 1, 0, FALSE);

  g_assert_true (g_str_has_suffix (popup->body, "\nsohr · patrouille, drones"));
  g_assert_cmpint (popup->urgency, ==, TCN_URGENCY_CRITICAL);
}

static void
test_popup_escapes_only_a_markup_body (void)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autoptr (TcnPopup) marked = NULL;
  g_autoptr (TcnPopup) plain = NULL;
  TcnAlert *alert = delivery_alert_new (1, "i1", "r&d");

  replace (&alert->title, "<b>R&D</b>");
  replace (&alert->excerpt, "l'<i>armée</i> & \"co\"");
  g_ptr_array_add (alerts, alert);
  marked = popup_of (alerts, 1, 0, TRUE);
  plain = popup_of (alerts, 1, 0, FALSE);

  g_assert_cmpstr (marked->summary, ==, "<b>R&D</b>");
  g_assert_cmpstr (marked->body, ==,
                   "l'&lt;i&gt;armée&lt;/i&gt; &amp; \"co\"\nsohr · r&amp;d");
  g_assert_cmpstr (plain->body, ==, "l'<i>armée</i> & \"co\"\nsohr · r&d");
}

static void
test_popup_is_cut_on_graphemes (void)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TcnPopup) popup = NULL;
  TcnAlert *alert = delivery_alert_new (1, "i1", "rule");

  for (guint i = 0; i < 600; i++)
    g_string_append (text, "e\u0301");
  replace (&alert->title, text->str);
  replace (&alert->excerpt, text->str);
  g_ptr_array_add (alerts, alert);
  popup = popup_of (alerts, 1, 0, FALSE);

  g_assert_cmpuint (tcn_text_graphemes (popup->summary, strlen (popup->summary)), ==,
                    TCN_POPUP_SUMMARY_CHARS);
  g_assert_true (g_str_has_suffix (popup->summary, "e\u0301…"));
  g_assert_cmpuint (tcn_text_graphemes (popup->body, strlen (popup->body)), ==,
                    TCN_POPUP_BODY_CHARS);
  g_assert_true (g_str_has_suffix (popup->body, "e\u0301…\nsohr · rule"));
}

static void
test_popup_opens_only_web_links (void)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autoptr (TcnPopup) popup = NULL;
  TcnAlert *alert = delivery_alert_new (1, "i1", "rule");

  replace (&alert->link, "mailto:a@example.org");
  g_ptr_array_add (alerts, alert);
  popup = popup_of (alerts, 1, 0, FALSE);

  g_assert_null (popup->link);
}

static void
test_popup_without_title_or_excerpt_has_a_summary (void)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autoptr (TcnPopup) popup = NULL;
  TcnAlert *alert = delivery_alert_new (1, "i1", "rule");

  g_clear_pointer (&alert->title, g_free);
  g_clear_pointer (&alert->excerpt, g_free);
  g_ptr_array_add (alerts, alert);
  popup = popup_of (alerts, 1, 0, FALSE);

  g_assert_cmpstr (popup->summary, ==, "https://example.org/1");
  g_assert_cmpstr (popup->body, ==, "sohr · rule");
}

static void
test_popup_of_a_burst_counts (void)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autoptr (TcnPopup) popup = NULL;

  g_ptr_array_add (alerts, delivery_alert_new (1, "i1", "a"));
  g_ptr_array_add (alerts, delivery_alert_new (2, "i1", "b"));
  g_ptr_array_add (alerts, delivery_alert_new (3, "i2", "a"));
  popup = popup_of (alerts, 2, 4, FALSE);

  g_assert_cmpstr (popup->summary, ==, "7 alerts");
  g_assert_cmpstr (popup->body, ==, "Titre 1\nTitre 3");
  g_assert_cmpstr (popup->tag, ==, "burst-1");
  g_assert_null (popup->link);
}

static void
test_popup_of_a_long_burst_fits (void)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autoptr (TcnPopup) popup = NULL;

  for (guint i = 0; i < 100; i++) {
    g_autofree char *item = g_strdup_printf ("i%u", i);

    g_ptr_array_add (alerts, delivery_alert_new (i, item, "a"));
  }
  popup = popup_of (alerts, 100, 0, FALSE);

  g_assert_cmpstr (popup->summary, ==, "100 alerts");
  g_assert_cmpuint (tcn_text_graphemes (popup->body, strlen (popup->body)), <=,
                    TCN_POPUP_BODY_CHARS);
  g_assert_true (g_str_has_suffix (popup->body, "\n…"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/popup/says-title-excerpt-feed-and-rule",
                   test_popup_says_title_excerpt_feed_and_rule);
  g_test_add_func ("/popup/of-two-rules-names-both", test_popup_of_two_rules_names_both);
  g_test_add_func ("/popup/escapes-only-a-markup-body",
                   test_popup_escapes_only_a_markup_body);
  g_test_add_func ("/popup/is-cut-on-graphemes", test_popup_is_cut_on_graphemes);
  g_test_add_func ("/popup/opens-only-web-links", test_popup_opens_only_web_links);
  g_test_add_func ("/popup/without-title-or-excerpt-has-a-summary",
                   test_popup_without_title_or_excerpt_has_a_summary);
  g_test_add_func ("/popup/of-a-burst-counts", test_popup_of_a_burst_counts);
  g_test_add_func ("/popup/of-a-long-burst-fits", test_popup_of_a_long_burst_fits);
  return g_test_run ();
}
