/* SPDX-License-Identifier: MIT */
#include "config/ini.h"

#include <string.h>

/* What was scanned, as one string: groups as "kind name@line:", entries as "key=value@line"
 * with the byte offset of the value. */
typedef struct {
  TcnSource *source;
  GPtrArray *faults;
  TcnIni *ini;
} Scan;

static Scan
scan_bytes (const char *text, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);
  Scan scan = { .source = tcn_source_new ("x.conf", bytes, FALSE) };

  scan.faults = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  scan.ini = tcn_ini_scan (scan.source, scan.faults);
  return scan;
}

static Scan
scan_text (const char *text)
{
  return scan_bytes (text, strlen (text));
}

static void
clear (Scan *scan)
{
  tcn_ini_free (scan->ini);
  g_ptr_array_unref (scan->faults);
  tcn_source_free (scan->source);
}

static char *
describe (const Scan *scan)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < scan->ini->groups->len; i++) {
    const TcnIniGroup *group = &g_array_index (scan->ini->groups, TcnIniGroup, i);

    g_string_append_printf (out, "[%s|%s]@%u ", group->kind,
                            group->name != NULL ? group->name : "-", group->place.line);
    for (guint j = 0; j < group->n_entries; j++) {
      const TcnIniEntry *entry =
          &g_array_index (scan->ini->entries, TcnIniEntry, group->first_entry + j);

      g_string_append_printf (out, "%s=%s@%u+%u ", entry->key, entry->value,
                              entry->value_place.line, (guint) entry->value_place.start);
    }
  }
  if (out->len > 0)
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static void
assert_scan (const char *text, const char *wanted)
{
  Scan scan = scan_text (text);
  g_autofree char *got = describe (&scan);

  for (guint i = 0; i < scan.faults->len; i++)
    g_test_message ("%s", ((TcnConfigFault *) scan.faults->pdata[i])->message);
  g_assert_cmpuint (scan.faults->len, ==, 0);
  g_assert_cmpstr (got, ==, wanted);
  clear (&scan);
}

/* One fault, at bytes [start, end) of the line, and what could be read all the same. */
static void
assert_fault (const char *text, guint line, gsize start, gsize end, const char *message)
{
  Scan scan = scan_text (text);
  const TcnConfigFault *fault;

  g_assert_cmpuint (scan.faults->len, ==, 1);
  fault = scan.faults->pdata[0];
  g_assert_cmpstr (fault->message, ==, message);
  g_assert_cmpuint (fault->line, ==, line);
  g_assert_cmpuint (fault->start, ==, start);
  g_assert_cmpuint (fault->end, ==, end);
  g_assert_false (fault->is_warning);
  clear (&scan);
}

static void
test_ini_reads_groups_keys_and_values (void)
{
  assert_scan ("[tocsin]\na = 1\nb=2\n\n[feed x y]\n  c   =   d e  \n",
               "[tocsin|-]@1 a=1@2+4 b=2@3+2 [feed|x y]@5 c=d e@6+10");
}

static void
test_ini_takes_a_value_to_the_end_of_the_line (void)
{
  assert_scan ("[r x]\nq = \"a b\" OR =C # ; = [z]\\n\n",
               "[r|x]@1 q=\"a b\" OR =C # ; = [z]\\n@2+4");
}

static void
test_ini_skips_comments_and_blank_lines (void)
{
  assert_scan ("# one\n; two\n\n \t\n[a]\n  # three\nk = #v\n", "[a|-]@5 k=#v@7+4");
}

static void
test_ini_accepts_mark_and_carriage_returns (void)
{
  assert_scan ("\xef\xbb\xbf[a]\r\nk = v\r\n", "[a|-]@1 k=v@2+4");
}

static void
test_ini_needs_no_newline_at_the_end (void)
{
  assert_scan ("[a]\nk = v", "[a|-]@1 k=v@2+4");
}

static void
test_ini_trims_no_break_spaces (void)
{
  assert_scan ("[a]\nk =\u00a0v\u00a0\n", "[a|-]@1 k=v@2+5");
}

static void
test_ini_takes_brackets_inside_a_name (void)
{
  assert_scan ("[feed [::1]/x]\n", "[feed|[::1]/x]@1");
}

static void
test_ini_keeps_duplicates_for_its_caller (void)
{
  assert_scan ("[a]\nk = 1\nk = 2\n[a]\n", "[a|-]@1 k=1@2+4 k=2@3+4 [a|-]@4");
}

static void
test_ini_reads_an_empty_value (void)
{
  assert_scan ("[a]\nk =\n", "[a|-]@1 k=@2+3");
}

