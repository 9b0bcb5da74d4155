/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/session.h"
#include "tocsin/binary.h"
#include "tocsin/discover.h"
#include "tocsin/error.h"
#include "tocsin/fetch.h"
#include "tocsin/kept.h"
#include "tocsin/limits.h"
#include "tocsin/opml.h"
#include "tocsin/parser.h"
#include "tocsin/setup.h"
#include "tocsin/url.h"

#define SHOWN_ITEMS 5
#define DEFAULT_TIMEOUT_S 60
#define OPML_HEAD_BYTES (64 * 1024)

/* What one run works with; everything fetched is fetched through here. */
typedef struct {
  TcnFetcher *fetcher;
  const char *named_url; /* as the user gave it, */
  gboolean is_completed; /* without its scheme */
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
open_search (Search *search, const TcnConfig *config)
{
  const TcnFetchOptionValues values = { .use_netrc = TRUE };
  TcnFetchSettings settings = { .max_transfers = 1,
                                .host_transfers = 1,
                                .host_gap_ms = 1000 };

  search->shown_url = tcn_url_redacted (search->named_url);
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

/* What to do where nobody spoke https, which was our idea. */
static const char *
advise (const Search *search, const char *url, TcnFailure failure)
{
  gboolean is_ours = search->is_completed && url == search->named_url;

  if (is_ours && (failure == TCN_FAILURE_CONNECT || failure == TCN_FAILURE_TIMEOUT ||
                  failure == TCN_FAILURE_TLS || failure == TCN_FAILURE_PROTOCOL))
    return "; https was tried: write http:// before it if that is meant";
  return "";
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
  if (result->error == NULL)
    g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY,
                 "%s: the host asked for a pause", shown);
  else
    g_set_error (error, result->error->domain, result->error->code, "%s: %s%s", shown,
                 result->error->message, advise (search, url, result->failure));
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
  g_autofree char *shown = tcn_url_redacted (asked_url);
  gsize n;
  const char *bytes = g_bytes_get_data (result->body, &n);

  found->items = tcn_parse_bytes (bytes, n, &options, &found->feed, error);
  if (found->items == NULL) {
    g_prefix_error (error, "%s: ", shown);
    return NULL;
  }
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

static gboolean
is_blank (const TcnFetchResult *result)
{
  gsize n;
  const char *bytes = g_bytes_get_data (result->body, &n);

  while (n > 0 && g_ascii_isspace (bytes[n - 1]))
    n--;
  return n == 0;
}

/* Has its beginning feeds of others, or nothing amiss? All of it may be long to read. */
static gboolean
is_opml (const TcnFetchResult *result)
{
  gsize n = MIN (g_bytes_get_size (result->body), OPML_HEAD_BYTES);
  g_autoptr (GBytes) head = g_bytes_new_from_bytes (result->body, 0, n);
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  g_autoptr (GPtrArray) outlines = tcn_opml_read ("", head, faults);

  return outlines->len > 0 || faults->len == 0;
}

/* The first candidate that is a feed, and its place in the list; else NULL, with what was
 * wrong with the first of them, if there is any. */
static Found *
try_candidates (const Search *search, const GPtrArray *candidates, guint *out_index,
                GError **error)
{
  for (guint i = 0; i < candidates->len; i++) {
    const TcnCandidate *candidate = candidates->pdata[i];
    g_autoptr (GError) wrong = NULL;
    g_autoptr (TcnFetchResult) result = fetch (search, candidate->url, FALSE, &wrong);
    Found *found = result != NULL ? read_feed (result, candidate->url, &wrong) : NULL;

    *out_index = i;
    if (found != NULL) {
      g_clear_error (error);
      return found;
    }
    g_info ("no feed: %s", wrong->message);
    if (error != NULL && *error == NULL)
      g_propagate_error (error, g_steal_pointer (&wrong));
  }
  return NULL;
}

static void
tell_others (const GPtrArray *candidates, guint taken)
{
  for (guint i = 0; i < candidates->len; i++) {
    const TcnCandidate *candidate = candidates->pdata[i];
    g_autofree char *shown = tcn_url_redacted (candidate->url);

    if (i != taken && candidate->source != TCN_CANDIDATE_LABELLED)
      g_message ("the page also names %s%s%s%s", shown,
                 candidate->title != NULL ? " (" : "",
                 candidate->title != NULL ? candidate->title : "",
                 candidate->title != NULL ? ")" : "");
  }
}

static Found *
guess_feed (const Search *search, const TcnFetchResult *page)
{
  g_autoptr (GPtrArray) guesses = tcn_discover_guesses (page->effective_url);
  guint taken;
  Found *found = try_candidates (search, guesses, &taken, NULL);
  g_autofree char *shown = found != NULL ? tcn_url_redacted (found->url) : NULL;

  if (found != NULL)
    g_message ("%s was guessed: it is one of the usual places", shown);
  return found;
}

static Found *
search_page (const Search *search, const TcnFetchResult *page, gboolean guess,
             GError **error)
{
  gsize n;
  const char *html = g_bytes_get_data (page->body, &n);
  g_autoptr (GPtrArray) candidates = tcn_discover_links (html, n, page->effective_url);
  g_autoptr (GError) first = NULL;
  guint taken = 0;
  Found *found = try_candidates (search, candidates, &taken, &first);

  if (found != NULL) {
    tell_others (candidates, taken);
    return found;
  }
  found = guess ? guess_feed (search, page) : NULL;
  if (found != NULL)
    return found;
  g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "%s: this is no feed, %s%s%s%s",
               search->shown_url,
               first != NULL ? "none of those that the page names can be read ("
                             : "the page names none",
               first != NULL ? first->message : "", first != NULL ? ")" : "",
               guess ? ", and none is at the usual places"
                     : "; --guess tries the usual places");
  return NULL;
}

/* What was asked for is neither feed nor page. */
static gboolean
refuse_other (const Search *search, const TcnFetchResult *result, GError **error)
{
  gsize n;
  const char *bytes = g_bytes_get_data (result->body, &n);
  g_autofree char *binary = tcn_binary_describe (bytes, n, "parse -");
  const char *what = binary;

  if (is_blank (result))
    what = "it is empty";
  else if (is_opml (result))
    what = "this is no feed but a list of feeds (OPML): 'tocsin import FILE' adds them";
  if (what != NULL)
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "%s: %s", search->shown_url, what);
  return what != NULL;
}

