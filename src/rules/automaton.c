/* SPDX-License-Identifier: MIT */
#include "rules/automaton.h"

#define NONE G_MAXUINT32

typedef struct {
  guint32 key; /* state << 8 | byte; NONE when free */
  guint32 to;
} Transition;

typedef struct {
  guint32 fail;    /* the state of the longest suffix that is one */
  guint32 output;  /* first of the patterns that end here; NONE */
  guint32 shorter; /* the next state on the way of `fail` that has output; NONE */
  guint32 parent;
  guint8 byte; /* by which it was reached */
} State;

typedef struct {
  guint32 value;
  guint32 next;
} Output;

struct TcnAutomaton {
  Transition *transitions;
  gsize n_transitions;
  gsize mask;
  GArray *states;  /* of State */
  GArray *outputs; /* of Output */
};

static gsize
slot_of (const TcnAutomaton *automaton, guint32 key)
{
  gsize slot =
      (gsize) ((key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 20) & automaton->mask;

  while (automaton->transitions[slot].key != NONE &&
         automaton->transitions[slot].key != key)
    slot = (slot + 1) & automaton->mask;
  return slot;
}

static void
resize (TcnAutomaton *automaton, gsize size)
{
  g_autofree Transition *old = automaton->transitions;
  gsize old_size = old != NULL ? automaton->mask + 1 : 0;

  automaton->transitions = g_new (Transition, size);
  automaton->mask = size - 1;
  for (gsize i = 0; i < size; i++)
    automaton->transitions[i].key = NONE;
  for (gsize i = 0; i < old_size; i++)
    if (old[i].key != NONE)
      automaton->transitions[slot_of (automaton, old[i].key)] = old[i];
}

static guint32
add_state (TcnAutomaton *automaton, guint32 parent, guint8 byte)
{
  State state = { 0, NONE, NONE, parent, byte };

  g_array_append_val (automaton->states, state);
  return automaton->states->len - 1;
}

TcnAutomaton *
tcn_automaton_new (void)
{
  TcnAutomaton *automaton = g_new0 (TcnAutomaton, 1);

  automaton->states = g_array_new (FALSE, FALSE, sizeof (State));
  automaton->outputs = g_array_new (FALSE, FALSE, sizeof (Output));
  resize (automaton, 16);
  add_state (automaton, 0, 0);
  return automaton;
}

void
tcn_automaton_free (TcnAutomaton *automaton)
{
  if (automaton == NULL)
    return;
  g_array_unref (automaton->states);
  g_array_unref (automaton->outputs);
  g_free (automaton->transitions);
  g_free (automaton);
}

/* The child of `state`; NONE if there is none. */
static guint32
child_of (const TcnAutomaton *automaton, guint32 state, guint8 byte)
{
  const Transition *transition =
      &automaton->transitions[slot_of (automaton, state << 8 | byte)];

  return transition->key == NONE ? NONE : transition->to;
}

void
tcn_automaton_add (TcnAutomaton *automaton, const char *pattern, gsize length,
                   guint32 value)
{
  guint32 state = TCN_AUTOMATON_START;
  Output output = { value, NONE };

  for (gsize i = 0; i < length; i++) {
    guint8 byte = (guint8) pattern[i];
    guint32 next = child_of (automaton, state, byte);

    if (next == NONE) {
      next = add_state (automaton, state, byte);
      if (++automaton->n_transitions * 2 > automaton->mask)
        resize (automaton, (automaton->mask + 1) * 2);
      automaton->transitions[slot_of (automaton, state << 8 | byte)] =
          (Transition){ state << 8 | byte, next };
    }
    state = next;
  }
  output.next = g_array_index (automaton->states, State, state).output;
  g_array_append_val (automaton->outputs, output);
  g_array_index (automaton->states, State, state).output = automaton->outputs->len - 1;
}

static void
link_state (TcnAutomaton *automaton, guint32 index)
{
  State *state = &g_array_index (automaton->states, State, index);
  const State *fail;

  if (state->parent != TCN_AUTOMATON_START)
    state->fail = tcn_automaton_step (
        automaton, g_array_index (automaton->states, State, state->parent).fail,
        state->byte);
  fail = &g_array_index (automaton->states, State, state->fail);
  state->shorter = fail->output != NONE ? state->fail : fail->shorter;
}

void
tcn_automaton_build (TcnAutomaton *automaton)
{
  g_autofree guint32 *order = g_new0 (guint32, automaton->states->len);
  g_autofree guint32 *depths = g_new0 (guint32, automaton->states->len);
  g_autofree guint32 *starts = NULL;
  guint32 deepest = 0;

  /* States in the order of their depths: a failure leads to a lesser one. */
  for (guint32 i = 1; i < automaton->states->len; i++) {
    depths[i] = depths[g_array_index (automaton->states, State, i).parent] + 1;
    deepest = MAX (deepest, depths[i]);
  }
  starts = g_new0 (guint32, deepest + 2);
  for (guint32 i = 1; i < automaton->states->len; i++)
    starts[depths[i] + 1]++;
  for (guint32 depth = 1; depth < deepest + 2; depth++)
    starts[depth] += starts[depth - 1];
  for (guint32 i = 1; i < automaton->states->len; i++)
    order[starts[depths[i]]++] = i;
  for (guint32 i = 0; i + 1 < automaton->states->len; i++)
    link_state (automaton, order[i]);
}

gboolean
tcn_automaton_is_empty (const TcnAutomaton *automaton)
{
  return automaton->states->len == 1;
}

gsize
tcn_automaton_size (const TcnAutomaton *automaton)
{
  return sizeof *automaton + (automaton->mask + 1) * sizeof (Transition) +
         automaton->states->len * sizeof (State) +
         automaton->outputs->len * sizeof (Output);
}

guint32
tcn_automaton_step (const TcnAutomaton *automaton, guint32 state, guint8 byte)
{
  guint32 next = child_of (automaton, state, byte);

  while (next == NONE && state != TCN_AUTOMATON_START) {
    state = g_array_index (automaton->states, State, state).fail;
    next = child_of (automaton, state, byte);
  }
  return next == NONE ? TCN_AUTOMATON_START : next;
}

void
tcn_automaton_report (const TcnAutomaton *automaton, guint32 state, TcnAutomatonFunc func,
                      gpointer data)
{
  while (state != NONE) {
    const State *here = &g_array_index (automaton->states, State, state);

    for (guint32 i = here->output; i != NONE;
         i = g_array_index (automaton->outputs, Output, i).next)
      func (g_array_index (automaton->outputs, Output, i).value, data);
    state = here->shorter;
  }
}
