/* SPDX-License-Identifier: MIT */
#include "tocsin/archive.h"

#include "store/pack.h"
#include "store/private.h"

/* What is known of an item's feed, by the feed's row. */
typedef struct {
  char *name;
  char *title;
  char *language;
} Source;

/* One scan. The item and what it points to are used again for each row. */
typedef struct {
  GHashTable *sources; /* gint64* (owned) -> Source* (owned) */
  TcnItem *item;       /* its strings are the row's, borrowed */
  char id[2 * TCN_STORE_ID_BYTES + 1];
} Scan;

static void
free_source (gpointer data)
{
  Source *source = data;

  g_free (source->name);
  g_free (source->title);
  g_free (source->language);
  g_free (source);
}

static void
let_go (TcnItem *item)
{
  item->title = NULL;
  item->link = NULL;
  item->author = NULL;
  item->language = NULL;
  item->summary = NULL;
  item->content = NULL;
  g_ptr_array_set_size (item->categories, 0);
}

static void
clear_scan (Scan *scan)
{
  g_clear_pointer (&scan->sources, g_hash_table_unref);
  if (scan->item != NULL)
    let_go (scan->item);
  g_clear_pointer (&scan->item, tcn_item_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scan, clear_scan)

static gboolean
load_sources (Scan *scan, TcnDb *db, GError **error)
{
  g_autoptr (TcnDbStatement) select =
      tcn_db_statement (db, "SELECT id, name, title, language FROM feed", error);
  gboolean has_row = FALSE;

  scan->sources =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_source);
  scan->item = tcn_item_new ();
  if (select == NULL || !tcn_db_step (select, &has_row, error))
    return FALSE;
  while (has_row) {
    Source *source = g_new0 (Source, 1);
    gint64 row = tcn_db_int (select, 0);

    source->name = g_strdup (tcn_db_text (select, 1));
    source->title = g_strdup (tcn_db_text (select, 2));
    source->language = g_strdup (tcn_db_text (select, 3));
    g_hash_table_insert (scan->sources, g_memdup2 (&row, sizeof row), source);
    if (!tcn_db_step (select, &has_row, error))
      return FALSE;
  }
  return TRUE;
}

#define ITEM_COLUMNS                                                                     \
  "feed, first_seen, public_id, published, updated, title, link, author, language, "     \
  "categories, summary, content"

static void
read_id (Scan *scan, TcnDbStatement *row)
{
  static const char digits[] = "0123456789abcdef";
  gsize n = 0;
  const guint8 *bytes = tcn_db_blob (row, 2, &n);
  gsize i;

  for (i = 0; i < MIN (n, TCN_STORE_ID_BYTES); i++) {
    scan->id[2 * i] = digits[bytes[i] >> 4];
    scan->id[2 * i + 1] = digits[bytes[i] & 0xf];
  }
  scan->id[2 * i] = '\0';
}

/* The strings of the row live as long as the row does, which is as long as the item is
 * shown. */
static void
read_item (Scan *scan, TcnDbStatement *row)
{
  TcnItem *item = scan->item;
  gconstpointer categories = NULL;
  gsize n = 0;

  let_go (item);
  item->published_unix = tcn_db_time (row, 3);
  item->updated_unix = tcn_db_time (row, 4);
  item->title = (char *) tcn_db_text (row, 5);
  item->link = (char *) tcn_db_text (row, 6);
  item->author = (char *) tcn_db_text (row, 7);
  item->language = (char *) tcn_db_text (row, 8);
  categories = tcn_db_blob (row, 9, &n);
  tcn_unpack_strings (categories, n, item->categories);
  item->summary = (char *) tcn_db_text (row, 10);
  item->content = (char *) tcn_db_text (row, 11);
}

static gboolean
show_row (Scan *scan, TcnDbStatement *row, TcnArchiveFunc func, gpointer data)
{
  gint64 feed_row = tcn_db_int (row, 0);
  const Source *source = g_hash_table_lookup (scan->sources, &feed_row);
  TcnArchived archived = { .id = scan->id, .item = scan->item };

  if (source == NULL)
    return TRUE;
  read_id (scan, row);
  read_item (scan, row);
  archived.feed = source->name;
  archived.feed_title = source->title;
  archived.feed_language = source->language;
  archived.first_seen_unix = tcn_db_int (row, 1);
  return func (&archived, data);
}

static gboolean
show_rows (Scan *scan, TcnDbStatement *select, TcnArchiveFunc func, gpointer data,
           guint *out_n, GError **error)
{
  gboolean has_row = FALSE;

  if (!tcn_db_step (select, &has_row, error))
    return FALSE;
  while (has_row) {
    (*out_n)++;
    if (!show_row (scan, select, func, data))
      return TRUE;
    if (!tcn_db_step (select, &has_row, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
tcn_archive_each (TcnStore *store, const TcnArchiveFilter *filter, TcnArchiveFunc func,
                  gpointer data, GError **error)
{
#define EACH                                                                             \
  "SELECT " ITEM_COLUMNS " FROM item WHERE has_text AND first_seen >= ?1"                \
  " AND (?2 IS NULL OR feed = (SELECT feed.id FROM feed WHERE feed.name = ?2))"          \
  " ORDER BY id"
  static const char forward_sql[] = EACH;
  static const char backward_sql[] = EACH " DESC";
#undef EACH
  g_auto (Scan) scan = { NULL };
  g_autoptr (TcnDbStatement) select = NULL;
  TcnDb *db = tcn_store_db (store);
  guint n = 0;

  if (!load_sources (&scan, db, error))
    return FALSE;
  select =
      tcn_db_statement (db, filter->is_newest_first ? backward_sql : forward_sql, error);
  if (select == NULL)
    return FALSE;
  tcn_db_bind_int (select, 1, filter->since_unix);
  tcn_db_bind_text (select, 2, filter->feed);
  return show_rows (&scan, select, func, data, &n, error);
}

/* FALSE when `id` is not one. */
static gboolean
parse_id (const char *id, guint8 out[TCN_STORE_ID_BYTES])
{
  for (guint i = 0; i < TCN_STORE_ID_BYTES; i++) {
    int high = g_ascii_xdigit_value (id[2 * i]);
    int low = high >= 0 ? g_ascii_xdigit_value (id[2 * i + 1]) : -1;

    if (low < 0)
      return FALSE;
    out[i] = (guint8) (high << 4 | low);
  }
  return id[2 * TCN_STORE_ID_BYTES] == '\0';
}

/* Without an index: this is asked by hand, and each item that is recorded would pay. */
gboolean
tcn_archive_find (TcnStore *store, const char *id, TcnArchiveFunc func, gpointer data,
                  gboolean *out_found, GError **error)
{
  static const char sql[] =
      "SELECT " ITEM_COLUMNS " FROM item WHERE public_id = ?1 AND has_text LIMIT 1";
  g_auto (Scan) scan = { NULL };
  g_autoptr (TcnDbStatement) select = NULL;
  TcnDb *db = tcn_store_db (store);
  guint8 bytes[TCN_STORE_ID_BYTES];
  guint n = 0;

  if (!parse_id (id, bytes)) {
    *out_found = FALSE;
    return TRUE;
  }
  if (!load_sources (&scan, db, error))
    return FALSE;
  select = tcn_db_statement (db, sql, error);
  if (select == NULL)
    return FALSE;
  tcn_db_bind_blob (select, 1, bytes, sizeof bytes);
  if (!show_rows (&scan, select, func, data, &n, error))
    return FALSE;
  *out_found = n > 0;
  return TRUE;
}
