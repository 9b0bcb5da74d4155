/* SPDX-License-Identifier: MIT */
/*
 * OPML, in and out: an outline of feeds in folders. Only http and https URLs and titles are
 * taken from a file, whatever else it holds; a folder becomes a tag of the feeds in it, and
 * a feed's tags become folders.
 */
#pragma once

#include "tocsin/config.h"

G_BEGIN_DECLS

typedef struct {
  char *url;
  char *title; /* nullable */
  GStrv tags;  /* never NULL; the outermost folder first */
  guint line;
} TcnOutline;

void tcn_outline_free (TcnOutline *outline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnOutline, tcn_outline_free)

/* The feeds of an OPML 1.0 or 2.0 file, in its order (of TcnOutline*, owned); one that stands
 * in several folders is one, with the tags of all of them. `path` is what messages call it.
 * Faults are appended (of TcnConfigFault*); what stands before the first error is returned.
 * (transfer full) */
GPtrArray *tcn_opml_read (const char *path, GBytes *bytes, GPtrArray *faults);

/* Appends an OPML 2.0 document of the feeds (of TcnFeedConfig*). Feeds of the file system
 * are left out, and user names and passwords of URLs. Returns how many were written. */
guint tcn_opml_write (GString *out, const GPtrArray *feeds);

G_END_DECLS
