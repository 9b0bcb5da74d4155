/* SPDX-License-Identifier: MIT */
#include "tocsin/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tocsin/error.h"

/* Lists of ten thousand feeds and files of a hundred thousand rules fit several times. */
#define MAX_CONFIG_BYTES (64 * 1024 * 1024)

char *
tcn_setup_config_path (const char *named)
{
  if (named != NULL)
    return g_strdup (named);
  return g_build_filename (g_get_user_config_dir (), "tocsin", "tocsin.conf", NULL);
}

static GBytes *
fail_to_read (int code, GError **error)
{
  g_set_error_literal (error, G_FILE_ERROR, (gint) g_file_error_from_errno (code),
                       g_strerror (code));
  return NULL;
}

/* Whoever asks for the file names it in front of the error: GIO would name it again. */
static GBytes *
read_file (const char *path, gboolean *out_is_public, gpointer data, GError **error)
{
  struct stat status;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    return fail_to_read (errno, error);

  g_autoptr (GInputStream) stream = g_unix_input_stream_new (fd, TRUE);
  if (fstat (fd, &status) != 0)
    return fail_to_read (errno, error);
  if (S_ISDIR (status.st_mode))
    return fail_to_read (EISDIR, error);
  if (status.st_size > MAX_CONFIG_BYTES) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_LIMIT, "the file is larger than %d MiB",
                 MAX_CONFIG_BYTES / (1024 * 1024));
    return NULL;
  }

  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  if (g_output_stream_splice (memory, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL,
                              error) < 0)
    return NULL;
  if (out_is_public != NULL)
    *out_is_public = (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

static const char *
get_variable (const char *name, gpointer data)
{
  return g_getenv (name);
}

const TcnLoader *
tcn_setup_loader (void)
{
  static gsize is_made = 0;
  static TcnLoader loader;

  if (g_once_init_enter (&is_made)) {
    loader.read_file = read_file;
    loader.get_variable = get_variable;
    loader.current_dir = g_get_current_dir ();
    g_once_init_leave (&is_made, 1);
  }
  return &loader;
}

TcnConfig *
tcn_setup_load_config (const char *path, GString *report, GError **error)
{
  guint n_errors = 0;
  g_autofree TcnKeyGroup *sink_types = tcn_sink_key_groups ();
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  g_autoptr (TcnConfig) config =
      tcn_config_load (path, tcn_setup_loader (), sink_types, faults);

  for (guint i = 0; i < faults->len; i++) {
    const TcnConfigFault *fault = faults->pdata[i];

    tcn_config_fault_print (report, fault);
    n_errors += !fault->is_warning;
  }
  if (config == NULL)
    g_set_error (error, TCN_ERROR, TCN_ERROR_CONFIG, "%s: %u error%s", path, n_errors,
                 n_errors == 1 ? "" : "s");
  return g_steal_pointer (&config);
}

char *
tcn_setup_state_dir (const char *named, const TcnConfig *config)
{
  if (named != NULL)
    return g_strdup (named);
  if (config != NULL && config->settings.state != NULL)
    return g_strdup (config->settings.state);
  return g_build_filename (g_get_user_state_dir (), "tocsin", NULL);
}

guint64
tcn_setup_seed (void)
{
  return (guint64) g_random_int () << 32 | g_random_int ();
}

void
tcn_setup_style (TcnStyle *out_style, int fd)
{
  static gsize zone = 0;
  const char *no_colour = g_getenv ("NO_COLOR");

  if (g_once_init_enter (&zone))
    g_once_init_leave (&zone, (gsize) g_time_zone_new_local ());
  out_style->format = TCN_FORMAT_TEXT;
  out_style->use_colour = (no_colour == NULL || *no_colour == '\0') && isatty (fd);
  out_style->zone = (GTimeZone *) zone;
}

void
tcn_setup_sink_env (TcnSinkEnv *out_env, const TcnFormat *output_format)
{
  *out_env = (TcnSinkEnv){
    .output_fd = STDOUT_FILENO,
    .has_format = output_format != NULL,
    .bus_address = g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
    .runtime_dir = g_getenv ("XDG_RUNTIME_DIR"),
    .uid = getuid (),
  };
  tcn_setup_style (&out_env->style, STDOUT_FILENO);
  if (output_format != NULL)
    out_env->style.format = *output_format;
}
