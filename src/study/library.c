#include "study/library.h"
#include "base/file.h"
#include <stdlib.h>

/* Without the hash, which reading the whole definition gives. */
static int read_head(const struct yaml *doc, struct definition *out, struct arena *a,
                     struct err *e)
{
    const struct yaml *lang = NULL;
    i64 revision = 0;
    if (doc->kind != YAML_MAP || doc->n == 0)
        return yaml_refuse(doc, e,
                           "a definition begins with its kind and id, as in "
                           "`instrument: honos`");
    out->file = doc->file;
    out->kind = doc->kid->key;
    TRY(fact_id(doc->kid, doc, str_c(out->kind, a), &out->id, e));
    TRY(yaml_int(yaml_get(doc, "revision"), doc, "revision", 1, 1000000, &revision, e));
    out->revision = (int)revision;
    if (str_is(out->kind, "overlay") && (lang = yaml_get(doc, "language")))
        out->id = str_fmt(a, "%.*s.%.*s", FMT(out->id), FMT(lang->text));
    return OK;
}

static int take_nothing(struct library *lib, const struct yaml *doc, struct definition *d,
                        struct arena *a, struct err *e)
{
    d->hash = hash_of(json_canonical(yaml_to_json(doc, a), a));
    return OK;
}

int library_head(const struct yaml *doc, struct definition *out, struct arena *a,
                 struct err *e)
{
    TRY(read_head(doc, out, a, e));
    return take_nothing(NULL, doc, out, a, e);
}

/* A reader of one kind of definition into the library, which also gives its hash. */
typedef int take(struct library *lib, const struct yaml *doc, struct definition *d,
                 struct arena *a, struct err *e);

static int take_instrument(struct library *lib, const struct yaml *doc,
                           struct definition *d, struct arena *a, struct err *e)
{
    struct instrument **one = PUSH(a, &lib->instruments);
    TRY(instrument_read(doc, one, a, e));
    d->hash = (*one)->hash;
    return OK;
}

static int take_overlay(struct library *lib, const struct yaml *doc, struct definition *d,
                        struct arena *a, struct err *e)
{
    struct overlay **one = PUSH(a, &lib->overlays);
    TRY(overlay_read(doc, one, a, e));
    d->hash = (*one)->hash;
    return OK;
}

static int take_programme(struct library *lib, const struct yaml *doc,
                          struct definition *d, struct arena *a, struct err *e)
{
    struct programme **one = PUSH(a, &lib->programmes);
    TRY(programme_read(doc, one, a, e));
    d->hash = (*one)->hash;
    return OK;
}

static int take_strategy(struct library *lib, const struct yaml *doc,
                         struct definition *d, struct arena *a, struct err *e)
{
    struct strategy **one = PUSH(a, &lib->strategies);
    TRY(programme_strategy(doc, one, a, e));
    d->hash = (*one)->hash;
    return OK;
}

static const struct kind {
    const char *name;
    const char *folder; /* where it belongs */
    take *take;
} kind[] = {
    {"instrument", "instruments", take_instrument},
    {"overlay", "instruments", take_overlay},
    {"programme", "programmes", take_programme},
    {"strategy", "programmes", take_strategy},
    {"study", "studies", take_nothing},
    {"plan", "studies", take_nothing},
};

/* In a study's folder other files may lie (figures of its paper to check): not ours. */
static bool others_business(const struct yaml *doc, const char *folder)
{
    bool known = doc->kind == YAML_MAP && doc->n > 0 &&
                 (str_is(doc->kid->key, "study") || str_is(doc->kid->key, "plan"));
    return str_is(S("studies"), folder) && !known;
}

static int take_file(struct library *lib, const char *path, const char *folder,
                     struct arena *a, struct err *e)
{
    struct yaml *doc = NULL;
    struct str known[COUNT(kind)];
    isize n = 0;
    TRY(yaml_read_file(path, &doc, a, e));
    if (others_business(doc, folder)) return OK;
    struct definition *d = PUSH(a, &lib->definitions);
    TRY(read_head(doc, d, a, e));
    for (isize i = 0; i < COUNT(kind); i++) {
        if (!str_eq(str_of(kind[i].folder), str_of(folder))) continue;
        if (str_is(d->kind, kind[i].name)) return kind[i].take(lib, doc, d, a, e);
        known[n++] = str_of(kind[i].name);
    }
    return yaml_refuse(doc, e, "'%.*s' is no kind of definition that belongs in %s%s",
                       FMT(d->kind), folder, fact_hint(d->kind, known, n).text);
}

static int take_folder(struct library *lib, const char *dir, const char *folder,
                       int depth, struct arena *a, struct err *e)
{
    struct file_names names = {0};
    if (!file_is_folder(dir)) return OK;
    TRY(file_list(dir, &names, a, e));
    for (isize i = 0; i < names.n; i++) {
        const char *path = file_join(a, dir, names.at[i].at);
        if (str_starts(names.at[i], S("."))) continue;
        if (file_is_folder(path)) {
            if (depth > 0) TRY(take_folder(lib, path, folder, depth - 1, a, e));
        } else if (str_ends(names.at[i], S(".yaml"))) {
            TRY(take_file(lib, path, folder, a, e));
        }
    }
    return OK;
}

