/* SPDX-License-Identifier: MIT */
#include "config/reader.h"

#include <string.h>

#include "tocsin/text.h"

#define FILE_SUFFIX "-file"

/* ---- Entries to rows ---- */

static char *
describe_group (const TcnIniGroup *group)
{
  return group->name != NULL ? g_strdup_printf ("[%s %s]", group->kind, group->name)
                             : g_strdup_printf ("[%s]", group->kind);
}

static void
report_unknown (TcnGroup *group, const TcnIniEntry *entry)
{
  const char *names[TCN_MAX_GROUP_KEYS + 1] = { NULL };
  g_autofree char *where = describe_group (group->ini_group);
  g_autofree char *remedy = NULL;
  const char *nearest;

  for (gsize i = 0; i < group->n_keys; i++)
    names[i] = group->keys[i].name;
  nearest = tcn_text_nearest (entry->key, names);
  if (nearest != NULL) {
    group->is_misspelt[tcn_key_find (group->keys, group->n_keys, nearest)] = TRUE;
    remedy = g_strdup_printf ("did you mean “%s”?", nearest);
  }
  for (const TcnKeyGroup *other = tcn_config_key_groups ();
       remedy == NULL && other->name != NULL; other++)
    if (tcn_key_find (other->keys, other->n_keys, entry->key) >= 0)
      remedy = g_strdup_printf ("it belongs in [%s]", other->name);
  tcn_place_error (&entry->key_place, group->reader->faults, remedy,
                   "unknown key “%s” in %s", entry->key, where);
}

/* The row of "KEY-file" is that of KEY, where that works. */
static int
find_row (const TcnGroup *group, const char *key, gboolean *out_is_in_file)
{
  int row = tcn_key_find (group->keys, group->n_keys, key);
  g_autofree char *stem = NULL;

  *out_is_in_file = FALSE;
  if (row >= 0 || !g_str_has_suffix (key, FILE_SUFFIX))
    return row;
  stem = g_strndup (key, strlen (key) - strlen (FILE_SUFFIX));
  row = tcn_key_find (group->keys, group->n_keys, stem);
  *out_is_in_file = TRUE;
  return row >= 0 && (group->keys[row].flags & TCN_KEY_EXPANDS) != 0 ? row : -1;
}

static void
take_entry (TcnGroup *group, const TcnIniEntry *entry)
{
  gboolean is_in_file;
  int row = find_row (group, entry->key, &is_in_file);

  if (row < 0) {
    report_unknown (group, entry);
    return;
  }
  if (group->entries[row] != NULL) {
    tcn_place_error (&entry->key_place, group->reader->faults, NULL,
                     "“%s” is already given in line %u", entry->key,
                     group->entries[row]->key_place.line);
    return;
  }
  group->entries[row] = entry;
  group->is_in_file[row] = is_in_file;
}

void
tcn_group_init (TcnGroup *group, TcnReader *reader, const TcnIni *ini,
                const TcnIniGroup *ini_group, const TcnKeyGroup *rows,
                const char *skipped)
{
  g_return_if_fail (rows->n_keys <= TCN_MAX_GROUP_KEYS);

  *group = (TcnGroup){
    .reader = reader,
    .ini_group = ini_group,
    .keys = rows->keys,
    .n_keys = rows->n_keys,
  };
  for (guint i = 0; i < ini_group->n_entries; i++) {
    const TcnIniEntry *entry =
        &g_array_index (ini->entries, TcnIniEntry, ini_group->first_entry + i);

    if (skipped == NULL || !g_str_equal (entry->key, skipped))
      take_entry (group, entry);
  }
  for (gsize row = 0; row < rows->n_keys; row++)
    if (group->entries[row] == NULL && !group->is_misspelt[row] &&
        (rows->keys[row].flags & TCN_KEY_REQUIRED) != 0)
      tcn_place_error (&ini_group->place, reader->faults, NULL, "“%s” is missing",
                       rows->keys[row].name);
}

const TcnIniEntry *
tcn_group_entry (const TcnGroup *group, const char *key)
{
  int row = tcn_key_find (group->keys, group->n_keys, key);

  return row >= 0 ? group->entries[row] : NULL;
}

gboolean
tcn_group_is_misspelt (const TcnGroup *group, const char *key)
{
  int row = tcn_key_find (group->keys, group->n_keys, key);

  return row >= 0 && group->is_misspelt[row];
}

/* ---- Values ---- */

static gboolean
is_secret (const TcnGroup *group, const TcnIniEntry *entry)
{
  gboolean is_in_file;
  int row = find_row (group, entry->key, &is_in_file);

  return row >= 0 && !is_in_file && (group->keys[row].flags & TCN_KEY_SECRET) != 0;
}

/* Reports what is wrong with part of an entry's value. */
static void
report_slip (const TcnGroup *group, const TcnIniEntry *entry, const TcnSlip *slip)
{
  TcnPlace place = entry->value_place;

  place.end = MIN (place.end, place.start + slip->end);
  place.start = MIN (place.end, place.start + slip->start);
  tcn_place_error (&place, group->reader->faults, slip->remedy, "%s", slip->message);
  if (is_secret (group, entry))
    tcn_place_hide (&entry->value_place, group->reader->faults);
}

