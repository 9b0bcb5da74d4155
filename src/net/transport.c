/* SPDX-License-Identifier: MIT */
#include "net/transport.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#define MAX_EVENTS 64
#define IDLE_CLOSE_MS 90000

struct TcnTransport {
  GMainContext *context;
  GSource *source; /* libcurl's sockets and timer */
  GSource *idler;  /* closes the connections that nothing uses */
  TcnTransportDone done;
  gpointer data;
  CURLM *multi; /* NULL while idle */
  int epoll_fd;
  guint max_connections;
  guint idle_close_ms;
  GArray *wanted;      /* of guint8, by descriptor: does libcurl wait for it? */
  GPtrArray *active;   /* of CURL*; some dozens */
  GPtrArray *spare;    /* of CURL*, owned */
  gboolean is_closing; /* libcurl calls back while it cleans up */
};

typedef struct {
  GSource base;
  TcnTransport *transport;
} TransportSource;

/* --- what libcurl wants; noted, not acted upon --- */

static int
note_timer (CURLM *multi, long timeout_ms, void *data)
{
  TcnTransport *transport = data;

  if (transport->is_closing)
    return 0;
  if (timeout_ms < 0)
    g_source_set_ready_time (transport->source, -1);
  else if (timeout_ms == 0)
    g_source_set_ready_time (transport->source, 0);
  else
    g_source_set_ready_time (transport->source,
                             g_get_monotonic_time () + timeout_ms * 1000);
  return 0;
}

/* A connection that rests stays in the set, since most are soon wanted again; serve_sockets()
 * takes it out if something happens to it meanwhile. The kernel forgets a descriptor by
 * itself when it is closed, of which libcurl does not always tell, and its number comes
 * back: hence the set is asked, by MOD, whether it knows it. */
