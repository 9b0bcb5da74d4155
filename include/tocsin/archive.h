/* SPDX-License-Identifier: MIT */
/*
 * Stored items read back: for a search of the archive, to explain a rule, for a report.
 * Reads only. What it hands over is the text that was matched when the item came, so that
 * the same engine gives the same answer.
 */
#pragma once

#include <glib.h>

#include "tocsin/item.h"
#include "tocsin/store.h"

G_BEGIN_DECLS

typedef struct {
  const char *id;            /* as alerts print it */
  const char *feed;          /* name */
  const char *feed_title;    /* nullable */
  const char *feed_language; /* as written, nullable */
  gint64 first_seen_unix;
  const TcnItem *item; /* without guid, enclosures and keys, which are not stored */
} TcnArchived;

typedef struct {
  gint64 since_unix; /* first seen then or later; 0 or TCN_TIME_NONE: ever */
  const char *feed;  /* name, nullable: every feed */
  gboolean is_newest_first;
} TcnArchiveFilter;

/* `archived` and all it points to are borrowed for the call. Returns FALSE to stop. */
typedef gboolean (*TcnArchiveFunc) (const TcnArchived *archived, gpointer data);

/* Calls `func` for each item that passes and whose text is still kept, in the order in
 * which they were first seen. The view is one moment's: what is recorded meanwhile is not
 * seen. */
gboolean tcn_archive_each (TcnStore *store, const TcnArchiveFilter *filter,
                           TcnArchiveFunc func, gpointer data,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Calls `func` once for the item whose id is `id`, if its text is still kept; `out_found`
 * says whether it was. */
gboolean tcn_archive_find (TcnStore *store, const char *id, TcnArchiveFunc func,
                           gpointer data, gboolean *out_found,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
