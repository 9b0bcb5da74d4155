/* SPDX-License-Identifier: MIT */
/*
 * The per-feed options behind TcnFetchOptions, and the one checked way to set an option
 * of libcurl.
 */
#pragma once

#include <curl/curl.h>

#include "tocsin/fetch.h"

G_BEGIN_DECLS

struct _TcnFetchOptions {
  gatomicrefcount refs;
  char *user;
  char *password;
  char *bearer;
  GStrv headers;
  char *proxy;
  char *ca_file;
  char *client_cert;
  char *client_key;
  gboolean insecure_tls;
  gboolean use_netrc;
};

/* An option that this libcurl does not know, or a value it refuses, is a mistake of ours.
 */
#define TCN_SETOPT(easy, option, value)                                                  \
  G_STMT_START                                                                           \
  {                                                                                      \
    CURLcode setopt_code = curl_easy_setopt ((easy), (option), (value));                 \
    if (G_UNLIKELY (setopt_code != CURLE_OK))                                            \
      g_warning ("libcurl: %s: %s", #option, curl_easy_strerror (setopt_code));          \
  }                                                                                      \
  G_STMT_END

G_END_DECLS
