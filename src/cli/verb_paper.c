/* varde paper-check: printed figures of a paper against each other. */
#include "base/json.h"
#include "cli/verbs.h"
#include "study/paper_file.h"

static bool wanted(const struct paper_line *l, bool found_only)
{
    return !found_only || l->is.verdict == PAPER_IMPOSSIBLE ||
           l->is.verdict == PAPER_DOUBTFUL;
}

static void as_json(struct cli *c, const struct paper_report *r, bool found_only)
{
    static const char *const key[] = {"possible", "doubtful", "impossible", "undecided"};
    struct buf b = buf_in(c->a, 1 << 14);
    struct json_out w = json_to(&b, 2);
    json_open(&w, NULL, '{');
    json_put_str(&w, "paper", r->id);
    json_put_str(&w, "title", r->title);
    json_put_str(&w, "source", r->source);
    json_put_str(&w, "note", r->note);
    json_open(&w, "count", '{');
    for (int k = 0; k < 4; k++) json_put_int(&w, key[k], r->count[k]);
    json_close(&w, '}');
    json_open(&w, "checks", '[');
    for (isize i = 0; i < r->n; i++) {
        const struct paper_line *l = &r->at[i];
        if (!wanted(l, found_only)) continue;
        json_open(&w, NULL, '{');
        json_put_str(&w, "at", l->at);
        json_put_str(&w, "check", l->check);
        json_put_str(&w, "printed", l->printed);
        if (l->restored.n) json_put_str(&w, "restored", l->restored);
        json_put_str(&w, "verdict", str_of(key[l->is.verdict]));
        json_put_str(&w, "says", l->is.says);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_close(&w, '}');
    fprintf(c->out, "%.*s\n", FMT(buf_str(&b)));
}

static void table(struct cli *c, const struct paper_report *r, bool found_only)
{
    static const char *const head[] = {"Where", "Check", "Printed", "Verdict", "Why"};
    struct cli_table t = cli_table(c, COUNT(head));
    bool restored = false;
    for (isize k = 0; k < COUNT(head); k++) cli_cell(&t, str_of(head[k]));
    for (isize i = 0; i < r->n; i++) {
        const struct paper_line *l = &r->at[i];
        if (!wanted(l, found_only)) continue;
        restored = restored || l->restored.n > 0;
        cli_cell(&t, l->at);
        cli_cell(&t, l->check);
        cli_cell(&t, str_fmt(c->a, "%.*s%s", FMT(l->printed), l->restored.n ? " *" : ""));
        cli_cell(&t, str_of(paper_word[l->is.verdict]));
        cli_cell(&t, l->is.says);
    }
    cli_print(&t);
    if (restored) fprintf(c->out, "* signs that the source had lost are put back\n");
}

/* The paper at length, and what does not fit once more at the end, where people look. */
static void as_text(struct cli *c, const struct paper_report *r, bool found_only)
{
    fprintf(c->out, "%.*s\n%.*s\n", FMT(r->title), FMT(r->source));
    if (r->note.n) fprintf(c->out, "%.*s\n", FMT(str_trim(r->note)));
    fputc('\n', c->out);
    if (!found_only) {
        table(c, r, false);
        fputc('\n', c->out);
    }
    if (r->count[PAPER_IMPOSSIBLE] + r->count[PAPER_DOUBTFUL] > 0) {
        fprintf(c->out, "What does not fit\n\n");
        table(c, r, true);
    } else {
        fprintf(c->out, "Nothing that does not fit.\n");
    }
    fprintf(c->out,
            "\n%td possible, %td doubtful, %td impossible, %td cannot be decided\n",
            r->count[PAPER_POSSIBLE], r->count[PAPER_DOUBTFUL],
            r->count[PAPER_IMPOSSIBLE], r->count[PAPER_UNDECIDED]);
}

int verb_paper_check(struct cli *c, struct err *e)
{
    const char *path = NULL;
    struct yaml *root;
    struct paper_report r;
    bool found_only = cli_flag(c, "--found");
    TRY(cli_arg(c, "the file of printed figures (docs/PAPER-CHECK.md)", &path, e));
    TRY(cli_end(c, e));
    TRY(yaml_read_file(path, &root, c->a, e));
    TRY(paper_file_read(root, &r, c->a, e));
    if (c->json)
        as_json(c, &r, found_only);
    else
        as_text(c, &r, found_only);
    if (r.count[PAPER_IMPOSSIBLE] > 0)
        return err_set(e, E_DIFFERS, "%td printed figures are impossible",
                       r.count[PAPER_IMPOSSIBLE]);
    return OK;
}
