#include "store/journal.h"
#include "store/statements.h"
#include <sodium.h>
#include <string.h>

static const char NO_ROW[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

/* The parts of a row that its hash covers, each behind its length (hash_of_all). */
static struct hash row_hash(const struct journal_entry *j, struct str cell,
                            struct str prev, struct arena tmp)
{
    const struct str part[] = {
        S("varde journal 1"),
        str_fmt(&tmp, "%" PRId64, j->seq),
        j->at,
        str_fmt(&tmp, "%" PRId64, j->actor),
        j->act,
        j->entity,
        str_fmt(&tmp, "%" PRId64, j->entity_id),
        cell,
        prev,
    };
    return hash_of_all(part, COUNT(part));
}

static struct hash cell_hash(struct str salt, struct str before, struct str after,
                             struct str why)
{
    const struct str part[] = {S("varde cell 1"), salt, before, after, why};
    return hash_of_all(part, COUNT(part));
}

static struct db_arg text_or_null(struct str s)
{
    return s.n ? T(s) : NIL;
}

int journal_add(struct db *db, struct journal_entry *in, struct arena tmp, struct err *e)
{
    if (!db_in_transaction(db))
        return err_set(e, E_DB, "a journal row needs the transaction of its change");
    struct str prev = {NO_ROW, 64};
    in->seq = 1;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_journal_last, NO_ARGS, e));
    if (db_next(&r)) {
        in->seq = db_i64(&r, 0) + 1;
        prev = db_str(&r, 1, &tmp);
    }
    TRY(db_end(&r, e));
    u8 raw[16];
    char salt_hex[33];
    if (sodium_init() < 0) return err_set(e, E_DB, "libsodium does not start");
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(salt_hex, sizeof salt_hex, raw, sizeof raw);
    struct str salt = str_of(salt_hex);
    struct hash cell = cell_hash(salt, in->before, in->after, in->why);
    in->hash = row_hash(in, str_of(cell.hex), prev, tmp);
    TRY(db_run(db, SQL_journal_put,
               ARGS(I(in->seq), T(in->at), in->actor ? I(in->actor) : NIL, T(in->act),
                    T(in->entity), I(in->entity_id), T(str_of(cell.hex)), T(prev),
                    T(str_of(in->hash.hex))),
               e));
    return db_run(db, SQL_journal_cell_put,
                  ARGS(I(in->seq), T(salt), text_or_null(in->before),
                       text_or_null(in->after), text_or_null(in->why)),
                  e);
}

/* A row as stored, with what the chain needs besides the entry. */
struct stored {
    struct journal_entry j;
    struct str cell, prev, hash, salt;
    bool has_cell;
};

static void read_row(struct rows *r, struct stored *s, struct arena *a)
{
    *s = (struct stored){
        .j = {.seq = db_i64(r, 0),
              .at = db_str(r, 1, a),
              .actor = db_i64(r, 2),
              .act = db_str(r, 3, a),
              .entity = db_str(r, 4, a),
              .entity_id = db_i64(r, 5),
              .before = db_str(r, 10, a),
              .after = db_str(r, 11, a),
              .why = db_str(r, 12, a),
              .erased = db_str(r, 13, a)},
        .cell = db_str(r, 6, a),
        .prev = db_str(r, 7, a),
        .hash = db_str(r, 8, a),
        .salt = db_str(r, 9, a),
    };
    s->has_cell = s->salt.n > 0 || s->j.erased.n > 0;
    memcpy(s->j.hash.hex, s->hash.at, (size_t)MIN(s->hash.n, 64));
}

static int entries(struct rows *r, struct journal_entries *out, struct arena *a,
                   struct err *e)
{
    while (db_next(r)) {
        struct stored s;
        read_row(r, &s, a);
        *PUSH(a, out) = s.j;
    }
    return db_end(r, e);
}

int journal_of(struct db *db, const char *entity, i64 entity_id,
               struct journal_entries *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct journal_entries){0};
    TRY(db_query(db, &r, SQL_journal_of, ARGS(T(str_of(entity)), I(entity_id)), e));
    return entries(&r, out, a, e);
}

int journal_of_person(struct db *db, i64 subject, struct journal_entries *out,
                      struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct journal_entries){0};
    TRY(db_query(db, &r, SQL_journal_of_person, ARGS(I(subject)), e));
    return entries(&r, out, a, e);
}

static int check_row(const struct stored *s, i64 want_seq, struct str prev,
                     struct arena tmp, struct err *e)
{
    if (s->j.seq != want_seq)
        return err_set(e, E_JOURNAL, "row %" PRId64 " is missing from the journal",
                       want_seq);
    if (!str_eq(s->prev, prev))
        return err_set(e, E_JOURNAL, "row %" PRId64 " does not follow the row before it",
                       s->j.seq);
    struct hash h = row_hash(&s->j, s->cell, s->prev, tmp);
    if (!str_is(s->hash, h.hex))
        return err_set(e, E_JOURNAL, "row %" PRId64 " was changed after it was written",
                       s->j.seq);
    if (!s->has_cell)
        return err_set(e, E_JOURNAL, "the content of row %" PRId64 " is missing",
                       s->j.seq);
    if (s->j.erased.n > 0) {
        if (s->j.before.n || s->j.after.n || s->j.why.n || s->salt.n)
            return err_set(e, E_JOURNAL, "row %" PRId64 " is marked erased and is not",
                           s->j.seq);
        return OK;
    }
    struct hash c = cell_hash(s->salt, s->j.before, s->j.after, s->j.why);
    if (!str_is(s->cell, c.hex))
        return err_set(e, E_JOURNAL, "the content of row %" PRId64 " was changed",
                       s->j.seq);
    return OK;
}

