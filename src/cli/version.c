#include "cli/verbs.h"
#include "base/json.h"
#include "base/par.h"
#include <openssl/crypto.h>
#include <yaml.h>

int verb_version(struct cli *c, struct err *e)
{
    TRY(cli_end(c, e));
    int major, minor, patch;
    yaml_get_version(&major, &minor, &patch);
    struct str lib = str_fmt(c->a, "libyaml %d.%d.%d, %s", major, minor, patch,
                             OpenSSL_version(OPENSSL_VERSION));
    if (c->json) {
        struct buf b = buf_in(c->a, 400);
        struct json_out w = json_to(&b, 1);
        json_open(&w, NULL, '{');
        json_put_str(&w, "version", S(VARDE_VERSION));
        json_put_str(&w, "compiler", S(__VERSION__));
        json_put_str(&w, "libraries", lib);
        json_put_int(&w, "cores", par_cores());
        json_close(&w, '}');
        cli_put(c, &b);
        return OK;
    }
    fprintf(c->out, "varde %s\ncompiled with %s\n%.*s\n%d cores\n", VARDE_VERSION,
            __VERSION__, FMT(lib), par_cores());
    return OK;
}
