#include "study/asked.h"

enum { UNIT = 1000 };

enum asked_of asked_of(const struct study_measure *m)
{
    return str_is(m->rater, "consumer")            ? ASKED_PARTICIPANT
           : str_is(m->rater, "outcome assessor")  ? ASKED_OUTCOME
           : str_is(m->rater, "fidelity assessor") ? ASKED_FIDELITY
           : str_is(m->rater, "trainer")           ? ASKED_TRAINER
                                                   : ASKED_CLINICIAN;
}

bool asked_at(const struct study_measure *m, isize table, isize time)
{
    for (isize i = 0; i < m->at.n && m->table == table && time >= 0; i++)
        if (m->at.at[i] == time) return true;
    return false;
}

i64 asked_unit(enum asked_of who)
{
    i64 unit = 1;
    for (int i = 0; i < (int)who; i++) unit *= UNIT;
    return unit;
}

unsigned asked_on(i64 waits)
{
    unsigned on = 0;
    if (waits < 0) return ASKED_ALL | ASKED_UNCOUNTED;
    for (unsigned bit = 1; waits > 0; bit <<= 1, waits /= UNIT)
        if (waits % UNIT) on |= bit;
    return on;
}

i64 asked_waits(const struct study *s, isize table, isize time,
                const struct str *answered, isize n)
{
    i64 waits = 0;
    for (isize i = 0; i < s->measures.n; i++) {
        const struct study_measure *m = &s->measures.at[i];
        bool there = !asked_at(m, table, time);
        for (isize k = 0; k < n && !there; k++) there = str_eq(answered[k], m->id);
        if (!there) waits += asked_unit(asked_of(m));
    }
    return waits;
}

/* Whether all that s asks is asked by t, of the same rater. */
static bool within(const struct study *s, const struct study *t)
{
    for (isize i = 0; i < s->measures.n; i++) {
        const struct study_measure *m = &s->measures.at[i];
        struct str kind = s->tables.at[m->table].id;
        for (isize k = 0; k < m->at.n; k++) {
            isize table = study_table(t, kind),
                  time = study_time(t, s->times.at[m->at.at[k]].id);
            bool found = false;
            for (isize j = 0; j < t->measures.n && table >= 0; j++) {
                const struct study_measure *o = &t->measures.at[j];
                found = found || (str_eq(o->id, m->id) && asked_of(o) == asked_of(m) &&
                                  asked_at(o, table, time));
            }
            if (!found) return false;
        }
    }
    return true;
}

bool asked_same(const struct study *s, const struct study *t)
{
    return within(s, t) && within(t, s);
}
