/* SPDX-License-Identifier: MIT */
/*
 * What is told of a feed itself: it keeps failing, has a wrong certificate, has no items any
 * more, works again, is gone, has moved, is silent, speaks again. The same words go to the
 * log and, as alerts of the rule "health", to the sinks that `health` names. The schedule
 * decides when; each is told once.
 */
#pragma once

#include "tocsin/config.h"
#include "tocsin/feeds.h"

/* The name of the rule that such alerts seem to come from. */
#define TCN_HEALTH_RULE "health"

/* An alert for each of `events`. (transfer full) (element-type TcnAlert) */
GPtrArray *tcn_health_alerts (TcnScheduleEvents events, const TcnFeedConfig *feed,
                              const TcnFeedState *state, gint64 now_unix);

void tcn_health_log (TcnScheduleEvents events, const TcnFeedConfig *feed,
                     const TcnFeedState *state);
