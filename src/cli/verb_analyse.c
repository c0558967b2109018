/* varde analyse: a study's plan on its records, written as one document in every
** format. */
#include "base/file.h"
#include "base/json.h"
#include "cli/verbs.h"
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

static int report_done(struct cli *c, const struct doc *d, const char *dir,
                       const bool *wanted)
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
        json_close(&w, '}');
        fprintf(c->out, "%.*s\n", FMT(buf_str(&b)));
        return OK;
    }
    for (isize i = 0; i < d->n; i++)
        if (d->at[i].kind == DOC_LEAD) {
            fprintf(c->out, "%.*s\n", FMT(d->at[i].text)); /* how far it agrees */
            break;
        }
    fprintf(c->out, "%s:", dir);
    for (isize i = 0; i < COUNT(formats); i++)
        if (wanted[i]) fprintf(c->out, " %s", formats[i].name);
    fprintf(c->out, "\n");
    return OK;
}

int verb_analyse(struct cli *c, struct err *e)
{
    const char *id, *data = NULL, *out = NULL, *list = NULL, *definitions;
    i64 resamples = 0, seed = -1;
    TRY(cli_opt(c, "--data", &data, e));
    TRY(cli_opt(c, "--out", &out, e));
    TRY(cli_opt(c, "--formats", &list, e));
    TRY(cli_opt_int(c, "--resamples", 100, 10000000, &resamples, e));
    TRY(cli_opt_int(c, "--seed", 0, (i64)1 << 53, &seed, e));
    TRY(cli_arg(c, "a study, such as norway2013", &id, e));
    TRY(cli_end(c, e));
    bool wanted[COUNT(formats)] = {false};
    for (isize i = 0; i < COUNT(formats) && !list; i++) wanted[i] = true;
    if (list) TRY(read_formats(list, wanted, e));
    TRY(cli_data_dir(c, &definitions, e));

    struct protocol p;
    TRY(protocol_open(definitions, id, &p, c->a, e));
    if (!data) data = file_join(c->a, p.dir, "records");
    if (!out) out = str_c(str_fmt(c->a, "report-%s", id), c->a);
    struct records r;
    TRY(records_csv_read(data, p.study, p.in, &r, c->a, e));
    struct analyse_options o = {
        .threads = c->threads, .resamples = resamples, .seed = seed};
    struct analysed m;
    TRY(analyse_run(p.plan, &r, &o, &m, c->a, e));
    struct doc *d = report_study(&m, c->lang, S(VARDE_VERSION), c->a);
    TRY(doc_check(d, *c->a, e));
    TRY(file_mkdirs(out, e));
    for (isize i = 0; i < COUNT(formats); i++)
        if (wanted[i]) TRY(formats[i].write(d, out, *c->a, e));
    return report_done(c, d, out, wanted);
}
