/* A participant fills in forms by a link, without an account (MAY_LINK of web/routes.h): a
** welcome, a few questions at a time, what was left out, and thanks.
**
** Every Next, Back and change of language saves what is there as a draft of the link, so another
** device goes on at the same place.  A save names the draft that its page was made from.
** Was another device faster, then only what differs on this screen is asked about; what the
** other one kept elsewhere stays. */
#include "app/contact.h"
#include "app/formlink.h"
#include "tpl.h"
#include "web/fill_pages.h"
#include "web/routes.h"
#include <sodium.h>

enum { ROWS_MOST = 9, ITEMS_MOST = 3, STEPS_MOST = INSTRUMENT_ITEMS + 1 };

/* A link that is open, and where in it the request is. */
struct fill {
    struct str token;
    const struct collect_kit *k;
    struct formlink_page p;
    isize form;                  /* of p.forms */
    const struct instrument *in; /* in the person's language, if there is one */
    struct formlink_words words;
    struct form_cell *cell;  /* as kept */
    isize start[STEPS_MOST]; /* the first item of each screen; start[n_steps] = items */
    isize n_steps, step;
};

static struct str home(struct call *c, const struct fill *f)
{
    return path_fill(c->q->a, f->token);
}

static struct str step_path(struct call *c, const struct fill *f, isize form, isize step)
{
    return path_fill_step(c->q->a, f->token, form + 1, step + 1);
}

/* --- opening ----------------------------------------------------------------------- */

static int closed(struct call *c, enum formlink_state state, int status)
{
    static const char *const words[LINK_STATES + 1][2] = {
        [LINK_UNKNOWN] = {"FILL_IS_UNKNOWN", "FILL_UNKNOWN_DO"},
        [LINK_ENDED] = {"FILL_IS_ENDED", "FILL_ENDED_DO"},
        [LINK_USED] = {"FILL_IS_USED", "FILL_USED_DO"},
        [LINK_REVOKED] = {"FILL_IS_REVOKED", "FILL_ENDED_DO"},
        [LINK_STATES] = {"FILL_IS_WAITING", "FILL_WAITING_DO"},
    };
    struct fill_page m = {.title = call_text(c, words[state][0]),
                          .what = call_text(c, words[state][1])};
    tpl_fill_closed(&c->html, &m);
    return call_page(c, status);
}

/* What the link opens; *over: it opens nothing, and the page that says so is written. */
static int open_link(struct call *c, struct fill *f, bool *over, struct err *e)
{
    struct login_kit kit = house_kit(c->house);
    i64 study = 0;
    *f = (struct fill){.token = c->q->arg[0]};
    *over = true;
    int code = login_guess_wait(&c->act, &kit, c->q->remote, e);
    if (code == OK) code = formlink_study(&c->act, f->token, &study, e);
    if (code == OK && !study) code = login_guess_wrong(&c->act, &kit, c->q->remote, e);
    sodium_memzero(&kit, sizeof kit);
    if (code == E_WAIT) return closed(c, LINK_STATES, 429);
    TRY(code);
    if (!study) return closed(c, LINK_UNKNOWN, 404);
    TRY(house_study(c->house, c->act.db, study, &f->k, e));
    TRY(formlink_open(&c->act, f->k, f->token, &f->p, e));
    struct err none;
    if (lang_read(f->p.lang, &c->lang, &none) == OK) c->html.lang = c->lang;
    if (f->p.state != LINK_FINE) return closed(c, f->p.state, 410);
    c->frame.home = home(c, f);
    *over = false;
    return OK;
}

static isize rows_of(const struct item *it)
{
    if (it->kind == ITEM_WHOLE && it->hi - it->lo <= 10)
        return (isize)(it->hi - it->lo) + 2;
    return it->choices.n + it->no_answer.n + (it->not_applicable.n > 0) + 2;
}

/* As many questions to a screen as a phone shows without much scrolling. */
static void lay_out(struct fill *f)
{
    isize rows = 0, n = 0;
    f->n_steps = 0;
    for (isize i = 0; i < f->in->items.n; i++) {
        isize need = rows_of(&f->in->items.at[i]);
        if (i == 0 || n == ITEMS_MOST || rows + need > ROWS_MOST) {
            f->start[f->n_steps++] = i;
            rows = n = 0;
        }
        rows += need;
        n++;
    }
    f->start[f->n_steps] = f->in->items.n;
}

