/* SPDX-License-Identifier: MIT */
/*
 * Many byte strings looked for in one pass (Aho and Corasick's automaton, its transitions in
 * a hash table). Immutable once built; runs from every thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct TcnAutomaton TcnAutomaton;

TcnAutomaton *tcn_automaton_new (void);
void tcn_automaton_free (TcnAutomaton *automaton);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnAutomaton, tcn_automaton_free)

/* Adds a pattern of at least one byte under `value`. */
void tcn_automaton_add (TcnAutomaton *automaton, const char *pattern, gsize length,
                        guint32 value);

/* To be called once, after the last pattern and before the first run. */
void tcn_automaton_build (TcnAutomaton *automaton);

gboolean tcn_automaton_is_empty (const TcnAutomaton *automaton);
gsize tcn_automaton_size (const TcnAutomaton *automaton);

/* The state before the first byte. */
#define TCN_AUTOMATON_START 0

/* The state after one more byte. */
guint32 tcn_automaton_step (const TcnAutomaton *automaton, guint32 state, guint8 byte);

typedef void (*TcnAutomatonFunc) (guint32 value, gpointer data);

/* Calls `func` for each pattern that ends in `state`. */
void tcn_automaton_report (const TcnAutomaton *automaton, guint32 state,
                           TcnAutomatonFunc func, gpointer data);

G_END_DECLS
