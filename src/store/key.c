#define _GNU_SOURCE /* realpath, O_CLOEXEC */
#include "store/key.h"
#include "base/file.h"
#include "store/seal.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct key {
    u8 master[crypto_kdf_KEYBYTES];
};

static const char CONTEXT[] = "VardeKey"; /* crypto_kdf_CONTEXTBYTES */

/* The file: "varde key 1", 64 letters of key, 16 letters that a typing error breaks. */
enum { HEX = 2 * KEY_BYTES, SUM = 8, LONGEST = 200 };
static const char FIRST[] = "varde key 1\n";

static void check_sum(const u8 master[KEY_BYTES], char hex[2 * SUM + 1])
{
    u8 h[crypto_generichash_BYTES];
    crypto_generichash(h, sizeof h, master, KEY_BYTES, (const u8 *)FIRST,
                       sizeof FIRST - 1);
    sodium_bin2hex(hex, 2 * SUM + 1, h, SUM);
}

int key_make(const char *path, struct err *e)
{
    u8 master[KEY_BYTES];
    char hex[HEX + 1], sum[2 * SUM + 1], text[LONGEST];
    if (sodium_init() < 0) return err_set(e, E_KEY, "libsodium does not start");
    randombytes_buf(master, sizeof master);
    sodium_bin2hex(hex, sizeof hex, master, sizeof master);
    check_sum(master, sum);
    struct buf b = {.at = text, .cap = sizeof text};
    buf_fmt(&b, "%s%s\n%s\n", FIRST, hex, sum);
    struct seal_file f = {.fd = -1};
    int code = seal_file_begin(&f, path, e);
    if (code == OK) code = seal_file_write(&f, buf_str(&b), e);
    if (code == OK) code = seal_file_end(&f, e);
    seal_file_drop(&f);
    sodium_memzero(master, sizeof master);
    sodium_memzero(hex, sizeof hex);
    sodium_memzero(text, sizeof text);
    return code;
}

/* Does `path`, as the disk knows it, lie below `folder`? */
static bool below(const char *path, const char *folder)
{
    char *p = realpath(path, NULL), *f = realpath(folder, NULL);
    size_t n = f ? strlen(f) : 0;
    bool in = p && f && strncmp(p, f, n) == 0 && (p[n] == '/' || n == 1);
    free(p);
    free(f);
    return in;
}

static int check_place(int fd, const char *path, const char *folder, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return err_set(e, E_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode)) return err_set(e, E_KEY, "%s: is no ordinary file", path);
    if (st.st_mode & 077)
        return err_set(e, E_KEY,
                       "%s: others may read or write the key (mode %03o): run "
                       "chmod 600 on it, and think of the key as known if they did",
                       path, (unsigned)st.st_mode & 0777);
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return err_set(e, E_KEY, "%s: belongs to another user", path);
    if (folder && below(path, folder))
        return err_set(e, E_KEY,
                       "%s: lies in the data folder, so each copy of the data would hold "
                       "its own key: move it elsewhere",
                       path);
    return OK;
}

static int parse(struct str text, u8 master[KEY_BYTES])
{
    char sum[2 * SUM + 1];
    size_t n = 0;
    struct str line;
    if (!str_starts(text, S("varde key 1\n"))) return -1;
    text = str_from(text, (isize)sizeof FIRST - 1);
    if (!str_cut(&text, '\n', &line) || line.n != HEX ||
        sodium_hex2bin(master, KEY_BYTES, line.at, HEX, NULL, &n, NULL) != 0 ||
        n != KEY_BYTES)
        return -1;
    check_sum(master, sum);
    return str_cut(&text, '\n', &line) && str_is(line, sum) && text.n == 0 ? 0 : -1;
}

int key_open(const char *path, const char *folder, struct key **out, struct err *e)
{
    *out = NULL;
    if (sodium_init() < 0) return err_set(e, E_KEY, "libsodium does not start");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(e, errno == ENOENT ? E_NO_FILE : E_IO,
                       "%s: the key file cannot be opened: %s", path, strerror(errno));
    char text[LONGEST];
    int code = check_place(fd, path, folder, e);
    ssize_t n = code == OK ? read(fd, text, sizeof text) : 0;
    close(fd);
    if (code != OK) return code;
    struct key *k = sodium_malloc(sizeof *k);
    if (!k) return err_set(e, E_NO_MEMORY, "no memory for the key");
    bool fine = n > 0 && parse((struct str){text, n}, k->master) == 0;
    sodium_memzero(text, sizeof text);
    if (!fine) {
        sodium_free(k);
        return err_set(e, E_KEY, "%s: is no key file, or a letter of it is wrong", path);
    }
    sodium_mprotect_readonly(k);
    *out = k;
    return OK;
}

void key_close(struct key *k)
{
    sodium_free(k); /* wipes */
}

void key_of(const struct key *k, enum key_use use, u8 out[KEY_BYTES])
{
    crypto_kdf_derive_from_key(out, KEY_BYTES, (uint64_t)use, CONTEXT, k->master);
}

struct key_name key_mark(const struct key *k)
{
    u8 mark[KEY_BYTES];
    struct key_name name;
    key_of(k, KEY_MARK, mark);
    sodium_bin2hex(name.hex, sizeof name.hex, mark, 8);
    return name;
}

void key_journal(const struct key *k, struct journal_key *out)
{
    u8 seed[KEY_BYTES], pk[crypto_sign_PUBLICKEYBYTES], sk[crypto_sign_SECRETKEYBYTES];
    key_of(k, KEY_JOURNAL, seed);
    crypto_sign_seed_keypair(pk, sk, seed);
    sodium_bin2hex(out->public_hex, sizeof out->public_hex, pk, sizeof pk);
    sodium_bin2hex(out->secret_hex, sizeof out->secret_hex, sk, sizeof sk);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(sk, sizeof sk);
}
