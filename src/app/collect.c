#include "app/collect_parts.h"
#include "base/json.h"
#include "store/statements.h"

/* --- forms and rights --------------------------------------------------------------- */

struct str collect_time(const struct collect_kit *k, isize time)
{
    return time >= 0 ? k->s->times.at[time].id : (struct str){0};
}

isize collect_measure(const struct collect_kit *k, struct str id)
{
    for (isize i = 0; i < k->s->measures.n; i++)
        if (str_eq(k->s->measures.at[i].id, id)) return i;
    return -1;
}

int collect_hidden(struct err *e)
{
    return err_say(e, E_NOT_FOUND, "REFUSED_NO_FORM");
}

int collect_key(const struct collect_kit *k, const struct form_key *key, struct err *e)
{
    if (key->measure < 0 || key->measure >= k->s->measures.n) return collect_hidden(e);
    const struct study_measure *m = &k->s->measures.at[key->measure];
    bool there = m->at.n == 0 && key->time < 0;
    for (isize i = 0; i < m->at.n; i++) there = there || m->at.at[i] == key->time;
    return there ? OK : collect_hidden(e);
}

int collect_place(struct db *db, const struct collect_kit *k, const struct form_key *key,
                  int pass, i64 staff, i64 link, struct response_place *out,
                  struct arena *a, struct err *e)
{
    TRY(collect_key(k, key, e));
    const struct study_measure *m = &k->s->measures.at[key->measure];
    struct response_ask q = {.subject = key->subject,
                             .measure = m->id,
                             .time = collect_time(k, key->time),
                             .pass = pass,
                             .staff = staff,
                             .link = link};
    int code = response_place(db, &q, out, a, e);
    if (code == E_NOT_FOUND) return collect_hidden(e);
    TRY(code);
    if (out->study != k->study || !str_eq(out->kind, k->s->tables.at[m->table].id))
        return collect_hidden(e);
    return OK;
}

/* Who rates says which right it takes. */
static enum right entering(const struct study_measure *m)
{
    return str_is(m->rater, "fidelity assessor")  ? MAY_RATE_FIDELITY
           : str_is(m->rater, "trainer")          ? MAY_TRAIN
           : str_is(m->rater, "outcome assessor") ? MAY_RATE_OUTCOMES
                                                  : MAY_ENTER_ANSWERS;
}

/* What could tell an arm is for nobody who is blinded, to see or to enter: in a study with arms the
** definition says what.  In one without, who works blinded is spared what those who treat rate. */
static bool hidden(const struct act *act, const struct collect_kit *k, isize measure)
{
    struct str rater = k->s->measures.at[measure].rater;
    if (!act->who.blinded) return false;
    if (k->s->arms.n) return !study_open_measure(k->s, measure);
    return !str_is(rater, "outcome assessor") && !str_is(rater, "consumer");
}

static bool may(const struct act *act, const struct collect_kit *k, enum right r,
                i64 site)
{
    return act_may_in(act, r, site, k->s->id, NULL) == OK;
}

bool collect_may_enter(const struct act *act, const struct collect_kit *k, isize measure,
                       i64 site, enum response_mode mode)
{
    const struct study_measure *m = &k->s->measures.at[measure];
    if (hidden(act, k, measure)) return false;
    if (mode == MODE_IMPORT) return may(act, k, MAY_IMPORT, site);
    if (mode == MODE_PAPER && may(act, k, MAY_ENTER_ANSWERS, site)) return true;
    return may(act, k, entering(m), site);
}

bool collect_may_see(const struct act *act, const struct collect_kit *k, isize measure,
                     i64 site)
{
    const struct study_measure *m = &k->s->measures.at[measure];
    if (hidden(act, k, measure)) return false;
    enum right r = entering(m);
    bool programme = r == MAY_RATE_FIDELITY || r == MAY_TRAIN;
    return may(act, k, r, site) || may(act, k, MAY_ENTER_ANSWERS, site) ||
           may(act, k, programme ? MAY_SEE_IMPLEMENTATION : MAY_SEE_PARTICIPANTS, site);
}

