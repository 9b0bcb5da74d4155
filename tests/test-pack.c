/* SPDX-License-Identifier: MIT */
#include "store/pack.h"

static void
test_pack_numbers_survive (void)
{
  static const guint64 numbers[] = { 0, 1, 127, 128, 300, G_MAXUINT32, G_MAXUINT64 };
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  TcnUnpack in;

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    tcn_pack_uint (packed, numbers[i]);
  in = tcn_unpack_begin (packed->data, packed->len);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_cmpuint (tcn_unpack_uint (&in), ==, numbers[i]);
  g_assert_false (in.is_bad);
  g_assert_cmpuint (tcn_unpack_uint (&in), ==, 0);
  g_assert_true (in.is_bad);
}

static void
test_pack_strings_survive (void)
{
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  TcnUnpack in;

  tcn_pack_string (packed, "é");
  tcn_pack_string (packed, NULL);
  tcn_pack_string (packed, "");
  in = tcn_unpack_begin (packed->data, packed->len);
  first = tcn_unpack_string (&in);
  second = tcn_unpack_string (&in);
  third = tcn_unpack_string (&in);

  g_assert_cmpstr (first, ==, "é");
  g_assert_null (second);
  g_assert_cmpstr (third, ==, "");
  g_assert_false (in.is_bad);
}

static void
test_pack_rows_survive (void)
{
  static const gint64 numbers[] = { 1, 2, 40, 1000000, G_MAXINT64 };
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autoptr (GArray) back = NULL;

  g_array_append_vals (rows, numbers, G_N_ELEMENTS (numbers));
  tcn_pack_rows (packed, rows);
  back = tcn_unpack_rows (packed->data, packed->len);
  g_assert_cmpmem (back->data, back->len * sizeof (gint64), numbers, sizeof numbers);
}

/* Whatever the bytes are: no more is read than there is, and what comes out is sound. */
static void
test_unpack_survives_anything (void)
{
  for (guint n = 0; n < 20000; n++) {
    guint8 bytes[48];
    gsize length = (gsize) g_test_rand_int_range (0, sizeof bytes + 1);
    g_autofree guint8 *exact = NULL;
    g_autoptr (GPtrArray) matches =
        g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_match_free);
    g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GArray) rows = NULL;

    for (gsize i = 0; i < length; i++)
      bytes[i] = (guint8) g_test_rand_int_range (0, n % 2 == 0 ? 256 : 10);
    if (length > 0)
      bytes[0] = 1;
    exact = g_memdup2 (bytes, length);
    tcn_unpack_matches (exact, length, matches);
    tcn_unpack_strings (exact, length, strings);
    rows = tcn_unpack_rows (exact, length);
    for (guint i = 0; i < matches->len; i++) {
      const TcnMatch *match = g_ptr_array_index (matches, i);

      g_assert_cmpuint (match->field, <, TCN_N_FIELDS);
      g_assert_true (g_utf8_validate (match->text, -1, NULL));
    }
    for (guint i = 0; i < strings->len; i++)
      g_assert_true (g_utf8_validate (g_ptr_array_index (strings, i), -1, NULL));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pack/numbers-survive", test_pack_numbers_survive);
  g_test_add_func ("/pack/strings-survive", test_pack_strings_survive);
  g_test_add_func ("/pack/rows-survive", test_pack_rows_survive);
  g_test_add_func ("/unpack/survives-anything", test_unpack_survives_anything);
  return g_test_run ();
}
