#include "base/yaml.h"
#include "base/file.h"
#include "test.h"
#include <malloc.h>

static const struct yaml *doc_of(const char *text, struct arena *a)
{
    struct yaml *v = NULL;
    struct err e = {0};
    CHECK_CODE(yaml_read(str_of(text), "t.yaml", &v, a, &e), OK, e);
    return v;
}

TEST(yaml_reads_a_definition)
{
    const struct yaml *m = doc_of("# about\r\n"
                                  "id: no\r\n"
                                  "n: 35\r\n"
                                  "items:\r\n"
                                  "  - {id: 01, text: \"B\\u00e5\"}\r\n"
                                  "  - id: x\r\n"
                                  "    text: two\r\n"
                                  "      lines\r\n"
                                  "none:\r\n"
                                  "quoted: 'null'\r\n"
                                  "note: |\r\n"
                                  "  a\r\n"
                                  "  b\r\n",
                                  &tmp);
    struct err e = {0};
    struct str s;
    i64 n;
    CHECK_INT(m->n, 6);
    CHECK_CODE(yaml_str(yaml_get(m, "id"), m, "id", &s, &e), OK, e);
    CHECK_STR(s, "no"); /* a language, not false */
    CHECK_CODE(yaml_int(yaml_get(m, "n"), m, "n", 0, 100, &n, &e), OK, e);
    CHECK_INT(n, 35);
    const struct yaml *items = yaml_get(m, "items");
    CHECK_STR(yaml_get(yaml_at(items, 0), "id")->text, "01");
    CHECK_STR(yaml_get(yaml_at(items, 0), "text")->text, "B\xc3\xa5");
    CHECK_STR(yaml_get(yaml_at(items, 1), "text")->text, "two lines");
    CHECK_INT(yaml_at(items, 1)->line, 6);
    CHECK_INT(yaml_at(items, 1)->col, 5);
    CHECK_INT(yaml_get(yaml_at(items, 1), "text")->key_line, 7);
    CHECK(yaml_null(yaml_get(m, "none")) && yaml_null(NULL));
    CHECK(!yaml_null(yaml_get(m, "quoted")));
    CHECK_STR(yaml_get(m, "note")->text, "a\nb\n");
    CHECK(!yaml_at(items, 2) && !yaml_at(m, 6) && !yaml_get(items, "id"));
}

TEST(yaml_empty_is_an_empty_map)
{
    static const char *const row[] = {"",      "\n\n",         "# nothing\n",
                                      "---\n", "\xef\xbb\xbf", "---\n...\n"};
    for (isize i = 0; i < COUNT(row); i++) {
        const struct yaml *m = doc_of(row[i], &tmp);
        CHECK(m && m->kind == YAML_MAP && m->n == 0);
    }
}

