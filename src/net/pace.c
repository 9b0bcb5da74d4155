/* SPDX-License-Identifier: MIT */
#include "net/pace.h"

typedef struct {
  char *name;
  GQueue jobs;
  guint n_running;
  gint64 next_start_us; /* not before */
  gint64 paused_until_us;
  guint64 turn;           /* breaks ties: first come, first served */
  GSequenceIter *waiting; /* in pace->waiting, or NULL */
} Host;

struct TcnPace {
  TcnPaceLimits limits;
  GHashTable *hosts;  /* name to Host */
  GSequence *waiting; /* of Host: those that could start something, soonest first */
  guint n_running;
  guint n_queued;
  guint n_hosts_swept; /* hosts that the last sweep left */
  guint64 next_turn;
};

static void
free_host (gpointer data)
{
  Host *host = data;

  g_queue_clear (&host->jobs);
  g_free (host->name);
  g_free (host);
}

static int
compare_hosts (gconstpointer a, gconstpointer b, gpointer data)
{
  const Host *x = a;
  const Host *y = b;

  if (x->next_start_us != y->next_start_us)
    return x->next_start_us < y->next_start_us ? -1 : 1;
  return x->turn < y->turn ? -1 : x->turn > y->turn;
}

/* Puts the host where it belongs among those that could start something. */
static void
place_host (TcnPace *pace, Host *host)
{
  gboolean could_start =
      host->jobs.length > 0 && host->n_running < pace->limits.host_running;

  if (host->waiting != NULL)
    g_clear_pointer (&host->waiting, g_sequence_remove);
  if (could_start)
    host->waiting = g_sequence_insert_sorted (pace->waiting, host, compare_hosts, NULL);
}

TcnPace *
tcn_pace_new (const TcnPaceLimits *limits)
{
  TcnPace *pace = g_new0 (TcnPace, 1);

  pace->limits = *limits;
  pace->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_host);
  pace->waiting = g_sequence_new (NULL);
  return pace;
}

void
tcn_pace_free (TcnPace *pace)
{
  if (pace == NULL)
    return;
  g_sequence_free (pace->waiting);
  g_hash_table_unref (pace->hosts);
  g_free (pace);
}

void
tcn_pace_configure (TcnPace *pace, const TcnPaceLimits *limits)
{
  GHashTableIter iter;
  gpointer host;

  pace->limits = *limits;
  g_hash_table_iter_init (&iter, pace->hosts);
  while (g_hash_table_iter_next (&iter, NULL, &host))
    place_host (pace, host);
}

static gboolean
is_forgettable (const Host *host, gint64 now_us)
{
  return host->jobs.length == 0 && host->n_running == 0 &&
         host->next_start_us <= now_us && host->paused_until_us <= now_us;
}

/* Hosts of feeds that left the configuration must not stay for ever; a sweep whenever the
 * table has doubled costs nothing to speak of. */
static void
sweep_hosts (TcnPace *pace, gint64 now_us)
{
  GHashTableIter iter;
  gpointer host;

  if (g_hash_table_size (pace->hosts) < 2 * pace->n_hosts_swept + 64)
    return;
  g_hash_table_iter_init (&iter, pace->hosts);
  while (g_hash_table_iter_next (&iter, NULL, &host)) {
    if (is_forgettable (host, now_us))
      g_hash_table_iter_remove (&iter);
  }
  pace->n_hosts_swept = g_hash_table_size (pace->hosts);
}

static Host *
get_host (TcnPace *pace, const char *name)
{
  Host *host = g_hash_table_lookup (pace->hosts, name);

  if (host != NULL)
    return host;
  host = g_new0 (Host, 1);
  host->name = g_strdup (name);
  g_queue_init (&host->jobs);
  g_hash_table_insert (pace->hosts, host->name, host);
  return host;
}

void
tcn_pace_push (TcnPace *pace, const char *name, gpointer job, gboolean is_urgent)
{
  Host *host = get_host (pace, name);

  if (is_urgent)
    g_queue_push_head (&host->jobs, job);
  else
    g_queue_push_tail (&host->jobs, job);
  pace->n_queued++;
  if (host->waiting == NULL) {
    host->turn = pace->next_turn++;
    place_host (pace, host);
  }
}

gboolean
tcn_pace_withdraw (TcnPace *pace, const char *name, gpointer job)
{
  Host *host = g_hash_table_lookup (pace->hosts, name);

  if (host == NULL || !g_queue_remove (&host->jobs, job))
    return FALSE;
  pace->n_queued--;
  place_host (pace, host);
  return TRUE;
}

gpointer
tcn_pace_pop (TcnPace *pace, gint64 now_us, gint64 *out_wake_us)
{
  GSequenceIter *first = g_sequence_get_begin_iter (pace->waiting);
  Host *host;
  gpointer job;

  *out_wake_us = -1;
  sweep_hosts (pace, now_us);
  if (pace->n_running >= pace->limits.max_running || g_sequence_iter_is_end (first))
    return NULL;
  host = g_sequence_get (first);
  if (host->next_start_us > now_us) {
    *out_wake_us = host->next_start_us;
    return NULL;
  }
  job = g_queue_pop_head (&host->jobs);
  pace->n_queued--;
  pace->n_running++;
  host->n_running++;
  host->next_start_us = now_us + pace->limits.host_gap_us;
  host->turn = pace->next_turn++;
  place_host (pace, host);
  return job;
}

void
tcn_pace_end (TcnPace *pace, const char *name)
{
  Host *host = g_hash_table_lookup (pace->hosts, name);

  g_return_if_fail (host != NULL && host->n_running > 0);
  host->n_running--;
  pace->n_running--;
  if (host->waiting == NULL)
    place_host (pace, host);
}

void
tcn_pace_hold (TcnPace *pace, const char *name, gint64 until_us)
{
  Host *host = get_host (pace, name);

  host->next_start_us = MAX (host->next_start_us, until_us);
  place_host (pace, host);
}

void
tcn_pace_pause (TcnPace *pace, const char *name, gint64 until_us)
{
  Host *host = get_host (pace, name);

  host->paused_until_us = until_us == 0 ? 0 : MAX (host->paused_until_us, until_us);
}

gint64
tcn_pace_paused_until_us (TcnPace *pace, const char *name, gint64 now_us)
{
  const Host *host = g_hash_table_lookup (pace->hosts, name);

  return host != NULL && host->paused_until_us > now_us ? host->paused_until_us : 0;
}

GList *
tcn_pace_drain (TcnPace *pace, const char *name)
{
  Host *host = g_hash_table_lookup (pace->hosts, name);
  GList *jobs;

  if (host == NULL)
    return NULL;
  jobs = host->jobs.head;
  pace->n_queued -= host->jobs.length;
  g_queue_init (&host->jobs);
  place_host (pace, host);
  return jobs;
}

guint
tcn_pace_n_running (const TcnPace *pace)
{
  return pace->n_running;
}

guint
tcn_pace_n_queued (const TcnPace *pace)
{
  return pace->n_queued;
}
