/* SPDX-License-Identifier: MIT */
/* The words of dates in the languages that feeds were seen to use. */
#include "feed/date.h"

#include <string.h>

#define MAX_SPELLINGS 40

/* Beginnings of the names, in lower case and without accents; English first. Of several that
 * fit the longest holds. */
static const char
    *const months[12][MAX_SPELLINGS] = {
      { "jan",  "ene",   "gen",   "янв", "яну", "јан", "ιαν", "oca", "sty",  "led",
        "tam",  "يناير", "كانون", "січ", "ינו", "ian", "yan", "xan", "jaan", "sij",
        "saus", "сту",   "ژانو",  "urt", "ion", "қаң", "հնվ", "იან", "มกร",  "հունվ" },
      { "feb",  "fev", "фев", "φεβ",  "sub",  "lut", "hel", "uno", "فبراير",
        "شباط", "лют", "פבר", "veeb", "velj", "феб", "vas", "فور", "ots",
        "chw",  "shk", "peb", "ақп",  "փտվ",  "თებ", "փետ", "กมภ" },
      { "mar", "mrz",  "maer", "mrt", "maa", "bre", "мар", "μαρ",
        "μαω", "مارس", "اذار", "бер", "מרץ", "ozu", "kov", "сак",
        "mac", "maw",  "нау",  "մրտ", "მარ", "մար", "มนา" },
      { "apr",  "avr",   "abr",   "апр", "απρ", "nis", "kwi", "dub",
        "huh",  "ابريل", "نيسان", "кві", "אפר", "tra", "bal", "кра",
        "اوری", "api",   "ebr",   "pri", "сәу", "ապր", "აპრ", "เมษ" },
      { "may", "mai", "mag", "maj", "mei",  "mau",  "kve", "tou",
        "маи", "мая", "мај", "μαι", "مايو", "ايار", "тра", "מאי",
        "svi", "geg", "مه",  "мам", "մյս",  "მაი",  "մայ", "พฤษ" },
      { "jun", "jui",   "giu",   "июн",   "јун",    "юни",  "ιουν",  "ιον",  "haz",
        "cze", "cerv",  "kes",   "يونيو", "حزيران", "чер",  "יונ",   "iun",  "iyun",
        "xun", "juuni", "lipnj", "cvn",   "iyn",    "birz", "чэр",   "ژوين", "eka",
        "meh", "qer",   "hun",   "мау",   "հնս",    "ივნ",  "հունի", "มถน" },
      { "jul",  "juil",    "lug",      "июл",   "јул",   "юли",  "ιουλ", "ιολ",  "tem",
        "lip",  "cervenc", "cervenec", "hei",   "يوليو", "تموز", "лип",  "יול",  "iul",
        "iyul", "xul",     "juuli",    "srpnj", "cvc",   "iyl",  "liep", "ліп",  "ژويی",
        "uzt",  "gor",     "hul",      "шіл",   "հլս",   "ივლ",  "kor",  "հուլ", "กรก" },
      { "aug", "aou", "ago", "авг", "αυγ", "agu",  "sie", "srp",  "elo", "اغسطس",
        "сер", "אוג", "kol", "ag",  "avg", "avq",  "ogo", "rugp", "жні", "اوت",
        "abu", "там", "օգս", "აგვ", "aws", "gush", "สงห", "օգո" },
      { "sep",  "set",    "szept", "сен", "сеп", "σεπ", "eyl",  "wrz", "zar",
        "syy",  "سبتمبر", "ايلول", "вер", "ספט", "ruj", "sent", "sen", "rugs",
        "سپتا", "ira",    "sht",   "қыр", "սեպ", "სექ", "medi", "กนย" },
      { "oct", "okt", "ott",    "out", "окт", "οκτ",  "eki", "paz",
        "rij", "lok", "اكتوبر", "жов", "אוק", "spal", "кас", "اکتب",
        "urr", "hyd", "tet",    "қаз", "հոկ", "ოქტ",  "ตลา" },
      { "nov",    "noi",    "noy", "ноя", "ное", "нов",   "νοε", "kas",  "lis",
        "marras", "نوفمبر", "лис", "נוב", "stu", "lapkr", "ліс", "نوام", "aza",
        "nen",    "nob",    "қар", "նոյ", "ნოე", "tach",  "พฤศ" },
      { "dec",  "dez", "des",    "dic", "дек", "дец", "δεκ",  "ara", "gru",
        "pro",  "jou", "ديسمبر", "гру", "דצמ", "det", "сне",  "dek", "dis",
        "دسام", "abe", "dhj",    "жел", "դեկ", "დეკ", "rhag", "ธนว" },
    };

