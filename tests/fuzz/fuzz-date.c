/* SPDX-License-Identifier: MIT */
/* A date: what is read of it can be written, and is read back as the same. */
#include "fuzz.h"

#include "feed/date.h"
#include "tocsin/item.h"
#include "tocsin/json.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *bytes = g_strndup ((const char *) data, size);
  g_autofree char *text = g_utf8_make_valid (bytes, -1);
  gint64 time = tcn_date_parse (text);
  g_autofree char *written = tcn_time_format_utc (time);

  g_assert_cmpint (written == NULL, ==, time == TCN_TIME_NONE);
  if (written != NULL)
    g_assert_cmpint (tcn_date_parse (written), ==, time);
  return 0;
}
