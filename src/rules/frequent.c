/* SPDX-License-Identifier: MIT */
#include "rules/frequent.h"

#include <stdlib.h>
#include <string.h>

/* Of a dozen languages; folded, in the order of their bytes. */
static const char *const frequent[] = {
  "a",      "aan",   "aber",   "about",  "after",  "al",      "all",     "alla",
  "als",    "also",  "am",     "an",     "anche",  "and",     "ao",      "apres",
  "ar",     "are",   "as",     "at",     "ate",    "att",     "au",      "auch",
  "auf",    "aus",   "aux",    "av",     "avec",   "be",      "been",    "bei",
  "bij",    "bir",   "bis",    "bu",     "but",    "by",      "can",     "ce",
  "cette",  "che",   "ci",     "co",     "cok",    "com",     "come",    "comme",
  "como",   "con",   "could",  "cuando", "da",     "daha",    "dan",     "dans",
  "das",    "dass",  "dat",    "de",     "dei",    "del",     "della",   "delle",
  "dem",    "den",   "der",    "des",    "desde",  "det",     "deux",    "di",
  "die",    "do",    "donde",  "dos",    "du",     "durante", "e",       "een",
  "ein",    "eine",  "einem",  "einen",  "einer",  "el",      "ela",     "ele",
  "elle",   "em",    "en",     "entre",  "er",     "es",      "est",     "esta",
  "este",   "et",    "ete",    "etre",   "ett",    "eu",      "fait",    "first",
  "for",    "from",  "fue",    "fur",    "gibi",   "gli",     "ha",      "haben",
  "had",    "har",   "has",    "hasta",  "hat",    "have",    "hay",     "het",
  "his",    "i",     "icin",   "if",     "il",     "ile",     "ils",     "im",
  "in",     "inte",  "into",   "is",     "isso",   "ist",     "it",      "its",
  "ja",     "jak",   "jest",   "kadar",  "la",     "las",     "le",      "les",
  "leur",   "lo",    "los",    "ma",     "maar",   "mais",    "mas",     "me",
  "med",    "men",   "met",    "mit",    "more",   "muito",   "muy",     "na",
  "nach",   "nao",   "ne",     "nel",    "new",    "nicht",   "nie",     "niet",
  "no",     "noch",  "non",    "nos",    "not",    "nous",    "nur",     "o",
  "och",    "od",    "oder",   "of",     "olan",   "olarak",  "om",      "on",
  "one",    "ont",   "ook",    "op",     "or",     "os",      "other",   "ou",
  "out",    "over",  "pa",     "par",    "para",   "pas",     "pela",    "pelo",
  "people", "per",   "pero",   "piu",    "plus",   "po",      "por",     "porque",
  "pour",   "przez", "quando", "que",    "questo", "qui",     "quien",   "sa",
  "said",   "se",    "selon",  "ses",    "seu",    "si",      "sich",    "sie",
  "sin",    "sind",  "so",     "sobre",  "som",    "some",    "son",     "sono",
  "sont",   "su",    "sua",    "sur",    "sus",    "tambem",  "tambien", "te",
  "than",   "that",  "the",    "their",  "there",  "they",    "this",    "till",
  "time",   "to",    "todo",   "tout",   "two",    "uber",    "um",      "uma",
  "un",     "una",   "und",    "une",    "up",     "van",     "var",     "ve",
  "von",    "voor",  "vor",    "vous",   "w",      "war",     "was",     "we",
  "werden", "were",  "what",   "when",   "which",  "who",     "wie",     "will",
  "wird",   "with",  "would",  "y",      "ya",     "year",    "years",   "you",
  "z",      "za",    "ze",     "zijn",   "zum",    "zur",     "а",       "але",
  "бы",     "был",   "были",   "было",   "быть",   "в",       "все",     "вы",
  "від",    "год",   "года",   "для",    "до",     "его",     "ее",      "если",
  "есть",   "же",    "з",      "за",     "и",      "из",      "или",     "к",
  "как",    "когда", "мы",     "на",     "не",     "ни",      "но",      "о",
  "он",     "она",   "они",    "от",     "по",     "после",   "при",     "про",
  "с",      "та",    "так",    "также",  "то",     "у",       "уже",     "це",
  "что",    "чтобы", "що",     "это",    "я",      "як",      "і",       "الا",
  "التي",   "الذي",  "الى",    "اليوم",  "ان",     "او",      "بعد",     "بين",
  "خلال",   "ذلك",   "على",    "عليه",   "عن",     "في",      "قبل",     "قد",
  "كان",    "كل",    "كما",    "لا",     "لم",     "ما",      "مع",      "من",
  "منذ",    "هذا",   "هذه",    "وقال",   "يوم",
};

static int
compare (const void *key, const void *element)
{
  return strcmp (key, *(const char *const *) element);
}

gboolean
tcn_word_is_frequent (const char *folded)
{
  return bsearch (folded, frequent, G_N_ELEMENTS (frequent), sizeof frequent[0],
                  compare) != NULL;
}
