/* SPDX-License-Identifier: MIT */
/*
 * The inside of a ruleset: terms, dictionaries, programs, postings. Made by ruleset.c, read
 * by the matcher.
 *
 * A term is something that a text has or has not, known by number; rules that need the same
 * one share it. Each rule is compiled to a program, a tree of terms in an array of 32-bit
 * numbers, and posted under terms of which at least one is in every text that it matches.
 */
#pragma once

#include <glib.h>
#include <string.h>

#include "rules/automaton.h"
#include "rules/inflect.h"
#include "rules/tree.h"
#include "tocsin/ruleset.h"

G_BEGIN_DECLS

typedef enum {
  TCN_TERM_WORD,
  TCN_TERM_PREFIX,
  TCN_TERM_SUFFIX,
  TCN_TERM_INSIDE,
  TCN_TERM_RAW,     /* a run of characters, for exact forms: only present or absent */
  TCN_TERM_LITERAL, /* bytes that a regex needs: only present or absent */
  TCN_TERM_SITE,
  TCN_TERM_LANG,
} TcnTermKind;

/* `mode` of a term: no inflection, the item's language, or one of the rule's own. */
enum {
  TCN_MODE_PLAIN,
  TCN_MODE_ITEM,
  TCN_MODE_OWN, /* + the language's number */
};

typedef struct {
  guint32 text;  /* in the arena: folded */
  guint32 lower; /* in the arena: with accents, where it inflects */
  guint8 kind;
  guint8 mode;
  guint8 is_hangul;
} TcnTerm;

/* An open-addressing table from the hash of a string to terms; several may have one key. */
typedef struct {
  guint32 tag;   /* one half of the hash, */
  guint32 check; /* and the other */
  guint32 term;
} TcnSlot;

typedef struct {
  TcnSlot *slots; /* NULL while empty */
  gsize mask;
  gsize n_used;
} TcnDictionary;

/* Programs. Each node is `head, size, ...`: its kind, fields and count, and its size with
 * all that is below it. A program begins with its slot, whose top bit tells that the rule
 * is posted more than once.
 *   AND, OR, NOT   the children
 *   NEAR           distance (top bit: ordered), left, right
 *   PHRASE         leaf, then a term for each place (STAR for any word); with JOINED set,
 *                  two more: the term of the joined word, the places it covers
 *   EXACT, REGEX   leaf, then the terms that must be present
 *   SITE, LANG     leaf, term
 * `leaf` counts the leaves of the rule's tree in its order. */
#define TCN_PROGRAM_MULTIPLE (1u << 31)
#define TCN_PLACE_STAR G_MAXUINT32
#define TCN_PLACE_JOINED (1u << 31)
#define TCN_NEAR_ORDERED (1u << 31)

#define TCN_HEAD(kind, first, last, count)                                               \
  ((guint32) (kind) | (guint32) (first) << 8 | (guint32) (last) << 12 |                  \
   (guint32) (count) << 16)
#define TCN_HEAD_KIND(head) ((TcnNodeKind) ((head) &0xff))
#define TCN_HEAD_FIRST(head) ((head) >> 8 & 0xf)
#define TCN_HEAD_LAST(head) ((head) >> 12 & 0xf)
#define TCN_HEAD_COUNT(head) ((head) >> 16)

#define TCN_N_BEGINNINGS (1 << 15)

typedef struct {
  TcnQuery *query;
  guint32 program; /* offset */
  guint32 rule_index;
} TcnRuleSlot;

struct TcnRuleset {
  gatomicrefcount ref_count;

  GString *arena;
  TcnTerm *terms;
  guint32 n_terms;
  TcnDictionary words;    /* folded text -> terms of every kind but patterns */
  TcnAutomaton *patterns; /* wildcards and Hangul beginnings, over "\1word\2" */
  TcnAutomaton *literals; /* of regexes, over texts with ASCII letters in lower case */
  gboolean has_raw;
  gboolean has_sites;

  /* Stems, by language: of the terms that follow the item's, built when the first item
   * comes, and of those that have their own. */
  TcnDictionary *item_stems[TCN_N_LANGUAGES];
  TcnDictionary *own_stems[TCN_N_LANGUAGES];
  guint32 own_languages; /* bit set */

