/* SPDX-License-Identifier: MIT */
/* Atom 0.3 and 1.0, whose elements also occur in RSS, with and without their namespace. */
#include "feed/elements.h"

#define ATOM (TCN_SPACE_CORE | TCN_SPACE_ATOM)
#define ATOM_ONLY TCN_SPACE_ATOM
#define FEED TCN_SCOPE_FEED
#define ITEM TCN_SCOPE_ITEM
#define BOTH (TCN_SCOPE_FEED | TCN_SCOPE_ITEM)

const TcnElement tcn_atom_elements[] = {
  { ATOM, TCN_SCOPE_TOP | TCN_SCOPE_WRAP | TCN_SCOPE_PAGE, "feed", TCN_DO_FEED },
  { ATOM, FEED | TCN_SCOPE_WRAP | ITEM, "entry", TCN_DO_ITEM },
  { ATOM, TCN_SCOPE_TOP, "entry", TCN_DO_ENTRY }, /* a document of one entry */

  { ATOM, FEED, "subtitle", TCN_DO_SUMMARY },
  { ATOM, FEED, "tagline", TCN_DO_SUMMARY },
  { ATOM, FEED, "info", TCN_DO_SUMMARY, 7 }, /* for who sees it in a browser */
  { ATOM, ITEM, "summary", TCN_DO_SUMMARY, 1 },
  { ATOM, ITEM, "content", TCN_DO_CONTENT },
  { ATOM, ITEM, "id", TCN_DO_ID, 1 },
  { ATOM, ITEM, "published", TCN_DO_PUBLISHED, 1 }, /* in RSS it comes after pubDate */
  { ATOM, ITEM, "issued", TCN_DO_PUBLISHED, 1 },
  { ATOM, ITEM, "created", TCN_DO_PUBLISHED, 3 },
  { ATOM, BOTH, "updated", TCN_DO_UPDATED },
  { ATOM, BOTH, "modified", TCN_DO_UPDATED },
  { ATOM, FEED, "published", TCN_DO_UPDATED, 5 },
  { ATOM, FEED, "issued", TCN_DO_UPDATED, 5 },
  { ATOM, FEED, "created", TCN_DO_UPDATED, 6 },
  { ATOM_ONLY, ITEM, "source", TCN_DO_SOURCE },
  { ATOM, TCN_SCOPE_SOURCE, "author", TCN_DO_PERSON },
  { ATOM_ONLY, FEED, "language", TCN_DO_LANGUAGE },
  { ATOM, TCN_SCOPE_PERSON, "name", TCN_DO_PERSON_NAME },
  { ATOM, TCN_SCOPE_PERSON, "email", TCN_DO_PERSON_EMAIL },
  { ATOM, TCN_SCOPE_PERSON, "uri", TCN_DO_IGNORE },
  { ATOM, TCN_SCOPE_PERSON, "url", TCN_DO_IGNORE },
  { ATOM, TCN_SCOPE_PERSON, "homepage", TCN_DO_IGNORE },
  { 0 },
};
