/* SPDX-License-Identifier: MIT */
#include "config/sinks.h"

struct TcnSinkConfig {
  gatomicrefcount ref_count;
  char *name;
  TcnKeyGroup type;
  TcnValue *values; /* by row */
  gboolean *has_value;
};

static TcnSinkConfig *
create_sink (const char *name, const TcnKeyGroup *type)
{
  TcnSinkConfig *sink = g_new0 (TcnSinkConfig, 1);

  g_atomic_ref_count_init (&sink->ref_count);
  sink->name = g_strdup (name);
  sink->type = *type;
  sink->values = g_new0 (TcnValue, type->n_keys);
  sink->has_value = g_new0 (gboolean, type->n_keys);
  return sink;
}

TcnSinkConfig *
tcn_sink_config_ref (TcnSinkConfig *sink)
{
  g_atomic_ref_count_inc (&sink->ref_count);
  return sink;
}

void
tcn_sink_config_unref (TcnSinkConfig *sink)
{
  if (sink == NULL || !g_atomic_ref_count_dec (&sink->ref_count))
    return;
  for (gsize row = 0; row < sink->type.n_keys; row++)
    tcn_value_clear (&sink->values[row]);
  g_free (sink->values);
  g_free (sink->has_value);
  g_free (sink->name);
  g_free (sink);
}

TcnSinkConfig *
tcn_sink_config_new (const char *name, const TcnKeyGroup *type)
{
  g_autoptr (TcnSinkConfig) sink = create_sink (name, type);

  for (gsize row = 0; row < type->n_keys; row++) {
    const TcnKey *key = &type->keys[row];
    g_auto (TcnSlip) slip = { 0 };

    if ((key->flags & TCN_KEY_REQUIRED) != 0)
      return NULL;
    if (key->default_value != NULL)
      sink->has_value[row] =
          tcn_value_parse (key, key->default_value, &sink->values[row], &slip);
  }
  return g_steal_pointer (&sink);
}

static const TcnIniEntry *
find_type (const TcnIni *ini, const TcnIniGroup *ini_group, GPtrArray *faults)
{
  const TcnIniEntry *found = NULL;

  for (guint i = 0; i < ini_group->n_entries; i++) {
    const TcnIniEntry *entry =
        &g_array_index (ini->entries, TcnIniEntry, ini_group->first_entry + i);

    if (!g_str_equal (entry->key, "type"))
      continue;
    if (found != NULL)
      tcn_place_error (&entry->key_place, faults, NULL,
                       "“type” is already given in line %u", found->key_place.line);
    else
      found = entry;
  }
  return found;
}

static void
report_type (const TcnIniEntry *entry, const TcnKeyGroup *types, GPtrArray *faults)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *remedy = NULL;
  g_autofree char *joined = NULL;

  for (const TcnKeyGroup *type = types; type->name != NULL; type++)
    if (type->missing == NULL)
      g_ptr_array_add (names, (gpointer) type->name);
  g_ptr_array_add (names, NULL);
  remedy = tcn_key_suggest (entry->value, (const char *const *) names->pdata);
  joined = g_strjoinv (", ", (GStrv) names->pdata);
  if (remedy == NULL)
    remedy = g_strdup_printf ("this program was built with: %s", joined);
  tcn_place_error (&entry->value_place, faults, remedy, "unknown type of sink “%s”",
                   entry->value);
}

TcnSinkConfig *
tcn_sink_config_read (TcnReader *reader, const TcnIni *ini, const TcnIniGroup *ini_group,
                      const TcnKeyGroup *types)
{
  const TcnIniEntry *entry = find_type (ini, ini_group, reader->faults);
  const TcnKeyGroup *type;
  TcnSinkConfig *sink;
  TcnGroup group;

  if (entry == NULL) {
    tcn_place_error (&ini_group->place, reader->faults, NULL, "“type” is missing");
    return NULL;
  }
  type = tcn_key_group_find (types, entry->value);
  if (type == NULL) {
    report_type (entry, types, reader->faults);
    return NULL;
  }
  if (type->missing != NULL) {
    tcn_place_error (&entry->value_place, reader->faults, NULL,
                     "there are no sinks of type “%s” here: %s", type->name,
                     type->missing);
    return NULL;
  }
  sink = create_sink (ini_group->name, type);
  tcn_group_init (&group, reader, ini, ini_group, type, "type");
  for (gsize row = 0; row < type->n_keys; row++)
    sink->has_value[row] = tcn_group_get (&group, row, &sink->values[row]);
  return sink;
}

const char *
tcn_sink_config_name (const TcnSinkConfig *sink)
{
  return sink->name;
}

const char *
tcn_sink_config_type (const TcnSinkConfig *sink)
{
  return sink->type.name;
}

const TcnKeyGroup *
tcn_sink_config_keys (const TcnSinkConfig *sink)
{
  return &sink->type;
}

const TcnValue *
tcn_sink_config_value (const TcnSinkConfig *sink, gsize row)
{
  return sink->has_value[row] ? &sink->values[row] : NULL;
}

static const TcnValue *
find_value (const TcnSinkConfig *sink, const char *key)
{
  int row = tcn_key_find (sink->type.keys, sink->type.n_keys, key);

  g_return_val_if_fail (row >= 0, NULL);
  return tcn_sink_config_value (sink, (gsize) row);
}

const char *
tcn_sink_config_text (const TcnSinkConfig *sink, const char *key)
{
  const TcnValue *value = find_value (sink, key);

  return value != NULL ? value->text : NULL;
}

gint64
tcn_sink_config_number (const TcnSinkConfig *sink, const char *key)
{
  const TcnValue *value = find_value (sink, key);

  return value != NULL ? value->number : 0;
}

const char *const *
tcn_sink_config_list (const TcnSinkConfig *sink, const char *key)
{
  const TcnValue *value = find_value (sink, key);

  return value != NULL ? (const char *const *) value->list : NULL;
}
