/* Tidy tables come in: the rehearsal says what the import does; all or nothing; what goes out and
** comes in again is the same. */
#include "app/import.h"
#include "app/people.h"
#include "app/replay.h"
#include "base/csv.h"
#include "base/file.h"
#include "house.h"
#include "store/sealed.h"
#include "store/statements.h"
#include "store/studies.h"
#include "study/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The Norwegian study in a store, its data manager, and its tables in a folder. */
struct place {
    enum lang tongue;
    struct house h;
    struct replay_done done;
    struct act act;
    struct arena a;
    const char *dir;
};

static void load(struct place *p, const char *url, struct arena *a)
{
    struct err e = {0};
    *p = (struct place){.dir = test_folder()};
    house_open(&p->h, url, a);
    struct act admin = house_act(&p->h, p->h.admin, MORNING, a);
    struct replay_in in = {.definitions = test_path("data"),
                           .study = "norway2013",
                           .key = sealed_key(p->dir, "import.key", *a)};
    CHECK_CODE(replay_load(&admin, &in, &p->done, &e), OK, e);
    p->act = house_act(&p->h, p->done.person[NUMBER_OF_DATA_MANAGER], MORNING + 1000, a);
}

static int gather(void *arg, struct str piece, struct err *e)
{
    (void)e;
    buf_put(arg, piece);
    return OK;
}

static struct str exported(struct place *p, enum tidy_table t, struct arena *a)
{
    struct err e = {0};
    struct protocol protocol;
    i64 *rows;
    struct arena room = arena_reserve((isize)1 << 28);
    struct buf b = buf_in(a, 1 << 20);
    struct tidy_sink to = {gather, &b};
    CHECK_CODE(studies_protocol(p->h.db, p->done.study, &protocol, &rows, a, &e), OK, e);
    struct records_cut cut = {.study = p->done.study,
                              .roles = right_roles(&p->act.who, MAY_EXPORT, a),
                              .as_of = INSTANT_NOW,
                              .protocol = &protocol,
                              .definition = rows};
    CHECK_CODE(tidy_put(p->h.db, &p->act.who, &cut, t, &to, room, &e), OK, e);
    arena_release(&room);
    return buf_str(&b);
}

static const char *written(struct place *p, const char *name, struct str text,
                           struct arena *a)
{
    struct err e = {0};
    const char *path = file_join(a, p->dir, name);
    CHECK_CODE(file_publish(path, text, &e), OK, e);
    return path;
}

/* The first `was` becomes `now`. */
static struct str changed(struct str text, const char *was, const char *now,
                          struct arena *a)
{
    isize i = str_find_str(text, str_of(was));
    CHECK(i >= 0);
    return str_fmt(a, "%.*s%s%.*s", FMT(str_upto(text, i)), now,
                   FMT(str_from(text, i + (isize)strlen(was))));
}

/* What was said of each row that is not the same. */
struct told {
    struct buf b;
    isize kept;
};

static int begin(void *arg, struct err *e)
{
    (void)e;
    struct told *t = arg;
    t->b.n = t->kept;
    return OK;
}

static int keep(void *arg, struct err *e)
{
    (void)e;
    struct told *t = arg;
    t->kept = t->b.n;
    return OK;
}

static int tell(void *arg, const struct import_row *r, struct err *e)
{
    struct told *t = arg;
    (void)e;
    if (r->verdict != IMPORT_SAME)
        buf_fmt(&t->b, "%s:%d %s %.*s [%.*s][%.*s] %s\n", r->file, r->line,
                import_verdict_word[r->verdict], FMT(r->key), FMT(r->was), FMT(r->now),
                r->why);
    return OK;
}

static int run(struct place *p, const char *const *file, isize n, const char *mark,
               bool apply, struct import_done *out, struct str *said, struct arena *a,
               struct err *e)
{
    struct told t = {.b = buf_in(a, 1 << 16)};
    struct act act = p->act;
    struct import_file *open = NEW(a, struct import_file, n);
    for (isize i = 0; i < n; i++)
        open[i] = (struct import_file){strrchr(file[i], '/') + 1, file[i], -1};
    struct import_in in = {.study = S("norway2013"),
                           .file = open,
                           .n = n,
                           .apply = apply,
                           .mark = mark,
                           .lang = S("nb"),
                           .tongue = p->tongue,
                           .begin = begin,
                           .keep = keep,
                           .tell = tell,
                           .arg = &t};
    act.a = a;
    *e = (struct err){0};
    int code = import_run(&act, &in, out, e);
    *said = str_dup(buf_str(&t.b), a);
    return code;
}

