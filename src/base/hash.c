#include "base/hash.h"
#include <openssl/evp.h>
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

/* libcrypto's SHA-256 fails only without memory or without its built-in provider: then no
** result could be trusted, so the program ends. */
static void must(int fine)
{
    if (fine == 1) return;
    fprintf(stderr, "varde: SHA-256 is not available in libcrypto\n");
    abort();
}

struct hash hash_of(struct str s)
{
    u8 raw[32];
    must(EVP_Digest(s.n ? s.at : "", (size_t)s.n, raw, NULL, EVP_sha256(), NULL));
    return hex_of(raw);
}

struct hash hash_of_all(const struct str *s, isize n)
{
    u8 raw[32];
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    must(c && EVP_DigestInit_ex(c, EVP_sha256(), NULL));
    for (isize i = 0; i < n; i++) {
        u8 len[8];
        for (int k = 0; k < 8; k++) len[k] = (u8)((u64)s[i].n >> (56 - 8 * k));
        must(EVP_DigestUpdate(c, len, sizeof len));
        must(EVP_DigestUpdate(c, s[i].n ? s[i].at : "", (size_t)s[i].n));
    }
    must(EVP_DigestFinal_ex(c, raw, NULL));
    EVP_MD_CTX_free(c);
    return hex_of(raw);
}
