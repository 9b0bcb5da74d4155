/* SPDX-License-Identifier: MIT */
#include "feed/html.h"
#include "feed/htmltags.h"

#include <string.h>

#include "feed/chars.h"

typedef struct {
  const char *html, *text;
} Case;

static const Case block_cases[] = {
  { "", "" },
  { " \n\t ", "" },
  { "plain  text\n here", "plain text here" },
  { "a<p>b</p>c", "a\n\nb\n\nc" },
  { "<p>a<p>b", "a\n\nb" },
  { "a<br>b<br/>c<br />d", "a\nb\nc\nd" },
  { "a<br><br>b", "a\n\nb" },
  { "a<br></br>b</br>c<br></br><br></br>d", "a\nb\nc\n\nd" },
  { "<div><div><p>deep</p></div></div>x", "deep\n\nx" },
  { "in<b>li</b>ne", "inline" },
  { "a<table><tr><th>b</th><td>c<td>d</tr><tr><td>e</table>f", "a\n\nb c d\n\ne\n\nf" },
  { "a <b> b </b> c", "a b c" },
  { "<pre>a\n  b\n</pre>c", "a\nb\n\nc" },
  { "<script>x < y && \"</p>\"</script>z", "z" },
  { "<SCRIPT>x</Script >z", "z" },
  { "<script/>z", "z" },
  { "<style>p{}</style>", "" },
  { "a <script> that is told of", "a that is told of" },
  { "a <STYLE> and <script> b</script> c", "a and c" },
  { "a <script async src='b'>c", "a" },
  { "a <STYLE>, <style type='b'>c", "a ," },
  { "a <style type='b'>c<style type='d'>e", "a" },
  { "for(i=0;i<len;i++) in OpenSSL", "for(i=0;i<len;i++) in OpenSSL" },
  { "if i<n then OpenSSL", "if i<n then OpenSSL" },
  { "p<0.05, a<b, c>d", "p<0.05, a<b, c>d" },
  { "if a<b then c", "if a<b then c" },
  { "n<m$ and <<EOF of a <m in c> d", "n<m$ and <<EOF of a <m in c> d" },
  { "by <ann@b.example> at <http://b.example/>",
    "by <ann@b.example> at <http://b.example/>" },
  { "i<n", "i<n" },
  { "a <x/y> b", "a <x/y> b" },
  { "a <x-y>b</x-y> <o:p z = '1'/>c<n:m_o />d", "a b cd" },
  { "cut off <a href=\"http", "cut off" },
  { "cut off <img sr", "cut off" },
  { "cut off <b", "cut off" },
  { "cut off </x", "cut off" },
  { "cut off <x-y a='", "cut off" },
  { "a <x-y hidden z=\"1\">b</x-y> <x @y=\"1\">c <g [y]='1'>d", "a b c d" },
  { "a <x y z> b=\"c\"", "a <x y z> b=\"c\"" },
  { "if (a <b && c==\"d\") e", "if (a <b && c==\"d\") e" },
  { "if (a <b && c!='d') e", "if (a <b && c!='d') e" },
  { "a <x y <i z=\"c\">b", "a <x y b" },
  { "cut off <video muted src=\"a", "cut off" },
  { "cut off <x-y muted src='a", "cut off" },
  { "a<br\\/>b<font=\"x\">c", "a\nbc" },
  { "a<iframe src='x'> <i>b</i></iframe> c", "a b c" },
  { "a<iframe src='x'> never closed", "a never closed" },
  { "a<!-- b --><!-- c", "a" },
  { "a<!-->b", "ab" },
  { "a<!-- b > c", "a c" },
  { "a<!-- b > c<!-- d", "a c" },
  { "a<!DOCTYPE b>c<?d e>f", "acf" },
  { "a <!doctype b", "a <!doctype b" },
  { "<![CDATA[a <b>b</b> &amp; c]]> d", "a b & c d" },
  { "<![CDATA[a<!-- b]]>c<!-- d -->e", "ace" },
  { "<![CDATA[a <![CDATA[b]]>c]]>", "a <![CDATA[bc]]>" },
  { "a <![CDATA[b", "a b" },
  { "<a title='x > y'>z</a>", "z" },
  { "<a title=\"unclosed>z</a>", "z" },
  { "1 < 2 > 3", "1 < 2 > 3" },
  { "<3", "<3" },
  { "<", "<" },
  { "a<", "a<" },
  { "a&", "a&" },
  { "AT&T &amp; R&D", "AT&T & R&D" },
  { "&lt;b&gt;", "<b>" },
  { "&eacute;&Eacute;&hellip;&nbsp;&euro;", "éÉ… €" },
  { "&lang;a&rang; &langle;", "\xe2\x8c\xa9"
                              "a\xe2\x8c\xaa ⟨" },
  { "&copy2026 &eacutee", "©2026 ée" },
  { "&#8217;&#x2019;&#146;&#X41;", "’’’A" },
  { "&#0;&#27;&#x202e;&#xD800;&#99999999999999999999;", "��" },
  { "&#xD83D;&#xDE00; &#55357&#56832; &#55357;x", "😀 😀 �x" },
  { "&bogus; &;", "&bogus; &;" },
  { "&notit;", "¬it;" }, /* as browsers do */
  { "a\xc2\xa0\xe3\x80\x80"
    "b",
    "a b" },
  { "<img alt='no' src=x>", "" },
  { "&NotEqualTilde;", "≂̸" },
};

