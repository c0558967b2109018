/* Answers as a line: the forms of the header, back and forth, and what is refused. */
#include "study/packed.h"
#include "test.h"

static const struct instrument *instrument(const char *id, struct arena *a)
{
    struct instrument *in = NULL;
    struct err e = {0};
    const char *path = test_path(str_c(str_fmt(a, "data/instruments/%s.yaml", id), a));
    CHECK_CODE(instrument_read_file(path, &in, a, &e), OK, e);
    return in;
}

TEST(packed_forms)
{
    const struct instrument *in = instrument("honos", &tmp);
    CHECK_INT(in->items.n, 12);
    struct answer x[12] = {0}, y[12];
    x[0] = (struct answer){ANSWER_GIVEN, 3, {0}};
    x[2] = (struct answer){ANSWER_DECLINED, 0, {0}};
    x[3] = (struct answer){ANSWER_NOT_KNOWN, 0, {0}};
    x[7] = (struct answer){ANSWER_GIVEN, 2, S("D")};
    struct str line = packed_write(in, x, &tmp);
    CHECK_STR(line, "[3,null,\"declined\",\"not known\",null,null,null,"
                    "{\"detail\":\"D\",\"value\":2},null,null,null,null]");
    struct err e = {0};
    CHECK_CODE(packed_read(in, line, y, &tmp, &e), OK, e);
    for (isize i = 0; i < 12; i++) CHECK(packed_same(&x[i], &y[i]));
    y[7].detail = S("E");
    y[11].state = ANSWER_DECLINED;
    struct packed_diff d = packed_differ(in, x, y, &tmp);
    CHECK_INT(d.n, 2);
    if (d.n == 2) CHECK(d.at[0] == 7 && d.at[1] == 11);
}

/* Whatever stands in a row of answers comes back, over all shipped instruments: each item in
** each of its states and values. */
TEST(packed_round_trip)
{
    static const char *const ID[] = {"honos", "gaf",  "goi",  "phq9",
                                     "itis",  "qol5", "panss"};
    for (isize k = 0; k < COUNT(ID); k++) {
        struct arena a = tmp;
        const struct instrument *in = instrument(ID[k], &a);
        isize n = in->items.n;
        struct answer *x = NEW(&a, struct answer, n), *y = NEW(&a, struct answer, n);
        struct err e = {0};
        for (isize round = 0; round < 12; round++) {
            for (isize i = 0; i < n; i++) {
                const struct item *it = &in->items.at[i];
                x[i] = (struct answer){.state = ANSWER_GIVEN, .value = it->hi};
                if (round < it->choices.n) x[i].value = it->choices.at[round].value;
                if (round % 5 == 4) x[i] = (struct answer){.state = ANSWER_DECLINED};
                if (round % 5 == 3 && it->not_applicable.n)
                    x[i] = (struct answer){.state = ANSWER_NOT_APPLICABLE};
                CHECK_CODE(answer_item_check(it, &x[i], &e), OK, e);
            }
            struct str line = packed_write(in, x, &a);
            CHECK_CODE(packed_read(in, line, y, &a, &e), OK, e);
            CHECK_INT(packed_differ(in, x, y, &a).n, 0);
        }
    }
}

TEST(packed_refused)
{
    const struct instrument *in = instrument("phq9", &tmp);
    static const struct {
        const char *line;
        int code;
    } row[] = {
        {"[1,1,1,1,1,1,1,1,1,1", E_RECORD},
        {"[1,1,1,1,1,1,1,1,1]", E_RECORD},
        {"{\"a\":1}", E_RECORD},
        {"[7,1,1,1,1,1,1,1,1,1]", E_ANSWER},
        {"[\"maybe\",1,1,1,1,1,1,1,1,1]", E_RECORD},
        {"[true,1,1,1,1,1,1,1,1,1]", E_RECORD},
        {"[{\"value\":1},1,1,1,1,1,1,1,1,1]", E_RECORD},
        {"[\"not applicable\",1,1,1,1,1,1,1,1,1]", E_ANSWER},
        {"", E_RECORD},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct answer x[10];
        struct err e = {0};
        CHECK_CODE(packed_read(in, str_of(row[i].line), x, &tmp, &e), row[i].code, e);
    }
}
