/* SPDX-License-Identifier: MIT */
/*
 * What the elements of feeds mean: tables of {namespace, name, where} to what is done, one
 * table a dialect. Where several elements give one field, the lowest rank wins, and of equal
 * ones the first.
 */
#pragma once

#include <glib.h>

/* Namespaces, as bits. CORE is no namespace and those of the RSS family. */
typedef enum {
  TCN_SPACE_CORE = 1 << 0,
  TCN_SPACE_ATOM = 1 << 1,
  TCN_SPACE_RDF = 1 << 2,
  TCN_SPACE_CONTENT = 1 << 3,
  TCN_SPACE_DC = 1 << 4,
  TCN_SPACE_DCTERMS = 1 << 5,
  TCN_SPACE_MEDIA = 1 << 6,
  TCN_SPACE_ITUNES = 1 << 7,
  TCN_SPACE_SY = 1 << 8,
  TCN_SPACE_FEEDBURNER = 1 << 9,
  TCN_SPACE_XHTML = 1 << 10,
  TCN_SPACE_OTHER = 1 << 11,
} TcnSpace;

/* Where an element stands, as bits. */
typedef enum {
  TCN_SCOPE_TOP = 1 << 0,  /* nothing of a feed is open */
  TCN_SCOPE_FEED = 1 << 1, /* in rss, channel, feed, RDF */
  TCN_SCOPE_ITEM = 1 << 2,
  TCN_SCOPE_PERSON = 1 << 3,
  TCN_SCOPE_SOURCE = 1 << 4, /* in an entry's source */
  TCN_SCOPE_SKIP = 1 << 5,   /* in skipHours and skipDays */
  TCN_SCOPE_INLINE = 1 << 6, /* in a field */
  TCN_SCOPE_WRAP = 1 << 7,   /* in something unknown */
  TCN_SCOPE_IGNORE = 1 << 8,
  TCN_SCOPE_PAGE = 1 << 9, /* in a web page: only a whole feed means something */
} TcnScope;

typedef enum {
  TCN_DO_RSS, /* roots */
  TCN_DO_RDF,
  TCN_DO_FEED,
  TCN_DO_CHANNEL,
  TCN_DO_ITEM,
  TCN_DO_ENTRY,
  TCN_DO_GROUP, /* transparent */
  TCN_DO_SKIP,  /* skipHours, skipDays */
  TCN_DO_IGNORE,
  TCN_DO_SOURCE,
  TCN_DO_TITLE,   /* fields */
  TCN_DO_SUMMARY, /* of an item; of a feed, its description */
  TCN_DO_CONTENT,
  TCN_DO_PUBLISHED,
  TCN_DO_UPDATED,
  TCN_DO_DATE, /* published and updated at once */
  TCN_DO_LINK,
  TCN_DO_ORIGINAL_LINK,
  TCN_DO_PLAYER,
  TCN_DO_GUID,
  TCN_DO_ID,
  TCN_DO_PERSON,
  TCN_DO_PERSON_NAME,
  TCN_DO_PERSON_EMAIL,
  TCN_DO_CATEGORY,
  TCN_DO_CATEGORY_TEXT, /* of the text attribute */
  TCN_DO_KEYWORDS,
  TCN_DO_ENCLOSURE,
  TCN_DO_LANGUAGE,
  TCN_DO_TTL,
  TCN_DO_HOUR,
  TCN_DO_DAY,
  TCN_DO_PERIOD,
  TCN_DO_FREQUENCY,
  TCN_N_ACTIONS,
} TcnAction;

/* How the characters of a text field are read when its type attribute does not say. */
typedef enum {
  TCN_TEXT_GUESS, /* plain, unless it evidently is HTML */
  TCN_TEXT_LINES, /* HTML, but plain if nothing in it is markup: its blank lines count */
  TCN_TEXT_HTML,
  TCN_TEXT_XHTML,
} TcnTextKind;

typedef struct {
  guint16 spaces;   /* of TcnSpace */
  guint16 scopes;   /* of TcnScope */
  const char *name; /* lower case */
  guint8 action;
  guint8 rank;
  guint8 kind; /* of TcnTextKind */
} TcnElement;

extern const TcnElement tcn_rss_elements[];
extern const TcnElement tcn_atom_elements[];
extern const TcnElement tcn_module_elements[];

/* The namespace of a URI, or of a prefix if the URI is unknown or NULL. */
TcnSpace tcn_space_of (const char *uri, const char *prefix);

static inline char
tcn_name_lower (char c)
{
  return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
}

/* Are n bytes `name`, which is in lower case, in any case? */
static inline gboolean
tcn_name_is (const char *s, gsize n, const char *name)
{
  for (gsize i = 0; i < n; i++)
    if (tcn_name_lower (s[i]) != name[i])
      return FALSE;
  return name[n] == '\0';
}

/* What the element of that name, n bytes without a prefix, means in that place; NULL if
 * nothing. Names match in any case. */
const TcnElement *tcn_element_find (TcnSpace space, const char *name, gsize n,
                                    TcnScope scope);