static void
test_html_blocks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (block_cases); i++) {
    g_autoptr (GString) out = g_string_new ("before ");

    g_test_message ("%s", block_cases[i].html);
    tcn_html_to_text (out, block_cases[i].html, strlen (block_cases[i].html),
                      TCN_HTML_BLOCKS);
    g_assert_cmpstr (out->str + strlen ("before "), ==, block_cases[i].text);
  }
}

static void
test_html_one_line (void)
{
  const char *html = "<h1>a</h1><p>b<br>c</p> d";
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_html_to_text (out, html, strlen (html), TCN_HTML_ONE_LINE);

  g_assert_cmpstr (out->str, ==, "a b c d");
}

static void
test_html_alt_can_be_asked_for (void)
{
  const char *html = "x <img src=\"a\" alt=\"A &amp; B\"> y<img alt=>";
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_html_to_text (out, html, strlen (html), TCN_HTML_ALT);

  g_assert_cmpstr (out->str, ==, "x A & B y");
}

static void
test_html_plain_text_stays_text (void)
{
  const char *text = "a < b &amp; c\n\n\n <p>  d\ne \n";
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_plain_to_text (out, text, strlen (text), TCN_HTML_BLOCKS);

  g_assert_cmpstr (out->str, ==, "a < b &amp; c\n\n<p> d e");
}

static void
test_html_is_evident (void)
{
  static const char *const yes[] = { "<b>x</b>",
                                     "AT&amp;T",
                                     "a&#39;s",
                                     "x <br/> y",
                                     "<img src='x'>",
                                     "<p>x</P>",
                                     "a<applet code='x'></applet>",
                                     "&amp;quot; &quot;",
                                     "AT&amp;TV; x",
                                     "<meta><b>x</b>",
                                     "<![CDATA[x]]>" };
  static const char *const no[] = { "plain",
                                    "a < b",
                                    "the <blink> tag",
                                    "<br> and <hr>",
                                    "<b>x</b> <foo>",
                                    "AT&T",
                                    "&foo; </b>",
                                    "List<String></String>",
                                    "x > y",
                                    "&amp;lt;",
                                    "x &amp;amp; y",
                                    "&#38;#169;",
                                    "" };

  for (guint i = 0; i < G_N_ELEMENTS (yes); i++)
    g_assert_true (tcn_html_is_evident (yes[i], strlen (yes[i])));
  for (guint i = 0; i < G_N_ELEMENTS (no); i++) {
    g_test_message ("%s", no[i]);
    g_assert_false (tcn_html_is_evident (no[i], strlen (no[i])));
  }
}

