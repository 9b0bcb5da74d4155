# SPDX-License-Identifier: MIT
# bench-parse.sh [ROUNDS]: `tocsin parse` over 5,000 feeds of 40 KB, 200 MB in all, one process
# and one core; beside it, where they are installed, sfeed with the same bytes as one stream and
# libxml2's SAX push parser with empty handlers. Each in turn, ROUNDS times; the best counts.
set -u
rounds=${1:-5}
build=$(cd "${TOP_BUILDDIR:-.}" && pwd)
make -s -C "$build" tests/bench/bench-measure tests/bench/bench-parse || exit 1
has_sax=
pkg-config --exists libxml-2.0 && make -s -C "$build" tests/bench/bench-sax && has_sax=yes
measure=$build/tests/bench/bench-measure
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
mkdir f
"$build/tests/bench/bench-parse" --write f || exit 1
cat f/*.xml >all.xml
bytes=$(wc -c <all.xml)
echo "$(ls f | wc -l) feeds, $bytes bytes; load $(cut -d' ' -f1-3 /proc/loadavg)"

run () { # NAME COMMAND...
  "$measure" "$@" | tee -a times
}
i=0
while [ $i -lt "$rounds" ]; do
  i=$((i + 1))
  run tocsin "$build/tocsin" parse f/*.xml
  if command -v sfeed >/dev/null; then
    run sfeed sh -c 'exec sfeed <all.xml'
  fi
  if [ -n "$has_sax" ]; then
    run sax "$build/tests/bench/bench-sax" f/*.xml
  fi
done
awk -v bytes="$bytes" '
  { if (!($1 in best) || $3 < best[$1]) best[$1] = $3 }
  END {
    for (name in best)
      printf "%-8s %.3f s  %4.0f MB/s  of which tocsin has %.2f\n", name, best[name],
        bytes / 1e6 / best[name], best[name] / best["tocsin"]
  }' times | sort