struct collect_sites collect_sites(const struct act *act, const struct collect_kit *k,
                                   struct arena *a)
{
    struct collect_sites out = {0};
    if (may(act, k, MAY_SEE_PARTICIPANTS, 0) || may(act, k, MAY_SEE_IMPLEMENTATION, 0)) {
        *PUSH(a, &out) = 0;
        return out;
    }
    for (isize i = 0; i < act->who.n_roles; i++) {
        i64 site = act->who.role[i].site;
        bool there = !may(act, k, MAY_SEE_PARTICIPANTS, site) &&
                     !may(act, k, MAY_SEE_IMPLEMENTATION, site);
        for (isize j = 0; j < out.n; j++) there = there || out.at[j] == site;
        if (!there && site) *PUSH(a, &out) = site;
    }
    return out;
}

enum form_state collect_state(i64 first, i64 second, bool paper, bool agree, bool draft)
{
    if (!first) return draft ? FORM_DRAFT : FORM_OPEN;
    if (second) return agree ? FORM_DONE : FORM_DIFFERS;
    return paper ? FORM_SECOND : FORM_DONE;
}

/* --- what was typed ----------------------------------------------------------------- */

void collect_read(const struct instrument *in, const struct form_cell *cell,
                  struct answer *answer, struct form_faults *out, struct arena *a)
{
    for (isize i = 0; i < in->items.n; i++) {
        struct err e = {0};
        if (answer_read(&in->items.at[i], cell[i].text, &answer[i], &e) != OK)
            *PUSH(a, out) = (struct form_fault){i, str_dup(str_of(e.text), a)};
        if (answer[i].state == ANSWER_GIVEN) answer[i].detail = str_trim(cell[i].detail);
    }
}

/* --- saving ------------------------------------------------------------------------- */

/* What stands in the journal about a response: its place, not its answers. */
static struct str json_place(const struct form_in *in, const struct collect_kit *k,
                             int pass, isize alerts, struct arena *a)
{
    struct buf b = buf_in(a, 200);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    if (alerts) json_put_int(&w, "alerts", alerts);
    json_put_str(&w, "measure", k->s->measures.at[in->key.measure].id);
    json_put_str(&w, "mode", str_of(response_mode_word[in->mode]));
    json_put_int(&w, "pass", pass);
    json_put_int(&w, "subject", in->key.subject);
    json_put_str(&w, "time", collect_time(k, in->key.time));
    json_close(&w, '}');
    return buf_str(&b);
}

/* Whether an item of this form has raised its alert already, with the answer as it is. */
static int raised(struct db *db, const struct collect_kit *k, const struct form_in *in,
                  isize item, const struct answer *was, bool *out, struct err *e)
{
    const struct study_measure *m = &k->s->measures.at[in->key.measure];
    const struct item *it = &k->in[in->key.measure]->items.at[item];
    i64 n = 0;
    TRY(db_one(
        db, &n, SQL_alert_raised,
        ARGS(I(in->key.subject), T(m->id), T(collect_time(k, in->key.time)), T(it->id)),
        e));
    *out = n > 0 && (!was || packed_same(&was[item], &in->answer[item]));
    return OK;
}

/* Answers of long ago that come in from elsewhere: somebody was told then. */
enum { IMPORT_FRESH = 31 };

static int raise_alerts(struct db *db, const struct act *act, const struct collect_kit *k,
                        const struct form_in *in, int pass,
                        const struct response_place *p, const struct answer *was,
                        struct form_done *out, struct arena tmp, struct err *e)
{
    const struct instrument *q = k->in[in->key.measure];
    if (q->alerts.n == 0) return OK;
    if (in->mode == MODE_IMPORT && in->day < act->today - IMPORT_FRESH) return OK;
    struct remarks r = answer_remarks(q, in->answer, &tmp);
    int last = -1;
    for (isize i = 0; i < r.n; i++) {
        if (r.at[i].kind != REMARK_ALERT || r.at[i].item == last) continue;
        last = r.at[i].item;
        bool again = false;
        if (was || pass == 2) TRY(raised(db, k, in, last, was, &again, e));
        if (again) continue;
        if (out->n_alerts++ == 0) {
            int code = db_one(db, &out->named, SQL_alert_named,
                              ARGS(I(p->site), I(p->clinician), I(act->today)), e);
            if (code != OK && code != E_NOT_FOUND) return code;
        }
        i64 id = 0;
        TRY(db_one(db, &id, SQL_alert_put,
                   ARGS(I(out->response), T(q->items.at[last].id), I(in->key.subject),
                        I(p->site), out->named ? I(out->named) : NIL, I(act->now)),
                   e));
    }
    return OK;
}

