#include "study/schedule.h"

bool schedule_has(const struct study *s, isize table, isize time)
{
    for (isize i = 0; i < s->measures.n; i++) {
        const struct study_measure *m = &s->measures.at[i];
        for (isize k = 0; k < m->at.n && m->table == table; k++)
            if (m->at.at[k] == time) return true;
    }
    return false;
}

struct schedule schedule_of(const struct study *s, isize table,
                            const struct schedule_anchor *anchor, isize n,
                            struct arena *a)
{
    struct schedule out = {0};
    for (isize t = 0; t < s->times.n; t++) {
        const struct study_time *p = &s->times.at[t];
        bool known = p->from == FROM_DATE;
        day from = p->date;
        for (isize i = 0; i < n && p->from != FROM_DATE; i++)
            if (anchor[i].from == p->from && p->from != FROM_NOTHING) {
                known = true;
                from = anchor[i].day;
            }
        if (!known || !schedule_has(s, table, t)) continue;
        day due = from + p->days;
        *PUSH(a, &out) = (struct schedule_visit){
            .time = t, .due = due, .opens = due + p->lo, .closes = due + p->hi};
    }
    return out;
}
