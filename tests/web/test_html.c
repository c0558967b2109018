/* What pages write: laws over hostile text in every place a value can stand, read back by a
** reader that knows nothing of how it was written. */
#include "pages_tpl.h"
#include "read_html.h"
#include "test.h"
#include <string.h>

void url_sample(struct html *h, struct str s)
{
    html_put(h, S("/sample/"));
    html_url_part(h, s);
}

static const char *const hostile[] = {
    "plain",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" onmouseover=\"alert(1)",
    "</textarea><b>",
    "</title></p></option></select></pre>",
    "-->",
    "<!--",
    "]]>",
    "&lt;b&gt; &amp;amp; &#39; &quot;",
    "&",
    "\n\nfirst lines are empty",
    "\n",
    "carriage\r\nreturn\rtwice",
    "\ttab ",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<b>",
    "//elsewhere.example/x",
    "/\\elsewhere.example",
    "/\t/elsewhere.example",
    "../../etc",
    "a/b?c=d&e=f#g",
    "100% +1 {1} {{ {= x}",
    "\xc3\xa6\xc3\xb8\xc3\xa5 \xe2\x82\xac \xf0\x9f\x98\x80",
    "'; DROP TABLE participant; --",
    "=1+1",
    "`${x}`",
    "\x01\x7f",
};

static struct str everywhere(struct str s, struct arena *a)
{
    struct html h = html_in(a, LANG_EN, NULL);
    tpl_everywhere(&h, &(struct everywhere){s});
    return buf_str(&h.b);
}

TEST(html_text_comes_back_everywhere)
{
    struct read_doc plain = {0};
    CHECK(read_html(everywhere(S("plain"), &tmp), &plain, &tmp));
    CHECK_INT(plain.n, 18);
    for (isize i = 0; i < COUNT(hostile); i++) {
        struct str s = str_of(hostile[i]), in_url;
        struct read_doc d = {0};
        CHECK(read_html(everywhere(s, &tmp), &d, &tmp));
        CHECK(str_eq(read_shape(&d, &tmp), read_shape(&plain, &tmp)));
        static const char *const text[] = {"text", "t", "pre"};
        for (isize k = 0; k < COUNT(text); k++)
            CHECK(read_by_id(&d, text[k]) && str_eq(read_by_id(&d, text[k])->text, s));
        const struct read_el *el = read_by_id(&d, "value");
        CHECK(str_eq(read_attr(el, "title"), s));
        CHECK(str_eq(read_attr(el, "class"), str_fmt(&tmp, "a %.*s b", FMT(s))));
        CHECK(str_eq(read_by_id(&d, "filled")->text,
                     str_fmt(&tmp, "%.*s: %.*s, of 2.", FMT(s), FMT(s))));
        for (isize k = 0; k < d.n; k++)
            if (str_is(d.at[k].name, "option")) {
                CHECK(str_eq(d.at[k].text, s));
                CHECK(str_eq(read_attr(&d.at[k], "value"), s));
            }
        /* The path has its three parts and the query its two values, whatever s is. */
        in_url = read_attr(read_by_id(&d, "segment"), "href");
        CHECK(str_starts(in_url, S("/p/")) && str_ends(in_url, S("/end")));
        in_url = str_upto(str_from(in_url, 3), in_url.n - 7);
        CHECK(strspn(str_c(in_url, &tmp),
                     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                     "XYZ0123456789-._~%") == (size_t)in_url.n);
        CHECK(str_eq(read_unpercent(in_url, &tmp), s));
        CHECK(str_eq(read_attr(read_by_id(&d, "query"), "href"),
                     str_fmt(&tmp, "/p?q=%.*s&r=1", FMT(in_url))));
        CHECK(str_eq(read_attr(read_by_id(&d, "hash"), "href"),
                     str_fmt(&tmp, "#%.*s", FMT(in_url))));
        CHECK(str_eq(read_attr(read_by_id(&d, "route"), "href"),
                     str_fmt(&tmp, "/sample/%.*s", FMT(in_url))));
    }
}

TEST(html_what_html_cannot_hold)
{
    const struct {
        struct str in;
        const char *out;
    } row[] = {
        {S("a\0b"), "a\xef\xbf\xbd"
                    "b"},
        {S("\xff<\xc3"), "\xef\xbf\xbd&lt;\xef\xbf\xbd"},
        {S("\xc3(\xe2\x82"), "\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd"},
        {S(""), ""},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct html h = html_in(&tmp, LANG_EN, NULL);
        html_text(&h, row[i].in);
        CHECK_STR(buf_str(&h.b), row[i].out);
    }
}

