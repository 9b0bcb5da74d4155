/* SPDX-License-Identifier: MIT */
/*
 * The lock that lets one writer in. Its file stays for ever: whoever unlinks a lock file
 * lets two processes lock two files of one name. Its one line is a note to the next
 * holder about the state's file: whether it was closed whole and how it then looked.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct TcnLock TcnLock;

typedef enum {
  TCN_NOTE_NONE,    /* no holder yet, or one that could not write its note */
  TCN_NOTE_RUNNING, /* a holder that has not closed the state */
  TCN_NOTE_CLOSED,  /* closed whole; the file is as it was left */
  TCN_NOTE_CHANGED, /* closed whole, but somebody changed the file since */
  TCN_NOTE_DAMAGED, /* the file was damaged and moved aside */
} TcnLockNote;

/* Takes the lock `path`, making its file when missing, and gives TCN_ERROR_LOCKED at once
 * when another process holds it. (transfer full) */
TcnLock *tcn_lock_take (const char *path, GError **error);

/* Whether a process holds the lock `path`. */
gboolean tcn_lock_is_held (const char *path);

/* Gives it up. */
void tcn_lock_free (TcnLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnLock, tcn_lock_free)

/* What the last holder left to know about the file `state_path`. */
TcnLockNote tcn_lock_read_note (TcnLock *lock, const char *state_path);

/* Leaves a note: RUNNING, CLOSED (with how `state_path` looks now) or DAMAGED. */
void tcn_lock_write_note (TcnLock *lock, TcnLockNote note, const char *state_path);

G_END_DECLS