static void take_form(struct call *c, struct fill *f, isize form)
{
    struct formlink_form *x = &f->p.forms.at[form];
    f->form = form;
    f->in = house_wording(c->house, f->k, x->measure, f->p.lang, &f->words.wording);
    f->words.lang = f->in->lang;
    f->cell = NEW(c->q->a, struct form_cell, f->in->items.n);
    for (isize i = 0; x->draft && i < f->in->items.n; i++) f->cell[i] = x->draft[i];
    lay_out(f);
}

/* The form at a place of the path. Error: E_NOT_FOUND. */
static int open_form(struct call *c, struct fill *f, bool *over, struct err *e)
{
    i64 form = 0;
    TRY(open_link(c, f, over, e));
    if (*over) return OK;
    TRY(call_id(c, 1, &form, e));
    if (form > f->p.forms.n) return err_say(e, E_NOT_FOUND, "REFUSED_NO_FORM");
    take_form(c, f, (isize)form - 1);
    return OK;
}

static int open_step(struct call *c, struct fill *f, bool *over, struct err *e)
{
    i64 step = 0;
    TRY(open_form(c, f, over, e));
    if (*over) return OK;
    TRY(call_id(c, 2, &step, e));
    if (step > f->n_steps) return err_say(e, E_NOT_FOUND, "REFUSED_NO_PAGE");
    f->step = (isize)step - 1;
    return OK;
}

/* --- what every page shows ----------------------------------------------------------- */

static isize given(const struct fill *f)
{
    isize n = 0;
    for (isize i = 0; i < f->in->items.n; i++)
        n += f->cell[i].text.n && !str_is(f->cell[i].text, "declined");
    return n;
}

static bool begun(const struct fill *f)
{
    for (isize i = 0; i < f->in->items.n; i++)
        if (f->cell[i].text.n) return true;
    return false;
}

/* The screen behind the last answer; the review when that was the last question. */
static struct str place_of(struct call *c, const struct fill *f)
{
    isize last = -1, step = 0;
    for (isize i = 0; i < f->in->items.n; i++)
        if (f->cell[i].text.n) last = i;
    if (last + 1 >= f->in->items.n)
        return path_fill_review(c->q->a, f->token, f->form + 1);
    while (step + 1 < f->n_steps && f->start[step + 1] <= last + 1) step++;
    return step_path(c, f, f->form, step);
}

static int common(struct call *c, const struct fill *f, struct fill_page *m,
                  struct err *e)
{
    static const char *const name[LANG_N] = {"English", "Norsk", "Dansk"};
    struct contact site;
    enum lang in;
    TRY(contact_of(&c->act, f->p.site, &site, e));
    m->service = site.service;
    m->contact = contact_words(&site, c->lang, &in);
    m->contact_lang = str_of(lang_code[in]);
    m->home = home(c, f);
    m->ends = call_when(c, f->p.ends);
    m->form = f->form + 1;
    m->n_forms = f->p.forms.n;
    for (int i = 0; i < LANG_N; i++)
        *PUSH(c->q->a, &m->languages) = (struct html_link){.words = str_of(name[i]),
                                                           .path = str_of(lang_code[i]),
                                                           .here = (int)c->lang == i};
    if (!f->in) return OK;
    m->of = f->in->items.n;
    m->version = f->p.forms.at[f->form].draft_version;
    m->about = f->in->period;
    m->lang = f->in->lang;
    m->foreign = !str_is(f->in->lang, lang_code[c->lang]);
    m->path = path_fill_review(c->q->a, f->token, f->form + 1);
    return OK;
}

static void put_choice(struct call *c, struct fill_item *q, struct str value,
                       struct str words, const struct form_cell *cell, bool apart)
{
    *PUSH(c->q->a, &q->of) = (struct fill_choice){.value = value,
                                                  .words = words,
                                                  .chosen = str_eq(cell->text, value),
                                                  .apart = apart};
}

static struct str number(struct call *c, double x)
{
    return str_fmt(c->q->a, "%.10g", x);
}

