/* SPDX-License-Identifier: MIT */
#include "sinks/notifier.h"

#include <libnotify/notify.h>

#include "tocsin/error.h"

/* So many pop-ups answer to a click and can be replaced; the oldest of more is let go. */
#define MAX_OPEN 100

struct TcnPopupJob {
  TcnNotifier *notifier;
  TcnPopup *popup;
  TcnPopupTraits traits;
  TcnPopupDone done; /* main thread only */
  gpointer data;
  GError *error;
};

/* All but `context` belongs to the thread. */
struct TcnNotifier {
  GMainContext *context;
  GDBusConnection *connection; /* the one that libnotify uses */
  GQueue open;                 /* of NotifyNotification*, newest first */
};

/* --- in the thread --- */

static gboolean
has_tag (NotifyNotification *notification, const char *tag)
{
  return g_strcmp0 (g_object_get_data (G_OBJECT (notification), "tag"), tag) == 0;
}

static void
forget (TcnNotifier *notifier, NotifyNotification *notification)
{
  if (!g_queue_remove (&notifier->open, notification))
    return;
  g_signal_handlers_disconnect_by_data (notification, notifier);
  g_object_unref (notification);
}

static void
on_popup_closed (NotifyNotification *notification, gpointer data)
{
  forget (data, notification);
}

/* libnotify keeps a proxy on the bus for ever. When that bus has gone it is told to let go
 * of it, so that the next pop-up finds the new one. */
static void
drop_dead_bus (TcnNotifier *notifier)
{
  if (notifier->connection == NULL || !g_dbus_connection_is_closed (notifier->connection))
    return;
  while (!g_queue_is_empty (&notifier->open))
    forget (notifier, g_queue_peek_head (&notifier->open));
  if (notify_is_initted ())
    notify_uninit ();
  g_clear_object (&notifier->connection);
}

static gboolean
connect_to_bus (TcnNotifier *notifier, GError **error)
{
  drop_dead_bus (notifier);
  if (notifier->connection == NULL) {
    notifier->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
    if (notifier->connection == NULL)
      return FALSE;
    /* Else the end of the session would end the process. */
    g_dbus_connection_set_exit_on_close (notifier->connection, FALSE);
  }
  if (!notify_is_initted () && !notify_init ("tocsin")) {
    g_set_error_literal (error, TCN_ERROR, TCN_ERROR_SINK_RETRY,
                         "libnotify cannot be initialised");
    return FALSE;
  }
  return TRUE;
}

/* What the compositor gave with the click lets the browser come to the front. */
static GAppLaunchContext *
make_launch_context (NotifyNotification *notification)
{
  GAppLaunchContext *context = g_app_launch_context_new ();
#if NOTIFY_CHECK_VERSION(0, 7, 10)
  const char *token = notify_notification_get_activation_token (notification);

  if (token != NULL) {
    g_app_launch_context_setenv (context, "XDG_ACTIVATION_TOKEN", token);
    g_app_launch_context_setenv (context, "DESKTOP_STARTUP_ID", token);
  }
#endif
  return context;
}

static void
on_click (NotifyNotification *notification, char *action, gpointer link)
{
  g_autoptr (GAppLaunchContext) context = make_launch_context (notification);
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri (link, context, &error))
    g_warning ("cannot open “%s”: %s", (const char *) link, error->message);
}

/* The one that is replaced, or a new one at the head of the open ones. */
static NotifyNotification *
take_notification (TcnNotifier *notifier, const TcnPopup *popup)
{
  NotifyNotification *notification = NULL;

  for (GList *link = notifier->open.head; link != NULL; link = link->next) {
    notification = link->data;
    if (has_tag (notification, popup->tag)) {
      notify_notification_update (notification, popup->summary, popup->body, NULL);
      notify_notification_clear_actions (notification);
      return notification;
    }
  }
  if (g_queue_get_length (&notifier->open) >= MAX_OPEN)
    forget (notifier, g_queue_peek_tail (&notifier->open));
  notification = notify_notification_new (popup->summary, popup->body, NULL);
  g_object_set_data_full (G_OBJECT (notification), "tag", g_strdup (popup->tag), g_free);
  g_signal_connect (notification, "closed", G_CALLBACK (on_popup_closed), notifier);
  g_queue_push_head (&notifier->open, notification);
  return notification;
}

