/* SPDX-License-Identifier: MIT */
/*
 * The tags of a document: their names, attributes and namespaces, and whether they nest. Each
 * tag that is read becomes the reader's start and end of elements. Tags that do not nest or
 * cannot be read are refused (attributes that are there twice, or touch, are not: the first
 * counts); after tcn_tags_mend() it is mended instead (mend.c), so that the
 * reader never sees elements that do not nest. Private to the feed layer.
 */
#pragma once

#include <string.h>

#include "feed/reader.h"

/* Does an attribute of that name bind a namespace? */
static inline gboolean
tcn_is_namespace_name (const char *name, gsize n)
{
  return n >= 5 && memcmp (name, "xmlns", 5) == 0 && (n == 5 || name[5] == ':');
}

typedef enum {
  TCN_TAG_READ,
  TCN_TAG_CUT,  /* its end is not there yet */
  TCN_TAG_TEXT, /* a "<" that begins no tag: text up to the next one at `out_len` */
  TCN_TAG_ODD,  /* not well-formed: see `problem` */
} TcnTagResult;

/* An element that is open. Its name is in `names`, behind those around it. */
typedef struct {
  gsize name_at;
  guint name_len;
  guint prefix_len; /* 0: none */
  guint n_bindings; /* namespaces in force around it */
} TcnOpenTag;

typedef struct TcnTagSlot TcnTagSlot;

typedef struct {
  TcnReader *reader;
  GArray *open; /* of TcnOpenTag; longer than depth: they are used again */
  guint depth;
  GString *names;
  GArray *bindings;    /* of namespaces, the innermost last */
  int default_binding; /* of names without a prefix; -1: none */
  TcnSpace default_space;
  guint generation; /* of what prefixes stand for */
  TcnTagSlot *slots;
  guint n_beyond;     /* open elements that are too deep to be kept */
  gboolean has_ended; /* the root was closed */
  gboolean is_mending;
  guint item_depth; /* mending: of the open item, counted from 1; 0 = none */
  char *problem;
  TcnArena values; /* of the attributes of one tag */
} TcnTags;

/* `reader` must outlive it. */
TcnTags *tcn_tags_new (TcnReader *reader);
void tcn_tags_free (TcnTags *tags);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnTags, tcn_tags_free)

/* Reads the tag at s[0] == '<'. TCN_TAG_READ: its length is in `out_len`. */
TcnTagResult tcn_tags_read (TcnTags *tags, const char *s, gsize n, gsize *out_len);

/* The document ends inside of what was `begun`, or, if that is NULL, of an element: says so in
 * `problem`. */
void tcn_tags_refuse_end (TcnTags *tags, const char *begun);

/* Forgets what was opened at `depth` and deeper; from now on everything is taken and made to
 * nest. */
void tcn_tags_mend (TcnTags *tags, guint depth);

/* The name of the open element at a depth counted from 1, with its prefix or without.
 * (transfer none) */
const char *tcn_tags_open_name (const TcnTags *tags, guint depth, gsize *out_len);
const char *tcn_tags_open_local_name (const TcnTags *tags, guint depth, gsize *out_len);

/* Closes the innermost open element. */
void tcn_tags_close (TcnTags *tags);

/* The length of the name that n bytes begin with, 0 if they begin with none, and that of its
 * prefix, 0 if it has none. */
gsize tcn_tags_read_name (const char *s, gsize n, guint *out_prefix_len);

/* --- mend.c ----------------------------------------------------------------------------- */

/* Before an element begins: ends what cannot contain it. TRUE if it is empty, or one that holds
 * nothing, and often has no end. */
gboolean tcn_mend_make_room (TcnTags *tags, const TcnTag *tag, gboolean is_empty);

/* Is it the name of an item, or of a field of items or feeds? */
gboolean tcn_mend_is_of_feed (const char *name, gsize n);

/* Is the innermost open element such a field? */
gboolean tcn_mend_is_in_field (const TcnTags *tags);

/* An end tag: ends the innermost element of that name, in any case, with all in it. One that
 * ends nothing is passed over, and one of what stands around an open item. */
void tcn_mend_close (TcnTags *tags, const char *name, gsize n);

/* The attributes between a tag's name and its end, with or without quotes. */
void tcn_mend_attributes (TcnTag *tag, const char *s, gsize n);
