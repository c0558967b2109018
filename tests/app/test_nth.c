/* Whatever fails in the middle of an act, the store is as it was before: every act, each of its
** statements and allocations refused (nth.h); a disk without room. */
#define _GNU_SOURCE /* setrlimit */
#include "app/erase.h"
#include "app/formlink.h"
#include "app/contact.h"
#include "app/import.h"
#include "app/job.h"
#include "app/kits.h"
#include "app/login.h"
#include "app/token.h"
#include "base/file.h"
#include "folk.h"
#include "nth.h"
#include "store/journal.h"
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum who { NOBODY, ADMIN, COORD, COORD2, CLIN, LEAD, UNIT, MANAGER, WHO_N };

struct world {
    struct folk f;
    struct login_kit login;
    const struct collect_kit *kit;
    const char *folder; /* definitions with arms */
    const char *table;  /* to be imported */
    i64 lea, site, role, job, token, session;
    i64 p, consent, row, visit, response, second, link;
    struct str secret; /* of a form link */
    struct arena kept;
    int n; /* makes names unlike */
};

/* --- the house ------------------------------------------------------------------ */

static int add_service(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    i64 id = 0;
    return staffing_service_add(act, str_fmt(act->a, "S%d", w->n++), &id, e);
}

static int add_site(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    i64 id = 0;
    return staffing_site_add(act, w->f.h.service, str_fmt(act->a, "T%d", w->n++), &id, e);
}

static int add_staff(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    i64 id = 0;
    return staffing_add(act, str_fmt(act->a, "p%d", w->n++), S(NTH_MARK), S("en"), &id,
                        e);
}

static int give_role(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct role_given g = {
        .staff = w->lea, .role = TRAINER, .starts = act->today, .open = true};
    return staffing_role_give(act, &g, &w->role, e);
}

static int end_role(void *arg, struct act *act, struct err *e)
{
    return staffing_role_end(act, ((struct world *)arg)->role, act->today, e);
}

static int invite(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct str token;
    return login_invite(act, &w->login, w->lea, &token, e);
}

static int set_rule(void *arg, struct act *act, struct err *e)
{
    (void)arg;
    return login_rule_set(act, S("idle_minutes"), 31, e);
}

static int speak(void *arg, struct act *act, struct err *e)
{
    (void)arg;
    return staffing_language(act, S("da"), e);
}

static int make_token(void *arg, struct act *act, struct err *e)
{
    struct token_ask ask = {S("x"), 0, 10};
    struct str secret;
    return token_make(act, &ask, &((struct world *)arg)->token, &secret, e);
}

static int end_token(void *arg, struct act *act, struct err *e)
{
    return token_end(act, ((struct world *)arg)->token, e);
}

static int ask_job(void *arg, struct act *act, struct err *e)
{
    return job_ask(act, S("check"), S("{}"), &((struct world *)arg)->job, e);
}

static int stop_job(void *arg, struct act *act, struct err *e)
{
    return job_stop(act, ((struct world *)arg)->job, e);
}

static int end_sessions(void *arg, struct act *act, struct err *e)
{
    (void)arg;
    return login_end_all(act, e);
}

static int close_account(void *arg, struct act *act, struct err *e)
{
    return staffing_set_active(act, ((struct world *)arg)->lea, false, e);
}

static int open_account(void *arg, struct act *act, struct err *e)
{
    return staffing_set_active(act, ((struct world *)arg)->lea, true, e);
}

static int set_contact(void *arg, struct act *act, struct err *e)
{
    struct str text[LANG_N] = {[LANG_NB] = S("Ring " NTH_MARK)};
    return contact_set(act, ((struct world *)arg)->f.h.site[0], text, e);
}

/* --- studies ---------------------------------------------------------------------- */

static int put_study(void *arg, struct act *act, struct err *e)
{
    struct applied done;
    return apply_study(act, ((struct world *)arg)->folder, "norway2013", &done, e);
}

static int put_site(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return apply_site(act, w->f.study, w->site, S("S3"), e);
}

static int bring_in(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct import_done done;
    struct import_file file = {"table.csv", w->table, -1};
    struct import_in in = {
        .study = S("norway2013"), .file = &file, .n = 1, .apply = true, .lang = S("nb")};
    return import_run(act, &in, &done, e);
}

