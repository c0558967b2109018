/* varde bench: its store: a study, accounts with sessions and tokens, and the invented people. */
#include "app/apply.h"
#include "app/invent.h"
#include "app/staffing.h"
#include "app/token.h"
#include "base/file.h"
#include "cli/at_house.h"
#include "cli/bench_parts.h"
#include "store/identity.h"
#include "store/participant.h"
#include "store/statements.h"
#include "store/studies.h"
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- accounts ------------------------------------------------------------------- */

/* As everybody gets one: an invitation, a password, a log-in. Of a store that was kept it is there. */
static int account(struct bench *b, struct house *h, struct act *act, struct str login,
                   struct role_given role, i64 *id, struct str *session, struct err *e)
{
    struct login_kit kit = house_kit(h);
    struct login_first first = {.password = S(BENCH_PASSWORD)};
    struct login_in in = {.login = login,
                          .password = first.password,
                          .address = S("127.0.0.1"),
                          .label = S("bench")};
    struct login_done done;
    struct staff there = {0};
    i64 given = 0;
    int code = staff_by_login(act->db, login, &there, b->a, e);
    if (code != OK && code != E_NOT_FOUND) return code;
    *id = there.id;
    if (code == E_NOT_FOUND) {
        TRY(staffing_add(act, login, login, S("en"), id, e));
        role.staff = *id;
        role.starts = act->today;
        role.open = true;
        TRY(staffing_role_give(act, &role, &given, e));
        TRY(login_invite(act, &kit, *id, &first.token, e));
        TRY(login_use_token(act, &kit, &first, id, e));
    }
    TRY(login_open(act, &kit, &in, &done, e));
    *session = str_dup(done.token, b->a);
    return OK;
}

static int token(struct bench *b, const struct act *act, i64 staff, struct str *out,
                 struct err *e)
{
    struct act own = *act;
    struct token_ask t = {.label = S("bench"), .days = 1};
    i64 id = 0;
    own.console = false;
    TRY(staff_viewer(act->db, staff, act->today, &own.who, b->a, e));
    return token_make(&own, &t, &id, out, e);
}

/* The store's rules make their passwords cheap; from then on one costs what it costs everywhere: the
** storm is about that.  *treats: the clinician. */
static int accounts(struct bench *b, struct house *h, struct act *act, i64 site,
                    i64 *treats, struct err *e)
{
    static const struct {
        const char *login;
        unsigned role;
        bool here; /* at one site */
    } pager[PAGERS] = {[COORDINATES] = {"bench-coordinator", COORDINATOR, false},
                       [TREATS] = {"bench-clinician", CLINICIAN, true},
                       [LEADS] = {"bench-leader", LEADER, true},
                       [KEEPS] = {"bench-data-manager", DATA_MANAGER, false}};
    i64 id = 0;
    TRY(login_rule_set(act, S("memory_kib"), 8, e));
    TRY(login_rule_set(act, S("passes"), 1, e));
    TRY(house_rules(h, e));
    for (int i = 0; i < CLIENTS; i++) {
        struct str login = str_fmt(b->a, "bench%02d", i);
        struct role_given g = {.role = COORDINATOR};
        TRY(account(b, h, act, login, g, &id, &b->session[i], e));
        TRY(token(b, act, id, &b->token[i], e));
    }
    for (int i = 0; i < PAGERS; i++) {
        struct role_given g = {.role = pager[i].role, .site = pager[i].here ? site : 0};
        TRY(account(b, h, act, str_of(pager[i].login), g, &id, &b->pager[i], e));
        if (i == TREATS) *treats = id;
    }
    TRY(login_rule_set(act, S("memory_kib"), 65536, e));
    TRY(login_rule_set(act, S("passes"), 3, e));
    return house_rules(h, e);
}

/* --- people ----------------------------------------------------------------------- */

static void progress(void *arg, isize done, isize of)
{
    struct bench *b = arg;
    double took = bench_now() - b->began;
    if (b->c->json || !isatty(fileno(b->c->err))) return;
    if (done < of)
        fprintf(b->c->err, "\r%td of %td people invented, %.0f s left    ", done, of,
                took * (double)(of - done) / (double)done);
    else
        fprintf(b->c->err, "\r%60s\r", "");
}