static int check_heads(struct db *db, struct arena tmp, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_journal_head_list, NO_ARGS, e));
    while (db_next(&r)) {
        struct arena a = tmp;
        i64 seq = db_i64(&r, 0);
        struct str hash = db_str(&r, 2, &a), key = db_str(&r, 3, &a),
                   sig = db_str(&r, 4, &a);
        u8 k[crypto_sign_PUBLICKEYBYTES], g[crypto_sign_BYTES];
        size_t nk = 0, ng = 0;
        bool fine =
            sodium_hex2bin(k, sizeof k, key.at, (size_t)key.n, NULL, &nk, NULL) == 0 &&
            sodium_hex2bin(g, sizeof g, sig.at, (size_t)sig.n, NULL, &ng, NULL) == 0 &&
            nk == sizeof k && ng == sizeof g &&
            crypto_sign_verify_detached(g, (const u8 *)hash.at,
                                        (unsigned long long)hash.n, k) == 0;
        if (!fine)
            return err_set(e, E_JOURNAL,
                           "the signature of the head at row %" PRId64 " does not hold",
                           seq);
        ROWS j = {0};
        TRY(db_query(db, &j, SQL_journal_from, ARGS(I(seq), I(1)), e));
        struct stored s = {0};
        if (db_next(&j)) read_row(&j, &s, &a);
        TRY(db_end(&j, e));
        if (s.j.seq != seq || !str_eq(s.hash, hash))
            return err_set(e, E_JOURNAL,
                           "the signed head at row %" PRId64 " is not in the chain", seq);
    }
    return db_end(&r, e);
}

int journal_verify(struct db *db, i64 *n, struct arena tmp, struct err *e)
{
    enum { AT_ONCE = 1000 };
    char prev[65];
    memcpy(prev, NO_ROW, 65);
    *n = 0;
    for (i64 got = AT_ONCE; got == AT_ONCE;) {
        ROWS r = {0};
        TRY(db_query(db, &r, SQL_journal_from, ARGS(I(*n + 1), I(AT_ONCE)), e));
        for (got = 0; db_next(&r); got++) {
            struct arena a = tmp;
            struct stored s;
            read_row(&r, &s, &a);
            TRY(check_row(&s, *n + 1, str_of(prev), a, e));
            memcpy(prev, s.hash.at, 64);
            ++*n;
        }
        TRY(db_end(&r, e));
    }
    if (sodium_init() < 0) return err_set(e, E_DB, "libsodium does not start");
    return check_heads(db, tmp, e);
}

int journal_erase(struct db *db, const char *entity, i64 entity_id, struct str at, i64 *n,
                  struct err *e)
{
    return db_run_count(db, SQL_journal_erase,
                        ARGS(T(str_of(entity)), I(entity_id), T(at)), n, e);
}

int journal_key_make(struct journal_key *out, struct err *e)
{
    u8 pk[crypto_sign_PUBLICKEYBYTES], sk[crypto_sign_SECRETKEYBYTES];
    if (sodium_init() < 0 || crypto_sign_keypair(pk, sk) != 0)
        return err_set(e, E_DB, "libsodium does not start");
    sodium_bin2hex(out->public_hex, sizeof out->public_hex, pk, sizeof pk);
    sodium_bin2hex(out->secret_hex, sizeof out->secret_hex, sk, sizeof sk);
    sodium_memzero(sk, sizeof sk);
    return OK;
}

int journal_sign(struct db *db, const struct journal_key *key, struct str at,
                 struct arena tmp, struct err *e)
{
    i64 seq = 0;
    struct str hash = {0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_journal_last, NO_ARGS, e));
    if (db_next(&r)) {
        seq = db_i64(&r, 0);
        hash = db_str(&r, 1, &tmp);
    }
    TRY(db_end(&r, e));
    if (seq == 0) return OK;
    u8 sk[crypto_sign_SECRETKEYBYTES], sig[crypto_sign_BYTES];
    size_t n = 0;
    if (sodium_init() < 0 ||
        sodium_hex2bin(sk, sizeof sk, key->secret_hex, 128, NULL, &n, NULL) != 0 ||
        n != sizeof sk)
        return err_set(e, E_DB, "the signing key is not readable");
    int rc = crypto_sign_detached(sig, NULL, (const u8 *)hash.at,
                                  (unsigned long long)hash.n, sk);
    sodium_memzero(sk, sizeof sk);
    if (rc != 0) return err_set(e, E_DB, "the head could not be signed");
    char sig_hex[2 * crypto_sign_BYTES + 1];
    sodium_bin2hex(sig_hex, sizeof sig_hex, sig, sizeof sig);
    return db_run(
        db, SQL_journal_head_put,
        ARGS(I(seq), T(at), T(hash), T(str_of(key->public_hex)), T(str_of(sig_hex))), e);
}
