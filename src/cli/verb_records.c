/* varde study load, varde export: records into an installation and out of it. */
#define _GNU_SOURCE /* fileno */
#include "app/analysis.h"
#include "app/replay.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/at_house.h"
#include "cli/transfer_ask.h"
#include "exchange/records_csv.h"
#include "exchange/tidy.h"
#include "store/subject.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* --- study load --------------------------------------------------------------------- */

struct loading {
    const char *study, *definitions;
};

static void progress(void *arg, isize done, isize of)
{
    struct cli *c = arg;
    if (c->json || c->house || !isatty(fileno(c->err))) return;
    fprintf(c->err, "\r%td of %td", done, of);
    if (done == of) fprintf(c->err, "\r                    \r");
}

static void tell_loaded(struct cli *c, const char *study, const struct replay_done *d)
{
    if (c->json) {
        struct buf b = buf_in(c->a, 1000);
        struct json_out w = json_to(&b, 2);
        json_open(&w, NULL, '{');
        json_put_str(&w, "study", str_of(study));
        json_put_int(&w, "services", d->services);
        json_put_int(&w, "staff", d->staff);
        json_put_int(&w, "participants", d->participants);
        json_put_int(&w, "subjects", d->subjects);
        json_put_int(&w, "responses", d->responses);
        json_open(&w, "logins", '{');
        for (int k = 0; k < ROLE_N; k++)
            if (d->person[k])
                json_put_str(&w, role_word((enum role)(1 << k)), str_of(d->login[k]));
        json_close(&w, '}');
        json_close(&w, '}');
        cli_put(c, &b);
        return;
    }
    fprintf(
        c->out,
        "%s: %td services, %td members of staff, %td participants, %td other rows, %td "
        "answered forms. Everybody in them is invented.\n",
        study, d->services, d->staff, d->participants, d->subjects, d->responses);
    for (int k = 0; k < ROLE_N; k++)
        if (d->person[k])
            fprintf(c->out, "%-20s %s\n", role_word((enum role)(1 << k)), d->login[k]);
    fprintf(c->out, "Give one of them a password with: varde user invite LOGIN\n");
}

static int load_in(struct cli *c, struct house *h, void *arg, struct err *e)
{
    const struct loading *l = arg;
    struct db *db = NULL;
    struct replay_done done;
    TRY(house_reader(h, false, &db, e));
    struct act act = at_act(c, h, db);
    struct replay_in in = {.definitions = l->definitions,
                           .study = l->study,
                           .key = house_key(h),
                           .progress = progress,
                           .arg = c};
    int code = replay_load(&act, &in, &done, e);
    house_reader_back(h, false, db);
    TRY(code);
    tell_loaded(c, l->study, &done);
    return OK;
}

int verb_study_load(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    struct loading l = {0};
    TRY(at_options(c, &hc, e));
    TRY(cli_arg(c, "a study, such as norway2013", &l.study, e));
    TRY(cli_end(c, e));
    TRY(cli_data_dir(c, &l.definitions, e));
    return at_house(c, &hc, load_in, &l, e);
}

/* --- export ------------------------------------------------------------------------- */

struct taking {
    const char *study, *out;
    bool wanted[TIDY_N];
    bool all; /* no list was given */
    instant as_of;
};

struct sink {
    FILE *f;
    const char *path;
};

static int put_piece(void *arg, struct str piece, struct err *e)
{
    const struct sink *s = arg;
    if (fwrite(piece.at, 1, (size_t)piece.n, s->f) == (size_t)piece.n) return OK;
    return err_set(e, E_IO, "%s: cannot be written: %s", s->path, strerror(errno));
}

/* A file that is written under another name until it is whole. */
static int into_file(const char *path, struct arena *a,
                     int (*write)(const struct tidy_sink *to, void *arg, struct err *e),
                     void *arg, struct err *e)
{
    const char *part = str_fmt(a, "%s.part", path).at;
    struct sink s = {fopen(part, "wb"), part};
    struct tidy_sink to = {put_piece, &s};
    if (!s.f) return err_set(e, E_IO, "%s: cannot be made: %s", part, strerror(errno));
    int code = write(&to, arg, e);
    if (fclose(s.f) != 0 && code == OK)
        code = err_set(e, E_IO, "%s: cannot be written: %s", part, strerror(errno));
    if (code == OK && rename(part, path) != 0)
        code = err_set(e, E_IO, "%s: cannot be named: %s", path, strerror(errno));
    if (code != OK) (void)unlink(part);
    return code;
}

struct table_of {
    struct cli *c;
    struct act *act;
    const struct records_cut *cut;
    enum tidy_table table;
    isize of; /* table of the study, of which `file` is one */
    struct str file;
};