static Found *
search_feed (const Search *search, gboolean guess, GError **error)
{
  g_autoptr (TcnFetchResult) result = fetch (search, search->named_url, TRUE, error);

  if (result == NULL)
    return NULL;
  if (is_feed (result))
    return read_feed (result, search->named_url, error);
  if (refuse_other (search, result, error))
    return NULL;
  return search_page (search, result, guess, error);
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

/* People type what they read: a bare host is a web address, unless there is such a file,
 * whose whole path is what is to be written. */
static char *
complete_url (const char *argument, gboolean *out_is_completed)
{
  *out_is_completed = FALSE;
  if (strstr (argument, "://") != NULL)
    return tcn_url_tidy_scheme (argument);
  if (argument[0] == '/' || argument[0] == '.' ||
      g_file_test (argument, G_FILE_TEST_EXISTS))
    return g_canonicalize_filename (argument, NULL);
  *out_is_completed = TRUE;
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
  if (!tcn_session_tell_running (invocation, file->config) &&
      !tcn_fetch_is_local (found->url))
    leave_answer (invocation, file->config, found);
  return invocation->is_quiet || tcn_command_print (out, error)
             ? 0
             : tcn_command_failed (*error);
}

static int
add (const TcnInvocation *invocation, const char *argument, gboolean guess)
{
  int status;
  g_autoptr (TcnConfigFile) file = tcn_session_open_config_file (invocation, &status);
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  g_autoptr (Found) found = NULL;
  Search search;

  if (file == NULL)
    return status;
  url = complete_url (argument, &search.is_completed);
  search.named_url = url;
  open_search (&search, file->config);
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
  int status;

  if (!tcn_command_parse (invocation, entries, &rest, &status))
    return status;
  if (*rest == NULL || *g_strstrip (*rest) == '\0')
    return tcn_command_misused (invocation, "no URL");
  if (rest[1] != NULL)
    return tcn_command_misused (invocation, "unexpected argument “%s”", rest[1]);
  return add (invocation, *rest, guess);
}

const TcnCommand tcn_command_add = {
  .name = "add",
  .arguments = "[--guess] URL",
  .summary = "Find the feed behind a page or URL and append it to the configuration",
  .description =
      "URL is that of a feed or of a page that names one; 'example.org' will do, and so "
      "will a file.\nPrints the name under which the feed was added, its URL, its title and "
      "its newest items.\nWhere a page names several feeds the first is taken and the "
      "others are told.",
  .run = run_add,
};
