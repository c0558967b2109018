#include "base/text.h"

const char *const lang_code[LANG_N] = {"en", "nb", "da"};

int lang_read(struct str s, enum lang *out, struct err *e)
{
    for (int i = 0; i < LANG_N; i++)
        if (str_is(s, lang_code[i])) {
            *out = (enum lang)i;
            return OK;
        }
    return err_set(e, E_NOT_FOUND, "there is no language '%.*s'; there are en, nb, da",
                   FMT(str_brief(s, 20)));
}
