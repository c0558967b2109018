#include "store/erasure.h"
#include "base/file.h"
#include "store/statements.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* --- marks -------------------------------------------------------------------- */

static struct hash mark_of(struct rows *r, struct arena tmp)
{
    const struct str part[] = {
        S("varde person 1"), str_fmt(&tmp, "%" PRId64, db_i64(r, 0)),
        str_fmt(&tmp, "%" PRId64, db_i64(r, 1)), db_str(r, 2, &tmp)};
    return hash_of_all(part, COUNT(part));
}

int erasure_mark(struct db *db, i64 subject, struct hash *out, struct err *e)
{
    char room[512];
    struct arena tmp = {.at = room, .end = room + sizeof room, .base = room};
    bool found = false;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_erasure_origin, ARGS(I(subject)), e));
    if (db_next(&r)) {
        *out = mark_of(&r, tmp);
        found = true;
    }
    TRY(db_end(&r, e));
    return found ? OK
                 : err_set(e, E_NOT_FOUND, "there is no participant %" PRId64, subject);
}

int erasure_people(struct db *db, i64 after, i64 limit, struct erasure_people *out,
                   struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct erasure_people){0};
    TRY(db_query(db, &r, SQL_erasure_origins, ARGS(I(after), I(limit)), e));
    while (db_next(&r)) {
        struct erasure_person *p = PUSH(a, out);
        *p = (struct erasure_person){db_i64(&r, 0), mark_of(&r, *a)};
    }
    return db_end(&r, e);
}

/* --- rows ----------------------------------------------------------------------- */

static struct hash chained(struct str prev, i64 seq, const struct erasure *one,
                           struct arena tmp)
{
    const struct str part[] = {S("varde erasure 1"),
                               str_fmt(&tmp, "%" PRId64, seq),
                               one->mark,
                               one->whole ? S("all") : S("name"),
                               one->at,
                               prev};
    return hash_of_all(part, COUNT(part));
}

int erasure_add(struct db *db, const struct erasure *one, struct arena tmp, struct err *e)
{
    i64 n = 0, seq = 1;
    struct str prev = S("");
    TRY(db_one(db, &n, SQL_erasure_has, ARGS(T(one->mark), I(one->whole)), e));
    if (n > 0) return OK;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_erasure_last, NO_ARGS, e));
    if (db_next(&r)) {
        seq = db_i64(&r, 0) + 1;
        prev = db_str(&r, 1, &tmp);
    }
    TRY(db_end(&r, e));
    struct hash h = chained(prev, seq, one, tmp);
    return db_run(db, SQL_erasure_put,
                  ARGS(I(seq), T(one->mark), I(one->whole), T(one->at), T(str_of(h.hex))),
                  e);
}

int erasure_all(struct db *db, struct erasures *out, struct arena *a, struct err *e)
{
    struct str prev = S("");
    ROWS r = {0};
    *out = (struct erasures){0};
    TRY(db_query(db, &r, SQL_erasure_list, NO_ARGS, e));
    while (db_next(&r)) {
        struct erasure *one = PUSH(a, out);
        *one = (struct erasure){db_str(&r, 0, a), db_i64(&r, 1) != 0, db_str(&r, 2, a)};
        struct str hash = db_str(&r, 3, a);
        struct hash want = chained(prev, out->n, one, *a);
        if (!str_is(hash, want.hex))
            return err_set(e, E_JOURNAL,
                           "row %td of the list of erasures was changed, or one before "
                           "it is missing",
                           out->n);
        prev = hash;
    }
    return db_end(&r, e);
}

int erasure_gather(struct db *db, struct arena tmp, struct err *e)
{
    struct told {
        i64 subject;
        struct str at, after;
    };
    struct tolds LIST(struct told) all = {0};
    i64 before = 0;
    {
        ROWS r = {0};
        TRY(db_query(db, &r, SQL_meta_get, ARGS(T(S("erasures"))), e));
        before = db_next(&r);
        TRY(db_end(&r, e));
    }
    if (before) return OK;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_erasure_done, NO_ARGS, e));
    while (db_next(&r))
        *PUSH(&tmp, &all) =
            (struct told){db_i64(&r, 0), db_str(&r, 1, &tmp), db_str(&r, 2, &tmp)};
    TRY(db_end(&r, e));
    for (isize i = 0; i < all.n; i++) {
        const struct told *t = &all.at[i];
        struct hash mark;
        TRY(erasure_mark(db, t->subject, &mark, e));
        /* A cell that was emptied is that of a name, before all was erased. */
        struct erasure one = {str_of(mark.hex), str_find_str(t->after, S("true")) >= 0,
                              t->at};
        TRY(erasure_add(db, &one, tmp, e));
    }
    return db_run(db, SQL_meta_put, ARGS(T(S("erasures")), T(S("1"))), e);
}

bool erasure_known(const struct erasures *all, const struct erasure *one)
{
    for (isize i = 0; i < all->n; i++)
        if (all->at[i].whole >= one->whole && str_eq(all->at[i].mark, one->mark))
            return true;
    return false;
}

