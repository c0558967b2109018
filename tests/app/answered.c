#include "answered.h"
#include "store/blind.h"
#include "store/statements.h"
#include "study/protocol.h"
#include <string.h>

struct script {
    const char *text;
    const struct study *study;
    struct arena tmp;
};

static int run_script(struct db *db, void *arg, struct err *e)
{
    struct script *s = arg;
    TRY(db_script(db, "fixture", str_of(s->text), e));
    return blind_put(db, 1, s->study, s->tmp, e);
}

void answered_open(struct answered *f, const char *url, struct arena *a)
{
    struct err e = {0};
    struct protocol p;
    *f = (struct answered){0};
    house_open(&f->h, url, a);
    i64 *site = f->h.site;
    f->coordinator = house_person(&f->h, "koordinator", COORDINATOR, site[0], a);
    f->clinician = house_person(&f->h, "clinician", CLINICIAN, site[0], a);
    f->elsewhere = house_person(&f->h, "elsewhere", CLINICIAN, site[1], a);
    f->manager = house_person(&f->h, "manager", DATA_MANAGER, 0, a);
    f->leader = house_person(&f->h, "leader", LEADER, site[0], a);
    f->assessor = house_person(&f->h, "assessor", OUTCOME_ASSESSOR, site[0], a);
    CHECK_CODE(protocol_open(test_path("data"), "norway2013", &p, a, &e), OK, e);
    isize n = p.study->measures.n;
    i64 *definition = NEW(a, i64, n);
    struct buf b = buf_in(a, 8192);
    for (isize i = 0; i < n; i++) {
        definition[i] = 101 + i;
        buf_fmt(
            &b,
            "INSERT INTO definition (id, kind, name, revision, hash, text, at) VALUES "
            "(%td, 'instrument', '%.*s', %d, '%s', 'x', 0);\n",
            101 + i, FMT(p.study->measures.at[i].id), p.in[i]->revision,
            p.in[i]->hash.hex);
    }
    buf_fmt(&b,
            "INSERT INTO definition (id, kind, name, revision, hash, text, at) VALUES "
            "(100, 'study', 'norway2013', 1, 'h', 'x', 0);\n"
            "INSERT INTO study (id, name, definition) VALUES (1, 'norway2013', 100);\n");
    f->p[0] = 11, f->p[1] = 12, f->p[2] = 13, f->service = 14;
    for (int i = 0; i < 3; i++)
        buf_fmt(&b,
                "INSERT INTO subject (id, study, kind, code, part, site, at) VALUES "
                "(%d, 1, 'consumers', 'P0%d', 0, %" PRId64 ", 0);\n"
                "INSERT INTO participant (subject, study, site, code, state, since, "
                "clinician, data) VALUES (%d, 1, %" PRId64
                ", 'P0%d', 'enrolled', 0, %" PRId64 ", 'open');\n",
                11 + i, i + 1, site[i / 2], 11 + i, site[i / 2], i + 1,
                i < 2 ? f->clinician : f->elsewhere);
    buf_fmt(&b,
            "INSERT INTO subject (id, study, kind, code, part, site, at) VALUES "
            "(14, 1, 'services', 'S1', 0, %" PRId64 ", 0);\n",
            site[0]);
    buf_putc(&b, 0);
    struct script s = {b.at, p.study, *a};
    CHECK_CODE(writer_run(f->h.w, run_script, &s, &e), OK, e);
    f->kit = (struct collect_kit){
        .study = 1, .s = p.study, .in = p.in, .definition = definition};
}

void answered_close(struct answered *f, struct arena tmp)
{
    house_close(&f->h, tmp);
}

struct act answered_act(struct answered *f, i64 staff, struct arena *a)
{
    return house_act(&f->h, staff, MORNING, a);
}

struct form_key answered_key(const struct answered *f, i64 subject, const char *measure,
                             const char *time)
{
    struct form_key key = {.subject = subject, .measure = -1};
    for (isize i = 0; i < f->kit.s->measures.n; i++)
        if (str_is(f->kit.s->measures.at[i].id, measure)) key.measure = i;
    key.time = study_time(f->kit.s, str_of(time));
    CHECK(key.measure >= 0 && key.time >= 0);
    return key;
}

struct answer *answered_of(const struct answered *f, const char *measure,
                           const char *cells, struct arena *a)
{
    const struct instrument *in = f->kit.in[answered_key(f, 0, measure, "t2").measure];
    struct form_cell *cell = NEW(a, struct form_cell, in->items.n);
    struct answer *out = NEW(a, struct answer, in->items.n);
    struct form_faults wrong = {0};
    struct str rest = str_of(cells), piece;
    for (isize i = 0; i < in->items.n && str_cut(&rest, ' ', &piece); i++)
        if (!str_is(piece, "-")) cell[i].text = piece;
    collect_read(in, cell, out, &wrong, a);
    CHECK_INT(wrong.n, 0);
    return out;
}

i64 answered_count(struct answered *f, const char *table, struct arena tmp)
{
    struct err e = {0};
    i64 n = -1;
    for (isize i = 0; i < TABLE_N; i++)
        if (strcmp(table_list[i].name, table) == 0)
            CHECK_CODE(db_one(f->h.db, &n, table_list[i].count, NO_ARGS, &e), OK, e);
    return n;
}
