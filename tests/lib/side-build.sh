#!/bin/sh
# SPDX-License-Identifier: MIT
#
# side-build.sh DIR TARGETS [CONFIGURE-ARGS]: builds a copy of the tree under DIR with other
# settings, while the tree itself stays configured in place (configure refuses to build
# elsewhere from a configured tree). Only what changed is copied, so that a second run
# compiles only that. TARGETS is a list of words for make.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
tree=$(cd "$1" && pwd)/tree
targets=$2
shift 2

copy_tree () {
  mkdir -p "$tree/build-aux"
  cd "$top"
  if [ -e .git ] && command -v git >/dev/null 2>&1; then
    git ls-files --cached --others --exclude-standard |
      while IFS= read -r file; do [ ! -e "$file" ] || printf '%s\n' "$file"; done |
      LC_ALL=C sort -u >"$tree.files.new"
    # What is gone here goes there.
    if [ -f "$tree.files" ]; then
      LC_ALL=C comm -23 "$tree.files" "$tree.files.new" | while IFS= read -r file; do rm -f "$tree/$file"; done
    fi
    tr '\n' '\0' <"$tree.files.new" | xargs -0 cp -Pup --parents -t "$tree"
    mv "$tree.files.new" "$tree.files"
  else
    # An unpacked tarball: make knows what belongs to it.
    make -s distdir distdir="$tree" am__skip_mode_fix=:
  fi
}

configure_tree () {
  cd "$tree"
  if [ ! -x configure ] || [ -n "$(find configure.ac Makefile.am -newer configure)" ]; then
    autoreconf --install
    touch configure
  fi
  if [ ! -f Makefile ] || [ -n "$(find configure -newer Makefile)" ] ||
    [ "$*" != "$(cat side-build.args 2>/dev/null)" ]; then
    ./configure --quiet "$@" </dev/null
    printf '%s\n' "$*" >side-build.args
  fi
}

copy_tree
configure_tree "$@"
# shellcheck disable=SC2086 # a list of words
make -s -j"$(nproc 2>/dev/null || echo 1)" $targets