EACH_ENGINE(import_of_an_export_is_all_the_same)
{
    struct place p;
    struct err e = {0};
    struct import_done one, two;
    struct str said;
    load(&p, url, &tmp);
    const char *file[3];
    static const enum tidy_table of[] = {TIDY_answers, TIDY_subjects, TIDY_attributes};
    for (int k = 0; k < 3; k++)
        file[k] = written(&p, str_fmt(&tmp, "%s.csv", tidy_name(of[k])).at,
                          exported(&p, of[k], &tmp), &tmp);
    struct hash before = house_hash(p.h.db, tmp);
    CHECK_CODE(run(&p, file, 3, NULL, false, &one, &said, &tmp, &e), OK, e);
    CHECK_STR(said, "");
    CHECK_INT(one.all[IMPORT_SAME],
              one.n[TIDY_subjects][IMPORT_SAME] + p.done.attributes + p.done.responses);
    CHECK_INT(one.n[TIDY_subjects][IMPORT_SAME], 44 + 31 + 8 + 60);
    CHECK_INT(one.n[TIDY_answers][IMPORT_SAME], p.done.responses);
    CHECK_CODE(run(&p, file, 3, one.mark, true, &two, &said, &tmp, &e), OK, e);
    CHECK_STR(str_of(two.mark), one.mark);
    CHECK_STR(str_of(house_hash(p.h.db, tmp).hex), before.hex);
    /* Nobody else brings records in. */
    struct act other = house_act(&p.h, p.done.person[NUMBER_OF_CLINICIAN], MORNING, &tmp);
    p.act = other;
    CHECK_CODE(run(&p, file, 3, NULL, false, &two, &said, &tmp, &e), E_NOT_ALLOWED, e);
    house_close(&p.h, tmp);
}

/* Changes are rehearsed and undone, then done; the export is then what was brought in. */
EACH_ENGINE(import_does_what_its_rehearsal_said)
{
    struct place p;
    struct err e = {0};
    struct import_done one, two;
    struct str said, again;
    load(&p, url, &tmp);
    struct str was = exported(&p, TIDY_attributes, &tmp),
               now =
                   changed(was, "consumers,P01,0,age,22", "consumers,P01,0,age,23", &tmp);
    /* And a form that was not there, as a spreadsheet may write it. */
    const char *file[] = {
        written(&p, "a.csv", now, &tmp),
        written(&p, "b.csv",
                S("kind;code;part;measure;time;day;mode;instrument;revision;"
                  "item;value;missing;detail\n"
                  "consumers;P01;0;gaf;t2;2014-10-01;paper;gaf;1;symptoms;51,0;;\n"
                  "consumers;P01;0;gaf;t2;2014-10-01;paper;gaf;1;function;;declined;"
                  "\n"),
                &tmp)};
    struct hash before = house_hash(p.h.db, tmp);
    CHECK_CODE(run(&p, file, 1, NULL, false, &one, &said, &tmp, &e), OK, e);
    CHECK_INT(one.all[IMPORT_REFUSED], 1); /* no reason */
    CHECK(str_find_str(said, S("say why")) > 0);
    CHECK_CODE(run(&p, file, 1, one.mark, true, &two, &said, &tmp, &e), E_RECORD, e);
    CHECK_STR(str_of(house_hash(p.h.db, tmp).hex), before.hex);
    p.act.why = S("read again on paper");
    CHECK_CODE(run(&p, file, 2, NULL, false, &one, &said, &tmp, &e), OK, e);
    test_check(one.all[IMPORT_NEW] == 1 && one.all[IMPORT_CHANGES] == 1 &&
                   one.all[IMPORT_REFUSED] == 0,
               __FILE__, __LINE__, "said: %.*s", FMT(said));
    CHECK(str_find_str(said, S("changes consumers P01 0 age [22][23]")) > 0);
    CHECK_STR(str_of(house_hash(p.h.db, tmp).hex), before.hex);
    CHECK_CODE(run(&p, file, 2, one.mark, true, &two, &again, &tmp, &e), OK, e);
    CHECK(str_eq(said, again));
    CHECK(memcmp(&one, &two, sizeof one) == 0);
    CHECK(str_eq(exported(&p, TIDY_attributes, &tmp), now));
    CHECK(str_find_str(exported(&p, TIDY_answers, &tmp),
                       S("gaf,t2,2014-10-01,import,gaf,1,symptoms,51,,\n")) > 0);
    /* A second time: nothing is left to do, so it is not what was said. */
    struct hash after = house_hash(p.h.db, tmp);
    CHECK_CODE(run(&p, file, 2, one.mark, true, &two, &said, &tmp, &e), E_CHANGED, e);
    CHECK_STR(str_of(house_hash(p.h.db, tmp).hex), after.hex);
    CHECK_CODE(run(&p, file, 2, NULL, true, &two, &said, &tmp, &e), OK, e);
    CHECK_STR(said, "");
    house_close(&p.h, tmp);
}

