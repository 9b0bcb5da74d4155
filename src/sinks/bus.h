/* SPDX-License-Identifier: MIT */
/*
 * The gate before the notification server: is there a session bus, is the server there,
 * does it answer, what can it do? Asked anew before each pop-up, asynchronously and with
 * a limit, since the library behind it would block on any of these. Private to the desktop
 * sink.
 */
#pragma once

#include <gio/gio.h>

#include "tocsin/sink.h"

G_BEGIN_DECLS

/* Each step of the gate may take so long. */
#define TCN_BUS_STEP_MS 2000

typedef struct TcnBus TcnBus;

/* The server has come up. */
typedef void (*TcnBusWake) (gpointer data);

/* `capabilities` are the server's; or `error` is TCN_ERROR_SINK_ABSENT (no bus, no server)
 * or TCN_ERROR_SINK_RETRY (it does not answer). Both borrowed. */
typedef void (*TcnBusAnswer) (const char *const *capabilities, const GError *error,
                              gpointer data);

/* The address of the session bus: the environment's, else that of the socket in the
 * runtime directory, else of the one in /run/user/UID. A bus is never started: an address
 * that asks for this is passed over. (transfer full) */
char *tcn_bus_find_address (const TcnSinkEnv *env);

/* Does not connect. */
TcnBus *tcn_bus_new (const char *address, guint uid, TcnBusWake wake, gpointer data);

/* A question that still runs is not answered. */
void tcn_bus_free (TcnBus *bus);

/* Starts one question; no other one runs. `answer` is called once, from the main loop,
 * never before this returns. */
void tcn_bus_ask (TcnBus *bus, TcnBusAnswer answer);

G_END_DECLS
