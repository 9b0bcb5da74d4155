/* SPDX-License-Identifier: MIT */
/*
 * What a pop-up says: plain strings made of a delivery's alerts, cut to lengths that
 * servers take. Private to the desktop sink; knows no bus and no library.
 */
#pragma once

#include "tocsin/sink.h"

G_BEGIN_DECLS

#define TCN_POPUP_SUMMARY_CHARS 120
#define TCN_POPUP_BODY_CHARS 400

typedef struct {
  char *tag; /* the same for the same item in every process: a server may replace by it */
  char *summary; /* never markup */
  char *body;    /* escaped if the server reads markup */
  TcnUrgency urgency;
  char *link; /* to open on a click; http or https; nullable */
} TcnPopup;

/* The pop-up of one item, with all the rules that matched it; or of a burst, which counts
 * and names what fits. `burst_tag` names a burst's pop-up. `has_markup`: the server reads
 * the body as markup. (transfer full) */
TcnPopup *tcn_popup_new (const TcnBatch *batch, const char *burst_tag,
                         gboolean has_markup);
void tcn_popup_free (TcnPopup *popup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnPopup, tcn_popup_free)

G_END_DECLS
