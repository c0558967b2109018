/* varde user: who may log in, from the terminal. The same acts as the pages call. */
#include "app/staffing.h"
#include "cli/at_house.h"

struct user {
    const char *login, *name, *language, *role, *study;
    i64 site;
    struct str token;
};

static int roles_of(struct db *db, const struct staff *s, day today, struct buf *b,
                    struct arena *a, struct err *e)
{
    struct viewer v = {0};
    if (!s->active) return OK;
    TRY(staff_viewer(db, s->id, today, &v, a, e));
    for (isize i = 0; i < v.n_roles; i++) {
        buf_fmt(b, "%s%s", i ? ", " : "", role_word(v.role[i].role));
        if (v.role[i].site) buf_fmt(b, " at site %" PRId64, v.role[i].site);
        if (v.role[i].study.n) buf_fmt(b, " in %.*s", FMT(v.role[i].study));
    }
    return OK;
}

static int list(struct cli *c, struct house *h, struct db *db, struct err *e)
{
    static const char *const head[] = {"login", "name", "language", "account",
                                       "roles today"};
    struct act act = at_act(c, h, db);
    struct staff_list all;
    TRY(staffing_list(&act, 0, &all, e));
    struct cli_table t = cli_headed(c, head, COUNT(head));
    for (isize i = 0; i < all.n; i++) {
        const struct staff *s = &all.at[i];
        struct buf b = buf_in(c->a, 64);
        TRY(roles_of(db, s, act.today, &b, c->a, e));
        cli_cell(&t, s->login);
        cli_cell(&t, s->name);
        cli_cell(&t, s->language);
        cli_cell(&t, s->active ? S("open") : S("closed"));
        cli_cell(&t, buf_str(&b));
    }
    cli_print(&t);
    return OK;
}

typedef int user_act(struct cli *c, struct house *h, struct act *act, struct user *u,
                     struct err *e);
struct asked {
    struct user u;
    user_act *run;
};

static int with_reader(struct cli *c, struct house *h, void *arg, struct err *e)
{
    struct asked *q = arg;
    struct db *db = NULL;
    TRY(house_reader(h, false, &db, e));
    struct act act = at_act(c, h, db);
    int code = q ? q->run(c, h, &act, &q->u, e) : list(c, h, db, e);
    house_reader_back(h, false, db);
    return code;
}

int verb_user_list(struct cli *c, struct err *e)
{
    struct house_config hc = {.reading = true};
    TRY(at_options(c, &hc, e));
    TRY(cli_end(c, e));
    return at_house(c, &hc, with_reader, NULL, e);
}

static int invite(struct cli *c, struct house *h, struct act *act, struct user *u,
                  struct err *e)
{
    struct staff s;
    struct str login;
    struct login_kit kit = house_kit(h);
    TRY(staff_login_read(str_of(u->login), &login, c->a, e));
    TRY(staff_by_login(act->db, login, &s, c->a, e));
    TRY(login_invite(act, &kit, s.id, &u->token, e));
    fprintf(c->out,
            "Give them this link, by a way that nobody else reads; it works once:\n"
            "    /invitation/%.*s\n",
            FMT(u->token));
    return OK;
}

static int role(struct cli *c, struct house *h, struct act *act, struct user *u,
                struct err *e)
{
    struct staff s;
    struct str login;
    i64 id = 0;
    struct role_given g = {
        .site = u->site, .study = str_of(u->study), .starts = act->today, .open = true};
    TRY(role_read(str_of(u->role), &g.role, e));
    TRY(staff_login_read(str_of(u->login), &login, c->a, e));
    TRY(staff_by_login(act->db, login, &s, c->a, e));
    g.staff = s.id;
    TRY(staffing_role_give(act, &g, &id, e));
    fprintf(c->out, "%.*s is %s from today.\n", FMT(s.login), role_word(g.role));
    return OK;
}

static int add(struct cli *c, struct house *h, struct act *act, struct user *u,
               struct err *e)
{
    i64 id = 0;
    TRY(staffing_add(act, str_of(u->login), str_of(u->name), str_of(u->language), &id,
                     e));
    if (u->role) TRY(role(c, h, act, u, e));
    return invite(c, h, act, u, e);
}

static int close_account(struct cli *c, struct house *h, struct act *act, struct user *u,
                         struct err *e)
{
    struct staff s;
    struct str login;
    TRY(staff_login_read(str_of(u->login), &login, c->a, e));
    TRY(staff_by_login(act->db, login, &s, c->a, e));
    TRY(staffing_set_active(act, s.id, false, e));
    fprintf(c->out, "The account of %.*s is closed; its sessions have ended.\n",
            FMT(s.login));
    return OK;
}

static int begin(struct cli *c, struct house_config *hc, struct user *u, struct err *e)
{
    TRY(at_options(c, hc, e));
    return cli_arg(c, "the login name", &u->login, e);
}

int verb_user_add(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    struct asked q = {.u = {.language = "en"}, .run = add};
    TRY(begin(c, &hc, &q.u, e));
    TRY(cli_opt(c, "--name", &q.u.name, e));
    TRY(cli_opt(c, "--language", &q.u.language, e));
    TRY(cli_opt(c, "--role", &q.u.role, e));
    TRY(cli_opt_int(c, "--site", 1, INT64_MAX, &q.u.site, e));
    TRY(cli_opt(c, "--study", &q.u.study, e));
    TRY(cli_end(c, e));
    if (!q.u.name) return err_set(e, E_USAGE, "--name is missing: as others see it");
    enum role known;
    if (q.u.role) TRY(role_read(str_of(q.u.role), &known, e)); /* before any change */
    return at_house(c, &hc, with_reader, &q, e);
}

int verb_user_role(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    struct asked q = {.run = role};
    TRY(begin(c, &hc, &q.u, e));
    TRY(cli_arg(c, "the role", &q.u.role, e));
    TRY(cli_opt_int(c, "--site", 1, INT64_MAX, &q.u.site, e));
    TRY(cli_opt(c, "--study", &q.u.study, e));
    TRY(cli_end(c, e));
    return at_house(c, &hc, with_reader, &q, e);
}

int verb_user_invite(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    struct asked q = {.run = invite};
    TRY(begin(c, &hc, &q.u, e));
    TRY(cli_end(c, e));
    return at_house(c, &hc, with_reader, &q, e);
}

int verb_user_close(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    struct asked q = {.run = close_account};
    TRY(begin(c, &hc, &q.u, e));
    TRY(cli_end(c, e));
    return at_house(c, &hc, with_reader, &q, e);
}
