# SPDX-License-Identifier: MIT
# clang-format decides the form. Its versions disagree in details; the tree follows 14.
. "$TOP_SRCDIR/tests/lib/lib.sh"

for clang_format in clang-format-14 clang-format; do
  ! command -v $clang_format >/dev/null 2>&1 || break
done
needs $clang_format
case $($clang_format --version) in
*'version 14.'*) ;;
*) skip_all "$($clang_format --version) is not version 14" ;;
esac

cd "$TOP_SRCDIR" || bail 'no source tree'
for file in $(find include src tests -name '*.[ch]' | LC_ALL=C sort); do
  changes=$($clang_format "$file" | diff -u "$file" - | sed -n '3,40p')
  is "$changes" '' "$file is formatted"
done
done_testing
