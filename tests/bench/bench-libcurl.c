/* SPDX-License-Identifier: MIT */
/*
 * bench-libcurl [-j N] [-e ETAGS] LIST: fetches the URLs of LIST by libcurl's multi interface
 * and throws away what comes: the floor that a fetch is held against. ETAGS keeps the
 * validators between runs. Links nothing but libcurl and GLib.
 */
#include <curl/curl.h>
#include <glib.h>
#include <string.h>

typedef struct {
  char *url;
  char *etag; /* nullable */
} Feed;

typedef struct {
  Feed *feed;
  struct curl_slist *headers;
} Transfer;

static GPtrArray *feeds; /* of Feed */
static guint next_feed, n_changed, n_unchanged, n_failed;

/* --- one transfer --- */

static size_t
take_body (char *bytes, size_t size, size_t n, void *data)
{
  return n;
}

static size_t
take_header (char *line, size_t size, size_t n, void *data)
{
  Feed *feed = ((Transfer *) data)->feed;

  if (n > 8 && g_ascii_strncasecmp (line, "etag: ", 6) == 0) {
    g_free (feed->etag);
    feed->etag = g_strndup (line + 6, n - 8);
  }
  return n;
}

static CURL *
make_handle (Transfer *transfer)
{
  CURL *easy = curl_easy_init ();

  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt (easy, CURLOPT_PRIVATE, transfer);
  curl_easy_setopt (easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  return easy;
}

/* Starts the next feed on the handle; without one, lets go of it. */
static void
start_next (CURLM *multi, CURL *easy, Transfer *transfer)
{
  g_autofree char *line = NULL;

  g_clear_pointer (&transfer->headers, curl_slist_free_all);
  if (next_feed >= feeds->len) {
    curl_easy_cleanup (easy);
    return;
  }
  transfer->feed = g_ptr_array_index (feeds, next_feed++);
  if (transfer->feed->etag != NULL) {
    line = g_strconcat ("If-None-Match: ", transfer->feed->etag, NULL);
    transfer->headers = curl_slist_append (NULL, line);
  }
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, transfer->headers);
  curl_easy_setopt (easy, CURLOPT_URL, transfer->feed->url);
  curl_multi_add_handle (multi, easy);
}

static void
take_done (CURLM *multi, const CURLMsg *message)
{
  CURL *easy = message->easy_handle;
  CURLcode code = message->data.result;
  Transfer *transfer = NULL;
  long status = 0;

  curl_easy_getinfo (easy, CURLINFO_PRIVATE, &transfer);
  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK && status == 200)
    n_changed++;
  else if (code == CURLE_OK && status == 304)
    n_unchanged++;
  else
    n_failed++;
  curl_multi_remove_handle (multi, easy);
  start_next (multi, easy, transfer);
}

static void
fetch_all (guint at_once)
{
  g_autofree Transfer *transfers = g_new0 (Transfer, at_once);
  CURLM *multi = curl_multi_init ();
  int n_running = 1;
  int n_left;

  curl_multi_setopt (multi, CURLMOPT_MAXCONNECTS, (long) at_once * 4);
  for (guint i = 0; i < at_once; i++)
    start_next (multi, make_handle (&transfers[i]), &transfers[i]);
  while (n_changed + n_unchanged + n_failed < feeds->len) {
    const CURLMsg *message;

    curl_multi_perform (multi, &n_running);
    for (message = curl_multi_info_read (multi, &n_left); message != NULL;
         message = curl_multi_info_read (multi, &n_left))
      take_done (multi, message);
    if (n_running > 0)
      curl_multi_poll (multi, NULL, 0, 1000, NULL);
  }
  curl_multi_cleanup (multi);
}

/* --- the lists --- */

static GStrv
read_lines (const char *path)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strsplit (text, "\n", -1)
                                                       : NULL;
}

static void
free_feed (gpointer data)
{
  Feed *feed = data;

  g_free (feed->url);
  g_free (feed->etag);
  g_free (feed);
}

/* The ETags stand in the order of the list, one a line. */
static gboolean
read_feeds (const char *list, const char *etags)
{
  g_auto (GStrv) urls = read_lines (list);
  g_auto (GStrv) kept = etags != NULL ? read_lines (etags) : NULL;
  guint n_kept = kept != NULL ? g_strv_length (kept) : 0;

  feeds = g_ptr_array_new_with_free_func (free_feed);
  for (guint i = 0; urls != NULL && urls[i] != NULL && *urls[i] != '\0'; i++) {
    Feed *feed = g_new0 (Feed, 1);

    feed->url = g_strdup (urls[i]);
    if (i < n_kept && *kept[i] != '\0')
      feed->etag = g_strdup (kept[i]);
    g_ptr_array_add (feeds, feed);
  }
  return feeds->len > 0;
}

static void
write_etags (const char *path)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < feeds->len; i++) {
    const Feed *feed = g_ptr_array_index (feeds, i);

    g_string_append (text, feed->etag != NULL ? feed->etag : "");
    g_string_append_c (text, '\n');
  }
  g_file_set_contents (path, text->str, (gssize) text->len, NULL);
}

int
main (int argc, char **argv)
{
  g_autofree char *etags = NULL;
  gint at_once = 64;
  const GOptionEntry entries[] = {
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &at_once, "transfers at once", "N" },
    { "etags", 'e', 0, G_OPTION_ARG_FILENAME, &etags, "kept between runs", "FILE" },
    { NULL },
  };
  g_autoptr (GOptionContext) options = g_option_context_new ("LIST");

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, NULL) || argc != 2 || at_once < 1 ||
      !read_feeds (argv[1], etags)) {
    g_printerr ("usage: bench-libcurl [-j N] [-e FILE] LIST\n");
    return 2;
  }
  curl_global_init (CURL_GLOBAL_DEFAULT);
  fetch_all ((guint) at_once);
  if (etags != NULL)
    write_etags (etags);
  g_ptr_array_unref (feeds);
  return n_failed > 0;
}
