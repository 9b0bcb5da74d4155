/* SPDX-License-Identifier: MIT */
/* Authors: names and e-mail addresses in every order and bracket. */
#include <string.h>

#include "base/append.h"
#include "feed/reader.h"
#include "tocsin/limits.h"

#define MAX_AUTHORS_BYTES                                                                \
  (2 * TCN_MAX_TITLE_BYTES)       /* joined: each is looked for in them, */
#define MAX_AUTHORS 500           /* and in so many; a name with a comma counts as two */
#define SIGNS "@:;,\"'()<>[]\t\n" /* in what is more than a name */
#define MAX_BRACKETS 8            /* within each other, in a name */
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

/* The length of the e-mail address that `text` begins with, 0 if with none. A host without
 * a dot is one within a network. */
static gsize
address_length (const char *text)
{
  gsize local = 0;
  gsize n;

  while (text[local] != '\0' && is_address_char (text[local]))
    local++;
  if (local == 0 || text[local] != '@')
    return 0;
  n = local + 1;
  while (g_ascii_isalnum (text[n]) || text[n] == '.' || text[n] == '-')
    n++;
  while (text[n - 1] == '.' || text[n - 1] == '-')
    n--;
  return n > local + 1 ? n : 0;
}

static gsize
scheme_length (const char *text, const char *const *schemes)
{
  for (; *schemes != NULL; schemes++)
    if (g_ascii_strncasecmp (text, *schemes, strlen (*schemes)) == 0)
      return strlen (*schemes);
  return 0;
}

/* What of `text` is part of no name: the length of the address of a page or of e-mail that it
 * begins with, 0 for neither. The first of e-mail is set. */
static gsize
contact_length (const char *text, char **email)
{
  static const char *const mail[] = { "mailto:", NULL };
  static const char *const page[] = { "http://", "https://", NULL };
  gsize scheme = scheme_length (text, mail);
  gsize n = address_length (text + scheme);

  if (n > 0) {
    if (*email == NULL)
      *email = g_strndup (text + scheme, n);
    n += scheme;
    return text[n] == '?' ? n + strcspn (text + n, " \t<>()[]") : n; /* ?subject=... */
  }
  return scheme_length (text, page) > 0 ? strcspn (text, " \t<>()[]") : 0;
}

static gboolean
is_empty_bracket (const char *text)
{
  static const char *const pairs[] = { "()", "<>", "[]" };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (g_str_has_prefix (text, pairs[i]))
      return TRUE;
  return FALSE;
}

/* Takes brackets out that an address has left empty, and blanks that this has doubled. */
static void
drop_gaps (char *name)
{
  char *to = name;

  for (const char *from = name; *from != '\0';) {
    if (is_empty_bracket (from)) {
      from += 2;
    } else if (*from == ' ' && (to == name || to[-1] == ' ')) {
      from++;
    } else {
      *to++ = *from++;
    }
  }
  *to = '\0';
}

/* The bracket that closes the one which s begins with, or NULL: also where so many are open
 * that somebody is after our time. */
static const char *
find_closing (const char *s, gsize n, char close)
{
  guint depth = 0;

  for (gsize i = 0; i < n && depth <= MAX_BRACKETS; i++) {
    depth += s[i] == *s ? 1 : 0;
    if (s[i] == close && --depth == 0)
      return s + i;
  }
  return NULL;
}

static gboolean
is_edge (char c, gboolean is_cut)
{
  return strchr (is_cut ? " \t\n\"',;:-|/" : " \t\n\"',;:", c) != NULL;
}

/* Takes a character, or a pair of brackets, off the ends of a name. FALSE if nothing there is
 * to go: "John (Sales)" keeps its bracket, and so does "John ;)" where no address was cut
 * out. */
static gboolean
trim_once (const char **name, gsize *n, gboolean is_cut)
{
  static const char open[] = "(<[";
  static const char close[] = ")>]";
  const char *s = *name;
  const char *opening, *closing, *end;

  if (*n == 0)
    return FALSE;
  opening = strchr (open, s[0]);
  closing = strchr (close, s[*n - 1]);
  end = opening != NULL ? find_closing (s, *n, close[opening - open]) : NULL;
  if (is_edge (s[0], is_cut) || (opening != NULL && end == NULL)) {
    *name = s + 1;
    *n -= 1;
  } else if (is_edge (s[*n - 1], is_cut) ||
             (is_cut && closing != NULL &&
              memchr (s, open[closing - close], *n) == NULL)) {
    *n -= 1;
  } else if (end != NULL && end == s + *n - 1) {
    *name = s + 1;
    *n -= 2;
  } else {
    return FALSE;
  }
  return TRUE;
}

/* What is left of a name when brackets, quotes and blanks around it are gone. (transfer full)
 * (nullable) */
static char *
trim_name (const char *name, gboolean is_cut)
{
  gsize n = strlen (name);

  while (trim_once (&name, &n, is_cut))
    ;
  return n > 0 ? g_strndup (name, n) : NULL;
}

void
tcn_person_parse (const char *text, TcnPerson *out)
{
  g_autoptr (GString) rest = NULL;

  if (text[strcspn (text, SIGNS)] == '\0') { /* most are a name and nothing else */
    out->name = g_strdup (text);
    return;
  }
  rest = g_string_new (NULL);
  for (const char *p = text; *p != '\0';) {
    /* An address begins where none could go on. */
    gboolean is_start = p == text || !is_address_char (p[-1]);
    gsize n = is_start ? contact_length (p, &out->email) : 0;

    if (n == 0)
      g_string_append_c (rest, *p++);
    p += n;
  }
  drop_gaps (rest->str);
  out->name = trim_name (rest->str, out->email != NULL);
  if (out->name == NULL && out->email == NULL &&
      *text != '\0') /* nothing but the address of a page */
    out->name = g_strdup (text);
}

/* Where the name behind the next ", " begins; NULL if there is none. */
static const char *
next_name (const char *p, const char *end)
{
  for (p = memchr (p, ',', (gsize) (end - p)); p != NULL;
       p = memchr (p + 1, ',', (gsize) (end - p) - 1))
    if (p[1] == ' ')
      return p + 2;
  return NULL;
}

/* Is there nothing to add, as `name` is one of those that are joined already, or as they are
 * too many? */
static gboolean
is_listed (const GString *authors, const char *name, gsize n)
{
  const char *p = authors->str;
  const char *end = p + authors->len;

  for (guint i = 0; i < MAX_AUTHORS && p != NULL; i++) {
    if ((gsize) (end - p) >= n && memcmp (p, name, n) == 0 &&
        (p[n] == '\0' || p[n] == ','))
      return TRUE;
    p = next_name (p, end);
  }
  return p != NULL;
}

void
tcn_author_add (GString *authors, guint8 *rank, const TcnPerson *person, guint8 own_rank)
{
  const char *name = person->name != NULL ? person->name : person->email;
  gboolean is_same = *rank == own_rank || *rank == own_rank + NO_NAME_RANK;
  guint8 effective =
      is_same ? *rank : (guint8) (own_rank + (person->name != NULL ? 0 : NO_NAME_RANK));
  gsize n;

  if (name == NULL || effective > *rank)
    return;
  if (effective < *rank)
    tcn_empty (authors);
  *rank = effective;
  n = strlen (name);
  if (authors->len + n > MAX_AUTHORS_BYTES || is_listed (authors, name, n))
    return;
  if (authors->len > 0)
    tcn_append_literal (authors, ", ");
  tcn_append (authors, name, n);
}
