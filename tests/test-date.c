/* SPDX-License-Identifier: MIT */
#include "feed/date.h"

#include "tocsin/item.h"
#include "tocsin/json.h"

/* Dates as feeds write them, and what is meant; NULL where nothing sensible is. */
typedef struct {
  const char *text;
  const char *utc;
} Case;

static const Case cases[] = {
  { "Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00Z" },
  { "2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z" },
  { "-0312", "2003-12-01T00:00:00Z" },
  { "031231", "2003-12-31T00:00:00Z" },
  { "03-12-31", "2003-12-31T00:00:00Z" },
  { "-03-12", "2003-12-01T00:00:00Z" },
  { "03335", "2003-12-01T00:00:00Z" },
  { "2003-12-31T10:14:55.1234Z", "2003-12-31T10:14:55Z" },
  { "2003-012-31T10:14:55+00:00", "2003-12-31T10:14:55Z" },
  { "2004-05-25 오후 11:23:17", "2004-05-25T14:23:17Z" },
  { "2004년 05월 28일  01:31:15", "2004-05-27T16:31:15Z" },
  { "Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z" },
  { "Thu, 30 Apr 2015 08:57:00 MET", "2015-04-30T07:57:00Z" },
  { "Thu, 30 Apr 2015 08:57:00 MEST", "2015-04-30T06:57:00Z" },
  { "Thu, 01 Jan 0100 00:00:01 +0100", "0099-12-31T23:00:01Z" },
  { "Thu, 01 Jan 04 19:48:21 GMT", "2004-01-01T19:48:21Z" },
  { "Thu,  5 Apr 2012 10:00:00 GMT", "2012-04-05T10:00:00Z" },
  { "Wed, 19 Aug 2009 18:28:00 Etc/GMT", "2009-08-19T18:28:00Z" },
  { "Wed, 19 Feb 2012 22:40:00 GMT-01:01", "2012-02-19T23:41:00Z" },
  { "Wed, 19 Feb 2012 22:40:00 -01:01", "2012-02-19T23:41:00Z" },
  { "Mon, 13 Feb, 2012 06:28:00 UTC", "2012-02-13T06:28:00Z" },
  { "Thu, 01 Jan 2004 00:00 GMT", "2004-01-01T00:00:00Z" },
  { "Thu, 01 Jan 2004", "2004-01-01T00:00:00Z" },
  { "Mon, 26 January 2004 16:31:00 AT", "2004-01-26T20:31:00Z" },
  { "Mon, 26 January 2004 16:31:00 PT", "2004-01-27T00:31:00Z" },
  { "Thu Aug 30 2012 17:26:16 +0200", "2012-08-30T15:26:16Z" },
  { "Sun, 16 Dec 2012 1:2:3:4 GMT", NULL },
  { "Sun, 16 zzz 2012 11:47:32 GMT", NULL },
  { "Sun, Dec x 2012 11:47:32 GMT", NULL },
  { "Sun, 16 Dec zz 11:47:32 GMT", NULL },
  { "Sun, 16 Dec 2012 11:47:32 +zz:00", NULL },
  { "Sun, 16 Dec 2012 11:47:32 +00:zz", NULL },
  { "Sun, 99 Jun 2009 12:00:00 GMT", NULL },
  { "Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z" },
  { "Sun Jul 15 01:16:00 +0000 2012", "2012-07-15T01:16:00Z" },
  { "2003-12-31T10:14:55-08:00", "2003-12-31T18:14:55Z" },
  { "2003-12-31", "2003-12-31T00:00:00Z" },
  { "2003-12", "2003-12-01T00:00:00Z" },
  { "2003", "2003-01-01T00:00:00Z" },
  { "9999-12-31T23:59:59-99:99", NULL },
  { "2003-12-31T25:14:55Z", NULL },
  { "2003-12-31T10:61:55Z", NULL },
  { "2003-12-31T10:14:61Z", NULL },
  { "013", NULL },
  { "2013-01-27-01", NULL },
  { "2013-01-28T11:30:00-06:00Textra", NULL },
  { "2013-xx-27", NULL },
  { "2013-01-28T09:xx:00Z", NULL },
  { "2013-01-28T09:00:00+00:xx", NULL },
  { "2004-07-08 23:56:58 -00:20", "2004-07-09T00:16:58Z" },
  { "2004-07-08 23:56:58", "2004-07-08T23:56:58Z" },
  { "2004-07-08 23:56:58.0", "2004-07-08T23:56:58Z" },
  { "Sun, 31 Dec 9999 23:59:59 -9999", NULL },
  { "24 Sep 2013 1:27 PDT", "2013-09-24T08:27:00Z" },
  { "5 Jun 2017 24:05 PDT", "2017-06-05T07:05:00Z" },
  { "Tue, 15 Nov 2022 20:15:04 Z", "2022-11-15T20:15:04Z" },
  { "mer, 16 nov 2022 00:38:15 +0100", "2022-11-15T23:38:15Z" },
  { "Mon, 01 Jan 0001 00:00:00 UTC", "0001-01-01T00:00:00Z" },
  { "Mon Jan 02, 2006 3:04 pm", "2006-01-02T15:04:00Z" },
  { "Mon Jan 02 2006 15:04:05 GMT-0700 (MST)", "2006-01-02T22:04:05Z" },
  { "Monday, January 2, 2006 03:04 PM", "2006-01-02T15:04:00Z" },
  { "Monday, January 2, 2006", "2006-01-02T00:00:00Z" },
  { "Mon, 2 January 2006, 15:04 -0700", "2006-01-02T22:04:00Z" },
  { "Mon, 2 Jan 2006 15:4:5 -0700 GMT", "2006-01-02T22:04:05Z" },
  { "Mon, 2, Jan 2006 15:4", "2006-01-02T15:04:00Z" },
  { "Mon, 2 Jan 2006 15:04:05-0700", "2006-01-02T22:04:05Z" },
  { "Mon, 2006-01-02 15:04", "2006-01-02T15:04:00Z" },
  { "Mon, 02 Jan 2006 15 -0700", "2006-01-02T22:00:00Z" },
  { "Mon, 02 Jan 2006 15:04:05 MST-07:00", "2006-01-02T22:04:05Z" },
  { "Mon, 02 Jan 2006 15:04:05 --0700", "2006-01-02T22:04:05Z" },
  { "Mon, 02 Jan 2006 15:04:05 -07", "2006-01-02T22:04:05Z" },
  { "Mon, 02 Jan 2006 15:04:05 00", "2006-01-02T15:04:05Z" },
  { "January 2, 2006, 3:04 p.m.", "2006-01-02T15:04:00Z" },
  { "Jan 02 2006 03:04:05PM", "2006-01-02T15:04:05Z" },
  { "2.1.2006 15:04:05", "2006-01-02T15:04:05Z" },
  { "2/1/2006", "2006-01-02T00:00:00Z" },
  { "2006 January 02", "2006-01-02T00:00:00Z" },
  { "2006-1-2T15:04:05Z", "2006-01-02T15:04:05Z" },
  { "2006-01-02T15:04:05-07:00:00", "2006-01-02T22:04:05Z" },
  { "2006-01-02T15:04:05:-0700", "2006-01-02T22:04:05Z" },
  { "2006-01-02T15:04:05:00", "2006-01-02T15:04:05Z" },
  { "2006-01-02 at 15:04:05", "2006-01-02T15:04:05Z" },
  { "2006-01-02 00:00:00.0 15:04:05.0 -0700", "2006-01-02T22:04:05Z" },
  { "2006/01/02", "2006-01-02T00:00:00Z" },
  { "15:04 02.01.2006 -0700", "2006-01-02T22:04:00Z" },
  { "1/2/2006 3:04:05 PM", "2006-01-02T15:04:05Z" },
  { "02 Monday, Jan 2006 15:04", "2006-01-02T15:04:00Z" },
  { "02/01/2006 - 15:04", "2006-01-02T15:04:00Z" },
  { "02.01.2006 -0700", "2006-01-02T07:00:00Z" },
  { "Mon, 02 Jan 2006 15:04:05MST", "2006-01-02T22:04:05Z" },
  { "Mon , 02 Jan 06 15:04:05 MST", "2006-01-02T22:04:05Z" },
  { "2006-01-02T15:04-07:00", "2006-01-02T22:04:00Z" },
  { "20060102T150405Z", "2006-01-02T15:04:05Z" },
  { "20060102", "2006-01-02T00:00:00Z" },
  { "2004-W53-6", "2005-01-01T00:00:00Z" },
  { "2003-335", "2003-12-01T00:00:00Z" },
  { "2003335", "2003-12-01T00:00:00Z" },
  { "2003-02-29", NULL },
  { "31 Sep 2004 10:00:00 GMT", NULL },
  { "dimanche 5 février 2012 à 10:00", "2012-02-05T10:00:00Z" },
  { "So., 5. März 2017 12:00:00 +0100", "2017-03-05T11:00:00Z" },
  { "Пн, 06 мая 2013 10:00:00 +0400", "2013-05-06T06:00:00Z" },
  { "5 de mayo de 2013", "2013-05-05T00:00:00Z" },
  { "2013年5月6日 10時20分", "2013-05-06T10:20:00Z" },
  { "1388534400", "2014-01-01T00:00:00Z" },
  { "1388534400000", "2014-01-01T00:00:00Z" },
  { "2006-01-02T24:00:00Z", "2006-01-03T00:00:00Z" },
  { "Thu, 31 Dec 1998 23:59:60 GMT", "1999-01-01T00:00:00Z" },
  { "Sat, 01 Aug 2020 12:00:00 PM EST", "2020-08-01T17:00:00Z" },
  { "now", NULL },
  { "Mon, 20 Jul 69 20:17:40 UTC", "1969-07-20T20:17:40Z" },
  { "2003-12-31T10:14Z", "2003-12-31T10:14:00Z" },
  { "Fri, 02-Jan-2009 10:00:00 GMT", "2009-01-02T10:00:00Z" },
  { "Friday, 02-Jan-09 10:00:00 GMT", "2009-01-02T10:00:00Z" },
  { "2010-07-16t12:00:00z", "2010-07-16T12:00:00Z" },
  { "  \n Thu, 01 Jan 2004 19:48:21 GMT \t", "2004-01-01T19:48:21Z" },
  { "Thu, 01 Jan 2004 19:48:21 +0130", "2004-01-01T18:18:21Z" },
  { "Thu, 41 Jan 2004 19:48:21 GMT", NULL },
  { "Thu, 01 Jan 2004 25:48:21 GMT", NULL },
  { "Thu, 01 Jan 2004 19:48:21 +9900", NULL },
  { "Thu, 01 Xyz 2004 19:48:21 GMT", NULL },
  { "1 janvier 2015 08:00:00 CET", "2015-01-01T07:00:00Z" },
  { "lun., 2 févr. 2015 08:00:00 +0100", "2015-02-02T07:00:00Z" },
  { "sáb, 7 dic 2013 10:00:00 GMT", "2013-12-07T10:00:00Z" },
  { "ter, 10 set 2013 10:00:00 -0300", "2013-09-10T13:00:00Z" },
  { "Gio, 15 Mag 2014 10:00:00 +0200", "2014-05-15T08:00:00Z" },
  { "Πεμ, 15 Μαΐ 2014 10:00:00 +0300", "2014-05-15T07:00:00Z" },
  { "Чт, 15 янв 2015 10:00:00 +0300", "2015-01-15T07:00:00Z" },
  { "2015年1月2日", "2015-01-02T00:00:00Z" },
  { "2015-01-02 下午 3:04:05", "2015-01-02T15:04:05Z" },
  { "0000-00-00T00:00:00Z", NULL },
  { "-", NULL },
  { "", NULL },
  { "99999999999999999999", NULL },
  { "12/31/2015", "2015-12-31T00:00:00Z" },
};

