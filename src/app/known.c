#include "app/known.h"
#include "base/hash.h"
#include "stats/desc.h"
#include "stats/dist.h"
#include "stats/lm.h"
#include "stats/ttest.h"
#include <math.h>

struct asked {
    i64 n;
    struct err *e;
};

/* rel: the share by which it may differ. */
static int ask(struct asked *k, const char *what, double got, double want, double rel)
{
    k->n++;
    if (fabs(got - want) <= rel * fabs(want)) return OK;
    return err_set(k->e, E_DIFFERS, "%s: %.15g came out, %.15g is right", what, got,
                   want);
}

/* NIST StRD, Longley: y and six regressors that nearly depend on each other. */
static const double longley[7][16] = {
    {60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019, 67857, 68169, 66513,
     68655, 69564, 69331, 70551},
    {83.0, 88.5, 88.2, 89.5, 96.2, 98.1, 99.0, 100.0, 101.2, 104.6, 108.4, 110.8, 112.6,
     114.2, 115.7, 116.9},
    {234289, 259426, 258054, 284599, 328975, 346999, 365385, 363112, 397469, 419180,
     442769, 444546, 482704, 502601, 518173, 554894},
    {2356, 2325, 3682, 3351, 2099, 1932, 1870, 3578, 2904, 2822, 2936, 4681, 3813, 3931,
     4806, 4007},
    {1590, 1456, 1616, 1650, 3099, 3594, 3547, 3350, 3048, 2857, 2798, 2637, 2552, 2514,
     2572, 2827},
    {107608, 108632, 109773, 110929, 112075, 113270, 115094, 116219, 117388, 118734,
     120445, 121950, 123366, 125368, 127852, 130081},
    {1947, 1948, 1949, 1950, 1951, 1952, 1953, 1954, 1955, 1956, 1957, 1958, 1959, 1960,
     1961, 1962},
};

/* Certified values of NIST, 15 digits. */
static int ask_regression(struct asked *k, struct arena *a)
{
    static const struct {
        const char *what;
        double b, se;
    } want[] = {
        {"Longley, intercept", -3482258.63459582, 890420.383607373},
        {"Longley, x1", 15.0618722713733, 84.9149257747669},
        {"Longley, x2", -0.358191792925910e-01, 0.334910077722432e-01},
        {"Longley, x3", -2.02022980381683, 0.488399681651699},
        {"Longley, x4", -1.03322686717359, 0.214274163161675},
        {"Longley, x5", -0.511041056535807e-01, 0.226073200069370},
        {"Longley, x6", 1829.15146461355, 455.478499142212},
    };
    static const char *const name[] = {"y", "x1", "x2", "x3", "x4", "x5", "x6"};
    struct frame f = frame_of(16);
    struct lm m;
    for (isize i = 0; i < COUNT(name); i++)
        frame_put_numbers(&f, str_of(name[i]), longley[i], NULL, a);
    TRY(lm_of(&f, S("y ~ x1 + x2 + x3 + x4 + x5 + x6"), 0.95, &m, a, k->e));
    for (isize i = 0; i < COUNT(want); i++) {
        TRY(ask(k, want[i].what, m.coef[i].estimate, want[i].b, 1e-12));
        TRY(ask(k, want[i].what, m.coef[i].se, want[i].se, 1e-12));
    }
    return ask(k, "Longley, R squared", m.r2, 0.995479004577296, 1e-13);
}

/* NIST StRD, NumAcc1: mean and standard deviation of three numbers near ten million. */
static int ask_moments(struct asked *k)
{
    static const double x[] = {10000001, 10000003, 10000002};
    TRY(ask(k, "NumAcc1, mean", desc_mean(x, 3), 10000002, 0));
    return ask(k, "NumAcc1, standard deviation", desc_sd(x, 3), 1, 0);
}

/* Student 1908: hours of sleep gained with two drugs. R 4.2: t.test(..., paired = TRUE). */
static int ask_sleep(struct asked *k, struct arena tmp)
{
    static const double one[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0},
                        two[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
    struct ttest_paired t;
    TRY(ttest_paired_plain(one, two, 10, 0.95, &t, tmp, k->e));
    TRY(ask(k, "sleep, t", t.t, 4.06212768338204, 1e-13));
    return ask(k, "sleep, p", t.p, 0.00283289019738427, 1e-12);
}

/* R 4.2: qt(.975, 10); pf(4.26, 2, 9, lower = FALSE); pchisq(7.5, 3, lower = FALSE);
** qnorm(.975). */
static int ask_distributions(struct asked *k)
{
    TRY(ask(k, "t quantile", dist_t_quantile(0.975, 10), 2.228138851986274, 1e-9));
    TRY(ask(k, "F tail", dist_f_upper(4.26, 2, 9), 0.049910030381549, 1e-12));
    TRY(ask(k, "chi squared tail", dist_chisq_upper(7.5, 3), 0.0575584519726364, 1e-12));
    return ask(k, "normal quantile", dist_norm_quantile(0.975), 1.95996398454005, 1e-13);
}

/* FIPS 180-2, appendix B.1. */
static int ask_hash(struct asked *k)
{
    struct hash h = hash_of(S("abc"));
    k->n++;
    if (str_is(str_of(h.hex),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        return OK;
    return err_set(k->e, E_DIFFERS, "SHA-256 of \"abc\" does not come out");
}

int known_answers(i64 *n, struct arena tmp, struct err *e)
{
    struct asked k = {0, e};
    int code = ask_moments(&k);
    if (code == OK) code = ask_sleep(&k, tmp);
    if (code == OK) code = ask_distributions(&k);
    if (code == OK) code = ask_regression(&k, &tmp);
    if (code == OK) code = ask_hash(&k);
    *n = k.n;
    return code;
}
