#include "base/csv.h"
#include "base/file.h"
#include "test.h"
#include <string.h>

static struct csv table(const char *text, struct arena *a)
{
    struct csv c = {0};
    struct err e = {0};
    CHECK_CODE(csv_read(str_of(text), "t.csv", true, &c, a, &e), OK, e);
    return c;
}

TEST(csv_reads_a_norwegian_spreadsheet)
{
    struct csv c = table("\xef\xbb\xbfkode;Alder, \xc3\xa5r;sk\xc3\xa5re\r\n"
                         "A01;34;3,5\r\n"
                         "\r\n"
                         "A02;;-0,25\r\n"
                         "A03;NA;\"1,5\"",
                         &tmp);
    struct err e = {0};
    CHECK_INT(c.n, 3);
    CHECK_INT(c.n_cols, 3);
    CHECK(c.sep == ';');
    CHECK_STR(c.head[1], "Alder, \xc3\xa5r");
    static const double age[] = {34, NAN, NAN}, score[] = {3.5, -0.25, 1.5};
    for (isize i = 0; i < 3; i++) {
        double x = 0, y = 0;
        CHECK_CODE(csv_num(&c, i, 1, &x, &e), OK, e);
        CHECK_CODE(csv_num(&c, i, 2, &y, &e), OK, e);
        CHECK_NEAR(x, age[i], 0);
        CHECK_NEAR(y, score[i], 0);
    }
    CHECK_INT(c.line[1], 4); /* the blank line counts as a line, not as a row */
}

TEST(csv_finds_the_separator)
{
    CHECK(table("a,b\n1,2\n", &tmp).sep == ',');
    CHECK(table("a;b\n1,5;2\n", &tmp).sep == ';');
    CHECK(table("a\tb;c\n1\t2\n", &tmp).sep == '\t');
    CHECK(table("\"a;b\",c\n1,2\n", &tmp).sep == ',');
    CHECK(table("alone\n1\n", &tmp).sep == ',');
}

TEST(csv_quotes_hold_anything)
{
    struct csv c =
        table("a,b\n\"1,\n\"\"x\"\"\r\n\",\"\"\nplain \"mid\" quote, 2 \n", &tmp);
    CHECK_INT(c.n, 2);
    CHECK_STR(csv_cell(&c, 0, 0), "1,\n\"x\"\r\n");
    CHECK_STR(csv_cell(&c, 0, 1), "");
    CHECK_STR(csv_cell(&c, 1, 0), "plain \"mid\" quote");
    CHECK_STR(csv_cell(&c, 1, 1), " 2 ");
    CHECK_INT(c.line[1], 5);
    CHECK_INT(table("a,b\n", &tmp).n, 0);
}

TEST(csv_without_a_head_numbers_its_columns)
{
    struct csv c;
    struct err e = {0};
    isize col = -1;
    CHECK_CODE(csv_read(S("1;2,5\n3;4\n"), "t.csv", false, &c, &tmp, &e), OK, e);
    CHECK_INT(c.n, 2);
    CHECK_CODE(csv_col(&c, "2", &col, &e), OK, e);
    CHECK_INT(col, 1);
}

