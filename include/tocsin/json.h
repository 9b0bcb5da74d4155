/* SPDX-License-Identifier: MIT */
/*
 * Writing JSON: the few calls that every JSON output is made of. They append to a string;
 * braces, commas and keys are the caller's. No blanks outside strings.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A string, quoted and escaped; `null` for NULL. `s` is valid UTF-8. */
void tcn_json_string (GString *out, const char *s);

void tcn_json_int (GString *out, gint64 value);

/* A time as "2026-11-22T14:07:09Z"; `null` for TCN_TIME_NONE and for years that RFC 3339
 * cannot write. */
void tcn_json_time (GString *out, gint64 unix_time);

/* The same without quotes; NULL where JSON says null. (transfer full) (nullable) */
char *tcn_time_format_utc (gint64 unix_time);

G_END_DECLS
