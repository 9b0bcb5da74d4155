/* SPDX-License-Identifier: MIT */
#include "net/netrc.h"

#include <string.h>

static char *
read_netrc (void)
{
  const char *home = g_getenv ("HOME");
  g_autofree char *path =
      g_build_filename (home != NULL ? home : g_get_home_dir (), ".netrc", NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

GHashTable *
tcn_netrc_hosts (void)
{
  g_autofree char *text = read_netrc ();
  g_auto (GStrv) words = text != NULL ? g_strsplit_set (text, " \t\r\n", -1) : NULL;
  GHashTable *hosts = NULL;
  gboolean is_host = FALSE;

  for (guint i = 0; words != NULL && words[i] != NULL; i++) {
    if (words[i][0] == '\0')
      continue;
    if (is_host && hosts == NULL)
      hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    if (is_host)
      g_hash_table_add (hosts, g_ascii_strdown (words[i], -1));
    is_host = !is_host && strcmp (words[i], "machine") == 0;
  }
  return hosts;
}
