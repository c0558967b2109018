#include "base/file.h"
#include "report/doc.h"
#include "test.h"

TEST(doc_typeset_minus)
{
    static const struct {
        const char *in, *out;
    } row[] = {
        {"-0.5", "\xE2\x88\x92"
                 "0.5"},
        {"[-0.413, -.056]", "[\xE2\x88\x92"
                            "0.413, \xE2\x88\x92.056]"},
        {"CSQ-8, 2013-11-04, 1-5, -x, -", "CSQ-8, 2013-11-04, 1-5, -x, -"},
        {"", ""},
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_STR(doc_typeset(str_of(row[i].in), &tmp), row[i].out);
}

TEST(doc_ids_are_checked)
{
    struct err e;
    struct doc_col col[] = {{S("x"), S("x"), S(""), false}};
    struct doc *d = doc_new(S("a-report"), S("A report"), LANG_EN, &tmp);
    doc_table(d, "one", S("One"), col, 1);
    CHECK_CODE(doc_check(d, tmp, &e), OK, e);
    doc_table_aside(d, "one", S("stands nowhere"), col, 1);
    CHECK_CODE(doc_check(d, tmp, &e), OK, e);
    doc_table(d, "one", S("Two"), col, 1);
    CHECK_CODE(doc_check(d, tmp, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "'one'");
    d = doc_new(S("../evil"), S("A report"), LANG_EN, &tmp);
    CHECK_CODE(doc_check(d, tmp, &e), E_DEFINITION, e);
    CHECK_CODE(doc_html(d, test_folder(), tmp, &e), E_DEFINITION, e);
}
