/* SPDX-License-Identifier: MIT */
/* The names of time zones: what they are from UTC, and when they have summer time. */
#include "feed/date.h"

#include <string.h>

#include "tocsin/time.h"

typedef struct {
  const char *name;
  gint16 minutes;
  TcnDateRule rule;
} ZoneRow;

/* Where a name has several meanings, the one that most feeds were seen to mean comes first:
 * IST is India's, CST America's, BST Britain's. Letters alone are nobody's (RFC 5322, 4.3). */
static const ZoneRow abbreviations[] = {
  { "gmt", 0 },
  { "utc", 0 },
  { "ut", 0 },
  { "z", 0 },
  { "est", -300, TCN_DATE_AMERICAN },
  { "edt", -240, TCN_DATE_AMERICAN },
  { "cst", -360, TCN_DATE_AMERICAN },
  { "cdt", -300, TCN_DATE_AMERICAN },
  { "mst", -420, TCN_DATE_AMERICAN },
  { "mdt", -360, TCN_DATE_AMERICAN },
  { "pst", -480, TCN_DATE_AMERICAN },
  { "pdt", -420, TCN_DATE_AMERICAN },
  { "et", -300, TCN_DATE_US },
  { "ct", -360, TCN_DATE_US },
  { "mt", -420, TCN_DATE_US },
  { "pt", -480, TCN_DATE_US },
  { "at", -240, TCN_DATE_US },
  { "eastern", -300, TCN_DATE_US },
  { "central", -360, TCN_DATE_US },
  { "mountain", -420, TCN_DATE_US },
  { "pacific", -480, TCN_DATE_US },
  { "ast", -240, TCN_DATE_AMERICAN },
  { "adt", -180, TCN_DATE_AMERICAN },
  { "akst", -540, TCN_DATE_AMERICAN },
  { "akdt", -480, TCN_DATE_AMERICAN },
  { "hst", -600, TCN_DATE_AMERICAN },
  { "hast", -600, TCN_DATE_AMERICAN },
  { "hadt", -540, TCN_DATE_AMERICAN },
  /* Canada in French: heure avancée, heure normale */
  { "haa", -180 },
  { "hna", -240 },
  { "hae", -240 },
  { "hne", -300 },
  { "hac", -300 },
  { "hnc", -360 },
  { "har", -360 },
  { "hnr", -420 },
  { "hap", -420 },
  { "hnp", -480 },
  { "hat", -150 },
  { "hnt", -210 },
  { "nst", -210 },
  { "ndt", -150 },
  { "pmst", -180 },
  { "pmdt", -120 },
  { "brt", -180 },
  { "brst", -120 },
  { "art", -180 },
  { "uyt", -180 },
  { "clt", -240 },
  { "clst", -180 },
  { "pyt", -180 },
  { "bot", -240 },
  { "vet", -240 },
  { "gyt", -240 },
  { "amt", -240 },
  { "cot", -300 },
  { "pet", -300 },
  { "ect", -300 },
  { "act", -300 },
  { "galt", -360 },
  { "gft", -180 },
  { "srt", -180 },
  { "fkst", -180 },
  { "fnt", -120 },
  { "azot", -60 },
  { "azost", 0 },
  { "cvt", -60 },
  { "egt", -60 },
  { "wet", 0 },
  { "west", 60 },
  { "wedt", 60 },
  { "wez", 0 },
  { "wesz", 60 },
  { "bst", 60 },
  { "cet", 60 },
  { "cest", 120 },
  { "cedt", 120 },
  { "met", 60 },
  { "mez", 60 },
  { "mesz", 120 },
  { "mest", 120 },
  { "eet", 120 },
  { "eest", 180 },
  { "eedt", 180 },
  { "oez", 120 },
  { "oesz", 180 },
  { "msk", 180 },
  { "мск", 180 },
  { "msd", 240 },
  { "samt", 240 },
  { "yekt", 300 },
  { "omst", 360 },
  { "novt", 420 },
  { "krat", 420 },
  { "irkt", 480 },
  { "yakt", 540 },
  { "vlat", 600 },
  { "magt", 660 },
  { "pett", 720 },
  { "trt", 180 },
  { "idt", 180 },
  { "sast", 120 },
  { "cat", 120 },
  { "wast", 120 },
  { "eat", 180 },
  { "wat", 60 },
  { "mut", 240 },
  { "ret", 240 },
  { "sct", 240 },
  { "gst", 240 },
  { "azt", 240 },
  { "get", 240 },
  { "irst", 210 },
  { "irdt", 270 },
  { "aft", 270 },
  { "pkt", 300 },
  { "mvt", 300 },
  { "uzt", 300 },
  { "tjt", 300 },
  { "tmt", 300 },
  { "almt", 360 },
  { "kgt", 360 },
  { "btt", 360 },
  { "ist", 330 },
  { "npt", 345 },
  { "mmt", 390 },
  { "ict", 420 },
  { "wib", 420 },
  { "wita", 480 },
  { "wit", 540 },
  { "hkt", 480 },
  { "sgt", 480 },
  { "myt", 480 },
  { "pht", 480 },
  { "awst", 480 },
  { "jst", 540 },
  { "kst", 540 },
  { "pwt", 540 },
  { "acst", 570 },
  { "acdt", 630 },
  { "aest", 600 },
  { "aedt", 660 },
  { "pgt", 600 },
  { "chst", 600 },
  { "lhst", 630 },
  { "lhdt", 660 },
  { "nct", 660 },
  { "sbt", 660 },
  { "vut", 660 },
  { "nft", 660 },
  { "nzst", 720 },
  { "nzdt", 780 },
  { "fjt", 720 },
  { "chast", 765 },
  { "chadt", 825 },
  { "tot", 780 },
  { "sst", -660 },
  { "anat", 720 },
  { "anast", 720 },
  { "ckt", -600 },
  { "cxt", 420 },
  { "davt", 420 },
  { "gilt", 720 },
  { "gamt", -540 },
  { "hkst", 540 },
  { "irkst", 540 },
  { "krast", 480 },
  { "lint", 840 },
  { "mart", -570 },
  { "magst", 720 },
  { "mht", 720 },
  { "mawt", 300 },
  { "novst", 420 },
  { "nrt", 720 },
  { "nut", -660 },
  { "omsst", 420 },
  { "phot", 780 },
  { "pont", 660 },
  { "pyst", -180 },
  { "samst", 300 },
  { "taht", -600 },
  { "tft", 300 },
  { "tkt", 780 },
  { "tlt", 540 },
  { "tvt", 720 },
  { "uyst", -120 },
  { "vlast", 660 },
  { "wft", 720 },
  { "wakt", 720 },
  { "yakst", 600 },
  { "yekst", 360 },
  { "azst", 300 },
  { "amst", -180 },
  { "bnt", 480 },
  { "chot", 480 },
  { "chut", 600 },
  { "hovt", 420 },
  { "ulat", 480 },
  { "orat", 300 },
  { "qyzt", 360 },
  { "wgt", -180 },
  { "wgst", -120 },
  { "iot", 360 },
  { "fkt", -240 },
  { "egst", 0 },
  { "kost", 660 },
  { "lkt", 330 },
  { "easst", -300 },
  { "hdt", -540 },
};

