/* SPDX-License-Identifier: MIT */
#include "config/ini.h"

#include <string.h>

static TcnIni *
create_ini (void)
{
  TcnIni *ini = g_new0 (TcnIni, 1);

  ini->groups = g_array_new (FALSE, TRUE, sizeof (TcnIniGroup));
  ini->entries = g_array_new (FALSE, TRUE, sizeof (TcnIniEntry));
  ini->strings = g_string_chunk_new (16 * 1024);
  return ini;
}

void
tcn_ini_free (TcnIni *ini)
{
  if (ini == NULL)
    return;
  g_array_unref (ini->groups);
  g_array_unref (ini->entries);
  g_string_chunk_free (ini->strings);
  g_free (ini);
}

/* The part [start, end) of the line of `line`, trimmed. */
static TcnPlace
narrow (const TcnPlace *line, gsize start, gsize end)
{
  TcnPlace part = *line;

  part.start = start;
  part.end = end;
  tcn_source_trim (tcn_place_text (&(TcnPlace){ line->source, 0, line->line_at, 0, 0 }),
                   &part.start, &part.end);
  return part;
}

static char *
keep (TcnIni *ini, const TcnPlace *place)
{
  return g_string_chunk_insert_len (ini->strings, tcn_place_text (place),
                                    (gssize) (place->end - place->start));
}

/* "[KIND NAME]": a name may hold any character, "]" too, as an address of IPv6 does. */
static void
scan_header (TcnIni *ini, const TcnPlace *line, GPtrArray *faults)
{
  const char *text = tcn_place_text (line);
  gsize length = line->end - line->start;
  TcnIniGroup group = { .place = *line, .first_entry = ini->entries->len };
  TcnPlace inside, kind;
  gsize kind_length = 0;

  if (text[length - 1] != ']') {
    const char *close = memchr (text, ']', length);
    TcnPlace rest = *line;

    rest.start = close != NULL ? line->start + (gsize) (close - text) + 1 : line->end;
    rest = narrow (&rest, rest.start, rest.end);
    tcn_place_error (&rest, faults,
                     close != NULL ? "a comment needs a line of its own" : NULL,
                     close != NULL ? "text after “]”" : "“]” is missing");
    length = close != NULL ? (gsize) (close - text) + 1 : length + 1;
  }
  inside = narrow (line, line->start + 1, line->start + length - 1);
  text = tcn_place_text (&inside);
  while (kind_length < inside.end - inside.start && text[kind_length] != ' ' &&
         text[kind_length] != '\t')
    kind_length++;
  kind = inside;
  kind.end = kind.start + kind_length;
  group.kind = keep (ini, &kind);
  group.name_place = narrow (line, kind.end, inside.end);
  if (group.name_place.start < group.name_place.end)
    group.name = keep (ini, &group.name_place);
  else
    group.name_place = kind;
  g_array_append_val (ini->groups, group);
}

static void
scan_entry (TcnIni *ini, const TcnPlace *line, GPtrArray *faults)
{
  const char *text = tcn_place_text (line);
  const char *sign = memchr (text, '=', line->end - line->start);
  gsize sign_at = line->start + (gsize) (sign != NULL ? sign - text : 0);
  TcnIniEntry entry = { 0 };

  if (sign == NULL) {
    tcn_place_error (line, faults,
                     "a line is [GROUP], KEY = VALUE, or a comment after “#”",
                     "“=” is missing");
    return;
  }
  entry.key_place = narrow (line, line->start, sign_at);
  entry.value_place = narrow (line, sign_at + 1, line->end);
  if (entry.key_place.start == entry.key_place.end) {
    tcn_place_error (line, faults, NULL, "there is no key before “=”");
    return;
  }
  if (ini->groups->len == 0) {
    tcn_place_error (&entry.key_place, faults, "write [tocsin] above it",
                     "a key outside of any group");
    return;
  }
  entry.key = keep (ini, &entry.key_place);
  entry.value = keep (ini, &entry.value_place);
  g_array_append_val (ini->entries, entry);
  g_array_index (ini->groups, TcnIniGroup, ini->groups->len - 1).n_entries++;
}

TcnIni *
tcn_ini_scan (const TcnSource *source, GPtrArray *faults)
{
  TcnIni *ini = create_ini ();
  TcnPlace line;
  TcnLines lines;

  tcn_lines_init (&lines, source, faults);
  while (tcn_lines_next (&lines, "#;", &line)) {
    if (*tcn_place_text (&line) == '[')
      scan_header (ini, &line, faults);
    else
      scan_entry (ini, &line, faults);
  }
  return ini;
}