/* Zones: by letter (no zone at all since RFC 2822), name, place, comment, and with a sign
 * that got lost or is another's. */
static const Case zone_cases[] = {
  { "Wed, 18 Mar 2020 08:00:00 A", "2020-03-18T08:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 N", "2020-03-18T08:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 J", "2020-03-18T08:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 T", "2020-03-18T08:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 ET", "2020-03-18T12:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 EST", "2020-03-18T13:00:00Z" },
  { "Wed, 4 Mar 2020 08:00:00 ET", "2020-03-04T13:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 Pacific Standard Time", "2020-03-18T15:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 GMT+3", "2020-03-18T05:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 UTC-03:30", "2020-03-18T11:30:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 +5:45", "2020-03-18T02:15:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 -3", "2020-03-18T11:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 - 0300", "2020-03-18T11:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 + 0300", "2020-03-18T05:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 0300", "2020-03-18T05:00:00Z" },
  { "2020-03-18T08:00:00 03:00", "2020-03-18T05:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 −0300", "2020-03-18T11:00:00Z" },
  { "2020-03-18T08:00:00–03:00", "2020-03-18T11:00:00Z" },
  { "2020-03-18T08:00:00+01:00Z", "2020-03-18T07:00:00Z" },
  { "2020-03-18T08:00:00+01:00[Europe/Berlin]", "2020-03-18T07:00:00Z" },
  { "2020-03-18 08:00:00 Europe/Berlin", "2020-03-18T07:00:00Z" },
  { "2020-07-18 08:00:00 Europe/Berlin", "2020-07-18T06:00:00Z" },
  { "2020-03-29 01:59:00 Europe/Berlin", "2020-03-29T00:59:00Z" },
  { "2020-03-29 03:00:00 Europe/Berlin", "2020-03-29T01:00:00Z" },
  { "2020-10-25 03:00:00 Europe/London", "2020-10-25T03:00:00Z" },
  { "2020-11-01 02:00:00 America/Chicago", "2020-11-01T08:00:00Z" },
  { "2005-03-20 08:00:00 America/Denver", "2005-03-20T15:00:00Z" },
  { "2020-01-18 08:00:00 Australia/Melbourne", "2020-01-17T21:00:00Z" },
  { "2020-07-18 08:00:00 Pacific/Auckland", "2020-07-17T20:00:00Z" },
  { "2020-07-18 08:00:00 Atlantis/Capital", "2020-07-18T08:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 (CET)", "2020-03-18T07:00:00Z" },
  { "Wed, 18 Mar 2020 08:00 (GMT+2)", "2020-03-18T06:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 +0000 (CET)", "2020-03-18T08:00:00Z" },
  { "Wed(nesday), 18 Mar(ch) 2020 08:00:00 GMT", "2020-03-18T08:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 HNE", "2020-03-18T13:00:00Z" },
  { "18 Mar 2020 GMT", "2020-03-18T00:00:00Z" },
  { "Wed, 18 Mar 2020 08:00:00 +9900", NULL },
  { "Wed, 18 Mar 2020 08:00:00 +0360", NULL },
};