/* --- people ------------------------------------------------------------------------ */

static int refer(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct referral in = {.study = w->f.study,
                          .site = w->f.h.site[0],
                          .day = act->today - 20,
                          .note = S("note" NTH_MARK)};
    struct referred out;
    in.who.at[ID_name] = S("Anne " NTH_MARK);
    in.who.at[ID_birth] = S("1980-02-03");
    int code = people_refer(act, w->f.key, &in, &out, e);
    w->p = out.subject;
    return code;
}

static int set_name(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return people_name_set(act, w->f.key, w->p, ID_name, S("Anna " NTH_MARK), e);
}

static int screen(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    const struct screening_answer all[] = {
        {S("adult"), MET, {0}},
        {S("attached"), MET, {0}},
        {S("illness"), MET, {0}},
        {S("informed"), MET, S("why" NTH_MARK)},
        {S("suicide-risk"), MET_NOT, {0}},
        {S("language"), MET_NOT, {0}},
    };
    struct screening in = {.subject = w->p,
                           .day = act->today - 15,
                           .answer = all,
                           .n = COUNT(all),
                           .note = S("note" NTH_MARK)};
    enum participant_state state;
    return people_screen(act, &in, &state, e);
}

static int consent(struct world *w, struct act *act, const char *purpose, struct err *e)
{
    struct consent_given in = {.participant = w->p,
                               .purpose = str_of(purpose),
                               .how = HOW_PAPER,
                               .day = act->today - 12};
    return consent_give(act, &in, &w->consent, e);
}

static int consents(void *arg, struct act *act, struct err *e)
{
    return consent(arg, act, "research", e);
}

static int consents_sound(void *arg, struct act *act, struct err *e)
{
    return consent(arg, act, "recording", e);
}

static int takes_back(void *arg, struct act *act, struct err *e)
{
    return consent_take_back(act, ((struct world *)arg)->consent, e);
}

static int withdraw(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct people_file file;
    TRY(people_file(act, w->p, INSTANT_NOW, &file, e));
    struct consent_withdrawn in = {
        .day = act->today, .effect = DATA_ERASE, .reason = S("last" NTH_MARK)};
    for (isize i = 0; i < file.consents.n; i++)
        if (str_is(file.consents.at[i].purpose, "research") &&
            file.consents.at[i].gone == 0)
            in.consent = file.consents.at[i].id;
    return consent_withdraw(act, &in, e);
}

static int happen(struct world *w, struct act *act, enum participant_event kind, int ago,
                  struct err *e)
{
    struct happening in = {.subject = w->p,
                           .kind = kind,
                           .day = act->today - ago,
                           .note = S("note" NTH_MARK)};
    if (kind == EV_DROPPED_OUT) in.reason = S("moved");
    if (kind == EV_CLINICIAN) in.clinician = w->f.clinician;
    if (kind == EV_TRANSFERRED)
        in.site = act->who.staff == w->f.coordinator[0] ? w->f.h.site[1] : w->f.h.site[0];
    return people_happen(act, &in, NULL, e);
}

static int enrol(void *arg, struct act *act, struct err *e)
{
    return happen(arg, act, EV_ENROLLED, 10, e);
}

static int name_clinician(void *arg, struct act *act, struct err *e)
{
    return happen(arg, act, EV_CLINICIAN, 9, e);
}

static int drop_out(void *arg, struct act *act, struct err *e)
{
    return happen(arg, act, EV_DROPPED_OUT, 0, e);
}

static int come_back(void *arg, struct act *act, struct err *e)
{
    return happen(arg, act, EV_RETURNED, 0, e);
}

static int transfer(void *arg, struct act *act, struct err *e)
{
    return happen(arg, act, EV_TRANSFERRED, 0, e);
}

static int take_back(void *arg, struct act *act, struct err *e)
{
    struct people_file file;
    TRY(people_file(act, ((struct world *)arg)->p, INSTANT_NOW, &file, e));
    return people_take_back(act, file.events.at[file.events.n - 1].id, e);
}

static int age(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return people_attribute(act, w->p, S("age"), act->why.n ? S("42") : S("41"), e);
}

static int no_age(void *arg, struct act *act, struct err *e)
{
    return people_attribute(act, ((struct world *)arg)->p, S("age"), S(""), e);
}

