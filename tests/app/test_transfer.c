/* Records in and out as jobs: kept, said, done, fetched, gone after a day. */
#define _GNU_SOURCE /* open flags */
#include "app/replay.h"
#include "app/transfer.h"
#include "base/file.h"
#include "exchange/zip.h"
#include "house.h"
#include "store/sealed.h"
#include "store/statements.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct stand {
    struct house h; /* first: jobs are lent it */
    struct job_place place;
    struct attachment_box box;
    instant now;
    struct db *reader, *blind;
    i64 manager;
};

static struct stand *stand_of(const struct house *h)
{
    return (struct stand *)(uintptr_t)h;
}

static int lend(struct house *h, bool blinded, struct db **out, struct err *e)
{
    (void)e;
    *out = blinded ? stand_of(h)->blind : stand_of(h)->reader;
    return OK;
}

static void back(struct house *h, bool blinded, struct db *db)
{
    (void)h, (void)blinded, (void)db;
}

static instant now(const struct house *h)
{
    return stand_of(h)->now;
}

static day today(instant at)
{
    return (day)(at / (24 * HOUR));
}

static void stand_open(struct stand *s, const char *url, struct arena *a)
{
    struct err e = {0};
    struct replay_done done;
    *s = (struct stand){.now = MORNING};
    house_open(&s->h, url, a);
    s->box = (struct attachment_box){file_join(a, test_folder(), "attachments"),
                                     sealed_key(test_folder(), "transfer.key", *a)};
    struct act admin = house_act(&s->h, s->h.admin, MORNING, a);
    struct replay_in in = {
        .definitions = test_path("data"), .study = "norway2013", .key = s->box.key};
    CHECK_CODE(replay_load(&admin, &in, &done, &e), OK, e);
    s->manager = done.person[NUMBER_OF_DATA_MANAGER];
    CHECK_CODE(db_open(url, DB_READER, &s->reader, &e), OK, e);
    CHECK_CODE(db_open(url, DB_BLINDED, &s->blind, &e), OK, e);
    s->place = (struct job_place){&s->h, s->h.w, lend, back, now, today, &s->box};
}

static struct job worked(struct stand *s, i64 id, struct arena *a)
{
    struct job j = {0};
    struct err e = {0};
    bool did = false;
    CHECK_CODE(job_do(&s->place, &did, &e), OK, e);
    CHECK(did);
    CHECK_CODE(job_get(s->h.db, id, &j, a, &e), OK, e);
    return j;
}

