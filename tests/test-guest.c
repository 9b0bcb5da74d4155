/* SPDX-License-Identifier: MIT */
/*
 * How a server sees us: every trouble of troubles.h is a feed of one configuration, the
 * program is run four times over it, and the server's log is judged, row by row and as a
 * whole. Then the listing of the feeds is.
 */
#include <string.h>

#include "lib/fetching.h"
#include "lib/troubles.h"

typedef struct {
  TestServer *server;
  GPtrArray *requests;           /* of all runs */
  guint start[TROUBLE_RUNS + 1]; /* of each run's requests in it */
  gint64 start_unix[TROUBLE_RUNS];
  char *listing; /* of the feeds, in the end; TSV */
} Verdict;

/* --- the runs --- */

static char *
feed_url (const Verdict *verdict, const TroubleClass *class, const Trouble *row)
{
  g_autofree char *path =
      row->path == NULL
          ? g_strdup_printf ("/t/%s", row->name)
          : g_strdup_printf ("%s%ck=%s", row->path, strchr (row->path, '?') ? '&' : '?',
                             row->name);
  g_autofree char *url = test_server_url (verdict->server, path);

  return class->is_tls ? g_strconcat ("https", url + strlen ("http"), NULL)
                       : g_steal_pointer (&url);
}

static void
write_configuration (const Verdict *verdict)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_string_append (text, "[tocsin]\nstate = state\nbacklog = none\nhost-gap = 0s\n"
                         "max-body = 1MiB\ntimeout = 5s\n[sink out]\ntype = stdout\n");
  for (const TroubleClass *const *class = troubles_classes (); *class != NULL; class ++)
    for (gsize i = 0; i < (*class)->n_rows; i++) {
      const Trouble *row = &(*class)->rows[i];
      g_autofree char *url = feed_url (verdict, *class, row);

      g_string_append_printf (text, "[feed %s]\nurl = %s\n%s", row->name, url,
                              (*class)->is_tls ? "insecure-tls = yes\n" : "");
    }
  g_file_set_contents ("guest.conf", text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
}

/* (transfer full) what it printed */
static char *
run_tocsin (const char *const *words)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  char *out = NULL;
  int status = 0;

  g_ptr_array_add (argv, (gpointer) g_getenv ("TOCSIN"));
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) words[i]);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                &out, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  return out;
}

static void
run_all (Verdict *verdict)
{
  static const char *const all[] = { "-q", "-c", "guest.conf", "once", "--all", NULL };
  static const char *const due[] = { "-q", "-c", "guest.conf", "once", NULL };
  static const char *const feeds[] = { "-c",       "guest.conf", "feeds",
                                       "--format", "tsv",        NULL };

  write_configuration (verdict);
  for (guint run = 0; run < TROUBLE_RUNS; run++) {
    verdict->start_unix[run] = g_get_real_time () / G_USEC_PER_SEC;
    g_free (run_tocsin (run == 1 ? due : all));
    g_clear_pointer (&verdict->requests, g_ptr_array_unref);
    verdict->requests = test_server_requests (verdict->server);
    verdict->start[run + 1] = verdict->requests->len;
  }
  verdict->listing = run_tocsin (feeds);
}

/* --- row by row --- */

static gboolean
is_of_row (const TestRequest *request, const Trouble *row)
{
  g_autofree char *feed = g_strdup_printf ("/t/%s", row->name);
  g_autofree char *target = g_strdup_printf ("/to/%s", row->name);
  g_autofree char *fault = g_strdup_printf ("k=%s", row->name);
  gsize n = strcspn (request->target, "?");

  return (strlen (feed) == n && strncmp (request->target, feed, n) == 0) ||
         (strlen (target) == n && strncmp (request->target, target, n) == 0) ||
         (row->path != NULL && g_str_has_suffix (request->target, fault));
}

static guint
wanted_requests (const Trouble *row, guint run)
{
  gboolean is_default = row->asked[0] == 0;

  return is_default ? run != 1 : row->asked[run];
}

static const char *
wanted_validator (const char *const *values, guint run)
{
  const char *value = run < 2 ? NULL : values[run == 3 && values[1] != NULL];

  return value == NULL || *value == '\0' ? NULL : value;
}

static gboolean
judge_header (const TestRequest *request, const char *name, const char *wanted,
              const char *row, guint run)
{
  const char *sent = test_request_header (request, name);

  if (g_strcmp0 (sent, wanted) == 0)
    return TRUE;
  g_test_message ("%s, run %u, %s: %s was “%s”, not “%s”", row, run + 1, request->target,
                  name, sent != NULL ? sent : "-", wanted != NULL ? wanted : "-");
  return FALSE;
}

/* What leads elsewhere has no validators of its own: the last request of a run has them. */
static gboolean
judge_run (const Verdict *verdict, const Trouble *row, guint run)
{
  const TestRequest *last = NULL;
  gboolean is_good = TRUE;
  guint n = 0;

  for (guint i = verdict->start[run]; i < verdict->start[run + 1]; i++) {
    const TestRequest *request = verdict->requests->pdata[i];

    if (!is_of_row (request, row))
      continue;
    if (last != NULL) {
      is_good &= judge_header (last, "If-None-Match", NULL, row->name, run);
      is_good &= judge_header (last, "If-Modified-Since", NULL, row->name, run);
    }
    last = request;
    n++;
  }
  if (n != wanted_requests (row, run)) {
    g_test_message ("%s, run %u: asked %u times, not %u", row->name, run + 1, n,
                    wanted_requests (row, run));
    return FALSE;
  }
  if (last == NULL)
    return is_good;
  is_good &= judge_header (last, "If-None-Match", wanted_validator (row->etag, run),
                           row->name, run);
  return judge_header (last, "If-Modified-Since", wanted_validator (row->date, run),
                       row->name, run) &&
         is_good;
}

