/* SPDX-License-Identifier: MIT */
/*
 * Alerts on standard output, each written whole before it counts as delivered. The
 * descriptor may be shared with other processes, so it is never made non-blocking: what
 * is written at a time is what a writable pipe takes without blocking.
 */
#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tocsin/error.h"
#include "tocsin/sink.h"

#include "sinks/classes.h"

typedef struct {
  TcnSink base;
  int fd;
  TcnStyle style;

  /* the running delivery */
  TcnSinkDone done;
  gpointer data;
  GString *text;
  gsize written;
  guint source;
} Output;

static const TcnKeyWord formats[] = {
  { "text", TCN_FORMAT_TEXT },
  { "json", TCN_FORMAT_JSON },
  { "tsv", TCN_FORMAT_TSV },
  { NULL, 0 },
};

static const TcnKey keys[] = {
  { "format", TCN_KEY_CHOICE, 0, "text", 0, 0, formats,
    "how an alert is written: a block of text, a line of JSON, a line of TSV" },
};

static TcnSink *
output_open (const TcnSinkConfig *config, const TcnSinkEnv *env, GError **error)
{
  Output *output = g_new0 (Output, 1);

  output->fd = env->output_fd;
  output->style = env->style;
  if (!env->has_format)
    output->style.format = (TcnFormat) tcn_sink_config_number (config, "format");
  output->text = g_string_new (NULL);
  return &output->base;
}

static void
complete (Output *output, const GError *error)
{
  const TcnSinkDone done = output->done;

  output->done = NULL;
  g_string_truncate (output->text, 0);
  done (&output->base, error, output->data);
}

/* A file that filled up half-way through an alert would keep that half for ever, in front
 * of the whole that is written later. */
static void
take_back_half (const Output *output)
{
  struct stat status;
  const off_t here = lseek (output->fd, 0, SEEK_CUR);
  const off_t begin = here - (off_t) output->written;

  if (output->written == 0 || here < 0 || fstat (output->fd, &status) != 0 ||
      !S_ISREG (status.st_mode) || status.st_size != here)
    return;
  if (ftruncate (output->fd, begin) == 0)
    (void) lseek (output->fd, begin, SEEK_SET);
}

static void
fail (Output *output, int error_number)
{
  g_autoptr (GError) error =
      g_error_new (TCN_ERROR, TCN_ERROR_OUTPUT, "cannot write to standard output: %s",
                   g_strerror (error_number));

  take_back_half (output);
  complete (output, error);
}

static gboolean
on_writable (gint fd, GIOCondition condition, gpointer data)
{
  Output *output = data;
  const gsize left = output->text->len - output->written;
  const ssize_t n =
      write (fd, output->text->str + output->written, MIN (left, (gsize) PIPE_BUF));

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (n >= 0)
    output->written += (gsize) n;
  if (n >= 0 && output->written < output->text->len)
    return G_SOURCE_CONTINUE;

  output->source = 0;
  if (n < 0)
    fail (output, errno);
  else
    complete (output, NULL);
  return G_SOURCE_REMOVE;
}

static void
output_deliver (TcnSink *sink, const TcnBatch *batch, TcnSinkDone done, gpointer data)
{
  Output *output = (Output *) sink;

  output->done = done;
  output->data = data;
  output->written = 0;
  for (guint i = 0; i < batch->alerts->len; i++)
    tcn_render_alert (output->text, g_ptr_array_index (batch->alerts, i), &output->style);
  output->source = g_unix_fd_add (output->fd, G_IO_OUT | G_IO_ERR | G_IO_HUP | G_IO_NVAL,
                                  on_writable, output);
}

static void
output_close (TcnSink *sink)
{
  Output *output = (Output *) sink;

  g_clear_handle_id (&output->source, g_source_remove);
  if (output->done != NULL) {
    g_autoptr (GError) error =
        g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "given up");

    take_back_half (output);
    complete (output, error);
  }
  g_string_free (output->text, TRUE);
  g_free (output);
}

const TcnSinkClass tcn_sink_stdout = {
  .keys = { "stdout", keys, G_N_ELEMENTS (keys) },
  .summary = "standard output",
  .open = output_open,
  .deliver = output_deliver,
  .close = output_close,
};
