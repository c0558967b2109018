/* The statistics from the shell: reference cases, and methods on people's own tables. */
#include "base/file.h"
#include "cli/stat_note.h"
#include "cli/verbs.h"
#include "exchange/case.h"
#include <math.h>
#include <string.h>

static const struct method {
    const char *word;
    cli_verb *run;
    const char *args, *text;
} methods[] = {
#define METHOD(word, function, args, text) {word, function, args, text},
#include "cli/methods.def"
#undef METHOD
    {NULL, NULL, NULL, NULL}, /* so that an empty list is valid C */
};

/* ---- varde stat <method> ------------------------------------------------------ */

static int unknown_method(struct cli *c, const char *word, struct err *e)
{
    struct str known[COUNT(methods)];
    isize n = 0;
    for (; methods[n].word; n++) known[n] = str_of(methods[n].word);
    struct str near = str_near(str_of(word), known, n);
    if (near.n > 0)
        return err_set(e, E_USAGE, "there is no method '%s'; did you mean '%.*s'?", word,
                       FMT(near));
    return err_set(e, E_USAGE, "there is no method '%s'; `varde stat` lists them", word);
}

static int list_methods(struct cli *c, struct err *e)
{
    TRY(cli_end(c, e));
    if (c->json) {
        struct buf b = buf_in(c->a, 4096);
        struct json_out w = json_to(&b, 2);
        json_open(&w, NULL, '[');
        for (isize i = 0; methods[i].word; i++) {
            json_open(&w, NULL, '{');
            json_put_str(&w, "method", str_of(methods[i].word));
            json_put_str(&w, "arguments", str_of(methods[i].args));
            json_put_str(&w, "text", str_of(methods[i].text));
            json_close(&w, '}');
        }
        json_close(&w, ']');
        cli_put(c, &b);
        return OK;
    }
    fprintf(c->out, "usage: varde stat METHOD --data FILE ...\n\n");
    for (isize i = 0; methods[i].word; i++)
        fprintf(c->out, "  %s %s\n      %s\n", methods[i].word, methods[i].args,
                methods[i].text);
    fprintf(c->out, "\nvarde stat run CASE.json and varde stat verify DIR take reference "
                    "cases.\n");
    return OK;
}

int verb_stat(struct cli *c, struct err *e)
{
    const char *word;
    if (!cli_more(c)) return list_methods(c, e);
    TRY(cli_arg(c, "the method", &word, e));
    const struct method *m = methods;
    while (m->word && strcmp(m->word, word) != 0) m++;
    if (!m->word) return unknown_method(c, word, e);
    c->usage = m->args; /* the method's own options from here */
    int code = m->run(c, e);
    if (code == E_USAGE) {
        struct str why = str_dup(str_of(e->text), c->a);
        return err_set(e, code, "%.*s\nusage: varde stat %s %s", FMT(why), m->word,
                       m->args);
    }
    /* A method knows numbers, not where they came from. */
    if (err_exit(code) == err_exit(E_TOO_FEW) && c->data &&
        !str_starts(str_of(e->text), str_of(c->data)))
        return err_at(e, code, "%s", c->data);
    return code;
}

/* ---- varde stat run, varde stat verify ---------------------------------------- */

int verb_stat_run(struct cli *c, struct err *e)
{
    const char *path;
    struct case_file cf;
    struct str answer;
    TRY(cli_arg(c, "the case file", &path, e));
    TRY(cli_end(c, e));
    TRY(case_read(path, &cf, c->a, e));
    TRY(case_run(&cf, &answer, c->a, e));
    fwrite(answer.at, 1, (size_t)answer.n, c->out);
    return OK;
}

struct tally {
    isize passed, failed, unknown;
    struct json_out *w; /* NULL: lines for people */
};

