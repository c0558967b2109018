#include "web/tour.h"
#include "base/file.h"
#include "store/studies.h"
#include "web/routes.h"

enum { MOST = 1 << 14, THINGS = 5, DAYS_30 = 2592000 };
static const char COOKIE[] = "varde-tour";

/* In the order of what is tried first; each is shown to who may. */
static const struct {
    const char *words, *path;
    int right;
} thing[] = {
    {"TOUR_DUE", "/due?which=all&study=0", MAY_ENTER_ANSWERS},
    {"TOUR_ALERTS", "/alerts?whose=all", MAY_ENTER_ANSWERS},
    {"TOUR_REFER", "/refer", MAY_ENROL},
    {"TOUR_UNIT", "/unit", MAY_SEE_PARTICIPANTS},
    {"TOUR_FIND", "/participants", MAY_SEE_PARTICIPANTS},
    {"TOUR_SITES", "/sites", MAY_MANAGE_SITES},
    {"TOUR_STAFF", "/staff", MAY_SEE_STAFF},
    {"TOUR_RULES", "/rules", MAY_SET_RULES},
    {"TOUR_CONTACT", "/contact", MAY_SET_CONTACT},
    {"TOUR_STUDIES", "/studies", MAY_STAFF},
    {"TOUR_FACTOR", "/account", MAY_STAFF},
    {"TOUR_BLINDED", "/help/blinded", MAY_STAFF},
    {"TOUR_HELP", "/help/booklet", MAY_STAFF},
    {"TOUR_API", "/api", MAY_STAFF},
};

struct str tour_role_key(enum role r, struct arena *a)
{
    struct str word = str_of(role_word(r));
    struct buf b = buf_in(a, word.n + 8);
    buf_put(&b, S("TOUR_"));
    for (isize i = 0; i < word.n; i++)
        buf_putc(&b, word.at[i] == ' ' ? '_' : (char)(word.at[i] - 32));
    buf_putc(&b, 0);
    return (struct str){b.at, b.n - 1};
}

/* Lines "role<tab>name<tab>log-in"; what is not so is left out. */
static void who_is_who(struct call *c, struct str text, struct part_table *t)
{
    static const char *const head[] = {"STAFF_ROLE", "TOUR_WHO", "TOUR_SEES"};
    struct arena *a = c->q->a;
    struct str line;
    t->caption = call_text(c, "TOUR_TABLE");
    for (int i = 0; i < COUNT(head); i++)
        *PUSH(a, &t->columns) = (struct part_column){.words = call_text(c, head[i])};
    while (str_cut(&text, '\n', &line)) {
        struct str role = {0}, name = {0};
        struct err none;
        enum role r;
        if (!str_cut(&line, '\t', &role) || !str_cut(&line, '\t', &name) ||
            role_read(role, &r, &none) != OK)
            continue;
        struct part_row *row = PUSH(a, &t->rows);
        *row = (struct part_row){0};
        *PUSH(a, row) = (struct part_cell){.words = call_role(c, r)};
        *PUSH(a, row) = (struct part_cell){.words = name, .soft = line};
        *PUSH(a, row) = (struct part_cell){.words = call_text(c, tour_role_key(r, a).at)};
    }
}

int tour_of(struct call *c, struct tour *out, struct err *e)
{
    struct err none;
    struct str text = {0}, asked = http_query(c->q, "tour");
    struct studies_row norway;
    struct arena *a = c->q->a;
    const char *path = str_fmt(a, "%s/" TOUR_FILE, house_folder(c->house)).at;
    *out = (struct tour){0};
    if (file_read(path, MOST, &text, a, &none) != OK) return OK;
    out->there = true;
    out->away = str_is(call_cookie(c, COOKIE), "away");
    if (str_is(asked, "away") || str_is(asked, "back")) {
        out->away = str_is(asked, "away");
        call_cookie_set(c, COOKIE, asked, DAYS_30);
    }
    if (out->away) return OK;
    for (isize i = 0; i < COUNT(thing) && out->things.n < THINGS; i++)
        if (thing[i].right == MAY_STAFF || call_can(c, (enum right)thing[i].right))
            *PUSH(a, &out->things) = (struct html_link){
                .words = call_text(c, thing[i].words), .path = str_of(thing[i].path)};
    who_is_who(c, text, &out->who);
    int code = studies_by_name(c->act.db, S("norway2013"), &norway, a, &none);
    if (code == E_NOT_FOUND) return OK;
    if (code != OK) return err_pass(e, code, &none);
    bool may = call_can(c, MAY_ANALYSE);
    out->document = (struct html_link){
        .words = call_text(c, may ? "TOUR_DOCUMENT" : "TOUR_STUDY"),
        .path = may ? path_report(a, norway.name) : path_study(a, norway.name)};
    return OK;
}
