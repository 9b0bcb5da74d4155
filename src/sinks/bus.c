/* SPDX-License-Identifier: MIT */
#include "sinks/bus.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "tocsin/error.h"

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"
#define SERVER_NAME "org.freedesktop.Notifications"
#define SERVER_PATH "/org/freedesktop/Notifications"
#define SOCKET_PREFIX "unix:path="

struct TcnBus {
  char *address;
  guint uid;
  TcnBusWake wake;
  gpointer data;

  GDBusConnection *connection;
  gulong closed_handler;
  guint watch;

  /* the running question */
  TcnBusAnswer answer;
  GCancellable *cancellable;
  guint limit; /* of the step that has none of its own */
};

char *
tcn_bus_find_address (const TcnSinkEnv *env)
{
  g_autofree char *standard = NULL;

  if (env->bus_address != NULL && env->bus_address[0] != '\0' &&
      !g_str_has_prefix (env->bus_address, "autolaunch:"))
    return g_strdup (env->bus_address);
  standard = g_strdup_printf ("/run/user/%u/bus", env->uid);
  if (env->runtime_dir != NULL) {
    g_autofree char *path = g_build_filename (env->runtime_dir, "bus", NULL);

    if (g_file_test (path, G_FILE_TEST_EXISTS) ||
        !g_file_test (standard, G_FILE_TEST_EXISTS))
      return g_strconcat (SOCKET_PREFIX, path, NULL);
  }
  return g_strconcat (SOCKET_PREFIX, standard, NULL);
}

/* A socket that somebody else has put there is no bus of ours. */
static gboolean
is_trusted (const TcnBus *bus)
{
  GStatBuf status;
  g_autofree char *path = NULL;

  if (!g_str_has_prefix (bus->address, SOCKET_PREFIX))
    return TRUE;
  path = g_strdup (bus->address + strlen (SOCKET_PREFIX));
  path[strcspn (path, ",;")] = '\0';
  if (strchr (path, '%') != NULL)
    return TRUE;
  return g_stat (path, &status) == 0 && S_ISSOCK (status.st_mode) &&
         status.st_uid == bus->uid;
}

static void
drop_connection (TcnBus *bus)
{
  if (bus->connection == NULL)
    return;
  g_clear_handle_id (&bus->watch, g_bus_unwatch_name);
  g_clear_signal_handler (&bus->closed_handler, bus->connection);
  g_clear_object (&bus->connection);
}

static void
on_closed (GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
  drop_connection (data);
}

static void
on_server_appeared (GDBusConnection *connection, const char *name, const char *owner,
                    gpointer data)
{
  const TcnBus *bus = data;

  bus->wake (bus->data);
}

TcnBus *
tcn_bus_new (const char *address, guint uid, TcnBusWake wake, gpointer data)
{
  TcnBus *bus = g_new0 (TcnBus, 1);

  bus->address = g_strdup (address);
  bus->uid = uid;
  bus->wake = wake;
  bus->data = data;
  return bus;
}

static void
cancel (TcnBus *bus)
{
  bus->answer = NULL;
  g_clear_handle_id (&bus->limit, g_source_remove);
  if (bus->cancellable != NULL)
    g_cancellable_cancel (bus->cancellable);
  g_clear_object (&bus->cancellable);
}

void
tcn_bus_free (TcnBus *bus)
{
  cancel (bus);
  drop_connection (bus);
  g_free (bus->address);
  g_free (bus);
}

/* Takes nothing of the bus after the answer: it may be freed by then. */
static void
reply (TcnBus *bus, const char *const *capabilities, const GError *error)
{
  const TcnBusAnswer answer = bus->answer;

  bus->answer = NULL;
  g_clear_handle_id (&bus->limit, g_source_remove);
  g_clear_object (&bus->cancellable);
  answer (capabilities, error, bus->data);
}

static void
reply_failure (TcnBus *bus, TcnErrorCode code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (TCN_ERROR, (gint) code, message);

  reply (bus, NULL, error);
}

/* --- the steps, last one first --- */

static void
on_capabilities (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **capabilities = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (value != NULL) {
    g_variant_get (value, "(^a&s)", &capabilities);
    reply (data, (const char *const *) capabilities, NULL);
  } else if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
             g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED)) {
    reply_failure (data, TCN_ERROR_SINK_ABSENT, "the notification server went away");
  } else {
    reply_failure (data, TCN_ERROR_SINK_RETRY, "the notification server does not answer");
  }
}

