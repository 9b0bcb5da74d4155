/* SPDX-License-Identifier: MIT */
/*
 * Loading configurations from memory, for tests: files and variables are tables, the sink
 * types are made up. The main file is "/etc/t/tocsin.conf"; the current directory is
 * "/srv", the home "/home/me".
 */
#pragma once

#include <stdarg.h>
#include <string.h>

#include "tocsin/config.h"

typedef struct {
  const char *path;
  const char *text;
  gboolean is_public;
} LoadFile;

typedef struct {
  const LoadFile *files;             /* ended by a NULL path; nullable */
  const char *const (*variables)[2]; /* pairs, ended by a NULL name; nullable */
} LoadWorld;

typedef struct {
  TcnConfig *config; /* NULL when it was refused */
  GPtrArray *faults;
  GString *printed; /* the faults as people see them */
} Load;

#define LOAD_PATH "/etc/t/tocsin.conf"

static const TcnKeyWord load_formats[] = { { "text", 0 }, { "json", 1 }, { NULL, 0 } };
static const TcnKey load_stdout_keys[] = {
  { "format", TCN_KEY_CHOICE, 0, "text", 0, 0, load_formats, "the form" },
};
static const TcnKey load_hook_keys[] = {
  { "url", TCN_KEY_URL, TCN_KEY_EXPANDS | TCN_KEY_REQUIRED, NULL, 0, 0, NULL, "where" },
  { "token", TCN_KEY_TEXT, TCN_KEY_EXPANDS | TCN_KEY_SECRET, NULL, 0, 0, NULL, "secret" },
  { "retries", TCN_KEY_COUNT, 0, "3", 0, 9, NULL, "how often" },
  { "to", TCN_KEY_LIST, 0, NULL, 0, 0, NULL, "whom" },
  { "ca", TCN_KEY_PATH, TCN_KEY_EXPANDS, NULL, 0, 0, NULL, "certificates" },
};
static const TcnKeyGroup load_sink_types[] = {
  { "stdout", load_stdout_keys, G_N_ELEMENTS (load_stdout_keys) },
  { "desktop", NULL, 0 },
  { "hook", load_hook_keys, G_N_ELEMENTS (load_hook_keys) },
  { NULL, NULL, 0 },
};

static inline GBytes *
load_read_file (const char *path, gboolean *out_is_public, gpointer data, GError **error)
{
  const LoadWorld *world = data;

  for (const LoadFile *file = world->files; file != NULL && file->path != NULL; file++)
    if (strcmp (file->path, path) == 0) {
      *out_is_public = file->is_public;
      return g_bytes_new (file->text, strlen (file->text));
    }
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "No such file or directory");
  return NULL;
}

static inline const char *
load_get_variable (const char *name, gpointer data)
{
  const LoadWorld *world = data;

  for (gsize i = 0; world->variables != NULL && world->variables[i][0] != NULL; i++)
    if (strcmp (world->variables[i][0], name) == 0)
      return world->variables[i][1];
  return strcmp (name, "HOME") == 0 ? "/home/me" : NULL;
}

static inline Load
load_in (const LoadWorld *world, const char *path, GBytes *bytes)
{
  TcnLoader loader = {
    .read_file = load_read_file,
    .get_variable = load_get_variable,
    .data = (gpointer) world,
    .current_dir = "/srv",
  };
  Load load = {
    .faults = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free),
    .printed = g_string_new (NULL),
  };

  load.config =
      bytes != NULL
          ? tcn_config_load_bytes (path, bytes, &loader, load_sink_types, load.faults)
          : tcn_config_load (path, &loader, load_sink_types, load.faults);
  for (guint i = 0; i < load.faults->len; i++)
    tcn_config_fault_print (load.printed, load.faults->pdata[i]);
  return load;
}

static inline Load
load_text_in (const LoadWorld *world, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return load_in (world, LOAD_PATH, bytes);
}

static inline Load
load_text (const char *text)
{
  static const LoadWorld nothing = { NULL, NULL };

  return load_text_in (&nothing, text);
}

static inline void
load_clear (Load *load)
{
  g_clear_pointer (&load->config, tcn_config_unref);
  g_ptr_array_unref (load->faults);
  g_string_free (load->printed, TRUE);
}
