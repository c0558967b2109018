#include "store/staff.h"
#include "store/statements.h"

enum { BLINDED = 1 };
static const struct {
    const char *word;
    bool blinded;
} roles[ROLE_N] = {
#define ROLE(name, word, blinded) {word, blinded},
#include "store/role.def"
#undef ROLE
};

static int number_of(enum role r)
{
    int i = 0;
    while (i < ROLE_N - 1 && (int)r != 1 << i) i++;
    return i;
}

const char *role_word(enum role r)
{
    return roles[number_of(r)].word;
}

bool role_blinded(enum role r)
{
    return roles[number_of(r)].blinded;
}

int role_read(struct str word, enum role *out, struct err *e)
{
    struct str known[ROLE_N];
    for (int i = 0; i < ROLE_N; i++) {
        known[i] = str_of(roles[i].word);
        if (!str_eq(word, known[i])) continue;
        *out = (enum role)(1 << i);
        return OK;
    }
    struct str near = str_near(word, known, ROLE_N);
    if (!near.n) return err_say(e, E_NOT_FOUND, "REFUSED_NO_ROLE");
    return err_say_of(e, E_NOT_FOUND, "REFUSED_ROLE_NEAR", SAID(SAY_CODE(near)));
}

int staff_login_read(struct str typed, struct str *out, struct arena *a, struct err *e)
{
    enum { LEAST = 2, MOST = 64 };
    struct str s = str_trim(typed);
    struct buf b = buf_in(a, MOST);
    bool fine = s.n >= LEAST && s.n <= MOST;
    for (isize i = 0; fine && i < s.n; i++) {
        char c = s.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               str_find(S("._-@"), c) >= 0;
        buf_putc(&b, c);
    }
    if (!fine)
        return err_say_of(e, E_RECORD, "REFUSED_LOGIN_LETTERS",
                          SAID(SAY_INT(LEAST), SAY_INT(MOST)));
    *out = buf_str(&b);
    return OK;
}

static void read_staff(struct rows *r, struct staff *s, struct arena *a)
{
    *s = (struct staff){.id = db_i64(r, 0),
                        .login = db_str(r, 1, a),
                        .name = db_str(r, 2, a),
                        .language = db_str(r, 3, a),
                        .active = db_i64(r, 4) != 0};
}

static int one_staff(struct rows *r, struct staff *out, struct arena *a, struct err *e)
{
    bool found = db_next(r);
    if (found) read_staff(r, out, a);
    TRY(db_end(r, e));
    return found ? OK : err_say(e, E_NOT_FOUND, "REFUSED_NO_STAFF");
}

int staff_get(struct db *db, i64 id, struct staff *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_staff_get, ARGS(I(id)), e));
    return one_staff(&r, out, a, e);
}

int staff_by_login(struct db *db, struct str login, struct staff *out, struct arena *a,
                   struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_staff_by_login, ARGS(T(login)), e));
    return one_staff(&r, out, a, e);
}

int staff_all(struct db *db, struct staff_list *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct staff_list){0};
    TRY(db_query(db, &r, SQL_staff_list, NO_ARGS, e));
    while (db_next(&r)) read_staff(&r, PUSH(a, out), a);
    return db_end(&r, e);
}

int staff_at(struct db *db, struct str held, i64 site, struct str study, day today,
             struct staff_list *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct staff_list){0};
    TRY(db_query(db, &r, SQL_staff_at, ARGS(T(held), I(site), T(study), I(today)), e));
    while (db_next(&r)) read_staff(&r, PUSH(a, out), a);
    return db_end(&r, e);
}

int staff_sites(struct db *db, struct site_list *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct site_list){0};
    TRY(db_query(db, &r, SQL_site_list, NO_ARGS, e));
    while (db_next(&r))
        *PUSH(a, out) = (struct site){.id = db_i64(&r, 0),
                                      .name = db_str(&r, 1, a),
                                      .service = db_i64(&r, 2),
                                      .service_name = db_str(&r, 3, a)};
    return db_end(&r, e);
}

int staff_viewer(struct db *db, i64 staff, day today, struct viewer *out, struct arena *a,
                 struct err *e)
{
    struct staff s;
    *out = (struct viewer){0};
    TRY(staff_get(db, staff, &s, a, e));
    if (!s.active)
        return err_say_of(e, E_NOT_FOUND, "REFUSED_STAFF_CLOSED", SAID(SAY_INT(staff)));
    struct LIST(struct staff_role) held = {0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_staff_role_today, ARGS(I(staff), I(today)), e));
    while (db_next(&r)) {
        struct staff_role *h = PUSH(a, &held);
        *h = (struct staff_role){
            .id = db_i64(&r, 0), .site = db_i64(&r, 2), .study = db_str(&r, 3, a)};
        TRY(role_read(db_str(&r, 1, a), &h->role, e));
        out->blinded = out->blinded || role_blinded(h->role);
    }
    TRY(db_end(&r, e));
    out->staff = s.id;
    out->today = today;
    out->login = s.login;
    out->name = s.name;
    out->language = s.language;
    out->role = held.at;
    out->n_roles = held.n;
    return OK;
}

int staff_services(struct db *db, struct service_list *out, struct arena *a,
                   struct err *e)
{
    *out = (struct service_list){0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_service_list, NO_ARGS, e));
    while (db_next(&r))
        *PUSH(a, out) = (struct service){.id = db_i64(&r, 0), .name = db_str(&r, 1, a)};
    return db_end(&r, e);
}

int staff_roles(struct db *db, i64 staff, struct role_held_list *out, struct arena *a,
                struct err *e)
{
    *out = (struct role_held_list){0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_staff_role_list, ARGS(I(staff)), e));
    while (db_next(&r)) {
        struct role_held *h = PUSH(a, out);
        *h = (struct role_held){.id = db_i64(&r, 0),
                                .site = db_i64(&r, 2),
                                .study = db_str(&r, 3, a),
                                .starts = (day)db_i64(&r, 4),
                                .ends = (day)db_i64(&r, 5),
                                .open = db_is_null(&r, 5)};
        TRY(role_read(db_str(&r, 1, a), &h->role, e));
    }
    return db_end(&r, e);
}
