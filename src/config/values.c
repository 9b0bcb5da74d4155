/* SPDX-License-Identifier: MIT */
#include "config/values.h"

#include <string.h>

#include "config/source.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

#define MAX_LANGUAGE_LETTERS 3 /* ISO 639; longer subtags are names, as in "french" */
#define HEADER_SEPARATOR ";;"

typedef struct {
  const char *name;
  gint64 factor;
} Unit;

/* Ascending: what is printed uses the last one that divides. */
static const Unit duration_units[] = {
  { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 604800 }, { NULL, 0 },
};
static const Unit size_units[] = {
  { "B", 1 }, { "KiB", 1 << 10 }, { "MiB", 1 << 20 }, { "GiB", 1 << 30 }, { NULL, 0 },
};
static const Unit count_units[] = { { "", 1 }, { NULL, 0 } };

static const TcnKeyWord flag_words[] = {
  { "yes", TRUE }, { "no", FALSE },  { "true", TRUE }, { "false", FALSE },
  { "on", TRUE },  { "off", FALSE }, { NULL, 0 },
};

/* Headers that the fetcher writes itself, or that would break what it relies on. */
static const char *const reserved_headers[] = {
  "Accept-Encoding",   "A-IM",          "Connection", "Content-Length",    "Host",
  "If-Modified-Since", "If-None-Match", "Range",      "Transfer-Encoding", NULL,
};

void
tcn_value_clear (TcnValue *value)
{
  g_clear_pointer (&value->text, g_free);
  g_clear_pointer (&value->list, g_strfreev);
}

void
tcn_slip_clear (TcnSlip *slip)
{
  g_clear_pointer (&slip->message, g_free);
  g_clear_pointer (&slip->remedy, g_free);
}

gboolean
tcn_slip_set (TcnSlip *slip, const char *text, const char *remedy, const char *format,
              ...)
{
  va_list arguments;

  va_start (arguments, format);
  tcn_slip_clear (slip);
  slip->start = 0;
  slip->end = strlen (text);
  slip->message = g_strdup_vprintf (format, arguments);
  slip->remedy = g_strdup (remedy);
  va_end (arguments);
  return FALSE;
}

gboolean
tcn_key_is_list (const TcnKey *key)
{
  return key->type == TCN_KEY_LIST || key->type == TCN_KEY_PATHS ||
         key->type == TCN_KEY_HEADERS;
}

gboolean
tcn_key_is_text (const TcnKey *key)
{
  switch (key->type) {
  case TCN_KEY_TEXT:
  case TCN_KEY_LANGUAGE:
  case TCN_KEY_PATH:
  case TCN_KEY_LOCATION:
  case TCN_KEY_URL:
  case TCN_KEY_PROXY:
  case TCN_KEY_AUTH:
  case TCN_KEY_QUERY:
    return TRUE;
  default:
    return FALSE;
  }
}

gboolean
tcn_list_next (const char *text, const char *separator, gsize *cursor, gsize *start,
               gsize *end)
{
  while (text[*cursor] != '\0') {
    const char *found = strstr (text + *cursor, separator);

    *start = *cursor;
    *end = found != NULL ? (gsize) (found - text) : *cursor + strlen (text + *cursor);
    *cursor = found != NULL ? *end + strlen (separator) : *end;
    tcn_source_trim (text, start, end);
    if (*start < *end)
      return TRUE;
  }
  return FALSE;
}

/* ---- Numbers ---- */

static const Unit *
find_units (const TcnKey *key)
{
  switch (key->type) {
  case TCN_KEY_DURATION:
    return duration_units;
  case TCN_KEY_SIZE:
    return size_units;
  default:
    return count_units;
  }
}

static const char *
describe_number (const TcnKey *key)
{
  switch (key->type) {
  case TCN_KEY_DURATION:
    return "a number and s, m, h, d or w, as in 90s or 15m";
  case TCN_KEY_SIZE:
    return "a number and KiB, MiB or GiB, as in 64KiB or 8MiB";
  default:
    return "a whole number";
  }
}

static char *
format_number (const TcnKey *key, gint64 number)
{
  const Unit *units = find_units (key);
  const Unit *best = &units[0];

  for (const Unit *unit = units; number != 0 && unit->name != NULL; unit++)
    if (number % unit->factor == 0)
      best = unit;
  return g_strdup_printf ("%" G_GINT64_FORMAT "%s", number / best->factor, best->name);
}

