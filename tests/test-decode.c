/* SPDX-License-Identifier: MIT */
#include "feed/decode.h"

#include <string.h>

static char *
decode_with_complaint (const char *bytes, gsize n, gsize piece, const char *content_type,
                       char **out_complaint)
{
  g_autoptr (TcnDecoder) decoder = tcn_decoder_new (content_type);
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < n; i += piece)
    tcn_decoder_push (decoder, bytes + i, MIN (piece, n - i), out);
  tcn_decoder_finish (decoder, out);
  g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
  *out_complaint = tcn_decoder_complaint (decoder);
  return g_string_free (out, FALSE);
}

static char *
decode (const char *bytes, gsize n, gsize piece, const char *content_type)
{
  g_autofree char *complaint = NULL;

  return decode_with_complaint (bytes, n, piece, content_type, &complaint);
}

static const struct {
  const char *name, *content_type, *bytes, *text;
} cases[] = {
  { "UTF-8 by default", NULL, "<a>\xc3\xa9</a>", "<a>é</a>" },
  { "a byte that is none is windows-1252", NULL, "<a>\xe9\x93 \xc3\xa9</a>",
    "<a>é“ é</a>" },
  { "HTTP beats the declaration", "text/xml; charset=\"windows-1251\"",
    "<?xml encoding='koi8-r'?>\xcf\xe0\xf2\xf0\xf3\xeb\xfc",
    "<?xml encoding='koi8-r'?>Патруль" },
  { "the declaration", "text/xml", "<?xml encoding='koi8-r'?>\xd0\xc1",
    "<?xml encoding='koi8-r'?>па" },
  { "a BOM beats both", "text/xml; charset=koi8-r",
    "\xef\xbb\xbf<?xml encoding='koi8-r'?>é", "<?xml encoding='koi8-r'?>é" },
  { "latin1 is windows-1252", "text/xml;charset=ISO-8859-1", "<a>\x80\x93</a>",
    "<a>€“</a>" },
  { "latin1 that is UTF-8", "text/xml;charset=ISO-8859-1", "<a>é€</a>", "<a>é€</a>" },
  { "latin1 with pairs that could be UTF-8", "text/xml;charset=ISO-8859-1",
    "<a>\xabMON CAF\xc9\xbb, D\xdc\xb8 caf\xe9</a>", "<a>«MON CAFÉ», DÜ¸ café</a>" },
  { "latin1 with one such pair", "text/xml;charset=windows-1252", "<a>CAF\xc9\xbb</a>",
    "<a>CAFÉ»</a>" },
  { "latin1 with one pair that is no accident", "text/xml;charset=latin1",
    "<a>caf\xc3\xa9</a>", "<a>café</a>" },
  { "latin1 that is UTF-8 but for a byte", "text/xml;charset=latin1",
    "<a>caf\xc3\xa9 \xe2\x80\x93 th\xe9</a>", "<a>café – thé</a>" },
  { "another charset that is UTF-8", "text/xml;charset=koi8-r", "<a>Привет</a>",
    "<a>Привет</a>" },
  { "UTF-16 that is none", "text/xml;charset=utf-16", "<a>é</a>", "<a>é</a>" },
  { "a <meta> that is no page's", NULL, "<rss><meta charset=koi8-r>\xe9",
    "<rss><meta charset=koi8-r>é" },
  { "JSON that is no UTF-16", "application/json;charset=utf-16", "{\"a\":1}",
    "{\"a\":1}" },
  { "UTF-16 that is none, behind what a server said", NULL,
    "Server: one with a long name, and with more to say than anybody will ever read\n\n"
    "<?xml version='1.0' encoding='utf-16'?><a>é</a>",
    "Server: one with a long name, and with more to say than anybody will ever read\n\n"
    "<?xml version='1.0' encoding='utf-16'?><a>é</a>" },
  { "an unknown name", "text/xml;charset=x-no-such", "<a>\xe9</a>", "<a>é</a>" },
  { "an unknown name of HTTP, a known one declared", "text/xml;charset=x-no-such",
    "<?xml encoding='koi8-r'?>\xd0\xc1", "<?xml encoding='koi8-r'?>па" },
  { "UTF-8 by HTTP over what is none", "text/xml;charset=UTF-8",
    "<?xml encoding='koi8-r'?>\xf0\xc1\xd4\xd2\xd5\xcc\xd8",
    "<?xml encoding='koi8-r'?>Патруль" },
  { "EBCDIC", "application/xml", "\x4c\x6f\xa7\x94\x93\x6f\x6e\x80", "<?xml?>Ø" },
  { "a declared page of EBCDIC", NULL,
    "\x4c\x6f\xa7\x94\x93\x40\x85\x95\x83\x96\x84\x89\x95\x87\x7e\x7d\x83\x97\xf8\xf7"
    "\xf5\x7d\x6f\x6e\x80",
    "<?xml encoding='cp875'?>΅" },
  { "a page that is no EBCDIC", NULL,
    "\x4c\x6f\xa7\x94\x93\x40\x85\x95\x83\x96\x84\x89\x95\x87\x7e\x7d\xd2\xd6\xc9\xf8"
    "\x7d\x6f\x6e\x80",
    "<?xml encoding='KOI8'?>Ø" },
  { "EBCDIC that is none", "text/xml;charset=cp500", "<a>é</a>", "<a>é</a>" },
  { "underscores", "text/xml;charset=windows_1251", "<a>\xcf\xe0</a>", "<a>Па</a>" },
  { "a code page by its number", NULL, "<?xml encoding='775'?>\x80",
    "<?xml encoding='775'?>Ć" },
  { "a Macintosh", NULL, "<?xml encoding='x-mac-ce'?>\xe9",
    "<?xml encoding='x-mac-ce'?>ť" },
  { "GB2312 is GB18030", "text/xml;charset=gb2312", "<a>\xd6\xec\xe9\x46\xbb\xf9</a>",
    "<a>朱镕基</a>" },
  { "controls vanish", NULL,
    "a\x01\x1b[0m\x7f\xc2\x9b"
    "b\r\n\tc",
    "a[0m›b\r\n\tc" },
  { "overrides vanish", NULL,
    "a\xe2\x80\xae"
    "b\xe2\x81\xa6"
    "c",
    "abc" },
  { "separators are line ends", NULL,
    "a\xe2\x80\xa8"
    "b",
    "a\nb" },
  { "overlong forms are no characters", NULL, "\xc0\xaf", "À¯" },
  { "a cut character at the end", NULL, "a\xe2\x82", "aâ‚" },
  { "a cut character in UTF-8", NULL, "<a>\xd0\x9f\xd1...\xe8\xaa\x9e\xe8\xaa</a>",
    "<a>П�...語�</a>" },
  { "cut characters in a row", NULL,
    "<a>\xe8\xaa\x9e\xe8\xaa\xf0\x9f\x98\xe8\xaa\x9e</a>", "<a>語��語</a>" },
  { "half a pair in UTF-16", NULL,
    "\xfe\xff"
    "\x4e\x2d\xd8\x3d\x65\x87",
    "中�文" },
  { "a page of its own", NULL, "<?xml encoding='x-mac-greek'?>\xb0\xbf\xec\xf0",
    "<?xml encoding='x-mac-greek'?>ΑΩλπ" },
  { "a charset that shifts", "text/xml;charset=iso2022-jp", "<a>\x1b$BF|K\\\x1b(B</a>",
    "<a>日本</a>" },
  { "the same by its registered name", NULL,
    "<?xml encoding='csISO2022JP'?>\x1b$BF|K\\\x1b(B",
    "<?xml encoding='csISO2022JP'?>日本" },
  { "a name as browsers know it", "text/xml;charset=x-x-big5", "<a>\xb7\x73\xbb\x44</a>",
    "<a>新聞</a>" },
  { "a name with its register's letters", "text/xml;charset=csGB2312",
    "<a>\xd6\xec\xe9\x46\xbb\xf9</a>", "<a>朱镕基</a>" },
  { "a private name", "text/xml;charset=x-cp1251", "<a>\xcf\xe0</a>", "<a>Па</a>" },
  { "an illegal sequence of a charset", "text/xml;charset=euc-jp",
    "<a>\xa4\xa2\xff\xa4\xa4</a>", "<a>あ�い</a>" },
};

