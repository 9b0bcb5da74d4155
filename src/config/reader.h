/* SPDX-License-Identifier: MIT */
/*
 * Reading one group by the rows of its keys: values are looked up, expanded, parsed and put
 * into a record; whatever is wrong is reported where it stands.
 */
#pragma once

#include "config/ini.h"
#include "config/keys.h"
#include "config/values.h"

G_BEGIN_DECLS

/* What all groups of one load share. */
typedef struct {
  const TcnLoader *loader;
  GPtrArray *faults;
  GPtrArray *sources;       /* of TcnSource*, owned: places point into them */
  GHashTable *told_secrets; /* paths of the files of which that was said */
} TcnReader;

void tcn_reader_init (TcnReader *reader, const TcnLoader *loader, GPtrArray *faults);
void tcn_reader_clear (TcnReader *reader);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcnReader, tcn_reader_clear)

/* Reads a file; a failure is reported at the place that names it. NULL then.
 * (transfer none) */
const TcnSource *tcn_reader_open (TcnReader *reader, const char *path,
                                  const TcnPlace *place) G_GNUC_WARN_UNUSED_RESULT;

/* Warns, once for each file, of a secret that others than the owner can read. */
void tcn_reader_tell_secret (TcnReader *reader, const TcnSource *source,
                             const TcnPlace *place);

/* Every "${NAME}" of `text` replaced by that variable. (transfer full) (nullable): where one
 * is not set, the slip says which. */
char *tcn_reader_expand_variables (const TcnReader *reader, const char *text,
                                   TcnSlip *slip);

/* Is text that came from outside the file (`what`, for the message) fit for a line of it:
 * UTF-8 without control characters? Else the slip says so of the whole of `whole`. */
gboolean tcn_reader_check_foreign (const char *foreign, const char *whole,
                                   const char *what, TcnSlip *slip);

/* A path as written in `directory`: "~/" is the home, other relative ones begin there.
 * (transfer full) (nullable): with the home unknown, the slip is set. */
char *tcn_reader_expand_path (const TcnReader *reader, const char *path,
                              const char *directory, TcnSlip *slip);

/* The same path, absolute and without "." and "..". (transfer full) */
char *tcn_reader_make_absolute (const TcnReader *reader, const char *path);

/* Where a URL is a path of the file system: with a scheme it is not. */
gboolean tcn_reader_is_path (const char *location);

/* Does a URL hold a user name or a password? */
gboolean tcn_reader_has_password (const char *url);

/* A group and its entries, sorted to the rows. */
typedef struct {
  TcnReader *reader;
  const TcnIniGroup *ini_group;
  const TcnKey *keys;
  gsize n_keys;
  const TcnIniEntry *entries[TCN_MAX_GROUP_KEYS]; /* by row; NULL: absent */
  gboolean is_in_file[TCN_MAX_GROUP_KEYS];        /* it was written as KEY-file */
  gboolean is_misspelt[TCN_MAX_GROUP_KEYS]; /* an unknown key looks like it: it is not
                                               missing as well */
} TcnGroup;

/* Sorts the group's entries to the rows; reports unknown, doubled and missing keys.
 * Entries with the key `skipped` (nullable) are left alone. */
void tcn_group_init (TcnGroup *group, TcnReader *reader, const TcnIni *ini,
                     const TcnIniGroup *ini_group, const TcnKeyGroup *rows,
                     const char *skipped);

/* The value of a row, or else its default, put into `out`. FALSE when there is none, or
 * when it is wrong, which is reported. */
gboolean tcn_group_get (TcnGroup *group, gsize row, TcnValue *out);

/* Puts all values where the rows say. What has no value stays as it is. */
void tcn_group_fill (TcnGroup *group, gpointer record);

/* The entry of a key; NULL if there is none. */
const TcnIniEntry *tcn_group_entry (const TcnGroup *group, const char *key);

/* Was that key reported as misspelt? */
gboolean tcn_group_is_misspelt (const TcnGroup *group, const char *key);

G_END_DECLS
