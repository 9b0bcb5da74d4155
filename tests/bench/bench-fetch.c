/* SPDX-License-Identifier: MIT */
/*
 * bench-fetch [--bare] [-j N] [-r ROUNDS] LIST: fetches the URLs of LIST, ROUNDS times with
 * the validators of the round before, and prints what each round cost this process. With
 * --bare by libcurl's multi interface alone, the floor that the fetcher is held against.
 */
#include <curl/curl.h>
#include <glib.h>
#include <string.h>
#include <sys/resource.h>

#include "tocsin/fetch.h"

typedef struct {
  char *url;
  GBytes *etag;
  GBytes *last_modified;
} Feed;

typedef struct {
  guint changed, unchanged, failed;
  guint64 bytes;
} Round;

static GPtrArray *feeds; /* of Feed */
static guint at_once = 64;

/* --- by the fetcher --- */

typedef struct {
  TcnFetcher *fetcher;
  guint next;
  Round round;
} Run;

typedef struct {
  Run *run;
  Feed *feed;
} Pending;

static void start_next (Run *run);

static void
on_done (TcnFetchResult *result, gpointer data)
{
  g_autofree Pending *pending = data;
  Feed *feed = pending->feed;
  Run *run = pending->run;

  if (result->kind == TCN_FETCH_CHANGED) {
    run->round.changed++;
    run->round.bytes += g_bytes_get_size (result->body);
    g_clear_pointer (&feed->etag, g_bytes_unref);
    g_clear_pointer (&feed->last_modified, g_bytes_unref);
    feed->etag = g_steal_pointer (&result->etag);
    feed->last_modified = g_steal_pointer (&result->last_modified);
  } else if (result->kind == TCN_FETCH_UNCHANGED) {
    run->round.unchanged++;
  } else {
    run->round.failed++;
  }
  tcn_fetch_result_free (result);
  start_next (run);
}

static void
start_next (Run *run)
{
  Pending *pending;
  TcnFetchRequest request = { .timeout_ms = 60000, .max_body = 8 << 20 };

  if (run->next >= feeds->len)
    return;
  pending = g_new (Pending, 1);
  pending->run = run;
  pending->feed = g_ptr_array_index (feeds, run->next++);
  request.url = pending->feed->url;
  request.etag = pending->feed->etag;
  request.last_modified = pending->feed->last_modified;
  tcn_fetcher_start (run->fetcher, &request, on_done, pending);
}

static Round
fetch_all (TcnFetcher *fetcher)
{
  Run run = { .fetcher = fetcher };

  while (run.next < MIN (2 * at_once, feeds->len))
    start_next (&run);
  while (tcn_fetcher_n_pending (fetcher) > 0)
    g_main_context_iteration (NULL, TRUE);
  return run.round;
}

/* --- by libcurl alone --- */

typedef struct {
  Feed *feed;
  struct curl_slist *headers;
} Bare;

static Round bare_round;

static size_t
take_bare_body (char *bytes, size_t size, size_t n, void *data)
{
  bare_round.bytes += n;
  return n;
}

static size_t
take_bare_header (char *line, size_t size, size_t n, void *data)
{
  Feed *feed = ((Bare *) data)->feed;

  if (n > 8 && g_ascii_strncasecmp (line, "etag: ", 6) == 0) {
    g_clear_pointer (&feed->etag, g_bytes_unref);
    feed->etag = g_bytes_new (line + 6, n - 8);
  }
  return n;
}

static gboolean
start_bare (CURLM *multi, CURL *easy, Bare *bare, guint *next)
{
  g_clear_pointer (&bare->headers, curl_slist_free_all);
  if (*next >= feeds->len)
    return FALSE;
  bare->feed = g_ptr_array_index (feeds, (*next)++);
  if (bare->feed->etag != NULL) {
    g_autofree char *line =
        g_strdup_printf ("If-None-Match: %.*s", (int) g_bytes_get_size (bare->feed->etag),
                         (const char *) g_bytes_get_data (bare->feed->etag, NULL));

    bare->headers = curl_slist_append (NULL, line);
  }
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, bare->headers);
  curl_easy_setopt (easy, CURLOPT_URL, bare->feed->url);
  curl_multi_add_handle (multi, easy);
  return TRUE;
}

