/* SPDX-License-Identifier: MIT */
#include "net/proxy.h"

#include "net/target.h"
#include "net/transport.h"

/* libcurl consults these itself; only the port is wanted here. HTTP_PROXY in capitals is
 * a header that a CGI program can be given, and is ignored. */
static const char *
find_in_environment (const char *scheme)
{
  gboolean is_secure = g_str_equal (scheme, "https");
  const char *names[] = { is_secure ? "https_proxy" : "http_proxy",
                          is_secure ? "HTTPS_PROXY" : "http_proxy", "all_proxy",
                          "ALL_PROXY" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const char *value = g_getenv (names[i]);

    if (value != NULL && *value != '\0')
      return value;
  }
  return NULL;
}

gboolean
tcn_proxy_in_environment (void)
{
  return find_in_environment ("http") != NULL || find_in_environment ("https") != NULL;
}

guint
tcn_proxy_port (const char *proxy, const char *scheme)
{
  g_autoptr (CURLU) parsed = NULL;
  g_autoptr (TcnCurlString) port = NULL;
  g_autoptr (TcnCurlString) used_scheme = NULL;

  if (proxy == NULL)
    proxy = find_in_environment (scheme);
  if (proxy == NULL || *proxy == '\0')
    return 0;
  parsed = curl_url ();
  if (curl_url_set (parsed, CURLUPART_URL, proxy,
                    CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) != CURLUE_OK)
    return 0;
  if (curl_url_get (parsed, CURLUPART_PORT, &port, 0) == CURLUE_OK)
    return tcn_target_parse_port (port);
  if (curl_url_get (parsed, CURLUPART_SCHEME, &used_scheme, 0) == CURLUE_OK &&
      g_str_equal (used_scheme, "https"))
    return 443;
  return 1080;
}
