/* SPDX-License-Identifier: MIT */
#include "rules/signs.h"

#include <string.h>

#include "rules/chars.h"
#include "rules/lexer.h"
#include "rules/words.h"

/* What other languages mean by a sign, and how it is said here (D13). */
static const struct {
  const char *sign;
  const char *remedy;
} foreign_signs[] = {
  { "&&", "use AND, or a space" },
  { "+", "words are required as they are; leave + out, or write =… to watch the sign" },
  { "!", "write -word, or NOT, to exclude" },
  { "~", "write NEAR/5 between two items to let words stand in between" },
  { "^", "there is no ranking; leave ^ out" },
  { "?", "write * for the rest of a word" },
  { "[", "use parentheses" },
  { "]", "use parentheses" },
  { "{", "use parentheses" },
  { "}", "use parentheses" },
  { "\\", "nothing needs escaping outside of a regex; leave \\ out" },
  { "<", "leave the sign out, or write =… to watch it" },
  { ">", "leave the sign out, or write =… to watch it" },
  { ";", "use OR between alternatives" },
};

/* C++, C#: one letter, and signs that would be dropped. */
static gboolean
refuse_one_letter (const char *text, gsize start, gsize end, GPtrArray *faults)
{
  gsize letter = end;
  gsize sign_start = end;
  gsize sign_end = end;
  g_autofree char *name = NULL;

  for (gsize at = start, next; at < end; at = next) {
    gunichar c;
    guint8 kind;

    next = (gsize) (tcn_next_char (text + at, text + end, &c) - text);
    kind = tcn_char_class (c) & TCN_CHAR_KIND;
    if (kind >= TCN_CHAR_LETTER) {
      if (kind != TCN_CHAR_LETTER || letter != end)
        return FALSE;
      letter = at;
    } else if (strchr ("+#$%&@_/=", text[at]) != NULL) {
      sign_start = MIN (sign_start, at);
      sign_end = next;
    }
  }
  if (letter == end || sign_start == end || strchr ("+@", text[start]) != NULL)
    return FALSE;
  name =
      g_utf8_strdown (text + letter, g_utf8_next_char (text + letter) - (text + letter));
  tcn_fault_add (faults, sign_start, sign_end,
                 g_strdup_printf ("only the letter \"%s\" would be left", name),
                 g_strdup_printf ("write =%.*s to watch the signs too",
                                  (int) (end - start), text + start));
  return TRUE;
}

static gboolean
refuse_sign (const char *text, gsize start, gsize end, GPtrArray *faults)
{
  for (gsize i = 0; i < G_N_ELEMENTS (foreign_signs); i++) {
    const char *sign = foreign_signs[i].sign;
    gsize n = strlen (sign);
    gboolean leads = g_str_has_prefix (text + start, sign);

    if (end - start < n || (!leads && memcmp (text + end - n, sign, n) != 0))
      continue;
    tcn_fault_add (faults, leads ? start : end - n, leads ? start + n : end,
                   g_strdup_printf ("\"%s\" means nothing here", sign),
                   g_strdup (foreign_signs[i].remedy));
    return TRUE;
  }
  return FALSE;
}

gboolean
tcn_sign_refuse (const char *text, gsize start, gsize end, GPtrArray *faults)
{
  return refuse_one_letter (text, start, end, faults) ||
         refuse_sign (text, start, end, faults);
}

gboolean
tcn_sign_is_dash (const char *word, gsize length)
{
  const char *end = word + length;

  while (word < end) {
    gunichar c;

    word = tcn_next_char (word, end, &c);
    if (c != '-' && !(c >= 0x2010 && c <= 0x2015) && c != 0x2212)
      return FALSE;
  }
  return TRUE;
}
