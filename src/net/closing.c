/* SPDX-License-Identifier: MIT */
#include "net/closing.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/address.h"

/* Servers keep a connection for 5 seconds at least. Apache, when it closes one, reads on for
 * a while what it will not answer: to the kernel that looks as if it had been taken. */
#define BRISK_MS 2000

struct TcnClosing {
  GHashTable *peers;    /* descriptor to char*, of open sockets: the kernel forgets whom a
                           connection was to that was reset */
  GHashTable *carriers; /* both ends to TcnConnection: open ones that carried a request */
  gint64 brisk_us;
};

void
tcn_connection_unref (TcnConnection *connection)
{
  g_rc_box_release (connection);
}

static void
clear_connection (gpointer connection)
{
  tcn_connection_unref (connection);
}

TcnClosing *
tcn_closing_new (void)
{
  TcnClosing *closing = g_new0 (TcnClosing, 1);

  closing->peers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  closing->carriers =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, clear_connection);
  tcn_closing_set_brisk (closing, BRISK_MS);
  return closing;
}

void
tcn_closing_free (TcnClosing *closing)
{
  g_hash_table_unref (closing->peers);
  g_hash_table_unref (closing->carriers);
  g_free (closing);
}

void
tcn_closing_set_brisk (TcnClosing *closing, guint ms)
{
  closing->brisk_us = (gint64) ms * 1000;
}

/* The kernel acknowledges what its program never read, but a close then resets: one that
 * ends in good order, with nothing left to be acknowledged, has been read. */
static gboolean
is_all_taken (curl_socket_t fd)
{
  struct tcp_info info = { 0 };
  socklen_t n = sizeof info;
  int n_unacknowledged = 0;

  return getsockopt (fd, IPPROTO_TCP, TCP_INFO, &info, &n) == 0 &&
         info.tcpi_state == TCP_CLOSE_WAIT &&
         ioctl (fd, SIOCOUTQ, &n_unacknowledged) == 0 && n_unacknowledged == 0;
}

static int
find_local_port (curl_socket_t fd)
{
  struct sockaddr_storage address = { 0 };
  socklen_t n = sizeof address;

  if (getsockname (fd, (struct sockaddr *) &address, &n) != 0)
    return 0;
  return (int) tcn_address_port ((struct sockaddr *) &address);
}

static char *
name_peer (const char *remote, int port)
{
  return g_strdup_printf ("%s %d", remote, port);
}

static char *
name_ends (const char *peer, int local_port)
{
  return g_strdup_printf ("%s %d", peer, local_port);
}

curl_socket_t
tcn_closing_open (TcnClosing *closing, const struct curl_sockaddr *address)
{
  curl_socket_t fd =
      socket (address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  g_autofree char *remote = tcn_address_to_string (&address->addr);

  if (fd != CURL_SOCKET_BAD)
    g_hash_table_insert (closing->peers, GINT_TO_POINTER (fd),
                         name_peer (remote, (int) tcn_address_port (&address->addr)));
  return fd;
}

int
tcn_closing_close (void *closing, curl_socket_t fd)
{
  TcnClosing *record = closing;
  const char *peer = g_hash_table_lookup (record->peers, GINT_TO_POINTER (fd));
  g_autofree char *ends = name_ends (peer, find_local_port (fd));
  TcnConnection *connection = g_hash_table_lookup (record->carriers, ends);

  if (connection != NULL)
    connection->is_taken = is_all_taken (fd);
  g_hash_table_remove (record->carriers, ends);
  g_hash_table_remove (record->peers, GINT_TO_POINTER (fd));
  return close (fd);
}

TcnConnection *
tcn_closing_note_sent (TcnClosing *closing, const char *remote, int remote_port,
                       int local_port, gboolean *out_is_brisk)
{
  g_autofree char *peer = name_peer (remote, remote_port);
  g_autofree char *ends = name_ends (peer, local_port);
  TcnConnection *connection = g_hash_table_lookup (closing->carriers, ends);
  gint64 now_us = g_get_monotonic_time ();

  *out_is_brisk = connection != NULL && now_us - connection->sent_us < closing->brisk_us;
  if (connection == NULL) {
    connection = g_rc_box_new0 (TcnConnection);
    g_hash_table_insert (closing->carriers, g_steal_pointer (&ends), connection);
  }
  connection->sent_us = now_us;
  return g_rc_box_acquire (connection);
}
