/* Help and the manual page, both from verbs.def, globals.def, errors.def and
** methods.def. */
#include "cli/verbs.h"
#include <string.h>

const struct verb verb_list[] = {
#define VERB(words, function, args, summary, more) {words, function, args, summary, more},
#include "cli/verbs.def"
#undef VERB
};
const isize verb_n = COUNT(verb_list);

static const struct {
    const char *option, *value, *text;
} global[] = {
#define GLOBAL(option, value, text) {option, value, text},
#include "cli/globals.def"
#undef GLOBAL
};

static const struct {
    const char *word, *args, *text;
} method[] = {
#define METHOD(word, function, args, text) {word, args, text},
#include "cli/methods.def"
#undef METHOD
    {NULL, NULL, NULL},
};

static const struct {
    int code;
    const char *text;
} exit_code[] = {
    {0, "done"},
    {1, "checked, and something was found wanting"},
    {2, "the command was used wrongly"},
    {3, "a file, definition or record was refused; nothing was changed"},
    {4, "not found"},
    {5, "reading or writing failed"},
    {6, "these numbers have no answer (too few, constant, not converging)"},
    {7, "not allowed"},
    {70, "a fault in Varde itself"},
};

static void put_globals(FILE *out)
{
    for (isize i = 0; i < COUNT(global); i++)
        fprintf(out, "  %-14s %-10s %s\n", global[i].option, global[i].value,
                global[i].text);
}

void help_all(FILE *out)
{
    fprintf(out,
            "Varde runs Illness Management and Recovery in services and evaluates it.\n\n"
            "usage: varde VERB [ARGUMENTS] [OPTIONS]\n\n");
    for (isize i = 0; i < verb_n; i++)
        fprintf(out, "  %-18s %s\n", verb_list[i].words, verb_list[i].summary);
    fprintf(out, "\noptions of every verb:\n");
    put_globals(out);
    fprintf(out, "\n`varde help VERB` or `varde VERB --help` says more.\n");
}

/* Text broken at blanks to lines of at most `width`, each behind `lead`. */
static void put_wrapped(FILE *out, const char *lead, const char *s, isize width)
{
    isize col = 0;
    struct str rest = str_of(s), word;
    while (str_cut(&rest, ' ', &word)) {
        if (col > 0 && col + 1 + word.n > width) {
            fputc('\n', out);
            col = 0;
        }
        fprintf(out, "%s%.*s", col == 0 ? lead : " ", FMT(word));
        col += word.n + (col > 0);
    }
    fputc('\n', out);
}

static void help_method(struct cli *c, isize i)
{
    fprintf(c->out, "varde stat %s: %s\n\nusage: varde stat %s %s\n", method[i].word,
            method[i].text, method[i].word, method[i].args);
    fprintf(c->out, "\noptions of every verb:\n");
    put_globals(c->out);
}

void help_verb(struct cli *c, const struct verb *v, const char *asked)
{
    bool stat = strcmp(v->words, "stat") == 0;
    for (isize i = 0; stat && method[i].word; i++)
        if (strcmp(method[i].word, asked) == 0) {
            help_method(c, i);
            return;
        }
    fprintf(c->out, "varde %s: %s\n\nusage: varde %s%s%s\n", v->words, v->summary,
            v->words, v->args[0] ? " " : "", v->args);
    if (v->more[0]) {
        fputc('\n', c->out);
        put_wrapped(c->out, "", v->more, 78);
    }
    if (stat) {
        fprintf(c->out, "\nmethods:\n");
        for (isize i = 0; method[i].word; i++) {
            fprintf(c->out, "  varde stat %s %s\n", method[i].word, method[i].args);
            put_wrapped(c->out, "      ", method[i].text, 72);
        }
    }
    fprintf(c->out, "\noptions of every verb:\n");
    put_globals(c->out);
}

/* A dash, a dot or an apostrophe at the wrong place would be taken by the formatter; a
** sentence begins a line, so that the space before it is the formatter's. */
static void put_mdoc(FILE *out, const char *s)
{
    bool line_start = true;
    for (const char *p = s; *p; p++) {
        bool blank = *p == ' ' && p > s && (p[-1] == '.' || p[-1] == ':');
        if (*p == '\\')
            fputs("\\e", out);
        else if (*p == '-')
            fputs("\\-", out);
        else if ((*p == '.' || *p == '\'') && line_start)
            fprintf(out, "\\&%c", *p);
        else
            fputc(blank ? '\n' : *p, out);
        line_start = blank;
    }
    fputc('\n', out);
}

