#include "base/num.h"
#include "test.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TEST(num_read_takes_decimals_only)
{
    (void)tmp;
    double x = 0;
    struct err e = {0};
    CHECK(num_read(S("-1.50e3"), &x, &e) == OK && x == -1500);
    CHECK(num_read(S(".5"), &x, &e) == OK && x == 0.5);
    CHECK(num_read_comma(S("3,25"), &x, &e) == OK && x == 3.25);
    static const char *const wrong[] = {"",    ".",  "1.2.3", " 1",  "1 ",  "0x10", "nan",
                                        "inf", "1e", "1e999", "1,5", "--1", "1-"};
    for (isize i = 0; i < COUNT(wrong); i++)
        CHECK_CODE(num_read(str_of(wrong[i]), &x, &e), E_NUMBER, e);
}

TEST(num_read_int_keeps_its_range)
{
    (void)tmp;
    i64 x = 0;
    struct err e = {0};
    CHECK(num_read_int(S("-7"), -10, 10, &x, &e) == OK && x == -7);
    CHECK_CODE(num_read_int(S("11"), -10, 10, &x, &e), E_NUMBER, e);
    CHECK_SAYS(e, "outside -10 to 10");
    CHECK_CODE(num_read_int(S("9999999999999999999"), 0, INT64_MAX, &x, &e), E_NUMBER, e);
    CHECK_CODE(num_read_int(S("-"), 0, 9, &x, &e), E_NUMBER, e);
}

TEST(num_text_reads_back)
{
    static const double row[] = {0,
                                 0.1,
                                 1.0 / 3,
                                 1e300,
                                 5e-324,
                                 -2.675,
                                 1e15,
                                 123456789012345678.0,
                                 0.30000000000000004};
    for (isize i = 0; i < COUNT(row); i++) {
        double back = NAN;
        struct err e = {0};
        CHECK_CODE(num_read(num_shortest(row[i], &tmp), &back, &e), OK, e);
        CHECK(back == row[i]);
    }
    CHECK_STR(num_shortest(0.1, &tmp), "0.1");
    CHECK_STR(num_shortest(5e-324, &tmp), "5e-324");
    CHECK_STR(num_shortest(NAN, &tmp), "NaN");
    CHECK_STR(num_shortest(-INFINITY, &tmp), "-Inf");
}

/* Whole numbers and decimals are written as printf writes them with as many digits as it takes,
** also beside where the short way ends. */
TEST(num_shortest_is_printf)
{
    static const double ten[] = {1, 10, 100, 1000, 10000, 100000};
    u64 seed = 11;
    for (int i = 0; i < 200000; i++) {
        struct arena a = tmp;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        double x = (double)(seed >> (33 + i % 31)) / ten[i % 6];
        if (i % 7 == 0) x = nextafter(x, i % 2 ? 1e300 : -1e300);
        if (i % 3 == 0) x = -x;
        if (x != 0 && fabs(x) < 1e-300) continue; /* those have fewer digits to tell */
        if (i % 11 == 0) x *= 1e6;
        char want[40];
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(want, sizeof want, "%.*g", digits, x);
            if (strtod(want, NULL) == x) break;
        }
        struct str got = num_shortest(x, &a);
        CHECK(got.n == (isize)strlen(want) && memcmp(got.at, want, strlen(want)) == 0);
    }
}

TEST(num_fixed_rounds_as_people_do)
{
    static const struct {
        double x;
        int places;
        const char *want;
    } row[] = {
        {2.675, 2,
         "2.68"}, /* the double is 2.67499999999999982236431605997495353221893 */
        {-2.675, 2, "-2.68"},
        {0.125, 2, "0.13"},
        {-0.004, 2, "0.00"},
        {1e20, 0, "100000000000000000000"},
        {0.5, 0, "1"},
        {1.005, 2, "1.01"},
        {3.0695, 3, "3.070"},
        {99.995, 2, "100.00"},
        {123456.78949999, 3, "123456.789"},
        {0.1499999999999999, 1, "0.1"}, /* 16 digits; 0.15 at 15 */
        {0.15, 1, "0.2"},
        {123456789012344.5, 0, "123456789012345"}, /* a tie away from zero, not to even */
        {9.5, 0, "10"},
        {-0.5, 0, "-1"},
        {0.05, 1, "0.1"},
        {0.049, 1, "0.0"},
        {0.005, 1, "0.0"},
        {1e-7, 3, "0.000"},
        {1e-7, 7, "0.0000001"},
        {5e-324, 2, "0.00"},
        {0.30000000000000004, 17, "0.30000000000000004"},
        {0.99999999999999994, 3, "1.000"},
        {1e23, 1, "100000000000000000000000.0"},
        {0, 2, "0.00"},
        {-0.0, 0, "0"},
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_STR(num_fixed(row[i].x, row[i].places, &tmp), row[i].want);
}