/* One row in its place, with all that follows from it. */
static int save(struct db *db, const struct act *act, const struct collect_kit *k,
                const struct form_in *in, int pass, i64 replaces,
                const struct response_place *p, struct form_done *out, struct arena tmp,
                struct err *e)
{
    const struct study_measure *m = &k->s->measures.at[in->key.measure];
    const struct instrument *q = k->in[in->key.measure];
    struct str before = {0};
    const struct answer *was = NULL;
    if (replaces) {
        struct response old;
        TRY(response_get(db, &act->who, replaces, &old, &tmp, e));
        struct answer *x = NEW(&tmp, struct answer, q->items.n);
        if (old.definition == k->definition[in->key.measure]) {
            TRY(packed_read(q, old.answers, x, &tmp, e));
            was = x;
        }
        before = str_fmt(&tmp, "{\"response\":%" PRId64 "}", replaces);
        TRY(response_end(db, replaces, act->now, e));
    }
    struct response r = {.subject = in->key.subject,
                         .visit = p->visit.id,
                         .measure = m->id,
                         .time = collect_time(k, in->key.time),
                         .pass = pass,
                         .definition = k->definition[in->key.measure],
                         .wording = in->wording,
                         .day = in->day,
                         .mode = in->mode,
                         .staff = act->who.staff,
                         .lang = in->lang,
                         .answers = packed_write(q, in->answer, &tmp),
                         .at = act->now,
                         .replaces = replaces,
                         .reason = replaces ? act->why : (struct str){0}};
    TRY(response_put(db, &r, e));
    out->response = r.id;
    struct score *score = out->score ? out->score : NEW(&tmp, struct score, q->scores.n);
    score_all(q, in->answer, score);
    if (pass == 1)
        TRY(response_put_scores(db, r.id, q->scores.at, score, q->scores.n, e));
    if (p->visit.id)
        TRY(visiting_entered(db, act, k, &in->key, p, pass == 1 && !replaces, in->day,
                             tmp, e));
    if (p->draft) TRY(db_run(db, SQL_draft_drop_id, ARGS(I(p->draft)), e));
    TRY(raise_alerts(db, act, k, in, pass, p, was, out, tmp, e));
    return act_note(act, db, replaces ? "answers.correct" : "answers.submit", "response",
                    r.id, before, json_place(in, k, pass, out->n_alerts, &tmp), tmp, e);
}

/* A tag of a language: "nb", "pt-BR"; empty where nobody said. */
static bool lang_fine(struct str s)
{
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return s.n <= 35;
}

static int check_form(const struct act *act, const struct collect_kit *k,
                      const struct form_in *in, const struct response_place *p,
                      struct err *e)
{
    if (!p->collecting) return err_say(e, E_CONSTRAINT, "REFUSED_FORM_NOT_NOW");
    if (in->day > act->today) return err_say(e, E_RECORD, "REFUSED_FORM_DAY_TO_COME");
    if (!lang_fine(in->lang)) return err_say(e, E_RECORD, "REFUSED_LANGUAGE");
    if (in->version && str_trim(act->why).n == 0)
        return err_say(e, E_RECORD, "REFUSED_FORM_WHY");
    if (in->pass == 2 && !p->now[0]) return err_say(e, E_RECORD, "REFUSED_FORM_NO_FIRST");
    if (in->pass == 2 && !in->version && p->by[0] == act->who.staff &&
        in->mode != MODE_IMPORT)
        return err_say(e, E_RECORD, "REFUSED_FORM_SAME_PERSON");
    return answer_check(k->in[in->key.measure], in->answer, e);
}

static int changed(struct err *e)
{
    return err_say(e, E_CHANGED, "REFUSED_FORM_CHANGED");
}

int collect_submit_in(struct db *db, const struct act *act, const struct collect_kit *k,
                      const struct form_in *in, struct form_done *out, struct err *e)
{
    struct arena tmp = act_room(act);
    struct response_place p;
    out->n_alerts = 0;
    out->named = 0;
    TRY(collect_place(db, k, &in->key, in->pass, in->link ? 0 : act->who.staff, in->link,
                      &p, &tmp, e));
    TRY(check_form(act, k, in, &p, e));
    if (p.now[in->pass - 1] != in->version) return changed(e);
    return save(db, act, k, in, in->pass, in->version, &p, out, tmp, e);
}

