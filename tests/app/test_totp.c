#include "app/totp.h"
#include "test.h"

/* RFC 6238 appendix B, with the keys of its erratum 2866. */
TEST(totp_rfc6238)
{
    static const char digits[] =
        "1234567890123456789012345678901234567890123456789012345678901234";
    static const struct {
        i64 t;
        const char *code[3];
    } row[] = {
        {59, {"94287082", "46119246", "90693936"}},
        {1111111109, {"07081804", "68084774", "25091201"}},
        {1111111111, {"14050471", "67062674", "99943326"}},
        {1234567890, {"89005924", "91819424", "93441116"}},
        {2000000000, {"69279037", "90698825", "38618901"}},
        {20000000000, {"65353130", "77737706", "47863826"}},
    };
    static const int key[] = {20, 32, 64};
    for (isize i = 0; i < COUNT(row); i++)
        for (int h = 0; h < 3; h++) {
            char got[9];
            totp_code((struct str){digits, key[h]}, row[i].t / 30, (enum totp_hash)h, 8,
                      got);
            CHECK_STR(str_of(got), row[i].code[h]);
        }
}

/* RFC 4226 appendix D. */
TEST(totp_rfc4226)
{
    static const char *const want[] = {"755224", "287082", "359152", "969429", "338314",
                                       "254676", "287922", "162583", "399871", "520489"};
    for (isize i = 0; i < COUNT(want); i++) {
        char got[9];
        totp_code(S("12345678901234567890"), i, TOTP_SHA1, 6, got);
        CHECK_STR(str_of(got), want[i]);
    }
}

/* RFC 4648 section 10, without padding. */
TEST(totp_base32_rfc4648)
{
    static const char *const row[][2] = {
        {"", ""},
        {"f", "MY"},
        {"fo", "MZXQ"},
        {"foo", "MZXW6"},
        {"foob", "MZXW6YQ"},
        {"fooba", "MZXW6YTB"},
        {"foobar", "MZXW6YTBOI"},
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_STR(totp_base32(str_of(row[i][0]), &tmp), row[i][1]);
    CHECK_STR(totp_uri(S("foobar"), S("kari@north"), &tmp),
              "otpauth://totp/Varde:kari%40north?secret=MZXW6YTBOI&issuer=Varde");
}

/* Steps 0..9 of RFC 4226: one step of drift, nothing twice, nothing else. */
TEST(totp_window_and_replay)
{
    struct str key = S("12345678901234567890");
    i64 step = -1;
    instant in_5 = (instant)(5 * 30 + 29) * SECOND;
    CHECK(totp_is(key, S("254676"), in_5, 0, &step)); /* step 5 */
    CHECK_INT(step, 5);
    CHECK(totp_is(key, S("338314"), in_5, 0, &step)); /* 4: a slow hand */
    CHECK_INT(step, 4);
    CHECK(totp_is(key, S("287 922"), in_5, 0, &step)); /* 6: a fast clock */
    CHECK_INT(step, 6);
    CHECK(!totp_is(key, S("969429"), in_5, 0, &step)); /* 3 */
    CHECK(!totp_is(key, S("162583"), in_5, 0, &step)); /* 7 */
    CHECK(!totp_is(key, S("254676"), in_5, 5, &step)); /* again */
    CHECK(!totp_is(key, S("338314"), in_5, 5, &step)); /* before the last one */
    CHECK(totp_is(key, S("287922"), in_5, 5, &step));
    CHECK(!totp_is(key, S(""), in_5, 0, &step));
    CHECK(!totp_is(key, S("25467"), in_5, 0, &step));
    CHECK(!totp_is(key, S("2546760"), in_5, 0, &step));
    CHECK(!totp_is(key, S("25467x"), in_5, 0, &step));
}
