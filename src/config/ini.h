/* SPDX-License-Identifier: MIT */
/*
 * The syntax of the file: groups, keys and values with their places, nothing of their
 * meaning. Duplicates are kept, so that whoever knows the keys can point at them.
 */
#pragma once

#include "config/source.h"

G_BEGIN_DECLS

/* "KEY = VALUE" */
typedef struct {
  char *key;
  char *value; /* may be empty */
  TcnPlace key_place;
  TcnPlace value_place;
} TcnIniEntry;

/* "[KIND]" or "[KIND NAME]" */
typedef struct {
  char *kind;
  char *name;          /* nullable */
  TcnPlace place;      /* the whole of the header */
  TcnPlace name_place; /* of the kind where there is no name */
  guint first_entry;
  guint n_entries;
} TcnIniGroup;

typedef struct {
  GArray *groups;  /* of TcnIniGroup */
  GArray *entries; /* of TcnIniEntry, group by group */
  GStringChunk *strings;
} TcnIni;

/* Reads the whole of the source, which must outlive the result; what is wrong is appended
 * to `faults`, and the rest is read all the same. (transfer full) */
TcnIni *tcn_ini_scan (const TcnSource *source, GPtrArray *faults);
void tcn_ini_free (TcnIni *ini);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnIni, tcn_ini_free)

G_END_DECLS