static void
ask_capabilities (TcnBus *bus)
{
  g_dbus_connection_call (bus->connection, SERVER_NAME, SERVER_PATH, SERVER_NAME,
                          "GetCapabilities", NULL, G_VARIANT_TYPE ("(as)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, TCN_BUS_STEP_MS,
                          bus->cancellable, on_capabilities, bus);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (value != NULL)
    ask_capabilities (data);
  else
    reply_failure (data, TCN_ERROR_SINK_ABSENT, "there is no notification server");
}

/* Some servers run only once the bus has started them for their first pop-up. */
static void
start_server (TcnBus *bus)
{
  g_dbus_connection_call (bus->connection, BUS_NAME, BUS_PATH, BUS_NAME,
                          "StartServiceByName", g_variant_new ("(su)", SERVER_NAME, 0),
                          G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, TCN_BUS_STEP_MS,
                          bus->cancellable, on_started, bus);
}

static void
on_owner_known (GObject *source, GAsyncResult *result, gpointer data)
{
  TcnBus *bus = data;
  gboolean has_owner = FALSE;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (value == NULL) {
    drop_connection (bus);
    reply_failure (bus, TCN_ERROR_SINK_ABSENT, "the session bus does not answer");
    return;
  }
  g_variant_get (value, "(b)", &has_owner);
  if (has_owner)
    ask_capabilities (bus);
  else
    start_server (bus);
}

static void
ask_owner (TcnBus *bus)
{
  g_dbus_connection_call (bus->connection, BUS_NAME, BUS_PATH, BUS_NAME, "NameHasOwner",
                          g_variant_new ("(s)", SERVER_NAME), G_VARIANT_TYPE ("(b)"),
                          G_DBUS_CALL_FLAGS_NONE, TCN_BUS_STEP_MS, bus->cancellable,
                          on_owner_known, bus);
}

/* A connection that comes after its question was called off or ran out of time. The bus may
 * be gone: only the task's own data may be looked at. */
typedef struct {
  TcnBus *bus;
  GCancellable *cancellable;
} Connecting;

static void
connecting_free (Connecting *connecting)
{
  g_object_unref (connecting->cancellable);
  g_free (connecting);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Connecting, connecting_free)

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Connecting) connecting = data;
  TcnBus *bus = connecting->bus;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection =
      g_dbus_connection_new_for_address_finish (result, &error);

  if (g_cancellable_is_cancelled (connecting->cancellable))
    return;
  if (connection == NULL) {
    reply_failure (bus, TCN_ERROR_SINK_ABSENT, "there is no session bus");
    return;
  }
  g_clear_handle_id (&bus->limit, g_source_remove);
  bus->connection = g_steal_pointer (&connection);
  bus->closed_handler =
      g_signal_connect (bus->connection, "closed", G_CALLBACK (on_closed), bus);
  bus->watch = g_bus_watch_name_on_connection (bus->connection, SERVER_NAME,
                                               G_BUS_NAME_WATCHER_FLAGS_NONE,
                                               on_server_appeared, NULL, bus, NULL);
  ask_owner (bus);
}

static gboolean
on_connect_limit (gpointer data)
{
  TcnBus *bus = data;

  bus->limit = 0;
  g_cancellable_cancel (bus->cancellable);
  reply_failure (bus, TCN_ERROR_SINK_ABSENT, "the session bus does not answer");
  return G_SOURCE_REMOVE;
}

static gboolean
on_untrusted (gpointer data)
{
  TcnBus *bus = data;

  bus->limit = 0;
  reply_failure (bus, TCN_ERROR_SINK_ABSENT, "there is no session bus");
  return G_SOURCE_REMOVE;
}

static void
connect_to_bus (TcnBus *bus)
{
  Connecting *connecting = NULL;

  if (!is_trusted (bus)) {
    bus->limit = g_idle_add (on_untrusted, bus);
    return;
  }
  connecting = g_new0 (Connecting, 1);
  connecting->bus = bus;
  connecting->cancellable = g_object_ref (bus->cancellable);
  bus->limit = g_timeout_add (TCN_BUS_STEP_MS, on_connect_limit, bus);
  g_dbus_connection_new_for_address (bus->address,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                         G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, bus->cancellable, on_connected, connecting);
}

void
tcn_bus_ask (TcnBus *bus, TcnBusAnswer answer)
{
  g_return_if_fail (bus->answer == NULL);

  bus->answer = answer;
  bus->cancellable = g_cancellable_new ();
  if (bus->connection != NULL && g_dbus_connection_is_closed (bus->connection))
    drop_connection (bus);
  if (bus->connection != NULL)
    ask_owner (bus);
  else
    connect_to_bus (bus);
}
