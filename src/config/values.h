/* SPDX-License-Identifier: MIT */
/*
 * What a value means: a key's text to a number, a text or a list, and back. Pure, one value
 * at a time; it knows no file and no other key.
 */
#pragma once

#include "tocsin/config.h"

G_BEGIN_DECLS

/* One of the three is in use, by the key's type. */
typedef struct {
  char *text;
  gint64 number;
  GStrv list;
} TcnValue;

void tcn_value_clear (TcnValue *value);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcnValue, tcn_value_clear)

/* Where a value is wrong, in bytes of it, and why. */
typedef struct {
  gsize start;
  gsize end;
  char *message;
  char *remedy; /* nullable */
} TcnSlip;

void tcn_slip_clear (TcnSlip *slip);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcnSlip, tcn_slip_clear)

/* Fills in the slip; the whole of `text` is wrong unless the caller narrows it afterwards.
 * Returns FALSE, for the sake of "return tcn_slip_set (...)". */
gboolean tcn_slip_set (TcnSlip *slip, const char *text, const char *remedy,
                       const char *format, ...) G_GNUC_PRINTF (4, 5);

/* Reads a value. Paths are taken as they stand. `out` is untouched on failure. */
gboolean tcn_value_parse (const TcnKey *key, const char *text, TcnValue *out,
                          TcnSlip *slip) G_GNUC_WARN_UNUSED_RESULT;

/* The value as it would be written; NULL when there is none to write.
 * (transfer full) (nullable) */
char *tcn_value_format (const TcnKey *key, const TcnValue *value);

/* Does a value of that type live in the text, or in the list? Else in the number. */
gboolean tcn_key_is_text (const TcnKey *key);
gboolean tcn_key_is_list (const TcnKey *key);

/* The next word of a list, which ends at ';': narrows [*start, *end) to it, without blanks.
 * Begin with both 0 and *cursor 0. Empty words are skipped. FALSE at the end. */
gboolean tcn_list_next (const char *text, const char *separator, gsize *cursor,
                        gsize *start, gsize *end);

G_END_DECLS
