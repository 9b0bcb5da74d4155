/* SPDX-License-Identifier: MIT */
#include "tocsin/render.h"

#include <string.h>

static const TcnStyle plain = { .format = TCN_FORMAT_TEXT };
static const TcnStyle colour = { .format = TCN_FORMAT_TEXT, .use_colour = TRUE };

static void
add_match (GPtrArray *matches, TcnField field, const char *text, TcnWhy why)
{
  const TcnMatch match = { .field = field,
                           .start = 200,
                           .end = 216,
                           .start_char = 123,
                           .end_char = 139,
                           .text = (char *) text,
                           .term = (char *) "patrouille russe",
                           .why = why };

  g_ptr_array_add (matches, tcn_match_copy (&match));
}

static TcnAlert *
sample_new (void)
{
  TcnAlert *alert = tcn_alert_new ();

  alert->id = g_strdup ("a1");
  alert->time_unix = 1795356429; /* 2026-11-22T14:07:09Z */
  alert->rule = g_strdup ("patrouille");
  alert->urgency = TCN_URGENCY_CRITICAL;
  alert->feed = g_strdup ("sohr");
  alert->feed_title = g_strdup ("Syrie\t\"SOHR\"");
  alert->item = g_strdup ("i1");
  alert->title = g_strdup ("Une patrouille à Tell\\Tamr");
  alert->link = g_strdup ("https://example.org/1");
  alert->excerpt = g_strdup ("… une patrouille russe composée …");
  add_match (alert->matches, TCN_FIELD_CONTENT, "patrouille russe", TCN_WHY_SAME);
  return alert;
}

static void
test_render_json_has_the_keys_in_order (void)
{
  g_autoptr (TcnAlert) alert = sample_new ();
  g_autoptr (GString) out = g_string_new (NULL);
  const TcnStyle style = { .format = TCN_FORMAT_JSON };

  tcn_render_alert (out, alert, &style);

  g_assert_cmpstr (
      out->str, ==,
      "{\"alert\":\"a1\",\"time\":\"2026-11-22T14:07:09Z\",\"rule\":\"patrouille\","
      "\"urgency\":\"critical\",\"feed\":\"sohr\",\"feed_title\":"
      "\"Syrie\\t\\\"SOHR\\\"\","
      "\"item\":\"i1\",\"title\":\"Une patrouille à Tell\\\\Tamr\","
      "\"link\":\"https://example.org/1\",\"author\":null,\"published\":null,"
      "\"language\":null,\"excerpt\":\"… une patrouille russe composée …\","
      "\"matches\":[{\"field\":\"content\",\"start\":123,\"end\":139,"
      "\"text\":\"patrouille russe\",\"term\":\"patrouille "
      "russe\",\"why\":\"same\"}]}\n");
}

static void
test_render_tsv_has_the_same_columns_escaped (void)
{
  g_autoptr (TcnAlert) alert = sample_new ();
  g_autoptr (GString) out = g_string_new (NULL);
  const TcnStyle style = { .format = TCN_FORMAT_TSV };

  tcn_render_alert (out, alert, &style);

  g_assert_cmpstr (
      out->str, ==,
      "a1\t2026-11-22T14:07:09Z\tpatrouille\tcritical\tsohr\tSyrie\\t\"SOHR\"\ti1\t"
      "Une patrouille à Tell\\\\Tamr\thttps://example.org/1\t\t\t\t"
      "… une patrouille russe composée …\t"
      "[{\"field\":\"content\",\"start\":123,\"end\":139,\"text\":\"patrouille russe\","
      "\"term\":\"patrouille russe\",\"why\":\"same\"}]\n");
}

static void
test_render_tsv_escapes_line_breaks_and_backslashes (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  TcnRecord record;

  tcn_record_begin (&record, out, TCN_FORMAT_TSV);
  tcn_record_string (&record, "a", "x\ny\tz\\n");
  tcn_record_null (&record, "b");
  tcn_record_int (&record, "c", -5);
  tcn_record_json (&record, "d", "[\"\\n\"]");
  tcn_record_end (&record);

  g_assert_cmpstr (out->str, ==, "x\\ny\\tz\\\\n\t\t-5\t[\"\\\\n\"]\n");
}

