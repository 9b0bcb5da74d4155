/* SPDX-License-Identifier: MIT */
#include "net/closing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Two servers at one port of two addresses, and a local port that reaches both. */
typedef struct {
  TcnClosing *closing;
  int servers[2];
  int port;
  int local_port;
} Fixture;

static const char *const addresses[] = { "127.0.0.1", "127.0.0.2" };

static struct sockaddr_in
make_address (const char *text, int port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons ((guint16) port) };

  g_assert_cmpint (inet_pton (AF_INET, text, &address.sin_addr), ==, 1);
  return address;
}

static int
find_port (int fd)
{
  struct sockaddr_in address;
  socklen_t n = sizeof address;

  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &n), ==, 0);
  return ntohs (address.sin_port);
}

static int
listen_at (const char *text, int port)
{
  struct sockaddr_in address = make_address (text, port);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (bind (fd, (struct sockaddr *) &address, sizeof address) != 0)
    return -1;
  g_assert_cmpint (listen (fd, 8), ==, 0);
  return fd;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->closing = tcn_closing_new ();
  do {
    fixture->servers[0] = listen_at (addresses[0], 0);
    fixture->port = find_port (fixture->servers[0]);
    fixture->servers[1] = listen_at (addresses[1], fixture->port);
    if (fixture->servers[1] < 0)
      close (fixture->servers[0]);
  } while (fixture->servers[1] < 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  tcn_closing_free (fixture->closing);
  close (fixture->servers[0]);
  close (fixture->servers[1]);
}

/* As libcurl does; from the local port of the first. */
static int
connect_to (Fixture *fixture, guint i, int *out_peer)
{
  struct sockaddr_in address = make_address (addresses[i], fixture->port);
  struct sockaddr_in local = make_address ("0.0.0.0", fixture->local_port);
  struct curl_sockaddr wanted = { .family = AF_INET,
                                  .socktype = SOCK_STREAM,
                                  .addrlen = sizeof address };
  int yes = 1;
  int fd;

  memcpy (&wanted.addr, &address, sizeof address);
  fd = tcn_closing_open (fixture->closing, &wanted);
  g_assert_cmpint (fd, >=, 0);
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &local, sizeof local), ==, 0);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  fixture->local_port = find_port (fd);
  *out_peer = accept (fixture->servers[i], NULL, NULL);
  g_assert_cmpint (*out_peer, >=, 0);
  return fd;
}

static TcnConnection *
send_over (Fixture *fixture, guint i, gboolean *out_is_brisk)
{
  return tcn_closing_note_sent (fixture->closing, addresses[i], fixture->port,
                                fixture->local_port, out_is_brisk);
}

static void
wait_for_end (int fd)
{
  struct pollfd watched = { .fd = fd, .events = POLLIN | POLLRDHUP };

  g_assert_cmpint (poll (&watched, 1, 10000), ==, 1);
}

static void
test_closing_knows_both_ends (Fixture *fixture, gconstpointer data)
{
  int peers[2];
  int fds[2];
  gboolean is_brisk;

  for (guint i = 0; i < 2; i++)
    fds[i] = connect_to (fixture, i, &peers[i]);
  g_autoptr (TcnConnection) first = send_over (fixture, 0, &is_brisk);
  g_assert_false (is_brisk);
  g_autoptr (TcnConnection) second = send_over (fixture, 1, &is_brisk);
  g_assert_false (is_brisk);
  g_autoptr (TcnConnection) again = send_over (fixture, 0, &is_brisk);
  g_assert_true (is_brisk);
  g_assert_true (first == again && first != second);

  close (peers[1]);
  wait_for_end (fds[1]);
  tcn_closing_close (fixture->closing, fds[1]);
  g_assert_true (second->is_taken);
  g_assert_false (first->is_taken);
  tcn_closing_close (fixture->closing, fds[0]);
  g_assert_false (first->is_taken);
  close (peers[0]);
}

static void
test_closing_forgets_what_is_reset (Fixture *fixture, gconstpointer data)
{
  struct linger hard = { .l_onoff = 1 };
  int peer;
  int fd = connect_to (fixture, 0, &peer);
  gboolean is_brisk;
  g_autoptr (TcnConnection) reset = send_over (fixture, 0, &is_brisk);

  setsockopt (peer, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close (peer);
  wait_for_end (fd);
  tcn_closing_close (fixture->closing, fd);
  g_assert_false (reset->is_taken);
  g_autoptr (TcnConnection) next = send_over (fixture, 0, &is_brisk);
  g_assert_false (is_brisk);
  g_assert_true (next != reset);
}

#define ADD(name, function)                                                              \
  g_test_add ("/closing/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("knows-both-ends", test_closing_knows_both_ends);
  ADD ("forgets-what-is-reset", test_closing_forgets_what_is_reset);
  return g_test_run ();
}
