/* study.yaml and plan.yaml: the shipped ones are whole, and wrong ones are refused at
** their line.  Each wrong one is the shipped text with one piece replaced. */
#include "base/file.h"
#include "study/plan.h"
#include "test.h"

static struct str shipped(const char *name, struct arena *a)
{
    struct str s = {0};
    struct err e = {0};
    const char *path =
        test_path(str_c(str_fmt(a, "data/studies/norway2013/%s", name), a));
    CHECK_CODE(file_read(path, FILE_LIMIT, &s, a, &e), OK, e);
    return s;
}

/* s with the first `was` replaced; a piece that is not there is a fault of the test. */
static struct str replaced(struct str s, const char *was, const char *now,
                           struct arena *a)
{
    isize at = str_find_str(s, str_of(was));
    CHECK(at >= 0);
    if (at < 0) return s;
    return str_fmt(a, "%.*s%s%.*s", FMT(str_upto(s, at)), now,
                   FMT(str_from(s, at + str_of(was).n)));
}

static int line_of(struct str s, const char *piece)
{
    isize at = str_find_str(s, str_of(piece));
    int line = 1;
    for (isize i = 0; i < at; i++) line += s.at[i] == '\n';
    return at < 0 ? -1 : line;
}

static int read_study(struct str text, struct study **s, struct arena *a, struct err *e)
{
    struct yaml *doc;
    TRY(yaml_read(text, "study.yaml", &doc, a, e));
    return study_read(doc, s, a, e);
}

static int read_plan(struct str text, const struct study *s, struct plan **p,
                     struct arena *a, struct err *e)
{
    struct yaml *doc;
    TRY(yaml_read(text, "plan.yaml", &doc, a, e));
    return plan_read(doc, s, p, a, e);
}

TEST(study_shipped)
{
    struct study *s;
    struct err e = {0};
    CHECK_CODE(read_study(shipped("study.yaml", &tmp), &s, &tmp, &e), OK, e);
    CHECK_INT(s->tables.n, 4);
    CHECK_INT(s->sites.n, 9);
    isize consumers = study_table(s, S("consumers"));
    isize v = study_variable(s, consumers, S("honos_t2"));
    CHECK(v >= 0 && s->variables.at[v].kind == VARIABLE_SCORE);
    CHECK(study_variable(s, consumers, S("csq8_t1")) < 0); /* measured at the end only */
    v = study_variable(s, study_table(s, S("clinicians")), S("itis_last"));
    CHECK(v >= 0 && s->variables.at[v].kind == VARIABLE_DERIVED);
    const struct study_measure *m = &s->measures.at[0];
    CHECK_STR(study_item_column(s, m, study_time(s, S("t1")), 6, &tmp),
              "imrs_clin_t1_07");
    for (isize i = 0; i < s->measures.n; i++)
        if (str_is(s->measures.at[i].id, "gaf"))
            CHECK_STR(
                study_item_column(s, &s->measures.at[i], study_time(s, S("t2")), 1, &tmp),
                "gaf_f_t2");
}

TEST(study_words_all_languages)
{
    struct study *s;
    struct plan *p;
    struct err e = {0};
    CHECK_CODE(read_study(shipped("study.yaml", &tmp), &s, &tmp, &e), OK, e);
    CHECK_CODE(read_plan(shipped("plan.yaml", &tmp), s, &p, &tmp, &e), OK, e);
    for (int l = 0; l < LANG_N; l++) {
        CHECK(s->title.in[l].n > 0 && s->caution.in[l].n > 0);
        for (isize i = 0; i < p->sections.n; i++)
            CHECK(p->sections.at[i].title.in[l].n > 0);
        for (isize i = 0; i < p->analyses.n; i++) {
            const struct plan_analysis *an = &p->analyses.at[i];
            CHECK(an->label.in[l].n > 0);
            /* A remark in English stands in every language. */
            CHECK((an->remark.in[l].n > 0) == (an->remark.in[LANG_EN].n > 0));
            for (isize k = 0; k < an->printed.n; k++) {
                const struct plan_printed *q = &an->printed.at[k];
                CHECK((q->remark.in[l].n > 0) == (q->remark.in[LANG_EN].n > 0));
                CHECK((q->garbled.in[l].n > 0) == (q->garbled.in[LANG_EN].n > 0));
                CHECK((q->lost.in[l].n > 0) == (q->lost.in[LANG_EN].n > 0));
            }
        }
    }
}

