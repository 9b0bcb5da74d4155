/* SPDX-License-Identifier: MIT */
/* Wishes that a reader leaves for the writer: one file each in the state directory. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "store/pack.h"
#include "store/private.h"
#include "tocsin/error.h"
#include "tocsin/outbox.h"

#define SUFFIX ".request"
#define VERSION_RETRY 1

/* More than any filter needs. */
#define MAX_REQUEST_BYTES (64 * 1024)

static GByteArray *
pack_filter (const TcnAlertFilter *filter)
{
  GByteArray *out = g_byte_array_new ();

  tcn_pack_uint (out, VERSION_RETRY);
  tcn_pack_uint (out, (guint64) MAX (filter->since_unix, 0));
  tcn_pack_string (out, filter->rule);
  tcn_pack_string (out, filter->feed);
  tcn_pack_uint (out, filter->is_pending != FALSE);
  tcn_pack_uint (out, filter->is_failed != FALSE);
  return out;
}

gboolean
tcn_outbox_request_retry (const char *dir, const TcnAlertFilter *filter, GError **error)
{
  g_autoptr (GByteArray) packed = pack_filter (filter);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *name = g_strconcat ("retry-", id, SUFFIX, NULL);
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GError) cause = NULL;

  /* Written under another name and renamed, so that it appears whole. */
  if (g_file_set_contents_full (path, (const char *) packed->data, packed->len,
                                G_FILE_SET_CONTENTS_CONSISTENT, 0600, &cause))
    return TRUE;
  g_set_error (error, TCN_ERROR, TCN_ERROR_STORE, "cannot leave a request in “%s”: %s",
               dir, cause->message);
  return FALSE;
}

static gboolean
take_request (TcnStore *store, const char *path, gint64 now_unix, guint *out_n,
              GError **error)
{
  g_autofree char *rule = NULL;
  g_autofree char *feed = NULL;
  g_autofree char *contents = NULL;
  TcnAlertFilter filter = { 0 };
  TcnUnpack in;
  guint64 since;
  gsize n = 0;

  if (!g_file_get_contents (path, &contents, &n, NULL) || n > MAX_REQUEST_BYTES)
    return TRUE;
  in = tcn_unpack_begin (contents, n);
  if (tcn_unpack_uint (&in) != VERSION_RETRY)
    return TRUE;
  since = tcn_unpack_uint (&in);
  filter.since_unix = (gint64) MIN (since, (guint64) G_MAXINT64);
  rule = tcn_unpack_string (&in);
  feed = tcn_unpack_string (&in);
  filter.is_pending = tcn_unpack_uint (&in) != 0;
  filter.is_failed = tcn_unpack_uint (&in) != 0;
  filter.rule = rule;
  filter.feed = feed;
  return in.is_bad || tcn_outbox_retry (store, &filter, now_unix, out_n, error);
}

/* The names first, since taking a request removes its file. */
static GPtrArray *
list_requests (const char *dir_path)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (dir_path, 0, NULL);
  const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;

  for (; name != NULL; name = g_dir_read_name (dir))
    if (g_str_has_suffix (name, SUFFIX))
      g_ptr_array_add (paths, g_build_filename (dir_path, name, NULL));
  return paths;
}

gboolean
tcn_outbox_take_requests (TcnStore *store, gint64 now_unix, guint *out_n, GError **error)
{
  g_autoptr (GPtrArray) paths = list_requests (tcn_store_dir (store));
  guint total = 0;

  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);
    guint n = 0;

    if (!take_request (store, path, now_unix, &n, error))
      return FALSE;
    /* Only after its effect is on the disk: taken twice it does no harm. */
    g_unlink (path);
    total += n;
  }
  if (out_n != NULL)
    *out_n = total;
  return TRUE;
}
