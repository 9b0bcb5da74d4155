/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/session.h"
#include "commands/trial.h"
#include "tocsin/binary.h"
#include "tocsin/error.h"
#include "tocsin/page.h"
#include "tocsin/parser.h"
#include "tocsin/query.h"
#include "tocsin/setup.h"
#include "tocsin/text.h"

#define SNIFFED_BYTES 4096

typedef struct {
  char *rule;
  gboolean all_rules;
  gboolean archive;
  char *since;
  char *language;
  char *format;
  int limit;
} Options;

static void
clear_options (Options *options)
{
  g_free (options->rule);
  g_free (options->since);
  g_free (options->language);
  g_free (options->format);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, clear_options)

/* --- files ------------------------------------------------------------------------------ */

static guint
try_item (TcnTrial *trial, const char *path, const TcnItem *item, const TcnFeed *feed)
{
  TcnTrialItem row = {
    .item = item,
    .source_key = "file",
    .source = path,
    .place = path,
    .feed_title = feed != NULL ? feed->title : NULL,
    .feed_language = feed != NULL ? feed->language : NULL,
  };

  return tcn_trial_run (trial, &row);
}

/* Whether the bytes begin as markup does: a feed may stand inside of another element. */
static gboolean
begins_with_tag (const char *data, gsize length)
{
  gsize at = length >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  while (at < length && g_ascii_isspace (data[at]))
    at++;
  return at < length && data[at] == '<';
}

static void
try_feed (TcnTrial *trial, const char *path, const TcnFeed *feed, GPtrArray *items)
{
  for (guint i = 0; i < feed->warnings->len; i++)
    g_warning ("%s: %s", path, (const char *) g_ptr_array_index (feed->warnings, i));
  for (guint i = 0; i < items->len && trial->error == NULL; i++)
    try_item (trial, path, g_ptr_array_index (items, i), feed);
}

static gboolean
try_text (TcnTrial *trial, const char *path, const char *data, gsize length,
          GError **error)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autofree char *binary = tcn_binary_describe (data, length, "match QUERY -");

  if (binary != NULL) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "%s: %s", path, binary);
    return FALSE;
  }
  item->content = tcn_text_make_clean (length > 0 ? data : "", (gssize) length);
  try_item (trial, path, item, NULL);
  return TRUE;
}

static gboolean
try_page (TcnTrial *trial, const char *path, const char *data, gsize length)
{
  g_autoptr (TcnItem) item = tcn_page_read (data, length);

  if (item != NULL)
    try_item (trial, path, item, NULL);
  return item != NULL;
}

/* What is a feed by its root must be read as one. In a web page it would be an example within a
 * text. Other markup is a feed where one stands in it, with its title or its page: mere elements
 * called "item" or "entry" are no feed, and all but them would be passed over. */
static gboolean
try_file (TcnTrial *trial, const char *path, GError **error)
{
  TcnParseOptions options = { 0 };
  g_autoptr (GBytes) bytes = tcn_session_read_input (path, error);
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (TcnFeed) feed = NULL;
  g_autoptr (GPtrArray) items = NULL;
  gboolean is_feed;
  const char *data;
  gsize length;

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);
  is_feed = length > 0 && tcn_parser_sniff (data, MIN (length, SNIFFED_BYTES));
  if (!is_feed && try_page (trial, path, data, length))
    return TRUE;
  if (is_feed || begins_with_tag (data, length))
    items = tcn_parse_bytes (data, length, &options, &feed, &parse_error);
  if (items != NULL && (is_feed || feed->title != NULL || feed->link != NULL)) {
    try_feed (trial, path, feed, items);
    return TRUE;
  }
  if (is_feed) {
    g_propagate_prefixed_error (error, g_steal_pointer (&parse_error), "%s: ", path);
    return FALSE;
  }
  return try_text (trial, path, data, length, error);
}

/* The status is grep's: an error outweighs a match. */
static int
try_files (TcnTrial *trial, const char *const *paths)
{
  static const char *const standard_input[] = { "-", NULL };
  gboolean has_failed = FALSE;

  for (const char *const *path = *paths != NULL ? paths : standard_input;
       *path != NULL && trial->error == NULL; path++) {
    g_autoptr (GError) error = NULL;

    if (try_file (trial, *path, &error))
      continue;
    has_failed = TRUE;
    tcn_log_failure ("%s", error->message);
  }
  if (has_failed)
    return 2;
  if (trial->n_matches == 0 && trial->has_met_unknown_language && isatty (STDERR_FILENO))
    g_printerr ("Nothing matched. The language is not known, so that no other forms of\n"
                "words were tried: --language CODE tells it.\n");
  return trial->n_matches > 0 ? 0 : 1;
}

/* --- the command line ------------------------------------------------------------------- */

static int
check_options (const TcnInvocation *invocation, const Options *options,
               const char *const *rest)
{
  gboolean has_query = options->rule == NULL && !options->all_rules;

  if (options->rule != NULL && options->all_rules)
    return tcn_command_misused (invocation, "--rule and --rules exclude each other");
  if (has_query && *rest == NULL)
    return tcn_command_misused (invocation, "no query");
  if (!options->archive && options->since != NULL)
    return tcn_command_misused (invocation,
                                "--since speaks about the archive: add --archive");
  if (options->archive && rest[has_query ? 1 : 0] != NULL)
    return tcn_command_misused (invocation, "--archive takes no files");
  if (options->limit < 0)
    return tcn_command_misused (invocation, "--limit is not negative");
  if (!options->archive && rest[has_query ? 1 : 0] == NULL && isatty (STDIN_FILENO))
    return tcn_command_misused (invocation, "no file, and standard input is a terminal");
  return 0;
}

