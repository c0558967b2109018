/* The algorithm itself, not through libcrypto's table of providers: looking it up there costs more
** than hashing a line does. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hash.h"
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>

static struct hash hex_of(const u8 *raw)
{
    static const char letter[] = "0123456789abcdef";
    struct hash h = {0};
    for (int i = 0; i < 32; i++) {
        h.hex[2 * i] = letter[raw[i] >> 4];
        h.hex[2 * i + 1] = letter[raw[i] & 15];
    }
    return h;
}

/* It cannot fail; if it says so all the same, no result could be trusted, so the program ends. */
static void must(int fine)
{
    if (fine == 1) return;
    fprintf(stderr, "varde: SHA-256 is not available in libcrypto\n");
    abort();
}

static struct hash end(SHA256_CTX *c)
{
    u8 raw[32];
    must(SHA256_Final(raw, c));
    return hex_of(raw);
}

struct hash hash_of(struct str s)
{
    SHA256_CTX c;
    must(SHA256_Init(&c));
    must(SHA256_Update(&c, s.n ? s.at : "", (size_t)s.n));
    return end(&c);
}

struct hash hash_of_all(const struct str *s, isize n)
{
    SHA256_CTX c;
    must(SHA256_Init(&c));
    for (isize i = 0; i < n; i++) {
        u8 len[8];
        for (int k = 0; k < 8; k++) len[k] = (u8)((u64)s[i].n >> (56 - 8 * k));
        must(SHA256_Update(&c, len, sizeof len));
        must(SHA256_Update(&c, s[i].n ? s[i].at : "", (size_t)s[i].n));
    }
    return end(&c);
}
