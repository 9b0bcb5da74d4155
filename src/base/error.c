/* SPDX-License-Identifier: MIT */
#include "tocsin/error.h"

G_DEFINE_QUARK (tcn_error, tcn_error)

int
tcn_error_exit_status (const GError *error)
{
  g_return_val_if_fail (error != NULL, 1);

  if (error->domain != TCN_ERROR)
    return 1;
  switch ((TcnErrorCode) error->code) {
  case TCN_ERROR_USAGE:
  case TCN_ERROR_CONFIG:
  case TCN_ERROR_RULE:
    return 2;
  default:
    return 1;
  }
}
