/* SPDX-License-Identifier: MIT */
/*
 * [sink NAME] groups, whose keys depend on their type.
 */
#pragma once

#include "config/reader.h"

G_BEGIN_DECLS

/* Reads one group; NULL when its type is unknown or missing, which is reported. Values that
 * are wrong are reported and left out. (transfer full) (nullable) */
TcnSinkConfig *tcn_sink_config_read (TcnReader *reader, const TcnIni *ini,
                                     const TcnIniGroup *ini_group,
                                     const TcnKeyGroup *types);

/* The rows and values, for printing. */
const TcnKeyGroup *tcn_sink_config_keys (const TcnSinkConfig *sink);
const TcnValue *tcn_sink_config_value (const TcnSinkConfig *sink, gsize row);

G_END_DECLS
