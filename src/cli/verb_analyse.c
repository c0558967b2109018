/* varde analyse: a study's plan on its records, written as one document in every
** format. */
#include "app/analysis.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/at_house.h"
#include "store/subject.h"
#include "exchange/records_csv.h"
#include "report/report_study.h"
#include "study/protocol.h"

static const struct format {
    const char *name;
    doc_writer *write;
} formats[] = {
#define FORMAT(name, writer, text) {#name, writer},
#include "report/formats.def"
#undef FORMAT
};

/* "html,json" as marks on the list above. */
static int read_formats(const char *list, bool *wanted, struct err *e)
{
    struct str rest = str_of(list), one, known[COUNT(formats)];
    for (isize i = 0; i < COUNT(formats); i++) known[i] = str_of(formats[i].name);
    while (str_cut(&rest, ',', &one)) {
        isize i = 0;
        while (i < COUNT(formats) && !str_eq(known[i], one)) i++;
        if (i == COUNT(formats)) {
            struct str near = str_near(one, known, COUNT(formats));
            return err_set(
                e, E_USAGE, "there is no format '%.*s'; %s%.*s", FMT(str_brief(one, 40)),
                near.n > 0 ? "did you mean " : "there are html, pdf, csv, json",
                FMT(near));
        }
        wanted[i] = true;
    }
    return OK;
}

static int report_done(struct cli *c, const struct doc *d, const struct analysed *m,
                       const char *dir, const bool *wanted)
{
    struct buf b = buf_in(c->a, 1000);
    struct json_out w = json_to(&b, 2);
    if (c->json) {
        json_open(&w, NULL, '{');
        json_put_str(&w, "folder", str_of(dir));
        json_open(&w, "formats", '[');
        for (isize i = 0; i < COUNT(formats); i++)
            if (wanted[i]) json_put_str(&w, NULL, str_of(formats[i].name));
        json_close(&w, ']');
        json_open(&w, "unanswered", '[');
        for (isize i = 0; i < m->plan->analyses.n; i++)
            if (m->result[i].why) json_put_str(&w, NULL, m->result[i].an->id);
        json_close(&w, ']');
        json_close(&w, '}');
        fprintf(c->out, "%.*s\n", FMT(buf_str(&b)));
        return OK;
    }
    for (isize i = 0; i < d->n; i++)
        if (d->at[i].kind == DOC_LEAD) {
            fprintf(c->out, "%.*s\n", FMT(d->at[i].text)); /* how far it agrees */
            break;
        }
    for (isize i = 0; i < m->plan->analyses.n; i++)
        if (m->result[i].why)
            fprintf(c->out, "without answer: %.*s: %.*s\n", FMT(m->result[i].an->id),
                    FMT(err_said(m->result[i].why, c->lang, c->a)));
    fprintf(c->out, "%s:", dir);
    for (isize i = 0; i < COUNT(formats); i++)
        if (wanted[i]) fprintf(c->out, " %s", formats[i].name);
    fprintf(c->out, "\n");
    return OK;
}

struct asked {
    const char *id, *out;
    bool wanted[COUNT(formats)];
    struct analyse_options o;
    instant as_of;
};

static int write_out(struct cli *c, const struct analysed *m, const struct asked *q,
                     struct err *e)
{
    struct doc *d = report_study(m, c->lang, S(VARDE_VERSION), c->a);
    TRY(doc_check(d, *c->a, e));
    TRY(file_mkdirs(q->out, e));
    for (isize i = 0; i < COUNT(formats); i++)
        if (q->wanted[i]) TRY(formats[i].write(d, q->out, *c->a, e));
    return report_done(c, d, m, q->out, q->wanted);
}

/* The records of an installation, as they are or were. */
static int from_store(struct cli *c, struct house *h, void *arg, struct err *e)
{
    const struct asked *q = arg;
    struct db *db = NULL;
    struct analysis x;
    TRY(house_reader(h, false, &db, e));
    struct act act = at_act(c, h, db);
    int code = analysis_run(&act, str_of(q->id), q->as_of, &q->o, &x, e);
    house_reader_back(h, false, db);
    TRY(code);
    return write_out(c, &x.analysed, q, e);
}

static int from_files(struct cli *c, const char *dir, const struct asked *q,
                      struct err *e)
{
    const char *definitions;
    struct protocol p;
    struct records r;
    struct analysed m;
    TRY(cli_data_dir(c, &definitions, e));
    TRY(protocol_open(definitions, q->id, &p, c->a, e));
    if (!dir) dir = file_join(c->a, p.dir, "records");
    TRY(records_csv_read(dir, p.study, p.in, &r, c->a, e));
    TRY(analyse_run(p.plan, &r, &q->o, &m, c->a, e));
    return write_out(c, &m, q, e);
}

int verb_analyse(struct cli *c, struct err *e)
{
    const char *list = NULL, *as_of = NULL;
    struct house_config hc = {.reading = true};
    struct asked q = {.o = {.threads = c->threads, .seed = -1}, .as_of = INSTANT_NOW};
    TRY(at_options(c, &hc, e));
    TRY(cli_opt(c, "--out", &q.out, e));
    TRY(cli_opt(c, "--formats", &list, e));
    TRY(cli_opt(c, "--as-of", &as_of, e));
    TRY(cli_opt_int(c, "--resamples", 100, 10000000, &q.o.resamples, e));
    TRY(cli_opt_int(c, "--seed", 0, (i64)1 << 53, &q.o.seed, e));
    TRY(cli_arg(c, "a study, such as norway2013", &q.id, e));
    TRY(cli_end(c, e));
    for (isize i = 0; i < COUNT(formats) && !list; i++) q.wanted[i] = true;
    if (list) TRY(read_formats(list, q.wanted, e));
    if (!q.out) q.out = str_c(str_fmt(c->a, "report-%s", q.id), c->a);
    bool store = hc.folder && file_exists(file_join(c->a, hc.folder, "varde.yaml"));
    if (store) {
        if (as_of) TRY(instant_read(str_of(as_of), &q.as_of, e));
        return at_house(c, &hc, from_store, &q, e);
    }
    if (as_of || hc.store || hc.key)
        return err_set(e, E_USAGE,
                       "--as-of, --store and --key are for an installation: give its "
                       "folder with --data, the one with varde.yaml");
    return from_files(c, hc.folder, &q, e);
}
