/* Help: the texts in each language, the topic of each page, and what a text may hold. */
#include "web/topic.h"
#include "base/file.h"
#include "desk.h"
#include "web/routes.h"
#include <stdio.h>
#include <string.h>

static bool has(const struct desk_browser *b, const char *piece)
{
    return str_find_str(b->body, str_of(piece)) >= 0;
}

/* How a text is made: a letter a block, so that translations can be compared. */
static struct str shape(struct str text, struct arena *a)
{
    struct buf b = buf_in(a, 200);
    struct str line;
    while (text.n > 0) {
        if (!str_cut(&text, '\n', &line)) break;
        if (str_starts(line, S("## ")))
            buf_putc(&b, 'h');
        else if (str_starts(line, S("- ")))
            buf_putc(&b, 'i');
        else if (line.n && line.at[0] >= '1' && line.at[0] <= '9')
            buf_putc(&b, 's');
        else if (line.n)
            buf_putc(&b, 'p');
        for (isize i = 0; i + 1 < line.n; i++)
            if (line.at[i] == ']' && line.at[i + 1] == '(') buf_putc(&b, '>');
    }
    return buf_str(&b);
}

TEST(topics_in_three_languages)
{
    for (int t = 0; t < TOPIC_N; t++) {
        struct str en = shape(topic_shipped((enum topic)t, LANG_EN), &tmp);
        CHECK(en.n > 2);
        for (int lang = 0; lang < LANG_N; lang++) {
            const char *what;
            struct str text = topic_shipped((enum topic)t, (enum lang)lang);
            CHECK(topic_title(text).n > 0);
            int line = topic_wrong(text, &what);
            if (!CHECK_INT(line, 0))
                printf("# %s.%s: %s\n", topic_word((enum topic)t), lang_code[lang], what);
            CHECK_STR(shape(text, &tmp), str_c(en, &tmp));
        }
    }
}

/* Of every page; a file, a part of a script or a machine's route has no frame. */
TEST(topics_of_every_page)
{
    static const char *const none[] = {"/static",  "/health", "/ready",
                                       "/metrics", "/api/",   "/f/"};
    for (isize i = 0; i < routes.n; i++) {
        const struct route *r = &routes.at[i];
        enum topic t;
        bool page = strcmp(r->method, "GET") == 0;
        for (isize k = 0; k < COUNT(none); k++)
            page = page && strncmp(r->pattern, none[k], strlen(none[k])) != 0;
        if (page && !CHECK(topic_of(r->pattern, &t))) printf("# %s\n", r->pattern);
    }
    enum topic t;
    CHECK(topic_of("/forms/{subject}/{measure}/{time}/settle", &t) && t == TOPIC_paper);
    CHECK(topic_of("/staff/new", &t) && t == TOPIC_staff);
    CHECK(!topic_of("/staffing", &t));
}

TEST(topics_refuse_what_leads_nowhere)
{
    static const struct {
        const char *text;
        int line;
    } row[] = {
        {"# A\nb [c](/due) d\n", 0},
        {"A\n", 1},
        {"# A\n\n[c](/nowhere)\n", 3},
        {"# A\n[c](javascript:alert)\n", 2},
        {"# A\n[c](//evil.example)\n", 2},
        {"# A\n[c](/visits/{id})\n", 2}, /* a pattern is no page's path */
        {"# A\n[c] d\n", 2},
        {"# A\n[c](/help/nothing)\n", 2},
        {"# A\n[c](/due?which=mine)\n", 0},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        const char *what;
        if (!CHECK_INT(topic_wrong(str_of(row[i].text), &what), row[i].line))
            printf("# row %d: %s\n", (int)i, what);
    }
}

TEST(topics_over_http)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = desk_in(&d, "clinician"), nobody = {0};
    desk_get(&d, &b, "/due");
    CHECK(has(&b, "href=\"/help/due\""));
    desk_get(&d, &b, "/help/due");
    CHECK_INT(b.status, 200);
    CHECK(has(&b, "<h1>What is due</h1>"));
    CHECK(has(&b, "<a href=\"/due\">Due</a>"));
    CHECK(has(&b, "<li><strong>held</strong>"));
    desk_get(&d, &b, "/help/staff"); /* pages of others are words */
    CHECK(!has(&b, "href=\"/sites\""));
    desk_get(&d, &b, "/help/booklet");
    CHECK(has(&b, "<h2>Refer somebody</h2>"));
    CHECK(has(&b, "<h3>Entering a form</h3>"));
    desk_get(&d, &b, "/help/nothing");
    CHECK_INT(b.status, 404);
    desk_get(&d, &nobody, "/help/due?lang=nb");
    CHECK_INT(nobody.status, 200);
    CHECK(has(&nobody, "<h1>Det som st\303\245r for tur</h1>"));
    CHECK(!has(&nobody, "href=\"/due\""));
    desk_close(&d);
}

/* A site writes its own; what it writes stays text. */
TEST(topics_of_ones_own)
{
    struct desk d = desk_open(&tmp);
    struct err e = {0};
    struct desk_browser b = desk_in(&d, "clinician");
    const char *dir = str_fmt(&tmp, "%s/help", house_folder(d.house)).at;
    CHECK_CODE(file_mkdirs(dir, &e), OK, e);
    CHECK_CODE(file_replace(str_fmt(&tmp, "%s/due.en.md", dir).at,
                            S("# Ours <b>\n\n<script>x</script> **a&b** "
                              "[there](/due) [bad](javascript:x) [out](//x.y) `c`\n"),
                            &e),
               OK, e);
    desk_get(&d, &b, "/help/due");
    CHECK(has(&b, "<h1>Ours &lt;b&gt;</h1>"));
    CHECK(has(&b, "&lt;script&gt;x&lt;/script&gt; <strong>a&amp;b</strong> "
                  "<a href=\"/due\">there</a> bad out <code>c</code>"));
    CHECK(has(&b, "by those who run this installation"));
    desk_close(&d);
}
