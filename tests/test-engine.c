/* SPDX-License-Identifier: MIT */
/*
 * The engine against a brute-force evaluator: random rules and random texts, over a small
 * vocabulary in which words are parts of each other. The evaluator here knows nothing of the
 * engine: it works on the lists that the texts were made from, and tries everything.
 */
#include "tocsin/ruleset.h"

#include <string.h>

#define MAX_TOKENS 400
#define MAX_SPANS 4000
#define BARRIER 1000

static const char *const vocabulary[] = { "ab",    "cd",  "abcd", "efg",    "cdefg",
                                          "abefg", "hij", "klm",  "hijklm", "abc" };

/* --- texts ------------------------------------------------------------------------------ */

typedef struct {
  char *word;
  guint start; /* position */
  guint end;
} Token;

typedef struct {
  GString *text;
  GArray *tokens; /* of Token */
} Field;

typedef struct {
  Field title;
  Field body;
} Text;

static void
clear_token (gpointer data)
{
  g_free (((Token *) data)->word);
}

static void
add_token (Field *field, const char *word, guint start, guint end)
{
  Token token = { g_strdup (word), start, end };

  g_array_append_val (field->tokens, token);
}

static const char *
random_word (GRand *random)
{
  return vocabulary[g_rand_int_range (random, 0, G_N_ELEMENTS (vocabulary))];
}

/* The word as a text may write it: capitals, an accent, an elision before, a possessive
 * behind, none of which makes a difference. */
static void
write_word (GString *out, GRand *random, const char *word, gboolean is_first,
            gboolean is_last)
{
  gint style = g_rand_int_range (random, 0, 12);

  if (style == 0 && is_first)
    g_string_append (out, "l’");
  for (const char *p = word; *p != '\0'; p++) {
    if (style == 1)
      g_string_append_c (out, g_ascii_toupper (*p));
    else if (style == 2 && *p == 'a')
      g_string_append (out, "á");
    else if (style == 3 && *p == 'e')
      g_string_append (out, "e\xcc\x81");
    else
      g_string_append_c (out, *p);
    if (style == 4)
      g_string_append (out, "\xc2\xad");
  }
  if (style == 5 && is_last)
    g_string_append (out, "'s");
}

/* One word or a hyphenated chain; returns the next position. */
static guint
add_chain (Field *field, GRand *random, guint position)
{
  gint n = g_rand_int_range (random, 0, 4) == 0 ? g_rand_int_range (random, 2, 6) : 1;
  g_autoptr (GString) joined = g_string_new (NULL);

  for (gint i = 0; i < n; i++) {
    const char *word = random_word (random);

    if (i > 0)
      g_string_append (field->text, "-");
    write_word (field->text, random, word, i == 0, i == n - 1);
    g_string_append (joined, word);
    add_token (field, word, position + (guint) i, position + (guint) i + 1);
  }
  if (n >= 2 && n <= 4)
    add_token (field, joined->str, position, position + (guint) n);
  return position + (guint) n;
}

static void
fill_field (Field *field, GRand *random, gint n_chains)
{
  static const char *const gaps[] = { " ",  " ",   " ",    ", ",   "\xc2\xa0",
                                      "\n", " – ", "\n\n", "\n \n" };
  guint position = 0;

  field->text = g_string_new (NULL);
  field->tokens = g_array_new (FALSE, FALSE, sizeof (Token));
  g_array_set_clear_func (field->tokens, clear_token);
  for (gint i = 0; i < n_chains; i++) {
    gint gap = g_rand_int_range (random, 0, G_N_ELEMENTS (gaps));

    if (i > 0) {
      g_string_append (field->text, gaps[gap]);
      position += gap >= 7 ? BARRIER : 0;
    }
    position = add_chain (field, random, position);
  }
}

static Text *
new_text (GRand *random)
{
  Text *text = g_new0 (Text, 1);

  fill_field (&text->title, random, g_rand_int_range (random, 0, 6));
  fill_field (&text->body, random, g_rand_int_range (random, 0, 30));
  return text;
}

