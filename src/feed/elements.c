/* SPDX-License-Identifier: MIT */
#include "feed/elements.h"

#include <string.h>

static const struct {
  const char *uri; /* a beginning, in lower case, without "http://" */
  TcnSpace space;
} spaces[] = {
  { "www.w3.org/2005/atom", TCN_SPACE_ATOM },
  { "purl.org/atom/ns#", TCN_SPACE_ATOM },
  { "purl.org/atom/ns", TCN_SPACE_ATOM },
  { "purl.org/echo/", TCN_SPACE_ATOM },
  { "purl.org/pie/", TCN_SPACE_ATOM },
  { "example.com/necho", TCN_SPACE_ATOM },
  { "example.com/newformat#", TCN_SPACE_ATOM },
  { "uri/of/echo/namespace#", TCN_SPACE_ATOM },
  { "www.w3.org/1999/02/22-rdf-syntax-ns", TCN_SPACE_RDF },
  { "purl.org/rss/1.0/modules/content", TCN_SPACE_CONTENT },
  { "purl.org/rss/1.0/modules/syndication", TCN_SPACE_SY },
  { "purl.org/rss/1.0/modules/rss091", TCN_SPACE_CORE },
  { "purl.org/rss/1.0/modules/", TCN_SPACE_OTHER },
  { "purl.org/rss/1.0", TCN_SPACE_CORE },
  { "purl.org/net/rss1.1", TCN_SPACE_CORE },
  { "my.netscape.com/", TCN_SPACE_CORE },
  { "channel.netscape.com/", TCN_SPACE_CORE },
  { "backend.userland.com/", TCN_SPACE_CORE },
  { "blogs.law.harvard.edu/tech/rss", TCN_SPACE_CORE },
  { "cyber.law.harvard.edu/rss", TCN_SPACE_CORE },
  { "www.rssboard.org/rss-specification", TCN_SPACE_CORE },
  { "purl.org/dc/elements", TCN_SPACE_DC },
  { "dublincore.org/documents/dcmi-namespace", TCN_SPACE_DC },
  { "purl.org/dc/terms", TCN_SPACE_DCTERMS },
  { "dublincore.org/documents/dcmi-terms", TCN_SPACE_DCTERMS },
  { "dublincore.org/specifications/dublin-core/dcmi-terms", TCN_SPACE_DCTERMS },
  { "search.yahoo.com/mrss", TCN_SPACE_MEDIA },
  { "tools.search.yahoo.com/mrss", TCN_SPACE_MEDIA },
  { "video.search.yahoo.com/mrss", TCN_SPACE_MEDIA },
  { "search.yahoo.com/searchmonkey/media", TCN_SPACE_MEDIA },
  { "www.rssboard.org/media-rss", TCN_SPACE_MEDIA },
  { "www.itunes.com/dtds/podcast-1.0.dtd", TCN_SPACE_ITUNES },
  { "example.com/dtds/podcast-1.0.dtd", TCN_SPACE_ITUNES },
  { "www.google.com/schemas/play-podcasts/1.0",
    TCN_SPACE_ITUNES }, /* the same elements */
  { "rssnamespace.org/feedburner/", TCN_SPACE_FEEDBURNER },
  { "www.w3.org/1999/xhtml", TCN_SPACE_XHTML },
};

static const struct {
  const char *prefix;
  TcnSpace space;
} prefixes[] = {
  { "atom", TCN_SPACE_ATOM },       { "atom10", TCN_SPACE_ATOM },
  { "atom03", TCN_SPACE_ATOM },     { "a10", TCN_SPACE_ATOM },
  { "rdf", TCN_SPACE_RDF },         { "rss", TCN_SPACE_CORE },
  { "content", TCN_SPACE_CONTENT }, { "dc", TCN_SPACE_DC },
  { "dcterms", TCN_SPACE_DCTERMS }, { "media", TCN_SPACE_MEDIA },
  { "itunes", TCN_SPACE_ITUNES },   { "googleplay", TCN_SPACE_ITUNES },
  { "sy", TCN_SPACE_SY },           { "feedburner", TCN_SPACE_FEEDBURNER },
  { "xhtml", TCN_SPACE_XHTML },
};

/* Does `s` begin with `prefix`, which is in lower case, in any case? */
static gboolean
has_prefix_any_case (const char *s, const char *prefix)
{
  for (; *prefix != '\0'; s++, prefix++)
    if (tcn_name_lower (*s) != *prefix)
      return FALSE;
  return TRUE;
}

TcnSpace
tcn_space_of (const char *uri, const char *prefix)
{
  const char *bare = uri;

  if (uri != NULL) {
    if (has_prefix_any_case (uri, "http://"))
      bare = uri + strlen ("http://");
    else if (has_prefix_any_case (uri, "https://"))
      bare = uri + strlen ("https://");
    for (guint i = 0; i < G_N_ELEMENTS (spaces); i++)
      if (has_prefix_any_case (bare, spaces[i].uri))
        return spaces[i].space;
  }
  /* A default namespace that nobody knows is a mistyped one. */
  if (prefix == NULL)
    return TCN_SPACE_CORE;
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (tcn_name_is (prefix, strlen (prefix), prefixes[i].prefix))
      return prefixes[i].space;
  return TCN_SPACE_OTHER;
}

const TcnElement *
tcn_element_find (TcnSpace space, const char *name, gsize n, TcnScope scope)
{
  const char first = tcn_name_lower (name[0]);
  const TcnElement *const tables[] = { tcn_rss_elements, tcn_atom_elements,
                                       tcn_module_elements };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const TcnElement *row = tables[i]; row->name != NULL; row++)
      if (row->name[0] == first && (row->spaces & (guint) space) != 0 &&
          (row->scopes & (guint) scope) != 0 && tcn_name_is (name, n, row->name))
        return row;
  return NULL;
}