static int take_away(struct db *db, void *arg, struct err *e)
{
    struct place *p = arg;
    struct protocol protocol;
    i64 *rows;
    struct arena a = p->a;
    a.trap = NULL;
    struct ids LIST(i64) subject = {0}, response = {0};
    struct names LIST(struct str) name = {0};
    ROWS r = {0};
    struct db_arg now[] = {I(p->done.study), I(INSTANT_NOW)};
    TRY(studies_protocol(db, p->done.study, &protocol, &rows, &a, e));
    TRY(db_query(db, &r, SQL_records_attributes, now, 2, e));
    while (db_next(&r)) {
        *PUSH(&a, &subject) = db_i64(&r, 0);
        *PUSH(&a, &name) = db_str(&r, 1, &a);
    }
    TRY(db_end(&r, e));
    TRY(db_query(db, &r, SQL_records_responses, now, 2, e));
    while (db_next(&r)) *PUSH(&a, &response) = db_i64(&r, 5);
    TRY(db_end(&r, e));
    for (isize i = 0; i < subject.n; i++)
        TRY(db_run(db, SQL_attribute_end,
                   ARGS(I(subject.at[i]), T(name.at[i]), I(MORNING + 1)), e));
    for (isize i = 0; i < response.n; i++)
        TRY(db_run(db, SQL_response_end, ARGS(I(response.at[i]), I(MORNING + 1)), e));
    return OK;
}

/* Every value and form out, into a store of the same people that has none, and out again. */
EACH_ENGINE(import_goes_round)
{
    struct place p;
    struct err e = {0};
    struct import_done one;
    struct str said;
    load(&p, url, &tmp);
    struct str attributes = exported(&p, TIDY_attributes, &tmp),
               answers = exported(&p, TIDY_answers, &tmp);
    const char *file[] = {written(&p, "answers.csv", answers, &tmp),
                          written(&p, "attributes.csv", attributes, &tmp)};
    p.a = tmp;
    CHECK_CODE(writer_run(p.h.w, take_away, &p, &e), OK, e);
    CHECK(exported(&p, TIDY_answers, &tmp).n < 200);
    CHECK_CODE(run(&p, file, 2, NULL, true, &one, &said, &tmp, &e), OK, e);
    CHECK_INT(one.n[TIDY_attributes][IMPORT_NEW], p.done.attributes);
    CHECK_INT(one.n[TIDY_answers][IMPORT_NEW], p.done.responses);
    CHECK(str_eq(exported(&p, TIDY_attributes, &tmp), attributes));
    /* The same but for how they came in. */
    struct buf b = buf_in(&tmp, answers.n * 2);
    struct str line, rest = answers;
    while (str_cut(&rest, '\n', &line)) {
        isize i = str_find_str(line, S(",staff,"));
        if (!line.n) continue;
        if (i >= 0)
            buf_fmt(&b, "%.*s,import,%.*s\n", FMT(str_upto(line, i)),
                    FMT(str_from(line, i + 7)));
        else
            buf_fmt(&b, "%.*s\n", FMT(line));
    }
    CHECK(str_eq(exported(&p, TIDY_answers, &tmp), buf_str(&b)));
    house_close(&p.h, tmp);
}

