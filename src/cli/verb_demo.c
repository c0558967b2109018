/* varde demo: a store of invented people is opened for trying: one log-in per role. */
#include "app/living.h"
#include "app/staffing.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/at_house.h"
#include "store/statements.h"
#include "web/routes.h"
#include "web/tour.h"
#include <sodium.h>

struct shown {
    struct str login, name, password;
};

/* Four by four letters that nobody mixes up: 80 bits. */
static struct str password_new(struct arena *a)
{
    static const char letter[] = "abcdefghjkmnpqrstuvwxyz23456789";
    struct buf b = buf_in(a, 24);
    for (int i = 0; i < 16; i++) {
        if (i && i % 4 == 0) buf_putc(&b, '-');
        buf_putc(&b, letter[randombytes_uniform(sizeof letter - 1)]);
    }
    return buf_str(&b);
}

/* Of the active members of staff the first whose only role it is, else whoever has it; at
** `site` unless it is 0. Id 0: nobody. */
static int holder(struct act *act, enum role r, i64 site, struct staff *out,
                  struct err *e)
{
    struct staff_list all;
    bool only = false;
    *out = (struct staff){0};
    TRY(staff_all(act->db, &all, act->a, e));
    for (isize i = 0; i < all.n && !only; i++) {
        struct viewer v = {0};
        if (!all.at[i].active) continue;
        TRY(staff_viewer(act->db, all.at[i].id, act->today, &v, act->a, e));
        for (isize k = 0; k < v.n_roles; k++) {
            if (v.role[k].role != r || (out->id && v.n_roles > 1)) continue;
            if (site && v.role[k].site != site) continue;
            *out = all.at[i];
            only = v.n_roles == 1;
        }
    }
    return OK;
}

static int made(struct act *act, enum role r, struct staff *out, struct err *e)
{
    static const char *const name[] = {
        "Astrid Admin", "Leif Leader",      "Kari Coordinator", "Clara Clinician",
        "Tor Trainer",  "Frida Fidelity",   "Otto Outcome",     "Ingrid Team",
        "Dag Data",     "Stina Statistics", "Una Unit",         "Mona Monitor"};
    isize at = 0;
    while (((enum role)1 << at) != r) at++;
    struct buf login = buf_in(act->a, 40);
    struct str word = str_of(role_word(r));
    for (isize i = 0; i < word.n; i++)
        buf_putc(&login, word.at[i] == ' ' ? '.' : word.at[i]);
    struct role_given g = {.role = r, .starts = act->today, .open = true};
    i64 id = 0;
    out->login = buf_str(&login);
    out->name = str_of(name[at]);
    TRY(staffing_add(act, out->login, out->name, S("en"), &out->id, e));
    g.staff = out->id;
    return staffing_role_give(act, &g, &id, e);
}

/* Leader and clinician work at the same site, so that each sees what the other does; 0: none. */
static int their_site(struct act *act, i64 *site, struct err *e)
{
    struct staff leader;
    struct viewer v;
    *site = 0;
    TRY(holder(act, LEADER, 0, &leader, e));
    if (!leader.id) return OK;
    TRY(staff_viewer(act->db, leader.id, act->today, &v, act->a, e));
    for (isize i = 0; i < v.n_roles && !*site; i++)
        if (v.role[i].role == LEADER) *site = v.role[i].site;
    return OK;
}

static int logins(struct cli *c, struct house *h, struct act *act, i64 site,
                  struct shown *s, struct err *e)
{
    struct login_kit kit = house_kit(h);
    for (int k = 0; k < ROLE_N; k++) {
        enum role r = (enum role)1 << k;
        struct staff who;
        TRY(holder(act, r, r == CLINICIAN ? site : 0, &who, e));
        if (!who.id) TRY(made(act, r, &who, e));
        s[k] = (struct shown){who.login, who.name, password_new(c->a)};
        struct login_first first = {.password = s[k].password};
        i64 staff = 0;
        TRY(login_invite(act, &kit, who.id, &first.token, e));
        TRY(login_use_token(act, &kit, &first, &staff, e));
    }
    return OK;
}

