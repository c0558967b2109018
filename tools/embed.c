/* embed OUT.c en.po nb.po da.po: interface texts as a table in C (base/text.h).
**
** Run while building. The first catalogue is the list of names; the build ends with a
** sentence if another lacks one, has an unknown one, or wants other places filled. */
#include "base/file.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Octal, because a hexadecimal escape would swallow the letters behind it; and ? because
** of trigraphs. */
static void put_c(struct buf *b, struct str s)
{
    buf_putc(b, '"');
    for (isize i = 0; i < s.n; i++) {
        u8 c = (u8)s.at[i];
        if (c < ' ' || c >= 127 || c == '"' || c == '\\' || c == '?')
            buf_fmt(b, "\\%03o", (unsigned)c);
        else
            buf_putc(b, (char)c);
    }
    buf_putc(b, '"');
}

static int by_name(const void *x, const void *y)
{
    const struct po_entry *p = x, *q = y;
    return str_cmp(p->id, q->id);
}

static int run(int n_langs, char **path, const char *out, struct arena *a, struct err *e)
{
    struct po po[LANG_N] = {0};
    for (int k = 0; k < n_langs; k++) {
        struct str text;
        TRY(file_read(path[k], FILE_LIMIT, &text, a, e));
        TRY(po_read(text, path[k], &po[k], a, e));
        TRY(po_compare(&po[0], path[0], &po[k], path[k], e));
    }
    /* The same names in each: sorted, they stand side by side. */
    for (int k = 0; k < n_langs; k++)
        if (po[k].n > 1) qsort(po[k].at, (size_t)po[k].n, sizeof *po[k].at, by_name);
    struct buf b = buf_in(a, 1 << 16);
    buf_put(&b, S("/* Made by tools/embed from data/text; changes here are lost. */\n"
                  "#include \"base/text.h\"\n"
                  "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"));
    buf_fmt(&b, "const isize text_n = %td;\nconst struct text_row text_row[] = {\n",
            po[0].n);
    for (isize i = 0; i < po[0].n; i++) {
        buf_fmt(&b, "{\"%.*s\", {", FMT(po[0].at[i].id));
        for (int k = 0; k < n_langs; k++) {
            buf_put(&b, S("{"));
            put_c(&b, po[k].at[i].text);
            buf_fmt(&b, ", %td}, ", po[k].at[i].text.n);
        }
        buf_put(&b, S("}},\n"));
    }
    buf_put(&b, S("{0}};\n"));
    return file_publish(out, buf_str(&b), e);
}

int main(int argc, char **argv)
{
    struct arena a = arena_reserve((isize)1 << 30);
    struct err e = {0};
    if (argc != 2 + LANG_N) {
        fprintf(stderr, "usage: embed OUT.c en.po nb.po da.po\n");
        return 2;
    }
    int rc = run(LANG_N, argv + 2, argv[1], &a, &e);
    if (rc != OK) fprintf(stderr, "%s\n", e.text);
    return err_exit(rc);
}
