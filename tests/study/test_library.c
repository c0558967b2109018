#include "study/library.h"
#include "base/file.h"
#include "study/revision.h"
#include "test.h"

static const char *const one =
    "instrument: one\nrevision: 1\nlicence: free\nchoices: {0: no, 1: yes}\n"
    "items:\n  - {id: a, text: A}\n"
    "scores:\n  - {id: s, of: all, metric: sum, direction: no direction}\n";

static void put(const char *dir, const char *name, const char *text, struct arena *a)
{
    struct err e = {0};
    const char *path = file_join(a, dir, name);
    struct str parent = str_of(path);
    while (parent.n && parent.at[parent.n - 1] != '/') parent.n--;
    CHECK_CODE(file_mkdirs(str_c(str_upto(parent, parent.n - 1), a), &e), OK, e);
    CHECK_CODE(file_replace(path, str_of(text), &e), OK, e);
}

static struct str swapped(const char *text, const char *old, const char *now,
                          struct arena *a)
{
    struct str s = str_of(text);
    isize at = str_find_str(s, str_of(old));
    CHECK(at >= 0);
    return str_fmt(a, "%.*s%s%.*s", FMT(str_upto(s, at)), now,
                   FMT(str_from(s, at + str_of(old).n)));
}

static int check(const char *dir, struct arena *a, struct err *e)
{
    struct library lib;
    struct locks locks;
    TRY(library_read(dir, &lib, a, e));
    TRY(revision_read(dir, &locks, a, e));
    return revision_check(&locks, &lib, e);
}

static isize accept(const char *dir, struct arena *a)
{
    struct library lib;
    struct locks locks;
    struct err e = {0};
    isize added = 0;
    CHECK_CODE(library_read(dir, &lib, a, &e), OK, e);
    CHECK_CODE(revision_read(dir, &locks, a, &e), OK, e);
    struct str text = revision_accept(&locks, &lib, &added, a);
    CHECK_CODE(file_replace(file_join(a, dir, REVISION_FILE), text, &e), OK, e);
    return added;
}

/* What is shipped is sound, and recorded as it is. */
TEST(library_shipped_definitions_are_recorded)
{
    struct library lib;
    struct locks locks;
    struct err e = {0};
    const char *dir = test_path("data");
    CHECK_CODE(library_read(dir, &lib, &tmp, &e), OK, e);
    CHECK_CODE(revision_read(dir, &locks, &tmp, &e), OK, e);
    CHECK_CODE(revision_check(&locks, &lib, &e), OK, e);
    for (isize i = 0; i < lib.instruments.n; i++) {
        int last = 0;
        struct definition d = {S("instrument"), lib.instruments.at[i]->id,
                               lib.instruments.at[i]->revision,
                               lib.instruments.at[i]->hash, ""};
        test_check(revision_state_of(&locks, &d, &last) == REVISION_RECORDED, __FILE__,
                   __LINE__, "%.*s is not recorded: varde study check --accept",
                   FMT(d.id));
    }
    CHECK(lib.instruments.n >= 19);
    CHECK_INT(lib.programmes.n, 1);
    CHECK_INT(lib.strategies.n, 1);
}

/* A text that people meet, and the wording's own: set by the overlay, or there is none. */
static void check_said(const struct instrument *in, const char *lang, struct str place,
                       struct str was, struct str now)
{
    test_check(was.n == 0 || (now.n > 0 && now.at != was.at), __FILE__, __LINE__,
               "%.*s: no label in %s for %.*s", FMT(in->id), lang, FMT(place));
}

static void check_choices(const struct instrument *in, const char *lang, struct str place,
                          const struct choices *was, const struct choices *now)
{
    for (isize i = 0; i < was->n; i++)
        check_said(in, lang, place, was->at[i].text, now->at[i].text);
}

