/* SPDX-License-Identifier: MIT */
/*
 * The desktop sink against a session bus of its own and tests/lib/notifyd. All cases use
 * one address: the library behind the sink finds its bus in the environment, once.
 */
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tocsin/error.h"

#include "lib/delivery.h"

static const char bus_config[] =
    "<busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>"
    "<policy context='default'><allow send_destination='*' eavesdrop='true'/>"
    "<allow eavesdrop='true'/><allow own='*'/></policy></busconfig>";

typedef struct {
  char *dir;
  char *socket;
  char *log;
  GSubprocess *bus;
  GSubprocess *server;
  TcnSinkEnv env;
  TcnSink *sink;
  guint n_wakes;
} Desk;

static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
wait_until (gboolean (*is_true) (const Desk *), const Desk *desk)
{
  const gint64 limit_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  const guint ticker = g_timeout_add (2, tick, NULL);
  gboolean is_in_time = TRUE;

  while (!is_true (desk) && is_in_time) {
    g_main_context_iteration (NULL, TRUE);
    is_in_time = g_get_monotonic_time () < limit_us;
  }
  g_source_remove (ticker);
  return is_in_time;
}

/* The socket's file is there before anybody listens on it. */
static gboolean
is_bus_ready (const Desk *desk)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (desk->socket);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);

  return socket != NULL && g_socket_connect (socket, address, NULL, NULL);
}

static char *
read_log (const Desk *desk)
{
  char *text = NULL;

  return g_file_get_contents (desk->log, &text, NULL, NULL) ? text : g_strdup ("");
}

static gboolean
is_server_ready (const Desk *desk)
{
  g_autofree char *text = read_log (desk);

  return strstr (text, "ready\n") != NULL;
}

/* A case that fails ends the program: what it started ends with it. */
static void
end_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static GSubprocessLauncher *
launcher_new (void)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);

  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  return launcher;
}

static void
start_bus (Desk *desk)
{
  g_autoptr (GSubprocessLauncher) launcher = launcher_new ();
  g_autofree char *config = g_build_filename (desk->dir, "bus.conf", NULL);
  g_autofree char *option = g_strconcat ("--config-file=", config, NULL);
  g_autofree char *text = g_strdup_printf (bus_config, desk->socket);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  desk->bus = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", "--nofork",
                                           option, NULL);
  g_assert_no_error (error);
  g_assert_true (wait_until (is_bus_ready, desk));
}

static void
end (GSubprocess **process)
{
  if (*process == NULL)
    return;
  g_subprocess_send_signal (*process, SIGTERM);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}

static void
stop_bus (Desk *desk)
{
  end (&desk->bus);
  g_unlink (desk->socket);
}

static void
start_server (Desk *desk, const char *options)
{
  g_autofree char *line = g_strdup_printf (
      "%s/lib/notifyd %s %s", g_getenv ("G_TEST_BUILDDIR"), options, desk->log);
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  g_autoptr (GSubprocessLauncher) launcher = launcher_new ();
  g_autofree char *address = g_strconcat ("unix:path=", desk->socket, NULL);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      g_ptr_array_add (arguments, *word);
  g_ptr_array_add (arguments, NULL);
  g_unlink (desk->log);
  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", address, TRUE);
  desk->server = g_subprocess_launcher_spawnv (
      launcher, (const char *const *) arguments->pdata, &error);
  g_assert_no_error (error);
  g_assert_true (wait_until (is_server_ready, desk));
}

static void
on_wake (TcnSink *sink, gpointer data)
{
  ((Desk *) data)->n_wakes++;
}

static void
desk_open (Desk *desk, gconstpointer data)
{
  desk->dir = g_canonicalize_filename ("desk", NULL);
  g_mkdir (desk->dir, 0700);
  desk->socket = g_build_filename (desk->dir, "bus", NULL);
  desk->log = g_build_filename (desk->dir, "log", NULL);
  g_unlink (desk->log);
  desk->env = (TcnSinkEnv){
    .runtime_dir = desk->dir,
    .uid = getuid (),
    .wake = on_wake,
    .wake_data = desk,
  };
  desk->sink = delivery_open ("desktop", &desk->env);
}

