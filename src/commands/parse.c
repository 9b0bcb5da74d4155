/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/append.h"
#include "commands/command.h"
#include "commands/session.h"
#include "commands/spool.h"
#include "tocsin/error.h"
#include "tocsin/fetch.h"
#include "tocsin/json.h"
#include "tocsin/parser.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

#define READ_BYTES 65536
#define FETCH_TIMEOUT_MS 60000
#define FETCH_MAX_BYTES (1024 * 1024 * 1024) /* asked for by hand: no ceiling but sense */

/* The author that an item takes from its feed stands in the spool as one byte until the feed
 * is known: its end may say so. */
#define INHERIT_AUTHOR TCN_SPOOL_RESERVED

typedef struct {
  TcnParseOptions options;
  gboolean is_text;
  gboolean is_quiet;
  TcnSpool *spool;
  GError *error; /* of the spool */
} Job;

/* --- JSON ------------------------------------------------------------------------------- */

/* A key with what stands before it, a literal, and its value. */
#define put_string(out, key, value)                                                      \
  (tcn_append_literal (out, key), tcn_json_string (out, value))
#define put_time(out, key, value)                                                        \
  (tcn_append_literal (out, key), tcn_json_time (out, value))

static void
put_feed_json (GString *out, const TcnFeed *feed)
{
  put_string (out, "{\"type\":\"feed\",\"format\":", tcn_feed_format_name (feed->format));
  put_string (out, ",\"title\":", feed->title);
  put_string (out, ",\"link\":", feed->link);
  put_string (out, ",\"description\":", feed->description);
  put_string (out, ",\"language\":", feed->language);
  put_time (out, ",\"updated\":", feed->updated_unix);
  put_string (out, ",\"author\":", feed->author);
  tcn_append_literal (out, "}\n");
}

static void
put_enclosures (GString *out, const GPtrArray *enclosures)
{
  for (guint i = 0; i < enclosures->len; i++) {
    const TcnEnclosure *enclosure = g_ptr_array_index (enclosures, i);

    if (i > 0)
      tcn_append_char (out, ',');
    put_string (out, "{\"url\":", enclosure->url);
    put_string (out, ",\"type\":", enclosure->type);
    g_string_append (out, ",\"length\":");
    if (enclosure->length >= 0)
      tcn_json_int (out, enclosure->length);
    else
      g_string_append (out, "null");
    g_string_append_c (out, '}');
  }
}

static void
put_item_json (GString *out, const TcnItem *item)
{
  put_string (out, "{\"type\":\"item\",\"id\":", item->guid);
  put_string (out, ",\"title\":", item->title);
  put_string (out, ",\"link\":", item->link);
  if (item->author != NULL) {
    put_string (out, ",\"author\":", item->author);
  } else {
    tcn_append_literal (out, ",\"author\":");
    tcn_append_char (out, INHERIT_AUTHOR);
  }
  put_time (out, ",\"published\":", item->published_unix);
  put_time (out, ",\"updated\":", item->updated_unix);
  put_string (out, ",\"summary\":", item->summary);
  put_string (out, ",\"content\":", item->content);
  tcn_append_literal (out, ",\"categories\":[");
  for (guint i = 0; i < item->categories->len; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    tcn_json_string (out, g_ptr_array_index (item->categories, i));
  }
  tcn_append_literal (out, "],\"enclosures\":[");
  put_enclosures (out, item->enclosures);
  put_string (out, "],\"language\":", item->language);
  tcn_append_literal (out, "}\n");
}

/* --- text ------------------------------------------------------------------------------- */

static void
put_line (GString *out, const char *label, const char *value)
{
  if (value != NULL)
    g_string_append_printf (out, "  %-10s %s\n", label, value);
}

/* In local time, as all text for people. */
static void
put_local_time (GString *out, const char *label, gint64 value)
{
  g_autoptr (GDateTime) time =
      value != TCN_TIME_NONE ? g_date_time_new_from_unix_local (value) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%F %T %z") : NULL;

  put_line (out, label, text);
}

static void
put_indented (GString *out, const char *text)
{
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    g_string_append_printf (out, "%s%s\n", *lines[i] != '\0' ? "    " : "", lines[i]);
}