static struct str choice_words(struct call *c, const struct item *it, double x)
{
    for (isize i = 0; i < it->choices.n; i++) {
        if (it->choices.at[i].value != x) continue;
        struct str s = it->choices.at[i].text;
        return it->kind == ITEM_CHOICE ? s : str_fmt(c->q->a, "%.10g – %.*s", x, FMT(s));
    }
    return number(c, x);
}

static void question(struct call *c, const struct fill *f, isize i,
                     const struct form_cell *cell, struct fill_page *m)
{
    const struct item *it = &f->in->items.at[i];
    struct fill_item *q = PUSH(c->q->a, &m->items);
    *q = (struct fill_item){.name = str_fmt(c->q->a, "q%td", i + 1),
                            .no = it->no,
                            .text = it->text,
                            .ask = it->detail.ask,
                            .detail = cell->detail};
    bool whole = it->kind == ITEM_WHOLE && it->hi - it->lo <= 10;
    if (it->kind == ITEM_CHOICE)
        for (isize k = 0; k < it->choices.n; k++) {
            double x = it->choices.at[k].value;
            put_choice(c, q, number(c, x), it->choices.at[k].text, cell, false);
        }
    for (double x = it->lo; whole && x <= it->hi; x++)
        put_choice(c, q, number(c, x), choice_words(c, it, x), cell, false);
    if (it->kind != ITEM_CHOICE && !whole) {
        q->lo = number(c, it->lo);
        q->hi = number(c, it->hi);
        q->declined = str_is(cell->text, "declined");
        q->value = q->declined ? S("") : cell->text;
        return;
    }
    if (it->not_applicable.n)
        put_choice(c, q, S("not applicable"), it->not_applicable, cell, false);
    for (isize k = 0; k < it->no_answer.n; k++)
        if (it->no_answer.at[k].state == ANSWER_NOT_KNOWN)
            put_choice(c, q, S("not known"), call_text(c, "FILL_NOT_KNOWN"), cell, true);
    put_choice(c, q, S("declined"), call_text(c, "FILL_DECLINE"), cell, true);
}

/* What another device kept, in the words of its row. */
static struct str said_by(const struct fill_item *q, struct str value)
{
    for (isize k = 0; k < q->of.n; k++)
        if (str_eq(q->of.at[k].value, value)) return q->of.at[k].words;
    return value;
}

static int show_step(struct call *c, struct fill *f, const struct form_cell *typed,
                     const bool *differs, int status, struct err *e)
{
    struct fill_page m = {0};
    TRY(common(c, f, &m, e));
    m.path = step_path(c, f, f->form, f->step);
    m.first = f->start[f->step] + 1;
    m.last = f->start[f->step + 1];
    for (isize i = m.first - 1; i < m.last; i++) {
        question(c, f, i, &typed[i], &m);
        if (!differs || !differs[i]) continue;
        struct fill_item *q = &m.items.at[m.items.n - 1];
        q->other = said_by(q, f->cell[i].text);
        m.conflict = true;
    }
    c->frame.fills = true;
    tpl_fill_step(&c->html, &m);
    return call_page(c, status);
}

/* --- welcome --------------------------------------------------------------------------- */

int page_fill(struct call *c, struct err *e)
{
    struct fill f;
    struct fill_page m = {0};
    bool over;
    isize items = 0;
    TRY(open_link(c, &f, &over, e));
    if (over) return OK;
    TRY(common(c, &f, &m, e));
    for (isize i = 0; i < f.p.forms.n; i++) {
        take_form(c, &f, i);
        struct fill_form *x = PUSH(c->q->a, &m.forms);
        *x = (struct fill_form){.no = i + 1,
                                .n_items = f.in->items.n,
                                .n_given = given(&f),
                                .done = f.p.forms.at[i].done,
                                .path = place_of(c, &f)};
        m.begun = m.begun || x->done || begun(&f);
        items += x->done ? 0 : x->n_items;
        if (!x->done && !m.next.n) m.next = x->path;
    }
    m.minutes = items / 4 + 1; /* a quarter of a minute a question */
    tpl_fill(&c->html, &m);
    return call_page(c, 200);
}

static int speak(struct call *c, const struct fill *f, struct err *e)
{
    enum lang lang;
    struct err none;
    if (lang_read(call_field(c, "lang"), &lang, &none) != OK) return OK;
    return formlink_speak(&c->act, f->k, f->token, lang, e);
}

