/* SPDX-License-Identifier: MIT */
#include "config/certificates.h"

#include <string.h>

#include "config/faults.h"

#define CERTIFICATE "-----BEGIN CERTIFICATE-----"
#define TRUSTED_CERTIFICATE "-----BEGIN TRUSTED CERTIFICATE-----"
#define KEY_END "PRIVATE KEY-----"

static gboolean
holds (const TcnSource *source, const char *text)
{
  gsize size;
  const char *bytes = g_bytes_get_data (source->bytes, &size);

  return size > 0 && g_strstr_len (bytes, (gssize) size, text) != NULL;
}

/* One that must be asked for a pass phrase would be asked for in the middle of a poll. */
static gboolean
is_encrypted (const TcnSource *source)
{
  return holds (source, "BEGIN ENCRYPTED PRIVATE KEY") ||
         holds (source, "Proc-Type: 4,ENCRYPTED");
}

static void
complain (TcnGroup *group, const char *key, const char *remedy, const char *what)
{
  tcn_place_error (&tcn_group_entry (group, key)->value_place, group->reader->faults,
                   remedy, "%s", what);
}

/* NULL when the key is not given, or its file cannot be read, which is reported. */
static const TcnSource *
open_named (TcnGroup *group, const char *key, const char *path)
{
  const TcnIniEntry *entry = tcn_group_entry (group, key);

  if (entry == NULL || path == NULL)
    return NULL;
  if (strstr (path, "/-----BEGIN ") == NULL)
    return tcn_reader_open (group->reader, path, &entry->value_place);
  complain (group, key, "leave out “-file”, which is for a file that holds the path",
            "that file is the certificate or the key itself");
  return NULL;
}

static void
check_certificates (TcnGroup *group, const char *key, const TcnSource *source)
{
  if (source != NULL && !holds (source, CERTIFICATE) &&
      !holds (source, TRUSTED_CERTIFICATE))
    complain (group, key, "PEM is wanted: text that begins with " CERTIFICATE,
              "there is no certificate in that file");
}

static void
check_private_key (TcnGroup *group, const char *key, const TcnSource *source)
{
  if (!holds (source, KEY_END))
    complain (group, key, "tls-key names the file of the private key, in PEM",
              "there is no private key in that file");
  else if (is_encrypted (source))
    complain (group, key, "openssl pkey -in FILE -out PLAIN; chmod 600 PLAIN",
              "the private key is locked with a pass phrase");
  else
    tcn_reader_tell_secret (group->reader, source,
                            &tcn_group_entry (group, key)->value_place);
}

void
tcn_certificates_check (TcnGroup *group, const TcnFeedConfig *feed)
{
  const TcnSource *ca = open_named (group, "tls-ca", feed->tls_ca);
  const TcnSource *cert = open_named (group, "tls-cert", feed->tls_cert);
  const TcnSource *key = open_named (group, "tls-key", feed->tls_key);

  check_certificates (group, "tls-ca", ca);
  check_certificates (group, "tls-cert", cert);
  if (key != NULL)
    check_private_key (group, "tls-key", key);
  else if (cert != NULL && feed->tls_key == NULL)
    check_private_key (group, "tls-cert", cert);
  if (feed->tls_key != NULL && tcn_group_entry (group, "tls-cert") == NULL)
    complain (group, "tls-key", NULL, "a private key without “tls-cert” is of no use");
}
