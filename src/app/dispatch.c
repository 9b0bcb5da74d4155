/* SPDX-License-Identifier: MIT */
#include "tocsin/dispatch.h"

#include <string.h>

#include "app/lane.h"

struct TcnDispatch {
  TcnLaneHost host; /* what the lanes see; first, so that it is the dispatcher too */
  TcnSinkEnv env;
  GPtrArray *lanes;   /* of TcnLane*, active */
  GPtrArray *leaving; /* of TcnLane*, not configured any more, with a running delivery */
  TcnDispatchDone done; /* of a drain or a stop */
  gpointer done_data;
  guint work; /* idle source */
};

static gboolean
is_over (const TcnDispatch *dispatch)
{
  if (dispatch->leaving->len > 0)
    return FALSE;
  for (guint i = 0; i < dispatch->lanes->len; i++) {
    const TcnLane *lane = g_ptr_array_index (dispatch->lanes, i);

    if (tcn_lane_is_running (lane))
      return FALSE;
    if (dispatch->host.mode == TCN_LANES_DRAINING && !dispatch->host.is_broken &&
        !tcn_lane_is_drained (lane))
      return FALSE;
  }
  return TRUE;
}

/* The last thing that a callback does: the owner may free the dispatcher. */
static void
report_if_over (TcnDispatch *dispatch)
{
  const TcnDispatchDone done = dispatch->done;

  if (done == NULL || !is_over (dispatch))
    return;
  dispatch->done = NULL;
  if (dispatch->host.mode == TCN_LANES_DRAINING)
    dispatch->host.mode = TCN_LANES_KEEPING;
  done (dispatch->done_data);
}

static gboolean
on_work (gpointer data)
{
  TcnDispatch *dispatch = data;

  dispatch->work = 0;
  for (guint i = 0; i < dispatch->lanes->len; i++)
    tcn_lane_advance (g_ptr_array_index (dispatch->lanes, i));
  report_if_over (dispatch);
  return G_SOURCE_REMOVE;
}

void
tcn_dispatch_kick (TcnDispatch *dispatch)
{
  if (dispatch->work == 0)
    dispatch->work = g_idle_add_full (G_PRIORITY_DEFAULT, on_work, dispatch, NULL);
}

/* Two sinks of one name are never open for deliveries at once: the new one waits. */
static void
hold_behind_leaving (TcnDispatch *dispatch)
{
  for (guint i = 0; i < dispatch->lanes->len; i++) {
    TcnLane *lane = g_ptr_array_index (dispatch->lanes, i);
    gboolean is_held = FALSE;

    for (guint j = 0; j < dispatch->leaving->len; j++) {
      const TcnLane *old = g_ptr_array_index (dispatch->leaving, j);

      is_held |= strcmp (tcn_lane_name (old), tcn_lane_name (lane)) == 0;
    }
    tcn_lane_hold (lane, is_held);
  }
}

static void
on_lane_ended (TcnLaneHost *host, TcnLane *lane)
{
  TcnDispatch *dispatch = (TcnDispatch *) host;

  if (g_ptr_array_remove_fast (dispatch->leaving, lane)) {
    hold_behind_leaving (dispatch);
    tcn_dispatch_kick (dispatch);
  }
  report_if_over (dispatch);
}

static void
on_sink_wake (TcnSink *sink, gpointer data)
{
  TcnDispatch *dispatch = data;

  for (guint i = 0; i < dispatch->lanes->len; i++) {
    TcnLane *lane = g_ptr_array_index (dispatch->lanes, i);

    if (tcn_lane_sink (lane) == sink)
      tcn_lane_wake (lane);
  }
  tcn_dispatch_kick (dispatch);
}

TcnDispatch *
tcn_dispatch_new (TcnStore *store, const TcnDispatchOptions *options)
{
  TcnDispatch *dispatch = g_new0 (TcnDispatch, 1);

  dispatch->host.store = store;
  dispatch->host.options = *options;
  if (options->open_sink == NULL)
    dispatch->host.options.open_sink = tcn_sink_open;
  dispatch->host.on_ended = on_lane_ended;
  dispatch->env = *options->env;
  dispatch->env.wake = on_sink_wake;
  dispatch->env.wake_data = dispatch;
  dispatch->lanes = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_lane_free);
  dispatch->leaving = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_lane_free);
  return dispatch;
}

