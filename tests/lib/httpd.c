/* SPDX-License-Identifier: MIT */
/*
 * httpd: an HTTP/1.1 server on the loopback for tests.
 *
 *   httpd [--root DIR] [--log FILE] [--port N] [--all-loopback]
 *
 * It prints its port (chosen by the kernel unless --port says it) as one line on stdout
 * and serves until it is killed or its parent dies. It listens on 127.0.0.1, with
 * --all-loopback on every address of 127.0.0.0/8, so that 127.0.0.2 is another host.
 *
 * Files below DIR are served with ETag and Last-Modified; an answer is 304 when every
 * validator that the request carries equals them byte for byte, as nginx judges. PATH.gz
 * beside PATH is what a client gets that accepts gzip. PATH.http beside PATH changes its
 * answer; its lines are:
 *   Status: 503           the status
 *   Delay-Ms: 300         wait before the answer
 *   Name: value           a header added, or put in the place of the server's own
 *   Name:                 the server's own header left out
 *
 * Troubles have paths of their own: those of httpd-faults.c (/slow-drip, /silent,
 * /endless-chunked, /gzip-bomb, /redirect?to=URL&status=301, /429?retry-after=60 ... and
 * /answer?status=N&header=Name:+value&body=TEXT for any other), and /t/NAME for the rows of
 * troubles-*.c.
 *
 * It serves as a plain HTTP proxy too, and as one of SOCKS, answering for every host by the
 * same table: so tests can have public hosts without a network.
 *
 * On the same port, who begins with a TLS handshake gets HTTP/2 (httpd-h2.h), where it was
 * built with OpenSSL.
 *
 * The log has one line for each request as it comes and one as its answer ends (a plain one:
 * before its client can know it, so that no other seems to overlap), fields separated by
 * tabs (tab, newline, CR and backslash inside a field are escaped):
 *   REQ  MS  CONNECTION  STATUS  METHOD  TARGET  HEADER ...   (HEADER is "Name: value")
 *   END  MS  CONNECTION
 * MS is monotonic. A STATUS of 0 is a request that gets no answer, 1 one of a raw answer.
 *
 * In a shell test:
 *   start_httpd DIR [--all-loopback]     (lib.sh; sets HTTPD_URL and HTTPD_LOG)
 */
#include "httpd.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_REQUEST (256 * 1024)

static char *root = NULL;
static FILE *log_file = NULL;
static GMutex lock; /* guards the log and the visits */
static GHashTable *visits;

static void
append_escaped (GString *out, const char *s)
{
  for (; *s != '\0'; s++) {
    switch (*s) {
    case '\t':
      g_string_append (out, "\\t");
      break;
    case '\n':
      g_string_append (out, "\\n");
      break;
    case '\r':
      g_string_append (out, "\\r");
      break;
    case '\\':
      g_string_append (out, "\\\\");
      break;
    default:
      g_string_append_c (out, *s);
    }
  }
}

void
httpd_log (const char *line)
{
  g_mutex_lock (&lock);
  if (log_file != NULL) {
    fputs (line, log_file);
    fflush (log_file);
  }
  g_mutex_unlock (&lock);
}

void
exchange_log (Exchange *exchange, guint status)
{
  g_autoptr (GString) line = g_string_new ("");

  if (exchange->is_logged)
    return;
  exchange->is_logged = TRUE;
  g_string_append_printf (line, "REQ\t%" G_GINT64_FORMAT "\t%u\t%u\t%s\t",
                          g_get_monotonic_time () / 1000, exchange->number, status,
                          exchange->method);
  append_escaped (line, exchange->target);
  for (guint i = 0; i < exchange->headers->len; i++) {
    g_string_append_c (line, '\t');
    append_escaped (line, g_ptr_array_index (exchange->headers, i));
  }
  g_string_append_c (line, '\n');
  httpd_log (line->str);
}

