#include "study/programme.h"
#include "test.h"

static struct programme *shipped(struct arena *a)
{
    struct yaml *doc = NULL;
    struct programme *p = NULL;
    struct err e = {0};
    const char *path = test_path("data/programmes/imr/programme.yaml");
    CHECK_CODE(yaml_read_file(path, &doc, a, &e), OK, e);
    CHECK_CODE(programme_read(doc, &p, a, &e), OK, e);
    return p;
}

/* The editions as their sources list them: sizes, and where two modules stand. */
TEST(programme_editions_place_modules_differently)
{
    static const struct {
        const char *edition;
        isize n, substance, lifestyle, needs;
    } row[] = {
        {"third", 11, 6, 8, 11},
        {"third-dutch", 11, 6, 11, 10},
        {"kit-2009", 10, 6, 0, 10},
        {"draft-2006", 9, 0, 0, 9},
    };
    struct programme *p = shipped(&tmp);
    struct err e = {0};
    CHECK_INT(p->modules.n, 11);
    for (isize i = 0; i < COUNT(row); i++) {
        const struct edition *ed = NULL;
        CHECK_CODE(programme_edition(p, str_of(row[i].edition), &ed, &e), OK, e);
        CHECK_INT(ed->n, row[i].n);
        CHECK_INT(programme_position(ed, programme_module(p, S("substance-use"))),
                  row[i].substance);
        CHECK_INT(programme_position(ed, programme_module(p, S("healthy-lifestyle"))),
                  row[i].lifestyle);
        CHECK_INT(programme_position(ed, programme_module(p, S("needs"))), row[i].needs);
        CHECK_INT(programme_position(ed, programme_module(p, S("recovery"))), 1);
    }
    const struct edition *ed = NULL;
    CHECK_CODE(programme_edition(p, S("kit-2008"), &ed, &e), E_NOT_FOUND, e);
    CHECK_SAYS(e, "did you mean 'kit-2009'");
}

/* Mueser 2006: 4+4+3+7+4+4+5+6 and a last cell that was cut off, 3 from memory: 40. */
TEST(programme_sessions_of_the_nine_module_table)
{
    struct programme *p = shipped(&tmp);
    struct err e = {0};
    const struct edition *ed = NULL;
    isize sum = 0, unverified = 0;
    CHECK_CODE(programme_edition(p, S("draft-2006"), &ed, &e), OK, e);
    for (isize i = 0; i < ed->n; i++) {
        const struct module *m = &p->modules.at[ed->module[i]];
        sum += m->sessions;
        unverified += m->sessions_mark.unverified;
    }
    CHECK_INT(sum, 40);
    CHECK_INT(unverified, 1);
    for (isize i = 0; i < p->sessions.n; i++) CHECK(p->sessions.at[i].steps.n >= 7);
    CHECK(p->sessions.at[0].mark.unverified);
}

TEST(programme_strategy_has_every_field)
{
    struct yaml *doc = NULL;
    struct strategy *s = NULL;
    struct err e = {0};
    isize doses = 0, stages[STAGE_N] = {0};
    const char *path = test_path("data/programmes/imr/strategy.yaml");
    CHECK_CODE(yaml_read_file(path, &doc, &tmp, &e), OK, e);
    CHECK_CODE(programme_strategy(doc, &s, &tmp, &e), OK, e);
    CHECK_INT(s->rows.n, 9);
    for (isize i = 0; i < s->rows.n; i++) {
        doses += s->rows.at[i].not_stated[FIELD_DOSE];
        stages[s->rows.at[i].stage]++;
        CHECK(!s->rows.at[i].not_stated[FIELD_ACTOR]);
    }
    CHECK_INT(doses, 2); /* the paper's table has two blank dose cells */
    CHECK_INT(stages[STAGE_PREPARATION], 3);
    CHECK_INT(stages[STAGE_IMPLEMENTATION], 6);
}

static const char *const sound =
    "programme: x\nrevision: 1\ntitle: X\n"
    "modules:\n  - {id: a, title: A}\n  - {id: bee, title: B}\n"
    "editions:\n  - {id: one, title: One, modules: [a, bee]}\n"
    "sessions:\n  - {id: s, title: S, steps: [{step: talk, minutes: [1, 3]}]}\n";

static struct str replaced(const char *old, const char *new_text, struct arena *a)
{
    struct str s = str_of(sound), o = str_of(old);
    isize at = str_find_str(s, o);
    struct buf b = buf_in(a, 1000);
    buf_put(&b, str_upto(s, at));
    buf_put(&b, str_of(new_text));
    buf_put(&b, str_from(s, at + o.n));
    return buf_str(&b);
}

TEST(programme_refuses_at_the_line)
{
    static const struct {
        const char *old, *now, *place, *says;
    } row[] = {
        {"[a, bee]", "[a, bbe]", "t.yaml:8:", "did you mean 'bee'"},
        {"[a, bee]", "[a, a]", "t.yaml:8:", "twice"},
        {"[a, bee]", "[]", "t.yaml:8:", "needs modules"},
        {"{id: bee,", "{id: a,", "t.yaml:6:", "there already"},
        {"title: B}", "titel: B}", "t.yaml:6:", "title"},
        {"[1, 3]", "[3, 1]", "t.yaml:10:", "to"},
        {"{id: a, title: A}", "{id: a, title: A, sessions: 0}", "t.yaml:5:", "sessions"},
    };
    struct err e = {0};
    struct yaml *doc = NULL;
    struct programme *p = NULL;
    CHECK_CODE(yaml_read(str_of(sound), "t.yaml", &doc, &tmp, &e), OK, e);
    CHECK_CODE(programme_read(doc, &p, &tmp, &e), OK, e);
    for (isize i = 0; i < COUNT(row); i++) {
        struct str text = replaced(row[i].old, row[i].now, &tmp);
        CHECK_CODE(yaml_read(text, "t.yaml", &doc, &tmp, &e), OK, e);
        CHECK_CODE(programme_read(doc, &p, &tmp, &e), E_DEFINITION, e);
        CHECK_SAYS(e, row[i].place);
        CHECK_SAYS(e, row[i].says);
    }
}

TEST(programme_strategy_refuses_a_blank)
{
    static const char *const text =
        "strategy: x\nrevision: 1\nprogramme: imr\nstrategies:\n"
        "  - id: a\n    name: A\n    definition: d\n    actor: who\n    action: what\n"
        "    target: whom\n    temporality: %s\n    %s\n    outcome: fidelity\n"
        "    justification: why\n";
    struct err e = {0};
    struct yaml *doc = NULL;
    struct strategy *s = NULL;
    static const struct {
        const char *stage, *dose, *says;
    } row[] = {
        {"preparation", "dose: \"\"", "lacks dose: write it, or `not stated`"},
        {"preparation", "note: x", "lacks dose"},
        {"later", "dose: 1", "preparation"},
        {"{is: preparaton, verified: false}", "dose: 1", "preparation"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct buf b = buf_in(&tmp, 500);
        struct str left = str_of(text), piece;
        const char *with[] = {row[i].stage, row[i].dose, ""};
        for (int k = 0; str_cut(&left, '%', &piece); k++) {
            buf_put(&b, k ? str_from(piece, 1) : piece);
            buf_put(&b, str_of(with[k]));
        }
        CHECK_CODE(yaml_read(buf_str(&b), "s.yaml", &doc, &tmp, &e), OK, e);
        CHECK_CODE(programme_strategy(doc, &s, &tmp, &e), E_DEFINITION, e);
        CHECK_SAYS(e, row[i].says);
        CHECK_SAYS(e, "s.yaml:");
    }
}
