/* SPDX-License-Identifier: MIT */
/* RSS 0.90 to 2.0 and CDF. The order of ranks is that of the RSS best practices: RSS's own
 * element beats those of modules (see modules.c). */
#include "feed/elements.h"

/* Some write RSS with Atom's namespace as the default one. */
#define CORE (TCN_SPACE_CORE | TCN_SPACE_ATOM)
#define CORE_RDF (CORE | TCN_SPACE_RDF)
#define TOP (TCN_SCOPE_TOP | TCN_SCOPE_WRAP | TCN_SCOPE_PAGE)
#define FEED TCN_SCOPE_FEED
#define ITEM TCN_SCOPE_ITEM
#define BOTH (TCN_SCOPE_FEED | TCN_SCOPE_ITEM)

const TcnElement tcn_rss_elements[] = {
  { CORE, TOP, "rss", TCN_DO_RSS },
  { CORE_RDF, TOP, "rdf", TCN_DO_RDF },
  { CORE, TCN_SCOPE_TOP | FEED, "channel", TCN_DO_CHANNEL }, /* CDF has it on top */
  { CORE_RDF, TCN_SCOPE_TOP | FEED | TCN_SCOPE_WRAP | ITEM, "item", TCN_DO_ITEM },

  { CORE, BOTH, "title", TCN_DO_TITLE },
  { CORE, BOTH, "description", TCN_DO_SUMMARY, 0, TCN_TEXT_HTML },
  { CORE, BOTH, "abstract", TCN_DO_SUMMARY, 1 },
  { CORE, ITEM, "fullitem", TCN_DO_CONTENT, 1, TCN_TEXT_HTML },
  { CORE | TCN_SPACE_XHTML, ITEM, "body", TCN_DO_CONTENT, 1, TCN_TEXT_XHTML },
  { CORE, BOTH, "link", TCN_DO_LINK },
  { CORE, ITEM, "guid", TCN_DO_GUID },
  { CORE, ITEM, "pubdate", TCN_DO_PUBLISHED },
  { CORE, BOTH, "lastbuilddate", TCN_DO_UPDATED, 1 },
  { CORE, FEED, "pubdate", TCN_DO_UPDATED, 4 },
  { CORE, BOTH, "author", TCN_DO_PERSON },
  { CORE, FEED, "managingeditor", TCN_DO_PERSON },
  { CORE, FEED, "webmaster", TCN_DO_PERSON, 20 }, /* the technician: better than nobody */
  { CORE, ITEM, "category", TCN_DO_CATEGORY },
  { CORE, ITEM, "keywords", TCN_DO_KEYWORDS },
  { CORE, ITEM, "tags", TCN_DO_KEYWORDS },
  { CORE, ITEM, "enclosure", TCN_DO_ENCLOSURE },
  { CORE, BOTH, "language", TCN_DO_LANGUAGE },
  { CORE, FEED, "ttl", TCN_DO_TTL },
  { CORE, FEED, "skiphours", TCN_DO_SKIP },
  { CORE, FEED, "skipdays", TCN_DO_SKIP },
  { CORE, TCN_SCOPE_SKIP, "hour", TCN_DO_HOUR },
  { CORE, TCN_SCOPE_SKIP, "day", TCN_DO_DAY },
  { 0 },
};
