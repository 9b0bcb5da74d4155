/* SPDX-License-Identifier: MIT */
/*
 * When a feed is polled: its own rhythm or the user's interval, the publisher's wishes as
 * floors, back-off after failures, and what becomes of a feed that moved or is gone.
 * Pure: the time and the dice are arguments, nothing is asked of the system, and the
 * record below is all that is remembered (the store keeps it as tcn_schedule_pack()
 * writes it).
 *
 * Invariant: jitter only adds. Nobody who asked to be left alone until a time is asked
 * before it.
 */
#pragma once

#include <glib.h>

#include "tocsin/item.h"

G_BEGIN_DECLS

#define TCN_SCHEDULE_ARRIVALS 20

/* What is remembered of one feed between polls. All zero is a feed never polled. Times
 * are Unix seconds, 0 for never. Everything is read-only outside plan/schedule.c. */
typedef struct {
  gint64 next_due_unix;
  gint64 last_poll_unix;    /* asked, whatever came */
  gint64 last_success_unix; /* a feed, or word that it is unchanged */
  gint64 last_new_unix;     /* when a new item was last seen */
  gint64 hold_until_unix;   /* Retry-After: not even `--all` asks before */
  guint interval_s;         /* in force, without floors and jitter */

  guint failures; /* in a row */
  gint64 failing_since_unix;
  gboolean is_failure_told;

  gboolean has_had_items;
  gint64 empty_since_unix; /* the first of an unbroken row of polls without items */
  guint empty_polls;       /* in that row */
  gboolean is_emptiness_told;

  gint64 gone_first_unix; /* the first 410 of an unbroken row */
  gboolean is_gone;

  gint64 moved_first_unix; /* the first sighting of moved_url */
  guint moved_sightings;
  char moved_url_hash[17]; /* which URL the sightings were of */

  gint64
      body_since_unix; /* since when only 304 came: validators are dropped in the end */
  gint64 fresh_for_s;  /* hints, kept across 304: -1 when not said */
  guint ttl_s;
  guint update_period_s;
  guint32 skip_hours; /* as in TcnFeed */
  guint8 skip_days;
  gboolean has_validators;

  gint64 arrivals[TCN_SCHEDULE_ARRIVALS]; /* polls that brought new items, oldest first */
  guint n_arrivals;
  gboolean is_silence_told;
  gboolean is_fixed; /* interval_s is the user's */
} TcnSchedule;

/* The record as one short line of ASCII, and back. An unknown or damaged line gives FALSE
 * and leaves an all-zero record (the feed is then due). (transfer full) */
char *tcn_schedule_pack (const TcnSchedule *schedule);
gboolean tcn_schedule_unpack (TcnSchedule *schedule, const char *packed);

typedef enum {
  TCN_POLL_CHANGED,   /* a feed came and was parsed */
  TCN_POLL_UNCHANGED, /* a 304, or the same bytes */
  TCN_POLL_FAILED,    /* no answer, a wrong one, or no feed */
  TCN_POLL_GONE,      /* 410 */
  TCN_POLL_OFFLINE,   /* no host answers: nobody's fault */
  TCN_POLL_POSTPONED, /* not asked: its host is paused */
} TcnPollOutcome;

typedef enum {
  TCN_ITEMS_UNKNOWN, /* no whole feed came */
  TCN_ITEMS_NONE,
  TCN_ITEMS_SOME,
} TcnPollItems;

/* What one poll brought. */
typedef struct {
  TcnPollOutcome outcome;
  guint n_new;               /* items never seen before */
  gint64 fresh_for_s;        /* of the answer's headers; -1 when not said */
  gint64 retry_after_s;      /* -1 when not said; also how long a host is still paused */
  gboolean has_validators;   /* the answer had (or, when UNCHANGED, the feed has) some */
  TcnPollItems items;        /* of the whole feed */
  gboolean is_certificate;   /* FAILED because of the server's certificate */
  const TcnFeed *document;   /* nullable: the document's own hints */
  const char *permanent_url; /* nullable: where a permanent redirect led */
} TcnPollReport;

