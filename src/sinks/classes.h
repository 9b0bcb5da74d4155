/* SPDX-License-Identifier: MIT */
/* The classes of this directory, for the registry in sink.c and for nobody else. */
#pragma once

#include "tocsin/sink.h"

G_BEGIN_DECLS

extern const TcnSinkClass tcn_sink_stdout;
extern const TcnSinkClass tcn_sink_desktop; /* only with libnotify */

G_END_DECLS
