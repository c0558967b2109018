#include "study/protocol.h"
#include "base/file.h"

static int find_study(const char *data, const char *id, const char **dir, struct arena *a,
                      struct err *e)
{
    const char *all = file_join(a, data, "studies");
    struct file_names names;
    TRY(file_list(all, &names, a, e));
    struct buf list = buf_in(a, 200);
    for (isize i = 0; i < names.n; i++) {
        if (str_is(names.at[i], id)) {
            *dir = file_join(a, all, id);
            return OK;
        }
        buf_fmt(&list, "%s%.*s", i > 0 ? ", " : "", FMT(names.at[i]));
    }
    struct str near = str_near(str_of(id), names.at, names.n);
    if (near.n > 0)
        return err_set(e, E_NOT_FOUND, "there is no study '%s'; did you mean '%.*s'?", id,
                       FMT(near));
    return err_set(e, E_NOT_FOUND, "there is no study '%s' in %s; there are: %.*s", id,
                   all, FMT(buf_str(&list)));
}

/* The programme of a study stands in the definitions; which edition is asked later. */
static int find_programme(const char *data, const struct study *s, struct arena *a,
                          struct err *e)
{
    if (s->programme.n == 0) return OK;
    const char *all = file_join(a, data, "programmes");
    struct file_names names;
    TRY(file_list(all, &names, a, e));
    for (isize i = 0; i < names.n; i++)
        if (str_eq(names.at[i], s->programme)) return OK;
    struct str near = str_near(s->programme, names.at, names.n);
    return err_set(e, E_DEFINITION, "%s: there is no programme '%.*s' in %s%s%.*s%s",
                   s->file, FMT(s->programme), all, near.n > 0 ? "; did you mean '" : "",
                   FMT(near), near.n > 0 ? "'?" : "");
}

static int read_instruments(const char *data, struct protocol *p, struct arena *a,
                            struct err *e)
{
    const struct study *s = p->study;
    p->in = NEW(a, const struct instrument *, s->measures.n);
    for (isize i = 0; i < s->measures.n; i++) {
        const struct study_measure *m = &s->measures.at[i];
        /* An instrument that several measures use is read once. */
        for (isize k = 0; k < i && !p->in[i]; k++)
            if (str_eq(s->measures.at[k].instrument, m->instrument)) p->in[i] = p->in[k];
        if (p->in[i]) continue;
        const char *dir = file_join(a, data, "instruments");
        const char *path =
            file_join(a, dir, str_c(str_fmt(a, "%.*s.yaml", FMT(m->instrument)), a));
        if (!file_exists(path)) {
            struct file_names names;
            TRY(file_list(dir, &names, a, e));
            for (isize k = 0; k < names.n; k++)
                if (str_ends(names.at[k], S(".yaml")))
                    names.at[k] = str_upto(names.at[k], names.at[k].n - 5);
            struct str near = str_near(m->instrument, names.at, names.n);
            const struct yaml *at = yaml_get(m->node, "instrument");
            if (near.n > 0)
                return yaml_refuse(at, e,
                                   "there is no instrument '%.*s'; did you mean '%.*s'?",
                                   FMT(m->instrument), FMT(near));
            return yaml_refuse(at, e, "there is no instrument '%.*s' in %s",
                               FMT(m->instrument), dir);
        }
        struct instrument *in;
        TRY(instrument_read_file(path, &in, a, e));
        p->in[i] = in;
    }
    return OK;
}

int protocol_open(const char *data, const char *id, struct protocol *out, struct arena *a,
                  struct err *e)
{
    *out = (struct protocol){0};
    TRY(find_study(data, id, &out->dir, a, e));
    TRY(study_read_file(file_join(a, out->dir, "study.yaml"), &out->study, a, e));
    if (!str_is(out->study->id, id))
        return err_set(e, E_DEFINITION,
                       "%s: the study is called '%.*s' and stands in the folder of '%s'; "
                       "give both the same name",
                       out->study->file, FMT(out->study->id), id);
    TRY(find_programme(data, out->study, a, e));
    TRY(plan_read_file(file_join(a, out->dir, "plan.yaml"), out->study, &out->plan, a,
                       e));
    return read_instruments(data, out, a, e);
}
