#include "base/text.h"
#include <string.h>

struct str text_of(enum lang lang, const char *id)
{
    isize lo = 0, hi = text_n;
    while (lo < hi) {
        isize mid = lo + (hi - lo) / 2;
        int c = strcmp(id, text_row[mid].id);
        if (c == 0) {
            const struct text_row *r = &text_row[mid];
            return r->words[lang].n ? r->words[lang] : r->words[LANG_EN];
        }
        if (c < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return str_of(id);
}

struct str text_fill(enum lang lang, const char *id, const struct str *arg, isize n,
                     struct arena *a)
{
    struct str s = text_of(lang, id);
    struct buf b = buf_in(a, s.n + 40);
    for (isize i = 0; i < s.n; i++) {
        isize k =
            i + 2 < s.n && s.at[i] == '{' && s.at[i + 2] == '}' ? s.at[i + 1] - '1' : -1;
        if (k >= 0 && k < n) {
            buf_put(&b, arg[k]);
            i += 2;
        } else {
            buf_putc(&b, s.at[i]);
        }
    }
    return buf_str(&b);
}
