/* SPDX-License-Identifier: MIT */
/* In place of httpd-tls.c and the like where there is no OpenSSL: nobody is understood. */
#include "httpd.h"

gboolean
httpd_accept_tls (Exchange *exchange)
{
  return TRUE;
}

void
httpd_serve_h2 (Exchange *exchange)
{
}

void
httpd_tls_free (Tls *tls)
{
}

void
httpd_h2_free (H2 *h2)
{
}

gssize
httpd_tls_send (Tls *tls, const void *bytes, gsize n)
{
  return -1;
}

gssize
httpd_tls_receive (Tls *tls, void *bytes, gsize n)
{
  return -1;
}

void
httpd_answer_h2 (Exchange *exchange, guint status, const char *headers, const void *body,
                 gsize n)
{
}

void
httpd_break_h2 (Exchange *exchange, const char *name)
{
}