static void
test_decode_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize n = strlen (cases[i].bytes);
    const gsize pieces[] = { n, 1, 3 };

    for (guint k = 0; k < G_N_ELEMENTS (pieces); k++) {
      g_autofree char *got = decode (cases[i].bytes, n, pieces[k], cases[i].content_type);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpstr (got, ==, cases[i].text);
    }
  }
}

static void
test_decode_nul_bytes_vanish (void)
{
  g_autofree char *got = decode ("<a>x\0y</a>", 10, 10, NULL);

  g_assert_cmpstr (got, ==, "<a>xy</a>");
}

/* Long documents, cut anywhere: the same as whole. */
static void
test_decode_pieces_make_no_difference (void)
{
  static const char *const parts[] = { "plain ASCII text that fills words ",
                                       "\n",
                                       "é",
                                       "日本語",
                                       "\xe9",
                                       "\xf0\x9f\x98\x80",
                                       "\x01",
                                       "\xe2\x80\xa8",
                                       "\xc2",
                                       "日\xe8\xaa",
                                       "Ж\xd0" };
  g_autoptr (GString) in = g_string_new (NULL);
  g_autofree char *whole = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append (in, parts[(i * 7 + i / 11) % G_N_ELEMENTS (parts)]);
  whole = decode (in->str, in->len, in->len, NULL);
  for (gsize piece = 1; piece < 5000; piece = piece * 3 + 1) {
    g_autofree char *pieced = decode (in->str, in->len, piece, NULL);

    g_assert_cmpstr (pieced, ==, whole);
  }
}

