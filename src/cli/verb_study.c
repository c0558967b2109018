/* Definitions from the shell: check a folder against its lock, compare two
** definitions. */
#include "base/file.h"
#include "base/json.h"
#include "cli/verbs.h"
#include "study/change.h"
#include "study/revision.h"
#include "study/worked.h"
#include "study/protocol.h"
#include "study/records.h"
#include <string.h>

static const char *const state_text[] = {"recorded", "new", "CHANGED", "OLDER"};

static int run_cases(const struct library *lib, isize *n, struct err *e)
{
    for (isize i = 0; i < lib->instruments.n; i++)
        for (isize k = 0; k < lib->instruments.at[i]->cases.n; k++, (*n)++)
            TRY(worked_run(lib->instruments.at[i], &lib->instruments.at[i]->cases.at[k],
                           e));
    return OK;
}

/* How many of its facts are from memory; -1: this kind carries no marks. */
static isize unverified_of(const struct library *lib, const struct definition *d)
{
    const struct facts *f = NULL;
    for (isize i = 0; i < lib->instruments.n; i++)
        if (lib->instruments.at[i]->file == d->file) f = &lib->instruments.at[i]->facts;
    for (isize i = 0; i < lib->programmes.n; i++)
        if (lib->programmes.at[i]->file == d->file) f = &lib->programmes.at[i]->facts;
    for (isize i = 0; i < lib->strategies.n; i++)
        if (lib->strategies.at[i]->file == d->file) f = &lib->strategies.at[i]->facts;
    isize n = f ? 0 : -1;
    for (isize i = 0; f && i < f->n; i++) n += f->at[i].mark.unverified;
    return n;
}

static void say_unverified(struct cli *c, const struct facts *f)
{
    for (isize i = 0; i < f->n; i++)
        if (f->at[i].mark.unverified)
            fprintf(c->out, "  unverified, line %d: %.*s\n", f->at[i].line,
                    FMT(f->at[i].what));
}

static void say_states(struct cli *c, const struct library *lib,
                       const struct locks *locks)
{
    struct buf b = buf_in(c->a, 4096);
    struct json_out w = json_to(&b, 2);
    struct cli_table t = cli_table(c, 6);
    static const char *const head[] = {"kind", "id",    "revision",
                                       "hash", "state", "unverified"};
    for (isize i = 0; i < COUNT(head); i++) cli_cell(&t, str_of(head[i]));
    json_open(&w, NULL, '[');
    for (isize i = 0; i < lib->definitions.n; i++) {
        const struct definition *d = &lib->definitions.at[i];
        int last = 0;
        isize unverified = unverified_of(lib, d);
        const char *state = state_text[revision_state_of(locks, d, &last)];
        if (c->json) {
            json_open(&w, NULL, '{');
            json_put_str(&w, "kind", d->kind);
            json_put_str(&w, "id", d->id);
            json_put_int(&w, "revision", d->revision);
            json_put_str(&w, "hash", str_of(d->hash.hex));
            json_put_str(&w, "state", str_of(state));
            if (unverified >= 0) json_put_int(&w, "unverified", unverified);
            json_put_str(&w, "file", str_of(d->file));
            json_close(&w, '}');
            continue;
        }
        cli_cell(&t, d->kind);
        cli_cell(&t, d->id);
        cli_cell_num(&t, d->revision, 0);
        cli_cell(&t, str_upto(str_of(d->hash.hex), 12));
        cli_cell(&t, str_of(state));
        if (unverified >= 0)
            cli_cell_num(&t, (double)unverified, 0);
        else
            cli_cell(&t, S(""));
    }
    json_close(&w, ']');
    if (c->json)
        fprintf(c->out, "%.*s\n", FMT(buf_str(&b)));
    else
        cli_print(&t);
}

