/* SPDX-License-Identifier: MIT */
#include "tocsin/daemon.h"

#include "command.h"
#include "session.h"
#include "tocsin/error.h"
#include "tocsin/setup.h"

static int
run (TcnInvocation *invocation)
{
  int status;
  g_auto (GStrv) rest = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcnConfig) config = NULL;

  if (!tcn_command_parse (invocation, NULL, &rest, &status))
    return status;
  if (*rest != NULL)
    return tcn_command_misused (invocation, "unexpected argument “%s”", *rest);
  config = tcn_session_load_config (invocation, TCN_WARNINGS_TOLD, &status);
  if (config == NULL)
    return status;

  g_autofree char *path = tcn_setup_config_path (invocation->config_path);
  g_autofree char *state_dir = tcn_setup_state_dir (invocation->state_dir, config);
  return tcn_daemon_run (config, path, state_dir, &error) ? 0
                                                          : tcn_command_failed (error);
}

const TcnCommand tcn_command_daemon = {
  .name = "daemon",
  .arguments = "",
  .summary = "Keep polling on schedule, in the foreground",
  .description =
      "Signals: HUP reads the configuration again (a faulty one is reported, and the last "
      "good one\ngoes on), USR1 polls all feeds now, TERM ends within five seconds. Speaks "
      "sd_notify(3) to\nsystemd. With -v it tells of each poll.",
  .run = run,
};