void erasure_join(struct erasures *all, const struct erasures *more, struct arena *a)
{
    for (isize i = 0; i < more->n; i++)
        if (!erasure_known(all, &more->at[i])) {
            struct erasure *one = PUSH(a, all);
            *one = (struct erasure){str_dup(more->at[i].mark, a), more->at[i].whole,
                                    str_dup(more->at[i].at, a)};
        }
}

/* --- files -------------------------------------------------------------------------
**     varde erasures 1 <name of the key>
**     store <id>
**     <instant> all|name <mark> <hash of the chain>      a line each
**     as of <instant>
**     signed <signature of all above> */

static struct str head_line(const struct key *k, struct arena *a)
{
    return str_fmt(a, "varde erasures 1 %s\n", key_mark(k).hex);
}

static int signature(const struct key *k, struct str s,
                     char hex[2 * crypto_sign_BYTES + 1], struct err *e)
{
    struct journal_key pair;
    u8 sk[crypto_sign_SECRETKEYBYTES], sig[crypto_sign_BYTES];
    size_t n = 0;
    key_journal(k, &pair);
    bool fine =
        sodium_hex2bin(sk, sizeof sk, pair.secret_hex, 128, NULL, &n, NULL) == 0 &&
        crypto_sign_detached(sig, NULL, (const u8 *)s.at, (unsigned long long)s.n, sk) ==
            0;
    sodium_memzero(sk, sizeof sk);
    sodium_memzero(&pair, sizeof pair);
    if (!fine) return err_set(e, E_KEY, "the list of erasures could not be signed");
    sodium_bin2hex(hex, 2 * crypto_sign_BYTES + 1, sig, sizeof sig);
    return OK;
}

int erasure_write(const char *path, const struct key *k, const struct erasure_list *in,
                  struct arena tmp, struct err *e)
{
    char hex[2 * crypto_sign_BYTES + 1];
    struct arena scratch = arena_reserve((isize)1 << 20);
    if (!scratch.base) return err_set(e, E_NO_MEMORY, "no memory for a list");
    struct buf b = buf_in(&tmp, 4096);
    struct hash last = {{0}};
    buf_put(&b, head_line(k, &scratch));
    buf_fmt(&b, "store %.*s\n", FMT(in->store));
    for (isize i = 0; i < in->all.n; i++) {
        const struct erasure *one = &in->all.at[i];
        last = chained(str_of(last.hex), i + 1, one, scratch);
        buf_fmt(&b, "%.*s %s %.*s %s\n", FMT(one->at), one->whole ? "all" : "name",
                FMT(one->mark), last.hex);
    }
    buf_fmt(&b, "as of %.*s\n", FMT(in->as_of));
    arena_release(&scratch);
    TRY(signature(k, buf_str(&b), hex, e));
    buf_fmt(&b, "signed %s\n", hex);
    return file_replace(path, buf_str(&b), e);
}

static bool is_mark(struct str s)
{
    return s.n == 64 && strspn(s.at, "0123456789abcdef") >= 64;
}

static bool read_line(struct str line, struct erasure *out, struct str *hash)
{
    struct str what;
    *out = (struct erasure){0};
    if (!str_cut(&line, ' ', &out->at) || !str_cut(&line, ' ', &what) ||
        !str_cut(&line, ' ', &out->mark) || !str_cut(&line, ' ', hash))
        return false;
    out->whole = str_is(what, "all");
    return line.n == 0 && is_mark(out->mark) && (out->whole || str_is(what, "name"));
}

static bool after(struct str *line, const char *word)
{
    if (!str_starts(*line, str_of(word))) return false;
    *line = str_from(*line, (isize)strlen(word));
    return true;
}

int erasure_read(const char *path, const struct key *k, struct erasure_list *out,
                 struct arena *a, struct err *e)
{
    char hex[2 * crypto_sign_BYTES + 1];
    struct str text, line, head = head_line(k, a);
    struct hash last = {{0}};
    const char *wrong = "";
    *out = (struct erasure_list){0};
    TRY(file_read(path, FILE_LIMIT, &text, a, e));
    if (!str_starts(text, head))
        return err_set(e, E_SEAL, "%s: is no list of erasures of this key file", path);
    struct str rest = str_from(text, head.n), body = text;
    bool ended = false, good = true;
    for (isize n = 0; good && !ended && str_cut(&rest, '\n', &line); n++) {
        struct erasure one;
        struct str hash;
        if (n == 0) {
            good = after(&line, "store ");
            out->store = line;
        } else if (after(&line, "as of ")) {
            out->as_of = line;
            body = str_upto(text, rest.at - text.at);
        } else if (after(&line, "signed ")) {
            TRY(signature(k, body, hex, e));
            good = out->as_of.n > 0 && str_is(line, hex) && rest.n == 0;
            ended = true;
            wrong = "its signature does not hold: it was changed";
        } else {
            good = out->as_of.n == 0 && read_line(line, &one, &hash);
            if (good) {
                last = chained(str_of(last.hex), out->all.n + 1, &one, *a);
                good = str_is(hash, last.hex);
                *PUSH(a, &out->all) = one;
            }
            wrong = "a line does not follow the one before it";
        }
    }
    if (good && ended) return OK;
    if (good) wrong = "its end is missing";
    return err_set(e, E_SEAL, "%s: the list of erasures cannot be used: %s", path, wrong);
}