static void
free_text (gpointer data)
{
  Text *text = data;

  g_string_free (text->title.text, TRUE);
  g_string_free (text->body.text, TRUE);
  g_array_unref (text->title.tokens);
  g_array_unref (text->body.tokens);
  g_free (text);
}

/* --- rules ------------------------------------------------------------------------------ */

typedef enum {
  ALL,
  ANY,
  NONE_OF,
  NEAR,
  PHRASE,
} Kind;

typedef enum {
  WHOLE,
  BEGINS,
  ENDS,
  HAS,
  STAR,
} Shape;

typedef struct {
  Shape shape;
  const char *word;
  gboolean is_glued; /* by a hyphen to the place before */
} Place;

typedef struct Rule Rule;
struct Rule {
  Kind kind;
  Rule *children[3];
  guint n_children;
  guint distance;
  gboolean is_ordered;
  gboolean only_title;
  Place places[5];
  guint n_places;
};

static void
free_rule (gpointer data)
{
  Rule *rule = data;

  for (guint i = 0; i < rule->n_children; i++)
    free_rule (rule->children[i]);
  g_free (rule);
}

static Shape
random_shape (GRand *random, const char *word)
{
  if (strlen (word) < 3 || g_rand_int_range (random, 0, 4) > 0)
    return WHOLE;
  return (Shape) g_rand_int_range (random, BEGINS, STAR);
}

static Rule *
new_phrase (GRand *random)
{
  Rule *rule = g_new0 (Rule, 1);

  rule->kind = PHRASE;
  rule->n_places = (guint) g_rand_int_range (random, 1, 4);
  for (guint i = 0; i < rule->n_places; i++) {
    Place *place = &rule->places[i];

    place->word = random_word (random);
    if (i > 0 && i + 1 < rule->n_places && g_rand_int_range (random, 0, 6) == 0)
      place->shape = STAR;
    else if (i > 0 && place[-1].shape == WHOLE && g_rand_int_range (random, 0, 4) == 0)
      place->is_glued = TRUE;
    else
      place->shape = random_shape (random, place->word);
  }
  return rule;
}

static Rule *new_rule (GRand *random, guint depth);

static Rule *
new_near_side (GRand *random)
{
  Rule *rule;

  if (g_rand_int_range (random, 0, 4) > 0)
    return new_phrase (random);
  rule = g_new0 (Rule, 1);
  rule->kind = ANY;
  rule->n_children = 2;
  rule->children[0] = new_phrase (random);
  rule->children[1] = new_phrase (random);
  return rule;
}

static Rule *
new_near (GRand *random)
{
  Rule *rule = new_near_side (random);

  for (gint n = g_rand_int_range (random, 1, 3); n > 0; n--) {
    Rule *near = g_new0 (Rule, 1);

    near->kind = NEAR;
    near->n_children = 2;
    near->children[0] = rule;
    near->children[1] = new_near_side (random);
    near->distance = (guint) g_rand_int_range (random, 0, 6);
    near->is_ordered = g_rand_boolean (random);
    rule = near;
  }
  return rule;
}

static Rule *
new_group (GRand *random, Kind kind, guint depth)
{
  Rule *rule = g_new0 (Rule, 1);

  rule->kind = kind;
  rule->n_children = kind == NONE_OF ? 1 : (guint) g_rand_int_range (random, 2, 4);
  for (guint i = 0; i < rule->n_children; i++) {
    gboolean excludes = kind == ALL && i > 0 && g_rand_int_range (random, 0, 3) == 0;

    rule->children[i] = excludes ? new_group (random, NONE_OF, depth - 1)
                                 : new_rule (random, depth > 0 ? depth - 1 : 0);
  }
  return rule;
}

static Rule *
new_rule (GRand *random, guint depth)
{
  gint x = g_rand_int_range (random, 0, 10);
  Rule *rule;

  if (depth == 0 || x < 3)
    rule = new_phrase (random);
  else if (x < 5)
    rule = new_near (random);
  else
    rule = new_group (random, x < 8 ? ALL : ANY, depth);
  return rule;
}