static struct hash records_hash(struct place *p)
{
    struct err e = {0};
    struct protocol protocol;
    struct records r;
    i64 *rows;
    struct arena room = arena_reserve((isize)1 << 28);
    CHECK_CODE(studies_protocol(p->h.db, p->done.study, &protocol, &rows, &room, &e), OK,
               e);
    struct records_cut cut = {.study = p->done.study,
                              .roles = right_roles(&p->act.who, MAY_EXPORT, &room),
                              .as_of = INSTANT_NOW,
                              .protocol = &protocol,
                              .definition = rows};
    CHECK_CODE(records_store_read(p->h.db, &p->act.who, &cut, &r, &room, &e), OK, e);
    arena_release(&room);
    return r.hash;
}

/* A shipped file with one row a subject, each line with something behind it. */
static struct str wide(const char *name, const char *head, const char *each, char sep,
                       struct arena *a)
{
    struct err e = {0};
    struct str text, line;
    const char *path = file_join(a, test_path("data/studies/norway2013/records"), name);
    CHECK_CODE(file_read(path, 1 << 20, &text, a, &e), OK, e);
    struct buf b = buf_in(a, text.n * 2);
    for (isize i = 0; str_cut(&text, '\n', &line) && line.n; i++) {
        for (isize k = 0; k < line.n; k++)
            buf_putc(&b, line.at[k] == ',' ? sep : line.at[k]);
        buf_fmt(&b, "%s\n", i ? each : head);
    }
    return buf_str(&b);
}

/* One row a participant, as the study's own files are: what follows from events is left. */
EACH_ENGINE(import_wide_files_go_round)
{
    struct place p;
    struct err e = {0};
    struct import_done one;
    struct str said;
    load(&p, url, &tmp);
    struct hash before = records_hash(&p);
    const char *file[] = {
        written(&p, "consumers.csv", wide("consumers.csv", "", "", ';', &tmp), &tmp),
        written(&p, "items.csv", wide("items.csv", "", "", ',', &tmp), &tmp),
        written(&p, "clinicians.csv", wide("clinicians.csv", "", "", '\t', &tmp), &tmp),
        written(&p, "services.csv", wide("services.csv", "", "", ',', &tmp), &tmp),
        written(&p, "recordings.csv", wide("recordings.csv", "", "", ',', &tmp), &tmp)};
    p.a = tmp;
    CHECK_CODE(run(&p, file, 4, NULL, false, &one, &said, &tmp, &e), OK, e);
    CHECK_STR(said, ""); /* it is all there, whatever the day */
    CHECK_INT(one.left, 2);
    CHECK_CODE(writer_run(p.h.w, take_away, &p, &e), OK, e);
    CHECK(!str_is(str_of(records_hash(&p).hex), before.hex));
    CHECK_CODE(run(&p, file, 5, NULL, false, &one, &said, &tmp, &e), OK, e);
    CHECK_INT(one.all[IMPORT_REFUSED], 60);
    CHECK(str_find_str(said, S("column itis_01: nothing says on which day this form was "
                               "answered; add a column day")) > 0);
    (void)written(&p, "recordings.csv",
                  wide("recordings.csv", ",day", ",2014-05-06", ',', &tmp), &tmp);
    CHECK_CODE(run(&p, file, 5, NULL, true, &one, &said, &tmp, &e), OK, e);
    CHECK_STR(str_of(records_hash(&p).hex), before.hex);
    CHECK(str_find_str(exported(&p, TIDY_answers, &tmp),
                       S("recordings,C01,1,itis,,2014-05-06,import,")) > 0);
    /* All items of a form, or none; a name that is not the study's. */
    const char *bad[] = {written(&p, "x.csv", S("id,gaf_s_t1\nP01,55\n"), &tmp),
                         written(&p, "y.csv", S("id,shoe\nP01,55\n"), &tmp)};
    CHECK_CODE(run(&p, &bad[0], 1, NULL, false, &one, &said, &tmp, &e), E_CSV, e);
    CHECK_SAYS(e, "'gaf_f_t1' is missing");
    CHECK_CODE(run(&p, &bad[1], 1, NULL, false, &one, &said, &tmp, &e), E_CSV, e);
    CHECK_SAYS(e, "'shoe' is no column or item");
    house_close(&p.h, tmp);
}

