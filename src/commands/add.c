/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/session.h"
#include "tocsin/discover.h"
#include "tocsin/error.h"
#include "tocsin/fetch.h"
#include "tocsin/kept.h"
#include "tocsin/limits.h"
#include "tocsin/parser.h"
#include "tocsin/setup.h"
#include "tocsin/url.h"

#define SHOWN_ITEMS 5
#define DEFAULT_TIMEOUT_S 60

/* What one run works with; everything fetched is fetched through here. */
typedef struct {
  TcnFetcher *fetcher;
  const char *named_url; /* as the user gave it */
  char *shown_url;       /* the same without its password */
  guint timeout_ms;
  gsize max_body;
  TcnFetchOptions *options;
} Search;

/* A feed that was fetched and read. */
typedef struct {
  char *url;
  TcnFetchResult *answer;
  TcnFeed *feed;
  GPtrArray *items; /* of TcnItem */
} Found;

static void
free_found (Found *found)
{
  if (found == NULL)
    return;
  g_free (found->url);
  tcn_fetch_result_free (found->answer);
  g_clear_pointer (&found->feed, tcn_feed_free);
  g_clear_pointer (&found->items, g_ptr_array_unref);
  g_free (found);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Found, free_found)

/* --- fetching --- */

/* The configured limits, where there is a configuration; the rest is as a feed has it that is
 * appended to one. */
static void
open_search (Search *search, const TcnConfig *config, const char *url)
{
  const TcnFetchOptionValues values = { .use_netrc = TRUE };
  TcnFetchSettings settings = { .max_transfers = 1,
                                .host_transfers = 1,
                                .host_gap_ms = 1000 };

  search->named_url = url;
  search->shown_url = tcn_url_redacted (url);
  search->timeout_ms = DEFAULT_TIMEOUT_S * 1000;
  search->max_body = TCN_MAX_BODY_BYTES;
  if (config != NULL) {
    settings.user_agent = config->settings.user_agent;
    settings.proxy = config->settings.proxy;
    settings.host_gap_ms = (guint) (config->settings.host_gap_s * 1000);
    settings.private_networks = config->settings.private_networks;
    search->timeout_ms = (guint) (config->settings.timeout_s * 1000);
    search->max_body = (gsize) config->settings.max_body;
  }
  search->fetcher = tcn_fetcher_new (NULL, &settings);
  search->options = tcn_fetch_options_new (&values);
}

static void
close_search (Search *search)
{
  tcn_fetcher_free (search->fetcher);
  tcn_fetch_options_unref (search->options);
  g_free (search->shown_url);
}

static TcnFetchResult *
fetch (const Search *search, const char *url, gboolean wants_page, GError **error)
{
  const TcnFetchRequest request = {
    .url = url,
    .named_url = search->named_url,
    .options = search->options,
    .timeout_ms = search->timeout_ms,
    .max_body = search->max_body,
    .wants_page = wants_page,
  };
  g_autoptr (TcnFetchResult) result = tcn_fetcher_fetch (search->fetcher, &request);
  g_autofree char *shown = tcn_url_redacted (url);

  if (result->body != NULL)
    return g_steal_pointer (&result);
  if (result->error != NULL)
    g_propagate_prefixed_error (error, g_steal_pointer (&result->error), "%s: ", shown);
  else
    g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY,
                 "%s: the host asked for a pause", shown);
  return NULL;
}

/* NULL with an error when the answer is no feed. A permanent redirect is where the feed
 * is; any other leads elsewhere tomorrow. */
static Found *
read_feed (const TcnFetchResult *result, const char *asked_url, GError **error)
{
  g_autoptr (Found) found = g_new0 (Found, 1);
  const TcnParseOptions options = {
    .base_url = result->effective_url,
    .content_type = result->content_type,
    .content_location = result->content_location,
    .max_items = TCN_MAX_FEED_ITEMS,
  };
  gsize n;
  const char *bytes = g_bytes_get_data (result->body, &n);

  found->items = tcn_parse_bytes (bytes, n, &options, &found->feed, error);
  if (found->items == NULL)
    return NULL;
  found->answer = tcn_fetch_result_copy (result);
  found->url = tcn_url_tidy_scheme (result->permanent_url != NULL ? result->permanent_url
                                                                  : asked_url);
  return g_steal_pointer (&found);
}

