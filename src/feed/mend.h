/* SPDX-License-Identifier: MIT */
/*
 * Makes the tags of a broken document nest: end tags that are missing are written, those
 * that close nothing are dropped, attributes get their quotes. An item whose own end tag was
 * not there is marked by a processing instruction before the end that is made for it, so
 * that it is not taken for a whole one. Works on what markup.c hands on.
 */
#pragma once

#include <glib.h>

/* The target of the processing instruction. */
#define TCN_MEND_CUT "cut"

typedef struct TcnMender TcnMender;

TcnMender *tcn_mender_new (void);
void tcn_mender_free (TcnMender *mender);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnMender, tcn_mender_free)

/* An element with this name (and prefix) is open already. */
void tcn_mender_open (TcnMender *mender, const char *name);

/* Appends the mended form of whole tags and what is between them. */
void tcn_mender_push (TcnMender *mender, const char *xml, gsize n, GString *out);