void help_man(FILE *out)
{
    fprintf(out,
            ".Dd $Mdocdate: November 22 2026 $\n.Dt VARDE 1\n.Os\n.Sh NAME\n.Nm varde\n"
            ".Nd run Illness Management and Recovery and evaluate it\n"
            ".Sh SYNOPSIS\n.Nm\n.Ar verb\n.Op Ar arguments\n.Op Ar options\n"
            ".Sh DESCRIPTION\nThe verbs are:\n.Bl -tag -width Ds\n");
    for (isize i = 0; i < verb_n; i++) {
        fprintf(out, ".It Cm %s Li \"%s\"\n", verb_list[i].words, verb_list[i].args);
        put_mdoc(out, verb_list[i].summary);
        if (verb_list[i].more[0]) {
            fprintf(out, ".Pp\n");
            put_mdoc(out, verb_list[i].more);
        }
    }
    fprintf(out, ".El\n.Pp\nStatistical methods for people,\n.Cm stat Ar method :\n"
                 ".Bl -tag -width Ds\n");
    for (isize i = 0; method[i].word; i++) {
        fprintf(out, ".It Cm stat %s Li \"%s\"\n", method[i].word, method[i].args);
        put_mdoc(out, method[i].text);
    }
    fprintf(out, ".El\n.Pp\nOptions of every verb:\n.Bl -tag -width Ds\n");
    for (isize i = 0; i < COUNT(global); i++) {
        fprintf(out, ".It Fl \\-%s Ar %s\n", global[i].option + 2,
                global[i].value[0] ? global[i].value : "\\&");
        put_mdoc(out, global[i].text);
    }
    fprintf(out,
            ".El\n.Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev VARDE_DATA\n"
            "The folder of definitions, when\n.Fl \\-definitions\nis not given.\n.El\n"
            ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
    for (isize i = 0; i < COUNT(exit_code); i++)
        fprintf(out, ".It %d\n%s\n", exit_code[i].code, exit_code[i].text);
    fprintf(out, ".El\n.Sh DIAGNOSTICS\nErrors are one sentence on standard error.\n"
                 "Their meanings:\n.Bl -tag -width Ds\n");
#define ERR(name, number, exit, text) \
    fprintf(out, ".It %s (%d, exit %d)\n%s\n", #name, number, exit, text);
#include "base/errors.def"
#undef ERR
    fprintf(out, ".El\n");
}

int verb_help(struct cli *c, struct err *e)
{
    bool man = cli_flag(c, "--man");
    struct buf words = buf_in(c->a, 64);
    while (cli_more(c)) {
        const char *w = NULL;
        TRY(cli_arg(c, "VERB", &w, e));
        buf_fmt(&words, "%s%s", words.n ? " " : "", w);
    }
    TRY(cli_end(c, e));
    if (man) {
        help_man(c->out);
        return OK;
    }
    if (words.n == 0) {
        help_all(c->out);
        return OK;
    }
    bool any = false;
    for (isize i = 0; i < verb_n; i++) {
        struct str w = str_of(verb_list[i].words);
        bool same = str_eq(w, buf_str(&words));
        bool below =
            str_starts(w, buf_str(&words)) && w.n > words.n && w.at[words.n] == ' ';
        if (!same && !below) continue;
        if (any) fputc('\n', c->out);
        help_verb(c, &verb_list[i], "");
        any = true;
    }
    struct str said = buf_str(&words);
    if (!any && str_starts(said, S("stat "))) /* a method of its own */
        for (isize i = 0; method[i].word && !any; i++)
            if (str_is(str_from(said, 5), method[i].word)) {
                help_method(c, i);
                any = true;
            }
    if (any) return OK;
    return err_set(e, E_NOT_FOUND, "there is no verb '%.*s'; `varde help` lists them",
                   FMT(buf_str(&words)));
}
