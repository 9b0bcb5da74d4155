/* SPDX-License-Identifier: MIT */
/*
 * The configuration: one INI file, and the lists, OPML files, query files and secrets
 * that it names, made into one immutable record. This layer opens nothing and reads no
 * environment: a TcnLoader does both. It knows no sink: the rows of their keys are handed
 * in. The invariant: a record exists only if there was no error in any of the files, and
 * every error of all of them is reported in one go.
 */
#pragma once

#include <glib.h>

#include "tocsin/item.h"

G_BEGIN_DECLS

/* ---- The table of keys ---- */

typedef enum {
  TCN_KEY_TEXT,     /* taken as it stands */
  TCN_KEY_FLAG,     /* yes | no */
  TCN_KEY_CHOICE,   /* one of `words` */
  TCN_KEY_COUNT,    /* a whole number */
  TCN_KEY_DURATION, /* 90s 15m 6h 3d 2w, or one of `words`; in seconds */
  TCN_KEY_SIZE,     /* 64KiB 8MiB; in bytes */
  TCN_KEY_DATE, /* 2027-01-31 (that day included) or an RFC 3339 time; the Unix time from
                   which it is over */
  TCN_KEY_LANGUAGE, /* a language code; its lower-case primary subtag */
  TCN_KEY_LIST,     /* words with ';' between */
  TCN_KEY_PATH,  /* made absolute: "~/" is the home, else relative to the file it is in */
  TCN_KEY_PATHS, /* several, with ';' between */
  TCN_KEY_LOCATION, /* an http, https or file URL, or a path */
  TCN_KEY_URL,      /* an http or https URL */
  TCN_KEY_PROXY,    /* a proxy's URL or host:port; "none" is an empty text */
  TCN_KEY_AUTH,     /* USER:PASSWORD or bearer TOKEN */
  TCN_KEY_HEADERS,  /* Name: value, several with " ;; " between; a list */
  TCN_KEY_QUERY,    /* the rule language */
} TcnKeyType;

typedef enum {
  TCN_KEY_EXPANDS = 1 << 0,  /* ${NAME} and KEY-file work */
  TCN_KEY_SECRET = 1 << 1,   /* never printed; warned of where others can read the file */
  TCN_KEY_REQUIRED = 1 << 2, /* a group without it is refused */
} TcnKeyFlags;

/* A word that a value may be, and the number that it stands for. */
typedef struct {
  const char *name;
  gint64 value;
} TcnKeyWord;

typedef struct {
  const char *name;
  TcnKeyType type;
  TcnKeyFlags flags;
  const char *default_value; /* as it would be written; NULL: none */
  gint64 min, max;           /* of numbers, both included; both 0: no bounds */
  const TcnKeyWord *words;   /* ended by a NULL name; nullable */
  const char *help;          /* one line, no full stop */
  gsize offset;              /* of the value in its record; this layer's rows only */
} TcnKey;

/* The keys of one kind of group ("tocsin", "feed", ...) or of one type of sink
 * ("stdout"). A sink's rows leave out `type`, which all of them have. */
typedef struct {
  const char *name;
  const TcnKey *keys;
  gsize n_keys;
  const char *missing; /* why the program is without that type of sink; nullable */
} TcnKeyGroup;

/* The groups that are not sinks, ended by one without a name: tocsin, feed, feeds, rule,
 * define. For the tests that compare manual, example and table. (transfer none) */
const TcnKeyGroup *tcn_config_key_groups (void);

/* "90s", "7d": seconds, as keys of the type TCN_KEY_DURATION take them; and back, in the
 * largest unit that divides (transfer full). */
gboolean tcn_duration_parse (const char *text,
                             gint64 *out_seconds) G_GNUC_WARN_UNUSED_RESULT;
char *tcn_duration_format (gint64 seconds);

/* ---- The record ---- */

#define TCN_INTERVAL_AUTO 0  /* follow the feed's rhythm */
#define TCN_BACKLOG_ALL (-1) /* everything a feed holds at first sight alerts */
#define TCN_BACKLOG_NONE 0   /* nothing does */

