/* SPDX-License-Identifier: MIT */
/* Authors: names and e-mail addresses in every order and bracket. */
#include <string.h>

#include "feed/reader.h"
#include "tocsin/limits.h"

#define MAX_AUTHORS_BYTES                                                                \
  (2 * TCN_MAX_TITLE_BYTES) /* joined: each is looked for in them */
#define NO_NAME_RANK 10 /* the address of one element is worth less than another's name */

void
tcn_person_clear (TcnPerson *person)
{
  g_clear_pointer (&person->name, g_free);
  g_clear_pointer (&person->email, g_free);
}

static gboolean
is_address_char (char c)
{
  return g_ascii_isalnum (c) || strchr ("._%+-", c) != NULL;
}

/* The address around the "@" at `at`: sets its borders; FALSE if it is none. */
static gboolean
find_address (const char *text, const char *at, const char **out_start,
              const char **out_end)
{
  const char *start = at;
  const char *end = at + 1;

  while (start > text && start[-1] != '\0' && is_address_char (start[-1]))
    start--;
  while (*end != '\0' && is_address_char (*end) && *end != '%' && *end != '+')
    end++;
  while (end > at + 1 && (end[-1] == '.' || end[-1] == '-'))
    end--;
  *out_start = start;
  *out_end = end;
  return start < at && memchr (at, '.', (gsize) (end - at)) != NULL;
}

/* Takes brackets out that an address has left empty. */
static void
drop_empty_brackets (char *name)
{
  static const char *const pairs[] = { "()", "<>", "[]" };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    char *found = strstr (name, pairs[i]);

    if (found != NULL)
      memmove (found, found + 2, strlen (found + 2) + 1);
  }
}

/* What is left of a name when brackets, quotes and blanks around it are gone. */
static char *
trim_name (char *name)
{
  static const char edge[] = " \t\n\"'<>()[],;:";
  gsize n;

  drop_empty_brackets (name);
  name += strspn (name, edge);
  n = strlen (name);
  while (n > 0 && strchr (edge, name[n - 1]) != NULL) {
    /* "John (Sales)" keeps its bracket. */
    if (name[n - 1] == ')' && memchr (name, '(', n) != NULL)
      break;
    n--;
  }
  name[n] = '\0';
  return name;
}

void
tcn_person_parse (const char *text, TcnPerson *out)
{
  const char *at = strchr (text, '@');
  const char *start, *end;
  g_autofree char *rest = NULL;
  char *name;

  if (at != NULL && find_address (text, at, &start, &end)) {
    gsize before = (gsize) (start - text);

    out->email = g_strndup (start, (gsize) (end - start));
    if (before >= 7 && g_ascii_strncasecmp (start - 7, "mailto:", 7) == 0)
      before -= 7;
    if (*end == '?') /* "?subject=..." of a mail link */
      end += strcspn (end, " \t<>()");
    rest = g_strdup_printf ("%.*s%s", (int) before, text, end);
  } else {
    rest = g_strdup (text);
  }
  name = trim_name (rest);
  if (*name != '\0')
    out->name = g_strdup (name);
}

/* Is `name` one of those that are already joined? */
static gboolean
is_listed (const GString *authors, const char *name)
{
  const char *found = strstr (authors->str, name);
  gsize n = strlen (name);

  for (; found != NULL; found = strstr (found + 1, name))
    if ((found == authors->str || found[-1] == ' ') &&
        (found[n] == '\0' || found[n] == ','))
      return TRUE;
  return FALSE;
}

void
tcn_author_add (GString *authors, guint8 *rank, const TcnPerson *person, guint8 own_rank)
{
  const char *name = person->name != NULL ? person->name : person->email;
  gboolean is_same = *rank == own_rank || *rank == own_rank + NO_NAME_RANK;
  guint8 effective =
      is_same ? *rank : (guint8) (own_rank + (person->name != NULL ? 0 : NO_NAME_RANK));

  if (name == NULL || effective > *rank)
    return;
  if (effective < *rank)
    g_string_truncate (authors, 0);
  *rank = effective;
  if (authors->len + strlen (name) > MAX_AUTHORS_BYTES || is_listed (authors, name))
    return;
  if (authors->len > 0)
    g_string_append (authors, ", ");
  g_string_append (authors, name);
}
