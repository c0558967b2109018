#include "store/identity.h"
#include "store/identity_parts.h"
#include "base/day.h"
#include "store/seal.h"
#include "store/statements.h"
#include <glib.h>
#include <sodium.h>
#include <string.h>

static const struct {
    const char *name;
    enum identity_form form;
    const char *key;
} fields[ID_N] = {
#define FIELD(name, form, text) {#name, form, text},
#include "store/identity_fields.def"
#undef FIELD
};

const char *identity_field_text(enum identity_field f)
{
    return fields[f].key;
}

const char *identity_field_name(enum identity_field f)
{
    return fields[f].name;
}

/* --- normal forms ----------------------------------------------------------- */

struct text_normal {
    char *of;
    struct arena *a;
    struct str s;
};

/* Every run of blanks one blank, none at the ends. */
static void take_normal(void *arg)
{
    struct text_normal *t = arg;
    struct buf b = buf_in(t->a, 64);
    bool gap = false;
    for (char *p = t->of; p && *p; p = g_utf8_next_char(p)) {
        if (g_unichar_isspace(g_utf8_get_char(p))) {
            gap = b.n > 0;
            continue;
        }
        if (gap) buf_putc(&b, ' ');
        gap = false;
        buf_put(&b, (struct str){p, g_utf8_next_char(p) - p});
    }
    t->s = buf_str(&b);
}

/* A name: not left where the next one finds it. */
static void forget(char *s)
{
    if (s) sodium_memzero(s, strlen(s));
    g_free(s);
}

/* NFKC of the case-folded text (folding may undo the form, so it comes first and the form
** twice). */
static struct str normal_text(struct str s, struct arena *a)
{
    char *one = g_utf8_normalize(s.at, s.n, G_NORMALIZE_ALL);
    char *two = one ? g_utf8_casefold(one, -1) : NULL;
    char *three = two ? g_utf8_normalize(two, -1, G_NORMALIZE_ALL_COMPOSE) : NULL;
    struct text_normal t = {.of = three, .a = a};
    bool full = arena_caught(take_normal, &t);
    forget(one);
    forget(two);
    forget(three);
    if (full) arena_refuse(a);
    return t.s;
}

/* "+47 22 85 50-50" and "004722855050" are the same; a number without either is
** itself. */
static struct str normal_phone(struct str s, struct arena *a)
{
    struct buf b = buf_in(a, 32);
    bool plus = false;
    for (isize i = 0; i < s.n; i++) {
        if (s.at[i] == '+' && b.n == 0) plus = true;
        if (s.at[i] >= '0' && s.at[i] <= '9') buf_putc(&b, s.at[i]);
    }
    struct str n = buf_str(&b);
    if (n.n == 0 || !(plus || str_starts(n, S("00")))) return n;
    return str_fmt(a, "+%.*s", FMT(plus ? n : str_from(n, 2)));
}

int identity_normal(enum identity_field f, struct str value, struct str *out,
                    struct arena *a, struct err *e)
{
    day d = 0;
    if (!str_utf8_ok(value))
        return err_say_of(e, E_RECORD, "REFUSED_FIELD_TEXT",
                          SAID(SAY_TEXT(fields[f].key)));
    for (isize i = 0; i < value.n; i++)
        if (value.at[i] == 0)
            return err_say_of(e, E_RECORD, "REFUSED_FIELD_ZERO",
                              SAID(SAY_TEXT(fields[f].key)));
    switch (fields[f].form) {
    case FORM_TEXT: *out = normal_text(value, a); break;
    case FORM_PHONE: *out = normal_phone(value, a); break;
    case FORM_DAY:
        /* day_read's own sentence would repeat the value. */
        if (day_read(str_trim(value), &d, NULL) != OK)
            return err_say_of(e, E_DAY, "REFUSED_FIELD_DAY",
                              SAID(SAY_TEXT(fields[f].key)));
        *out = day_text(d, a);
        break;
    }
    return out->n ? OK
                  : err_say_of(e, E_RECORD, "REFUSED_FIELD_EMPTY",
                               SAID(SAY_TEXT(fields[f].key)));
}

/* --- keys and places -------------------------------------------------------- */

static struct str key_place(i64 person, struct arena *a)
{
    return str_fmt(a, "varde identity key %" PRId64, person);
}

static struct str place(i64 person, enum identity_field f, struct arena *a)
{
    return str_fmt(a, "varde identity %" PRId64 " %s", person, fields[f].name);
}

