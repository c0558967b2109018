#include "house.h"
#include "store/journal.h"
#include "store/migrate.h"
#include "store/statements.h"

struct act house_act(struct house *h, i64 staff, instant now, struct arena *a)
{
    struct act act = {.db = h->db,
                      .writer = h->w,
                      .now = now,
                      .today = (day)(now / (24 * HOUR)),
                      .a = a};
    struct err e = {0};
    if (staff) CHECK_CODE(staff_viewer(h->db, staff, act.today, &act.who, a, &e), OK, e);
    return act;
}

/* The first administrator is put there by hand: nobody could let them in. */
static int first(struct db *db, void *arg, struct err *e)
{
    struct house *h = arg;
    i64 id = 0;
    TRY(db_one(db, &h->admin, SQL_staff_add, ARGS(T(S("ada")), T(S("Ada")), T(S("en"))),
               e));
    return db_one(db, &id, SQL_staff_role_give,
                  ARGS(I(h->admin), T(S("administrator")), NIL, NIL, I(20000), NIL), e);
}

void house_open(struct house *h, const char *url, struct arena *a)
{
    struct db *db = NULL;
    struct err e = {0};
    *h = (struct house){0};
    CHECK_CODE(db_open(url, DB_WRITER, &db, &e), OK, e);
    CHECK_CODE(migrate(db, S("2026-01-01T00:00:00.000Z"), NULL, *a, &e), OK, e);
    CHECK_CODE(writer_open(db, &h->w, &e), OK, e);
    h->writing = db;
    CHECK_CODE(db_open(url, DB_READER, &h->db, &e), OK, e);
    CHECK_CODE(writer_run(h->w, first, h, &e), OK, e);
    struct act act = house_act(h, h->admin, MORNING, a);
    CHECK_CODE(staffing_service_add(&act, S("North"), &h->service, &e), OK, e);
    CHECK_CODE(staffing_site_add(&act, h->service, S("Harbour"), &h->site[0], &e), OK, e);
    CHECK_CODE(staffing_site_add(&act, h->service, S("Hill"), &h->site[1], &e), OK, e);
}

void house_close(struct house *h, struct arena tmp)
{
    struct err e = {0};
    i64 n = 0;
    CHECK_CODE(journal_verify(h->db, &n, tmp, &e), OK, e);
    CHECK(n >= 3);
    db_close(h->db);
    writer_close(h->w);
}

i64 house_person(struct house *h, const char *login, enum role role, i64 site,
                 struct arena *a)
{
    struct act act = house_act(h, h->admin, MORNING, a);
    struct err e = {0};
    i64 id = 0, given = 0;
    CHECK_CODE(staffing_add(&act, str_of(login), S("Somebody"), S("nb"), &id, &e), OK, e);
    if (!role) return id;
    struct role_given g = {
        .staff = id, .role = role, .site = site, .starts = act.today, .open = true};
    CHECK_CODE(staffing_role_give(&act, &g, &given, &e), OK, e);
    return id;
}

struct hash house_hash(struct db *db, struct arena a)
{
    struct arena tmp = arena_reserve((isize)1 << 26);
    struct buf b = buf_in(&a, 1 << 20);
    struct err e = {0};
    for (isize i = 0; i < TABLE_N; i++) {
        const struct table *t = &table_list[i];
        ROWS r = {0};
        if (t->last) continue; /* as it was before a later step */
        CHECK_CODE(db_query(db, &r, t->first, ARGS(I(1 << 30)), &e), OK, e);
        buf_fmt(&b, "%s;", t->name);
        while (db_next(&r))
            for (int c = 0; c < t->n; c++) {
                struct arena one = tmp;
                /* A definition's text is its hash, which stands beside it. */
                if (str_is(str_of(t->name), "definition") && t->types[c] == 't' &&
                    c == t->n - 2)
                    continue;
                struct str s =
                    t->types[c] == 'i'   ? str_fmt(&one, "%" PRId64, db_i64(&r, c))
                    : t->types[c] == 'r' ? str_fmt(&one, "%.17g", db_real(&r, c))
                    : t->types[c] == 'b' ? db_blob(&r, c, &one)
                                         : db_str(&r, c, &one);
                buf_fmt(&b, "%d%td:", db_is_null(&r, c), s.n);
                buf_put(&b, s);
            }
        CHECK_CODE(db_end(&r, &e), OK, e);
    }
    arena_release(&tmp);
    return hash_of(buf_str(&b));
}