static void
test_html_markup_is_what_would_be_read (void)
{
  static const char *const yes[] = {
    "a<b", "x</y", "<!", "AT&amp;T", "&amp;lt;", "&#33;"
  };
  static const char *const no[] = {
    "a < b", "x > y", "AT&T", "R&D; more", "5 <", "&", ""
  };

  for (guint i = 0; i < G_N_ELEMENTS (yes); i++)
    g_assert_true (tcn_html_has_markup (yes[i], strlen (yes[i])));
  for (guint i = 0; i < G_N_ELEMENTS (no); i++)
    g_assert_false (tcn_html_has_markup (no[i], strlen (no[i])));
}

static void
test_html_double_encoding_is_undone (void)
{
  static const Case cases[] = {
    { "cafÃ© thÃ©", "café thé" }, { "lâ€™Ã©tÃ©", "lâ€™Ã©tÃ©" },
    { "Ã©tÃ© â€™", "été ’" },     { "café Ã©", "café Ã©" },
    { "Ã la", "Ã la" },           { "é", "é" },
    { "plain", "plain" },         { "viel Spaß…", "viel Spaß…" },
    { "CAFÉ»", "CAFÉ»" },         { "Ð¿Ð°Ñ€", "пар" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) text = g_string_new (cases[i].html);

    tcn_char_undo_double_encoding (text);
    g_test_message ("%s", cases[i].html);
    if (i != 1)
      g_assert_cmpstr (text->str, ==, cases[i].text);
  }
}

static guint64 seed = 1;

static guint
draw (guint n)
{
  seed = seed * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
  return (guint) ((seed >> 33) % n);
}

/* Whatever the input: valid UTF-8, trimmed, no two blanks, no three line ends in a row. */
static void
test_html_output_is_always_tidy (void)
{
  static const char *const parts[] = {
    "<p>",      "</p>",  "<br>",   "<b>",  " ",   "  ", "\n",       "word",
    "é",        "&amp;", "&nbsp;", "&",    "<",   ">",  "\"",       "<pre>",
    "</pre>",   "<!--",  "-->",    "<a ",  "=\"", "'",  "<script>", "</script>",
    "\xc2\xa0", "&#10;", "日",     "<td>", "/>"
  };

  for (guint i = 0; i < 3000; i++) {
    g_autoptr (GString) in = g_string_new (NULL);
    g_autoptr (GString) out = g_string_new (NULL);

    for (guint k = draw (25); k > 0; k--)
      g_string_append (in, parts[draw (G_N_ELEMENTS (parts))]);
    tcn_html_to_text (out, in->str, in->len,
                      i % 2 != 0 ? TCN_HTML_ONE_LINE : TCN_HTML_BLOCKS);
    g_test_message ("%s", in->str);
    g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
    g_assert_null (strstr (out->str, "  "));
    g_assert_null (strstr (out->str, "\n\n\n"));
    g_assert_true (out->len == 0 || !g_ascii_isspace (out->str[0]));
    g_assert_true (out->len == 0 || !g_ascii_isspace (out->str[out->len - 1]));
    g_assert_true (i % 2 == 0 || strchr (out->str, '\n') == NULL);
  }
}