static void
desk_close (Desk *desk, gconstpointer data)
{
  tcn_sink_close (desk->sink);
  end (&desk->server);
  stop_bus (desk);
  g_free (desk->dir);
  g_free (desk->socket);
  g_free (desk->log);
}

static GError *
deliver (Desk *desk, guint n, const char *item)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();

  g_ptr_array_add (alerts, delivery_alert_new (n, item, "rule"));
  return delivery_run (desk->sink, alerts, 1, 0);
}

static void
deliver_ok (Desk *desk, guint n, const char *item)
{
  g_autoptr (GError) error = deliver (desk, n, item);

  g_assert_no_error (error);
}

/* The lines of the log, without "ready". */
static char *
popups (const Desk *desk)
{
  g_autofree char *text = read_log (desk);

  g_assert_true (g_str_has_prefix (text, "ready\n"));
  return g_strdup (text + strlen ("ready\n"));
}

static gboolean
count_tick (gpointer data)
{
  (*(guint *) data)++;
  return G_SOURCE_CONTINUE;
}

/* Delivers while the loop is watched: it must go on turning. */
static GError *
deliver_watched (Desk *desk, gint64 limit_s)
{
  guint n_ticks = 0;
  const guint ticker = g_timeout_add (20, count_tick, &n_ticks);
  const gint64 start_us = g_get_monotonic_time ();
  GError *error = deliver (desk, 1, "i1");
  const gint64 taken_us = g_get_monotonic_time () - start_us;

  g_source_remove (ticker);
  g_assert_cmpint (taken_us, <, limit_s * G_USEC_PER_SEC);
  g_assert_cmpint (n_ticks, >=, taken_us / 200000);
  return error;
}

/* --- the cases --- */

static void
test_desktop_shows_one_popup (Desk *desk, gconstpointer data)
{
  g_autofree char *shown = NULL;

  start_bus (desk);
  start_server (desk, "");
  deliver_ok (desk, 1, "i1");

  shown = popups (desk);
  g_assert_cmpstr (shown, ==,
                   "0|Titre 1|… une patrouille russe, la 1e …\\nsohr · rule|"
                   "category='x-tocsin.match' urgency=0x01 x-dunst-stack-tag='i1'\n");
}

static void
test_desktop_names_itself_only_if_it_stays (Desk *desk, gconstpointer data)
{
  g_autofree char *shown = NULL;

  tcn_sink_close (desk->sink);
  desk->env.is_lasting = TRUE;
  desk->sink = delivery_open ("desktop", &desk->env);
  start_bus (desk);
  start_server (desk, "");
  deliver_ok (desk, 1, "i1");

  shown = popups (desk);
  g_assert_nonnull (strstr (shown, " desktop-entry='tocsin' "));
}

static void
test_desktop_replaces_the_popup_of_an_item (Desk *desk, gconstpointer data)
{
  g_autofree char *shown = NULL;

  start_bus (desk);
  start_server (desk, "");
  deliver_ok (desk, 1, "i1");
  deliver_ok (desk, 2, "i2");
  deliver_ok (desk, 3, "i1");

  shown = popups (desk);
  g_assert_true (g_str_has_prefix (shown, "0|Titre 1|"));
  g_assert_nonnull (strstr (shown, "\n0|Titre 2|"));
  g_assert_nonnull (strstr (shown, "\n1|Titre 3|"));
}

static void
test_desktop_counts_a_burst_in_place (Desk *desk, gconstpointer data)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  g_autofree char *shown = NULL;

  start_bus (desk);
  start_server (desk, "");
  g_ptr_array_add (alerts, delivery_alert_new (1, "i1", "rule"));
  g_ptr_array_add (alerts, delivery_alert_new (2, "i2", "rule"));
  g_assert_null (delivery_run (desk->sink, alerts, 2, 0));
  g_assert_null (delivery_run (desk->sink, alerts, 2, 2));
  g_assert_null (delivery_run (desk->sink, alerts, 2, 0));

  shown = popups (desk);
  g_assert_true (g_str_has_prefix (shown, "0|2 alerts|Titre 1\\nTitre 2|"));
  g_assert_nonnull (strstr (shown, "\n1|4 alerts|"));
  g_assert_nonnull (strstr (shown, "x-dunst-stack-tag='burst-alert-1'"));
}

