#define _GNU_SOURCE /* readlink */
#include "cli/cli.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/num.h"
#include "cli/verbs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- taking options and arguments --------------------------------------------------- */

static void drop(struct cli *c, isize at, isize n)
{
    for (isize i = at; i + n < c->n; i++) c->arg[i] = c->arg[i + n];
    c->n -= n;
}

/* "--" ends the options: what follows is an argument even if it starts with a dash. */
static isize options_end(const struct cli *c)
{
    for (isize i = 0; i < c->n; i++)
        if (strcmp(c->arg[i], "--") == 0) return i;
    return c->n;
}

static bool is_option(const char *arg)
{
    return arg[0] == '-' && arg[1] == '-' && arg[2] != 0;
}

/* The options of a usage text: every "--word" in it. */
static isize options_in(const char *usage, struct str *out, isize cap)
{
    isize n = 0;
    for (const char *p = strstr(usage, "--"); p && n < cap; p = strstr(p, "--")) {
        const char *q = p + 2;
        while ((*q >= 'a' && *q <= 'z') || *q == '-') q++;
        if (q > p + 2) out[n++] = (struct str){p, q - p};
        p = q;
    }
    return n;
}

/* Whether the verb's own line, or that of the globals, names an option. */
static bool declared(const struct cli *c, const char *name)
{
    struct str known[40];
    isize n = c->usage ? options_in(c->usage, known, COUNT(known)) : 0;
    for (isize i = 0; i < n; i++)
        if (str_is(known[i], name)) return true;
#define GLOBAL(option, value, text) \
    if (strcmp(name, option) == 0) return true;
#include "cli/globals.def"
#undef GLOBAL
    return !c->usage;
}

int cli_opt(struct cli *c, const char *name, const char **out, struct err *e)
{
    if (!declared(c, name)) c->undeclared = name;
    size_t n = strlen(name);
    isize end = options_end(c);
    for (isize i = 0; i < end; i++) {
        if (strncmp(c->arg[i], name, n) != 0) continue;
        if (c->arg[i][n] == '=') {
            *out = c->arg[i] + n + 1;
            drop(c, i, 1);
        } else if (c->arg[i][n] == 0) {
            if (i + 1 >= end) return err_set(e, E_USAGE, "%s needs a value", name);
            *out = c->arg[i + 1];
            drop(c, i, 2);
        } else {
            continue;
        }
        /* The same option twice is a slip more often than a wish. */
        end = options_end(c);
        for (isize k = 0; k < end; k++)
            if (strncmp(c->arg[k], name, n) == 0 &&
                (c->arg[k][n] == 0 || c->arg[k][n] == '='))
                return err_set(e, E_USAGE, "%s is given twice", name);
        return OK;
    }
    return OK;
}

int cli_opt_num(struct cli *c, const char *name, double lo, double hi, double *out,
                struct err *e)
{
    const char *s = NULL;
    TRY(cli_opt(c, name, &s, e));
    if (!s) return OK;
    double x;
    if (num_read(str_of(s), &x, NULL) != OK || x < lo || x > hi)
        return err_set(e, E_USAGE, "%s takes a number from %g to %g, not '%s'", name, lo,
                       hi, s);
    *out = x;
    return OK;
}

int cli_opt_int(struct cli *c, const char *name, i64 lo, i64 hi, i64 *out, struct err *e)
{
    const char *s = NULL;
    TRY(cli_opt(c, name, &s, e));
    if (!s) return OK;
    if (num_read_int(str_of(s), lo, hi, out, NULL) != OK)
        return err_set(e, E_USAGE,
                       "%s takes a whole number from %" PRId64 " to %" PRId64
                       ", not '%s'",
                       name, lo, hi, s);
    return OK;
}

bool cli_flag(struct cli *c, const char *name)
{
    isize end = options_end(c);
    if (!declared(c, name)) c->undeclared = name;
    for (isize i = 0; i < end; i++)
        if (strcmp(c->arg[i], name) == 0) {
            drop(c, i, 1);
            return true;
        }
    return false;
}

