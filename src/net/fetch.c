/* SPDX-License-Identifier: MIT */
#include "tocsin/fetch.h"

#include "net/options.h"

const char *
tcn_failure_name (TcnFailure failure)
{
  static const char *const names[] = { "none",    "resolve",     "connect", "timeout",
                                       "tls",     "certificate", "http",    "protocol",
                                       "refused", "limit",       "file" };

  g_return_val_if_fail (failure < G_N_ELEMENTS (names), "?");
  return names[failure];
}

TcnFetchOptions *
tcn_fetch_options_new (const TcnFetchOptionValues *values)
{
  TcnFetchOptions *options = g_new0 (TcnFetchOptions, 1);

  g_atomic_ref_count_init (&options->refs);
  options->user = g_strdup (values->user);
  options->password = g_strdup (values->password);
  options->bearer = g_strdup (values->bearer);
  options->headers = g_strdupv ((char **) values->headers);
  options->proxy = g_strdup (values->proxy);
  options->ca_file = g_strdup (values->ca_file);
  options->client_cert = g_strdup (values->client_cert);
  options->client_key = g_strdup (values->client_key);
  options->insecure_tls = values->insecure_tls;
  options->use_netrc = values->use_netrc;
  return options;
}

TcnFetchOptions *
tcn_fetch_options_ref (TcnFetchOptions *options)
{
  g_atomic_ref_count_inc (&options->refs);
  return options;
}

void
tcn_fetch_options_unref (TcnFetchOptions *options)
{
  if (options == NULL || !g_atomic_ref_count_dec (&options->refs))
    return;
  g_free (options->user);
  g_free (options->password);
  g_free (options->bearer);
  g_strfreev (options->headers);
  g_free (options->proxy);
  g_free (options->ca_file);
  g_free (options->client_cert);
  g_free (options->client_key);
  g_free (options);
}

static GBytes *
ref_bytes (GBytes *bytes)
{
  return bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

TcnFetchResult *
tcn_fetch_result_copy (const TcnFetchResult *result)
{
  TcnFetchResult *copy = g_memdup2 (result, sizeof *result);

  copy->error = result->error != NULL ? g_error_copy (result->error) : NULL;
  copy->effective_url = g_strdup (result->effective_url);
  copy->permanent_url = g_strdup (result->permanent_url);
  copy->etag = ref_bytes (result->etag);
  copy->last_modified = ref_bytes (result->last_modified);
  copy->content_type = g_strdup (result->content_type);
  copy->content_location = g_strdup (result->content_location);
  copy->body = ref_bytes (result->body);
  copy->paused_host = g_strdup (result->paused_host);
  return copy;
}

void
tcn_fetch_result_free (TcnFetchResult *result)
{
  if (result == NULL)
    return;
  g_clear_error (&result->error);
  g_free (result->effective_url);
  g_free (result->permanent_url);
  g_clear_pointer (&result->etag, g_bytes_unref);
  g_clear_pointer (&result->last_modified, g_bytes_unref);
  g_free (result->content_type);
  g_free (result->content_location);
  g_clear_pointer (&result->body, g_bytes_unref);
  g_free (result->paused_host);
  g_free (result);
}
