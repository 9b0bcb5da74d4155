/* SPDX-License-Identifier: MIT */
/*
 * The test server over TLS: whoever begins with a handshake gets HTTP/2 (on 127.0.0.2:
 * HTTP/1.1, though both were offered), by a certificate that the server makes for itself.
 * httpd-tls.c has the connection, httpd-h2.c the frames and what can be wrong with them,
 * httpd-hpack.c the headers.
 */
#pragma once

#include "httpd.h"

/* Reads exactly so many bytes. */
gboolean httpd_tls_read (Tls *tls, void *bytes, gsize n);

/* Whether something is there to be read within `ms`. */
gboolean httpd_tls_wait (Tls *tls, int fd, guint ms);

/* A new connection of HTTP/2, before its first byte. (transfer full) */
H2 *httpd_h2_new (void);

/* Reads a header block; adds "name: value" (char*) to `headers`. `said` is what the block may
 * refer to, of this connection. FALSE when it cannot be read. */
gboolean hpack_read (GPtrArray *said, const guint8 *bytes, gsize n, GPtrArray *headers);

/* Appends a header, without compression. */
void hpack_write (GByteArray *out, const char *name, const char *value);