static void
write_phrase (GString *out, const Rule *rule)
{
  g_string_append_c (out, '"');
  for (guint i = 0; i < rule->n_places; i++) {
    const Place *place = &rule->places[i];

    if (i > 0)
      g_string_append_c (out, place->is_glued ? '-' : ' ');
    if (place->shape == STAR) {
      g_string_append_c (out, '*');
      continue;
    }
    if (place->shape == ENDS || place->shape == HAS)
      g_string_append_c (out, '*');
    g_string_append (out, place->word);
    if (place->shape == BEGINS || place->shape == HAS)
      g_string_append_c (out, '*');
  }
  g_string_append_c (out, '"');
}

static void
write_rule (GString *out, const Rule *rule)
{
  if (rule->only_title)
    g_string_append (out, "title:");
  if (rule->kind == PHRASE) {
    write_phrase (out, rule);
    return;
  }
  if (rule->kind == NONE_OF) {
    g_string_append (out, "NOT ");
    write_rule (out, rule->children[0]);
    return;
  }
  g_string_append_c (out, '(');
  for (guint i = 0; i < rule->n_children; i++) {
    if (i > 0 && rule->kind == NEAR)
      g_string_append_printf (out, " %s/%u ", rule->is_ordered ? "ONEAR" : "NEAR",
                              rule->distance);
    else if (i > 0)
      g_string_append (out, rule->kind == ANY ? " OR " : " ");
    write_rule (out, rule->children[i]);
  }
  g_string_append_c (out, ')');
}

/* --- brute force ------------------------------------------------------------------------ */

typedef struct {
  guint start;
  guint end;
} Span;

static gboolean
fits (const Place *place, const char *wanted, const Token *token)
{
  switch (place->shape) {
  case BEGINS:
    return g_str_has_prefix (token->word, wanted);
  case ENDS:
    return g_str_has_suffix (token->word, wanted);
  case HAS:
    return strstr (token->word, wanted) != NULL;
  case STAR:
    return token->end == token->start + 1;
  default:
    return strcmp (token->word, wanted) == 0;
  }
}

/* The hyphenated chain of places that begins at `first`, as one word; its length. */
static guint
chain_at (const Rule *rule, guint first, GString *joined)
{
  guint n = 1;

  g_string_assign (joined, rule->places[first].word);
  if (rule->places[first].is_glued || rule->places[first].shape != WHOLE)
    return 1;
  for (; first + n < rule->n_places && rule->places[first + n].is_glued; n++)
    g_string_append (joined, rule->places[first + n].word);
  return n <= 4 ? n : 1;
}

static void
extend (const Rule *rule, guint place, const Field *field, guint start, guint position,
        GArray *spans)
{
  g_autoptr (GString) joined = g_string_new (NULL);
  guint n_joined;
  Span span = { start, position };

  if (place == rule->n_places) {
    g_array_append_val (spans, span);
    return;
  }
  n_joined = chain_at (rule, place, joined);
  for (guint i = 0; i < field->tokens->len; i++) {
    const Token *token = &g_array_index (field->tokens, Token, i);

    if (place > 0 && token->start != position)
      continue;
    if (fits (&rule->places[place], rule->places[place].word, token))
      extend (rule, place + 1, field, place > 0 ? start : token->start, token->end,
              spans);
    if (n_joined > 1 && strcmp (joined->str, token->word) == 0)
      extend (rule, place + n_joined, field, place > 0 ? start : token->start, token->end,
              spans);
  }
}

static gboolean
apart (const Span *a, const Span *b, const Rule *near)
{
  if (a->end <= b->start)
    return b->start - a->end <= near->distance;
  return !near->is_ordered && b->end <= a->start && a->start - b->end <= near->distance;
}

static GArray *
find_spans (const Rule *rule, const Field *field)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (Span));

  if (rule->kind == PHRASE) {
    extend (rule, 0, field, 0, 0, spans);
  } else if (rule->kind == ANY) {
    for (guint i = 0; i < rule->n_children; i++) {
      g_autoptr (GArray) more = find_spans (rule->children[i], field);

      g_array_append_vals (spans, more->data, more->len);
    }
  } else {
    g_autoptr (GArray) lefts = find_spans (rule->children[0], field);
    g_autoptr (GArray) rights = find_spans (rule->children[1], field);

    for (guint i = 0; i < lefts->len; i++)
      for (guint k = 0; k < rights->len; k++) {
        const Span *a = &g_array_index (lefts, Span, i);
        const Span *b = &g_array_index (rights, Span, k);
        Span both = { MIN (a->start, b->start), MAX (a->end, b->end) };

        if (apart (a, b, rule) && spans->len < MAX_SPANS)
          g_array_append_val (spans, both);
      }
  }
  return spans;
}

