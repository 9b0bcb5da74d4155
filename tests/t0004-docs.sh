# SPDX-License-Identifier: MIT
# The manual, the help and the completions speak of the same commands and options as the
# program does.
. "$TOP_SRCDIR/tests/lib/lib.sh"

man=$TOP_SRCDIR/man/tocsin.1
completions=$TOP_SRCDIR/conf/completions

commands=$("$TOCSIN" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }')
ok 'the help lists commands' test -n "$commands"

# The part of the manual on one command.
section () {
  awk -v name="$1" '$1 == ".Sh" { here = 0 } $1 == ".Ss" { here = ($2 == name) } here' "$man"
}

documented=$(awk '$1 == ".Sh" { on = ($2 == "COMMANDS") } on && $1 == ".Ss" { print $2 }' "$man")
is "$(echo "$documented" | sort)" "$(echo "$commands" | sort)" 'the manual has the commands that the program has'

# Long options of a text, without those that every command takes.
options () {
  grep -oE -- "$1[a-z][a-z-]+" | sed "s/^$1/--/" | sort -u | grep -vxE -- '--(config|state|verbose|quiet|help|version)'
}

for command in $commands; do
  run "$TOCSIN" "$command" --help
  is "$status" 0 "$command --help ends with status 0"
  like "$out" "Usage: tocsin *$command*" "$command --help shows the synopsis"
  has=$(echo "$out" | grep -E '^ ' | options '--')
  is "$(section "$command" | options 'Fl -')" "$has" "the manual has the options of $command"
  for file in tocsin.bash _tocsin tocsin.fish; do
    ok "$file knows $command" grep -qwF -e "$command" "$completions/$file"
    dashes=--
    case $file in *.fish) dashes='-l ' ;; esac
    for option in $has; do
      ok "$file knows $option of $command" grep -qE -e "$dashes${option#--}([^a-z-]|\$)" "$completions/$file"
    done
  done
done

# And the other way round: what the completions offer exists.
offered=$(sed -n "s/.*local commands='\(.*\)'/\1/p" "$completions/tocsin.bash" | tr ' ' '\n' | sort)
is "$offered" "$(echo "$commands" | sort)" 'bash completes the commands that the program has'

# offer WORD...: what bash offers for the last word.
offer () {
  PATH=$(dirname "$TOCSIN"):$PATH bash -c '
    . "$1"
    shift
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _tocsin
    printf "%s\n" "${COMPREPLY[@]}"' bash "$completions/tocsin.bash" tocsin "$@"
}
if command -v bash >/dev/null 2>&1; then
  is "$(offer al)" alerts 'bash completes a command'
  is "$(offer -c some.conf alerts --pe)" --pending 'bash completes an option of the command'
  is "$(offer once --format j)" json 'bash completes a format'
  is "$(offer -c "$TOP_SRCDIR/conf/demo.conf" match --rule pa)" patrouille 'bash completes the name of a rule'
fi
if command -v zsh >/dev/null 2>&1; then
  ok 'zsh can read its completion' zsh -n "$completions/_tocsin"
fi
if command -v fish >/dev/null 2>&1; then
  ok 'fish can read its completion' fish --no-execute "$completions/tocsin.fish"
fi

# HACKING names each source file under its layer.
unnamed=$(cd "$TOP_SRCDIR" && find src -name '*.c' | LC_ALL=C sort | while read -r file; do
  grep -qE "(^|[ /])$(basename "$file" | sed 's/\./\\./')([ :,]|$)" HACKING || echo "$file"
done)
is "$(echo "$unnamed" | grep -v '^src/commands/\|^src/main.c')" '' 'HACKING names every module'
named=$(sed -n 's/^  \([a-z]*\/[a-z-]*\.c\) .*/\1/p' "$TOP_SRCDIR/HACKING")
gone=$(for file in $named; do [ -f "$TOP_SRCDIR/src/$file" ] || echo "$file"; done)
is "$gone" '' 'and none that is gone'

done_testing
