#define _GNU_SOURCE /* umask */
#include "cli/at_house.h"
#include <string.h>
#include <sys/stat.h>

int at_options(struct cli *c, struct house_config *out, struct err *e)
{
    umask(077); /* whatever this process makes is its user's alone */
    TRY(cli_opt(c, "--data", &out->folder, e));
    TRY(cli_opt(c, "--store", &out->store, e));
    return cli_opt(c, "--key", &out->key, e);
}

int at_house(struct cli *c, const struct house_config *hc, at_body *f, void *arg,
             struct err *e)
{
    struct house *h = NULL;
    if (c->house) return f(c, c->house, arg, e); /* in the server already */
    int code = house_open(hc, &h, e);
    if (code == E_BUSY && !hc->reading)
        return local_ask(hc->folder ? hc->folder : "varde-data", c->argc, c->argv, c->out,
                         e);
    TRY(code);
    code = f(c, h, arg, e);
    house_close(h);
    return code;
}

int at_server(struct house *h, int argc, const char *const *argv, FILE *out,
              struct err *e)
{
    struct arena a = arena_reserve((isize)1 << 28);
    if (!a.base) return err_set(e, E_NO_MEMORY, "no memory for a verb");
    int code = cli_run_in(h, argc, argv, out, &a, e);
    arena_release(&a);
    return code;
}

struct act at_act(struct cli *c, struct house *h, struct db *db)
{
    struct act act = house_self(h, db, c->a);
    act.console = true;
    act.why = S("a command on the server");
    return act;
}