static gboolean
find_word (const TcnKeyWord *words, const char *text, gint64 *out_number)
{
  for (const TcnKeyWord *word = words; word != NULL && word->name != NULL; word++)
    if (g_str_equal (word->name, text)) {
      *out_number = word->value;
      return TRUE;
    }
  return FALSE;
}

/* "write auto, or a number and ...", "write text, json or tsv". */
static char *
advise (const TcnKeyWord *words, const char *number)
{
  GString *advice = g_string_new ("write ");

  for (const TcnKeyWord *word = words; word != NULL && word->name != NULL; word++) {
    gboolean is_last = number == NULL && word[1].name == NULL;

    g_string_append_printf (advice, "%s%s",
                            word == words ? ""
                            : is_last     ? " or "
                                          : ", ",
                            word->name);
  }
  if (number != NULL)
    g_string_append_printf (advice, "%s%s", words != NULL ? ", or " : "", number);
  return g_string_free (advice, FALSE);
}

static gboolean
is_in_bounds (const TcnKey *key, const char *text, gint64 number, TcnSlip *slip)
{
  g_autofree char *min = NULL;
  g_autofree char *max = NULL;

  if ((key->min == 0 && key->max == 0) || (number >= key->min && number <= key->max))
    return TRUE;
  min = format_number (key, key->min);
  max = format_number (key, key->max);
  return tcn_slip_set (slip, text, NULL, "“%s” is at least %s and at most %s", key->name,
                       min, max);
}

/* Digits and a unit, nothing between them. */
static gboolean
parse_number (const TcnKey *key, const char *text, TcnValue *out, TcnSlip *slip)
{
  g_autofree char *remedy = advise (key->words, describe_number (key));
  const char *end = text;
  gint64 number = 0;
  const Unit *unit;

  if (find_word (key->words, text, &out->number))
    return TRUE;
  for (; g_ascii_isdigit (*end); end++) {
    if (number > (G_MAXINT64 - 9) / 10)
      return tcn_slip_set (slip, text, NULL, "the number is too large");
    number = number * 10 + (*end - '0');
  }
  if (end == text)
    return tcn_slip_set (slip, text, remedy, "“%s” is not a value of “%s”", text,
                         key->name);
  for (unit = find_units (key); unit->name != NULL; unit++)
    if (g_str_equal (unit->name, end))
      break;
  if (unit->name == NULL) {
    tcn_slip_set (slip, text, remedy,
                  *end == '\0' ? "a unit is missing after the number"
                               : "unknown unit after the number");
    slip->start = *end == '\0' ? 0 : (gsize) (end - text);
    return FALSE;
  }
  if (number > G_MAXINT64 / unit->factor)
    return tcn_slip_set (slip, text, NULL, "the number is too large");
  if (!is_in_bounds (key, text, number * unit->factor, slip))
    return FALSE;
  out->number = number * unit->factor;
  return TRUE;
}

static gboolean
parse_choice (const TcnKey *key, const TcnKeyWord *words, const char *text, TcnValue *out,
              TcnSlip *slip)
{
  g_autofree char *remedy = NULL;

  if (find_word (words, text, &out->number))
    return TRUE;
  remedy = words == flag_words ? g_strdup ("write yes or no") : advise (words, NULL);
  return tcn_slip_set (slip, text, remedy, "“%s” is not a value of “%s”", text,
                       key->name);
}

/* A day lasts until its end, in UTC: this layer knows no time zone. */
static gboolean
parse_date (const TcnKey *key, const char *text, TcnValue *out, TcnSlip *slip)
{
  gboolean is_day = strlen (text) == strlen ("2027-01-31");
  g_autofree char *full =
      is_day ? g_strconcat (text, "T00:00:00Z", NULL) : g_strdup (text);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (full, NULL);

  if (time == NULL)
    return tcn_slip_set (slip, text, "write 2027-01-31 or 2027-01-31T18:00:00Z",
                         "“%s” is not a date", text);
  out->number = g_date_time_to_unix (time) + (is_day ? 86400 : 0);
  return TRUE;
}

/* ---- Texts ---- */

static gboolean
parse_language (const TcnKey *key, const char *text, TcnValue *out, TcnSlip *slip)
{
  g_autofree char *primary = tcn_language_primary (text);

  if (primary == NULL || strlen (primary) > MAX_LANGUAGE_LETTERS ||
      strpbrk (text, " \t;,") != NULL)
    return tcn_slip_set (slip, text, "write a code, as in fr, en or ar",
                         "“%s” is not a language", text);
  out->text = g_steal_pointer (&primary);
  return TRUE;
}

