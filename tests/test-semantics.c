/* SPDX-License-Identifier: MIT */
/* The semantics of the rule language as a table: what each rule finds in which text. */
#include "tocsin/ruleset.h"

#include <string.h>

typedef enum {
  NO,
  MATCH,
  REFUSED,
} Outcome;

typedef struct {
  Outcome outcome;
  const char *language; /* of the item; NULL: unknown */
  const char *query;
  const char *title;
  const char *body;
  const char *author;
  const char *url;
  const char *feed;
  const char *tag;
} Row;

/* A French news report, written for this test, that has the turns of phrase the rows ask
 * for: a plural, a hyphenated place both ways, an elision, a compound of two adjectives. */
#define ARTICLE                                                                                        \
  "Des habitants du Nord-est de la Syrie ont barré la route aux convois pour bloquer les "            \
  "patrouilles russes, a rapporté une agence locale.\n\n"                                             \
  "Au matin, une foule avait poursuivi une patrouille russe composée de plusieurs véhicules "        \
  "militaires, escortée par un hélicoptère, près de la ville d’Al-Qahtaniyah, dans le nord-est " \
  "de la Syrie. Une patrouille syro-turque était attendue le lendemain.\n\n"                          \
  "Un dépôt d’hydroxychloroquine a été livré au Nord Est de la Syrie."

