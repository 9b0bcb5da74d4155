/* SPDX-License-Identifier: MIT */
#include "rules/lexer.h"

#include <string.h>

#include "rules/chars.h"
#include "rules/signs.h"
#include "rules/words.h"
#include "tocsin/limits.h"
#include "tocsin/query.h"

#define DEFAULT_NEAR 10

typedef struct {
  const char *text;
  gsize length;
  gsize at;
  gboolean is_after_gap; /* white space or the start stands before `at` */
  GArray *tokens;
  GPtrArray *faults;
} Lexer;

static const struct {
  const char *open;
  const char *close[2];
} quotes[] = {
  { "\"", { "\"", NULL } },
  { "“", { "”", "\"" } },
  { "«", { "»", NULL } },
  { "„", { "“", "”" } },
};

static const char *const closing_quotes[] = { "”", "»" };

static void
refuse (Lexer *lexer, gsize start, gsize end, const char *message, const char *remedy)
{
  tcn_fault_add (lexer->faults, start, end, g_strdup (message), g_strdup (remedy));
}

static TcnToken *
add_token (Lexer *lexer, TcnTokenKind kind, gsize start, gsize end)
{
  TcnToken token = {
    .kind = kind, .start = start, .end = end, .inner_start = start, .inner_end = end
  };

  g_array_append_val (lexer->tokens, token);
  return &g_array_index (lexer->tokens, TcnToken, lexer->tokens->len - 1);
}

static gboolean
has_prefix_at (const Lexer *lexer, gsize at, const char *prefix)
{
  return at <= lexer->length && g_str_has_prefix (lexer->text + at, prefix);
}

/* The kind of the character at `at`; *out_next is where the next one begins. */
static guint8
kind_at (const Lexer *lexer, gsize at, gsize *out_next)
{
  gunichar c;
  const char *next;

  if (at >= lexer->length) {
    *out_next = at;
    return TCN_CHAR_SPACE;
  }
  next = tcn_next_char (lexer->text + at, lexer->text + lexer->length, &c);
  *out_next = (gsize) (next - lexer->text);
  return tcn_char_class (c) & TCN_CHAR_KIND;
}

static gboolean
is_blank_at (const Lexer *lexer, gsize at)
{
  gsize next;
  guint8 kind = kind_at (lexer, at, &next);

  return kind == TCN_CHAR_SPACE || kind == TCN_CHAR_NEWLINE;
}

/* Whether the end, white space or a closing parenthesis stands at `at`. */
static gboolean
is_edge_at (const Lexer *lexer, gsize at)
{
  return is_blank_at (lexer, at) || strchr (")|", lexer->text[at]) != NULL;
}

static int
quote_at (const Lexer *lexer, gsize at)
{
  for (gsize i = 0; i < G_N_ELEMENTS (quotes); i++)
    if (has_prefix_at (lexer, at, quotes[i].open))
      return (int) i;
  return -1;
}

static const char *
closing_quote_at (const Lexer *lexer, gsize at)
{
  for (gsize i = 0; i < G_N_ELEMENTS (closing_quotes); i++)
    if (has_prefix_at (lexer, at, closing_quotes[i]))
      return closing_quotes[i];
  return NULL;
}

/* Where the word that begins at `at` ends. */
static gsize
word_end (const Lexer *lexer, gsize at)
{
  while (at < lexer->length && !is_blank_at (lexer, at) &&
         strchr ("()|", lexer->text[at]) == NULL && quote_at (lexer, at) < 0 &&
         closing_quote_at (lexer, at) == NULL)
    kind_at (lexer, at, &at);
  return at;
}

/* --- quotes ----------------------------------------------------------------------------- */

/* Reads the quoted text at lexer->at into `token`, which may have begun earlier. */
static void
read_quoted (Lexer *lexer, int quote, TcnTokenKind kind, gsize start)
{
  gsize opener = lexer->at;
  gsize inner = opener + strlen (quotes[quote].open);
  gsize best = lexer->length;
  gsize close_length = 0;
  TcnToken *token;

  for (gsize i = 0; i < G_N_ELEMENTS (quotes[quote].close); i++) {
    const char *close = quotes[quote].close[i];
    const char *found = close != NULL ? strstr (lexer->text + inner, close) : NULL;

    if (found != NULL && (gsize) (found - lexer->text) < best) {
      best = (gsize) (found - lexer->text);
      close_length = strlen (close);
    }
  }
  if (close_length == 0) {
    refuse (lexer, opener, inner, "quote not closed", NULL);
    add_token (lexer, TCN_TOKEN_FAULTY, start, lexer->length);
    lexer->at = lexer->length;
    return;
  }
  token = add_token (lexer, kind, start, best + close_length);
  token->inner_start = inner;
  token->inner_end = best;
  token->is_quoted = TRUE;
  lexer->at = best + close_length;
}

