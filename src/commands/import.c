/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "commands/session.h"
#include "tocsin/error.h"
#include "tocsin/opml.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

/* The feeds of the file; NULL, with the faults printed, when it is no OPML. */
static GPtrArray *
read_outlines (const TcnInvocation *invocation, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = tcn_session_read_input (path, error);
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  g_autoptr (GString) report = g_string_new (NULL);
  g_autoptr (GPtrArray) outlines = NULL;
  gboolean is_broken = FALSE;

  if (bytes == NULL)
    return NULL;
  outlines = tcn_opml_read (path, bytes, faults);
  for (guint i = 0; i < faults->len; i++) {
    const TcnConfigFault *fault = faults->pdata[i];

    is_broken |= !fault->is_warning;
    if (!fault->is_warning || !invocation->is_quiet)
      tcn_config_fault_print (report, fault);
  }
  fputs (report->str, stderr);
  if (!is_broken)
    return g_steal_pointer (&outlines);
  g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "nothing was imported from “%s”",
               path);
  return NULL;
}

/* Says of each feed what became of it. Returns how many were added. */
static guint
add_feeds (const TcnInvocation *invocation, TcnConfigFile *file,
           const GPtrArray *outlines, GString *out)
{
  guint n_added = 0;

  for (guint i = 0; i < outlines->len; i++) {
    const TcnOutline *outline = outlines->pdata[i];
    g_autofree char *shown = tcn_url_redacted (outline->url);
    const TcnFeedEntry entry = {
      .url = outline->url,
      .title = outline->title,
      .tags = (const char *const *) outline->tags,
    };
    g_autoptr (GError) error = NULL;
    const char *name = tcn_config_edit_add_feed (file->edit, &entry, &error);

    if (name == NULL) {
      g_message ("left out: %s", error->message);
      continue;
    }
    g_string_append_printf (out, "%s\t%s\n", name, shown);
    n_added++;
  }
  return n_added;
}

static int
import (const TcnInvocation *invocation, const char *input, GError **error)
{
  int status;
  g_autoptr (TcnConfigFile) file = tcn_session_open_config_file (invocation, &status);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GPtrArray) outlines = NULL;
  g_autofree char *feeds = NULL;
  guint n_added;

  if (file == NULL)
    return status;
  outlines = read_outlines (invocation, input, error);
  if (outlines == NULL)
    return tcn_command_failed (*error);
  n_added = add_feeds (invocation, file, outlines, out);
  if (n_added > 0 && !tcn_config_file_save (file, error))
    return tcn_command_failed (*error);
  feeds = tcn_text_counted (outlines->len, "feed");
  g_message ("%u of %s added to %s", n_added, feeds, file->path);
  if (n_added > 0)
    tcn_session_tell_running (invocation, file->config);
  return invocation->is_quiet || tcn_command_print (out, error)
             ? 0
             : tcn_command_failed (*error);
}

static int
run_import (TcnInvocation *invocation)
{
  g_auto (GStrv) rest = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!tcn_command_parse (invocation, NULL, &rest, &status))
    return status;
  if (*rest == NULL)
    return tcn_command_misused (invocation, "no FILE");
  if (rest[1] != NULL)
    return tcn_command_misused (invocation, "unexpected argument “%s”", rest[1]);
  return import (invocation, *rest, &error);
}

const TcnCommand tcn_command_import = {
  .name = "import",
  .arguments = "FILE",
  .summary = "Append the feeds of an OPML file to the configuration",
  .description =
      "FILE may be '-' for standard input. What is in the configuration stays as it "
      "is, comments\nincluded; feeds that are there already are left out. Prints "
      "the name and the URL of each\nfeed that was added.",
  .run = run_import,
};
