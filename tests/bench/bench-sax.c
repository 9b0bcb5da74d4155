/* SPDX-License-Identifier: MIT */
/* bench-sax FILE...: libxml2's SAX push parser with empty handlers over the files. */
#include <glib.h>
#include <libxml/parser.h>

#define CHUNK 16384

static void
ignore_text (void *data, const xmlChar *text, int n)
{
}

static void
ignore_start (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
              int n_namespaces, const xmlChar **namespaces, int n_attributes,
              int n_defaulted, const xmlChar **attributes)
{
}

static void
ignore_end (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
}

static void
read_nothing (const char *bytes, gsize n)
{
  xmlSAXHandler handlers = { .initialized = XML_SAX2_MAGIC,
                             .startElementNs = ignore_start,
                             .endElementNs = ignore_end,
                             .characters = ignore_text,
                             .cdataBlock = ignore_text };
  xmlParserCtxtPtr context = xmlCreatePushParserCtxt (&handlers, NULL, NULL, 0, NULL);

  xmlCtxtUseOptions (context, XML_PARSE_NONET);
  for (gsize i = 0; i < n; i += CHUNK)
    xmlParseChunk (context, bytes + i, (int) MIN (CHUNK, n - i), 0);
  xmlParseChunk (context, NULL, 0, 1);
  xmlFreeParserCtxt (context);
}

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    g_autofree char *bytes = NULL;
    gsize n;

    if (!g_file_get_contents (argv[i], &bytes, &n, NULL))
      return 1;
    read_nothing (bytes, n);
  }
  return 0;
}
