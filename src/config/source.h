/* SPDX-License-Identifier: MIT */
/*
 * One file of the configuration as bytes and as lines, and places in it that a fault can
 * point to. Lines come out as valid UTF-8 without control characters, blanks trimmed; a
 * line that cannot be had so is reported and left out.
 */
#pragma once

#include "tocsin/config.h"

G_BEGIN_DECLS

typedef struct {
  char *path;      /* as messages name it */
  char *directory; /* what relative paths in it are relative to */
  GBytes *bytes;
  gboolean is_public; /* others than the owner can read it */
} TcnSource;

/* `path` is copied, `bytes` referenced. */
TcnSource *tcn_source_new (const char *path, GBytes *bytes, gboolean is_public);
void tcn_source_free (TcnSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnSource, tcn_source_free)

/* Part of a line. */
typedef struct {
  const TcnSource *source;
  guint line;    /* from 1; 0: the file as a whole */
  gsize line_at; /* where the line begins in the file */
  gsize start;   /* bytes of the line */
  gsize end;     /* exclusive */
} TcnPlace;

/* Reports what is wrong at a place. `remedy` says what to do, or is NULL. */
void tcn_place_error (const TcnPlace *place, GPtrArray *faults, const char *remedy,
                      const char *format, ...) G_GNUC_PRINTF (4, 5);

/* Reports what looks wrong there. */
void tcn_place_warn (const TcnPlace *place, GPtrArray *faults, const char *remedy,
                     const char *format, ...) G_GNUC_PRINTF (4, 5);

/* Replaces that part of the line in the latest fault by asterisks: no message may print a
 * secret, since messages end in logs. */
void tcn_place_hide (const TcnPlace *place, GPtrArray *faults);

/* A walk over the lines of a source. */
typedef struct {
  const TcnSource *source;
  GPtrArray *faults;
  gsize at; /* where the next line begins */
  guint line;
} TcnLines;

void tcn_lines_init (TcnLines *lines, const TcnSource *source, GPtrArray *faults);

/* The next line that is not blank and does not begin with a character of `comment_signs`,
 * trimmed: its place. Faulty lines are reported and skipped. FALSE at the end. */
gboolean tcn_lines_next (TcnLines *lines, const char *comment_signs, TcnPlace *out_place);

/* Where the text of a place stands in the source's bytes; not NUL-terminated, `end - start`
 * bytes long. */
const char *tcn_place_text (const TcnPlace *place);

/* Narrows [*start, *end) of `text` to what is left without white space (no-break spaces
 * included) at both sides. */
void tcn_source_trim (const char *text, gsize *start, gsize *end);

G_END_DECLS
