# SPDX-License-Identifier: MIT
#
# layers.awk Makefile.am FILE...: prints each include that goes upward or sideways, one a
# line; nothing when the layers hold. Run at the top of the tree. A file under src belongs
# to the layer it lies in, a public header to the layer whose *_sources name it.

BEGIN {
  split ("base:1 model:2 feed:3 rules:3 plan:3 config:4 net:5 store:5 sinks:5 app:6 commands:7 main:8", rows, " ")
  for (i in rows) {
    split (rows[i], row, ":")
    rank[row[1]] = row[2]
  }
}

# The blocks of Makefile.am: which layer lists what.
FNR == NR {
  if (match ($0, /^[a-z]+_sources [+]?=/)) {
    block = $1
    sub (/_sources$/, "", block)
  } else if ($0 !~ /^\t/) {
    block = ""
  }
  if (block != "")
    for (i = 1; i <= NF; i++)
      if ($i ~ /^(include|src)\//) {
        if ($i in layer_of)
          print $i " is listed twice in Makefile.am"
        layer_of[$i] = block
      }
  next
}

FNR == 1 {
  if (FILENAME ~ /^include\//) {
    own = layer_of[FILENAME]
    if (own == "")
      print FILENAME ": belongs to no layer (list it in a *_sources of Makefile.am)"
  } else {
    split (FILENAME, parts, "/")
    own = parts[2] == "main.c" ? "main" : parts[2]
    if (own != "main" && layer_of[FILENAME] != own)
      print FILENAME ": is not listed in " own "_sources of Makefile.am"
  }
  if (!(own in rank))
    print FILENAME ": no such layer: " own
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
  name = $0
  sub (/^[^"]*"/, "", name)
  sub (/".*$/, "", name)
  if (name ~ /^tocsin\//)
    other = layer_of["include/" name]
  else if (index (name, "/") > 0)
    other = substr (name, 1, index (name, "/") - 1)
  else
    other = own == "main" ? "commands" : own
  if (!(other in rank))
    print FILENAME ":" FNR ": includes \"" name "\", which belongs to no layer"
  else if (other != own && rank[other] >= rank[own])
    print FILENAME ":" FNR ": " own " (rank " rank[own] ") includes \"" name "\" of " other " (rank " rank[other] ")"
}

# The core is pure: bytes in, values out.
/^[ \t]*#[ \t]*include[ \t]*</ && rank[own] <= 4 {
  if ($0 ~ /<(curl\/|sqlite3\.h|libnotify\/|sys\/socket\.h|netdb\.h|netinet\/|arpa\/|poll\.h|unistd\.h|fcntl\.h|time\.h|gio\/gunix)/)
    print FILENAME ":" FNR ": " own " belongs to the pure core and may not have " $2
}
