/* SPDX-License-Identifier: MIT */
/*
 * Watch rules as written: from the text of a query to a checked tree, or to faults that
 * each say what is wrong, where, and what to write instead. The language is that of
 * tocsin-rules(7). Its invariant: a query is refused or understood, it never silently means
 * something else. A query knows nothing of other queries; ruleset.h makes an index of many.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Something to say about a query. Offsets are bytes of the query's text, end exclusive;
 * both are its length where the end itself is at fault. */
typedef struct {
  gsize start;
  gsize end;
  gboolean is_warning; /* the query is accepted all the same */
  char *message;       /* lower case, no full stop */
  char *remedy;        /* what to write instead; nullable */
} TcnFault;

void tcn_fault_free (TcnFault *fault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnFault, tcn_fault_free)

/* Where a query stands, for messages. */
typedef struct {
  const char *place;   /* "query:1" or "FILE:LINE"; the column is added */
  const char *subject; /* "rule NAME"; nullable */
  const char *line;    /* the whole line that holds the query, without its line end */
  gsize offset;        /* bytes of `line` before the query */
} TcnFaultPlace;

/* Appends the fault as people read it: "PLACE:COLUMN: SUBJECT: message", the line, the
 * caret under the fault, the remedy; each on a line of its own. Columns count
 * user-perceived characters of the line from 1. Warnings say "warning: " before the
 * message. */
void tcn_fault_print (GString *out, const TcnFault *fault, const TcnFaultPlace *place);

/* Named sub-queries, used in queries as @name. */
typedef struct TcnDefines TcnDefines;

TcnDefines *tcn_defines_new (void);
void tcn_defines_free (TcnDefines *defines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnDefines, tcn_defines_free)

/* Adds or replaces the definition of `name` (letters, digits, "-" and "_"; without "@").
 * `text` may use other names, earlier or later ones; it is read where it is used, so parse
 * each definition by itself, too, to report its faults where it stands. */
void tcn_defines_add (TcnDefines *defines, const char *name, const char *text);

typedef struct {
  const char *language;      /* of the rule's words: a primary subtag; NULL: the item's */
  gboolean no_inflect;       /* `inflect = no` */
  const TcnDefines *defines; /* nullable; read during the call only */
} TcnQueryOptions;

/* A checked query: immutable, reference-counted, readable from every thread. */
typedef struct TcnQuery TcnQuery;

/* Reads `text` (valid UTF-8; what stands in a configuration after "query = "). Appends
 * every fault and warning to `faults` (of TcnFault*, which should own them), in the order of
 * the text. `options` may be NULL. Returns (transfer full) NULL when any fault is no
 * warning. */
TcnQuery *tcn_query_parse (const char *text, const TcnQueryOptions *options,
                           GPtrArray *faults) G_GNUC_WARN_UNUSED_RESULT;

TcnQuery *tcn_query_ref (TcnQuery *query);
void tcn_query_unref (TcnQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnQuery, tcn_query_unref)

/* Whether words of the language (a primary subtag) are found in their other forms, too. */
gboolean tcn_query_inflects (const char *language);

/* The text it was read from. (transfer none) */
const char *tcn_query_text (const TcnQuery *query);

/* How the query was read, in a few lines for people: operators spelled out, groups
 * indented, each leaf with what it accepts. (transfer full) */
char *tcn_query_describe (const TcnQuery *query);

/* Whether nothing in the query tells beforehand which items it can match: it is tried on
 * every one. Regular expressions without a certain literal are such. */
gboolean tcn_query_is_always_tried (const TcnQuery *query);

/* Whether two queries accept the same items by construction: the same tree of the same
 * words under the same options. */
gboolean tcn_query_equal (const TcnQuery *a, const TcnQuery *b);

G_END_DECLS
