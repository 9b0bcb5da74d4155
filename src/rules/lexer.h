/* SPDX-License-Identifier: MIT */
/*
 * A query cut into tokens. The lexer knows signs, quotes and where things begin and end; it
 * refuses what no token can be. What tokens mean together is the parser's.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  TCN_TOKEN_END,
  TCN_TOKEN_OPEN,
  TCN_TOKEN_CLOSE,
  TCN_TOKEN_AND,
  TCN_TOKEN_OR,
  TCN_TOKEN_NOT,
  TCN_TOKEN_NEAR,
  TCN_TOKEN_FIELD,
  TCN_TOKEN_WORD,
  TCN_TOKEN_PHRASE,
  TCN_TOKEN_EXACT,
  TCN_TOKEN_REGEX,
  TCN_TOKEN_NAMED,
  TCN_TOKEN_FAULTY, /* an item that was refused */
} TcnTokenKind;

typedef struct {
  TcnTokenKind kind;
  gsize start; /* bytes of the query */
  gsize end;
  gsize inner_start; /* without quotes, slashes, "=", "@", ":" */
  gsize inner_end;
  gboolean is_quoted;   /* EXACT */
  gboolean is_ordered;  /* NEAR */
  gboolean ignore_case; /* REGEX */
  guint distance;       /* NEAR */
} TcnToken;

/* Appends the tokens of `text` to `tokens` (of TcnToken), an END last, and what is wrong to
 * `faults` (of TcnFault*). */
void tcn_lex (const char *text, GArray *tokens, GPtrArray *faults);

/* Notes a fault; `remedy` (nullable) is taken over, as are the parts of `message`. */
void tcn_fault_add (GPtrArray *faults, gsize start, gsize end, char *message,
                    char *remedy);
void tcn_fault_warn (GPtrArray *faults, gsize start, gsize end, char *message,
                     char *remedy);

G_END_DECLS