static void
test_desktop_sends_no_markup_to_who_reads_none (Desk *desk, gconstpointer data)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  TcnAlert *alert = delivery_alert_new (1, "i1", "rule");
  g_autofree char *shown = NULL;

  start_bus (desk);
  start_server (desk, "--capabilities body");
  g_free (alert->excerpt);
  alert->excerpt = g_strdup ("R&D <b>");
  g_ptr_array_add (alerts, alert);
  g_assert_null (delivery_run (desk->sink, alerts, 1, 0));

  shown = popups (desk);
  g_assert_nonnull (strstr (shown, "|R&D <b>\\nsohr · rule|"));
}

static void
test_desktop_without_a_bus_is_absent (Desk *desk, gconstpointer data)
{
  g_autoptr (GError) error = deliver_watched (desk, 1);

  g_assert_error (error, TCN_ERROR, TCN_ERROR_SINK_ABSENT);
}

static void
test_desktop_without_a_server_is_absent (Desk *desk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start_bus (desk);
  error = deliver_watched (desk, 2);

  g_assert_error (error, TCN_ERROR, TCN_ERROR_SINK_ABSENT);
}

static void
test_desktop_trusts_no_foreign_socket (Desk *desk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  tcn_sink_close (desk->sink);
  desk->env.uid = getuid () + 1;
  desk->sink = delivery_open ("desktop", &desk->env);
  start_bus (desk);
  start_server (desk, "");
  error = deliver_watched (desk, 1);

  g_assert_error (error, TCN_ERROR, TCN_ERROR_SINK_ABSENT);
}

static gboolean
is_woken (const Desk *desk)
{
  return desk->n_wakes > 0;
}

static void
test_desktop_wakes_when_a_server_comes (Desk *desk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start_bus (desk);
  error = deliver (desk, 1, "i1");
  g_assert_error (error, TCN_ERROR, TCN_ERROR_SINK_ABSENT);
  g_assert_cmpuint (desk->n_wakes, ==, 0);
  start_server (desk, "");

  g_assert_true (wait_until (is_woken, desk));
  deliver_ok (desk, 1, "i1");
}

static void
test_desktop_does_not_wait_for_a_silent_server (Desk *desk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start_bus (desk);
  start_server (desk, "--silent");
  error = deliver_watched (desk, 4);

  g_assert_error (error, TCN_ERROR, TCN_ERROR_SINK_RETRY);
}

static void
test_desktop_takes_a_refusal_as_final (Desk *desk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start_bus (desk);
  start_server (desk, "--refuse");
  error = deliver (desk, 1, "i1");

  g_assert_error (error, TCN_ERROR, TCN_ERROR_SINK_REFUSED);
  g_assert_nonnull (strstr (error->message, "not like this"));
}

static void
test_desktop_finds_the_server_again (Desk *desk, gconstpointer data)
{
  g_autofree char *shown = NULL;

  start_bus (desk);
  start_server (desk, "");
  deliver_ok (desk, 1, "i1");
  end (&desk->server);
  start_server (desk, "");
  deliver_ok (desk, 2, "i2");

  shown = popups (desk);
  g_assert_true (g_str_has_prefix (shown, "0|Titre 2|"));
}

static void
test_desktop_finds_the_bus_again (Desk *desk, gconstpointer data)
{
  g_autofree char *shown = NULL;
  g_autoptr (GError) error = NULL;

  start_bus (desk);
  start_server (desk, "");
  deliver_ok (desk, 1, "i1");
  stop_bus (desk);
  end (&desk->server);
  error = deliver (desk, 2, "i2");
  g_assert_error (error, TCN_ERROR, TCN_ERROR_SINK_ABSENT);
  start_bus (desk);
  start_server (desk, "");
  deliver_ok (desk, 2, "i2");

  shown = popups (desk);
  g_assert_true (g_str_has_prefix (shown, "0|Titre 2|"));
}

/* The pop-up is on the screen, the answer comes after the delivery was given up: it is not
 * shown a second time. */
