/* SPDX-License-Identifier: MIT */
#include "rules/index.h"

#define INITIAL_SLOTS 16
#define FREE G_MAXUINT32

static inline TcnSlot
make_slot (guint64 hash, guint32 term)
{
  return (TcnSlot){ TCN_HASH_TAG (hash),
                    (guint32) (hash & 0xffff) | (guint32) (hash >> 48) << 16, term };
}

static void
insert (TcnDictionary *dictionary, TcnSlot slot)
{
  gsize at = slot.tag & dictionary->mask;

  while (dictionary->slots[at].term != FREE)
    at = (at + 1) & dictionary->mask;
  dictionary->slots[at] = slot;
}

static void
grow (TcnDictionary *dictionary)
{
  g_autofree TcnSlot *old = dictionary->slots;
  gsize old_size = old != NULL ? dictionary->mask + 1 : 0;
  gsize size = MAX (old_size * 2, INITIAL_SLOTS);

  dictionary->slots = g_new (TcnSlot, size);
  dictionary->mask = size - 1;
  for (gsize i = 0; i < size; i++)
    dictionary->slots[i].term = FREE;
  for (gsize i = 0; i < old_size; i++)
    if (old[i].term != FREE)
      insert (dictionary, old[i]);
}

void
tcn_dictionary_add (TcnDictionary *dictionary, guint64 hash, guint32 term)
{
  if (dictionary->slots == NULL ||
      (dictionary->n_used + 1) * 4 > (dictionary->mask + 1) * 3)
    grow (dictionary);
  dictionary->n_used++;
  insert (dictionary, make_slot (hash, term));
}

void
tcn_dictionary_find (const TcnDictionary *dictionary, guint64 hash, TcnTermFunc func,
                     gpointer data)
{
  TcnSlot wanted = make_slot (hash, 0);

  if (dictionary->slots == NULL)
    return;
  for (gsize at = wanted.tag & dictionary->mask; dictionary->slots[at].term != FREE;
       at = (at + 1) & dictionary->mask) {
    const TcnSlot *slot = &dictionary->slots[at];

    if (slot->tag == wanted.tag && slot->check == wanted.check)
      func (slot->term, data);
  }
}
