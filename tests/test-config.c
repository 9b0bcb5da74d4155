/* SPDX-License-Identifier: MIT */
#include "tocsin/config.h"

#include "lib/load.h"
#include "tocsin/error.h"

#define FEED "[feed f]\nurl = https://f.example/\n"

/* Loads what must have nothing to report. */
static Load
load_good_in (const LoadWorld *world, const char *text)
{
  Load load = load_text_in (world, text);

  if (load.faults->len > 0)
    g_test_message ("%s", load.printed->str);
  g_assert_cmpuint (load.faults->len, ==, 0);
  g_assert_nonnull (load.config);
  return load;
}

static Load
load_good (const char *text)
{
  static const LoadWorld nothing = { NULL, NULL };

  return load_good_in (&nothing, text);
}

static void
assert_faults_in (const LoadWorld *world, const char *text, const char *printed)
{
  Load load = load_text_in (world, text);

  g_assert_cmpstr (load.printed->str, ==, printed);
  load_clear (&load);
}

static void
assert_faults (const char *text, const char *printed)
{
  static const LoadWorld nothing = { NULL, NULL };

  assert_faults_in (&nothing, text, printed);
}

static const TcnFeedConfig *
feed_at (const Load *load, guint i)
{
  g_assert_cmpuint (i, <, load->config->feeds->len);
  return load->config->feeds->pdata[i];
}

static const TcnRuleConfig *
rule_at (const Load *load, guint i)
{
  g_assert_cmpuint (i, <, load->config->rules->len);
  return load->config->rules->pdata[i];
}

static void
assert_list (GStrv list, const char *wanted)
{
  g_autofree char *joined = g_strjoinv ("|", list);

  g_assert_cmpstr (joined, ==, wanted);
}

/* ---- Values and defaults ---- */

static void
test_config_defaults_are_those_of_the_table (void)
{
  Load load = load_good ("");
  const TcnSettings *settings = &load.config->settings;

  g_assert_cmpint (settings->interval_s, ==, TCN_INTERVAL_AUTO);
  g_assert_cmpint (settings->backlog_s, ==, 86400);
  g_assert_cmpint (settings->max_transfers, ==, 64);
  g_assert_cmpint (settings->host_transfers, ==, 1);
  g_assert_cmpint (settings->host_gap_s, ==, 1);
  g_assert_cmpint (settings->timeout_s, ==, 60);
  g_assert_cmpint (settings->max_body, ==, 8 * 1024 * 1024);
  g_assert_cmpint (settings->retain_s, ==, 90 * 86400);
  g_assert_false (settings->private_networks);
  g_assert_null (settings->state);
  g_assert_null (settings->language);
  g_assert_null (settings->user_agent);
  g_assert_null (settings->proxy);
  g_assert_cmpuint (load.config->sinks->len, ==, 0);
  load_clear (&load);
}

static void
test_config_reads_settings (void)
{
  Load load =
      load_good ("[tocsin]\ninterval = 15m\nbacklog = all\nmax-transfers = 8\n"
                 "host-transfers = 2\nhost-gap = 0s\ntimeout = 5s\nmax-body = 64KiB\n"
                 "retain = 2w\nstate = sub/../state\nlanguage = fr-FR\n"
                 "user-agent = me/1 (+x)\nproxy = none\nprivate-networks = yes\n");
  const TcnSettings *settings = &load.config->settings;

  g_assert_cmpint (settings->interval_s, ==, 900);
  g_assert_cmpint (settings->backlog_s, ==, TCN_BACKLOG_ALL);
  g_assert_cmpint (settings->max_transfers, ==, 8);
  g_assert_cmpint (settings->host_transfers, ==, 2);
  g_assert_cmpint (settings->host_gap_s, ==, 0);
  g_assert_cmpint (settings->timeout_s, ==, 5);
  g_assert_cmpint (settings->max_body, ==, 65536);
  g_assert_cmpint (settings->retain_s, ==, 14 * 86400);
  g_assert_cmpstr (settings->state, ==, "/etc/t/state");
  g_assert_cmpstr (settings->language, ==, "fr");
  g_assert_cmpstr (settings->user_agent, ==, "me/1 (+x)");
  g_assert_cmpstr (settings->proxy, ==, "");
  g_assert_true (settings->private_networks);
  load_clear (&load);
}

#define PEM_CERTIFICATE "-----BEGIN CERTIFICATE-----\nMII\n"
#define PEM_KEY "-----BEGIN PRIVATE KEY-----\nMII\n"

static void
test_config_reads_certificates (void)
{
  static const LoadFile files[] = { { "/etc/t/ca.pem", PEM_CERTIFICATE, TRUE },
                                    { "/home/me/me.pem", PEM_CERTIFICATE, TRUE },
                                    { "/etc/t/me.key", PEM_KEY, TRUE },
                                    { "/etc/t/where", "/etc/t/me.key\n", TRUE },
                                    { NULL, NULL, FALSE } };
  static const LoadWorld world = { .files = files };
  Load load = load_text_in (&world, "[feed a]\nurl = https://a.example/\n"
                                    "tls-ca = ca.pem\ntls-cert = ~/me.pem\n"
                                    "tls-key-file = where\nnetrc = no\n"
                                    "[feed b]\nurl = https://b.example/\n");
  const TcnFeedConfig *a = feed_at (&load, 0), *b = feed_at (&load, 1);

  g_assert_cmpuint (load.faults->len, ==, 1);
  g_assert_cmpstr (a->tls_ca, ==, "/etc/t/ca.pem");
  g_assert_cmpstr (a->tls_cert, ==, "/home/me/me.pem");
  g_assert_cmpstr (a->tls_key, ==, "/etc/t/me.key");
  g_assert_false (a->netrc);
  g_assert_nonnull (strstr (load.printed->str, "a secret in “/etc/t/me.key”"));
  g_assert_null (b->tls_ca);
  g_assert_true (b->netrc);
  load_clear (&load);
}

static void
test_config_refuses_a_lone_key (void)
{
  static const LoadFile files[] = { { "/etc/t/me.key", PEM_KEY, FALSE },
                                    { NULL, NULL, FALSE } };
  static const LoadWorld world = { .files = files };
  Load load = load_text_in (&world, "[feed a]\nurl = https://a.example/\n"
                                    "tls-key = me.key\n");

  g_assert_null (load.config);
  g_assert_nonnull (
      strstr (load.printed->str, ":3:11: a private key without “tls-cert”"));
  load_clear (&load);
}

static void
test_config_knows_a_certificate_from_its_path (void)
{
  static const LoadFile files[] = { { "/etc/t/ca.pem", PEM_CERTIFICATE, FALSE },
                                    { NULL, NULL, FALSE } };
  static const LoadWorld world = { .files = files };
  Load load = load_text_in (&world, "[feed a]\nurl = https://a.example/\n"
                                    "tls-ca-file = ca.pem\n");

  g_assert_null (load.config);
  g_assert_cmpuint (load.faults->len, ==, 1);
  g_assert_nonnull (strstr (load.printed->str, "leave out “-file”"));
  load_clear (&load);
}

