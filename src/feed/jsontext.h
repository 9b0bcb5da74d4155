/* SPDX-License-Identifier: MIT */
/*
 * JSON as slices of its text: no tree is built, nothing is kept. Whatever is asked for is looked
 * for anew in the slice around it, which costs little beside reading the text once. Values that
 * are not whole are none, so that a document that breaks off, or goes wrong, can be read up to
 * there. Commas and colons are taken for blanks. Private to the feed layer.
 */
#pragma once

#include <glib.h>

/* A value as it stands in the text. s is NULL for none. */
typedef struct {
  const char *s;
  gsize n;
} TcnJson;

/* What of an array or an object was not read yet. */
typedef struct {
  const char *s;
  gsize n;
  gboolean is_object;
} TcnJsonRest;

/* The value that the text begins with, behind blanks; none if it is broken, breaks off, or is
 * nested too deep. */
TcnJson tcn_json_read (const char *text, gsize n);

/* The inside of an array or object, which need not be whole. FALSE for anything else. */
gboolean tcn_json_enter (TcnJson value, TcnJsonRest *out);

/* The next element; of an object, the next member with its name. FALSE at the end, and where
 * the text is broken. */
gboolean tcn_json_next (TcnJsonRest *rest, TcnJson *out_name, TcnJson *out_value);

/* The last member of that name, in any case, before the end or before the text breaks. */
TcnJson tcn_json_find (TcnJson object, const char *name);

/* The inside of the array or object that this is; where there is no such member, the one that
 * the text breaks in counts too, up to the end of it. FALSE for anything else. */
gboolean tcn_json_enter_open (TcnJson object, const char *name, TcnJsonRest *out);

gboolean tcn_json_is_string (TcnJson value);
gboolean tcn_json_is_number (TcnJson value);

/* A string without its quotes and escapes: valid UTF-8 if the text is, without NUL.
 * (transfer full) */
char *tcn_json_dup_string (TcnJson string);

/* 0 for anything but a number. */
gdouble tcn_json_number (TcnJson value);
