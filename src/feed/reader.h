/* SPDX-License-Identifier: MIT */
/*
 * From elements to items. Start, text and end are called in document order; the
 * reader keeps the open elements, collects the field that is being read and hands over an
 * item when its end is reached. Private to the feed layer.
 */
#pragma once

#include "base/arena.h"
#include "feed/draft.h"
#include "feed/elements.h"
#include "tocsin/parser.h"

#define TCN_RANK_NONE 255 /* of a field that nothing has given yet */

typedef struct {
  char *name;
  char *email;
} TcnPerson;

typedef struct {
  const TcnElement *element; /* NULL for what is unknown */
  TcnScope scope;            /* of its children */
  gboolean is_field;         /* its text is collected */
  char *base;                /* absolute, if it has an xml:base */
  char *language;            /* if it has an xml:lang */
} TcnFrame;

typedef enum {
  TCN_MODE_LITERAL, /* the text is what it says */
  TCN_MODE_GUESS,
  TCN_MODE_LINES,
  TCN_MODE_HTML,
  TCN_MODE_XHTML, /* inline elements are in it; its text was escaped */
} TcnMode;

#define TCN_MAX_ATTRIBUTES 64 /* of a tag: the first so many are looked at */

/* An attribute as it is written: `value` still has its references. */
typedef struct {
  const char *name; /* with its prefix */
  guint name_len;
  guint prefix_len; /* 0: none */
  const char *value;
  gsize value_len;
} TcnAttribute;

/* A start tag: slices of the document. */
typedef struct {
  TcnArena *values; /* of attributes that were asked for */
  const char *name; /* with its prefix */
  guint name_len;
  guint prefix_len; /* 0: none */
  gboolean has_namespaces;
  const char *uri;         /* of its namespace; nullable */
  const char *default_uri; /* of names without a prefix; nullable */
  guint n_attributes;
  TcnAttribute attributes[TCN_MAX_ATTRIBUTES];
} TcnTag;

typedef struct {
  TcnParseOptions options; /* strings owned */
  TcnItemFunc func;
  gpointer data;

  GArray *frames; /* of TcnFrame; longer than depth: they are used again */
  guint depth;
  guint least_depth; /* since the last item's end */
  gboolean is_page;  /* the root is that of a web page */
  gboolean has_root;
  gboolean is_cut; /* the end of the open item is not the document's */
  guint n_items;   /* ended, delivered or not */

  /* The field that is collected: a view of one text, or a copy of several. */
  GString *text;
  gboolean is_full; /* it has reached its ceiling */
  const char *view;
  gsize view_len;
  TcnMode mode;
  gboolean is_base64;
  gboolean is_permalink;
  gboolean is_explicit_permalink;
  guint8 link_rank;
  char *enclosure_type;
  gint64 enclosure_length; /* -1 for none */
  GString *plain;          /* scratch */

  TcnPerson person; /* the open one */
  TcnFeed *feed;
  gboolean is_atom;
  guint8 feed_ranks[TCN_N_ACTIONS];
  GString *feed_author;
  char *self_link;     /* of the feed itself, absolute */
  char *resolved;      /* the last link that was not yet what it is */
  char *relative_link; /* of the feed's page, while nothing says what it is relative to */
  guint period_s, frequency; /* of sy: */

  TcnDraft draft;
  TcnItem *item;   /* the open one: that of the draft, or NULL */
  GPtrArray *held; /* items that stand in one another, until the outermost ends */
  guint n_outer;   /* of those around the open one */
  guint8 ranks[TCN_N_ACTIONS];
  GString *author;
  GString *source_author; /* of the feed that the item was taken from */
  guint8 source_rank;
} TcnReader;

TcnReader *tcn_reader_new (const TcnParseOptions *options, TcnItemFunc func,
                           gpointer data);
void tcn_reader_free (TcnReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnReader, tcn_reader_free)

/* `element` is what the tag means in the scope of tcn_reader_scope(). */
void tcn_reader_start (TcnReader *reader, const TcnTag *tag, const TcnElement *element);
void tcn_reader_text (TcnReader *reader, const char *text, gsize n);
void tcn_reader_end (TcnReader *reader, const char *name, gsize n);

static inline TcnFrame *
tcn_reader_top (const TcnReader *reader)
{
  return &g_array_index (reader->frames, TcnFrame, reader->depth - 1);
}

/* Is the text that comes next part of a field? */
static inline gboolean
tcn_reader_wants_text (const TcnReader *reader)
{
  const TcnFrame *frame = reader->depth > 0 ? tcn_reader_top (reader) : NULL;

  return frame != NULL && !reader->is_full &&
         (frame->is_field || frame->scope == TCN_SCOPE_INLINE);
}