static isize next_arg(const struct cli *c)
{
    isize end = options_end(c);
    for (isize i = 0; i < end; i++)
        if (!is_option(c->arg[i])) return i;
    return end + 1 < c->n ? end + 1 : -1;
}

bool cli_more(const struct cli *c)
{
    return next_arg(c) >= 0;
}

int cli_arg(struct cli *c, const char *what, const char **out, struct err *e)
{
    isize i = next_arg(c);
    if (i < 0) return err_set(e, E_USAGE, "%s is missing", what);
    *out = c->arg[i];
    drop(c, i, 1);
    return OK;
}

int cli_end(struct cli *c, struct err *e)
{
    isize end = options_end(c);
    if (c->undeclared)
        return err_set(e, E_UNSUPPORTED, "%s is missing in the table of verbs",
                       c->undeclared);
    if (end < c->n) drop(c, end, 1); /* the "--" itself */
    if (c->n == 0) return OK;
    const char *left = c->arg[0];
    if (!is_option(left) || end == 0)
        return err_set(e, E_USAGE, "'%s' is one argument too many", left);
    struct str known[40], name = str_of(left);
    if (str_find(name, '=') > 0) name = str_upto(name, str_find(name, '='));
    isize n = options_in(c->usage ? c->usage : "", known, COUNT(known) - 8);
#define GLOBAL(option, value, text) known[n++] = S(option);
#include "cli/globals.def"
#undef GLOBAL
    for (isize i = 0; i < n; i++)
        if (str_eq(known[i], name))
            return err_set(e, E_USAGE, "%.*s is given twice, or takes no value",
                           FMT(name));
    struct str near = str_near(name, known, n);
    if (near.n)
        return err_set(e, E_USAGE, "there is no option %.*s; did you mean %.*s?",
                       FMT(name), FMT(near));
    return err_set(e, E_USAGE, "there is no option %.*s here", FMT(name));
}

/* --- where the definitions are ------------------------------------------------------ */

int cli_data_dir(struct cli *c, const char **out, struct err *e)
{
    const char *given = c->definitions ? c->definitions : getenv("VARDE_DATA");
    if (given && given[0]) {
        *out = given;
        if (file_is_folder(given)) return OK;
        return err_set(e, E_NO_FILE, "%s: there is no such folder of definitions", given);
    }
    /* Beside the program: installed (bin/ and share/varde/), or built inside the tree. */
    static const char *const beside[] = {"../share/varde", "../../../data", "../data"};
    char exe[4096];
    isize n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n > 0) {
        exe[n] = 0;
        char *slash = strrchr(exe, '/');
        if (slash) *slash = 0;
        for (isize i = 0; i < COUNT(beside); i++) {
            const char *dir = file_join(c->a, exe, beside[i]);
            if (!file_is_folder(file_join(c->a, dir, "instruments"))) continue;
            char *real = realpath(dir, NULL);
            *out = real ? str_c(str_of(real), c->a) : dir;
            free(real);
            return OK;
        }
    }
    return err_set(
        e, E_NO_FILE,
        "the folder of definitions was not found beside the program; name it with "
        "--definitions DIR or in VARDE_DATA");
}

int cli_data(struct cli *c, struct csv *out, struct err *e)
{
    const char *path = NULL;
    TRY(cli_opt(c, "--data", &path, e));
    if (!path || !path[0]) return err_set(e, E_USAGE, "--data FILE is missing");
    c->data = path;
    return csv_read_file(path, out, c->a, e);
}

/* --- running a command line --------------------------------------------------------- */

/* The verb with the most words that the command line starts with. */
static const struct verb *find_verb(struct cli *c)
{
    const struct verb *best = NULL;
    isize most = 0;
    for (isize i = 0; i < verb_n; i++) {
        struct str rest = str_of(verb_list[i].words), word;
        isize k = 0;
        bool fits = true;
        while (fits && str_cut(&rest, ' ', &word)) {
            fits = k < c->n && str_is(word, c->arg[k]);
            k++;
        }
        if (fits && k > most) {
            best = &verb_list[i];
            most = k;
        }
    }
    if (best) drop(c, 0, most);
    return best;
}

