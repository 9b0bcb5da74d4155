/* SPDX-License-Identifier: MIT */
/* The configuration's file while it is changed: what is kept, and whose work is not lost. */
#include "tocsin/configfile.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tocsin/error.h"

typedef struct {
  char *dir;
  char *path;
  GString *report;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->dir = g_dir_make_tmp ("configfile.XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->dir, "tocsin.conf", NULL);
  f->report = g_string_new (NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *link = g_build_filename (f->dir, "link.conf", NULL);

  g_unlink (link);
  g_unlink (f->path);
  g_rmdir (f->dir);
  g_string_free (f->report, TRUE);
  g_free (f->path);
  g_free (f->dir);
}

static void
write_file (const Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (f->path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
read_file (const Fixture *f)
{
  char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (f->path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static guint
mode_of (const char *path)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return status.st_mode & 0777;
}

/* Opened, and one feed added to it. */
static TcnConfigFile *
open_and_add (Fixture *f, const char *path)
{
  const TcnFeedEntry entry = { .url = "https://a.example/feed" };
  g_autoptr (GError) error = NULL;
  TcnConfigFile *file = tcn_config_file_open (path, f->report, &error);

  g_assert_no_error (error);
  g_assert_nonnull (tcn_config_edit_add_feed (file->edit, &entry, &error));
  g_assert_no_error (error);
  return file;
}

static void
test_configfile_keeps_mode_and_link (Fixture *f, gconstpointer data)
{
  g_autofree char *link = g_build_filename (f->dir, "link.conf", NULL);
  g_autoptr (TcnConfigFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  write_file (f, "# mine\n");
  g_assert_cmpint (g_chmod (f->path, 0640), ==, 0);
  g_assert_cmpint (symlink (f->path, link), ==, 0);
  file = open_and_add (f, link);
  g_assert_true (tcn_config_file_save (file, &error));
  g_assert_no_error (error);
  text = read_file (f);

  g_assert_true (g_str_has_prefix (text, "# mine\n"));
  g_assert_nonnull (strstr (text, "https://a.example/feed"));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpuint (mode_of (f->path), ==, 0640);
}

static void
test_configfile_makes_a_new_one_private (Fixture *f, gconstpointer data)
{
  g_autoptr (TcnConfigFile) file = open_and_add (f, f->path);
  g_autoptr (GError) error = NULL;

  g_assert_null (file->config);
  g_assert_true (tcn_config_file_save (file, &error));
  g_assert_no_error (error);

  g_assert_cmpuint (mode_of (f->path), ==, 0600);
}

static void
test_configfile_overwrites_no_work_of_others (Fixture *f, gconstpointer text)
{
  g_autoptr (TcnConfigFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *after = NULL;

  if (text != NULL)
    write_file (f, text);
  file = open_and_add (f, f->path);
  write_file (f, "# saved by an editor meanwhile\n");

  g_assert_false (tcn_config_file_save (file, &error));
  g_assert_error (error, TCN_ERROR, TCN_ERROR_CONFIG);
  after = read_file (f);
  g_assert_cmpstr (after, ==, "# saved by an editor meanwhile\n");
}

static void
test_configfile_does_not_open_a_faulty_one (Fixture *f, gconstpointer data)
{
  g_autoptr (TcnConfigFile) file = NULL;
  g_autoptr (GError) error = NULL;

  write_file (f, "[rule a]\nquery = b OR\n");
  file = tcn_config_file_open (f->path, f->report, &error);

  g_assert_null (file);
  g_assert_error (error, TCN_ERROR, TCN_ERROR_CONFIG);
  g_assert_nonnull (strstr (f->report->str, ":2:"));
}

#define ADD(name, data, function)                                                        \
  g_test_add ("/configfile/" name, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keeps-mode-and-link", NULL, test_configfile_keeps_mode_and_link);
  ADD ("makes-a-new-one-private", NULL, test_configfile_makes_a_new_one_private);
  ADD ("overwrites-no-work-of-others", "# mine\n",
       test_configfile_overwrites_no_work_of_others);
  ADD ("overwrites-no-new-file-of-others", NULL,
       test_configfile_overwrites_no_work_of_others);
  ADD ("does-not-open-a-faulty-one", NULL, test_configfile_does_not_open_a_faulty_one);
  return g_test_run ();
}
