/* SPDX-License-Identifier: MIT */
#include "tocsin/alerter.h"

#include "arranger.h"
#include "tocsin/excerpt.h"
#include "tocsin/limits.h"
#include "tocsin/ruleset.h"

#define MIN_ARRANGED_QUERIES 10000 /* below, the first index is as good */
#define MIN_SEEN_ITEMS 3000        /* say how often words are */

struct TcnAlerter {
  TcnConfig *config;
  GArray *owners; /* of guint: the place in config->rules of each query of the ruleset */
  TcnRuleset *ruleset;
  TcnMatcher *matcher;
  guint64 seed;
  guint n_items_left;    /* until the index is arranged anew; 0: it is not, or was */
  TcnArranger *arranger; /* while that is under way */
};

TcnAlerter *
tcn_alerter_new (TcnConfig *config, guint64 seed)
{
  TcnAlerter *alerter = g_new0 (TcnAlerter, 1);
  TcnRulesetBuilder *builder = tcn_ruleset_builder_new ();

  alerter->config = tcn_config_ref (config);
  alerter->owners = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < config->rules->len; i++) {
    const TcnRuleConfig *rule = config->rules->pdata[i];

    for (guint q = 0; rule->enabled && q < rule->queries->len; q++) {
      tcn_ruleset_builder_add (builder, alerter->owners->len, rule->queries->pdata[q]);
      g_array_append_val (alerter->owners, i);
    }
  }
  alerter->ruleset = tcn_ruleset_builder_build (builder);
  alerter->matcher = tcn_matcher_new (alerter->ruleset, seed);
  alerter->seed = seed;
  return alerter;
}

void
tcn_alerter_set_lasting (TcnAlerter *alerter)
{
  if (alerter->owners->len >= MIN_ARRANGED_QUERIES)
    alerter->n_items_left = MIN_SEEN_ITEMS;
}

gboolean
tcn_alerter_is_settled (const TcnAlerter *alerter)
{
  return alerter->n_items_left == 0 && alerter->arranger == NULL;
}

/* Between two items: begins to arrange the index, or takes over the one that was. */
static void
settle (TcnAlerter *alerter)
{
  TcnRuleset *arranged;

  if (alerter->n_items_left > 0 && --alerter->n_items_left == 0)
    alerter->arranger = tcn_arranger_start (alerter->ruleset, alerter->matcher);
  if (alerter->arranger == NULL)
    return;
  arranged = tcn_arranger_take (alerter->arranger);
  if (arranged == NULL)
    return;
  g_clear_pointer (&alerter->arranger, tcn_arranger_free);
  tcn_matcher_free (alerter->matcher);
  tcn_ruleset_unref (alerter->ruleset);
  alerter->ruleset = arranged;
  alerter->matcher = tcn_matcher_new (arranged, alerter->seed);
}

void
tcn_alerter_free (TcnAlerter *alerter)
{
  if (alerter == NULL)
    return;
  tcn_arranger_free (alerter->arranger);
  tcn_matcher_free (alerter->matcher);
  tcn_ruleset_unref (alerter->ruleset);
  g_array_unref (alerter->owners);
  tcn_config_unref (alerter->config);
  g_free (alerter);
}

char *
tcn_alerter_language (const TcnConfig *config, const TcnFeedConfig *feed,
                      const char *item_language, const char *feed_language)
{
  const char *const tags[] = { feed != NULL ? feed->language : NULL, item_language,
                               feed_language,
                               config != NULL ? config->settings.language : NULL };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    char *language = tcn_language_primary (tags[i]);

    if (language != NULL)
      return language;
  }
  return NULL;
}

/* One item on its way through the rules. */
typedef struct {
  const TcnAlerter *alerter;
  const TcnSighting *sighting;
  const char *feed_title;
  char *language;
  TcnAlertedFunc func;
  gpointer data;
  const TcnRuleConfig *rule; /* whose alert is being put together; NULL: none */
  GPtrArray *matches;        /* of its queries so far */
} Run;

