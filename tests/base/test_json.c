#include "base/json.h"
#include "test.h"
#include <stdlib.h>

static struct str written(const struct json *v, int indent, struct arena *a)
{
    struct buf b = buf_in(a, 64);
    struct json_out w = json_to(&b, indent);
    json_put(&w, NULL, v);
    return buf_str(&b);
}

static const struct json *tree_of(const char *text, struct arena *a)
{
    struct json *v = NULL;
    struct err e = {0};
    CHECK_CODE(json_read(str_of(text), "t.json", &v, a, &e), OK, e);
    return v;
}

TEST(json_reads_a_tree)
{
    const struct json *v = tree_of("{\"id\": \"a\\u00e5\\n\", \"n\": [1.10, -0, 2e3],\n"
                                   " \"yes\": true, \"no\": null, \"\": {}}",
                                   &tmp);
    CHECK_INT(v->n, 5);
    CHECK_STR(json_text(v, "id"), "a\xc3\xa5\n");
    CHECK_STR(json_at(json_get(v, "n"), 0)->text, "1.10"); /* its own text */
    CHECK_NEAR(json_number(json_at(json_get(v, "n"), 2)), 2000, 0);
    CHECK(json_get(v, "yes")->truth && json_get(v, "yes")->line == 2);
    CHECK(json_get(v, "no")->kind == JSON_NULL);
    CHECK(json_get(v, "")->kind == JSON_OBJECT);
    CHECK(!json_get(v, "absent") && !json_at(json_get(v, "n"), 3) && !json_at(v, -1));
    CHECK_NEAR(json_number(json_get(v, "id")), NAN, 0);
    CHECK_NEAR(json_number(tree_of("\"-Inf\"", &tmp)), -INFINITY, 0);
    CHECK_STR(tree_of(" \"\\ud83d\\ude00\" ", &tmp)->text, "\xf0\x9f\x98\x80");
    CHECK_STR(tree_of("18446744073709551616", &tmp)->text, "18446744073709551616");
}