static void
test_config_reads_feeds (void)
{
  Load load =
      load_good ("[tocsin]\ninterval = 1h\nproxy = http://p.example:1\n"
                 "[feed a]\nurl = https://a.example/x\ntitle = A a\ntags = syria; ngo\n"
                 "interval = 10m\nlanguage = AR\nproxy = none\ninsecure-tls = yes\n"
                 "enabled = no\n[feed b]\nurl = http://b.example/\n");
  const TcnFeedConfig *a = feed_at (&load, 0), *b = feed_at (&load, 1);

  g_assert_cmpstr (a->name, ==, "a");
  g_assert_cmpstr (a->url, ==, "https://a.example/x");
  g_assert_cmpstr (a->title, ==, "A a");
  assert_list (a->tags, "syria|ngo");
  g_assert_cmpint (a->interval_s, ==, 600);
  g_assert_true (a->has_own_interval);
  g_assert_cmpstr (a->language, ==, "ar");
  g_assert_cmpstr (a->proxy, ==, "");
  g_assert_true (a->insecure_tls);
  g_assert_false (a->enabled);
  g_assert_cmpuint (a->line, ==, 4);
  g_assert_cmpint (b->interval_s, ==, 3600);
  g_assert_false (b->has_own_interval);
  g_assert_cmpstr (b->proxy, ==, "http://p.example:1");
  g_assert_null (b->title);
  assert_list (b->tags, "");
  assert_list (b->headers, "");
  g_assert_true (b->enabled);
  g_assert_true (tcn_config_find_feed (load.config, "b") == b);
  g_assert_null (tcn_config_find_feed (load.config, "c"));
  load_clear (&load);
}

static void
test_config_splits_credentials (void)
{
  Load load = load_good ("[feed a]\nurl = https://a.example/\nauth = me:a:b\n"
                         "[feed b]\nurl = https://b.example/\nauth = Bearer abc\n"
                         "header = X-Key: v; w ;; Accept-Language: fr\n");

  g_assert_cmpstr (feed_at (&load, 0)->user, ==, "me");
  g_assert_cmpstr (feed_at (&load, 0)->password, ==, "a:b");
  g_assert_null (feed_at (&load, 0)->bearer);
  g_assert_cmpstr (feed_at (&load, 1)->bearer, ==, "abc");
  g_assert_null (feed_at (&load, 1)->user);
  assert_list (feed_at (&load, 1)->headers, "X-Key: v; w|Accept-Language: fr");
  load_clear (&load);
}

static void
test_config_makes_paths_absolute (void)
{
  static const LoadFile files[] = {
    { "conf/x.conf",
      "[feed a]\nurl = feeds/a.xml\n[feed b]\nurl = ~/b.xml\n"
      "[feed c]\nurl = file:///srv/c.xml\n[feeds]\nlist = sub/list\n",
      FALSE },
    { "conf/sub/list", "d.xml\n", FALSE },
    { NULL, NULL, FALSE },
  };
  const LoadWorld world = { files, NULL };
  Load load = load_in (&world, "conf/x.conf", NULL);

  g_assert_cmpstr (load.printed->str, ==, "");
  g_assert_cmpstr (feed_at (&load, 0)->url, ==, "/srv/conf/feeds/a.xml");
  g_assert_cmpstr (feed_at (&load, 1)->url, ==, "/home/me/b.xml");
  g_assert_cmpstr (feed_at (&load, 2)->url, ==, "file:///srv/c.xml");
  g_assert_cmpstr (feed_at (&load, 3)->url, ==, "/srv/conf/sub/d.xml");
  load_clear (&load);
}

static void
test_config_reads_rules (void)
{
  Load load =
      load_good ("[feed g]\nurl = https://g.example/\ntags = t\n" FEED
                 "tags = t\n[sink s]\ntype = stdout\n[rule r]\n"
                 "query = \"patrouille russe\" OR SOHR\nlanguage = fr\n"
                 "inflect = no\nfeeds = tag:t\nnot-feeds = g\nurgency = critical\n"
                 "sinks = s\nenabled = no\nuntil = 2027-01-31\ntitle = R\n"
                 "cooldown = 90m\n");
  const TcnRuleConfig *rule = rule_at (&load, 0);

  g_assert_cmpstr (rule->name, ==, "r");
  g_assert_cmpuint (rule->queries->len, ==, 1);
  g_assert_cmpstr (rule->texts->pdata[0], ==, "\"patrouille russe\" OR SOHR");
  g_assert_cmpstr (rule->language, ==, "fr");
  g_assert_false (rule->inflect);
  g_assert_cmpint (rule->urgency, ==, TCN_URGENCY_CRITICAL);
  assert_list (rule->sinks, "s");
  g_assert_false (rule->enabled);
  g_assert_cmpint (rule->until_unix, ==, 1801440000);
  g_assert_cmpint (rule->cooldown_s, ==, 90 * 60);
  g_assert_cmpstr (rule->title, ==, "R");
  g_assert_true (tcn_config_find_rule (load.config, "r") == rule);
  load_clear (&load);
}

static void
test_config_gives_rules_their_defaults (void)
{
  Load load = load_good ("[rule r]\nquery = sohr\n");
  const TcnRuleConfig *rule = rule_at (&load, 0);

  g_assert_true (rule->inflect);
  g_assert_true (rule->enabled);
  g_assert_cmpint (rule->urgency, ==, TCN_URGENCY_NORMAL);
  g_assert_cmpint (rule->until_unix, ==, TCN_TIME_NONE);
  g_assert_cmpint (rule->cooldown_s, ==, 0);
  g_assert_null (rule->feeds);
  g_assert_null (rule->sinks);
  g_assert_null (rule->language);
  load_clear (&load);
}

static void
test_config_takes_queries_as_they_stand (void)
{
  static const char *const variables[][2] = { { "X", "no" }, { NULL, NULL } };
  const LoadWorld world = { NULL, variables };
  Load load = load_text_in (&world, "[rule r]\nquery = /word${X}\\d+ ; #/i \"c d\"\n");

  g_assert_nonnull (load.config);
  g_assert_cmpstr (rule_at (&load, 0)->texts->pdata[0], ==,
                   "/word${X}\\d+ ; #/i \"c d\"");
  load_clear (&load);
}

/* ---- Which feeds ---- */

static void
test_config_chooses_feeds_by_name_tag_and_glob (void)
{
  Load load = load_good ("[feed a]\nurl = https://a.example/\ntags = t; u\n"
                         "[feed ab]\nurl = https://b.example/\ntags = t\n"
                         "[feed c d]\nurl = https://c.example/\n"
                         "[rule name]\nquery = sohr\nfeeds = a; c d\n"
                         "[rule tag]\nquery = sohr\nfeeds = tag: t\n"
                         "[rule glob]\nquery = sohr\nfeeds = a*\n"
                         "[rule both]\nquery = sohr\nfeeds = tag:t\nnot-feeds = tag:u\n"
                         "[rule not]\nquery = sohr\nnot-feeds = a\n"
                         "[rule all]\nquery = sohr\n");
  static const char *const wanted[] = { "a,c d", "a,ab",   "a,ab",
                                        "ab",    "ab,c d", "a,ab,c d" };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    g_autoptr (GString) got = g_string_new (NULL);

    for (guint j = 0; j < 3; j++)
      if (tcn_rule_applies (rule_at (&load, i), feed_at (&load, j)))
        g_string_append_printf (got, "%s%s", got->len > 0 ? "," : "",
                                feed_at (&load, j)->name);
    g_assert_cmpstr (got->str, ==, wanted[i]);
  }
  load_clear (&load);
}

