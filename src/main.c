/* SPDX-License-Identifier: MIT */
#include "tocsin/error.h"

#include <stdio.h>

int
main (int argc, char **argv)
{
  return 0;
}
