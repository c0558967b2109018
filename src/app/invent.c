#include "app/invent.h"
#include "store/identity.h"
#include "store/participant.h"
#include "store/statements.h"

enum { BLOCK = 500, ENTERED_AGO = 480, ANSWERS = 7, DIGITS = 10 };

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
    return str_fmt(a, "%s %s%s (invented)", given[n % COUNT(given)],
                   front[family / COUNT(back)], back[family % COUNT(back)]);
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

/* What blocks share, and where the one stands that is being made. */
struct making {
    struct act *act;
    const struct invent_ask *in;
    const struct collect_kit *k;
    isize measure, from, upto;
    struct str sites, clinicians;
    i64 round;
    i64 first;                /* the row of the first of all; 0: there is none yet */
    i64 model;                /* the response of the first; those of the next follow it */
    struct str line[ANSWERS]; /* packed, and their scores */
    struct score *score[ANSWERS];
};

static struct str code_of(isize n, struct arena *a)
{
    return str_fmt(a, "P%07td", n + 1);
}

/* Numbers as the statements take them. */
static struct str digits(const i64 *x, isize n, struct arena *a)
{
    struct buf b = buf_in(a, n * DIGITS + 1);
    for (isize i = 0; i < n; i++) buf_fmt(&b, "%0*" PRId64, DIGITS, x[i]);
    return buf_str(&b);
}

static const struct study_measure *measure_of(const struct making *c)
{
    return &c->k->s->measures.at[c->measure];
}

static const struct study_time *time_of(const struct making *c, int k)
{
    return &c->k->s->times.at[measure_of(c)->at.at[k]];
}

/* The block's subjects. *low, *high: their rows, one behind the other. */
static int subjects(struct db *db, struct making *c, i64 *low, i64 *high,
                    struct arena tmp, struct err *e)
{
    struct str kind = c->k->s->tables.at[measure_of(c)->table].id;
    isize n = 0;
    ROWS r = {0};
    TRY(db_run(db, SQL_invent_subjects,
               ARGS(I(c->in->study), T(kind), I(c->from), I(c->upto), T(c->sites),
                    I(c->in->n_sites), I(c->act->now)),
               e));
    TRY(db_query(db, &r, SQL_invent_range,
                 ARGS(I(c->in->study), T(kind), T(code_of(c->from, &tmp)),
                      T(code_of(c->upto - 1, &tmp))),
                 e));
    if (db_next(&r)) {
        *low = db_i64(&r, 0);
        *high = db_i64(&r, 1);
        n = (isize)db_i64(&r, 2);
    }
    TRY(db_end(&r, e));
    if (c->from == 0) c->first = *low;
    if (n == c->upto - c->from && *high - *low == n - 1 && *low == c->first + c->from)
        return OK;
    return err_set(e, E_CONSTRAINT,
                   "the rows of invented people do not follow each other");
}

/* Each was referred, found eligible, enrolled; of every how manieth: dropped out. */
static int participants(struct db *db, const struct making *c, i64 low, i64 high,
                        struct err *e)
{
    static const char *const event[] = {"referred", "eligible", "enrolled",
                                        "dropped out"};
    day began = c->act->today - ENTERED_AGO;
    TRY(db_run(db, SQL_invent_participants,
               ARGS(I(low), I(high), I(c->first), I(began), T(c->clinicians), I(c->round),
                    I(INVENT_LEFT)),
               e));
    for (isize i = 0; i < COUNT(event); i++)
        TRY(db_run(db, SQL_invent_events,
                   ARGS(I(low), I(high), T(str_of(event[i])), I(c->act->now), I(i == 0),
                        I(i < 3), i ? NIL : T(S("An invented person."))),
                   e));
    TRY(db_run(db, SQL_invent_anchors,
               ARGS(I(low), I(high), T(S("enrolment")), I(c->act->now)), e));
    for (int k = 0; k < 2; k++) {
        const struct study_time *t = time_of(c, k);
        const struct study_measure *m = measure_of(c);
        i64 held = k == 0          ? 1
                   : c->in->series ? INVENT_SERIES
                                   : 0,
            waits = asked_waits(c->k->s, m->table, m->at.at[k], NULL, 0),
            left = asked_waits(c->k->s, m->table, m->at.at[k], &m->id, 1);
        TRY(db_run(db, SQL_invent_visits,
                   ARGS(I(low), I(high), I(c->first), T(t->id), I(t->days),
                        I(t->days + t->lo), I(t->days + t->hi), I(held), I(waits),
                        I(asked_on(waits)), I(left), I(asked_on(left)),
                        T(S("Only this form was asked for.")), I(INVENT_WAITING)),
                   e));
    }
    return OK;
}