static int add_row(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct new_subject in = {.study = w->f.study,
                             .site = w->f.h.site[0],
                             .kind = S("clinicians"),
                             .code = S("C01")};
    return people_subject_add(act, &in, &w->row, e);
}

static int allocate(void *arg, struct act *act, struct err *e)
{
    i64 id = 0;
    return allocate_enter(act, ((struct world *)arg)->p, S("imr"), act->today, &id, e);
}

static int allocate_anew(void *arg, struct act *act, struct err *e)
{
    i64 id = 0;
    return allocate_correct(act, ((struct world *)arg)->p, S("usual"), act->today, &id,
                            e);
}

static int erase_name(void *arg, struct act *act, struct err *e)
{
    return erase_person(act, ((struct world *)arg)->p, false, e);
}

static int erase_all(void *arg, struct act *act, struct err *e)
{
    return erase_person(act, ((struct world *)arg)->p, true, e);
}

/* --- visits -------------------------------------------------------------------------- */

static int find_visit(struct world *w, struct act *act, struct err *e)
{
    struct due_visits v;
    TRY(visiting_of(act, w->kit, w->p, &v, e));
    w->visit = v.n ? v.at[0].v.id : 0;
    return OK;
}

static int anchor(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return visiting_anchor(act, w->kit, w->p, FROM_ENROLMENT, act->today - 9, e);
}

static int miss(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    TRY(find_visit(w, act, e));
    return visiting_missed(act, w->kit, w->visit, e);
}

static int cancel(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    TRY(find_visit(w, act, e));
    return visiting_cancelled(act, w->kit, w->visit, e);
}

static int reopen(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return visiting_reopened(act, w->kit, w->visit, e);
}

static int move(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    day d = act->today;
    return visiting_moved(act, w->kit, w->visit, d, d - 3, d + 3, e);
}

static int hold(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return visiting_held(act, w->kit, w->visit, act->today, e);
}

/* --- answers ---------------------------------------------------------------------------- */

static struct form_key key(const struct world *w, const char *measure)
{
    struct form_key k = {.subject = w->p, .time = study_time(w->kit->s, S("t1"))};
    while (!str_is(w->kit->s->measures.at[k.measure].id, measure)) k.measure++;
    return k;
}

static struct answer *answers(const struct world *w, const char *measure, int value,
                              struct arena *a)
{
    const struct instrument *in = w->kit->in[key(w, measure).measure];
    struct form_cell *cell = NEW(a, struct form_cell, in->items.n);
    struct answer *out = NEW(a, struct answer, in->items.n);
    struct form_faults wrong = {0};
    for (isize i = 0; i < in->items.n; i++) cell[i].text = str_fmt(a, "%d", value);
    collect_read(in, cell, out, &wrong, a);
    return out;
}

static int enter(struct world *w, struct act *act, const char *measure, int value,
                 int pass, enum response_mode mode, i64 version, i64 *id, struct err *e)
{
    struct form_done done = {0};
    struct form_in in = {.key = key(w, measure),
                         .answer = answers(w, measure, value, act->a),
                         .pass = pass,
                         .day = act->today,
                         .mode = mode,
                         .lang = S("nb"),
                         .version = version};
    int code = collect_submit(act, w->kit, &in, &done, e);
    *id = done.response;
    return code;
}

static int draft(struct world *w, struct act *act, i64 version, struct err *e)
{
    struct form_cell cell[40] = {{S(NTH_MARK), S("")}};
    struct form_key k = key(w, "honos");
    return collect_draft(act, w->kit, &k, 1, cell, &version, e);
}

static int first_draft(void *arg, struct act *act, struct err *e)
{
    return draft(arg, act, 0, e);
}

static int next_draft(void *arg, struct act *act, struct err *e)
{
    return draft(arg, act, 1, e);
}

static int no_draft(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct form_key k = key(w, "honos");
    return collect_draft_drop(act, w->kit, &k, 1, e);
}

/* All items at 3: also the one that alerts. */
static int submit(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return enter(w, act, "honos", 3, 1, MODE_STAFF, 0, &w->response, e);
}

