#include "base/text.h"
#include <string.h>

const char *const lang_code[LANG_N] = {"en", "nb", "da"};

int lang_read(struct str s, enum lang *out, struct err *e)
{
    for (int i = 0; i < LANG_N; i++)
        if (str_is(s, lang_code[i])) {
            *out = (enum lang)i;
            return OK;
        }
    return err_set(e, E_NOT_FOUND, "there is no language '%.*s'; there are en, nb, da",
                   FMT(str_brief(s, 40)));
}

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
