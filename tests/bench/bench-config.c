/* SPDX-License-Identifier: MIT */
/*
 * bench-config [FEEDS] [RULES]: how long it takes to load a configuration whose feeds stand
 * in a list and whose rules each choose some of them; queries are compiled, names and tags
 * looked up. Default: 10,000 and 100,000. The time of a load must grow with the sum of both,
 * not with their product.
 */
#include "../lib/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 3

static char *
make_list (guint n_feeds)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < n_feeds; i++)
    g_string_append_printf (list, "https://host%u.example/feed.xml tag%u\n", i, i % 100);
  return g_string_free (list, FALSE);
}

static char *
make_rules (guint n_rules, guint n_feeds)
{
  GString *text = g_string_new ("[feeds]\nlist = list\n");

  for (guint i = 0; i < n_rules; i++)
    g_string_append_printf (text,
                            "[rule r%u]\nquery = name%u OR \"patrol of unit%u\"\n"
                            "feeds = tag:tag%u; host%u.example/feed.xml\n",
                            i, i, i, i % MIN (n_feeds, 100), i % n_feeds);
  return g_string_free (text, FALSE);
}

/* The best of some rounds, in milliseconds of processor time. */
static double
measure (const LoadWorld *world, const char *text)
{
  clock_t best = G_MAXLONG;

  for (int round = 0; round < ROUNDS; round++) {
    clock_t begin = clock ();
    Load load = load_text_in (world, text);

    best = MIN (best, clock () - begin);
    g_assert_nonnull (load.config);
    load_clear (&load);
  }
  return (double) best * 1000 / CLOCKS_PER_SEC;
}

int
main (int argc, char **argv)
{
  guint n_feeds = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 10000;
  guint n_rules = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 100000;
  g_autofree char *list = make_list (n_feeds);
  const LoadFile files[] = { { "/etc/t/list", list, FALSE }, { NULL, NULL, FALSE } };
  const LoadWorld world = { files, NULL };

  for (guint part = 10; part > 0; part = part == 10 ? 1 : 0) {
    g_autofree char *text = make_rules (n_rules / part, n_feeds);

    printf ("%6u feeds, %6u rules: %8.1f ms of CPU\n", n_feeds, n_rules / part,
            measure (&world, text));
  }
  return EXIT_SUCCESS;
}
