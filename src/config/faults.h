/* SPDX-License-Identifier: MIT */
/*
 * What is wrong with a configuration, as a list.
 */
#pragma once

#include "tocsin/config.h"

G_BEGIN_DECLS

/* Is one of the faults, from index `from` on, more than a warning? */
gboolean tcn_faults_have_error (const GPtrArray *faults, guint from);

/* Puts them in the order of files (`first_file` first, the others as they come), lines and
 * columns. */
void tcn_faults_sort (GPtrArray *faults, const char *first_file);

G_END_DECLS