/* Of field and normal form together: a birth date is not found as a name. */
static struct str find_hash(const struct key *k, enum identity_field f, struct str normal,
                            struct arena *a)
{
    u8 key[KEY_BYTES], h[crypto_generichash_BYTES];
    key_of(k, KEY_FIND, key);
    struct str s = str_fmt(a, "%s\n%.*s", fields[f].name, FMT(normal));
    crypto_generichash(h, sizeof h, (const u8 *)s.at, (unsigned long long)s.n, key,
                       sizeof key);
    sodium_memzero(key, sizeof key);
    char *hex = NEW(a, char, 2 * (isize)sizeof h + 1);
    sodium_bin2hex(hex, 2 * sizeof h + 1, h, sizeof h);
    return str_of(hex);
}

enum found { NONE, ERASED, THERE };

static int person_key(struct db *db, const struct key *k, i64 person, u8 out[KEY_BYTES],
                      enum found *found, struct arena tmp, struct err *e)
{
    struct str sealed = {0}, plain = {0};
    *found = NONE;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_identity_key_get, ARGS(I(person)), e));
    if (db_next(&r)) {
        *found = db_is_null(&r, 0) ? ERASED : THERE;
        sealed = db_blob(&r, 0, &tmp);
    }
    TRY(db_end(&r, e));
    if (*found != THERE) return OK;
    u8 wrap[KEY_BYTES];
    key_of(k, KEY_IDENTITY, wrap);
    int code = seal_open(wrap, key_place(person, &tmp), sealed, &plain, &tmp, e);
    sodium_memzero(wrap, sizeof wrap);
    if (code == OK && plain.n != KEY_BYTES)
        code = err_set(e, E_SEAL, "a sealed value has the wrong length");
    if (code != OK) return err_at(e, code, "the key of person %" PRId64, person);
    for (isize i = 0; i < KEY_BYTES; i++) out[i] = (u8)plain.at[i];
    return OK;
}

static int make_key(struct db *db, const struct key *k, i64 person, u8 out[KEY_BYTES],
                    struct arena tmp, struct err *e)
{
    u8 wrap[KEY_BYTES];
    randombytes_buf(out, KEY_BYTES);
    key_of(k, KEY_IDENTITY, wrap);
    struct str sealed = seal_cell(wrap, key_place(person, &tmp),
                                  (struct str){(char *)out, KEY_BYTES}, &tmp);
    sodium_memzero(wrap, sizeof wrap);
    return db_run(db, SQL_identity_key_put, ARGS(I(person), B(sealed)), e);
}

/* --- changes ---------------------------------------------------------------- */

static int note(struct db *db, const char *act, i64 person, const char *after,
                const struct identity_act *by, struct arena tmp, struct err *e)
{
    struct journal_entry j = {.at = by->at,
                              .actor = by->actor,
                              .act = str_of(act),
                              .entity = S("identity"),
                              .entity_id = person,
                              .after = str_of(after)};
    return journal_add(db, &j, tmp, e);
}

int identity_put(struct db *db, const struct key *k, i64 person, enum identity_field f,
                 struct str value, const struct identity_act *act, struct arena tmp,
                 struct err *e)
{
    enum found found = NONE;
    struct str normal = {0};
    u8 key[KEY_BYTES];
    if (!db_in_transaction(db))
        return err_set(e, E_DB, "an identity needs the transaction of its change");
    if (value.n) TRY(identity_normal(f, value, &normal, &tmp, e));
    TRY(person_key(db, k, person, key, &found, tmp, e));
    if (found == ERASED)
        return err_say_of(e, E_RECORD, "REFUSED_PERSON_ERASED", SAID(SAY_INT(person)));
    if (value.n == 0) {
        sodium_memzero(key, sizeof key);
        TRY(db_run(db, SQL_identity_drop, ARGS(I(person), T(str_of(fields[f].name))), e));
    } else {
        int code = found == NONE ? make_key(db, k, person, key, tmp, e) : OK;
        struct str cell = seal_cell(key, place(person, f, &tmp), value, &tmp);
        sodium_memzero(key, sizeof key);
        TRY(code);
        TRY(db_run(db, SQL_identity_put,
                   ARGS(I(person), T(str_of(fields[f].name)), B(cell),
                        T(find_hash(k, f, normal, &tmp))),
                   e));
    }
    struct str after = str_fmt(&tmp, "{\"changed\":\"%s\"}", fields[f].name);
    return note(db, "identity.put", person, after.at, act, tmp, e);
}