static void
put_feed_text (GString *out, const TcnFeed *feed)
{
  g_string_append_printf (out, "%s\n", feed->title != NULL ? feed->title : "(no title)");
  put_line (out, "format", tcn_feed_format_name (feed->format));
  put_line (out, "link", feed->link);
  put_line (out, "author", feed->author);
  put_line (out, "language", feed->language);
  put_local_time (out, "updated", feed->updated_unix);
  put_indented (out, feed->description);
  g_string_append_c (out, '\n');
}

static void
put_item_text (GString *out, const TcnItem *item)
{
  g_autofree char *id = item->guid != NULL ? tcn_text_one_line (item->guid) : NULL;

  g_string_append_printf (out, "* %s\n",
                          item->title != NULL ? item->title : "(no title)");
  put_line (out, "link", item->link);
  put_line (out, "id", id);
  put_line (out, "author", item->author);
  put_local_time (out, "published", item->published_unix);
  put_local_time (out, "updated", item->updated_unix);
  for (guint i = 0; i < item->categories->len; i++)
    put_line (out, "category", g_ptr_array_index (item->categories, i));
  for (guint i = 0; i < item->enclosures->len; i++)
    put_line (out, "enclosure",
              ((const TcnEnclosure *) g_ptr_array_index (item->enclosures, i))->url);
  put_indented (out, item->summary);
  if (item->summary != NULL && item->content != NULL)
    g_string_append_c (out, '\n');
  put_indented (out, item->content);
  g_string_append_c (out, '\n');
}

/* --- one input -------------------------------------------------------------------------- */

static void
take_item (const TcnItem *item, gpointer data)
{
  Job *job = data;
  GString *out = tcn_spool_buffer (job->spool);

  if (job->is_text)
    put_item_text (out, item);
  else
    put_item_json (out, item);
  if (job->error == NULL && !tcn_spool_settle (job->spool, &job->error))
    g_string_truncate (out, 0);
}

/* Writes the feed and its items. */
static gboolean
print_feed (Job *job, const TcnFeed *feed, GError **error)
{
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GString) author = g_string_new (NULL);
  TcnItem *nobody = tcn_item_new ();

  if (job->is_text)
    put_feed_text (head, feed);
  else
    put_feed_json (head, feed);
  tcn_item_inherit (nobody, feed);
  tcn_json_string (author, nobody->author);
  tcn_item_free (nobody);
  if (job->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&job->error));
    return FALSE;
  }
  return tcn_spool_put (head->str, head->len, error) &&
         tcn_spool_print (job->spool, author->str, error);
}

static gboolean
finish (Job *job, TcnParser *parser, const char *name, GError **error)
{
  g_autoptr (TcnFeed) feed = tcn_parser_finish (parser, error);

  if (feed == NULL)
    return FALSE;
  for (guint i = 0; i < feed->warnings->len && !job->is_quiet; i++)
    g_warning ("%s: %s", name, (const char *) g_ptr_array_index (feed->warnings, i));
  return print_feed (job, feed, error);
}

static gboolean
parse_stream (Job *job, int fd, const char *name, GError **error)
{
  g_autoptr (TcnParser) parser = tcn_parser_new (&job->options, take_item, job);
  char block[READ_BYTES];

  for (;;) {
    gssize n = read (fd, block, READ_BYTES);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "%s", g_strerror (errno));
      return FALSE;
    }
    if (n == 0)
      return finish (job, parser, name, error);
    tcn_parser_push (parser, block, (gsize) n);
  }
}

static gboolean
parse_path (Job *job, const char *path, const char *name, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean is_done;

  if (fd < 0) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "%s", g_strerror (errno));
    return FALSE;
  }
  is_done = parse_stream (job, fd, name, error);
  close (fd);
  return is_done;
}

/* Without validators and queues. (transfer full) */
static TcnFetchResult *
fetch (const char *url)
{
  const TcnFetchSettings settings = { .max_transfers = 1, .host_transfers = 1 };
  const TcnFetchRequest request = { .url = url,
                                    .timeout_ms = FETCH_TIMEOUT_MS,
                                    .max_body = FETCH_MAX_BYTES };
  g_autoptr (TcnFetcher) fetcher = tcn_fetcher_new (NULL, &settings);

  return tcn_fetcher_fetch (fetcher, &request);
}