TEST(study_refused)
{
    static const struct {
        const char *was, *now, *says;
        const char *at; /* the refusal names the line of this piece in the new text */
    } row[] = {
        {"design: obs", "desing: obs", "design", "desing"},
        {"revision: 7", "revision: one", "revision", "revision: one"},
        {"at: [t1, t2],\n     items: \"honos", "at: [t1, t3],\n     items: \"honos",
         "'t3' is not a time point of this study", "at: [t1, t3],\n     items: \"honos"},
        {"type: site, label", "type: sit, label", "site", "type: sit,"},
        {"type: link, to: clinicians, f", "type: link, to: clinician, f",
         "did you mean 'clinicians'", "to: clinician, f"},
        {"from: clinician,", "from: clinic,", "did you mean 'clinician'",
         "from: clinic,"},
        {"from: clinician,", "from: state,", "type code", "from: state,"},
        {"        from: state\n", "", "from: state", "states: {"},
        {"states: {completed: 0", "states: {finished: 0", "finished", "states: {fin"},
        {"states: {completed: 0", "states: {completed: 3", "no code", "completed: 3"},
        {"clinician: {file: recordings.csv, type: link, to: clinicians",
         "clinician: {file: recordings.csv, type: link, to: clinicians, from: clinician",
         "table of the participants", "{file: recordings.csv, type: link"},
        {"range: [18, 100]", "range: [100, 18]", "18", "range: [100, 18]"},
        {"items: \"itis_{nn}\"", "items: \"itis_{t}_{nn}\"", "no 'at'",
         "items: \"itis_{t}_{nn}\""},
        {"items: \"qol5_{t}_{nn}\"", "items: \"qol5_{nn}\"", "need {t}",
         "items: \"qol5_{nn}\""},
        {"items: \"qol5_{t}_{nn}\"", "items: \"qol5_{t}\"", "{nn}",
         "items: \"qol5_{t}\""},
        {"value: itis, by: clinician, pick: first",
         "value: itos, by: clinician, pick: first", "did you mean 'itis'", "value: itos"},
        {"pick: first, order: recording,", "pick: first, order: recordin,",
         "did you mean 'recording'", "order: recordin,"},
        {"pick: mean,", "pick: average,", "mean", "pick: average,"},
        {"id: itis_last", "id: itis_first", "two variables 'itis_first'",
         "id: itis_first,  table"},
        {"{id: honos, instr", "{id: imrs_clin, instr", "stands twice", NULL},
        {"key: [clinician, recording]", "key: [clinician, day]", "'day'", NULL},
        {"sites: [S1, S2, S3, S4, S5, S6, S7, S8, S9]", "sites: all", "sites",
         "sites: all"},
        {"rule: exclude", "rule: exlude", "did you mean 'exclude'", "rule: exlude"},
        {"registered: 2014-02-25", "registered: 2014-02-30", "2014-02-30",
         "registered: 2014-02-30"},
        {"table: consumers, code", "table: consumer, code", "did you mean 'consumers'",
         "table: consumer,"},
        {"table: consumers, code", "table: recordings, code", "one key column", NULL},
        {"code: \"P{nn}\"", "code: \"P{mm}\"", "a pattern of codes", "P{mm}"},
        {"code: \"P{nn}\"", "code: \"P{nn}{nn}\"", "a pattern of codes", NULL},
        {"code: \"P{nn}\"", "code: \"P{nn\"", "a pattern of codes", NULL},
        {"code: \"P{nn}\"", "code: \"P\"", "a pattern of codes", NULL},
        {"id: language", "id: adult", "criterion 'adult' stands twice", NULL},
        {"id: recording, who", "id: research, who", "stands twice", NULL},
        {"id: moved, label", "id: well, label", "reason 'well' stands twice", NULL},
        {"required: false", "required: no", "true or false", "required: no"},
        {"from: enrolment, day: 0", "from: enrollment, day: 0",
         "did you mean 'enrolment'", "from: enrollment"},
        {"from: enrolment, day: 320", "day: 320", "'from' is missing", "day: 320"},
        {"from: enrolment, day: 0", "from: 2014-02-30, day: 0", "2014-02-30",
         "from: 2014-02-30"},
        {"window: [-46, 45]", "window: [46, 45]", "46", "window: [46, 45]"},
        {"window: [-46, 45]", "window: [-46]", "a window is", "window: [-46]"},
        {"window: [-46, 45]", "windows: [-46, 45]", "did you mean 'window'",
         "windows: [-46"},
    };
    struct str text = shipped("study.yaml", &tmp);
    for (isize i = 0; i < COUNT(row); i++) {
        struct arena a = tmp;
        struct str bad = replaced(text, row[i].was, row[i].now, &a);
        struct study *s = NULL;
        struct err e = {0};
        CHECK_CODE(read_study(bad, &s, &a, &e), E_DEFINITION, e);
        CHECK_SAYS(e, row[i].says);
        if (row[i].at) {
            int line = line_of(bad, row[i].at);
            CHECK_SAYS(e, str_c(str_fmt(&a, "study.yaml:%d:", line), &a));
        }
    }
}