static int write_table(const struct tidy_sink *to, void *arg, struct err *e)
{
    const struct table_of *t = arg;
    return tidy_put(t->act->db, &t->act->who, t->cut, t->table, to, *t->c->a, e);
}

static int write_book(const struct tidy_sink *to, void *arg, struct err *e)
{
    const struct table_of *t = arg;
    return tidy_codebook(t->cut->protocol, t->c->lang, to, *t->c->a, e);
}

static int write_file(const struct tidy_sink *to, void *arg, struct err *e)
{
    const struct table_of *t = arg;
    return records_store_put(t->act->db, &t->act->who, t->cut, t->of, t->file, to,
                             *t->c->a, e);
}

/* The study's own layout. A file that what stands in the store no longer fits is left out. */
static int write_records(struct table_of *of, const char *out, struct err *e)
{
    struct cli *c = of->c;
    const struct study *s = of->cut->protocol->study;
    const char *dir = file_join(c->a, out, "records");
    bool whole = false;
    TRY(records_store_whole(of->act->db, &of->act->who, of->cut, &whole, *c->a, e));
    if (!whole) return OK;
    TRY(file_mkdirs(dir, e));
    for (isize t = 0; t < s->tables.n; t++)
        for (isize i = 0; i < s->tables.at[t].files.n; i++) {
            of->of = t;
            of->file = s->tables.at[t].files.at[i];
            const char *path = file_join(c->a, dir, str_c(of->file, c->a));
            int code = into_file(path, c->a, write_file, of, e);
            if (code == E_RECORD)
                fprintf(c->err, "varde: %s is left out: %s\n", path, e->text);
            else
                TRY(code);
        }
    return OK;
}

static int write_all(struct cli *c, struct act *act, const struct taking *q,
                     struct err *e)
{
    TXN t = {0}; /* every table of one moment */
    struct analysis x = {0};
    struct records_cut cut;
    TRY(db_snapshot(&t, act->db, "export", e));
    TRY(analysis_cut(act, str_of(q->study), q->as_of, &x, &cut, e));
    TRY(file_mkdirs(q->out, e));
    struct table_of of = {.c = c, .act = act, .cut = &cut};
    for (int k = 0; k < TIDY_N; k++) {
        of.table = (enum tidy_table)k;
        if (!q->wanted[k]) continue;
        struct str name = str_fmt(c->a, "%s.csv", tidy_name(of.table));
        TRY(into_file(file_join(c->a, q->out, name.at), c->a, write_table, &of, e));
    }
    TRY(into_file(file_join(c->a, q->out, "codebook.csv"), c->a, write_book, &of, e));
    if (q->all) TRY(write_records(&of, q->out, e));
    return db_commit(&t, e);
}

static int export_in(struct cli *c, struct house *h, void *arg, struct err *e)
{
    const struct taking *q = arg;
    struct db *db = NULL;
    TRY(house_reader(h, false, &db, e));
    struct act act = at_act(c, h, db);
    int code = write_all(c, &act, q, e);
    house_reader_back(h, false, db);
    TRY(code);
    if (!c->json) fprintf(c->out, "Written to %s\n", q->out);
    return OK;
}

int verb_export(struct cli *c, struct err *e)
{
    struct house_config hc = {.reading = true};
    struct taking q = {.as_of = INSTANT_NOW};
    const char *list = NULL, *as_of = NULL;
    struct remote_ask ask = {0};
    bool remote = transfer_remote(c);
    if (remote)
        TRY(ask_server(c, &ask, e));
    else
        TRY(at_options(c, &hc, e));
    TRY(cli_opt(c, "--out", &q.out, e));
    TRY(cli_opt(c, "--tables", &list, e));
    TRY(cli_opt(c, "--as-of", &as_of, e));
    TRY(cli_arg(c, "a study, such as norway2013", &q.study, e));
    TRY(cli_end(c, e));
    if (!q.out) return err_set(e, E_USAGE, "--out DIR is missing: where the files go");
    struct fetching f = {q.study, q.out, list, as_of};
    if (remote) return transfer_ask_export(c, &ask, &f, e);
    if (as_of) TRY(instant_read(str_of(as_of), &q.as_of, e));
    q.all = !list;
    for (int k = 0; k < TIDY_N && q.all; k++) q.wanted[k] = k != TIDY_visits || !as_of;
    struct str rest = str_of(list), one;
    while (list && str_cut(&rest, ',', &one)) {
        enum tidy_table t;
        TRY(tidy_read(one, &t, e));
        q.wanted[t] = true;
    }
    return at_house(c, &hc, export_in, &q, e);
}
