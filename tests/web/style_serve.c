/* Serves the sample page of all parts, for the browser tests and for looking: /style and
** /confirm in each language (?lang=nb), with the headers of every page. Prints its port; ends
** when standard input does. */
#define _GNU_SOURCE
#include "style_tpl.h"
#include "style.h"
#include "web/http.h"
#include <stdio.h>
#include <unistd.h>

static int answer(struct req *q, struct err *e)
{
    struct static_file f;
    if (str_starts(q->path, S("/static/"))) {
        TRY(static_find(q->path, &f, e));
        return http_reply(q, 200, f.type, f.content);
    }
    enum lang lang = LANG_EN;
    struct str want = http_query(q, "lang");
    if (want.n) TRY(lang_read(want, &lang, e));
    struct html_links languages = {0};
    static const char *const word[LANG_N] = {"English", "Norsk", "Dansk"};
    for (enum lang l = 0; l < LANG_N; l++)
        *PUSH(q->a, &languages) = (struct html_link){
            str_of(word[l]), str_fmt(q->a, "/style?lang=%s", lang_code[l]), l == lang};
    struct html_links nav = {0};
    *PUSH(q->a, &nav) = (struct html_link){S("Varde"), S("/style"), true};
    *PUSH(q->a, &nav) = (struct html_link){S("IMR"), S("/confirm"), false};
    struct style m = style_of(lang, (struct str){0}, q->a);
    struct html_frame frame = {
        .nav = nav, .languages = languages, .who = S("Anna L."), .csrf = S("x")};
    struct html h = html_in(q->a, lang, &frame);
    if (str_is(q->path, "/confirm")) {
        struct part_confirm c = style_confirm(lang, q->a);
        tpl_confirm(&h, &c);
    } else if (str_is(q->path, "/style")) {
        frame.faults = &m.faults;
        frame.said = text_of(lang, "FORM_SAVED");
        tpl_style(&h, &m);
    } else {
        return err_set(e, E_NOT_FOUND, "only /style and /confirm");
    }
    return http_reply(q, 200, "text/html; charset=utf-8", buf_str(&h.b));
}

int main(void)
{
    struct err e = {0};
    struct http *server;
    struct http_config config = {.handle = answer};
    if (http_start(&config, &server, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    printf("http://127.0.0.1:%d\n", http_port(server));
    fflush(stdout);
    char c;
    while (read(STDIN_FILENO, &c, 1) > 0) {}
    http_stop(server, 1000);
    return 0;
}