static void
test_config_refuses_feeds_tags_and_sinks_that_are_none (void)
{
  assert_faults (
      "[feed sohr]\nurl = https://s.example/\ntags = syria; ngo\n"
      "[sink screen]\ntype = stdout\n"
      "[rule r]\nquery = sohr\nfeeds = sohr; shor; tag:syrai; x*\nnot-feeds = syria\n"
      "sinks = screen; scren\n",
      "/etc/t/tocsin.conf:8:15: there is no feed “shor”\n"
      "    feeds = sohr; shor; tag:syrai; x*\n"
      "                  ^~~~\n"
      "  did you mean “sohr”?\n"
      "/etc/t/tocsin.conf:8:21: no feed has the tag “syrai”\n"
      "    feeds = sohr; shor; tag:syrai; x*\n"
      "                        ^~~~~~~~~\n"
      "  did you mean “syria”?\n"
      "/etc/t/tocsin.conf:8:32: no feed's name matches “x*”\n"
      "    feeds = sohr; shor; tag:syrai; x*\n"
      "                                   ^~\n"
      "/etc/t/tocsin.conf:9:13: there is no feed “syria”\n"
      "    not-feeds = syria\n"
      "                ^~~~~\n"
      "  did you mean “tag:syria”?\n"
      "/etc/t/tocsin.conf:10:17: there is no sink “scren”\n"
      "    sinks = screen; scren\n"
      "                    ^~~~~\n"
      "  did you mean “screen”?\n");
}

static void
test_config_says_what_stands_between_names (void)
{
  assert_faults (FEED "[feed g]\nurl = https://g.example/\n[rule r]\nquery = sohr\n"
                      "feeds = f, g\n",
                 "/etc/t/tocsin.conf:7:9: there is no feed “f, g”\n"
                 "    feeds = f, g\n"
                 "            ^~~~\n"
                 "  write “;” between names\n");
}

static void
test_config_reports_a_shared_choice_each_time (void)
{
  Load load = load_text (FEED "[rule a]\nquery = sohr\nfeeds = g\n"
                              "[rule b]\nquery = sana\nfeeds = g\n");

  g_assert_cmpuint (load.faults->len, ==, 2);
  load_clear (&load);
}

static void
test_config_refuses_health_for_sinks_that_are_none (void)
{
  Load load = load_good ("[tocsin]\nhealth = s; t\n[sink s]\ntype = stdout\n"
                         "[sink t]\ntype = desktop\n");

  assert_list (load.config->settings.health, "s|t");
  load_clear (&load);
  assert_faults ("[tocsin]\nhealth = x\n",
                 "/etc/t/tocsin.conf:2:10: there is no sink “x”\n"
                 "    health = x\n"
                 "             ^\n");
}

static void
test_config_knows_the_implicit_sinks (void)
{
  Load load = load_good ("[rule a]\nquery = sohr\nsinks = stdout; desktop\n");

  assert_list (rule_at (&load, 0)->sinks, "stdout|desktop");
  load_clear (&load);
  assert_faults ("[rule a]\nquery = sohr\nsinks = mail\n",
                 "/etc/t/tocsin.conf:3:9: there is no sink “mail”\n"
                 "    sinks = mail\n"
                 "            ^~~~\n");
}

/* ---- What is refused ---- */

static void
test_config_reports_all_errors_in_one_go (void)
{
  assert_faults ("[tocsin]\nintervall = 1h\ntimeout = 5\n\n"
                 "[feeed x]\nurl = https://x.example/\n\n"
                 "[feed y]\ntitle = Y\n"
                 "[rule z]\nquery = sohr\nquery = sana\n"
                 "[sink s]\ntype = stdoud\n",
                 "/etc/t/tocsin.conf:2:1: unknown key “intervall” in [tocsin]\n"
                 "    intervall = 1h\n"
                 "    ^~~~~~~~~\n"
                 "  did you mean “interval”?\n"
                 "/etc/t/tocsin.conf:3:11: a unit is missing after the number\n"
                 "    timeout = 5\n"
                 "              ^\n"
                 "  write a number and s, m, h, d or w, as in 90s or 15m\n"
                 "/etc/t/tocsin.conf:5:1: unknown group “[feeed]”\n"
                 "    [feeed x]\n"
                 "    ^~~~~~~~\n"
                 "  did you mean “feed”?\n"
                 "/etc/t/tocsin.conf:8:1: “url” is missing\n"
                 "    [feed y]\n"
                 "    ^~~~~~~~\n"
                 "/etc/t/tocsin.conf:12:1: “query” is already given in line 11\n"
                 "    query = sana\n"
                 "    ^~~~~\n"
                 "/etc/t/tocsin.conf:14:8: unknown type of sink “stdoud”\n"
                 "    type = stdoud\n"
                 "           ^~~~~~\n"
                 "  did you mean “stdout”?\n");
}

static void
test_config_counts_columns_as_people_do (void)
{
  assert_faults (FEED
                 "[rule e\u0301te\u0301]\nquery = sohr\nfeeds = f; \u4e2d\u6587; x\n",
                 "/etc/t/tocsin.conf:5:12: there is no feed “中文”\n"
                 "    feeds = f; 中文; x\n"
                 "               ^~~~\n"
                 "/etc/t/tocsin.conf:5:16: there is no feed “x”\n"
                 "    feeds = f; 中文; x\n"
                 "                     ^\n");
}

static void
test_config_refuses_a_group_twice (void)
{
  assert_faults (FEED "[feed  f]\nurl = https://g.example/\n[tocsin]\n[tocsin]\n",
                 "/etc/t/tocsin.conf:3:1: the group is already in line 1\n"
                 "    [feed  f]\n"
                 "    ^~~~~~~~~\n"
                 "/etc/t/tocsin.conf:6:1: the group is already in line 5\n"
                 "    [tocsin]\n"
                 "    ^~~~~~~~\n");
}

static void
test_config_takes_one_name_for_a_feed_and_a_rule (void)
{
  Load load = load_good (FEED "[rule f]\nquery = sohr\n[sink f]\ntype = desktop\n");

  load_clear (&load);
}

static void
test_config_refuses_names_where_none_belong (void)
{
  assert_faults ("[tocsin x]\n[feed]\nurl = https://f.example/\n",
                 "/etc/t/tocsin.conf:1:9: “[tocsin]” takes no name\n"
                 "    [tocsin x]\n"
                 "            ^\n"
                 "  write [tocsin]\n"
                 "/etc/t/tocsin.conf:2:2: “[feed]” needs a name\n"
                 "    [feed]\n"
                 "     ^~~~\n"
                 "  write [feed NAME]\n");
}

static void
test_config_refuses_names_that_cannot_be_chosen (void)
{
  static const char *const names[] = { "a;b", "tag:x", "a\u202eb", "a  b" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *text =
        g_strdup_printf ("[feed %s]\nurl = https://f.example/\n", names[i]);
    Load load = load_text (text);

    g_test_message ("%s", names[i]);
    g_assert_cmpuint (load.faults->len, ==, 1);
    g_assert_null (load.config);
    load_clear (&load);
  }
}

static void
test_config_points_keys_to_their_group (void)
{
  assert_faults (FEED "backlog = all\n",
                 "/etc/t/tocsin.conf:3:1: unknown key “backlog” in [feed f]\n"
                 "    backlog = all\n"
                 "    ^~~~~~~\n"
                 "  it belongs in [tocsin]\n");
}

static void
test_config_knows_no_key_that_is_not_built (void)
{
  static const char *const keys[] = { "quiet = 22:00-07:00", "digest = 1h",
                                      "full-text = yes" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *text = g_strdup_printf ("[rule r]\nquery = sohr\n%s\n", keys[i]);
    Load load = load_text (text);

    g_assert_null (load.config);
    load_clear (&load);
  }
}

static void
test_config_wants_exactly_one_query (void)
{
  assert_faults ("[rule a]\n[rule b]\nquery = sohr\nquery-file = x\n",
                 "/etc/t/tocsin.conf:1:1: “query” is missing\n"
                 "    [rule a]\n"
                 "    ^~~~~~~~\n"
                 "/etc/t/tocsin.conf:4:1: both “query” and “query-file”\n"
                 "    query-file = x\n"
                 "    ^~~~~~~~~~\n"
                 "  keep one of them\n");
}

