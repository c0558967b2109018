#include "cli/cli.h"
#include <signal.h>

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_DFL); /* `varde ... | head` ends quietly */
    struct arena a = arena_reserve((isize)1 << 36);
    if (!a.base) a = arena_reserve((isize)1 << 32); /* under an address-space limit */
    if (!a.base) {
        fprintf(stderr, "varde: the system gives no memory\n");
        return err_exit(E_NO_MEMORY);
    }
    return cli_run(argc, (const char *const *)argv, stdout, stderr, &a);
}
