# SPDX-License-Identifier: MIT
# systemd accepts the user unit.
. "$TOP_SRCDIR/tests/lib/lib.sh"
needs systemd-analyze

sed "s|@bindir@|$(dirname "$TOCSIN")|" "$TOP_SRCDIR/conf/tocsin.service.in" >tocsin.service
run systemd-analyze verify --user --man=no ./tocsin.service
case $err in
*'Failed to initialize manager'* | *'Operation not permitted'*) skip_all "systemd-analyze does not work here: $err" ;;
esac
is "$status" 0 'the unit is accepted'
is "$err" '' 'without a remark'

sed 's|^Type=notify|Type=telegram|' tocsin.service >broken.service
run systemd-analyze verify --user --man=no ./broken.service
isnt "$err" '' 'a broken one is not'
done_testing
