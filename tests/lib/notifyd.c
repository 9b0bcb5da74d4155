/* SPDX-License-Identifier: MIT */
/*
 * A notification server for tests, on the session bus, that can misbehave.
 *
 *   notifyd [--silent] [--slow MS] [--refuse] [--click] [--capabilities WORDS] LOG
 *
 *   --silent        owns the name and answers nothing
 *   --slow MS       answers the gate at once, and each pop-up so much later
 *   --refuse        answers each pop-up with org.freedesktop.DBus.Error.InvalidArgs
 *   --click         clicks on each pop-up as soon as it is shown
 *   --capabilities  with ',' between (default body,actions,body-markup)
 *
 * LOG gets one line for each pop-up: "REPLACES|SUMMARY|BODY|HINTS", line feeds as "\n", the
 * hints sorted, and the line "ready" when the name is owned.
 */
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>

#define PATH "/org/freedesktop/Notifications"
#define NAME "org.freedesktop.Notifications"

static gboolean is_silent, refuses, clicks;
static int slow_ms;
static char *capabilities;
static const char *log_path;
static guint last_id;

static const char introspection[] =
    "<node><interface name='" NAME "'>"
    "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
    "<method name='GetServerInformation'><arg type='s' direction='out'/>"
    "<arg type='s' direction='out'/><arg type='s' direction='out'/>"
    "<arg type='s' direction='out'/></method>"
    "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='as' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>"
    "<arg type='u' direction='out'/></method>"
    "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
    "<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>"
    "<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>"
    "</interface></node>";

static void
log_line (const char *line)
{
  FILE *file = fopen (log_path, "ae");

  if (file == NULL)
    exit (1);
  fprintf (file, "%s\n", line);
  fclose (file);
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static char *
print_hints (GVariantIter *hints)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  const char *name = NULL;
  GVariant *value = NULL;

  while (g_variant_iter_loop (hints, "{&sv}", &name, &value)) {
    g_autofree char *printed = g_variant_print (value, FALSE);

    if (g_strcmp0 (name, "sender-pid") != 0)
      g_ptr_array_add (words, g_strconcat (name, "=", printed, NULL));
  }
  g_ptr_array_sort (words, compare_words);
  g_ptr_array_add (words, NULL);
  return g_strjoinv (" ", (char **) words->pdata);
}

static void
log_popup (GVariant *parameters)
{
  guint replaces = 0;
  const char *summary = NULL, *body = NULL;
  g_autoptr (GVariantIter) hints = NULL;
  g_autofree char *printed = NULL;
  g_autofree char *line = NULL;
  g_auto (GStrv) pieces = NULL;
  g_autofree char *joined = NULL;

  g_variant_get (parameters, "(&su&s&s&sasa{sv}i)", NULL, &replaces, NULL, &summary,
                 &body, NULL, &hints, NULL);
  printed = print_hints (hints);
  line = g_strdup_printf ("%u|%s|%s|%s", replaces, summary, body, printed);
  pieces = g_strsplit (line, "\n", -1);
  joined = g_strjoinv ("\\n", pieces);
  log_line (joined);
}

typedef struct {
  GDBusMethodInvocation *invocation;
  guint id;
} Answer;

static gboolean
answer_popup (gpointer data)
{
  Answer *answer = data;
  GDBusConnection *connection =
      g_dbus_method_invocation_get_connection (answer->invocation);

  if (refuses)
    g_dbus_method_invocation_return_error_literal (
        answer->invocation, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, "not like this");
  else
    g_dbus_method_invocation_return_value (answer->invocation,
                                           g_variant_new ("(u)", answer->id));
  if (clicks)
    g_dbus_connection_emit_signal (connection, NULL, PATH, NAME, "ActionInvoked",
                                   g_variant_new ("(us)", answer->id, "default"), NULL);
  g_free (answer);
  return G_SOURCE_REMOVE;
}

static void
on_notify (GVariant *parameters, GDBusMethodInvocation *invocation)
{
  Answer *answer = g_new0 (Answer, 1);
  guint replaces = 0;

  g_variant_get_child (parameters, 1, "u", &replaces);
  answer->invocation = invocation;
  answer->id = replaces != 0 ? replaces : ++last_id;
  log_popup (parameters);
  if (slow_ms > 0)
    g_timeout_add ((guint) slow_ms, answer_popup, answer);
  else
    answer_popup (answer);
}

static void
on_call (GDBusConnection *connection, const char *sender, const char *path,
         const char *interface, const char *method, GVariant *parameters,
         GDBusMethodInvocation *invocation, gpointer data)
{
  g_auto (GStrv) words = NULL;

  if (is_silent)
    return;
  if (g_strcmp0 (method, "GetCapabilities") == 0) {
    words = g_strsplit (capabilities, ",", -1);
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", words));
  } else if (g_strcmp0 (method, "GetServerInformation") == 0) {
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(ssss)", "notifyd", "tocsin", "1", "1.2"));
  } else if (g_strcmp0 (method, "Notify") == 0) {
    on_notify (parameters, invocation);
  } else {
    g_dbus_method_invocation_return_value (invocation, NULL);
  }
}

static void
on_bus (GDBusConnection *connection, const char *name, gpointer data)
{
  static const GDBusInterfaceVTable table = { .method_call = on_call };
  GDBusNodeInfo *node = g_dbus_node_info_new_for_xml (introspection, NULL);

  if (g_dbus_connection_register_object (connection, PATH, node->interfaces[0], &table,
                                         NULL, NULL, NULL) == 0)
    exit (1);
  g_dbus_node_info_unref (node);
}

static void
on_name (GDBusConnection *connection, const char *name, gpointer data)
{
  log_line ("ready");
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer data)
{
  exit (1);
}

int
main (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "silent", 0, 0, G_OPTION_ARG_NONE, &is_silent, NULL, NULL },
    { "slow", 0, 0, G_OPTION_ARG_INT, &slow_ms, NULL, NULL },
    { "refuse", 0, 0, G_OPTION_ARG_NONE, &refuses, NULL, NULL },
    { "click", 0, 0, G_OPTION_ARG_NONE, &clicks, NULL, NULL },
    { "capabilities", 0, 0, G_OPTION_ARG_STRING, &capabilities, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("LOG");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, NULL) || argc != 2)
    return 2;
  log_path = argv[1];
  if (capabilities == NULL)
    capabilities = g_strdup ("body,actions,body-markup");
  g_bus_own_name (G_BUS_TYPE_SESSION, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, on_bus, on_name,
                  on_name_lost, NULL, NULL);
  g_main_loop_run (loop);
  return 0;
}
