#define _GNU_SOURCE /* open_memstream */
#include "cli/verbs.h"
#include "said.h"
#include "test.h"
#include <stdlib.h>
#include <string.h>

TEST(cli_without_a_verb_lists_all)
{
    struct said s = said_line(&tmp, "");
    CHECK_INT(s.code, 0);
    for (isize i = 0; i < verb_n; i++) CHECK(said_holds(s.out, verb_list[i].words));
}

/* The walk over the table: each verb has help with its usage, is in the manual, refuses
** an option that does not exist with code 2, and ends its summary without a full stop. */
TEST(cli_every_verb_keeps_the_promises_of_its_line)
{
    struct str man = said_line(&tmp, "help --man").out;
    for (isize i = 0; i < verb_n; i++) {
        const struct verb *v = &verb_list[i];
        struct said h = said_line(&tmp, str_fmt(&tmp, "%s --help", v->words).at);
        CHECK_INT(h.code, 0);
        CHECK(said_holds(h.out, str_fmt(&tmp, "usage: varde %s", v->words).at));
        CHECK(said_holds(h.out, v->args));
        CHECK(said_holds(man, v->words));
        CHECK(v->summary[0] && v->summary[strlen(v->summary) - 1] != '.');
        struct said w =
            said_line(&tmp, str_fmt(&tmp, "%s --no-such-option", v->words).at);
        if (!test_check(w.code != 0 && w.err.n > 0, __FILE__, __LINE__,
                        "%s takes anything", v->words))
            continue;
    }
}

TEST(cli_errors_say_what_to_do)
{
    static const struct {
        const char *line, *piece;
        int code;
    } row[] = {
        {"hlep", "did you mean 'varde help'", 2},
        {"nothing-like-it", "`varde help` lists them", 2},
        {"version --jsno", "did you mean --json", 2},
        {"version extra", "'extra' is one argument too many", 2},
        {"version --lang", "--lang needs a value", 2},
        {"version --lang xx", "en, nb, da", 4},
        {"version --lang en --lang nb", "--lang is given twice", 2},
        {"version --threads 0", "--threads takes a whole number from 1 to 64", 2},
        {"--json version", "--json stands before the verb", 2},
        {"--version", "did you mean 'varde version'", 2},
        {"help stat nothing", "there is no verb 'stat nothing'", 4},
        {"help no such verb", "there is no verb 'no such verb'", 4},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct said s = said_line(&tmp, row[i].line);
        CHECK_INT(s.code, row[i].code);
        test_check(said_holds(s.err, row[i].piece), __FILE__, __LINE__,
                   "'%s' says '%.*s'", row[i].line, FMT(s.err));
        CHECK_INT(s.out.n, 0);
    }
}

/* An option that a verb takes but its line does not name is a fault, used or not. */
TEST(cli_options_stand_in_the_table)
{
    const char *arg[1] = {NULL}, *value = NULL;
    struct err e = {0};
    struct cli c = {.arg = arg, .usage = "--model-file FILE", .a = &tmp};
    CHECK_CODE(cli_opt(&c, "--model-file", &value, &e), OK, e);
    CHECK_CODE(cli_opt(&c, "--json", &value, &e), OK, e); /* of every verb */
    CHECK_CODE(cli_end(&c, &e), OK, e);
    CHECK_CODE(cli_opt(&c, "--model", &value, &e), OK, e); /* a part of a word is none */
    CHECK_CODE(cli_end(&c, &e), E_UNSUPPORTED, e);
    c.undeclared = NULL;
    CHECK(!cli_flag(&c, "--paired"));
    CHECK_CODE(cli_end(&c, &e), E_UNSUPPORTED, e);
    CHECK_SAYS(e, "--paired");
}

TEST(cli_help_of_one_method)
{
    struct said one = said_line(&tmp, "stat power --help"),
                same = said_line(&tmp, "help stat power");
    CHECK(said_holds(one.out, "usage: varde stat power --d D") &&
          !said_holds(one.out, "stat lm"));
    CHECK(str_eq(one.out, same.out));
    CHECK(said_holds(said_line(&tmp, "stat --help").out, "varde stat lm"));
}

TEST(cli_version_is_also_json)
{
    CHECK(said_holds(said_line(&tmp, "version").out, "varde "));
    CHECK(str_starts(said_line(&tmp, "version --json").out, S("{")));
}

/* cli_table sets numbers to the right and counts letters, not bytes. */
TEST(cli_table_aligns)
{
    char *out = NULL;
    size_t n = 0;
    struct cli c = {.a = &tmp, .out = open_memstream(&out, &n)};
    struct cli_table t = cli_table(&c, 2);
    cli_cell(&t, S("term"));
    cli_cell(&t, S("p"));
    cli_cell(&t, S("bl\xc3\xa5"));
    cli_cell_p(&t, 0.0001);
    cli_cell(&t, S("age"));
    cli_cell_num(&t, 12.25, 1);
    cli_print(&t);
    fclose(c.out);
    CHECK_STR(((struct str){out, (isize)n}), "term        p\n"
                                             "bl\xc3\xa5   < 0.001\n"
                                             "age      12.3\n");
    free(out);
}
