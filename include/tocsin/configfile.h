/* SPDX-License-Identifier: MIT */
/*
 * The configuration's file while a command changes it: read, edited in memory, replaced in
 * one step, so that whoever reads it sees the old text or the new one.
 */
#pragma once

#include "tocsin/config.h"

G_BEGIN_DECLS

typedef struct {
  char *path;
  GBytes *original;    /* NULL when there is no such file yet */
  TcnConfig *config;   /* what it says; NULL when there is no such file yet */
  TcnConfigEdit *edit; /* what is to be changed is changed here */
} TcnConfigFile;

/* Opens the file at `path` for changes. A file that does not exist is as an empty one. One
 * that has errors is not changed: they are appended to `report`, and NULL is returned with
 * TCN_ERROR_CONFIG. (transfer full) (nullable) */
TcnConfigFile *tcn_config_file_open (const char *path, GString *report,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tcn_config_file_free (TcnConfigFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnConfigFile, tcn_config_file_free)

/* Replaces the file, keeping its mode; a link stays a link. A new one is readable by its
 * owner only, and its directory is made. Fails when somebody else changed the file in the
 * meantime. */
gboolean tcn_config_file_save (const TcnConfigFile *file,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
