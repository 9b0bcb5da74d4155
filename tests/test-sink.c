/* SPDX-License-Identifier: MIT */
#include "tocsin/sink.h"

#include <gio/gio.h>
#include <string.h>

static GBytes *
read_nothing (const char *path, gboolean *out_is_public, gpointer data, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such file");
  return NULL;
}

static const char *
get_nothing (const char *name, gpointer data)
{
  return NULL;
}

static TcnConfig *
load (const char *text, GPtrArray *faults)
{
  const TcnLoader loader = { .read_file = read_nothing,
                             .get_variable = get_nothing,
                             .current_dir = "/" };
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autofree TcnKeyGroup *types = tcn_sink_key_groups ();

  return tcn_config_load_bytes ("/tocsin.conf", bytes, &loader, types, faults);
}

static void
test_sink_classes_are_whole (void)
{
  for (const TcnSinkClass *const *row = tcn_sink_classes (); *row != NULL; row++) {
    const TcnSinkClass *class = *row;

    g_assert_true (tcn_sink_find_class (class->keys.name) == class);
    g_assert_nonnull (class->summary);
    g_assert_nonnull (class->open);
    g_assert_nonnull (class->deliver);
    g_assert_nonnull (class->close);
    g_assert_null (class->keys.missing);
    for (gsize i = 0; i < class->keys.n_keys; i++)
      g_assert_nonnull (class->keys.keys[i].help);
  }
  g_assert_null (tcn_sink_find_class ("carrier-pigeon"));
}

static void
test_sink_types_are_known_to_the_configuration (void)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  g_autoptr (TcnConfig) config = load ("[sink a]\ntype = stdout\nformat = tsv\n", faults);

  g_assert_nonnull (config);
  g_assert_cmpuint (config->sinks->len, ==, 1);
  g_assert_cmpint (tcn_sink_config_number (config->sinks->pdata[0], "format"), ==,
                   TCN_FORMAT_TSV);
}

/* Without libnotify the type is not unknown: the reason is said. */
static void
test_sink_desktop_is_there_or_refused_with_the_reason (void)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  g_autoptr (TcnConfig) config = load ("[sink a]\ntype = desktop\n", faults);

#ifdef HAVE_LIBNOTIFY
  g_assert_nonnull (config);
#else
  const TcnConfigFault *fault = NULL;

  g_assert_null (config);
  g_assert_cmpuint (faults->len, ==, 1);
  fault = faults->pdata[0];
  g_assert_cmpuint (fault->line, ==, 2);
  g_assert_nonnull (strstr (fault->message, "built without libnotify"));
#endif
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sink/classes-are-whole", test_sink_classes_are_whole);
  g_test_add_func ("/sink/types-are-known-to-the-configuration",
                   test_sink_types_are_known_to_the_configuration);
  g_test_add_func ("/sink/desktop-is-there-or-refused-with-the-reason",
                   test_sink_desktop_is_there_or_refused_with_the_reason);
  return g_test_run ();
}