static int invented(struct bench *b, struct house *h, struct act *act, const i64 *site,
                    i64 treats, struct err *e)
{
    struct invent_ask in = {.study = b->study,
                            .site = site,
                            .n_sites = BENCH_SITES,
                            .n = (isize)b->participants,
                            .key = house_key(h),
                            .clinician = &treats,
                            .n_clinicians = 1,
                            .round = (isize)MAX(b->participants / BENCH_CASELOAD, 1),
                            .series = true,
                            .progress = progress,
                            .arg = b};
    b->began = bench_now();
    TRY(invent_people(act, &in, &b->first, e));
    bench_note(b, "inventing 100,000 people", "s", NAN, false,
               (bench_now() - b->began) * 1e5 / (double)b->participants);
    return OK;
}

/* Of a store that was kept: how many there are, the first, and how many forms were saved. */
static int found(struct bench *b, struct act *act, struct str kind, struct err *e)
{
    ROWS r = {0};
    i64 now = 0, low = 0, high = b->participants;
    TRY(studies_size(act->db, b->study, &now, &b->participants, e));
    TRY(db_query(act->db, &r, SQL_invent_range,
                 ARGS(I(b->study), T(kind), T(S("P0000001")), T(S("P0000001"))), e));
    if (db_next(&r)) b->first = db_i64(&r, 0);
    TRY(db_end(&r, e));
    if (b->first == 0 || b->participants == 0)
        return err_set(e, E_CONSTRAINT,
                       "%s holds no invented people: take another folder", b->keep);
    for (high = b->participants / INVENT_SERIES * (INVENT_SERIES - 1); low < high;) {
        i64 mid = low + (high - low) / 2, n = 0;
        TRY(db_one(act->db, &n, SQL_invent_answered,
                   ARGS(I(b->first + bench_unanswered(mid)), T(b->measure), T(b->time)),
                   e));
        if (n)
            low = mid + 1;
        else
            high = mid;
    }
    atomic_store(&b->next, low + CLIENTS); /* some may have been under way */
    return OK;
}

static int make(struct bench *b, struct house *h, struct act *act, struct err *e)
{
    static const char *const code[BENCH_SITES] = {"S1", "S2"};
    struct applied done;
    struct studies_row s = {0};
    struct studies_sites at = {0};
    const struct collect_kit *k;
    i64 service = 0, site[BENCH_SITES] = {0}, treats = 0;
    int there = studies_by_name(act->db, S("norway2013"), &s, b->a, e);
    if (there != OK && there != E_NOT_FOUND) return there;
    if (there == OK) {
        b->study = s.id;
        TRY(studies_sites_of(act->db, s.id, &at, b->a, e));
        for (isize i = 0; i < MIN(at.n, BENCH_SITES); i++) site[i] = at.at[i].site;
    } else {
        TRY(apply_study(act, b->definitions, "norway2013", &done, e));
        b->study = done.study;
        TRY(staffing_service_add(act, S("Bench"), &service, e));
        for (int i = 0; i < BENCH_SITES; i++) {
            TRY(staffing_site_add(act, service, str_of(code[i]), &site[i], e));
            TRY(apply_site(act, b->study, site[i], str_of(code[i]), e));
        }
    }
    TRY(accounts(b, h, act, site[0], &treats, e));
    TRY(house_study(h, act->db, b->study, &k, e));
    isize m = invent_measure(k->s);
    const struct study_measure *measure = &k->s->measures.at[m];
    b->measure = str_dup(measure->id, b->a);
    b->time = str_dup(k->s->times.at[measure->at.at[1]].id, b->a);
    b->answers = S("[1,2,3,4,5,1,2,3,4,5,1,2,3,4,5]");
    b->today = day_text(act->today, b->a);
    if (k->in[m]->items.n != ANSWERS)
        return err_set(e, E_CONSTRAINT, "the study's form has not %d items", ANSWERS);
    if (there == OK) return found(b, act, k->s->tables.at[measure->table].id, e);
    return invented(b, h, act, site, treats, e);
}

i64 bench_unanswered(i64 n)
{
    return n + n / (INVENT_SERIES - 1);
}

int bench_store(struct bench *b, struct err *e)
{
    struct house *h = NULL;
    struct db *db = NULL;
    struct stat st;
    struct house_config hc = {.folder = file_join(b->a, b->folder, "data"),
                              .store = b->store,
                              .definitions = b->definitions};
    if (stat(hc.folder, &st) != 0) TRY(house_make(&hc, e));
    hc.store = NULL;
    TRY(house_open(&hc, &h, e));
    int code = house_reader(h, false, &db, e);
    if (code == OK) {
        struct act act = at_act(b->c, h, db);
        code = make(b, h, &act, e);
    }
    house_reader_back(h, false, db);
    house_close(h);
    return code;
}