int identity_open(struct db *db, const struct key *k, i64 person, struct identity *out,
                  struct arena *a, struct err *e)
{
    enum found found = NONE;
    u8 key[KEY_BYTES];
    int code = OK;
    *out = (struct identity){0};
    TRY(person_key(db, k, person, key, &found, *a, e));
    if (found != THERE)
        return err_say_of(e, E_NOT_FOUND,
                          found == ERASED ? "REFUSED_PERSON_GONE" : "REFUSED_PERSON_NONE",
                          SAID(SAY_INT(person)));
    ROWS r = {0};
    code = db_query(db, &r, SQL_identity_of, ARGS(I(person)), e);
    while (code == OK && db_next(&r)) {
        struct str name = db_str(&r, 0, a), cell = db_blob(&r, 1, a);
        int f = 0;
        while (f < ID_N && !str_is(name, fields[f].name)) f++;
        if (f == ID_N) continue; /* of a newer program */
        code = seal_open(key, place(person, (enum identity_field)f, a), cell, &out->at[f],
                         a, e);
        if (code != OK) err_at(e, code, "%s of person %" PRId64, fields[f].name, person);
    }
    sodium_memzero(key, sizeof key);
    if (code != OK) *out = (struct identity){0};
    TRY(code);
    return db_end(&r, e);
}

int identity_matches(struct db *db, const struct key *k, enum identity_field f,
                     struct str value, struct persons *out, struct arena *a,
                     struct err *e)
{
    struct str normal = {0};
    *out = (struct persons){0};
    TRY(identity_normal(f, value, &normal, a, e));
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_identity_find, ARGS(T(find_hash(k, f, normal, a))), e));
    while (db_next(&r)) *PUSH(a, out) = db_i64(&r, 0);
    return db_end(&r, e);
}

/* --- for viewers ------------------------------------------------------------- */

static int seen(struct db *db, const struct viewer *who, struct str roles, i64 person,
                bool *out, struct err *e)
{
    i64 n = 0;
    TRY(db_one(db, &n, SQL_identity_seen,
               ARGS(I(who->staff), T(roles), I(who->today), I(person)), e));
    *out = n > 0;
    return OK;
}

int identity_get(struct db *db, const struct key *k, const struct viewer *who,
                 struct str roles, i64 person, struct identity *out, struct arena *a,
                 struct err *e)
{
    bool fine = false;
    *out = (struct identity){0};
    TRY(seen(db, who, roles, person, &fine, e));
    if (fine) return identity_open(db, k, person, out, a, e);
    return err_say_of(e, E_NOT_FOUND, "REFUSED_PERSON_NONE", SAID(SAY_INT(person)));
}

/* Takes those out whom the viewer may not have named; *hidden: there were some. */
static int keep_seen(struct db *db, const struct viewer *who, struct str roles,
                     struct persons *of, bool *hidden, struct err *e)
{
    isize n = 0;
    *hidden = false;
    for (isize i = 0; i < of->n; i++) {
        bool fine = false;
        TRY(seen(db, who, roles, of->at[i], &fine, e));
        if (fine) of->at[n++] = of->at[i];
        *hidden = *hidden || !fine;
    }
    of->n = n;
    return OK;
}

int identity_find(struct db *db, const struct key *k, const struct viewer *who,
                  struct str roles, enum identity_field f, struct str value,
                  struct persons *out, struct arena *a, struct err *e)
{
    bool hidden;
    TRY(identity_matches(db, k, f, value, out, a, e));
    return keep_seen(db, who, roles, out, &hidden, e);
}

int identity_twins(struct db *db, const struct key *k, const struct viewer *who,
                   struct str roles, struct str name, struct str birth,
                   struct persons *here, bool *elsewhere, struct arena *a, struct err *e)
{
    struct persons named = {0}, born = {0};
    *here = (struct persons){0};
    *elsewhere = false;
    TRY(identity_matches(db, k, ID_name, name, &named, a, e));
    TRY(identity_matches(db, k, ID_birth, birth, &born, a, e));
    for (isize i = 0, j = 0; i < named.n; i++) { /* both are by id */
        while (j < born.n && born.at[j] < named.at[i]) j++;
        if (j < born.n && born.at[j] == named.at[i]) *PUSH(a, here) = named.at[i];
    }
    return keep_seen(db, who, roles, here, elsewhere, e);
}

/* --- erasing ------------------------------------------------------------------ */

int identity_erase(struct db *db, i64 person, const struct identity_act *act,
                   struct arena tmp, struct err *e)
{
    i64 n = 0;
    if (!db_in_transaction(db))
        return err_set(e, E_DB, "erasing needs a transaction of its own");
    TRY(db_run_count(db, SQL_identity_key_erase, ARGS(I(person), T(act->at)), &n, e));
    if (n == 0)
        return err_say_of(e, E_NOT_FOUND, "REFUSED_PERSON_NONE", SAID(SAY_INT(person)));
    TRY(db_run(db, SQL_identity_drop_all, ARGS(I(person)), e));
    return note(db, "identity.erase", person, "{\"erased\":true}", act, tmp, e);
}
