/* SPDX-License-Identifier: MIT */
/* Dates as feeds write them: RFC 822, RFC 3339, ISO 8601, asctime and what people type. */
#pragma once

#include <glib.h>

/* Seconds since the epoch; TCN_TIME_NONE when `text` is no date, or an impossible one. A date
 * without a zone is taken as UTC, one without a time as midnight. */
gint64 tcn_date_parse (const char *text);

/* A number as JSON has it: seconds or milliseconds since the epoch. */
gint64 tcn_date_from_number (gdouble number);

/* The month (1 to 12) that a word in one of the languages known here begins with; 0 if none.
 * The word is in lower case, without accents. */
guint tcn_date_month (const char *word);

/* The offset from UTC of a named zone, in minutes; FALSE if it is unknown. Lower case. */
gboolean tcn_date_zone (const char *name, int *out_minutes);
