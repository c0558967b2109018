#include "base/text.h"
#include "test.h"

static struct po catalogue(const char *text, struct arena *a)
{
    struct po po = {0};
    struct err e = {0};
    CHECK_CODE(po_read(str_of(text), "t.po", &po, a, &e), OK, e);
    return po;
}

TEST(lang_read_lists_what_there_is)
{
    (void)tmp;
    enum lang l = LANG_EN;
    struct err e = {0};
    CHECK(lang_read(S("nb"), &l, &e) == OK && l == LANG_NB);
    CHECK_CODE(lang_read(S("no"), &l, &e), E_NOT_FOUND, e);
    CHECK_SAYS(e, "no language 'no'; there are en, nb, da");
}

TEST(po_reads_entries)
{
    struct po po =
        catalogue("# head\nmsgid \"\"\nmsgstr \"\"\n\"charset=UTF-8\\n\"\n\n"
                  "#: where\nmsgid \"A\"\nmsgstr \"one {1} \"\n  \"two\\\"\\n\"\r\n"
                  "#~ msgid \"OLD\"\n\nmsgid \"B_2\"\nmsgstr \"\xc3\xa5\"",
                  &tmp);
    CHECK_INT(po.n, 2);
    CHECK_STR(po.at[0].id, "A");
    CHECK_STR(po.at[0].text, "one {1} two\"\n");
    CHECK_INT(po.at[0].line, 7);
    CHECK_STR(po.at[1].text, "\xc3\xa5");
    CHECK_INT(catalogue("", &tmp).n, 0);
}

TEST(po_refuses_with_the_line)
{
    static const struct {
        const char *text, *says;
    } row[] = {
        {"msgid \"A\"\nmsgstr \"x\"\n\nmsgid \"A\"\nmsgstr \"y\"\n",
         "t.po:4: A stands twice, first in line 1"},
        {"\nmsgid A\n", "t.po:2: a text in double quotes"},
        {"msgid \"A\"\n", "msgstr is missing at the end"},
        {"msgid \"A\"\nmsgid \"B\"\n", "t.po:2: msgstr is missing before"},
        {"msgstr \"A\"\n", "msgid is missing before"},
        {"msgid \"Visits due\"\nmsgstr \"x\"\n",
         "t.po:1: msgid is a name of at most 60 capitals"},
        {"msgid \"A\"\nmsgstr \"x\"\nmsgid \"\"\nmsgstr \"x\"\n",
         "t.po:3: msgid is a name"},
        {"msgid \"A\"\nmsgid_plural \"B\"\n", "plural forms are not used"},
        {"msgctxt \"A\"\n", "contexts and plural forms"},
        {"msgid \"A\"\nmsgstr[0] \"B\"\n", "plural forms"},
        {"#, fuzzy\nmsgid \"A\"\nmsgstr \"x\"\n", "t.po:1: marked fuzzy"},
        {"msgid \"A\"\nmsgstr \"\\x\"\n", "a backslash is followed by"},
        {"msgid \"A\"\nmsgstr \"\\\"\n", "a backslash is followed by"},
        {"msgid \"A\"\nmsgstr \"a\"b\"\n", "a quote inside a text"},
        {"msgid \"A\"\nmsgstr \"a\tb\"\n", "a control character"},
        {"msgid \"A\"\nmsgstr \"a\n", "t.po:2: a text in double quotes"},
        {"hello\n", "t.po:1: msgid, msgstr, a text"},
        {"\"hello\"\n", "t.po:1: msgid, msgstr, a text"},
        {"msgid \"A\"\nmsgstr \"\xe5\"\n", "not UTF-8"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct po po = {0};
        struct err e = {0};
        CHECK_CODE(po_read(str_of(row[i].text), "t.po", &po, &tmp, &e), E_CATALOGUE, e);
        CHECK_SAYS(e, row[i].says);
    }
}

/* What ends the build, tools/embed.c. */
TEST(po_compare_refuses_what_does_not_match)
{
#define ENTRY(id, words) "msgid \"" id "\"\nmsgstr \"" words "\"\n\n"
    struct po en = catalogue(ENTRY("A", "one") ENTRY("B", "{1} of {2}"), &tmp);
    static const struct {
        const char *text, *says;
    } row[] = {
        {ENTRY("A", "en"), "nb.po: B is missing; it stands in en.po:4"},
        {ENTRY("A", "en") ENTRY("B", "{2} {1}") ENTRY("C", "x"),
         "nb.po:7: C is not in en.po"},
        {ENTRY("A", "") ENTRY("B", "{1} {2}"), "nb.po:1: A has no words"},
        {ENTRY("A", "en") ENTRY("B", "{1}"),
         "nb.po:4: B does not have the same {1}, {2}"},
        {ENTRY("A", "en {1}") ENTRY("B", "{1} {2}"), "nb.po:1: A does not have the same"},
        {ENTRY("A", "en {0}") ENTRY("B", "{1} {2}"), "nb.po:1: A has a brace"},
        {ENTRY("A", "en {1") ENTRY("B", "{1} {2}"), "A has a brace"},
        {ENTRY("A", "en }") ENTRY("B", "{1} {2}"), "A has a brace"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct po nb = catalogue(row[i].text, &tmp);
        struct err e = {0};
        CHECK_CODE(po_compare(&en, "en.po", &nb, "nb.po", &e), E_CATALOGUE, e);
        CHECK_SAYS(e, row[i].says);
    }
    struct err e = {0};
    struct po nb = catalogue(ENTRY("B", "av {2}: {1}, {1}") ENTRY("A", "en"), &tmp);
    CHECK_CODE(po_compare(&en, "en.po", &nb, "nb.po", &e), OK, e);
#undef ENTRY
}

TEST(text_table_is_sorted_and_complete)
{
    (void)tmp;
    CHECK(text_n > 0);
    for (isize i = 0; i < text_n; i++) {
        if (i) CHECK(str_cmp(str_of(text_row[i - 1].id), str_of(text_row[i].id)) < 0);
        for (int k = 0; k < LANG_N; k++) {
            CHECK(text_row[i].words[k].n > 0 && str_utf8_ok(text_row[i].words[k]));
            CHECK(str_eq(text_of((enum lang)k, text_row[i].id), text_row[i].words[k]));
        }
    }
}

TEST(text_of_falls_back_on_the_name)
{
    (void)tmp;
    CHECK_STR(text_of(LANG_NB, "NO_SUCH_TEXT"), "NO_SUCH_TEXT");
    CHECK_STR(text_of(LANG_NB, ""), "");
}

TEST(text_fill_puts_in_what_it_has)
{
    struct str arg[] = {S("7"), S("{1}")};
    CHECK_STR(text_fill(LANG_EN, "{2} and {1}, {3} {} {", arg, 2, &tmp),
              "{1} and 7, {3} {} {");
}

TEST(po_nth_allocation_fails)
{
    volatile int trapped = 0;
    volatile bool finished = false;
    for (volatile i64 n = 1; !finished && n < 100; n++) {
        struct arena_trap trap = {.fail_after = n};
        struct arena a = tmp;
        a.trap = &trap;
        if (setjmp(trap.home)) {
            trapped++;
            continue;
        }
        struct po po = {0};
        struct err e = {0};
        CHECK_CODE(po_read(S("msgid \"A\"\nmsgstr \"x\"\n"), "t.po", &po, &a, &e), OK, e);
        finished = true;
    }
    CHECK(finished);
    CHECK(trapped >= 4);
}
