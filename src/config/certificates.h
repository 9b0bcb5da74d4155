/* SPDX-License-Identifier: MIT */
/*
 * The files of certificates and keys that a feed names: what is wrong with them is said when
 * the configuration is read, not when the feed is polled.
 */
#pragma once

#include "config/reader.h"

G_BEGIN_DECLS

/* Reports what is wrong with the files that `feed`, read from `group`, names. */
void tcn_certificates_check (TcnGroup *group, const TcnFeedConfig *feed);

G_END_DECLS
