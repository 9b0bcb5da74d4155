# SPDX-License-Identifier: MIT
# Shell scripts are POSIX sh: the shell at hand (dash on Debian) can read them, and what
# remarks shellcheck has (where it is installed) were looked at.
. "$TOP_SRCDIR/tests/lib/lib.sh"

cd "$TOP_SRCDIR" || bail 'no source tree'
scripts="bootstrap .ci/run tests/lib/run-test $(find tests -name '*.sh' | LC_ALL=C sort)"
for script in $scripts; do
  [ -f "$script" ] || continue # .ci is not in a tarball
  ok "$script can be read" sh -n "$script"
done

# What it cannot see: that lib.sh is sourced (1090, 1091), variables that lib.sh sets (2034,
# 2154), functions called by name (2317), the shell of a script without "#!" (2148).
if command -v shellcheck >/dev/null 2>&1; then
  for script in $scripts; do
    [ -f "$script" ] || continue
    ok "shellcheck has nothing to say of $script" \
      shellcheck -s sh -S warning -e 1090,1091,2034,2148,2154,2317 "$script"
  done
else
  skip 'shellcheck has nothing to say' 'shellcheck is not installed'
fi
done_testing
