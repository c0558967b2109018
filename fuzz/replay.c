/* Runs a fuzz target over every file of the folders named: the corpus as a test. */
#include "base/file.h"
#include "fuzz.h"
#include <stdio.h>

int main(int argc, char **argv)
{
    struct arena a = arena_reserve((isize)1 << 32);
    isize n = 0;
    printf("1..1\n");
    for (int i = 1; i < argc; i++) {
        struct file_names names;
        struct err e = {0};
        if (file_list(argv[i], &names, &a, &e) != OK) {
            printf("# %s\nnot ok 1 - replay\n", e.text);
            return 1;
        }
        for (isize k = 0; k < names.n; k++, n++) {
            struct arena tmp = a;
            struct str s;
            if (file_read(file_join(&tmp, argv[i], names.at[k].at), FILE_LIMIT, &s, &tmp,
                          &e) != OK) {
                printf("# %s\nnot ok 1 - replay\n", e.text);
                return 1;
            }
            LLVMFuzzerTestOneInput((const u8 *)s.at, (size_t)s.n);
        }
    }
    printf("# %td inputs\n%s 1 - replay\n", n, n > 0 ? "ok" : "not ok");
    return n == 0;
}
