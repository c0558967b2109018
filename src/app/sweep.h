/* What a program that was killed left in the data folder: taken away when the next one starts, and daily.
**
** Only what bears a name that this program gives, is of the kind that it makes, and was last
** changed long before: on a server's database two programs may share a folder.  Links are not
** followed.  Whatever else lies there is somebody's.
**     report-XXXXXX        a folder with the files of a document (web/page_study.c)     an hour
**     erasures.new-PID, varde.yaml.new-PID, of file_replace                            an hour
**     attachments/HEX.new-HEX, and attachments/HEX that no row names                    a day
** Checked: tests/app/test_sweep.c. */
#ifndef VARDE_APP_SWEEP_H
#define VARDE_APP_SWEEP_H

#include "store/attachment.h"

/* now: seconds since 1970. What cannot be taken away stays for the next time.
** *n: how many. Error: E_DB. */
MUST_CHECK int sweep_folder(struct db *db, const char *folder, i64 now, i64 *n,
                            struct arena tmp, struct err *e);

#endif
