/* Whole files in and out, and folders.
**
** Writing replaces: the new content goes to a file beside the old one, is synced, and
** takes its name in one step, so a reader or a power cut finds the old or the new file,
** whole. */
#ifndef VARDE_BASE_FILE_H
#define VARDE_BASE_FILE_H

#include "base/err.h"

/* The content of `path`, at most `limit` bytes. Errors: E_NO_FILE, E_TOO_BIG, E_IO. */
MUST_CHECK int file_read(const char *path, isize limit, struct str *out, struct arena *a,
                         struct err *e);

/* A secret that stands alone in a file: its text without space and line ends around it.  A file that
** anybody but its owner may touch is refused.  Errors: E_USAGE; of file_read. */
MUST_CHECK int file_read_secret(const char *path, struct str *out, struct arena *a,
                                struct err *e);

/* A device, pipe or folder of that name is refused; a link is replaced by the file.
** Errors: E_IO; then nothing of the old file has changed. */
MUST_CHECK int file_replace(const char *path, struct str content, struct err *e);

/* The same without waiting for the disk: for output that can be made again.  A reader
** still finds the old or the new file, whole; after a power cut it may be neither. */
MUST_CHECK int file_publish(const char *path, struct str content, struct err *e);

/* The folder of `path` reaches the disk, so that a power cut does not forget a new name
** in it. Errors: E_IO. */
MUST_CHECK int file_sync_folder(const char *path, struct err *e);

/* Makes a folder and those above it; fine if they are there. Errors: E_IO. */
MUST_CHECK int file_mkdirs(const char *path, struct err *e);

/* Names in a folder, without "." and "..", sorted by bytes. Errors: E_NO_FILE, E_IO. */
struct file_names LIST(struct str);
MUST_CHECK int file_list(const char *path, struct file_names *out, struct arena *a,
                         struct err *e);

bool file_exists(const char *path);
bool file_is_folder(const char *path);

/* "dir/name"; `name` alone when dir is "". */
const char *file_join(struct arena *a, const char *dir, const char *name);

#define FILE_LIMIT ((isize)64 << 20) /* enough for every definition and record file */

#endif
