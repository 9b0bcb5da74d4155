# SPDX-License-Identifier: MIT
#
# functions.awk STRIPPED: prints "FILE LINE LENGTH static|public NAME" for each function
# defined, from the output of strip.awk. The tree's format makes this simple: the return
# type has a line of its own, the name and the braces of a body stand in the first column.

{
  match ($0, /^[^:]*:[0-9]*:/)
  head = substr ($0, 1, RLENGTH - 1)
  code = substr ($0, RLENGTH + 1)
  split (head, at, ":")
}

code ~ /^[A-Za-z_][A-Za-z0-9_]* \(/ {
  name = code
  sub (/ .*/, "", name)
  name_line = at[2]
  scope = before ~ /(^|[^A-Za-z0-9_])static([^A-Za-z0-9_]|$)/ ? "static" : "public"
}

code ~ /^{/ && name != "" { open = at[2] }

code ~ /^}/ {
  if (open != "" && name != "")
    print at[1], name_line, at[2] - open + 1, scope, name
  name = ""
  open = ""
}

code !~ /^[ \t]*$/ { before = code }
