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

int err_set(struct err *e, int code, const char *fmt, ...)
{
    if (!e) return code;
    va_list ap;
    va_start(ap, fmt);
    e->code = code;
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    return code;
}

int err_at(struct err *e, int code, const char *fmt, ...)
{
    if (!e) return code;
    char head[300], tail[sizeof e->text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(head, sizeof head, fmt, ap);
    va_end(ap);
    memcpy(tail, e->text, sizeof tail);
    e->code = code;
    int n = snprintf(e->text, sizeof e->text, "%s: ", head);
    snprintf(e->text + n, sizeof e->text - (size_t)n, "%s", tail);
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