/* Which number is what. */
static const Case order_cases[] = {
  { "Sat, 04 07 2020 08:00", "2020-07-04T08:00:00Z" },
  { "Tue, 04 07 2020 08:00", "2020-04-07T08:00:00Z" },
  { "Friday 03/04/2020", "2020-04-03T00:00:00Z" },
  { "Wednesday 03/04/2020", "2020-03-04T00:00:00Z" },
  { "Dienstag, 07.04.2020", "2020-04-07T00:00:00Z" },
  { "Sunday 03/04/2020", "2020-04-03T00:00:00Z" }, /* neither: as without it */
  { "03/04/2020", "2020-04-03T00:00:00Z" },
  { "03/04/2020 8:00 am", "2020-03-04T08:00:00Z" },
  { "03/04/2020 08:00 EST", "2020-03-04T13:00:00Z" },
  { "03.25.2020", "2020-03-25T00:00:00Z" },
  { "25.03.20", "2020-03-25T00:00:00Z" },
  { "03/25/20 08:00:00", "2020-03-25T08:00:00Z" },
  { "98/03/25", "1998-03-25T00:00:00Z" },
  { "20/3/5 08:00", "2020-03-05T08:00:00Z" },
  { "20-3-5 08:00", "2020-03-05T08:00:00Z" },
  { "2020-25-03", NULL },
  { "31/02/2020", NULL },
  { "25.03.20199", NULL },
  { "mar., 03/11/2020 10:00", "2020-11-03T10:00:00Z" },
  { "mar., 3 nov. 2020 10:00", "2020-11-03T10:00:00Z" },
  { "Mar 3, 2020 10:00", "2020-03-03T10:00:00Z" },
  { "Mar, 03 Xyz 2020 10:00", NULL },
  { "Mar. 2020", "2020-03-01T00:00:00Z" },
  { "Mar x 2020 08:00:00", NULL },
  { "Wed, 18 Mar -0001 00:00:00 +0000", NULL },
  { "077, 18 Mar 2020 08:00:00 +0000", "2020-03-18T08:00:00Z" },
  { "18 Mar '20", "2020-03-18T00:00:00Z" },
  { "18/Mar/2020:08:00:00 +0100", "2020-03-18T07:00:00Z" },
  { "3 days 10 hours 2020", NULL },
  { "18 Mar", NULL },
  { "20077", NULL }, /* a number like any other */
};

