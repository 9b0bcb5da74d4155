/* SPDX-License-Identifier: MIT */
#include "net/closing.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Servers keep a connection for 5 seconds at least. Apache, when it closes one, reads on for
 * a while what it will not answer: to the kernel that looks as if it had been taken. */
#define BRISK_S 2

struct TcnClosing {
  GHashTable *taken;   /* set of ports: closed by the other side, which had all */
  GHashTable *sent_at; /* port to monotonic seconds, of open connections */
};

TcnClosing *
tcn_closing_new (void)
{
  TcnClosing *closing = g_new0 (TcnClosing, 1);

  closing->taken = g_hash_table_new (NULL, NULL);
  closing->sent_at = g_hash_table_new (NULL, NULL);
  return closing;
}

void
tcn_closing_free (TcnClosing *closing)
{
  g_hash_table_unref (closing->taken);
  g_hash_table_unref (closing->sent_at);
  g_free (closing);
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
  union {
    struct sockaddr any;
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;
  } address = { 0 };
  socklen_t n = sizeof address;

  if (getsockname (fd, &address.any, &n) != 0)
    return 0;
  return ntohs (address.any.sa_family == AF_INET6 ? address.in6.sin6_port
                                                  : address.in4.sin_port);
}

int
tcn_closing_close (void *closing, curl_socket_t fd)
{
  TcnClosing *record = closing;
  gpointer port = GINT_TO_POINTER (find_local_port (fd));

  g_hash_table_remove (record->sent_at, port);
  if (is_all_taken (fd))
    g_hash_table_add (record->taken, port);
  return close (fd);
}

gboolean
tcn_closing_note_sent (TcnClosing *closing, int local_port)
{
  gpointer port = GINT_TO_POINTER (local_port);
  int now_s = (int) (g_get_monotonic_time () / G_USEC_PER_SEC) + 1;
  int last_s = GPOINTER_TO_INT (g_hash_table_lookup (closing->sent_at, port));

  g_hash_table_remove (closing->taken, port); /* of another connection */
  g_hash_table_insert (closing->sent_at, port, GINT_TO_POINTER (now_s));
  return last_s != 0 && now_s - last_s <= BRISK_S;
}

gboolean
tcn_closing_was_taken (const TcnClosing *closing, int local_port)
{
  return g_hash_table_contains (closing->taken, GINT_TO_POINTER (local_port));
}