TEST(html_url_of_a_kind_or_none)
{
    static const struct {
        const char *in, *out;
    } row[] = {
        {"/visit/7?a=b&c", "/visit/7?a=b&amp;c"},
        {"#main", "#main"},
        {"?page=2", "?page=2"},
        {"/", "/"},
        {"https://example.org/", "https://example.org/"},
        {"HTTP://example.org", "HTTP://example.org"},
        {"mailto:a@example.org", "mailto:a@example.org"},
        {"", "#"},
        {"visit", "#"},
        {"//example.org", "#"},
        {"/\\example.org", "#"},
        {"/\n/example.org", "#"},
        {"javascript:alert(1)", "#"},
        {" javascript:alert(1)", "#"},
        {"\x01javascript:alert(1)", "#"},
        {"data:text/html,x", "#"},
        {"vbscript:x", "#"},
        {"https:/example.org", "#"},
        {"https://", "#"},
        {"/a b", "#"},
        {"/\"onclick=", "/&quot;onclick="},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct html h = html_in(&tmp, LANG_EN, NULL);
        html_url(&h, str_of(row[i].in));
        CHECK_STR(buf_str(&h.b), row[i].out);
    }
    static const struct {
        const char *in, *out;
    } part[] = {{".", "%252E"},
                {"..", "%252E%252E"},
                {"...", "..."},
                {"a b/\xc3\xa5", "a%20b%2F%C3%A5"}};
    for (isize i = 0; i < COUNT(part); i++) {
        struct html h = html_in(&tmp, LANG_EN, NULL);
        html_url_part(&h, part[i].in);
        CHECK_STR(buf_str(&h.b), part[i].out);
    }
}

