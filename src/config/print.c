/* SPDX-License-Identifier: MIT */
#include "tocsin/config.h"

#include "tocsin/query.h"

void
tcn_config_fault_print (GString *out, const TcnConfigFault *fault)
{
  g_autofree char *name = g_filename_display_name (fault->file);
  g_autofree char *place = g_strdup_printf ("%s:%u", name, fault->line);
  TcnFaultPlace where = { .place = place, .line = fault->source_line };
  TcnFault what = {
    .start = fault->start,
    .end = fault->end,
    .is_warning = fault->is_warning,
    .message = fault->message,
    .remedy = fault->remedy,
  };

  if (fault->line > 0) {
    tcn_fault_print (out, &what, &where);
    return;
  }
  g_string_append_printf (out, "%s: %s%s\n", name, fault->is_warning ? "warning: " : "",
                          fault->message);
  if (fault->remedy != NULL)
    g_string_append_printf (out, "  %s\n", fault->remedy);
}