static void
test_render_records_may_be_extended (void)
{
  g_autoptr (TcnAlert) alert = sample_new ();
  g_autoptr (GString) out = g_string_new (NULL);
  TcnRecord record;

  tcn_record_begin (&record, out, TCN_FORMAT_JSON);
  tcn_record_alert (&record, alert);
  tcn_record_json (&record, "deliveries", "[]");
  tcn_record_end (&record);

  g_assert_true (g_str_has_suffix (out->str, "}],\"deliveries\":[]}\n"));
}

static void
test_render_text_is_one_block (void)
{
  g_autoptr (TcnAlert) alert = sample_new ();
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_render_alert (out, alert, &plain);

  g_assert_cmpstr (out->str, ==,
                   "2026-11-22 14:07:09 +0000  patrouille  sohr\n"
                   "Une patrouille à Tell\\Tamr\n"
                   "… une **patrouille russe** composée …\n"
                   "https://example.org/1\n"
                   "\n");
}

static void
test_render_text_shows_a_rule_by_its_title (void)
{
  g_autoptr (TcnAlert) alert = sample_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) json = g_string_new (NULL);
  const TcnStyle machine = { .format = TCN_FORMAT_JSON };

  alert->rule_title = g_strdup ("Patrouilles dans le nord");
  tcn_render_alert (text, alert, &plain);
  tcn_render_alert (json, alert, &machine);

  g_assert_true (g_str_has_prefix (
      text->str, "2026-11-22 14:07:09 +0000  Patrouilles dans le nord  sohr\n"));
  g_assert_nonnull (strstr (json->str, "\"rule\":\"patrouille\""));
}

static void
test_render_text_leaves_out_what_is_missing (void)
{
  g_autoptr (TcnAlert) alert = sample_new ();
  g_autoptr (GString) out = g_string_new (NULL);

  g_clear_pointer (&alert->title, g_free);
  g_clear_pointer (&alert->excerpt, g_free);
  g_clear_pointer (&alert->link, g_free);
  tcn_render_alert (out, alert, &plain);

  g_assert_cmpstr (out->str, ==,
                   "2026-11-22 14:07:09 +0000  patrouille  sohr\n(no title)\n\n");
}

static void
test_render_time_is_the_readers (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("+05:30");
  g_autoptr (GString) out = g_string_new (NULL);
  const TcnStyle style = { .format = TCN_FORMAT_TEXT, .zone = zone };

  tcn_render_time (out, 1795356429, &style);
  g_string_append_c (out, '|');
  tcn_render_time (out, TCN_TIME_NONE, &style);

  g_assert_cmpstr (out->str, ==, "2026-11-22 19:37:09 +0530|-");
}

static void
test_render_colour_marks_only_on_a_terminal (void)
{
  g_autoptr (TcnAlert) alert = sample_new ();
  g_autoptr (GString) with = g_string_new (NULL);
  g_autoptr (GString) without = g_string_new (NULL);

  tcn_render_alert (with, alert, &colour);
  tcn_render_alert (without, alert, &plain);

  g_assert_nonnull (strstr (with->str, "une \033[1;31mpatrouille russe\033[0m composée"));
  g_assert_null (strstr (with->str, "**"));
  g_assert_null (strchr (without->str, '\033'));
}

typedef struct {
  const char *name;
  const char *text;
  const char *match;
  TcnField field;
  TcnWhy why;
  const char *expected;
} MarkRow;

