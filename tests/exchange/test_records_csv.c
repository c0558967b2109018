/* Bad records: each wrong folder is refused with file, line, column and what to do. */
#include "report/report_study.h"
#include "study_sample.h"
#include "test.h"

#include <unistd.h>

TEST(records_csv_read)
{
    struct study_sample s;
    struct err e = {0};
    CHECK_CODE(study_sample_read(NULL, &s, &tmp, &e), OK, e);
    isize consumers = study_table(s.p.study, S("consumers"));
    CHECK_INT(s.r.table[consumers].n, 44);
    isize v = study_variable(s.p.study, consumers, S("honos_t1"));
    /* 43 measured, two of them with an item missing (README of the records). */
    CHECK_INT(s.r.tally[v].measured, 43);
    CHECK_INT(s.r.tally[v].scored, 43);
    CHECK_INT(s.r.tally[v].filled, 2);
    /* P01: 0 0 0 2 0 2 2 1 1 0 2 3 is 13 of 12 items. */
    CHECK_NEAR(records_numbers(&s.r, v)[0], 13.0 / 12, 1e-15);
    v = study_variable(s.p.study, consumers, S("gaf_f_t1"));
    CHECK_NEAR(records_numbers(&s.r, v)[0], 52, 0);
    v = study_variable(s.p.study, consumers, S("gaf_f_t2"));
    CHECK(isnan(records_numbers(&s.r, v)[0])); /* dropped out */
    v = study_variable(s.p.study, consumers, S("diagnosis"));
    CHECK_STR(records_code(&s.r, v, 0), "other");
    /* The recordings of C01 are two; its first has 38 points on 16 items
    ** (2+1+2+3+3+3+2+2+2+3+2+3+2+3+3+2). */
    isize clinicians = study_table(s.p.study, S("clinicians"));
    v = study_variable(s.p.study, clinicians, S("recordings"));
    CHECK_NEAR(records_numbers(&s.r, v)[0], 2, 0);
    v = study_variable(s.p.study, clinicians, S("itis_first"));
    CHECK_NEAR(records_numbers(&s.r, v)[0], 38.0 / 16, 1e-15);
}

