/* SPDX-License-Identifier: MIT */
/*
 * The thread that talks to libnotify, whose calls block for 25 seconds each on a server
 * that does not answer. libnotify is one for the whole process, and so is its thread: it
 * is started by the first pop-up, runs as long as the process does and is waited for by
 * nobody. Private to the desktop sink.
 */
#pragma once

#include <gio/gio.h>

#include "sinks/popup.h"

G_BEGIN_DECLS

typedef struct TcnNotifier TcnNotifier;
typedef struct TcnPopupJob TcnPopupJob;

/* `error` is NULL when the server has taken the pop-up, else TCN_ERROR_SINK_ABSENT, _RETRY
 * or _REFUSED; borrowed. */
typedef void (*TcnPopupDone) (const GError *error, gpointer data);

typedef struct {
  gboolean has_actions; /* the server tells of clicks: one opens the link */
  gboolean is_lasting;  /* the process will be there to be told */
} TcnPopupTraits;

/* The process's one. (transfer none) */
TcnNotifier *tcn_notifier_get (void);

/* Shows a pop-up in the place of the last one with its tag, if that is still there.
 * `traits` say what the server and the process can do. `done` is called once, from the main loop, never before this returns, unless the job is disowned
 * first. Jobs are done in turn. (transfer full) of the popup; the job is owned by the
 * notifier, valid until `done` or until disowned. */
TcnPopupJob *tcn_notifier_show (TcnNotifier *notifier, TcnPopup *popup,
                                const TcnPopupTraits *traits, TcnPopupDone done,
                                gpointer data);

/* Nobody wants to know any more. */
void tcn_popup_job_disown (TcnPopupJob *job);

G_END_DECLS