void
tcn_dispatch_free (TcnDispatch *dispatch)
{
  if (dispatch == NULL)
    return;
  g_clear_handle_id (&dispatch->work, g_source_remove);
  g_ptr_array_unref (dispatch->leaving);
  g_ptr_array_unref (dispatch->lanes);
  g_clear_error (&dispatch->host.output_error);
  g_free (dispatch);
}

static gboolean
has_lane (const TcnDispatch *dispatch, const TcnSinkConfig *config)
{
  for (guint i = 0; i < dispatch->lanes->len; i++)
    if (tcn_lane_is_same (g_ptr_array_index (dispatch->lanes, i), config))
      return TRUE;
  return FALSE;
}

static gboolean
is_wanted (const TcnLane *lane, const GPtrArray *sinks)
{
  for (guint i = 0; i < sinks->len; i++)
    if (tcn_lane_is_same (lane, g_ptr_array_index (sinks, i)))
      return TRUE;
  return FALSE;
}

/* Lanes for those of `sinks` that have none. (transfer full) (nullable) */
static GPtrArray *
open_new (TcnDispatch *dispatch, const GPtrArray *sinks, GError **error)
{
  g_autoptr (GPtrArray) opened =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_lane_free);

  for (guint i = 0; i < sinks->len; i++) {
    TcnSinkConfig *config = g_ptr_array_index (sinks, i);
    TcnSink *sink = NULL;

    if (has_lane (dispatch, config))
      continue;
    sink = dispatch->host.options.open_sink (config, &dispatch->env, error);
    if (sink == NULL) {
      g_prefix_error (error, "sink “%s”: ", tcn_sink_config_name (config));
      return NULL;
    }
    g_ptr_array_add (opened, tcn_lane_new (&dispatch->host, config, sink));
  }
  return g_steal_pointer (&opened);
}

gboolean
tcn_dispatch_set_sinks (TcnDispatch *dispatch, const GPtrArray *sinks, GError **error)
{
  GPtrArray *lanes = open_new (dispatch, sinks, error);
  g_autoptr (GPtrArray) old = NULL;

  if (lanes == NULL)
    return FALSE;
  old = dispatch->lanes;
  g_ptr_array_set_free_func (old, NULL);
  dispatch->lanes = lanes;
  for (guint i = 0; i < old->len; i++) {
    TcnLane *lane = g_ptr_array_index (old, i);

    if (is_wanted (lane, sinks)) {
      g_ptr_array_add (dispatch->lanes, lane);
    } else if (tcn_lane_is_running (lane)) {
      tcn_lane_hold (lane, TRUE);
      g_ptr_array_add (dispatch->leaving, lane);
    } else {
      tcn_lane_free (lane);
    }
  }
  hold_behind_leaving (dispatch);
  tcn_dispatch_kick (dispatch);
  return TRUE;
}

void
tcn_dispatch_drain (TcnDispatch *dispatch, TcnDispatchDone done, gpointer data)
{
  g_return_if_fail (dispatch->done == NULL);

  dispatch->host.mode = TCN_LANES_DRAINING;
  dispatch->done = done;
  dispatch->done_data = data;
  for (guint i = 0; i < dispatch->lanes->len; i++)
    tcn_lane_begin_drain (g_ptr_array_index (dispatch->lanes, i));
  tcn_dispatch_kick (dispatch);
}

void
tcn_dispatch_stop (TcnDispatch *dispatch, TcnDispatchDone done, gpointer data)
{
  dispatch->host.mode = TCN_LANES_STOPPING;
  dispatch->done = done;
  dispatch->done_data = data;
  tcn_dispatch_kick (dispatch);
}

const GError *
tcn_dispatch_output_error (const TcnDispatch *dispatch)
{
  return dispatch->host.output_error;
}