static void
test_config_misses_no_key_that_is_misspelt (void)
{
  assert_faults ("[feed f]\nurll = https://f.example/\n[rule r]\nquerry = sohr\n",
                 "/etc/t/tocsin.conf:2:1: unknown key “urll” in [feed f]\n"
                 "    urll = https://f.example/\n"
                 "    ^~~~\n"
                 "  did you mean “url”?\n"
                 "/etc/t/tocsin.conf:4:1: unknown key “querry” in [rule r]\n"
                 "    querry = sohr\n"
                 "    ^~~~~~\n"
                 "  did you mean “query”?\n");
}

static void
test_config_misses_no_sink_that_has_a_fault (void)
{
  assert_faults ("[sink s]\ntype = stdoud\n[rule r]\nquery = sohr\nsinks = s\n",
                 "/etc/t/tocsin.conf:2:8: unknown type of sink “stdoud”\n"
                 "    type = stdoud\n"
                 "           ^~~~~~\n"
                 "  did you mean “stdout”?\n");
}

static void
test_config_refuses_empty_values (void)
{
  assert_faults ("[feed f]\nurl =\n", "/etc/t/tocsin.conf:2:6: “url” has no value\n"
                                      "    url =\n"
                                      "         ^\n"
                                      "  give it one, or remove the line\n");
}

static void
test_config_places_faults_of_queries_in_the_file (void)
{
  Load load = load_text ("[rule r]\n  query = \"syrie\" (patrouille\n");
  const TcnConfigFault *fault;

  g_assert_null (load.config);
  g_assert_cmpuint (load.faults->len, >=, 1);
  fault = load.faults->pdata[0];
  g_assert_cmpuint (fault->line, ==, 2);
  g_assert_cmpuint (fault->start, ==, 18);
  g_assert_true (g_str_has_prefix (fault->message, "rule r: "));
  g_assert_true (
      g_str_has_prefix (load.printed->str, "/etc/t/tocsin.conf:2:19: rule r: "));
  load_clear (&load);
}

static void
test_config_warns_and_loads_all_the_same (void)
{
  Load load = load_text (FEED "interval = 1s\n");

  g_assert_nonnull (load.config);
  g_assert_cmpstr (
      load.printed->str, ==,
      "/etc/t/tocsin.conf:3:12: warning: polls less than 5 minutes apart are a "
      "burden to the server\n"
      "    interval = 1s\n"
      "               ^~\n"
      "  15m is often enough for most feeds\n");
  load_clear (&load);
}

static void
test_config_warns_of_no_haste_with_files (void)
{
  Load load = load_good ("[feed f]\nurl = f.xml\ninterval = 1s\n");

  load_clear (&load);
}

/* RFC 3986, 3.1. */
static void
test_config_reads_schemes_in_any_case (void)
{
  static const LoadFile files[] = {
    { "/etc/t/l", "HTTPS://me:word@l.example/\nFile:///srv/L\n", TRUE },
    { NULL, NULL, FALSE },
  };
  const LoadWorld world = { files, NULL };
  Load load = load_text_in (&world, "[feed a]\nurl = HTTP://A.example/X\n"
                                    "[feeds]\nlist = l\n");

  g_assert_nonnull (load.config);
  g_assert_cmpstr (feed_at (&load, 0)->url, ==, "http://A.example/X");
  g_assert_cmpstr (feed_at (&load, 1)->url, ==, "https://me:word@l.example/");
  g_assert_cmpstr (feed_at (&load, 2)->url, ==, "file:///srv/L");
  g_assert_nonnull (strstr (load.printed->str, "a secret in “/etc/t/l”"));
  load_clear (&load);
}

static void
test_config_warns_of_a_url_without_scheme (void)
{
  assert_faults (
      "[feed f]\nurl = www.example.org/feed\n",
      "/etc/t/tocsin.conf:2:7: warning: a URL without https:// is read as a path\n"
      "    url = www.example.org/feed\n"
      "          ^~~~~~~~~~~~~~~~~~~~\n"
      "  write https://www.example.org/feed, or ./www.example.org/feed for a file\n");
}

static void
test_config_warns_of_one_url_under_two_names (void)
{
  assert_faults (
      FEED "[feed g]\nurl = https://f.example/\n",
      "/etc/t/tocsin.conf:3:1: warning: the feed “f” has the same URL: it is polled "
      "twice\n"
      "    [feed g]\n"
      "    ^~~~~~~~\n");
}

static void
test_config_warns_of_rules_that_do_the_same (void)
{
  assert_faults ("[rule a]\nquery = sohr\n[rule b]\nquery = sohr\nurgency = low\n"
                 "[rule c]\nquery = sohr\ntitle = C\n"
                 "[rule d]\nquery = sohr\nenabled = no\n",
                 "/etc/t/tocsin.conf:6:1: warning: the rule “a” does the same\n"
                 "    [rule c]\n"
                 "    ^~~~~~~~\n");
}

static void
test_config_warns_of_rules_that_watch_no_feed (void)
{
  assert_faults (FEED "tags = t\n[feed g]\nurl = https://g.example/\n"
                      "[rule a]\nquery = sohr\nfeeds = tag:t\nnot-feeds = f\n"
                      "[rule b]\nquery = sohr\nnot-feeds = f\n",
                 "/etc/t/tocsin.conf:9:13: warning: this leaves no feed that the rule "
                 "watches\n"
                 "    not-feeds = f\n"
                 "                ^\n");
}

static void
test_config_warns_of_languages_without_forms (void)
{
  assert_faults (
      "[rule a]\nquery = sohr\nlanguage = fr\n"
      "[rule b]\nquery = sohr\nlanguage = zh\n"
      "[rule c]\nquery = sohr\nlanguage = zh\ninflect = no\n",
      "/etc/t/tocsin.conf:6:12: warning: no other forms of words are known in the "
      "language “zh”\n"
      "    language = zh\n"
      "               ^~\n");
}

static void
test_config_says_which_file_cannot_be_read (void)
{
  const LoadWorld world = { NULL, NULL };
  Load load = load_in (&world, "/nowhere.conf", NULL);

  g_assert_null (load.config);
  g_assert_cmpstr (load.printed->str, ==,
                   "/nowhere.conf: No such file or directory\n"
                   "  a first one is a copy of the example, or what 'tocsin add URL' "
                   "makes; see tocsin.conf(5)\n");
  load_clear (&load);
}

/* ---- Environment, files, secrets ---- */

static void
test_config_expands_variables (void)
{
  static const char *const variables[][2] = { { "HOST", "f.example" },
                                              { "PASS", "a${HOST}" },
                                              { NULL, NULL } };
  const LoadWorld world = { NULL, variables };
  Load load = load_good_in (&world, "[feed f]\nurl = https://${HOST}/x?${HOST}\n"
                                    "auth = me:${PASS}\ntitle = ${HOST}\n");

  g_assert_cmpstr (feed_at (&load, 0)->url, ==, "https://f.example/x?f.example");
  g_assert_cmpstr (feed_at (&load, 0)->password, ==, "a${HOST}");
  g_assert_cmpstr (feed_at (&load, 0)->title, ==, "${HOST}");
  load_clear (&load);
}