static void say_verdict(struct cli *c, struct tally *t, const struct case_file *cf,
                        const char *word, const struct case_verdict *v, struct str why)
{
    if (!t->w) {
        fprintf(c->out, "%-7s %-28.*s %-22.*s", word, FMT(cf->id), FMT(cf->kind));
        if (v)
            fprintf(c->out, " %4td leaves, worst %.2g of tolerance, %.1f digits",
                    v->leaves, v->worst, v->least_digits);
        fprintf(c->out, "%s%.*s\n", why.n > 0 ? "  " : "", FMT(why));
        return;
    }
    json_open(t->w, NULL, '{');
    json_put_str(t->w, "id", cf->id);
    json_put_str(t->w, "kind", cf->kind);
    json_put_str(t->w, "verdict", str_of(word));
    if (v) {
        json_put_int(t->w, "leaves", v->leaves);
        json_put_int(t->w, "failed", v->failed);
        json_put_num(t->w, "worst", v->worst);
        json_put_num(t->w, "digits", v->least_digits);
    }
    if (why.n > 0) json_put_str(t->w, "why", why);
    json_close(t->w, '}');
}

/* A case that cannot be read or computed fails; it does not stop the others. */
static void verify_one(struct cli *c, const char *path, struct tally *t)
{
    struct err e = {0};
    struct case_file cf = {.id = str_of(path)}; /* the path, until it is read */
    struct case_verdict v;
    struct str answer;
    if (case_read(path, &cf, c->a, &e) == OK && !case_known(cf.kind)) {
        t->unknown++;
        say_verdict(c, t, &cf, "unknown", NULL, S(""));
        return;
    }
    if (e.code != OK || case_run(&cf, &answer, c->a, &e) != OK ||
        case_compare(&cf, answer, &v, c->a, &e) != OK) {
        t->failed++;
        say_verdict(c, t, &cf, "FAIL", NULL, str_of(e.text));
        return;
    }
    bool fine = v.failed == 0 && v.leaves > 0;
    if (fine)
        t->passed++;
    else
        t->failed++;
    say_verdict(c, t, &cf, fine ? "pass" : "FAIL", &v, fine ? S("") : v.first);
}

static int verify_folder(struct cli *c, const char *dir, struct tally *t, struct err *e)
{
    struct file_names names = {0};
    TRY(file_list(dir, &names, c->a, e));
    for (isize i = 0; i < names.n; i++)
        if (str_ends(names.at[i], S(".json")))
            verify_one(c, file_join(c->a, dir, str_c(names.at[i], c->a)), t);
    return OK;
}

int verb_stat_verify(struct cli *c, struct err *e)
{
    static const char *const below[] = {"cases", "nist/cases"};
    const char *dir;
    struct tally t = {0};
    TRY(cli_arg(c, "the folder", &dir, e));
    TRY(cli_end(c, e));
    struct buf b = buf_in(c->a, 1 << 16);
    struct json_out w = json_to(&b, 2);
    if (c->json) {
        t.w = &w;
        json_open(&w, NULL, '{');
        json_open(&w, "cases", '[');
    }
    bool nested = false;
    for (isize i = 0; i < COUNT(below); i++) {
        const char *sub = file_join(c->a, dir, below[i]);
        if (!file_is_folder(sub)) continue;
        nested = true;
        TRY(verify_folder(c, sub, &t, e));
    }
    if (!nested) TRY(verify_folder(c, dir, &t, e));
    if (t.passed + t.failed + t.unknown == 0)
        return err_set(e, E_NOT_FOUND, "%s holds no case files (*.json)", dir);
    if (c->json) {
        json_close(&w, ']');
        json_put_int(&w, "passed", t.passed);
        json_put_int(&w, "failed", t.failed);
        json_put_int(&w, "unknown", t.unknown);
        json_close(&w, '}');
        cli_put(c, &b);
    } else {
        fprintf(c->out, "%td passed, %td failed, %td unknown\n", t.passed, t.failed,
                t.unknown);
    }
    if (t.failed > 0) return err_set(e, E_DIFFERS, "%td of the cases failed", t.failed);
    return OK;
}