struct submitting {
    const struct act *act;
    const struct collect_kit *k;
    const struct form_in *in;
    struct form_done *out;
    i64 second; /* of settling */
};

static int may_submit(const struct act *act, const struct collect_kit *k,
                      const struct form_in *in, i64 site, struct err *e)
{
    if (!collect_may_enter(act, k, in->key.measure, site, in->mode))
        return collect_may_see(act, k, in->key.measure, site)
                   ? act_may_in(act, entering(&k->s->measures.at[in->key.measure]), site,
                                k->s->id, e)
                   : collect_hidden(e);
    return in->version ? act_may_in(act, MAY_CORRECT_ANSWERS, site, k->s->id, e) : OK;
}

/* Everything is asked once, where nobody can come between: place, right, state, answers. */
static int submit(struct db *db, void *arg, struct err *e)
{
    struct submitting *c = arg;
    const struct form_in *in = c->in;
    struct act act = *c->act;
    struct arena tmp = act_room(c->act);
    struct response_place p;
    c->out->n_alerts = 0;
    c->out->named = 0;
    TRY(act_again(c->act, db, &act.who, &tmp, e));
    TRY(collect_place(db, c->k, &in->key, in->pass, in->link ? 0 : act.who.staff,
                      in->link, &p, &tmp, e));
    TRY(may_submit(&act, c->k, in, p.site, e));
    TRY(check_form(&act, c->k, in, &p, e));
    if (p.now[in->pass - 1] != in->version) return changed(e);
    return save(db, &act, c->k, in, in->pass, in->version, &p, c->out, tmp, e);
}

int collect_submit(struct act *act, const struct collect_kit *k, const struct form_in *in,
                   struct form_done *out, struct err *e)
{
    TRY(collect_key(k, &in->key, e));
    *out = (struct form_done){
        .score = NEW(act->a, struct score, k->in[in->key.measure]->scores.n)};
    struct submitting c = {.act = act, .k = k, .in = in, .out = out};
    return act_change(act, submit, &c, e);
}

/* --- two entries -------------------------------------------------------------------- */

static int settle(struct db *db, void *arg, struct err *e)
{
    struct submitting *c = arg;
    struct arena tmp = act_room(c->act);
    struct response_place p;
    struct form_in in = *c->in;
    struct response now[2];
    c->out->n_alerts = 0;
    c->out->named = 0;
    TRY(collect_place(db, c->k, &in.key, 1, c->act->who.staff, 0, &p, &tmp, e));
    if (p.now[0] != in.version || p.now[1] != c->second) return changed(e);
    TRY(response_now(db, &c->act->who, in.key.subject,
                     c->k->s->measures.at[in.key.measure].id,
                     collect_time(c->k, in.key.time), now, &tmp, e));
    struct str line = packed_write(c->k->in[in.key.measure], in.answer, &tmp);
    for (int i = 1; i >= 0; i--) { /* the first entry last: its row is the answer */
        c->out->response = now[i].id;
        if (str_eq(now[i].answers, line)) continue;
        in.day = now[i].day;
        in.mode = now[i].mode;
        in.lang = now[i].lang;
        in.wording = now[i].wording;
        TRY(save(db, c->act, c->k, &in, i + 1, now[i].id, &p, c->out, tmp, e));
    }
    return OK;
}

int collect_settle(struct act *act, const struct collect_kit *k,
                   const struct form_key *key, const struct answer *answer, i64 version,
                   i64 second, struct form_done *out, struct err *e)
{
    struct response_place p;
    TRY(collect_place(act->db, k, key, 1, 0, 0, &p, act->a, e));
    if (!collect_may_see(act, k, key->measure, p.site)) return collect_hidden(e);
    TRY(act_may_in(act, MAY_CORRECT_ANSWERS, p.site, k->s->id, e));
    struct form_in in = {.key = *key,
                         .answer = answer,
                         .pass = 1,
                         .day = act->today,
                         .mode = MODE_PAPER,
                         .version = version};
    if (!version || !second) return err_say(e, E_RECORD, "REFUSED_FORM_NO_TWO");
    TRY(check_form(act, k, &in, &p, e));
    *out = (struct form_done){
        .score = NEW(act->a, struct score, k->in[key->measure]->scores.n)};
    struct submitting c = {.act = act, .k = k, .in = &in, .out = out, .second = second};
    return act_change(act, settle, &c, e);
}
