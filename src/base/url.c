/* SPDX-License-Identifier: MIT */
#include "tocsin/url.h"

#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "tocsin/limits.h"
#include "tocsin/text.h"

/* A piece of a URL: nothing (NULL) and empty differ. */
typedef struct {
  const char *start;
  gsize len;
} Piece;

/* RFC 3986, section 3, without judging the characters. */
typedef struct {
  Piece scheme, authority, path, query, fragment;
} Parts;

static Piece
piece (const char *start, const char *end)
{
  return (Piece){ start, (gsize) (end - start) };
}

static gsize
scheme_length (const char *url)
{
  gsize n = 0;

  if (!g_ascii_isalpha (url[0]))
    return 0;
  while (g_ascii_isalnum (url[n]) || url[n] == '+' || url[n] == '-' || url[n] == '.')
    n++;
  return url[n] == ':' ? n : 0;
}

static Parts
split (const char *url)
{
  Parts parts = { 0 };
  const char *p = url;
  gsize n = scheme_length (url);
  const char *end;

  if (n > 0) {
    parts.scheme = (Piece){ url, n };
    p += n + 1;
  }
  if (p[0] == '/' && p[1] == '/') {
    end = p + 2 + strcspn (p + 2, "/?#");
    parts.authority = piece (p + 2, end);
    p = end;
  }
  end = p + strcspn (p, "?#");
  parts.path = piece (p, end);
  p = end;
  if (*p == '?') {
    end = p + strcspn (p, "#");
    parts.query = piece (p + 1, end);
    p = end;
  }
  if (*p == '#')
    parts.fragment = piece (p + 1, p + strlen (p));
  return parts;
}

static gboolean
piece_is (Piece p, const char *word)
{
  return p.len == strlen (word) && g_ascii_strncasecmp (p.start, word, p.len) == 0;
}

static void
append_piece (GString *out, const char *before, Piece p, const char *after)
{
  if (p.start == NULL)
    return;
  g_string_append (out, before);
  g_string_append_len (out, p.start, (gssize) p.len);
  g_string_append (out, after);
}

static void
drop_last_blanks (GString *text)
{
  while (text->len > 0 && text->str[text->len - 1] == ' ')
    g_string_truncate (text, text->len - 1);
}

/* White space around goes, TABs and line ends inside too: feeds wrap long links. So do
 * characters that nobody sees, which attributes bring along. */
static char *
tidy (const char *ref)
{
  g_autofree char *clean = NULL;
  GString *out;
  gsize n;

  while (g_ascii_isspace (*ref))
    ref++;
  n = strlen (ref);
  if (tcn_block_all_in (ref, n, '!', '~'))
    return tcn_dup (ref, n);
  clean = tcn_text_make_clean (ref, -1);
  out = g_string_new (NULL);
  for (const char *p = clean; *p != '\0'; p++) {
    if (*p != '\t' && *p != '\n' && *p != '\r') {
      g_string_append_c (out, *p);
      continue;
    }
    drop_last_blanks (out); /* with what the line was indented by */
    p += strspn (p, " \t\n\r") - 1;
  }
  drop_last_blanks (out);
  return g_string_free (out, FALSE);
}

/* Drops the last segment that was written at or behind `floor`. */
static void
drop_segment (GString *out, gsize floor)
{
  while (out->len > floor && out->str[out->len - 1] != '/')
    g_string_truncate (out, out->len - 1);
  if (out->len > floor)
    g_string_truncate (out, out->len - 1);
}

/* RFC 3986, 5.2.4: "." and ".." are resolved. */
static void
append_path_without_dots (GString *out, const char *path, gsize len)
{
  const char *end = path + len;
  gsize floor = out->len;

  while (path < end) {
    const char *slash = memchr (path + 1, '/', (gsize) (end - path - 1));
    const char *next = slash != NULL ? slash : end;
    Piece segment = piece (*path == '/' ? path + 1 : path, next);

    if (piece_is (segment, "..")) {
      drop_segment (out, floor);
      if (next == end)
        g_string_append_c (out, '/');
    } else if (!piece_is (segment, ".")) {
      g_string_append_len (out, path, (gssize) (next - path));
    } else if (next == end) {
      g_string_append_c (out, '/');
    }
    path = next;
  }
}

/* RFC 3986, 5.2.3 and 5.2.4. */
static void
append_merged_path (GString *out, Parts base, Parts ref)
{
  g_autoptr (GString) merged = g_string_new (NULL);
  gsize keep = base.path.len;

  if (ref.path.len > 0 && ref.path.start[0] == '/') {
    append_path_without_dots (out, ref.path.start, ref.path.len);
    return;
  }
  while (keep > 0 && base.path.start[keep - 1] != '/')
    keep--;
  g_string_append_len (merged, base.path.start, (gssize) keep);
  if (keep == 0)
    g_string_append_c (merged, '/');
  g_string_append_len (merged, ref.path.start, (gssize) ref.path.len);
  append_path_without_dots (out, merged->str, merged->len);
}