static void
test_config_refuses_variables_that_are_not_set (void)
{
  static const char *const variables[][2] = { { "BAD", "a\nb" },
                                              { "EMPTY", "" },
                                              { NULL, NULL } };
  const LoadWorld world = { NULL, variables };

  assert_faults_in (
      &world,
      "[feed a]\nurl = https://${NONE}/\n[feed b]\nurl = https://${1}/\n"
      "[feed c]\nurl = ${BAD}\n[feed d]\nurl = ${EMPTY}\n"
      "[feed e]\nurl = https://x/${NONE\n",
      "/etc/t/tocsin.conf:2:15: the variable “NONE” is not set\n"
      "    url = https://${NONE}/\n"
      "                  ^~~~~~~\n"
      "/etc/t/tocsin.conf:4:15: this is no variable\n"
      "    url = https://${1}/\n"
      "                  ^~~~\n"
      "  write ${NAME}\n"
      "/etc/t/tocsin.conf:6:7: the variable “BAD” holds a control character\n"
      "    url = ${BAD}\n"
      "          ^~~~~~\n"
      "/etc/t/tocsin.conf:8:7: “url” has no value\n"
      "    url = ${EMPTY}\n"
      "          ^~~~~~~~\n"
      "  give it one, or remove the line\n"
      "/etc/t/tocsin.conf:10:17: this is no variable\n"
      "    url = https://x/${NONE\n"
      "                    ^~~~~~\n"
      "  write ${NAME}\n");
}

static void
test_config_reads_values_from_files (void)
{
  static const LoadFile files[] = {
    { "/etc/t/secret", "me:word \r\nsecond line\n", FALSE },
    { "/run/url", "https://f.example/?k=1", FALSE },
    { "/home/me/state", "inner", FALSE },
    { NULL, NULL, FALSE },
  };
  static const char *const variables[][2] = { { "RUN", "/run" }, { NULL, NULL } };
  const LoadWorld world = { files, variables };
  Load load =
      load_good_in (&world, "[tocsin]\nstate-file = ~/state\n"
                            "[feed f]\nurl-file = ${RUN}/url\nauth-file = secret\n");

  g_assert_cmpstr (feed_at (&load, 0)->url, ==, "https://f.example/?k=1");
  g_assert_cmpstr (feed_at (&load, 0)->user, ==, "me");
  g_assert_cmpstr (feed_at (&load, 0)->password, ==, "word");
  g_assert_cmpstr (load.config->settings.state, ==, "/etc/t/inner");
  load_clear (&load);
}

static void
test_config_refuses_files_that_hold_no_value (void)
{
  static const LoadFile files[] = {
    { "/etc/t/empty", "\nx\n", FALSE },
    { NULL, NULL, FALSE },
  };
  const LoadWorld world = { files, NULL };

  assert_faults_in (&world,
                    "[feed a]\nurl = https://f.example/\nauth-file = empty\n"
                    "[feed b]\nurl = https://g.example/\nauth-file = none\n"
                    "[feed c]\nurl = https://h.example/\ntitle-file = x\n"
                    "[feed d]\nurl = https://i.example/\nurl-file = empty\n",
                    "/etc/t/tocsin.conf:3:13: the first line of “/etc/t/empty” is empty\n"
                    "    auth-file = empty\n"
                    "                ^~~~~\n"
                    "/etc/t/tocsin.conf:6:13: cannot read “/etc/t/none”: No such file or "
                    "directory\n"
                    "    auth-file = none\n"
                    "                ^~~~\n"
                    "/etc/t/tocsin.conf:9:1: unknown key “title-file” in [feed c]\n"
                    "    title-file = x\n"
                    "    ^~~~~~~~~~\n"
                    "/etc/t/tocsin.conf:12:1: “url-file” is already given in line 11\n"
                    "    url-file = empty\n"
                    "    ^~~~~~~~\n");
}

static void
assert_secret_warned (const char *text, gboolean is_public, guint n_wanted)
{
  const LoadFile files[] = {
    { "/etc/t/tocsin.conf", text, is_public },
    { "/etc/t/open", "me:word", TRUE },
    { "/etc/t/closed", "me:word", FALSE },
    { "/etc/t/list", "https://me:word@f.example/\nhttps://me:word@g.example/\n", TRUE },
    { "/etc/t/opml",
      "<opml><body><outline xmlUrl='https://me:word@f.example/'/></body></opml>", TRUE },
    { NULL, NULL, FALSE },
  };
  static const char *const variables[][2] = { { "PASS", "word" }, { NULL, NULL } };
  const LoadWorld world = { files, variables };
  Load load = load_in (&world, LOAD_PATH, NULL);

  g_test_message ("%s\n%s", text, load.printed->str);
  g_assert_nonnull (load.config);
  g_assert_cmpuint (load.faults->len, ==, n_wanted);
  g_assert_null (strstr (load.printed->str, "word"));
  load_clear (&load);
}

static void
test_config_warns_of_secrets_that_others_can_read (void)
{
  assert_secret_warned (FEED "auth = me:word\n", TRUE, 1);
  assert_secret_warned (FEED "auth = me:word\n", FALSE, 0);
  assert_secret_warned (FEED "auth = me:${PASS}\n", TRUE, 0);
  assert_secret_warned (FEED "auth-file = closed\n", TRUE, 0);
  assert_secret_warned (FEED "auth-file = open\n", FALSE, 1);
  assert_secret_warned (FEED "header = Accept-Language: fr\n", TRUE, 0);
  assert_secret_warned (FEED "header = X-Api-Key: abc\n", TRUE, 1);
  assert_secret_warned ("[feed f]\nurl = https://me:word@f.example/\n", TRUE, 1);
  assert_secret_warned (FEED "proxy = http://me:word@p.example/\n", TRUE, 1);
  assert_secret_warned ("[sink h]\ntype = hook\nurl = https://x.example/\ntoken = t\n",
                        TRUE, 1);
  assert_secret_warned ("[feeds]\nlist = list\n", FALSE, 1);
  assert_secret_warned ("[feeds]\nopml = opml\n", FALSE, 1);
  /* Once for each file: it is one thing to do. */
  assert_secret_warned (FEED "auth = me:word\nheader = Cookie: a\n", TRUE, 1);
}

static void
test_config_prints_no_secret_in_a_message (void)
{
  Load load = load_text (FEED "auth = hunter2\nheader = hunter2\n");

  g_assert_cmpuint (load.faults->len, ==, 2);
  g_assert_null (strstr (load.printed->str, "hunter2"));
  load_clear (&load);
}

/* ---- Lists ---- */

static const LoadFile list_files[] = {
  { "/etc/t/feeds.txt",
    "# one\n\nhttps://a.example/feed  syria ngo\n  https://b.example/x#frag;y\tngo # two\n"
    "https://c.example/;s=1 a;b\n",
    FALSE },
  { "/etc/t/sub/more", "https://a.example/feed extra\nhttps://www.a.example/feed/\n",
    FALSE },
  { "/etc/t/x.opml",
    "<opml version='2.0'><body><outline text='ngo'><outline text='Bee' "
    "xmlUrl='https://b.example/x#frag;y'/><outline title='Dee' xmlUrl='http://d.example/'/>"
    "</outline></body></opml>",
    FALSE },
  { "/etc/t/bad", "https://a.example/ x\nftp://b.example/\n\x1b\n", FALSE },
  { "/etc/t/bad.opml", "<opml>\n<body><outline></body></opml>", FALSE },
  { NULL, NULL, FALSE },
};
static const LoadWorld list_world = { list_files, NULL };

