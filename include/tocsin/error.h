/* SPDX-License-Identifier: MIT */
/*
 * The one error domain. A code says what the caller can do about the failure; the message
 * says what failed and which thing, in lower case, values in quotes, without a full stop.
 * Nobody compares messages.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TCN_ERROR (tcn_error_quark ())
GQuark tcn_error_quark (void);

typedef enum {
  TCN_ERROR_USAGE,         /* the command line is wrong: exit 2 */
  TCN_ERROR_CONFIG,        /* the configuration is wrong: the user edits it; exit 2 */
  TCN_ERROR_RULE,          /* a query is wrong: the user edits it; exit 2 */
  TCN_ERROR_FETCH_RETRY,   /* the feed could not be had now: back off and try again */
  TCN_ERROR_FETCH_GONE,    /* the publisher says the feed is gone (410) */
  TCN_ERROR_FORMAT,        /* the bytes are no feed, or not a whole one */
  TCN_ERROR_LIMIT,         /* a ceiling of limits.h was reached */
  TCN_ERROR_STORE,         /* the state cannot be read or written: exit 1 */
  TCN_ERROR_STORE_CORRUPT, /* the state is damaged: it is moved aside; exit 1 */
  TCN_ERROR_LOCKED,        /* another process holds the state */
  TCN_ERROR_SINK_ABSENT,   /* the destination is not there: no attempt was made, wait */
  TCN_ERROR_SINK_RETRY,    /* delivery failed for now: back off and try again */
  TCN_ERROR_SINK_REFUSED,  /* delivery failed for good */
  TCN_ERROR_OUTPUT,        /* standard output is closed or full: exit 1 */
  TCN_ERROR_INTERNAL,      /* a promise inside the program was broken */
} TcnErrorCode;

/* The exit status that stands for `error` when it ends a command: 2 for usage,
 * configuration and queries, 1 for everything else. */
int tcn_error_exit_status (const GError *error);

G_END_DECLS
