/* SPDX-License-Identifier: MIT */
#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

typedef struct {
  guint32 prefix;
  guint bits;
} Range4;

/* RFC 6890 and what came after: whatever is not globally reachable. */
static const Range4 private4[] = {
  { 0x00000000, 8 },  /* "this network"; Linux connects to the loopback */
  { 0x0a000000, 8 },  /* 10/8 */
  { 0x64400000, 10 }, /* 100.64/10, carriers' shared space */
  { 0x7f000000, 8 },  /* loopback */
  { 0xa9fe0000, 16 }, /* link-local, and the clouds' metadata */
  { 0xac100000, 12 }, /* 172.16/12 */
  { 0xc0000000, 24 }, /* protocol assignments */
  { 0xc0000200, 24 }, /* documentation */
  { 0xc0a80000, 16 }, /* 192.168/16 */
  { 0xc6120000, 15 }, /* benchmarks */
  { 0xc6336400, 24 }, /* documentation */
  { 0xcb007100, 24 }, /* documentation */
  { 0xe0000000, 4 },  /* multicast */
  { 0xf0000000, 4 },  /* reserved, and broadcast */
};

static gboolean
is_private4 (guint32 address)
{
  for (gsize i = 0; i < G_N_ELEMENTS (private4); i++) {
    guint32 mask = 0xffffffffu << (32 - private4[i].bits);

    if ((address & mask) == private4[i].prefix)
      return TRUE;
  }
  return FALSE;
}

static guint32
read_be32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 |
         bytes[3];
}

typedef struct {
  guint8 prefix[16];
  guint bits;
  int embedded_at; /* where an IPv4 address stands that decides; -1: private as a whole */
} Range6;

static const Range6 ranges6[] = {
  { { [10] = 0xff, [11] = 0xff }, 96, 12 },     /* ::ffff:0:0/96, mapped */
  { { 0 }, 96, 12 },                            /* ::/96, compatible; ::, ::1 with 0/8 */
  { { 0, 0x64, 0xff, 0x9b, [6] = 0 }, 96, 12 }, /* 64:ff9b::/96, NAT64 */
  { { 0, 0x64, 0xff, 0x9b, 0, 1 }, 48, -1 },    /* 64:ff9b:1::/48, local NAT64 */
  { { [8] = 0xff, [9] = 0xff }, 96, 12 },       /* ::ffff:0:0:0/96, translated */
  { { 0x20, 0x02 }, 16, 2 },                    /* 2002::/16, 6to4 */
  { { 0x20, 0x01 }, 32, -1 },                   /* 2001::/32, Teredo */
  { { 0x20, 0x01, 0x0d, 0xb8 }, 32, -1 },       /* documentation */
  { { 0x01 }, 64, -1 },                         /* 100::/64, discard */
  { { 0xfc }, 7, -1 },                          /* unique local */
  { { 0xfe, 0x80 }, 10, -1 },                   /* link-local */
  { { 0xfe, 0xc0 }, 10, -1 },                   /* site-local of old */
  { { 0xff }, 8, -1 },                          /* multicast */
};

static gboolean
has_prefix6 (const guint8 *address, const Range6 *range)
{
  guint bytes = range->bits / 8;
  guint rest = range->bits % 8;
  guint8 mask = (guint8) (0xff00u >> rest);

  if (memcmp (address, range->prefix, bytes) != 0)
    return FALSE;
  return rest == 0 || (address[bytes] & mask) == (range->prefix[bytes] & mask);
}

static gboolean
is_private6 (const guint8 *address)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ranges6); i++) {
    const Range6 *range = &ranges6[i];

    if (has_prefix6 (address, range))
      return range->embedded_at < 0 ||
             is_private4 (read_be32 (address + range->embedded_at));
  }
  return FALSE;
}

gboolean
tcn_address_is_private (const struct sockaddr *address)
{
  struct sockaddr_in in4;
  struct sockaddr_in6 in6;

  switch (address->sa_family) {
  case AF_INET:
    memcpy (&in4, address, sizeof in4);
    return is_private4 (ntohl (in4.sin_addr.s_addr));
  case AF_INET6:
    memcpy (&in6, address, sizeof in6);
    return is_private6 (in6.sin6_addr.s6_addr);
  default:
    return TRUE;
  }
}

gboolean
tcn_address_host_is_private (const char *host)
{
  g_autofree char *bare = NULL;
  struct in_addr in4;
  struct in6_addr in6;
  gsize length;

  if (host[0] == '[')
    bare = g_strndup (host + 1, strcspn (host + 1, "%]"));
  else
    bare = g_ascii_strdown (host, -1);
  length = strlen (bare);
  if (length > 0 && bare[length - 1] == '.')
    bare[length - 1] = '\0';
  if (inet_pton (AF_INET6, bare, &in6) == 1)
    return is_private6 (in6.s6_addr);
  /* inet_aton takes the octal, hexadecimal and short forms too, as connecting would. */
  if (inet_aton (bare, &in4) != 0)
    return is_private4 (ntohl (in4.s_addr));
  return g_str_equal (bare, "localhost") || g_str_has_suffix (bare, ".localhost") ||
         g_str_equal (bare, "ip6-localhost") ||
         g_str_equal (bare, "localhost.localdomain");
}

guint
tcn_address_port (const struct sockaddr *address)
{
  struct sockaddr_in in4;
  struct sockaddr_in6 in6;

  switch (address->sa_family) {
  case AF_INET:
    memcpy (&in4, address, sizeof in4);
    return ntohs (in4.sin_port);
  case AF_INET6:
    memcpy (&in6, address, sizeof in6);
    return ntohs (in6.sin6_port);
  default:
    return 0;
  }
}

char *
tcn_address_to_string (const struct sockaddr *address)
{
  char text[INET6_ADDRSTRLEN] = "?";
  struct sockaddr_in in4;
  struct sockaddr_in6 in6;

  if (address->sa_family == AF_INET) {
    memcpy (&in4, address, sizeof in4);
    inet_ntop (AF_INET, &in4.sin_addr, text, sizeof text);
  } else if (address->sa_family == AF_INET6) {
    memcpy (&in6, address, sizeof in6);
    inet_ntop (AF_INET6, &in6.sin6_addr, text, sizeof text);
  }
  return g_strdup (text);
}
