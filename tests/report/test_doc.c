#include "base/file.h"
#include "report/doc.h"
#include "sample.h"
#include "test.h"
#include <stdlib.h>

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

static const struct {
    const char *name;
    doc_writer *write;
} format[] = {
#define FORMAT(name, writer, text) {#name, writer},
#include "report/formats.def"
#undef FORMAT
};

/* Into the folder that the environment names, to look at, or into one that goes away. */
static const char *look(void)
{
    const char *dir = getenv("VARDE_LOOK");
    return dir ? dir : test_folder();
}

TEST(doc_every_format_writes_hard_documents)
{
    struct err e;
    for (int lang = 0; lang < LANG_N; lang++)
        for (isize f = 0; f < COUNT(format); f++) {
            const char *dir =
                str_fmt(&tmp, "%s/%s", look(), ((const char *[]){"en", "nb", "da"})[lang])
                    .at;
            struct doc *d = sample_report((enum lang)lang, &tmp);
            CHECK_CODE(format[f].write(d, dir, tmp, &e), OK, e);
            d = sample_hostile((enum lang)lang, &tmp);
            CHECK_CODE(format[f].write(d, dir, tmp, &e), OK, e);
        }
}
