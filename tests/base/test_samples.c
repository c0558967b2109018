/* Real files of other systems, where they are at hand: VARDE_SAMPLES names their
** folder. */
#include "base/csv.h"
#include "base/file.h"
#include "base/json.h"
#include "test.h"

static bool sample_files(const char *below, struct file_names *names, const char **dir,
                         struct arena *a)
{
    struct err e = {0};
    const char *at = test_samples(below);
    if (!at) {
        test_skip("the samples of other systems are not here (VARDE_SAMPLES)");
        return false;
    }
    *dir = str_c(str_of(at), a);
    CHECK_CODE(file_list(*dir, names, a, &e), OK, e);
    CHECK(names->n > 0);
    return true;
}

/* Every exported table is read, and reads the same after being written by us. */
TEST(samples_redcap_tables_survive_a_round_trip)
{
    struct file_names names = {0};
    const char *dir = NULL;
    if (!sample_files("redcap", &names, &dir, &tmp)) return;
    for (isize i = 0; i < names.n; i++) {
        struct arena a = tmp;
        struct err e = {0};
        struct csv c = {0}, again = {0};
        CHECK_CODE(csv_read_file(file_join(&a, dir, names.at[i].at), &c, &a, &e), OK, e);
        struct buf b = buf_in(&a, 1 << 16);
        for (isize k = 0; k < c.n_cols; k++) csv_put(&b, c.head[k], k + 1 == c.n_cols);
        for (isize k = 0; k < c.n * c.n_cols; k++)
            csv_put(&b, c.cell[k], k % c.n_cols == c.n_cols - 1);
        CHECK_CODE(csv_read(buf_str(&b), "written", true, &again, &a, &e), OK, e);
        CHECK(again.n == c.n && again.n_cols == c.n_cols);
        isize same = 0, guarded = 0;
        for (isize k = 0; k < MIN(c.n, again.n) * c.n_cols; k++) {
            bool eq = str_eq(c.cell[k], again.cell[k]);
            same += eq;
            /* a cell that a spreadsheet would run comes back behind an apostrophe */
            guarded +=
                !eq && again.cell[k].n == c.cell[k].n + 1 && again.cell[k].at[0] == '\'';
        }
        CHECK_INT(same + guarded, c.n * c.n_cols);
    }
}

/* Every FHIR resource is read; its canonical form is a fixed point and keeps number
** texts. */
TEST(samples_fhir_resources_have_a_canonical_form)
{
    struct file_names names = {0};
    const char *dir = NULL;
    if (!sample_files("fhir", &names, &dir, &tmp)) return;
    for (isize i = 0; i < names.n; i++) {
        struct arena a = tmp;
        struct err e = {0};
        struct str text = {0};
        struct json *v = NULL, *again = NULL;
        const char *path = file_join(&a, dir, names.at[i].at);
        CHECK_CODE(file_read(path, FILE_LIMIT, &text, &a, &e), OK, e);
        if (str_is(names.at[i],
                   "QuestionnaireResponse-lforms-answerValueSet-matrix.json")) {
            CHECK_CODE(json_read(text, path, &v, &a, &e), E_JSON, e);
            CHECK_SAYS(e, "\"linkId\" stands twice"); /* it really does, in line 40 */
            continue;
        }
        CHECK_CODE(json_read(text, path, &v, &a, &e), OK, e);
        if (!v) continue;
        struct str once = json_canonical(v, &a);
        CHECK_CODE(json_read(once, "canonical", &again, &a, &e), OK, e);
        CHECK(str_eq(once, json_canonical(again, &a)));
        CHECK(str_is(json_text(v, "resourceType"), "Questionnaire") ||
              str_is(json_text(v, "resourceType"), "QuestionnaireResponse"));
    }
}