/* --- looking for it --- */

static gboolean
is_feed (const TcnFetchResult *result)
{
  gsize n;
  const char *bytes = g_bytes_get_data (result->body, &n);

  return tcn_parser_sniff (bytes, n);
}

/* The first candidate that is a feed, and its place in the list. */
static Found *
try_candidates (const Search *search, const GPtrArray *candidates, guint *out_index)
{
  for (guint i = 0; i < candidates->len; i++) {
    const TcnCandidate *candidate = candidates->pdata[i];
    g_autoptr (GError) error = NULL;
    g_autoptr (TcnFetchResult) result = fetch (search, candidate->url, FALSE, &error);
    Found *found = result != NULL ? read_feed (result, candidate->url, &error) : NULL;

    *out_index = i;
    if (found != NULL)
      return found;
    g_info ("no feed: %s", error->message);
  }
  return NULL;
}

static void
tell_others (const GPtrArray *candidates, guint taken)
{
  for (guint i = 0; i < candidates->len; i++) {
    const TcnCandidate *candidate = candidates->pdata[i];
    g_autofree char *shown = tcn_url_redacted (candidate->url);

    if (i != taken)
      g_message ("the page also names %s%s%s%s", shown,
                 candidate->title != NULL ? " (" : "",
                 candidate->title != NULL ? candidate->title : "",
                 candidate->title != NULL ? ")" : "");
  }
}

static Found *
search_page (const Search *search, const TcnFetchResult *page, gboolean guess,
             GError **error)
{
  gsize n;
  const char *html = g_bytes_get_data (page->body, &n);
  g_autoptr (GPtrArray) candidates = tcn_discover_links (html, n, page->effective_url);
  gboolean is_named = candidates->len > 0;
  Found *found;
  guint taken = 0;

  if (!is_named && guess) {
    g_ptr_array_unref (candidates);
    candidates = tcn_discover_guesses (page->effective_url);
  }
  found = try_candidates (search, candidates, &taken);
  if (found != NULL) {
    if (is_named)
      tell_others (candidates, taken);
    return found;
  }
  g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "%s: this is no feed, and %s",
               search->shown_url,
               is_named ? "none of those that the page names can be read"
               : guess  ? "none was found at the usual places"
                        : "the page names none; --guess tries the usual places");
  return NULL;
}

static Found *
search_feed (const Search *search, gboolean guess, GError **error)
{
  g_autoptr (TcnFetchResult) result = fetch (search, search->named_url, TRUE, error);
  Found *found;

  if (result == NULL)
    return NULL;
  if (!is_feed (result))
    return search_page (search, result, guess, error);
  found = read_feed (result, search->named_url, error);
  if (found == NULL)
    g_prefix_error (error, "%s: ", search->shown_url);
  return found;
}

/* --- showing it --- */

static gint64
item_time (const TcnItem *item)
{
  return item->published_unix != TCN_TIME_NONE ? item->published_unix
                                               : item->updated_unix;
}

static int
compare_newest (const void *a, const void *b)
{
  gint64 x = item_time (*(TcnItem *const *) a);
  gint64 y = item_time (*(TcnItem *const *) b);

  return x > y ? -1 : x < y;
}

static void
show_found (GString *out, const Found *found, const char *name)
{
  TcnStyle style;
  g_autofree char *shown = tcn_url_redacted (found->url);

  tcn_setup_style (&style, STDOUT_FILENO);
  g_string_append_printf (out, "%s\n%s\n", name, shown);
  if (found->feed->title != NULL)
    g_string_append_printf (out, "%s\n", found->feed->title);
  g_ptr_array_sort (found->items, compare_newest);
  for (guint i = 0; i < MIN (found->items->len, SHOWN_ITEMS); i++) {
    const TcnItem *item = found->items->pdata[i];

    g_string_append (out, "  ");
    tcn_render_time (out, item_time (item), &style);
    g_string_append_printf (out, "  %s\n",
                            item->title != NULL  ? item->title
                            : item->link != NULL ? item->link
                                                 : "(no title)");
  }
  if (found->items->len == 0)
    g_string_append (out, found->feed->is_damaged ? "  (no item is whole)\n"
                                                  : "  (no items yet)\n");
}

