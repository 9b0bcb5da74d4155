/* SPDX-License-Identifier: MIT */
#include "sinks/popup.h"

#include <string.h>

#include "tocsin/text.h"
#include "tocsin/url.h"

#define BURST_TITLE_CHARS 70
#define ELLIPSIS "…"

/* Only what markup gives a meaning: quotes have none in text, and servers that read no
 * more than a little markup show "&apos;" as it is. */
static char *
escape (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + 16);

  for (; *text != '\0'; text++) {
    switch (*text) {
    case '&':
      g_string_append (out, "&amp;");
      break;
    case '<':
      g_string_append (out, "&lt;");
      break;
    case '>':
      g_string_append (out, "&gt;");
      break;
    default:
      g_string_append_c (out, *text);
    }
  }
  return g_string_free (out, FALSE);
}

static guint
length (const char *text)
{
  return tcn_text_graphemes (text, strlen (text));
}

static const char *
title_of (const TcnAlert *alert)
{
  if (alert->title != NULL)
    return alert->title;
  return alert->link != NULL ? alert->link : alert->feed;
}

static TcnUrgency
highest_urgency (const GPtrArray *alerts)
{
  TcnUrgency highest = TCN_URGENCY_LOW;

  for (guint i = 0; i < alerts->len; i++) {
    const TcnAlert *alert = g_ptr_array_index (alerts, i);

    highest = MAX (highest, alert->urgency);
  }
  return highest;
}

/* "sohr · patrouille, drones" */
static char *
make_footer (const GPtrArray *alerts)
{
  const TcnAlert *first = g_ptr_array_index (alerts, 0);
  g_autoptr (GString) footer = g_string_new (first->feed);

  for (guint i = 0; i < alerts->len; i++) {
    const TcnAlert *alert = g_ptr_array_index (alerts, i);

    g_string_append (footer, i == 0 ? " · " : ", ");
    g_string_append (footer, tcn_alert_rule_shown (alert));
  }
  return tcn_text_cut (footer->str, TCN_POPUP_BODY_CHARS / 2);
}

/* The excerpt gives way to the line of feed and rules below it. */
static char *
make_body (const GPtrArray *alerts)
{
  const TcnAlert *first = g_ptr_array_index (alerts, 0);
  g_autofree char *footer = make_footer (alerts);
  g_autofree char *excerpt = NULL;

  if (first->excerpt == NULL)
    return g_steal_pointer (&footer);
  excerpt = tcn_text_cut (first->excerpt, TCN_POPUP_BODY_CHARS - length (footer) - 1);
  return g_strconcat (excerpt, "\n", footer, NULL);
}

/* A line for each item, as many as fit. */
static char *
make_burst_body (const GPtrArray *alerts)
{
  g_autoptr (GString) body = g_string_new (NULL);
  const char *item = NULL;
  guint left = TCN_POPUP_BODY_CHARS;

  for (guint i = 0; i < alerts->len; i++) {
    const TcnAlert *alert = g_ptr_array_index (alerts, i);
    g_autofree char *line = NULL;
    guint n = 0;

    if (item != NULL && strcmp (item, alert->item) == 0)
      continue;
    item = alert->item;
    line = tcn_text_cut (title_of (alert), BURST_TITLE_CHARS);
    n = length (line) + 1;
    if (n + 1 > left) {
      g_string_append (body, ELLIPSIS);
      return g_string_free (g_steal_pointer (&body), FALSE);
    }
    g_string_append_printf (body, "%s\n", line);
    left -= n;
  }
  g_string_truncate (body, body->len - 1);
  return g_string_free (g_steal_pointer (&body), FALSE);
}

TcnPopup *
tcn_popup_new (const TcnBatch *batch, const char *burst_tag, gboolean has_markup)
{
  const TcnAlert *first = g_ptr_array_index (batch->alerts, 0);
  const gboolean is_burst = batch->n_items > 1 || batch->n_before > 0;
  TcnPopup *popup = g_new0 (TcnPopup, 1);
  g_autofree char *body = NULL;

  popup->urgency = highest_urgency (batch->alerts);
  if (is_burst) {
    popup->tag = g_strdup (burst_tag);
    popup->summary = g_strdup_printf ("%u alerts", batch->n_before + batch->alerts->len);
    body = make_burst_body (batch->alerts);
  } else {
    popup->tag = g_strdup (first->item);
    popup->summary = tcn_text_cut (title_of (first), TCN_POPUP_SUMMARY_CHARS);
    body = make_body (batch->alerts);
    if (first->link != NULL && tcn_url_is_openable (first->link))
      popup->link = g_strdup (first->link);
  }
  popup->body = has_markup ? escape (body) : g_steal_pointer (&body);
  return popup;
}

void
tcn_popup_free (TcnPopup *popup)
{
  if (popup == NULL)
    return;
  g_free (popup->tag);
  g_free (popup->summary);
  g_free (popup->body);
  g_free (popup->link);
  g_free (popup);
}
