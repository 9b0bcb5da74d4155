/* SPDX-License-Identifier: MIT */
/*
 * The server as a SOCKS proxy: it says yes to any destination and then answers for it
 * itself. One line of the log for each: SOCKS  VERSION  DESTINATION  PORT, where the
 * destination is a name or four numbers, as it was asked for.
 */
#include <string.h>
#include <sys/socket.h>

#include "httpd.h"

#define MAX_TEXT 256

static gboolean
receive (const Exchange *exchange, void *out, gsize n)
{
  return recv (exchange->fd, out, n, MSG_WAITALL) == (gssize) n;
}

static gboolean
receive_until_nul (const Exchange *exchange, char *out)
{
  for (gsize n = 0; n < MAX_TEXT; n++) {
    if (!receive (exchange, out + n, 1))
      return FALSE;
    if (out[n] == '\0')
      return TRUE;
  }
  return FALSE;
}

static void
print_address (const guint8 *bytes, char *out)
{
  g_snprintf (out, MAX_TEXT, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

static void
log_destination (guint version, const char *host, const guint8 *port)
{
  g_autofree char *line =
      g_strdup_printf ("SOCKS\t%u\t%s\t%u\n", version, host, port[0] << 8 | port[1]);

  httpd_log (line);
}

/* SOCKS 4; 4a when the address is 0.0.0.x, and the name follows. */
static gboolean
accept_4 (Exchange *exchange)
{
  static const guint8 yes[] = { 0, 90, 0, 0, 0, 0, 0, 0 };
  guint8 head[8]; /* version, command, port, address */
  char user[MAX_TEXT];
  char host[MAX_TEXT];

  if (!receive (exchange, head, sizeof head) || !receive_until_nul (exchange, user))
    return FALSE;
  print_address (head + 4, host);
  if (head[4] == 0 && head[5] == 0 && head[6] == 0 && head[7] != 0 &&
      !receive_until_nul (exchange, host))
    return FALSE;
  log_destination (4, host, head + 2);
  return exchange_send (exchange, yes, sizeof yes);
}

/* RFC 1928, without authentication. */
static gboolean
accept_5 (Exchange *exchange)
{
  static const guint8 no_login[] = { 5, 0 };
  static const guint8 yes[] = { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
  guint8 head[4];
  guint8 methods[255];
  guint8 address[4];
  guint8 length = 0;
  guint8 port[2];
  char host[MAX_TEXT] = "";

  if (!receive (exchange, head, 2) || !receive (exchange, methods, head[1]) ||
      !exchange_send (exchange, no_login, sizeof no_login) ||
      !receive (exchange, head, sizeof head))
    return FALSE;
  if (head[3] == 3) {
    if (!receive (exchange, &length, 1) || !receive (exchange, host, length))
      return FALSE;
  } else {
    if (head[3] != 1 || !receive (exchange, address, sizeof address))
      return FALSE;
    print_address (address, host);
  }
  if (!receive (exchange, port, sizeof port))
    return FALSE;
  log_destination (5, host, port);
  return exchange_send (exchange, yes, sizeof yes);
}

gboolean
httpd_accept_socks (Exchange *exchange)
{
  char first = 0;

  if (recv (exchange->fd, &first, 1, MSG_PEEK) != 1)
    return FALSE;
  if (first == 4)
    return accept_4 (exchange);
  if (first == 5)
    return accept_5 (exchange);
  return TRUE;
}
