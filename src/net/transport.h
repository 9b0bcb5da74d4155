/* SPDX-License-Identifier: MIT */
/*
 * libcurl's multi interface on a GMainContext. One source stands for everything: an epoll
 * set that holds libcurl's sockets, and the one timer that libcurl keeps, so that a turn
 * of the loop costs the same with one transfer or a hundred. Easy handles are pooled
 * here, and connections kept alive between transfers, until nothing has moved for a
 * while.
 *
 * Invariant: libcurl is never called from inside its own callbacks; those only note what
 * it wants.
 */
#pragma once

#include <curl/curl.h>
#include <glib.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CURLU, curl_url_cleanup)
typedef char TcnCurlString; /* what libcurl allocated */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnCurlString, curl_free)

typedef struct TcnTransport TcnTransport;

/* A transfer ended; its handle is out of the multi handle already. From the context,
 * never from inside tcn_transport_add(). May add and remove transfers. */
typedef void (*TcnTransportDone) (CURL *easy, CURLcode code, gpointer data);

TcnTransport *tcn_transport_new (GMainContext *context, TcnTransportDone done,
                                 gpointer data);
/* The handles still in it are cleaned up; nobody is called. */
void tcn_transport_free (TcnTransport *transport);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnTransport, tcn_transport_free)

/* Connections that are kept alive. */
void tcn_transport_set_max_connections (TcnTransport *transport, guint n);

/* How long connections stay open that nothing uses; 90 s by default. */
void tcn_transport_set_idle_close (TcnTransport *transport, guint ms);

/* An easy handle that was put aside by tcn_transport_recycle(), with the options that it had
 * then; NULL when there is none. (transfer full) (nullable) */
CURL *tcn_transport_take (TcnTransport *transport);
void tcn_transport_recycle (TcnTransport *transport, CURL *easy);

/* Starts the transfer that `easy` describes. */
void tcn_transport_add (TcnTransport *transport, CURL *easy);
/* Ends it without a call. Its connection is closed. */
void tcn_transport_remove (TcnTransport *transport, CURL *easy);

G_END_DECLS
