/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tocsin/error.h"

#include "lib/delivery.h"

typedef struct {
  char *path;
  int fd;
  TcnSinkEnv env;
} File;

static void
file_open (File *file, gconstpointer data)
{
  file->fd = g_file_open_tmp ("tocsin-stdout-XXXXXX", &file->path, NULL);
  g_assert_cmpint (file->fd, >=, 0);
  file->env = (TcnSinkEnv){ .output_fd = file->fd };
}

static void
file_close (File *file, gconstpointer data)
{
  close (file->fd);
  g_unlink (file->path);
  g_free (file->path);
}

static char *
contents_of (const File *file)
{
  char *text = NULL;

  g_assert_true (g_file_get_contents (file->path, &text, NULL, NULL));
  return text;
}

static void
deliver_ok (TcnSink *sink, guint n)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (alerts, delivery_alert_new (n, "item", "rule"));
  error = delivery_run (sink, alerts, 1, 0);
  g_assert_no_error (error);
}

static GError *
deliver_one (TcnSink *sink)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();

  g_ptr_array_add (alerts, delivery_alert_new (1, "item", "rule"));
  return delivery_run (sink, alerts, 1, 0);
}

static void
test_stdout_writes_blocks_of_text (File *file, gconstpointer data)
{
  g_autoptr (TcnSink) sink = delivery_open ("stdout", &file->env);
  g_autofree char *text = NULL;

  deliver_ok (sink, 1);
  deliver_ok (sink, 2);

  text = contents_of (file);
  g_assert_cmpstr (text, ==,
                   "2026-11-22 14:07:10 +0000  rule  sohr\nTitre 1\n"
                   "… une **patrouille russe**, la 1e …\nhttps://example.org/1\n\n"
                   "2026-11-22 14:07:11 +0000  rule  sohr\nTitre 2\n"
                   "… une **patrouille russe**, la 2e …\nhttps://example.org/2\n\n");
}

static void
test_stdout_takes_the_format_of_the_command_line (File *file, gconstpointer data)
{
  g_autoptr (TcnSink) sink = NULL;
  g_autofree char *text = NULL;

  file->env.has_format = TRUE;
  file->env.style.format = TCN_FORMAT_JSON;
  sink = delivery_open ("stdout", &file->env);
  deliver_ok (sink, 1);

  text = contents_of (file);
  g_assert_true (g_str_has_prefix (text, "{\"alert\":\"alert-1\","));
  g_assert_true (g_str_has_suffix (text, "}\n"));
}

static void
test_stdout_says_that_it_is_closed (File *file, gconstpointer data)
{
  g_autoptr (TcnSink) sink = NULL;
  g_autoptr (GError) error = NULL;
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  close (ends[0]);
  file->env.output_fd = ends[1];
  sink = delivery_open ("stdout", &file->env);
  error = deliver_one (sink);

  g_assert_error (error, TCN_ERROR, TCN_ERROR_OUTPUT);
  close (ends[1]);
}

static void
test_stdout_says_that_it_never_was (File *file, gconstpointer data)
{
  g_autoptr (TcnSink) sink = NULL;
  g_autoptr (GError) error = NULL;

  file->env.output_fd = 987;
  sink = delivery_open ("stdout", &file->env);
  error = deliver_one (sink);

  g_assert_error (error, TCN_ERROR, TCN_ERROR_OUTPUT);
}

static void
test_stdout_says_that_it_is_full (File *file, gconstpointer data)
{
  g_autoptr (TcnSink) sink = NULL;
  g_autoptr (GError) error = NULL;
  const int full = g_open ("/dev/full", O_WRONLY | O_CLOEXEC);

  if (full < 0) {
    g_test_skip ("no /dev/full");
    return;
  }
  file->env.output_fd = full;
  sink = delivery_open ("stdout", &file->env);
  error = deliver_one (sink);

  g_assert_error (error, TCN_ERROR, TCN_ERROR_OUTPUT);
  g_assert_nonnull (strstr (error->message, "No space left"));
  close (full);
}

