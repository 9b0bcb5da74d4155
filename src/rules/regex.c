/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions: compiling with faults in the right place, and the literal that lets
 * the index try a pattern only where it can match.
 */
#include "rules/leaf.h"

#include <string.h>

#include "rules/lexer.h"
#include "rules/words.h"

#define MIN_LITERAL 3

/* --- the required literal --------------------------------------------------------------- */

typedef struct {
  const char *p;
  gboolean ignore_case;
  gboolean has_failed; /* nothing can be proved of this pattern */
  GString *run;
  GString *best;
} Scan;

static void
end_run (Scan *scan)
{
  if (scan->run->len > scan->best->len)
    g_string_assign (scan->best, scan->run->str);
  g_string_truncate (scan->run, 0);
}

/* Skips a [class], which may begin with ] and contain [:names:]. */
static void
skip_class (Scan *scan)
{
  const char *p = scan->p + 1;

  if (*p == '^')
    p++;
  if (*p == ']')
    p++;
  while (*p != '\0' && *p != ']') {
    if (*p == '\\' && p[1] != '\0') {
      /* \Q inside of a class is nothing that this scan wants to understand. */
      scan->has_failed |= p[1] == 'Q' || p[1] == 'E';
      p++;
    } else if (*p == '[' && strchr (":.=", p[1]) != NULL && p[1] != '\0') {
      const char closing[] = { p[1], ']', '\0' };
      const char *close = strstr (p + 2, closing);

      if (close != NULL)
        p = close + 1;
    }
    p++;
  }
  scan->p = *p == '\0' ? p : p + 1;
}

/* Skips a (group), whatever it holds; options set inside may reach beyond it. */
static void
skip_group (Scan *scan)
{
  guint depth = 0;

  do {
    if (*scan->p == '\\' && scan->p[1] != '\0') {
      scan->has_failed |= scan->p[1] == 'Q';
      scan->p += 2;
    } else if (*scan->p == '[') {
      skip_class (scan);
    } else {
      if (*scan->p == '(') {
        depth++;
        scan->has_failed |=
            scan->p[1] == '*' ||
            (scan->p[1] == '?' && strchr (":=!<>|P'", scan->p[2]) == NULL);
      } else if (*scan->p == ')') {
        depth--;
      }
      scan->p++;
    }
  } while (depth > 0 && *scan->p != '\0' && !scan->has_failed);
}

/* Reads a quantifier; returns the least number of repetitions, 1 when there is none, and
 * tells whether one was there. */
static guint
read_quantifier (Scan *scan, gboolean *out_found)
{
  guint least = 1;

  *out_found = TRUE;
  switch (*scan->p) {
  case '?':
  case '*':
    least = 0;
    scan->p++;
    break;
  case '+':
    scan->p++;
    break;
  case '{': {
    gsize n = strspn (scan->p + 1, "0123456789,");

    /* A brace that is no quantifier is a literal: leave such patterns alone. */
    scan->has_failed |= scan->p[1 + n] != '}';
    scan->p += scan->has_failed ? 1 : n + 2;
    least = 0;
    break;
  }
  default:
    *out_found = FALSE;
    return 1;
  }
  if (*scan->p == '?' || *scan->p == '+')
    scan->p++;
  return least;
}

/* Whether caseless matching keeps the character to its two ASCII cases, or to itself. k and
 * s also equal the Kelvin sign and the long s. */
static gboolean
keeps_to_ascii (const char *c, gsize n)
{
  return n == 1 && strchr ("kKsS", *c) == NULL;
}

static void
take_char (Scan *scan, const char *c, gsize n)
{
  gsize before = scan->run->len;
  gboolean has_quantifier;
  guint least;

  if (scan->ignore_case && !keeps_to_ascii (c, n)) {
    end_run (scan);
    read_quantifier (scan, &has_quantifier);
    return;
  }
  for (gsize i = 0; i < n; i++)
    g_string_append_c (scan->run, g_ascii_tolower (c[i]));
  least = read_quantifier (scan, &has_quantifier);
  if (least == 0)
    g_string_truncate (scan->run, before);
  if (has_quantifier)
    end_run (scan);
}

static void
take_escape (Scan *scan)
{
  const char *c = scan->p + 1;
  gboolean has_quantifier;

  if (*c == '\0') {
    scan->p++;
    return;
  }
  if (g_ascii_ispunct (*c)) {
    scan->p += 2;
    take_char (scan, c, 1);
    return;
  }
  /* Simple classes and assertions end a run; anything with arguments ends the proof. */
  if (strchr ("dDwWsShHvVNRbBAzZX", *c) == NULL) {
    scan->has_failed = TRUE;
    return;
  }
  end_run (scan);
  scan->p += 2;
  read_quantifier (scan, &has_quantifier);
}

