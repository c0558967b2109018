#include "exchange/frame_csv.h"
#include "test.h"

static struct frame read(const char *text, struct arena *a)
{
    struct csv t = {0};
    struct err e;
    CHECK_CODE(csv_read(str_of(text), "t.csv", true, &t, a, &e), OK, e);
    return frame_csv(&t, a);
}

TEST(frame_csv_kinds_of_columns)
{
    struct frame f = read("id,score,arm,none,mixed\n"
                          "p1,0.1,b,,1\n"
                          "p2,NA,a,NA,two\n"
                          "p3,-2e3,,,3\n",
                          &tmp);
    CHECK_INT(f.n, 3);
    CHECK_INT(f.cols.n, 5);
    CHECK_INT(f.cols.at[0].kind, FRAME_FACTOR);
    CHECK_INT(f.cols.at[1].kind, FRAME_NUMBER);
    CHECK_NEAR(f.cols.at[1].x[2], -2000, 0);
    CHECK(isnan(f.cols.at[1].x[1]));
    CHECK_REL(f.cols.at[1].lo[0], -5.5511151231257827e-18, 1e-15); /* 0.1 - fl(0.1) */
    CHECK_STR(f.cols.at[2].level[0], "a");
    CHECK_INT(f.cols.at[2].code[2], -1);
    CHECK_INT(f.cols.at[3].kind, FRAME_NUMBER); /* nothing says it is text */
    CHECK(isnan(f.cols.at[3].x[0]));
    CHECK_INT(f.cols.at[4].n_levels, 3);
}

TEST(frame_csv_whole_numbers_are_exact)
{
    struct frame f = read("x\n1\n-7\n123456789012\n", &tmp);
    CHECK(f.cols.at[0].lo == NULL);
}

/* From a Norwegian spreadsheet: semicolons, decimal commas, blanks around cells. */
TEST(frame_csv_decimal_comma)
{
    struct frame f = read("x;y\n1,5; 2.5 \n-0,25;3\n", &tmp);
    CHECK_INT(f.cols.at[0].kind, FRAME_NUMBER);
    CHECK_NEAR(f.cols.at[0].x[1], -0.25, 0);
    CHECK_NEAR(f.cols.at[1].x[0], 2.5, 0);
    f = read("x,y\n\"1,5\",2\n", &tmp); /* with commas as separators it is text */
    CHECK_INT(f.cols.at[0].kind, FRAME_FACTOR);
}

TEST(frame_csv_without_rows)
{
    struct frame f = read("x,y\n", &tmp);
    CHECK_INT(f.n, 0);
    CHECK_INT(f.cols.n, 2);
}