/* A file that takes only the first bytes of an alert. */
static void
test_stdout_takes_back_half_an_alert (File *file, gconstpointer data)
{
  g_autoptr (TcnSink) sink = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  struct rlimit limit, saved;

  sink = delivery_open ("stdout", &file->env);
  deliver_ok (sink, 1);
  before = contents_of (file);
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &saved);
  limit = saved;
  limit.rlim_cur = strlen (before) + 20;
  setrlimit (RLIMIT_FSIZE, &limit);
  error = deliver_one (sink);
  setrlimit (RLIMIT_FSIZE, &saved);

  g_assert_error (error, TCN_ERROR, TCN_ERROR_OUTPUT);
  after = contents_of (file);
  g_assert_cmpstr (after, ==, before);
  deliver_ok (sink, 2);
  g_free (after);
  after = contents_of (file);
  g_assert_true (g_str_has_prefix (after, before));
  g_assert_true (g_str_has_prefix (after + strlen (before), "2026-11-22 14:07:11 +0000"));
}

static gboolean
read_a_little (gpointer data)
{
  const int *fd = data;
  char buffer[16384];

  g_assert_true (read (*fd, buffer, sizeof buffer) > 0 || errno == EAGAIN);
  return G_SOURCE_CONTINUE;
}

static gboolean
count_tick (gpointer data)
{
  guint *n = data;

  (*n)++;
  return G_SOURCE_CONTINUE;
}

/* More than a pipe holds, and a reader that runs in the same loop: were the loop blocked,
 * nobody would ever read. */
static void
test_stdout_does_not_wait_for_a_slow_reader (File *file, gconstpointer data)
{
  g_autoptr (TcnSink) sink = NULL;
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autoptr (GError) error = NULL;
  TcnAlert *alert = delivery_alert_new (1, "item", "rule");
  guint n_ticks = 0, reader = 0, ticker = 0;
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (ends[0], TRUE, NULL));
  g_free (alert->excerpt);
  alert->excerpt = g_strnfill (400 * 1024, 'x');
  g_ptr_array_add (alerts, alert);
  file->env.output_fd = ends[1];
  sink = delivery_open ("stdout", &file->env);
  reader = g_timeout_add (1, read_a_little, &ends[0]);
  ticker = g_timeout_add (1, count_tick, &n_ticks);
  error = delivery_run (sink, alerts, 1, 0);

  g_assert_no_error (error);
  g_assert_cmpuint (n_ticks, >, 5);
  g_source_remove (reader);
  g_source_remove (ticker);
  close (ends[0]);
  close (ends[1]);
}

static void
test_stdout_close_cancels (File *file, gconstpointer data)
{
  g_autofree char *text = NULL;

  delivery_check_close_cancels (delivery_open ("stdout", &file->env));

  text = contents_of (file);
  g_assert_cmpstr (text, ==, "");
}

static void
add (const char *path, void (*test) (File *, gconstpointer))
{
  g_test_add (path, File, NULL, file_open, test, file_close);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  add ("/sink-stdout/writes-blocks-of-text", test_stdout_writes_blocks_of_text);
  add ("/sink-stdout/takes-the-format-of-the-command-line",
       test_stdout_takes_the_format_of_the_command_line);
  add ("/sink-stdout/says-that-it-is-closed", test_stdout_says_that_it_is_closed);
  add ("/sink-stdout/says-that-it-never-was", test_stdout_says_that_it_never_was);
  add ("/sink-stdout/says-that-it-is-full", test_stdout_says_that_it_is_full);
  add ("/sink-stdout/takes-back-half-an-alert", test_stdout_takes_back_half_an_alert);
  add ("/sink-stdout/does-not-wait-for-a-slow-reader",
       test_stdout_does_not_wait_for_a_slow_reader);
  add ("/sink-stdout/close-cancels", test_stdout_close_cancels);
  return g_test_run ();
}
