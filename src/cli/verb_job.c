/* varde job: long work of an installation, from the terminal. */
#include "app/job.h"
#include "base/num.h"
#include "cli/at_house.h"

static void row(struct cli_table *t, struct cli *c, const struct job *j)
{
    cli_cell(t, str_fmt(c->a, "%" PRId64, j->id));
    cli_cell(t, j->kind);
    cli_cell(t, str_of(j->cancel && j->state == JOB_RUNNING ? "stopping"
                                                            : job_state_word(j->state)));
    cli_cell(t, j->total ? str_fmt(c->a, "%" PRId64 " of %" PRId64, j->done, j->total)
                         : S(""));
    cli_cell(t, instant_text(j->at, c->a));
    cli_cell(t, j->staff ? str_fmt(c->a, "%" PRId64, j->staff) : S(""));
}

static int list(struct cli *c, struct house *h, void *arg, struct err *e)
{
    enum { MOST = 100 };
    static const char *const head[] = {"job", "kind", "state", "done", "asked", "staff"};
    struct db *db = NULL;
    struct jobs all = {0};
    (void)arg;
    TRY(house_reader(h, false, &db, e));
    struct act act = at_act(c, h, db);
    int code = job_all(&act, 0, MOST, &all, e);
    house_reader_back(h, false, db);
    TRY(code);
    struct cli_table t = cli_headed(c, head, COUNT(head));
    for (isize i = 0; i < all.n; i++) row(&t, c, &all.at[i]);
    cli_print(&t);
    return OK;
}

int verb_job_list(struct cli *c, struct err *e)
{
    struct house_config hc = {.reading = true};
    TRY(at_options(c, &hc, e));
    TRY(cli_end(c, e));
    return at_house(c, &hc, list, NULL, e);
}

static int stop(struct cli *c, struct house *h, void *arg, struct err *e)
{
    const i64 *id = arg;
    struct db *db = NULL;
    TRY(house_reader(h, false, &db, e));
    struct act act = at_act(c, h, db);
    int code = job_stop(&act, *id, e);
    house_reader_back(h, false, db);
    TRY(code);
    if (!c->json) fprintf(c->out, "Job %" PRId64 " is told to stop.\n", *id);
    return OK;
}

int verb_job_stop(struct cli *c, struct err *e)
{
    struct house_config hc = {0};
    const char *text = NULL;
    i64 id = 0;
    TRY(at_options(c, &hc, e));
    TRY(cli_arg(c, "the number of a job, as varde job list shows it", &text, e));
    TRY(cli_end(c, e));
    if (num_read_int(str_of(text), 1, INT64_MAX, &id, NULL) != OK)
        return err_set(e, E_USAGE, "'%s' is not the number of a job", text);
    return at_house(c, &hc, stop, &id, e);
}