TEST(records_csv_refused)
{
    static const struct {
        const char *file, *was, *now;
        int code;
        const char *says[3];
    } row[] = {
        {"consumers.csv",
         "id,clinician",
         "id,clinican",
         E_CSV,
         {"consumers.csv, line 1", "'clinican'", "did you mean 'clinician'"}},
        {"consumers.csv",
         ",diagnosis,",
         ",diagnosis,shoe_size,",
         E_CSV,
         {"consumers.csv", "", ""}},
        {"services.csv",
         "goi_m12_12",
         "goi_m12_13",
         E_CSV,
         {"services.csv, line 1", "goi_m12_13", "did you mean"}},
        {"consumers.csv",
         "P01,C01,S1,1,m,22",
         "P01,C01,S1,1,m,222",
         E_RECORD,
         {"consumers.csv", "line 2", "from 18 to 100"}},
        {"consumers.csv",
         "P01,C01,S1,1,m,22",
         "P01,C01,S1,2,m,22",
         E_RECORD,
         {"line 2", "dropout", "0, 1"}},
        {"consumers.csv",
         "P01,C01,S1,1,m,22",
         "P01,C01,S10,1,m,22",
         E_RECORD,
         {"line 2", "service", "S9"}},
        {"consumers.csv",
         "P01,C01,S1,1,m,22",
         "P01,C99,S1,1,m,22",
         E_RECORD,
         {"line 2", "clinician", "clinicians.csv"}},
        {"consumers.csv",
         "P01,C01,S1,1,m,22",
         "P01,C01,S1,1,m,old",
         E_CSV,
         {"line 2", "age", ""}},
        {"consumers.csv",
         "P02,C01",
         "P01,C01",
         E_RECORD,
         {"line 3", "'P01'", "line 2 already"}},
        {"consumers.csv", "P02,C01", ",C01", E_RECORD, {"line 3", "no id", ""}},
        {"items.csv",
         "P02,3,3",
         "P99,3,3",
         E_RECORD,
         {"items.csv, line 3", "'P99'", "consumers.csv"}},
        {"consumers.csv", "P44,", "P45,", E_RECORD, {"items.csv", "'P44'", "not in"}},
        {"items.csv",
         "P02,3,3,3",
         "P02,3,6,3",
         E_ANSWER,
         {"items.csv, line 3", "imrs_clin_t1_02", "1 to 5"}},
        {"items.csv",
         "P02,3,3,3",
         "P02,3,2.5,3",
         E_ANSWER,
         {"line 3", "imrs_clin_t1_02", ""}},
        {"services.csv",
         "S1,3,3,4",
         "S1,3,3,x",
         E_ANSWER,
         {"services.csv, line 2", "imr_fid_m6_03", ""}},
        {"services.csv", "S2,", "T2,", E_RECORD, {"line 3", "'T2'", "no site"}},
        {"recordings.csv",
         "C01,2,",
         "C01,1,",
         E_RECORD,
         {"line 3", "line 2 already", "'C01, recording 1'"}},
        {"recordings.csv",
         "C01,2,",
         "C01,,",
         E_RECORD,
         {"line 3", "recording", "missing"}},
        {"recordings.csv",
         "C01,2,",
         "C77,2,",
         E_RECORD,
         {"recordings.csv, line 3", "'C77'", ""}},
        {"clinicians.csv",
         "C01,S1,4,",
         "C01,S1,4,extra,",
         E_CSV,
         {"clinicians.csv", "line 2", ""}},
        {"clinicians.csv",
         "C01,S1,4",
         "C01,S1,7",
         E_RECORD,
         {"line 2", "training", "from 0 to 6"}},
        {"clinicians.csv",
         "2,2,f,",
         "2,2.5,f,",
         E_RECORD,
         {"line 2", "intention", "whole number"}},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct arena a = tmp;
        const char *dir = study_sample_copy(row[i].file, row[i].was, row[i].now, &a);
        struct study_sample s;
        struct err e = {0};
        CHECK_CODE(study_sample_read(dir, &s, &a, &e), row[i].code, e);
        for (isize k = 0; k < 3; k++)
            if (row[i].says[k]) CHECK_SAYS(e, row[i].says[k]);
        /* Never the answer itself: what was put in is not repeated, only ids are. */
        if (row[i].code == E_ANSWER) CHECK(str_find_str(str_of(e.text), S("2.5")) < 0);
    }
}

TEST(records_csv_missing_file)
{
    static const char *const file[] = {"items.csv", "services.csv", "recordings.csv"};
    for (isize i = 0; i < COUNT(file); i++) {
        struct arena a = tmp;
        const char *dir = study_sample_copy(NULL, NULL, NULL, &a);
        CHECK_INT(unlink(str_c(str_fmt(&a, "%s/%s", dir, file[i]), &a)), 0);
        struct study_sample s;
        struct err e = {0};
        CHECK_CODE(study_sample_read(dir, &s, &a, &e), E_NO_FILE, e);
        CHECK_SAYS(e, file[i]);
    }
    struct study_sample s;
    struct err e = {0};
    CHECK_CODE(study_sample_read("/nowhere/at/all", &s, &tmp, &e), E_NO_FILE, e);
    CHECK_SAYS(e, "consumers.csv");
}

