/* One's own tokens: what another program shows instead of a password (web/api.h). */
#include "app/token.h"
#include "tpl.h"
#include "web/call_parts.h"
#include "web/routes.h"
#include "web/token_pages.h"
#include <string.h>

/* What looks and does not touch; names and contact of people left out. */
static u64 reading(const struct call *c)
{
    u64 rights = 0;
    for (int r = 0; r < RIGHT_N; r++) {
        const char *name = right_name((enum right)r);
        bool looks = strncmp(name, "MAY_SEE_", 8) == 0 ||
                     strncmp(name, "MAY_READ_", 9) == 0 || r == MAY_EXPORT;
        if (looks && r != MAY_SEE_IDENTITY && call_can(c, (enum right)r))
            rights |= (u64)1 << r;
    }
    return rights;
}

static int show(struct call *c, struct token_page *m, int status, struct err *e)
{
    struct tokens own;
    TRY(token_own(&c->act, &own, e));
    for (isize i = 0; i < own.n; i++) {
        const struct token *t = &own.at[i];
        *PUSH(c->q->a, &m->rows) =
            (struct token_row){.id = t->id,
                               .label = t->label,
                               .seen = t->seen > t->made ? call_when(c, t->seen) : S(""),
                               .ends = call_when(c, t->ends),
                               .some = t->rights != 0};
    }
    bool typed = c->faults.n > 0, all = typed && str_is(call_field(c, "scope"), "all");
    m->label = (struct part_field){.name = "label",
                                   .label = call_text(c, "TOKEN_LABEL"),
                                   .help = call_text(c, "TOKEN_LABEL_HELP"),
                                   .value = typed ? call_field(c, "label") : S(""),
                                   .most = 100};
    m->days = (struct part_field){.name = "days",
                                  .label = call_text(c, "TOKEN_DAYS"),
                                  .value = typed ? call_field(c, "days") : S("90"),
                                  .inputmode = "numeric",
                                  .size = 4,
                                  .most = 3};
    m->again = (struct part_field){.name = "password_token",
                                   .label = call_text(c, "PASSWORD_OLD"),
                                   .type = "password",
                                   .autocomplete = "current-password",
                                   .most = 1024};
    m->scope =
        (struct part_choices){.name = "scope", .legend = call_text(c, "TOKEN_SCOPE")};
    *PUSH(c->q->a, &m->scope.of) =
        (struct part_choice){.value = S("read"),
                             .words = call_text(c, "TOKEN_READ"),
                             .help = call_text(c, "TOKEN_READ_HELP"),
                             .chosen = !all};
    *PUSH(c->q->a, &m->scope.of) =
        (struct part_choice){.value = S("all"),
                             .words = call_text(c, "TOKEN_ALL"),
                             .help = call_text(c, "TOKEN_ALL_HELP"),
                             .chosen = all};
    tpl_tokens(&c->html, m);
    return call_page(c, status);
}

int page_tokens(struct call *c, struct err *e)
{
    struct token_page m = {0};
    return show(c, &m, 200, e);
}

/* The page after it is no redirect: the token is shown this once and kept nowhere. */
int post_tokens(struct call *c, struct err *e)
{
    struct token_page m = {0};
    struct token_ask ask = {.label = call_field(c, "label")};
    struct str scope = call_field(c, "scope");
    i64 id = 0;
    bool days = call_int(c, "days", 1, TOKEN_DAYS, &ask.days);
    if (!ask.label.n) call_fault(c, "label", "FORM_NEEDED");
    if (!str_is(scope, "read") && !str_is(scope, "all"))
        call_fault(c, "scope", "FORM_NEEDED");
    if (str_is(scope, "read")) {
        ask.rights = reading(c);
        if (!ask.rights) call_fault(c, "scope", "TOKEN_NOTHING");
    }
    if (!days || c->faults.n) return show(c, &m, 422, e);
    int status = 0;
    TRY(call_again(c, "password_token", &status, e));
    if (status) return show(c, &m, status, e);
    TRY(token_make(&c->act, &ask, &id, &m.secret, e));
    return show(c, &m, 200, e);
}

int post_token_end(struct call *c, struct err *e)
{
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(token_end(&c->act, id, e));
    return call_redirect_said(c, path_tokens(c->q->a), "TOKEN_END_SAID");
}