static const MarkRow mark_rows[] = {
  { "every occurrence", "SOHR et SOHR", "SOHR", TCN_FIELD_CONTENT, TCN_WHY_SAME,
    "**SOHR** et **SOHR**" },
  { "whole words only", "la Prusse russe", "russe", TCN_FIELD_CONTENT, TCN_WHY_SAME,
    "la Prusse **russe**" },
  { "the end of a word", "russes", "russe", TCN_FIELD_CONTENT, TCN_WHY_SAME, "russes" },
  { "after an elision", "l'armée", "armée", TCN_FIELD_SUMMARY, TCN_WHY_SAME,
    "l'**armée**" },
  { "inside a word", "Prusse", "russe", TCN_FIELD_SUMMARY, TCN_WHY_INSIDE, "P**russe**" },
  { "over a line break", "patrouille russe", "patrouille\n russe", TCN_FIELD_CONTENT,
    TCN_WHY_SAME, "**patrouille russe**" },
  { "not of another field", "fr ici", "fr", TCN_FIELD_LANG, TCN_WHY_SAME, "fr ici" },
  { "not of the title", "SOHR et SOHR", "SOHR", TCN_FIELD_TITLE, TCN_WHY_SAME,
    "SOHR et SOHR" },
  { "scripts without blanks", "俄罗斯巡逻队", "巡逻", TCN_FIELD_CONTENT, TCN_WHY_SAME,
    "俄罗斯**巡逻**队" },
  { "a mark belongs to its word", "e\u0301te\u0301", "e", TCN_FIELD_CONTENT, TCN_WHY_SAME,
    "e\u0301te\u0301" },
  { "no trailing part", "patrouille", "patrouille russe", TCN_FIELD_CONTENT, TCN_WHY_SAME,
    "patrouille" },
};

static void
test_render_marks_matched_words (gconstpointer data)
{
  const MarkRow *row = data;
  g_autoptr (GPtrArray) matches =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_match_free);
  g_autoptr (GString) out = g_string_new (NULL);

  add_match (matches, row->field, row->match, row->why);
  tcn_render_marked (out, row->text, FALSE, matches, &plain);

  g_assert_cmpstr (out->str, ==, row->expected);
}

static void
test_render_marks_the_longest_match (void)
{
  g_autoptr (GPtrArray) matches =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_match_free);
  g_autoptr (GString) out = g_string_new (NULL);

  add_match (matches, TCN_FIELD_CONTENT, "patrouille", TCN_WHY_SAME);
  add_match (matches, TCN_FIELD_CONTENT, "patrouille russe", TCN_WHY_SAME);
  tcn_render_marked (out, "une patrouille russe", FALSE, matches, &plain);

  g_assert_cmpstr (out->str, ==, "une **patrouille russe**");
}

static void
test_render_format_words_are_exact (void)
{
  TcnFormat format = TCN_FORMAT_TEXT;

  g_assert_true (tcn_format_parse ("tsv", &format));
  g_assert_cmpint (format, ==, TCN_FORMAT_TSV);
  g_assert_false (tcn_format_parse ("JSON", &format));
  g_assert_cmpint (format, ==, TCN_FORMAT_TSV);
}

static void
add_mark_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (mark_rows); i++) {
    g_autofree char *words = g_strdelimit (g_strdup (mark_rows[i].name), " ", '-');
    g_autofree char *path = g_strconcat ("/render/marks/", words, NULL);

    g_test_add_data_func (path, &mark_rows[i], test_render_marks_matched_words);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/render/json-has-the-keys-in-order",
                   test_render_json_has_the_keys_in_order);
  g_test_add_func ("/render/tsv-has-the-same-columns-escaped",
                   test_render_tsv_has_the_same_columns_escaped);
  g_test_add_func ("/render/tsv-escapes-line-breaks-and-backslashes",
                   test_render_tsv_escapes_line_breaks_and_backslashes);
  g_test_add_func ("/render/records-may-be-extended",
                   test_render_records_may_be_extended);
  g_test_add_func ("/render/text-is-one-block", test_render_text_is_one_block);
  g_test_add_func ("/render/text-shows-a-rule-by-its-title",
                   test_render_text_shows_a_rule_by_its_title);
  g_test_add_func ("/render/text-leaves-out-what-is-missing",
                   test_render_text_leaves_out_what_is_missing);
  g_test_add_func ("/render/time-is-the-readers", test_render_time_is_the_readers);
  g_test_add_func ("/render/colour-marks-only-on-a-terminal",
                   test_render_colour_marks_only_on_a_terminal);
  g_test_add_func ("/render/marks-the-longest-match",
                   test_render_marks_the_longest_match);
  g_test_add_func ("/render/format-words-are-exact", test_render_format_words_are_exact);
  add_mark_rows ();
  return g_test_run ();
}