/* 'a b': a word that begins with an apostrophe, and later one that ends with it. */
static gboolean
refuse_single_quotes (Lexer *lexer, gsize start)
{
  static const struct {
    const char *open;
    const char *close;
  } pairs[] = { { "'", "'" }, { "‘", "’" }, { "’", "’" }, { "`", "`" }, { "´", "´" } };
  gsize i = 0;
  gsize inner;

  while (i < G_N_ELEMENTS (pairs) && !has_prefix_at (lexer, start, pairs[i].open))
    i++;
  if (i == G_N_ELEMENTS (pairs))
    return FALSE;
  inner = start + strlen (pairs[i].open);
  for (const char *p = strstr (lexer->text + inner, pairs[i].close); p != NULL;
       p = strstr (p + 1, pairs[i].close)) {
    gsize after = (gsize) (p - lexer->text) + strlen (pairs[i].close);

    if (is_edge_at (lexer, after) && after > inner + strlen (pairs[i].close)) {
      refuse (lexer, start, inner, "single quotes make no phrase",
              "use double quotes: \"…\"");
      add_token (lexer, TCN_TOKEN_FAULTY, start, after);
      lexer->at = after;
      return TRUE;
    }
  }
  return FALSE;
}

/* --- regexes ---------------------------------------------------------------------------- */

static gsize
regex_close (const Lexer *lexer, gsize at)
{
  for (; at < lexer->length; at++) {
    if (lexer->text[at] == '\\' && at + 1 < lexer->length)
      at++;
    else if (lexer->text[at] == '/')
      return at;
  }
  return lexer->length;
}

static void
read_regex (Lexer *lexer)
{
  gsize start = lexer->at;
  gsize close = regex_close (lexer, start + 1);
  gsize flags_end;
  TcnToken *token;

  if (close == lexer->length) {
    refuse (lexer, start, start + 1, "regular expression not closed",
            "end it with /, and write \\/ for a slash inside");
    add_token (lexer, TCN_TOKEN_FAULTY, start, lexer->length);
    lexer->at = lexer->length;
    return;
  }
  flags_end = word_end (lexer, close + 1);
  lexer->at = flags_end;
  if (flags_end - close > 2 ||
      (flags_end - close == 2 && lexer->text[close + 1] != 'i')) {
    refuse (lexer, close + 1, flags_end, "unknown flag of a regular expression",
            "the only flag is i: upper and lower case are the same");
    add_token (lexer, TCN_TOKEN_FAULTY, start, flags_end);
    return;
  }
  token = add_token (lexer, TCN_TOKEN_REGEX, start, flags_end);
  token->inner_start = start + 1;
  token->inner_end = close;
  token->ignore_case = flags_end - close == 2;
}

/* --- NEAR ------------------------------------------------------------------------------- */

/* Reads the number at [start, end) as the distance of `token`. */
static void
read_distance (Lexer *lexer, TcnToken *token, gsize start, gsize end)
{
  guint64 distance = 0;
  g_autofree char *digits = g_strndup (lexer->text + start, end - start);

  if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT32, &distance, NULL)) {
    gboolean is_number =
        *digits != '\0' && strspn (digits, "0123456789") == strlen (digits);

    distance = is_number ? G_MAXUINT32 : DEFAULT_NEAR;
    if (!is_number)
      refuse (lexer, token->start, token->end, "NEAR needs a number",
              "write NEAR/5 for at most five words in between");
  }
  if (distance > TCN_MAX_NEAR) {
    tcn_fault_add (lexer->faults, token->start, token->end,
                   g_strdup_printf ("NEAR reaches %d words at most", TCN_MAX_NEAR),
                   g_strdup ("use AND for words anywhere in the item"));
    distance = TCN_MAX_NEAR;
  }
  token->distance = (guint) distance;
}

static gboolean
word_is (const Lexer *lexer, gsize start, gsize end, const char *word)
{
  return end - start == strlen (word) &&
         memcmp (lexer->text + start, word, end - start) == 0;
}

/* The end of "(digits)" at `at`; `at` itself when something else stands there. */
static gsize
parenthesised_number_end (const Lexer *lexer, gsize at)
{
  gsize end = at;

  if (lexer->text[at] != '(')
    return at;
  do
    end++;
  while (g_ascii_isdigit (lexer->text[end]));
  return lexer->text[end] == ')' ? end + 1 : at;
}

