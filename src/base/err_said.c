#include "base/day.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

/* "24 Nov 2026" as pages write days; in e->text, for programs, 2026-11-24. */
static struct str day_words(enum lang lang, day d, struct arena *a)
{
    int year, month, mday;
    day_split(d, &year, &month, &mday);
    struct str months = text_of(lang, "PAGE_MONTHS"), name = {0};
    for (int i = 0; i < month; i++)
        if (!str_cut(&months, ' ', &name)) break;
    struct str part[] = {str_fmt(a, "%d", mday), name, str_fmt(a, "%d", year)};
    return text_fill(lang, "PAGE_DAY", part, COUNT(part), a);
}

enum { VALUES = COUNT(((struct err *)0)->value) };

static isize fill(const struct err_value *value, enum lang lang, bool plain,
                  struct str *out, struct arena *a)
{
    isize n = 0;
    for (; n < VALUES; n++) {
        const struct err_value *v = &value[n];
        switch (v->kind) {
        case SAID_NOTHING: return n;
        case SAID_INT: out[n] = str_fmt(a, "%" PRId64, v->n); break;
        case SAID_DAY:
            out[n] = plain ? day_text((day)v->n, a) : day_words(lang, (day)v->n, a);
            break;
        case SAID_CODE: out[n] = str_of(v->code); break;
        case SAID_TEXT: out[n] = text_of(lang, v->key); break;
        }
    }
    return n;
}

static void take(struct err_value *to, const struct err_say *value, int n)
{
    for (int i = 0; i < VALUES; i++) {
        struct err_value *v = &to[i];
        *v = (struct err_value){0};
        if (i >= n) continue;
        v->kind = value[i].kind;
        v->n = value[i].n;
        if (v->kind == SAID_TEXT) v->key = value[i].s.at;
        if (v->kind != SAID_CODE) continue;
        struct str s = str_brief(value[i].s, (isize)sizeof v->code - 1);
        memcpy(v->code, s.at, (size_t)s.n);
    }
}

int err_say_of(struct err *e, int code, const char *key, const struct err_say *value,
               int n)
{
    if (!e) return code;
    char room[8192];
    struct arena tmp = {.at = room, .end = room + sizeof room, .base = room};
    struct str part[VALUES];
    err_set(e, code, "%s", "");
    e->key = key;
    take(e->value, value, n);
    isize filled = fill(e->value, LANG_EN, true, part, &tmp);
    struct str s =
        str_brief(text_fill(LANG_EN, key, part, filled, &tmp), (isize)sizeof e->text - 1);
    memcpy(e->text, s.at, (size_t)s.n);
    e->text[s.n] = 0;
    return code;
}

int err_in(struct err *e, int code, const char *where, const struct err_say *value, int n)
{
    if (!e) return code;
    char room[8192];
    struct arena tmp = {.at = room, .end = room + sizeof room, .base = room};
    struct str part[VALUES];
    const char *key = e->key;
    struct str clause = str_dup(str_of(e->text + e->clause), &tmp);
    take(e->place, value, n);
    isize filled = fill(e->place, LANG_EN, true, part, &tmp);
    struct str at = text_fill(LANG_EN, where, part, filled, &tmp);
    err_set(e, code, "%.*s: %.*s", FMT(at), FMT(clause));
    e->key = key;
    e->where = where;
    e->clause = (int)MIN(at.n + 2, (isize)sizeof e->text - 1);
    return code;
}

int err_say(struct err *e, int code, const char *key)
{
    return err_say_of(e, code, key, NULL, 0);
}

static struct str clause_of(const struct err *e, enum lang lang, struct arena *a)
{
    struct str part[VALUES];
    if (e->key) {
        isize n = fill(e->value, lang, false, part, a);
        return text_fill(lang, e->key, part, n, a);
    }
    return text_of(lang, err_name(e->code));
}

struct str err_said(const struct err *e, enum lang lang, struct arena *a)
{
    struct str part[VALUES];
    if (!e->key && lang == LANG_EN && e->text[0]) return str_dup(str_of(e->text), a);
    struct str s = clause_of(e, lang, a);
    if (!e->where) return s;
    isize n = fill(e->place, lang, false, part, a);
    return str_fmt(a, "%.*s: %.*s", FMT(text_fill(lang, e->where, part, n, a)), FMT(s));
}

/* A letter of Latin-1 or ASCII as a capital: what sentences of these languages begin with. */
struct str err_sentence(const struct err *e, enum lang lang, struct arena *a)
{
    struct str s = err_said(e, lang, a);
    if (s.n == 0) return s;
    struct buf b = buf_in(a, s.n + 2);
    u8 x = (u8)s.at[0], y = s.n > 1 ? (u8)s.at[1] : 0;
    if (x >= 'a' && x <= 'z') {
        buf_putc(&b, (char)(x - 32));
        s = str_from(s, 1);
    } else if (x == 0xC3 && y >= 0xA0 && y != 0xB7 && y != 0xBF) {
        buf_putc(&b, s.at[0]);
        buf_putc(&b, (char)(y - 32));
        s = str_from(s, 2);
    }
    buf_put(&b, s);
    if (s.n && !strchr(".?!", s.at[s.n - 1])) buf_putc(&b, '.');
    return buf_str(&b);
}
