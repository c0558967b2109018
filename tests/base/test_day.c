#include "base/instant.h"
#include "base/day.h"
#include "test.h"

TEST(day_known)
{
    CHECK_INT(day_of(1970, 1, 1), 0);
    CHECK_INT(day_of(2000, 3, 1), 11017);
    CHECK_INT(day_of(1969, 12, 31), -1);
    CHECK_STR(day_text(day_of(2013, 11, 4), &tmp), "2013-11-04");
}

/* Law: days follow each other, month by month, over four centuries. */
TEST(day_counts_every_day)
{
    (void)tmp;
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    day want = day_of(1800, 1, 1);
    bool same = true;
    for (int y = 1800; y < 2200; y++) {
        bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
        for (int m = 1; m <= 12; m++)
            for (int d = 1; d <= length[m - 1] + (m == 2 && leap); d++, want++) {
                int yy, mm, dd;
                day_split(want, &yy, &mm, &dd);
                same = same && day_of(y, m, d) == want && yy == y && mm == m && dd == d;
            }
    }
    CHECK(same);
}

TEST(day_refuses_what_is_none)
{
    (void)tmp;
    static const char *const wrong[] = {"2013-02-29", "2013-2-1",   "04.11.2013",
                                        "2013-13-01", "2013-00-10", "2013-11-04 ",
                                        "",           "1500-01-01", "2013-+1-04"};
    struct err e = {0};
    day d = 0;
    for (isize i = 0; i < COUNT(wrong); i++)
        CHECK_CODE(day_read(str_of(wrong[i]), &d, &e), E_DAY, e);
    CHECK_CODE(day_read(S("2012-02-29"), &d, &e), OK, e);
}

/* date -u -d @N +%FT%T, of coreutils */
TEST(instant_text_known)
{
    CHECK_STR(instant_text(0, &tmp), "1970-01-01T00:00:00.000Z");
    CHECK_STR(instant_text(-1, &tmp), "1969-12-31T23:59:59.999Z");
    CHECK_STR(instant_text(1795334400007, &tmp), "2026-11-22T08:00:00.007Z");
    CHECK_STR(instant_text((instant)951868799 * SECOND, &tmp),
              "2000-02-29T23:59:59.000Z");
}

TEST(instant_reads_what_it_writes)
{
    static const struct {
        const char *text;
        instant want; /* date -u -d TEXT +%s, by hand */
    } good[] = {{"1970-01-01T00:00Z", 0},
                {"2026-11-22T08:00:00.123Z", 1795334400123},
                {"2026-11-22T08:00:00Z", 1795334400000},
                {"1969-12-31T23:59:59.999Z", -1},
                {"1970-01-01", 86399999}};
    static const char *const bad[] = {"",
                                      "2026-11-22T08:00:00",
                                      "2026-11-22 08:00Z",
                                      "2026-11-31T08:00Z",
                                      "2026-11-22T24:00Z",
                                      "2026-11-22T08:60Z",
                                      "2026-11-22T08:00:00.1Z",
                                      "2026-11-22T08:00Zx",
                                      "2026-11-2"};
    struct err e = {0};
    instant t = 0;
    for (isize i = 0; i < COUNT(good); i++) {
        CHECK_CODE(instant_read(str_of(good[i].text), &t, &e), OK, e);
        CHECK_INT(t, good[i].want);
        CHECK_CODE(instant_read(instant_text(t, &tmp), &t, &e), OK, e);
        CHECK_INT(t, good[i].want);
    }
    for (isize i = 0; i < COUNT(bad); i++)
        CHECK_CODE(instant_read(str_of(bad[i]), &t, &e), E_DAY, e);
}