static int by_kind_and_id(const void *x, const void *y)
{
    const struct definition *p = x, *q = y;
    int c = str_cmp(p->kind, q->kind);
    return c ? c : str_cmp(p->id, q->id);
}

static int by_id(const void *x, const void *y)
{
    const struct instrument *const *p = x, *const *q = y;
    return str_cmp((*p)->id, (*q)->id);
}

static int settle(struct library *lib, struct err *e)
{
    struct definitions *d = &lib->definitions;
    if (d->n) qsort(d->at, (size_t)d->n, sizeof *d->at, by_kind_and_id);
    for (isize i = 1; i < d->n; i++)
        if (by_kind_and_id(&d->at[i - 1], &d->at[i]) == 0)
            return err_set(e, E_DEFINITION,
                           "%s and %s both define %.*s %.*s: give one of "
                           "them another id",
                           d->at[i - 1].file, d->at[i].file, FMT(d->at[i].kind),
                           FMT(d->at[i].id));
    struct instruments *in = &lib->instruments;
    if (in->n) qsort(in->at, (size_t)in->n, sizeof(struct instrument *), by_id);
    return OK;
}

static int check_dir(const char *dir, struct err *e)
{
    if (file_is_folder(dir)) return OK;
    return err_set(e, E_NO_FILE, "%s: there is no folder of definitions", dir);
}

/* Every overlay must fit the instrument that it is for. */
static int check_overlays(const struct library *lib, struct arena tmp, struct err *e)
{
    for (isize i = 0; i < lib->overlays.n; i++) {
        const struct overlay *o = lib->overlays.at[i];
        const struct instrument *in = NULL;
        struct instrument *out = NULL;
        struct err why = {0};
        if (library_instrument(lib, o->of, &in, &why) != OK)
            return yaml_refuse(o->doc, e, "%s", why.text);
        TRY(overlay_apply(in, o, &out, &tmp, e));
    }
    return OK;
}

int library_read_instruments(const char *dir, struct library *out, struct arena *a,
                             struct err *e)
{
    *out = (struct library){.dir = dir};
    TRY(check_dir(dir, e));
    TRY(take_folder(out, file_join(a, dir, "instruments"), "instruments", 0, a, e));
    TRY(settle(out, e));
    return check_overlays(out, *a, e);
}

int library_read(const char *dir, struct library *out, struct arena *a, struct err *e)
{
    *out = (struct library){.dir = dir};
    TRY(check_dir(dir, e));
    TRY(take_folder(out, file_join(a, dir, "programmes"), "programmes", 1, a, e));
    TRY(take_folder(out, file_join(a, dir, "instruments"), "instruments", 0, a, e));
    TRY(take_folder(out, file_join(a, dir, "studies"), "studies", 1, a, e));
    TRY(settle(out, e));
    return check_overlays(out, *a, e);
}

int library_instrument(const struct library *lib, struct str id,
                       const struct instrument **out, struct err *e)
{
    struct str known[200];
    isize n = MIN(lib->instruments.n, COUNT(known));
    for (isize i = 0; i < lib->instruments.n; i++) {
        *out = lib->instruments.at[i];
        if (str_eq((*out)->id, id)) return OK;
        if (i < n) known[i] = (*out)->id;
    }
    *out = NULL;
    return err_set(e, E_NOT_FOUND,
                   "there is no instrument '%.*s'%s (`varde instrument list` names all)",
                   FMT(id), fact_hint(id, known, n).text);
}

int library_programme(const struct library *lib, struct str id,
                      const struct programme **out, struct err *e)
{
    struct str known[100];
    isize n = MIN(lib->programmes.n, COUNT(known));
    for (isize i = 0; i < lib->programmes.n; i++) {
        *out = lib->programmes.at[i];
        if (str_eq((*out)->id, id)) return OK;
        if (i < n) known[i] = (*out)->id;
    }
    *out = NULL;
    return err_set(e, E_NOT_FOUND, "there is no programme '%.*s'%s", FMT(id),
                   fact_hint(id, known, n).text);
}

int library_wording(const struct library *lib, struct str id, struct str lang,
                    const struct instrument **out, struct arena *a, struct err *e)
{
    TRY(library_instrument(lib, id, out, e));
    for (isize i = 0; i < lib->overlays.n; i++) {
        const struct overlay *o = lib->overlays.at[i];
        struct instrument *in = NULL;
        if (!str_eq(o->of, id) || !str_eq(o->lang, lang)) continue;
        TRY(overlay_apply(*out, o, &in, a, e));
        *out = in;
        return OK;
    }
    return OK;
}
