/* SPDX-License-Identifier: MIT */
#include "net/netrc.h"

#include <string.h>

#define BLANKS " \t\r\n"

typedef struct {
  const char *at;
  GHashTable *logins;
  char *host; /* of the entry; NULL outside of any, and in that of everybody */
  char *user;
  char *password;
} Reader;

/* --- words --- */

static char
unescape (char c)
{
  switch (c) {
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  default:
    return c;
  }
}

static char *
take_quoted (Reader *reader)
{
  GString *word = g_string_new ("");
  const char *at = reader->at + 1;

  for (; *at != '\0' && *at != '"'; at++) {
    if (*at == '\\' && at[1] != '\0')
      g_string_append_c (word, unescape (*++at));
    else
      g_string_append_c (word, *at);
  }
  reader->at = *at == '"' ? at + 1 : at;
  return g_string_free (word, FALSE);
}

/* The next one, wherever its line; NULL at the end. */
static char *
take_word (Reader *reader)
{
  const char *word;

  reader->at += strspn (reader->at, BLANKS);
  word = reader->at;
  if (*word == '\0')
    return NULL;
  if (*word == '"')
    return take_quoted (reader);
  reader->at += strcspn (word, BLANKS);
  return g_strndup (word, (gsize) (reader->at - word));
}

static void
take_value (Reader *reader, char **out_value)
{
  g_free (*out_value);
  *out_value = take_word (reader);
}

static void
skip_line (Reader *reader)
{
  reader->at += strcspn (reader->at, "\n");
}

/* Up to a blank line. */
static void
skip_macro (Reader *reader)
{
  do {
    skip_line (reader);
    if (*reader->at == '\n')
      reader->at++;
  } while (*reader->at != '\0' && reader->at[strspn (reader->at, " \t\r")] != '\n');
}

/* --- entries --- */

static void
free_login (gpointer data)
{
  TcnLogin *login = data;

  g_free (login->user);
  g_free (login->password);
  g_free (login);
}

static void
end_entry (Reader *reader)
{
  if (reader->host != NULL && reader->user != NULL &&
      !g_hash_table_contains (reader->logins, reader->host)) {
    TcnLogin *login = g_new0 (TcnLogin, 1);

    login->user = g_steal_pointer (&reader->user);
    login->password =
        reader->password != NULL ? g_steal_pointer (&reader->password) : g_strdup ("");
    g_hash_table_insert (reader->logins, g_ascii_strdown (reader->host, -1), login);
  }
  g_clear_pointer (&reader->host, g_free);
  g_clear_pointer (&reader->user, g_free);
  g_clear_pointer (&reader->password, g_free);
}

static gboolean
is_keyword (const char *word, const char *keyword)
{
  return g_ascii_strcasecmp (word, keyword) == 0;
}

static void
read_entry_word (Reader *reader, const char *word)
{
  g_autofree char *ignored = NULL;

  if (word[0] == '#')
    skip_line (reader);
  else if (is_keyword (word, "macdef"))
    skip_macro (reader);
  else if (is_keyword (word, "machine")) {
    end_entry (reader);
    take_value (reader, &reader->host);
  } else if (is_keyword (word, "default"))
    end_entry (reader);
  else if (is_keyword (word, "login"))
    take_value (reader, &reader->user);
  else if (is_keyword (word, "password"))
    take_value (reader, &reader->password);
  else if (is_keyword (word, "account"))
    take_value (reader, &ignored);
}

GHashTable *
tcn_netrc_parse (const char *text)
{
  Reader reader = { .at = text };

  reader.logins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_login);
  for (;;) {
    g_autofree char *word = take_word (&reader);

    if (word == NULL)
      break;
    read_entry_word (&reader, word);
  }
  end_entry (&reader);
  if (g_hash_table_size (reader.logins) == 0)
    g_clear_pointer (&reader.logins, g_hash_table_unref);
  return reader.logins;
}

GHashTable *
tcn_netrc_read (void)
{
  const char *home = g_getenv ("HOME");
  g_autofree char *path =
      g_build_filename (home != NULL ? home : g_get_home_dir (), ".netrc", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? tcn_netrc_parse (text) : NULL;
}