static const Row table[] = {
  { MATCH, "en", "SOHR", .body = "The SOHR said on Monday." },
  { NO, "en", "SOHR", .body = "an isohr line is not an acronym" },
  { NO, "en", "SOHR", .body = "SOHRs" },
  { MATCH, "en", "#drone", .body = "a drone" },
  { MATCH, "en", "free_syria", .body = "#free_syria now" },
  { MATCH, "en", "G20", .body = "the G20 summit" },
  { MATCH, "en", "AT&T", .body = "AT&T bought" },
  { MATCH, "fr", "patrouille russe", .body = "Une patrouille a vu un char russe." },
  { NO, "fr", "patrouille russe", .body = "Une patrouille a vu un char." },
  { MATCH, "en", "patrol | convoy", .body = "A patrol left." },
  { NO, "en", "patrol -american", .body = "An American patrol left." },
  { MATCH, "en", "patrol -\"american convoy\"",
    .body = "An American patrol met a Russian convoy." },
  { NO, "en", "war or peace", .body = "war and peace" },
  { NO, "fr", "syrie -liban", .body = "La Syrie et le Liban" },
  { MATCH, "fr", "\"patrouille russe\"", .body = "une patrouille russe passe" },
  { NO, "fr", "\"patrouille russe\"", .body = "une patrouille de la police russe" },
  { MATCH, "fr", "“patrouille russe”", .body = "une patrouille russe passe" },
  { MATCH, "fr", "\"patrouille russe\"", .body = "une patrouille russe" },
  { NO, "fr", "\"patrouille russe\"", .body = "une patrouille\n\nrusse" },
  { NO, "fr", "\"patrouille russe\"", .title = "La patrouille",
    .body = "russe est partie" },
  { NO, "fr", "\"patrouille * russe\"", .body = "une patrouille russe" },
  { MATCH, "fr", "\"patrouille * * russe\"", .body = "une patrouille de police russe" },
  { MATCH, "fr", "\"patrouille russe\"", .body = "deux patrouilles russes" },
  { MATCH, "fr", "\"patrouilles russes\"", .body = "une patrouille russe" },
  { NO, NULL, "patrouille", .body = "les patrouilles" },
  { MATCH, "fr", "américain", .body = "FORCES AMERICAINES" },
  { NO, "fr", "russe", .body = "la Russie" },
  { MATCH, "en", "patrol", .body = "three patrols" },
  { NO, "en", "university", .body = "the universe" },
  { MATCH, "ru", "патруль", .body = "российские патрули" },
  { MATCH, "ru", "город", .body = "в городе" },
  { MATCH, "ar", "هدنة", .body = "إعلان الهدنة" },
  { MATCH, "en", "US", .body = "tell us more" },
  { NO, "en", "=US", .body = "tell us more" },
  { MATCH, "en", "=US", .body = "the US army" },
  { MATCH, "en", "=us", .body = "The US army" },
  { MATCH, "en", "=C++", .body = "written in C++ and C" },
  { NO, "fr", "=nord-est", .body = "le nord est" },
  { MATCH, "en", "U.S.", .body = "the US army" },
  { MATCH, "fr", "Quebec", .body = "au Québec" },
  { MATCH, "fr", "Québec", .body = "au Québec" },
  { MATCH, "fr", "cœur", .body = "un coeur" },
  { MATCH, "de", "strasse", .body = "die Straße" },
  { MATCH, "tr", "İstanbul", .body = "ISTANBUL" },
  { MATCH, "tr", "diyarbakir", .body = "DİYARBAKIR" },
  { MATCH, "ru", "ёлка", .body = "елка" },
  { NO, NULL, "мой", .body = "мои" },
  { MATCH, NULL, "2024", .body = "２０２４" },
  { MATCH, NULL, "سوريا", .body = "ســـوريا" },
  { MATCH, NULL, "آمل", .body = "امل" },
  { MATCH, NULL, "हिन्दी", .body = "हिन्दी भाषा" },
  { NO, NULL, "हिन्दी", .body = "हन्दा भाषा" },
  { NO, NULL, "paris", .body = "раris" },
  { MATCH, "fr", "Observatoire", .body = "L’Observatoire syrien" },
  { MATCH, "fr", "l'Observatoire", .body = "cet Observatoire" },
  { MATCH, "fr", "Qahtaniyah", .body = "la ville d’Al-Qahtaniyah (Tirbespi)" },
  { MATCH, "fr", "\"ville Al-Qahtaniyah\"", .body = "la ville d’Al-Qahtaniyah" },
  { MATCH, "fr", "hui", .body = "Aujourd’hui à Paris" },
  { MATCH, "en", "Putin", .body = "Putin’s army" },
  { NO, "en", "O'Brien", .body = "Mr Brien" },
  { MATCH, "fr", "nord-est", .body = "dans le Nord Est de la Syrie" },
  { NO, "fr", "nord-est", .body = "l’est et le nord" },
  { MATCH, "fr", "cyberattaque", .body = "une cyber-attaque" },
  { MATCH, "fr", "cyber-attaque", .body = "une cyberattaque" },
  { NO, "fr", "cyberattaque", .body = "une attaque cyber" },
  { MATCH, "en", "russian NEAR/2 patrol", .body = "Russian military police patrol" },
  { NO, "en", "russian NEAR/1 patrol", .body = "Russian military police patrol" },
  { NO, "en", "patrol ONEAR/2 russian", .body = "Russian military police patrol" },
  { MATCH, "en", "russian NEAR patrol", .body = "Russian a b c d e f g h i j patrol" },
  { MATCH, "en", "\"kani karak\" NEAR/3 patrol",
    .body = "patrol in the village Kani Karak" },
  { NO, "en", "russian NEAR/5 patrol", .title = "Russian", .body = "patrol" },
  { NO, "en", "russian NEAR/3 russian", .body = "only one Russian here" },
  { MATCH, "fr", "patrouill*", .body = "ils patrouillaient" },
  { NO, "en", "*stan", .body = "standing" },
  { MATCH, "en", "*chloroq*", .body = "de l’hydroxychloroquine" },
  { MATCH, "en", "/T-(72|90)M?/", .body = "a T-90M tank" },
  { NO, "en", "/T-(72|90)M?/", .body = "a t-90m tank" },
  { NO, "fr", "/Québec/", .body = "QUEBEC" },
  { MATCH, "fr", "title:Syrie", .title = "Syrie : une patrouille", .body = "rien" },
  { NO, "fr", "title:Syrie", .title = "Rien", .body = "en Syrie" },
  { MATCH, "fr", "title:(Syrie OR Irak) patrouille", .title = "Irak",
    .body = "une patrouille" },
  { NO, "en", "smith", .body = "x", .author = "John Smith" },
  { NO, "en", "site:lemonde.fr", .body = "x", .url = "https://notlemonde.fr/a" },
  { NO, "en", "patrol -site:lemonde.fr", .body = "patrol",
    .url = "https://www.lemonde.fr/a" },
  { MATCH, "en", "meeting 12:30", .body = "meeting at 12:30" },
  { MATCH, "zh", "俄罗斯", .body = "一支俄罗斯巡逻队" },
  { NO, "zh", "俄羅斯", .body = "俄罗斯巡逻队" },
  { MATCH, "ja", "シリア", .body = "シリア情勢" },
  { MATCH, "ja", "東京", .body = "東京都で" },
  { NO, "ko", "리아", .body = "시리아에서" },
  { MATCH, "zh", "俄罗斯 NEAR/5 美国", .body = "俄罗斯与美国" },
  { REFUSED, NULL, "-russe" },
  { REFUSED, NULL, "a1 OR -b1" },
  { REFUSED, NULL, "a1 b1 OR c1" },
  { REFUSED, NULL, "\"…\"" },
  { REFUSED, NULL, "a1 NEAR/3 -b1" },
  { REFUSED, NULL, "title: Syrie" },
  { REFUSED, NULL, "a1 || b1" },
  { REFUSED, NULL, "/abc" },
  { MATCH, "fr", "\"patrouille russe\"", .body = ARTICLE },
  { MATCH, "fr", "=\"patrouilles russes\"", .body = ARTICLE },
  { NO, "fr", "\"patrouille turque\"", .body = ARTICLE },
  { MATCH, "fr", "\"nord-est de la Syrie\"", .body = ARTICLE },
  { NO, "fr", "chloroquine", .body = ARTICLE },
  { MATCH, "fr", "*chloroquine", .body = ARTICLE },
  { NO, "fr", "patrouille NEAR/5 hélicoptère", .body = ARTICLE },
  { MATCH, "fr", "patrouille NEAR/9 hélicoptère", .body = ARTICLE },
};

