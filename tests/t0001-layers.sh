# SPDX-License-Identifier: MIT
# Includes go downward only (HACKING, "Layers"), and the test sees those that do not.
. "$TOP_SRCDIR/tests/lib/lib.sh"

layers () (
  cd "$1" && find include src -name '*.[ch]' | LC_ALL=C sort |
    xargs awk -f "$TOP_SRCDIR/tests/lint/layers.awk" Makefile.am
)

is "$(layers "$TOP_SRCDIR")" '' 'every include goes to its own layer or a lower one'

# plant LAYER/FILE INCLUDE: a copy of the tree with one more file.
plant () {
  rm -rf planted
  mkdir planted
  cp -R "$TOP_SRCDIR/include" "$TOP_SRCDIR/src" planted/
  chmod -R u+w planted
  layer=${1%%/*}
  mkdir -p "planted/src/$layer"
  printf '#include %s\n' "$2" >"planted/src/$1"
  sed "s|^${layer}_sources =|${layer}_sources = src/$1|" "$TOP_SRCDIR/Makefile.am" >planted/Makefile.am
}

plant base/planted.c '"tocsin/item.h"'
like "$(layers planted)" '*base*item.h*model*' 'an upward include of a public header is seen'
plant feed/planted.c '"store/db.h"'
like "$(layers planted)" '*feed*db.h*store*' 'an upward include of a private header is seen'
plant net/planted.c '"sinks/any.h"'
like "$(layers planted)" '*net*any.h*sinks*' 'a sideways include is seen'
plant rules/planted.c '<sqlite3.h>'
like "$(layers planted)" '*rules*pure core*' 'a library that the core may not have is seen'
plant config/planted.c '"tocsin/item.h"'
is "$(layers planted)" '' 'a downward include is none of its business'
mv planted/src/config/planted.c planted/src/config/unlisted.c
like "$(layers planted)" '*unlisted.c*not listed*' 'a file that Makefile.am does not list is seen'

done_testing
