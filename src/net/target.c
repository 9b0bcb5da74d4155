/* SPDX-License-Identifier: MIT */
#include "net/target.h"

#include <string.h>

#include "net/transport.h"
#include "tocsin/fetch.h"
#include "tocsin/limits.h"

gboolean
tcn_fetch_is_local (const char *url)
{
  return g_ascii_strncasecmp (url, "file:", 5) == 0 || strstr (url, "://") == NULL;
}

static char *
get_part (CURLU *parsed, CURLUPart part, guint flags)
{
  g_autoptr (TcnCurlString) text = NULL;

  if (curl_url_get (parsed, part, &text, flags) != CURLUE_OK)
    return NULL;
  return g_strdup (text);
}

static gboolean
refuse_url (const char *what, const char *url, GError **error)
{
  g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY, "%s: \"%.200s\"", what, url);
  return FALSE;
}

static gboolean
read_file_url (TcnTarget *target, const char *url, GError **error)
{
  if (g_ascii_strncasecmp (url, "file:", 5) != 0) {
    target->path = g_strdup (url);
    return TRUE;
  }
  target->path = g_filename_from_uri (url, NULL, NULL);
  return target->path != NULL || refuse_url ("not a file URL", url, error);
}

static gboolean
read_web_url (TcnTarget *target, const char *url, GError **error)
{
  g_autoptr (CURLU) parsed = curl_url ();
  g_autofree char *port = NULL;
  g_autofree char *host = NULL;

  if (strlen (url) > TCN_MAX_URL_BYTES)
    return refuse_url ("the URL is too long", url, error);
  if (curl_url_set (parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return refuse_url ("not a URL", url, error);
  target->scheme = get_part (parsed, CURLUPART_SCHEME, 0);
  if (g_strcmp0 (target->scheme, "http") != 0 && g_strcmp0 (target->scheme, "https") != 0)
    return refuse_url ("only http, https and file URLs are fetched", url, error);
  target->user = get_part (parsed, CURLUPART_USER, CURLU_URLDECODE);
  target->password = get_part (parsed, CURLUPART_PASSWORD, CURLU_URLDECODE);
  curl_url_set (parsed, CURLUPART_USER, NULL, 0);
  curl_url_set (parsed, CURLUPART_PASSWORD, NULL, 0);
  curl_url_set (parsed, CURLUPART_OPTIONS, NULL, 0);
  curl_url_set (parsed, CURLUPART_FRAGMENT, NULL, 0);
  host = get_part (parsed, CURLUPART_HOST, 0);
  port = get_part (parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  target->url = get_part (parsed, CURLUPART_URL, 0);
  if (host == NULL || port == NULL || target->url == NULL)
    return refuse_url ("not a URL", url, error);
  target->host = g_ascii_strdown (host, -1);
  target->port = tcn_target_parse_port (port);
  target->key = g_strconcat (target->host, ":", port, NULL);
  return TRUE;
}

TcnTarget *
tcn_target_new (const char *url, GError **error)
{
  g_autoptr (TcnTarget) target = g_new0 (TcnTarget, 1);
  gboolean is_good = tcn_fetch_is_local (url) ? read_file_url (target, url, error)
                                              : read_web_url (target, url, error);

  return is_good ? g_steal_pointer (&target) : NULL;
}

void
tcn_target_free (TcnTarget *target)
{
  if (target == NULL)
    return;
  g_free (target->path);
  g_free (target->url);
  g_free (target->scheme);
  g_free (target->host);
  g_free (target->key);
  g_free (target->user);
  g_free (target->password);
  g_free (target);
}

guint
tcn_target_parse_port (const char *text)
{
  guint64 port = 0;

  return g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &port, NULL) ? (guint) port
                                                                            : 0;
}

gboolean
tcn_target_is_secure (const TcnTarget *target)
{
  return g_str_equal (target->scheme, "https");
}

gboolean
tcn_target_same_host (const TcnTarget *a, const TcnTarget *b)
{
  return a->host != NULL && b->host != NULL && g_str_equal (a->host, b->host);
}

gboolean
tcn_target_may_know (const TcnTarget *named, const TcnTarget *target)
{
  if (!tcn_target_same_host (named, target))
    return FALSE;
  if (tcn_target_is_secure (named) == tcn_target_is_secure (target))
    return named->port == target->port;
  return named->port == 80 && target->port == 443 && tcn_target_is_secure (target);
}

char *
tcn_fetch_host_key (const char *url)
{
  g_autoptr (TcnTarget) target = tcn_target_new (url, NULL);

  return target != NULL ? g_steal_pointer (&target->key) : NULL;
}
