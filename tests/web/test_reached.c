/* The last of this program's tests: no route without a test that opened it with what it is for. */
#include "reached.h"
#include "test.h"
#include <stdio.h>

TEST(reached_every_route)
{
    isize n = 0;
    if (!test_all()) {
        test_skip("only some tests ran");
        return;
    }
    for (isize i = 0; i < routes.n; i++) {
        if (CHECK(reached_times(i) > 0)) continue;
        printf("# %s %s\n", routes.at[i].method, routes.at[i].pattern);
        n++;
    }
    if (n) printf("# %td of %td routes were not reached\n", n, routes.n);
}
