/* SPDX-License-Identifier: MIT */
/*
 * What a word is (T1 to T8) and what it folds to (F1 to F3). Rules and texts are cut by the
 * same function; that is the invariant everything else rests on. Nothing is copied: a word
 * is a slice of the text it stands in.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What separates two paragraphs or fields, in positions: more than the longest phrase and
 * the widest NEAR can bridge. */
#define TCN_WORD_BARRIER 2048

#define TCN_WORD_MAX_PARTS 4 /* of a hyphenated word (T6): the longest span of a word */

enum {
  TCN_WORD_JOINED =
      1 << 0, /* the parts of a hyphenated word as one; covers `span` positions */
  TCN_WORD_RAW =
      1
      << 1, /* a run that is no word (an elided particle, a letter of U.S.): takes no position */
  TCN_WORD_SINGLE = 1 << 2, /* a character of a script without spaces */
  TCN_WORD_MERGED = 1 << 3, /* of several runs: U.S., don't, cyber-attaque */
};

typedef struct {
  guint32 start; /* bytes of the text */
  guint32 end;
  guint32 position; /* of its first word */
  guint16 span; /* positions covered: 1, the number of parts when joined, 0 when raw */
  guint16 flags;
} TcnWord;

/* A run of word characters, before elision and joining are decided. Scratch of the cutter. */
typedef struct {
  guint32 start;
  guint32 end;
  guint16 flags;
  guint8 glue; /* kind of the one character between this run and the one before; else 0 */
  guint8 has_barrier; /* a paragraph ends before this run */
  guint8 is_one_letter;
} TcnRun;

/* Reusable memory of the cutter; zero it before the first use. */
typedef struct {
  TcnWord *words;
  gsize n_words;
  gsize words_size;
  TcnRun *runs;
  gsize n_runs;
  gsize runs_size;
} TcnCut;

void tcn_cut_clear (TcnCut *cut);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcnCut, tcn_cut_clear)

/* Appends the words of `text` to cut->words, in the order of their positions, a joined form
 * before its parts. Positions start at `position`; returns the one after the last word.
 * With `with_raw`, runs that are no words are appended, too. Any bytes are safe. */
guint32 tcn_cut_text (TcnCut *cut, const char *text, gsize length, guint32 position,
                      gboolean with_raw);

/* Appends the folded form of a slice: what words are compared by. Characters that belong to
 * no word (the dots of U.S.) leave no trace. */
void tcn_word_fold (GString *out, const char *slice, gsize length);

/* The folded form without accents removed or letters replaced: composed, lower case, word
 * characters only. What stemmers are given. */
void tcn_word_lower (GString *out, const char *slice, gsize length);

/* The slice as `=` compares it (F6): composed, any run of spaces as one space, any
 * apostrophe as ', any hyphen as -, ignored characters left out. With `ignore_case`, case
 * folded. When `map` is not NULL it gets, for each byte of the output, the offset of its
 * source character in the slice, and one more for the end. */
void tcn_text_as_typed (GString *out, GArray *map /* guint32 */, const char *slice,
                        gsize length, gboolean ignore_case);

/* The slice composed (NFC), with the same kind of map. */
void tcn_text_composed (GString *out, GArray *map /* guint32 */, const char *slice,
                        gsize length);

/* Whether composing would leave it as it is, at once for ASCII. */
gboolean tcn_text_is_composed (const char *slice, gsize length);

/* Decodes one character of [p, end); bytes that are no UTF-8 decode to one each, as
 * (gunichar) -1. */
static inline const char *
tcn_next_char (const char *p, const char *end, gunichar *out_char)
{
  guint8 c = (guint8) *p;
  gsize left = (gsize) (end - p);

  if (c < 0x80) {
    *out_char = c;
    return p + 1;
  }
#define TRAIL(i) ((gunichar) ((guint8) p[i] & 0x3f))
#define IS_TRAIL(i) (((guint8) p[i] & 0xc0) == 0x80)
  if (c >= 0xc2 && c < 0xe0 && left >= 2 && IS_TRAIL (1)) {
    *out_char = (gunichar) (c & 0x1f) << 6 | TRAIL (1);
    return p + 2;
  }
  if ((c & 0xf0) == 0xe0 && left >= 3 && IS_TRAIL (1) && IS_TRAIL (2)) {
    *out_char = (gunichar) (c & 0x0f) << 12 | TRAIL (1) << 6 | TRAIL (2);
    return p + 3;
  }
  if (c >= 0xf0 && c < 0xf5 && left >= 4 && IS_TRAIL (1) && IS_TRAIL (2) &&
      IS_TRAIL (3)) {
    *out_char =
        (gunichar) (c & 0x07) << 18 | TRAIL (1) << 12 | TRAIL (2) << 6 | TRAIL (3);
    return p + 4;
  }
#undef TRAIL
#undef IS_TRAIL
  *out_char = (gunichar) -1;
  return p + 1;
}

G_END_DECLS
