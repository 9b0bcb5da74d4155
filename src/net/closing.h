/* SPDX-License-Identifier: MIT */
/*
 * How connections end: whether a server that closed one without an answer had taken the
 * request. libcurl asks again in either case; only where it had not is that no second
 * request. Connections are told apart by both their ends: the kernel gives one local port to
 * several at a time, to different servers.
 */
#pragma once

#include <curl/curl.h>
#include <glib.h>

G_BEGIN_DECLS

/* A connection over which a request went. */
typedef struct {
  gint64 sent_us;    /* the latest, monotonic */
  gboolean is_taken; /* it ended with the server having all that was sent */
} TcnConnection;

void tcn_connection_unref (TcnConnection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnConnection, tcn_connection_unref)

typedef struct TcnClosing TcnClosing;

TcnClosing *tcn_closing_new (void);
void tcn_closing_free (TcnClosing *closing);

/* A connection that served less than so long ago is not closed for being idle; 2 s by
 * default. */
void tcn_closing_set_brisk (TcnClosing *closing, guint ms);

/* A socket for a connection to that address. */
curl_socket_t tcn_closing_open (TcnClosing *closing, const struct curl_sockaddr *address);

/* For CURLOPT_CLOSESOCKETFUNCTION, with the record as its data, which must outlive every
 * connection: of sockets that tcn_closing_open() gave. */
int tcn_closing_close (void *closing, curl_socket_t fd);

/* A request goes out over the connection between those ends. `*out_is_brisk` becomes TRUE
 * when it served before, and so lately that the server cannot mean to close it for being
 * idle. (transfer full) */
TcnConnection *tcn_closing_note_sent (TcnClosing *closing, const char *remote,
                                      int remote_port, int local_port,
                                      gboolean *out_is_brisk);

G_END_DECLS