static void
dress (NotifyNotification *notification, const TcnPopup *popup,
       const TcnPopupTraits *traits)
{
  static const NotifyUrgency urgencies[] = {
    [TCN_URGENCY_LOW] = NOTIFY_URGENCY_LOW,
    [TCN_URGENCY_NORMAL] = NOTIFY_URGENCY_NORMAL,
    [TCN_URGENCY_CRITICAL] = NOTIFY_URGENCY_CRITICAL,
  };

  notify_notification_set_urgency (notification, urgencies[popup->urgency]);
  notify_notification_set_category (notification, "x-tocsin.match");
  /* GNOME takes the pop-ups of a known application away when its process ends. */
  if (traits->is_lasting)
    notify_notification_set_hint (notification, "desktop-entry",
                                  g_variant_new_string ("tocsin"));
  /* Servers that know it replace by it across processes, where ids mean nothing. */
  notify_notification_set_hint (notification, "x-dunst-stack-tag",
                                g_variant_new_string (popup->tag));
  notify_notification_set_timeout (notification, popup->urgency == TCN_URGENCY_CRITICAL
                                                     ? NOTIFY_EXPIRES_NEVER
                                                     : NOTIFY_EXPIRES_DEFAULT);
  if (traits->has_actions && popup->link != NULL)
    notify_notification_add_action (notification, "default", "Open",
                                    NOTIFY_ACTION_CALLBACK (on_click),
                                    g_strdup (popup->link), g_free);
}

/* What the library or the bus says, as one of the three failures of a sink. */
static GError *
classify (const GError *error)
{
  TcnErrorCode code = TCN_ERROR_SINK_RETRY;
  g_autoptr (GError) plain = g_error_copy (error);

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_SERVER) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    code = TCN_ERROR_SINK_ABSENT;
  else if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS))
    code = TCN_ERROR_SINK_REFUSED;
  g_dbus_error_strip_remote_error (plain);
  return g_error_new (TCN_ERROR, (gint) code, "the notification server: %s",
                      plain->message);
}

static gboolean
show (TcnNotifier *notifier, const TcnPopupJob *job, GError **error)
{
  NotifyNotification *notification = NULL;

  if (!connect_to_bus (notifier, error))
    return FALSE;
  notification = take_notification (notifier, job->popup);
  dress (notification, job->popup, &job->traits);
  if (notify_notification_show (notification, error))
    return TRUE;
  forget (notifier, notification);
  return FALSE;
}

static gboolean finish (gpointer data);

static gboolean
run (gpointer data)
{
  TcnPopupJob *job = data;
  g_autoptr (GError) error = NULL;

  if (!show (job->notifier, job, &error))
    job->error = classify (error);
  g_idle_add_full (G_PRIORITY_DEFAULT, finish, job, NULL);
  return G_SOURCE_REMOVE;
}

static gpointer
work (gpointer data)
{
  const TcnNotifier *notifier = data;
  g_autoptr (GMainLoop) loop = g_main_loop_new (notifier->context, FALSE);

  g_main_context_push_thread_default (notifier->context);
  g_main_loop_run (loop);
  return NULL;
}

/* --- in the main thread --- */

static gboolean
finish (gpointer data)
{
  TcnPopupJob *job = data;

  if (job->done != NULL)
    job->done (job->error, job->data);
  tcn_popup_free (job->popup);
  g_clear_error (&job->error);
  g_free (job);
  return G_SOURCE_REMOVE;
}

TcnNotifier *
tcn_notifier_get (void)
{
  static gsize is_made = 0;
  static TcnNotifier notifier;

  if (g_once_init_enter (&is_made)) {
    notifier.context = g_main_context_new ();
    g_queue_init (&notifier.open);
    g_thread_unref (g_thread_new ("notifier", work, &notifier));
    g_once_init_leave (&is_made, 1);
  }
  return &notifier;
}

TcnPopupJob *
tcn_notifier_show (TcnNotifier *notifier, TcnPopup *popup, const TcnPopupTraits *traits,
                   TcnPopupDone done, gpointer data)
{
  TcnPopupJob *job = g_new0 (TcnPopupJob, 1);

  job->notifier = notifier;
  job->popup = popup;
  job->traits = *traits;
  job->done = done;
  job->data = data;
  g_main_context_invoke_full (notifier->context, G_PRIORITY_DEFAULT, run, job, NULL);
  return job;
}

void
tcn_popup_job_disown (TcnPopupJob *job)
{
  job->done = NULL;
}
