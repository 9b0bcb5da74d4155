/* SPDX-License-Identifier: MIT */
/*
 * tocsin.conf(5) and the example configuration speak of the keys that the program has, of
 * their defaults and their words, and of no others; tocsin-rules(7) speaks of the fields and
 * operators that queries have.
 */
#include <glib.h>
#include <string.h>

#include "tocsin/config.h"
#include "tocsin/query.h"
#include "tocsin/sink.h"

#define SECTION ".Ss "
#define ITEM ".It Cm "

static GStrv
read_lines (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", name, NULL);

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_strsplit (text, "\n", -1);
}

/* Whether a line of the manual begins the section on `group`. */
static gboolean
is_section (const char *line, const char *group)
{
  g_autofree char *alone = g_strdup_printf (SECTION "[%s]", group);
  g_autofree char *named = g_strdup_printf (SECTION "[%s NAME]", group);
  g_autofree char *sink = g_strdup_printf (SECTION "[sink NAME] with type = %s", group);

  return g_str_equal (line, alone) || g_str_equal (line, named) ||
         g_str_equal (line, sink);
}

/* The text of each documented key of a group, by the key's name. */
static GHashTable *
read_section (const char *group)
{
  gboolean is_found = FALSE, is_here = FALSE;
  GString *item = NULL;
  g_auto (GStrv) lines = read_lines ("man/tocsin.conf.5");
  g_autoptr (GHashTable) items = g_hash_table_new (g_str_hash, g_str_equal);

  for (char **line = lines; *line != NULL; line++) {
    if (g_str_has_prefix (*line, SECTION) || g_str_has_prefix (*line, ".Sh ")) {
      is_here = is_section (*line, group);
      is_found |= is_here;
      item = NULL;
    } else if (is_here && g_str_has_prefix (*line, ITEM)) {
      char *name = g_strdup (*line + strlen (ITEM));
      name[strcspn (name, " ")] = '\0';
      item = g_string_new (NULL);
      g_assert_true (g_hash_table_insert (items, name, item));
    }
    if (item != NULL)
      g_string_append_printf (item, "%s\n", *line);
  }
  if (!is_found)
    g_error ("tocsin.conf(5) has no section on [%s]", group);
  return g_steal_pointer (&items);
}

static void
free_section (GHashTable *items)
{
  GHashTableIter iter;
  gpointer name, item;

  g_hash_table_iter_init (&iter, items);
  while (g_hash_table_iter_next (&iter, &name, &item)) {
    g_free (name);
    g_string_free (item, TRUE);
  }
  g_hash_table_unref (items);
}

static gboolean
has_word (const char *text, const char *word)
{
  g_autofree char *escaped = g_regex_escape_string (word, -1);
  g_autofree char *pattern = g_strdup_printf ("(^|[\\s|])%s($|[\\s.,;|])", escaped);

  return g_regex_match_simple (pattern, text, G_REGEX_MULTILINE, 0);
}

static void
compare_key (const char *group, const TcnKey *key, GHashTable *items)
{
  const GString *item = g_hash_table_lookup (items, key->name);
  g_autofree char *synopsis =
      item != NULL ? g_strndup (item->str, strcspn (item->str, "\n")) : NULL;

  if (item == NULL)
    g_error ("tocsin.conf(5) does not tell of %s in [%s]", key->name, group);
  if (key->default_value != NULL && !has_word (item->str, key->default_value))
    g_error ("tocsin.conf(5) does not tell that %s in [%s] is %s by default", key->name,
             group, key->default_value);
  for (const TcnKeyWord *word = key->words; word != NULL && word->name != NULL; word++)
    if (!has_word (synopsis, word->name))
      g_error ("tocsin.conf(5) does not tell that %s in [%s] may be %s", key->name, group,
               word->name);
}

static void
compare_group (const TcnKeyGroup *group)
{
  GHashTableIter iter;
  gpointer name;
  GHashTable *items = read_section (group->name);

  for (gsize i = 0; i < group->n_keys; i++)
    compare_key (group->name, &group->keys[i], items);
  g_hash_table_iter_init (&iter, items);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    gboolean exists = FALSE;

    for (gsize i = 0; i < group->n_keys; i++)
      exists |= g_str_equal (group->keys[i].name, name);
    if (!exists)
      g_error ("tocsin.conf(5) tells of %s in [%s], which does not exist", (char *) name,
               group->name);
  }
  free_section (items);
}

static void
test_docs_groups (void)
{
  for (const TcnKeyGroup *group = tcn_config_key_groups (); group->name != NULL; group++)
    compare_group (group);
}

static void
test_docs_sinks (void)
{
  const TcnKey type = { .name = "type" };
  const TcnKeyGroup common = { "sink", &type, 1 };
  g_autofree TcnKeyGroup *types = tcn_sink_key_groups ();

  compare_group (&common);
  for (const TcnKeyGroup *group = types; group->name != NULL; group++)
    compare_group (group);
}

/* In the example a key stands for itself or in a comment: "# timeout = 60s". */
static gboolean
example_has (GStrv lines, const char *key)
{
  g_autofree char *pattern = g_strdup_printf ("^#? *%s = ", key);

  for (char **line = lines; *line != NULL; line++)
    if (g_regex_match_simple (pattern, *line, 0, 0))
      return TRUE;
  return FALSE;
}

