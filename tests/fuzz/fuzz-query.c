/* SPDX-License-Identifier: MIT */
/* Any bytes as a query. What is refused must say where, inside of the query; what is accepted
 * must describe itself and be equal to itself read again. */
#include "fuzz.h"

#include <string.h>

#include "tocsin/query.h"

static GPtrArray *
new_faults (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
}

static void
check_faults (const char *text, gsize length, const GPtrArray *faults,
              gboolean is_accepted)
{
  TcnFaultPlace place = { .place = "query:1", .line = text };
  g_autoptr (GString) out = g_string_new (NULL);
  guint n_refusals = 0;

  for (guint i = 0; i < faults->len; i++) {
    const TcnFault *fault = g_ptr_array_index (faults, i);

    n_refusals += !fault->is_warning;
    g_assert (fault->start <= fault->end && fault->start <= length);
    if (g_utf8_validate (text, -1, NULL))
      tcn_fault_print (out, fault, &place);
  }
  g_assert ((n_refusals == 0) == is_accepted);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (TcnDefines) defines = tcn_defines_new ();
  TcnQueryOptions options = { .defines = defines };
  g_autoptr (GPtrArray) faults = new_faults ();
  g_autoptr (GPtrArray) again = new_faults ();
  g_autoptr (TcnQuery) query = NULL;
  g_autoptr (TcnQuery) second = NULL;
  g_autofree char *description = NULL;

  tcn_defines_add (defines, "a", "x1 OR @b");
  tcn_defines_add (defines, "b", text);
  query = tcn_query_parse (text, &options, faults);
  check_faults (text, strlen (text), faults, query != NULL);
  if (query == NULL)
    return 0;
  description = tcn_query_describe (query);
  second = tcn_query_parse (text, &options, again);
  g_assert (second != NULL && tcn_query_equal (query, second));
  return 0;
}
