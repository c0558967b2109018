/* Laws: every check of a paper's figures ends with a verdict and a sentence, whatever the
** figures are; the verdicts add up. */
#include "fuzz.h"
#include "study/paper_file.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    struct arena a = arena_reserve((isize)1 << 30);
    struct err e = {0};
    struct yaml *root;
    struct paper_report r;
    if (yaml_read((struct str){(const char *)at, (isize)n}, "fuzz", &root, &a, &e) ==
        OK) {
        int rc = paper_file_read(root, &r, &a, &e);
        if (rc != OK && rc != E_DEFINITION) abort();
        if (rc == OK) {
            if (r.count[0] + r.count[1] + r.count[2] + r.count[3] != r.n) abort();
            for (isize i = 0; i < r.n; i++)
                if (r.at[i].is.says.n == 0 || r.at[i].printed.n == 0) abort();
        }
    }
    arena_release(&a);
    return 0;
}