static void
add_times (GString *out, const char *text, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append (out, text);
}

/* Text is looked at in blocks, in which a character may stand anywhere. */
static void
test_decode_a_place_in_a_block_makes_no_difference (void)
{
  static const char *const fillers[] = { "x", "\n", "é", "Ж\t", "日", "a日é" };
  static const struct {
    const char *bytes;
    const char *text;
  } rows[] = {
    { "\xe2\x80\xae", "" },
    { "\xe2\x81\xa7", "" },
    { "\xe2\x80\xa6", "…" },
    { "\xc2\x85", "…" },
    { "\xc2\xa0", "\u00a0" },
    { "\x01", "" },
    { "\xef\xbf\xbf", "" },
    { "\xef\xbc\x8c", "\uff0c" },
    { "\xf0\x9f\x98\x80", "\U0001f600" },
    { "\xf3\xa0\x80\x81", "" },
    { "\xed\x9f\xbf", "\ud7ff" },
  };

  for (guint k = 0; k < G_N_ELEMENTS (fillers); k++)
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
      for (guint before = 1; before < 36; before++) {
        g_autoptr (GString) in = g_string_new (NULL);
        g_autoptr (GString) expected = g_string_new (NULL);
        g_autofree char *got = NULL;

        add_times (in, fillers[k], before);
        g_string_append (in, rows[i].bytes);
        add_times (in, fillers[k], 20);
        add_times (expected, fillers[k], before);
        g_string_append (expected, rows[i].text);
        add_times (expected, fillers[k], 20);
        got = decode (in->str, in->len, in->len, NULL);
        g_assert_cmpstr (got, ==, expected->str);
      }
}

#define RUSSIAN                                                                                                              \
  "<rss><title>Новости края</title><description>Патруль вышел на дорогу к Кошкам, и " \
  "жители посёлка Дальний видели, как он вернулся под вечер.</description>"

/* What is written in a charset that nobody names, how it is read, and what is said of it. */
static const struct {
  const char *name, *charset, *content_type, *text;
  gboolean is_read;
  const char *complaint; /* how it begins; NULL: none */
} guesses[] = {
  { "UTF-8", "UTF-8", NULL, RUSSIAN, TRUE, NULL },
  { "Russian", "CP1251", NULL, RUSSIAN, TRUE,
    "no UTF-8, and no charset is named, read as windows-1251; “tocsin parse " },
  { "Russian of Unix", "KOI8-R", NULL, RUSSIAN, TRUE,
    "no UTF-8, and no charset is named, read as KOI8-U" },
  { "Russian that is called UTF-8", "CP1251", "text/xml; charset=utf-8", RUSSIAN, TRUE,
    "not in the charset that is named, read as windows-1251" },
  { "Russian under an unknown name", "KOI8-R", "text/xml; charset=x-no-such", RUSSIAN,
    TRUE, "unknown charset “x-no-such”, read as KOI8-U" },
  { "Russian that says what it is", "CP1251", "text/xml; charset=cp1251", RUSSIAN, TRUE,
    NULL },
  { "Ukrainian", "CP1251", NULL,
    "<a>Їхній патруль вийшов на дорогу. Жителі селища бачили, як він увечері "
    "повернувся з іншої сторони.</a>",
    TRUE, "no UTF-8, and no charset is named, read as windows-1251" },
  { "too few letters", "CP1251", NULL, "<a>Патруль вышел</a>", FALSE,
    "no UTF-8, and no charset is named, read as windows-1252" },
  { "Greek", "CP1253", NULL,
    "<a>Η περίπολος βγήκε στον δρόμο προς την πόλη και οι κάτοικοι του χωριού είδαν πως "
    "γύρισε το βράδυ. Μάλιστα δεν ήταν μόνη της.</a>",
    FALSE, "no UTF-8, and no charset is named, read as windows-1252" },
  { "Hebrew", "CP1255", NULL,
    "<a>הסיור יצא אל הדרך לעיר, ותושבי הכפר ראו איך הוא חוזר לפנות ערב אל הבסיס שלו</a>",
    FALSE, "no UTF-8, and no charset is named, read as windows-1252" },
  { "Arabic", "CP1256", NULL,
    "<a>خرجت الدورية إلى الطريق المؤدي إلى المدينة وشاهد سكان القرية كيف عادت في المساء"
    "</a>",
    FALSE, "no UTF-8, and no charset is named, read as windows-1252" },
  { "Japanese", "SHIFT_JIS", NULL, "<a>警備隊は町への道を進み、夕方に戻ったという。</a>",
    FALSE, "no UTF-8, and no charset is named, read as windows-1252" },
  { "Chinese", "GB2312", NULL,
    "<a>巡逻队走上了通往城里的公路，村民们看见他们在傍晚的时候回来了，没有人受伤。"
    "市长说，明天还会有新的消息。</a>",
    FALSE, "no UTF-8, and no charset is named, read as windows-1252" },
  { "Korean", "EUC-KR", NULL,
    "<a>순찰대가 도시로 가는 길로 나갔고 마을 주민들은 저녁에 돌아오는 것을 보았다</a>",
    FALSE, "no UTF-8, and no charset is named, read as windows-1252" },
  { "French", "CP1252", NULL, "<a>Été, déjà : été répété, créé à l’évêché près de là</a>",
    TRUE, "no UTF-8, and no charset is named, read as windows-1252" },
  { "Portuguese, whose accents come in pairs", "CP1252", NULL,
    "<a>A ação da eleição, a reação da nação, a produção, a opção, a lição, a porção, "
    "a noção, a fração, a canção, a função, a seção, a edição, a menção, a moção, a "
    "poção, as ações, as opções, as lições: Çã</a>",
    TRUE, "no UTF-8, and no charset is named, read as windows-1252" },
  { "a few accents", "CP1252", NULL, "<a>déjà à l’évêché</a>", TRUE, NULL },
};

