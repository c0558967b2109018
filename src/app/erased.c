#include "app/erased.h"
#include "app/erase.h"
#include "base/file.h"
#include "store/statements.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *erased_beside(const char *backup, struct str store, struct arena *a)
{
    struct str path = str_of(backup);
    isize slash = path.n - 1;
    while (slash >= 0 && path.at[slash] != '/') slash--;
    return str_fmt(a, "%.*s" ERASED_LIST "-%.*s", FMT(str_upto(path, slash + 1)),
                   FMT(str_upto(store, MIN(store.n, (isize)8))))
        .at;
}

static int by_mark(const void *x, const void *y)
{
    const struct erasure *const *p = x, *const *q = y;
    return memcmp((*p)->mark.at, (*q)->mark.at, 64);
}

/* Those that the backup does not know yet, sorted by mark; of one person the whole first. */
static const struct erasure **new_ones(const struct erasures *known,
                                       const struct erasures *list, isize *n,
                                       struct arena *a)
{
    const struct erasure **out = NEW(a, const struct erasure *, MAX(list->n, (isize)1));
    *n = 0;
    for (isize i = 0; i < list->n; i++)
        if (list->at[i].mark.n == 64 && !erasure_known(known, &list->at[i]))
            out[(*n)++] = &list->at[i];
    qsort(out, (size_t)*n, sizeof *out, by_mark);
    return out;
}

/* The strongest of a person's. */
static const struct erasure *find(const struct erasure **all, isize n, const char *mark)
{
    isize lo = 0, hi = n;
    while (lo < hi) {
        isize mid = lo + (hi - lo) / 2;
        if (memcmp(all[mid]->mark.at, mark, 64) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    const struct erasure *best = NULL;
    for (; lo < n && memcmp(all[lo]->mark.at, mark, 64) == 0; lo++)
        if (!best || all[lo]->whole > best->whole) best = all[lo];
    return best;
}

static int erase_those(struct act *act, const struct erasure **all, isize n, i64 *erased,
                       struct err *e)
{
    enum { AT_ONCE = 500 };
    i64 last = 0;
    for (isize got = n ? AT_ONCE : 0; got == AT_ONCE;) {
        struct erasure_people p;
        struct arena tmp = *act->a;
        TRY(erasure_people(act->db, last, AT_ONCE, &p, &tmp, e));
        got = p.n;
        for (isize i = 0; i < p.n; i++) {
            const struct erasure *one = find(all, n, p.at[i].mark.hex);
            struct act inner = *act;
            inner.a = &tmp;
            last = p.at[i].subject;
            if (!one) continue;
            TRY(erase_again(&inner, last, one->whole, one->at, e));
            ++*erased;
        }
    }
    return OK;
}

int erased_redo(struct act *inside, const struct erasures *list, i64 *listed, i64 *erased,
                struct err *e)
{
    struct arena tmp = *inside->a;
    struct act act = *inside;
    struct erasures known;
    isize n = 0;
    act.a = &tmp;
    *listed = *erased = 0;
    TRY(erasure_all(act.db, &known, &tmp, e));
    const struct erasure **all = new_ones(&known, list, &n, &tmp);
    TRY(erase_those(&act, all, n, erased, e));
    for (isize i = 0; i < n; i++) /* also who is not here: other backups may hold them */
        TRY(erasure_add(act.db, all[i], tmp, e));
    *listed = n;
    return OK;
}

/* --- files ------------------------------------------------------------------------------ */

static bool of_store(const struct erasure_list *l, struct str store)
{
    return !l->store.n || str_eq(l->store, store);
}

int erased_write(struct db *db, const struct key *k, const char *path, struct str store,
                 struct str as_of, struct arena tmp, struct err *e)
{
    struct erasure_list out = {.store = store, .as_of = as_of}, had;
    struct err why = {0};
    TRY(erasure_all(db, &out.all, &tmp, e));
    int code = erasure_read(path, k, &had, &tmp, &why);
    if (code == OK && of_store(&had, store)) {
        erasure_join(&out.all, &had.all, &tmp);
    } else if (code != E_NO_FILE) {
        const char *aside = str_fmt(&tmp, "%s.unreadable", path).at;
        if (code == E_IO) return err_pass(e, code, &why);
        if (rename(path, aside) != 0)
            return err_set(e, E_IO, "%s: cannot be moved aside", path);
    }
    return erasure_write(path, k, &out, tmp, e);
}

struct catching {
    const struct erasures *list;
    i64 erased;
};

static int catch_up(struct act *inside, void *arg, struct err *e)
{
    struct catching *c = arg;
    i64 listed = 0;
    TRY(erasure_gather(inside->db, *inside->a, e));
    return erased_redo(inside, c->list, &listed, &c->erased, e);
}

int erased_catch_up(struct act *self, const struct key *k, const char *folder,
                    struct str store, i64 *erased, struct err *e)
{
    struct arena tmp = *self->a;
    struct act act = *self;
    struct erasure_list had;
    struct err why = {0};
    act.a = &tmp;
    int code = erasure_read(file_join(&tmp, folder, ERASED_LIST), k, &had, &tmp, &why);
    if (code == E_IO) return err_pass(e, code, &why);
    if (code != OK || !of_store(&had, store)) had = (struct erasure_list){0};
    struct catching c = {&had.all, 0};
    code = act_together(&act, catch_up, &c, e);
    *erased = c.erased;
    return code;
}
