/* What was typed and not submitted: kept as cells, in item order, and no record. */
#include "app/collect_parts.h"
#include "base/json.h"
#include "store/statements.h"

enum { CELL_MOST = 2000 }; /* bytes; a longer one is no answer */

static struct str write_cells(const struct form_cell *cell, isize n, struct arena *a)
{
    struct buf b = buf_in(a, 16 * n + 16);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '[');
    for (isize i = 0; i < n; i++) {
        json_put_str(&w, NULL, str_brief(cell[i].text, CELL_MOST));
        json_put_str(&w, NULL, str_brief(cell[i].detail, CELL_MOST));
    }
    json_close(&w, ']');
    return buf_str(&b);
}

/* A draft of another revision of the instrument does not fit any more: it is left. */
static struct form_cell *read_cells(struct str line, isize n, struct arena *a)
{
    struct json *doc;
    struct err none;
    if (json_read(line, "draft", &doc, a, &none) != OK || doc->kind != JSON_ARRAY ||
        doc->n != 2 * n)
        return NULL;
    struct form_cell *cell = NEW(a, struct form_cell, n);
    isize i = 0;
    for (const struct json *v = doc->kid; v; v = v->next, i++)
        *(i % 2 ? &cell[i / 2].detail : &cell[i / 2].text) = v->text;
    return cell;
}

int collect_draft_read(struct db *db, const struct collect_kit *k,
                       const struct form_key *key, int pass, i64 staff, i64 link,
                       i64 *version, struct form_cell **out, struct arena *a,
                       struct err *e)
{
    *version = 0;
    *out = NULL;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_draft_get,
                 ARGS(I(key->subject), T(k->s->measures.at[key->measure].id),
                      T(collect_time(k, key->time)), I(pass), I(staff), I(link)),
                 e));
    if (db_next(&r)) {
        *out = read_cells(db_str(&r, 2, a), k->in[key->measure]->items.n, a);
        *version = db_i64(&r, 1);
    }
    return db_end(&r, e);
}

struct drafting {
    const struct act *act;
    const struct collect_kit *k;
    const struct form_key *key;
    int pass;
    i64 staff, link, version, given;
    struct str cells;
};

static int put(struct db *db, void *arg, struct err *e)
{
    struct drafting *c = arg;
    struct str measure = c->k->s->measures.at[c->key->measure].id,
               time = collect_time(c->k, c->key->time);
    int code;
    if (c->version == 0)
        code = db_one(db, &c->given, SQL_draft_put,
                      ARGS(I(c->key->subject), T(measure), T(time), I(c->pass),
                           I(c->staff), I(c->link), T(c->cells), I(c->act->now)),
                      e);
    else
        code =
            db_one(db, &c->given, SQL_draft_set,
                   ARGS(I(c->key->subject), T(measure), T(time), I(c->pass), I(c->staff),
                        I(c->link), T(c->cells), I(c->act->now), I(c->version)),
                   e);
    if (code == E_NOT_FOUND) return err_say(e, E_CHANGED, "REFUSED_DRAFT_CHANGED");
    return code;
}

int collect_draft_save(const struct act *act, const struct collect_kit *k,
                       const struct form_key *key, int pass, i64 link,
                       const struct form_cell *cell, i64 *version, struct err *e)
{
    struct drafting c = {.act = act,
                         .k = k,
                         .key = key,
                         .pass = pass,
                         .staff = link ? 0 : act->who.staff,
                         .link = link,
                         .version = *version,
                         .cells =
                             write_cells(cell, k->in[key->measure]->items.n, act->a)};
    TRY(act_change(act, put, &c, e));
    *version = c.given;
    return OK;
}

static int mine(struct act *act, const struct collect_kit *k, const struct form_key *key,
                int pass, struct err *e)
{
    struct response_place p;
    TRY(collect_place(act->db, k, key, pass, 0, 0, &p, act->a, e));
    return collect_may_enter(act, k, key->measure, p.site, MODE_PAPER)
               ? OK
               : collect_hidden(e);
}

int collect_draft(struct act *act, const struct collect_kit *k,
                  const struct form_key *key, int pass, const struct form_cell *cell,
                  i64 *version, struct err *e)
{
    TRY(mine(act, k, key, pass, e));
    return collect_draft_save(act, k, key, pass, 0, cell, version, e);
}

static int drop(struct db *db, void *arg, struct err *e)
{
    struct drafting *c = arg;
    return db_run(db, SQL_draft_drop,
                  ARGS(I(c->key->subject), T(c->k->s->measures.at[c->key->measure].id),
                       T(collect_time(c->k, c->key->time)), I(c->pass), I(c->staff),
                       I(0)),
                  e);
}

int collect_draft_drop(struct act *act, const struct collect_kit *k,
                       const struct form_key *key, int pass, struct err *e)
{
    TRY(mine(act, k, key, pass, e));
    struct drafting c = {
        .act = act, .k = k, .key = key, .pass = pass, .staff = act->who.staff};
    return act_change(act, drop, &c, e);
}

static int tidy(struct db *db, void *arg, struct err *e)
{
    const struct drafting *c = arg;
    return db_run(db, SQL_draft_tidy,
                  ARGS(I(c->act->now - (instant)COLLECT_DRAFT_DAYS * 86400000)), e);
}

int collect_tidy(struct act *act, struct err *e)
{
    struct drafting c = {.act = act};
    return act_change(act, tidy, &c, e);
}
