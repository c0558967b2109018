/* Laws: a number's shortest text reads back as the same bits; a fixed text lies within
** half a unit of its last place; a day's text is the text it was read from. */
#include "base/day.h"
#include "base/num.h"
#include "fuzz.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void number(double x, struct arena a)
{
    double back;
    if (!isfinite(x)) return;
    if (num_read(num_shortest(x, &a), &back, NULL) != OK) abort();
    if (memcmp(&x, &back, sizeof x) != 0) abort();
    if (fabs(x) > 1e12) return;
    for (int places = 0; places < 6; places++) {
        if (num_read(num_fixed(x, places, &a), &back, NULL) != OK) abort();
        if (!(fabs(back - x) <= 0.5000001 * pow(10, -places) + 1e-14 * fabs(x))) abort();
    }
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    struct arena a = arena_reserve((isize)1 << 24);
    struct str s = {(const char *)at, (isize)n};
    double x, y;
    i64 i;
    day d;
    if (num_read(s, &x, NULL) == OK) number(x, a);
    if (num_read_comma(s, &x, NULL) == OK) {
        struct str t = str_dup(s, &a);
        isize comma = str_find(t, ',');
        char *p = NEW(&a, char, n + 1);
        memcpy(p, t.at, n);
        if (comma >= 0) p[comma] = '.';
        if (num_read((struct str){p, (isize)n}, &y, NULL) != OK || x != y) abort();
    }
    if (num_read_int(s, -1000000, INT64_MAX, &i, NULL) == OK) {
        if (num_read(s, &x, NULL) != OK || x != (double)i) abort();
    }
    if (day_read(s, &d, NULL) == OK && !str_eq(day_text(d, &a), s)) abort();
    if (n == sizeof x) {
        memcpy(&x, at, n);
        number(x, a);
    }
    arena_release(&a);
    return 0;
}