static void
tell_warnings (const Found *found)
{
  g_autofree char *shown = tcn_url_redacted (found->url);

  for (guint i = 0; i < found->feed->warnings->len; i++)
    g_warning ("%s: %s", shown, (const char *) found->feed->warnings->pdata[i]);
}

/* --- the command --- */

/* People type what they read: a bare host is a web address, unless there is such a file. */
static char *
complete_url (const char *argument)
{
  if (strstr (argument, "://") != NULL || argument[0] == '/' || argument[0] == '.' ||
      g_file_test (argument, G_FILE_TEST_EXISTS))
    return tcn_url_tidy_scheme (argument);
  return g_strconcat ("https://", argument, NULL);
}

/* For its first poll. Without it that poll asks for all of it again, which is no reason to
 * fail. */
static void
leave_answer (const TcnInvocation *invocation, const TcnConfig *config,
              const Found *found)
{
  g_autofree char *dir = tcn_setup_state_dir (invocation->state_dir, config);
  g_autoptr (GError) error = NULL;

  if (!tcn_kept_leave (dir, found->url, found->answer,
                       g_get_real_time () / G_USEC_PER_SEC, &error))
    g_info ("%s", error->message);
}

static int
append_found (const TcnInvocation *invocation, TcnConfigFile *file, const Found *found,
              GError **error)
{
  const TcnFeedEntry entry = { .url = found->url };
  const char *name = tcn_config_edit_add_feed (file->edit, &entry, error);
  g_autoptr (GString) out = g_string_new (NULL);

  if (name == NULL || !tcn_config_file_save (file, error))
    return tcn_command_failed (*error);
  show_found (out, found, name);
  tell_warnings (found);
  g_message ("added to %s", file->path);
  /* The state of a running daemon is its own. */
  if (!tcn_session_tell_running (invocation, file->config))
    leave_answer (invocation, file->config, found);
  return invocation->is_quiet || tcn_command_print (out, error)
             ? 0
             : tcn_command_failed (*error);
}

static int
add (const TcnInvocation *invocation, const char *url, gboolean guess)
{
  int status;
  g_autoptr (TcnConfigFile) file = tcn_session_open_config_file (invocation, &status);
  g_autoptr (GError) error = NULL;
  g_autoptr (Found) found = NULL;
  Search search;

  if (file == NULL)
    return status;
  open_search (&search, file->config, url);
  found = search_feed (&search, guess, &error);
  close_search (&search);
  if (found == NULL)
    return tcn_command_failed (error);
  return append_found (invocation, file, found, &error);
}

static int
run_add (TcnInvocation *invocation)
{
  gboolean guess = FALSE;
  const GOptionEntry entries[] = {
    { "guess", 0, 0, G_OPTION_ARG_NONE, &guess,
      "Try the usual places when a page names no feed", NULL },
    { NULL },
  };
  g_auto (GStrv) rest = NULL;
  g_autofree char *url = NULL;
  int status;

  if (!tcn_command_parse (invocation, entries, &rest, &status))
    return status;
  if (*rest == NULL)
    return tcn_command_misused (invocation, "no URL");
  if (rest[1] != NULL)
    return tcn_command_misused (invocation, "unexpected argument “%s”", rest[1]);
  url = complete_url (*rest);
  return add (invocation, url, guess);
}

const TcnCommand tcn_command_add = {
  .name = "add",
  .arguments = "[--guess] URL",
  .summary = "Find the feed behind a page or URL and append it to the configuration",
  .description =
      "URL is that of a feed or of a page that names one; 'example.org' will do. Prints "
      "the name\nunder which the feed was added, its URL, its title and its newest items. "
      "Where a page names\nseveral feeds the first is taken and the others are told.",
  .run = run_add,
};