/* Where text that was decoded piece by piece is appended, if the field takes text as it is;
 * NULL: it has to go through tcn_reader_text(). (transfer none) (nullable) */
GString *tcn_reader_text_buffer (TcnReader *reader);

/* Where the next element would stand. What follows the root belongs to the feed too: a broken
 * one may have ended early. */
static inline TcnScope
tcn_reader_scope (const TcnReader *reader)
{
  if (reader->depth == 0)
    return reader->has_root ? TCN_SCOPE_FEED : TCN_SCOPE_TOP;
  return tcn_reader_top (reader)->scope;
}

/* The texts that were given will go away: copies what is still looked at. */
void tcn_reader_settle (TcnReader *reader);

/* Forgets the open item and what was opened since the last item ended at `depth`. */
void tcn_reader_rewind (TcnReader *reader, guint depth);

/* What the document said of the feed. (transfer full) */
TcnFeed *tcn_reader_finish (TcnReader *reader);

void tcn_reader_warn (TcnReader *reader, guint line, const char *message);

/* --- links.c ---------------------------------------------------------------------------- */

/* Where an item's link comes from, best first. */
typedef enum {
  TCN_LINK_HTML_PAGE,   /* link rel=alternate of an Atom entry that says it is HTML */
  TCN_LINK_PAGE,        /* link, or link rel=alternate of no type */
  TCN_LINK_ATOM_IN_RSS, /* an Atom link rel=alternate of an RSS item */
  TCN_LINK_OTHER_TYPE,  /* link rel=alternate of something else */
  TCN_LINK_PERMALINK,   /* the guid */
  TCN_LINK_ORIGINAL,    /* feedburner:origLink */
  TCN_LINK_ID,          /* atom:id */
  TCN_LINK_PLAYER,      /* media:player */
  TCN_LINK_SELF,
  TCN_LINK_ENCLOSURE, /* one that is no page, but an enclosure of the item */
} TcnLinkRank;

/* Sets the link of the open item, or of the feed, unless a better one is there. */
void tcn_reader_set_link (TcnReader *reader, const char *link, guint8 rank);

/* An element that is an enclosure. TRUE if the link is its text. */
gboolean tcn_reader_read_enclosure (TcnReader *reader, const TcnTag *tag);

/* A link element. TRUE if the link is its text. */
gboolean tcn_reader_read_link (TcnReader *reader, const TcnTag *tag);

/* --- fields.c: what is done with a field, once its text is there ------------------------- */

/* What is written there, its references decoded. (transfer none) */
char *tcn_attribute_value (const TcnAttribute *attribute, TcnArena *arena);

/* An attribute without a namespace of its own; NULL if there is none. It goes with the tag.
 * (transfer none) */
char *tcn_tag_attribute (const TcnTag *tag, const char *name);

/* prefix:NAME. (transfer none) (nullable) */
char *tcn_tag_prefixed_attribute (const TcnTag *tag, const char *prefix,
                                  const char *name);

/* Sets what relative links in the open element are relative to, unless it has a base already;
 * `written` may be NULL, relative, or one of the shady, which is none. */
void tcn_reader_set_base (TcnReader *reader, const char *written);

/* A link as it is shown: absolute, none of the shady schemes. Goes with `link`, or when the next
 * one is resolved. (transfer none) (nullable) */
const char *tcn_reader_resolve (TcnReader *reader, const char *link);

/* Sets how the text of a text field is to be read. */
void tcn_field_open (TcnReader *reader, const TcnTag *tag, const TcnElement *element);

/* Elements that say all in attributes, or begin with them. TRUE if their text counts too. */
gboolean tcn_field_attributes (TcnReader *reader, const TcnTag *tag,
                               const TcnElement *element);

/* The field's text is complete. */
void tcn_field_close (TcnReader *reader, const TcnElement *element);

/* A person element ended. */
void tcn_field_close_person (TcnReader *reader, const TcnElement *element);

/* The item ended: what it takes from elsewhere in the document. */
void tcn_field_close_item (TcnReader *reader);

/* Keeps n bytes in a string of the open item, or else of the feed. */
void tcn_reader_keep (TcnReader *reader, char **slot, const char *s, gsize n);

/* A hint for the schedule, of which that is the text. */
void tcn_reader_set_hint (TcnReader *reader, const TcnElement *element, const char *text);

/* "name <me@example.org>" and its like: a name, else an e-mail address; sets those that it
 * finds. (transfer full) */
void tcn_person_parse (const char *text, TcnPerson *out);
void tcn_person_clear (TcnPerson *person);

/* Adds a name to a list of authors: a lower rank replaces, an equal one is joined. */
void tcn_author_add (GString *authors, guint8 *rank, const TcnPerson *person,
                     guint8 own_rank);
