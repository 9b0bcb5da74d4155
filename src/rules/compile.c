/* SPDX-License-Identifier: MIT */
#include "rules/compile.h"

#include <string.h>

#include "rules/words.h"

#define BEGIN_MARK '\1'
#define END_MARK '\2'
#define MAX_COUNT 0xffff
#define MAX_BEGINNING 3 /* letters */

typedef struct {
  TcnRuleset *ruleset;
  GArray *terms;     /* of TcnTerm */
  GArray *programs;  /* of guint32 */
  GHashTable *texts; /* arena offset by text, while lower-case forms are added */
  guint32 own_mode;  /* of the query at hand */
  guint leaf;        /* the next one's number */
} Compiler;

/* --- terms ------------------------------------------------------------------------------ */

static guint64
text_hash (const char *text)
{
  return tcn_hash_bytes (text, strlen (text), 0);
}

typedef struct {
  const Compiler *compiler;
  const TcnTerm *wanted;
  const char *text;
  const char *lower;
  guint32 found;
} TermSearch;

static void
compare_term (guint32 index, gpointer data)
{
  TermSearch *search = data;
  const TcnTerm *term = &g_array_index (search->compiler->terms, TcnTerm, index);
  const char *arena = search->compiler->ruleset->arena->str;

  if (term->kind == search->wanted->kind && term->mode == search->wanted->mode &&
      strcmp (arena + term->text, search->text) == 0 &&
      strcmp (arena + term->lower, search->lower) == 0)
    search->found = index;
}

static guint32
store_text (Compiler *compiler, const char *text)
{
  GString *arena = compiler->ruleset->arena;
  guint32 at = (guint32) arena->len;

  g_string_append_len (arena, text, (gssize) strlen (text) + 1);
  return at;
}

/* The number of the term, which is made if it is new. */
static guint32
intern (Compiler *compiler, TcnTermKind kind, guint8 mode, const char *text,
        const char *lower, gboolean is_hangul)
{
  TcnTerm term = { .kind = (guint8) kind, .mode = mode, .is_hangul = (guint8) is_hangul };
  guint64 hash = text_hash (text);
  TermSearch search = { compiler, &term, text, lower != NULL ? lower : text,
                        G_MAXUINT32 };

  tcn_dictionary_find (&compiler->ruleset->words, hash, compare_term, &search);
  if (search.found != G_MAXUINT32)
    return search.found;
  term.text = store_text (compiler, text);
  term.lower =
      strcmp (search.lower, text) == 0 ? term.text : store_text (compiler, search.lower);
  g_array_append_val (compiler->terms, term);
  tcn_dictionary_add (&compiler->ruleset->words, hash, compiler->terms->len - 1);
  return compiler->terms->len - 1;
}

static guint32
intern_form (Compiler *compiler, const TcnForm *form)
{
  static const TcnTermKind kinds[] = {
    [TCN_FORM_WORD] = TCN_TERM_WORD,
    [TCN_FORM_PREFIX] = TCN_TERM_PREFIX,
    [TCN_FORM_SUFFIX] = TCN_TERM_SUFFIX,
    [TCN_FORM_INSIDE] = TCN_TERM_INSIDE,
  };
  guint8 mode = form->inflects ? (guint8) compiler->own_mode : TCN_MODE_PLAIN;

  return intern (compiler, kinds[form->kind], mode, form->folded,
                 mode != TCN_MODE_PLAIN ? form->lower : NULL, form->is_hangul);
}

/* --- programs --------------------------------------------------------------------------- */

static void
emit (Compiler *compiler, guint32 number)
{
  g_array_append_val (compiler->programs, number);
}

static void
emit_phrase (Compiler *compiler, const TcnNode *node)
{
  for (guint i = 0; i < node->n_places; i++) {
    const TcnPlace *place = &node->places[i];
    guint32 term = place->is_star ? TCN_PLACE_STAR : intern_form (compiler, &place->form);

    if (place->joined.folded == NULL) {
      emit (compiler, term);
      continue;
    }
    emit (compiler, term | TCN_PLACE_JOINED);
    emit (compiler, intern_form (compiler, &place->joined));
    emit (compiler, place->joined_span);
  }
}

/* The runs of an exact form, which a text that has it must have, too. */
static guint
emit_runs (Compiler *compiler, const TcnNode *node)
{
  g_auto (TcnCut) cut = { 0 };
  g_autoptr (GString) folded = g_string_new (NULL);
  guint n = 0;

  tcn_cut_text (&cut, node->needle, strlen (node->needle), 0, TRUE);
  for (gsize i = 0; i < cut.n_words; i++) {
    const TcnWord *word = &cut.words[i];

    if ((word->flags & (TCN_WORD_JOINED | TCN_WORD_MERGED)) != 0)
      continue;
    g_string_truncate (folded, 0);
    tcn_word_fold (folded, node->needle + word->start, word->end - word->start);
    if (folded->len == 0)
      continue;
    emit (compiler,
          intern (compiler, TCN_TERM_RAW, TCN_MODE_PLAIN, folded->str, NULL, FALSE));
    n++;
  }
  compiler->ruleset->has_raw |= n > 0;
  return n;
}