/* An overlay is laid over its definition: the one beside it, else the one of that id
** among the definitions. */
static int check_overlay(struct cli *c, const char *path, const struct yaml *doc,
                         struct library *lib, struct err *e)
{
    struct overlay *o = NULL;
    const struct instrument *in = NULL;
    struct instrument *out = NULL;
    const char *slash = strrchr(path, '/'), *dir = NULL;
    TRY(overlay_read(doc, &o, c->a, e));
    struct str folder = slash ? (struct str){path, slash + 1 - path} : S("");
    const char *beside = str_fmt(c->a, "%.*s%.*s.yaml", FMT(folder), FMT(o->of)).at;
    if (file_exists(beside)) {
        struct yaml *of = NULL;
        TRY(yaml_read_file(beside, &of, c->a, e));
        TRY(instrument_read(of, PUSH(c->a, &lib->instruments), c->a, e));
        in = lib->instruments.at[0];
    } else {
        TRY(cli_data_dir(c, &dir, e));
        TRY(library_read_instruments(dir, lib, c->a, e));
        struct err why = {0};
        if (library_instrument(lib, o->of, &in, &why) != OK)
            return yaml_refuse(doc, e, "%s", why.text);
    }
    TRY(overlay_apply(in, o, &out, c->a, e));
    lib->instruments = (struct instruments){0}; /* what was asked about is the overlay */
    return OK;
}

/* One file: read, its cases run; no lock. */
static int check_file(struct cli *c, const char *path, struct err *e)
{
    struct yaml *doc = NULL;
    struct definition d = {0};
    struct library lib = {0};
    isize cases = 0;
    TRY(yaml_read_file(path, &doc, c->a, e));
    TRY(library_head(doc, &d, c->a, e));
    if (str_is(d.kind, "instrument")) {
        TRY(instrument_read(doc, PUSH(c->a, &lib.instruments), c->a, e));
        TRY(run_cases(&lib, &cases, e));
    } else if (str_is(d.kind, "overlay")) {
        TRY(check_overlay(c, path, doc, &lib, e));
    } else if (str_is(d.kind, "programme")) {
        TRY(programme_read(doc, PUSH(c->a, &lib.programmes), c->a, e));
    } else if (str_is(d.kind, "strategy")) {
        TRY(programme_strategy(doc, PUSH(c->a, &lib.strategies), c->a, e));
    } else {
        return yaml_refuse(
            doc, e, "'%.*s' cannot be checked alone: check its folder of definitions",
            FMT(d.kind));
    }
    fprintf(c->out, "%s: %.*s %.*s, revision %d, is sound", path, FMT(d.kind), FMT(d.id),
            d.revision);
    if (lib.instruments.n) fprintf(c->out, "; %td worked cases pass", cases);
    fprintf(c->out, "\n");
    if (lib.instruments.n) say_unverified(c, &lib.instruments.at[0]->facts);
    if (lib.programmes.n) say_unverified(c, &lib.programmes.at[0]->facts);
    if (lib.strategies.n) say_unverified(c, &lib.strategies.at[0]->facts);
    return OK;
}

static int accept(struct cli *c, const char *dir, const struct locks *locks,
                  const struct library *lib, struct err *e)
{
    isize added = 0;
    struct str text = revision_accept(locks, lib, &added, c->a);
    const char *path = file_join(c->a, dir, REVISION_FILE);
    if (added > 0) TRY(file_replace(path, text, e));
    if (!c->json)
        fprintf(c->out, "\n%td new %s recorded in %s\n", added,
                added == 1 ? "revision" : "revisions", path);
    return OK;
}

/* Each study with its plan and the instruments of its measures. */
static int check_studies(const char *dir, const struct library *lib, struct arena *a,
                         struct err *e)
{
    for (isize i = 0; i < lib->definitions.n; i++) {
        const struct definition *d = &lib->definitions.at[i];
        struct protocol p;
        struct records r;
        if (!str_is(d->kind, "study")) continue;
        TRY(protocol_open(dir, str_c(d->id, a), &p, a, e));
        TRY(records_new(p.study, p.in, &r, a, e)); /* the scores that measures name */
    }
    return OK;
}

