/* SPDX-License-Identifier: MIT */
#include "feed/draft.h"

#include "tocsin/limits.h"

void
tcn_draft_init (TcnDraft *draft)
{
  *draft = (TcnDraft){ 0 };
  draft->item.categories = g_ptr_array_new ();
  draft->item.enclosures = g_ptr_array_new ();
}

void
tcn_draft_clear (TcnDraft *draft)
{
  g_ptr_array_unref (draft->item.categories);
  g_ptr_array_unref (draft->item.enclosures);
  tcn_arena_clear (&draft->arena);
}

TcnItem *
tcn_draft_begin (TcnDraft *draft)
{
  GPtrArray *categories = draft->item.categories;
  GPtrArray *enclosures = draft->item.enclosures;

  g_ptr_array_set_size (categories, 0);
  g_ptr_array_set_size (enclosures, 0);
  tcn_arena_empty (&draft->arena);
  draft->item = (TcnItem){ .published_unix = TCN_TIME_NONE,
                           .updated_unix = TCN_TIME_NONE,
                           .categories = categories,
                           .enclosures = enclosures };
  return &draft->item;
}

void
tcn_draft_add_category (TcnDraft *draft, const char *name)
{
  GPtrArray *categories = draft->item.categories;

  if (categories->len >= TCN_MAX_CATEGORIES)
    return;
  for (guint i = 0; i < categories->len; i++)
    if (strcmp (g_ptr_array_index (categories, i), name) == 0)
      return;
  g_ptr_array_add (categories, tcn_arena_dup (&draft->arena, name, strlen (name)));
}

void
tcn_draft_add_enclosure (TcnDraft *draft, const char *url, const char *type,
                         gint64 length)
{
  GPtrArray *enclosures = draft->item.enclosures;
  TcnEnclosure *enclosure;

  if (enclosures->len >= TCN_MAX_ENCLOSURES)
    return;
  for (guint i = 0; i < enclosures->len; i++) {
    const TcnEnclosure *known = g_ptr_array_index (enclosures, i);

    if (strcmp (known->url, url) == 0 && g_strcmp0 (known->type, type) == 0)
      return;
  }
  enclosure = tcn_arena_take (&draft->arena, sizeof *enclosure);
  enclosure->url = tcn_arena_dup (&draft->arena, url, strlen (url));
  enclosure->type =
      type != NULL ? tcn_arena_dup (&draft->arena, type, strlen (type)) : NULL;
  enclosure->length = length;
  g_ptr_array_add (enclosures, enclosure);
}
