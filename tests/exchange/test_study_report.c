/* The Norwegian analysis: against R on the same files, against the printed figures, and
** the same bytes whatever the threads, the order of rows and the dress of the files. */
#include "base/file.h"
#include "base/json.h"
#include "report/compare.h"
#include "report/report_study.h"
#include "report/under.h"
#include "study_sample.h"
#include "test.h"

/* tests/reference/scripts/norway.R made the expected values. */
TEST(study_report_against_r)
{
    struct study_sample s;
    struct err e = {0};
    struct str text;
    struct json *want;
    CHECK_CODE(study_sample_run(NULL, 1, &s, &tmp, &e), OK, e);
    CHECK_CODE(file_read(test_path("tests/reference/norway/expected.json"), FILE_LIMIT,
                         &text, &tmp, &e),
               OK, e);
    CHECK_CODE(json_read(text, "expected.json", &want, &tmp, &e), OK, e);
    isize compared = 0;
    for (const struct json *an = want->kid; an; an = an->next) {
        if (an->kind != JSON_OBJECT) continue;
        isize at = plan_analysis(s.p.plan, an->key);
        if (!test_check(at >= 0, __FILE__, __LINE__, "no analysis %.*s", FMT(an->key)))
            continue;
        const struct result *r = &s.m.result[at];
        for (const struct json *q = an->kid; q; q = q->next, compared++) {
            double x = json_number(q);
            if (str_is(q->key, "p.shift")) {
                /* Every resample at once in R, drawn here: within five standard
                ** errors. */
                double R = (double)s.m.resamples, p = ANALYSE_VALUE(r, "p.bootstrap");
                test_check(fabs(p - x) <= 5 * sqrt(x * (1 - x) / R) + 1.5 / R, __FILE__,
                           __LINE__, "%.*s p.bootstrap %g, all resamples %g",
                           FMT(an->key), p, x);
                continue;
            }
            double got = analyse_quantity(r, q->key).value;
            double tol = 1e-9 * fmax(1, fabs(x));
            /* lavaan stops its search early: 1e-6 of its own digits. */
            if (r->an->method == PLAN_PATH) tol = 2e-6 * fmax(1, fabs(x));
            test_check(fabs(got - x) <= tol, __FILE__, __LINE__,
                       "%.*s %.*s: %.17g, R says %.17g", FMT(an->key), FMT(q->key), got,
                       x);
        }
    }
    CHECK(compared > 280); /* nothing fell out of the list */
}

/* The README of the records promises the printed figures, but for these. */
TEST(study_report_printed)
{
    static const struct {
        const char *analysis, *quantity;
    } differs[] = {
        {"intention", "great.percent"}, /* 19 of 31 is 61.3 */
        {"honos", "change"},            /* -.236 cut off, not rounded */
        {"dropout-diagnosis", "n"},     /* not so constructed */
        {"missing-items", "percent"},   /* of another number of items */
    };
    struct study_sample s;
    struct err e = {0};
    CHECK_CODE(study_sample_run(NULL, 1, &s, &tmp, &e), OK, e);
    isize n[4] = {0, 0, 0, 0};
    for (isize i = 0; i < s.p.plan->analyses.n; i++) {
        const struct result *r = &s.m.result[i];
        compare_count(&s.m, r, n);
        for (isize k = 0; k < r->an->printed.n; k++) {
            const struct plan_printed *q = &r->an->printed.at[k];
            if (compare_of(&s.m, r, q).mark != DOC_DIFFERS) continue;
            bool known = false;
            for (isize d = 0; d < COUNT(differs); d++)
                known |= str_is(r->an->id, differs[d].analysis) &&
                         str_is(q->quantity, differs[d].quantity);
            test_check(known, __FILE__, __LINE__, "%.*s %.*s differs: printed %.*s, %.9g",
                       FMT(r->an->id), FMT(q->quantity), FMT(q->text),
                       analyse_quantity(r, q->quantity).value);
        }
    }
    CHECK_INT(n[DOC_DIFFERS], COUNT(differs));
    CHECK(n[DOC_AGREES] > 140);

    /* HoNOS: garbled, and in agreement when read as it must be. */
    const struct result *r = &s.m.result[plan_analysis(s.p.plan, S("honos"))];
    struct comparison c = compare_of(&s.m, r, plan_printed(r->an, S("lo")));
    CHECK_INT(c.mark, DOC_CANNOT);
    CHECK(c.as_read_agrees);
    /* What the records do not hold, and what is lost. */
    r = &s.m.result[plan_analysis(s.p.plan, S("months"))];
    CHECK_INT(compare_of(&s.m, r, plan_printed(r->an, S("value"))).mark, DOC_CANNOT);
    r = &s.m.result[plan_analysis(s.p.plan, S("imrs-clinician"))];
    CHECK_INT(compare_of(&s.m, r, plan_printed(r->an, S("change"))).mark, DOC_CANNOT);
    CHECK_INT(compare_of(&s.m, r, plan_printed(r->an, S("n"))).mark, DOC_AGREES);
}

