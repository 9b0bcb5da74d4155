/* SPDX-License-Identifier: MIT */
/*
 * Which forms are forms of one word (F4): a stemmer proposes, a guard over the endings
 * decides. Stemmers make one word of Russe and Russie, or of universe and university; the
 * guard knows what an inflection looks like and keeps them apart.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TCN_N_LANGUAGES 32 /* at least as many as there are stemmers */
#define TCN_LANGUAGE_NONE (-1)

/* The number of a language by its primary subtag; TCN_LANGUAGE_NONE when it is NULL or has
 * no stemmer. */
int tcn_inflect_language (const char *subtag);

/* One stemmer; for one thread. */
typedef struct TcnStemmer TcnStemmer;

TcnStemmer *tcn_stemmer_new (int language);
void tcn_stemmer_free (TcnStemmer *stemmer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnStemmer, tcn_stemmer_free)

/* Appends the folded stem of a word in its lower-case form, accents and all. */
void tcn_stemmer_stem (TcnStemmer *stemmer, const char *lower, gsize length,
                       GString *out);

/* Whether two folded words with one stem differ only by inflection. */
gboolean tcn_inflect_allows (int language, const char *a, const char *b);

/* How many letters of a word an inflection can change at most, counted from its end; G_MAXUINT
 * when it can change any. */
guint tcn_inflect_reach (int language);

/* Whether words of the script that `folded` begins with are inflected in the language at
 * all: Latin words in a Russian text are not. */
gboolean tcn_inflect_has_script (int language, const char *folded);

G_END_DECLS
