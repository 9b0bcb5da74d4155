/* SPDX-License-Identifier: MIT */
/*
 * Which addresses of the Internet a stranger may send us to: the public ones. Pure.
 */
#pragma once

#include <glib.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* Loopback, private, link-local, shared (RFC 6598), multicast, reserved, or a way to
 * write one of them in IPv6 (mapped, compatible, 6to4, NAT64, Teredo). Families other
 * than IP are private too. */
gboolean tcn_address_is_private (const struct sockaddr *address);

/* The same of a host as a URL names it: an address in any spelling that libcurl
 * understands, brackets and zone included, or "localhost" and names below it. FALSE for
 * any other name. */
gboolean tcn_address_host_is_private (const char *host);

/* 0 for families other than IP. */
guint tcn_address_port (const struct sockaddr *address);

/* "192.0.2.1", "2001:db8::1", or "?" (transfer full) */
char *tcn_address_to_string (const struct sockaddr *address);

G_END_DECLS
