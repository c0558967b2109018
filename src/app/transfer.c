#define _GNU_SOURCE /* O_TMPFILE */
#include "app/transfer.h"
#include "app/transfer_parts.h"
#include "base/csv.h"
#include "base/num.h"
#include "exchange/zip.h"
#include "store/statements.h"
#include "store/studies.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* --- what came in -------------------------------------------------------------------- */

enum { PIECE = 1 << 16 };

static int crc_of(int fd, i64 *bytes, u32 *crc, struct err *e)
{
    char room[PIECE];
    *bytes = 0;
    *crc = 0;
    if (lseek(fd, 0, SEEK_SET) != 0)
        return err_set(e, E_IO, "a file cannot be read: %s", strerror(errno));
    for (;;) {
        ssize_t k = read(fd, room, sizeof room);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return err_set(e, E_IO, "a file cannot be read: %s", strerror(errno));
        if (k == 0) return OK;
        *bytes += k;
        *crc = zip_crc(*crc, (struct str){room, k});
    }
}

static int pack_files(struct zip *z, const struct import_file *file, isize n,
                      struct err *e)
{
    for (isize i = 0; i < n; i++) {
        i64 bytes;
        u32 crc;
        TRY(crc_of(file[i].fd, &bytes, &crc, e));
        TRY(transfer_pack(z, str_brief(str_of(file[i].name), 200), file[i].fd, bytes, crc,
                          e));
    }
    return zip_end(z, e);
}

int transfer_keep(struct act *act, const struct attachment_box *box,
                  const struct import_file *file, isize n, i64 *attachment, struct err *e)
{
    struct attachment_in *in;
    struct zip *z = NEW(act->a, struct zip, 1);
    TRY(act_may_somewhere(act, MAY_IMPORT, e));
    if (n > IMPORT_FILES) return err_say(e, E_TOO_BIG, "REFUSED_IMPORT_FILES");
    TRY(attachment_begin(&in, box, TRANSFER_MOST, act->a, e));
    *z = (struct zip){.put = transfer_seal_piece, .arg = in, .on = act->today};
    int code = pack_files(z, file, n, e);
    if (code != OK) attachment_cancel(in);
    return code == OK ? transfer_settle(act, box, in, "application/zip", attachment, e)
                      : code;
}

/* Reads an attachment as a file: what was given and not taken stays. */
struct unpacking {
    struct attachment_out *out;
    struct str rest;
    bool ended;
    struct buf head; /* of a file, over a border of pieces */
};

static int refill(struct unpacking *s, struct err *e)
{
    if (s->rest.n || s->ended) return OK;
    TRY(attachment_next(s->out, &s->rest, e));
    s->ended = s->rest.n == 0; /* it is asked no more */
    return OK;
}

/* At least a head, or what is left. */
static int read_head(struct unpacking *s, struct str *out, struct err *e)
{
    s->head.n = 0;
    while (s->head.n < ZIP_HEAD) {
        TRY(refill(s, e));
        if (!s->rest.n) break;
        isize k = MIN(s->rest.n, ZIP_HEAD - s->head.n);
        buf_put(&s->head, str_upto(s->rest, k));
        s->rest = str_from(s->rest, k);
    }
    *out = buf_str(&s->head);
    return OK;
}

static int unpack_one(struct unpacking *s, const struct zip_file *f, struct str begun,
                      struct scratch *to, struct err *e)
{
    i64 left = f->bytes - MIN(begun.n, f->bytes);
    TRY(transfer_put(to, str_upto(begun, (isize)MIN(begun.n, f->bytes)), e));
    while (left > 0) {
        TRY(refill(s, e));
        if (!s->rest.n) return err_set(e, E_SEAL, "an upload ends too early");
        isize k = (isize)MIN(s->rest.n, left);
        TRY(transfer_put(to, str_upto(s->rest, k), e));
        s->rest = str_from(s->rest, k);
        left -= k;
    }
    return to->crc == f->crc ? OK : err_set(e, E_SEAL, "an upload is damaged");
}

