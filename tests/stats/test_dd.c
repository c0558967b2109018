#include "stats/dd.h"
#include "test.h"

/* Values of 60 digits by Python's mpmath: mp.exp(mp.mpf("0.1")) as hi = float(v),
** lo = float(v - hi). The argument is the decimal itself. */
TEST(dd_functions_known)
{
    static const struct {
        struct dd (*f)(struct dd);
        const char *x;
        double hi, lo;
    } row[] = {
        {dd_exp, "0.1", 1.1051709180756477, -8.763017013024472e-17},
        {dd_exp, "-37.25", 6.6455441729150706e-17, -5.8917842672650314e-34},
        {dd_exp, "1e-9", 1.0000000010000001, -8.2240370998923706e-17},
        {dd_exp, "300.3", 2.6220013776845159e+130, -3.6372539522985248e+113},
        {dd_log, "0.1", -2.3025850929940459, 2.1707562233822494e-16},
        {dd_log, "1.0000001", 9.9999995000000335e-08, -1.3460588444676388e-24},
        {dd_log, "123456.789", 11.723646487185881, -4.4514509112698132e-16},
        {dd_log, "1e-30", -69.077552789821368, -2.3695155268545038e-15},
        {dd_sin, "0.1", 0.099833416646828155, -2.4433675401530749e-18},
        {dd_sin, "3.1", 0.041580662433290581, -2.1754283879250289e-18},
        {dd_sin, "-1000.5", -0.99527395710521349, -5.1293231726011145e-17},
        {dd_sin, "1e-8", 1e-08, -3.7589227496795141e-25},
        {dd_cos, "0.1", 0.99500416527802582, -5.4466828902896175e-17},
        {dd_cos, "1.57", 0.00079632671073332547, 1.5504335643540475e-20},
        {dd_cos, "-1000.5", 0.09710690144438526, 3.9534046844460945e-18},
        {dd_atan, "0.1", 0.099668652491162024, 3.1911138842084198e-18},
        {dd_atan, "5", 1.3734007669450159, -3.3077103557695165e-17},
        {dd_atan, "-1000.5", -1.5697968268778553, 7.6778411808859944e-17},
        {dd_sqrt, "2", 1.4142135623730951, -9.6672933134529135e-17},
        {dd_sqrt, "0.1", 0.31622776601683794, -7.9765867244650373e-18},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct dd x;
        struct err e;
        CHECK_CODE(dd_read(str_of(row[i].x), false, &x, &e), OK, e);
        struct dd y = row[i].f(x), off = dd_sub(y, (struct dd){row[i].hi, row[i].lo});
        CHECK_NEAR(dd_out(off), 0, 2e-30 * fmax(fabs(row[i].hi), 1e-2));
    }
}

/* 0.1 = hi + lo with lo = 0.1 - fl(0.1) = -5.551115123125783e-18: the double of 0.1 is
** 0.1000000000000000055511151231257827... */
TEST(dd_read_keeps_the_decimal)
{
    struct dd x;
    struct err e;
    CHECK_CODE(dd_read(S("0.1"), false, &x, &e), OK, e);
    CHECK_NEAR(x.hi, 0.1, 0);
    CHECK_REL(x.lo, -5.5511151231257827e-18, 1e-15);
    CHECK_CODE(dd_read(S("-92.9000E0"), false, &x, &e), OK, e);
    CHECK_NEAR(x.hi, -92.9, 0);
    CHECK_CODE(dd_read(S("1000000000000.4"), false, &x, &e), OK, e);
    /* doubles stand 2^-13 apart there; the nearest is 3277 of them, .4000244140625 */
    CHECK_REL(x.lo, -2.44140625e-05, 1e-14);
    CHECK_CODE(dd_read(S("12"), false, &x, &e), OK, e);
    CHECK_NEAR(x.lo, 0, 0);
    CHECK_CODE(dd_read(S("1,5"), true, &x, &e), OK, e);
    CHECK_NEAR(x.hi, 1.5, 0);
    CHECK_CODE(dd_read(S("1,5"), false, &x, &e), E_NUMBER, e);
    CHECK_CODE(dd_read(S("1e-300"), false, &x, &e), OK, e);
    CHECK_NEAR(x.hi, 1e-300, 0);
    CHECK_CODE(dd_read(S("00000000000000000000000000000000000001.25"), false, &x, &e), OK,
               e);
    CHECK_NEAR(x.hi, 1.25, 0);
    CHECK_CODE(dd_read(S("123456789012345678901234567890123456789"), false, &x, &e), OK,
               e);
    CHECK_NEAR(x.hi, 123456789012345678901234567890123456789.0, 0);
}

/* (1 + 2^-60)^2 - 1 - 2^-59 = 2^-120: gone in double, kept here. */
TEST(dd_keeps_small_parts)
{
    struct dd x = dd_add(dd_of(1), dd_of(ldexp(1, -60)));
    struct dd d = dd_sub(dd_sub(dd_mul(x, x), dd_of(1)), dd_of(ldexp(1, -59)));
    CHECK_NEAR(dd_out(d), 0, ldexp(1, -104));
    struct dd third = dd_div(dd_of(1), dd_of(3));
    CHECK_NEAR(dd_out(dd_sub(dd_mul(third, dd_of(3)), dd_of(1))), 0, 1e-31);
}
