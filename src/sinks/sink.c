/* SPDX-License-Identifier: MIT */
#include "tocsin/sink.h"

#include <string.h>

#include "tocsin/error.h"

#include "sinks/classes.h"

/* The registry. A sink is a file in this directory and a row here. */
static const TcnSinkClass *const classes[] = {
  &tcn_sink_stdout,
#ifdef HAVE_LIBNOTIFY
  &tcn_sink_desktop,
#endif
  NULL,
};

const TcnSinkClass *const *
tcn_sink_classes (void)
{
  return classes;
}

const TcnSinkClass *
tcn_sink_find_class (const char *type)
{
  g_return_val_if_fail (type != NULL, NULL);

  for (const TcnSinkClass *const *row = classes; *row != NULL; row++)
    if (strcmp ((*row)->keys.name, type) == 0)
      return *row;
  return NULL;
}

TcnKeyGroup *
tcn_sink_key_groups (void)
{
  static const TcnKeyGroup missing[] = {
#ifndef HAVE_LIBNOTIFY
    { .name = "desktop", .missing = "this program was built without libnotify" },
#endif
    { NULL },
  };
  const gsize n = G_N_ELEMENTS (classes) - 1;
  TcnKeyGroup *groups = g_new0 (TcnKeyGroup, n + G_N_ELEMENTS (missing));

  for (gsize i = 0; i < n; i++)
    groups[i] = classes[i]->keys;
  memcpy (groups + n, missing, sizeof missing);
  return groups;
}

TcnSink *
tcn_sink_open (const TcnSinkConfig *config, const TcnSinkEnv *env, GError **error)
{
  const TcnSinkClass *class = tcn_sink_find_class (tcn_sink_config_type (config));
  TcnSink *sink = NULL;

  if (class == NULL) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_CONFIG,
                 "this program was built without sinks of type “%s”",
                 tcn_sink_config_type (config));
    return NULL;
  }
  sink = class->open (config, env, error);
  if (sink == NULL)
    return NULL;
  sink->class = class;
  sink->name = g_strdup (tcn_sink_config_name (config));
  return sink;
}

void
tcn_sink_deliver (TcnSink *sink, const TcnBatch *batch, TcnSinkDone done, gpointer data)
{
  g_return_if_fail (sink != NULL && done != NULL);
  g_return_if_fail (batch->alerts->len > 0 && batch->n_items > 0);

  sink->class->deliver (sink, batch, done, data);
}

void
tcn_sink_close (TcnSink *sink)
{
  g_autofree char *name = NULL;

  if (sink == NULL)
    return;
  name = sink->name; /* a delivery that close() gives up may still want it */
  sink->class->close (sink);
}

static gboolean
has_same_value (const TcnKey *key, const TcnSinkConfig *a, const TcnSinkConfig *b)
{
  switch (key->type) {
  case TCN_KEY_FLAG:
  case TCN_KEY_CHOICE:
  case TCN_KEY_COUNT:
  case TCN_KEY_DURATION:
  case TCN_KEY_SIZE:
  case TCN_KEY_DATE:
    return tcn_sink_config_number (a, key->name) == tcn_sink_config_number (b, key->name);
  case TCN_KEY_LIST:
  case TCN_KEY_PATHS: {
    const char *const *x = tcn_sink_config_list (a, key->name);
    const char *const *y = tcn_sink_config_list (b, key->name);

    return x == y || (x != NULL && y != NULL && g_strv_equal (x, y));
  }
  default:
    return g_strcmp0 (tcn_sink_config_text (a, key->name),
                      tcn_sink_config_text (b, key->name)) == 0;
  }
}

gboolean
tcn_sink_opens_same (const TcnSinkClass *class, const TcnSinkConfig *a,
                     const TcnSinkConfig *b)
{
  if (strcmp (tcn_sink_config_name (a), tcn_sink_config_name (b)) != 0 ||
      strcmp (tcn_sink_config_type (a), tcn_sink_config_type (b)) != 0)
    return FALSE;
  for (gsize i = 0; i < class->keys.n_keys; i++)
    if (!has_same_value (&class->keys.keys[i], a, b))
      return FALSE;
  return TRUE;
}
