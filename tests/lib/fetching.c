/* SPDX-License-Identifier: MIT */
#include "fetching.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static guint64
read_number (const char *text)
{
  guint64 number = 0;

  g_assert_true (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL));
  return number;
}

static guint
read_port (int fd)
{
  char text[16] = "";
  gsize n = 0;

  while (n < sizeof text - 1 && read (fd, text + n, 1) == 1 && text[n] != '\n')
    n++;
  text[strcspn (text, "\n")] = '\0';
  return (guint) read_number (text);
}

TestServer *
test_server_start (void)
{
  TestServer *server = g_new0 (TestServer, 1);
  g_autoptr (GError) error = NULL;
  const char *argv[] = { NULL, "--root", NULL, "--log", NULL, "--all-loopback", NULL };
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "lib", "httpd", NULL);
  int out = -1;

  server->dir = g_dir_make_tmp ("httpd.XXXXXX", &error);
  g_assert_no_error (error);
  server->log = g_strconcat (server->dir, "/.log", NULL);
  argv[0] = program;
  argv[2] = server->dir;
  argv[4] = server->log;
  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                            NULL, &server->pid, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  server->port = read_port (out);
  close (out);
  g_assert_cmpuint (server->port, !=, 0);
  return server;
}

static void
remove_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  for (const char *name = g_dir_read_name (dir); name != NULL;
       name = g_dir_read_name (dir)) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    g_unlink (file);
  }
  g_rmdir (path);
}

void
test_server_stop (TestServer *server)
{
  kill (server->pid, SIGTERM);
  waitpid (server->pid, NULL, 0);
  g_spawn_close_pid (server->pid);
  remove_files (server->dir);
  g_free (server->dir);
  g_free (server->log);
  g_free (server);
}

char *
test_server_url (const TestServer *server, const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", server->port, path);
}

void
test_server_put (const TestServer *server, const char *name, const char *text)
{
  g_autofree char *file = g_build_filename (server->dir, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, text, -1, &error);
  g_assert_no_error (error);
}

static void
free_request (gpointer data)
{
  TestRequest *request = data;

  g_free (request->method);
  g_free (request->target);
  g_strfreev (request->headers);
  g_free (request);
}

/* (transfer full) what the server escaped, as it was */
static GStrv
split_fields (const char *line)
{
  GStrv fields = g_strsplit (line, "\t", -1);

  for (guint i = 0; fields[i] != NULL; i++) {
    char *plain = g_strcompress (fields[i]);

    g_free (fields[i]);
    fields[i] = plain;
  }
  return fields;
}

GPtrArray *
test_server_requests (const TestServer *server)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func (free_request);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (server->log, &text, NULL, NULL))
    return requests;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = split_fields (lines[i]);
    TestRequest *request;

    if (g_strv_length (fields) < 6 || !g_str_equal (fields[0], "REQ"))
      continue;
    request = g_new0 (TestRequest, 1);
    request->ms = (gint64) read_number (fields[1]);
    request->connection = (guint) read_number (fields[2]);
    request->status = (guint) read_number (fields[3]);
    request->method = g_strdup (fields[4]);
    request->target = g_strdup (fields[5]);
    request->headers = g_strdupv (fields + 6);
    g_ptr_array_add (requests, request);
  }
  return requests;
}

const char *
test_request_header (const TestRequest *request, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; request->headers[i] != NULL; i++) {
    const char *header = request->headers[i];

    if (g_ascii_strncasecmp (header, name, length) == 0 && header[length] == ':')
      return header + length + 1 + strspn (header + length + 1, " ");
  }
  return NULL;
}

TcnFetchResult *
test_fetch_url (TcnFetcher *fetcher, const char *url)
{
  const TcnFetchRequest request = { .url = url,
                                    .timeout_ms = 10000,
                                    .max_body = 1 << 20 };

  return tcn_fetcher_fetch (fetcher, &request);
}

TcnFetchSettings
test_fetch_settings (void)
{
  return (TcnFetchSettings){ .max_transfers = 64, .host_transfers = 1 };
}
