/* SPDX-License-Identifier: MIT */
#include "net/target.h"

#include <arpa/inet.h>
#include <string.h>

#include "net/transport.h"
#include "tocsin/fetch.h"
#include "tocsin/limits.h"
#include "tocsin/url.h"

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
  g_autofree char *shown = tcn_url_redacted (url);

  g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY, "%s: \"%.200s\"", what, shown);
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

guint
tcn_target_parse_port (const char *text)
{
  guint64 port = 0;

  return g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &port, NULL) ? (guint) port
                                                                            : 0;
}

static gboolean
read_web_url (TcnTarget *target, const char *url, GError **error)
{
  g_autoptr (CURLU) parsed = curl_url ();
  g_autofree char *scheme = NULL;
  g_autofree char *port = NULL;
  g_autofree char *host = NULL;

  if (strlen (url) > TCN_MAX_URL_BYTES)
    return refuse_url ("the URL is too long", url, error);
  if (curl_url_set (parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return refuse_url ("not a URL", url, error);
  scheme = get_part (parsed, CURLUPART_SCHEME, 0);
  if (g_strcmp0 (scheme, "http") == 0)
    target->scheme = "http";
  else if (g_strcmp0 (scheme, "https") == 0)
    target->scheme = "https";
  else
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
  if (target->port == 0)
    return refuse_url ("no such port", url, error);
  target->key = g_strconcat (target->host, ":", port, NULL);
  return TRUE;
}

/* A name or an address of four numbers, in lower case: nothing that could be spelt in
 * another way. */
static gboolean
is_plain_host (const char *host, gsize n)
{
  g_autofree char *text = NULL;
  const char *last = memrchr (host, '.', n);
  struct in_addr address;

  if (n == 0 || n > 253 || host[0] == '.')
    return FALSE;
  last = last != NULL ? last + 1 : host;
  if (g_ascii_islower (*last))
    return TRUE;
  text = g_strndup (host, n);
  return inet_pton (AF_INET, text, &address) == 1;
}

static gboolean
is_host_character (char c)
{
  return g_ascii_islower (c) || g_ascii_isdigit (c) || c == '-' || c == '.';
}

static gboolean
is_path_character (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("-._~/?&=+,;:%", c) != NULL);
}

/* What follows the host, up to the path. NULL when that is not a plain port. */
static const char *
skip_port (const char *after, guint *port)
{
  g_autofree char *text = NULL;
  const char *end = after + 1;

  if (*after != ':')
    return after;
  while (g_ascii_isdigit (*end))
    end++;
  text = g_strndup (after + 1, (gsize) (end - after - 1));
  *port = tcn_target_parse_port (text);
  return *port != 0 && text[0] != '0' ? end : NULL;
}

/* Nearly every URL is plain: scheme, host, port and path of unreserved characters, which
 * every parser reads alike. libcurl's takes most of the time of an unchanged poll. */
static gboolean
read_plain_url (TcnTarget *target, const char *url)
{
  gboolean is_secure = g_str_has_prefix (url, "https://");
  guint port = is_secure ? 443 : 80;

  if (!is_secure && !g_str_has_prefix (url, "http://"))
    return FALSE;

  const char *host = url + strlen (is_secure ? "https://" : "http://");
  const char *host_end = host;
  const char *path;
  const char *end;

  while (is_host_character (*host_end))
    host_end++;
  path = skip_port (host_end, &port);
  if (path == NULL || *path != '/' || strstr (path, "/.") != NULL ||
      !is_plain_host (host, (gsize) (host_end - host)))
    return FALSE;
  for (end = path; is_path_character (*end);)
    end++;
  if (*end != '\0')
    return FALSE;
  target->url = g_strdup (url);
  target->scheme = is_secure ? "https" : "http";
  target->host = g_strndup (host, (gsize) (host_end - host));
  target->port = port;
  target->key = path != host_end
                    ? g_strndup (host, (gsize) (path - host))
                    : g_strconcat (target->host, is_secure ? ":443" : ":80", NULL);
  return TRUE;
}

TcnTarget *
tcn_target_new (const char *url, GError **error)
{
  g_autoptr (TcnTarget) target = g_new0 (TcnTarget, 1);
  gboolean is_good;

  target->n_refs = 1;
  if (strlen (url) <= TCN_MAX_URL_BYTES && read_plain_url (target, url))
    return g_steal_pointer (&target);
  is_good = tcn_fetch_is_local (url) ? read_file_url (target, url, error)
                                     : read_web_url (target, url, error);
  return is_good ? g_steal_pointer (&target) : NULL;
}

TcnTarget *
tcn_target_ref (TcnTarget *target)
{
  target->n_refs++;
  return target;
}

void
tcn_target_unref (TcnTarget *target)
{
  if (target == NULL || --target->n_refs > 0)
    return;
  g_free (target->path);
  g_free (target->url);
  g_free (target->host);
  g_free (target->key);
  g_free (target->user);
  g_free (target->password);
  g_free (target);
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
