/* SPDX-License-Identifier: MIT */
/*
 * Memory for what goes together: pieces are cut off large blocks and are all forgotten at
 * once. A zeroed TcnArena is empty.
 */
#pragma once

#include <glib.h>
#include <string.h>

typedef struct TcnArenaBlock TcnArenaBlock;

typedef struct {
  TcnArenaBlock *blocks; /* the one that is cut from comes first */
  char *free;
  gsize n_free;
} TcnArena;

/* n bytes of a block that is new. (transfer none) */
void *tcn_arena_grow (TcnArena *arena, gsize n);

/* Forgets all pieces; keeps a block for those to come. */
void tcn_arena_empty (TcnArena *arena);

void tcn_arena_clear (TcnArena *arena);

/* n bytes, good for any type. (transfer none) */
static inline void *
tcn_arena_take (TcnArena *arena, gsize n)
{
  gsize whole = (n + 15) & ~(gsize) 15;
  void *taken = arena->free;

  if (G_UNLIKELY (whole > arena->n_free))
    return tcn_arena_grow (arena, whole);
  arena->free += whole;
  arena->n_free -= whole;
  return taken;
}

/* A terminated copy of n bytes. (transfer none) */
static inline char *
tcn_arena_dup (TcnArena *arena, const char *s, gsize n)
{
  char *copy = tcn_arena_take (arena, n + 1);

  memcpy (copy, s, n);
  copy[n] = '\0';
  return copy;
}