static struct str written(const char *dir, int threads, enum lang lang, struct arena *a)
{
    struct study_sample s;
    struct err e = {0};
    const char *out = str_c(str_of(test_folder()), a);
    if (!CHECK_CODE(study_sample_run(dir, threads, &s, a, &e), OK, e)) return S("");
    struct doc *d = report_study(&s.m, lang, S("test"), a);
    CHECK_CODE(doc_check(d, *a, &e), OK, e);
    CHECK_CODE(doc_json(d, out, *a, &e), OK, e);
    return study_sample_get(out, "norway2013.json", a);
}

TEST(study_report_same_bytes_on_any_threads)
{
    struct str one = written(NULL, 1, LANG_EN, &tmp);
    CHECK(one.n > 50000);
    CHECK(str_eq(one, written(NULL, 2, LANG_EN, &tmp)));
    CHECK(str_eq(one, written(NULL, 5, LANG_EN, &tmp)));
}

/* The rows of a table backwards, as a Norwegian spreadsheet saves them. */
static struct str redressed(struct str text, struct arena *a)
{
    struct str line[100], rest = text, head;
    isize n = 0;
    CHECK(str_cut(&rest, '\n', &head));
    while (n < 100 && str_cut(&rest, '\n', &line[n]))
        if (line[n].n > 0) n++;
    struct buf b = buf_in(a, text.n * 2);
    buf_put(&b, S("\xEF\xBB\xBF"));
    for (isize k = n; k >= 0; k--) {
        struct str s = k == n ? head : line[n - 1 - (n - 1 - k)];
        for (isize i = 0; i < s.n; i++) {
            char c = s.at[i];
            buf_putc(&b, c == ',' ? ';' : c == '.' ? ',' : c);
        }
        buf_put(&b, S("\r\n"));
    }
    return buf_str(&b);
}

TEST(study_report_same_bytes_in_another_dress)
{
    static const char *const file[] = {"consumers.csv", "items.csv", "clinicians.csv",
                                       "recordings.csv", "services.csv"};
    const char *dir = study_sample_copy(NULL, NULL, NULL, &tmp);
    for (isize i = 0; i < COUNT(file); i++)
        study_sample_put(dir, file[i],
                         redressed(study_sample_get(dir, file[i], &tmp), &tmp), &tmp);
    CHECK(str_eq(written(NULL, 1, LANG_EN, &tmp), written(dir, 1, LANG_EN, &tmp)));
}

/* One changed answer changes the hash of the data and nothing of the definitions. */
TEST(study_report_hash_of_the_data)
{
    struct study_sample s, t;
    struct err e = {0};
    const char *dir = study_sample_copy("items.csv", "P02,3,3,3,4", "P02,3,3,3,5", &tmp);
    CHECK_CODE(study_sample_read(NULL, &s, &tmp, &e), OK, e);
    CHECK_CODE(study_sample_read(dir, &t, &tmp, &e), OK, e);
    CHECK(!str_is(str_of(s.r.hash.hex), t.r.hash.hex));
    CHECK_STR(str_of(s.p.plan->hash.hex), t.p.plan->hash.hex);
}