static void
log_end (Exchange *exchange)
{
  g_autofree char *line = NULL;

  if (exchange->is_ended)
    return;
  exchange->is_ended = TRUE;
  line = g_strdup_printf ("END\t%" G_GINT64_FORMAT "\t%u\n",
                          g_get_monotonic_time () / 1000, exchange->number);

  httpd_log (line);
}

guint
httpd_port (const Exchange *exchange)
{
  struct sockaddr_in address = { 0 };
  socklen_t length = sizeof address;

  getsockname (exchange->fd, (struct sockaddr *) &address, &length);
  return ntohs (address.sin_port);
}

guint
exchange_count_visit (const Exchange *exchange)
{
  guint n;

  g_mutex_lock (&lock);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (visits, exchange->path));
  g_hash_table_insert (visits, g_strdup (exchange->path), GUINT_TO_POINTER (n + 1));
  g_mutex_unlock (&lock);
  return n;
}

const char *
exchange_header (const Exchange *exchange, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; i < exchange->headers->len; i++) {
    const char *header = g_ptr_array_index (exchange->headers, i);

    if (g_ascii_strncasecmp (header, name, length) == 0 && header[length] == ':') {
      header += length + 1;
      return header + strspn (header, " \t");
    }
  }
  return NULL;
}

const char *
exchange_query (const Exchange *exchange, const char *name, const char *fallback)
{
  const char *value = g_hash_table_lookup (exchange->query, name);

  return value != NULL ? value : fallback;
}

guint64
httpd_number (const char *text)
{
  guint64 number = 0;

  g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &number, NULL);
  return number;
}

guint64
exchange_query_number (const Exchange *exchange, const char *name, guint64 fallback)
{
  const char *value = g_hash_table_lookup (exchange->query, name);

  return value != NULL ? httpd_number (value) : fallback;
}

gboolean
exchange_send (Exchange *exchange, const void *bytes, gsize n)
{
  const char *at = bytes;

  while (n > 0) {
    ssize_t sent = exchange->tls != NULL ? httpd_tls_send (exchange->tls, at, n)
                                         : send (exchange->fd, at, n, MSG_NOSIGNAL);

    if (sent < 0 && errno == EINTR)
      continue;
    if (sent <= 0)
      return FALSE;
    at += sent;
    n -= (gsize) sent;
  }
  return TRUE;
}

gboolean
exchange_sendf (Exchange *exchange, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  return exchange_send (exchange, text, strlen (text));
}

gboolean
exchange_wait (Exchange *exchange, guint ms)
{
  struct pollfd watched = { .fd = exchange->fd, .events = POLLIN | POLLRDHUP };

  return poll (&watched, 1, (int) ms) == 0;
}

void
exchange_answer (Exchange *exchange, guint status, const char *headers, const void *body,
                 gsize n)
{
  gboolean has_body = status != 304 && status != 204;

  exchange_log (exchange, status);
  log_end (exchange);
  if (exchange->h2 != NULL) {
    httpd_answer_h2 (exchange, status, headers, body, n);
    return;
  }
  if (has_body)
    exchange_sendf (exchange, "HTTP/1.1 %u Status\r\n%sContent-Length: %zu\r\n\r\n",
                    status, headers != NULL ? headers : "", n);
  else
    exchange_sendf (exchange, "HTTP/1.1 %u Status\r\n%s\r\n", status,
                    headers != NULL ? headers : "");
  if (has_body && n > 0 && strcmp (exchange->method, "HEAD") != 0)
    exchange_send (exchange, body, n);
}

/* --- files
 * ------------------------------------------------------------------------------ */

typedef struct {
  guint status;
  guint delay_ms;
  GHashTable *headers; /* lower-case name to the whole line; "" for one left out */
} FileAnswer;

static void
set_header (FileAnswer *answer, const char *name, const char *value)
{
  g_hash_table_insert (answer->headers, g_ascii_strdown (name, -1),
                       *value != '\0' ? g_strdup_printf ("%s: %s\r\n", name, value)
                                      : g_strdup (""));
}

