#include "app/invent.h"
#include "store/identity.h"
#include "store/participant.h"
#include "store/statements.h"
#include "store/visit.h"

enum { BLOCK = 800, ENTERED_AGO = 200, ANSWERS = 7 };

struct str invent_name(i64 n, struct arena *a)
{
    static const char *const given[] = {
        "Aksel", "Anne",  "Arne",    "Astrid", "Berit",  "Birgit",   "Bj\303\270rn",
        "Dagny", "Einar", "Eirik",   "Elin",   "Erling", "Eva",      "Frode",
        "Gerd",  "Gro",   "Gunnar",  "Hanne",  "Harald", "Helga",    "Henrik",
        "Ida",   "Inger", "Ivar",    "Jan",    "Jens",   "Jorunn",   "Kari",
        "Kjell", "Knut",  "Lars",    "Leif",   "Liv",    "Magnus",   "Marit",
        "Mette", "Nils",  "Odd",     "Ola",    "Per",    "Ragnhild", "Randi",
        "Rolf",  "Siri",  "Solveig", "Stein",  "Svein",  "Terje",    "Tone",
        "Unni"};
    static const char *const front[] = {"Berg", "Bj\303\270rk", "Dal",  "Eng",  "Fjell",
                                        "Gran", "Hav",          "Lind", "Nord", "Sol"},
                             *const back[] = {"\303\245s", "bakk",         "dahl", "eng",
                                              "gaard",     "haug",         "heim", "holm",
                                              "hus",       "land",         "lien", "lund",
                                              "moen",      "nes",          "rud",  "seth",
                                              "stad",      "str\303\270m", "tun",  "vik"};
    i64 family = n / COUNT(given) % (COUNT(front) * COUNT(back));
    return str_fmt(a, "%s %s%s", given[n % COUNT(given)], front[family / COUNT(back)],
                   back[family % COUNT(back)]);
}

isize invent_measure(const struct study *s)
{
    for (isize i = 0; i < s->measures.n; i++) {
        const struct study_measure *m = &s->measures.at[i];
        if (m->table == s->participants.table && m->at.n > 1 &&
            str_is(m->rater, "consumer"))
            return i;
    }
    return -1;
}

struct block {
    struct act *act;
    const struct invent_ask *in;
    const struct collect_kit *k;
    isize measure, from, to;
    i64 first;
    struct arena *room;
    struct str line[ANSWERS]; /* packed, and their scores */
    struct score *score[ANSWERS];
};

static bool has_left(isize i)
{
    return i % INVENT_LEFT == INVENT_LEFT - 1;
}

/* An alert, a name. */
static int also(struct db *db, const struct block *c, isize i, i64 site,
                const struct response *r, struct err *e)
{
    struct arena tmp = *c->room;
    const struct instrument *q = c->k->in[c->measure];
    if (i % INVENT_RAISED == 0) {
        i64 alert = 0;
        TRY(db_one(
            db, &alert, SQL_alert_put,
            ARGS(I(r->id), T(q->items.at[0].id), I(r->subject), I(site), NIL, I(r->at)),
            e));
        if (i / INVENT_RAISED % INVENT_OPEN)
            TRY(db_run(db, SQL_alert_see, ARGS(I(alert), I(r->at), I(1), NIL), e));
    }
    if (!c->in->key) return OK;
    struct identity_act by = {0, instant_text(r->at, &tmp)};
    return identity_put(db, c->in->key, r->subject, ID_name, invent_name(i, &tmp), &by,
                        tmp, e);
}

