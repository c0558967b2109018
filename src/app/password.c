#define _GNU_SOURCE /* clock_gettime, pthread_condattr_setclock */
#include "app/password.h"
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct hasher {
    pthread_mutex_t lock;
    pthread_cond_t free_place;
    int at_once, running, most, waiting;
};

int hasher_open(int at_once, struct hasher **out, struct err *e)
{
    *out = NULL;
    if (sodium_init() < 0) return err_set(e, E_UNSUPPORTED, "libsodium does not start");
    struct hasher *h = calloc(1, sizeof *h);
    if (!h) return err_set(e, E_NO_MEMORY, "no memory for the hasher");
    h->at_once = MAX(at_once, 1);
    pthread_mutex_init(&h->lock, NULL);
    pthread_condattr_t steady; /* setting the machine's clock changes no wait */
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&h->free_place, &steady);
    pthread_condattr_destroy(&steady);
    *out = h;
    return OK;
}

void hasher_close(struct hasher *h)
{
    if (!h) return;
    pthread_cond_destroy(&h->free_place);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

int hasher_enter(struct hasher *h, i64 wait_ms, struct err *e)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(wait_ms / 1000);
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&h->lock);
    int late = h->waiting >= HASHER_QUEUE;
    h->waiting++;
    while (h->running == h->at_once && !late)
        late = pthread_cond_timedwait(&h->free_place, &h->lock, &until);
    h->waiting--;
    bool in = h->running < h->at_once;
    if (in) h->running++;
    h->most = MAX(h->most, h->running);
    pthread_mutex_unlock(&h->lock);
    if (in) return OK;
    return err_say(e, E_BUSY, "REFUSED_LOGIN_BUSY");
}

void hasher_leave(struct hasher *h)
{
    pthread_mutex_lock(&h->lock);
    h->running--;
    pthread_cond_signal(&h->free_place);
    pthread_mutex_unlock(&h->lock);
}

int hasher_most(struct hasher *h)
{
    pthread_mutex_lock(&h->lock);
    int most = h->most;
    pthread_mutex_unlock(&h->lock);
    return most;
}

int hasher_waiting(struct hasher *h)
{
    pthread_mutex_lock(&h->lock);
    int waiting = h->waiting;
    pthread_mutex_unlock(&h->lock);
    return waiting;
}

int password_hash(struct hasher *h, const struct password_cost *c, struct str password,
                  char phc[PASSWORD_PHC], struct err *e)
{
    _Static_assert(PASSWORD_PHC == crypto_pwhash_STRBYTES, "libsodium's own size");
    TRY(hasher_enter(h, c->wait_ms, e));
    int rc = crypto_pwhash_str(
        phc, password.n ? password.at : "", (unsigned long long)password.n,
        (unsigned long long)c->passes, (size_t)c->memory_kib * 1024);
    hasher_leave(h);
    if (rc == 0) return OK;
    return err_set(e, E_NO_MEMORY, "no memory to hash a password (%" PRId64 " KiB)",
                   c->memory_kib);
}

int password_is(struct hasher *h, const struct password_cost *c, struct str phc,
                struct str password, bool *fine, bool *weak, struct err *e)
{
    char stored[PASSWORD_PHC] = {0};
    *fine = false;
    if (weak) *weak = false;
    if (phc.n == 0 || phc.n >= PASSWORD_PHC) {
        TRY(password_hash(h, c, password, stored, e));
        sodium_memzero(stored, sizeof stored);
        return OK;
    }
    memcpy(stored, phc.at, (size_t)phc.n);
    TRY(hasher_enter(h, c->wait_ms, e));
    *fine = crypto_pwhash_str_verify(stored, password.n ? password.at : "",
                                     (unsigned long long)password.n) == 0;
    hasher_leave(h);
    if (weak)
        *weak = crypto_pwhash_str_needs_rehash(stored, (unsigned long long)c->passes,
                                               (size_t)c->memory_kib * 1024) != 0;
    return OK;
}

/* --- rules ------------------------------------------------------------------ */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(struct str s, struct str t) /* t in small letters */
{
    bool eq = s.n == t.n;
    for (isize i = 0; eq && i < s.n; i++) eq = small(s.at[i]) == t.at[i];
    return eq;
}

static bool repeats(struct str s, isize period)
{
    isize i = period;
    while (i < s.n && small(s.at[i]) == small(s.at[i - period])) i++;
    return i == s.n;
}

int password_rules(struct str password, struct str login, struct err *e)
{
    enum { LEAST = 12, MOST = 256, PATTERN = 4, BESIDE = 6 };
    static const char *const worst[] = {
#define WORST(text) text,
#include "app/password_worst.def"
#undef WORST
    };
    isize letters = 0;
    for (isize i = 0; i < password.n; i++) letters += (password.at[i] & 0xC0) != 0x80;
    if (!str_utf8_ok(password) || letters < LEAST || letters > MOST)
        return err_say_of(e, E_PASSWORD, "REFUSED_PASSWORD_LENGTH",
                          SAID(SAY_INT(LEAST), SAY_INT(MOST)));
    for (isize i = 0; i < COUNT(worst); i++)
        if (same(password, str_of(worst[i])))
            return err_say(e, E_PASSWORD, "REFUSED_PASSWORD_COMMON");
    for (isize p = 1; p <= PATTERN; p++)
        if (repeats(password, p))
            return err_say(e, E_PASSWORD, "REFUSED_PASSWORD_PATTERN");
    for (isize at = 0; login.n && at + login.n <= password.n; at++)
        if (same((struct str){password.at + at, login.n}, login) &&
            password.n - login.n < BESIDE)
            return err_say(e, E_PASSWORD, "REFUSED_PASSWORD_NAME");
    return OK;
}
