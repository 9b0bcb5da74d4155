/* SPDX-License-Identifier: MIT */
/*
 * Output that cannot be written yet, because what comes before it is known last: kept in
 * memory while it is small, then in an unnamed temporary file. A byte that a caller reserves
 * is replaced when it is copied out. Private to the commands.
 */
#pragma once

#include <glib.h>

/* The byte that stands for what is not known yet. */
#define TCN_SPOOL_RESERVED '\1'

typedef struct TcnSpool TcnSpool;

TcnSpool *tcn_spool_new (void);
void tcn_spool_free (TcnSpool *spool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnSpool, tcn_spool_free)

/* The buffer to append to; tcn_spool_settle() after each record. (transfer none) */
GString *tcn_spool_buffer (TcnSpool *spool);

/* Moves a large buffer to the file. FALSE with TCN_ERROR_OUTPUT when that is full. */
gboolean tcn_spool_settle (TcnSpool *spool, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes n bytes to standard output, which is not flushed. */
gboolean tcn_spool_put (const char *s, gsize n, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes everything to standard output, each TCN_SPOOL_RESERVED as `replacement`, and empties
 * the spool. */
gboolean tcn_spool_print (TcnSpool *spool, const char *replacement,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
