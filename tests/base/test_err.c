#include "base/text.h"
#include "test.h"

TEST(err_say_is_said_in_each_language)
{
    struct err e = {0};
    CHECK_INT(err_say(&e, E_CONSTRAINT, "REFUSED_CONSENT_TWICE"), E_CONSTRAINT);
    CHECK_STR(str_of(e.text), "this consent was entered already");
    CHECK_STR(err_said(&e, LANG_NB, &tmp), "dette samtykket er allerede registrert");
    CHECK_STR(err_sentence(&e, LANG_DA, &tmp), "Dette samtykke er allerede registreret.");
    /* 2026-11-24 is day 20781; values are written as the language writes them. */
    err_say_of(&e, E_RECORD, "REFUSED_CONSENT_BEFORE", SAID(SAY_DAY(20781)));
    CHECK_STR(str_of(e.text), "the day is before 2026-11-24, when consent was given");
    CHECK(str_find_str(err_said(&e, LANG_NB, &tmp), S("24. nov")) >= 0);
    err_say_of(&e, E_CONSTRAINT, "REFUSED_CONSENT_STATE",
               SAID(SAY_TEXT("PEOPLE_STATE_DIED")));
    CHECK_SAYS(e, "'Died'");
    CHECK(str_find_str(err_said(&e, LANG_NB, &tmp),
                       text_of(LANG_NB, "PEOPLE_STATE_DIED")) > 0);
}

/* The next error does not say what the one before said; a passed one says it whole. */
TEST(err_say_does_not_outlive_its_error)
{
    struct err e = {0}, why = {0};
    err_say(&why, E_RECORD, "REFUSED_WHY");
    CHECK_INT(err_pass(&e, E_CONSTRAINT, &why), E_CONSTRAINT);
    CHECK_INT(e.code, E_CONSTRAINT);
    CHECK_STR(err_said(&e, LANG_DA, &tmp), "der skal en begrundelse til");
    err_at(&e, E_RECORD, "line %d", 4);
    CHECK_STR(str_of(e.text), "line 4: a reason is needed");
    CHECK_STR(err_said(&e, LANG_NB, &tmp), "en begrunnelse må fylles ut");
    err_set(&e, E_TOO_FEW, "n is 1");
    CHECK_STR(err_said(&e, LANG_EN, &tmp), "n is 1");
    CHECK_STR(err_sentence(&e, LANG_NB, &tmp), "For få observasjoner.");
    CHECK_INT(err_say_of(NULL, E_RECORD, "REFUSED_WHY", NULL, 0), E_RECORD);
    CHECK_INT(err_pass(NULL, E_RECORD, &why), E_RECORD);
}

/* A code as long as it may be, and longer: cut between letters, and the end of the text is there. */
TEST(err_say_cuts_codes)
{
    char code[400];
    struct err e = {0};
    for (isize i = 0; i + 1 < (isize)sizeof code; i += 2) { /* 'å' is two bytes */
        code[i] = '\xc3';
        code[i + 1] = '\xa5';
    }
    struct str s = {code, sizeof code};
    err_say_of(&e, E_RECORD, "REFUSED_COLUMN_LINK", SAID(SAY_CODE(s), SAY_CODE(s)));
    CHECK(str_utf8_ok(str_of(e.text)));
    CHECK(str_ends(str_of(e.text), S("'")));
    CHECK(str_utf8_ok(err_sentence(&e, LANG_NB, &tmp)));
    CHECK(str_starts(err_sentence(&e, LANG_NB, &tmp), S("\xc3\x85"))); /* capital */
}

/* An error without words of its own is never in English on another page. */
TEST(err_codes_have_words_in_each_language)
{
    static const int code[] = {
#define ERR(name, number, exit, text) name,
#include "base/errors.def"
#undef ERR
    };
    for (isize i = 0; i < COUNT(code); i++) {
        struct err e = {.code = code[i]};
        CHECK_STR(err_said(&e, LANG_EN, &tmp), err_meaning(code[i]));
        for (int l = LANG_NB; l < LANG_N; l++)
            test_check(
                !str_is(err_said(&e, (enum lang)l, &tmp), err_name(code[i])) &&
                    !str_is(err_said(&e, (enum lang)l, &tmp), err_meaning(code[i])),
                __FILE__, __LINE__, "%s has no words in %s", err_name(code[i]),
                lang_code[l]);
    }
}

/* A place is said in each language, before the clause; another takes its place. */
TEST(err_in_says_where)
{
    struct err e = {0};
    int code = err_say_of(&e, E_CSV, "CSV_NO_NAME", SAID(SAY_INT(3)));
    CHECK_INT(err_in(&e, code, "CSV_LINE", SAID(SAY_CODE(S("x.csv")), SAY_INT(7))),
              E_CSV);
    CHECK_SAYS(e, "x.csv, line 7: column 3 has no name");
    CHECK_STR(str_upto(err_said(&e, LANG_NB, &tmp), 25), "x.csv, linje 7: kolonne 3");
    (void)err_in(&e, code, "CSV_FILE", SAID(SAY_CODE(S("y.csv"))));
    CHECK_STR(str_upto(str_of(e.text), 15), "y.csv: column 3");
    CHECK_STR(str_upto(err_said(&e, LANG_DA, &tmp), 16), "y.csv: kolonne 3");
    (void)err_set(&e, E_CSV, "plain");
    CHECK_STR(err_said(&e, LANG_EN, &tmp), "plain");
}
