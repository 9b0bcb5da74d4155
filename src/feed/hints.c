/* SPDX-License-Identifier: MIT */
/* What a feed says of when it wants to be asked. */
#include "feed/reader.h"

/* Some write "for ever" in digits; it is no reason to ask more often. */
#define MAX_TTL_MINUTES (60 * 24 * 365)

static guint
read_number (const char *text, guint max)
{
  guint64 number = 0;

  return g_ascii_string_to_unsigned (text, 10, 0, max, &number, NULL) ? (guint) number
                                                                      : 0;
}

void
tcn_reader_set_hint (TcnReader *reader, const TcnElement *element, const char *text)
{
  static const char *const days[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };
  static const struct {
    const char *name;
    guint seconds;
  } periods[] = { { "hourly", 3600 },
                  { "daily", 86400 },
                  { "weekly", 7 * 86400 },
                  { "monthly", 30 * 86400 },
                  { "yearly", 365 * 86400 } };

  switch (element->action) {
  case TCN_DO_TTL:
    reader->feed->ttl_s = MIN (read_number (text, G_MAXUINT), MAX_TTL_MINUTES) * 60;
    break;
  case TCN_DO_HOUR:
    if (g_ascii_isdigit (*text)) /* 24 is 0 in RSS 0.91 */
      reader->feed->skip_hours |= 1u << (read_number (text, 24) % 24);
    break;
  case TCN_DO_DAY:
    for (guint i = 0; i < G_N_ELEMENTS (days); i++)
      if (g_ascii_strncasecmp (text, days[i], 3) == 0)
        reader->feed->skip_days |= (guint8) (1u << i);
    break;
  case TCN_DO_PERIOD:
    for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
      if (g_ascii_strcasecmp (text, periods[i].name) == 0)
        reader->period_s = periods[i].seconds;
    break;
  default:
    reader->frequency = read_number (text, 10000);
    break;
  }
}
