#include "nth.h"
#include "base/file.h"
#include "store/journal.h"
#include <string.h>

enum { END = E_CANCELLED }; /* of a run that is undone: it came to its end */

struct tried {
    struct nth *t;
    const struct nth_act *act;
    i64 statement, allocation; /* to be refused; 0: none */
};

static int run_and_undo(struct act *inside, void *arg, struct err *e)
{
    struct tried *f = arg;
    arena_fail_after(f->allocation);
    db_fail_after(inside->db, f->statement);
    TRY(f->act->run(f->t->world, inside, e));
    return err_set(e, END, "all of it was done");
}

static int attempt(struct tried *f, bool undone, struct arena tmp, struct err *e)
{
    struct nth *t = f->t;
    t->now += 1000;
    struct act act = house_act(t->h, t->staff[f->act->who], t->now, &tmp);
    act.why = str_of(f->act->why);
    act.known = t->known;
    act.kits = t->kits;
    *e = (struct err){0};
    if (!undone) db_fail_after(t->h->writing, f->statement);
    int code =
        undone ? act_together(&act, run_and_undo, f, e) : f->act->run(t->world, &act, e);
    arena_fail_after(0);
    db_fail_after(t->h->writing, 0);
    return code;
}

static void unchanged(struct tried *f, struct hash before, int code, int want,
                      const struct err *e, struct arena tmp)
{
    struct house *h = f->t->h;
    struct hash after = house_hash(h->db, tmp);
    test_check(strcmp(before.hex, after.hex) == 0 && db_idle(h->writing) &&
                   db_idle(h->db),
               __FILE__, __LINE__,
               "%s, statement %td or allocation %td refused: the store changed, or "
               "something was left open",
               f->act->name, (isize)f->statement, (isize)f->allocation);
    test_check(code == want && e->text[0] && !strstr(e->text, NTH_MARK), __FILE__,
               __LINE__, "%s, statement %td or allocation %td refused: %s: %s",
               f->act->name, (isize)f->statement, (isize)f->allocation, err_name(code),
               e->text);
}

static isize open_files(struct arena tmp)
{
    struct file_names names;
    struct err e = {0};
    CHECK_CODE(file_list("/proc/self/fd", &names, &tmp, &e), OK, e);
    return names.n;
}

void nth_walk(struct nth *t, const struct nth_act *act, struct arena tmp)
{
    enum { MOST = 100000 };
    struct err e = {0};
    struct hash before = house_hash(t->h->db, tmp);
    isize files = open_files(tmp);
    struct tried f = {.t = t, .act = act};
    int code = OK;
    i64 n = 0, rows = 0;
    for (f.statement = 1; code != END && f.statement < MOST; f.statement++) {
        code = attempt(&f, true, tmp, &e);
        unchanged(&f, before, code, code == END ? END : E_DB, &e, tmp);
        n += code != END;
        if (code == OK || (code != END && code != E_DB)) break;
    }
    test_check(code == END, __FILE__, __LINE__, "%s: %s", act->name, e.text);
    t->statements += n;
    f.statement = 0;
    code = OK;
    for (f.allocation = 1; code != END && f.allocation < MOST;
         f.allocation += 1 + f.allocation / 20) { /* of many, some */
        code = attempt(&f, true, tmp, &e);
        unchanged(&f, before, code, code == END ? END : E_NO_MEMORY, &e, tmp);
        t->allocations += code != END;
        if (code == OK || (code != END && code != E_NO_MEMORY)) break;
    }
    f.allocation = 0;
    code = E_DB;
    for (f.statement = 1; code == E_DB && f.statement < MOST; f.statement++) {
        code = attempt(&f, false, tmp, &e);
        if (code == OK) break;
        unchanged(&f, before, code, E_DB, &e, tmp);
        t->statements++;
    }
    /* a change alone is at least begin, one statement, commit: each of the three was refused */
    test_check(code == OK && f.statement > 3, __FILE__, __LINE__, "%s: %s after %td",
               act->name, e.text, (isize)f.statement);
    test_check(open_files(tmp) == files, __FILE__, __LINE__, "%s: files left open",
               act->name);
    struct hash after = house_hash(t->h->db, tmp);
    test_check(strcmp(before.hex, after.hex) != 0, __FILE__, __LINE__,
               "%s: changed nothing", act->name);
    CHECK_CODE(journal_verify(t->h->db, &rows, tmp, &e), OK, e);
}
