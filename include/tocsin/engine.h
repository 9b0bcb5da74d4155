/* SPDX-License-Identifier: MIT */
/*
 * The whole program put together for one configuration: store, fetcher, watch and
 * dispatcher on the main loop. `once` and `daemon` drive it; nothing else does.
 */
#pragma once

#include "tocsin/config.h"
#include "tocsin/dispatch.h"
#include "tocsin/store.h"
#include "tocsin/watch.h"

G_BEGIN_DECLS

typedef struct TcnEngine TcnEngine;

/* What the driver is told, from the main loop. Members may be NULL. */
typedef struct {
  TcnWatchEvents watch; /* `recorded` after dispatch knows */
  void (*broken) (const GError *error, gpointer data); /* the outbox failed: for good */
} TcnEngineEvents;

typedef struct {
  const char *state_dir;
  const char *implicit_sink; /* the type of the sink of a configuration without any */
  const TcnFormat *output_format; /* beats that of the stdout sink; nullable */
  gboolean is_lasting;            /* the process stays: a daemon */
} TcnEngineOptions;

/* Opens the state to write and everything above it, and takes up wishes left by
 * tcn_outbox_request_retry(). Fails as tcn_store_open() does, and with TCN_ERROR_CONFIG when
 * a sink cannot be opened. (transfer full) (nullable) */
TcnEngine *tcn_engine_new (TcnConfig *config, const TcnEngineOptions *options,
                           const TcnEngineEvents *events, gpointer data, GError **error);

/* Gives up what is under way, without recording it. */
void tcn_engine_free (TcnEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnEngine, tcn_engine_free)

/* Goes on with another configuration. `alerter` (transfer full) is of it. On failure
 * everything goes on as before. */
gboolean tcn_engine_reconfigure (TcnEngine *engine, TcnConfig *config,
                                 TcnAlerter *alerter,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes up wishes to try failed deliveries again. */
gboolean tcn_engine_take_requests (TcnEngine *engine,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Parts of it. (transfer none) */
const TcnConfig *tcn_engine_config (const TcnEngine *engine);
TcnStore *tcn_engine_store (TcnEngine *engine);
TcnWatch *tcn_engine_watch (TcnEngine *engine);
TcnDispatch *tcn_engine_dispatch (TcnEngine *engine);

G_END_DECLS
