/* SPDX-License-Identifier: MIT */
#include "commands/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tocsin/error.h"

#define MEMORY_BYTES (1024 * 1024)
#define COPY_BYTES 65536

struct TcnSpool {
  GString *buffer;
  int fd; /* -1 until the buffer was too small */
};

TcnSpool *
tcn_spool_new (void)
{
  TcnSpool *spool = g_new0 (TcnSpool, 1);

  spool->buffer = g_string_sized_new (COPY_BYTES);
  spool->fd = -1;
  return spool;
}

void
tcn_spool_free (TcnSpool *spool)
{
  if (spool == NULL)
    return;
  if (spool->fd >= 0)
    close (spool->fd);
  g_string_free (spool->buffer, TRUE);
  g_free (spool);
}

GString *
tcn_spool_buffer (TcnSpool *spool)
{
  return spool->buffer;
}

static gboolean
fail (const char *what, GError **error)
{
  g_set_error (error, TCN_ERROR, TCN_ERROR_OUTPUT, "%s: %s", what, g_strerror (errno));
  return FALSE;
}

/* A file that nobody else can see and that goes with this process. */
static gboolean
open_file (TcnSpool *spool, GError **error)
{
  g_autofree char *path = NULL;

  spool->fd = open (g_get_tmp_dir (), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (spool->fd < 0) {
    spool->fd = g_file_open_tmp ("tocsin-XXXXXX", &path, NULL);
    if (spool->fd >= 0)
      unlink (path);
  }
  return spool->fd >= 0 || fail ("cannot make a temporary file", error);
}

gboolean
tcn_spool_settle (TcnSpool *spool, GError **error)
{
  gsize done = 0;

  if (spool->buffer->len < MEMORY_BYTES)
    return TRUE;
  if (spool->fd < 0 && !open_file (spool, error))
    return FALSE;
  while (done < spool->buffer->len) {
    gssize n = write (spool->fd, spool->buffer->str + done, spool->buffer->len - done);

    if (n < 0 && errno != EINTR)
      return fail ("cannot write a temporary file", error);
    done += n > 0 ? (gsize) n : 0;
  }
  g_string_truncate (spool->buffer, 0);
  return TRUE;
}

gboolean
tcn_spool_put (const char *s, gsize n, GError **error)
{
  return fwrite (s, 1, n, stdout) == n || fail ("cannot write to standard output", error);
}

/* Writes n bytes, the reserved ones replaced. */
static gboolean
print_block (const char *s, gsize n, const char *replacement, GError **error)
{
  const char *end = s + n;

  for (const char *p = memchr (s, TCN_SPOOL_RESERVED, n); p != NULL;
       p = memchr (s, TCN_SPOOL_RESERVED, (gsize) (end - s))) {
    if (!tcn_spool_put (s, (gsize) (p - s), error) ||
        !tcn_spool_put (replacement, strlen (replacement), error))
      return FALSE;
    s = p + 1;
  }
  return tcn_spool_put (s, (gsize) (end - s), error);
}

static gboolean
print_file (TcnSpool *spool, const char *replacement, GError **error)
{
  g_autofree char *block = g_malloc (COPY_BYTES);
  gssize n;

  if (lseek (spool->fd, 0, SEEK_SET) < 0)
    return fail ("cannot read a temporary file", error);
  for (;;) {
    n = read (spool->fd, block, COPY_BYTES);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail ("cannot read a temporary file", error);
    if (n == 0)
      break;
    if (!print_block (block, (gsize) n, replacement, error))
      return FALSE;
  }
  close (spool->fd);
  spool->fd = -1;
  return TRUE;
}

gboolean
tcn_spool_print (TcnSpool *spool, const char *replacement, GError **error)
{
  if (spool->fd >= 0 && !print_file (spool, replacement, error))
    return FALSE;
  if (!print_block (spool->buffer->str, spool->buffer->len, replacement, error))
    return FALSE;
  g_string_truncate (spool->buffer, 0);
  return TRUE;
}