/* The files of an upload, each in a temporary file without a name. */
static int unpack(struct unpacking *s, struct import_file *file, struct scratch *at,
                  isize *n, struct arena *a, struct err *e)
{
    struct str carry = {0};
    for (*n = 0; *n < IMPORT_FILES;) {
        struct zip_file f;
        struct str head;
        isize skip = 0;
        bool more;
        if (carry
                .n) { /* a small file lay in the head that was read: its rest comes first */
            char *room = NEW_RAW(a, char, carry.n + s->rest.n);
            memcpy(room, carry.at, (size_t)carry.n);
            if (s->rest.n) memcpy(room + carry.n, s->rest.at, (size_t)s->rest.n);
            s->rest = (struct str){room, carry.n + s->rest.n};
        }
        TRY(read_head(s, &head, e));
        TRY(zip_next(head, &f, &skip, &more, e));
        if (!more) return OK;
        file[*n].name = str_c(f.name, a);
        TRY(transfer_scratch(&at[*n], e));
        file[*n].fd = at[*n].fd;
        file[*n].path = NULL;
        struct str begun = str_from(head, skip);
        ++*n;
        carry = begun.n > f.bytes ? str_dup(str_from(begun, (isize)f.bytes), a) : S("");
        TRY(unpack_one(s, &f, begun, &at[*n - 1], e));
    }
    return OK;
}

/* --- jobs of import ------------------------------------------------------------------- */

struct reporting {
    struct job_run *w;
    struct scratch at;
    i64 kept;
    struct buf b;
};

static int begin(void *arg, struct err *e)
{
    struct reporting *r = arg;
    if (ftruncate(r->at.fd, r->kept) == 0 && lseek(r->at.fd, r->kept, SEEK_SET) >= 0)
        return OK;
    return err_set(e, E_IO, "the report cannot be written: %s", strerror(errno));
}

static int held(void *arg, struct err *e)
{
    struct reporting *r = arg;
    r->kept = lseek(r->at.fd, 0, SEEK_CUR);
    return r->kept >= 0 ? OK : err_set(e, E_IO, "the report cannot be written");
}

static int tell(void *arg, const struct import_row *row, struct err *e)
{
    struct reporting *r = arg;
    char digits[20];
    struct arena tmp = {.at = digits, .end = digits + sizeof digits};
    r->b.n = 0;
    csv_put(&r->b, str_of(row->file), false);
    csv_put(&r->b, str_fmt(&tmp, "%d", row->line), false);
    csv_put(&r->b, str_of(tidy_name(row->table)), false);
    csv_put(&r->b, str_of(import_verdict_word[row->verdict]), false);
    csv_put(&r->b, row->key, false);
    csv_put(&r->b, row->was, false);
    csv_put(&r->b, row->now, false);
    csv_put(&r->b, str_of(row->why), true);
    return transfer_put(&r->at, buf_str(&r->b), e);
}

static int step(void *arg, isize done, isize of, struct err *e)
{
    struct reporting *r = arg;
    return job_step(r->w, done, of, e);
}

static struct str import_json(const struct import_done *d, struct arena *a)
{
    struct buf b = buf_in(a, 1000);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    for (int k = 0; k < IMPORT_VERDICTS; k++)
        json_put_int(&w, import_verdict_word[k], d->all[k]);
    json_put_int(&w, "left", d->left);
    json_put_str(&w, "mark", str_of(d->mark));
    json_open(&w, "tables", '{');
    for (int t = 0; t < TIDY_N; t++) {
        const isize *x = d->n[t];
        if (x[0] + x[1] + x[2] + x[3] == 0) continue;
        json_open(&w, tidy_name((enum tidy_table)t), '{');
        for (int k = 0; k < IMPORT_VERDICTS; k++)
            json_put_int(&w, import_verdict_word[k], x[k]);
        json_close(&w, '}');
    }
    json_close(&w, '}');
    json_close(&w, '}');
    return buf_str(&b);
}

static int bring(struct job_run *w, const struct import_file *file, isize n, bool apply,
                 struct reporting *r, struct err *e)
{
    struct import_done done;
    struct arena *a = w->act.a;
    struct str lang = json_text(w->args, "lang");
    enum lang tongue = LANG_EN;
    (void)!lang_read(lang, &tongue, NULL);
    r->b = buf_in(a, 4096);
    r->w = w;
    TRY(transfer_scratch(&r->at, e));
    TRY(transfer_put(&r->at, S("file,line,table,what,row,was,now,why\n"), e));
    TRY(held(r, e));
    w->act.why = json_text(w->args, "why");
    struct import_in in = {.study = json_text(w->args, "study"),
                           .file = file,
                           .n = n,
                           .apply = apply,
                           .mark = apply ? str_c(json_text(w->args, "mark"), a) : NULL,
                           .lang = lang.n ? lang : S("nb"),
                           .tongue = tongue,
                           .begin = begin,
                           .keep = held,
                           .tell = tell,
                           .step = step,
                           .arg = r};
    TRY(import_run(&w->act, &in, &done, e));
    w->result = import_json(&done, a);
    return transfer_seal(w, &r->at, "text/csv", e);
}