static void
test_docs_example (void)
{
  g_auto (GStrv) lines = read_lines ("conf/tocsin.conf");

  for (const TcnKeyGroup *group = tcn_config_key_groups (); group->name != NULL; group++)
    for (gsize i = 0; i < group->n_keys; i++)
      if (!example_has (lines, group->keys[i].name))
        g_error ("conf/tocsin.conf does not show %s of [%s]", group->keys[i].name,
                 group->name);
}

/* The lines of a section of tocsin-rules(7) as one text. */
static char *
read_rules_section (const char *title)
{
  gboolean is_here = FALSE;
  g_auto (GStrv) lines = read_lines ("man/tocsin-rules.7");
  g_autofree char *head = g_strconcat (".Sh ", title, NULL);
  GString *text = g_string_new (NULL);

  for (char **line = lines; *line != NULL; line++) {
    if (g_str_has_prefix (*line, ".Sh "))
      is_here = g_str_equal (*line, head);
    if (is_here)
      g_string_append_printf (text, "%s\n", *line);
  }
  g_assert_cmpuint (text->len, >, 0);
  return g_string_free (text, FALSE);
}

static gboolean
is_accepted (const char *text)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
  g_autoptr (TcnQuery) query = tcn_query_parse (text, NULL, faults);

  return query != NULL;
}

/* The names are marked ".Cm NAME" in the manual, as items or as aliases. */
static void
test_docs_documented_fields (void)
{
  g_autofree char *text = read_rules_section ("FIELDS");
  g_autoptr (GRegex) names =
      g_regex_new ("^\\.(?:It )?Cm ([a-z]+(?: , [a-z]+)*)", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n = 0;

  for (g_regex_match (names, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL)) {
    g_autofree char *joined = g_match_info_fetch (match, 1);
    g_auto (GStrv) fields = g_strsplit (joined, " , ", -1);

    for (char **field = fields; *field != NULL; field++, n++) {
      g_autofree char *query = g_strdup_printf ("%s:fr patrouille", *field);

      if (!is_accepted (query))
        g_error ("tocsin-rules(7) tells of the field %s, which does not exist", *field);
    }
  }
  g_assert_cmpuint (n, >=, 9);
}

/* The table itself is the query layer's own; its source is read. */
static void
test_docs_existing_fields (void)
{
  guint n = 0;
  g_auto (GStrv) lines = read_lines ("src/rules/items.c");
  g_autofree char *text = read_rules_section ("FIELDS");
  g_autoptr (GRegex) row = g_regex_new ("^ *\\{ *\"([a-z]+)\", TCN_FIELD_", 0, 0, NULL);

  for (char **line = lines; *line != NULL; line++) {
    g_autoptr (GMatchInfo) match = NULL;
    g_autofree char *name = NULL;

    if (!g_regex_match (row, *line, 0, &match))
      continue;
    n++;
    name = g_match_info_fetch (match, 1);
    if (!has_word (text, name))
      g_error ("tocsin-rules(7) does not tell of the field %s", name);
  }
  g_assert_cmpuint (n, >=, 9);
}

static void
test_docs_operators (void)
{
  static const struct {
    const char *documented; /* as the manual marks it */
    const char *query;
  } rows[] = {
    { "Cm OR", "syrie OR liban" },        { "Cm \\(ba", "syrie | liban" },
    { "Cm AND", "syrie AND liban" },      { "Cm NOT", "syrie NOT liban" },
    { "Cm \\-", "syrie -liban" },         { "Cm NEAR ", "syrie NEAR liban" },
    { "Cm NEAR/", "syrie NEAR/5 liban" }, { "Cm AROUND", "syrie AROUND(5) liban" },
    { "Cm ONEAR ", "syrie ONEAR liban" }, { "Cm ONEAR/", "syrie ONEAR/5 liban" },
    { "Cm = Ns Ar word", "=SOHR" },       { "Cm = Ns Qq", "=\"la Syrie\"" },
    { "Qq Ar phrase", "\"la * Syrie\"" }, { "Ar abc Ns Cm *", "patrouill*" },
    { "Cm * Ns Ar abc ,", "*stan" },      { "Cm * Ns Ar abc Ns Cm *", "*chloroq*" },
    { "Ns Cm / ,", "/T-(72|90)M?/" },     { "Ns Cm /i", "/tank 72/i" },
    { "Cm @ Ns Ar name", "syrie @zone" },
  };
  g_autofree char *text = read_rules_section ("OPERATORS");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (strstr (text, rows[i].documented) == NULL)
      g_error ("tocsin-rules(7) does not tell of \"%s\"", rows[i].documented);
    if (!is_accepted (rows[i].query))
      g_error ("the query %s is refused", rows[i].query);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/docs/manual-has-the-keys-of-each-group", test_docs_groups);
  g_test_add_func ("/docs/manual-has-the-keys-of-each-sink", test_docs_sinks);
  g_test_add_func ("/docs/example-shows-every-key", test_docs_example);
  g_test_add_func ("/docs/manual-has-no-other-fields", test_docs_documented_fields);
  g_test_add_func ("/docs/manual-has-every-field", test_docs_existing_fields);
  g_test_add_func ("/docs/manual-has-every-operator", test_docs_operators);
  return g_test_run ();
}