/* Whoever fills in or reads a shipped instrument in Norwegian or Danish meets no English label. */
TEST(library_shipped_labels_in_every_language)
{
    static const char *const lang[] = {"nb", "da"};
    struct library lib;
    struct err e = {0};
    CHECK_CODE(library_read_instruments(test_path("data"), &lib, &tmp, &e), OK, e);
    for (isize i = 0; i < lib.instruments.n; i++) {
        const struct instrument *p = lib.instruments.at[i], *q = NULL;
        for (isize l = 0; l < COUNT(lang); l++) {
            CHECK_CODE(library_wording(&lib, p->id, str_of(lang[l]), &q, &tmp, &e), OK,
                       e);
            if (!str_is(q->lang, lang[l])) {
                test_check(false, __FILE__, __LINE__, "%.*s has no %s.yaml", FMT(p->id),
                           lang[l]);
                continue;
            }
            check_said(p, lang[l], S("title"), p->title, q->title);
            check_said(p, lang[l], S("period"), p->period, q->period);
            check_choices(p, lang[l], S("choices"), &p->choices, &q->choices);
            for (isize k = 0; k < p->items.n; k++) {
                const struct item *x = &p->items.at[k], *y = &q->items.at[k];
                check_said(p, lang[l], x->id, x->text, y->text);
                check_said(p, lang[l], x->id, x->detail.ask, y->detail.ask);
                check_said(p, lang[l], x->id, x->not_applicable, y->not_applicable);
                check_choices(p, lang[l], x->id, &x->choices, &y->choices);
            }
            for (isize k = 0; k < p->scores.n; k++) {
                const struct scoredef *x = &p->scores.at[k], *y = &q->scores.at[k];
                check_said(p, lang[l], x->id, x->title, y->title);
                for (isize b = 0; b < x->bands.n; b++)
                    check_said(p, lang[l], x->id, x->bands.at[b].name,
                               y->bands.at[b].text);
            }
            for (isize k = 0; k < p->alerts.n; k++)
                check_said(p, lang[l], S("alerts"), p->alerts.at[k].text,
                           q->alerts.at[k].text);
        }
    }
}

TEST(library_finds_by_id_and_language)
{
    struct library lib;
    struct err e = {0};
    const struct instrument *in = NULL;
    const struct programme *p = NULL;
    const char *dir = test_folder();
    put(dir, "instruments/one.yaml", one, &tmp);
    put(dir, "instruments/one.nb.yaml",
        "overlay: one\nrevision: 1\nof-revision: 1\nlanguage: nb\ntranslator: t\n"
        "validation: none\nlicence: free\nitems: {a: Å}\n",
        &tmp);
    CHECK_CODE(library_read(dir, &lib, &tmp, &e), OK, e);
    CHECK_INT(lib.definitions.n, 2);
    CHECK_CODE(library_instrument(&lib, S("one"), &in, &e), OK, e);
    CHECK_CODE(library_instrument(&lib, S("onne"), &in, &e), E_NOT_FOUND, e);
    CHECK_SAYS(e, "did you mean 'one'?");
    CHECK_CODE(library_programme(&lib, S("imr"), &p, &e), E_NOT_FOUND, e);
    CHECK_CODE(library_wording(&lib, S("one"), S("nb"), &in, &tmp, &e), OK, e);
    CHECK_STR(in->items.at[0].text, "Å");
    CHECK_CODE(library_wording(&lib, S("one"), S("da"), &in, &tmp, &e), OK, e);
    CHECK_STR(in->items.at[0].text, "A");
    CHECK_STR(in->lang, "en");
}