static const struct {
  const char *name; /* two letters are a whole word, more are a beginning */
  guint8 day;
} week_days[] = {
  { "mon", 1 },   { "tue", 2 },   { "wed", 3 },  { "thu", 4 },  { "fri", 5 },
  { "sat", 6 },   { "sun", 7 },   { "mo", 1 },   { "di", 2 },   { "mi", 3 },
  { "do", 4 },    { "fr", 5 },    { "sa", 6 },   { "so", 7 },   { "dien", 2 },
  { "mitt", 3 },  { "don", 4 },   { "frei", 5 }, { "sam", 6 },  { "sonna", 6 },
  { "son", 7 },   { "lun", 1 },   { "mar", 2 },  { "mer", 3 },  { "jeu", 4 },
  { "ven", 5 },   { "dim", 7 },   { "mie", 3 },  { "jue", 4 },  { "vie", 5 },
  { "sab", 6 },   { "dom", 7 },   { "gio", 4 },  { "seg", 1 },  { "ter", 2 },
  { "qua", 3 },   { "qui", 4 },   { "sex", 5 },  { "ma", 1 },   { "maan", 1 },
  { "din", 2 },   { "wo", 3 },    { "woe", 3 },  { "vr", 5 },   { "vri", 5 },
  { "za", 6 },    { "zat", 6 },   { "zo", 7 },   { "zon", 7 },  { "man", 1 },
  { "tir", 2 },   { "tis", 2 },   { "ons", 3 },  { "tor", 4 },  { "fre", 5 },
  { "lor", 6 },   { "lør", 6 },   { "søn", 7 },  { "pon", 1 },  { "wt", 2 },
  { "wto", 2 },   { "sr", 3 },    { "sro", 3 },  { "czw", 4 },  { "pt", 5 },
  { "pia", 5 },   { "sob", 6 },   { "nie", 7 },  { "пн", 1 },   { "вт", 2 },
  { "ср", 3 },    { "чт", 4 },    { "пт", 5 },   { "сб", 6 },   { "вс", 7 },
  { "понед", 1 }, { "вторн", 2 }, { "сред", 3 }, { "четв", 4 }, { "пятн", 5 },
  { "субб", 6 },  { "воскр", 7 }, { "δευ", 1 },  { "τρι", 2 },  { "τετ", 3 },
  { "πεμ", 4 },   { "παρ", 5 },   { "σαβ", 6 },  { "κυρ", 7 },
};

static guint
find_month (const char *word)
{
  guint found = 0;
  gsize longest = 0;

  for (guint month = 0; month < G_N_ELEMENTS (months); month++)
    for (guint i = 0; i < MAX_SPELLINGS && months[month][i] != NULL; i++) {
      gsize len;

      if (months[month][i][0] != word[0])
        continue;
      len = strlen (months[month][i]);
      if (len > longest && strncmp (word, months[month][i], len) == 0) {
        found = month + 1;
        longest = len;
      }
    }
  return found;
}

guint
tcn_date_month (const char *word)
{
  static const char in_hebrew[] = "ב"; /* "in": written as one with the month */
  guint month = find_month (word);

  if (month == 0 && g_str_has_prefix (word, in_hebrew))
    month = find_month (word + strlen (in_hebrew));
  return month;
}

guint
tcn_date_week_day (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (week_days); i++) {
    gsize len;

    if (week_days[i].name[0] != word[0])
      continue;
    len = strlen (week_days[i].name);
    if (strncmp (word, week_days[i].name, len) == 0 &&
        (word[len] == '\0' || g_utf8_strlen (week_days[i].name, -1) > 2))
      return week_days[i].day;
  }
  return 0;
}
