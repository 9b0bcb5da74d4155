#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh TARGET...: runs libFuzzer targets (paths of programs), one after the other, for
# FUZZ_SECONDS each (default 60), from their seeds and what earlier runs found. The corpus
# grows in fuzz-corpus/NAME beside the build; a finding is left there as crash-* and ends
# the run with status 1.
set -eu

seeds=$(cd "$(dirname "$0")" && pwd)
status=0
for target; do
  name=${target##*/fuzz-}
  corpus=fuzz-corpus/$name
  mkdir -p "$corpus"
  set -- -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 \
    -artifact_prefix="fuzz-corpus/$name-"
  [ ! -f "$seeds/$name.dict" ] || set -- "$@" -dict="$seeds/$name.dict"
  set -- "$@" "$corpus"
  [ ! -d "$seeds/seeds/$name" ] || set -- "$@" "$seeds/seeds/$name"
  echo "fuzzing $name for ${FUZZ_SECONDS:-60} s"
  if ! nice -n 19 "$target" "$@" >"fuzz-corpus/$name.log" 2>&1; then
    tail -n 40 "fuzz-corpus/$name.log"
    status=1
  fi
  tail -n 1 "fuzz-corpus/$name.log"
done
exit $status
