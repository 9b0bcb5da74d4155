/* SPDX-License-Identifier: MIT */
/* The names that chars.c looks up. */
#pragma once

#include <glib.h>

typedef struct {
  const char *name;
  const char *text;
} TcnEntity;

extern const TcnEntity tcn_entities[];
extern const guint tcn_n_entities;