/* Files that somebody's program spoilt, or somebody made to do harm: each is refused with file,
** place and remedy, in every language, and nothing is changed. */
EACH_ENGINE(import_of_hostile_files)
{
#define HEAD "kind,code,part,name,value\n"
#define BYTES(text)                     \
    {                                   \
        (text), (isize)sizeof(text) - 1 \
    }
    static const struct {
        struct str bytes;
        const char *says;
        int code; /* OK: rows are refused */
    } row[] = {
        {BYTES("\xFF\xFEk\0i\0n\0d\0"), "x.csv: in UTF-16", E_CSV},
        {BYTES("\xFE\xFF\0k\0i"), "x.csv: in UTF-16", E_CSV},
        {BYTES("k\0i\0n\0d\0,\0"), "x.csv, line 1: a zero byte", E_CSV},
        {BYTES(HEAD "consumers,P01,0,sex,k\xE5\n"),
         "x.csv, line 2: byte 0xE5 is not UTF-8", E_CSV},
        {BYTES(HEAD "consumers,P01,0,sex,a\0b\n"), "x.csv, line 2: a zero byte", E_CSV},
        {BYTES("kind,code,part,name,value\rconsumers,P01,0,age,30\r"),
         "x.csv, line 1, column 5: a carriage return", E_CSV},
        {BYTES(HEAD "consumers,P01,0,age,800\r\nconsumers,P02,0,age,800\n"),
         "x.csv:3 refused consumers P02 0 age", OK},
        {BYTES("\xEF\xBB\xBF" HEAD "consumers,P01,0,age,800\n"),
         "x.csv:2 refused consumers P01 0 age", OK},
        {BYTES(HEAD "consumers,P01,0,age,=1+1\n"), "column value: not a number", OK},
        {BYTES(HEAD "consumers,P01,0,sex,@SUM(A1)\n"), "column value: sex is one of", OK},
        {BYTES(HEAD "=cmd|' /C calc'!A0,P01,0,sex,1\n"),
         "column kind: the study has no such", OK},
        {BYTES("kind,code,part,value,name\nconsumers,P01,0,800,age\n"),
         "consumers P01 0 age", OK},
        {BYTES("kind,code,part,name,name\nconsumers,P01,0,age,30\n"),
         "x.csv, line 1: columns 4 and 5 are both called name", E_CSV},
        {BYTES("kind;code;part;name;value\nconsumers;P01;0;age;800,5\n"),
         "consumers P01 0 age", OK},
        {BYTES(HEAD "consumers,P01,0,age,\"30,5\"\n"), "column value: a decimal comma",
         OK},
        {BYTES(HEAD "consumers,P01,0,age,30,5\n"),
         "x.csv, line 2: 6 cells where there are 5 columns", E_CSV},
        {BYTES(HEAD "consumers,P01,0,age,\"30\n"),
         "x.csv, line 2, column value: a quote opens here", E_CSV},
        {BYTES("kind,code,part,from,day\nconsumers,P01,0,enrolment,22.11.2026\n"),
         "column day: a day is expected, written 2026-11-22", OK},
        {BYTES("kind,code,part,from,day\nconsumers,P01,0,enrolment,11/22/2026\n"),
         "column day: a day is expected", OK},
        {BYTES("kind,code,part,from,day\nconsumers,P01,0,enrolment,45983\n"),
         "column day: a day is expected", OK},
        {BYTES("kind,code,part,from,day\nconsumers,P01,0,enrolment,2026-02-30\n"),
         "column day: a day is expected", OK},
        {BYTES(HEAD "consumers,P01,-1,age,30\n"), "column part: the second key", OK},
        {BYTES(HEAD "consumers,P01,9e99,age,30\n"), "column part: the second key", OK},
        {BYTES(HEAD "consumers,,0,age,30\n"), "column code: empty", OK},
        {BYTES(""), "x.csv: empty", E_CSV},
        {BYTES("\n\n\r\n"), "x.csv: empty", E_CSV},
        {BYTES("kind,code,part,name,\n"), "x.csv, line 1: column 5 has no name", E_CSV},
        /* Archives, whatever is in them: too much, a path out of the folder, a link, one name
        ** twice, nothing. None is opened. */
        {BYTES("PK\x03\x04\x14\0\0\0\x08\0bomb.csv"), "x.csv: a spreadsheet or archive",
         E_CSV},
        {BYTES("PK\x03\x04\x14\0../../etc/cron.d/x"), "save the table as UTF-8", E_CSV},
        {BYTES("PK\x03\x04\x14\0link -> /etc/passwd"), "a spreadsheet or archive", E_CSV},
        {BYTES("PK\x03\x04\x14\0a.csv PK\x03\x04\x14\0a.csv"), "a spreadsheet or archive",
         E_CSV},
        {BYTES("PK\x05\x06\0\0\0\0"), "a spreadsheet or archive", E_CSV},
        {BYTES("\x1F\x8B\x08\0\0"), "a zero byte", E_CSV},
        {BYTES("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"), "x.csv", E_CSV},
    };
#undef BYTES
    enum { MADE = 4 };
    static const char *const made_says[MADE] = {
        "there are 500000 columns, and at most 20000", /* a million bytes */
        "x.csv, line 1: a row of more than 1048576 bytes",
        "x.csv, line 2: a row of more than 1048576 bytes",
        "x.csv, line 20002: more than 20000 rows about P01"};
    struct place p;
    struct err e;
    struct import_done done;
    struct str said;
    load(&p, url, &tmp);
    p.act.why = S("put right");
    struct hash before = house_hash(p.h.db, tmp);
    for (isize i = 0; i < COUNT(row) + MADE; i++) {
        struct arena a = tmp;
        struct str bytes = i < COUNT(row) ? row[i].bytes : S("");
        const char *says = i < COUNT(row) ? row[i].says : made_says[i - COUNT(row)];
        int want = i < COUNT(row) ? row[i].code : E_TOO_BIG;
        struct buf b = buf_in(&a, 1 << 21);
        switch (i - COUNT(row)) {
        case 0:
            for (int k = 0; k < 500000; k++) buf_put(&b, k ? S(",x") : S("x"));
            break;
        case 1:
            for (int k = 0; k < 1000000; k++) buf_put(&b, S("x,"));
            break;
        case 2:
            buf_put(&b, S(HEAD "consumers,P01,0,sex,"));
            for (int k = 0; k < 3 << 16; k++) buf_put(&b, S("0123456789abcdef"));
            break;
        case 3:
            buf_put(&b, S(HEAD));
            for (int k = 0; k <= IMPORT_OF_ONE; k++)
                buf_put(&b, S("consumers,P01,0,age,30\n"));
            break;
        default: break;
        }
        if (b.n) bytes = buf_str(&b);
        const char *file = written(&p, "x.csv", bytes, &a);
        p.tongue = LANG_EN;
        int code = run(&p, &file, 1, NULL, false, &done, &said, &a, &e);
        test_check(code == want, __FILE__, __LINE__, "row %td: %d %s", i, code, e.text);
        struct str s = code == OK ? said : str_of(e.text);
        test_check(str_find_str(s, str_of(says)) >= 0, __FILE__, __LINE__,
                   "row %td says %.*s", i, FMT(s));
        test_check(code != OK || done.all[IMPORT_REFUSED] > 0, __FILE__, __LINE__,
                   "row %td is taken", i);
        for (int k = LANG_NB; k < LANG_N && code != OK; k++) {
            struct str other = err_said(&e, (enum lang)k, &a);
            test_check(e.key && !str_eq(other, str_of(e.text)), __FILE__, __LINE__,
                       "row %td is not said in %s: %.*s", i, lang_code[k], FMT(other));
        }
        code = run(&p, &file, 1, NULL, true, &done, &said, &a, &e);
        CHECK(code == (want ? want : E_RECORD));
    }
    CHECK_STR(str_of(house_hash(p.h.db, tmp).hex), before.hex);
    house_close(&p.h, tmp);
}
#undef HEAD