/* Clocks, and what stands around a date. */
static const Case clock_cases[] = {
  { "2020-03-18T08Z", "2020-03-18T08:00:00Z" },
  { "18.03.2020, 8.05 Uhr", "2020-03-18T08:05:00Z" },
  { "2020-03-18 08.05.09", "2020-03-18T08:05:09Z" },
  { "2020-03-18T08:05:09:250Z", "2020-03-18T08:05:09Z" },
  { "2020-03-18_08:05:09", "2020-03-18T08:05:09Z" },
  { "18 mars 2020 à 8h05", "2020-03-18T08:05:00Z" },
  { "18 mars 2020, 8 h 05", "2020-03-18T08:05:00Z" },
  { "18 mars 2020 8h", "2020-03-18T08:00:00Z" },
  { "18 maart 2020 om 8u05", "2020-03-18T08:05:00Z" },
  { "March 18, 2020 at 8 PM EDT", "2020-03-19T00:00:00Z" },
  { "8pm March 18 2020", "2020-03-18T20:00:00Z" },
  { "March 18 8pm", NULL },
  { "18 de marzo de 2020, 8:05 p. m.", "2020-03-18T20:05:00Z" },
  { "18 Μαρτίου 2020 8:05 μ.μ.", "2020-03-18T20:05:00Z" },
  { "18/03/2020 8:05 م", "2020-03-18T20:05:00Z" },
  { "1584518709.5", "2020-03-18T08:05:09Z" },
  { "2020-W53-7", "2021-01-03T00:00:00Z" },
  { "2019-W53-1", NULL },
  { "2020-366", "2020-12-31T00:00:00Z" },
  { "2019-366", NULL },
  { "\"Wed, 18 Mar 2020 08:05:09 GMT\"", "2020-03-18T08:05:09Z" },
  { "'2020-03-18 EDT08:05:09", "2020-03-18T12:05:09Z" },
  { "Wed, 18 Mar 2020 08:05:09 GMT}", "2020-03-18T08:05:09Z" },
  { "2020-03-18T08:05:09Z and more words", "2020-03-18T08:05:09Z" },
  { "2020-03-18T08:05:09Zand", NULL },
  { "Posted on Wednesday 18 March 2020 by Eve", "2020-03-18T00:00:00Z" },
  { "Last change: 2020-03-18 08:05", "2020-03-18T08:05:00Z" },
  { "y08:05 2020-03-18", NULL },
  { "<span class=\"d\">Wed, 03/18/2020 - 08:05</span>", "2020-03-18T08:05:00Z" },
  { "<time datetime=\"2020-03-18T08:05:09+01:00\">Wed, 03/18/2020</time>",
    "2020-03-18T07:05:09Z" },
  { "<time datetime=''>18 March 2020</time>", "2020-03-18T00:00:00Z" },
  { "Wed,&nbsp;18 Mar 2020", "2020-03-18T00:00:00Z" },
  { "Thu, 01 Jan 1970 NaN:NaN:NaN GMT", NULL },
  { "%Y-%m-%d", NULL },
};