static CURL *
make_bare (Bare *bare)
{
  CURL *easy = curl_easy_init ();

  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, take_bare_body);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, take_bare_header);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, bare);
  curl_easy_setopt (easy, CURLOPT_PRIVATE, bare);
  curl_easy_setopt (easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  return easy;
}

static void
take_bare_done (CURLM *multi, const CURLMsg *message, guint *next)
{
  CURL *easy = message->easy_handle;
  CURLcode code = message->data.result;
  Bare *bare = NULL;
  long status = 0;

  curl_easy_getinfo (easy, CURLINFO_PRIVATE, &bare);
  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK && status == 200)
    bare_round.changed++;
  else if (code == CURLE_OK && status == 304)
    bare_round.unchanged++;
  else
    bare_round.failed++;
  curl_multi_remove_handle (multi, easy);
  if (!start_bare (multi, easy, bare, next))
    curl_easy_cleanup (easy);
}

static Round
fetch_bare (CURLM *multi)
{
  g_autofree Bare *bares = g_new0 (Bare, at_once);
  guint next = 0;
  guint n_done = 0;
  int n_running;

  bare_round = (Round){ 0 };
  for (guint i = 0; i < MIN (at_once, feeds->len); i++)
    start_bare (multi, make_bare (&bares[i]), &bares[i], &next);
  while (n_done < feeds->len) {
    CURLMsg *message;
    int n_left;

    curl_multi_perform (multi, &n_running);
    for (message = curl_multi_info_read (multi, &n_left); message != NULL;
         message = curl_multi_info_read (multi, &n_left)) {
      take_bare_done (multi, message, &next);
      n_done++;
    }
    if (n_running > 0)
      curl_multi_poll (multi, NULL, 0, 1000, NULL);
  }
  return bare_round;
}

/* --- the account --- */

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double
peak_mb (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_maxrss / 1024;
}

static void
free_feed (gpointer data)
{
  Feed *feed = data;

  g_free (feed->url);
  g_clear_pointer (&feed->etag, g_bytes_unref);
  g_clear_pointer (&feed->last_modified, g_bytes_unref);
  g_free (feed);
}

static gboolean
read_list (const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  feeds = g_ptr_array_new_with_free_func (free_feed);
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    Feed *feed;

    if (lines[i][0] == '\0')
      continue;
    feed = g_new0 (Feed, 1);
    feed->url = g_strdup (lines[i]);
    g_ptr_array_add (feeds, feed);
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  gboolean is_bare = FALSE;
  gint j = 64;
  gint rounds = 2;
  const GOptionEntry entries[] = {
    { "bare", 0, 0, G_OPTION_ARG_NONE, &is_bare, "libcurl alone", NULL },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &j, "transfers at once", "N" },
    { "rounds", 'r', 0, G_OPTION_ARG_INT, &rounds, "how often", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) options = g_option_context_new ("LIST");
  TcnFetchSettings settings = { .host_transfers = 64, .private_networks = TRUE };
  TcnFetcher *fetcher;
  CURLM *multi;

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, NULL) || argc != 2 ||
      !read_list (argv[1])) {
    g_printerr ("usage: bench-fetch [--bare] [-j N] [-r N] LIST\n");
    return 2;
  }
  at_once = (guint) j;
  settings.max_transfers = at_once;
  fetcher = tcn_fetcher_new (NULL, &settings);
  multi = curl_multi_init ();
  curl_multi_setopt (multi, CURLMOPT_MAXCONNECTS, (long) at_once * 4);
  for (gint i = 0; i < rounds; i++) {
    double cpu = cpu_seconds ();
    gint64 began_us = g_get_monotonic_time ();
    Round round = is_bare ? fetch_bare (multi) : fetch_all (fetcher);

    g_print ("%s round %d: 200 %u, 304 %u, failed %u, %.1f MB, cpu %.3f s, wall %.3f s, "
             "peak %.1f MB\n",
             is_bare ? "bare" : "tocsin", i + 1, round.changed, round.unchanged,
             round.failed, (double) round.bytes / 1e6, cpu_seconds () - cpu,
             (double) (g_get_monotonic_time () - began_us) / 1e6, peak_mb ());
  }
  tcn_fetcher_free (fetcher);
  curl_multi_cleanup (multi);
  g_ptr_array_unref (feeds);
  return 0;
}
