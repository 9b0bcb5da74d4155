# SPDX-License-Identifier: MIT
#
# strip.awk FILE...: prints each line of C as FILE:LINE:CODE with comments removed and the
# contents of strings and character constants blanked, so that searches see code only.

FNR == 1 { in_comment = 0 }

{
  rest = $0
  code = ""
  while (rest != "") {
    if (in_comment) {
      end = index (rest, "*/")
      if (end == 0)
        break
      rest = substr (rest, end + 2)
      in_comment = 0
    } else if (match (rest, /\/\*|\/\/|"|'/)) {
      code = code substr (rest, 1, RSTART - 1)
      what = substr (rest, RSTART, RLENGTH)
      rest = substr (rest, RSTART + RLENGTH)
      if (what == "/*") {
        in_comment = 1
      } else if (what == "//") {
        break
      } else {
        code = code what
        while (rest != "" && substr (rest, 1, 1) != what)
          rest = substr (rest, substr (rest, 1, 1) == "\\" ? 3 : 2)
        code = code what
        rest = substr (rest, 2)
      }
    } else {
      code = code rest
      break
    }
  }
  print FILENAME ":" FNR ":" code
}
