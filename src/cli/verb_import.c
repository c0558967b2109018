/* varde import: records into an installation, first said row by row. */
#define _GNU_SOURCE /* ftruncate, realpath */
#include "app/import.h"
#include "base/json.h"
#include "cli/at_house.h"
#include "cli/transfer_ask.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int unwritten(struct err *e)
{
    return err_set(e, E_IO, "the report cannot be written: %s", strerror(errno));
}

/* The rows start anew, behind what was kept. */
static int begin(void *arg, struct err *e)
{
    const struct bringing *b = arg;
    bool fine = fflush(b->said) == 0 && ftruncate(fileno(b->said), b->kept) == 0 &&
                fseek(b->said, b->kept, SEEK_SET) == 0;
    return fine ? OK : unwritten(e);
}

static int keep(void *arg, struct err *e)
{
    struct bringing *b = arg;
    b->kept = ftell(b->said);
    return b->kept >= 0 ? OK : unwritten(e);
}

int bring_tell(void *arg, const struct import_row *r, struct err *e)
{
    const struct bringing *b = arg;
    if (r->verdict == IMPORT_SAME && !b->rows) return OK;
    fprintf(b->said, "%s:%d: %s: %.*s", r->file, r->line, import_verdict_word[r->verdict],
            FMT(r->key));
    if (r->verdict == IMPORT_CHANGES)
        fprintf(b->said, ": %.*s -> %.*s", FMT(r->was), FMT(r->now));
    if (r->verdict == IMPORT_REFUSED) fprintf(b->said, ": %s", r->why);
    return fputc('\n', b->said) == '\n' ? OK : unwritten(e);
}

void bring_show(struct cli *c, const struct bringing *b, const struct import_done *d)
{
    char piece[4096];
    size_t n;
    if (c->json) {
        struct buf out = buf_in(c->a, 400);
        struct json_out w = json_to(&out, 2);
        json_open(&w, NULL, '{');
        for (int k = 0; k < IMPORT_VERDICTS; k++)
            json_put_int(&w, import_verdict_word[k], d->all[k]);
        json_put_str(&w, "mark", str_of(d->mark));
        json_close(&w, '}');
        cli_put(c, &out);
        return;
    }
    rewind(b->said);
    while ((n = fread(piece, 1, sizeof piece, b->said)) > 0) fwrite(piece, 1, n, c->out);
    for (int t = 0; t < TIDY_N; t++) {
        const isize *x = d->n[t];
        if (x[0] + x[1] + x[2] + x[3] == 0) continue;
        fprintf(c->out, "%s: %td new, %td as they are, %td changed, %td refused\n",
                tidy_name((enum tidy_table)t), x[IMPORT_NEW], x[IMPORT_SAME],
                x[IMPORT_CHANGES], x[IMPORT_REFUSED]);
    }
    if (d->left)
        fprintf(c->out,
                "%td columns were left: they follow from what happened, which events.csv "
                "says.\n",
                d->left);
    if (b->mark)
        fprintf(c->out, "%s\n",
                d->all[IMPORT_REFUSED] ? "Nothing was changed." : "Done.");
    else if (d->all[IMPORT_REFUSED])
        fprintf(c->out,
                "Nothing was changed; put right what is refused and ask again.\n");
    else if (d->all[IMPORT_NEW] + d->all[IMPORT_CHANGES] == 0)
        fprintf(c->out, "There is nothing to do.\n");
    else
        fprintf(c->out,
                "Nothing was changed yet. To do exactly this, say the same with --apply "
                "%s\n",
                d->mark);
}

/* As the member of staff who answers for it. */
static int bring(struct cli *c, struct act *act, struct bringing *b, struct err *e)
{
    struct str login;
    struct staff who;
    struct import_done done;
    TRY(staff_login_read(str_of(b->login), &login, c->a, e));
    TRY(staff_by_login(act->db, login, &who, c->a, e));
    TRY(staff_viewer(act->db, who.id, act->today, &act->who, c->a, e));
    act->console = false;
    act->why = str_of(b->why ? b->why : "");
    struct import_file *file = NEW(c->a, struct import_file, b->files.n);
    for (isize i = 0; i < b->files.n; i++) {
        const char *slash = strrchr(b->files.at[i], '/');
        file[i] = (struct import_file){
            .name = slash ? slash + 1 : b->files.at[i], .path = b->files.at[i], .fd = -1};
    }
    struct import_in in = {.study = str_of(b->study),
                           .file = file,
                           .n = b->files.n,
                           .apply = b->mark != NULL,
                           .mark = b->mark,
                           .lang = who.language,
                           .tongue = c->lang,
                           .begin = begin,
                           .keep = keep,
                           .tell = bring_tell,
                           .arg = b};
    int code = import_run(act, &in, &done, e);
    if (code == OK || (code == E_RECORD && done.all[IMPORT_REFUSED]))
        bring_show(c, b, &done);
    return code;
}

static int import_in(struct cli *c, struct house *h, void *arg, struct err *e)
{
    struct bringing *b = arg;
    struct db *db = NULL;
    b->said = tmpfile();
    if (!b->said) return err_set(e, E_IO, "no room for the report: %s", strerror(errno));
    int code = house_reader(h, false, &db, e);
    if (code == OK) {
        struct act act = at_act(c, h, db);
        code = bring(c, &act, b, e);
        house_reader_back(h, false, db);
    }
    (void)fclose(b->said);
    return code;
}

/* A server that carries this out stands in another folder: files get their whole path. */
static int whole_paths(struct cli *c, const struct bringing *b, struct err *e)
{
    const char **argv = NEW(c->a, const char *, c->argc + 1);
    for (int k = 0; k < c->argc; k++) argv[k] = c->argv[k];
    for (isize i = 0; i < b->files.n; i++) {
        char path[PATH_MAX];
        if (!realpath(b->files.at[i], path))
            return err_set(e, errno == ENOENT ? E_NO_FILE : E_IO,
                           "%s: cannot be read: %s", b->files.at[i], strerror(errno));
        for (int k = 0; k < c->argc; k++)
            if (argv[k] == b->files.at[i]) argv[k] = str_c(str_of(path), c->a);
    }
    c->argv = argv;
    return OK;
}

int verb_import(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    struct bringing b = {0};
    struct remote_ask q = {0};
    bool remote = transfer_remote(c);
    if (remote)
        TRY(ask_server(c, &q, e));
    else
        TRY(at_options(c, &hc, e));
    TRY(cli_opt(c, "--as", &b.login, e));
    TRY(cli_opt(c, "--why", &b.why, e));
    TRY(cli_opt(c, "--apply", &b.mark, e));
    b.rows = cli_flag(c, "--rows");
    TRY(cli_arg(c, "a study, such as norway2013", &b.study, e));
    do
        TRY(cli_arg(c, "a file of an export, such as answers.csv", PUSH(c->a, &b.files),
                    e));
    while (cli_more(c));
    TRY(cli_end(c, e));
    if (remote && b.login)
        return err_set(e, E_USAGE, "--as is of the token: leave it out with --server");
    if (remote) return transfer_ask_import(c, &q, &b, e);
    if (!b.login)
        return err_set(
            e, E_USAGE,
            "--as LOGIN is missing: the data manager in whose name it is done");
    TRY(whole_paths(c, &b, e));
    return at_house(c, &hc, import_in, &b, e);
}
