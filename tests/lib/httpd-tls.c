/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "httpd-h2.h"

#define HANDSHAKE 22 /* the first byte of one */
#define DAY_S (24 * 60 * 60)

struct Tls {
  SSL *ssl;
};

/* --- the certificate ------------------------------------------------------------------ */

/* For nobody in particular: clients of the tests are told not to look. */
static X509 *
make_certificate (EVP_PKEY *key)
{
  X509 *certificate = X509_new ();
  X509_NAME *name = X509_get_subject_name (certificate);

  ASN1_INTEGER_set (X509_get_serialNumber (certificate), 1);
  X509_gmtime_adj (X509_getm_notBefore (certificate), -DAY_S);
  X509_gmtime_adj (X509_getm_notAfter (certificate), DAY_S);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_ASC, (const guchar *) "test", -1, -1,
                              0);
  X509_set_issuer_name (certificate, name);
  X509_set_pubkey (certificate, key);
  X509_sign (certificate, key, EVP_sha256 ());
  return certificate;
}

static int
choose_protocol (SSL *ssl, const guchar **out, guchar *out_n, const guchar *offered,
                 guint n, void *data)
{
  static const guchar newer[] = "\002h2\010http/1.1";
  static const guchar older[] = "\010http/1.1";
  struct sockaddr_in address = { 0 };
  socklen_t length = sizeof address;
  gboolean is_old;

  getsockname (SSL_get_fd (ssl), (struct sockaddr *) &address, &length);
  is_old = address.sin_addr.s_addr == inet_addr ("127.0.0.2");
  return SSL_select_next_proto ((guchar **) out, out_n, is_old ? older : newer,
                                (guint) (is_old ? sizeof older : sizeof newer) - 1,
                                offered, n) == OPENSSL_NPN_NEGOTIATED
             ? SSL_TLSEXT_ERR_OK
             : SSL_TLSEXT_ERR_NOACK;
}

static gpointer
make_context (gpointer data)
{
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());
  EVP_PKEY *key = EVP_EC_gen ("P-256");

  SSL_CTX_use_certificate (context, make_certificate (key));
  SSL_CTX_use_PrivateKey (context, key);
  SSL_CTX_set_alpn_select_cb (context, choose_protocol, NULL);
  return context;
}

/* --- the connection ------------------------------------------------------------------- */

static gboolean
speaks_h2 (SSL *ssl)
{
  const guchar *protocol = NULL;
  guint n = 0;

  SSL_get0_alpn_selected (ssl, &protocol, &n);
  return n == 2 && memcmp (protocol, "h2", 2) == 0;
}

gboolean
httpd_accept_tls (Exchange *exchange)
{
  static GOnce once = G_ONCE_INIT;
  char first = 0;

  if (recv (exchange->fd, &first, 1, MSG_PEEK) != 1)
    return FALSE;
  if (first != HANDSHAKE)
    return TRUE;
  g_once (&once, make_context, NULL);
  exchange->tls = g_new0 (Tls, 1);
  exchange->tls->ssl = SSL_new (once.retval);
  SSL_set_fd (exchange->tls->ssl, exchange->fd);
  if (SSL_accept (exchange->tls->ssl) != 1)
    return FALSE;
  if (speaks_h2 (exchange->tls->ssl))
    exchange->h2 = httpd_h2_new ();
  return TRUE;
}

void
httpd_tls_free (Tls *tls)
{
  if (tls == NULL)
    return;
  SSL_shutdown (tls->ssl);
  SSL_free (tls->ssl);
  g_free (tls);
}

gssize
httpd_tls_send (Tls *tls, const void *bytes, gsize n)
{
  return SSL_write (tls->ssl, bytes, (int) n);
}

gssize
httpd_tls_receive (Tls *tls, void *bytes, gsize n)
{
  return SSL_read (tls->ssl, bytes, (int) n);
}

gboolean
httpd_tls_read (Tls *tls, void *bytes, gsize n)
{
  guint8 *at = bytes;

  while (n > 0) {
    int got = SSL_read (tls->ssl, at, (int) n);

    if (got <= 0)
      return FALSE;
    at += got;
    n -= (gsize) got;
  }
  return TRUE;
}

gboolean
httpd_tls_wait (Tls *tls, int fd, guint ms)
{
  struct pollfd watched = { .fd = fd, .events = POLLIN };

  return SSL_pending (tls->ssl) > 0 || poll (&watched, 1, (int) ms) > 0;
}
