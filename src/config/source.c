/* SPDX-License-Identifier: MIT */
#include "config/source.h"

#include <string.h>

static const char byte_order_mark[] = "\xef\xbb\xbf";

TcnSource *
tcn_source_new (const char *path, GBytes *bytes, gboolean is_public)
{
  TcnSource *source = g_new0 (TcnSource, 1);

  source->path = g_strdup (path);
  source->directory = g_path_get_dirname (path);
  source->bytes = g_bytes_ref (bytes);
  source->is_public = is_public;
  return source;
}

void
tcn_source_free (TcnSource *source)
{
  if (source == NULL)
    return;
  g_free (source->path);
  g_free (source->directory);
  g_bytes_unref (source->bytes);
  g_free (source);
}

static const char *
get_text (const TcnSource *source, gsize *out_size)
{
  const char *text = g_bytes_get_data (source->bytes, out_size);

  return text != NULL ? text : "";
}

/* The end of the line that begins at `at`, without its line end. */
static gsize
find_line_end (const char *text, gsize size, gsize at)
{
  const char *newline = memchr (text + at, '\n', size - at);
  gsize end = newline != NULL ? (gsize) (newline - text) : size;

  return end > at && text[end - 1] == '\r' ? end - 1 : end;
}

static char *
copy_line (const TcnPlace *place)
{
  gsize size;
  const char *text = get_text (place->source, &size);
  gsize end = find_line_end (text, size, place->line_at);

  return g_utf8_make_valid (text + place->line_at, (gssize) (end - place->line_at));
}

static void
report (const TcnPlace *place, GPtrArray *faults, gboolean is_warning, const char *remedy,
        char *message)
{
  TcnConfigFault *fault = g_new0 (TcnConfigFault, 1);

  fault->is_warning = is_warning;
  fault->file = g_strdup (place->source->path);
  fault->line = place->line;
  fault->source_line = place->line > 0 ? copy_line (place) : NULL;
  fault->start = place->start;
  fault->end = place->end;
  fault->message = message;
  fault->remedy = g_strdup (remedy);
  g_ptr_array_add (faults, fault);
}

void
tcn_place_error (const TcnPlace *place, GPtrArray *faults, const char *remedy,
                 const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  report (place, faults, FALSE, remedy, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

void
tcn_place_warn (const TcnPlace *place, GPtrArray *faults, const char *remedy,
                const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  report (place, faults, TRUE, remedy, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

void
tcn_place_hide (const TcnPlace *place, GPtrArray *faults)
{
  TcnConfigFault *fault = g_ptr_array_index (faults, faults->len - 1);
  char *hidden;

  if (fault->source_line == NULL)
    return;
  hidden = g_strdup_printf ("%.*s***%s", (int) place->start, fault->source_line,
                            fault->source_line + place->end);

  g_free (fault->source_line);
  fault->source_line = hidden;
  fault->start = place->start;
  fault->end = place->start + strlen ("***");
}

const char *
tcn_place_text (const TcnPlace *place)
{
  gsize size;

  return get_text (place->source, &size) + place->line_at + place->start;
}

void
tcn_lines_init (TcnLines *lines, const TcnSource *source, GPtrArray *faults)
{
  gsize size;
  const char *text = get_text (source, &size);
  gsize mark_size = sizeof byte_order_mark - 1;
  gboolean has_mark = size >= mark_size && memcmp (text, byte_order_mark, mark_size) == 0;

  *lines =
      (TcnLines){ .source = source, .faults = faults, .at = has_mark ? mark_size : 0 };
}

static gboolean
is_control (char c)
{
  return ((guchar) c < 0x20 && c != '\t') || c == 0x7f;
}

/* Reports the first byte of the line that no text has. */
static gboolean
is_text (const TcnPlace *line, gsize length, GPtrArray *faults)
{
  const char *text = tcn_place_text (line);
  const char *valid_end = text + length;
  TcnPlace place = *line;
  gboolean is_valid = g_utf8_validate_len (text, length, &valid_end);

  for (const char *p = text; p < valid_end; p++)
    if (is_control (*p)) {
      place.start = (gsize) (p - text);
      place.end = place.start + 1;
      tcn_place_error (&place, faults, NULL, "control character 0x%02X", (guchar) *p);
      return FALSE;
    }
  if (is_valid)
    return TRUE;
  place.start = (gsize) (valid_end - text);
  place.end = place.start + 1;
  /* A NUL stops the validation as well, and is no question of the encoding. */
  if (*valid_end == '\0')
    tcn_place_error (&place, faults, NULL, "control character 0x00");
  else
    tcn_place_error (&place, faults, "save the file as UTF-8", "the text is not UTF-8");
  return FALSE;
}

void
tcn_source_trim (const char *text, gsize *start, gsize *end)
{
  while (*start < *end && g_unichar_isspace (g_utf8_get_char (text + *start)))
    *start = (gsize) (g_utf8_next_char (text + *start) - text);
  while (*start < *end) {
    const char *last = g_utf8_prev_char (text + *end);

    if (!g_unichar_isspace (g_utf8_get_char (last)))
      return;
    *end = (gsize) (last - text);
  }
}

gboolean
tcn_lines_next (TcnLines *lines, const char *comment_signs, TcnPlace *out_place)
{
  gsize size;
  const char *text = get_text (lines->source, &size);

  while (lines->at < size) {
    gsize end = find_line_end (text, size, lines->at);
    const char *newline = memchr (text + end, '\n', size - end);
    TcnPlace place = { .source = lines->source,
                       .line = ++lines->line,
                       .line_at = lines->at };
    gsize length = end - lines->at;

    lines->at = newline != NULL ? (gsize) (newline - text) + 1 : size;
    if (!is_text (&place, length, lines->faults))
      continue;
    place.end = length;
    tcn_source_trim (text + place.line_at, &place.start, &place.end);
    if (place.start == place.end ||
        strchr (comment_signs, *tcn_place_text (&place)) != NULL)
      continue;
    *out_place = place;
    return TRUE;
  }
  return FALSE;
}
