/* SPDX-License-Identifier: MIT */
/*
 * Stands in for libFuzzer where the build has none: runs a fuzz target once over each file
 * that is named, so that every `make check` compiles the targets and replays their seeds.
 */
#include "fuzz.h"

#include <glib.h>

#include <stdio.h>
#include <stdlib.h>

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *bytes = NULL;
    gsize n = 0;

    if (!g_file_get_contents (argv[i], &bytes, &n, &error)) {
      fprintf (stderr, "%s\n", error->message);
      return EXIT_FAILURE;
    }
    LLVMFuzzerTestOneInput ((const uint8_t *) bytes, n);
  }
  return EXIT_SUCCESS;
}
