/* SPDX-License-Identifier: MIT */
/*
 * scan-literals RULES ITEMS: what Vectorscan (or Hyperscan) makes of the rules as plain strings,
 * each line of ITEMS for itself, upper and lower case of ASCII alike. Built by
 * bench-archive.sh where the library is installed; tocsin does not need it.
 */
#include <glib.h>
#include <hs.h>
#include <string.h>
#include <time.h>

static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static int
count_hit (unsigned int id, unsigned long long from, unsigned long long to,
           unsigned int flags, void *data)
{
  ++*(guint64 *) data;
  return 0;
}

static hs_database_t *
compile (char **rules)
{
  guint n = g_strv_length (rules);
  g_autofree unsigned *flags = g_new (unsigned, n);
  g_autofree unsigned *ids = g_new (unsigned, n);
  g_autofree size_t *lengths = g_new (size_t, n);
  hs_database_t *database = NULL;
  hs_compile_error_t *error = NULL;

  for (guint i = 0; i < n; i++) {
    flags[i] = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH;
    ids[i] = i;
    lengths[i] = strlen (rules[i]);
  }
  if (hs_compile_lit_multi ((const char *const *) rules, flags, ids, lengths, n,
                            HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS)
    g_error ("%s", error->message);
  return database;
}

int
main (int argc, char **argv)
{
  g_autofree char *rules_text = NULL;
  g_autofree char *items_text = NULL;
  g_auto (GStrv) rules = NULL;
  g_auto (GStrv) items = NULL;
  g_autoptr (GError) error = NULL;
  hs_scratch_t *scratch = NULL;
  hs_database_t *database;
  double start = cpu_seconds ();
  double compiled;
  guint64 n_hits = 0;

  if (argc != 3 || !g_file_get_contents (argv[1], &rules_text, NULL, &error) ||
      !g_file_get_contents (argv[2], &items_text, NULL, &error))
    g_error ("%s", error != NULL ? error->message : "usage: scan-literals RULES ITEMS");
  rules = g_strsplit (g_strchomp (rules_text), "\n", -1);
  items = g_strsplit (g_strchomp (items_text), "\n", -1);
  database = compile (rules);
  if (hs_alloc_scratch (database, &scratch) != HS_SUCCESS)
    g_error ("no scratch space");
  compiled = cpu_seconds ();
  for (char **item = items; *item != NULL; item++)
    hs_scan (database, *item, (unsigned) strlen (*item), 0, scratch, count_hit, &n_hits);
  g_print (
      "Vectorscan, %u literals: compiled in %.2f s, %.2f us an item, %" G_GUINT64_FORMAT
      " found\n",
      g_strv_length (rules), compiled - start,
      (cpu_seconds () - compiled) / g_strv_length (items) * 1e6, n_hits);
  hs_free_scratch (scratch);
  hs_free_database (database);
  return 0;
}
