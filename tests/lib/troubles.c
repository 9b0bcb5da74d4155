/* SPDX-License-Identifier: MIT */
#include "troubles.h"

const TroubleClass *const *
troubles_classes (void)
{
  static const TroubleClass *const short_classes[] = {
    &troubles_validators, &troubles_statuses, &troubles_redirects,
    &troubles_framing,    &troubles_times,    NULL
  };
  static const TroubleClass *const classes[] = { &troubles_validators,
                                                 &troubles_statuses,
                                                 &troubles_redirects,
                                                 &troubles_framing,
                                                 &troubles_times,
                                                 &troubles_slow,
                                                 NULL };

  return g_getenv ("TOCSIN_TEST_LONG") != NULL ? classes : short_classes;
}

const Trouble *
troubles_find (const char *name)
{
  for (const TroubleClass *const *class = troubles_classes (); *class != NULL; class ++)
    for (gsize i = 0; i < (*class)->n_rows; i++)
      if (g_str_equal ((*class)->rows[i].name, name))
        return &(*class)->rows[i];
  return NULL;
}
