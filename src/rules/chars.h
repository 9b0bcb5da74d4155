/* SPDX-License-Identifier: MIT */
/*
 * What each character is to the rule language, and what it folds to. The tables behind it
 * are made from GLib's Unicode data at build time (make-chars.c), so that a run for one
 * item pays nothing for them.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The low four bits of a character's class. The word characters come last. */
enum {
  TCN_CHAR_OTHER,      /* separates */
  TCN_CHAR_SPACE,      /* separates; a line of nothing else is blank */
  TCN_CHAR_NEWLINE,    /* separates; two with blanks only in between end a paragraph */
  TCN_CHAR_APOSTROPHE, /* separates, but for elision, possessives and n't (T5) */
  TCN_CHAR_HYPHEN,     /* separates and joins (T6) */
  TCN_CHAR_DOT,        /* separates, but for acronyms (T4) */
  TCN_CHAR_IGNORED,    /* as if absent (T2) */
  TCN_CHAR_MARK,       /* belongs to the word before it */
  TCN_CHAR_LETTER,
  TCN_CHAR_DIGIT,
  TCN_CHAR_SINGLE,   /* a word of its own (T3) */
  TCN_CHAR_KATAKANA, /* a run of its own (T3) */
};
#define TCN_CHAR_KIND 0x0f

/* The high four bits. */
#define TCN_CHAR_KEEPS_MARKS 0x10 /* letter: accents on it are part of it (F2) */
#define TCN_CHAR_GENERIC 0x10     /* mark: an accent of any script, removed unless kept */
#define TCN_CHAR_CYRILLIC 0x20    /* letter: stress marks on it are removed */
#define TCN_CHAR_STRESS 0x20      /* mark: acute or grave */
#define TCN_CHAR_HANGUL 0x40      /* letter: a Hangul syllable */
#define TCN_CHAR_COMPOSES 0x80 /* the word must be composed (NFC) before it is folded */

/* The tables; see make-chars.c for their form. */
extern const guint8 tcn_char_class_index[0x1100];
extern const guint8 tcn_char_class_blocks[][256];
extern const guint8 tcn_char_fold_index[0x1100];
extern const guint16 tcn_char_fold_blocks[][256];
extern const guint8 tcn_char_fold_pool[];

/* Any 32-bit number is accepted; what is no character separates. */
static inline guint8
tcn_char_class (gunichar c)
{
  if (G_UNLIKELY (c > 0x10ffff))
    return TCN_CHAR_OTHER;
  return tcn_char_class_blocks[tcn_char_class_index[c >> 8]][c & 0xff];
}

/* The folded form of `c` as UTF-8; NULL when it folds to itself. */
static inline const char *
tcn_char_fold (gunichar c, gsize *out_length)
{
  guint16 at;

  if (G_UNLIKELY (c > 0x10ffff))
    return NULL;
  at = tcn_char_fold_blocks[tcn_char_fold_index[c >> 8]][c & 0xff];
  if (at == 0)
    return NULL;
  *out_length = tcn_char_fold_pool[at];
  return (const char *) tcn_char_fold_pool + at + 1;
}

static inline gboolean
tcn_char_is_word (guint8 klass)
{
  return (klass & TCN_CHAR_KIND) >= TCN_CHAR_LETTER;
}

G_END_DECLS
