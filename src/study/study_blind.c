/* What of a study somebody who is blinded may see: `reveals: nothing`. */
#include "study/study_parts.h"

bool study_open_words(const struct study *s)
{
    return s->arms.n == 0;
}

bool study_open_table(const struct study *s, isize table)
{
    return s->arms.n == 0 || table == s->participants.table || s->tables.at[table].open;
}

bool study_open_column(const struct study *s, isize table, isize column)
{
    const struct study_column *c = &s->tables.at[table].columns.at[column];
    /* where somebody stands is shown in every list */
    return s->arms.n == 0 || c->from == COLUMN_STATE ||
           (study_open_table(s, table) && c->open);
}

bool study_open_measure(const struct study *s, isize measure)
{
    const struct study_measure *m = &s->measures.at[measure];
    return s->arms.n == 0 || (study_open_table(s, m->table) && m->open);
}

bool study_open_time(const struct study *s, isize time)
{
    bool open = s->arms.n == 0;
    for (isize i = 0; i < s->measures.n; i++)
        for (isize k = 0; k < s->measures.at[i].at.n; k++)
            open =
                open || (s->measures.at[i].at.at[k] == time && study_open_measure(s, i));
    return open;
}

bool study_open_clinician(const struct study *s)
{
    isize t = s->participants.table;
    bool open = s->arms.n == 0;
    for (isize c = 0; t >= 0 && c < s->tables.at[t].columns.n; c++)
        open = open || (s->tables.at[t].columns.at[c].from == COLUMN_CLINICIAN &&
                        study_open_column(s, t, c));
    return open;
}

int study_reveals_read(const struct yaml *map, bool *open, struct err *e)
{
    static const char *const WORD[] = {"arm", "nothing"};
    const struct yaml *v = yaml_get(map, "reveals");
    int word;
    if (!v) return OK;
    TRY(yaml_word(v, map, "reveals", WORD, COUNT(WORD), &word, e));
    *open = word == 1;
    return OK;
}

int study_reveals_check(const struct study *s, struct err *e)
{
    if (s->arms.n == 0) return OK;
    isize t = s->participants.table;
    if (t >= 0 && yaml_get(s->tables.at[t].node, "reveals"))
        return yaml_refuse(yaml_get(s->tables.at[t].node, "reveals"), e,
                           "that somebody takes part reveals nothing; say it of the "
                           "columns and measures");
    for (isize i = 0; i < s->measures.n; i++) {
        const struct study_measure *m = &s->measures.at[i];
        if (m->open && !study_open_table(s, m->table))
            return yaml_refuse(
                m->node, e,
                "measure '%.*s' reveals nothing, but its table '%.*s' does "
                "not say so",
                FMT(m->id), FMT(s->tables.at[m->table].id));
        if (str_is(m->rater, "outcome assessor") && !m->open)
            return yaml_refuse(m->node, e,
                               "measure '%.*s' is rated by somebody who is blinded: it "
                               "needs 'reveals: nothing', or another rater",
                               FMT(m->id));
    }
    for (t = 0; t < s->tables.n; t++)
        for (isize c = 0; c < s->tables.at[t].columns.n; c++)
            if (s->tables.at[t].columns.at[c].open && !study_open_table(s, t))
                return yaml_refuse(s->tables.at[t].columns.at[c].node, e,
                                   "this column reveals nothing, but its table does not "
                                   "say so");
    return OK;
}
