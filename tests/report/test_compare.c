/* When a computed figure agrees with a printed one: small cases by hand. */
#include "report/compare.h"
#include "test.h"

/* One analysis with one computed and one printed figure. */
struct one {
    struct plan plan;
    struct analysed m;
    struct plan_analysis an;
    struct result r;
    struct quantity q[4];
    struct plan_printed p;
};

static struct comparison compared(const char *quantity, double here, double printed,
                                  int places, enum plan_compare how)
{
    struct one o;
    o = (struct one){.plan = {.printed_resamples = 1000}, .an = {.level = 0.95}};
    o.q[0] = (struct quantity){str_of(quantity), here, QUANTITY_VALUE};
    o.q[1] = (struct quantity){S("lo"), -1, QUANTITY_VALUE};
    o.q[2] = (struct quantity){S("hi"), 2.92, QUANTITY_VALUE};
    o.r.an = &o.an;
    o.r.q.at = o.q;
    o.r.q.n = 3;
    o.m.plan = &o.plan;
    o.p = (struct plan_printed){.quantity = str_of(quantity),
                                .text = S("printed"),
                                .value = printed,
                                .places = places,
                                .compare = how};
    return compare_of(&o.m, &o.r, &o.p);
}

TEST(compare_rounded)
{
    static const struct {
        double here, printed;
        int places;
        enum doc_mark want;
    } row[] = {
        {4.0865, 4.09, 2, DOC_AGREES},
        {4.0849, 4.09, 2, DOC_DIFFERS},
        {4.625, 4.62, 2, DOC_AGREES}, /* the half goes either way */
        {4.625, 4.63, 2, DOC_AGREES},
        {61.2903, 61.2, 1, DOC_DIFFERS},
        {-0.23596, -0.23, 2, DOC_DIFFERS}, /* cut off, not rounded */
        {-0.23596, -0.24, 2, DOC_AGREES},
        {0.23596, -0.24, 2, DOC_DIFFERS}, /* a sign is no rounding */
        {35, 35, 0, DOC_AGREES},
        {34, 35, 0, DOC_DIFFERS},
        {NAN, 35, 0, DOC_CANNOT}, /* not in the records */
        {35, NAN, 0, DOC_CANNOT}, /* lost */
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_INT(
            compared("x", row[i].here, row[i].printed, row[i].places, COMPARE_ROUNDED)
                .mark,
            row[i].want);
}

/* p from R = 1000: sqrt(.01 .99 / 1000) = .003146, three of them .009439, and half a unit
** of the third decimal: within .009939. */
TEST(compare_monte_carlo_p)
{
    CHECK_NEAR(compared("p.bootstrap", 0.01, 0.01, 3, COMPARE_MONTE_CARLO).tolerance,
               0.0005 + 3 * 0.0031464265445104545, 1e-15);
    CHECK_INT(compared("p.bootstrap", 0.0199, 0.01, 3, COMPARE_MONTE_CARLO).mark,
              DOC_AGREES);
    CHECK_INT(compared("p.bootstrap", 0.0200, 0.01, 3, COMPARE_MONTE_CARLO).mark,
              DOC_DIFFERS);
}

/* The limit at 2.5 % of 1000 normal draws has the error sqrt(.025 .975 / 1000) /
** phi(1.96) = .004937 / .058445 = .08447 standard errors; our interval, 3.92 wide, says
** that a standard error is 1. */
TEST(compare_monte_carlo_limit)
{
    CHECK_NEAR(compared("lo", -1, -1, 2, COMPARE_MONTE_CARLO).tolerance,
               0.005 + 3 * 0.08447, 2e-5);
    CHECK_INT(compared("lo", -1, -0.75, 2, COMPARE_MONTE_CARLO).mark, DOC_AGREES);
    CHECK_INT(compared("lo", -1, -0.73, 2, COMPARE_MONTE_CARLO).mark, DOC_DIFFERS);
}

TEST(compare_floor)
{
    CHECK_INT(compared("p", 0.00001, 0.001, 3, COMPARE_FLOOR).mark, DOC_AGREES);
    CHECK_INT(compared("p", 0.0015, 0.001, 3, COMPARE_FLOOR).mark, DOC_AGREES);
    CHECK_INT(compared("p", 0.0016, 0.001, 3, COMPARE_FLOOR).mark, DOC_DIFFERS);
}