static i64 number_of(const struct json *in, const char *key)
{
    const struct json *v = json_get(in, key);
    double x = 0;
    return v && v->kind == JSON_NUMBER && num_read(v->text, &x, NULL) == OK ? (i64)x : 0;
}

static int from_upload(struct job_run *w, bool apply, struct err *e)
{
    struct arena *a = w->act.a;
    struct attachment att;
    struct unpacking s = {.head = buf_in(a, ZIP_HEAD)};
    struct import_file file[IMPORT_FILES];
    struct scratch at[IMPORT_FILES];
    struct reporting r = {.at = {.fd = -1}};
    isize n = 0;
    int code = attachment_get(w->act.db, number_of(w->args, "upload"), &att, a, e);
    if (code == E_NOT_FOUND) return err_say(e, code, "REFUSED_IMPORT_GONE");
    TRY(code);
    TRY(attachment_open(&s.out, w->box, &att, a, e));
    code = unpack(&s, file, at, &n, a, e);
    attachment_close(s.out);
    if (code == OK) code = bring(w, file, n, apply, &r, e);
    for (isize i = 0; i < n; i++) transfer_close(&at[i]);
    transfer_close(&r.at);
    return code;
}

int transfer_rehearsal(struct job_run *w, struct err *e)
{
    return from_upload(w, false, e);
}

int transfer_import(struct job_run *w, struct err *e)
{
    return from_upload(w, true, e);
}

/* --- asking --------------------------------------------------------------------------- */

int transfer_may(struct act *act, enum right right, struct str study, struct err *e)
{
    struct studies_row s;
    TRY(studies_by_name(act->db, study, &s, act->a, e));
    int code = act_may_in(act, right, 0, s.name, e);
    for (isize i = 0; i < act->who.n_roles && code != OK; i++)
        code = act_may_in(act, right, act->who.role[i].site, s.name, e);
    return code;
}

int transfer_ask(struct act *act, const struct transfer_wanted *x, i64 *job,
                 struct err *e)
{
    TRY(transfer_may(act, MAY_EXPORT, x->study, e));
    if (x->day > act->today)
        return err_say_of(e, E_RECORD, "REFUSED_DAY_TO_COME", SAID(SAY_DAY(x->day)));
    struct buf b = buf_in(act->a, 400);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    if (x->day) json_put_str(&w, "day", day_text(x->day, act->a));
    json_put_bool(&w, "excel", x->excel);
    json_put_str(&w, "lang", x->lang);
    json_put_str(&w, "study", x->study);
    json_put_str(&w, "tables", x->tables);
    json_put_bool(&w, "wide", x->wide);
    json_close(&w, '}');
    return job_ask(act, S("export"), buf_str(&b), job, e);
}

int transfer_rehearse(struct act *act, struct str study, i64 upload, struct str why,
                      struct str lang, i64 *job, struct err *e)
{
    struct buf b = buf_in(act->a, 400);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    json_put_str(&w, "lang", lang);
    json_put_str(&w, "study", study);
    json_put_int(&w, "upload", upload);
    json_put_str(&w, "why", why);
    json_close(&w, '}');
    return job_ask(act, S("rehearsal"), buf_str(&b), job, e);
}