static int see_alert(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct alert_views v;
    TRY(collect_alerts(act, w->kit, true, 0, 10, &v, e));
    if (v.n != 1) return err_set(e, E_NOT_FOUND, "no alert");
    return collect_alert_seen(act, w->kit, v.at[0].row.id, S("note" NTH_MARK), e);
}

static int correct(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    i64 id = 0;
    return enter(w, act, "honos", 1, 1, MODE_STAFF, w->response, &id, e);
}

static int from_paper(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return enter(w, act, "qol5", 3, 1, MODE_PAPER, 0, &w->response, e);
}

static int second_entry(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return enter(w, act, "qol5", 4, 2, MODE_PAPER, 0, &w->second, e);
}

static int settle(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct form_done done;
    struct form_key k = key(w, "qol5");
    return collect_settle(act, w->kit, &k, answers(w, "qol5", 4, act->a), w->response,
                          w->second, &done, e);
}

/* --- form links ---------------------------------------------------------------------------- */

static int make_link(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct str token;
    struct arena kept = w->kept; /* of the last one that was made */
    TRY(formlink_make(act, w->kit, w->visit, S("nb"), 7, &token, &w->link, e));
    w->secret = str_dup(token, &kept);
    return OK;
}

static int revoke_link(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return formlink_revoke(act, w->kit, w->link, e);
}

static int open_link(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct formlink_page p;
    return formlink_open(act, w->kit, w->secret, &p, e);
}

static int link_draft(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct form_cell cell[40] = {{S(NTH_MARK), S("")}};
    i64 version = 0;
    return formlink_draft(act, w->kit, w->secret, key(w, "ashs").measure, cell, &version,
                          e);
}

static int link_speaks(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return formlink_speak(act, w->kit, w->secret, LANG_DA, e);
}

static int link_submits(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    struct form_done done;
    return formlink_submit(act, w->kit, w->secret, key(w, "ashs").measure,
                           answers(w, "ashs", 3, act->a), NULL, &done, e);
}

static int link_ends(void *arg, struct act *act, struct err *e)
{
    struct world *w = arg;
    return formlink_finish(act, w->kit, w->secret, e);
}

#define WHY "why" NTH_MARK

/* In this order: later ones need what earlier ones made. */
static const struct nth_act house_acts[] = {
    {"service", add_service, NULL, ADMIN},
    {"site", add_site, NULL, ADMIN},
    {"staff", add_staff, NULL, ADMIN},
    {"role", give_role, NULL, ADMIN},
    {"end role", end_role, NULL, ADMIN},
    {"invite", invite, NULL, ADMIN},
    {"rule", set_rule, NULL, ADMIN},
    {"language", speak, NULL, ADMIN},
    {"token", make_token, NULL, ADMIN},
    {"end token", end_token, NULL, ADMIN},
    {"job", ask_job, NULL, ADMIN},
    {"stop job", stop_job, NULL, ADMIN},
    {"end sessions", end_sessions, NULL, ADMIN},
    {"close", close_account, NULL, ADMIN},
    {"open again", open_account, NULL, ADMIN},
    {"contact", set_contact, NULL, LEAD},
    {"study", put_study, NULL, MANAGER},
    {"study's site", put_site, NULL, MANAGER},
};
static const struct nth_act study_acts[] = {
    {"refer", refer, NULL, COORD},
    {"name", set_name, NULL, COORD},
    {"screen", screen, NULL, COORD},
    {"consent", consents, NULL, COORD},
    {"consent taken back", takes_back, WHY, COORD},
    {"consent again", consents, NULL, COORD},
    {"enrol", enrol, NULL, COORD},
    {"take back", take_back, WHY, COORD},
    {"enrol again", enrol, NULL, COORD},
    {"consent to sound", consents_sound, NULL, COORD},
    {"clinician", name_clinician, NULL, COORD},
    {"attribute", age, NULL, CLIN},
    {"attribute changed", age, WHY, CLIN},
    {"attribute away", no_age, WHY, CLIN},
    {"import", bring_in, WHY, MANAGER},
    {"row", add_row, NULL, COORD},
    {"allocate", allocate, NULL, UNIT},
    {"allocate anew", allocate_anew, WHY, UNIT},
    {"anchor", anchor, NULL, COORD},
    {"missed", miss, WHY, CLIN},
    {"reopened", reopen, NULL, CLIN},
    {"cancelled", cancel, WHY, CLIN},
    {"reopened again", reopen, NULL, CLIN},
    {"moved", move, WHY, CLIN},
    {"draft", first_draft, NULL, CLIN},
    {"draft again", next_draft, NULL, CLIN},
    {"draft away", no_draft, NULL, CLIN},
    {"held", hold, NULL, CLIN},
    {"submit", submit, NULL, CLIN},
    {"alert seen", see_alert, NULL, CLIN},
    {"correct", correct, WHY, COORD},
    {"from paper", from_paper, NULL, CLIN},
    {"second entry", second_entry, NULL, COORD},
    {"settle", settle, WHY, COORD},
    {"link", make_link, NULL, CLIN},
    {"revoke", revoke_link, NULL, CLIN},
    {"another link", make_link, NULL, CLIN},
    {"open link", open_link, NULL, NOBODY},
    {"link's draft", link_draft, NULL, NOBODY},
    {"link's language", link_speaks, NULL, NOBODY},
    {"link's submit", link_submits, NULL, NOBODY},
    {"link's end", link_ends, NULL, NOBODY},
    {"drop out", drop_out, NULL, COORD},
    {"come back", come_back, NULL, COORD},
    {"transfer", transfer, NULL, COORD},
    {"transfer back", transfer, NULL, COORD2},
    {"erase the name", erase_name, NULL, LEAD},
    {"withdraw", withdraw, NULL, COORD},
    {"erase", erase_all, NULL, LEAD},
};