/* As the paper has them: six criteria of consumers, two of them excluding. */
TEST(study_who_takes_part)
{
    struct study *s = NULL;
    struct err e = {0};
    CHECK_CODE(read_study(shipped("study.yaml", &tmp), &s, &tmp, &e), OK, e);
    CHECK_INT(s->participants.table, study_table(s, S("consumers")));
    CHECK_STR(s->participants.code, "P{nn}");
    isize n = 0, exclude = 0;
    for (isize i = 0; i < s->criteria.n; i++) {
        if (s->criteria.at[i].table != s->participants.table) continue;
        n++;
        exclude += s->criteria.at[i].exclude;
        for (int l = 0; l < LANG_N; l++) CHECK(s->criteria.at[i].label.in[l].n > 0);
    }
    CHECK_INT(n, 6);
    CHECK_INT(exclude, 2);
    CHECK(study_consent(s, S("research"))->required);
    CHECK(!study_consent(s, S("recording"))->required);
    CHECK(!study_consent(s, S("audio")) && !study_criterion(s, S("")) &&
          !study_reason(s, S("x")));
    CHECK_STR(study_word(&study_reason(s, S("moved"))->label, LANG_NB),
              "flyttet eller byttet tjeneste");
}

/* Closed unless it says otherwise; open where there are no arms. */
TEST(study_reveals)
{
    struct study *s;
    struct err e = {0};
    struct str text = shipped("study.yaml", &tmp);
    CHECK_CODE(read_study(text, &s, &tmp, &e), OK, e);
    for (isize i = 0; i < s->measures.n; i++) CHECK(study_open_measure(s, i));
    for (isize i = 0; i < s->times.n; i++) CHECK(study_open_time(s, i));
    CHECK(study_open_words(s) && study_open_clinician(s) && study_open_table(s, 3));
    text = replaced(text, "arms: []", "arms: [imr, usual]", &tmp);
    CHECK_CODE(read_study(text, &s, &tmp, &e), OK, e);
    for (isize i = 0; i < s->measures.n; i++) CHECK(!study_open_measure(s, i));
    for (isize i = 0; i < s->times.n; i++) CHECK(!study_open_time(s, i));
    for (isize t = 0; t < s->tables.n; t++) {
        CHECK(study_open_table(s, t) == (t == s->participants.table));
        for (isize c = 0; c < s->tables.at[t].columns.n; c++)
            CHECK(study_open_column(s, t, c) ==
                  (s->tables.at[t].columns.at[c].from == COLUMN_STATE));
    }
    CHECK(!study_open_words(s) && !study_open_clinician(s));
    struct str open =
        replaced(text, "instrument: csq8,", "reveals: nothing, instrument: csq8,", &tmp);
    CHECK_CODE(read_study(open, &s, &tmp, &e), OK, e);
    isize n = 0;
    for (isize i = 0; i < s->measures.n; i++) n += study_open_measure(s, i);
    CHECK_INT(n, 1); /* taken at t2 only */
    CHECK(!study_open_time(s, study_time(s, S("t1"))) &&
          study_open_time(s, study_time(s, S("t2"))));
    open = replaced(text, "type: link, to: clinicians, from",
                    "reveals: nothing, type: link, to: clinicians, from", &tmp);
    CHECK_CODE(read_study(open, &s, &tmp, &e), OK, e);
    CHECK(study_open_clinician(s) && !study_open_words(s));
    static const struct {
        const char *was, *now, *says;
    } row[] = {
        {"instrument: csq8,", "reveals: all, instrument: csq8,", "reveals"},
        {"instrument: itis,", "reveals: nothing, instrument: itis,",
         "its table 'recordings' does not say so"},
        {"rater: trainer", "rater: outcome assessor", "needs 'reveals: nothing'"},
        {"recording: {file: recordings.csv,",
         "recording: {reveals: nothing, file: "
         "recordings.csv,",
         "its table does not say so"},
        {"  - id: consumers\n", "  - id: consumers\n    reveals: nothing\n",
         "that somebody takes part reveals nothing"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct str wrong = replaced(text, row[i].was, row[i].now, &tmp);
        CHECK_CODE(read_study(wrong, &s, &tmp, &e), E_DEFINITION, e);
        CHECK_SAYS(e, row[i].says);
    }
}

TEST(plan_shipped)
{
    struct study *s;
    struct plan *p;
    struct err e = {0};
    CHECK_CODE(read_study(shipped("study.yaml", &tmp), &s, &tmp, &e), OK, e);
    CHECK_CODE(read_plan(shipped("plan.yaml", &tmp), s, &p, &tmp, &e), OK, e);
    const struct plan_analysis *an = &p->analyses.at[plan_analysis(p, S("honos"))];
    const struct plan_printed *q = plan_printed(an, S("lo"));
    CHECK_STR(q->text, "4.13"); /* as in the paper */
    CHECK_NEAR(q->value, -0.413, 0);
    CHECK_INT(q->places, 3);
    CHECK(q->restored && q->garbled.in[LANG_EN].n > 0);
    q = plan_printed(an, S("before.mean"));
    CHECK_NEAR(q->value, 0.972, 0);
    CHECK_STR(q->place, "Table 2");
    an = &p->analyses.at[plan_analysis(p, S("imrs-clinician"))];
    CHECK(plan_printed(an, S("lo"))->lost.in[LANG_EN].n > 0);
    CHECK(plan_printed(an, S("t")) == NULL);
}

TEST(plan_refused)
{
    static const struct {
        const char *was, *now, *says, *at;
    } row[] = {
        {"before: honos_t1", "before: hones_t1", "did you mean 'honos_t1'",
         "before: hones_t1"},
        {"after: honos_t2", "after: sex", "'sex' is no number", "after: sex"},
        {"after: honos_t2", "after: honos_t1", "the same variable", NULL},
        {"table: services\n    before: imr", "table: service\n    before: imr",
         "did you mean 'services'", "table: service\n"},
        {"method: paired\n    table: services\n    before: goi",
         "method: pared\n    table: services\n    before: goi", "paired",
         "method: pared"},
        {"section: use", "section: uses", "did you mean 'use'", "section: uses"},
        {"      before.sd: .418", "      before.se: .418", "did you mean 'before.sd'",
         "before.se: .418"},
        {"printed: {schizophrenia.n: 17", "printed: {schizophreni.n: 17",
         "did you mean 'schizophrenia.n'", "schizophreni.n"},
        {"intention    ~ b*consultation", "intention    ~ b*consultatoin",
         "did you mean 'consultation'", NULL},
        {"formula: imrs_clin_sum_t2 ~ fidelity +",
         "formula: imrs_clin_sum_t2 ~ fidelty +", "did you mean 'fidelity'", "fidelty"},
        {"where: {sex: f}", "where: {sex: w}", "'w' is not a code", "where: {sex: w}"},
        {"where: {recruitment: 0}", "where: {recruitment: none}", "is a number",
         "where: {recruitment: none}"},
        {"where: {dropout: 1}", "where: {droput: 1}", "did you mean 'dropout'",
         "where: {droput: 1}"},
        {"study: norway2013\nseed", "study: denmark2011\nseed", "denmark2011",
         "study: denmark2011"},
        {"level: 0.95", "level: 95", "level", "level: 95"},
        {"{id: employees, sec", "{id: invited, sec", "stands twice", NULL},
        {"read: \"-.413\"", "read: \"minus .413\"", "must be a number", NULL},
        {"after.mean: .736", "after.mean: about .736", "how it must be read",
         "after.mean: about .736"},
        {"{dropouts:percent}", "{dropouts:per cent}", "quantity", NULL},
        {"{dropouts:percent}", "{dropout:percent}", "is no {analysis:quantity}", NULL},
        {"{of: services, quantity: n", "{of: service, quantity: n",
         "did you mean 'services'", "{of: service, quantity: n"},
        {"layout: changes", "layout: change", "changes", "layout: change\n"},
        {"- id: outcomes\n", "- id: path\n", "section 'path' stands twice", NULL},
        {"values: [3, 4]", "values: [3, 5]", "'5' is no value of 'intention'",
         "values: [3, 5]"},
        {"values: [2]", "values: [3]", "'3' is in group 'great' already", "values: [3]"},
        {"term: competence", "term: competense", "did you mean 'competence'",
         "term: competense"},
        {"of: age\n    by: dropout", "of: age\n    by: diagnosis",
         "two groups are compared, and 'diagnosis' has 6 codes", "by: diagnosis"},
        {"compare: floor", "compare: bottom", "floor", "compare: bottom"},
        {"of: intention\n", "of: intentions\n", "did you mean 'intention'",
         "of: intentions"},
        {"by: dropout\n", "by: age\n", "a code or site is needed", "by: age"},
    };
    struct study *s;
    struct err e0 = {0};
    CHECK_CODE(read_study(shipped("study.yaml", &tmp), &s, &tmp, &e0), OK, e0);
    struct str text = shipped("plan.yaml", &tmp);
    for (isize i = 0; i < COUNT(row); i++) {
        struct arena a = tmp;
        struct str bad = replaced(text, row[i].was, row[i].now, &a);
        struct plan *p = NULL;
        struct err e = {0};
        CHECK_CODE(read_plan(bad, s, &p, &a, &e), E_DEFINITION, e);
        CHECK_SAYS(e, row[i].says);
        CHECK_SAYS(e, "plan.yaml:");
        if (row[i].at)
            CHECK_SAYS(e,
                       str_c(str_fmt(&a, "plan.yaml:%d:", line_of(bad, row[i].at)), &a));
    }
}

/* Layout, comments and quotes do not change what a definition is; its content does. */
TEST(study_hash)
{
    struct study *s, *t;
    struct err e = {0};
    struct str text = shipped("study.yaml", &tmp);
    CHECK_CODE(read_study(text, &s, &tmp, &e), OK, e);
    struct str same =
        replaced(text, "design: observational prospective cohort",
                 "design: 'observational prospective cohort' # as said", &tmp);
    CHECK_CODE(read_study(same, &t, &tmp, &e), OK, e);
    CHECK_STR(str_of(t->hash.hex), s->hash.hex);
    struct str other = replaced(text, "range: [18, 100]", "range: [17, 100]", &tmp);
    CHECK_CODE(read_study(other, &t, &tmp, &e), OK, e);
    CHECK(!str_is(str_of(t->hash.hex), s->hash.hex));
}
