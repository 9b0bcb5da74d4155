/* SPDX-License-Identifier: MIT */
/*
 * What is neither text nor a feed by its very first bytes: compressed files, pictures,
 * programs. Whoever was given one by mistake is told what it is, and what to do with it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TCN_BINARY_BYTES 16 /* of a document that tell */

/* What it is and what to do, as a message about the document; `command` is the one that reads
 * it from standard input. NULL for all that may be text. (transfer full) (nullable) */
char *tcn_binary_describe (const char *bytes, gsize n, const char *command);

G_END_DECLS