TEST(csv_refuses_with_line_and_column)
{
    static const struct {
        const char *text, *says;
    } row[] = {
        {"", "t.csv: empty"},
        {"\n\r\n", "t.csv: empty"},
        {"a,b\n1\n", "t.csv, line 2: the row has 1 of 2 cells; column b and what"},
        {"a,b\n1,2\n\n1,2,5\n",
         "t.csv, line 4: 3 cells where there are 2 columns; a text "
         "with a comma needs quotes, and numbers with a decimal comma"},
        {"a;b\n1;2;5\n", "a text with the separator in it needs quotes"},
        {"a, ,c\n", "t.csv, line 1: column 2 has no name"},
        {"a,b, a\n", "t.csv, line 1: columns 1 and 3 are both called a"},
        {"a,b\n1,\"2\"x\n", "t.csv, line 2, column b: text behind a closing quote"},
        {"a,b\n1,\"2\n3\n", "t.csv, line 2, column b: a quote opens here"},
        {"\"a", "t.csv, line 1, column 1: a quote opens here"},
        {"a,b\n1\r2,3\n", "t.csv, line 2, column a: a carriage return"},
        {"a,b\n1,bl\xe5\n",
         "t.csv, line 2: byte 0xE5 is not UTF-8; save the table as UTF-8"},
        {"PK\x03\x04...", "a spreadsheet or archive"},
        {"\xff\xfe"
         "a",
         "UTF-16"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct csv c;
        struct err e = {0};
        CHECK_CODE(csv_read(str_of(row[i].text), "t.csv", true, &c, &tmp, &e), E_CSV, e);
        CHECK_SAYS(e, row[i].says);
    }
    struct csv c;
    struct err e = {0};
    CHECK_CODE(csv_read((struct str){"a\n\0", 3}, "t.csv", true, &c, &tmp, &e), E_CSV, e);
    CHECK_SAYS(e, "t.csv, line 2: a zero byte");
    CHECK_CODE(csv_read((struct str){0}, "t.csv", true, &c, &tmp, &e), E_CSV, e);
    struct str big = {"", FILE_LIMIT + 1};
    CHECK_CODE(csv_read(big, "t.csv", true, &c, &tmp, &e), E_TOO_BIG, e);
    CHECK_CODE(csv_read_file("/nowhere/x.csv", &c, &tmp, &e), E_NO_FILE, e);
}

TEST(csv_columns_and_numbers_are_refused_by_name)
{
    struct csv c = table("kode,goi_m6_02\nA,\"3,5\"\nB,hemmelig\n", &tmp);
    struct err e = {0};
    isize col;
    double x;
    CHECK_CODE(csv_col(&c, "goi_m6_20", &col, &e), E_CSV, e);
    CHECK_STR(str_of(e.text), "t.csv: there is no column 'goi_m6_20'; did you mean "
                              "'goi_m6_02'? There are: kode, goi_m6_02");
    CHECK_CODE(csv_num(&c, 0, 1, &x, &e), E_CSV, e);
    CHECK_SAYS(e, "t.csv, line 2, column goi_m6_02: a decimal comma");
    CHECK_CODE(csv_num(&c, 1, 1, &x, &e), E_CSV, e);
    CHECK_SAYS(e, "t.csv, line 3, column goi_m6_02: not a number");
    CHECK(str_find_str(str_of(e.text), S("hemmelig")) <
          0); /* answers stay out of errors */
    CHECK_CODE(csv_refuse(&c, 1, 0, E_RECORD, &e, "twice, first in line %d", 2), E_RECORD,
               e);
    CHECK_STR(str_of(e.text), "t.csv, line 3, column kode: twice, first in line 2");
}

TEST(csv_put_guards_against_formulas)
{
    static const struct {
        const char *in, *out;
    } row[] = {
        {"plain", "plain,"},
        {"", ","},
        {"-1.5", "-1.5,"},
        {"-1,5", "\"-1,5\","},
        {"-Inf", "-Inf,"},
        {"=1+1", "'=1+1,"},
        {"+47 22", "'+47 22,"},
        {"-x", "'-x,"},
        {"@SUM(A1)", "'@SUM(A1),"},
        {"\tx", "\"'\tx\","},
        {"\r=1", "\"'\r=1\","},
        {"a;b", "\"a;b\","},
        {"say \"hei\"\n", "\"say \"\"hei\"\"\n\","},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct buf b = buf_in(&tmp, 16);
        csv_put(&b, str_of(row[i].in), false);
        CHECK_STR(buf_str(&b), row[i].out);
    }
}

TEST(csv_read_of_put_is_the_same)
{
    static const char *const piece[] = {"",   "a",  "1.5", ";", ",",
                                        "\t", "\"", "\n",  " ", "\xc3\xa5"};
    u64 seed = 88172645463325252u;
    for (int round = 0; round < 500; round++) {
        struct arena a = tmp;
        struct str cell[12];
        isize n_cols = 1 + round % 4, n_rows = 3;
        struct buf b = buf_in(&a, 256);
        for (isize i = 0; i < n_cols; i++)
            csv_put(&b, str_fmt(&a, "name %td;", i), i == n_cols - 1);
        for (isize i = 0; i < n_rows * n_cols; i++) {
            struct buf t = buf_in(&a, 16);
            for (int k = 0; k < 3; k++) {
                seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
                buf_put(&t, str_of(piece[seed % COUNT(piece)]));
            }
            cell[i] = buf_str(&t);
            /* what the guard changes is tested above */
            if (cell[i].n && cell[i].at[0] == '\t') cell[i] = S("x\t");
            csv_put(&b, cell[i], i % n_cols == n_cols - 1);
        }
        struct csv c;
        struct err e = {0};
        CHECK_CODE(csv_read(buf_str(&b), "t.csv", true, &c, &a, &e), OK, e);
        if (!CHECK(c.n == n_rows && c.n_cols == n_cols)) return;
        for (isize i = 0; i < n_rows * n_cols; i++) CHECK(str_eq(c.cell[i], cell[i]));
    }
}

TEST(csv_nth_allocation_fails)
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
        struct csv c;
        struct err e = {0};
        CHECK_CODE(csv_read(S("a,b\n\"x\"\"\",2\n3,4\n"), "t.csv", true, &c, &a, &e), OK,
                   e);
        CHECK_INT(c.n, 2);
        finished = true;
    }
    CHECK(finished);
    CHECK(trapped >= 4);
}