static void
test_config_reads_lists_in_place (void)
{
  Load load = load_good_in (&list_world, "[feeds]\nlist = feeds.txt\nopml = x.opml\n");

  g_assert_cmpuint (load.config->feeds->len, ==, 4);
  g_assert_cmpstr (feed_at (&load, 0)->url, ==, "https://b.example/x#frag;y");
  g_assert_cmpstr (feed_at (&load, 0)->title, ==, "Bee");
  assert_list (feed_at (&load, 0)->tags, "ngo");
  g_assert_cmpstr (feed_at (&load, 0)->name, ==, "b.example/x");
  g_assert_cmpstr (feed_at (&load, 1)->url, ==, "http://d.example/");
  g_assert_cmpstr (feed_at (&load, 1)->title, ==, "Dee");
  g_assert_cmpstr (feed_at (&load, 2)->name, ==, "a.example/feed");
  assert_list (feed_at (&load, 2)->tags, "syria|ngo");
  g_assert_cmpstr (feed_at (&load, 2)->file, ==, "/etc/t/feeds.txt");
  g_assert_cmpuint (feed_at (&load, 2)->line, ==, 3);
  g_assert_cmpint (feed_at (&load, 2)->interval_s, ==, TCN_INTERVAL_AUTO);
  g_assert_true (feed_at (&load, 2)->enabled);
  assert_list (feed_at (&load, 3)->tags, "a|b");
  load_clear (&load);
}

static void
test_config_merges_what_is_listed_twice (void)
{
  Load load =
      load_good_in (&list_world, "[feed mine]\nurl = https://a.example/feed\ntags = x\n"
                                 "[feeds]\nlist = feeds.txt; sub/more\n"
                                 "[rule r]\nquery = sohr\nfeeds = tag:extra\n");

  g_assert_cmpuint (load.config->feeds->len, ==, 4);
  g_assert_cmpstr (feed_at (&load, 0)->name, ==, "mine");
  assert_list (feed_at (&load, 0)->tags, "x|syria|ngo|extra");
  load_clear (&load);
}

static char *
name_of (const Load *load, const char *url)
{
  for (guint i = 0; i < load->config->feeds->len; i++)
    if (strcmp (feed_at (load, i)->url, url) == 0)
      return feed_at (load, i)->name;
  return NULL;
}

static void
test_config_names_do_not_depend_on_the_order (void)
{
  static const LoadFile files[] = {
    { "/etc/t/one", "https://a.example/feed\nhttps://www.a.example/feed\n", FALSE },
    { "/etc/t/two", "https://www.a.example/feed\nhttps://a.example/feed\n", FALSE },
    { NULL, NULL, FALSE },
  };
  const LoadWorld world = { files, NULL };
  Load one = load_good_in (&world, "[feeds]\nlist = one\n");
  Load two = load_good_in (&world, "[feeds]\nlist = two\n");
  const char *name = name_of (&one, "https://a.example/feed");
  const char *other = name_of (&one, "https://www.a.example/feed");

  g_assert_true (g_str_has_prefix (name, "a.example/feed#"));
  g_assert_true (g_str_has_prefix (other, "a.example/feed#"));
  g_assert_cmpstr (name, !=, other);
  g_assert_cmpstr (name, ==, name_of (&two, "https://a.example/feed"));
  g_assert_cmpstr (other, ==, name_of (&two, "https://www.a.example/feed"));
  load_clear (&one);
  load_clear (&two);
}

static void
test_config_leaves_names_of_groups_alone (void)
{
  Load load =
      load_good_in (&list_world, "[feed a.example/feed]\nurl = https://z.example/\n"
                                 "[feeds]\nlist = feeds.txt\n");

  g_assert_cmpstr (feed_at (&load, 0)->name, ==, "a.example/feed");
  g_assert_true (
      g_str_has_prefix (name_of (&load, "https://a.example/feed"), "a.example/feed#"));
  load_clear (&load);
}

static void
test_config_places_faults_of_lists_in_the_list (void)
{
  assert_faults_in (&list_world, "[feeds]\nlist = bad; none\n",
                    "/etc/t/tocsin.conf:2:13: cannot read “/etc/t/none”: No such file or "
                    "directory\n"
                    "    list = bad; none\n"
                    "                ^~~~\n"
                    "/etc/t/bad:2:1: feeds are not read from “ftp:”\n"
                    "    ftp://b.example/\n"
                    "    ^~~~\n"
                    "  write an http or https URL, file:///PATH, or a path\n"
                    "/etc/t/bad:3:1: control character 0x1B\n"
                    "     \n"
                    "    ^\n");
}

static void
test_config_places_faults_of_opml_there (void)
{
  Load load = load_text_in (&list_world, "[feeds]\nopml = bad.opml\n");

  g_assert_cmpuint (load.faults->len, ==, 1);
  g_assert_true (g_str_has_prefix (load.printed->str, "/etc/t/bad.opml:2:"));
  load_clear (&load);
}

/* ---- Definitions and query files ---- */

static void
test_config_uses_definitions (void)
{
  Load load = load_good ("[rule r]\nquery = patrouille @zone\n"
                         "[define zone]\nquery = Hassaké OR Qamichli\n");

  g_assert_cmpuint (load.config->defines->len, ==, 1);
  load_clear (&load);
}

static void
test_config_places_faults_of_definitions_there (void)
{
  Load load = load_text ("[define zone]\nquery = (Hassaké\n[define a.b]\nquery = x1\n");

  g_assert_cmpuint (load.faults->len, ==, 2);
  g_assert_true (
      g_str_has_prefix (load.printed->str, "/etc/t/tocsin.conf:2:9: define zone: "));
  g_assert_nonnull (
      strstr (load.printed->str, "/etc/t/tocsin.conf:3:9: the name of a def"));
  load_clear (&load);
}

static void
test_config_reads_query_files (void)
{
  static const LoadFile files[] = {
    { "/etc/t/q", "# names\nsohr\n\n\"patrouille russe\"\n", FALSE },
    { "/etc/t/bad", "sohr\n(patrouille\nsana\n\"x\n", FALSE },
    { "/etc/t/none", "# nothing\n", FALSE },
    { NULL, NULL, FALSE },
  };
  const LoadWorld world = { files, NULL };
  Load load = load_good_in (&world, "[rule r]\nquery-file = q\n");

  g_assert_cmpuint (rule_at (&load, 0)->queries->len, ==, 2);
  g_assert_cmpstr (rule_at (&load, 0)->texts->pdata[1], ==, "\"patrouille russe\"");
  g_assert_cmpstr (rule_at (&load, 0)->query_file, ==, "/etc/t/q");
  load_clear (&load);
  load =
      load_text_in (&world, "[rule r]\nquery-file = bad\n[rule s]\nquery-file = none\n");
  g_assert_cmpuint (load.faults->len, ==, 3);
  g_assert_nonnull (strstr (load.printed->str, "/etc/t/bad:2:1: rule r: "));
  g_assert_nonnull (strstr (load.printed->str, "/etc/t/bad:4:1: rule r: "));
  load_clear (&load);
}

static void
test_config_bounds_queries_that_are_always_tried (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  Load load;

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (lines, "/[0-9]{%u}/\n", i + 1);
  g_string_append (lines, "/[0-9]{4} tons/\n=+1\n");

  LoadFile files[] = { { "/etc/t/q", lines->str, FALSE }, { NULL, NULL, FALSE } };
  const LoadWorld world = { files, NULL };

  load = load_text_in (&world, "[rule r]\nquery-file = q\n"
                               "[rule off]\nquery = /[0-9]/\nenabled = no\n");
  g_assert_nonnull (load.config);
  load_clear (&load);
  g_string_append (lines, "sohr OR /[a-z]\\d/\n");
  files[0].text = lines->str;
  load = load_text_in (&world, "[rule r]\nquery-file = q\n");
  g_assert_null (load.config);
  g_assert_nonnull (strstr (load.printed->str, "/etc/t/q:203:1: rule r: more than 200 "));
  load_clear (&load);
}

/* ---- Sinks ---- */