static gboolean
check_web_url (const char *text, TcnSlip *slip)
{
  if (*text == '"' || *text == '\'' || *text == '<')
    return tcn_slip_set (slip, text, "values stand without quotes", "this is not a URL");
  if (!tcn_url_is_openable (text))
    return tcn_slip_set (slip, text, "write https://HOST/PATH", "this is not a URL");
  return TRUE;
}

static gboolean
check_location (const char *text, TcnSlip *slip)
{
  g_autofree char *written = g_uri_parse_scheme (text);
  g_autofree char *scheme = written != NULL ? g_ascii_strdown (written, -1) : NULL;
  g_autofree char *path = NULL;
  g_autofree char *host = NULL;

  if (*text == '"' || *text == '\'' || *text == '<')
    return tcn_slip_set (slip, text, "values stand without quotes", "this is not a URL");
  if (scheme == NULL)
    return TRUE;
  if (g_str_equal (scheme, "http") || g_str_equal (scheme, "https"))
    return check_web_url (text, slip);
  if (!g_str_equal (scheme, "file")) {
    tcn_slip_set (slip, text, "write an http or https URL, file:///PATH, or a path",
                  "feeds are not read from “%s:”", written);
    slip->end = strlen (written) + 1;
    return FALSE;
  }
  path = g_filename_from_uri (text, &host, NULL);
  if (path == NULL || (host != NULL && !g_str_equal (host, "localhost")))
    return tcn_slip_set (slip, text, "write file:///PATH", "this is not a file's URL");
  return TRUE;
}

static gboolean
parse_location (const char *text, TcnValue *out, TcnSlip *slip)
{
  if (!check_location (text, slip))
    return FALSE;
  out->text = tcn_url_tidy_scheme (text);
  return TRUE;
}

static gboolean
parse_proxy (const TcnKey *key, const char *text, TcnValue *out, TcnSlip *slip)
{
  static const char *const schemes[] = { "http",   "https",   "socks4", "socks4a",
                                         "socks5", "socks5h", NULL };
  const char *colon = strstr (text, "://");
  g_autofree char *scheme = colon != NULL ? g_ascii_strdown (text, colon - text) : NULL;
  const char *rest = colon != NULL ? colon + 3 : text;

  if (g_str_equal (text, "none")) {
    out->text = g_strdup ("");
    return TRUE;
  }
  if (scheme != NULL && !g_strv_contains (schemes, scheme))
    return tcn_slip_set (
        slip, text, "write http://HOST:PORT, https://…, socks5://…, socks5h://… or none",
        "this is not a proxy's URL");
  if (*rest == '\0' || *rest == '/' || strpbrk (rest, " \t\"'<>") != NULL)
    return tcn_slip_set (slip, text, "write http://HOST:PORT, or none",
                         "this is not a proxy's URL");
  out->text = g_strdup (text);
  return TRUE;
}

static gboolean
parse_auth (const TcnKey *key, const char *text, TcnValue *out, TcnSlip *slip)
{
  static const char bearer[] = "bearer ";
  gsize length = strlen (bearer);

  if (g_ascii_strncasecmp (text, bearer, length) == 0) {
    if (strpbrk (text + length, " \t") != NULL)
      return tcn_slip_set (slip, text, "write bearer TOKEN", "a token holds no blanks");
    out->text = g_strconcat (bearer, text + length, NULL);
    return TRUE;
  }
  if (strchr (text, ':') == NULL || *text == ':')
    return tcn_slip_set (slip, text, "write USER:PASSWORD, or bearer TOKEN",
                         "there is no user and password");
  out->text = g_strdup (text);
  return TRUE;
}

static gboolean
is_header_name (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("!#$%&'*+-.^_`|~", text[i]) == NULL)
      return FALSE;
  return length > 0;
}

static gboolean
check_header (const char *header, TcnSlip *slip)
{
  const char *colon = strchr (header, ':');
  g_autofree char *name = NULL;

  if (colon == NULL || !is_header_name (header, (gsize) (colon - header)))
    return tcn_slip_set (slip, header, "write Name: value; several with “ ;; ” between",
                         "this is not a header");
  name = g_strndup (header, (gsize) (colon - header));
  for (const char *const *reserved = reserved_headers; *reserved != NULL; reserved++)
    if (g_ascii_strcasecmp (name, *reserved) == 0)
      return tcn_slip_set (slip, header, NULL, "“%s” is written by the program itself",
                           *reserved);
  return TRUE;
}

