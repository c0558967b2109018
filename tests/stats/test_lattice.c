#include "stats/lattice.h"
#include "stats/rng.h"
#include "test.h"

static bool find(const double *x, isize n, struct lattice *l, i64 *k)
{
    return lattice_find(x, n, 1 << 22, l, k);
}

TEST(lattice_known)
{
    (void)tmp;
    struct lattice l;
    i64 k[8];
    double sums[] = {31, 45, 52, 31};
    CHECK(find(sums, 4, &l, k) && l.step == 7 &&
          l.span == 3); /* 14 = 2 x 7, 21 = 3 x 7 */
    CHECK(l.den == 1 && l.num == 31 && l.per == 7 && k[1] == 2 && k[2] == 3 && k[3] == 0);

    double cents[] = {0.1 + 0.2, 0.4, -1.25};
    CHECK(find(cents, 3, &l, k) && l.den == 100 && l.per == 5 && l.span == 33);
    CHECK(lattice_mean(&l, k[0] + k[1] + k[2], 3) == -55 / 300.0);

    /* differences of item means over 15 */
    double means[6];
    static const int a[] = {47, 51, 62, 40, 45, 46}, b[] = {40, 53, 49, 44, 30, 45};
    for (int i = 0; i < 6; i++)
        means[i] = a[i] / 15.0 - b[i] / 15.0; /* 7 -2 13 -4 15 1 */
    CHECK(find(means, 6, &l, k) && l.span == 19 && l.den == 15 && l.num == -4 &&
          l.per == 1);
    CHECK(lattice_mean(&l, k[0] + k[1] + k[2] + k[3] + k[4] + k[5], 6) == 30 / 90.0);

    /* 14 and 15 answered: a common 210th */
    double prorated[] = {41 / 14.0, 43 / 15.0, 50 / 15.0, 29 / 14.0};
    CHECK(find(prorated, 4, &l, k) && l.den == 210);

    double same[] = {4.2, 4.2};
    CHECK(find(same, 2, &l, k) && l.span == 0 && lattice_mean(&l, 0, 2) == 4.2);
}

TEST(lattice_is_not_seen_where_none_is)
{
    (void)tmp;
    struct lattice l;
    i64 k[35];
    double x[35];
    struct rng r = rng_stream(1, 0, 0);
    for (int i = 0; i < 35; i++) x[i] = rng_normal(&r);
    CHECK(!find(x, 35, &l, k));
    for (int i = 0; i < 35; i++) x[i] = 1e9 + 1e-3 * x[i];
    CHECK(!find(x, 35, &l, k));
    for (int i = 0; i < 35; i++) x[i] = 1e300 * rng_normal(&r);
    CHECK(!find(x, 35, &l, k));
    double wide[] = {0, 1, 5000000}; /* a lattice, but longer than allowed */
    CHECK(!find(wide, 3, &l, k));
}

/* Law: every value is given back within the promised slack, whatever the lattice. */
TEST(lattice_gives_values_back)
{
    (void)tmp;
    struct rng r = rng_stream(2, 0, 0);
    i64 k[20];
    for (int t = 0; t < 2000; t++) {
        i64 den = 1 + (i64)rng_below(&r, 40), shift = (i64)rng_below(&r, 200) - 100;
        double x[20];
        for (int i = 0; i < 20; i++)
            x[i] = (double)((i64)rng_below(&r, 90) + shift) / (double)den;
        struct lattice l;
        bool found = find(x, 20, &l, k), fine = found;
        for (int i = 0; fine && i < 20; i++)
            fine = fabs(lattice_mean(&l, k[i], 1) - x[i]) <= 1e-13 * 200 && k[i] >= 0 &&
                   k[i] <= l.span;
        CHECK(fine && l.den > 0);
    }
}
