# SPDX-License-Identifier: MIT
#
# words.awk STRIPPED: prints what the style guide bans, from the output of strip.awk.

function report (what) {
  print place ": " what
}

function calls (name) {
  return code ~ ("(^|[^A-Za-z0-9_>.])" name " *\\(")
}

BEGIN {
  split ("atoi atol atoll atof strcpy strcat strncpy strncat stpcpy sprintf vsprintf strtok strtok_r " \
         "sscanf gets localtime gmtime ctime asctime malloc calloc realloc free strdup strndup asprintf " \
         "vasprintf system popen sleep usleep nanosleep g_usleep tmpnam mktemp alloca g_alloca", banned, " ")
}

{
  match ($0, /^[^:]*:[0-9]*:/)
  place = substr ($0, 1, RLENGTH - 1)
  code = substr ($0, RLENGTH + 1)
  if (code ~ /^[ \t]*$/)
    next

  for (i in banned)
    if (calls(banned[i]))
      report(banned[i] " is banned")
  if (place ~ /(^|\/)src\// && calls("(g_ascii_)?strto(u?ll?|d|f|imax|umax)") && code ~ /, *NULL *,/)
    report("a number is read without looking where it ends")
  if (code ~ /XML_PARSE_(NOENT|HUGE|DTDLOAD)/)
    report("this parser option is banned")
  if (code ~ /(^|[^A-Za-z0-9_])goto[^A-Za-z0-9_]/)
    report("goto is banned")
  if (code ~ /(^|[^A-Za-z0-9_])(if|while) \(.*[^=!<>+*\/%&|^-]=[^=]/)
    report("assignment in a condition")
}
