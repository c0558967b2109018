/* Memory that does not grow with the number of people: what exports and a backup touch of their
** room when several times as much goes out. */
#define _GNU_SOURCE /* mincore */
#include "app/analysis.h"
#include "app/invent.h"
#include "exchange/tidy.h"
#include "folk.h"
#include "store/backup.h"
#include <stdio.h>
#include <sys/mman.h>

enum { PAGE = 4096, ROOM = 128 << 20, MOST = 1 << 19 };

/* Bytes of a room that were ever touched. */
static i64 touched(struct arena a, struct arena *tmp)
{
    isize pages = ROOM / PAGE;
    unsigned char *in = NEW(tmp, unsigned char, pages);
    i64 n = 0;
    CHECK(mincore(a.base, ROOM, in) == 0);
    for (isize i = 0; i < pages; i++) n += in[i] & 1;
    return n * PAGE;
}

static int measure(void *arg, struct str piece, struct err *e)
{
    (void)e;
    *(i64 *)arg += piece.n;
    return OK;
}

struct taken {
    i64 bytes, rows;            /* that went out */
    i64 export_room, copy_room; /* that were touched for it */
};

static void take(struct folk *f, int people, struct taken *out, struct arena tmp)
{
    struct err e = {0};
    struct kits *kits = NULL;
    struct analysis x = {0};
    struct records_cut cut;
    struct backup_told told;
    i64 first = 0;
    CHECK_CODE(kits_open(&kits, &e), OK, e);
    struct act act = folk_act(f, f->manager, &tmp);
    act.console = true;
    act.kits = kits;
    struct invent_ask in = {
        .study = f->study, .site = f->h.site, .n_sites = 2, .n = people, .key = f->key};
    CHECK_CODE(invent_people(&act, &in, &first, &e), OK, e);
    CHECK_CODE(analysis_cut(&act, S("norway2013"), INSTANT_NOW, &x, &cut, &e), OK, e);
    CHECK(x.records.study == NULL); /* nobody's answers were read for it */
    struct arena room = arena_reserve(ROOM);
    for (int k = 0; k < TIDY_N; k++) {
        struct tidy_sink to = {measure, &out->bytes};
        CHECK_CODE(tidy_put(act.db, &act.who, &cut, (enum tidy_table)k, &to, room, &e),
                   OK, e);
    }
    out->export_room = touched(room, &tmp);
    arena_release(&room);
    room = arena_reserve(ROOM);
    struct arena a = room;
    const char *path = str_fmt(&tmp, "%s/flat.varde", test_folder()).at;
    CHECK_CODE(
        backup_make(act.db, test_folder(), f->key, path, S("now"), S(""), &told, &a, &e),
        OK, e);
    out->rows = told.rows;
    out->copy_room = touched(room, &tmp);
    arena_release(&room);
    remove(path);
    kits_close(kits);
}

EACH_ENGINE(flat_export_and_backup)
{
    struct folk f;
    struct taken all = {0};
    folk_open(&f, url, &tmp);
    take(&f, 3000, &all, tmp);
    folk_close(&f, tmp);
    CHECK(all.bytes > 4 * MOST && all.rows > 30000);
    test_check(all.export_room < MOST, __FILE__, __LINE__,
               "an export of %" PRId64 " bytes took %" PRId64, all.bytes,
               all.export_room);
    test_check(all.copy_room < MOST, __FILE__, __LINE__,
               "a backup of %" PRId64 " rows took %" PRId64, all.rows, all.copy_room);
}
