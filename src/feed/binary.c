/* SPDX-License-Identifier: MIT */
#include "tocsin/binary.h"

#include <string.h>

/* No text begins like this, in whatever charset. */
static const struct {
  gsize offset;
  const char *bytes;
  gsize n;
  const char *what;
  const char
      *unpack; /* writes to standard output what is in it; NULL: nothing to unpack */
} kinds[] = {
  { 0, "\x1f\x8b\x08", 3, "gzip", "zcat FILE" },
  { 4, "1AY&SY", 6, "bzip2", "bzcat FILE" },
  { 0,
    "\xfd"
    "7zXZ",
    6, "xz", "xzcat FILE" },
  { 0, "\x28\xb5\x2f\xfd", 4, "zstd", "zstdcat FILE" },
  { 0, "PK\x03\x04", 4, "zip", "unzip -p FILE" },
  { 0, "%PDF-", 5, "a PDF", NULL },
  { 0, "\x89PNG\r\n", 6, "a picture (PNG)", NULL },
  { 0, "GIF87a", 6, "a picture (GIF)", NULL },
  { 0, "GIF89a", 6, "a picture (GIF)", NULL },
  { 0, "\xff\xd8\xff", 3, "a picture (JPEG)", NULL },
  { 0,
    "\x7f"
    "ELF",
    4, "a program (ELF)", NULL },
};

char *
tcn_binary_describe (const char *bytes, gsize n, const char *command)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (n < kinds[i].offset + kinds[i].n ||
        memcmp (bytes + kinds[i].offset, kinds[i].bytes, kinds[i].n) != 0)
      continue;
    if (kinds[i].unpack == NULL)
      return g_strdup_printf ("%s, neither a feed nor text", kinds[i].what);
    return g_strdup_printf ("compressed (%s): unpack it first, as in %s | tocsin %s",
                            kinds[i].what, kinds[i].unpack, command);
  }
  return NULL;
}
