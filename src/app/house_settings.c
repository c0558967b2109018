/* varde.yaml as it is written. */
#define _GNU_SOURCE /* realpath */
#include "app/house.h"
#include "base/file.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Single quotes: nothing in them is special but themselves. */
static void put_quoted(struct buf *b, const char *key, const char *s)
{
    buf_fmt(b, "%s: '", key);
    for (; *s; s++) {
        if (*s == '\'') buf_putc(b, '\'');
        buf_putc(b, *s);
    }
    buf_put(b, S("'\n"));
}

/* As seen from wherever the program is started next. */
static int whole_path(const char *path, const char **out, struct arena *a, struct err *e)
{
    char *p = realpath(path, NULL);
    if (!p) return err_set(e, E_IO, "%s: %s", path, strerror(errno));
    *out = str_c(str_of(p), a);
    free(p);
    return OK;
}

int house_settings(const char *folder, const char *store, const char *key,
                   struct arena tmp, struct err *e)
{
    struct buf b = buf_in(&tmp, 512);
    TRY(whole_path(key, &key, &tmp, e));
    buf_put(&b, S("# This installation of Varde: its store and its key file.\n"));
    put_quoted(&b, "store", store);
    put_quoted(&b, "key", key);
    const char *path = file_join(&tmp, folder, "varde.yaml");
    TRY(file_replace(path, buf_str(&b), e));
    if (chmod(path, 0600) != 0) /* the store's address may hold a password */
        return err_set(e, E_IO, "%s: %s", path, strerror(errno));
    return OK;
}