/* A file of VARDE_IMPORT_MB megabytes (8; 200 in the slow set) is read in 96 MB of memory: rows of
** people who are not there, one after the other, stopped before the first is looked for. */
static int stop_at_once(void *arg, struct err *e)
{
    (void)arg;
    return err_set(e, E_CANCELLED, "read");
}

EACH_ENGINE(import_reads_a_large_file_in_little_memory)
{
    const char *asked = getenv("VARDE_IMPORT_MB");
    isize mb = asked ? strtol(asked, NULL, 10) : 8;
    struct place p;
    struct err e = {0};
    struct import_done done;
    char line[128], pad[100];
    load(&p, url, &tmp);
    const char *path = file_join(&tmp, test_folder(), "large.csv");
    FILE *f = fopen(path, "wb");
    if (!CHECK(f != NULL)) return;
    memset(pad, 'x', sizeof pad);
    fputs("kind,code,part,name,value\n", f);
    for (isize n = 0, k = 0; n < mb << 20; k++) {
        int w = snprintf(line, sizeof line, "consumers,Q%td,0,age,%.60s\n", k / 10, pad);
        fwrite(line, 1, (size_t)w, f);
        n += w;
    }
    CHECK_INT(fclose(f), 0);
    struct arena room = arena_reserve((isize)96 << 20);
    struct act act = p.act;
    struct import_file file = {"large.csv", path, -1};
    struct import_in in = {.study = S("norway2013"),
                           .file = &file,
                           .n = 1,
                           .lang = S("nb"),
                           .begin = stop_at_once};
    act.a = &room;
    int code = import_run(&act, &in, &done, &e);
    bool refused = code == E_TOO_BIG; /* two million rows */
    test_check(code == E_CANCELLED || refused, __FILE__, __LINE__, "%d %s", code, e.text);
    arena_release(&room);
    house_close(&p.h, tmp);
}

