/* SPDX-License-Identifier: MIT */
#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

typedef struct {
  const char *address;
  gboolean is_private;
} Row;

static const Row rows[] = {
  { "0.0.0.0", TRUE },
  { "0.1.2.3", TRUE },
  { "9.255.255.255", FALSE },
  { "10.0.0.0", TRUE },
  { "10.255.255.255", TRUE },
  { "11.0.0.0", FALSE },
  { "100.63.255.255", FALSE },
  { "100.64.0.0", TRUE },
  { "100.127.255.255", TRUE },
  { "100.128.0.0", FALSE },
  { "126.255.255.255", FALSE },
  { "127.0.0.1", TRUE },
  { "127.255.255.255", TRUE },
  { "128.0.0.1", FALSE },
  { "169.253.0.1", FALSE },
  { "169.254.169.254", TRUE },
  { "172.15.255.255", FALSE },
  { "172.16.0.0", TRUE },
  { "172.31.255.255", TRUE },
  { "172.32.0.0", FALSE },
  { "192.167.0.1", FALSE },
  { "192.168.0.1", TRUE },
  { "192.169.0.1", FALSE },
  { "198.18.0.1", TRUE },
  { "198.20.0.1", FALSE },
  { "224.0.0.1", TRUE },
  { "255.255.255.255", TRUE },
  { "1.1.1.1", FALSE },
  { "93.184.216.34", FALSE },
  { "::", TRUE },
  { "::1", TRUE },
  { "::ffff:10.0.0.1", TRUE },
  { "::ffff:8.8.8.8", FALSE },
  { "::192.168.0.1", TRUE },
  { "64:ff9b::a00:1", TRUE },
  { "64:ff9b::808:808", FALSE },
  { "64:ff9b:1::1", TRUE },
  { "2002:a00:1::", TRUE },
  { "2002:808:808::", FALSE },
  { "2001:0:1::", TRUE },
  { "2001:4860:4860::8888", FALSE },
  { "2001:db8::1", TRUE },
  { "2606:4700::1", FALSE },
  { "fbff::1", FALSE },
  { "fc00::1", TRUE },
  { "fdff::1", TRUE },
  { "fe80::1", TRUE },
  { "febf::1", TRUE },
  { "fec0::1", TRUE },
  { "ff02::1", TRUE },
  { "100::1", TRUE },
  { "100:0:0:1::1", FALSE },
};

static void
test_address_private_ranges (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct sockaddr_storage address = { 0 };
    struct sockaddr_in *in4 = (struct sockaddr_in *) &address;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *) &address;

    if (inet_pton (AF_INET, rows[i].address, &in4->sin_addr) == 1)
      address.ss_family = AF_INET;
    else if (inet_pton (AF_INET6, rows[i].address, &in6->sin6_addr) == 1)
      address.ss_family = AF_INET6;

    g_test_message ("%s", rows[i].address);
    g_assert_cmpint (tcn_address_is_private ((struct sockaddr *) &address), ==,
                     rows[i].is_private);
  }
}

static void
test_address_other_families_are_private (void)
{
  const struct sockaddr address = { .sa_family = AF_UNIX };

  g_assert_true (tcn_address_is_private (&address));
}

static void
test_address_hosts_as_urls_name_them (void)
{
  static const Row hosts[] = {
    { "127.0.0.1", TRUE },
    { "2130706433", TRUE },
    { "0x7f000001", TRUE },
    { "0177.0.0.1", TRUE },
    { "127.1", TRUE },
    { "8.8.8.8", FALSE },
    { "[::1]", TRUE },
    { "[fe80::1%25eth0]", TRUE },
    { "[2606:4700::1]", FALSE },
    { "localhost", TRUE },
    { "LocalHost.", TRUE },
    { "a.localhost", TRUE },
    { "localhost.example", FALSE },
    { "example.org", FALSE },
    { "notlocalhost", FALSE },
    { "10.example", FALSE },
    { "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_test_message ("%s", hosts[i].address);
    g_assert_cmpint (tcn_address_host_is_private (hosts[i].address), ==,
                     hosts[i].is_private);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/private-ranges", test_address_private_ranges);
  g_test_add_func ("/address/other-families-are-private",
                   test_address_other_families_are_private);
  g_test_add_func ("/address/hosts-as-urls-name-them",
                   test_address_hosts_as_urls_name_them);
  return g_test_run ();
}