/* Words of many languages. */
static const Case word_cases[] = {
  { "18 d’octubre de 2020", "2020-10-18T00:00:00Z" },
  { "1º de maio de 2020", "2020-05-01T00:00:00Z" },
  { "Quarta-feira, 18 de março de 2020", "2020-03-18T00:00:00Z" },
  { "18 лип 2020", "2020-07-18T00:00:00Z" },
  { "18 листопада 2020 р., 8:05", "2020-11-18T08:05:00Z" },
  { "18 марта 2020 г. в 8:05 МСК", "2020-03-18T05:05:00Z" },
  { "18 ное 2020", "2020-11-18T00:00:00Z" },
  { "śr., 18 lis 2020 r., godz. 8:05", "2020-11-18T08:05:00Z" },
  { "18. července 2020", "2020-07-18T00:00:00Z" },
  { "18. června 2020", "2020-06-18T00:00:00Z" },
  { "18. října 2020", "2020-10-18T00:00:00Z" },
  { "To 18 Lok 2020", "2020-10-18T00:00:00Z" },
  { "ons. 18 des 2020 kl. 8.05", "2020-12-18T08:05:00Z" },
  { "18 Mart 2020 Çarşamba 08:05", "2020-03-18T08:05:00Z" },
  { "miercuri, 18 noiembrie 2020", "2020-11-18T00:00:00Z" },
  { "2020. márc. 18., szerda 8:05", "2020-03-18T08:05:00Z" },
  { "Τετ, 18 Μάώ 2020", "2020-03-18T00:00:00Z" },
  { "Πεμ, 18 Ιον 2020", "2020-06-18T00:00:00Z" },
  { "2020年3月18日（水）8時5分", "2020-03-18T08:05:00Z" },
  { "2020年3月18日星期三下午8点05分", "2020-03-18T20:05:00Z" },
  { "２０２０年３月１８日", "2020-03-18T00:00:00Z" },
  { "2020년 3월 18일", "2020-03-18T00:00:00Z" },
  { "2020년 3월 18일 수요일 오후 8:05", "2020-03-18T11:05:00Z" },
  { "2020. 3. 18. 오전 8:05:09", "2020-03-17T23:05:09Z" },
  { "Thứ 4, 18 tháng 3 2020", "2020-03-18T00:00:00Z" },
  { "Thứ tư, 18/03/2020, 08:05 (GMT+7)", "2020-03-18T01:05:00Z" },
  { "١٨ مارس ٢٠٢٠", "2020-03-18T00:00:00Z" },
  { "18 במרץ 2020", "2020-03-18T00:00:00Z" },
  { "18 ژانویه 2020، 8:05", "2020-01-18T08:05:00Z" },
};