/* What the program's source calls an act is an act that was walked, or one of these. */
static const char *const not_walked[] = {
    "job.cancel",       "job.end",    /* of workers: tests/app/test_job.c */
    "login.failed",     "login.open", /* more than one change each, and meant to be: */
    "login.recovery",   "login.password", /* tests/app/test_login.c */
    "session.end",      "people.invent",  /* for benches only */
    "store.restore",                      /* tests/app/test_restore.c */
    "participant.copy", /* one row; what it reads takes too long for each n: test_copy.c */
};

static bool was_walked(struct db *db, struct str act)
{
    static const struct sql q = {.name = "acts",
                                 .text = "SELECT COUNT(*) FROM journal WHERE act = $1",
                                 .id = -1,
                                 .n_args = 1};
    struct err e = {0};
    i64 n = 0;
    CHECK_CODE(db_one(db, &n, &q, ARGS(T(act)), &e), OK, e);
    for (isize i = 0; i < COUNT(not_walked); i++) n += str_is(act, not_walked[i]);
    return n > 0;
}

static int all_were_walked(struct db *db, struct arena tmp)
{
    struct err e = {0};
    struct file_names names;
    int found = 0;
    CHECK_CODE(file_list(test_path("src/app"), &names, &tmp, &e), OK, e);
    for (isize i = 0; i < names.n; i++) {
        struct arena a = tmp;
        struct str text;
        if (!str_ends(names.at[i], S(".c"))) continue;
        const char *path = file_join(&a, test_path("src/app"), str_c(names.at[i], &a));
        CHECK_CODE(file_read(path, FILE_LIMIT, &text, &a, &e), OK, e);
        for (isize at; (at = str_find_str(text, S("act_note("))) >= 0;) {
            struct str act, call;
            text = str_from(text, at + 9);
            call = str_upto(text, MIN(text.n, (isize)200));
            call = str_upto(call, MAX(str_find(call, ';'), (isize)0));
            if (!str_cut(&call, '"', &act) || !str_cut(&call, '"', &act)) continue;
            if (str_find(act, '.') < 0) continue; /* it is in a variable */
            test_check(was_walked(db, act), __FILE__, __LINE__,
                       "the act %.*s of %.*s is not walked", FMT(act), FMT(names.at[i]));
            found++;
        }
    }
    return found;
}

