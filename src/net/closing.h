/* SPDX-License-Identifier: MIT */
/*
 * How connections end: whether a server that closed one without an answer had taken the
 * request. libcurl asks again in either case; only where it had not is that no second
 * request. Connections are told apart by their local ports.
 */
#pragma once

#include <curl/curl.h>
#include <glib.h>

G_BEGIN_DECLS

typedef struct TcnClosing TcnClosing;

TcnClosing *tcn_closing_new (void);
void tcn_closing_free (TcnClosing *closing);

/* For CURLOPT_CLOSESOCKETFUNCTION, with the record as its data, which must outlive every
 * connection. */
int tcn_closing_close (void *closing, curl_socket_t fd);

/* A request goes out from that port. TRUE when the connection served before, and so lately
 * that the server cannot mean to close it for being idle. */
gboolean tcn_closing_note_sent (TcnClosing *closing, int local_port);

/* Whether the connection of that port ended with the server having all that was sent. */
gboolean tcn_closing_was_taken (const TcnClosing *closing, int local_port);

G_END_DECLS
