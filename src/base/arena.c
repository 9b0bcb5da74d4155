/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#define BLOCK_BYTES (8 * 1024 - 64) /* with what malloc() adds, two pages */

struct TcnArenaBlock {
  _Alignas(16) TcnArenaBlock *next;
  gsize n;
  char bytes[];
};

static void
cut_from (TcnArena *arena, TcnArenaBlock *block)
{
  arena->blocks = block;
  arena->free = block->bytes;
  arena->n_free = block->n;
}

void *
tcn_arena_grow (TcnArena *arena, gsize n)
{
  gsize size = MAX (n, BLOCK_BYTES);
  TcnArenaBlock *block = g_malloc (sizeof *block + size);

  block->next = arena->blocks;
  block->n = size;
  cut_from (arena, block);
  return tcn_arena_take (arena, n);
}

void
tcn_arena_empty (TcnArena *arena)
{
  TcnArenaBlock *block = arena->blocks;

  if (block == NULL)
    return;
  while (block->next != NULL) { /* the oldest is kept: seldom one of those too large */
    TcnArenaBlock *next = block->next;

    g_free (block);
    block = next;
  }
  cut_from (arena, block);
}

void
tcn_arena_clear (TcnArena *arena)
{
  while (arena->blocks != NULL) {
    TcnArenaBlock *next = arena->blocks->next;

    g_free (arena->blocks);
    arena->blocks = next;
  }
  arena->free = NULL;
  arena->n_free = 0;
}
