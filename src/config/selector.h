/* SPDX-License-Identifier: MIT */
/*
 * A choice of feeds: names, "tag:NAME", globs of names. Rules that choose alike share one.
 */
#pragma once

#include "tocsin/config.h"

G_BEGIN_DECLS

TcnSelector *tcn_selector_new (void);
TcnSelector *tcn_selector_ref (TcnSelector *selector);
void tcn_selector_unref (TcnSelector *selector);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnSelector, tcn_selector_unref)

void tcn_selector_add_name (TcnSelector *selector, const char *name);
void tcn_selector_add_tag (TcnSelector *selector, const char *tag);
void tcn_selector_add_glob (TcnSelector *selector, const char *glob);

/* The choice as it would be written. (transfer full) */
char *tcn_selector_format (const TcnSelector *selector);

G_END_DECLS
