#include "app/password.h"
#include "base/par.h"
#include "test.h"
#include <pthread.h>
#include <sched.h>

static const struct password_cost SMALL = {
    .memory_kib = 8, .passes = 1, .wait_ms = 60000};

static struct hasher *hasher(int at_once)
{
    struct hasher *h = NULL;
    struct err e = {0};
    CHECK_CODE(hasher_open(at_once, &h, &e), OK, e);
    return h;
}

TEST(password_is_itself)
{
    struct hasher *h = hasher(1);
    struct err e = {0};
    char phc[PASSWORD_PHC], again[PASSWORD_PHC];
    struct password_cost more = SMALL;
    more.passes = 2;
    bool fine = false, weak = true;
    CHECK_CODE(password_hash(h, &SMALL, S("a quiet morning"), phc, &e), OK, e);
    CHECK_CODE(password_hash(h, &SMALL, S("a quiet morning"), again, &e), OK, e);
    CHECK(str_starts(str_of(phc), S("$argon2id$v=19$m=8,t=1,p=1$")));
    CHECK(!str_is(str_of(phc), again)); /* salted */
    CHECK_CODE(
        password_is(h, &SMALL, str_of(phc), S("a quiet morning"), &fine, &weak, &e), OK,
        e);
    CHECK(fine && !weak);
    CHECK_CODE(password_is(h, &more, str_of(phc), S("a quiet morning"), &fine, &weak, &e),
               OK, e);
    CHECK(fine && weak); /* the cost rose */
    static const char *const wrong[] = {"", "a quiet mornin", "A quiet morning",
                                        "a quiet morning "};
    for (isize i = 0; i < COUNT(wrong); i++) {
        CHECK_CODE(password_is(h, &SMALL, str_of(phc), str_of(wrong[i]), &fine, NULL, &e),
                   OK, e);
        CHECK(!fine);
    }
    CHECK_CODE(password_is(h, &SMALL, S(""), S("a quiet morning"), &fine, &weak, &e), OK,
               e);
    CHECK(!fine && !weak);
    CHECK_CODE(password_is(h, &SMALL, S("$x$"), S("a quiet morning"), &fine, NULL, &e),
               OK, e);
    CHECK(!fine);
    hasher_close(h);
}

TEST(password_rules_hold)
{
    static const struct {
        const char *password;
        int want;
    } row[] = {
        {"a quiet morning", OK},
        {"elleve bokst", OK},
        {"eleven char", E_PASSWORD}, /* 11 */
        {"\xc3\xa5\xc3\xa5\xc3\xa5\xc3\xa5\xc3\xa5\xc3\xa5 b",
         E_PASSWORD}, /* 8, 14 bytes */
        {"", E_PASSWORD},
        {"Password1234", E_PASSWORD},
        {"aaaaaaaaaaaaa", E_PASSWORD},
        {"abABabABabAB", E_PASSWORD},
        {"1231231231231", E_PASSWORD},
        {"testtesttesttest", E_PASSWORD},
        {"kari.nordmann", E_PASSWORD},
        {"Kari.Nordmann1!", E_PASSWORD},
        {"kari.nordmann sits still", OK},
        {"bad utf8 \xff here", E_PASSWORD},
    };
    struct err e = {0};
    for (isize i = 0; i < COUNT(row); i++) {
        CHECK_CODE(password_rules(str_of(row[i].password), S("kari.nordmann"), &e),
                   row[i].want, e);
        if (row[i].want != OK && row[i].password[0])
            CHECK(str_find_str(str_of(e.text), str_of(row[i].password)) < 0);
    }
    char *much = NEW(&tmp, char, 258);
    for (int i = 0; i < 257; i++) much[i] = (char)('a' + i * i % 26);
    CHECK_CODE(password_rules((struct str){much, 256}, S("x"), &e), OK, e);
    CHECK_CODE(password_rules((struct str){much, 257}, S("x"), &e), E_PASSWORD, e);
}

TEST(password_waits_are_bounded)
{
    struct hasher *h = hasher(2);
    struct err e = {0};
    struct password_cost at_once = SMALL;
    at_once.wait_ms = 0;
    char phc[PASSWORD_PHC];
    CHECK_CODE(hasher_enter(h, 0, &e), OK, e);
    CHECK_CODE(password_hash(h, &at_once, S("x"), phc, &e), OK, e);
    CHECK_CODE(hasher_enter(h, 0, &e), OK, e);
    CHECK_CODE(hasher_enter(h, 20, &e), E_BUSY, e);
    CHECK_CODE(password_hash(h, &at_once, S("x"), phc, &e), E_BUSY, e);
    bool fine = true;
    CHECK_CODE(password_is(h, &at_once, S(""), S("x"), &fine, NULL, &e), E_BUSY, e);
    CHECK(!fine);
    hasher_leave(h);
    CHECK_CODE(password_hash(h, &at_once, S("x"), phc, &e), OK, e);
    hasher_leave(h);
    CHECK_INT(hasher_most(h), 2);
    hasher_close(h);
}

struct queue {
    struct hasher *h;
    _Atomic int in, out;
};

static void *stand(void *arg)
{
    struct queue *q = arg;
    struct err e = {0};
    if (hasher_enter(q->h, 30000, &e) != OK) {
        q->out++;
        return NULL;
    }
    q->in++;
    hasher_leave(q->h);
    return NULL;
}

/* One runs, the queue is full: the next is told at once, however long it would have waited; when
** the one leaves, all who stood there get their turn. */
TEST(password_queue_is_bounded)
{
    struct queue q = {.h = hasher(1)};
    struct err e = {0};
    pthread_t thread[HASHER_QUEUE];
    CHECK_CODE(hasher_enter(q.h, 0, &e), OK, e);
    for (int i = 0; i < HASHER_QUEUE; i++)
        CHECK(pthread_create(&thread[i], NULL, stand, &q) == 0);
    while (hasher_waiting(q.h) < HASHER_QUEUE && q.out == 0) sched_yield();
    CHECK_CODE(hasher_enter(q.h, 30000, &e), E_BUSY, e);
    CHECK_INT(hasher_waiting(q.h), HASHER_QUEUE);
    hasher_leave(q.h);
    for (int i = 0; i < HASHER_QUEUE; i++) pthread_join(thread[i], NULL);
    CHECK_INT(q.in, HASHER_QUEUE);
    CHECK_INT(q.out, 0);
    CHECK_INT(hasher_waiting(q.h), 0);
    CHECK_INT(hasher_most(q.h), 1);
    hasher_close(q.h);
}

struct crowd {
    struct hasher *h;
    bool fine[24];
};

static void one(isize i, void *arg)
{
    struct crowd *c = arg;
    struct err e = {0};
    char phc[PASSWORD_PHC];
    struct str mine = i % 2 ? S("odd") : S("even");
    if (password_hash(c->h, &SMALL, mine, phc, &e) != OK) return;
    if (password_is(c->h, &SMALL, str_of(phc), mine, &c->fine[i], NULL, &e) != OK)
        c->fine[i] = false;
}

TEST(password_crowd_takes_turns)
{
    struct crowd c = {.h = hasher(2)};
    par_run(COUNT(c.fine), 6, one, &c);
    for (isize i = 0; i < COUNT(c.fine); i++) CHECK(c.fine[i]);
    CHECK(hasher_most(c.h) >= 1 && hasher_most(c.h) <= 2);
    hasher_close(c.h);
}