TEST(html_numbers_and_days_by_language)
{
    static const struct {
        enum lang lang;
        const char *day, *may, *num;
    } row[] = {
        {LANG_EN, "4 Nov 2013", "31 May 2020",
         "\xe2\x88\x92"
         "2.50"},
        {LANG_NB, "4. nov. 2013", "31. mai 2020",
         "\xe2\x88\x92"
         "2,50"},
        {LANG_DA, "4. nov. 2013", "31. maj 2020",
         "\xe2\x88\x92"
         "2,50"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct html h = html_in(&tmp, row[i].lang, NULL);
        html_day(&h, day_of(2013, 11, 4));
        CHECK_STR(buf_str(&h.b), row[i].day);
        h.b.n = 0;
        html_day(&h, day_of(2020, 5, 31));
        CHECK_STR(buf_str(&h.b), row[i].may);
        h.b.n = 0;
        html_num(&h, -2.5, 2);
        CHECK_STR(buf_str(&h.b), row[i].num);
        h.b.n = 0;
        html_num(&h, NAN, 2);
        html_num(&h, INFINITY, 0);
        CHECK_STR(buf_str(&h.b), "\xe2\x80\x93\xe2\x80\x93");
        /* Twelve months in each, or a day would lose its own. */
        struct str all = text_of(row[i].lang, "PAGE_MONTHS"), one;
        int n = 0;
        while (str_cut(&all, ' ', &one)) n++;
        CHECK_INT(n, 12);
    }
}

static struct str note_page(struct str s, enum lang lang, struct arena *a)
{
    struct note_person who[8];
    for (int i = 0; i < 8; i++) who[i] = (struct note_person){s, s, s, i % 3, i != 3};
    struct note m = {.group = s,
                     .saved = s,
                     .comment = s,
                     .place = "room 2",
                     .on = day_of(2026, 11, 24),
                     .session = 14,
                     .of = 40,
                     .minutes = 52.5,
                     .people = {who, 8, 8}};
    struct html_link link[] = {{s, S("/today"), false}, {s, S("/groups"), true}};
    struct html_frame f = {.nav = {link, 2, 2}, .languages = {link, 2, 2}, .who = s};
    struct html h = html_in(a, lang, &f);
    tpl_session_note(&h, &m);
    return buf_str(&h.b);
}

static int count(const struct read_doc *d, const char *name, const char *attr)
{
    int n = 0;
    for (isize i = 0; i < d->n; i++)
        n += str_is(d->at[i].name, name) && (!attr || read_attr(&d->at[i], attr).at);
    return n;
}

TEST(html_page_in_its_frame)
{
    struct read_doc plain = {0};
    CHECK(read_html(note_page(S("Berit"), LANG_EN, &tmp), &plain, &tmp));
    for (enum lang lang = 0; lang < LANG_N; lang++)
        for (isize i = 0; i < COUNT(hostile); i++) {
            struct str s = str_of(hostile[i]);
            struct read_doc d = {0};
            CHECK(read_html(note_page(s, lang, &tmp), &d, &tmp));
            CHECK(str_eq(read_shape(&d, &tmp), read_shape(&plain, &tmp)));
            CHECK_STR(read_attr(&d.at[0], "lang"), lang_code[lang]);
            CHECK_INT(count(&d, "h1", NULL), 1);
            CHECK_INT(count(&d, "title", NULL), 1);
            for (isize k = 0; k < d.n; k++) {
                if (str_is(d.at[k].name, "title"))
                    CHECK(str_eq(
                        d.at[k].text,
                        str_fmt(&tmp, "Session note, %.*s \xe2\x80\x93 Varde", FMT(s))));
                if (str_is(d.at[k].name, "textarea")) CHECK(str_eq(d.at[k].text, s));
            }
        }
    /* Eight rows: seven are here, the fourth is not and has no last task. */
    CHECK_INT(count(&plain, "tr", NULL), 9);
    CHECK_INT(count(&plain, "tr", "class"), 1);
    CHECK_INT(count(&plain, "input", "checked"), 7);
    CHECK_INT(count(&plain, "select", "aria-label"), 7);
    CHECK_INT(count(&plain, "option", "selected"), 7);
    CHECK_INT(count(&plain, "a", "aria-current"), 2);
    CHECK_INT(count(&plain, "main", "id"), 1);
    CHECK_STR(read_attr(read_by_id(&plain, "note"), "action"), "/note/14?group=Berit");
    CHECK(read_by_id(&plain, "main") && count(&plain, "nav", "aria-label") == 2);
    CHECK(str_find_str(note_page(S("x"), LANG_NB, &tmp),
                       S("24. nov. 2026, room 2, 52,5 min")) > 0);
    CHECK(str_find_str(note_page(S("x"), LANG_NB, &tmp), S("Rett til innholdet")) > 0);
}

TEST(html_one_question)
{
    struct str choice[] = {S("not yet"), S("a < b"), S("reached")};
    struct ask m = {S("How far?"), 1, 15, 2, {choice, 3, 3}};
    struct html h = html_in(&tmp, LANG_DA, NULL);
    tpl_ask(&h, &m);
    struct read_doc d = {0};
    CHECK(read_html(buf_str(&h.b), &d, &tmp));
    CHECK_INT(count(&d, "input", NULL), 3);
    CHECK_INT(count(&d, "input", "checked"), 1);
    CHECK(read_attr(read_by_id(&d, "o2"), "checked").at != NULL);
    CHECK_INT(count(&d, "nav", NULL), 0); /* no frame: no menu, no name */
    for (isize i = 0; i < d.n; i++)
        if (str_is(read_attr(&d.at[i], "for"), "o1")) CHECK_STR(d.at[i].text, "a < b");
}

TEST(html_same_bytes)
{
    CHECK(str_eq(note_page(S("a"), LANG_EN, &tmp), note_page(S("a"), LANG_EN, &tmp)));
    CHECK(!str_eq(note_page(S("a"), LANG_EN, &tmp), note_page(S("a"), LANG_DA, &tmp)));
}

TEST(static_path_is_of_the_content)
{
    struct err e = {0};
    for (int i = 0; i < STATIC_N; i++) {
        struct static_file f = static_file((enum static_id)i), g;
        /* FNV-1a of 64 bits, written again from its definition. */
        u64 hash = 0xcbf29ce484222325;
        for (isize k = 0; k < f.content.n; k++)
            hash = (hash ^ (u8)f.content.at[k]) * 1099511628211u;
        CHECK(str_starts(str_of(f.path), str_fmt(&tmp, "/static/%016" PRIx64 "/", hash)));
        CHECK_CODE(static_find(str_of(f.path), &g, &e), OK, e);
        CHECK(g.content.at == f.content.at);
    }
    struct static_file css = static_file(STATIC_VARDE_CSS);
    CHECK_STR(str_of(css.type), "text/css; charset=utf-8");
    CHECK(str_find_str(css.content, str_of(static_file(STATIC_FONT_REGULAR).path)) > 0);
    CHECK(str_find_str(css.content, str_of(static_file(STATIC_FONT_BOLD).path)) > 0);
    CHECK(str_starts(static_file(STATIC_FONT_BOLD).content, S("wOF2")));
    CHECK_CODE(static_find(S("/static/0000000000000000/varde.css"), &css, &e),
               E_NOT_FOUND, e);
}
