/* SPDX-License-Identifier: MIT */
/*
 * The records that travel through the pipeline: what a feed says of itself, an item of
 * it, and the alert that a rule makes of an item. Each is filled once by one builder and
 * then passed as const. All strings are valid UTF-8 without control or bidi-override
 * characters; a missing value is NULL (TCN_TIME_NONE for times, -1 for lengths), never an
 * empty string.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times are seconds since the epoch, UTC; this one means "unknown". */
#define TCN_TIME_NONE G_MININT64

typedef enum {
  TCN_FORMAT_RSS_2_0,
  TCN_FORMAT_RSS_1_0,
  TCN_FORMAT_RSS_0_9X,
  TCN_FORMAT_ATOM_1_0,
  TCN_FORMAT_ATOM_0_3,
  TCN_FORMAT_JSON_1_0,
  TCN_FORMAT_JSON_1_1,
} TcnFeedFormat;

/* "rss2.0", "atom1.0", ... as `parse` prints them; a static string. */
const char *tcn_feed_format_name (TcnFeedFormat format);

typedef struct {
  char *url;     /* absolute */
  char *type;    /* media type as written, nullable */
  gint64 length; /* bytes, -1 when unknown */
} TcnEnclosure;

/* One item. Text fields are the plain text that a person reads: titles are one line; in
 * summary and content a line break is "\n" and a block ends with a blank line ("\n\n").
 */
typedef struct {
  char *guid; /* guid, atom:id or JSON Feed id, trimmed */
  char *title;
  char *link; /* absolute; javascript:, data:, vbscript: and file: links are NULL */
  char *author;
  gint64 published_unix;
  gint64 updated_unix;
  char *summary;
  char *content;
  GPtrArray *categories; /* of char*, owned; never NULL */
  GPtrArray *enclosures; /* of TcnEnclosure*, owned; never NULL */
  char *language;        /* as written */
  GStrv keys; /* identity, strongest first; see tcn_item_id(); never empty once normalised
               */
} TcnItem;

TcnItem *tcn_item_new (void);
void tcn_item_free (TcnItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnItem, tcn_item_free)

TcnItem *tcn_item_copy (const TcnItem *item);

/* What a document says of the feed as a whole. */
typedef struct {
  TcnFeedFormat format;
  char *title;
  char *link;
  char *description;
  char *language;
  gint64 updated_unix;
  char *author;

  /* Hints about polling; 0 when the document gives none. */
  guint ttl_s;           /* RSS ttl */
  guint update_period_s; /* sy:updatePeriod over sy:updateFrequency */
  guint32 skip_hours;    /* bit h: hour h GMT is skipped (RSS skipHours) */
  guint8 skip_days;      /* bit d: day d is skipped, Sunday = 0 (RSS skipDays) */

  guint n_items;       /* delivered */
  gboolean is_damaged; /* the document broke off or was repaired: not a complete parse */
  GPtrArray *warnings; /* of char*, "line 12: ..."; at most TCN_MAX_WARNINGS */
} TcnFeed;

TcnFeed *tcn_feed_new (void);
void tcn_feed_free (TcnFeed *feed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnFeed, tcn_feed_free)

/* Where text is searched. The order is the order in which matches are reported. */
typedef enum {
  TCN_FIELD_TITLE,
  TCN_FIELD_SUMMARY,
  TCN_FIELD_CONTENT,
  TCN_FIELD_AUTHOR,
  TCN_FIELD_FEED, /* the feed's title */
  TCN_FIELD_URL,  /* the item's link */
  TCN_FIELD_TAG,  /* categories, a blank line between two */
  TCN_FIELD_LANG, /* lower-case primary subtag */
  TCN_N_FIELDS,
} TcnField;

/* "title", "summary", ...; a static string. */
const char *tcn_field_name (TcnField field);

typedef enum {
  TCN_WHY_SAME,
  TCN_WHY_FOLDED,
  TCN_WHY_INFLECTED,
  TCN_WHY_JOINED,
  TCN_WHY_PREFIX,
  TCN_WHY_SUFFIX,
  TCN_WHY_INSIDE,
  TCN_WHY_EXACT,
  TCN_WHY_REGEX,
} TcnWhy;

/* "same", "folded", ...; a static string. */
const char *tcn_why_name (TcnWhy why);

/* One occurrence of one part of a query in one field of an item. */
typedef struct {
  TcnField field;
  gsize start;      /* bytes into the field's text; outputs count code points */
  gsize end;        /* exclusive */
  guint start_char; /* the same two in Unicode code points */
  guint end_char;
  char *text; /* the words as written there */
  char *term; /* the part of the query, as written there */
  TcnWhy why;
} TcnMatch;

TcnMatch *tcn_match_copy (const TcnMatch *match);
void tcn_match_free (TcnMatch *match);

typedef enum {
  TCN_URGENCY_LOW,
  TCN_URGENCY_NORMAL,
  TCN_URGENCY_CRITICAL,
} TcnUrgency;

const char *tcn_urgency_name (TcnUrgency urgency);

/* One rule that one item matched. Has its own copy of all it shows, so that it outlives
 * the item's text, the feed and the rule. */
typedef struct {
  char *id;         /* tcn_alert_id() */
  gint64 time_unix; /* when the item was first seen */
  char *rule;
  char *rule_title; /* shown to people in place of the name; nullable */
  TcnUrgency urgency;
  char *feed;       /* name */
  char *feed_title; /* nullable */
  char *item;       /* tcn_item_id() */
  char *title;
  char *link;
  char *author;
  gint64 published_unix;
  char *language;     /* lower-case primary subtag */
  char *excerpt;      /* plain, "…" where cut */
  GPtrArray *matches; /* of TcnMatch*, in the order of fields and positions; at most
                         TCN_MAX_MATCHES */
} TcnAlert;

TcnAlert *tcn_alert_new (void);

/* What people are shown of the rule: its title, else its name. (transfer none) */
const char *tcn_alert_rule_shown (const TcnAlert *alert);

void tcn_alert_free (TcnAlert *alert);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnAlert, tcn_alert_free)

/* Stable ids (lower-case hexadecimal, 20 digits of a SHA-256): of an item from its feed's
 * name and its first key, of an alert from an item's id and a rule's name. (transfer
 * full) */
char *tcn_item_id (const char *feed_name, const char *first_key);
char *tcn_alert_id (const char *item_id, const char *rule_name);

/* The lower-case primary subtag of a language tag as written ("fr" of "fr-FR", "FR_fr");
 * NULL for NULL or for what is no language tag. (transfer full) (nullable) */
char *tcn_language_primary (const char *tag);

G_END_DECLS