/* (transfer full) the columns of `feeds`: feed, title, url, state, http, last_success,
 * next_due ... */
static GStrv
find_listed (const Verdict *verdict, const char *name)
{
  g_autofree char *start = g_strconcat (name, "\t", NULL);
  g_auto (GStrv) lines = g_strsplit (verdict->listing, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], start))
      return g_strsplit (lines[i], "\t", -1);
  g_error ("%s is not listed", name);
}

static gboolean
judge_plan (const Trouble *row, const char *next_due, gint64 polled_unix)
{
  g_autoptr (GDateTime) due = g_date_time_new_from_iso8601 (next_due, NULL);
  gint64 in_s = due != NULL ? g_date_time_to_unix (due) - polled_unix : -1;

  if (in_s >= row->floor_s && (row->ceiling_s == 0 || in_s <= row->ceiling_s + 60))
    return TRUE;
  g_test_message ("%s: due in %" G_GINT64_FORMAT " s, not in %" G_GINT64_FORMAT
                  " to %" G_GINT64_FORMAT,
                  row->name, in_s, row->floor_s, row->ceiling_s);
  return FALSE;
}

static gboolean
judge_state (const Verdict *verdict, const Trouble *row)
{
  g_auto (GStrv) columns = find_listed (verdict, row->name);
  const char *wanted = row->state != NULL ? row->state : "ok";
  gboolean was_asked_last = wanted_requests (row, TROUBLE_RUNS - 1) > 0;

  if (!g_str_equal (columns[3], wanted)) {
    g_test_message ("%s: is %s, not %s: %s", row->name, columns[3], wanted,
                    columns[g_strv_length (columns) - 1]);
    return FALSE;
  }
  return judge_plan (row, columns[6],
                     verdict->start_unix[was_asked_last ? TROUBLE_RUNS - 1 : 0]);
}

static void
judge_class (const Verdict *verdict, const TroubleClass *class)
{
  guint n_bad = 0;

  for (gsize i = 0; i < class->n_rows; i++) {
    const Trouble *row = &class->rows[i];
    gboolean is_good = TRUE;

    for (guint run = 0; run < TROUBLE_RUNS; run++)
      is_good &= judge_run (verdict, row, run);
    n_bad += !(judge_state (verdict, row) && is_good);
  }
  g_test_message ("%s: %u of %" G_GSIZE_FORMAT " rows judged bad", class->title, n_bad,
                  class->n_rows);
  if (n_bad > 0)
    g_test_fail ();
}

/* --- as a whole --- */

static gboolean
is_known_header (const char *header)
{
  static const char *const known[] = {
    "Host",          "User-Agent",        "Accept", "Accept-Encoding", "A-IM",
    "If-None-Match", "If-Modified-Since",
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strncasecmp (header, known[i], strlen (known[i])) == 0 &&
        header[strlen (known[i])] == ':')
      return TRUE;
  return FALSE;
}

/* Nothing but what a guest says: no cookie, no referrer, nothing that a server asked for. */
static void
judge_all_headers (const Verdict *verdict)
{
  for (guint i = 0; i < verdict->requests->len; i++) {
    const TestRequest *request = verdict->requests->pdata[i];

    g_assert_cmpstr (request->method, ==, "GET");
    for (guint h = 0; request->headers[h] != NULL; h++) {
      if (!is_known_header (request->headers[h]))
        g_error ("%s was sent “%s”", request->target, request->headers[h]);
      for (guint other = 0; other < h; other++)
        g_assert_cmpstr (request->headers[h], !=, request->headers[other]);
    }
    if (test_request_header (request, "A-IM") != NULL)
      g_assert_nonnull (test_request_header (request, "If-None-Match"));
  }
}

/* Every request belongs to a row: no address is made up. */
static void
judge_all_targets (const Verdict *verdict)
{
  for (guint i = 0; i < verdict->requests->len; i++) {
    const TestRequest *request = verdict->requests->pdata[i];
    gboolean is_known = FALSE;

    for (const TroubleClass *const *class = troubles_classes (); *class != NULL; class ++)
      for (gsize r = 0; r < (*class)->n_rows && !is_known; r++)
        is_known = is_of_row (request, &(*class)->rows[r]);
    if (!is_known)
      g_error ("nobody told us of %s", request->target);
  }
}

static void
judge_log (const Verdict *verdict)
{
  g_assert_cmpuint (verdict->start[1], >, 0);
  g_assert_cmpuint (verdict->start[2], ==, verdict->start[1]);
  judge_all_headers (verdict);
  judge_all_targets (verdict);
}

/* --- */

static void
test_guest_log (gconstpointer data)
{
  judge_log (data);
}

typedef struct {
  const Verdict *verdict;
  const TroubleClass *class;
} Case;

static void
test_guest_class (gconstpointer data)
{
  const Case *one = data;

  judge_class (one->verdict, one->class);
}

int
main (int argc, char **argv)
{
  Verdict verdict = { 0 };
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  verdict.server = test_server_start ();
  run_all (&verdict);
  g_test_add_data_func ("/guest/log", &verdict, test_guest_log);
  for (const TroubleClass *const *class = troubles_classes (); *class != NULL; class ++) {
    Case *one = g_new (Case, 1);
    g_autofree char *path = g_strconcat ("/guest/", (*class)->title, NULL);

    *one = (Case){ .verdict = &verdict, .class = *class };
    g_test_add_data_func_full (path, one, test_guest_class, g_free);
  }
  status = g_test_run ();
  test_server_stop (verdict.server);
  g_ptr_array_unref (verdict.requests);
  g_free (verdict.listing);
  return status;
}