static guint
emit_leaf (Compiler *compiler, const TcnNode *node)
{
  emit (compiler, compiler->leaf++);
  switch (node->kind) {
  case TCN_NODE_PHRASE:
    emit_phrase (compiler, node);
    return node->n_places;
  case TCN_NODE_EXACT:
    return emit_runs (compiler, node);
  case TCN_NODE_REGEX:
    if (node->literal == NULL)
      return 0;
    emit (compiler, intern (compiler, TCN_TERM_LITERAL, TCN_MODE_PLAIN, node->literal,
                            NULL, FALSE));
    return 1;
  case TCN_NODE_SITE:
    compiler->ruleset->has_sites = TRUE;
    emit (compiler,
          intern (compiler, TCN_TERM_SITE, TCN_MODE_PLAIN, node->needle, NULL, FALSE));
    return 1;
  default:
    emit (compiler,
          intern (compiler, TCN_TERM_LANG, TCN_MODE_PLAIN, node->needle, NULL, FALSE));
    return 1;
  }
}

static void
emit_node (Compiler *compiler, const TcnNode *node)
{
  guint at = compiler->programs->len;
  guint count = 0;

  emit (compiler, 0);
  emit (compiler, 0);
  if (node->kind == TCN_NODE_NEAR)
    emit (compiler, node->distance | (node->is_ordered ? TCN_NEAR_ORDERED : 0));
  if (node->children == NULL) {
    count = emit_leaf (compiler, node);
  } else {
    count = node->children->len;
    for (guint i = 0; i < node->children->len; i++)
      emit_node (compiler, g_ptr_array_index (node->children, i));
  }
  g_array_index (compiler->programs, guint32, at) =
      TCN_HEAD (node->kind, node->first_field, node->last_field, MIN (count, MAX_COUNT));
  g_array_index (compiler->programs, guint32, at + 1) = compiler->programs->len - at;
}

static void
compile_slot (Compiler *compiler, guint32 index)
{
  TcnRuleSlot *slot = &compiler->ruleset->slots[index];
  int language = tcn_inflect_language (slot->query->language);

  /* A language without a stemmer is one in which nothing inflects. */
  if (slot->query->language == NULL)
    compiler->own_mode = TCN_MODE_ITEM;
  else
    compiler->own_mode =
        language == TCN_LANGUAGE_NONE ? TCN_MODE_PLAIN : TCN_MODE_OWN + (guint) language;
  compiler->leaf = 0;
  slot->program = compiler->programs->len;
  emit (compiler, index);
  emit_node (compiler, slot->query->root);
}

/* --- beginnings ------------------------------------------------------------------------- */

/* The place of a word's first `n` letters among the beginnings. */
static guint32
beginning (const char *folded, guint n)
{
  const char *end = folded;

  for (guint i = 0; i < n && *end != '\0'; i++)
    end = g_utf8_next_char (end);
  return (guint32) (tcn_hash_bytes (folded, (gsize) (end - folded), n) >> 40) %
         TCN_N_BEGINNINGS;
}

static void
note_beginnings (TcnRuleset *ruleset)
{
  for (guint32 i = 0; i < ruleset->n_terms; i++) {
    if (ruleset->terms[i].mode == TCN_MODE_PLAIN)
      continue;
    for (guint n = 1; n <= MAX_BEGINNING; n++) {
      guint32 at = beginning (tcn_term_text (ruleset, i), n);

      ruleset->beginnings[at / 8] |= (guint8) (1u << at % 8);
    }
  }
}

/* Two forms differ only within the reach of an inflection, so a long word shares its
 * beginning with every form of it. */
gboolean
tcn_ruleset_may_inflect (const TcnRuleset *ruleset, int language, const char *folded)
{
  guint reach = tcn_inflect_reach (language);
  guint n_common = 0;
  guint32 at;

  if (reach == G_MAXUINT)
    return TRUE;
  for (const char *p = folded; *p != '\0' && n_common < reach + MAX_BEGINNING; n_common++)
    p = g_utf8_next_char (p);
  if (n_common <= reach)
    return TRUE;
  at = beginning (folded, n_common - reach);
  return (ruleset->beginnings[at / 8] & 1u << at % 8) != 0;
}

/* --- patterns and stems ----------------------------------------------------------------- */

static void
add_pattern (TcnAutomaton *automaton, const TcnRuleset *ruleset, guint32 index)
{
  const TcnTerm *term = &ruleset->terms[index];
  gboolean begins = term->kind == TCN_TERM_PREFIX || term->is_hangul;
  gboolean ends = term->kind == TCN_TERM_SUFFIX;
  g_autoptr (GString) pattern = g_string_new (NULL);

  if (!begins && !ends && term->kind != TCN_TERM_INSIDE)
    return;
  if (begins)
    g_string_append_c (pattern, BEGIN_MARK);
  g_string_append (pattern, tcn_term_text (ruleset, index));
  if (ends)
    g_string_append_c (pattern, END_MARK);
  tcn_automaton_add (automaton, pattern->str, pattern->len, index);
}

