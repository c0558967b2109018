#include "app/act.h"
#include "store/journal.h"

enum { UNBLINDS = 1 << 30 };
static const struct {
    const char *name, *words, *key; /* key: a text of the catalogue */
    unsigned roles;
} rights[RIGHT_N] = {
#define RIGHT(name, roles, words) {#name, words, "RIGHT_" #name, roles},
#include "app/right.def"
#undef RIGHT
};
_Static_assert(RIGHT_N <= 64, "struct act has a bit for each");
_Static_assert(ROLE_N < 30, "the mark UNBLINDS is above all roles");

const char *right_name(enum right r)
{
    return rights[r].name;
}

const char *right_words(enum right r)
{
    return rights[r].words;
}

const char *right_text(enum right r)
{
    return rights[r].key;
}

struct str right_roles(const struct viewer *who, enum right r, struct arena *a)
{
    if (who->blinded && (rights[r].roles & UNBLINDS)) return (struct str){0};
    struct buf b = buf_in(a, 200);
    for (int i = 0; i < ROLE_N; i++)
        if (rights[r].roles & (1u << i))
            buf_fmt(&b, ",%s", role_word((enum role)(1 << i)));
    if (b.n) buf_putc(&b, ',');
    return buf_str(&b);
}

struct str act_roles(const struct act *act, enum right r)
{
    if (act->only && !(act->only >> r & 1)) return (struct str){0};
    return right_roles(&act->who, r, act->a);
}

int act_may_in(const struct act *act, enum right r, i64 site, struct str study,
               struct err *e)
{
    const struct viewer *v = &act->who;
    bool fine = false;
    for (isize i = 0; i < v->n_roles && v->staff; i++) {
        const struct staff_role *h = &v->role[i];
        fine = fine || ((rights[r].roles & (unsigned)h->role) != 0 &&
                        (h->site == 0 || h->site == site) &&
                        (h->study.n == 0 || str_eq(h->study, study)));
    }
    if (act->console && !v->staff && (rights[r].roles & ADMINISTRATOR)) fine = true;
    if (act->only && !(act->only >> r & 1)) fine = false;
    if (v->blinded && (rights[r].roles & UNBLINDS)) fine = false;
    if (fine) return OK;
    if (act->imports && r == MAY_ENROL)
        return act_may_in(act, MAY_IMPORT, site, study, e);
    return err_say_of(e, E_NOT_ALLOWED, "REFUSED_RIGHT_HERE",
                      SAID(SAY_TEXT(rights[r].key)));
}

int act_may(const struct act *act, enum right r, i64 site, struct err *e)
{
    return act_may_in(act, r, site, (struct str){0}, e);
}

int act_may_somewhere(const struct act *act, enum right r, struct err *e)
{
    const struct viewer *v = &act->who;
    bool fine = false;
    for (isize i = 0; i < v->n_roles && v->staff; i++)
        fine = fine || (rights[r].roles & (unsigned)v->role[i].role) != 0;
    if (act->only && !(act->only >> r & 1)) fine = false;
    if (v->blinded && (rights[r].roles & UNBLINDS)) fine = false;
    if (fine) return OK;
    return err_say_of(e, E_NOT_ALLOWED, "REFUSED_RIGHT_ANYWHERE",
                      SAID(SAY_TEXT(rights[r].key)));
}

int act_text(struct str s, const char *what, struct err *e)
{
    if (s.n <= ACT_TEXT_MOST && str_utf8_ok(s) && (s.n == 0 || str_find(s, 0) < 0))
        return OK;
    return err_say_of(e, E_RECORD, "REFUSED_TEXT_LONG",
                      SAID(SAY_TEXT(what), SAY_INT(ACT_TEXT_MOST)));
}

int act_change(const struct act *act, writer_change *f, void *arg, struct err *e)
{
    TRY(act_text(act->why, "REFUSED_A_REASON", e));
    if (!act->inside) return writer_run(act->writer, f, arg, e);
    return f(act->writing ? act->writing : act->db, arg, e);
}

/* Where nothing is kept `who` was read for this request, as it always was. */
int act_again(const struct act *act, struct db *db, struct viewer *out, struct arena *a,
              struct err *e)
{
    *out = act->who;
    if (!act->kept || db_kept_inside(db) == act->kept) return OK;
    int code = staff_viewer(db, act->who.staff, act->today, out, a, e);
    return code == E_NOT_FOUND ? err_say(e, E_SESSION, "REFUSED_SESSION_OVER") : code;
}

struct together {
    const struct act *act;
    act_body *f;
    void *arg;
};

static int together(struct db *db, void *arg, struct err *e)
{
    const struct together *t = arg;
    struct arena room = act_room(t->act);
    struct act inside = *t->act;
    inside.db = db;
    inside.writing = NULL;
    inside.writer = NULL;
    inside.inside = true;
    inside.a = &room;
    return t->f(&inside, t->arg, e);
}

int act_together(const struct act *act, act_body *f, void *arg, struct err *e)
{
    struct together t = {act, f, arg};
    return act_change(act, together, &t, e);
}

struct arena act_room(const struct act *act)
{
    struct arena room = *act->a;
    room.trap = NULL;
    return room;
}

int act_note(const struct act *act, struct db *db, const char *what, const char *entity,
             i64 id, struct str before, struct str after, struct arena tmp, struct err *e)
{
    struct journal_entry j = {
        .at = instant_text(act->now, &tmp),
        .actor = act->who.staff,
        .act = str_of(what),
        .entity = str_of(entity),
        .entity_id = id,
        .before = before,
        .after = after,
        .why = act->why,
    };
    return journal_add(db, &j, tmp, e);
}