/* Everything about one participant. */
static int one(struct db *db, const struct block *c, isize i, i64 *id, struct err *e)
{
    const struct act *act = c->act;
    const struct study *s = c->k->s;
    const struct study_measure *m = &s->measures.at[c->measure];
    i64 study = c->in->study, site = c->in->site[i % c->in->n_sites];
    day began = act->today - ENTERED_AGO + (day)(i % 150);
    char code[16];
    struct buf b = {.at = code, .cap = sizeof code};
    buf_fmt(&b, "P%07td", i + 1);
    TRY(db_one(db, id, SQL_subject_add,
               ARGS(I(study), T(s->tables.at[m->table].id), T(buf_str(&b)), I(0), I(site),
                    NIL, I(act->now)),
               e));
    TRY(db_run(db, SQL_participant_add,
               ARGS(I(*id), I(study), I(site), T(buf_str(&b)), I(began)), e));
    i64 treats = c->in->n_clinicians ? c->in->clinician[i % c->in->n_clinicians] : 0;
    struct db_arg clinician = treats ? I(treats) : NIL;
    bool left = has_left(i);
    TRY(db_run(db, SQL_participant_set,
               ARGS(I(*id), I(site), T(left ? S("dropped out") : S("enrolled")), I(began),
                    clinician, T(S("open"))),
               e));
    static const char *const event[] = {"referred", "eligible", "enrolled",
                                        "dropped out"};
    for (isize k = 0; k < COUNT(event) - !left; k++) {
        i64 row = 0;
        TRY(db_one(db, &row, SQL_participant_event_add,
                   ARGS(I(*id), T(str_of(event[k])), I(began), I(act->now), NIL, NIL, NIL,
                        k ? NIL : I(site), k ? NIL : clinician),
                   e));
    }
    TRY(anchor_put(db, *id, S("enrolment"), began, act->now, 0, e));
    i64 visit = 0;
    for (int k = 1; k >= 0; k--) { /* the first time point last: its row is the visit's */
        const struct study_time *t = &s->times.at[m->at.at[k]];
        struct visit v = {.subject = *id,
                          .site = site,
                          .time = t->id,
                          .due = began + t->days,
                          .opens = began + t->days + t->lo,
                          .closes = began + t->days + t->hi,
                          .state = k ? VISIT_PLANNED : VISIT_HELD,
                          .held = began};
        TRY(visit_put(db, &v, e));
        visit = v.id;
    }
    struct response r = {.subject = *id,
                         .visit = visit,
                         .measure = m->id,
                         .time = s->times.at[m->at.at[0]].id,
                         .pass = 1,
                         .definition = c->k->definition[c->measure],
                         .day = began,
                         .mode = MODE_IMPORT,
                         .lang = S("en"),
                         .answers = c->line[i % ANSWERS],
                         .at = act->now};
    TRY(response_put(db, &r, e));
    const struct instrument *q = c->k->in[c->measure];
    TRY(response_put_scores(db, r.id, q->scores.at, c->score[i % ANSWERS], q->scores.n,
                            e));
    return also(db, c, i, site, &r, e);
}

static int block(struct db *db, void *arg, struct err *e)
{
    struct block *c = arg;
    i64 id = 0;
    struct arena tmp = act_room(c->act);
    c->room = &tmp;
    for (isize i = c->from; i < c->to; i++) {
        TRY(one(db, c, i, &id, e));
        if (i == c->from) c->first = id;
    }
    for (isize k = 0; k < c->in->n_sites; k++) {
        i64 n[2] = {0};
        for (isize i = c->from; i < c->to; i++) n[has_left(i)] += i % c->in->n_sites == k;
        for (int left = 0; left < 2; left++)
            if (n[left])
                TRY(db_run(db, SQL_participant_count_add,
                           ARGS(I(c->in->study), I(c->in->site[k]),
                                T(left ? S("dropped out") : S("enrolled")), I(n[left])),
                           e));
    }
    struct str after = str_fmt(&tmp, "{\"invented\":%td}", c->to - c->from);
    return act_note(c->act, db, "people.invent", "study", c->in->study, (struct str){0},
                    after, tmp, e);
}

static int empty_store(struct act *act, i64 study, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(act->db, &r, SQL_participant_count_kept, ARGS(I(study)), e));
    bool there = db_next(&r);
    TRY(db_end(&r, e));
    if (!there) return OK;
    return err_set(e, E_CONSTRAINT,
                   "the study has participants already; invented ones stay apart");
}

int invent_people(struct act *act, const struct invent_ask *in, i64 *first, struct err *e)
{
    const struct kits_study *k = NULL;
    struct arena tmp = *act->a;
    *first = 0;
    if (!act->console)
        return err_set(e, E_NOT_ALLOWED,
                       "participants are invented from a terminal only");
    TRY(empty_store(act, in->study, e));
    TRY(kits_get(act->kits, act->db, in->study, &k, e));
    struct block c = {.act = act, .in = in, .k = &k->kit};
    c.measure = invent_measure(k->kit.s);
    if (c.measure < 0 || in->n_sites < 1)
        return err_set(e, E_CONSTRAINT,
                       "the study has no site, or no measure that consumers rate twice");
    const struct instrument *q = k->kit.in[c.measure];
    struct answer *answer = NEW(&tmp, struct answer, q->items.n);
    for (int i = 0; i < ANSWERS; i++) {
        for (isize n = 0; n < q->items.n; n++) {
            const struct item *it = &q->items.at[n];
            isize pick = (n * 3 + i) % it->choices.n;
            answer[n] = (struct answer){.state = ANSWER_GIVEN,
                                        .value = it->choices.at[pick].value};
        }
        c.score[i] = NEW(&tmp, struct score, q->scores.n);
        c.line[i] = packed_write(q, answer, &tmp);
        score_all(q, answer, c.score[i]);
    }
    struct act inner = *act;
    inner.a = &tmp;
    c.act = &inner;
    for (c.from = 0; c.from < in->n; c.from = c.to) {
        c.to = MIN(c.from + BLOCK, in->n);
        TRY(act_change(&inner, block, &c, e));
        if (!*first) *first = c.first;
    }
    return OK;
}
