#include "app/token.h"
#include "app/faces.h"
#include "app/login_parts.h"
#include "store/statements.h"

struct change {
    struct act *act;
    i64 id, owner;
    struct str hash, label, rights;
    instant ends;
};

static struct str rights_text(u64 rights, struct arena *a)
{
    struct buf b = buf_in(a, 64);
    for (int r = 0; r < RIGHT_N; r++)
        if (rights >> r & 1) buf_fmt(&b, ",%s", right_name((enum right)r));
    if (b.n) buf_putc(&b, ',');
    return buf_str(&b);
}

/* A right that this program does not have any more gives nothing.  A text of which nothing is
** known is not "all": it keeps one bit that no right has. */
static u64 rights_read(struct str text)
{
    u64 rights = 0;
    struct str piece, rest = text;
    while (str_cut(&rest, ',', &piece))
        for (int r = 0; r < RIGHT_N; r++)
            if (str_is(piece, right_name((enum right)r))) rights |= (u64)1 << r;
    return rights || text.n == 0 ? rights : (u64)1 << 63;
}
_Static_assert(RIGHT_N < 64, "the last bit is no right");

static int somebody(const struct act *act, struct err *e)
{
    if (!act->who.staff) return err_say(e, E_SESSION, "REFUSED_NOBODY");
    return act->only ? err_say(e, E_NOT_ALLOWED, "REFUSED_TOKEN_NO_TOKENS") : OK;
}

static int put(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct act *act = c->act;
    TRY(db_one(db, &c->id, SQL_token_put,
               ARGS(T(c->hash), I(act->who.staff), T(c->label), T(c->rights), I(act->now),
                    I(c->ends)),
               e));
    struct arena tmp = act_room(act);
    struct str after = str_fmt(&tmp, "{\"token\":%" PRId64 ",\"rights\":\"%.*s\"}", c->id,
                               FMT(c->rights));
    return act_note(act, db, "token.make", "login", act->who.staff, (struct str){0},
                    after, tmp, e);
}

/* Whether any role of today gives it, at whichever site. */
static bool anywhere(const struct act *act, enum right r)
{
    struct err none = {0};
    for (isize i = 0; i < act->who.n_roles; i++) {
        const struct staff_role *h = &act->who.role[i];
        if (act_may_in(act, r, h->site, h->study, &none) == OK) return true;
    }
    return false;
}

int token_make(struct act *act, const struct token_ask *in, i64 *id, struct str *secret,
               struct err *e)
{
    TRY(somebody(act, e));
    struct str label = str_trim(in->label);
    if (label.n == 0 || label.n > 200 || !str_utf8_ok(label))
        return err_say(e, E_RECORD, "REFUSED_TOKEN_LABEL");
    if (in->days < 1 || in->days > TOKEN_DAYS)
        return err_say_of(e, E_RECORD, "REFUSED_TOKEN_DAYS", SAID(SAY_INT(TOKEN_DAYS)));
    for (int r = 0; r < RIGHT_N; r++)
        if ((in->rights >> r & 1) && !anywhere(act, (enum right)r))
            return err_say_of(e, E_NOT_ALLOWED, "REFUSED_TOKEN_RIGHT",
                              SAID(SAY_TEXT(right_text((enum right)r))));
    struct str text = login_token(act->a);
    struct change c = {.act = act,
                       .hash = login_hash("token", text, act->a),
                       .label = label,
                       .rights = rights_text(in->rights, act->a),
                       .ends = act->now + in->days * 24 * HOUR};
    TRY(act_change(act, put, &c, e));
    *id = c.id;
    *secret = text;
    return OK;
}

static int seen(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    return db_run(db, SQL_token_seen, ARGS(I(c->id), I(c->act->now)), e);
}

static int read_face(struct act *act, struct str hash, struct face *out, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(act->db, &r, SQL_token_get, ARGS(T(hash)), e));
    bool found = db_next(&r);
    if (found)
        *out = (struct face){.id = db_i64(&r, 0),
                             .staff = db_i64(&r, 1),
                             .only = rights_read(db_str(&r, 2, act->a)),
                             .seen = db_i64(&r, 3),
                             .ends = db_i64(&r, 4)};
    TRY(db_end(&r, e));
    return found ? OK : err_say(e, E_NOT_FOUND, "REFUSED_TOKEN_OVER");
}

int token_open(struct act *act, struct str secret, i64 *id, struct err *e)
{
    struct change c = {.act = act};
    struct face f;
    act->who = (struct viewer){0};
    act->only = (u64)1 << 63; /* nothing, until all is well */
    *id = 0;
    int code = faces_ask(act, login_hash("token", secret, act->a), read_face, &f, e);
    if (code == E_NOT_FOUND || (code == OK && act->now >= f.ends))
        return err_say(e, E_TOKEN, "REFUSED_TOKEN_OVER");
    if (code != OK) return code;
    act->who = f.who;
    c.id = f.id;
    /* all of the owner's rights, but marked: a token is no session */
    act->only = f.only ? f.only : ~((u64)1 << 63);
    *id = c.id;
    return act->now - f.seen >= MINUTE ? act_change(act, seen, &c, e) : OK;
}

int token_try(struct act *act, const struct login_kit *k, struct str secret,
              struct str address, i64 *id, struct err *e)
{
    int rc = token_open(act, secret, id, e);
    if (rc != E_TOKEN) return rc;
    struct str from = str_fmt(act->a, "token from %.*s", FMT(address));
    TRY(login_attempt(act, k, from, from, e));
    return err_say(e, E_TOKEN, "REFUSED_TOKEN_OVER");
}

int token_own(struct act *act, struct tokens *out, struct err *e)
{
    *out = (struct tokens){0};
    TRY(somebody(act, e));
    ROWS r = {0};
    TRY(db_query(act->db, &r, SQL_token_list, ARGS(I(act->who.staff)), e));
    while (db_next(&r))
        *PUSH(act->a, out) = (struct token){.id = db_i64(&r, 0),
                                            .label = db_str(&r, 1, act->a),
                                            .rights = rights_read(db_str(&r, 2, act->a)),
                                            .made = db_i64(&r, 3),
                                            .seen = db_i64(&r, 4),
                                            .ends = db_i64(&r, 5)};
    return db_end(&r, e);
}

static int drop(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    i64 n = 0;
    TRY(db_run_count(db, SQL_token_drop, ARGS(I(c->id)), &n, e));
    if (n == 0) return err_say(e, E_NOT_FOUND, "REFUSED_NO_TOKEN");
    struct arena tmp = act_room(c->act);
    struct str before = str_fmt(&tmp, "{\"token\":%" PRId64 "}", c->id);
    return act_note(c->act, db, "token.end", "login", c->owner, before, (struct str){0},
                    tmp, e);
}

int token_end(struct act *act, i64 id, struct err *e)
{
    struct change c = {.act = act, .id = id};
    struct err none = {0};
    TRY(somebody(act, e));
    int code = db_one(act->db, &c.owner, SQL_token_owner, ARGS(I(id)), &none);
    if (code != OK && code != E_NOT_FOUND) return err_pass(e, code, &none);
    bool fine = code == OK && (c.owner == act->who.staff ||
                               act_may(act, MAY_MANAGE_STAFF, 0, &none) == OK);
    if (!fine) return err_say(e, E_NOT_FOUND, "REFUSED_NO_TOKEN_OF_YOURS");
    return act_change(act, drop, &c, e);
}