static void
read_sidecar (FileAnswer *answer, const char *file)
{
  g_autofree char *name = g_strconcat (file, ".http", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (name, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    char *colon = strchr (lines[i], ':');
    char *value;

    if (colon == NULL)
      continue;
    *colon = '\0';
    value = g_strstrip (colon + 1);
    if (g_ascii_strcasecmp (lines[i], "Status") == 0)
      answer->status = (guint) httpd_number (value);
    else if (g_ascii_strcasecmp (lines[i], "Delay-Ms") == 0)
      answer->delay_ms = (guint) httpd_number (value);
    else
      set_header (answer, lines[i], value);
  }
}

/* Whether a validator of the request lets the answer be a 304: -1 when it has none. */
static int
judge_validator (const Exchange *exchange, FileAnswer *answer, const char *request_name,
                 const char *answer_name)
{
  const char *sent = exchange_header (exchange, request_name);
  const char *line = g_hash_table_lookup (answer->headers, answer_name);
  gsize skip = strlen (answer_name) + 2;

  if (sent == NULL)
    return -1;
  if (line == NULL || strlen (line) < skip + 2)
    return 0;
  return strlen (sent) == strlen (line) - skip - 2 &&
         strncmp (line + skip, sent, strlen (sent)) == 0;
}

static gboolean
is_unchanged (const Exchange *exchange, FileAnswer *answer)
{
  int etag = judge_validator (exchange, answer, "If-None-Match", "etag");
  int date = judge_validator (exchange, answer, "If-Modified-Since", "last-modified");

  return etag != 0 && date != 0 && (etag == 1 || date == 1);
}

static const char *
guess_type (const char *file)
{
  if (g_str_has_suffix (file, ".html"))
    return "text/html; charset=utf-8";
  if (g_str_has_suffix (file, ".json"))
    return "application/feed+json";
  return "application/xml";
}

static void
describe_file (FileAnswer *answer, const char *file, const struct stat *status)
{
  g_autoptr (GDateTime) modified = g_date_time_new_from_unix_utc (status->st_mtime);
  g_autofree char *date = g_date_time_format (modified, "%a, %d %b %Y %H:%M:%S GMT");
  g_autofree char *etag = g_strdup_printf (
      "\"%lx%09lx-%lx\"", (unsigned long) status->st_mtim.tv_sec,
      (unsigned long) status->st_mtim.tv_nsec, (unsigned long) status->st_size);

  set_header (answer, "ETag", etag);
  set_header (answer, "Last-Modified", date);
  set_header (answer, "Content-Type", guess_type (file));
}

static void
send_file (Exchange *exchange, FileAnswer *answer, const char *file)
{
  const char *accepted = exchange_header (exchange, "Accept-Encoding");
  g_autofree char *zipped = g_strconcat (file, ".gz", NULL);
  g_autofree char *body = NULL;
  g_autoptr (GString) headers = g_string_new ("");
  GHashTableIter iter;
  gpointer line;
  gsize n = 0;

  if (answer->status == 200 && is_unchanged (exchange, answer))
    answer->status = 304;
  if (accepted != NULL && strstr (accepted, "gzip") != NULL &&
      g_file_get_contents (zipped, &body, &n, NULL))
    set_header (answer, "Content-Encoding", "gzip");
  else if (!g_file_get_contents (file, &body, &n, NULL))
    answer->status = 404;
  g_hash_table_iter_init (&iter, answer->headers);
  while (g_hash_table_iter_next (&iter, NULL, &line))
    g_string_append (headers, line);
  if (answer->delay_ms > 0 && !exchange_wait (exchange, answer->delay_ms))
    exchange->keep_alive = FALSE;
  exchange_answer (exchange, answer->status, headers->str, body, n);
}

static void
answer_file (Exchange *exchange)
{
  g_autofree char *file = g_build_filename (root, exchange->path, NULL);
  FileAnswer answer = { .status = 200 };
  struct stat status;

  if (strstr (exchange->path, "..") != NULL || stat (file, &status) != 0 ||
      !S_ISREG (status.st_mode)) {
    exchange_answer (exchange, 404, "Content-Type: text/html\r\n", "<p>no</p>", 9);
    return;
  }
  answer.headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  describe_file (&answer, file, &status);
  read_sidecar (&answer, file);
  send_file (exchange, &answer, file);
  g_hash_table_unref (answer.headers);
}

/* --- the server
 * ------------------------------------------------------------------------- */

static void
clear_request (Exchange *exchange)
{
  g_clear_pointer (&exchange->method, g_free);
  g_clear_pointer (&exchange->target, g_free);
  g_clear_pointer (&exchange->path, g_free);
  g_clear_pointer (&exchange->query, g_hash_table_unref);
  g_clear_pointer (&exchange->headers, g_ptr_array_unref);
}

static char *
decode_query (const char *text)
{
  g_autofree char *spaced = g_strdelimit (g_strdup (text), "+", ' ');
  char *decoded = g_uri_unescape_string (spaced, NULL);

  return decoded != NULL ? decoded : g_strdup (text);
}

/* As a proxy is asked: the origin's part alone decides the answer. */
static const char *
skip_origin (const char *target)
{
  const char *slash;

  if (!g_str_has_prefix (target, "http://"))
    return target;
  slash = strchr (target + 7, '/');
  return slash != NULL ? slash : "/";
}

static void
parse_target (Exchange *exchange)
{
  const char *target = skip_origin (exchange->target);
  const char *mark = strchr (target, '?');
  g_autofree char *path =
      mark != NULL ? g_strndup (target, (gsize) (mark - target)) : g_strdup (target);
  g_auto (GStrv) parts = g_strsplit (mark != NULL ? mark + 1 : "", "&", -1);

  exchange->path = decode_query (path);
  exchange->query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; parts[i] != NULL; i++) {
    char *equals = strchr (parts[i], '=');

    if (equals != NULL)
      g_hash_table_insert (exchange->query,
                           g_strndup (parts[i], (gsize) (equals - parts[i])),
                           decode_query (equals + 1));
  }
}

