#include "stats/frame.h"
#include "test.h"

static struct frame small(struct arena *a)
{
    static const double age[] = {41, NAN, 35, 28};
    static const struct str arm[] = {{"b", 1}, {"a", 1}, {NULL, 0}, {"b", 1}};
    struct frame f = frame_of(4);
    frame_put_numbers(&f, S("age"), age, NULL, a);
    frame_put_texts(&f, S("arm"), arm, a);
    return f;
}

TEST(frame_levels_sorted_by_bytes)
{
    static const struct str cell[] = {
        {"b", 1}, {"\xc3\xa5", 2}, {"B", 1}, {"10", 2}, {"9", 1}};
    struct frame f = frame_of(5);
    frame_put_texts(&f, S("x"), cell, &tmp);
    const struct frame_col *c = &f.cols.at[0];
    CHECK_INT(c->n_levels, 5);
    CHECK_STR(c->level[0], "10");
    CHECK_STR(c->level[1], "9");
    CHECK_STR(c->level[2], "B");
    CHECK_STR(c->level[4], "\xc3\xa5");
    CHECK_INT(c->code[0], 3);
}

TEST(frame_find_and_near)
{
    struct frame f = small(&tmp);
    struct err e;
    isize j;
    const double *x;
    CHECK_CODE(frame_get(&f, S("arm"), &j, &e), OK, e);
    CHECK_INT(j, 1);
    CHECK_CODE(frame_get(&f, S("agee"), &j, &e), E_NOT_FOUND, e);
    CHECK_SAYS(e, "did you mean 'age'");
    CHECK_CODE(frame_get(&f, S("zzzzzz"), &j, &e), E_NOT_FOUND, e);
    CHECK_SAYS(e, "there are: age, arm");
    CHECK_CODE(frame_numbers(&f, S("arm"), &x, &e), E_NUMBER, e);
    CHECK_CODE(frame_numbers(&f, S("age"), &x, &e), OK, e);
}

TEST(frame_complete_rows)
{
    struct frame f = small(&tmp);
    isize n, *row = frame_complete(&f, NULL, 0, &n, &tmp);
    CHECK_INT(n, 2);
    CHECK_INT(row[0], 0);
    CHECK_INT(row[1], 3);
    row = frame_complete(&f, (isize[]){0}, 1, &n, &tmp);
    CHECK_INT(n, 3);
    row = frame_complete(&f, (isize[]){0}, 0, &n, &tmp);
    CHECK_INT(n, 4); /* no column asked for: nothing can be missing */

    row = frame_complete(&f, NULL, 0, &n, &tmp);
    struct frame g = frame_rows(&f, row, n, &tmp);
    CHECK_INT(g.n, 2);
    CHECK_NEAR(g.cols.at[0].x[1], 28, 0);
    CHECK_INT(g.cols.at[1].n_levels, 2);
    g = frame_drop_levels(&g, &tmp); /* both rows left are in arm b */
    CHECK_INT(g.cols.at[1].n_levels, 1);
    CHECK_STR(g.cols.at[1].level[0], "b");
    CHECK_INT(g.cols.at[1].code[1], 0);
}

TEST(frame_without_rows_or_values)
{
    static const struct str none[3];
    struct frame f = frame_of(3), empty = frame_of(0);
    isize n;
    frame_put_texts(&f, S("x"), none, &tmp);
    CHECK_INT(f.cols.at[0].n_levels, 0);
    CHECK(frame_missing(&f.cols.at[0], 2));
    frame_complete(&f, NULL, 0, &n, &tmp);
    CHECK_INT(n, 0);
    frame_put_numbers(&empty, S("x"), NULL, NULL, &tmp);
    frame_complete(&empty, NULL, 0, &n, &tmp);
    CHECK_INT(n, 0);
    CHECK_INT(frame_drop_levels(&f, &tmp).cols.at[0].n_levels, 0);
}

TEST(frame_get_among_many_columns)
{
    struct frame f = frame_of(1);
    struct err e;
    isize j;
    static const double x[] = {1};
    for (int i = 0; i < 500; i++)
        frame_put_numbers(&f, str_fmt(&tmp, "item_%03d", i), x, NULL, &tmp);
    frame_put_numbers(&f, S("satisfaction"), x, NULL, &tmp);
    CHECK_CODE(frame_get(&f, S("satisfacton"), &j, &e), E_NOT_FOUND, e);
    CHECK_SAYS(e, "did you mean 'satisfaction'");
    CHECK_SAYS(e, "item_000, item_001");
    CHECK_SAYS(e, " more");
}

TEST(frame_groups_of_numbers_and_texts)
{
    static const double dose[] = {2, 0.5, NAN, 2, -1};
    static const struct str arm[] = {{"b", 1}, {"a", 1}, {NULL, 0}, {"b", 1}, {"a", 1}};
    struct frame f = frame_of(5);
    const i32 *code;
    isize n;
    frame_put_numbers(&f, S("dose"), dose, NULL, &tmp);
    frame_put_texts(&f, S("arm"), arm, &tmp);
    frame_groups(&f, 0, &code, &n, &tmp);
    CHECK_INT(n, 3);
    CHECK_INT(code[0], 2);
    CHECK_INT(code[2], -1);
    CHECK_INT(code[4], 0);
    frame_groups(&f, 1, &code, &n, &tmp);
    CHECK_INT(n, 2);
    CHECK_INT(code[3], 1);
}
