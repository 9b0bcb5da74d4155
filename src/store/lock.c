/* SPDX-License-Identifier: MIT */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tocsin/error.h"

#define MAX_NOTE_BYTES 128

struct TcnLock {
  int fd;
};

static void
read_line (int fd, char line[MAX_NOTE_BYTES])
{
  ssize_t n = pread (fd, line, MAX_NOTE_BYTES - 1, 0);

  line[MAX (n, 0)] = '\0';
  g_strchomp (line);
}

static void
set_locked_error (int fd, const char *path, GError **error)
{
  char line[MAX_NOTE_BYTES];

  read_line (fd, line);
  g_set_error (error, TCN_ERROR, TCN_ERROR_LOCKED,
               "another tocsin holds the state (lock “%s”%s%s)", path,
               g_str_has_prefix (line, "running") ? ": " : "",
               g_str_has_prefix (line, "running") ? line : "");
}

TcnLock *
tcn_lock_take (const char *path, GError **error)
{
  g_autoptr (TcnLock) lock = g_new0 (TcnLock, 1);

  lock->fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock->fd < 0) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_STORE, "cannot open the lock “%s”: %s", path,
                 g_strerror (errno));
    return NULL;
  }
  if (flock (lock->fd, LOCK_EX | LOCK_NB) == 0)
    return g_steal_pointer (&lock);
  if (errno == EWOULDBLOCK)
    set_locked_error (lock->fd, path, error);
  else
    g_set_error (error, TCN_ERROR, TCN_ERROR_STORE, "cannot lock “%s”: %s", path,
                 g_strerror (errno));
  return NULL;
}

/* To try it is to hold it for a moment: only where the note says that it is held already. */
gboolean
tcn_lock_is_held (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  char line[MAX_NOTE_BYTES];
  gboolean is_held;

  if (fd < 0)
    return FALSE;
  read_line (fd, line);
  is_held = g_str_has_prefix (line, "running") && flock (fd, LOCK_SH | LOCK_NB) != 0;
  close (fd);
  return is_held;
}

void
tcn_lock_free (TcnLock *lock)
{
  if (lock == NULL)
    return;
  if (lock->fd >= 0)
    close (lock->fd);
  g_free (lock);
}

/* The change time tells more than the modification time: no program can set it back. */
static char *
describe_file (const char *path)
{
  struct stat st;

  if (stat (path, &st) != 0)
    return g_strdup ("closed, no file");
  return g_strdup_printf ("closed %" G_GINT64_FORMAT " bytes %" G_GINT64_FORMAT ".%09ld",
                          (gint64) st.st_size, (gint64) st.st_ctim.tv_sec,
                          (long) st.st_ctim.tv_nsec);
}

TcnLockNote
tcn_lock_read_note (TcnLock *lock, const char *state_path)
{
  char line[MAX_NOTE_BYTES];
  g_autofree char *now = describe_file (state_path);

  read_line (lock->fd, line);
  if (g_str_has_prefix (line, "closed"))
    return g_str_equal (line, now) ? TCN_NOTE_CLOSED : TCN_NOTE_CHANGED;
  if (g_str_has_prefix (line, "running"))
    return TCN_NOTE_RUNNING;
  if (g_str_has_prefix (line, "damaged"))
    return TCN_NOTE_DAMAGED;
  return TCN_NOTE_NONE;
}

void
tcn_lock_write_note (TcnLock *lock, TcnLockNote note, const char *state_path)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  if (note == TCN_NOTE_RUNNING)
    text = g_strdup_printf ("running, process %ld", (long) getpid ());
  else if (note == TCN_NOTE_CLOSED)
    text = describe_file (state_path);
  else
    text = g_strdup ("damaged, moved aside");
  line = g_strconcat (text, "\n", NULL);
  /* Written over before it is cut: a full disk has room for what is there already. */
  if (pwrite (lock->fd, line, strlen (line), 0) < 0 ||
      ftruncate (lock->fd, (off_t) strlen (line)) != 0)
    g_debug ("cannot write the lock's note: %s", g_strerror (errno));
}