static void tell(struct cli *c, const struct shown *s)
{
    if (c->json) {
        struct buf b = buf_in(c->a, 2000);
        struct json_out w = json_to(&b, 1);
        json_open(&w, NULL, '[');
        for (int k = 0; k < ROLE_N; k++) {
            json_open(&w, NULL, '{');
            json_put_str(&w, "role", str_of(role_word((enum role)1 << k)));
            json_put_str(&w, "name", s[k].name);
            json_put_str(&w, "login", s[k].login);
            json_put_str(&w, "password", s[k].password);
            json_close(&w, '}');
        }
        json_close(&w, ']');
        cli_put(c, &b);
        return;
    }
    static const char *const head[] = {"role", "name", "log-in", "password"};
    struct cli_table t = cli_headed(c, head, COUNT(head));
    for (int k = 0; k < ROLE_N; k++) {
        cli_cell(&t, str_of(role_word((enum role)1 << k)));
        cli_cell(&t, s[k].name);
        cli_cell(&t, s[k].login);
        cli_cell(&t, s[k].password);
    }
    cli_print(&t);
}

/* What makes it a store that is tried: the first page has a tour (web/tour.h). No password. */
static int mark(struct cli *c, struct house *h, const struct shown *s, struct err *e)
{
    struct buf b = buf_in(c->a, 1000);
    for (int k = 0; k < ROLE_N; k++)
        buf_fmt(&b, "%s\t%.*s\t%.*s\n", role_word((enum role)1 << k), FMT(s[k].name),
                FMT(s[k].login));
    return file_replace(str_fmt(c->a, "%s/" TOUR_FILE, house_folder(h)).at, buf_str(&b),
                        e);
}

/* Whoever reads the list may do everything, so never where real people may be: a store in which somebody
** chose a password, or into which records were brought, is in use, unless it began as this. */
static int for_trying(struct house *h, struct act *act, struct err *e)
{
    i64 passwords = 0, brought = 0;
    if (file_exists(str_fmt(act->a, "%s/" TOUR_FILE, house_folder(h)).at)) return OK;
    TRY(db_one(act->db, &passwords, SQL_credential_count, NO_ARGS, e));
    TRY(db_one(act->db, &brought, SQL_participant_by_nobody, NO_ARGS, e));
    if (passwords + brought == 0) return OK;
    return err_set(
        e, E_CONSTRAINT,
        "the installation in %s is in use: %s. Nothing was changed. For trying, "
        "make another one: varde init --data FOLDER, then varde demo --data FOLDER",
        house_folder(h),
        passwords ? "somebody has a password there" : "records were brought in");
}

/* People of today for the clinician who gets a log-in. */
static int live(struct act *act, struct house *h, i64 site, const char *definitions,
                struct err *e)
{
    struct living_in in = {.definitions = definitions, .site = site, .key = house_key(h)};
    struct staff who = {0};
    isize n = 0;
    if (site) TRY(holder(act, CLINICIAN, site, &who, e));
    if (!who.id) return OK; /* an empty store: there is nobody to have them */
    in.clinician = who.id;
    return living_make(act, &in, &n, e);
}

static int demo(struct cli *c, struct house *h, void *arg, struct err *e)
{
    struct shown s[ROLE_N];
    struct db *db = NULL;
    TRY(house_reader(h, false, &db, e));
    struct act act = at_act(c, h, db);
    i64 site = 0;
    int code = for_trying(h, &act, e);
    if (code == OK) code = their_site(&act, &site, e);
    if (code == OK) code = live(&act, h, site, arg, e);
    if (code == OK) code = logins(c, h, &act, site, s, e);
    house_reader_back(h, false, db);
    if (code == OK) code = mark(c, h, s, e);
    if (code == OK) tell(c, s);
    return code;
}

int verb_demo(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    TRY(at_options(c, &hc, e));
    const char *definitions;
    TRY(cli_end(c, e));
    TRY(cli_data_dir(c, &definitions, e));
    return at_house(c, &hc, demo, (void *)(uintptr_t)definitions, e);
}

/* varde routes: for programs that walk the server. */
int verb_routes(struct cli *c, struct err *e)
{
    TRY(cli_end(c, e));
    struct buf b = buf_in(c->a, 1 << 14);
    struct json_out w = json_to(&b, 1);
    if (c->json) json_open(&w, NULL, '[');
    for (isize i = 0; i < routes.n; i++) {
        const struct route *r = &routes.at[i];
        const char *right = r->right >= 0 ? right_name((enum right)r->right) : "";
        if (!c->json) {
            fprintf(c->out, "%-6s %-40s %-24s %s\n", r->method, r->pattern, right,
                    r->words);
            continue;
        }
        json_open(&w, NULL, '{');
        json_put_str(&w, "method", str_of(r->method));
        json_put_str(&w, "pattern", str_of(r->pattern));
        json_put_str(&w, "right", str_of(right));
        json_put_int(&w, "asks", r->right);
        json_close(&w, '}');
    }
    if (c->json) {
        json_close(&w, ']');
        cli_put(c, &b);
    }
    return OK;
}