/* A configuration is needed for its rules and its archive; a query may name its
 * definitions, but goes without one that is missing or broken. */
static gboolean
load_config (TcnTrial *trial, const TcnInvocation *invocation, const Options *options,
             const char *query, int *out_status)
{
  gboolean is_needed = options->rule != NULL || options->all_rules || options->archive ||
                       invocation->config_path != NULL;

  if (is_needed) {
    trial->config = tcn_session_load_config (invocation, TCN_WARNINGS_SEEN, out_status);
    return trial->config != NULL;
  }
  if (query != NULL && strchr (query, '@') != NULL) {
    g_autofree char *path = tcn_setup_config_path (NULL);
    g_autoptr (GString) report = g_string_new (NULL);

    trial->config = tcn_setup_load_config (path, report, NULL);
    if (trial->config == NULL && report->len > 0)
      g_warning ("“%s” has errors, so that no “@name” is known: see tocsin check", path);
  }
  return TRUE;
}

static gboolean
add_rules (TcnTrial *trial, const TcnInvocation *invocation, const Options *options,
           const char *query, int *out_status)
{
  g_autoptr (TcnRulesetBuilder) builder = tcn_ruleset_builder_new ();
  gboolean is_added = TRUE;

  trial->rules = g_array_new (FALSE, FALSE, sizeof (TcnTrialRule));
  trial->out = g_string_new (NULL);
  if (options->all_rules)
    tcn_trial_add_all (trial, builder);
  else if (options->rule != NULL)
    is_added = tcn_trial_add_rule (trial, builder, invocation, options->rule, out_status);
  else
    is_added = tcn_trial_add_query (trial, builder, invocation, query, out_status);
  if (!is_added)
    return FALSE;
  trial->ruleset = tcn_ruleset_builder_build (g_steal_pointer (&builder));
  trial->matcher = tcn_matcher_new (trial->ruleset, tcn_setup_seed ());
  return TRUE;
}

static int
try_rules (const TcnInvocation *invocation, const Options *options,
           const char *const *rest)
{
  g_auto (TcnTrial) trial = { 0 };
  const char *query = options->rule == NULL && !options->all_rules ? *rest : NULL;
  g_autofree char *language = tcn_language_primary (options->language);
  int status = 0;

  if (options->language != NULL && language == NULL)
    return tcn_command_misused (invocation, "“%s” is no language code",
                                options->language);
  if (language != NULL && !tcn_query_inflects (language))
    g_warning ("no other forms of words are known in the language “%s”", language);
  trial.language = language;
  trial.limit = options->limit > 0 ? (guint) options->limit : G_MAXUINT;
  if (!tcn_session_style (invocation, options->format, &trial.style, &status) ||
      !load_config (&trial, invocation, options, query, &status) ||
      !add_rules (&trial, invocation, options, query, &status))
    return status;
  if (options->archive)
    status = tcn_trial_run_archive (&trial, invocation, options->since);
  else
    status = try_files (&trial, rest + (query != NULL ? 1 : 0));
  if (trial.error == NULL && trial.out->len > 0 &&
      !tcn_command_print (trial.out, &trial.error))
    trial.out->len = 0;
  /* Whatever went wrong, a search that could not be shown is an error. */
  if (trial.error != NULL) {
    tcn_command_failed (trial.error);
    return 2;
  }
  return status;
}

static int
run_match (TcnInvocation *invocation)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "rule", 0, 0, G_OPTION_ARG_FILENAME, &options.rule,
      "Try a rule of the configuration", "NAME" },
    { "rules", 0, 0, G_OPTION_ARG_NONE, &options.all_rules,
      "Try all rules of the configuration", NULL },
    { "archive", 0, 0, G_OPTION_ARG_NONE, &options.archive, "Search the stored items",
      NULL },
    { "since", 0, 0, G_OPTION_ARG_FILENAME, &options.since,
      "Of the archive, only items first seen within that time", "DURATION" },
    { "limit", 0, 0, G_OPTION_ARG_INT, &options.limit, "Show at most so many matches",
      "N" },
    { "language", 0, 0, G_OPTION_ARG_FILENAME, &options.language,
      "The language of the items", "CODE" },
    { "format", 0, 0, G_OPTION_ARG_FILENAME, &options.format, "text, json or tsv",
      "FORMAT" },
    { NULL },
  };
  g_auto (GStrv) rest = NULL;
  int status;

  if (!tcn_command_parse (invocation, entries, &rest, &status))
    return status;
  status = check_options (invocation, &options, (const char *const *) rest);
  if (status != 0)
    return status;
  return try_rules (invocation, &options, (const char *const *) rest);
}

const TcnCommand tcn_command_match = {
  .name = "match",
  .arguments = "[OPTIONS] QUERY [FILE...]",
  .summary = "Try a query on feeds, texts or the archive",
  .description =
      "A FILE is read as a feed if it is one, else as one item: a web page's title and "
      "text, or a\ntext as it is; without a FILE, or for \"-\", standard input is read. "
      "With --rule or --rules no\nQUERY is given. A query that begins with \"-\" is written "
      "after \"--\".\n\n"
      "The exit status is 0 if something matched, 1 if nothing did, 2 on any error.",
  .run = run_match,
};