EACH_ENGINE(nth_failure_of_every_act)
{
    struct world w = {.kept = arena_reserve(1 << 16)};
    struct err e = {0};
    const struct kits_study *s;
    struct kits *kits = NULL;
    struct studies_known known = {0};
    struct str tables = S("kind,code,part,name,value\nconsumers,P01,0,age,44\n");
    folk_open(&w.f, url, &tmp);
    CHECK_CODE(login_rules_read(w.f.h.db, &w.login.rules, &e), OK, e);
    CHECK_CODE(kits_open(&kits, &e), OK, e);
    w.lea = house_person(&w.f.h, "lea", LEADER, 0, &tmp);
    struct act admin = folk_act(&w.f, w.f.h.admin, &tmp);
    CHECK_CODE(staffing_site_add(&admin, w.f.h.service, S("Shore"), &w.site, &e), OK, e);
    w.folder = file_join(&tmp, test_folder(), "definitions");
    CHECK_CODE(folk_definitions(w.folder, "arms: []", "arms: [imr, usual]", &tmp, &e), OK,
               e);
    w.table = file_join(&tmp, test_folder(), "attributes.csv");
    CHECK_CODE(file_publish(w.table, tables, &e), OK, e);
    const i64 staff[WHO_N] = {
        0,          w.f.h.admin, w.f.coordinator[0], w.f.coordinator[1], w.f.clinician,
        w.f.leader, w.f.unit,    w.f.manager};
    struct nth t = {.h = &w.f.h, .world = &w, .staff = staff, .now = MORNING};
    for (isize i = 0; i < COUNT(house_acts); i++) nth_walk(&t, &house_acts[i], tmp);
    CHECK_CODE(kits_get(kits, w.f.h.db, w.f.study, &s, &e), OK, e);
    w.kit = &s->kit;
    struct studies_row row;
    CHECK_CODE(studies_get(w.f.h.db, w.f.study, &row, &tmp, &e), OK, e);
    *PUSH(&tmp, &known) = (struct studies_read){row.definition, w.kit->s};
    t.kits = kits;
    t.known = &known;
    for (isize i = 0; i < COUNT(study_acts); i++) nth_walk(&t, &study_acts[i], tmp);
    CHECK(t.statements > 1000 && t.allocations > 1000);
    CHECK(all_were_walked(w.f.h.db, tmp) > 25);
    kits_close(kits);
    folk_close(&w.f, tmp); /* and the journal verifies */
    arena_release(&w.kept);
}

/* The disk is full: what cannot be saved is refused with a sentence, what was acknowledged is
** there, and with room again everything goes on. */
TEST(nth_byte_of_a_full_disk)
{
    const char *url = engine_url("sqlite", &tmp), *path = strchr(url, ':') + 1;
    struct house h;
    house_open(&h, url, &tmp);
    signal(SIGXFSZ, SIG_IGN);
    struct stat st;
    CHECK(stat(str_fmt(&tmp, "%s-wal", path).at, &st) == 0);
    struct rlimit was, less;
    CHECK(getrlimit(RLIMIT_FSIZE, &was) == 0);
    less = was;
    less.rlim_cur = (rlim_t)st.st_size + 100000;
    CHECK(setrlimit(RLIMIT_FSIZE, &less) == 0);
    struct err e = {0};
    int code = OK, saved = 0;
    for (int i = 0; i < 400 && code == OK; i++) {
        struct arena a = tmp;
        struct act act = house_act(&h, h.admin, MORNING, &a);
        i64 id = 0;
        code = staffing_add(&act, str_fmt(&a, "f%d", i), S("F"), S("en"), &id, &e);
        saved += code == OK;
    }
    CHECK_CODE(code, E_IO, e);
    CHECK(e.text[0] != 0);
    CHECK(saved > 0 && saved < 400);
    for (int more = 0; more < 3; more++) { /* and again: refused, not worse */
        struct arena a = tmp;
        struct act act = house_act(&h, h.admin, MORNING, &a);
        i64 id = 0;
        CHECK(staffing_add(&act, str_fmt(&a, "m%d", more), S("F"), S("en"), &id, &e) !=
              OK);
    }
    struct staff_list all;
    CHECK_CODE(staff_all(h.db, &all, &tmp, &e), OK, e);
    CHECK_INT(all.n, saved + 1);
    CHECK(setrlimit(RLIMIT_FSIZE, &was) == 0);
    house_person(&h, "later", LEADER, 0, &tmp);
    CHECK_CODE(staff_all(h.db, &all, &tmp, &e), OK, e);
    CHECK_INT(all.n, saved + 2);
    house_close(&h, tmp); /* the journal verifies */
}