struct source {
    struct str rest;
    isize step;
};

static int more(void *arg, char *room, isize cap, isize *n, struct err *e)
{
    struct source *s = arg;
    *n = MIN(MIN(s->step, cap), s->rest.n);
    memcpy(room, s->rest.at, (size_t)*n);
    s->rest = str_from(s->rest, *n);
    return OK;
}

/* However the file is cut: the same cells, the same lines. */
TEST(csv_in_pieces_is_the_same_table)
{
    const struct str text = S("\xEF\xBB\xBF\n\na;b\r\n1;\"x\n;\"\"y\"\r\n\n;\n3;end");
    struct csv whole, t;
    struct err e = {0};
    CHECK_CODE(csv_read(text, "whole.csv", true, &whole, &tmp, &e), OK, e);
    CHECK_INT(whole.n, 3);
    for (isize step = 1; step < 30; step += 3)
        for (isize block = 1; block < 40; block += 5) {
            struct source s = {text, step};
            struct csv_feed f;
            struct arena a = tmp;
            CHECK_CODE(csv_feed_open(&f, more, &s, "whole.csv", block, &a, &e), OK, e);
            isize n = 0;
            for (;; n += t.n) {
                CHECK_CODE(csv_feed_next(&f, &t, &a, &e), OK, e);
                if (t.n == 0) break;
                for (isize i = 0; i < t.n; i++) {
                    CHECK_INT(t.line[i], whole.line[n + i]);
                    for (isize k = 0; k < 2; k++)
                        CHECK(str_eq(csv_cell(&t, i, k), csv_cell(&whole, n + i, k)));
                }
            }
            CHECK_INT(n, 3);
        }
}

TEST(csv_in_pieces_refuses_with_the_line_of_the_file)
{
    static const struct {
        const char *text, *says;
        int code;
    } bad[] = {{"a,b\n1,2\n1\n", "line 3", E_CSV},
               {"a,b\n1,2\n\n1,\"x\n", "line 4, column b: a quote opens", E_CSV},
               {"a,b\n1,2\n\xC3(,1\n", "line 3: byte 0xC3 is not UTF-8", E_CSV},
               {"", "empty", E_CSV},
               {"a,a\n", "both called a", E_CSV},
               {"PK\x03\x04zip", "spreadsheet", E_CSV}};
    for (isize i = 0; i < COUNT(bad); i++) {
        struct source s = {str_of(bad[i].text), 2};
        struct csv_feed f;
        struct csv t = {.n = 1};
        struct arena a = tmp;
        struct err e = {0};
        int rc = csv_feed_open(&f, more, &s, "f.csv", 4, &a, &e);
        while (rc == OK && t.n > 0) rc = csv_feed_next(&f, &t, &a, &e);
        CHECK_INT(rc, bad[i].code);
        CHECK_SAYS(e, bad[i].says);
    }
    /* A quote that never closes does not fill the memory. */
    char *long_row = NEW_RAW(&tmp, char, 3 << 20);
    memset(long_row, 'x', 3 << 20);
    memcpy(long_row, "a\n\"", 3);
    struct source s = {{long_row, 3 << 20}, 1 << 16};
    struct csv_feed f;
    struct csv t;
    struct err e = {0};
    CHECK_CODE(csv_feed_open(&f, more, &s, "f.csv", 1 << 16, &tmp, &e), OK, e);
    CHECK_CODE(csv_feed_next(&f, &t, &tmp, &e), E_TOO_BIG, e);
    CHECK_SAYS(e, "line 2");
}

/* What a spreadsheet might run comes back as it was, also what looks protected already. */
TEST(csv_guard_is_taken_off_again)
{
    static const char *const cell[] = {"=1+1", "'=1+1", "''=1+1", "'", "'it", "-1",
                                       "-1-1", "+x",    "@x",     "x", "",    "'-1"};
    for (isize i = 0; i < COUNT(cell); i++) {
        struct buf b = buf_in(&tmp, 64);
        struct csv t;
        struct err e = {0};
        csv_put(&b, S("x"), false);
        csv_put(&b, str_of(cell[i]), true);
        CHECK_CODE(csv_read(buf_str(&b), "x.csv", false, &t, &tmp, &e), OK, e);
        CHECK_STR(csv_plain(csv_cell(&t, 0, 1)), cell[i]);
        CHECK(strchr("=+@", csv_cell(&t, 0, 1).n ? csv_cell(&t, 0, 1).at[0] : 'x') ==
              NULL);
    }
}