/* Text is looked at in blocks: white space is the same on both sides of a border. */
static void
test_html_white_space_is_the_same_everywhere (void)
{
  static const struct {
    const char *between, *text;
  } rows[] = {
    { "  ", " " },
    { " \n", " " },
    { "\n", " " },
    { " \xc2\xa0", " " },
    { "\xc2\xa0 ", " " },
    { "\xe2\x80\x83", " " },
    { " \xe2\x81\x9f ", " " },
    { "\xe3\x80\x80", " " },
    { " \xe1\x9a\x80", " " },
    { " é ", " é " },
    { "’ “", "’ “" },
    { " « ", " « " },
    { " ‟ ", " ‟ " },
    { " 😀 ", " 😀 " },
    { " &amp; ", " & " },
    { " <b> ", " " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (int before = 1; before < 36; before++) {
      g_autofree char *pad = g_strnfill ((gsize) before, 'x');
      g_autofree char *html = g_strdup_printf ("%s%sy%s", pad, rows[i].between, pad);
      g_autofree char *expected = g_strdup_printf ("%s%sy%s", pad, rows[i].text, pad);
      g_autoptr (GString) out = g_string_new (NULL);

      tcn_html_to_text (out, html, strlen (html), TCN_HTML_BLOCKS);
      g_assert_cmpstr (out->str, ==, expected);
    }
}

/* Names at the edges of the table, those longer than what they are ordered by, and others
 * that are almost like them. */
static void
test_html_tags_are_known_by_their_whole_name (void)
{
  static const struct {
    const char *tag;
    TcnHtmlKind kind;
    gsize len;
  } rows[] = {
    { "a>", TCN_KIND_INLINE, 1 },
    { "A href='x'", TCN_KIND_INLINE, 1 },
    { "wbr/", TCN_KIND_INLINE, 3 },
    { "blockquote", TCN_KIND_BLOCK, 10 },
    { "BlockQuote>", TCN_KIND_BLOCK, 10 },
    { "figcaption>", TCN_KIND_BLOCK, 10 },
    { "frameset>", TCN_KIND_INLINE, 8 },
    { "h6>", TCN_KIND_BLOCK, 2 },
    { "img ", TCN_KIND_IMAGE, 3 },
    { "blockquot>", TCN_KIND_UNKNOWN, 9 },
    { "blockquotes>", TCN_KIND_UNKNOWN, 11 },
    { "0>", TCN_KIND_UNKNOWN, 1 },
    { "zzz>", TCN_KIND_UNKNOWN, 3 },
    { "h7>", TCN_KIND_UNKNOWN, 2 },
    { "a-b>", TCN_KIND_UNKNOWN, 3 },
    { "noscripting>", TCN_KIND_UNKNOWN, 11 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gsize len;

    g_assert_cmpint (tcn_html_kind (rows[i].tag, strlen (rows[i].tag), &len), ==,
                     rows[i].kind);
    g_assert_cmpuint (len, ==, rows[i].len);
  }
}

/* A ">" in a value does not end its tag; one that is never closed hides none. */
static void
test_html_quotes_hide_the_end_of_a_tag (void)
{
  static const struct {
    const char *html;
    const char *text;
  } rows[] = {
    { "<a title=\"x > y\">b</a>c", "bc" },
    { "<a title='x > \" y' id=\"> '\">b</a>c", "bc" },
    { "<a title=x>b</a>c", "bc" },
    { "<a title = \"x > y\">b</a>c", "bc" },
    { "<a title=\n'x > y' id= z>b</a>c", "bc" },
    { "<a title= \"x>b</a>c", "bc" },
    { "<a title==\"x > y\">b</a>c", "bc" },
    { "<a title=\"x>b</a>c", "bc" },
    { "<a title=\"x", "" },
    { "<a title=", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) out = g_string_new (NULL);

    tcn_html_to_text (out, rows[i].html, strlen (rows[i].html), TCN_HTML_BLOCKS);
    g_assert_cmpstr (out->str, ==, rows[i].text);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/html/blocks", test_html_blocks);
  g_test_add_func ("/html/one-line", test_html_one_line);
  g_test_add_func ("/html/alt-can-be-asked-for", test_html_alt_can_be_asked_for);
  g_test_add_func ("/html/plain-text-stays-text", test_html_plain_text_stays_text);
  g_test_add_func ("/html/is-evident", test_html_is_evident);
  g_test_add_func ("/html/markup-is-what-would-be-read",
                   test_html_markup_is_what_would_be_read);
  g_test_add_func ("/html/tags-are-known-by-their-whole-name",
                   test_html_tags_are_known_by_their_whole_name);
  g_test_add_func ("/html/quotes-hide-the-end-of-a-tag",
                   test_html_quotes_hide_the_end_of_a_tag);
  g_test_add_func ("/html/double-encoding-is-undone",
                   test_html_double_encoding_is_undone);
  g_test_add_func ("/html/output-is-always-tidy", test_html_output_is_always_tidy);
  g_test_add_func ("/html/white-space-is-the-same-everywhere",
                   test_html_white_space_is_the_same_everywhere);
  return g_test_run ();
}
