/* SPDX-License-Identifier: MIT */
/* The words of dates: months in the languages that feeds were seen to use, and zones. */
#include "feed/date.h"

#include <string.h>

#define MAX_SPELLINGS 18

/* Beginnings of the names, in lower case and without accents; English first. */
static const char *const months[12][MAX_SPELLINGS] = {
  { "jan", "ene", "gen", "янв", "ιαν", "oca", "sty", "يناير", "січ", "tammi" },
  { "feb", "fev", "фев", "φεβ", "sub", "lut", "فبراير", "лют", "helmi", "unor" },
  { "mar", "mrz", "maer", "mrt", "мар", "μαρ", "مارس", "бер", "maalis" },
  { "apr", "avr", "abr", "апр", "απρ", "nis", "kwi", "ابريل", "أبريل", "кві", "huhti" },
  { "may", "mai", "mag", "maj", "mei", "маи", "мая", "μαι", "μαϊ", "مايو", "тра",
    "touko" },
  { "jun", "juin", "giu", "июн", "ιουν", "haz", "cze", "يونيو", "чер", "kesa" },
  { "jul", "juil", "lug", "июл", "ιουλ", "tem", "lip", "يوليو", "heina" },
  { "aug", "aou", "ago", "авг", "αυγ", "agu", "sie", "اغسطس", "أغسطس", "сер", "elo" },
  { "sep", "set", "szept", "сен", "σεπ", "eyl", "wrz", "سبتمبر", "вер", "syys" },
  { "oct", "okt", "ott", "out", "окт", "οκτ", "eki", "paz", "اكتوبر", "أكتوبر", "жов",
    "loka" },
  { "nov", "ноя", "νοε", "kas", "نوفمبر", "marras" },
  { "dec", "dez", "dic", "дек", "δεκ", "ara", "gru", "ديسمبر", "гру", "joulu" },
};

static const struct {
  const char *name;
  gint16 minutes;
} zones[] = {
  { "gmt", 0 },     { "utc", 0 },     { "ut", 0 },     { "z", 0 },       { "est", -300 },
  { "edt", -240 },  { "cst", -360 },  { "cdt", -300 }, { "mst", -420 },  { "mdt", -360 },
  { "pst", -480 },  { "pdt", -420 },  { "et", -300 },  { "ct", -360 },   { "mt", -420 },
  { "pt", -480 },   { "at", -240 },   { "ast", -240 }, { "adt", -180 },  { "akst", -540 },
  { "akdt", -480 }, { "hst", -600 },  { "nst", -210 }, { "ndt", -150 },  { "wet", 0 },
  { "west", 60 },   { "bst", 60 },    { "cet", 60 },   { "cest", 120 },  { "met", 60 },
  { "mez", 60 },    { "mesz", 120 },  { "mest", 120 }, { "eet", 120 },   { "eest", 180 },
  { "msk", 180 },   { "msd", 240 },   { "trt", 180 },  { "idt", 180 },   { "sast", 120 },
  { "cat", 120 },   { "eat", 180 },   { "wat", 60 },   { "gst", 240 },   { "irst", 210 },
  { "pkt", 300 },   { "ist", 330 },   { "npt", 345 },  { "ict", 420 },   { "wib", 420 },
  { "hkt", 480 },   { "sgt", 480 },   { "pht", 480 },  { "awst", 480 },  { "jst", 540 },
  { "kst", 540 },   { "acst", 570 },  { "acdt", 630 }, { "aest", 600 },  { "aedt", 660 },
  { "nzst", 720 },  { "nzdt", 780 },  { "brt", -180 }, { "brst", -120 }, { "art", -180 },
  { "clt", -240 },  { "clst", -180 },
};

guint
tcn_date_month (const char *word)
{
  for (guint month = 0; month < G_N_ELEMENTS (months); month++)
    for (guint i = 0; i < MAX_SPELLINGS && months[month][i] != NULL; i++)
      if (strncmp (word, months[month][i], strlen (months[month][i])) == 0)
        return month + 1;
  return 0;
}

/* RFC 822's letters, with its signs: A is one hour west. J is none. */
static gboolean
find_military (char letter, int *out_minutes)
{
  static const char west[] = "abcdefghiklm";
  static const char east[] = "nopqrstuvwxy";
  const char *in_west = strchr (west, letter);
  const char *in_east = strchr (east, letter);

  if (in_west != NULL)
    *out_minutes = -60 * (int) (in_west - west + 1);
  else if (in_east != NULL)
    *out_minutes = 60 * (int) (in_east - east + 1);
  return in_west != NULL || in_east != NULL;
}

gboolean
tcn_date_zone (const char *name, int *out_minutes)
{
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    if (strcmp (name, zones[i].name) == 0) {
      *out_minutes = zones[i].minutes;
      return TRUE;
    }
  return name[0] != '\0' && name[1] == '\0' && find_military (name[0], out_minutes);
}