/* The cities of the zone database that feeds name, and countries whose time has their name. */
static const ZoneRow cities[] = {
  { "india", 330 },
  { "japan", 540 },
  { "korea", 540 },
  { "china", 480 },
  { "british", 0, TCN_DATE_EU },
  { "new_york", -300, TCN_DATE_US },
  { "detroit", -300, TCN_DATE_US },
  { "toronto", -300, TCN_DATE_US },
  { "montreal", -300, TCN_DATE_US },
  { "chicago", -360, TCN_DATE_US },
  { "winnipeg", -360, TCN_DATE_US },
  { "denver", -420, TCN_DATE_US },
  { "edmonton", -420, TCN_DATE_US },
  { "phoenix", -420, TCN_DATE_AMERICAN },
  { "arizona", -420, TCN_DATE_AMERICAN },
  { "los_angeles", -480, TCN_DATE_US },
  { "vancouver", -480, TCN_DATE_US },
  { "anchorage", -540, TCN_DATE_US },
  { "honolulu", -600, TCN_DATE_AMERICAN },
  { "halifax", -240, TCN_DATE_US },
  { "mexico_city", -360 },
  { "bogota", -300 },
  { "lima", -300 },
  { "caracas", -240 },
  { "sao_paulo", -180 },
  { "buenos_aires", -180 },
  { "montevideo", -180 },
  { "london", 0, TCN_DATE_EU },
  { "dublin", 0, TCN_DATE_EU },
  { "lisbon", 0, TCN_DATE_EU },
  { "reykjavik", 0 },
  { "paris", 60, TCN_DATE_EU },
  { "brussels", 60, TCN_DATE_EU },
  { "amsterdam", 60, TCN_DATE_EU },
  { "luxembourg", 60, TCN_DATE_EU },
  { "berlin", 60, TCN_DATE_EU },
  { "vienna", 60, TCN_DATE_EU },
  { "zurich", 60, TCN_DATE_EU },
  { "madrid", 60, TCN_DATE_EU },
  { "rome", 60, TCN_DATE_EU },
  { "malta", 60, TCN_DATE_EU },
  { "copenhagen", 60, TCN_DATE_EU },
  { "oslo", 60, TCN_DATE_EU },
  { "stockholm", 60, TCN_DATE_EU },
  { "warsaw", 60, TCN_DATE_EU },
  { "prague", 60, TCN_DATE_EU },
  { "bratislava", 60, TCN_DATE_EU },
  { "budapest", 60, TCN_DATE_EU },
  { "zagreb", 60, TCN_DATE_EU },
  { "ljubljana", 60, TCN_DATE_EU },
  { "belgrade", 60, TCN_DATE_EU },
  { "sarajevo", 60, TCN_DATE_EU },
  { "helsinki", 120, TCN_DATE_EU },
  { "tallinn", 120, TCN_DATE_EU },
  { "riga", 120, TCN_DATE_EU },
  { "vilnius", 120, TCN_DATE_EU },
  { "athens", 120, TCN_DATE_EU },
  { "bucharest", 120, TCN_DATE_EU },
  { "sofia", 120, TCN_DATE_EU },
  { "kiev", 120, TCN_DATE_EU },
  { "kyiv", 120, TCN_DATE_EU },
  { "minsk", 180 },
  { "moscow", 180 },
  { "istanbul", 180 },
  { "baghdad", 180 },
  { "riyadh", 180 },
  { "damascus", 180 },
  { "nairobi", 180 },
  { "johannesburg", 120 },
  { "lagos", 60 },
  { "tehran", 210 },
  { "dubai", 240 },
  { "tbilisi", 240 },
  { "kabul", 270 },
  { "karachi", 300 },
  { "tashkent", 300 },
  { "kolkata", 330 },
  { "calcutta", 330 },
  { "colombo", 330 },
  { "kathmandu", 345 },
  { "dhaka", 360 },
  { "bangkok", 420 },
  { "jakarta", 420 },
  { "ho_chi_minh", 420 },
  { "saigon", 420 },
  { "shanghai", 480 },
  { "hong_kong", 480 },
  { "taipei", 480 },
  { "singapore", 480 },
  { "kuala_lumpur", 480 },
  { "manila", 480 },
  { "perth", 480 },
  { "tokyo", 540 },
  { "seoul", 540 },
  { "adelaide", 570, TCN_DATE_AU },
  { "darwin", 570 },
  { "brisbane", 600 },
  { "sydney", 600, TCN_DATE_AU },
  { "melbourne", 600, TCN_DATE_AU },
  { "canberra", 600, TCN_DATE_AU },
  { "hobart", 600, TCN_DATE_AU },
  { "auckland", 720, TCN_DATE_NZ },
};

