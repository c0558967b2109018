#define _GNU_SOURCE /* setenv */
#include "base/csv.h"
#include "base/file.h"
#include "base/json.h"
#include "ask.h"
#include "report/doc.h"
#include "sample.h"
#include "test.h"
#include "wellformed.h"
#include <stdio.h>
#include <stdlib.h>

TEST(doc_typeset_minus)
{
    static const struct {
        const char *in, *out;
    } row[] = {
        {"-0.5", "\xE2\x88\x92"
                 "0.5"},
        {"[-0.413, -.056]", "[\xE2\x88\x92"
                            "0.413, \xE2\x88\x92.056]"},
        {"CSQ-8, 2013-11-04, 1-5, -x, -", "CSQ-8, 2013-11-04, 1-5, -x, -"},
        {"", ""},
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_STR(doc_typeset(str_of(row[i].in), &tmp), row[i].out);
}

TEST(doc_ids_are_checked)
{
    struct err e;
    struct doc_col col[] = {{S("x"), S("x"), S(""), false}};
    struct doc *d = doc_new(S("a-report"), S("A report"), LANG_EN, &tmp);
    doc_table(d, "one", S("One"), col, 1);
    CHECK_CODE(doc_check(d, tmp, &e), OK, e);
    doc_table_aside(d, "one", S("stands nowhere"), col, 1);
    CHECK_CODE(doc_check(d, tmp, &e), OK, e);
    doc_table(d, "one", S("Two"), col, 1);
    CHECK_CODE(doc_check(d, tmp, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "'one'");
    d = doc_new(S("../evil"), S("A report"), LANG_EN, &tmp);
    CHECK_CODE(doc_check(d, tmp, &e), E_DEFINITION, e);
    CHECK_CODE(doc_html(d, test_folder(), tmp, &e), E_DEFINITION, e);
}

static const struct {
    const char *name;
    doc_writer *write;
} format[] = {
#define FORMAT(name, writer, text) {#name, writer},
#include "report/formats.def"
#undef FORMAT
};

/* Into the folder that the environment names, to look at, or into one that goes away. */
static const char *look(void)
{
    const char *dir = getenv("VARDE_LOOK");
    return dir ? dir : test_folder();
}

typedef struct doc *maker(enum lang lang, struct arena *a);
static maker *const make[] = {sample_report, sample_hostile};

TEST(doc_every_format_writes_hard_documents)
{
    struct err e;
    for (int lang = 0; lang < LANG_N; lang++)
        for (isize f = 0; f < COUNT(format); f++)
            for (isize m = 0; m < COUNT(make); m++) {
                const char *dir = file_join(&tmp, look(), lang_code[lang]);
                struct arena one = tmp;
                struct doc *d = make[m]((enum lang)lang, &one);
                CHECK_CODE(format[f].write(d, dir, one, &e), OK, e);
            }
}

static struct str written(struct doc *d, doc_writer *write, const char *sub,
                          const char *file, struct arena *a)
{
    struct err e;
    struct str s = {0};
    const char *dir = file_join(a, test_folder(), sub);
    CHECK_CODE(write(d, dir, *a, &e), OK, e);
    CHECK_CODE(file_read(file_join(a, dir, file), FILE_LIMIT, &s, a, &e), OK, e);
    return s;
}

/* The document made anew and written again gives the same bytes, in every format, in
** other memory. */
TEST(doc_same_bytes)
{
    struct err e;
    for (isize f = 0; f < COUNT(format); f++)
        for (isize m = 0; m < COUNT(make); m++) {
            struct file_names one, two;
            const char *dir = file_join(&tmp, test_folder(), format[f].name);
            const char *again = file_join(&tmp, test_folder(), "again");
            CHECK_CODE(format[f].write(make[m](LANG_NB, &tmp), dir, tmp, &e), OK, e);
            (void)NEW(&tmp, char, 12345);
            CHECK_CODE(format[f].write(make[m](LANG_NB, &tmp), again, tmp, &e), OK, e);
            CHECK_CODE(file_list(dir, &one, &tmp, &e), OK, e);
            CHECK(one.n > 0);
            for (isize i = 0; i < one.n; i++) {
                struct str x, y;
                const char *name = str_c(one.at[i], &tmp);
                CHECK_CODE(
                    file_read(file_join(&tmp, dir, name), FILE_LIMIT, &x, &tmp, &e), OK,
                    e);
                CHECK_CODE(
                    file_read(file_join(&tmp, again, name), FILE_LIMIT, &y, &tmp, &e), OK,
                    e);
                test_check(str_eq(x, y), __FILE__, __LINE__, "%s differs", name);
            }
            CHECK_CODE(file_list(again, &two, &tmp, &e), OK, e);
            for (isize i = 0; i < two.n; i++) /* nothing beside is left behind */
                CHECK(str_find_str(two.at[i], S(".new")) < 0);
        }
}

/* The value of the next attribute `name` in *s, moving past it. */
static bool next_attr(struct str *s, const char *name, struct str *value, struct arena *a)
{
    struct str key = str_fmt(a, " %s=\"", name);
    isize at = str_find_str(*s, key);
    if (at < 0) return false;
    *s = str_from(*s, at + key.n);
    *value = str_upto(*s, str_find(*s, '"'));
    return true;
}

TEST(doc_html_is_well_formed_and_alone)
{
    static const char *const file[] = {"sample.html", "hostile.html"};
    for (isize m = 0; m < COUNT(make); m++) {
        struct str s = written(make[m](LANG_DA, &tmp), doc_html, "h", file[m], &tmp), v;
        isize at = 0;
        const char *wrong = wellformed(s, &at);
        test_check(!wrong, __FILE__, __LINE__, "%s at byte %td", wrong ? wrong : "", at);
        const char *path = str_fmt(&tmp, "%s/h/%s", test_folder(), file[m]).at;
        CHECK_STR(ASK(&tmp, "xmllint", "--noout", path), "");
        CHECK_INT(
            count_of(s, "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"da\">"), 1);
        CHECK_INT(count_of(s, "<script"), 0);
        CHECK_INT(count_of(s, "<h1>"), 1);
        CHECK_INT(count_of(s, "style="), 0);
        /* Nothing is fetched: no address but the names of the two vocabularies. */
        CHECK_INT(count_of(s, "http"),
                  2 + count_of(s, "<svg class=") - 1 + count_of(s, "http-equiv"));
        CHECK_INT(count_of(s, "src="), 0);
        CHECK_INT(count_of(s, "@import"), 0);
        /* Every id once; what points, points to one. */
        struct str rest = s;
        isize ids = 0;
        for (; next_attr(&rest, "id", &v, &tmp); ids++)
            CHECK_INT(count_of(s, str_fmt(&tmp, " id=\"%.*s\"", FMT(v)).at), 1);
        CHECK(ids > 3);
        for (rest = s; next_attr(&rest, "href", &v, &tmp);)
            CHECK_INT(count_of(s, str_fmt(&tmp, " id=\"%.*s\"", FMT(str_from(v, 1))).at),
                      1);
        for (rest = s; next_attr(&rest, "aria-labelledby", &v, &tmp);) {
            struct str one;
            while (str_cut(&v, ' ', &one))
                CHECK_INT(count_of(s, str_fmt(&tmp, " id=\"%.*s\"", FMT(one)).at), 1);
        }
    }
}

/* Word and sign, both; a row head where the first column is words; the minus as
** typeset. */
TEST(doc_html_says_what_it_should)
{
    struct str s =
        written(sample_report(LANG_EN, &tmp), doc_html, "h", "sample.html", &tmp);
    CHECK_INT(count_of(s, "<span class=\"mark agrees\"><svg"), 4);
    CHECK_INT(count_of(s, "</svg>differs</span>"), 1);
    CHECK_INT(count_of(s, "</svg>cannot be compared</span>"), 1);
    CHECK_INT(count_of(s, "<th scope=\"row\">IMRS, consumer</th>"), 1);
    CHECK_INT(count_of(s, "<th scope=\"colgroup\" colspan=\"2\">95 % CI</th>"), 1);
    CHECK_INT(count_of(s, "<td class=\"num\">\xE2\x88\x92"
                          "0.41</td>"),
              1);
    CHECK_INT(count_of(s, "<figure "), 6);
    CHECK_INT(count_of(s, "<figcaption>"), 6);
    CHECK_INT(count_of(s, "<caption "), 12); /* ten tables, two behind figures */
    CHECK_INT(count_of(s, "<details>"), 2);
    CHECK_INT(count_of(s, "Content-Security-Policy"), 1);
}

/* The policy's hash is that of the style as it stands in the page: openssl of the
** machine says the same. */
/* A name over its row takes the table's width once; its numbers follow the word below. */
TEST(doc_html_name_over_its_row)
{
    const struct doc_col col[] = {{S_("who"), S_("Who"), S_(""), false},
                                  {S_("n"), S_("n"), S_(""), true}};
    struct doc *d = doc_new(S("over"), S("Over"), LANG_EN, &tmp);
    struct doc_table *t = doc_table(d, "over", S("Over"), col, 2);
    t->below = S("computed");
    struct doc_cell *c = doc_row(t);
    doc_words(&c[0], S("A long name"));
    c[0].strong = true;
    doc_number(&c[1], 7, 0, &tmp);
    c = doc_row(t);
    doc_words(&c[0], S("printed"));
    doc_number(&c[1], 8, 0, &tmp);
    struct str s = written(d, doc_html, "h", "over.html", &tmp);
    CHECK_INT(count_of(s, "colspan=\"2\"><strong>A long name</strong></th></tr>"), 1);
    CHECK_INT(count_of(s, "<th scope=\"row\">computed</th><td class=\"num\">7</td>"), 1);
    CHECK_INT(count_of(s, "<th scope=\"row\">printed</th><td class=\"num\">8</td>"), 1);
    /* CSV keeps the name on its row. */
    CHECK_INT(count_of(written(d, doc_csv, "h", "over-over.csv", &tmp), "A long name,7"),
              1);
}

TEST(doc_html_style_hash)
{
    struct str s =
        written(sample_report(LANG_EN, &tmp), doc_html, "h", "sample.html", &tmp);
    isize from = str_find_str(s, S("<style>")) + 7, to = str_find_str(s, S("</style>"));
    isize at = str_find_str(s, S("'sha256-")) + 8;
    struct str said = str_upto(str_from(s, at), 44),
               style = str_upto(str_from(s, from), to - from);
    struct err e;
    const char *path = file_join(&tmp, test_folder(), "style");
    CHECK_CODE(file_replace(path, style, &e), OK, e);
    const char *binary = file_join(&tmp, test_folder(), "hash");
    (void)ASK(&tmp, "openssl", "dgst", "-sha256", "-binary", "-out", binary, path);
    struct str line = str_trim(ASK(&tmp, "openssl", "base64", "-in", binary));
    if (line.n) CHECK(str_eq(said, line));
    CHECK_INT(said.n, 44);
}

TEST(doc_csv_reads_back)
{
    struct err e;
    struct doc *d = sample_hostile(LANG_EN, &tmp);
    struct str s = written(d, doc_csv, "c", "hostile-long-words.csv", &tmp);
    struct csv c;
    CHECK_CODE(csv_read(s, "long", true, &c, &tmp, &e), OK, e);
    CHECK_INT(c.n, 60);
    CHECK_INT(c.n_cols, 6);
    CHECK_STR(c.head[1], "b");
    CHECK_STR(c.head[5], "e_compared");
    for (isize r = 0; r < c.n; r++) {
        double x = 0;
        CHECK_CODE(csv_num(&c, r, 1, &x, &e), OK, e);
        CHECK_NEAR(x, (double)r / 7.0, 0); /* in full: the same double */
        CHECK_STR(csv_cell(&c, r, 2), ""); /* a dash on paper, nothing in a table */
        CHECK_STR(csv_cell(&c, r, 4), "'=1+1");
    }
    CHECK_STR(csv_cell(&c, 2, 5), "differs");
    s = written(d, doc_csv, "c", "hostile-empty.csv", &tmp);
    CHECK_STR(s, "a\n");
    s = written(d, doc_csv, "c", "hostile-one.csv", &tmp);
    CHECK_INT(count_of(s, "-1e+300"), 1);
    CHECK_INT(count_of(s, "Inf"), 1);
}

TEST(doc_json_reads_back)
{
    struct err e;
    struct doc *d = sample_report(LANG_NB, &tmp);
    struct str s = written(d, doc_json, "j", "sample.json", &tmp);
    struct json *j;
    CHECK_CODE(json_read(s, "sample.json", &j, &tmp, &e), OK, e);
    CHECK_STR(json_text(j, "document"), "sample");
    CHECK_STR(json_text(j, "language"), "nb");
    const struct json *blocks = json_get(j, "blocks");
    CHECK_INT(blocks->n, d->n);
    for (isize i = 0; i < d->n; i++) {
        const struct json *t = json_get(json_at(blocks, i), "table");
        CHECK((t != NULL) == (d->at[i].table != NULL));
        if (!t) continue;
        const struct json *rows = json_get(t, "rows");
        CHECK_INT(rows->n, d->at[i].table->n);
        for (isize r = 0; r < rows->n; r++)
            for (isize c = 0; c < d->at[i].table->n_cols; c++) {
                const struct doc_cell *cell =
                    &d->at[i].table->cell[r * d->at[i].table->n_cols + c];
                const struct json *got = json_at(json_at(rows, r), c);
                CHECK(str_eq(json_text(got, "text"), cell->text));
                CHECK_NEAR(json_number(json_get(got, "value")), cell->value, 0);
            }
    }
    s = written(sample_hostile(LANG_EN, &tmp), doc_json, "j", "hostile.json", &tmp);
    CHECK_CODE(json_read(s, "hostile.json", &j, &tmp, &e), OK, e);
}

TEST(doc_pdf_is_what_readers_want)
{
    struct str s =
        written(sample_report(LANG_NB, &tmp), doc_pdf, "p", "sample.pdf", &tmp);
    const char *path = file_join(&tmp, test_folder(), "p/sample.pdf");
    CHECK(str_starts(s, S("%PDF-1.")) && str_ends(s, S("%%EOF\n")));
    CHECK_INT(count_of(s, "/Lang (nb)"), 1);
    CHECK_INT(count_of(s, "/DisplayDocTitle true"), 1);
    CHECK(count_of(s, "/Marked true") >= 1);
    CHECK_INT(count_of(s, "/Alt <FEFF"), 6);
    struct str info = ASK(&tmp, "pdfinfo", path);
    if (info.n) {
        CHECK_INT(count_of(info, "Error") + count_of(info, "Warning"), 0);
        CHECK_INT(count_of(info, "2015"), 2); /* the dates are the document's */
        CHECK(count_of(info, "Tagged:          yes") == 1);
        CHECK(count_of(info, "(A4)") == 1);
        CHECK(count_of(info, "Pages:           11") == 1);
    }
    struct str text = ASK(&tmp, "pdftotext", "-layout", path, "-");
    if (text.n) {
        CHECK_INT(count_of(text, "side 3 av 11"), 1);
        CHECK_INT(count_of(text, "side 11 av 11"), 1);
        CHECK_INT(count_of(text, "Hvor tallene kommer fra"),
                  2); /* contents and heading */
        CHECK_INT(count_of(text, "Tabell 6. Item by item, instrument 5. (fortsatt)"), 2);
        CHECK(count_of(text, "avviker") == 1);
        CHECK(count_of(text, "\xE2\x88\x92"
                             "0.24 [\xE2\x88\x92"
                             "0.41, \xE2\x88\x92"
                             "0.06]") == 1);
        /* Every row of the long table, once. */
        CHECK_INT(count_of(text, "Item 60: knows the early signs"), 1);
    }
    struct str tree = ASK(&tmp, "pdfinfo", "-struct-text", path);
    if (tree.n) {
        CHECK_INT(count_of(tree, "\"95 % CI\""), 1); /* drawn once */
        CHECK_INT(count_of(tree, "H1 (block)"), 1);
        CHECK_INT(count_of(tree, "H2 (block)"), 7);
        CHECK_INT(count_of(tree, "  Figure\n"), 6);
        CHECK_INT(count_of(tree, "Recovery in nine services\""), 1); /* over two lines */
    }
    struct str fonts = ASK(&tmp, "pdffonts", path);
    if (fonts.n) { /* ours alone, and inside */
        CHECK(count_of(fonts, "AtkinsonHyperlegible-Regular") > 0);
        CHECK(count_of(fonts, "AtkinsonHyperlegible-Bold") > 0);
        CHECK_INT(count_of(fonts, "\n"), 2 + count_of(fonts, "+AtkinsonHyperlegible"));
        CHECK_INT(count_of(fonts, "yes yes yes"),
                  count_of(fonts, "+AtkinsonHyperlegible"));
    }
}

/* Sixty rows in groups of seven, the first of each strong: no page ends with a group's
** name alone, and a group that goes on says its name again. */
TEST(doc_pdf_groups_over_pages)
{
    static const struct doc_col col[] = {{S_("what"), S_("What"), S_(""), false},
                                         {S_("n"), S_("n"), S_(""), true}};
    for (isize before = 0; before < 14; before++) { /* the break falls on each row once */
        struct arena one = tmp;
        struct doc *d = doc_new(S("groups"), S("Groups"), LANG_EN, &one);
        for (isize i = 0; i < before; i++) doc_para(d, S("A line before the table."));
        struct doc_table *t = doc_table(d, "groups", S("Groups"), col, 2);
        for (int i = 0; i < 70; i++) {
            struct doc_cell *c = doc_row(t);
            if (i % 7 == 0) doc_words(&c[0], str_fmt(&one, "Group%d", i / 7));
            c[0].strong = i % 7 == 0;
            doc_number(&c[1], i, 0, &one);
        }
        (void)written(d, doc_pdf, "p", "groups.pdf", &one);
        const char *path = file_join(&one, test_folder(), "p/groups.pdf");
        struct str text = ASK(&one, "pdftotext", "-layout", path, "-"), line;
        bool alone = false, nameless = false, head = false;
        for (struct str last = {0}; str_cut(&text, '\n', &line);) {
            line = str_trim(line);
            if (str_starts(line, S("Varde ")) && str_starts(last, S("Group"))) {
                printf("# the page ends with '%.*s'\n", FMT(last));
                alone = true;
            }
            /* the row behind the heads starts with a name */
            if (head && line.n) nameless = nameless || !str_starts(line, S("Group"));
            if (line.n) head = str_starts(line, S("What "));
            if (line.n) last = line;
        }
        CHECK(!alone);
        CHECK(!nameless);
    }
}

TEST(doc_pdf_date_of_the_environment)
{
    setenv("SOURCE_DATE_EPOCH", "86400", 1); /* 2 January 1970 */
    struct str s =
        written(sample_report(LANG_EN, &tmp), doc_pdf, "p", "sample.pdf", &tmp);
    CHECK_INT(count_of(s, "(D:19700102"), 2);
    setenv("SOURCE_DATE_EPOCH", "tomorrow", 1);
    s = written(sample_report(LANG_EN, &tmp), doc_pdf, "p", "sample.pdf", &tmp);
    CHECK_INT(count_of(s, "(D:20150630"), 2);
    unsetenv("SOURCE_DATE_EPOCH");
    struct doc *d = doc_new(S("nothing"), S("Nothing"), LANG_EN, &tmp);
    s = written(d, doc_pdf, "p", "nothing.pdf", &tmp);
    CHECK_INT(count_of(s, "(D:19700101"), 2);
}

TEST(doc_refused_folder)
{
    struct err e;
    struct doc *d = sample_report(LANG_EN, &tmp);
    const char *path = file_join(&tmp, test_folder(), "file");
    CHECK_CODE(file_replace(path, S("x"), &e), OK, e);
    for (isize f = 0; f < COUNT(format); f++)
        CHECK_CODE(format[f].write(d, path, tmp, &e), E_IO, e);
}

static double linear(struct str hex, isize at)
{
    int v = 0;
    for (isize i = at; i < at + 2; i++)
        v = 16 * v + (hex.at[i] <= '9' ? hex.at[i] - '0' : hex.at[i] - 'a' + 10);
    double x = v / 255.0;
    return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

/* WCAG 2.2, relative luminance. */
static double luminance(struct str hex)
{
    return 0.2126 * linear(hex, 0) + 0.7152 * linear(hex, 2) + 0.0722 * linear(hex, 4);
}

static struct str token(struct str block, const char *name, struct arena *a)
{
    struct str key = str_fmt(a, "--%s: #", name);
    isize at = str_find_str(block, key);
    if (!test_check(at >= 0, __FILE__, __LINE__, "%s is given", name)) return S("000000");
    return str_upto(str_from(block, at + key.n), 6);
}

/* Every colour of words on every ground it can stand on, in the three schemes: 4.5 at
** least (WCAG 2.2, 1.4.3). */
TEST(doc_contrast)
{
    static const char *const words[] = {"ink",   "soft",  "lichen",
                                        "fjord", "brick", "ochre"};
    static const char *const ground[] = {"paper", "sheet", "lichen-wash"};
    struct err e;
    struct str css;
    CHECK_CODE(file_read(test_path("src/report/report.css"), FILE_LIMIT, &css, &tmp, &e),
               OK, e);
    isize schemes = 0, at;
    for (; (at = str_find_str(css, S(":root {"))) >= 0; schemes++) {
        css = str_from(css, at + 7);
        struct str block = str_upto(css, str_find(css, '}'));
        for (isize w = 0; w < COUNT(words); w++)
            for (isize g = 0; g < COUNT(ground); g++) {
                double x = luminance(token(block, words[w], &tmp));
                double y = luminance(token(block, ground[g], &tmp));
                double ratio = (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
                test_check(ratio >= 4.5, __FILE__, __LINE__, "%s on %s is %.2f : 1",
                           words[w], ground[g], ratio);
            }
    }
    CHECK_INT(schemes, 3); /* light, dark, print */
}
