/* What the verbs say of a backup. */
#ifndef VARDE_CLI_BACKUP_TELL_H
#define VARDE_CLI_BACKUP_TELL_H

#include "cli/cli.h"
#include "store/backup.h"

/* Whoever is erased stays in backups of before: each has an end, so that an erasure has one. */
enum { BACKUP_DAYS = 90 };

/* One sentence and its end, or the beginning of a JSON object that backup_tell_end closes. */
void backup_tell(struct cli *c, const char *what, const char *path,
                 const struct backup_told *t, i64 days);

#endif