static char *
resolve_parts (Parts base, Parts ref)
{
  GString *out = g_string_new (NULL);

  append_piece (out, "", base.scheme, ":");
  if (ref.authority.start != NULL) {
    append_piece (out, "//", ref.authority, "");
    append_path_without_dots (out, ref.path.start, ref.path.len);
    append_piece (out, "?", ref.query, "");
  } else {
    append_piece (out, "//", base.authority, "");
    if (ref.path.len == 0) {
      append_piece (out, "", base.path, "");
      append_piece (out, "?", ref.query.start != NULL ? ref.query : base.query, "");
    } else {
      append_merged_path (out, base, ref);
      append_piece (out, "?", ref.query, "");
    }
  }
  append_piece (out, "#", ref.fragment, "");
  return g_string_free (out, FALSE);
}

/* "http:///host" is taken for "http://host", as browsers do: there is no page without a host. */
static void
drop_doubled_slashes (char *url)
{
  const Piece scheme = { url, scheme_length (url) };
  char *host = url + scheme.len + strlen ("://");

  if ((piece_is (scheme, "http") || piece_is (scheme, "https")) &&
      strncmp (url + scheme.len, ":///", 4) == 0)
    memmove (host, host + strspn (host, "/"), strlen (host + strspn (host, "/")) + 1);
}

/* Takes `url`; NULL when it is empty or over the ceiling. */
static char *
absolute_or_null (char *url)
{
  if (url[0] != '\0' && strlen (url) <= TCN_MAX_URL_BYTES)
    return url;
  g_free (url);
  return NULL;
}

char *
tcn_url_resolve (const char *base, const char *ref)
{
  g_autofree char *clean = NULL;
  g_autofree char *clean_base = NULL;

  if (ref == NULL)
    return NULL;
  clean = tidy (ref);
  if (clean[0] == '\0')
    return NULL;
  if (scheme_length (clean) > 0) {
    drop_doubled_slashes (clean);
    return absolute_or_null (g_steal_pointer (&clean));
  }
  clean_base = base != NULL ? tidy (base) : NULL;
  if (clean_base == NULL || scheme_length (clean_base) == 0)
    return NULL;
  return absolute_or_null (resolve_parts (split (clean_base), split (clean)));
}

gboolean
tcn_url_is_absolute (const char *url)
{
  return scheme_length (url) > 0;
}

/* The host's place in the authority: no user information, no port. */
static Piece
find_host (Piece authority)
{
  const char *start = authority.start;
  const char *end = start + authority.len;
  const char *colon;

  for (const char *p = end; p > authority.start; p--)
    if (p[-1] == '@') {
      start = p;
      break;
    }
  if (start < end && *start == '[') {
    const char *bracket = memchr (start, ']', (gsize) (end - start));

    return piece (start, bracket != NULL ? bracket + 1 : end);
  }
  colon = memchr (start, ':', (gsize) (end - start));
  return piece (start, colon != NULL ? colon : end);
}

gboolean
tcn_url_is_openable (const char *url)
{
  Parts parts = split (url);

  if (!piece_is (parts.scheme, "http") && !piece_is (parts.scheme, "https"))
    return FALSE;
  if (parts.authority.start == NULL || find_host (parts.authority).len == 0)
    return FALSE;
  for (const char *p = url; *p != '\0'; p++)
    if ((guchar) *p <= 0x20 || *p == 0x7f)
      return FALSE;
  return TRUE;
}

/* What "feed:" stands before: a whole URL, or one of http without its scheme. NULL for
 * others. (transfer full) (nullable) */
static char *
undo_feed_scheme (const char *url)
{
  Parts parts = split (url);
  const char *rest = url + parts.scheme.len + 1;
  const char *behind_slashes = parts.authority.start;

  if (!piece_is (parts.scheme, "feed"))
    return NULL;
  if (tcn_url_is_openable (rest))
    return g_strdup (rest);
  if (behind_slashes != NULL && tcn_url_is_openable (behind_slashes))
    return g_strdup (behind_slashes);
  return behind_slashes != NULL ? g_strconcat ("http:", rest, NULL) : NULL;
}

char *
tcn_url_tidy_scheme (const char *url)
{
  char *tidy_url = undo_feed_scheme (url);
  gsize n;

  if (tidy_url == NULL)
    tidy_url = g_strdup (url);
  n = scheme_length (tidy_url);
  for (gsize i = 0; i < n; i++)
    tidy_url[i] = g_ascii_tolower (tidy_url[i]);
  return tidy_url;
}

gboolean
tcn_url_is_shady (const char *url)
{
  static const char *const schemes[] = { "javascript", "data", "vbscript", "file" };
  g_autofree char *clean = NULL;
  const char *start;

  /* The common case, without copying. */
  if (strncmp (url, "http", 4) == 0)
    return FALSE;
  clean = tidy (url);
  for (start = clean; *start != '\0' && (guchar) *start <= 0x20; start++)
    ;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (piece_is ((Piece){ start, scheme_length (start) }, schemes[i]))
      return TRUE;
  return FALSE;
}

