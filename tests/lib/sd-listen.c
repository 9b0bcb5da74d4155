/* SPDX-License-Identifier: MIT */
/*
 * sd-listen: stands in for a service manager. Binds the datagram socket at the path it is
 * given and writes what arrives there to standard output, one "KEY=VALUE" a line with the
 * monotonic time in ms before it, until it is ended.
 *
 *     sd-listen SOCKET >messages &  NOTIFY_SOCKET=SOCKET tocsin daemon
 */
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <stdio.h>
#include <string.h>

static void
print_message (const char *message)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);

  for (GStrv line = lines; *line != NULL; line++)
    if (**line != '\0')
      printf ("%" G_GINT64_FORMAT " %s\n", g_get_monotonic_time () / 1000, *line);
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  char message[4096];
  gssize length;
  g_autoptr (GError) error = NULL;

  if (argc != 2)
    g_error ("usage: sd-listen SOCKET");

  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (argv[1]);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, &error);
  if (socket == NULL || !g_socket_bind (socket, address, FALSE, &error))
    g_error ("%s", error->message);
  for (;;) {
    length = g_socket_receive (socket, message, sizeof message - 1, NULL, &error);
    if (length < 0)
      g_error ("%s", error->message);
    message[length] = '\0';
    print_message (message);
  }
}
