/* SPDX-License-Identifier: MIT */
/*
 * An item while it is read. Its strings, its categories and its enclosures are pieces of one
 * arena, and the memory of the last item is that of the next: whoever is given the item
 * copies what is to stay.
 */
#pragma once

#include "base/arena.h"
#include "tocsin/item.h"

typedef struct {
  TcnItem item;
  TcnArena arena;
} TcnDraft;

void tcn_draft_init (TcnDraft *draft);
void tcn_draft_clear (TcnDraft *draft);

/* Begins another item. (transfer none) */
TcnItem *tcn_draft_begin (TcnDraft *draft);

/* Adds a category, clean and on one line, unless it is there already. */
void tcn_draft_add_category (TcnDraft *draft, const char *name);

/* Adds a file, unless it is there already. `type` is nullable. */
void tcn_draft_add_enclosure (TcnDraft *draft, const char *url, const char *type,
                              gint64 length);