void
exchange_begin (Exchange *exchange, const char *method, const char *target,
                GPtrArray *headers)
{
  clear_request (exchange);
  exchange->method = g_strdup (method);
  exchange->target = g_strdup (target);
  exchange->headers = headers;
  exchange->is_logged = FALSE;
  exchange->is_ended = FALSE;
  parse_target (exchange);
}

static gboolean
parse_request (Exchange *exchange, const char *head)
{
  GPtrArray *headers;
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  g_auto (GStrv) words = lines[0] != NULL ? g_strsplit (lines[0], " ", 3) : NULL;
  const char *connection;

  if (words == NULL || g_strv_length (words) != 3)
    return FALSE;
  headers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++)
    g_ptr_array_add (headers, g_strdup (lines[i]));
  exchange_begin (exchange, words[0], words[1], headers);
  connection = exchange_header (exchange, "Connection");
  exchange->keep_alive =
      connection == NULL || g_ascii_strcasecmp (connection, "close") != 0;
  return TRUE;
}

static gboolean
read_request (Exchange *exchange)
{
  const char *end;
  g_autofree char *head = NULL;

  for (;;) {
    char piece[8192];
    ssize_t n;

    end = strstr (exchange->input->str, "\r\n\r\n");
    if (end != NULL)
      break;
    n = exchange->tls != NULL ? httpd_tls_receive (exchange->tls, piece, sizeof piece)
                              : recv (exchange->fd, piece, sizeof piece, 0);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0 || exchange->input->len + (gsize) n > MAX_REQUEST)
      return FALSE;
    g_string_append_len (exchange->input, piece, n);
  }
  head = g_strndup (exchange->input->str, (gsize) (end - exchange->input->str));
  g_string_erase (exchange->input, 0, end - exchange->input->str + 4);
  return parse_request (exchange, head);
}

