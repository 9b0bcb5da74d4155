/* SPDX-License-Identifier: MIT */
#include "net/local.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/answer.h"

/* The kernel's clock for files ticks in milliseconds: a file this fresh may change again
 * without a trace, so it gets no validator yet. */
#define RACY_S 2

static gboolean
fail_read (TcnFetchResult *result, TcnFailure failure, TcnErrorCode code,
           const char *path, const char *why)
{
  result->kind = TCN_FETCH_FAILED;
  result->failure = failure;
  result->error = g_error_new (TCN_ERROR, code, "cannot read “%s”: %s", path, why);
  return FALSE;
}

static GBytes *
make_validator (const struct stat *status)
{
  char *text = g_strdup_printf (
      "%" G_GINT64_MODIFIER "x.%lx-%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x",
      (gint64) status->st_mtim.tv_sec, (unsigned long) status->st_mtim.tv_nsec,
      (gint64) status->st_size, (gint64) status->st_ino);

  return g_bytes_new_take (text, strlen (text));
}

static gboolean
read_bytes (int fd, const char *path, gsize max_body, gsize expected,
            TcnFetchResult *result)
{
  g_autoptr (GByteArray) body =
      g_byte_array_sized_new ((guint) MIN (expected, max_body) + 1);
  guint8 piece[64 * 1024];

  for (;;) {
    ssize_t n = read (fd, piece, sizeof piece);

    if (n < 0 && errno == EINTR)
      continue;
    if (n == 0)
      break;
    if (n < 0)
      return fail_read (result, TCN_FAILURE_FILE, TCN_ERROR_FETCH_RETRY, path,
                        g_strerror (errno));
    if ((gsize) n > max_body - body->len)
      return fail_read (result, TCN_FAILURE_LIMIT, TCN_ERROR_LIMIT, path,
                        "it is larger than max-body");
    g_byte_array_append (body, piece, (guint) n);
  }
  result->kind = TCN_FETCH_CHANGED;
  result->wire_bytes = body->len;
  result->body_hash = tcn_answer_hash (body->data, body->len);
  result->body = g_byte_array_free_to_bytes (g_steal_pointer (&body));
  return TRUE;
}

static void
read_open_file (int fd, const char *path, gsize max_body, GBytes *etag,
                TcnFetchResult *result)
{
  g_autoptr (GBytes) validator = NULL;
  struct stat status;

  if (fstat (fd, &status) != 0) {
    fail_read (result, TCN_FAILURE_FILE, TCN_ERROR_FETCH_RETRY, path, g_strerror (errno));
    return;
  }
  if (!S_ISREG (status.st_mode)) {
    fail_read (result, TCN_FAILURE_FILE, TCN_ERROR_FETCH_RETRY, path,
               "it is not a regular file");
    return;
  }
  validator = make_validator (&status);
  if (etag != NULL && g_bytes_equal (etag, validator)) {
    result->kind = TCN_FETCH_UNCHANGED;
    result->etag = g_steal_pointer (&validator);
    return;
  }
  if (read_bytes (fd, path, max_body, (gsize) status.st_size, result) &&
      g_get_real_time () / G_USEC_PER_SEC - status.st_mtim.tv_sec >= RACY_S)
    result->etag = g_steal_pointer (&validator);
}

void
tcn_local_read (const char *path, gsize max_body, GBytes *etag, TcnFetchResult *result)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

  result->effective_url = g_strdup (path);
  if (fd < 0) {
    fail_read (result, TCN_FAILURE_FILE, TCN_ERROR_FETCH_RETRY, path, g_strerror (errno));
    return;
  }
  read_open_file (fd, path, max_body, etag, result);
  close (fd);
}