/* AROUND, AROUND(5); Google writes no space there, so one is asked about. */
static void
read_around (Lexer *lexer, gsize start, gsize end)
{
  TcnToken *token = add_token (lexer, TCN_TOKEN_NEAR, start, end);
  gsize number_end = parenthesised_number_end (lexer, end);
  gsize next = end;

  token->distance = DEFAULT_NEAR;
  lexer->at = end;
  if (number_end > end) {
    token->end = lexer->at = number_end;
    read_distance (lexer, token, end + 1, number_end - 1);
    return;
  }
  if (lexer->text[end] == '(')
    refuse (lexer, start, end, "AROUND takes a number in its parentheses",
            "write AROUND(5), or a space before a group");
  while (next < lexer->length && is_blank_at (lexer, next))
    kind_at (lexer, next, &next);
  number_end = parenthesised_number_end (lexer, next);
  if (next > end && number_end > next) {
    refuse (lexer, start, end, "AROUND and its number stand apart",
            "write AROUND(5) without a space");
    token->end = lexer->at = number_end;
  }
}

/* Reads NEAR, ONEAR/5, AROUND(5)...; FALSE when the word is none of them. */
static gboolean
read_near (Lexer *lexer, gsize start, gsize end)
{
  gboolean is_ordered = lexer->text[start] == 'O';
  gsize name_end = start + (is_ordered ? 5 : 4);
  TcnToken *token;

  if (word_is (lexer, start, end, "AROUND")) {
    read_around (lexer, start, end);
    return TRUE;
  }
  if (has_prefix_at (lexer, start, "AROUND/")) {
    refuse (lexer, start, end, "AROUND takes its number in parentheses",
            "write AROUND(5), or NEAR/5");
    add_token (lexer, TCN_TOKEN_NEAR, start, end);
    lexer->at = end;
    return TRUE;
  }
  if (!has_prefix_at (lexer, start, is_ordered ? "ONEAR" : "NEAR") ||
      (name_end < end && lexer->text[name_end] != '/'))
    return FALSE;
  token = add_token (lexer, TCN_TOKEN_NEAR, start, end);
  token->is_ordered = is_ordered;
  token->distance = DEFAULT_NEAR;
  lexer->at = end;
  if (name_end < end) {
    read_distance (lexer, token, name_end + 1, end);
  } else if (parenthesised_number_end (lexer, end) > end) {
    refuse (lexer, start, end, "NEAR takes its number after a slash",
            "write NEAR/5, or AROUND(5)");
    token->end = lexer->at = parenthesised_number_end (lexer, end);
  }
  return TRUE;
}

/* --- words ------------------------------------------------------------------------------ */

/* The offset of the colon that makes the beginning of a word a field name; 0 if none does.
 * Only letters make one: 12:30 is no field. */
static gsize
field_colon (const Lexer *lexer, gsize start, gsize end)
{
  gsize at = start;

  while (at < end) {
    gsize next;
    guint8 kind = kind_at (lexer, at, &next);

    if (lexer->text[at] == ':')
      return at > start ? at : 0;
    if (kind != TCN_CHAR_LETTER && kind != TCN_CHAR_MARK && kind != TCN_CHAR_SINGLE &&
        kind != TCN_CHAR_KATAKANA)
      return 0;
    at = next;
  }
  return 0;
}

static void
read_field (Lexer *lexer, gsize start, gsize colon)
{
  TcnToken *token;

  if (has_prefix_at (lexer, colon, "://")) {
    gsize end = word_end (lexer, start);

    refuse (lexer, start, colon + 1, "an address is no query",
            "write site:host, or url:\"words of the address\"");
    add_token (lexer, TCN_TOKEN_FAULTY, start, end);
    lexer->at = end;
    return;
  }
  token = add_token (lexer, TCN_TOKEN_FIELD, start, colon + 1);
  token->inner_end = colon;
  lexer->at = colon + 1;
}

