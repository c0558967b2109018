/* Laws: however a body is cut into pieces, the parts are the same, or the refusal is; what is
** refused has a sentence; a part ends before the next begins; no name is empty or holds a
** control character. The first byte says how large the pieces are, the second how long the
** boundary is, which follows. */
#include "fuzz.h"
#include "web/http.h"
#include "web/multipart.h"
#include <stdlib.h>

struct told {
    struct buf b;
    bool open;
};

static int begin(void *arg, const struct multipart_part *p, struct err *e)
{
    (void)e;
    struct told *t = arg;
    if (t->open || p->name.n == 0 || !str_utf8_ok(p->name)) abort();
    for (isize i = 0; i < p->name.n; i++)
        if ((unsigned char)p->name.at[i] < 0x20) abort();
    if (str_find(p->filename, '/') >= 0 || str_find(p->filename, '\\') >= 0) abort();
    t->open = true;
    buf_fmt(&t->b, "[%d:%.*s:%.*s]", p->is_file, FMT(p->name), FMT(p->filename));
    return OK;
}

static int piece(void *arg, struct str s, struct err *e)
{
    (void)e;
    struct told *t = arg;
    if (!t->open || s.n == 0) abort();
    buf_put(&t->b, s);
    return OK;
}

static int end(void *arg, struct err *e)
{
    (void)e;
    struct told *t = arg;
    if (!t->open) abort();
    t->open = false;
    buf_put(&t->b, S("|"));
    return OK;
}

static int run(struct str type, struct str body, isize step, struct told *t,
               struct arena *a, struct err *e)
{
    struct multipart *m = NEW(a, struct multipart, 1);
    *t = (struct told){.b = buf_in(a, 256)};
    int rc = multipart_begin(m, type, (struct multipart_sink){t, begin, piece, end}, e);
    for (isize at = 0; rc == OK && at < body.n; at += step)
        rc = multipart_feed(m, str_upto(str_from(body, at), MIN(step, body.n - at)), e);
    return rc == OK ? multipart_end(m, e) : rc;
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    struct arena a = arena_reserve((isize)1 << 28);
    struct str s = {(const char *)at, (isize)n};
    if (s.n >= 2) {
        isize step = 1 + at[0], k = MIN((isize)at[1], s.n - 2);
        struct str mark = str_upto(str_from(s, 2), k), body = str_from(s, 2 + k);
        struct str type =
            str_fmt(&a, "multipart/form-data; boundary=\"%.*s\"", FMT(mark));
        struct told one, many;
        struct err e = {0}, f = {0};
        int rc = run(type, body, MAX(body.n, (isize)1), &one, &a, &e);
        if (run(type, body, step, &many, &a, &f) != rc) abort();
        if (rc != OK && (!e.text[0] || !str_eq(str_of(e.text), str_of(f.text)))) abort();
        if (!str_eq(buf_str(&one.b), buf_str(&many.b))) abort();
        if (rc == OK && one.open) abort();
    }
    file_kind_of(s, n % 2);
    arena_release(&a);
    return 0;
}
