/* SPDX-License-Identifier: MIT */
#include "net/netrc.h"

#include <string.h>

/* "host user password" of each login, sorted, by semicolons; "" for none */
static char *
describe (const char *text)
{
  g_autoptr (GHashTable) logins = tcn_netrc_parse (text);
  g_autoptr (GList) hosts = logins != NULL ? g_hash_table_get_keys (logins) : NULL;
  g_autoptr (GString) out = g_string_new ("");

  hosts = g_list_sort (hosts, (GCompareFunc) strcmp);
  for (GList *l = hosts; l != NULL; l = l->next) {
    const TcnLogin *login = g_hash_table_lookup (logins, l->data);

    g_string_append_printf (out, "%s%s %s %s", out->len > 0 ? "; " : "", (char *) l->data,
                            login->user, login->password);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static const struct {
  const char *name;
  const char *text;
  const char *expected;
} rows[] = {
  { "plain", "machine a login u password p", "a u p" },
  { "many", "machine a login u password p\nmachine b login v password q",
    "a u p; b v q" },
  { "lines", "machine\na\n\tlogin\n\tu\r\n\tpassword\r\n\tp\r\n", "a u p" },
  { "order", "machine a password p account x login u", "a u p" },
  { "case", "MACHINE News.Example Login U Password P", "news.example U P" },
  { "first", "machine a login u password p machine a login v password q", "a u p" },
  { "quoted", "machine a login \"u v\" password \"p \\\"q\\\" \\\\\"",
    "a u v p \"q\" \\" },
  { "no password", "machine a login u\nmachine b login v password q", "a u ; b v q" },
  { "no login", "machine a password p", "" },
  { "comment",
    "# machine c login u password p\nmachine a login u password p # machine d\n",
    "a u p" },
  { "comment inside", "machine a\n#machine b\nlogin u\n# password no\npassword p",
    "a u p" },
  { "no comment", "machine a login u password #p", "a u #p" },
  { "default", "default login anonymous password leak", "" },
  { "default last", "machine a login u password p\ndefault login anonymous password leak",
    "a u p" },
  { "default without host", "machine a default login anonymous password leak", "" },
  { "macro",
    "machine a login u password p\nmacdef init\ncd /pub\nmachine b login v\n"
    "\nmachine c login w password r",
    "a u p; c w r" },
  { "macro without end", "macdef init\nmachine b login v password q\n", "" },
  { "values that are keywords", "machine machine login login password default",
    "machine login default" },
  { "unknown", "machine a port 21 login u password p", "a u p" },
  { "cut", "machine a login u password", "a u " },
  { "cut in quotes", "machine a login u password \"p", "a u p" },
  { "empty", " \n", "" },
};

static void
test_netrc_reads (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *got = describe (rows[i].text);

    g_test_message ("%s", rows[i].name);
    g_assert_cmpstr (got, ==, rows[i].expected);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/netrc/reads", test_netrc_reads);
  return g_test_run ();
}
