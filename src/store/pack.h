/* SPDX-License-Identifier: MIT */
/*
 * Small values packed into bytes for one column of one row, where a table of their own
 * would cost more than they are worth. Unpacking trusts nothing: bytes that are none of
 * these give zeros and NULLs, and `is_bad`.
 */
#pragma once

#include <glib.h>

#include "tocsin/item.h"

G_BEGIN_DECLS

void tcn_pack_uint (GByteArray *out, guint64 value);
void tcn_pack_string (GByteArray *out, const char *s); /* nullable */

typedef struct {
  const guint8 *at;
  const guint8 *end;
  gboolean is_bad;
} TcnUnpack;

TcnUnpack tcn_unpack_begin (gconstpointer data, gsize n);
guint64 tcn_unpack_uint (TcnUnpack *in);
char *tcn_unpack_string (TcnUnpack *in); /* (transfer full) (nullable) */

/* Row keys in ascending order, as differences. NULL gives an empty array of gint64. */
void tcn_pack_rows (GByteArray *out, const GArray *rows);
GArray *tcn_unpack_rows (gconstpointer data, gsize n);

/* An alert's matches (of TcnMatch*). */
void tcn_pack_matches (GByteArray *out, const GPtrArray *matches);
void tcn_unpack_matches (gconstpointer data, gsize n, GPtrArray *matches);

/* An item's categories (of char*). */
void tcn_pack_strings (GByteArray *out, const GPtrArray *strings);
void tcn_unpack_strings (gconstpointer data, gsize n, GPtrArray *strings);

G_END_DECLS