static gboolean
holds (const Rule *rule, const Text *text, gboolean only_title)
{
  g_autoptr (GArray) in_title = NULL;
  g_autoptr (GArray) in_body = NULL;

  only_title |= rule->only_title;
  switch (rule->kind) {
  case ALL:
    for (guint i = 0; i < rule->n_children; i++)
      if (!holds (rule->children[i], text, only_title))
        return FALSE;
    return TRUE;
  case ANY:
    for (guint i = 0; i < rule->n_children; i++)
      if (holds (rule->children[i], text, only_title))
        return TRUE;
    return FALSE;
  case NONE_OF:
    return !holds (rule->children[0], text, only_title);
  default:
    in_title = find_spans (rule, &text->title);
    in_body = find_spans (rule, &text->body);
    return in_title->len > 0 || (!only_title && in_body->len > 0);
  }
}

/* --- the properties --------------------------------------------------------------------- */

static gboolean
is_long (void)
{
  return g_getenv ("TOCSIN_TEST_LONG") != NULL;
}

static GPtrArray *
new_rules (GRand *random, guint n)
{
  GPtrArray *rules = g_ptr_array_new_with_free_func (free_rule);

  for (guint i = 0; i < n; i++) {
    Rule *rule = new_rule (random, 3);

    rule->only_title = rule->kind != NONE_OF && g_rand_int_range (random, 0, 8) == 0;
    g_ptr_array_add (rules, rule);
  }
  return rules;
}

static TcnQuery *
parse_rule (const Rule *rule)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
  g_autoptr (GString) text = g_string_new (NULL);
  TcnQuery *query;

  write_rule (text, rule);
  query = tcn_query_parse (text->str, NULL, faults);
  if (query == NULL)
    g_test_message ("%s", text->str);
  g_assert_nonnull (query);
  return query;
}

static TcnRuleset *
build_rules (const GPtrArray *rules)
{
  TcnRulesetBuilder *builder = tcn_ruleset_builder_new ();

  for (guint i = 0; i < rules->len; i++) {
    g_autoptr (TcnQuery) query = parse_rule (g_ptr_array_index (rules, i));

    tcn_ruleset_builder_add (builder, i, query);
  }
  return tcn_ruleset_builder_build (builder);
}

static void
note_hit (guint rule_index, const TcnHit *hit, gpointer data)
{
  gboolean *hits = data;

  hits[rule_index] = TRUE;
}

static void
note_checked_hit (guint rule_index, const TcnHit *hit, gpointer data)
{
  g_autoptr (GPtrArray) matches = tcn_hit_matches (hit);
  gsize last_start = 0;
  TcnField last_field = TCN_FIELD_TITLE;

  note_hit (rule_index, hit, data);
  g_assert_cmpuint (matches->len, >, 0);
  g_assert_cmpuint (matches->len, <=, 100);
  for (guint i = 0; i < matches->len; i++) {
    const TcnMatch *match = g_ptr_array_index (matches, i);

    g_assert_cmpuint (match->start, <, match->end);
    g_assert_cmpuint (strlen (match->text), ==, match->end - match->start);
    g_assert_true (match->field > last_field || match->start >= last_start);
    last_field = match->field;
    last_start = match->start;
  }
}

static void
compare_text (TcnMatcher *matcher, const GPtrArray *rules, const Text *text,
              TcnHitFunc func)
{
  g_autofree gboolean *hits = g_new0 (gboolean, rules->len);
  TcnDocument doc = { 0 };

  doc.text[TCN_FIELD_TITLE] = text->title.text->str;
  doc.text[TCN_FIELD_CONTENT] = text->body.text->str;
  tcn_matcher_run (matcher, &doc, func, hits);
  for (guint i = 0; i < rules->len; i++) {
    const Rule *rule = g_ptr_array_index (rules, i);
    gboolean expected = holds (rule, text, FALSE);
    g_autoptr (GString) query = g_string_new (NULL);

    if (hits[i] == expected)
      continue;
    write_rule (query, rule);
    g_test_message ("%s %s\ntitle: %s\nbody: %s", query->str,
                    expected ? "was missed" : "was made up", text->title.text->str,
                    text->body.text->str);
    g_test_fail ();
  }
}

