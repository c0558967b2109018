/* Records in and out for other programs: files come in and are rehearsed, what a rehearsal said is
** done, tables are asked for, and what came of a job is fetched. How far a job is, and how to
** stop it, stands with jobs (api_house.c). */
#include "app/transfer.h"
#include "web/api.h"
#include "web/transfer_page.h"

#include <string.h>

static int lang_of(struct str s, struct str *out, struct err *e)
{
    enum lang lang = LANG_EN;
    if (s.n) TRY(lang_read(s, &lang, e));
    *out = str_of(lang_code[lang]);
    return OK;
}

static int fields_known(const struct req *q, struct err *e)
{
    static const char *const known[] = {"study", "reason", "lang"};
    for (isize i = 0; i < q->form.n; i++) {
        bool one = false;
        for (isize k = 0; k < COUNT(known); k++)
            one = one || str_is(q->form.at[i].name, known[k]);
        if (!one) return err_say(e, E_RECORD, "REFUSED_IMPORT_FIELD");
    }
    for (isize i = 0; i < q->files.n; i++)
        if (!str_is(q->files.at[i].field, "files"))
            return err_say(e, E_RECORD, "REFUSED_IMPORT_FIELD");
    return OK;
}

int api_import(struct call *c, struct err *e)
{
    struct req *q = c->q;
    struct import_file file[IMPORT_FILES];
    struct str lang;
    i64 upload, job;
    TRY(fields_known(q, e));
    if (q->files.n == 0) return err_say(e, E_RECORD, "REFUSED_IMPORT_NO_FILE");
    if (q->files.n > IMPORT_FILES) return err_say(e, E_TOO_BIG, "REFUSED_IMPORT_FILES");
    TRY(lang_of(http_form(q, "lang"), &lang, e));
    TRY(transfer_may(&c->act, MAY_IMPORT, http_form(q, "study"), e));
    for (isize i = 0; i < q->files.n; i++)
        file[i] = (struct import_file){.name = str_c(q->files.at[i].name, q->a),
                                       .fd = q->files.at[i].fd};
    TRY(transfer_keep(&c->act, house_box(c->house), file, q->files.n, &upload, e));
    TRY(transfer_rehearse(&c->act, http_form(q, "study"), upload, http_form(q, "reason"),
                          lang, &job, e));
    transfer_asked(c);
    return api_made(c, job);
}

int api_import_do(struct call *c, struct err *e)
{
    const struct json *in;
    struct job j;
    i64 id;
    TRY(api_body(c, &in, e));
    TRY(transfer_job(c, true, &j, e));
    TRY(transfer_apply(&c->act, j.id, json_text(in, "mark"), &id, e));
    transfer_asked(c);
    return api_made(c, id);
}

static bool truth(const struct json *in, const char *key)
{
    const struct json *v = json_get(in, key);
    return v && v->kind == JSON_BOOL && v->truth;
}

int api_export(struct call *c, struct err *e)
{
    const struct json *in;
    struct transfer_wanted w = {0};
    struct buf list = buf_in(c->q->a, 200);
    i64 id;
    TRY(api_body(c, &in, e));
    TRY(lang_of(json_text(in, "lang"), &w.lang, e));
    const struct json *tables = json_get(in, "tables");
    for (const struct json *v = tables ? tables->kid : NULL; v; v = v->next) {
        enum tidy_table t;
        TRY(tidy_read(v->text, &t, e));
        buf_fmt(&list, "%s%s", list.n ? "," : "", tidy_name(t));
    }
    w.study = json_text(in, "study");
    w.tables = buf_str(&list);
    w.day = api_day(in, "day", 0);
    w.wide = truth(in, "wide");
    w.excel = truth(in, "excel");
    TRY(transfer_ask(&c->act, &w, &id, e));
    transfer_asked(c);
    return api_made(c, id);
}

int api_job_file(struct call *c, struct err *e)
{
    struct job j;
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(job_see(&c->act, id, &j, e));
    return str_is(j.kind, "export")
               ? transfer_file(c, &j, "varde.zip", "application/zip", e)
               : transfer_file(c, &j, "rows.csv", "text/csv; charset=utf-8", e);
}
