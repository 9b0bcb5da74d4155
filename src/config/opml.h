/* SPDX-License-Identifier: MIT */
/*
 * OPML, in and out: an outline of feeds in folders. Only http and https URLs and titles are
 * taken from a file, whatever else it holds; a folder becomes a tag of the feeds in it.
 */
#pragma once

#include "config/source.h"

G_BEGIN_DECLS

typedef struct {
  char *url;
  char *title; /* nullable */
  GStrv tags;  /* never NULL; the outermost folder first */
  guint line;
} TcnOutline;

void tcn_outline_free (TcnOutline *outline);

/* The feeds of an OPML 1.0 or 2.0 file, in its order (of TcnOutline*, owned). Faults are
 * appended; what stands before the first error is returned. (transfer full) */
GPtrArray *tcn_opml_read (const TcnSource *source, GPtrArray *faults);

G_END_DECLS