static gboolean
parse_url (Job *job, const char *url, GError **error)
{
  g_autoptr (TcnFetchResult) result = fetch (url);
  g_autofree char *shown = tcn_url_redacted (url);
  TcnParseOptions given = job->options;
  gboolean is_done = FALSE;
  gconstpointer bytes;
  gsize n;

  if (result->error != NULL || result->body == NULL) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY, "%s",
                 result->error != NULL ? result->error->message : "no document came");
    return FALSE;
  }
  if (given.base_url == NULL) {
    job->options.base_url = result->effective_url;
    job->options.content_location = result->content_location;
  }
  if (given.content_type == NULL)
    job->options.content_type = result->content_type;
  bytes = g_bytes_get_data (result->body, &n);
  {
    g_autoptr (TcnParser) parser = tcn_parser_new (&job->options, take_item, job);

    tcn_parser_push (parser, bytes != NULL ? bytes : "", n);
    is_done = finish (job, parser, shown, error);
  }
  job->options = given;
  return is_done;
}

static gboolean
parse_input (Job *job, const char *input, GError **error)
{
  g_autofree char *path = NULL;

  if (strcmp (input, "-") == 0)
    return parse_stream (job, STDIN_FILENO, "-", error);
  if (tcn_url_is_openable (input))
    return parse_url (job, input, error);
  if (g_ascii_strncasecmp (input, "file:", 5) == 0) {
    path = g_filename_from_uri (input, NULL, error);
    return path != NULL && parse_path (job, path, input, error);
  }
  return parse_path (job, input, input, error);
}

/* --- the command ------------------------------------------------------------------------ */

static int
run_inputs (Job *job, char **inputs)
{
  int status = 0;

  for (; *inputs != NULL; inputs++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *shown = tcn_url_redacted (*inputs);

    if (job->spool == NULL)
      job->spool = tcn_spool_new ();
    if (!parse_input (job, *inputs, &error)) {
      status = 1;
      tcn_log_failure ("%s: %s", shown, error->message);
      g_clear_pointer (&job->spool,
                       tcn_spool_free); /* with what it holds of that input */
    }
    g_clear_error (&job->error);
    if (error != NULL && g_error_matches (error, TCN_ERROR, TCN_ERROR_OUTPUT))
      return 1;
  }
  g_clear_pointer (&job->spool, tcn_spool_free);
  return status;
}

static int
run_parse (TcnInvocation *invocation)
{
  g_autofree char *base = NULL;
  g_autofree char *content_type = NULL;
  gboolean is_text = FALSE;
  g_auto (GStrv) rest = NULL;
  char *standard_input[] = { (char *) "-", NULL };
  int status;
  const GOptionEntry entries[] = {
    { "text", 0, 0, G_OPTION_ARG_NONE, &is_text, "Write for people, not JSON Lines",
      NULL },
    { "base", 0, 0, G_OPTION_ARG_FILENAME, &base,
      "Take URL for where the document came from", "URL" },
    { "content-type", 0, 0, G_OPTION_ARG_FILENAME, &content_type,
      "Take VALUE for the Content-Type header", "VALUE" },
    { NULL },
  };
  Job job = { 0 };

  if (!tcn_command_parse (invocation, entries, &rest, &status))
    return status;
  if (*rest == NULL && isatty (STDIN_FILENO))
    return tcn_command_misused (invocation, "name a file or a URL");
  if (invocation->config_path != NULL) {
    /* None is needed, but one that is named must load. */
    g_autoptr (TcnConfig) config =
        tcn_session_load_config (invocation, TCN_WARNINGS_SEEN, &status);
    if (config == NULL)
      return status;
  }
  job.options.base_url = base;
  job.options.content_type = content_type;
  job.is_text = is_text;
  job.is_quiet = invocation->is_quiet;
  status = run_inputs (&job, *rest != NULL ? rest : standard_input);
  if (fflush (stdout) != 0 || ferror (stdout)) {
    tcn_log_failure ("cannot write to standard output: %s", g_strerror (errno));
    return 1;
  }
  return status;
}

const TcnCommand tcn_command_parse_feed = {
  .name = "parse",
  .arguments = "[FILE|URL|-]...",
  .summary = "Show what is seen in a feed",
  .description =
      "Prints each feed and its items as JSON Lines; texts are plain, dates UTC, links\n"
      "absolute. Without arguments standard input is read. Damaged feeds give their whole\n"
      "items and a warning.",
  .run = run_parse,
};
