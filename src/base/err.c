#include "base/err.h"
#include <stdio.h>
#include <string.h>

static const struct {
    int code, exit;
    const char *name, *meaning;
} row[] = {
    {OK, 0, "OK", "no error"},
#define ERR(name, number, exit, text) {number, exit, #name, text},
#include "base/errors.def"
#undef ERR
};

/* A sentence that was cut may end in half a letter. */
static void whole_letters(char *text, int wanted, size_t room)
{
    if (wanted < (int)room) return;
    isize n = (isize)room - 1;
    while (n > 0 && ((u8)text[n - 1] & 0xC0) == 0x80) n--;
    if (n > 0 && (u8)text[n - 1] >= 0xC0) n--;
    if (!str_utf8_ok(str_from(str_of(text), n))) text[n] = 0;
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
    if (!e) return code;
    va_list ap;
    va_start(ap, fmt);
    e->code = code;
    e->key = e->where = NULL;
    e->clause = 0;
    whole_letters(e->text, vsnprintf(e->text, sizeof e->text, fmt, ap), sizeof e->text);
    va_end(ap);
    return code;
}

int err_at(struct err *e, int code, const char *fmt, ...)
{
    if (!e) return code;
    char head[300], tail[sizeof e->text];
    va_list ap;
    va_start(ap, fmt);
    whole_letters(head, vsnprintf(head, sizeof head, fmt, ap), sizeof head);
    va_end(ap);
    memcpy(tail, e->text, sizeof tail);
    e->code = code;
    e->clause = 0;
    int n = snprintf(e->text, sizeof e->text, "%s: ", head);
    size_t room = sizeof e->text - (size_t)n;
    whole_letters(e->text + n, snprintf(e->text + n, room, "%s", tail), room);
    return code;
}

int err_pass(struct err *e, int code, const struct err *why)
{
    if (!e) return code;
    if (e != why) *e = *why;
    e->code = code;
    return code;
}

static isize row_of(int code)
{
    for (isize i = 0; i < COUNT(row); i++)
        if (row[i].code == code) return i;
    return -1;
}

const char *err_name(int code)
{
    isize i = row_of(code);
    return i < 0 ? "E_UNKNOWN" : row[i].name;
}

const char *err_meaning(int code)
{
    isize i = row_of(code);
    return i < 0 ? "an error without a number" : row[i].meaning;
}

int err_exit(int code)
{
    isize i = row_of(code);
    return i < 0 ? 70 : row[i].exit;
}
