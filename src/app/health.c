/* SPDX-License-Identifier: MIT */
#include "app/health.h"

#include "tocsin/url.h"

/* One thing to tell. Words for the title follow "Feed NAME "; `advice` is what to do. */
typedef struct {
  TcnScheduleEvents event;
  const char *key; /* part of the alert's identity: never changed */
  const char *words;
  const char *advice; /* nullable */
  gboolean is_trouble;
} Notice;

static const Notice notices[] = {
  { TCN_EVENT_FAILING, "failing", "keeps failing",
    "it is asked ever more rarely, and told of when it works again", TRUE },
  { TCN_EVENT_CERTIFICATE, "certificate", "has a certificate that cannot be trusted",
    "it is not read until that is mended, and told of when it works again", TRUE },
  { TCN_EVENT_EMPTY, "empty", "has had no items for hours",
    "it had some before; look whether it is still published there", TRUE },
  { TCN_EVENT_RECOVERED, "recovered", "works again", NULL, FALSE },
  { TCN_EVENT_GONE, "gone", "is gone",
    "its server has said so for a day; it is asked once a week from now on", TRUE },
  { TCN_EVENT_MOVED, "moved", "has moved for good",
    "the new address is asked from now on; edit its url", TRUE },
  { TCN_EVENT_SILENT, "silent", "has been silent for several times its rhythm",
    "look whether it is still published there", TRUE },
  { TCN_EVENT_SPEAKS, "speaks", "has new items again", NULL, FALSE },
};

/* What the feed's state adds: the last error, or where it moved to. (transfer full)
 * (nullable) */
static char *
detail_of (const Notice *notice, const TcnFeedState *state)
{
  switch (notice->event) {
  case TCN_EVENT_FAILING:
  case TCN_EVENT_CERTIFICATE:
  case TCN_EVENT_GONE:
    return g_strdup (state->error);
  case TCN_EVENT_MOVED:
    return state->moved_url != NULL ? tcn_url_redacted (state->moved_url) : NULL;
  default:
    return NULL;
  }
}

/* (transfer full) (nullable) */
static char *
sentence_of (const Notice *notice, const TcnFeedState *state)
{
  g_autofree char *detail = detail_of (notice, state);

  if (detail == NULL || notice->advice == NULL)
    return detail != NULL ? g_steal_pointer (&detail) : g_strdup (notice->advice);
  return g_strdup_printf ("%s; %s", detail, notice->advice);
}

static TcnAlert *
make_alert (const Notice *notice, const TcnFeedConfig *feed, const TcnFeedState *state,
            gint64 now_unix)
{
  g_autofree char *key =
      g_strdup_printf ("health:%s:%" G_GINT64_FORMAT, notice->key, now_unix);
  TcnAlert *alert = tcn_alert_new ();

  alert->item = tcn_item_id (feed->name, key);
  alert->id = tcn_alert_id (alert->item, TCN_HEALTH_RULE);
  alert->time_unix = now_unix;
  alert->rule = g_strdup (TCN_HEALTH_RULE);
  alert->urgency = notice->is_trouble ? TCN_URGENCY_NORMAL : TCN_URGENCY_LOW;
  alert->feed = g_strdup (feed->name);
  alert->feed_title = g_strdup (feed->title != NULL ? feed->title : state->title);
  alert->title = g_strdup_printf ("Feed %s %s", feed->name, notice->words);
  alert->excerpt = sentence_of (notice, state);
  return alert;
}

GPtrArray *
tcn_health_alerts (TcnScheduleEvents events, const TcnFeedConfig *feed,
                   const TcnFeedState *state, gint64 now_unix)
{
  GPtrArray *alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_alert_free);

  for (guint i = 0; i < G_N_ELEMENTS (notices); i++)
    if (events & notices[i].event)
      g_ptr_array_add (alerts, make_alert (&notices[i], feed, state, now_unix));
  return alerts;
}

void
tcn_health_log (TcnScheduleEvents events, const TcnFeedConfig *feed,
                const TcnFeedState *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (notices); i++) {
    const Notice *notice = &notices[i];
    g_autofree char *sentence = NULL;

    if (!(events & notice->event))
      continue;
    sentence = sentence_of (notice, state);
    g_log_structured (
        G_LOG_DOMAIN, notice->is_trouble ? G_LOG_LEVEL_WARNING : G_LOG_LEVEL_MESSAGE,
        "TCN_FEED", feed->name, "MESSAGE", "feed “%s” %s%s%s", feed->name, notice->words,
        sentence != NULL ? ": " : "", sentence != NULL ? sentence : "");
  }
}
