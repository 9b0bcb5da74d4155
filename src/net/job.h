/* SPDX-License-Identifier: MIT */
/*
 * One fetch under way, from the queue over its hops to its result, and the fetcher that
 * it belongs to. fetcher.c owns the jobs and decides when; job.c does what one job does.
 */
#pragma once

#include "net/exchange.h"
#include "net/pace.h"
#include "net/transport.h"

G_BEGIN_DECLS

/* Outlives the fetcher where a thread still reads a file for it. Counted atomically: a task's
 * data is freed by whichever thread lets go of it last. */
typedef struct {
  TcnFetcher *fetcher; /* NULL once it is gone */
} TcnFetcherGate;

struct _TcnFetcher {
  GMainContext *context;
  TcnTransport *transport;
  TcnPace *pace;
  GSource *pump;    /* starts what may start, hands over what is ready */
  GSource *watch;   /* looks at what runs; NULL while nothing does */
  GHashTable *jobs; /* handle to TcnJob, owned */
  GQueue ready;     /* of TcnJob: with a result, to be handed over */
  TcnClosing *closing;
  GHashTable *private_keys; /* "host:port" that a private address answered for */
  TcnFetcherGate *gate;
  guint next_handle;
  guint look_ms;
  gsize buffered; /* by all bodies that are coming in */
  gboolean private_networks;
  GHashTable *netrc_logins;    /* of ~/.netrc, by host; NULL when there are none */
  const char *user_agent;      /* interned */
  const char *accept_encoding; /* static */
  char *proxy;
  const char *ca_bundle;    /* static, libcurl's */
  struct curl_slist *hosts; /* names that need no resolver; NULL but in tests */
};

typedef enum {
  TCN_JOB_QUEUED,  /* in the pace */
  TCN_JOB_RUNNING, /* in the transport, counted by the pace */
  TCN_JOB_READING, /* a file, on a thread */
  TCN_JOB_READY,   /* in fetcher->ready */
} TcnJobState;

typedef struct {
  TcnFetcher *fetcher;
  guint handle;
  TcnJobState state;
  TcnFetchRequest request; /* owned copies */
  TcnFetchDone done;
  gpointer data;
  TcnTarget *named;            /* what the configuration names */
  TcnTarget *target;           /* of this hop */
  GPtrArray *hops;             /* of char*: the URLs before this one; NULL on the first */
  gboolean was_refused;        /* its connection ended before it was looked at */
  gboolean has_left_permanent; /* a hop was not a permanent redirect */
  char *permanent_url;
  TcnExchangePlan plan;
  TcnExchange *exchange; /* while RUNNING */
  gint64 started_us;
  gint64 spent_us;
  gint64 wire_bytes;
  guint n_requests;
  guint64 n_bytes_seen; /* by the last look */
  guint n_quiet_looks;
  TcnFetchResult *result; /* once READY */
} TcnJob;

void tcn_job_free (TcnJob *job);

/* Sends a job that is neither queued nor running on its way: into its host's queue, onto
 * a thread, or straight to its failure. */
void tcn_job_begin (TcnJob *job);

/* Whether the request's validators are of its present target. */
gboolean tcn_job_may_validate (const TcnJob *job);

/* Its turn has come: starts the exchange. */
void tcn_job_start (TcnJob *job);

/* The transport's word that an exchange ended (TcnTransportDone; data is the fetcher). */
void tcn_job_transfer_done (CURL *easy, CURLcode code, gpointer data);

/* Ends a running exchange without an answer. */
void tcn_job_drop_exchange (TcnJob *job);

/* Is a running one still alive? Fails it if not. */
void tcn_job_look (TcnJob *job);

/* Its host is paused. */
void tcn_job_postpone (TcnJob *job, gint64 paused_until_us);

/* Calls back and forgets the job; the last thing that happens to it. */
void tcn_job_hand_over (TcnJob *job, TcnFetchResult *result);

/* reading.c: reads the file that the target names, on a thread. */
void tcn_job_read_file (TcnJob *job);

/* There is something to start or to hand over. */
void tcn_fetcher_wake (TcnFetcher *fetcher);

G_END_DECLS