/* Cases that the table only implies. */
static const Row more[] = {
  /* words */
  { MATCH, "en", "don't", .body = "they DON’T know" },
  { NO, "en", "don", .body = "they don't know" },
  { NO, "en", "\"do n't\"", .body = "they don't" },
  { MATCH, "en", "\"Putin army\"", .body = "Putin's army" },
  { MATCH, "en", "\"U.S. army\"", .body = "the US army" },
  { MATCH, "en", "\"US army\"", .body = "the U.S.'s army" },
  { MATCH, "fr", "ONU", .body = "l’O.N.U. a dit" },
  { NO, "en", "=US", .body = "the U.S. army" },
  { MATCH, "en", "=U.S.", .body = "the U.S. army" },
  { MATCH, "en", "the NEAR/0 =\"S.\"", .body = "the U.S. army" },
  { NO, "en", "the NEAR/0 =\"S.\"", .body = "the old U.S. army" },
  { MATCH, "en", "(they NEAR/0 =’) OR =A", .body = "they don’t go" },
  { MATCH, "en", "=U.S", .body = "the U.S.A. army" },
  { MATCH, "en", "\"plan C\"", .body = "they chose ‘Plan C’ today" },
  { MATCH, "fr", "jusqu'ici", .body = "ici même" },
  { MATCH, "it", "\"capo Italia\"", .body = "il capo dell’Italia" },
  { MATCH, NULL, "foobar",
    .body = "foo\xc2\xad"
            "bar" },
  { MATCH, NULL, "\"foo bar\"", .body = "foo\nbar" },
  { NO, NULL, "\"foo bar\"", .body = "foo\n \nbar" },
  { NO, NULL, "foobar", .body = "foo–bar" },
  { MATCH, NULL, "cyberattaque", .body = "cyber‑attaque" },
  { NO, NULL, "cyberattaque", .body = "cyber - attaque" },
  { MATCH, NULL, "\"la cyberattaque russe\"", .body = "la cyber-attaque russe" },
  { MATCH, NULL, "\"la cyber-attaque russe\"", .body = "la cyberattaque russe" },
  { NO, NULL, "\"cyber attaque\"", .body = "cyberattaque" },
  { MATCH, NULL, "abcd", .body = "a-b-c-d" },
  { NO, NULL, "abcde", .body = "a-b-c-d-e" },
  { MATCH, NULL, "\"b-c\"", .body = "a-b-c-d-e" },
  { MATCH, NULL, "covid19", .body = "COVID-19" },
  { MATCH, NULL, "T72", .body = "un T-72" },
  { NO, NULL, "102", .body = "10²" },
  { MATCH, NULL, "10", .body = "10²" },
  { MATCH, NULL, "fin", .body = "ﬁn" },
  { MATCH, NULL, "123", .body = "١٢٣" },
  { MATCH, NULL, "straße", .body = "STRASSE" },
  { NO, NULL, "strasse", .body = "strase" },
  { MATCH, NULL, "koln", .body = "Köln" },
  { NO, NULL, "koeln", .body = "Köln" },
  { MATCH, NULL, "λογος", .body = "ΛΌΓΟΣ" },
  { MATCH, NULL, "йога", .body = "и\xcc\x86ога" },
  { NO, NULL, "иога", .body = "йога" },
  { MATCH, NULL, "замок", .body = "за\xcc\x81мок" },
  { MATCH, NULL, "שלום", .body = "שָׁלוֹם" },
  { MATCH, NULL, "ガス", .body = "ｶﾞｽ" },
  { NO, NULL, "カス", .body = "ガス" },
  { MATCH, "ko", "시리아", .body = "시리아에서" },
  { NO, "ko", "시", .body = "시리아에서" },
  { MATCH, "ko", "시리아",
    .body =
        "\xe1\x84\x89\xe1\x85\xb5\xe1\x84\x85\xe1\x85\xb5\xe1\x84\x8b\xe1\x85\xa1 x" },
  { MATCH, "th", "ไทย", .body = "ประเทศไทยวันนี้" },
  { MATCH, "zh", "\"俄罗 * 巡\"", .body = "俄罗斯巡" },
  { MATCH, "zh", "俄罗*", .body = "俄罗斯" },
  { MATCH, "ar", "السورية", .body = "والسورية" },
  /* inflection */
  { MATCH, "fr", "cheval", .body = "les chevaux" },
  { MATCH, "en", "running", .body = "they run" },
  { MATCH, "en", "army", .body = "armies" },
  { NO, "en", "internal", .body = "international" },
  { MATCH, "fr", "soldat", .body = "des soldats" },
  { NO, "fr", "=soldat", .body = "des soldats" },
  { NO, "fr", "OTAN", .body = "otans" },
  { MATCH, "fr", "cyberattaques", .body = "une cyber-attaque" },
  { NO, "de", "patrouille", .body = "patrouillenscheine" },
  /* exact forms */
  { MATCH, NULL, "=\"c'est\"", .body = "C’est dit" },
  { NO, NULL, "=Québec", .body = "Quebec" },
  { MATCH, NULL, "=Québec",
    .body = "à Que\xcc\x81"
            "bec" },
  { NO, NULL, "=C+", .body = "a xC+ b" },
  { MATCH, NULL, "=C++", .body = "C++11" },
  { NO, NULL, "=c+1", .body = "c+12" },
  { MATCH, "zh", "=俄罗", .body = "一支俄罗斯队" },
  { MATCH, NULL, "=\"a1 b1\"", .body = "a1\xc2\xa0  b1" },
  { NO, NULL, "=\"a1 b1\"", .body = "a1\n\nb1" },
  { MATCH, NULL, "=don", .body = "don't" },
  { MATCH, NULL, "=🔥", .body = "en 🔥 !" },
  { MATCH, NULL, "a1 NEAR/1 =B1", .body = "a1 x B1" },
  { NO, NULL, "a1 NEAR/1 =B1", .body = "a1 x b1 x x B1" },
  /* fields */
  { MATCH, "fr", "lang:fr x1", .body = "x1" },
  { NO, "en", "lang:fr x1", .body = "x1" },
  { MATCH, "fr", "x1 -lang:en", .body = "x1" },
  { NO, NULL, "lang:fr x1", .body = "x1" },
  { MATCH, "fr", "lang:(fr OR en) x1", .body = "x1" },
  { MATCH, NULL, "site:lemonde.fr", .url = "https://www.lemonde.fr/a" },
  { MATCH, NULL, "site:LeMonde.fr", .url = "https://user@lemonde.fr:8080/a" },
  { NO, NULL, "site:lemonde.fr", .url = "https://example.org/lemonde.fr" },
  { MATCH, NULL, "url:lemonde.fr", .url = "https://example.org/lemonde.fr" },
  { MATCH, NULL, "feed:monde", .feed = "Le Monde" },
  { NO, NULL, "monde", .feed = "Le Monde" },
  { MATCH, NULL, "author:smith", .author = "John Smith" },
  { MATCH, NULL, "tag:\"middle east\"", .tag = "syria\n\nMiddle East" },
  { NO, NULL, "tag:\"syria middle\"", .tag = "syria\n\nMiddle East" },
  { MATCH, NULL, "body:x1 title:y1", .title = "y1", .body = "x1" },
  { NO, NULL, "body:(x1 y1)", .title = "y1", .body = "x1" },
  { MATCH, NULL, "title:(x1 NEAR/2 y1)", .title = "x1 a b y1" },
  { NO, NULL, "title:(x1 NEAR/2 y1)", .title = "x1", .body = "x1 y1" },
  { MATCH, NULL, "x1 -title:y1", .title = "z1", .body = "x1 y1" },
  { NO, NULL, "x1 -title:y1", .title = "y1", .body = "x1" },
  { MATCH, NULL, "title:/T-\\d+/", .title = "T-72" },
  { NO, NULL, "title:/T-\\d+/", .title = "T", .body = "T-72" },
  /* NEAR */
  { MATCH, NULL, "a1 NEAR/0 b1", .body = "b1 a1" },
  { NO, NULL, "a1 NEAR/0 b1", .body = "b1 x a1" },
  { MATCH, NULL, "a1 NEAR/1 b1 NEAR/1 c1", .body = "a1 x b1 x c1" },
  { MATCH, NULL, "a1 NEAR/1 b1 NEAR/1 c1", .body = "c1 x a1 x b1" },
  { NO, NULL, "a1 NEAR/1 b1 NEAR/1 c1", .body = "a1 x b1 x x c1" },
  { NO, NULL, "a1 NEAR/5 b1", .body = "a1\n\nb1" },
  { MATCH, NULL, "a1 NEAR/1 (b1 OR \"c1 d1\")", .body = "c1 d1 x a1" },
  { MATCH, NULL, "russ* NEAR/2 *trol", .body = "Russian military police patrol" },
  { NO, NULL, "cyber NEAR cyberattaque", .body = "cyber-attaque" },
  { MATCH, NULL, "a1 ONEAR/0 b1 ONEAR/0 c1", .body = "a1 b1 c1" },
  { NO, NULL, "a1 ONEAR/0 b1 ONEAR/0 c1", .body = "b1 a1 c1" },
  { MATCH, NULL, "a1 AROUND(3) b1", .body = "a1 x x x b1" },
  { MATCH, NULL, "x1 -a1 NEAR/1 b1", .body = "x1 a1 y y b1" },
  { NO, NULL, "x1 -a1 NEAR/1 b1", .body = "x1 a1 y b1" },
  /* wildcards */
  { MATCH, NULL, "cyber-att*", .body = "cyberattaques" },
  { MATCH, NULL, "cyberatt*", .body = "cyber-attaques" },
  { MATCH, NULL, "\"patrouill* russe\"", .body = "patrouillant russe" },
  { NO, NULL, "patrouill*", .body = "la patrie" },
  { MATCH, NULL, "*STAN", .body = "Kazakhstan" },
  { MATCH, NULL, "QUÉB*", .body = "québécois" },
  { MATCH, NULL, "\"forces * russes\"", .body = "forces armées russes" },
  { NO, NULL, "\"forces * russes\"", .body = "forces russes" },
  /* logic */
  { MATCH, NULL, "(a1 OR b1) c1", .body = "c1 b1" },
  { NO, NULL, "(a1 OR b1) c1", .body = "a1 b1" },
  { MATCH, NULL, "a1 -(b1 c1)", .body = "a1 b1" },
  { NO, NULL, "a1 -(b1 c1)", .body = "a1 b1 c1" },
  { MATCH, NULL, "a1 -(b1 -c1)", .body = "a1 b1 c1" },
  { MATCH, NULL, "a1 OR (b1 -c1)", .body = "b1" },
  { NO, NULL, "a1 OR (b1 -c1)", .body = "b1 c1" },
  /* regexes */
  { MATCH, NULL,
    "/que\xcc\x81"
    "bec/",
    .body = "le québec" },
  { MATCH, NULL, "/québec/",
    .body = "le que\xcc\x81"
            "bec" },
  { MATCH, NULL, "/т-\\d\\d/i", .body = "танк Т-90" },
  { MATCH, NULL, "/\\bT-(72|90)M?\\b/i", .body = "t-90m" },
  { MATCH, NULL, "/a\\/b/", .body = "a/b" },
  { MATCH, NULL, "/^Syrie/", .title = "Syrie", .body = "x" },
};