int post_fill(struct call *c, struct err *e)
{
    struct fill f;
    bool over;
    TRY(open_link(c, &f, &over, e));
    if (over) return OK;
    TRY(speak(c, &f, e));
    return call_redirect(c, home(c, &f));
}

/* --- a screen ---------------------------------------------------------------------------- */

int page_fill_step(struct call *c, struct err *e)
{
    struct fill f;
    bool over;
    TRY(open_step(c, &f, &over, e));
    if (over) return OK;
    if (f.p.forms.at[f.form].done) return call_redirect(c, home(c, &f));
    return show_step(c, &f, f.cell, NULL, 200, e);
}

/* What the screen sent over what is kept; items elsewhere stay as kept. */
static struct form_cell *typed_over(struct call *c, const struct fill *f)
{
    struct form_cell *cell = NEW(c->q->a, struct form_cell, f->in->items.n);
    for (isize i = 0; i < f->in->items.n; i++) cell[i] = f->cell[i];
    for (isize i = f->start[f->step]; i < f->start[f->step + 1]; i++) {
        struct str text = call_field(c, str_fmt(c->q->a, "q%td", i + 1).at);
        struct str none = call_field(c, str_fmt(c->q->a, "q%tdn", i + 1).at);
        cell[i].text = none.n ? S("declined") : text;
        cell[i].detail = call_field(c, str_fmt(c->q->a, "q%tdd", i + 1).at);
    }
    return cell;
}

/* Saved in the meantime by somebody else: what differs here, and whether anything does.  What
** was not answered here is taken from there. */
static bool merge(const struct fill *f, struct form_cell *typed, bool *differs)
{
    bool any = false;
    for (isize i = f->start[f->step]; i < f->start[f->step + 1]; i++) {
        if (!typed[i].text.n) typed[i] = f->cell[i];
        differs[i] = f->cell[i].text.n && !str_eq(f->cell[i].text, typed[i].text);
        any = any || differs[i];
    }
    return any;
}

static bool fits(struct call *c, const struct fill *f, const struct form_cell *typed)
{
    struct answer *answer = NEW(c->q->a, struct answer, f->in->items.n);
    struct form_faults faults = {0};
    bool fine = true;
    collect_read(f->in, typed, answer, &faults, c->q->a);
    for (isize k = 0; k < faults.n; k++) {
        isize i = faults.at[k].item;
        if (i < f->start[f->step] || i >= f->start[f->step + 1]) continue;
        call_fault(c, str_fmt(c->q->a, "q%td", i + 1).at, "FILL_WRONG");
        fine = false;
    }
    return fine;
}

static i64 version_sent(struct call *c)
{
    struct str s = call_field(c, "version");
    i64 v = 0;
    for (isize i = 0; i < MIN(s.n, 18); i++)
        if (s.at[i] >= '0' && s.at[i] <= '9') v = 10 * v + s.at[i] - '0';
    return v;
}

static int saved(struct call *c, i64 version)
{
    return http_reply(c->q, 200, "application/json",
                      str_fmt(c->q->a, "{\"version\":%" PRId64 "}", version));
}

int post_fill_step(struct call *c, struct err *e)
{
    struct fill f;
    bool over, by_script = str_is(call_field(c, "go"), "save");
    struct str go = call_field(c, "go");
    TRY(open_step(c, &f, &over, e));
    if (over) return OK;
    struct formlink_form *x = &f.p.forms.at[f.form];
    if (x->done) return call_redirect(c, home(c, &f));
    struct form_cell *typed = typed_over(c, &f);
    bool *differs = NEW(c->q->a, bool, f.in->items.n);
    i64 version = x->draft_version;
    if (!fits(c, &f, typed)) return show_step(c, &f, typed, NULL, 422, e);
    if (version_sent(c) != version && merge(&f, typed, differs))
        return show_step(c, &f, typed, differs, 409, e);
    int code = formlink_draft(&c->act, f.k, f.token, x->measure, typed, &version, e);
    if (code == E_CHANGED) { /* this very moment: what is there now decides */
        TRY(open_step(c, &f, &over, e));
        if (over) return OK;
        bool asks = merge(&f, typed, differs);
        if (f.p.forms.at[f.form].done) return call_redirect(c, home(c, &f));
        return show_step(c, &f, typed, asks ? differs : NULL, 409, e);
    }
    if (code == E_TOKEN) return closed(c, LINK_USED, 410);
    TRY(code);
    if (by_script) return saved(c, version);
    TRY(speak(c, &f, e));
    if (str_is(go, "next") && f.step + 1 == f.n_steps)
        return call_redirect(c, path_fill_review(c->q->a, f.token, f.form + 1));
    if (str_is(go, "stop") || (str_is(go, "back") && f.step == 0))
        return call_redirect(c, home(c, &f));
    isize to = f.step + str_is(go, "next") - str_is(go, "back");
    return call_redirect(c, step_path(c, &f, f.form, to));
}