/* The head alone, an empty file. */
TEST(records_csv_empty)
{
    const char *dir = study_sample_copy(NULL, NULL, NULL, &tmp);
    struct str head, text = study_sample_get(dir, "clinicians.csv", &tmp);
    CHECK(str_cut(&text, '\n', &head));
    study_sample_put(dir, "clinicians.csv", head, &tmp);
    struct study_sample s;
    struct err e = {0};
    CHECK_CODE(study_sample_read(dir, &s, &tmp, &e), E_RECORD, e);
    CHECK_SAYS(e, "clinicians.csv, line 2");
    CHECK_SAYS(e, "no row");
    study_sample_put(dir, "clinicians.csv", S(""), &tmp);
    CHECK_CODE(study_sample_read(dir, &s, &tmp, &e), E_CSV, e);
    CHECK_SAYS(e, "clinicians.csv");
}

/* Writes the document in a language; what has no answer is named in it, with the reason. */
static void documents(const struct study_sample *s, struct arena *a)
{
    static const char *const says[LANG_N] = {"without answer (", "uten svar (",
                                             "uden svar ("};
    for (int l = 0; l < LANG_N; l++) {
        struct err e = {0};
        struct str page;
        struct doc *d = report_study(&s->m, (enum lang)l, S("0"), a);
        CHECK_CODE(doc_check(d, *a, &e), OK, e);
        CHECK_CODE(doc_page(d, &page, a, &e), OK, e);
        CHECK(str_find_str(page, str_of(says[l])) >= 0);
        CHECK_CODE(doc_pdf(d, test_folder(), *a, &e), OK, e);
        CHECK_CODE(doc_json(d, test_folder(), *a, &e), OK, e);
    }
}

static isize unanswered(const struct study_sample *s)
{
    isize n = 0;
    for (isize i = 0; i < s->m.plan->analyses.n; i++) n += s->m.result[i].why != NULL;
    return n;
}

/* One row a table: most have no answer from these numbers; the document says which and why. */
TEST(records_csv_one_of_each)
{
    static const char *const file[] = {"consumers.csv", "items.csv", "clinicians.csv",
                                       "recordings.csv", "services.csv"};
    const char *dir = study_sample_copy(NULL, NULL, NULL, &tmp);
    for (isize i = 0; i < COUNT(file); i++) {
        struct str head, row, rest = study_sample_get(dir, file[i], &tmp);
        CHECK(str_cut(&rest, '\n', &head) && str_cut(&rest, '\n', &row));
        study_sample_put(dir, file[i], str_fmt(&tmp, "%.*s\n%.*s\n", FMT(head), FMT(row)),
                         &tmp);
    }
    struct study_sample s;
    struct err e = {0};
    CHECK_CODE(study_sample_run(dir, 1, &s, &tmp, &e), OK, e);
    CHECK(unanswered(&s) > 3 && unanswered(&s) < s.m.plan->analyses.n);
    documents(&s, &tmp);
}

/* Everybody the same at both times: no spread, so no test; the rest stands. */
TEST(records_csv_all_equal)
{
    const char *dir = study_sample_copy(NULL, NULL, NULL, &tmp);
    struct str head, row, first, rest = study_sample_get(dir, "services.csv", &tmp);
    CHECK(str_cut(&rest, '\n', &head));
    struct buf b = buf_in(&tmp, 10000);
    buf_fmt(&b, "%.*s\n", FMT(head));
    while (str_cut(&rest, '\n', &row)) {
        if (row.n == 0) continue;
        CHECK(str_cut(&row, ',', &first));
        buf_put(&b, first);
        for (int i = 0; i < 50; i++) buf_put(&b, S(",3"));
        buf_putc(&b, '\n');
    }
    study_sample_put(dir, "services.csv", buf_str(&b), &tmp);
    struct study_sample s;
    struct err e = {0};
    CHECK_CODE(study_sample_run(dir, 1, &s, &tmp, &e), OK, e);
    isize at = plan_analysis(s.m.plan, S("fidelity"));
    CHECK(at >= 0 && s.m.result[at].why && s.m.result[at].why->code == E_DEGENERATE);
    CHECK(unanswered(&s) >= 1 && unanswered(&s) < 6);
    documents(&s, &tmp);
}
