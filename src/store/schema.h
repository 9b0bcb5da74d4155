/* SPDX-License-Identifier: MIT */
/*
 * The tables, as numbered steps that lead from any older state to this program's. A step
 * that was released is never changed; a change is a new step.
 */
#pragma once

#include "store/db.h"

G_BEGIN_DECLS

/* What a state's file is, before anything is read from it. */
typedef enum {
  TCN_SCHEMA_EMPTY, /* no tables yet */
  TCN_SCHEMA_OLDER, /* tcn_schema_migrate() makes it current */
  TCN_SCHEMA_CURRENT,
} TcnSchemaAge;

/* Fails with TCN_ERROR_STORE for a newer schema and for a database of another program. */
gboolean tcn_schema_inspect (TcnDb *db, TcnSchemaAge *out_age, GError **error);

/* Takes the steps that are missing, each in a transaction of its own. `is_silent` (a new
 * state after a damaged one) is noted in the first. */
gboolean tcn_schema_migrate (TcnDb *db, gboolean is_silent, GError **error);

G_END_DECLS