static int
compare_matches (gconstpointer a, gconstpointer b)
{
  const TcnMatch *left = *(TcnMatch *const *) a, *right = *(TcnMatch *const *) b;

  if (left->field != right->field)
    return left->field < right->field ? -1 : 1;
  if (left->start != right->start)
    return left->start < right->start ? -1 : 1;
  return (left->end > right->end) - (left->end < right->end);
}

static TcnAlert *
make_alert (Run *run)
{
  const TcnSighting *sighting = run->sighting;
  const TcnItem *item = sighting->item;
  TcnAlert *alert = tcn_alert_new ();

  alert->id = tcn_alert_id (sighting->item_id, run->rule->name);
  alert->time_unix = sighting->now_unix;
  alert->rule = g_strdup (run->rule->name);
  alert->rule_title = g_strdup (run->rule->title);
  alert->urgency = run->rule->urgency;
  alert->feed = g_strdup (sighting->feed->name);
  alert->feed_title = g_strdup (run->feed_title);
  alert->item = g_strdup (sighting->item_id);
  alert->title = g_strdup (item->title);
  alert->link = g_strdup (item->link);
  alert->author = g_strdup (item->author);
  alert->published_unix = item->published_unix;
  alert->language = g_strdup (run->language);
  alert->excerpt = tcn_excerpt_new (item, run->matches);
  /* What was found is the alert's from here on. */
  g_ptr_array_unref (alert->matches);
  alert->matches = g_steal_pointer (&run->matches);
  return alert;
}

/* Hands over the alert of the rule whose hits have all come. */
static void
finish_rule (Run *run)
{
  if (run->rule == NULL)
    return;
  g_ptr_array_sort (run->matches, compare_matches);
  if (run->matches->len > TCN_MAX_MATCHES)
    g_ptr_array_set_size (run->matches, TCN_MAX_MATCHES);

  g_autoptr (TcnAlert) alert = make_alert (run);
  run->func (alert, run->rule, run->data);
  run->rule = NULL;
}

static void
on_hit (guint index, const TcnHit *hit, gpointer data)
{
  Run *run = data;
  guint owner = g_array_index (run->alerter->owners, guint, index);
  const TcnRuleConfig *rule = run->alerter->config->rules->pdata[owner];
  gboolean is_over =
      rule->until_unix != TCN_TIME_NONE && rule->until_unix <= run->sighting->now_unix;

  /* The queries of one rule follow each other. */
  if (rule != run->rule)
    finish_rule (run);
  if (is_over || !tcn_rule_applies (rule, run->sighting->feed))
    return;
  if (run->rule == NULL)
    run->matches = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_match_free);
  run->rule = rule;
  g_ptr_array_extend_and_steal (run->matches, tcn_hit_matches (hit));
}

static void
report_limits (const Run *run)
{
  const TcnMatcherLimits *limits = tcn_matcher_limits (run->alerter->matcher);

  if (limits->text_was_cut)
    g_info ("feed “%s”: the text of item %s is too long to be searched to its end",
            run->sighting->feed->name, run->sighting->item_id);
  if (limits->n_capped > 0) {
    guint owner = g_array_index (run->alerter->owners, guint, limits->first_capped_rule);
    const TcnRuleConfig *rule = run->alerter->config->rules->pdata[owner];

    g_warning ("rule “%s” took too much work on item %s of feed “%s” and was given up "
               "on it; make it simpler",
               rule->name, run->sighting->item_id, run->sighting->feed->name);
  }
}

void
tcn_alerter_run (TcnAlerter *alerter, const TcnSighting *sighting, TcnAlertedFunc func,
                 gpointer data)
{
  const TcnFeedConfig *feed = sighting->feed;
  g_autofree char *language = tcn_alerter_language (
      alerter->config, feed, sighting->item->language, sighting->feed_language);
  g_auto (TcnDocument) document = { 0 };
  Run run = {
    .alerter = alerter,
    .sighting = sighting,
    .feed_title = feed->title != NULL ? feed->title : sighting->feed_title,
    .language = language,
    .func = func,
    .data = data,
  };

  settle (alerter);
  tcn_document_set_item (&document, sighting->item, run.feed_title, language);
  tcn_matcher_run (alerter->matcher, &document, on_hit, &run);
  finish_rule (&run);
  report_limits (&run);
}