static const ZoneRow *
find_zone (const ZoneRow *rows, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (name, rows[i].name) == 0)
      return &rows[i];
  return NULL;
}

gboolean
tcn_date_zone (const char *name, int *out_minutes, TcnDateRule *out_rule)
{
  const ZoneRow *row = find_zone (abbreviations, G_N_ELEMENTS (abbreviations), name);

  if (row == NULL)
    row = find_zone (cities, G_N_ELEMENTS (cities), name);
  if (row == NULL)
    return FALSE;
  *out_minutes = row->minutes;
  *out_rule = row->rule;
  return TRUE;
}

/* The day number of the nth Sunday of a month; 5 is the last. */
static gint64
find_sunday (int year, guint month, guint nth)
{
  guint day = nth == 5 ? tcn_days_in_month (year, month) - 6 : (nth - 1) * 7 + 1;
  gint64 days = tcn_days_from_civil (year, month, day);

  return days + (6 - ((days + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

gboolean
tcn_date_is_summer (TcnDateRule rule, int zone_minutes, gint64 days, int seconds)
{
  static const struct {
    TcnDateRule rule;
    int until_year;
    guint start_month, start_sunday, end_month, end_sunday;
  } rows[] = {
    { TCN_DATE_US, 2006, 4, 1, 10, 5 }, { TCN_DATE_US, 9999, 3, 2, 11, 1 },
    { TCN_DATE_EU, 9999, 3, 5, 10, 5 }, { TCN_DATE_AU, 9999, 10, 1, 4, 1 },
    { TCN_DATE_NZ, 9999, 9, 5, 4, 1 },
  };
  gint64 now = days * 86400 + seconds;
  TcnCivil civil;

  if (!tcn_civil_from_unix (now, &civil))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    /* Clocks change at 2:00, in Europe at 1:00 UTC; back an hour later by the clock, but in
     * America at 2:00 again. */
    int change = rule == TCN_DATE_EU ? 3600 + zone_minutes * 60 : 7200;
    int back = rule == TCN_DATE_US ? 7200 : change + 3600;
    gint64 start, end;

    if (rows[i].rule != rule || civil.year > rows[i].until_year)
      continue;
    start = find_sunday (civil.year, rows[i].start_month, rows[i].start_sunday);
    end = find_sunday (civil.year, rows[i].end_month, rows[i].end_sunday);
    if (start < end)
      return now >= start * 86400 + change && now < end * 86400 + back;
    return now >= start * 86400 + change || now < end * 86400 + back;
  }
  return FALSE;
}