static gboolean
parse_list (const TcnKey *key, const char *text, TcnValue *out, TcnSlip *slip)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  gboolean are_headers = key->type == TCN_KEY_HEADERS;
  gsize cursor = 0, start = 0, end = 0;

  while (
      tcn_list_next (text, are_headers ? HEADER_SEPARATOR : ";", &cursor, &start, &end)) {
    char *word = g_strndup (text + start, end - start);

    g_ptr_array_add (words, word);
    if (are_headers && !check_header (word, slip)) {
      slip->start += start;
      slip->end += start;
      return FALSE;
    }
  }
  if (words->len == 0)
    return tcn_slip_set (slip, text, NULL, "“%s” has no value", key->name);
  g_ptr_array_add (words, NULL);
  out->list = (GStrv) g_ptr_array_free (g_steal_pointer (&words), FALSE);
  return TRUE;
}

static gboolean
parse_text (const TcnKey *key, const char *text, TcnValue *out, TcnSlip *slip)
{
  out->text = g_strdup (text);
  return TRUE;
}

gboolean
tcn_value_parse (const TcnKey *key, const char *text, TcnValue *out, TcnSlip *slip)
{
  if (*text == '\0')
    return tcn_slip_set (slip, text, "give it one, or remove the line",
                         "“%s” has no value", key->name);
  switch (key->type) {
  case TCN_KEY_FLAG:
    return parse_choice (key, flag_words, text, out, slip);
  case TCN_KEY_CHOICE:
    return parse_choice (key, key->words, text, out, slip);
  case TCN_KEY_COUNT:
  case TCN_KEY_DURATION:
  case TCN_KEY_SIZE:
    return parse_number (key, text, out, slip);
  case TCN_KEY_DATE:
    return parse_date (key, text, out, slip);
  case TCN_KEY_LANGUAGE:
    return parse_language (key, text, out, slip);
  case TCN_KEY_LIST:
  case TCN_KEY_PATHS:
  case TCN_KEY_HEADERS:
    return parse_list (key, text, out, slip);
  case TCN_KEY_LOCATION:
    return parse_location (text, out, slip);
  case TCN_KEY_URL:
    return check_web_url (text, slip) && parse_text (key, text, out, slip);
  case TCN_KEY_PROXY:
    return parse_proxy (key, text, out, slip);
  case TCN_KEY_AUTH:
    return parse_auth (key, text, out, slip);
  case TCN_KEY_TEXT:
  case TCN_KEY_PATH:
  case TCN_KEY_QUERY:
    return parse_text (key, text, out, slip);
  }
  g_return_val_if_reached (FALSE);
}

/* ---- Back to text ---- */

static char *
format_date (gint64 time_unix)
{
  g_autoptr (GDateTime) time = NULL;

  if (time_unix == TCN_TIME_NONE)
    return NULL;
  time = g_date_time_new_from_unix_utc (time_unix);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

char *
tcn_value_format (const TcnKey *key, const TcnValue *value)
{
  const TcnKeyWord *words = key->type == TCN_KEY_FLAG ? flag_words : key->words;
  const char *separator = key->type == TCN_KEY_HEADERS ? " " HEADER_SEPARATOR " " : "; ";

  if (tcn_key_is_list (key))
    return value->list != NULL && value->list[0] != NULL
               ? g_strjoinv (separator, value->list)
               : NULL;
  if (key->type == TCN_KEY_PROXY && value->text != NULL && *value->text == '\0')
    return g_strdup ("none");
  if (tcn_key_is_text (key))
    return g_strdup (value->text);
  for (const TcnKeyWord *word = words; word != NULL && word->name != NULL; word++)
    if (word->value == value->number)
      return g_strdup (word->name);
  return key->type == TCN_KEY_DATE ? format_date (value->number)
                                   : format_number (key, value->number);
}

static const TcnKey duration_key = { .type = TCN_KEY_DURATION };

gboolean
tcn_duration_parse (const char *text, gint64 *out_seconds)
{
  g_auto (TcnValue) value = { 0 };
  g_auto (TcnSlip) slip = { 0 };

  if (!tcn_value_parse (&duration_key, text, &value, &slip))
    return FALSE;
  *out_seconds = value.number;
  return TRUE;
}

char *
tcn_duration_format (gint64 seconds)
{
  g_auto (TcnValue) value = { .number = seconds };

  return tcn_value_format (&duration_key, &value);
}