int transfer_apply(struct act *act, i64 rehearsal, struct str mark, i64 *job,
                   struct err *e)
{
    struct job j;
    struct json *args, *result;
    TRY(job_see(act, rehearsal, &j, e));
    if (!str_is(j.kind, "rehearsal"))
        return err_say(e, E_NOT_FOUND, "REFUSED_IMPORT_GONE");
    if (j.state != JOB_DONE) return err_say(e, E_CONSTRAINT, "REFUSED_IMPORT_NOT_OVER");
    TRY(json_read(j.args, "the rehearsal", &args, act->a, e));
    TRY(json_read(j.result, "the rehearsal", &result, act->a, e));
    if (number_of(result, "refused"))
        return err_say(e, E_CONSTRAINT, "REFUSED_IMPORT_ROWS");
    if (!str_eq(mark, json_text(result, "mark")))
        return err_say(e, E_CHANGED, "REFUSED_IMPORT_MARK");
    struct buf b = buf_in(act->a, 400);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    json_put_str(&w, "lang", json_text(args, "lang"));
    json_put_str(&w, "mark", mark);
    json_put_int(&w, "rehearsal", rehearsal);
    json_put_str(&w, "study", json_text(args, "study"));
    json_put_int(&w, "upload", number_of(args, "upload"));
    json_put_str(&w, "why", json_text(args, "why"));
    json_close(&w, '}');
    return job_ask(act, S("import"), buf_str(&b), job, e);
}

int transfer_open(struct act *act, const struct attachment_box *box, const struct job *j,
                  struct attachment_out **out, struct attachment *what, struct err *e)
{
    if (!j->file || j->state != JOB_DONE)
        return err_say(e, E_NOT_FOUND, "REFUSED_NO_PAGE");
    TRY(attachment_get(act->db, j->file, what, act->a, e));
    return attachment_open(out, box, what, act->a, e);
}

/* --- what is over --------------------------------------------------------------------- */

struct over {
    i64 job;
    struct LIST(i64) files;
};

static int forget(struct db *db, void *arg, struct err *e)
{
    const struct over *o = arg;
    TRY(db_run(db, SQL_job_forget, ARGS(I(o->job)), e));
    for (isize i = 0; i < o->files.n; i++) {
        struct err none = {0};
        int code = attachment_drop(db, o->files.at[i], &none);
        if (code != OK && code != E_NOT_FOUND) return err_pass(e, code, &none);
    }
    return OK;
}

/* A job's files: what came of it, and what it was asked about. */
static void files_of(struct over *o, i64 file, struct str args, struct arena *a)
{
    struct json *v = NULL;
    if (file) *PUSH(a, &o->files) = file;
    if (json_read(args, "a job", &v, a, NULL) == OK && number_of(v, "upload"))
        *PUSH(a, &o->files) = number_of(v, "upload");
}

int transfer_forget(struct db *db, bool all, struct arena tmp, struct err *e)
{
    struct overs LIST(struct over) jobs = {0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_job_copies, ARGS(I(all)), e));
    while (db_next(&r)) {
        struct over *o = PUSH(&tmp, &jobs);
        *o = (struct over){.job = db_i64(&r, 0)};
        files_of(o, db_i64(&r, 1), db_str(&r, 2, &tmp), &tmp);
    }
    TRY(db_end(&r, e));
    for (isize i = 0; i < jobs.n; i++) TRY(forget(db, &jobs.at[i], e));
    return OK;
}

static int tidy_one(struct act *act, const struct attachment_box *box, i64 job, i64 file,
                    struct str args, struct err *e)
{
    struct over o = {.job = job};
    struct attachments LIST(struct attachment) all = {0};
    files_of(&o, file, args, act->a);
    for (isize i = 0; i < o.files.n; i++) {
        struct err none;
        struct attachment att;
        if (attachment_get(act->db, o.files.at[i], &att, act->a, &none) == OK)
            *PUSH(act->a, &all) = att;
    }
    TRY(act_change(act, forget, &o, e));
    for (isize i = 0; i < all.n; i++) TRY(attachment_wipe(box, &all.at[i], *act->a, e));
    return OK;
}

int transfer_tidy(struct act *act, const struct attachment_box *box, struct err *e)
{
    struct jobs LIST(struct job) all = {0};
    ROWS r = {0};
    TRY(db_query(act->db, &r, SQL_job_over, ARGS(I(act->now - TRANSFER_KEPT)), e));
    while (db_next(&r))
        *PUSH(act->a, &all) = (struct job){
            .id = db_i64(&r, 0), .file = db_i64(&r, 1), .args = db_str(&r, 2, act->a)};
    TRY(db_end(&r, e));
    for (isize i = 0; i < all.n; i++)
        TRY(tidy_one(act, box, all.at[i].id, all.at[i].file, all.at[i].args, e));
    return OK;
}