static i64 uploaded(struct stand *s, struct act *act, struct str text, const char *why,
                    struct arena *a)
{
    struct err e = {0};
    struct import_file file[2] = {{.name = "values.csv"}, {.name = "nothing.csv"}};
    i64 upload = 0, job = 0;
    (void)s;
    for (int i = 0; i < 2; i++) {
        const char *path = file_join(a, test_folder(), file[i].name);
        struct str content = i ? S("kind,code,part,site\n") : text;
        CHECK_CODE(file_publish(path, content, &e), OK, e);
        file[i].fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    CHECK_CODE(transfer_keep(act, &s->box, file, 2, &upload, &e), OK, e);
    CHECK_CODE(
        transfer_rehearse(act, S("norway2013"), upload, str_of(why), S("nb"), &job, &e),
        OK, e);
    for (int i = 0; i < 2; i++) (void)close(file[i].fd);
    return job;
}

static struct str fetched(struct stand *s, struct act *act, const struct job *j,
                          struct arena *a)
{
    struct err e = {0};
    struct attachment what;
    struct attachment_out *out = NULL;
    struct buf b = buf_in(a, 1 << 16);
    struct str piece;
    CHECK_CODE(transfer_open(act, &s->box, j, &out, &what, &e), OK, e);
    do {
        CHECK_CODE(attachment_next(out, &piece, &e), OK, e);
        buf_put(&b, piece);
    } while (piece.n);
    attachment_close(out);
    return buf_str(&b);
}

EACH_ENGINE(transfer_says_does_and_forgets)
{
    struct stand s;
    struct err e = {0};
    i64 id = 0;
    stand_open(&s, url, &tmp);
    struct act act = house_act(&s.h, s.manager, MORNING, &tmp);

    /* A refused row: nothing can be done; what is wrong stands in the report. */
    i64 bad = uploaded(
        &s, &act, S("kind,code,part,name,value\nconsumers,P01,0,age,800\n"), "why", &tmp);
    struct job j = worked(&s, bad, &tmp);
    CHECK_INT(j.state, JOB_DONE);
    CHECK(str_find_str(j.result, S("\"refused\":1")) > 0);
    CHECK(str_find_str(fetched(&s, &act, &j, &tmp),
                       S("values.csv,2,attributes,refused,consumers P01 0 age,,,")) > 0);
    CHECK_CODE(transfer_apply(&act, bad, S("x"), &id, &e), E_CONSTRAINT, e);

    /* A change, with a file of more than one piece. */
    struct buf b = buf_in(&tmp, 1 << 18);
    buf_put(&b, S("kind,code,part,name,value\nconsumers,P01,0,age,23\n"));
    for (int i = 0; i < 20000; i++) buf_put(&b, S("\n\n\n\n\n\n\n\n"));
    i64 good = uploaded(&s, &act, buf_str(&b), "read again", &tmp);
    j = worked(&s, good, &tmp);
    test_check(j.state == JOB_DONE, __FILE__, __LINE__, "%.*s", FMT(j.error));
    CHECK(str_find_str(j.result, S("\"changes\":1")) > 0);
    isize at = str_find_str(j.result, S("\"mark\":\""));
    struct str mark = str_upto(str_from(j.result, at + 8), 16);
    CHECK_CODE(transfer_apply(&act, good, S("0123456789abcdef"), &id, &e), E_CHANGED, e);
    struct act other = house_act(&s.h, s.h.admin, MORNING, &tmp);
    other.who.blinded = true; /* not who sees all jobs */
    CHECK_CODE(transfer_apply(&other, good, mark, &id, &e), E_NOT_FOUND, e);
    CHECK_CODE(transfer_apply(&act, good, mark, &id, &e), OK, e);
    j = worked(&s, id, &tmp);
    test_check(j.state == JOB_DONE, __FILE__, __LINE__, "%.*s", FMT(j.error));
    CHECK(str_find_str(fetched(&s, &act, &j, &tmp),
                       S("changes,consumers P01 0 age,22,23,")) > 0);
    /* The same again would do something else by now. */
    CHECK_CODE(transfer_apply(&act, good, mark, &id, &e), OK, e);
    j = worked(&s, id, &tmp);
    CHECK_INT(j.state, JOB_FAILED);

    /* Out, as a spreadsheet reads it. */
    CHECK_CODE(
        job_ask(&act, S("export"),
                S("{\"study\":\"norway2013\",\"tables\":\"attributes\",\"wide\":true,"
                  "\"excel\":true,\"lang\":\"nb\"}"),
                &id, &e),
        OK, e);
    j = worked(&s, id, &tmp);
    test_check(j.state == JOB_DONE, __FILE__, __LINE__, "%.*s", FMT(j.error));
    struct str zip = fetched(&s, &act, &j, &tmp);
    static const char *const name[] = {"attributes.csv",         "codebook.csv",
                                       "records/consumers.csv",  "records/items.csv",
                                       "records/clinicians.csv", "records/services.csv",
                                       "records/recordings.csv"};
    struct zip_file f;
    isize skip;
    bool more = true;
    for (isize i = 0; i < COUNT(name); i++) {
        CHECK_CODE(zip_next(zip, &f, &skip, &more, &e), OK, e);
        if (!CHECK(more)) break;
        CHECK_STR(f.name, name[i]);
        struct str text = str_upto(str_from(zip, skip), (isize)f.bytes);
        CHECK_INT(zip_crc(0, text), f.crc);
        CHECK(str_starts(text, S("\xEF\xBB\xBF")));
        if (i == 0)
            CHECK(str_find_str(text, S("\nclinicians;C14;0;consultation;12,5\n")) > 0);
        zip = str_from(zip, skip + (isize)f.bytes);
    }
    CHECK_CODE(zip_next(zip, &f, &skip, &more, &e), OK, e);
    CHECK(!more);

    /* A day later nothing of it is there. */
    struct file_names left = {0};
    struct act later = house_act(&s.h, s.h.admin, MORNING + TRANSFER_KEPT + 1000, &tmp);
    CHECK_CODE(transfer_tidy(&act, &s.box, &e), OK, e);
    CHECK_CODE(job_get(s.h.db, good, &j, &tmp, &e), OK, e);
    CHECK_CODE(transfer_tidy(&later, &s.box, &e), OK, e);
    CHECK_CODE(job_get(s.h.db, good, &j, &tmp, &e), E_NOT_FOUND, e);
    CHECK_CODE(file_list(s.box.folder, &left, &tmp, &e), OK, e);
    CHECK_INT(left.n, 0);
    db_close(s.reader);
    db_close(s.blind);
    house_close(&s.h, tmp);
}

/* CRC-32 of "123456789" is CBF43926: the check value of ISO 3309's polynomial. */
TEST(zip_checksum_is_the_known_one)
{
    CHECK_INT(zip_crc(0, S("123456789")), 0xcbf43926);
    CHECK_INT(zip_crc(zip_crc(0, S("1234")), S("56789")), 0xcbf43926);
}
