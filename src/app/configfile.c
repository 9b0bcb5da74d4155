/* SPDX-License-Identifier: MIT */
#include "tocsin/configfile.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tocsin/error.h"
#include "tocsin/setup.h"

#define NEW_FILE_MODE 0600
#define NEW_DIRECTORY_MODE 0700

static GBytes *
read_bytes (const char *path, GError **error)
{
  const TcnLoader *loader = tcn_setup_loader ();

  return loader->read_file (path, NULL, loader->data, error);
}

TcnConfigFile *
tcn_config_file_open (const char *path, GString *report, GError **error)
{
  g_autoptr (TcnConfigFile) file = g_new0 (TcnConfigFile, 1);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

  file->path = g_strdup (path);
  if (g_file_test (path, G_FILE_TEST_EXISTS)) {
    file->original = read_bytes (path, error);
    if (file->original == NULL) {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
    file->config = tcn_setup_load_config (path, report, error);
    if (file->config == NULL)
      return NULL;
  }
  file->edit = tcn_config_edit_new (file->original != NULL ? file->original : nothing,
                                    file->config);
  return g_steal_pointer (&file);
}

void
tcn_config_file_free (TcnConfigFile *file)
{
  if (file == NULL)
    return;
  g_free (file->path);
  g_clear_pointer (&file->original, g_bytes_unref);
  g_clear_pointer (&file->config, tcn_config_unref);
  tcn_config_edit_free (file->edit);
  g_free (file);
}

/* An editor may have saved the file since it was read: its work must not be lost. */
static gboolean
is_unchanged (const TcnConfigFile *file, GError **error)
{
  g_autoptr (GBytes) now = NULL;

  if (file->original == NULL && !g_file_test (file->path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (file->original != NULL)
    now = read_bytes (file->path, error);
  if (now != NULL && g_bytes_equal (now, file->original))
    return TRUE;
  if (error != NULL && *error == NULL)
    g_set_error (error, TCN_ERROR, TCN_ERROR_CONFIG,
                 "%s: the file was changed in the meantime; nothing was written",
                 file->path);
  return FALSE;
}

static gboolean
make_directory (const char *path, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (path);

  if (g_mkdir_with_parents (directory, NEW_DIRECTORY_MODE) == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno),
               "cannot make the directory “%s”: %s", directory, g_strerror (errno));
  return FALSE;
}

gboolean
tcn_config_file_save (const TcnConfigFile *file, GError **error)
{
  g_autoptr (GBytes) bytes = tcn_config_edit_get_bytes (file->edit);
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  struct stat status;
  mode_t mode = NEW_FILE_MODE;
  char target[PATH_MAX];
  /* The link's target is replaced, not the link. */
  const char *path = realpath (file->path, target) != NULL ? target : file->path;

  if (!is_unchanged (file, error))
    return FALSE;
  if (file->original == NULL && !make_directory (path, error))
    return FALSE;
  if (file->original != NULL && stat (path, &status) == 0)
    mode = status.st_mode & 07777;
  return g_file_set_contents_full (
      path, text != NULL ? text : "", (gssize) size,
      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, (int) mode, error);
}