TEST(yaml_refuses_with_the_place)
{
    static const struct {
        const char *text, *says;
    } row[] = {
        {"a: 1\nb: 2\na: 3\n", "t.yaml:3:1: the key 'a' stands twice, first in line 1"},
        {"a: &x 1\n", "t.yaml:1:4: an anchor"},
        {"a: 1\nb: *x\n", "t.yaml:2:4: an alias"},
        {"a: !!int 1\n", "t.yaml:1:4: a tag"},
        {"a: ! 1\n", "a tag"},
        {"a: &x [1]\n", "an anchor"},
        {"a: !x {b: 1}\n", "a tag"},
        {"&x a: 1\n", "an anchor"},
        {"%YAML 1.1\n---\na: 1\n", "a directive"},
        {"a: 1\n---\nb: 2\n", "t.yaml:2:1: a second document"},
        {"a:\n\tb: 1\n", "t.yaml:2:1: a TAB"},
        {"a: \x01\n", "control character 0x01"},
        {"a: 1\rb: 2\n", "control character 0x0D"},
        {"a: bl\xe5\n", "t.yaml:1:6: byte 0xE5 is not valid UTF-8"},
        {"\xc3\xa5: 1\nb: \xc3\xa5\xc2\x85", "t.yaml:2:5: a next-line mark"},
        {"a: \xef\xbb\xbf", "t.yaml:1:4: a byte-order mark"},
        {"text: one: two\n", "a text with a colon and a blank in it needs quotes"},
        {"a: @x\n", "needs quotes"},
        {"a: [1, 2\nb: 3\n", "bracket"},
        {"a: 'x\n", "a quote above is not closed"},
        {"a: 1\n  b: 2\n", "t.yaml:2:4: "},
        {"- 1\n2\n", "(begun in line 2)"},
        {"? [a]\n: 1\n", "a key must be a text"},
        {"? \n: 1\n", "a key is missing"},
        {"a: \"\\0\"\n", "U+0000"},
        {"a: \"\\ud800\"\n", "t.yaml:1:"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct yaml *v = NULL;
        struct err e = {0};
        CHECK_CODE(yaml_read(str_of(row[i].text), "t.yaml", &v, &tmp, &e), E_YAML, e);
        CHECK_SAYS(e, row[i].says);
    }
    struct yaml *v = NULL;
    struct err e = {0};
    struct str big = {"", ((isize)64 << 20) + 1};
    CHECK_CODE(yaml_read(big, "t.yaml", &v, &tmp, &e), E_TOO_BIG, e);
    CHECK_CODE(yaml_read((struct str){0}, "t.yaml", &v, &tmp, &e), OK, e);
    CHECK_CODE(yaml_read_file("/nowhere/x.yaml", &v, &tmp, &e), E_NO_FILE, e);
}

TEST(yaml_depth_is_limited)
{
    for (int depth = JSON_DEPTH; depth <= JSON_DEPTH + 1; depth++) {
        struct buf b = buf_in(&tmp, 300);
        for (int i = 0; i < depth; i++) buf_putc(&b, '[');
        for (int i = 0; i < depth; i++) buf_putc(&b, ']');
        struct yaml *v = NULL;
        struct err e = {0};
        CHECK_CODE(yaml_read(buf_str(&b), "t.yaml", &v, &tmp, &e),
                   depth > JSON_DEPTH ? E_YAML : OK, e);
    }
}

TEST(yaml_keys_names_the_near_word)
{
    static const char *const known[] = {"id", "items", "scores"};
    struct err e = {0};
    const struct yaml *m = doc_of("id: x\nitmes: []\n", &tmp);
    CHECK_CODE(yaml_keys(m, known, 3, &e), E_DEFINITION, e);
    CHECK_STR(str_of(e.text),
              "t.yaml:2:1: the key 'itmes' is not known here; did you mean "
              "'items'? known: id, items, scores");
    CHECK_CODE(yaml_keys(yaml_get(m, "id"), known, 3, &e), E_DEFINITION, e);
    CHECK_SAYS(e,
               "t.yaml:1:5: found 'x' where keys are expected, known: id, items, scores");
    CHECK_CODE(yaml_keys(NULL, known, 3, &e), E_DEFINITION, e);
    CHECK_CODE(yaml_keys(doc_of("scores: 1", &tmp), known, 3, &e), OK, e);

    const char *many[400];
    for (isize i = 0; i < COUNT(many); i++) many[i] = "a_rather_long_word";
    CHECK_CODE(yaml_keys(m, many, COUNT(many), &e), E_DEFINITION, e);
    CHECK_SAYS(e, " and 384 more");
}

/* One sentence for each getter and each way to be wrong. */
TEST(yaml_getters_refuse_at_the_value)
{
    const struct yaml *m = doc_of("n: 3,5\nq: '3'\nbig: 7\nw: medain\nb: yes\n"
                                  "d: 2013-02-30\nl: {}\nm: []\nnull: ~\nx: 1e999\n",
                                  &tmp);
    struct err e = {0};
    struct str s;
    double x;
    i64 n;
    bool b;
    day d;
    int w;
    const struct yaml *v;
    static const char *const word[] = {"sum", "mean", "median"};
#define OF(key) yaml_get(m, key), m, key
    CHECK_CODE(yaml_str(OF("id"), &s, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "t.yaml:1:1: 'id' is missing here: a text");
    CHECK_CODE(yaml_str(OF("l"), &s, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "t.yaml:7:4: 'l' should be a text, found a map");
    CHECK_CODE(yaml_str(OF("null"), &s, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "found nothing");
    CHECK_CODE(yaml_num(OF("n"), 0, 9, &x, &e), E_DEFINITION, e);
    CHECK_SAYS(e,
               "t.yaml:1:4: 'n' should be a number from 0 to 9, found '3,5'; write the "
               "decimal mark as a point");
    CHECK_CODE(yaml_num(OF("q"), 0, 9, &x, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "found '3' in quotes");
    CHECK_CODE(yaml_num(OF("big"), 0, 6, &x, &e), E_DEFINITION, e);
    CHECK_CODE(yaml_num(OF("x"), 0, 6, &x, &e), E_DEFINITION, e);
    CHECK_CODE(yaml_num(OF("big"), 0, 7, &x, &e), OK, e);
    CHECK_CODE(yaml_int(OF("n"), 0, 9, &n, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "a whole number from 0 to 9");
    CHECK_CODE(yaml_int(OF("big"), 0, 6, &n, &e), E_DEFINITION, e);
    CHECK_CODE(yaml_bool(OF("b"), &b, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "'b' should be true or false, found 'yes'");
    CHECK_CODE(yaml_day(OF("d"), &d, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "a day like 2013-11-04, found '2013-02-30'");
    CHECK_CODE(yaml_list(OF("l"), &v, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "'l' should be a list, found a map");
    CHECK_CODE(yaml_map(OF("m"), &v, &e), E_DEFINITION, e);
    CHECK_CODE(yaml_list(OF("none"), &v, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "'none' is missing here: a list");
    CHECK_CODE(yaml_word(OF("w"), word, 3, &w, &e), E_DEFINITION, e);
    CHECK_SAYS(e,
               "t.yaml:4:4: 'w' cannot be 'medain'; did you mean 'median'? known: sum, "
               "mean, median");
    CHECK_CODE(yaml_refuse(yaml_get(m, "w"), &e, "%d of %d", 1, 2), E_DEFINITION, e);
    CHECK_STR(str_of(e.text), "t.yaml:4:4: 1 of 2");
#undef OF
}

TEST(yaml_as_json_forgets_the_layout)
{
    const char *one = "b: [1, 'two']\na: {x: no, y: }\n";
    const char *two = "# layout\na:\n  y: ~\n  x: \"no\"\nb:\n  - '1'\n  - two\n";
    struct str c = json_canonical(yaml_to_json(doc_of(one, &tmp), &tmp), &tmp);
    CHECK_STR(c, "{\"a\":{\"x\":\"no\",\"y\":null},\"b\":[\"1\",\"two\"]}");
    CHECK(str_eq(c, json_canonical(yaml_to_json(doc_of(two, &tmp), &tmp), &tmp)));
    /* a text null is not nothing */
    struct str t = json_canonical(
        yaml_to_json(doc_of("a: {x: no, y: 'null'}\nb: [1, two]", &tmp), &tmp), &tmp);
    CHECK(!str_eq(c, t));
}

/* Every n from 1 on until it finishes; how many ended in the trap. */
static int fail_at_every_allocation(const char *text, struct arena tmp)
{
    volatile int trapped = 0;
    for (volatile i64 n = 1; n < 1000; n++) {
        struct arena_trap trap = {.fail_after = n};
        struct arena a = tmp;
        a.trap = &trap;
        if (setjmp(trap.home)) {
            trapped++;
            continue;
        }
        struct yaml *v = NULL;
        struct err e = {0};
        CHECK_CODE(yaml_read(str_of(text), "t.yaml", &v, &a, &e), OK, e);
        CHECK(a.trap == &trap);
        CHECK_INT(v->n, 3);
        return trapped;
    }
    return -1;
}

TEST(yaml_nth_allocation_fails)
{
    const char *text = "id: x\nitems:\n  - {id: a, text: one}\n  - {id: b, text: two}\n"
                       "scores: [1, 2, 3]\n";
    CHECK(fail_at_every_allocation(text, tmp) > 20);
    /* libyaml takes its memory from malloc, whose caches are warm now: a second round may
    ** not keep any. (Under a sanitizer mallinfo2 says 0 and this proves nothing.) */
    size_t in_use = mallinfo2().uordblks;
    CHECK(fail_at_every_allocation(text, tmp) > 20);
    CHECK_INT(mallinfo2().uordblks, in_use);
}