static int unknown_verb(const struct cli *c, struct err *e)
{
    if (is_option(c->arg[0]) && strcmp(c->arg[0], "--version") != 0)
        return err_set(e, E_USAGE, "%s stands before the verb; options come behind it",
                       c->arg[0]);
    struct buf said = buf_in(c->a, 64);
    for (isize i = 0; i < MIN(c->n, 2) && !is_option(c->arg[i]); i++)
        buf_fmt(&said, "%s%s", i ? " " : "", c->arg[i]);
    struct str *known = NEW(c->a, struct str, verb_n);
    for (isize i = 0; i < verb_n; i++) known[i] = str_of(verb_list[i].words);
    struct str near = str_near(buf_str(&said), known, verb_n);
    if (!near.n) near = str_near(str_of(c->arg[0]), known, verb_n);
    if (near.n)
        return err_set(e, E_USAGE, "there is no verb '%.*s'; did you mean 'varde %.*s'?",
                       FMT(buf_str(&said)), FMT(near));
    return err_set(e, E_USAGE, "there is no verb '%.*s'; `varde help` lists them",
                   FMT(buf_str(&said)));
}

static int globals(struct cli *c, struct err *e)
{
    const char *lang = NULL;
    i64 threads = 0;
    c->json = cli_flag(c, "--json");
    TRY(cli_opt(c, "--definitions", &c->definitions, e));
    TRY(cli_opt_int(c, "--threads", 1, 64, &threads, e));
    c->threads = (int)threads;
    TRY(cli_opt(c, "--lang", &lang, e));
    if (lang) TRY(lang_read(str_of(lang), &c->lang, e));
    return OK;
}

static int run(struct cli *c, struct err *e)
{
    bool help = cli_flag(c, "--help") || cli_flag(c, "-h");
    if (c->n == 0) {
        help_all(c->out);
        return OK;
    }
    const struct verb *v = find_verb(c);
    if (!v && help) {
        help_all(c->out);
        return OK;
    }
    if (!v) return unknown_verb(c, e);
    c->usage = v->args;
    if (help) {
        help_verb(c, v, c->n > 0 ? c->arg[0] : "");
        return OK;
    }
    if (c->house && !str_starts(str_of(v->words), S("user ")) &&
        !str_is(str_of(v->words), "study load") && !str_is(str_of(v->words), "job stop"))
        return err_set(e, E_UNSUPPORTED, "a server does not carry out 'varde %s'",
                       v->words);
    TRY(globals(c, e));
    int rc = v->run(c, e);
    if (rc == E_USAGE && !strstr(e->text, "\nusage: ")) {
        struct str why = str_dup(str_of(e->text), c->a);
        err_set(e, rc, "%.*s\nusage: varde %s%s%s", FMT(why), v->words,
                v->args[0] ? " " : "", v->args);
    }
    return rc;
}

static struct cli taken(int argc, const char *const *argv, struct arena *a)
{
    struct cli c = {.a = a, .argc = argc, .argv = argv};
    c.arg = NEW(a, const char *, argc + 1);
    for (int i = 1; i < argc; i++) c.arg[c.n++] = argv[i];
    return c;
}

int cli_run_in(struct house *h, int argc, const char *const *argv, FILE *out,
               struct arena *a, struct err *e)
{
    struct cli c = taken(argc, argv, a);
    c.house = h;
    c.out = c.err = out;
    return run(&c, e);
}

int cli_run(int argc, const char *const *argv, FILE *out, FILE *err, struct arena *a)
{
    struct cli c = taken(argc, argv, a);
    c.out = out;
    c.err = err;
    struct err e = {0};
    int rc = run(&c, &e);
    if (rc != OK) {
        fflush(out);
        if (rc != E_DIFFERS || e.text[0]) fprintf(err, "varde: %s\n", e.text);
    } else if (fflush(out) != 0 || ferror(out)) {
        fprintf(err, "varde: the output could not be written\n");
        rc = E_IO;
    }
    return err_exit(rc);
}
