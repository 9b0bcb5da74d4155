/* SPDX-License-Identifier: MIT */
/* Modules that carry what is shown or matched. All others are ignored with what is in them. */
#include "feed/elements.h"

#define DC TCN_SPACE_DC
#define TERMS TCN_SPACE_DCTERMS
#define MEDIA TCN_SPACE_MEDIA
#define ITUNES TCN_SPACE_ITUNES
#define SY TCN_SPACE_SY
#define FEED TCN_SCOPE_FEED
#define ITEM TCN_SCOPE_ITEM
#define BOTH (TCN_SCOPE_FEED | TCN_SCOPE_ITEM)

const TcnElement tcn_module_elements[] = {
  { TCN_SPACE_CONTENT, ITEM, "encoded", TCN_DO_CONTENT, 0, TCN_TEXT_HTML },

  { DC | TERMS, BOTH, "title", TCN_DO_TITLE, 1 },
  { DC | TERMS, BOTH, "description", TCN_DO_SUMMARY, 2, TCN_TEXT_HTML },
  { TERMS, BOTH, "abstract", TCN_DO_SUMMARY, 3, TCN_TEXT_HTML },
  { DC | TERMS, ITEM, "date", TCN_DO_DATE,
    2 }, /* which of the two it is, the publisher alone knows */
  { DC | TERMS, FEED, "date", TCN_DO_UPDATED, 3 },
  { TERMS, ITEM, "issued", TCN_DO_PUBLISHED, 1 },
  { TERMS, ITEM, "created", TCN_DO_PUBLISHED, 3 },
  { TERMS, BOTH, "modified", TCN_DO_UPDATED, 2 },
  { TERMS, FEED, "issued", TCN_DO_UPDATED, 5 },
  { TERMS, FEED, "created", TCN_DO_UPDATED, 6 },
  { DC | TERMS, BOTH, "creator", TCN_DO_PERSON, 1 },
  { DC, BOTH, "author", TCN_DO_PERSON, 2 },
  { DC | TERMS, FEED, "publisher", TCN_DO_PERSON, 15 }, /* more than a technician */
  { DC | TERMS, ITEM, "identifier", TCN_DO_ID, 2 },
  { DC | TERMS, ITEM, "subject", TCN_DO_CATEGORY },
  { DC | TERMS, BOTH, "language", TCN_DO_LANGUAGE, 1 },

  { MEDIA, ITEM, "group", TCN_DO_GROUP },
  { MEDIA, ITEM, "content", TCN_DO_GROUP },
  { MEDIA, BOTH, "title", TCN_DO_TITLE, 2 },
  { MEDIA, BOTH, "description", TCN_DO_SUMMARY, 5, TCN_TEXT_LINES },
  { MEDIA, ITEM, "category", TCN_DO_CATEGORY },
  { MEDIA, ITEM, "player", TCN_DO_PLAYER },

  { ITUNES, BOTH, "title", TCN_DO_TITLE, 3 },
  { ITUNES, BOTH, "summary", TCN_DO_SUMMARY, 4, TCN_TEXT_LINES },
  { ITUNES, BOTH, "description", TCN_DO_SUMMARY, 5, TCN_TEXT_LINES },
  { ITUNES, BOTH, "subtitle", TCN_DO_SUMMARY, 6, TCN_TEXT_LINES },
  { ITUNES, BOTH, "author", TCN_DO_PERSON, 3 },
  { ITUNES, FEED, "owner", TCN_DO_PERSON, 30 }, /* less than even the technician */
  { ITUNES, TCN_SCOPE_PERSON, "name", TCN_DO_PERSON_NAME },
  { ITUNES, TCN_SCOPE_PERSON, "email", TCN_DO_PERSON_EMAIL },
  { ITUNES | MEDIA, ITEM, "keywords", TCN_DO_KEYWORDS },
  { ITUNES, ITEM, "category", TCN_DO_CATEGORY_TEXT },

  { SY, FEED, "updateperiod", TCN_DO_PERIOD },
  { SY, FEED, "updatefrequency", TCN_DO_FREQUENCY },
  { TCN_SPACE_FEEDBURNER, ITEM, "origlink", TCN_DO_ORIGINAL_LINK },
  { TCN_SPACE_FEEDBURNER, FEED, "browserfriendly", TCN_DO_SUMMARY, 8 },
  { 0 },
};