TEST(library_refuses_the_folder_at_the_line)
{
    static const char *const tow =
        "overlay: tow\nrevision: 1\nof-revision: 1\nlanguage: nb\ntranslator: t\n"
        "validation: n\nlicence: f\n";
    const struct {
        const char *name, *text, *says;
    } row[] = {
        {"instruments/two.yaml", "instrument: two\n", "two.yaml:1:"},
        {"instruments/two.yaml", "instrumnet: two\nrevision: 1\n",
         "did you mean 'instrument'"},
        {"instruments/two.yaml", "programme: two\nrevision: 1\n",
         "no kind of definition"},
        {"instruments/two.yaml", "- a\n", "begins with its kind and id"},
        {"instruments/two.yaml", "a: [\n", "two.yaml"},
        {"instruments/two.nb.yaml", tow, "no instrument 'tow'"},
        {"programmes/x/programme.yaml", "programme: x\nrevision: 1\n", "modules"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct library lib;
        struct err e = {0};
        const char *dir = str_fmt(&tmp, "%s/%td", test_folder(), i).at;
        put(dir, "instruments/one.yaml", one, &tmp);
        CHECK_CODE(library_read(dir, &lib, &tmp, &e), OK, e);
        put(dir, row[i].name, row[i].text, &tmp);
        bool refused = library_read(dir, &lib, &tmp, &e) != OK;
        CHECK(refused);
        CHECK_SAYS(e, row[i].says);
    }
    struct library lib;
    struct err e = {0};
    const char *dir = test_folder();
    put(dir, "instruments/one.yaml", one, &tmp);
    put(dir, "instruments/copy.yaml", one, &tmp);
    CHECK_CODE(library_read(dir, &lib, &tmp, &e), E_DEFINITION, e);
    CHECK_SAYS(e, "both define instrument one");
    CHECK_CODE(library_read("/no/such/folder", &lib, &tmp, &e), E_NO_FILE, e);
}

/* New content is fine until it is recorded; then it may change only under a new revision,
** while layout may change at any time. */
TEST(library_revision_lock)
{
    struct err e = {0};
    const char *dir = test_folder();
    put(dir, "instruments/one.yaml", one, &tmp);
    CHECK_CODE(check(dir, &tmp, &e), OK, e);
    CHECK_INT(accept(dir, &tmp), 1);
    CHECK_INT(accept(dir, &tmp), 0);
    CHECK_CODE(check(dir, &tmp, &e), OK, e);

    put(dir, "instruments/one.yaml",
        swapped(one, "items:\n", "# layout\n\nitems:\n", &tmp).at, &tmp);
    CHECK_CODE(check(dir, &tmp, &e), OK, e);

    struct str changed = swapped(one, "text: A", "text: B", &tmp);
    put(dir, "instruments/one.yaml", changed.at, &tmp);
    CHECK_CODE(check(dir, &tmp, &e), E_REVISION, e);
    CHECK_SAYS(e, "instruments/one.yaml");
    CHECK_SAYS(e, "changed under revision 1");
    CHECK_SAYS(e, "revision: 2");
    CHECK_INT(accept(dir, &tmp), 0); /* never recorded over */
    CHECK_CODE(check(dir, &tmp, &e), E_REVISION, e);

    put(dir, "instruments/one.yaml",
        swapped(changed.at, "revision: 1", "revision: 2", &tmp).at, &tmp);
    CHECK_CODE(check(dir, &tmp, &e), OK, e);
    CHECK_INT(accept(dir, &tmp), 1);
    put(dir, "instruments/one.yaml", one, &tmp); /* back under the old number */
    CHECK_CODE(check(dir, &tmp, &e), E_REVISION, e);
    CHECK_SAYS(e, "says revision 1, but 2 is recorded");
}

TEST(library_revision_file_is_read_strictly)
{
    static const char *const wrong[] = {"instrument one 1\n", "instrument one x 0123\n",
                                        "instrument one 1 abc\n", "<<<<<<< HEAD\n"};
    for (isize i = 0; i < COUNT(wrong); i++) {
        struct err e = {0};
        struct locks l;
        const char *dir = str_fmt(&tmp, "%s/%td", test_folder(), i).at;
        put(dir, REVISION_FILE, str_fmt(&tmp, "# head\n%s", wrong[i]).at, &tmp);
        CHECK_CODE(revision_read(dir, &l, &tmp, &e), E_DEFINITION, e);
        CHECK_SAYS(e, "revisions.txt:2:");
    }
}
