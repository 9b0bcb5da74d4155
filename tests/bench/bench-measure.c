/* SPDX-License-Identifier: MIT */
/*
 * bench-measure NAME COMMAND...: runs the command with its output thrown away and prints what it
 * cost with all its children: CPU, wall and peak memory.
 */
#include <fcntl.h>
#include <glib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double
seconds (struct timeval time)
{
  return (double) time.tv_sec + (double) time.tv_usec / 1e6;
}

static void
become (char **argv)
{
  int null = open ("/dev/null", O_RDWR);

  dup2 (null, STDIN_FILENO);
  dup2 (null, STDOUT_FILENO);
  dup2 (null, STDERR_FILENO);
  execvp (argv[0], argv);
  _exit (127);
}

int
main (int argc, char **argv)
{
  gint64 began_us = g_get_monotonic_time ();
  struct rusage usage;
  int status = 0;
  pid_t pid;

  if (argc < 3) {
    g_printerr ("usage: bench-measure NAME COMMAND...\n");
    return 2;
  }
  pid = fork ();
  if (pid == 0)
    become (argv + 2);
  if (pid < 0 || wait4 (pid, &status, 0, &usage) < 0)
    return 1;
  g_print ("%-26s cpu %7.3f s  wall %7.3f s  peak %6.1f MB  status %d\n", argv[1],
           seconds (usage.ru_utime) + seconds (usage.ru_stime),
           (double) (g_get_monotonic_time () - began_us) / 1e6,
           (double) usage.ru_maxrss / 1024,
           WIFEXITED (status) ? WEXITSTATUS (status) : -1);
  return 0;
}