TEST(json_refuses_with_the_place)
{
    static const struct {
        const char *text, *says;
    } row[] = {
        {"", "t.json:1:1: the text ends where a value"},
        {"{\n \"a\": 1,\n \"a\": 2}", "t.json:3: the key \"a\" stands twice"},
        {"[1,\n  2,]", "t.json:2:5: found ']' where a value"},
        {"[01]", "may not begin with 0"},
        {"[-]", "found ']' where a digit"},
        {"[1.]", "a digit behind the point"},
        {"[1e+]", "a digit of the exponent"},
        {"[.5]", "found '.'"},
        {"[+1]", "found '+'"},
        {"NaN", "found 'N'"},
        {"nul", "only true, false and null"},
        {"\"a\tb\"", "t.json:1:3: control character 0x09"},
        {"\"a\xff\"", "t.json:1:3: byte 0xFF is not valid UTF-8"},
        {"\"\xc3\xa5\xed\xa0\x80\"", "t.json:1:3: byte 0xED"},
        {"\"\xc3", "never ends"},
        {"\"\\ud800\"", "half of a surrogate pair"},
        {"\"\\ud800\\u0041\"", "half of a surrogate pair"},
        {"\"\\udc00\"", "half of a surrogate pair"},
        {"\"\\u0000\"", "\\u0000 is not allowed"},
        {"\"\\u12g4\"", "four hexadecimal digits"},
        {"\"\\x\"", "a backslash must be followed"},
        {"\"abc\\", "never ends"},
        {"{\"a\" 1}", "found '1' where ':'"},
        {"{a: 1}", "found 'a' where a key in quotes"},
        {"{\"a\": 1", "the text ends where ',' or '}'"},
        {"[1 2]", "found '2' where ',' or ']'"},
        {"1 2", "found '2' where the end of the text"},
        {"[1]\xc3\xa5", "found byte 0xC3 where the end"},
        {"\xef\xbb\xbf{}", "byte-order mark"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct json *v = NULL;
        struct err e = {0};
        CHECK_CODE(json_read(str_of(row[i].text), "t.json", &v, &tmp, &e), E_JSON, e);
        CHECK_SAYS(e, row[i].says);
    }
    struct json *v = NULL;
    struct err e = {0};
    CHECK_CODE(json_read((struct str){0}, "t.json", &v, &tmp, &e), E_JSON, e);
    CHECK_CODE(json_read((struct str){"1\0", 2}, "t.json", &v, &tmp, &e), E_JSON, e);
    CHECK_SAYS(e, "found byte 0x00");
    /* nobody touches the bytes beyond the limit */
    struct str big = {"1", ((isize)64 << 20) + 1};
    CHECK_CODE(json_read(big, "t.json", &v, &tmp, &e), E_TOO_BIG, e);
}

TEST(json_depth_is_limited)
{
    for (int depth = JSON_DEPTH; depth <= JSON_DEPTH + 1; depth++) {
        struct buf b = buf_in(&tmp, 300);
        for (int i = 0; i < depth; i++) buf_putc(&b, '[');
        for (int i = 0; i < depth; i++) buf_putc(&b, ']');
        struct json *v = NULL;
        struct err e = {0};
        int want = depth > JSON_DEPTH ? E_JSON : OK;
        CHECK_CODE(json_read(buf_str(&b), "t.json", &v, &tmp, &e), want, e);
    }
}

TEST(json_many_keys_are_checked_too)
{
    struct buf b = buf_in(&tmp, 1000);
    buf_put(&b, S("{"));
    for (int i = 0; i < 5000; i++) buf_fmt(&b, "\"k%d\": %d,\n", i, i);
    struct json *v = NULL;
    struct err e = {0};
    struct buf fine = buf_in(&tmp, b.n + 20), twice = buf_in(&tmp, b.n + 20);
    buf_put(&fine, buf_str(&b));
    buf_put(&fine, S("\"k5000\": 0}"));
    buf_put(&twice, buf_str(&b));
    buf_put(&twice, S("\"k17\": 0}"));
    CHECK_CODE(json_read(buf_str(&fine), "t.json", &v, &tmp, &e), OK, e);
    CHECK_INT(v->n, 5001);
    CHECK_CODE(json_read(buf_str(&twice), "t.json", &v, &tmp, &e), E_JSON, e);
    CHECK_SAYS(e, "t.json:5001: the key \"k17\" stands twice");
}

TEST(json_strings_of_every_length_and_place)
{
    /* The fast path looks at eight bytes: each length, a special byte at each place. */
    static const struct {
        const char *byte, *want;
    } row[] = {{"x", "x"}, {"\\\"", "\""}, {"\xc3\xa5", "\xc3\xa5"}, {"\x1f", NULL}};
    for (int n = 0; n < 24; n++)
        for (int at = 0; at <= n; at++)
            for (isize k = 0; k < COUNT(row); k++) {
                struct buf in = buf_in(&tmp, 64), want = buf_in(&tmp, 64);
                buf_putc(&in, '"');
                for (int i = 0; i <= n; i++) {
                    buf_put(&in, i == at ? str_of(row[k].byte) : S("a"));
                    buf_put(&want, i == at ? str_of(row[k].want) : S("a"));
                }
                buf_putc(&in, '"');
                struct json *v = NULL;
                struct err e = {0};
                int code = row[k].want ? OK : E_JSON;
                CHECK_CODE(json_read(buf_str(&in), "t", &v, &tmp, &e), code, e);
                if (code == OK) CHECK(str_eq(v->text, buf_str(&want)));
            }
}

TEST(json_is_written_for_people_and_tight)
{
    struct buf b = buf_in(&tmp, 8);
    struct json_out w = json_to(&b, 2);
    json_open(&w, NULL, '{');
    json_put_num(&w, "x", 0.1);
    json_put_num(&w, "inf", -INFINITY);
    json_put_num(&w, "nan", NAN);
    json_put_int(&w, "n", INT64_MIN);
    json_open(&w, "none", '[');
    json_close(&w, ']');
    json_open(&w, "list", '[');
    json_put_bool(&w, NULL, true);
    json_put_null(&w, NULL);
    json_put_str(&w, NULL, S("a\"\\\n\x1f{"));
    json_close(&w, ']');
    json_close(&w, '}');
    CHECK_STR(buf_str(&b), "{\n  \"x\": 0.1,\n  \"inf\": \"-Inf\",\n  \"nan\": null,\n"
                           "  \"n\": -9223372036854775808,\n  \"none\": [],\n"
                           "  \"list\": [\n    true,\n    null,\n"
                           "    \"a\\\"\\\\\\n\\u001f{\"\n  ]\n}");
    CHECK_STR(written(tree_of("{ \"b\" : [ 1.50 , {} ] , \"a\" : \"\\u0041\" }", &tmp), 0,
                      &tmp),
              "{\"b\":[1.50,{}],\"a\":\"A\"}");
}

TEST(json_never_writes_what_it_would_refuse)
{
    static const struct {
        struct str in;
        const char *out;
    } row[] = {
        {{"a\0b", 3},
         "\"a\xef\xbf\xbd"
         "b\""},
        {{"\xff", 1}, "\"\xef\xbf\xbd\""},
        {{"\xc3\xa5", 2}, "\"\xc3\xa5\""},
        {{NULL, 0}, "\"\""},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct buf b = buf_in(&tmp, 8);
        struct json_out w = json_to(&b, 0);
        json_put_str(&w, NULL, row[i].in);
        CHECK_STR(buf_str(&b), row[i].out);
    }
}

TEST(json_canonical_does_not_know_the_order)
{
    const char *one =
        "{\"b\": {\"y\": 1.0, \"x\": [3, 2]}, \"a\": \"\\u00e5\\/\", \"\": 0}";
    const char *two = "{\"\":0,\"a\":\"\xc3\xa5/\",\n\"b\":{\"x\":[3,2],\"y\":1.0}}";
    struct str c = json_canonical(tree_of(one, &tmp), &tmp);
    CHECK_STR(c, "{\"\":0,\"a\":\"\xc3\xa5/\",\"b\":{\"x\":[3,2],\"y\":1.0}}");
    CHECK(str_eq(c, json_canonical(tree_of(two, &tmp), &tmp)));
    CHECK(str_eq(c, json_canonical(tree_of(str_c(c, &tmp), &tmp), &tmp)));
    /* number text counts: 1.0 is not 1 */
    CHECK(!str_eq(json_canonical(tree_of("1.0", &tmp), &tmp),
                  json_canonical(tree_of("1", &tmp), &tmp)));
}

static bool same(const struct json *x, const struct json *y)
{
    if (x->kind != y->kind || x->truth != y->truth || x->n != y->n) return false;
    if (!str_eq(x->text, y->text) || !str_eq(x->key, y->key)) return false;
    const struct json *u = x->kid, *v = y->kid;
    for (; u && v; u = u->next, v = v->next)
        if (!same(u, v)) return false;
    return !u && !v;
}

/* A tree of any shape from a counter: xorshift, no clock. */
static void any_tree(struct json_out *w, const char *key, u64 *seed, int depth)
{
    *seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
    static const char *const text[] = {"", "a", "\"", "\\u", "\n\t\x01", "bl\xc3\xa5"};
    static const char *const name[] = {"a", "b", "", "\"", "z\xc3\xa6", "k"};
    u64 pick = *seed % (depth < 5 ? 8 : 6);
    if (pick == 0) json_put_null(w, key);
    if (pick == 1) json_put_bool(w, key, *seed & 64);
    if (pick == 2) json_put_int(w, key, (i64)*seed);
    if (pick == 3) json_put_num(w, key, (double)(i64)*seed / 1e7);
    if (pick == 4 || pick == 5) json_put_str(w, key, str_of(text[*seed / 64 % 6]));
    if (pick < 6) return;
    json_open(w, key, pick == 6 ? '[' : '{');
    for (u64 i = 0, n = *seed / 64 % 6; i < n; i++)
        any_tree(w, pick == 6 ? NULL : name[i], seed, depth + 1);
    json_close(w, pick == 6 ? ']' : '}');
}

TEST(json_read_of_write_is_the_same)
{
    for (u64 i = 1; i <= 2000; i++) {
        struct arena a = tmp;
        struct buf b = buf_in(&a, 64);
        struct json_out w = json_to(&b, (int)(i % 3));
        u64 seed = i * 0x9E3779B97F4A7C15;
        any_tree(&w, NULL, &seed, 0);
        const struct json *v = tree_of(str_c(buf_str(&b), &a), &a);
        if (!v) return;
        const struct json *back = tree_of(str_c(written(v, 1, &a), &a), &a);
        CHECK(same(v, back));
        struct str c = json_canonical(v, &a);
        CHECK(str_eq(c, json_canonical(tree_of(str_c(c, &a), &a), &a)));
    }
}

/* Every n: it ends as without the failure, or in the trap; it never crashes or lies. */
TEST(json_nth_allocation_fails)
{
    const char *text =
        "{\"a\": [1, \"x\\n\", {\"b\": null}], \"k1\":1,\"k2\":1,\"k3\":1,\"k4\":1,"
        "\"k5\":1,\"k6\":1,\"k7\":1,\"k8\":1,\"k9\":1,\"ka\":1,\"kb\":1,"
        "\"kc\":1,\"kd\":1,\"ke\":1,\"kf\":1,\"kg\":1}";
    volatile int trapped = 0;
    volatile bool finished = false;
    for (volatile i64 n = 1; !finished && n < 1000; n++) {
        struct arena_trap trap = {.fail_after = n};
        struct arena a = tmp;
        a.trap = &trap;
        if (setjmp(trap.home)) {
            trapped++;
            continue;
        }
        struct json *v = NULL;
        struct err e = {0};
        CHECK_CODE(json_read(str_of(text), "t.json", &v, &a, &e), OK, e);
        struct str c = json_canonical(v, &a);
        trap.fail_after = 0;
        CHECK(str_eq(c, json_canonical(tree_of(text, &tmp), &tmp)));
        finished = true;
    }
    CHECK(finished);
    CHECK(trapped > 20);
}