static void
check_cases (const Case *rows, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *got = tcn_time_format_utc (tcn_date_parse (rows[i].text));

    g_test_message ("%s", rows[i].text);
    g_assert_cmpstr (got, ==, rows[i].utc);
  }
}

static void
test_date_table (void)
{
  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_date_zones (void)
{
  check_cases (zone_cases, G_N_ELEMENTS (zone_cases));
}

static void
test_date_order_of_numbers (void)
{
  check_cases (order_cases, G_N_ELEMENTS (order_cases));
}

static void
test_date_clocks_and_surroundings (void)
{
  check_cases (clock_cases, G_N_ELEMENTS (clock_cases));
}

static void
test_date_languages (void)
{
  check_cases (word_cases, G_N_ELEMENTS (word_cases));
}

static void
test_date_numbers_are_seconds_or_milliseconds (void)
{
  g_assert_cmpint (tcn_date_from_number (1388534400), ==, 1388534400);
  g_assert_cmpint (tcn_date_from_number (1388534400123.0), ==, 1388534400);
  g_assert_cmpint (tcn_date_from_number (0), ==, 0);
  g_assert_cmpint (tcn_date_from_number (1e300), ==, TCN_TIME_NONE);
  g_assert_cmpint (tcn_date_from_number (0.0 / 0.0), ==, TCN_TIME_NONE);
}

/* The end of the text is the end, wherever it comes; the last row fills the whole of what
 * is read. */
static void
test_date_ends_inside_an_offset (void)
{
  static const char *const ends[] = { "+", "+0", "+01:", "+01:0", "+01:00:", "+01:00:5" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    for (guint n = 0; n < 100; n++) {
      g_autofree char *comment = g_strnfill (n, 'x');
      g_autofree char *text = g_strdup_printf ("(%s) 2 Jan 2006 15%s", comment, ends[i]);
      g_autofree char *timed =
          g_strdup_printf ("(%s) 2 Jan 2006 15:04:05%s", comment, ends[i]);

      tcn_date_parse (text);
      tcn_date_parse (timed);
    }
  g_assert_cmpint (
      tcn_date_parse ("(xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), ==,
      TCN_TIME_NONE);
  g_assert_cmpint (tcn_date_parse ("2006-01-02T15:04:05+01:00:5"), ==, 1136210645);
}

/* Every second form is read back, whatever the day. */
static void
test_date_round_trip (void)
{
  for (gint64 time = -86400 * 365; time < G_GINT64_CONSTANT (4102444800);
       time += 7654321) {
    g_autofree char *text = tcn_time_format_utc (time);
    g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (time);
    g_autofree char *rfc822 = g_date_time_format (when, "%a, %d %b %Y %H:%M:%S GMT");
    g_autofree char *asctime = g_date_time_format (when, "%a %b %e %H:%M:%S %Y");
    g_autofree char *ordinal = g_date_time_format (when, "%Y-%jT%H:%M:%SZ");
    g_autofree char *week = g_date_time_format (when, "%G-W%V-%uT%H:%M:%SZ");

    g_assert_cmpint (tcn_date_parse (text), ==, time);
    g_assert_cmpint (tcn_date_parse (rfc822), ==, time);
    g_assert_cmpint (tcn_date_parse (asctime), ==, time);
    g_assert_cmpint (tcn_date_parse (ordinal), ==, time);
    g_assert_cmpint (tcn_date_parse (week), ==, time);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/date/table", test_date_table);
  g_test_add_func ("/date/zones", test_date_zones);
  g_test_add_func ("/date/order-of-numbers", test_date_order_of_numbers);
  g_test_add_func ("/date/clocks-and-surroundings", test_date_clocks_and_surroundings);
  g_test_add_func ("/date/languages", test_date_languages);
  g_test_add_func ("/date/numbers-are-seconds-or-milliseconds",
                   test_date_numbers_are_seconds_or_milliseconds);
  g_test_add_func ("/date/round-trip", test_date_round_trip);
  g_test_add_func ("/date/ends-inside-an-offset", test_date_ends_inside_an_offset);
  return g_test_run ();
}
