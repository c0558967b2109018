/* The parts of pages: each is there, hostile text comes back as text and changes no element,
** what a screen reader needs is tied to its field; and days as people write them. */
#include "style_tpl.h"
#include "read_html.h"
#include "style.h"
#include "test.h"
#include <string.h>

static struct str sample(enum lang lang, struct str hostile, struct arena *a)
{
    struct style m = style_of(lang, hostile, a);
    struct html_frame f = {.faults = &m.faults, .said = text_of(lang, "FORM_SAVED")};
    struct html h = html_in(a, lang, &f);
    tpl_style(&h, &m);
    return buf_str(&h.b);
}

TEST(parts_keep_their_shape)
{
    static const char *const hostile[] = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</textarea><b>",
        "' onmouseover='alert(1)",
        "</option></select></table>",
        "javascript:alert(1)",
        "{1} {{ {= x}",
        "'; DROP TABLE participant; --",
    };
    for (isize i = 0; i < COUNT(hostile); i++) {
        struct read_doc d = {0}, same = {0};
        CHECK(read_html(sample(LANG_EN, S("plain"), &tmp), &same, &tmp));
        CHECK(read_html(sample(LANG_EN, str_of(hostile[i]), &tmp), &d, &tmp));
        CHECK(str_eq(read_shape(&d, &tmp), read_shape(&same, &tmp)));
        CHECK_STR(read_attr(read_by_id(&d, "name"), "value"), hostile[i]);
        CHECK_STR(read_by_id(&d, "note")->text, hostile[i]);
    }
}

/* Ids stand once; what aria-describedby and the links of the errors name is there. */
TEST(parts_point_to_what_is_there)
{
    for (enum lang lang = 0; lang < LANG_N; lang++) {
        struct read_doc d = {0};
        CHECK(read_html(sample(lang, (struct str){0}, &tmp), &d, &tmp));
        int described = 0, errors = 0;
        for (isize i = 0; i < d.n; i++) {
            struct str id = read_attr(&d.at[i], "id"),
                       all = read_attr(&d.at[i], "aria-describedby"), one,
                       href = read_attr(&d.at[i], "href");
            for (isize k = 0; id.n && k < i; k++)
                CHECK(!str_eq(read_attr(&d.at[k], "id"), id));
            while (all.n && str_cut(&all, ' ', &one)) {
                if (!one.n) continue;
                CHECK(read_by_id(&d, str_c(one, &tmp)) != NULL);
                described++;
            }
            if (href.n > 1 && href.at[0] == '#' && !str_is(href, "#main")) {
                CHECK(read_by_id(&d, str_c(str_from(href, 1), &tmp)) != NULL);
                errors++;
            }
        }
        CHECK_INT(errors, 2);    /* the day and the goal */
        CHECK_INT(described, 6); /* search, name, day twice, goal twice */
        CHECK_STR(read_attr(read_by_id(&d, "faults"), "role"), "alert");
        CHECK_STR(read_attr(read_by_id(&d, "on"), "aria-invalid"), "true");
        CHECK(read_attr(read_by_id(&d, "name"), "aria-invalid").at == NULL);
    }
}

/* Without script, and without anything of another place. */
TEST(parts_confirm_page)
{
    struct part_confirm m = style_confirm(LANG_NB, &tmp);
    struct html_frame f = {.csrf = S("token")};
    struct html h = html_in(&tmp, LANG_NB, &f);
    tpl_confirm(&h, &m);
    struct read_doc d = {0};
    CHECK(read_html(buf_str(&h.b), &d, &tmp));
    isize back = -1, button = -1;
    for (isize i = 0; i < d.n; i++) {
        CHECK(!str_is(d.at[i].name, "script"));
        if (str_is(read_attr(&d.at[i], "class"), "button quiet")) back = i;
        if (str_is(read_attr(&d.at[i], "class"), "danger")) button = i;
    }
    CHECK(back > 0 && button > back); /* the way back comes first */
}

TEST(parts_day_read)
{
    static const char *const good[] = {
        "24.11.2026",        "24/11/2026",      "24-11-2026",  "24 11 2026",
        "2026-11-24",        " 24. nov. 2026 ", "24 Nov 2026", "24 november 2026",
        "24. NOVEMBER 2026", "24.11. 2026",     "24/nov/2026",
    };
    static const char *const bad[] = {
        "",
        "24.11",
        "24.11.26",
        "11.24.2026",
        "31.2.2026",
        "24 no 2026",
        "24 ju 2026",
        "0.11.2026",
        "24.11.2026.1",
        "2026.11.24",
        "-4.11.2026",
        "24.11.+202",
        "tomorrow",
        "24 novemberx 2026",
        "20261124",
        "2026-11-31",
        "24.11.20260",
        "99999999999999999999.11.2026",
        "'; DROP TABLE participant; --",
    };
    struct err e = {0};
    day d;
    for (isize i = 0; i < COUNT(good); i++) {
        CHECK_CODE(part_day_read(str_of(good[i]), 0, &d, &e), OK, e);
        CHECK_INT(d, day_of(2026, 11, 24));
    }
    for (isize i = 0; i < COUNT(bad); i++) {
        e = (struct err){0};
        CHECK_CODE(part_day_read(str_of(bad[i]), 0, &d, &e), E_DAY, e);
    }
    CHECK_CODE(part_day_read(S("Today"), 7, &d, &e), OK, e);
    CHECK_INT(d, 7);
    CHECK_CODE(part_day_read(S("i dag"), 9, &d, &e), OK, e);
    CHECK_INT(d, 9);
}

/* What pages write of a day is read as that day, each day of two years in each language. */
TEST(parts_day_comes_back)
{
    for (enum lang lang = 0; lang < LANG_N; lang++)
        for (day d = day_of(2023, 1, 1); d < day_of(2025, 1, 1); d++) {
            struct arena one = tmp;
            struct html h = html_in(&one, lang, NULL);
            html_day(&h, d);
            struct err e = {0};
            day shown = 0, typed = 0, iso = 0;
            CHECK_CODE(part_day_read(buf_str(&h.b), 0, &shown, &e), OK, e);
            CHECK_CODE(part_day_read(part_day(d, &one), 0, &typed, &e), OK, e);
            CHECK_CODE(part_day_read(day_text(d, &one), 0, &iso, &e), OK, e);
            CHECK(shown == d && typed == d && iso == d);
        }
}