static void
compare (guint n_rules, guint n_texts, TcnHitFunc func)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autoptr (GPtrArray) rules = new_rules (random, n_rules);
  g_autoptr (TcnRuleset) ruleset = build_rules (rules);
  g_autoptr (TcnRuleset) arranged = NULL;
  g_autoptr (TcnMatcher) matcher = tcn_matcher_new (ruleset, 1);
  g_autoptr (TcnMatcher) second = NULL;

  for (guint i = 0; i < n_texts; i++) {
    Text *text = new_text (random);

    if (i == n_texts / 2) {
      g_autoptr (TcnWordCounts) counts = tcn_matcher_word_counts (matcher);

      arranged = tcn_ruleset_rearrange (ruleset, counts);
      second = tcn_matcher_new (arranged, 2);
    }
    compare_text (second != NULL ? second : matcher, rules, text, func);
    free_text (text);
  }
}

static void
test_engine_agrees_with_brute_force (void)
{
  guint n = is_long () ? 1000 : 100;

  compare (n, n, note_hit);
}

static void
test_engine_reports_what_it_found (void)
{
  compare (50, 50, note_checked_hit);
}

static void
count_hit (guint rule_index, const TcnHit *hit, gpointer data)
{
  (*(guint *) data)++;
}

/* Cutting a rule and a text is the same: what stands in a text, quoted, is found there. */
static void
test_engine_finds_a_text_in_itself (void)
{
  static const char *const pieces[] = {
    "Syrie", "l’",       "d'",        "U.S.",         "O.N.U",    "don't",  "’s",
    "-",     "–",        " ",         "  ",           "\xc2\xa0", ".",      ",",
    "T-72",  "Nord-est", "é",         "e\xcc\x81",    "ﬁ",        "俄罗斯", "シリア",
    "ー",    "리아",     "สวัสดี",      "हिन्दी",        "ســـوريا", "أ",      "x",
    "n",     "t",        "s",         "qu",           "10²",      "#",      "&",
    "'",     "ё",        "и\xcc\x86", "\xe2\x80\x8d", "ß",        "İ",
  };
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());

  for (guint i = 0; i < (is_long () ? 200000 : 5000); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GString) quoted = g_string_new (NULL);
    g_autoptr (GPtrArray) faults =
        g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
    g_autoptr (TcnQuery) query = NULL;
    g_autoptr (TcnRuleset) ruleset = NULL;
    g_autoptr (TcnMatcher) matcher = NULL;
    TcnRulesetBuilder *builder;
    TcnDocument doc = { 0 };
    guint n = 0;

    for (gint k = g_rand_int_range (random, 1, 12); k > 0; k--)
      g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
    g_string_append_printf (quoted, "%s\"%s\"", i % 2 == 0 ? "" : "=", text->str);
    query = tcn_query_parse (quoted->str, NULL, faults);
    if (query == NULL)
      continue;
    builder = tcn_ruleset_builder_new ();
    tcn_ruleset_builder_add (builder, 0, query);
    ruleset = tcn_ruleset_builder_build (builder);
    matcher = tcn_matcher_new (ruleset, 1);
    doc.text[TCN_FIELD_CONTENT] = text->str;
    tcn_matcher_run (matcher, &doc, count_hit, &n);
    if (n == 1)
      continue;
    g_test_message ("%s does not find itself", quoted->str);
    g_test_fail ();
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/agrees-with-brute-force",
                   test_engine_agrees_with_brute_force);
  g_test_add_func ("/engine/reports-what-it-found", test_engine_reports_what_it_found);
  g_test_add_func ("/engine/finds-a-text-in-itself", test_engine_finds_a_text_in_itself);
  return g_test_run ();
}