  /* The beginnings of words that inflect, hashed: what no rule begins with need not be
   * stemmed. */
  guint8 beginnings[TCN_N_BEGINNINGS / 8];

  guint32 *programs;
  gsize programs_size; /* in numbers */
  TcnRuleSlot *slots;
  guint32 n_slots;

  guint32 *posting_starts; /* n_terms + 1 */
  guint32 *postings;       /* offsets of programs */
  guint32 *always;         /* offsets of programs that nothing can stand for */
  guint32 n_always;
};

static inline guint64
tcn_hash_mix (guint64 a, guint64 b)
{
  __uint128_t product = (__uint128_t) a * b;

  return (guint64) product ^ (guint64) (product >> 64);
}

static inline guint64
tcn_hash_read8 (const char *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);
  return value;
}

static inline guint64
tcn_hash_read4 (const char *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return value;
}

/* A multiply-and-fold hash, keyed: nobody who writes texts can aim at one slot. The last
 * bytes are read with some of those before them, rather than one by one. */
static inline guint64
tcn_hash_bytes (const char *bytes, gsize length, guint64 seed)
{
  guint64 hash = seed ^ G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  guint64 last;

  for (gsize at = 8; at < length; at += 8)
    hash = tcn_hash_mix (hash ^ tcn_hash_read8 (bytes + at - 8),
                         G_GUINT64_CONSTANT (0xe7037ed1a0b428db));
  if (length >= 8)
    last = tcn_hash_read8 (bytes + length - 8);
  else if (length >= 4)
    last = tcn_hash_read4 (bytes) | tcn_hash_read4 (bytes + length - 4) << 32;
  else if (length > 0)
    last = (guint64) (guint8) bytes[0] | (guint64) (guint8) bytes[length / 2] << 8 |
           (guint64) (guint8) bytes[length - 1] << 16;
  else
    last = 0;
  hash = tcn_hash_mix (hash ^ last, G_GUINT64_CONSTANT (0x8ebc6af09c88c6e3));
  return tcn_hash_mix (hash ^ length, seed | 1);
}

typedef void (*TcnTermFunc) (guint32 term, gpointer data);

/* Calls `func` for each term stored under this hash. */
void tcn_dictionary_find (const TcnDictionary *dictionary, guint64 hash, TcnTermFunc func,
                          gpointer data);
void tcn_dictionary_add (TcnDictionary *dictionary, guint64 hash, guint32 term);

/* Which half of the hash names a slot. */
#define TCN_HASH_TAG(hash) ((guint32) ((hash) >> 16))

/* Asks for the slot that a search will begin with: memory is slow. */
static inline void
tcn_dictionary_fetch (const TcnDictionary *dictionary, guint64 hash)
{
  if (dictionary->slots != NULL)
    __builtin_prefetch (&dictionary->slots[TCN_HASH_TAG (hash) & dictionary->mask]);
}

/* The dictionary of stems of a language, built now if it was not. */
const TcnDictionary *tcn_ruleset_item_stems (TcnRuleset *ruleset, int language);

/* Whether a rule's word can be another form of the folded word. */
gboolean tcn_ruleset_may_inflect (const TcnRuleset *ruleset, int language,
                                  const char *folded);

static inline const char *
tcn_term_text (const TcnRuleset *ruleset, guint32 term)
{
  return ruleset->arena->str + ruleset->terms[term].text;
}

/* The leaf of the rule's tree with this number. (transfer none) */
const TcnNode *tcn_query_leaf (const TcnQuery *query, guint leaf);

/* How many items had each term, of how many. */
struct TcnWordCounts {
  guint32 n_items;
  guint32 by_term[];
};

/* Posts every rule under the terms that `weight` finds rarest. */
typedef double (*TcnWeightFunc) (const TcnRuleset *ruleset, guint32 term, gpointer data);
void tcn_ruleset_post (TcnRuleset *ruleset, TcnWeightFunc weight, gpointer data);

G_END_DECLS