static void
test_config_reads_sinks (void)
{
  Load load =
      load_good ("[sink a]\ntype = stdout\nformat = json\n[sink b]\ntype = desktop\n"
                 "[sink c]\ntype = hook\nurl = https://h.example/\nto = x; y\n"
                 "ca = ca.pem\n");
  const TcnSinkConfig *a = tcn_config_find_sink (load.config, "a");
  const TcnSinkConfig *c = tcn_config_find_sink (load.config, "c");

  g_assert_cmpuint (load.config->sinks->len, ==, 3);
  g_assert_cmpstr (tcn_sink_config_type (a), ==, "stdout");
  g_assert_cmpint (tcn_sink_config_number (a, "format"), ==, 1);
  g_assert_cmpstr (tcn_sink_config_name (c), ==, "c");
  g_assert_cmpstr (tcn_sink_config_text (c, "url"), ==, "https://h.example/");
  g_assert_null (tcn_sink_config_text (c, "token"));
  g_assert_cmpint (tcn_sink_config_number (c, "retries"), ==, 3);
  g_assert_cmpstr (tcn_sink_config_list (c, "to")[1], ==, "y");
  g_assert_cmpstr (tcn_sink_config_text (c, "ca"), ==, "/etc/t/ca.pem");
  load_clear (&load);
}

static void
test_config_makes_a_sink_of_defaults (void)
{
  g_autoptr (TcnSinkConfig) sink = tcn_sink_config_new ("stdout", &load_sink_types[0]);

  g_assert_cmpstr (tcn_sink_config_name (sink), ==, "stdout");
  g_assert_cmpint (tcn_sink_config_number (sink, "format"), ==, 0);
  g_assert_null (tcn_sink_config_new ("h", &load_sink_types[2]));
}

static void
test_config_refuses_keys_of_other_sinks (void)
{
  assert_faults (
      "[sink a]\ntype = desktop\nformat = json\n[sink b]\n[sink c]\ntype = hook\n",
      "/etc/t/tocsin.conf:3:1: unknown key “format” in [sink a]\n"
      "    format = json\n"
      "    ^~~~~~\n"
      "/etc/t/tocsin.conf:4:1: “type” is missing\n"
      "    [sink b]\n"
      "    ^~~~~~~~\n"
      "/etc/t/tocsin.conf:5:1: “url” is missing\n"
      "    [sink c]\n"
      "    ^~~~~~~~\n");
}

/* ---- Printing and editing ---- */

static void
test_config_prints_what_is_in_effect (void)
{
  Load load = load_good_in (
      &list_world, "[tocsin]\nbacklog = none\n"
                   "[feed f]\nurl = https://me:pw@f.example/\nauth = me:word\n"
                   "header = X-Key: abc ;; Accept: x\ntags = t\n"
                   "[feeds]\nopml = x.opml\n"
                   "[rule r]\nquery = sohr \"x y; z\"\nfeeds = tag:t; f\n"
                   "[sink s]\ntype = hook\nurl = https://h.example/\ntoken = abc\n");
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_config_print (out, load.config);

  g_assert_cmpstr (
      out->str, ==,
      "[tocsin]\ninterval = auto\nbacklog = none\nmax-transfers = 64\n"
      "host-transfers = 1\nhost-gap = 1s\ntimeout = 1m\nmax-body = 8MiB\n"
      "retain = 90d\nprivate-networks = no\n"
      "\n[feed f]\nurl = https://f.example/\ntags = t\ninterval = auto\n"
      "auth = ***\nheader = X-Key: *** ;; Accept: ***\nnetrc = yes\ninsecure-tls = no\n"
      "enabled = yes\n"
      "\n[feed b.example/x]\nurl = https://b.example/x#frag;y\ntitle = Bee\n"
      "tags = ngo\ninterval = auto\nnetrc = yes\ninsecure-tls = no\nenabled = yes\n"
      "\n[feed d.example]\nurl = http://d.example/\ntitle = Dee\ntags = ngo\n"
      "interval = auto\nnetrc = yes\ninsecure-tls = no\nenabled = yes\n"
      "\n[rule r]\nquery = sohr \"x y; z\"\ninflect = yes\nfeeds = tag:t; f\n"
      "urgency = normal\nenabled = yes\ncooldown = 0s\n"
      "\n[sink s]\ntype = hook\nurl = https://h.example/\ntoken = ***\n"
      "retries = 3\n");
  load_clear (&load);
}

static void
test_config_reads_what_it_prints (void)
{
  Load load = load_good_in (
      &list_world, "[tocsin]\ninterval = 20m\nlanguage = fr\nproxy = none\n"
                   "[feeds]\nlist = feeds.txt\nopml = x.opml\n"
                   "[define z]\nquery = \"a1 b1\"\n"
                   "[rule r]\nquery = @z\nuntil = 2030-01-01\nnot-feeds = tag:ngo\n"
                   "cooldown = 2h\n");
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);
  Load again;

  tcn_config_print (first, load.config);
  again = load_good (first->str);
  tcn_config_print (second, again.config);

  g_assert_cmpstr (first->str, ==, second->str);
  load_clear (&load);
  load_clear (&again);
}

static void
test_config_appends_feeds_and_keeps_the_rest (void)
{
  static const char text[] = "; mine\r\n[feed f]\r\nurl = https://f.example/ \r\n# end";
  static const char wanted[] =
      "; mine\r\n[feed f]\r\nurl = https://f.example/ \r\n# end\r\n"
      "\r\n[feed g.example/feed]\r\nurl = https://www.g.example/feed?x=1\r\n"
      "title = G g\r\ntags = a b; c,d\r\n";
  static const char *const tags[] = { "a b", "c;d", NULL };
  const TcnFeedEntry entry = { NULL, "https://www.g.example/feed?x=1", " G \n g ", tags };
  Load load = load_good (text);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (TcnConfigEdit) edit = tcn_config_edit_new (bytes, load.config);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) edited = NULL;

  g_assert_cmpstr (tcn_config_edit_add_feed (edit, &entry, &error), ==, "g.example/feed");
  edited = tcn_config_edit_get_bytes (edit);

  g_assert_cmpmem (g_bytes_get_data (edited, NULL), g_bytes_get_size (edited), wanted,
                   strlen (wanted));
  load_clear (&load);
}

static void
assert_not_added (TcnConfigEdit *edit, const TcnFeedEntry *entry)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tcn_config_edit_add_feed (edit, entry, &error));
  g_assert_error (error, TCN_ERROR, TCN_ERROR_CONFIG);
}

static void
test_config_appends_no_feed_twice (void)
{
  Load load = load_good (FEED);
  g_autoptr (GBytes) bytes = g_bytes_new_static (FEED, strlen (FEED));
  g_autoptr (TcnConfigEdit) edit = tcn_config_edit_new (bytes, load.config);
  g_autoptr (GBytes) edited = NULL;

  assert_not_added (edit, &(TcnFeedEntry){ NULL, "https://f.example/", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ "f", "https://g.example/", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ "a;b", "https://g.example/", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ NULL, "ftp://x/", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ NULL, "relative.xml", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ NULL, "", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ NULL, "https://x/\n[rule x]", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ NULL, "https://x/\n[feed y]", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ NULL, "https://x/${HOME}", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ NULL, "https://x/\xff", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ NULL, "https://x/\xc2\xa0", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ NULL, "https://tag:81/x", NULL, NULL });
  assert_not_added (edit, &(TcnFeedEntry){ NULL, "HTTPS://x/", NULL, NULL });
  edited = tcn_config_edit_get_bytes (edit);

  g_assert_true (g_bytes_equal (bytes, edited));
  load_clear (&load);
}