/* [tocsin] */
typedef struct {
  gint64 interval_s; /* TCN_INTERVAL_AUTO or a duration */
  gint64 backlog_s;  /* TCN_BACKLOG_ALL, TCN_BACKLOG_NONE or the age up to which items
                        alert */
  gint64 max_transfers;
  gint64 host_transfers;
  gint64 host_gap_s;
  gint64 timeout_s;
  gint64 max_body; /* decoded bytes */
  gint64 retain_s;
  char *state;      /* absolute path of the state directory; nullable */
  char *language;   /* of items of which nothing else tells it; nullable */
  char *user_agent; /* nullable: the program's own */
  char *proxy;      /* nullable: as the environment says; "": none */
  gboolean private_networks;
  GStrv health; /* names of sinks that are told of feeds' health; NULL: none */
} TcnSettings;

/* [feed NAME], or one line of a list, or one outline of an OPML file. */
typedef struct {
  char *name;
  char *url;         /* http, https or file URL, or an absolute path */
  char *title;       /* nullable: the feed's own */
  GStrv tags;        /* never NULL */
  gint64 interval_s; /* its own or that of [tocsin] */
  gboolean has_own_interval;
  char *language; /* beats what the feed says; nullable */
  char *auth;     /* "USER:PASSWORD" or "bearer TOKEN"; nullable; in its parts: */
  char *user;     /* nullable */
  char *password; /* with user */
  char *bearer;   /* a token; nullable */
  GStrv headers;  /* "Name: value" each; never NULL */
  char *proxy;    /* its own or that of [tocsin], as there */
  gboolean netrc; /* with neither auth nor a login in the URL: one from ~/.netrc */
  char *tls_ca;   /* absolute paths of PEM files; nullable */
  char *tls_cert;
  char *tls_key; /* NULL with tls_cert: it is in the same file */
  gboolean insecure_tls;
  gboolean enabled;
  char *file; /* where it stands */
  guint line;
} TcnFeedConfig;

/* Which feeds a rule speaks about: names, tags, globs. */
typedef struct TcnSelector TcnSelector;

/* [rule NAME] */
typedef struct {
  char *name;
  GPtrArray *queries; /* of TcnQuery*: one, or one for each line of a query file, of which
                         any may match; never empty */
  GPtrArray *texts;   /* of char*: the same queries as written */
  char *query_file;   /* absolute; NULL when the query is in the configuration */
  char *language; /* in which its words are inflected whatever the item says; nullable */
  gboolean inflect;
  TcnSelector *feeds;     /* nullable: all */
  TcnSelector *not_feeds; /* nullable: none */
  TcnUrgency urgency;
  GStrv sinks; /* names; NULL: every sink */
  gboolean enabled;
  gint64 until_unix; /* over from then on; TCN_TIME_NONE: never */
  gint64 cooldown_s; /* how long after an alert further ones are held; 0: not at all */
  char *title;       /* shown in place of the name; nullable */
  char *file;
  guint line;
} TcnRuleConfig;

/* [define NAME]: a query that others use as @NAME. */
typedef struct {
  char *name;
  char *text;
} TcnDefineConfig;

/* [sink NAME]: its type and the values of the keys of that type, defaults filled in. */
typedef struct TcnSinkConfig TcnSinkConfig;

typedef struct TcnConfig {
  char *path; /* of the main file */
  TcnSettings settings;
  GPtrArray *feeds;   /* of TcnFeedConfig*, in the order of the file, listed ones last */
  GPtrArray *rules;   /* of TcnRuleConfig* */
  GPtrArray *defines; /* of TcnDefineConfig* */
  GPtrArray *sinks; /* of TcnSinkConfig*; empty when the file has none: the implicit sink
                       is the application's */
} TcnConfig;

/* ---- Loading ---- */

/* How the configuration reaches the outside. All three are called only during a load. */
typedef struct {
  /* The file's bytes; FALSE in `*out_is_public` (nullable) when only its owner can read it.
   * Messages need not name the path. (transfer full) */
  GBytes *(*read_file) (const char *path, gboolean *out_is_public, gpointer data,
                        GError **error);
  /* A variable of the environment. (transfer none) (nullable) */
  const char *(*get_variable) (const char *name, gpointer data);
  gpointer data;
  const char
      *current_dir; /* absolute; what relative paths of feeds are made absolute with */
} TcnLoader;

/* One thing that is wrong, or (a warning) looks wrong. */
typedef struct {
  gboolean is_warning;
  char *file;
  guint line;        /* from 1; 0: the file as a whole */
  char *source_line; /* that line; NULL with line 0 */
  gsize start, end;  /* bytes of source_line */
  char *message;
  char *remedy; /* what to do; nullable */
} TcnConfigFault;

void tcn_config_fault_free (TcnConfigFault *fault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnConfigFault, tcn_config_fault_free)