static void
take_one (Scan *scan)
{
  gboolean has_quantifier;

  switch (*scan->p) {
  case '\\':
    take_escape (scan);
    break;
  case '|':
    scan->has_failed = TRUE;
    break;
  case '(':
    end_run (scan);
    skip_group (scan);
    read_quantifier (scan, &has_quantifier);
    break;
  case '[':
    end_run (scan);
    skip_class (scan);
    read_quantifier (scan, &has_quantifier);
    break;
  case '.':
  case '^':
  case '$':
  case '{':
  case '}':
    end_run (scan);
    scan->p++;
    read_quantifier (scan, &has_quantifier);
    break;
  default: {
    const char *c = scan->p;

    scan->p = g_utf8_next_char (c);
    take_char (scan, c, (gsize) (scan->p - c));
  }
  }
}

char *
tcn_regex_literal (const char *pattern, gboolean ignore_case)
{
  g_autoptr (GString) run = g_string_new (NULL);
  g_autoptr (GString) best = g_string_new (NULL);
  Scan scan = { .p = pattern, .ignore_case = ignore_case, .run = run, .best = best };

  while (*scan.p != '\0' && !scan.has_failed)
    take_one (&scan);
  end_run (&scan);
  if (scan.has_failed || best->len < MIN_LITERAL)
    return NULL;
  return g_strdup (best->str);
}

/* --- compiling -------------------------------------------------------------------------- */

static TcnNode *
refuse (TcnLeafReader *reader, gsize start, gsize end, gsize at, char *message,
        char *remedy)
{
  gsize from = CLAMP (start + at, start, end);

  /* PCRE2 often points behind the last character, where the slash stands. */
  tcn_fault_add (reader->faults, from, from + 1, message, remedy);
  return tcn_node_new (TCN_NODE_FAULTY, start, end);
}

static pcre2_code *
compile (const char *pattern, gboolean ignore_case, int *out_error, gsize *out_offset)
{
  guint32 options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;
  pcre2_code *code;

  if (ignore_case)
    options |= PCRE2_CASELESS;
  code = pcre2_compile ((PCRE2_SPTR) pattern, PCRE2_ZERO_TERMINATED, options, out_error,
                        out_offset, NULL);
  if (code != NULL)
    pcre2_jit_compile (code, PCRE2_JIT_COMPLETE); /* without JIT it only runs slower */
  return code;
}

/* Whether a match may be of nothing: all of it, or what follows a \K, which PCRE2 leaves
 * out of account. */
static gboolean
may_match_nothing (const pcre2_code *code, const char *pattern, gboolean ignore_case)
{
  guint32 may_be_empty = 0;
  const char *rest = NULL;
  pcre2_code *rest_code;
  int error;
  gsize offset;

  pcre2_pattern_info (code, PCRE2_INFO_MATCHEMPTY, &may_be_empty);
  for (const char *p = strchr (pattern, '\\'); p != NULL && p[1] != '\0';
       p = strchr (p + 2, '\\'))
    if (p[1] == 'K')
      rest = p + 2;
  if (may_be_empty != 0 || rest == NULL)
    return may_be_empty != 0;
  rest_code = compile (rest, ignore_case, &error, &offset);
  if (rest_code == NULL)
    return FALSE;
  pcre2_pattern_info (rest_code, PCRE2_INFO_MATCHEMPTY, &may_be_empty);
  pcre2_code_free (rest_code);
  return may_be_empty != 0;
}

TcnNode *
tcn_leaf_regex (TcnLeafReader *reader, gsize start, gsize end, gboolean ignore_case)
{
  g_autoptr (TcnNode) node = tcn_node_new (TCN_NODE_REGEX, start, end);
  g_autoptr (GString) pattern = g_string_new (NULL);
  int error = 0;
  gsize offset = 0;

  /* Texts are searched in composed form, so the pattern is composed, too. */
  tcn_text_composed (pattern, NULL, reader->text + start, end - start);
  node->regex = compile (pattern->str, ignore_case, &error, &offset);
  if (node->regex == NULL) {
    guchar message[256] = "";

    pcre2_get_error_message (error, message, sizeof message);
    return refuse (reader, start, end, offset,
                   g_strdup_printf ("regular expression: %s", (char *) message), NULL);
  }
  if (may_match_nothing (node->regex, pattern->str, ignore_case))
    return refuse (reader, start, end, 0,
                   g_strdup ("this regular expression can match nothing at all"),
                   g_strdup ("require at least one character: + instead of *"));
  reader->n_words++;
  node->ignore_case = ignore_case;
  node->needle = g_strdup (pattern->str);
  node->literal = tcn_regex_literal (pattern->str, ignore_case);
  node->first_field = reader->first_field;
  node->last_field = reader->last_field;
  if (node->literal == NULL)
    tcn_fault_warn (
        reader->faults, start, end,
        g_strdup ("no three letters in a row are certain to be in a match: this "
                  "regular expression is tried on every item"),
        NULL);
  return g_steal_pointer (&node);
}
