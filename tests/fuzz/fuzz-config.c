/* SPDX-License-Identifier: MIT */
/* A configuration, and (behind a line "%%") a list that it may name "list", an OPML file
 * "opml", a query file "queries" and a secret "secret": all four are those bytes. What loads
 * must print, load again, and print the same. */
#include "fuzz.h"

#include "../lib/load.h"

static GBytes *other;

static GBytes *
read_other (const char *path, gboolean *out_is_public, gpointer data, GError **error)
{
  *out_is_public = TRUE;
  return g_bytes_ref (other);
}

static const char *
get_variable (const char *name, gpointer data)
{
  return name[0] == 'N' ? NULL : "/value";
}

static TcnConfig *
load_once (const char *text, gsize size, GPtrArray *faults)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);
  const TcnLoader loader = { read_other, get_variable, NULL, "/srv" };

  return tcn_config_load_bytes ("x.conf", bytes, &loader, load_sink_types, faults);
}

static GPtrArray *
create_faults (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
}

/* Secrets are not printed, so that what holds some does not load again. */
static void
check_print (const TcnConfig *config)
{
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);
  g_autoptr (GPtrArray) faults = create_faults ();
  g_autoptr (TcnConfig) again = NULL;

  tcn_config_print (first, config);
  g_assert_true (g_utf8_validate (first->str, (gssize) first->len, NULL));
  if (strstr (first->str, "***") != NULL || strchr (first->str, '$') != NULL)
    return;
  again = load_once (first->str, first->len, faults);
  g_assert_nonnull (again);
  tcn_config_print (second, again);
  g_assert_cmpstr (first->str, ==, second->str);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  const char *mark = size > 0 ? memmem (text, size, "\n%%\n", 4) : NULL;
  gsize main_size = mark != NULL ? (gsize) (mark - text) : size;
  g_autoptr (GPtrArray) faults = create_faults ();
  g_autoptr (GString) printed = g_string_new (NULL);
  g_autoptr (TcnConfig) config = NULL;

  other =
      mark != NULL ? g_bytes_new (mark + 4, size - main_size - 4) : g_bytes_new ("", 0);
  config = load_once (text, main_size, faults);
  for (guint i = 0; i < faults->len; i++)
    tcn_config_fault_print (printed, faults->pdata[i]);
  g_assert_true (g_utf8_validate (printed->str, (gssize) printed->len, NULL));
  if (config != NULL)
    check_print (config);
  g_bytes_unref (other);
  return 0;
}
