/* SPDX-License-Identifier: MIT */
/*
 * How connections end: whether a server that closed one without an answer had taken the
 * request. libcurl asks again in either case; only where it had not is that no second
 * request.
 */
#pragma once

#include <curl/curl.h>
#include <glib.h>

G_BEGIN_DECLS

/* Local ports of connections that the other side closed when it had all that was sent. */
typedef struct TcnClosing TcnClosing;

TcnClosing *tcn_closing_new (void);
void tcn_closing_free (TcnClosing *closing);

/* For CURLOPT_CLOSESOCKETFUNCTION, with the record as its data, which must outlive every
 * connection. */
int tcn_closing_close (void *closing, curl_socket_t fd);

/* A request goes out from that port: what was known of it is of another connection. */
void tcn_closing_forget (TcnClosing *closing, int local_port);
gboolean tcn_closing_was_taken (const TcnClosing *closing, int local_port);

G_END_DECLS