static void
test_ini_points_at_a_line_without_sign (void)
{
  assert_fault ("[a]\n  word\n", 2, 2, 6, "“=” is missing");
}

static void
test_ini_points_at_text_after_a_header (void)
{
  assert_fault ("[feed x] # no\nurl = y\n", 1, 9, 13, "text after “]”");
}

static void
test_ini_points_at_an_open_header (void)
{
  assert_fault ("[feed x\n", 1, 7, 7, "“]” is missing");
}

static void
test_ini_points_at_a_key_without_group (void)
{
  assert_fault ("a = b\n", 1, 0, 1, "a key outside of any group");
}

static void
test_ini_points_at_an_empty_key (void)
{
  assert_fault ("[a]\n= b\n", 2, 0, 3, "there is no key before “=”");
}

static void
test_ini_points_at_what_is_no_utf8 (void)
{
  assert_fault ("[a]\nk = \xe9t\xe9\n", 2, 4, 5, "the text is not UTF-8");
}

static void
test_ini_points_at_control_characters (void)
{
  assert_fault ("[a]\nk = a\x1b[0m\n", 2, 5, 6, "control character 0x1B");
}

static void
test_ini_points_at_a_nul (void)
{
  Scan scan = scan_bytes ("[a]\nk = a\0b\nl = c\n", 18);
  g_autofree char *got = describe (&scan);

  g_assert_cmpuint (scan.faults->len, ==, 1);
  g_assert_cmpstr (((TcnConfigFault *) scan.faults->pdata[0])->message, ==,
                   "control character 0x00");
  g_assert_cmpstr (got, ==, "[a|-]@1 l=c@3+4");
  clear (&scan);
}

static void
test_ini_reports_every_fault_and_reads_on (void)
{
  Scan scan = scan_text ("x\n[a\nk = v\ny\n[b]\nl = w\n");
  g_autofree char *got = describe (&scan);

  g_assert_cmpuint (scan.faults->len, ==, 3);
  g_assert_cmpstr (got, ==, "[a|-]@2 k=v@3+4 [b|-]@5 l=w@6+4");
  clear (&scan);
}

static void
test_ini_keeps_the_line_for_the_caret (void)
{
  Scan scan = scan_text ("[a]\r\n  word\r\n");

  g_assert_cmpstr (((TcnConfigFault *) scan.faults->pdata[0])->source_line, ==, "  word");
  clear (&scan);
}

static void
test_ini_reads_a_hundred_thousand_groups (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Scan scan;

  for (int i = 0; i < 100000; i++)
    g_string_append_printf (text, "[rule r%d]\nquery = a b\n", i);
  scan = scan_bytes (text->str, text->len);

  g_assert_cmpuint (scan.ini->groups->len, ==, 100000);
  g_assert_cmpuint (scan.ini->entries->len, ==, 100000);
  clear (&scan);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define CASE(name, function) g_test_add_func ("/ini/" name, test_ini_##function)
  CASE ("reads-groups-keys-and-values", reads_groups_keys_and_values);
  CASE ("takes-a-value-to-the-end-of-the-line", takes_a_value_to_the_end_of_the_line);
  CASE ("skips-comments-and-blank-lines", skips_comments_and_blank_lines);
  CASE ("accepts-mark-and-carriage-returns", accepts_mark_and_carriage_returns);
  CASE ("needs-no-newline-at-the-end", needs_no_newline_at_the_end);
  CASE ("trims-no-break-spaces", trims_no_break_spaces);
  CASE ("takes-brackets-inside-a-name", takes_brackets_inside_a_name);
  CASE ("keeps-duplicates-for-its-caller", keeps_duplicates_for_its_caller);
  CASE ("reads-an-empty-value", reads_an_empty_value);
  CASE ("points-at-a-line-without-sign", points_at_a_line_without_sign);
  CASE ("points-at-text-after-a-header", points_at_text_after_a_header);
  CASE ("points-at-an-open-header", points_at_an_open_header);
  CASE ("points-at-a-key-without-group", points_at_a_key_without_group);
  CASE ("points-at-an-empty-key", points_at_an_empty_key);
  CASE ("points-at-what-is-no-utf8", points_at_what_is_no_utf8);
  CASE ("points-at-control-characters", points_at_control_characters);
  CASE ("points-at-a-nul", points_at_a_nul);
  CASE ("reports-every-fault-and-reads-on", reports_every_fault_and_reads_on);
  CASE ("keeps-the-line-for-the-caret", keeps_the_line_for_the_caret);
  CASE ("reads-a-hundred-thousand-groups", reads_a_hundred_thousand_groups);
  return g_test_run ();
}
