#include "base/str.h"
#include "test.h"
#include <string.h>

TEST(str_cut_gives_every_piece)
{
    (void)tmp;
    struct str rest = S("a,,b"), piece = {0};
    CHECK(str_cut(&rest, ',', &piece) && str_is(piece, "a"));
    CHECK(str_cut(&rest, ',', &piece) && str_is(piece, ""));
    CHECK(str_cut(&rest, ',', &piece) && str_is(piece, "b"));
    CHECK(!str_cut(&rest, ',', &piece));
}

TEST(str_near_says_did_you_mean)
{
    (void)tmp;
    struct str known[] = {S("items"), S("scores"), S("licence")};
    CHECK_STR(str_near(S("itmes"), known, 3), "items");
    CHECK_STR(str_near(S("license"), known, 3), "licence");
    CHECK_STR(str_near(S("bands"), known, 3), "");
    CHECK_STR(str_near(S(""), known, 0), "");
}

TEST(str_utf8)
{
    (void)tmp;
    CHECK(str_utf8_ok(S("bl\xc3\xa5")));
    CHECK(str_utf8_ok(S("\xf0\x9f\x98\x80")));
    CHECK(!str_utf8_ok(S("\xc3")));
    CHECK(!str_utf8_ok(S("\xc0\xaf")));         /* overlong */
    CHECK(!str_utf8_ok(S("\xed\xa0\x80")));     /* a surrogate */
    CHECK(!str_utf8_ok(S("\xf4\x90\x80\x80"))); /* above U+10FFFF */
}

TEST(buf_grows_and_keeps)
{
    struct buf b = buf_in(&tmp, 2);
    for (int i = 0; i < 1000; i++) {
        buf_fmt(&b, "%d,", i);
        if (i % 100 == 0) NEW(&tmp, char, 1); /* something else takes the arena's end */
    }
    struct str rest = buf_str(&b), piece = {0};
    int n = 0;
    while (str_cut(&rest, ',', &piece) && piece.n)
        n += str_eq(piece, str_fmt(&tmp, "%d", n));
    CHECK_INT(n, 1000);
}

/* A sentence too long for its room is cut between letters, whatever the first byte is. */
TEST(err_cuts_between_letters)
{
    struct buf b = buf_in(&tmp, 1000);
    for (int i = 0; i < 400; i++) buf_put(&b, S("\xc3\xa5"));
    for (int odd = 0; odd < 2; odd++) {
        struct err e = {0};
        err_set(&e, E_CSV, "%s%.*s", odd ? "x" : "", FMT(buf_str(&b)));
        CHECK(str_utf8_ok(str_of(e.text)) && strlen(e.text) >= sizeof e.text - 2);
        err_at(&e, E_CSV, "%s%.*s", odd ? "x" : "", FMT(buf_str(&b)));
        CHECK(str_utf8_ok(str_of(e.text)));
    }
}

/* Scripts and logs know errors by number and name: no number twice, each in its family, each with
** an exit code that the manual lists. */
TEST(errors_are_told_apart)
{
    static const struct {
        const char *name;
        int number, exit;
        const char *words;
    } all[] = {
#define ERR(name, number, exit, words) {#name, number, exit, words},
#include "base/errors.def"
#undef ERR
    };
    static const int exits[] = {1, 2, 3, 4, 5, 6, 7, 70};
    (void)tmp;
    for (isize i = 0; i < COUNT(all); i++) {
        bool known = false;
        for (isize k = 0; k < COUNT(exits); k++) known |= all[i].exit == exits[k];
        test_check(known && all[i].number > 0 && all[i].words[0], __FILE__, __LINE__,
                   "%s", all[i].name);
        for (isize k = 0; k < i; k++)
            test_check(all[i].number > all[k].number &&
                           strcmp(all[i].name, all[k].name) != 0 &&
                           strcmp(all[i].words, all[k].words) != 0,
                       __FILE__, __LINE__, "%s and %s", all[i].name, all[k].name);
    }
}
