/* SPDX-License-Identifier: MIT */
#include "net/httpvalue.h"

#include <curl/curl.h>
#include <string.h>

#define MAX_SECONDS (100 * 365 * 86400LL)

/* An HTTP date in Unix seconds, -1 when it is none. */
static gint64
read_date (const char *text)
{
  return text != NULL ? (gint64) curl_getdate (text, NULL) : -1;
}

/* Digits only, saturating; quotes are forgiven (max-age="600"). -1 for anything else. */
static gint64
read_seconds (const char *text)
{
  gint64 value = 0;

  text += strspn (text, " \t\"");
  if (!g_ascii_isdigit (*text))
    return -1;
  for (; g_ascii_isdigit (*text); text++)
    value = MIN (value * 10 + (*text - '0'), MAX_SECONDS);
  text += strspn (text, " \t\"");
  return *text == '\0' || *text == ',' || *text == ';' ? value : -1;
}

/* What stands after NAME in a list of directives: "" for a bare one, NULL if it is not
 * there. */
static const char *
find_directive (const char *list, const char *name)
{
  gsize length = strlen (name);

  while (*list != '\0') {
    list += strspn (list, " \t,;");
    if (g_ascii_strncasecmp (list, name, length) == 0 &&
        (list[length] == '\0' || strchr (" \t,;=", list[length]) != NULL)) {
      list += length + strspn (list + length, " \t");
      return *list == '=' ? list + 1 : "";
    }
    list += strcspn (list, ",;");
  }
  return NULL;
}

gint64
tcn_httpvalue_fresh_for_s (const char *cache_control, const char *age,
                           const char *expires, const char *date, gint64 now_unix)
{
  const char *max_age = NULL;
  gint64 seconds;
  gint64 base;

  if (cache_control != NULL) {
    if (find_directive (cache_control, "no-cache") != NULL ||
        find_directive (cache_control, "no-store") != NULL)
      return 0;
    max_age = find_directive (cache_control, "max-age");
  }
  seconds = max_age != NULL ? read_seconds (max_age) : -1;
  if (seconds >= 0)
    return MAX (seconds - (age != NULL ? MAX (read_seconds (age), 0) : 0), 0);
  if (expires == NULL)
    return -1;
  seconds = read_date (expires);
  base = read_date (date);
  if (seconds < 0)
    return 0; /* RFC 9111 5.3: an invalid date, "0" above all, has expired */
  return CLAMP (seconds - (base >= 0 ? base : now_unix), 0, MAX_SECONDS);
}

gint64
tcn_httpvalue_retry_after_s (const char *text, const char *date, gint64 now_unix)
{
  gint64 seconds;
  gint64 base;

  if (text == NULL)
    return -1;
  seconds = read_seconds (text);
  if (seconds >= 0)
    return seconds;
  seconds = read_date (text);
  base = read_date (date);
  if (seconds < 0)
    return -1;
  seconds -= base >= 0 ? base : now_unix;
  return seconds < 0 ? -1 : MIN (seconds, MAX_SECONDS);
}

guint
tcn_httpvalue_count_codings (const char *text, gsize n)
{
  guint count = 0;
  gsize i = 0;

  while (i < n) {
    gsize start;

    while (i < n && (text[i] == ',' || g_ascii_isspace (text[i])))
      i++;
    start = i;
    while (i < n && text[i] != ',')
      i++;
    while (i > start && g_ascii_isspace (text[i - 1]))
      i--;
    if (i > start &&
        (i - start != 8 || g_ascii_strncasecmp (text + start, "identity", 8) != 0))
      count++;
    while (i < n && text[i] != ',')
      i++;
  }
  return count;
}
