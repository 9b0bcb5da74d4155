/* SPDX-License-Identifier: MIT */
/*
 * The leaves of a query: from the text of a word, phrase, exact form, regex, host or
 * language code to a node that texts can be compared with, or to a fault.
 */
#pragma once

#include "rules/tree.h"

G_BEGIN_DECLS

typedef struct {
  const char *text; /* what offsets refer to */
  GPtrArray *faults;
  gboolean no_inflect;
  guint n_words;    /* read so far, stars included */
  gsize item_start; /* with quotes and signs: what is at fault as a whole */
  gsize item_end;
  TcnField first_field; /* where leaves are searched */
  TcnField last_field;
} TcnLeafReader;

/* Each reads the bytes [start, end) of reader->text. (transfer full) On a fault they note it
 * and return a FAULTY node. */
TcnNode *tcn_leaf_words (TcnLeafReader *reader, gsize start, gsize end,
                         gboolean is_quoted);
TcnNode *tcn_leaf_exact (TcnLeafReader *reader, gsize start, gsize end);
TcnNode *tcn_leaf_regex (TcnLeafReader *reader, gsize start, gsize end,
                         gboolean ignore_case);
TcnNode *tcn_leaf_site (TcnLeafReader *reader, gsize start, gsize end);
TcnNode *tcn_leaf_lang (TcnLeafReader *reader, gsize start, gsize end);

/* The longest run of bytes that every match of `pattern` contains, ASCII letters in lower
 * case; NULL when none of 3 bytes or more can be proved. (transfer full) (nullable) */
char *tcn_regex_literal (const char *pattern, gboolean ignore_case);

G_END_DECLS