static void
test_config_gives_appended_feeds_names_of_their_own (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("", 0);
  g_autoptr (TcnConfigEdit) edit = tcn_config_edit_new (bytes, NULL);
  g_autoptr (GError) error = NULL;
  const TcnFeedEntry first = { NULL, "https://f.example/?a", NULL, NULL };
  const TcnFeedEntry second = { NULL, "https://f.example/?b", NULL, NULL };
  const char *name, *other;

  name = tcn_config_edit_add_feed (edit, &first, &error);
  other = tcn_config_edit_add_feed (edit, &second, &error);

  g_assert_cmpstr (name, ==, "f.example");
  g_assert_true (g_str_has_prefix (other, "f.example#"));
}

/* ---- Size ---- */

static void
test_config_loads_a_hundred_thousand_rules (void)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new ("[feeds]\nlist = big\n");
  LoadFile files[] = { { "/etc/t/big", NULL, FALSE }, { NULL, NULL, FALSE } };
  const LoadWorld world = { files, NULL };
  gboolean is_long = g_getenv ("TOCSIN_TEST_LONG") != NULL;
  guint n_rules = is_long ? 100000 : 10000;
  guint n_feeds = is_long ? 10000 : 1000;
  gint64 begin, took_ms;
  Load load;

  for (guint i = 0; i < n_feeds; i++)
    g_string_append_printf (list, "https://host%u.example/feed.xml tag%u\n", i, i % 100);
  for (guint i = 0; i < n_rules; i++)
    g_string_append_printf (text,
                            "[rule r%u]\nquery = word%u OR \"other%u words\"\n"
                            "feeds = tag:tag%u; host%u.example/feed.xml\n",
                            i, i, i, i % 100, i % n_feeds);
  files[0].text = list->str;

  begin = g_get_monotonic_time ();
  load = load_text_in (&world, text->str);
  took_ms = (g_get_monotonic_time () - begin) / 1000;

  g_assert_nonnull (load.config);
  g_assert_cmpuint (load.config->rules->len, ==, n_rules);
  g_assert_cmpuint (load.config->feeds->len, ==, n_feeds);
  g_test_message ("%u rules and %u feeds in %d ms", n_rules, n_feeds, (int) took_ms);
  load_clear (&load);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define CASE(name, function) g_test_add_func ("/config/" name, test_config_##function)
  CASE ("defaults-are-those-of-the-table", defaults_are_those_of_the_table);
  CASE ("reads-settings", reads_settings);
  CASE ("reads-feeds", reads_feeds);
  CASE ("reads-certificates", reads_certificates);
  CASE ("refuses-a-lone-key", refuses_a_lone_key);
  CASE ("knows-a-certificate-from-its-path", knows_a_certificate_from_its_path);
  CASE ("splits-credentials", splits_credentials);
  CASE ("makes-paths-absolute", makes_paths_absolute);
  CASE ("reads-rules", reads_rules);
  CASE ("gives-rules-their-defaults", gives_rules_their_defaults);
  CASE ("takes-queries-as-they-stand", takes_queries_as_they_stand);
  CASE ("chooses-feeds-by-name-tag-and-glob", chooses_feeds_by_name_tag_and_glob);
  CASE ("refuses-feeds-tags-and-sinks-that-are-none",
        refuses_feeds_tags_and_sinks_that_are_none);
  CASE ("says-what-stands-between-names", says_what_stands_between_names);
  CASE ("reports-a-shared-choice-each-time", reports_a_shared_choice_each_time);
  CASE ("refuses-health-for-sinks-that-are-none", refuses_health_for_sinks_that_are_none);
  CASE ("knows-the-implicit-sinks", knows_the_implicit_sinks);
  CASE ("reports-all-errors-in-one-go", reports_all_errors_in_one_go);
  CASE ("counts-columns-as-people-do", counts_columns_as_people_do);
  CASE ("refuses-a-group-twice", refuses_a_group_twice);
  CASE ("takes-one-name-for-a-feed-and-a-rule", takes_one_name_for_a_feed_and_a_rule);
  CASE ("refuses-names-where-none-belong", refuses_names_where_none_belong);
  CASE ("refuses-names-that-cannot-be-chosen", refuses_names_that_cannot_be_chosen);
  CASE ("points-keys-to-their-group", points_keys_to_their_group);
  CASE ("knows-no-key-that-is-not-built", knows_no_key_that_is_not_built);
  CASE ("wants-exactly-one-query", wants_exactly_one_query);
  CASE ("misses-no-key-that-is-misspelt", misses_no_key_that_is_misspelt);
  CASE ("misses-no-sink-that-has-a-fault", misses_no_sink_that_has_a_fault);
  CASE ("refuses-empty-values", refuses_empty_values);
  CASE ("places-faults-of-queries-in-the-file", places_faults_of_queries_in_the_file);
  CASE ("warns-and-loads-all-the-same", warns_and_loads_all_the_same);
  CASE ("warns-of-no-haste-with-files", warns_of_no_haste_with_files);
  CASE ("reads-schemes-in-any-case", reads_schemes_in_any_case);
  CASE ("warns-of-a-url-without-scheme", warns_of_a_url_without_scheme);
  CASE ("warns-of-one-url-under-two-names", warns_of_one_url_under_two_names);
  CASE ("warns-of-rules-that-do-the-same", warns_of_rules_that_do_the_same);
  CASE ("warns-of-rules-that-watch-no-feed", warns_of_rules_that_watch_no_feed);
  CASE ("warns-of-languages-without-forms", warns_of_languages_without_forms);
  CASE ("says-which-file-cannot-be-read", says_which_file_cannot_be_read);
  CASE ("expands-variables", expands_variables);
  CASE ("refuses-variables-that-are-not-set", refuses_variables_that_are_not_set);
  CASE ("reads-values-from-files", reads_values_from_files);
  CASE ("refuses-files-that-hold-no-value", refuses_files_that_hold_no_value);
  CASE ("warns-of-secrets-that-others-can-read", warns_of_secrets_that_others_can_read);
  CASE ("prints-no-secret-in-a-message", prints_no_secret_in_a_message);
  CASE ("reads-lists-in-place", reads_lists_in_place);
  CASE ("merges-what-is-listed-twice", merges_what_is_listed_twice);
  CASE ("names-do-not-depend-on-the-order", names_do_not_depend_on_the_order);
  CASE ("leaves-names-of-groups-alone", leaves_names_of_groups_alone);
  CASE ("places-faults-of-lists-in-the-list", places_faults_of_lists_in_the_list);
  CASE ("places-faults-of-opml-there", places_faults_of_opml_there);
  CASE ("uses-definitions", uses_definitions);
  CASE ("places-faults-of-definitions-there", places_faults_of_definitions_there);
  CASE ("reads-query-files", reads_query_files);
  CASE ("bounds-queries-that-are-always-tried", bounds_queries_that_are_always_tried);
  CASE ("reads-sinks", reads_sinks);
  CASE ("makes-a-sink-of-defaults", makes_a_sink_of_defaults);
  CASE ("refuses-keys-of-other-sinks", refuses_keys_of_other_sinks);
  CASE ("prints-what-is-in-effect", prints_what_is_in_effect);
  CASE ("reads-what-it-prints", reads_what_it_prints);
  CASE ("appends-feeds-and-keeps-the-rest", appends_feeds_and_keeps_the_rest);
  CASE ("appends-no-feed-twice", appends_no_feed_twice);
  CASE ("gives-appended-feeds-names-of-their-own",
        gives_appended_feeds_names_of_their_own);
  CASE ("loads-a-hundred-thousand-rules", loads_a_hundred_thousand_rules);
  return g_test_run ();
}
