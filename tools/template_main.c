/* template OUT.h OUT.c en.po FILE.html ...: templates of pages into C (tools/template.h).
** Run while building. */
#include "base/file.h"
#include "template.h"
#include <stdio.h>
#include <string.h>

static int run(int n, char **arg, struct arena *a, struct err *e)
{
    struct str text;
    struct po po = {0};
    struct template_file *f = NEW(a, struct template_file, n);
    TRY(file_read(arg[2], FILE_LIMIT, &text, a, e));
    TRY(po_read(text, arg[2], &po, a, e));
    for (int i = 3; i < n; i++) {
        f[i - 3].name = arg[i];
        TRY(file_read(arg[i], FILE_LIMIT, &f[i - 3].text, a, e));
    }
    const char *slash = strrchr(arg[0], '/');
    struct buf head = buf_in(a, 1 << 14), code = buf_in(a, 1 << 18);
    buf_put(&head,
            S("/* Made by tools/template; changes here are lost. */\n#pragma once\n"
              "#include \"web/html.h\"\n"));
    buf_fmt(&code, "#include \"%s\"\n", slash ? slash + 1 : arg[0]);
    TRY(template_compile(f, n - 3, &po, &head, &code, e));
    TRY(file_publish(arg[0], buf_str(&head), e));
    return file_publish(arg[1], buf_str(&code), e);
}

int main(int argc, char **argv)
{
    struct arena a = arena_reserve((isize)1 << 30);
    struct err e = {0};
    if (argc < 5) {
        fprintf(stderr, "usage: template OUT.h OUT.c en.po FILE.html ...\n");
        return 2;
    }
    int rc = run(argc - 1, argv + 1, &a, &e);
    if (rc != OK) fprintf(stderr, "%s\n", e.text);
    return err_exit(rc);
}