/* What the user wants for this feed. */
typedef struct {
  guint interval_s; /* 0: auto */
} TcnSchedulePolicy;

/* What there is to tell; each is given once, at the poll that brings it about. */
typedef enum {
  TCN_EVENT_NONE = 0,
  TCN_EVENT_FAILING = 1 << 0,     /* fails for long enough to be told */
  TCN_EVENT_RECOVERED = 1 << 1,   /* and works again, or has items again */
  TCN_EVENT_GONE = 1 << 2,        /* 410 twice, a day apart */
  TCN_EVENT_MOVED = 1 << 3,       /* permanent_url is to be polled from now on */
  TCN_EVENT_SILENT = 1 << 4,      /* nothing new for several times its rhythm */
  TCN_EVENT_SPEAKS = 1 << 5,      /* and something new again */
  TCN_EVENT_STALE = 1 << 6,       /* 304 for too long: ask without validators next time */
  TCN_EVENT_EMPTY = 1 << 7,       /* no items for long enough, where it had some */
  TCN_EVENT_CERTIFICATE = 1 << 8, /* FAILING, and the certificate is why */
} TcnScheduleEvents;

/* Enters the outcome of a poll made at `now_unix` and plans the next one. `dice` is
 * uniform in [0, 1) and spreads feeds that would move in step. */
TcnScheduleEvents tcn_schedule_update (TcnSchedule *schedule, const TcnPollReport *report,
                                       const TcnSchedulePolicy *policy, gint64 now_unix,
                                       double dice);

/* Whether to poll now. `all` passes over the plan, not over Retry-After. A clock that was
 * set back (a last poll in the future, a plan beyond every ceiling) makes a feed due. */
gboolean tcn_schedule_is_due (const TcnSchedule *schedule, gint64 now_unix, gboolean all);

/* How long the feed is left alone after a poll that went well, jitter apart: the interval, or
 * what its server asks for if that is longer. 0: not known yet. */
gint64 tcn_schedule_interval_s (const TcnSchedule *schedule,
                                const TcnSchedulePolicy *policy);

/* When the feed is due next, as tcn_schedule_is_due() will see it; never polled: 0. */
gint64 tcn_schedule_due_unix (const TcnSchedule *schedule, gint64 now_unix);

/* The same for who comes by a clock of his own (cron) and not when we tell him: the jitter,
 * which would have him come for nothing, is left out of an interval of the user's. */
gint64 tcn_schedule_visit_unix (const TcnSchedule *schedule,
                                const TcnSchedulePolicy *policy, gint64 now_unix);

/* How long such a visitor waits for a feed that falls due after he came: a small part of its
 * interval, as a clock and an answer may be late. */
guint tcn_schedule_patience_s (const TcnSchedulePolicy *policy);

/* Plans from the last poll on, floors kept, if the user's interval is another one than at
 * that poll; does nothing otherwise. */
void tcn_schedule_replan (TcnSchedule *schedule, const TcnSchedulePolicy *policy,
                          gint64 now_unix, double dice);

/* The feed is to be asked at another address from now on, and soon: that one is not known to
 * be gone. What failed still has. */
void tcn_schedule_change_address (TcnSchedule *schedule, gint64 now_unix, double dice);

/* How many seconds to delay the poll of one of `n_due` feeds that are due together after
 * a resume, a clock jump or the network's return, so that they do not burst. */
guint tcn_schedule_spread_s (guint n_due, double dice);

typedef enum {
  TCN_HEALTH_NEW, /* never had */
  TCN_HEALTH_OK,
  TCN_HEALTH_FAILING,
  TCN_HEALTH_GONE,
  TCN_HEALTH_SILENT,
  TCN_HEALTH_PAUSED, /* under Retry-After */
} TcnHealth;

TcnHealth tcn_schedule_health (const TcnSchedule *schedule, gint64 now_unix);

/* "new", "ok", "failing", "gone", "silent", "paused"; a static string. */
const char *tcn_health_name (TcnHealth health);

G_END_DECLS
