/* SPDX-License-Identifier: MIT */
#include "rules/chars.h"

#include "rules/chars-data.inc"