/* An indirect effect is named by its path, outcomes are told with their numbers. */
TEST(study_report_says)
{
    static const struct {
        enum lang lang;
        const char *piece;
    } row[] = {
        {LANG_EN, "Ongoing training → Consultation → Further use, indirect"},
        {LANG_NB, "Løpende opplæring → Veiledning → Videre bruk, indirekte"},
        {LANG_DA, "Løbende undervisning → Vejledning → Videre brug, indirekte"},
        {LANG_EN, "Severity of problems (HoNOS) fell by 0.24 (0.06 to 0.41, n = 34)"},
        {LANG_EN, "Symptoms (GAF-S), change 0.46 (-3.89 to 5.37, n = 35)"},
        {LANG_EN, "Rows left out because something was missing in them: IMRS"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct arena a = tmp;
        struct str s = written(NULL, 1, row[i].lang, &a);
        test_check(str_find_str(s, str_of(row[i].piece)) >= 0, __FILE__, __LINE__,
                   "does not say: %s", row[i].piece);
    }
}

/* Every name that the report prints has words in every language: no name in capitals with
** an underscore is left in the document. */
TEST(study_report_words)
{
    for (int l = 0; l < LANG_N; l++) {
        struct str s = written(NULL, 1, (enum lang)l, &tmp);
        static const char *const left[] = {"\"Q_",   "REPORT_", "SOURCE_", "NOTE_",
                                           "PAIRS_", "{1}",     "UNITS_",  ": Q_"};
        for (isize i = 0; i < COUNT(left); i++) {
            isize at = str_find_str(s, str_of(left[i]));
            test_check(at < 0, __FILE__, __LINE__, "%s: %.*s", lang_code[l],
                       (int)MIN(40, s.n - MAX(at, 0)), s.at + MAX(at, 0));
        }
    }
}

/* The rows shown under a figure are those it was computed from: as many as its n. */
TEST(study_report_rows_under_figures)
{
    struct study_sample s;
    struct err e = {0};
    CHECK_CODE(study_sample_run(NULL, 1, &s, &tmp, &e), OK, e);
    isize counted = 0;
    for (isize i = 0; i < s.p.plan->analyses.n; i++) {
        const struct plan_analysis *an = &s.p.plan->analyses.at[i];
        const struct result *r = &s.m.result[i];
        struct under u = under_analysis(an, &s.r, &tmp);
        double n = ANALYSE_VALUE(r, "n");
        if (an->method == PLAN_STATED) {
            CHECK_INT(u.table, -1);
            continue;
        }
        if (an->method == PLAN_GROUPS) {
            n = 0;
            for (isize k = 0; k < r->q.n; k++)
                if (str_ends(r->q.at[k].id, S(".n"))) n += r->q.at[k].value;
        }
        if (an->method == PLAN_SIZES) n = (double)u.n_used; /* its n counts groups */
        if (an->method == PLAN_MISSING) n = (double)s.r.table[an->table].n;
        test_check((double)u.n_used == n, __FILE__, __LINE__, "%.*s: %td rows, n = %g",
                   FMT(an->id), u.n_used, n);
        for (isize k = 0; k < u.n; k++)
            if (an->method != PLAN_MISSING)
                CHECK(u.at[k].used == (u.at[k].lacks < 0 && u.at[k].unmet < 0));
        counted++;
    }
    CHECK(counted > 30);
}

/* A page with addresses links every number of ours, and nothing else changes. */
TEST(study_report_links)
{
    struct study_sample s;
    struct err e = {0};
    struct str bare, linked;
    CHECK_CODE(study_sample_run(NULL, 1, &s, &tmp, &e), OK, e);
    struct doc *d = report_study(&s.m, LANG_EN, S("1"), &tmp);
    CHECK_CODE(doc_page(d, &bare, &tmp, &e), OK, e);
    d->rows_at = S("/studies/norway2013/analyses/");
    d->rows_end = S("/records");
    CHECK_CODE(doc_page(d, &linked, &tmp, &e), OK, e);
    CHECK(str_find_str(bare, S("/records")) < 0);
    isize links = 0, without = 0;
    struct buf b = buf_in(&tmp, linked.n);
    const struct str open = S("<a href=\"/studies/norway2013/analyses/");
    for (struct str rest = linked; rest.n > 0;) {
        isize at = str_find_str(rest, open);
        if (at < 0) at = rest.n;
        buf_put(&b, str_upto(rest, at));
        rest = str_from(rest, at);
        if (rest.n == 0) break;
        rest = str_from(rest, open.n);
        isize end = str_find_str(rest, S("/records\">"));
        if (!CHECK(end > 0)) break;
        CHECK(plan_analysis(s.p.plan, str_upto(rest, end)) >= 0);
        rest = str_from(rest, end + 10);
        isize close = str_find_str(rest, S("</a>"));
        buf_put(&b, str_upto(rest, close));
        rest = str_from(rest, close + 4);
        links++;
    }
    CHECK(str_eq(buf_str(&b), bare));
    CHECK(links > 300);
    /* A number without a link is one about the report itself, or a step of the flow that
    ** only the paper tells. */
    for (isize i = 0; i < d->n; i++) {
        const struct doc_table *t = d->at[i].table;
        if (!t || str_is(t->id, "agreement") || str_starts(t->id, S("flow-"))) continue;
        for (isize r = 0; r < t->n; r++)
            for (isize c = 0; c < t->n_cols; c++) {
                const struct doc_cell *x = &t->cell[r * t->n_cols + c];
                without += !isnan(x->value) && t->cell[r * t->n_cols].rows.n == 0;
            }
    }
    CHECK_INT(without, 0);
}