/* Parameters that say where a reader came from, never what the page is. */
static gboolean
is_tracking (const char *name, gsize len)
{
  static const char *const prefixes[] = { "utm_", "at_", "mtm_", "pk_", "hsa_", "xtor" };
  static const char *const names[] = { "fbclid",      "gclid",  "dclid",  "msclkid",
                                       "yclid",       "igshid", "mc_cid", "mc_eid",
                                       "_ga",         "cmpid",  "cmp",    "ncid",
                                       "ocid",        "ftag",   "wt_mc",  "smid",
                                       "source_feed", "spref" };
  Piece key = { name, len };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (len >= strlen (prefixes[i]) &&
        g_ascii_strncasecmp (name, prefixes[i], strlen (prefixes[i])) == 0)
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (piece_is (key, names[i]))
      return TRUE;
  return FALSE;
}

static void
append_query_without_tracking (GString *out, Piece query)
{
  const char *p = query.start;
  const char *end = p + query.len;
  char separator = '?';

  while (p < end) {
    const char *amp = memchr (p, '&', (gsize) (end - p));
    const char *next = amp != NULL ? amp : end;
    const char *equals = memchr (p, '=', (gsize) (next - p));

    if (next > p && !is_tracking (p, (gsize) ((equals != NULL ? equals : next) - p))) {
      g_string_append_c (out, separator);
      g_string_append_len (out, p, (gssize) (next - p));
      separator = '&';
    }
    p = next + (amp != NULL ? 1 : 0);
  }
}

static void
append_lower (GString *out, Piece p)
{
  for (gsize i = 0; i < p.len; i++)
    g_string_append_c (out, g_ascii_tolower (p.start[i]));
}

static Piece
without_www (Piece host)
{
  if (host.len > 4 && g_ascii_strncasecmp (host.start, "www.", 4) == 0)
    return (Piece){ host.start + 4, host.len - 4 };
  return host;
}

/* ":8080", or nothing when the port is the scheme's own. */
static Piece
find_port (Piece authority, Piece host)
{
  const char *start = host.start + host.len;
  Piece port = piece (start, authority.start + authority.len);

  if (piece_is (port, ":") || piece_is (port, ":80") || piece_is (port, ":443"))
    port.len = 0;
  return port;
}

char *
tcn_url_canonical (const char *url)
{
  g_autofree char *clean = tidy (url);
  Parts parts = split (clean);
  GString *out;
  Piece host, port;

  if (!tcn_url_is_openable (clean))
    return g_steal_pointer (&clean);
  out = g_string_new ("https://");
  host = find_host (parts.authority);
  port = find_port (parts.authority, host);
  append_lower (out, without_www (host));
  append_piece (out, "", port, "");
  while (parts.path.len > 0 && parts.path.start[parts.path.len - 1] == '/')
    parts.path.len--;
  append_piece (out, "", parts.path, "");
  if (parts.query.start != NULL)
    append_query_without_tracking (out, parts.query);
  return g_string_free (out, FALSE);
}

char *
tcn_url_redacted (const char *url)
{
  Parts parts = split (url);
  Piece host;
  const char *end = url + strlen (url);

  if (parts.authority.start == NULL)
    return g_strdup (url);
  host = find_host (parts.authority);
  return g_strdup_printf ("%.*s%.*s", (int) (parts.authority.start - url), url,
                          (int) (end - host.start), host.start);
}

char *
tcn_url_host (const char *url)
{
  Parts parts = split (url);
  Piece host;

  if (parts.authority.start == NULL)
    return NULL;
  host = find_host (parts.authority);
  if (host.len >= 2 && host.start[0] == '[' && host.start[host.len - 1] == ']')
    host = (Piece){ host.start + 1, host.len - 2 };
  return host.len > 0 ? g_ascii_strdown (host.start, (gssize) host.len) : NULL;
}

/* The last two parts of a path. */
static char *
short_path (Piece path)
{
  const char *start = path.start + path.len;
  guint slashes = 0;

  while (start > path.start) {
    if (start[-1] == '/' && ++slashes == 2)
      break;
    start--;
  }
  return g_strndup (start, path.len - (gsize) (start - path.start));
}

char *
tcn_url_short_name (const char *url)
{
  Parts parts = split (url);
  GString *out;
  Piece host, port;

  while (parts.path.len > 1 && parts.path.start[parts.path.len - 1] == '/')
    parts.path.len--;
  if (parts.authority.len == 0)
    return short_path (parts.path);
  host = find_host (parts.authority);
  out = g_string_sized_new (strlen (url));
  append_lower (out, without_www (host));
  port = find_port (parts.authority, host);
  g_string_append_len (out, port.start, (gssize) port.len);
  if (parts.path.len > 1)
    g_string_append_len (out, parts.path.start, (gssize) parts.path.len);
  return g_string_free (out, FALSE);
}