/* What is refused says its line, column and what to do, never the value; and refuses all. */
EACH_ENGINE(import_refuses_by_line_and_column)
{
    static const struct {
        const char *text, *says;
        int code; /* OK: rows are refused */
    } row[] = {
        {"kind,code,part,name,value\nconsumers,P01,0,sex,zebra\n",
         "2 refused consumers P01 0 "
         "sex [][] column value: sex is one of",
         OK},
        {"kind,code,part,name,value\nconsumers,P01,0,age,\n", "takes nothing away", OK},
        {"kind,code,part,name,value\nconsumers,P01,0,dropout,1\n",
         "follows from what happened", OK},
        {"kind,code,part,name,value\nconsumers,P99,0,age,30\n", "refer and enrol", OK},
        {"kind,code,part,name,value\nconsumers,P01,0,shoe,30\n", "column name", OK},
        {"kind,code,part,name,value\npets,P01,0,age,30\n", "column kind", OK},
        {"kind;code;part;name;value\nconsumers;P01;0;age;22,0\nconsumers;P01;0;age;22\n",
         "x.csv:3 refused consumers P01 0 age [][] column code: this stands twice", OK},
        {"kind,code,part,site\nconsumers,P99,0,S1\n", "refer and enrol", OK},
        {"kind,code,part,site\nconsumers,P01,0,S9\n", "transfer", OK},
        {"kind,code,part,site\nrecordings,C01,77,S99\n", "no site", OK},
        {"kind,code,part,measure,time,day,mode,instrument,revision,item,value,missing,"
         "detail\n"
         "consumers,P01,0,gaf,t2,2014-10-01,paper,gaf,1,symptoms,zebra,,\n",
         "line 2, column value", OK},
        {"kind,code,part,measure,time,day,mode,instrument,revision,item,value,missing,"
         "detail\n"
         "consumers,P01,0,gaf,t2,2014-10-01,paper,gaf,1,symptoms,51,,\n",
         "1 of 2 items", OK},
        {"kind,code,part,measure,time,day,mode,instrument,revision,item,value,missing,"
         "detail\n"
         "consumers,P01,0,gaf,t2,2014-10-01,paper,gaf,7,symptoms,51,,\n",
         "column revision", OK},
        {"kind,code,part,measure,time,day,mode,instrument,revision,item,value,missing,"
         "detail\n"
         "consumers,P01,0,gaf,t9,2014-10-01,paper,gaf,1,symptoms,51,,\n",
         "column time", OK},
        {"a,b\n1,2\n", "no table of an export", E_CSV},
        {"kind,code,part,event,day,reason,site,clinician\n"
         "consumers,P01,0,eaten,2014-01-01,,,\n",
         "column event", OK},
        {"kind,code,part,event,day,reason,site,clinician\n"
         "consumers,P99,0,enrolled,2014-01-01,,,\n",
         "begin with the event 'referred'", OK},
        {"kind,code,part,event,day,reason,site,clinician\n"
         "consumers,P99,0,referred,2014-01-01,,S9x,\n",
         "column site", OK},
        {"kind,code,part,event,day,reason,site,clinician\n"
         "consumers,P99,0,referred,1.1.14,,S1,\nconsumers,P99,0,enrolled,2014-01-02,,,\n",
         "3 refused consumers P99 0 enrolled 2014-01-02 [][] rests on line 2 of x.csv",
         OK},
        {"kind,code,part,event,day,reason,site,clinician\n"
         "clinicians,C01,0,referred,2014-01-01,,S1,\n",
         "this happens to participants", OK},
        {"kind,code,part,time,due,opens,closes,state,held\n"
         "consumers,P01,0,t9,,,,held,2014-01-01\n",
         "column time", OK},
        {"kind,code,part,screening,criterion,met,day\n"
         "consumers,P01,0,1,adult,perhaps,2014-01-01\n",
         "column met", OK},
        {"kind,code,part,purpose,version,how,giver,witness,day,withdrawn,effect\n"
         "consumers,P01,0,pictures,,paper,self,,2014-01-01,,\n",
         "column purpose", OK},
        {"kind,code,part,name,value\nconsumers,P01\n", "line 2", E_CSV},
    };
    struct place p;
    struct err e = {0};
    struct import_done done;
    struct str said;
    load(&p, url, &tmp);
    p.act.why = S("put right");
    struct hash before = house_hash(p.h.db, tmp);
    for (isize i = 0; i < COUNT(row); i++) {
        struct arena a = tmp;
        const char *file = written(&p, "x.csv", str_of(row[i].text), &a);
        int code = run(&p, &file, 1, NULL, false, &done, &said, &a, &e);
        test_check(code == row[i].code, __FILE__, __LINE__, "row %td: %s", i, e.text);
        struct str s = code == OK ? said : str_of(e.text);
        test_check(str_find_str(s, str_of(row[i].says)) >= 0, __FILE__, __LINE__,
                   "row %td says %.*s", i, FMT(s));
        CHECK(str_find_str(s, S("zebra")) < 0);
        code = run(&p, &file, 1, NULL, true, &done, &said, &a, &e);
        CHECK(code == (row[i].code ? row[i].code : E_RECORD));
    }
    /* A place and a remedy in the words of who asked. */
    static const struct {
        enum lang lang;
        isize row;
        const char *says;
    } told[] = {
        {LANG_NB, 1, "kolonne value: tom; ta ut raden"},
        {LANG_DA, 1, "kolonne value: tom; tag r\xC3\xA6kken ud"},
        {LANG_NB, 10, "linje 2, kolonne value: ikke et tall"},
        {LANG_DA, 18, "hviler p\xC3\xA5 linje 2 i x.csv, som er afvist"},
    };
    for (isize i = 0; i < COUNT(told); i++) {
        struct arena a = tmp;
        const char *file = written(&p, "x.csv", str_of(row[told[i].row].text), &a);
        p.tongue = told[i].lang;
        CHECK_CODE(run(&p, &file, 1, NULL, false, &done, &said, &a, &e), OK, e);
        test_check(str_find_str(said, str_of(told[i].says)) >= 0, __FILE__, __LINE__,
                   "%s is not in %.*s", told[i].says, FMT(said));
    }
    CHECK_STR(str_of(house_hash(p.h.db, tmp).hex), before.hex);
    house_close(&p.h, tmp);
}
