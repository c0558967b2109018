/* Laws: a catalogue written and read again is the same; it matches itself, or is refused
** for empty words or stray braces only. */
#include "base/text.h"
#include "fuzz.h"
#include <stdlib.h>
#include <string.h>

static struct str written(const struct po *po, struct arena *a)
{
    struct buf b = buf_in(a, 64);
    for (isize i = 0; i < po->n; i++) {
        buf_fmt(&b, "msgid \"%.*s\"\nmsgstr \"", FMT(po->at[i].id));
        struct str s = po->at[i].text;
        for (isize k = 0; k < s.n; k++) {
            char c = s.at[k];
            if (c == '\n' || c == '\t' || c == '"' || c == '\\') buf_putc(&b, '\\');
            buf_putc(&b, c == '\n' ? 'n' : c == '\t' ? 't' : c);
        }
        buf_put(&b, S("\"\n\n"));
    }
    return buf_str(&b);
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    struct arena a = arena_reserve((isize)1 << 30);
    struct err e = {0};
    struct po po = {0}, back = {0};
    if (po_read((struct str){(const char *)at, (isize)n}, "fuzz", &po, &a, &e) == OK) {
        if (po_read(written(&po, &a), "again", &back, &a, &e) != OK) abort();
        if (po.n != back.n) abort();
        for (isize i = 0; i < po.n; i++)
            if (!str_eq(po.at[i].id, back.at[i].id) ||
                !str_eq(po.at[i].text, back.at[i].text))
                abort();
        if (po_compare(&po, "fuzz", &po, "fuzz", &e) != OK &&
            !strstr(e.text, "no words") && !strstr(e.text, "a brace"))
            abort();
    } else if (!e.text[0]) {
        abort();
    }
    arena_release(&a);
    return 0;
}
