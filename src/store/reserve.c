/* SPDX-License-Identifier: MIT */
/*
 * Room on the disk for what became of one delivery. An alert that was sent and cannot be
 * marked would be sent again by each run to come: so none is sent before the room for its
 * mark is there, in a file that gives way to it when the disk is full.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>

#include "store/private.h"
#include "tocsin/error.h"
#include "tocsin/outbox.h"

/* A mark changes a few pages of the outbox; what counts many alerts, some more. */
#define RESERVE_BYTES (128 * 1024)

static char *
reserve_path (const TcnStore *store)
{
  return g_build_filename (tcn_store_dir (store), TCN_STORE_RESERVE, NULL);
}

/* 0 or an errno. */
static int
take_room (const char *path)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  int result;

  if (fd < 0)
    return errno;
  result = posix_fallocate (fd, 0, RESERVE_BYTES);
  g_close (fd, NULL);
  if (result != 0)
    g_unlink (path);
  return result;
}

gboolean
tcn_outbox_prepare (TcnStore *store, GError **error)
{
  g_autofree char *path = reserve_path (store);
  GStatBuf status;
  int result;

  if (g_stat (path, &status) == 0 && status.st_size >= RESERVE_BYTES)
    return TRUE;
  result = take_room (path);
  if (result == 0)
    return TRUE;
  g_set_error (error, TCN_ERROR, TCN_ERROR_STORE, "cannot use the state “%s”: %s",
               tcn_store_path (store),
               result == ENOSPC || result == EDQUOT ? "the disk is full; free some space"
                                                    : g_strerror (result));
  return FALSE;
}

gboolean
tcn_store_spend_reserve (TcnStore *store)
{
  g_autofree char *path = reserve_path (store);

  return g_unlink (path) == 0;
}