/* --- review and sending -------------------------------------------------------------------- */

static int show_review(struct call *c, struct fill *f, bool changed, int status,
                       struct err *e)
{
    struct fill_page m = {.changed = changed};
    TRY(common(c, f, &m, e));
    m.n_given = given(f);
    for (isize s = 0; s < f->n_steps; s++)
        for (isize i = f->start[s]; i < f->start[s + 1]; i++) {
            const struct item *it = &f->in->items.at[i];
            m.n_declined += str_is(f->cell[i].text, "declined");
            if (f->cell[i].text.n) continue;
            *PUSH(c->q->a, &m.out) = (struct html_link){
                .words = str_fmt(c->q->a, "%.*s. %.*s", FMT(it->no), FMT(it->text)),
                .path = step_path(c, f, f->form, s)};
        }
    tpl_fill_review(&c->html, &m);
    return call_page(c, status);
}

int page_fill_review(struct call *c, struct err *e)
{
    struct fill f;
    bool over;
    TRY(open_form(c, &f, &over, e));
    if (over) return OK;
    if (f.p.forms.at[f.form].done) return call_redirect(c, home(c, &f));
    return show_review(c, &f, false, 200, e);
}

static int thanks(struct call *c, struct fill *f, bool alert, struct err *e)
{
    struct fill_page m = {.alert = alert};
    isize form = f->form;
    TRY(common(c, f, &m, e));
    f->p.forms.at[form].done = true;
    for (isize i = 0; i < f->p.forms.n; i++) {
        m.n_done += f->p.forms.at[i].done;
        if (f->p.forms.at[i].done || m.next.n) continue;
        take_form(c, f, i);
        m.next = place_of(c, f);
    }
    tpl_fill_thanks(&c->html, &m);
    return call_page(c, 200);
}

/* The answer is a page and no redirect: what it says of these answers is shown to whoever sent
** them, once, and not to whoever opens the link later. */
int post_fill_send(struct call *c, struct err *e)
{
    struct fill f;
    struct form_faults faults = {0};
    struct form_done done = {0};
    bool over;
    TRY(open_form(c, &f, &over, e));
    if (over) return OK;
    struct formlink_form *x = &f.p.forms.at[f.form];
    if (x->done) return thanks(c, &f, false, e);
    if (str_is(call_field(c, "go"), "back"))
        return call_redirect(c, step_path(c, &f, f.form, f.n_steps - 1));
    if (version_sent(c) != x->draft_version) return show_review(c, &f, true, 409, e);
    struct answer *answer = NEW(c->q->a, struct answer, f.in->items.n);
    collect_read(f.in, f.cell, answer, &faults, c->q->a);
    if (faults.n) {
        while (f.start[f.step + 1] <= faults.at[0].item) f.step++;
        return call_redirect(c, step_path(c, &f, f.form, f.step));
    }
    int code =
        formlink_submit(&c->act, f.k, f.token, x->measure, answer, &f.words, &done, e);
    if (code == E_CHANGED) return thanks(c, &f, false, e); /* sent from elsewhere */
    if (code == E_TOKEN) return closed(c, LINK_USED, 410);
    TRY(code);
    return thanks(c, &f, done.n_alerts > 0, e);
}

/* --- on paper -------------------------------------------------------------------------------- */

int page_fill_paper(struct call *c, struct err *e)
{
    struct fill f;
    struct fill_page m = {0};
    struct form_cell none = {0};
    bool over;
    TRY(open_form(c, &f, &over, e));
    if (over) return OK;
    TRY(common(c, &f, &m, e));
    for (isize i = 0; i < f.in->items.n; i++) question(c, &f, i, &none, &m);
    tpl_fill_paper(&c->html, &m);
    return call_page(c, 200);
}