/* The first line of the file that a KEY-file names. (nullable) */
static char *
read_first_line (TcnGroup *group, const TcnIniEntry *entry, const TcnKey *key,
                 const char *path)
{
  const TcnSource *source = tcn_reader_open (group->reader, path, &entry->value_place);
  g_auto (TcnSlip) slip = { 0 };
  g_autofree char *line = NULL;
  gsize size, start = 0, end;
  const char *text;

  if (source == NULL)
    return NULL;
  text = g_bytes_get_data (source->bytes, &size);
  end = size;
  if (size > 0 && memchr (text, '\n', size) != NULL)
    end = (gsize) ((const char *) memchr (text, '\n', size) - text);
  line = g_strndup (text != NULL ? text : "", end);
  g_strchomp (line);
  if (!tcn_reader_check_foreign (line, entry->value, "the file's first line", &slip)) {
    report_slip (group, entry, &slip);
    return NULL;
  }
  end = strlen (line);
  tcn_source_trim (line, &start, &end);
  if (start == end) {
    tcn_place_error (&entry->value_place, group->reader->faults, NULL,
                     "the first line of “%s” is empty", path);
    return NULL;
  }
  if ((key->flags & TCN_KEY_SECRET) != 0)
    tcn_reader_tell_secret (group->reader, source, &entry->value_place);
  return g_strndup (line + start, end - start);
}

/* The text of a row's value after variables and KEY-file. NULL when that failed, which is
 * reported. */
static char *
get_text (TcnGroup *group, gsize row)
{
  const TcnIniEntry *entry = group->entries[row];
  const TcnSource *source = entry->value_place.source;
  g_auto (TcnSlip) slip = { 0 };
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;

  if ((group->keys[row].flags & TCN_KEY_EXPANDS) == 0)
    return g_strdup (entry->value);
  text = tcn_reader_expand_variables (group->reader, entry->value, &slip);
  if (text != NULL && !group->is_in_file[row])
    return g_steal_pointer (&text);
  if (text != NULL && *text == '\0')
    tcn_slip_set (&slip, text, NULL, "“%s” has no value", entry->key);
  else if (text != NULL)
    path = tcn_reader_expand_path (group->reader, text, source->directory, &slip);
  if (path != NULL)
    return read_first_line (group, entry, &group->keys[row], path);
  report_slip (group, entry, &slip);
  return NULL;
}

/* Names of headers that carry credentials, by their usual parts. */
static gboolean
has_credentials (const char *const *headers)
{
  static const char *const parts[] = { "auth", "cookie", "token", "key", "secret", NULL };

  for (; *headers != NULL; headers++) {
    g_autofree char *name = g_ascii_strdown (*headers, strcspn (*headers, ":"));

    for (const char *const *part = parts; *part != NULL; part++)
      if (strstr (name, *part) != NULL)
        return TRUE;
  }
  return FALSE;
}

/* Does the line hold a secret in so many words? */
static gboolean
is_literal_secret (const TcnKey *key, const TcnIniEntry *entry, const TcnValue *value)
{
  if (strstr (entry->value, "${") != NULL && (key->flags & TCN_KEY_EXPANDS) != 0)
    return FALSE;
  if (key->type == TCN_KEY_HEADERS)
    return has_credentials ((const char *const *) value->list);
  if ((key->flags & TCN_KEY_SECRET) != 0)
    return TRUE;
  return tcn_key_is_text (key) && key->type != TCN_KEY_QUERY && value->text != NULL &&
         tcn_reader_has_password (value->text);
}

/* A path is relative to the file in which it stands, whatever variable it came from. */
static gboolean
place_path (const TcnGroup *group, gsize row, TcnValue *value, TcnSlip *slip)
{
  const TcnKey *key = &group->keys[row];
  const TcnSource *source = group->ini_group->place.source;
  g_autofree char *path = NULL;

  if (key->type != TCN_KEY_PATH &&
      (key->type != TCN_KEY_LOCATION || !tcn_reader_is_path (value->text)))
    return TRUE;
  path = tcn_reader_expand_path (group->reader, value->text, source->directory, slip);
  if (path == NULL)
    return FALSE;
  g_free (value->text);
  value->text = tcn_reader_make_absolute (group->reader, path);
  return TRUE;
}

gboolean
tcn_group_get (TcnGroup *group, gsize row, TcnValue *out)
{
  const TcnKey *key = &group->keys[row];
  const TcnIniEntry *entry = group->entries[row];
  g_auto (TcnSlip) slip = { 0 };
  g_auto (TcnValue) value = { 0 };
  g_autofree char *text = NULL;

  if (entry == NULL && key->default_value == NULL)
    return FALSE;
  text = entry != NULL ? get_text (group, row) : g_strdup (key->default_value);
  if (text == NULL)
    return FALSE;
  if (!tcn_value_parse (key, text, &value, &slip) ||
      !place_path (group, row, &value, &slip)) {
    /* What came from elsewhere has no columns here. */
    if (entry != NULL && !g_str_equal (text, entry->value)) {
      slip.start = 0;
      slip.end = strlen (entry->value);
    }
    if (entry != NULL)
      report_slip (group, entry, &slip);
    return FALSE;
  }
  if (entry != NULL && !group->is_in_file[row] && is_literal_secret (key, entry, &value))
    tcn_reader_tell_secret (group->reader, entry->value_place.source,
                            &entry->value_place);
  *out = value;
  value = (TcnValue){ 0 };
  return TRUE;
}

void
tcn_group_fill (TcnGroup *group, gpointer record)
{
  for (gsize row = 0; row < group->n_keys; row++) {
    const TcnKey *key = &group->keys[row];
    gpointer member = G_STRUCT_MEMBER_P (record, key->offset);
    TcnValue value = { 0 };

    if (!tcn_group_get (group, row, &value))
      continue;
    if (tcn_key_is_list (key))
      *(GStrv *) member = value.list;
    else if (tcn_key_is_text (key))
      *(char **) member = value.text;
    else if (key->type == TCN_KEY_FLAG || key->type == TCN_KEY_CHOICE)
      *(int *) member = (int) value.number;
    else
      *(gint64 *) member = value.number;
  }
}