static void
test_desktop_knows_what_arrived_late (Desk *desk, gconstpointer data)
{
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;
  g_autofree char *shown = NULL;

  if (g_getenv ("TOCSIN_TEST_LONG") == NULL) {
    g_test_skip ("takes 7 s; part of make check-long");
    return;
  }
  start_bus (desk);
  start_server (desk, "--slow 6500");
  first = deliver_watched (desk, 7);
  g_assert_error (first, TCN_ERROR, TCN_ERROR_SINK_RETRY);
  second = deliver (desk, 1, "i1");
  g_assert_error (second, TCN_ERROR, TCN_ERROR_SINK_RETRY);
  desk->n_wakes = 0;
  g_assert_true (wait_until (is_woken, desk));
  deliver_ok (desk, 1, "i1");

  shown = popups (desk);
  g_assert_true (g_str_has_prefix (shown, "0|Titre 1|"));
  g_assert_null (strchr (strchr (shown, '\n') + 1, '\n'));
}

static gboolean
is_opened (const Desk *desk)
{
  g_autofree char *path = g_build_filename (desk->dir, "opened", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) &&
         strcmp (text, "https://example.org/1\n") == 0;
}

/* A browser that writes down what it is given, as the user's default. */
static void
install_browser (const Desk *desk)
{
  g_autofree char *applications =
      g_build_filename (g_getenv ("XDG_DATA_HOME"), "applications", NULL);
  g_autofree char *entry_path = g_build_filename (applications, "teller.desktop", NULL);
  g_autofree char *script_path = g_build_filename (desk->dir, "browser", NULL);
  g_autofree char *list_path =
      g_build_filename (g_getenv ("XDG_CONFIG_HOME"), "mimeapps.list", NULL);
  g_autofree char *entry =
      g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Teller\nExec=%s %%u\n"
                       "MimeType=x-scheme-handler/https;\n",
                       script_path);
  g_autofree char *script =
      g_strdup_printf ("#!/bin/sh\necho \"$1\" >%s/opened\n", desk->dir);

  g_mkdir_with_parents (applications, 0700);
  g_mkdir_with_parents (g_getenv ("XDG_CONFIG_HOME"), 0700);
  g_assert_true (g_file_set_contents (entry_path, entry, -1, NULL));
  g_assert_true (g_file_set_contents_full (script_path, script, -1, 0, 0700, NULL));
  g_assert_true (g_file_set_contents (
      list_path, "[Default Applications]\nx-scheme-handler/https=teller.desktop\n", -1,
      NULL));
}

static void
test_desktop_opens_the_link_on_a_click (Desk *desk, gconstpointer data)
{
  install_browser (desk);
  start_bus (desk);
  start_server (desk, "--click");
  deliver_ok (desk, 1, "i1");

  g_assert_true (wait_until (is_opened, desk));
}

static void
test_desktop_close_cancels (Desk *desk, gconstpointer data)
{
  start_bus (desk);
  delivery_check_close_cancels (g_steal_pointer (&desk->sink));
}

#define ADD(path, test)                                                                  \
  g_test_add ("/sink-desktop/" path, Desk, NULL, desk_open, test_desktop_##test,         \
              desk_close)

int
main (int argc, char **argv)
{
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");

  g_test_init (&argc, &argv, NULL);
  if (daemon == NULL) {
    g_print ("1..0 # SKIP dbus-daemon is not installed\n");
    return 0;
  }
  ADD ("shows-one-popup", shows_one_popup);
  ADD ("names-itself-only-if-it-stays", names_itself_only_if_it_stays);
  ADD ("replaces-the-popup-of-an-item", replaces_the_popup_of_an_item);
  ADD ("counts-a-burst-in-place", counts_a_burst_in_place);
  ADD ("sends-no-markup-to-who-reads-none", sends_no_markup_to_who_reads_none);
  ADD ("without-a-bus-is-absent", without_a_bus_is_absent);
  ADD ("without-a-server-is-absent", without_a_server_is_absent);
  ADD ("trusts-no-foreign-socket", trusts_no_foreign_socket);
  ADD ("wakes-when-a-server-comes", wakes_when_a_server_comes);
  ADD ("does-not-wait-for-a-silent-server", does_not_wait_for_a_silent_server);
  ADD ("takes-a-refusal-as-final", takes_a_refusal_as_final);
  ADD ("finds-the-server-again", finds_the_server_again);
  ADD ("finds-the-bus-again", finds_the_bus_again);
  ADD ("knows-what-arrived-late", knows_what_arrived_late);
  ADD ("opens-the-link-on-a-click", opens_the_link_on_a_click);
  ADD ("close-cancels", close_cancels);
  return g_test_run ();
}
