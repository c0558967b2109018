#include "app/contact.h"
#include "base/json.h"
#include "store/statements.h"

static int texts_of(struct db *db, i64 site, struct str text[LANG_N], struct arena *a,
                    struct err *e)
{
    ROWS r = {0};
    for (int i = 0; i < LANG_N; i++) text[i] = (struct str){0};
    TRY(db_query(db, &r, SQL_contact_of, ARGS(I(site)), e));
    while (db_next(&r)) {
        enum lang lang;
        struct err none;
        if (lang_read(db_str(&r, 0, a), &lang, &none) == OK)
            text[lang] = db_str(&r, 1, a);
    }
    return db_end(&r, e);
}

static int names_of(struct db *db, i64 site, struct contact *out, struct arena *a,
                    struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_contact_site, ARGS(I(site)), e));
    if (!db_next(&r)) {
        TRY(db_end(&r, e));
        return err_say(e, E_NOT_FOUND, "REFUSED_NO_SITE");
    }
    out->site = db_str(&r, 0, a);
    out->service = db_str(&r, 1, a);
    return db_end(&r, e);
}

int contact_of(struct act *act, i64 site, struct contact *out, struct err *e)
{
    *out = (struct contact){0};
    TRY(names_of(act->db, site, out, act->a, e));
    return texts_of(act->db, site, out->text, act->a, e);
}

struct str contact_words(const struct contact *c, enum lang lang, enum lang *in)
{
    *in = lang;
    for (int i = 0; i < LANG_N && !c->text[*in].n; i++) *in = (enum lang)i;
    return c->text[*in];
}

struct setting {
    struct act *act;
    const struct str *text;
    i64 site;
};

static struct str as_json(const struct str text[LANG_N], struct arena *a)
{
    struct buf b = buf_in(a, 256);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    for (int i = 0; i < LANG_N; i++) /* canonical: da, en, nb */
        if (text[(i + LANG_DA) % LANG_N].n)
            json_put_str(&w, lang_code[(i + LANG_DA) % LANG_N],
                         text[(i + LANG_DA) % LANG_N]);
    json_close(&w, '}');
    return buf_str(&b);
}

static int set(struct db *db, void *arg, struct err *e)
{
    struct setting *c = arg;
    struct arena tmp = act_room(c->act);
    struct str old[LANG_N];
    bool any = false;
    TRY(texts_of(db, c->site, old, &tmp, e));
    for (int i = 0; i < LANG_N; i++) {
        struct str lang = str_of(lang_code[i]);
        if (str_eq(old[i], c->text[i])) continue;
        any = true;
        TRY(db_run(db, SQL_contact_end, ARGS(I(c->site), T(lang), I(c->act->now)), e));
        if (c->text[i].n)
            TRY(db_run(db, SQL_contact_put,
                       ARGS(I(c->site), T(lang), T(c->text[i]), I(c->act->now),
                            I(c->act->who.staff)),
                       e));
    }
    if (!any) return OK;
    struct str before = as_json(old, &tmp), after = as_json(c->text, &tmp);
    return act_note(c->act, db, "contact.set", "site", c->site, before, after, tmp, e);
}

int contact_set(struct act *act, i64 site, const struct str text[LANG_N], struct err *e)
{
    struct contact now;
    struct setting c = {act, text, site};
    TRY(act_may(act, MAY_SET_CONTACT, site, e));
    TRY(contact_of(act, site, &now, e));
    for (int i = 0; i < LANG_N; i++)
        if (text[i].n > CONTACT_MOST)
            return err_say_of(e, E_RECORD, "REFUSED_CONTACT_LONG",
                              SAID(SAY_INT(CONTACT_MOST)));
    return act_change(act, set, &c, e);
}
