/* SPDX-License-Identifier: MIT */
/*
 * For tests that fetch: the test server as a child, its request log, and a fetch that is
 * waited for.
 */
#pragma once

#include <glib.h>

#include "tocsin/fetch.h"

typedef struct {
  GPid pid;
  guint port;
  char *dir; /* its root; removed by testing_server_stop() */
  char *log;
} TestServer;

TestServer *test_server_start (void);
void test_server_stop (TestServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_stop)

/* "http://127.0.0.1:PORT" and the path. (transfer full) */
char *test_server_url (const TestServer *server, const char *path);

/* Writes a file below the root. */
void test_server_put (const TestServer *server, const char *name, const char *text);

/* One request of the log: its fields from STATUS on. */
typedef struct {
  gint64 ms;
  guint connection;
  guint status;
  char *method;
  char *target;
  GStrv headers;
} TestRequest;

/* The requests so far, in order. (transfer full) */
GPtrArray *test_server_requests (const TestServer *server);

/* A header's value, or NULL. (transfer none) */
const char *test_request_header (const TestRequest *request, const char *name);

/* Fetches with the limits of a poll, and waits. */
TcnFetchResult *test_fetch_url (TcnFetcher *fetcher, const char *url);

/* Settings that let a test run fast: no gap, 64 transfers. */
TcnFetchSettings test_fetch_settings (void);
