/* SPDX-License-Identifier: MIT */
/*
 * Feeds that are files of this machine. A file's time, size and number serve as its
 * validator, so that one that did not change is not read.
 */
#pragma once

#include "tocsin/fetch.h"

G_BEGIN_DECLS

/* Reads `path`, blocking: for a thread. Sets kind, failure, error, etag, body and
 * body_hash of `result`. Only regular files are read. */
void tcn_local_read (const char *path, gsize max_body, GBytes *etag,
                     TcnFetchResult *result);

G_END_DECLS
