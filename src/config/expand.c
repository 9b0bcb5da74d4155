/* SPDX-License-Identifier: MIT */
#include "config/reader.h"

#include <string.h>

#include "tocsin/error.h"
#include "tocsin/url.h"

void
tcn_reader_init (TcnReader *reader, const TcnLoader *loader, GPtrArray *faults)
{
  reader->loader = loader;
  reader->faults = faults;
  reader->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_source_free);
  reader->told_secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
tcn_reader_clear (TcnReader *reader)
{
  g_clear_pointer (&reader->sources, g_ptr_array_unref);
  g_clear_pointer (&reader->told_secrets, g_hash_table_unref);
}

const TcnSource *
tcn_reader_open (TcnReader *reader, const char *path, const TcnPlace *place)
{
  gboolean is_public = FALSE;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      reader->loader->read_file (path, &is_public, reader->loader->data, &error);
  TcnSource *source;

  if (bytes == NULL && place->line == 0) {
    tcn_place_error (
        place, reader->faults,
        g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)
            ? "a first one is a copy of the example, or what 'tocsin add URL' "
              "makes; see tocsin.conf(5)"
            : NULL,
        "%s", error->message);
    return NULL;
  }
  if (bytes == NULL) {
    tcn_place_error (place, reader->faults, NULL, "cannot read “%s”: %s", path,
                     error->message);
    return NULL;
  }
  source = tcn_source_new (path, bytes, is_public);
  g_ptr_array_add (reader->sources, source);
  return source;
}

void
tcn_reader_tell_secret (TcnReader *reader, const TcnSource *source, const TcnPlace *place)
{
  if (!source->is_public ||
      !g_hash_table_add (reader->told_secrets, g_strdup (source->path)))
    return;
  tcn_place_warn (place, reader->faults,
                  place->source == source
                      ? "chmod 600 the file, or write ${NAME} or KEY-file in place of it"
                      : "chmod 600 the file",
                  "a secret in “%s”, which others can read", source->path);
  if (place->source == source)
    tcn_place_hide (place, reader->faults);
}

char *
tcn_reader_expand_path (const TcnReader *reader, const char *path, const char *directory,
                        TcnSlip *slip)
{
  if (g_path_is_absolute (path))
    return g_strdup (path);
  if (path[0] == '~' && (path[1] == '/' || path[1] == '\0')) {
    const char *home = reader->loader->get_variable ("HOME", reader->loader->data);

    if (home != NULL)
      return g_build_filename (home, path + 1, NULL);
    tcn_slip_set (slip, path, NULL, "the home directory is not known: HOME is not set");
    return NULL;
  }
  return g_str_equal (directory, ".") ? g_strdup (path)
                                      : g_build_filename (directory, path, NULL);
}

char *
tcn_reader_make_absolute (const TcnReader *reader, const char *path)
{
  return g_canonicalize_filename (path, reader->loader->current_dir);
}

gboolean
tcn_reader_is_path (const char *location)
{
  return !tcn_url_is_absolute (location);
}

static gboolean
is_variable_name (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '_')
      return FALSE;
  return length > 0 && !g_ascii_isdigit (text[0]);
}

static gboolean
has_control (const char *text)
{
  for (; *text != '\0'; text++)
    if (((guchar) *text < 0x20 && *text != '\t') || *text == 0x7f)
      return TRUE;
  return FALSE;
}

gboolean
tcn_reader_check_foreign (const char *foreign, const char *whole, const char *what,
                          TcnSlip *slip)
{
  if (!g_utf8_validate (foreign, -1, NULL))
    return tcn_slip_set (slip, whole, NULL, "%s is not UTF-8", what);
  if (has_control (foreign))
    return tcn_slip_set (slip, whole, NULL, "%s holds a control character", what);
  return TRUE;
}

/* One "${NAME}" at `text`, whose end is `close`. */
static gboolean
append_variable (GString *out, const TcnReader *reader, const char *text,
                 const char *close, TcnSlip *slip)
{
  const char *name = text + strlen ("${");
  gsize length = close != NULL ? (gsize) (close - name) : 0;
  g_autofree char *variable = g_strndup (name, length);
  g_autofree char *what = g_strdup_printf ("the variable “%s”", variable);
  const char *value;

  if (!is_variable_name (name, length))
    return tcn_slip_set (slip, text, "write ${NAME}", "this is no variable");
  value = reader->loader->get_variable (variable, reader->loader->data);
  if (value == NULL)
    return tcn_slip_set (slip, text, NULL, "%s is not set", what);
  if (!tcn_reader_check_foreign (value, text, what, slip))
    return FALSE;
  g_string_append (out, value);
  return TRUE;
}

char *
tcn_reader_expand_variables (const TcnReader *reader, const char *text, TcnSlip *slip)
{
  GString *out;
  const char *rest = text;

  if (strstr (text, "${") == NULL)
    return g_strdup (text);
  out = g_string_new (NULL);
  for (const char *sign = strstr (rest, "${"); sign != NULL; sign = strstr (rest, "${")) {
    const char *close = strchr (sign, '}');

    g_string_append_len (out, rest, sign - rest);
    if (!append_variable (out, reader, sign, close, slip)) {
      slip->start = (gsize) (sign - text);
      slip->end = close != NULL ? (gsize) (close - text) + 1 : strlen (text);
      g_string_free (out, TRUE);
      return NULL;
    }
    rest = close + 1;
  }
  g_string_append (out, rest);
  return g_string_free (out, FALSE);
}

gboolean
tcn_reader_has_password (const char *url)
{
  g_autofree char *redacted = NULL;

  if (strchr (url, '@') == NULL)
    return FALSE;
  redacted = tcn_url_redacted (url);
  return strstr (url, "://") != NULL && !g_str_equal (url, redacted);
}