/* The first few answers, of which all others are copies. */
static int models(struct db *db, struct making *c, struct err *e)
{
    const struct study_time *t = time_of(c, 0);
    const struct instrument *q = c->k->in[c->measure];
    for (isize i = 0; i < MIN(ANSWERS, c->in->n); i++) {
        i64 visit = 0;
        TRY(db_one(db, &visit, SQL_invent_visit, ARGS(I(c->first + i), T(t->id)), e));
        struct response r = {.subject = c->first + i,
                             .visit = visit,
                             .measure = measure_of(c)->id,
                             .time = t->id,
                             .pass = 1,
                             .definition = c->k->definition[c->measure],
                             .day = c->act->today - ENTERED_AGO + t->days + (day)i,
                             .mode = MODE_IMPORT,
                             .lang = S("en"),
                             .answers = c->line[i],
                             .at = c->act->now};
        TRY(response_put(db, &r, e));
        TRY(response_put_scores(db, r.id, q->scores.at, c->score[i], q->scores.n, e));
        if (i == 0) c->model = r.id;
    }
    return OK;
}

static int answers(struct db *db, struct making *c, i64 low, i64 high, struct err *e)
{
    const struct instrument *q = c->k->in[c->measure];
    struct str measure = measure_of(c)->id, item = q->items.at[0].id;
    if (c->from == 0) TRY(models(db, c, e));
    isize n = MIN(ANSWERS, c->in->n);
    for (int k = 0; k < 1 + c->in->series; k++) {
        struct db_arg arg[] = {I(low),      I(high), T(measure), T(time_of(c, k)->id),
                               I(c->first), I(n),    I(3 * k),   I(c->model)};
        TRY(db_run(db, SQL_invent_responses, arg, COUNT(arg), e));
        TRY(db_run(db, SQL_invent_scores, arg, COUNT(arg), e));
    }
    return db_run(db, SQL_invent_alerts,
                  ARGS(I(low), I(high), I(c->first), T(measure), T(time_of(c, 0)->id),
                       T(item), I(INVENT_RAISED), I(INVENT_OPEN)),
                  e);
}

static int counts(struct db *db, const struct making *c, struct err *e)
{
    for (isize k = 0; k < c->in->n_sites; k++) {
        i64 n[2] = {0};
        for (isize i = c->from; i < c->upto; i++)
            n[i % INVENT_LEFT == INVENT_LEFT - 1] += i % c->in->n_sites == k;
        for (int left = 0; left < 2; left++)
            if (n[left])
                TRY(db_run(db, SQL_participant_count_add,
                           ARGS(I(c->in->study), I(c->in->site[k]),
                                T(left ? S("dropped out") : S("enrolled")), I(n[left])),
                           e));
    }
    return OK;
}

static int names(struct db *db, const struct making *c, i64 low, struct arena tmp,
                 struct err *e)
{
    struct identity_act by = {0, instant_text(c->act->now, &tmp)};
    for (isize i = c->from; i < c->upto; i++) {
        struct arena a = tmp;
        TRY(identity_put(db, c->in->key, low + i - c->from, ID_name, invent_name(i, &a),
                         &by, a, e));
    }
    return OK;
}

static int block(struct db *db, void *arg, struct err *e)
{
    struct making *c = arg;
    struct arena tmp = act_room(c->act);
    i64 low = 0, high = 0;
    TRY(subjects(db, c, &low, &high, tmp, e));
    TRY(participants(db, c, low, high, e));
    TRY(answers(db, c, low, high, e));
    TRY(counts(db, c, e));
    if (c->in->key) TRY(names(db, c, low, tmp, e));
    struct str after = str_fmt(&tmp, "{\"invented\":%td}", c->upto - c->from);
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
    struct act inner = *act;
    inner.a = &tmp;
    struct making c = {.act = &inner, .in = in, .k = &k->kit};
    c.measure = invent_measure(k->kit.s);
    if (c.measure < 0 || in->n_sites < 1)
        return err_set(e, E_CONSTRAINT,
                       "the study has no site, or no measure that consumers rate twice");
    const i64 nobody = 0;
    c.sites = digits(in->site, in->n_sites, &tmp);
    c.round = MAX(MAX(in->round, in->n_clinicians), 1);
    c.clinicians = in->n_clinicians ? digits(in->clinician, in->n_clinicians, &tmp)
                                    : digits(&nobody, 1, &tmp);
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
    for (c.from = 0; c.from < in->n; c.from = c.upto) {
        c.upto = MIN(c.from + BLOCK, in->n);
        TRY(act_change(&inner, block, &c, e));
        if (in->progress) in->progress(in->arg, c.upto, in->n);
    }
    *first = c.first;
    return OK;
}