static void
build_automata (TcnRuleset *ruleset)
{
  ruleset->patterns = tcn_automaton_new ();
  ruleset->literals = tcn_automaton_new ();
  for (guint32 i = 0; i < ruleset->n_terms; i++) {
    if (ruleset->terms[i].kind == TCN_TERM_LITERAL)
      tcn_automaton_add (ruleset->literals, tcn_term_text (ruleset, i),
                         strlen (tcn_term_text (ruleset, i)), i);
    else
      add_pattern (ruleset->patterns, ruleset, i);
  }
  tcn_automaton_build (ruleset->patterns);
  tcn_automaton_build (ruleset->literals);
}

/* Adds the stems of a term: of the word as written, and of the word without its accents. */
static void
add_stems (TcnDictionary *dictionary, TcnStemmer *stemmer, const TcnRuleset *ruleset,
           guint32 index, GString *scratch)
{
  const char *folded = tcn_term_text (ruleset, index);
  const char *lower = ruleset->arena->str + ruleset->terms[index].lower;
  guint64 first;
  guint64 second;

  g_string_truncate (scratch, 0);
  tcn_stemmer_stem (stemmer, lower, strlen (lower), scratch);
  first = text_hash (scratch->str);
  tcn_dictionary_add (dictionary, first, index);
  if (ruleset->terms[index].lower == ruleset->terms[index].text)
    return;
  g_string_truncate (scratch, 0);
  tcn_stemmer_stem (stemmer, folded, strlen (folded), scratch);
  second = text_hash (scratch->str);
  if (second != first)
    tcn_dictionary_add (dictionary, second, index);
}

static TcnDictionary *
build_stems (const TcnRuleset *ruleset, int language, guint8 mode)
{
  TcnDictionary *dictionary = g_new0 (TcnDictionary, 1);
  g_autoptr (TcnStemmer) stemmer = tcn_stemmer_new (language);
  g_autoptr (GString) scratch = g_string_new (NULL);

  for (guint32 i = 0; i < ruleset->n_terms; i++)
    if (ruleset->terms[i].kind == TCN_TERM_WORD && ruleset->terms[i].mode == mode &&
        tcn_inflect_has_script (language, tcn_term_text (ruleset, i)))
      add_stems (dictionary, stemmer, ruleset, i, scratch);
  return dictionary;
}

const TcnDictionary *
tcn_ruleset_item_stems (TcnRuleset *ruleset, int language)
{
  if (g_once_init_enter (&ruleset->item_stems[language]))
    g_once_init_leave (&ruleset->item_stems[language],
                       build_stems (ruleset, language, TCN_MODE_ITEM));
  return ruleset->item_stems[language];
}

static void
build_own_stems (TcnRuleset *ruleset)
{
  for (guint32 i = 0; i < ruleset->n_terms; i++)
    if (ruleset->terms[i].mode >= TCN_MODE_OWN)
      ruleset->own_languages |= 1u << (ruleset->terms[i].mode - TCN_MODE_OWN);
  for (guint language = 0; language < TCN_N_LANGUAGES; language++)
    if ((ruleset->own_languages & 1u << language) != 0)
      ruleset->own_stems[language] =
          build_stems (ruleset, (int) language, (guint8) (TCN_MODE_OWN + language));
}

void
tcn_compile (TcnRuleset *ruleset)
{
  Compiler compiler = { .ruleset = ruleset };

  ruleset->arena = g_string_new (NULL);
  compiler.terms = g_array_new (FALSE, FALSE, sizeof (TcnTerm));
  compiler.programs = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint32 i = 0; i < ruleset->n_slots; i++)
    compile_slot (&compiler, i);
  ruleset->n_terms = compiler.terms->len;
  ruleset->terms = (TcnTerm *) (gpointer) g_array_free (compiler.terms, FALSE);
  ruleset->terms = g_renew (TcnTerm, ruleset->terms, MAX (ruleset->n_terms, 1));
  ruleset->programs_size = compiler.programs->len;
  ruleset->programs = (guint32 *) (gpointer) g_array_free (compiler.programs, FALSE);
  ruleset->programs =
      g_renew (guint32, ruleset->programs, MAX (ruleset->programs_size, 1));
  note_beginnings (ruleset);
  build_automata (ruleset);
  build_own_stems (ruleset);
}

const TcnNode *
tcn_query_leaf (const TcnQuery *query, guint leaf)
{
  const TcnNode *node = query->root;
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  g_ptr_array_add (rest, (gpointer) node);
  while (rest->len > 0) {
    node = g_ptr_array_steal_index (rest, rest->len - 1);
    if (node->children == NULL && leaf-- == 0)
      return node;
    for (guint i = node->children != NULL ? node->children->len : 0; i-- > 0;)
      g_ptr_array_add (rest, g_ptr_array_index (node->children, i));
  }
  return NULL;
}
