/* The OpenAPI document on standard output, for validators. */
#include "web/api.h"
#include <stdio.h>

int main(void)
{
    struct arena a = arena_reserve((isize)1 << 28);
    struct str s = openapi(&a);
    return fwrite(s.at, 1, (size_t)s.n, stdout) == (size_t)s.n ? 0 : 1;
}
