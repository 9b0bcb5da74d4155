/* SPDX-License-Identifier: MIT */
#include "tocsin/kept.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "tocsin/error.h"

#define SUFFIX ".answer"

/* Later, the feed is as good as never asked; what nobody took by then is removed. */
#define KEPT_S (24 * 3600)

/* When it came, status, URL and headers of the answer, its hash and hints, its body. Another
 * layout gets another first number. */
#define LAYOUT "(uxumaymaymaymaymaytxxay)"
#define LAYOUT_NUMBER 1

static char *
name_file (const char *state_dir, const char *url)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);
  g_autofree char *name = g_strconcat (hash, SUFFIX, NULL);

  return g_build_filename (state_dir, name, NULL);
}

/* --- leaving -------------------------------------------------------------------------- */

static GVariant *
pack_bytes (GBytes *bytes)
{
  return bytes != NULL ? g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE)
                       : NULL;
}

/* As bytes: nobody promises that a header is UTF-8. */
static GVariant *
pack_string (const char *text)
{
  return text != NULL ? g_variant_new_bytestring (text) : NULL;
}

static GVariant *
pack_answer (const TcnFetchResult *answer, gint64 now_unix)
{
  return g_variant_ref_sink (g_variant_new (
      "(uxum@aym@aym@aym@aym@aytxx@ay)", LAYOUT_NUMBER, now_unix, answer->http_status,
      pack_string (answer->effective_url), pack_string (answer->content_type),
      pack_string (answer->content_location), pack_bytes (answer->etag),
      pack_bytes (answer->last_modified), answer->body_hash, answer->fresh_for_s,
      answer->retry_after_s, pack_bytes (answer->body)));
}

/* Those of feeds that were taken out of the configuration before they were polled. */
static void
remove_old (const char *state_dir, gint64 now_unix)
{
  g_autoptr (GDir) dir = g_dir_open (state_dir, 0, NULL);
  const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;

  for (; name != NULL; name = g_dir_read_name (dir)) {
    g_autofree char *path = g_build_filename (state_dir, name, NULL);
    GStatBuf status;

    if (g_str_has_suffix (name, SUFFIX) && g_stat (path, &status) == 0 &&
        status.st_mtime < now_unix - KEPT_S)
      g_unlink (path);
  }
}

gboolean
tcn_kept_leave (const char *state_dir, const char *url, const TcnFetchResult *answer,
                gint64 now_unix, GError **error)
{
  g_autoptr (GVariant) packed = pack_answer (answer, now_unix);
  g_autofree char *path = name_file (state_dir, url);

  if (g_mkdir_with_parents (state_dir, 0700) != 0) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_STORE,
                 "cannot make the state directory “%s”: %s", state_dir,
                 g_strerror (errno));
    return FALSE;
  }
  remove_old (state_dir, now_unix);
  return g_file_set_contents_full (path, g_variant_get_data (packed),
                                   (gssize) g_variant_get_size (packed),
                                   G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/* --- taking --------------------------------------------------------------------------- */

/* (transfer full) (nullable) */
static GBytes *
unpack_bytes (GVariant *value)
{
  return value != NULL ? g_variant_get_data_as_bytes (value) : NULL;
}

/* (transfer full) (nullable) */
static char *
unpack_string (GVariant *value)
{
  return value != NULL ? g_variant_dup_bytestring (value, NULL) : NULL;
}

static TcnFetchResult *
unpack_answer (GVariant *packed)
{
  enum { URL, TYPE, LOCATION, ETAG, DATE, BODY, N };
  GVariant *parts[N] = { NULL };
  TcnFetchResult *answer = g_new0 (TcnFetchResult, 1);
  guint32 layout;

  answer->kind = TCN_FETCH_CHANGED;
  g_variant_get (packed, "(uxum@aym@aym@aym@aym@aytxx@ay)", &layout,
                 &answer->answered_unix, &answer->http_status, &parts[URL], &parts[TYPE],
                 &parts[LOCATION], &parts[ETAG], &parts[DATE], &answer->body_hash,
                 &answer->fresh_for_s, &answer->retry_after_s, &parts[BODY]);
  answer->effective_url = unpack_string (parts[URL]);
  answer->content_type = unpack_string (parts[TYPE]);
  answer->content_location = unpack_string (parts[LOCATION]);
  answer->etag = unpack_bytes (parts[ETAG]);
  answer->last_modified = unpack_bytes (parts[DATE]);
  answer->body = unpack_bytes (parts[BODY]);
  for (guint i = 0; i < N; i++)
    g_clear_pointer (&parts[i], g_variant_unref);
  return answer;
}

/* FALSE for what another version left, or half of a file. */
static gboolean
is_whole (GVariant *packed)
{
  guint32 layout = 0;

  if (!g_variant_is_normal_form (packed))
    return FALSE;
  g_variant_get_child (packed, 0, "u", &layout);
  return layout == LAYOUT_NUMBER;
}

gboolean
tcn_kept_is_any (const char *state_dir)
{
  g_autoptr (GDir) dir = g_dir_open (state_dir, 0, NULL);
  const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;

  while (name != NULL && !g_str_has_suffix (name, SUFFIX))
    name = g_dir_read_name (dir);
  return name != NULL;
}

TcnFetchResult *
tcn_kept_take (const char *state_dir, const char *url, gint64 now_unix,
               gboolean *out_is_fresh)
{
  g_autofree char *path = name_file (state_dir, url);
  g_autofree char *contents = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) packed = NULL;
  g_autoptr (TcnFetchResult) answer = NULL;
  gint64 age_s;
  gsize n;

  if (!g_file_get_contents (path, &contents, &n, NULL))
    return NULL;
  g_unlink (path);
  bytes = g_bytes_new_take (g_steal_pointer (&contents), n);
  packed = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (LAYOUT), bytes, FALSE));
  if (!is_whole (packed))
    return NULL;
  answer = unpack_answer (packed);
  age_s = now_unix - answer->answered_unix;
  if (age_s < 0 || age_s > KEPT_S || answer->effective_url == NULL)
    return NULL;
  *out_is_fresh = MAX (answer->fresh_for_s, answer->retry_after_s) > age_s;
  return g_steal_pointer (&answer);
}