static gboolean
read_operator (Lexer *lexer, gsize start, gsize end)
{
  static const struct {
    const char *word;
    TcnTokenKind kind;
  } operators[] = {
    { "AND", TCN_TOKEN_AND },
    { "OR", TCN_TOKEN_OR },
    { "NOT", TCN_TOKEN_NOT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (operators); i++)
    if (word_is (lexer, start, end, operators[i].word)) {
      add_token (lexer, operators[i].kind, start, end);
      lexer->at = end;
      return TRUE;
    }
  return read_near (lexer, start, end);
}

static void
read_word (Lexer *lexer)
{
  gsize start = lexer->at;
  gsize end = word_end (lexer, start);
  gsize colon = field_colon (lexer, start, end);
  TcnTokenKind kind = TCN_TOKEN_WORD;

  if (read_operator (lexer, start, end) || refuse_single_quotes (lexer, start))
    return;
  if (colon > 0) {
    read_field (lexer, start, colon);
    return;
  }
  lexer->at = end;
  if (tcn_sign_is_dash (lexer->text + start, end - start)) {
    tcn_fault_warn (lexer->faults, start, end, g_strdup ("a dash by itself does nothing"),
                    g_strdup ("write -word, without a space, to exclude"));
    return;
  }
  if (tcn_sign_refuse (lexer->text, start, end, lexer->faults))
    kind = TCN_TOKEN_FAULTY;
  else if (lexer->text[start] == '@' && end > start + 1)
    kind = TCN_TOKEN_NAMED;
  add_token (lexer, kind, start, end)->inner_start =
      start + (kind == TCN_TOKEN_NAMED ? 1 : 0);
}

/* --- signs ------------------------------------------------------------------------------ */

static void
read_exact (Lexer *lexer)
{
  gsize start = lexer->at;
  int quote = quote_at (lexer, start + 1);
  gsize end;

  lexer->at = start + 1;
  if (quote >= 0) {
    read_quoted (lexer, quote, TCN_TOKEN_EXACT, start);
    return;
  }
  end = word_end (lexer, start + 1);
  lexer->at = end;
  if (end == start + 1) {
    refuse (lexer, start, end, "= stands before nothing",
            "write =word or =\"some words\", without a space");
    add_token (lexer, TCN_TOKEN_FAULTY, start, end);
    return;
  }
  add_token (lexer, TCN_TOKEN_EXACT, start, end)->inner_start = start + 1;
}

/* A minus glued to what follows excludes; FALSE for one that is part of a dash. */
static gboolean
read_minus (Lexer *lexer)
{
  gsize start = lexer->at;
  gsize after = start + strspn (lexer->text + start, "-");

  if (is_edge_at (lexer, after))
    return FALSE;
  if (!lexer->is_after_gap && strchr ("(|-:", lexer->text[start - 1]) == NULL)
    refuse (lexer, start, start + 1, "an exclusion stands after a space",
            "put a space before -");
  add_token (lexer, TCN_TOKEN_NOT, start, start + 1);
  lexer->at = start + 1;
  return TRUE;
}

static void
read_bar (Lexer *lexer)
{
  gsize start = lexer->at;

  lexer->at += strspn (lexer->text + start, "|");
  if (lexer->at > start + 1)
    refuse (lexer, start, lexer->at, "\"||\" means nothing here", "use OR, or |");
  add_token (lexer, TCN_TOKEN_OR, start, lexer->at);
}

static void
read_token (Lexer *lexer)
{
  char c = lexer->text[lexer->at];
  int quote = quote_at (lexer, lexer->at);
  const char *closing = closing_quote_at (lexer, lexer->at);

  if (quote >= 0) {
    read_quoted (lexer, quote, TCN_TOKEN_PHRASE, lexer->at);
  } else if (closing != NULL) {
    refuse (lexer, lexer->at, lexer->at + strlen (closing), "this quote closes nothing",
            "write \"…\", “…”, «…» or „…“");
    add_token (lexer, TCN_TOKEN_FAULTY, lexer->at, lexer->at + strlen (closing));
    lexer->at += strlen (closing);
  } else if (c == '(' || c == ')') {
    add_token (lexer, c == '(' ? TCN_TOKEN_OPEN : TCN_TOKEN_CLOSE, lexer->at,
               lexer->at + 1);
    lexer->at++;
  } else if (c == '|') {
    read_bar (lexer);
  } else if (c == '/') {
    read_regex (lexer);
  } else if (c == '=') {
    read_exact (lexer);
  } else if (c != '-' || !read_minus (lexer)) {
    read_word (lexer);
  }
}

void
tcn_lex (const char *text, GArray *tokens, GPtrArray *faults)
{
  Lexer lexer = {
    .text = text, .length = strlen (text), .tokens = tokens, .faults = faults
  };

  lexer.is_after_gap = TRUE;
  while (lexer.at < lexer.length) {
    gsize next;
    guint8 kind = kind_at (&lexer, lexer.at, &next);

    if (kind == TCN_CHAR_SPACE || kind == TCN_CHAR_NEWLINE || kind == TCN_CHAR_IGNORED) {
      lexer.at = next;
      lexer.is_after_gap = TRUE;
    } else {
      read_token (&lexer);
      lexer.is_after_gap = FALSE;
    }
  }
  add_token (&lexer, TCN_TOKEN_END, lexer.length, lexer.length);
}
