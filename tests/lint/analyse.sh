#!/bin/sh
# SPDX-License-Identifier: MIT
#
# analyse.sh SRCDIR FLAGS...: clang-tidy and cppcheck over the sources, each where it is
# installed. Status 1 when one of them has something to say. LINT_FILES narrows it down.
set -u

srcdir=$1
shift
cd "$srcdir" || exit 1
files=${LINT_FILES-$(find src -name '*.c' | LC_ALL=C sort)}
jobs=$(nproc 2>/dev/null || echo 1)
status=0

# Flags that only gcc knows are none of clang-tidy's business.
count=$#
while [ "$count" -gt 0 ]; do
  flag=$1
  shift
  count=$((count - 1))
  case $flag in
  -I* | -D* | -std=* | -pthread) set -- "$@" "$flag" ;;
  esac
done

if command -v clang-tidy >/dev/null 2>&1; then
  echo "clang-tidy over $(echo "$files" | wc -w) files"
  echo "$files" | tr ' ' '\n' |
    xargs -P "$jobs" -I '{}' sh -c 'f=$1; shift; clang-tidy --quiet "$f" -- "$@" 2>/dev/null' sh '{}' "$@" || status=1
else
  echo 'clang-tidy is not installed'
fi

if command -v cppcheck >/dev/null 2>&1; then
  echo "cppcheck"
  # Macros of GLib (g_autoptr and the like) come with cppcheck's own gtk library; what is
  # left out: leaks into g_once_init_leave and the like, which keep for ever on purpose
  # (leaks that matter are LeakSanitizer's); and arguments that version 2.10 takes for negative or for
  # dangling.
  # shellcheck disable=SC2086 # a list of files
  cppcheck --quiet --error-exitcode=1 --std=c11 --library=gtk --enable=warning,performance,portability \
    --inline-suppr --suppress=missingInclude --suppress=unknownMacro --suppress=leakNoVarFunctionCall \
    --suppress=invalidFunctionArg --suppress=returnDanglingLifetime \
    -j "$jobs" -Iinclude -Isrc $files || status=1
else
  echo 'cppcheck is not installed'
fi
exit $status
