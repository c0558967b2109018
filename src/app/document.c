#define _GNU_SOURCE /* mkdtemp */
#include "app/document.h"
#include "app/analysis.h"
#include "app/transfer_parts.h"
#include "base/file.h"
#include "base/instant.h"
#include "report/report_study.h"
#include "store/subject.h"

#include <stdlib.h>
#include <unistd.h>

int document_written(const struct doc *d, doc_writer *write, const char *folder,
                     struct document_files *out, struct arena *a, struct err *e)
{
    /* 0700: what is written there is nobody else's to read */
    struct buf b = buf_in(a, 200);
    buf_fmt(&b, "%s/report-XXXXXX%c", folder, 0);
    char *dir = b.at;
    struct file_names names = {0};
    if (!mkdtemp(dir)) return err_set(e, E_IO, "no folder for the document can be made");
    int rc = write(d, dir, *a, e);
    if (file_list(dir, &names, a, NULL) == OK)
        for (isize i = 0; i < names.n; i++) {
            const char *path = file_join(a, dir, names.at[i].at);
            struct document_file f = {.name = names.at[i]};
            if (rc == OK) rc = file_read(path, FILE_LIMIT, &f.bytes, a, e);
            *PUSH(a, out) = f;
            (void)unlink(path);
        }
    (void)rmdir(dir);
    return rc;
}

/* --- the job -------------------------------------------------------------------------- */

static int step(void *arg, isize done, isize of, struct err *e)
{
    return job_step(arg, done, of, e);
}

/* One moment for all that is read. */
static int analysed(struct job_run *w, struct analysis *x, struct err *e)
{
    struct analyse_options o = {.threads = 1, .seed = -1, .step = step, .arg = w};
    struct str on = json_text(w->args, "as-of");
    instant when = INSTANT_NOW;
    TXN t = {0};
    if (on.n) TRY(instant_read(on, &when, e));
    TRY(db_snapshot(&t, w->act.db, "document", e));
    TRY(analysis_run(&w->act, json_text(w->args, "study"), when, &o, x, e));
    return db_commit(&t, e);
}

/* The data folder, which is nobody else's, holds the folder of attachments. */
static const char *above(const char *folder, struct arena *a)
{
    struct str s = str_of(folder);
    isize slash = s.n - 1;
    while (slash > 0 && s.at[slash] != '/') slash--;
    return slash > 0 ? str_c(str_upto(s, slash), a) : ".";
}

static int files_of(const struct job_run *w, const struct doc *d,
                    struct document_files *out, struct err *e)
{
    static doc_writer *const as_file[] = {doc_pdf, doc_json, doc_csv};
    struct arena *a = w->act.a;
    const char *folder = above(w->box->folder, a);
    struct document_file page = {.name = str_fmt(a, "%.*s.html", FMT(d->id))};
    TRY(doc_page(d, &page.bytes, a, e));
    *PUSH(a, out) = page;
    for (isize i = 0; i < COUNT(as_file); i++)
        TRY(document_written(d, as_file[i], folder, out, a, e));
    return OK;
}

static int pack(struct zip *z, const struct document_files *f, struct err *e)
{
    for (isize i = 0; i < f->n; i++) {
        const struct document_file *one = &f->at[i];
        TRY(zip_add(z, one->name, one->bytes.n, zip_crc(0, one->bytes), e));
        TRY(zip_put(z, one->bytes, e));
    }
    return zip_end(z, e);
}

int document_job(struct job_run *w, struct err *e)
{
    struct arena *a = w->act.a;
    struct analysis x;
    struct document_files files = {0};
    struct attachment_in *in;
    enum lang lang = LANG_EN;
    struct str rows = json_text(w->args, "rows-at");
    TRY(lang_read(json_text(w->args, "lang"), &lang, e));
    TRY(analysed(w, &x, e));
    struct doc *d = report_study(&x.analysed, lang, S(VARDE_VERSION), a);
    if (str_starts(rows, S("/studies/"))) { /* to this server only */
        d->rows_at = rows;
        d->rows_end = json_text(w->args, "rows-end");
    }
    TRY(files_of(w, d, &files, e));
    struct zip *z = NEW(a, struct zip, 1);
    TRY(attachment_begin(&in, w->box, TRANSFER_MOST, a, e));
    *z = (struct zip){.put = transfer_seal_piece, .arg = in, .on = w->act.today};
    int code = pack(z, &files, e);
    if (code != OK) attachment_cancel(in);
    return code == OK
               ? transfer_settle(&w->act, w->box, in, "application/zip", &w->file, e)
               : code;
}

/* --- reading it ------------------------------------------------------------------------ */

int document_file(struct act *act, const struct attachment_box *box, const struct job *j,
                  struct str name, struct str *out, struct err *e)
{
    struct attachment what;
    struct attachment_out *from = NULL;
    struct buf b = buf_in(act->a, 1 << 18);
    struct str piece = {0};
    struct zip_file f;
    isize skip = 0;
    bool more = true;
    TRY(transfer_open(act, box, j, &from, &what, e));
    int code = OK;
    do {
        code = attachment_next(from, &piece, e);
        if (code == OK) buf_put(&b, piece);
    } while (code == OK && piece.n);
    attachment_close(from);
    TRY(code);
    for (struct str all = buf_str(&b);;) {
        TRY(zip_next(all, &f, &skip, &more, e));
        if (!more) return err_say(e, E_NOT_FOUND, "REFUSED_NO_FILE");
        all = str_from(all, skip);
        *out = str_upto(all, (isize)f.bytes);
        if (str_eq(f.name, name)) return OK;
        all = str_from(all, (isize)f.bytes);
    }
}
