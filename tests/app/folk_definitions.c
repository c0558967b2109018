#include "folk_definitions.h"
#include "base/file.h"
#include "test.h"

static int copy(const char *from, const char *to, struct arena tmp, struct err *e)
{
    struct str text;
    TRY(file_read(from, FILE_LIMIT, &text, &tmp, e));
    return file_publish(to, text, e);
}

int folk_edit(const char *to, const char *was, const char *now, struct arena *a,
              struct err *e)
{
    struct str text;
    const char *path = file_join(a, to, "studies/norway2013/study.yaml");
    TRY(file_read(path, FILE_LIMIT, &text, a, e));
    isize at = str_find_str(text, str_of(was));
    if (at < 0) return err_set(e, E_NOT_FOUND, "the study has no '%s'", was);
    struct str tail = str_from(text, at + str_of(was).n);
    return file_publish(
        path, str_fmt(a, "%.*s%s%.*s", FMT(str_upto(text, at)), now, FMT(tail)), e);
}

int folk_definitions(const char *to, const char *was, const char *now, struct arena *a,
                     struct err *e)
{
    static const char *const folder[] = {"instruments", "programmes/imr",
                                         "studies/norway2013"};
    for (isize i = 0; i < COUNT(folder); i++) {
        struct file_names names;
        const char *from = file_join(a, test_path("data"), folder[i]),
                   *there = file_join(a, to, folder[i]);
        TRY(file_mkdirs(there, e));
        TRY(file_list(from, &names, a, e));
        for (isize k = 0; k < names.n; k++)
            if (str_ends(names.at[k], S(".yaml")))
                TRY(copy(file_join(a, from, str_c(names.at[k], a)),
                         file_join(a, there, str_c(names.at[k], a)), *a, e));
    }
    TRY(folk_edit(to, "revision: ", "revision: 10", a, e));
    return folk_edit(to, was, now, a, e);
}
