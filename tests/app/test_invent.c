#include "app/invent.h"
#include "app/people.h"
#include "folk.h"
#include "store/statements.h"

static i64 counted(struct db *db, const struct sql *q, i64 study, isize col)
{
    struct err e = {0};
    i64 n = 0;
    ROWS r = {0};
    CHECK_CODE(db_query(db, &r, q, ARGS(I(study)), &e), OK, e);
    while (db_next(&r)) n += db_i64(&r, (int)col);
    CHECK_CODE(db_end(&r, &e), OK, e);
    return n;
}

/* Pages of 50 (the default) give everybody once, in order; counts are those of the rows; one of them
** is read as a real one is. */
EACH_ENGINE(invent_gives_people_that_every_list_finds)
{
    enum { N = 230 };
    struct folk f;
    struct err e = {0};
    struct kits *kits = NULL;
    folk_open(&f, url, &tmp);
    CHECK_CODE(kits_open(&kits, &e), OK, e);
    struct act act = folk_act(&f, 0, &tmp);
    struct invent_ask in = {.study = f.study, .site = f.h.site, .n_sites = 2, .n = N};
    i64 first = 0;
    act.kits = kits;
    CHECK_CODE(invent_people(&act, &in, &first, &e), E_NOT_ALLOWED, e);
    act.console = true;
    CHECK_CODE(invent_people(&act, &in, &first, &e), OK, e);
    CHECK_INT(counted(f.h.db, SQL_participant_count_kept, f.study, 2), N);
    CHECK_INT(counted(f.h.db, SQL_participant_count_true, f.study, 2), N);
    i64 none = 0;
    CHECK_CODE(invent_people(&act, &in, &none, &e), E_CONSTRAINT, e);

    act = folk_act(&f, f.manager, &tmp);
    act.kits = kits;
    struct participant_filter q = {.study = f.study};
    isize n = 0;
    for (bool more = true; more && n < 2 * N;) {
        struct participant_page page = {0};
        CHECK_CODE(people_list(&act, &q, &page, &e), OK, e);
        more = page.more;
        for (isize i = 0; i < page.rows.n; i++, n++) {
            CHECK_INT(page.rows.at[i].subject, first + n);
            CHECK_STR(page.rows.at[i].code, str_fmt(&tmp, "P%07td", n + 1).at);
            q.after = page.rows.at[i].code;
        }
    }
    CHECK_INT(n, N);
    struct people_file file;
    CHECK_CODE(people_file(&act, first + 3, INSTANT_NOW, &file, &e), OK, e);
    CHECK_INT(file.now.state, IN_ENROLLED);
    CHECK_INT(file.events.n, 3);
    kits_close(kits);
    folk_close(&f, tmp);
}