static int
note_socket (CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
  TcnTransport *transport = data;
  struct epoll_event event = { .data.fd = fd };

  if (transport->is_closing)
    return 0;
  if ((guint) fd >= transport->wanted->len)
    g_array_set_size (transport->wanted, (guint) fd + 1);
  transport->wanted->data[fd] = what != CURL_POLL_REMOVE;
  if (what == CURL_POLL_REMOVE)
    return 0;
  if (what & CURL_POLL_IN)
    event.events |= EPOLLIN;
  if (what & CURL_POLL_OUT)
    event.events |= EPOLLOUT;
  if (epoll_ctl (transport->epoll_fd, EPOLL_CTL_MOD, fd, &event) != 0 &&
      epoll_ctl (transport->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
    g_warning ("cannot watch a connection: %s", g_strerror (errno));
  return 0;
}

/* --- the source --- */

static void
report_done (TcnTransport *transport)
{
  CURLMsg *message;
  int n_left;

  while (transport->multi != NULL &&
         (message = curl_multi_info_read (transport->multi, &n_left)) != NULL) {
    CURL *easy = message->easy_handle;
    CURLcode code = message->data.result;

    if (message->msg != CURLMSG_DONE)
      continue;
    curl_multi_remove_handle (transport->multi, easy);
    g_ptr_array_remove_fast (transport->active, easy);
    transport->done (easy, code, transport->data);
  }
  if (transport->active->len == 0 && transport->multi != NULL)
    g_source_set_ready_time (transport->idler,
                             g_get_monotonic_time () +
                                 (gint64) transport->idle_close_ms * 1000);
}

/* An error or a hang-up is read as "try both": libcurl finds it out by itself, and takes
 * a bare CURL_CSELECT_ERR for a failure even where bytes are left to be read. */
static int
translate_events (guint32 events)
{
  int bits = 0;

  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
    bits |= CURL_CSELECT_IN;
  if (events & (EPOLLOUT | EPOLLERR))
    bits |= CURL_CSELECT_OUT;
  return bits;
}

static void
serve_sockets (TcnTransport *transport)
{
  struct epoll_event events[MAX_EVENTS];
  int n = epoll_wait (transport->epoll_fd, events, MAX_EVENTS, 0);
  int n_running;

  for (int i = 0; i < n; i++) {
    int fd = events[i].data.fd;

    if (transport->wanted->data[fd])
      curl_multi_socket_action (transport->multi, fd, translate_events (events[i].events),
                                &n_running);
    else
      epoll_ctl (transport->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
  }
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  TcnTransport *transport = ((TransportSource *) source)->transport;
  gint64 ready_us = g_source_get_ready_time (source);
  int n_running;

  if (transport->multi == NULL) {
    g_source_set_ready_time (source, -1);
    return G_SOURCE_CONTINUE;
  }
  if (ready_us >= 0 && ready_us <= g_source_get_time (source)) {
    g_source_set_ready_time (source, -1);
    curl_multi_socket_action (transport->multi, CURL_SOCKET_TIMEOUT, 0, &n_running);
  }
  serve_sockets (transport);
  report_done (transport);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL, NULL, NULL };

/* --- life --- */

static void
open_multi (TcnTransport *transport)
{
  transport->multi = curl_multi_init ();
  g_assert (transport->multi != NULL);
  curl_multi_setopt (transport->multi, CURLMOPT_SOCKETFUNCTION, note_socket);
  curl_multi_setopt (transport->multi, CURLMOPT_SOCKETDATA, transport);
  curl_multi_setopt (transport->multi, CURLMOPT_TIMERFUNCTION, note_timer);
  curl_multi_setopt (transport->multi, CURLMOPT_TIMERDATA, transport);
  curl_multi_setopt (transport->multi, CURLMOPT_MAXCONNECTS,
                     (long) transport->max_connections);
}

static void
close_multi (TcnTransport *transport)
{
  if (transport->multi == NULL)
    return;
  transport->is_closing = TRUE;
  curl_multi_cleanup (transport->multi);
  transport->multi = NULL;
  transport->is_closing = FALSE;
  g_source_set_ready_time (transport->source, -1);
}

/* A guest does not sit in the doorway: connections that nothing has used for a while are
 * closed, all at once, with the multi handle that keeps them. */
static gboolean
close_when_idle (gpointer data)
{
  TcnTransport *transport = data;

  g_source_set_ready_time (transport->idler, -1);
  if (transport->active->len == 0) {
    close_multi (transport);
    g_ptr_array_set_size (transport->spare, 0);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_idler (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs idler_funcs = { NULL, NULL, dispatch_idler, NULL, NULL, NULL };

TcnTransport *
tcn_transport_new (GMainContext *context, TcnTransportDone done, gpointer data)
{
  TcnTransport *transport = g_new0 (TcnTransport, 1);

  transport->context = context != NULL ? g_main_context_ref (context) : NULL;
  transport->done = done;
  transport->data = data;
  transport->max_connections = 4;
  transport->idle_close_ms = IDLE_CLOSE_MS;
  transport->wanted = g_array_new (FALSE, TRUE, 1);
  transport->active = g_ptr_array_new ();
  transport->spare = g_ptr_array_new_with_free_func (curl_easy_cleanup);
  transport->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (transport->epoll_fd < 0)
    g_error ("cannot make an epoll set: %s", g_strerror (errno));
  transport->source = g_source_new (&source_funcs, sizeof (TransportSource));
  ((TransportSource *) transport->source)->transport = transport;
  g_source_set_static_name (transport->source, "transfers");
  g_source_add_unix_fd (transport->source, transport->epoll_fd, G_IO_IN);
  g_source_attach (transport->source, context);
  transport->idler = g_source_new (&idler_funcs, sizeof (GSource));
  g_source_set_callback (transport->idler, close_when_idle, transport, NULL);
  g_source_attach (transport->idler, context);
  return transport;
}

void
tcn_transport_free (TcnTransport *transport)
{
  if (transport == NULL)
    return;
  transport->is_closing = TRUE;
  for (guint i = 0; i < transport->active->len; i++) {
    curl_multi_remove_handle (transport->multi, transport->active->pdata[i]);
    curl_easy_cleanup (transport->active->pdata[i]);
  }
  close_multi (transport);
  g_source_destroy (transport->source);
  g_source_unref (transport->source);
  g_source_destroy (transport->idler);
  g_source_unref (transport->idler);
  close (transport->epoll_fd);
  g_ptr_array_unref (transport->spare);
  g_array_unref (transport->wanted);
  g_ptr_array_unref (transport->active);
  g_clear_pointer (&transport->context, g_main_context_unref);
  g_free (transport);
}

void
tcn_transport_set_max_connections (TcnTransport *transport, guint n)
{
  transport->max_connections = n;
  if (transport->multi != NULL)
    curl_multi_setopt (transport->multi, CURLMOPT_MAXCONNECTS, (long) n);
}

void
tcn_transport_set_idle_close (TcnTransport *transport, guint ms)
{
  transport->idle_close_ms = ms;
}

CURL *
tcn_transport_take (TcnTransport *transport)
{
  if (transport->spare->len == 0)
    return NULL;
  return g_ptr_array_steal_index_fast (transport->spare, transport->spare->len - 1);
}

void
tcn_transport_recycle (TcnTransport *transport, CURL *easy)
{
  g_ptr_array_add (transport->spare, easy);
}

void
tcn_transport_add (TcnTransport *transport, CURL *easy)
{
  CURLMcode code;

  if (transport->multi == NULL)
    open_multi (transport);
  g_source_set_ready_time (transport->idler, -1);
  g_ptr_array_add (transport->active, easy);
  code = curl_multi_add_handle (transport->multi, easy);
  g_assert (code == CURLM_OK);
}

void
tcn_transport_remove (TcnTransport *transport, CURL *easy)
{
  if (g_ptr_array_remove_fast (transport->active, easy))
    curl_multi_remove_handle (transport->multi, easy);
}