/* Appends "FILE:LINE:COLUMN: MESSAGE\n", the line, the caret and the remedy. */
void tcn_config_fault_print (GString *out, const TcnConfigFault *fault);

/* Reads the file at `path` and all that it names. `sink_types` are the keys of each type
 * of sink, ended by one without a name. Faults are appended to `faults` (of
 * TcnConfigFault*, with tcn_config_fault_free as free function), warnings among them;
 * NULL when one of them is an error. (transfer full) (nullable) */
TcnConfig *tcn_config_load (const char *path, const TcnLoader *loader,
                            const TcnKeyGroup *sink_types,
                            GPtrArray *faults) G_GNUC_WARN_UNUSED_RESULT;

/* The same on bytes that are at hand, as if they stood in the file at `path`. */
TcnConfig *tcn_config_load_bytes (const char *path, GBytes *bytes,
                                  const TcnLoader *loader, const TcnKeyGroup *sink_types,
                                  GPtrArray *faults) G_GNUC_WARN_UNUSED_RESULT;

/* The record is immutable and may be shared between threads. */
TcnConfig *tcn_config_ref (TcnConfig *config);
void tcn_config_unref (TcnConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnConfig, tcn_config_unref)

/* By name, in constant time. (transfer none) (nullable) */
const TcnFeedConfig *tcn_config_find_feed (const TcnConfig *config, const char *name);
const TcnRuleConfig *tcn_config_find_rule (const TcnConfig *config, const char *name);
const TcnSinkConfig *tcn_config_find_sink (const TcnConfig *config, const char *name);

/* Does the rule speak about that feed? Says nothing about `enabled` and `until`. */
gboolean tcn_rule_applies (const TcnRuleConfig *rule, const TcnFeedConfig *feed);

/* ---- Sinks ---- */

/* A sink of that type that has every default, as the implicit one is. NULL if one of the
 * type's keys is required. (transfer full) (nullable) */
TcnSinkConfig *tcn_sink_config_new (const char *name, const TcnKeyGroup *type);
TcnSinkConfig *tcn_sink_config_ref (TcnSinkConfig *sink);
void tcn_sink_config_unref (TcnSinkConfig *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnSinkConfig, tcn_sink_config_unref)

const char *tcn_sink_config_name (const TcnSinkConfig *sink);
const char *tcn_sink_config_type (const TcnSinkConfig *sink);

/* The value of one of the type's keys: text and paths (NULL when there is none), numbers
 * (flags are 0 and 1, choices the number of their word; 0 when there is none), lists
 * (NULL when there is none). A key that the type does not have is a mistake of the
 * programmer. */
const char *tcn_sink_config_text (const TcnSinkConfig *sink, const char *key);
gint64 tcn_sink_config_number (const TcnSinkConfig *sink, const char *key);
const char *const *tcn_sink_config_list (const TcnSinkConfig *sink, const char *key);

/* ---- Writing ---- */

/* Appends the configuration as it is in effect, in the file's own syntax: every key that
 * has a value, listed feeds as groups of their own, secrets as "***". */
void tcn_config_print (GString *out, const TcnConfig *config);

/* A feed to be written into a configuration. */
typedef struct {
  const char *name;        /* nullable: made from the URL, as that of a listed feed is */
  const char *url;         /* http, https or file URL, or an absolute path */
  const char *title;       /* nullable */
  const char *const *tags; /* nullable */
} TcnFeedEntry;

/* The text of a configuration under change: feeds are appended as groups of their own, all
 * that is there is kept byte for byte. */
typedef struct TcnConfigEdit TcnConfigEdit;

/* `config` is what `text` was loaded as; NULL when there was no file. Borrows neither. */
TcnConfigEdit *tcn_config_edit_new (GBytes *text, const TcnConfig *config);
void tcn_config_edit_free (TcnConfigEdit *edit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnConfigEdit, tcn_config_edit_free)

/* Appends a feed. Returns its name, valid as long as the edit; NULL with TCN_ERROR_CONFIG
 * when a feed of that URL or of that name is there already, or when a load would refuse what
 * is to be written, or take it for something else; nothing is appended then. (transfer none) (nullable) */
const char *tcn_config_edit_add_feed (TcnConfigEdit *edit, const TcnFeedEntry *entry,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The new text. (transfer full) */
GBytes *tcn_config_edit_get_bytes (const TcnConfigEdit *edit);

G_END_DECLS
