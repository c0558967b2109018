#include "study/revision.h"
#include "base/file.h"
#include "base/num.h"
#include <stdlib.h>
#include <string.h>

static bool hex_ok(struct str s)
{
    if (s.n != 64) return false;
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

static int read_line(struct str line, const char *path, int no, struct locked *out,
                     struct err *e)
{
    struct str word[4] = {0}, piece = {0};
    i64 revision = 0;
    int n = 0;
    while (str_cut(&line, ' ', &piece))
        if (piece.n && n++ < 4) word[n - 1] = piece;
    bool fine = n == 4 && hex_ok(word[3]) &&
                num_read_int(word[2], 1, 1000000, &revision, NULL) == OK;
    if (!fine)
        return err_set(
            e, E_DEFINITION,
            "%s:%d: expected `kind id revision hash`; if a merge broke the file, "
            "put both sides' lines in it",
            path, no);
    out->kind = word[0];
    out->id = word[1];
    out->revision = (int)revision;
    memcpy(out->hash.hex, word[3].at, 64);
    return OK;
}

int revision_read(const char *dir, struct locks *out, struct arena *a, struct err *e)
{
    const char *path = file_join(a, dir, REVISION_FILE);
    struct str text = {0}, line = {0};
    int no = 0;
    *out = (struct locks){0};
    if (!file_exists(path)) return OK;
    TRY(file_read(path, FILE_LIMIT, &text, a, e));
    while (str_cut(&text, '\n', &line)) {
        no++;
        line = str_trim(line);
        if (line.n == 0 || line.at[0] == '#') continue;
        TRY(read_line(line, path, no, PUSH(a, out), e));
    }
    return OK;
}

enum revision_state revision_state_of(const struct locks *l, const struct definition *d,
                                      int *last)
{
    enum revision_state state = REVISION_NEW;
    *last = 0;
    for (isize i = 0; i < l->n; i++) {
        const struct locked *k = &l->at[i];
        if (!str_eq(k->kind, d->kind) || !str_eq(k->id, d->id)) continue;
        *last = MAX(*last, k->revision);
        if (k->revision == d->revision)
            state = strcmp(k->hash.hex, d->hash.hex) == 0 ? REVISION_RECORDED
                                                          : REVISION_CHANGED;
    }
    if (state != REVISION_CHANGED && d->revision < *last) state = REVISION_OLDER;
    return state;
}

int revision_check(const struct locks *l, const struct library *lib, struct err *e)
{
    for (isize i = 0; i < lib->definitions.n; i++) {
        const struct definition *d = &lib->definitions.at[i];
        int last = 0;
        enum revision_state s = revision_state_of(l, d, &last);
        if (s == REVISION_CHANGED)
            return err_set(
                e, E_REVISION,
                "%s: the content of %.*s %.*s changed under revision %d, which is "
                "recorded: set `revision: %d`, then record it with `varde study "
                "check --accept`, or take the change back",
                d->file, FMT(d->kind), FMT(d->id), d->revision, last + 1);
        if (s == REVISION_OLDER)
            return err_set(e, E_REVISION,
                           "%s: %.*s %.*s says revision %d, but %d is recorded: set "
                           "`revision: %d`",
                           d->file, FMT(d->kind), FMT(d->id), d->revision, last,
                           last + 1);
    }
    return OK;
}

static int by_name(const void *x, const void *y)
{
    const struct locked *p = x, *q = y;
    int c = str_cmp(p->kind, q->kind);
    if (c == 0) c = str_cmp(p->id, q->id);
    return c ? c : (p->revision > q->revision) - (p->revision < q->revision);
}

struct str revision_accept(const struct locks *l, const struct library *lib, isize *added,
                           struct arena *a)
{
    struct locks all = {0};
    *added = 0;
    for (isize i = 0; i < l->n; i++) *PUSH(a, &all) = l->at[i];
    for (isize i = 0; i < lib->definitions.n; i++) {
        const struct definition *d = &lib->definitions.at[i];
        int last = 0;
        if (revision_state_of(l, d, &last) != REVISION_NEW) continue;
        *PUSH(a, &all) = (struct locked){d->kind, d->id, d->revision, d->hash};
        (*added)++;
    }
    if (all.n) qsort(all.at, (size_t)all.n, sizeof *all.at, by_name);
    struct buf b = buf_in(a, 4096);
    buf_put(
        &b,
        S("# Which content stands under which revision: kind id revision hash.\n"
          "# Written by `varde study check --accept`; lines are added, never edited.\n"));
    for (isize i = 0; i < all.n; i++)
        buf_fmt(&b, "%.*s %.*s %d %s\n", FMT(all.at[i].kind), FMT(all.at[i].id),
                all.at[i].revision, all.at[i].hash.hex);
    return buf_str(&b);
}