void
httpd_answer (Exchange *exchange)
{
  if (!httpd_answer_fault (exchange) && !httpd_answer_trouble (exchange))
    answer_file (exchange);
  log_end (exchange);
}

static gpointer
serve_connection (gpointer data)
{
  Exchange *exchange = data;
  int yes = 1;

  setsockopt (exchange->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  exchange->keep_alive = httpd_accept_socks (exchange) && httpd_accept_tls (exchange);
  if (exchange->h2 != NULL)
    httpd_serve_h2 (exchange);
  while (exchange->h2 == NULL && exchange->keep_alive && read_request (exchange))
    httpd_answer (exchange);
  httpd_h2_free (exchange->h2);
  httpd_tls_free (exchange->tls);
  close (exchange->fd);
  clear_request (exchange);
  g_string_free (exchange->input, TRUE);
  g_free (exchange);
  return NULL;
}

/* The file appears whole or not at all: who waits for it reads it at once. */
static void
tell_port (guint port, const char *port_file)
{
  g_autofree char *line = g_strdup_printf ("%u\n", port);

  if (port_file != NULL) {
    g_file_set_contents (port_file, line, -1, NULL);
  } else {
    fputs (line, stdout);
    fflush (stdout);
  }
}

static int
listen_on (guint port, gboolean all_loopback, const char *port_file)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons ((guint16) port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  socklen_t length = sizeof address;
  int yes = 1;

  address.sin_addr.s_addr = htonl (all_loopback ? INADDR_ANY : INADDR_LOOPBACK);
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) != 0 ||
      listen (fd, 1024) != 0 ||
      getsockname (fd, (struct sockaddr *) &address, &length) != 0) {
    perror ("httpd");
    return -1;
  }
  tell_port (ntohs (address.sin_port), port_file);
  return fd;
}

static gboolean
is_loopback (int fd)
{
  struct sockaddr_in address;
  socklen_t length = sizeof address;

  return getsockname (fd, (struct sockaddr *) &address, &length) == 0 &&
         (ntohl (address.sin_addr.s_addr) >> 24) == 127;
}

static void
accept_for_ever (int listener)
{
  for (guint number = 1;; number++) {
    int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
    Exchange *exchange;

    if (fd < 0)
      continue;
    if (!is_loopback (fd)) {
      close (fd);
      continue;
    }
    exchange = g_new0 (Exchange, 1);
    exchange->fd = fd;
    exchange->number = number;
    exchange->input = g_string_new ("");
    g_thread_unref (g_thread_new ("connection", serve_connection, exchange));
  }
}

int
main (int argc, char **argv)
{
  g_autofree char *log_path = NULL;
  g_autofree char *port_file = NULL;
  gint port = 0;
  gboolean all_loopback = FALSE;
  const GOptionEntry entries[] = {
    { "root", 0, 0, G_OPTION_ARG_FILENAME, &root, "serve files of DIR", "DIR" },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &log_path, "log requests to FILE", "FILE" },
    { "port", 0, 0, G_OPTION_ARG_INT, &port, "listen on port N", "N" },
    { "port-file", 0, 0, G_OPTION_ARG_FILENAME, &port_file, "write the port to FILE",
      "FILE" },
    { "all-loopback", 0, 0, G_OPTION_ARG_NONE, &all_loopback, "all of 127.0.0.0/8",
      NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  int listener;

  prctl (PR_SET_PDEATHSIG, SIGTERM);
  signal (SIGPIPE, SIG_IGN);
  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error)) {
    fprintf (stderr, "httpd: %s\n", error->message);
    return 2;
  }
  if (root == NULL)
    root = g_strdup (".");
  if (log_path != NULL)
    log_file = fopen (log_path, "ae");
  visits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  listener = listen_on ((guint) port, all_loopback, port_file);
  if (listener < 0)
    return 1;
  accept_for_ever (listener);
}
