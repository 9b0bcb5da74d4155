/* SPDX-License-Identifier: MIT */
#include "troubles.h"

/* The first so many are slow. */
#ifdef HAVE_OPENSSL
#define N_SLOW 2
#else
#define N_SLOW 1
#endif

const TroubleClass *const *
troubles_classes (void)
{
  static const TroubleClass *const classes[] = {
    &troubles_slow,
#ifdef HAVE_OPENSSL
    &troubles_slow_http2,
#endif
    &troubles_validators,
    &troubles_statuses,
    &troubles_redirects,
    &troubles_framing,
    &troubles_times,
#ifdef HAVE_OPENSSL
    &troubles_http2,
#endif
    NULL,
  };
  static const TroubleClass *const *const short_classes = classes + N_SLOW;

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
