/* SPDX-License-Identifier: MIT */
#include "net/job.h"

#include <gio/gio.h>

#include "net/answer.h"
#include "net/local.h"

typedef struct {
  TcnFetcherGate *gate;
  guint handle;
  char *path;
  gsize max_body;
  GBytes *etag;
} Reading;

static void
free_reading (gpointer data)
{
  Reading *reading = data;

  g_atomic_rc_box_release (reading->gate);
  g_free (reading->path);
  g_clear_pointer (&reading->etag, g_bytes_unref);
  g_free (reading);
}

static void
read_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Reading *reading = data;
  TcnFetchResult *result = tcn_fetch_result_new ();

  tcn_local_read (reading->path, reading->max_body, reading->etag, result);
  g_task_return_pointer (task, result, (GDestroyNotify) tcn_fetch_result_free);
}

static void
on_file_read (GObject *source, GAsyncResult *task, gpointer data)
{
  const Reading *reading = g_task_get_task_data (G_TASK (task));
  g_autoptr (TcnFetchResult) result = g_task_propagate_pointer (G_TASK (task), NULL);
  TcnFetcher *fetcher = reading->gate->fetcher;
  TcnJob *job;

  if (fetcher == NULL)
    return;
  job = g_hash_table_lookup (fetcher->jobs, GUINT_TO_POINTER (reading->handle));
  if (job == NULL)
    return;
  job->spent_us = g_get_monotonic_time () - job->started_us;
  tcn_job_hand_over (job, g_steal_pointer (&result));
}

void
tcn_job_read_file (TcnJob *job)
{
  TcnFetcher *fetcher = job->fetcher;
  g_autoptr (GTask) task = NULL;
  Reading *reading = g_new0 (Reading, 1);

  reading->gate = g_atomic_rc_box_acquire (fetcher->gate);
  reading->handle = job->handle;
  reading->path = g_strdup (job->target->path);
  reading->max_body = job->request.max_body;
  if (job->request.etag != NULL && tcn_job_may_validate (job))
    reading->etag = g_bytes_ref (job->request.etag);
  job->state = TCN_JOB_READING;
  job->started_us = g_get_monotonic_time ();
  g_main_context_push_thread_default (fetcher->context);
  task = g_task_new (NULL, NULL, on_file_read, NULL);
  g_main_context_pop_thread_default (fetcher->context);
  g_task_set_task_data (task, reading, free_reading);
  g_task_run_in_thread (task, read_file);
}