int verb_study_check(struct cli *c, struct err *e)
{
    const char *path = NULL;
    struct library lib;
    struct locks locks;
    isize cases = 0, fresh = 0;
    bool accepts = cli_flag(c, "--accept");
    if (cli_more(c)) TRY(cli_arg(c, "a folder of definitions or one file", &path, e));
    TRY(cli_end(c, e));
    if (!path) TRY(cli_data_dir(c, &path, e));
    if (!file_is_folder(path)) return check_file(c, path, e);
    TRY(library_read(path, &lib, c->a, e));
    TRY(run_cases(&lib, &cases, e));
    TRY(check_studies(path, &lib, c->a, e));
    TRY(revision_read(path, &locks, c->a, e));
    say_states(c, &lib, &locks);
    TRY(revision_check(&locks, &lib, e));
    for (isize i = 0; i < lib.definitions.n; i++) {
        int last = 0;
        fresh += revision_state_of(&locks, &lib.definitions.at[i], &last) == REVISION_NEW;
    }
    if (accepts) return accept(c, path, &locks, &lib, e);
    if (!c->json)
        fprintf(c->out, "\n%td definitions are sound, %td worked cases pass%s\n",
                lib.definitions.n, cases,
                fresh
                    ? "; record the new ones with --accept before records are made under "
                      "them"
                    : "");
    return OK;
}

/* ---- varde study diff ----------------------------------------------------------- */

static int compare(struct cli *c, const char *from_path, const char *to_path,
                   struct changes *out, struct definition *from, struct definition *to,
                   struct err *e)
{
    struct yaml *x = NULL, *y = NULL;
    TRY(yaml_read_file(from_path, &x, c->a, e));
    TRY(yaml_read_file(to_path, &y, c->a, e));
    TRY(library_head(x, from, c->a, e));
    TRY(library_head(y, to, c->a, e));
    if (!str_eq(from->kind, to->kind))
        return yaml_refuse(y, e, "a %.*s cannot be compared with a %.*s", FMT(to->kind),
                           FMT(from->kind));
    if (!str_is(from->kind, "instrument")) {
        *out = change_documents(x, y, c->a);
        return OK;
    }
    struct instrument *p = NULL, *q = NULL;
    TRY(instrument_read(x, &p, c->a, e));
    TRY(instrument_read(y, &q, c->a, e));
    *out = change_instruments(p, q, c->a);
    return OK;
}

static void diff_json(struct cli *c, const struct changes *ch, bool same)
{
    static const char *const word[TOUCHES_N] = {"text", "reading", "scores", "answers"};
    struct buf b = buf_in(c->a, 1024);
    struct json_out w = json_to(&b, 2);
    json_open(&w, NULL, '{');
    json_put_bool(&w, "same", same);
    json_open(&w, "changes", '[');
    for (isize i = 0; i < ch->n; i++) {
        json_open(&w, NULL, '{');
        json_put_str(&w, "touches", str_of(word[ch->at[i].touches]));
        json_put_str(&w, "text", ch->at[i].text);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_close(&w, '}');
    fprintf(c->out, "%.*s\n", FMT(buf_str(&b)));
}

int verb_study_diff(struct cli *c, struct err *e)
{
    const char *a = NULL, *b = NULL;
    struct changes ch = {0};
    struct definition from = {0}, to = {0};
    TRY(cli_arg(c, "the old definition's file", &a, e));
    TRY(cli_arg(c, "the new definition's file", &b, e));
    TRY(cli_end(c, e));
    TRY(compare(c, a, b, &ch, &from, &to, e));
    bool same = strcmp(from.hash.hex, to.hash.hex) == 0;
    if (c->json) {
        diff_json(c, &ch, same);
        return OK;
    }
    fprintf(c->out, "%.*s %.*s: revision %d against %.*s, revision %d\n", FMT(from.kind),
            FMT(from.id), from.revision, FMT(to.id), to.revision);
    if (same) {
        fprintf(c->out, "The content is the same.\n");
        return OK;
    }
    for (int t = TOUCHES_N - 1; t >= 0; t--) {
        bool any = false;
        for (isize i = 0; i < ch.n; i++) {
            if ((int)ch.at[i].touches != t) continue;
            if (!any) fprintf(c->out, "\nAffects %s:\n", change_records[t]);
            any = true;
            fprintf(c->out, "  %.*s\n", FMT(ch.at[i].text));
        }
    }
    if (ch.n == 0)
        fprintf(c->out, "Only sources, notes or worked cases differ: no records are "
                        "affected.\n");
    if (from.revision == to.revision && str_eq(from.id, to.id))
        fprintf(c->out,
                "\nBoth say revision %d: raise the new one's, or `varde study check` "
                "refuses it.\n",
                from.revision);
    return OK;
}
