#include "app/kits.h"
#include "base/file.h"
#include "store/studies.h"
#include "study/overlay.h"
#include <pthread.h>
#include <stdlib.h>

struct kits {
    pthread_mutex_t lock; /* of what follows; also while a study is read, so that of many
                          ** requests after a start one reads */
    struct arena a;
    const struct writer *writer; /* NULL: nobody says whether something changed */
    struct kits_studies LIST(struct kits_study *) all;
};

int kits_open(struct kits **out, struct err *e)
{
    struct kits *k = calloc(1, sizeof *k);
    if (k) k->a = arena_reserve((isize)1 << 30);
    if (!k || !k->a.base) {
        free(k);
        return err_set(e, E_NO_MEMORY, "no memory for the definitions of studies");
    }
    pthread_mutex_init(&k->lock, NULL);
    *out = k;
    return OK;
}

void kits_close(struct kits *k)
{
    if (!k) return;
    pthread_mutex_destroy(&k->lock);
    arena_release(&k->a);
    free(k);
}

void kits_watch(struct kits *k, const struct writer *w)
{
    k->writer = w;
}

/* The newest wording of a measure's instrument in a language, if it fits the revision that the
** study uses. */
static int add_wording(struct db *db, struct kits_study *s, isize measure, enum lang lang,
                       struct arena *a, struct err *e)
{
    struct definition_row row;
    struct overlay *o = NULL;
    struct instrument *in = NULL;
    struct yaml *doc = NULL;
    const struct instrument *own = s->kit.in[measure];
    struct str name = str_fmt(a, "%.*s.%s", FMT(own->id), lang_code[lang]);
    int code = definition_of(db, "overlay", name, 0, &row, a, e);
    if (code == E_NOT_FOUND) return OK;
    TRY(code);
    TRY(yaml_read(row.text, str_c(name, a), &doc, a, e));
    TRY(overlay_read(doc, &o, a, e));
    if (o->of_revision != own->revision) return OK;
    TRY(overlay_apply(own, o, &in, a, e));
    *PUSH(a, &s->wordings) =
        (struct kits_wording){.measure = measure, .definition = row.id, .in = in};
    return OK;
}

static int read_study(struct db *db, i64 study, u64 stamp, struct kits_study **out,
                      struct arena *a, struct err *e)
{
    struct kits_study *s = NEW(a, struct kits_study, 1);
    struct studies_row row;
    i64 *rows = NULL;
    TRY(studies_get(db, study, &row, a, e)); /* before: at worst it is an older one's */
    TRY(studies_protocol(db, study, &s->protocol, &rows, a, e));
    s->kit = (struct collect_kit){.study = study,
                                  .s = s->protocol.study,
                                  .in = s->protocol.in,
                                  .definition = rows,
                                  .row = row.definition};
    s->stamp = stamp;
    for (isize m = 0; m < s->kit.s->measures.n; m++)
        for (int l = 0; l < LANG_N; l++)
            if (!str_is(s->kit.in[m]->lang, lang_code[l]))
                TRY(add_wording(db, s, m, (enum lang)l, a, e));
    *out = s;
    return OK;
}

static int get_locked(struct kits *k, struct db *db, i64 study, u64 stamp,
                      struct kits_study **out, struct err *e)
{
    for (isize i = 0; i < k->all.n; i++)
        if (k->all.at[i]->kit.study == study && k->all.at[i]->stamp == stamp) {
            *out = k->all.at[i];
            return OK;
        }
    struct arena was = k->a; /* a reading that fails leaves nothing behind */
    int code = read_study(db, study, stamp, out, &k->a, e);
    if (code != OK)
        k->a = was;
    else
        *PUSH(&k->a, &k->all) = *out;
    return code;
}

static struct kits_study *standing(struct kits *k, i64 study, u64 kept)
{
    struct kits_study *found = NULL;
    pthread_mutex_lock(&k->lock);
    for (isize i = 0; i < k->all.n && kept; i++)
        if (k->all.at[i]->kit.study == study && k->all.at[i]->kept == kept)
            found = k->all.at[i];
    pthread_mutex_unlock(&k->lock);
    return found;
}

struct sought {
    struct kits *k;
    struct db *db;
    i64 study;
    u64 stamp;
    struct kits_study *out;
    struct err *e;
    int code;
};

static void seek(void *arg)
{
    struct sought *s = arg;
    s->code = get_locked(s->k, s->db, s->study, s->stamp, &s->out, s->e);
}

int kits_get(struct kits *k, struct db *db, i64 study, const struct kits_study **out,
             struct err *e)
{
    u64 stamp = 0, kept = writer_kept(k->writer); /* before anything is read */
    *out = standing(k, study, kept);
    if (*out) return OK;
    TRY(studies_stamp(db, study, &stamp, e));
    struct sought s = {.k = k, .db = db, .study = study, .stamp = stamp, .e = e};
    pthread_mutex_lock(&k->lock);
    struct arena was = k->a;
    bool full = arena_caught(seek, &s);
    if (full) k->a = was;
    if (!full && s.code == OK) s.out->kept = MAX(s.out->kept, kept);
    pthread_mutex_unlock(&k->lock);
    if (full)
        return err_set(e, E_NO_MEMORY, "no memory for the definitions of the study");
    if (s.code == OK) *out = s.out;
    return s.code;
}

const struct instrument *kits_wording(struct kits *k, const struct collect_kit *kit,
                                      isize measure, struct str lang, i64 *definition)
{
    const struct kits_study *s = NULL;
    *definition = 0;
    pthread_mutex_lock(&k->lock);
    for (isize i = 0; i < k->all.n; i++)
        if (&k->all.at[i]->kit == kit) s = k->all.at[i];
    pthread_mutex_unlock(&k->lock);
    for (isize i = 0; s && i < s->wordings.n; i++) {
        const struct kits_wording *w = &s->wordings.at[i];
        if (w->measure != measure || !str_eq(w->in->lang, lang)) continue;
        *definition = w->definition;
        return w->in;
    }
    return kit->in[measure];
}

const struct instrument *kits_words(const struct act *act, const struct collect_kit *kit,
                                    isize measure, enum lang lang)
{
    i64 wording = 0;
    if (!act->kits) return kit->in[measure];
    return kits_wording(act->kits, kit, measure, str_of(lang_code[lang]), &wording);
}