static void
test_decode_guesses_and_says_so (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (guesses); i++) {
    gsize n;
    g_autofree char *bytes =
        g_convert (guesses[i].text, -1, guesses[i].charset, "UTF-8", NULL, &n, NULL);
    const gsize pieces[] = { n, 7, 1 };

    g_test_message ("%s", guesses[i].name);
    for (guint k = 0; k < G_N_ELEMENTS (pieces); k++) {
      g_autofree char *complaint = NULL;
      g_autofree char *got = decode_with_complaint (bytes, n, pieces[k],
                                                    guesses[i].content_type, &complaint);

      g_assert_cmpint (strcmp (got, guesses[i].text) == 0, ==, guesses[i].is_read);
      if (guesses[i].complaint == NULL)
        g_assert_null (complaint);
      else
        g_assert_true (g_str_has_prefix (complaint, guesses[i].complaint));
    }
  }
}

/* What the beginning is taken for holds to the end, however it is cut. */
static void
test_decode_a_guess_holds (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  add_times (text, RUSSIAN, 100);
  for (guint shift = 0; shift < 10;
       shift++) { /* the beginning ends within a word, or not */
    g_autofree char *bytes = NULL;
    gsize n;

    g_string_prepend_c (text, ' ');
    bytes = g_convert (text->str, -1, "CP1251", "UTF-8", NULL, &n, NULL);
    for (gsize piece = 7; piece < 30000; piece *= 15) {
      g_autofree char *got = decode (bytes, n, piece, NULL);

      g_assert_cmpstr (got, ==, text->str);
    }
  }
}

/* A short paste from elsewhere spoils no long document. */
static void
test_decode_a_stray_byte_in_a_hundred_is_not_worth_a_word (void)
{
  for (guint n_wide = 100; n_wide <= 4000; n_wide += 3900) {
    g_autoptr (GString) in = g_string_new ("<a>");
    g_autofree char *complaint = NULL;
    g_autofree char *got = NULL;

    add_times (in, "\xe9 ", 20);
    add_times (in, "ж", n_wide);
    got = decode_with_complaint (in->str, in->len, 100, NULL, &complaint);
    g_assert_cmpint (complaint != NULL, ==, n_wide == 100);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/table", test_decode_table);
  g_test_add_func ("/decode/nul-bytes-vanish", test_decode_nul_bytes_vanish);
  g_test_add_func ("/decode/pieces-make-no-difference",
                   test_decode_pieces_make_no_difference);
  g_test_add_func ("/decode/a-place-in-a-block-makes-no-difference",
                   test_decode_a_place_in_a_block_makes_no_difference);
  g_test_add_func ("/decode/guesses-and-says-so", test_decode_guesses_and_says_so);
  g_test_add_func ("/decode/a-guess-holds", test_decode_a_guess_holds);
  g_test_add_func ("/decode/a-stray-byte-in-a-hundred-is-not-worth-a-word",
                   test_decode_a_stray_byte_in_a_hundred_is_not_worth_a_word);
  return g_test_run ();
}