static TcnQuery *
parse (const char *text)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);

  return tcn_query_parse (text, NULL, faults);
}

static Outcome
run (const Row *row)
{
  g_autoptr (TcnQuery) query = parse (row->query);
  TcnRulesetBuilder *builder = tcn_ruleset_builder_new ();
  g_autoptr (TcnRuleset) ruleset = NULL;
  g_autoptr (TcnMatcher) matcher = NULL;
  TcnDocument doc = { .language = row->language };

  if (query == NULL) {
    tcn_ruleset_builder_free (builder);
    return REFUSED;
  }
  tcn_ruleset_builder_add (builder, 0, query);
  ruleset = tcn_ruleset_builder_build (builder);
  matcher = tcn_matcher_new (ruleset, 1);
  doc.text[TCN_FIELD_TITLE] = row->title;
  doc.text[TCN_FIELD_CONTENT] = row->body;
  doc.text[TCN_FIELD_AUTHOR] = row->author;
  doc.text[TCN_FIELD_URL] = row->url;
  doc.text[TCN_FIELD_FEED] = row->feed;
  doc.text[TCN_FIELD_TAG] = row->tag;
  return tcn_matcher_run (matcher, &doc, NULL, NULL) > 0 ? MATCH : NO;
}

static void
check (const Row *rows, gsize n)
{
  static const char *const names[] = { "no match", "a match", "refused" };

  for (gsize i = 0; i < n; i++) {
    Outcome outcome = run (&rows[i]);

    if (outcome == rows[i].outcome)
      continue;
    g_test_message ("row %zu, %s [%s]: %s, wanted %s", i, rows[i].query, rows[i].language,
                    names[outcome], names[rows[i].outcome]);
    g_test_fail ();
  }
}

static void
test_semantics_table (void)
{
  check (table, G_N_ELEMENTS (table));
}

static void
test_semantics_more (void)
{
  check (more, G_N_ELEMENTS (more));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/semantics/the-table-of-the-manual", test_semantics_table);
  g_test_add_func ("/semantics/what-follows-from-it", test_semantics_more);
  return g_test_run ();
}
