/* SPDX-License-Identifier: MIT */
/*
 * Web pages, as far as somebody wants to read one that was saved: which document is one, and
 * what a person reads in it.
 */
#pragma once

#include <glib.h>

#include "tocsin/item.h"

G_BEGIN_DECLS

/* Does a text begin as a web page does, by its document type or its root? A feed that stands in
 * one is read by the parser all the same. */
gboolean tcn_page_begins (const char *s, gsize n);

/* The page as one item: its title, its language, and its text as the content. NULL if the
 * document is no web page. (transfer full) (nullable) */
TcnItem *tcn_page_read (const char *bytes, gsize n);

G_END_DECLS
