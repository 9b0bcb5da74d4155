/* SPDX-License-Identifier: MIT */
/*
 * Where alerts go. A sink is one destination of the configuration; its class says how
 * that type of destination is opened, given alerts and closed. The application owns the
 * order of things, the pace and the repetition; a sink owns nothing but its destination.
 *
 * The one invariant: each delivery completes exactly once, from the main loop, never
 * before deliver() has returned, and a sink never blocks the loop. Three failures are
 * told apart: TCN_ERROR_SINK_ABSENT (the destination is not there; this was no attempt),
 * TCN_ERROR_SINK_RETRY (failed for now) and TCN_ERROR_SINK_REFUSED (failed for good).
 * TCN_ERROR_OUTPUT says that standard output is lost to this process: its alerts wait for
 * the next one.
 */
#pragma once

#include "tocsin/config.h"
#include "tocsin/item.h"
#include "tocsin/render.h"

G_BEGIN_DECLS

typedef struct TcnSink TcnSink;
typedef struct TcnSinkClass TcnSinkClass;

/* What the process has to offer; filled by the application, valid for as long as the sink
 * is open. */
typedef struct {
  int output_fd;           /* standard output */
  TcnStyle style;          /* of text on it; `format` counts if `has_format` */
  gboolean has_format;     /* the command line named a format: it beats the sink's own */
  const char *bus_address; /* $DBUS_SESSION_BUS_ADDRESS, nullable */
  const char *runtime_dir; /* $XDG_RUNTIME_DIR, nullable */
  guint uid;
  gboolean is_lasting; /* the process will be there when somebody clicks: the daemon */

  /* Called from the main loop when a destination that was absent has come up. Nullable.
   */
  void (*wake) (TcnSink *sink, gpointer data);
  gpointer wake_data;
} TcnSinkEnv;

/* The alerts of one delivery. Usually one; several if the class groups by item and one
 * item matched several rules; alerts of several items when they are a burst. */
typedef struct {
  const GPtrArray *alerts; /* of TcnAlert*, oldest first, those of one item together;
                              borrowed until completion */
  guint n_items;           /* how many items they are of; more than 1: a burst, or
                              what a cooldown held */
  guint n_before;          /* alerts of the same burst in the deliveries before this one,
                              which this one is to take in; 0: it stands alone */
} TcnBatch;

/* `error` is NULL when the alerts have arrived. Borrowed until the return. */
typedef void (*TcnSinkDone) (TcnSink *sink, const GError *error, gpointer data);

struct TcnSinkClass {
  TcnKeyGroup keys;    /* its name is the `type` of the configuration */
  const char *summary; /* one line, no full stop */

  gboolean groups_items; /* alerts of one item are one delivery */
  guint burst_size;      /* deliveries in burst_window_s before they become a burst; 0: */
  guint burst_window_s;  /* there are none, each alert arrives by itself */

  /* Opens the destination's place in this process; does not block and does not need the
   * destination to be there. (transfer full) (nullable) */
  TcnSink *(*open) (const TcnSinkConfig *config, const TcnSinkEnv *env, GError **error);

  /* Starts one delivery; no other one runs in this sink. `done` is called exactly once,
   * from the main loop, never before this returns. */
  void (*deliver) (TcnSink *sink, const TcnBatch *batch, TcnSinkDone done, gpointer data);

  /* Frees the sink. A delivery that still runs is given up: it completes, before this
   * returns, with G_IO_ERROR_CANCELLED. */
  void (*close) (TcnSink *sink);
};

/* What every sink begins with. */
struct TcnSink {
  const TcnSinkClass *class;
  char *name; /* the configuration's */
};

/* The classes that this program was built with, ended by NULL. (transfer none) */
const TcnSinkClass *const *tcn_sink_classes (void);

/* NULL for a type that does not exist. (transfer none) (nullable) */
const TcnSinkClass *tcn_sink_find_class (const char *type);

/* The key rows of all classes as the configuration takes them, ended by one without a
 * name. (transfer container) Free with g_free(). */
TcnKeyGroup *tcn_sink_key_groups (void);

/* Opens the sink that the configuration describes. (transfer full) (nullable) */
TcnSink *tcn_sink_open (const TcnSinkConfig *config, const TcnSinkEnv *env,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Would both descriptions, of which one is of that class, open the same sink? */
gboolean tcn_sink_opens_same (const TcnSinkClass *class, const TcnSinkConfig *a,
                              const TcnSinkConfig *b);

void tcn_sink_deliver (TcnSink *sink, const TcnBatch *batch, TcnSinkDone done,
                       gpointer data);
void tcn_sink_close (TcnSink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnSink, tcn_sink_close)

G_END_DECLS
