#include "app/totp.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEP_MS = 30 * SECOND, DRIFT = 1 };

void totp_code(struct str key, i64 step, enum totp_hash hash, int digits, char out[9])
{
    static const u32 ten_to[] = {1000000, 10000000, 100000000};
    const EVP_MD *md = hash == TOTP_SHA1     ? EVP_sha1()
                       : hash == TOTP_SHA256 ? EVP_sha256()
                                             : EVP_sha512();
    u8 counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    for (int i = 0; i < 8; i++) counter[i] = (u8)((u64)step >> (56 - 8 * i));
    if (!HMAC(md, key.at, (int)key.n, counter, sizeof counter, mac, &n)) {
        fprintf(stderr, "varde: HMAC is not available in libcrypto\n");
        abort();
    }
    /* RFC 4226 5.3: four bytes from where the last half-byte points, without the sign. */
    const u8 *p = mac + (mac[n - 1] & 15);
    u32 code = ((u32)(p[0] & 0x7F) << 24) | ((u32)p[1] << 16) | ((u32)p[2] << 8) | p[3];
    digits = MIN(MAX(digits, 6), 8);
    code %= ten_to[digits - 6];
    out[digits] = 0;
    for (int i = digits; i-- > 0; code /= 10) out[i] = (char)('0' + code % 10);
}

bool totp_is(struct str key, struct str typed, instant now, i64 last, i64 *step)
{
    char digit[TOTP_DIGITS] = {0}, want[9];
    isize n = 0;
    for (isize i = 0; i < typed.n; i++) {
        char c = typed.at[i];
        if (c == ' ') continue;
        if (c < '0' || c > '9' || n == TOTP_DIGITS) return false;
        digit[n++] = c;
    }
    bool found = false;
    for (i64 s = now / STEP_MS - DRIFT; s <= now / STEP_MS + DRIFT; s++) {
        totp_code(key, s, TOTP_SHA1, TOTP_DIGITS, want);
        bool same = sodium_memcmp(want, digit, TOTP_DIGITS) == 0;
        if (same && s > last && !found) {
            found = true;
            *step = s;
        }
    }
    sodium_memzero(want, sizeof want);
    return found && n == TOTP_DIGITS;
}

struct str totp_base32(struct str bytes, struct arena *a)
{
    static const char letter[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct buf b = buf_in(a, bytes.n * 8 / 5 + 2);
    u32 bits = 0;
    int held = 0;
    for (isize i = 0; i < bytes.n; i++) {
        bits = (bits << 8) | (u8)bytes.at[i];
        held += 8;
        for (; held >= 5; held -= 5) buf_putc(&b, letter[bits >> (held - 5) & 31]);
    }
    if (held > 0) buf_putc(&b, letter[bits << (5 - held) & 31]);
    return buf_str(&b);
}

struct str totp_uri(struct str key, struct str login, struct arena *a)
{
    struct str secret = totp_base32(key, a);
    /* a login name has only letters that stand for themselves, but for @ */
    struct buf b = buf_in(a, 200);
    for (isize i = 0; i < login.n; i++)
        if (login.at[i] == '@')
            buf_put(&b, S("%40"));
        else
            buf_putc(&b, login.at[i]);
    return str_fmt(a, "otpauth://totp/Varde:%.*s?secret=%.*s&issuer=Varde",
                   FMT(buf_str(&b)), FMT(secret));
}
