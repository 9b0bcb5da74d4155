/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "rules/lexer.h"
#include "tocsin/query.h"
#include "tocsin/text.h"

void
tcn_fault_free (TcnFault *fault)
{
  if (fault == NULL)
    return;
  g_free (fault->message);
  g_free (fault->remedy);
  g_free (fault);
}

static void
add_fault (GPtrArray *faults, gsize start, gsize end, gboolean is_warning, char *message,
           char *remedy)
{
  TcnFault *fault = g_new0 (TcnFault, 1);

  fault->start = start;
  fault->end = MAX (start, end);
  fault->is_warning = is_warning;
  fault->message = message;
  fault->remedy = remedy;
  g_ptr_array_add (faults, fault);
}

void
tcn_fault_add (GPtrArray *faults, gsize start, gsize end, char *message, char *remedy)
{
  add_fault (faults, start, end, FALSE, message, remedy);
}

void
tcn_fault_warn (GPtrArray *faults, gsize start, gsize end, char *message, char *remedy)
{
  add_fault (faults, start, end, TRUE, message, remedy);
}

void
tcn_fault_print (GString *out, const TcnFault *fault, const TcnFaultPlace *place)
{
  gsize length = strlen (place->line);
  gsize start = MIN (place->offset + fault->start, length);
  gsize end = MIN (place->offset + fault->end, length);

  g_string_append_printf (out, "%s:%u: ", place->place,
                          tcn_text_graphemes (place->line, start) + 1);
  if (place->subject != NULL)
    g_string_append_printf (out, "%s: ", place->subject);
  g_string_append_printf (out, "%s%s\n", fault->is_warning ? "warning: " : "",
                          fault->message);
  tcn_text_caret (out, place->line, start, end);
  if (fault->remedy != NULL)
    g_string_append_printf (out, "  %s\n", fault->remedy);
}
