/* SPDX-License-Identifier: MIT */
#include "config/lists.h"

#include <string.h>

#include "config/feeds.h"
#include "tocsin/opml.h"

/* A fragment's "#" stands inside its word; a comment's begins one. */
static gsize
find_comment (const char *line)
{
  gsize at = 0;

  while (line[at] != '\0' &&
         !(line[at] == '#' && (at == 0 || g_ascii_isspace (line[at - 1]))))
    at++;
  return at;
}

/* Blanks or ';' between tags. */
static GStrv
split_tags (const char *text)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_free);

  while (*text != '\0') {
    gsize length = strcspn (text, "; \t");
    char *tag = g_strndup (text, length);

    if (length > 0 && !g_ptr_array_find_with_equal_func (tags, tag, g_str_equal, NULL))
      g_ptr_array_add (tags, g_steal_pointer (&tag));
    g_free (tag);
    text += length;
    text += strspn (text, "; \t");
  }
  g_ptr_array_add (tags, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&tags), FALSE);
}

/* What is written as a URL or a path, made into what is fetched. NULL with the slip. */
static char *
read_location (const TcnReader *reader, const TcnSource *source, const char *written,
               TcnSlip *slip)
{
  static const TcnKey row = { .name = "url", .type = TCN_KEY_LOCATION };
  g_autofree char *text = tcn_reader_expand_variables (reader, written, slip);
  g_auto (TcnValue) value = { 0 };
  g_autofree char *path = NULL;

  if (text == NULL)
    return NULL;
  if (!tcn_value_parse (&row, text, &value, slip)) {
    if (!g_str_equal (text, written))
      slip->end = strlen (written);
    return NULL;
  }
  if (!tcn_reader_is_path (value.text))
    return g_steal_pointer (&value.text);
  path = tcn_reader_expand_path (reader, value.text, source->directory, slip);
  return path != NULL ? tcn_reader_make_absolute (reader, path) : NULL;
}

static void
read_line (TcnReader *reader, TcnPlace line, GPtrArray *feeds)
{
  g_autofree char *text = g_strndup (tcn_place_text (&line), line.end - line.start);
  g_autoptr (TcnFeedConfig) feed = tcn_feed_config_new ();
  g_auto (TcnSlip) slip = { 0 };
  g_autofree char *url = NULL;
  gsize url_length;

  text[find_comment (text)] = '\0';
  url_length = strcspn (text, " \t");
  url = g_strndup (text, url_length);
  line.end = line.start + url_length;
  feed->url = read_location (reader, line.source, url, &slip);
  if (feed->url == NULL) {
    line.end = line.start + slip.end;
    line.start += slip.start;
    tcn_place_error (&line, reader->faults, slip.remedy, "%s", slip.message);
    return;
  }
  if (strstr (url, "${") == NULL && tcn_reader_has_password (url))
    tcn_reader_tell_secret (reader, line.source, &line);
  if (text[url_length] != '\0') {
    g_strfreev (feed->tags);
    feed->tags = split_tags (text + url_length);
  }
  feed->file = g_strdup (line.source->path);
  feed->line = line.line;
  g_ptr_array_add (feeds, g_steal_pointer (&feed));
}

void
tcn_list_read (TcnReader *reader, const TcnSource *source, GPtrArray *feeds)
{
  TcnLines lines;
  TcnPlace line;

  tcn_lines_init (&lines, source, reader->faults);
  while (tcn_lines_next (&lines, "#", &line))
    read_line (reader, line, feeds);
}

void
tcn_list_read_opml (TcnReader *reader, const TcnSource *source, GPtrArray *feeds)
{
  const TcnPlace whole = { .source = source };
  g_autoptr (GPtrArray) outlines =
      tcn_opml_read (source->path, source->bytes, reader->faults);

  for (guint i = 0; i < outlines->len; i++) {
    TcnOutline *outline = outlines->pdata[i];
    TcnFeedConfig *feed = tcn_feed_config_new ();

    if (tcn_reader_has_password (outline->url))
      tcn_reader_tell_secret (reader, source, &whole);
    feed->url = g_steal_pointer (&outline->url);
    feed->title = g_steal_pointer (&outline->title);
    g_strfreev (feed->tags);
    feed->tags = g_steal_pointer (&outline->tags);
    feed->file = g_strdup (source->path);
    feed->line = outline->line;
    g_ptr_array_add (feeds, feed);
  }
}
