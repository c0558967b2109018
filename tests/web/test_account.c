/* One's own account over HTTP: what a new password or a second factor ends, what asks for the password
** again, and links that are over. */
#include "app/login.h"
#include "app/totp.h"
#include "desk.h"

#define WRONG "five+loud+herons"
#define NEXT  "nine+patient+otters"

static bool has(const struct desk_browser *b, const char *piece)
{
    return str_find_str(b->body, str_of(piece)) >= 0;
}

static struct str between(struct str s, const char *from, char to)
{
    isize at = str_find_str(s, str_of(from));
    if (at < 0) return (struct str){0};
    s = str_from(s, at + str_of(from).n);
    isize end = str_find(s, to);
    return end < 0 ? s : str_upto(s, end);
}

static struct str make_token(struct desk *d, struct desk_browser *b)
{
    desk_get(d, b, "/account/tokens");
    desk_post(d, b, "/account/tokens",
              "label=x&scope=all&days=5&password_token=" DESK_PASSWORD);
    CHECK_INT(b->status, 200);
    return between(b->body, "<p><code>", '<');
}

/* Whether a token opens the interface. */
static bool opens(struct desk *d, struct str token)
{
    struct desk_browser b = {0};
    desk_ask(d, &b, "GET", "/api/v1/me",
             str_fmt(d->a, "Authorization: Bearer %.*s\r\n", FMT(token)).at, NULL);
    return b.status == 200;
}

static bool logged_in(struct desk *d, struct desk_browser *b)
{
    desk_get(d, b, "/account");
    return b->status == 200;
}

TEST(account_asks_for_the_password_again)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = desk_in(&d, "leader");
    static const char *const row[][2] = {
        {"/account/tokens", "label=x&scope=all&days=5&password_token=" WRONG},
        {"/account/tokens", "label=x&scope=all&days=5"},
        {"/account/factor", "password_factor=" WRONG},
        {"/account/factor", ""},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        desk_get(&d, &b, i < 2 ? "/account/tokens" : "/account");
        desk_post(&d, &b, row[i][0], row[i][1]);
        CHECK(b.status == 422 || b.status == 429); /* attempts are counted */
        CHECK(has(&b, "role=\"alert\"") && !has(&b, "<p><code>"));
        CHECK(!has(&b, "secret"));
        desk_wait(HOUR);
        b = desk_in(&d, "leader");
    }
    CHECK_INT(make_token(&d, &b).n, 64);
    /* somebody else's second factor: the administrator's own password */
    struct desk_browser ada = desk_in(&d, "administrator");
    struct str off = str_fmt(&tmp, "/staff/%" PRId64 "/factor/off", d.staff[1]);
    desk_get(&d, &ada, "/staff");
    desk_post(&d, &ada, off.at, "password_off=" WRONG);
    CHECK_INT(ada.status, 422);
    desk_post(&d, &ada, off.at, "password_off=" DESK_PASSWORD);
    CHECK_INT(ada.status, 303);
    desk_close(&d);
}

TEST(account_new_password_ends_the_rest)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = desk_in(&d, "leader"), other = desk_in(&d, "leader");
    struct str token = make_token(&d, &b);
    CHECK(opens(&d, token) && logged_in(&d, &other));
    desk_get(&d, &b, "/account");
    CHECK(has(&b, "name=\"keep_tokens\"") && !has(&b, "checked name=\"keep"));
    desk_post(&d, &b, "/account/password",
              "password_old=" DESK_PASSWORD "&password=" NEXT "&password_again=" NEXT
              "&keep_tokens=1");
    CHECK_INT(b.status, 303);
    CHECK(!logged_in(&d, &other) && !logged_in(&d, &b));
    CHECK(opens(&d, token));
    desk_get(&d, &b, "/login");
    desk_post(&d, &b, "/login", "login=leader&password=" NEXT);
    CHECK_INT(b.status, 303);
    desk_get(&d, &b, "/account");
    desk_post(&d, &b, "/account/password",
              "password_old=" NEXT "&password=" DESK_PASSWORD
              "&password_again=" DESK_PASSWORD);
    CHECK_INT(b.status, 303);
    CHECK(!opens(&d, token));
    desk_close(&d);
}

static struct str un32(struct str s, struct arena *a)
{
    struct buf b = buf_in(a, s.n + 1);
    u32 bits = 0;
    int held = 0;
    for (isize i = 0; i < s.n; i++) {
        bits = bits << 5 | (u32)str_find(S("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), s.at[i]);
        held += 5;
        if (held < 8) continue;
        held -= 8;
        buf_putc(&b, (char)(bits >> held & 255));
    }
    return buf_str(&b);
}

TEST(account_second_factor_ends_the_rest)
{
    struct desk d = desk_open(&tmp);
    struct desk_browser b = desk_in(&d, "leader"), other = desk_in(&d, "leader");
    struct str token = make_token(&d, &b);
    desk_get(&d, &b, "/account");
    desk_post(&d, &b, "/account/factor", "password_factor=" DESK_PASSWORD);
    CHECK_INT(b.status, 200);
    struct str key = un32(between(b.body, " <code>", '<'), &tmp);
    CHECK_INT(key.n, TOTP_SECRET);
    desk_get(&d, &other, "/account");
    CHECK_INT(other.status, 200); /* started is not on */
    char code[9];
    struct act now = house_self(d.house, NULL, &tmp);
    totp_code(key, now.now / (30 * SECOND), TOTP_SHA1, 6, code);
    desk_get(&d, &b, "/account");
    desk_post(&d, &b, "/account/factor/confirm", str_fmt(&tmp, "code=%s", code).at);
    CHECK_INT(b.status, 200);
    CHECK(logged_in(&d, &b) && !logged_in(&d, &other));
    CHECK(!opens(&d, token));
    desk_close(&d);
}

/* A link that is over says what to do, and is no page that is there. */
TEST(account_links_that_are_over)
{
    static const char *const said[][2] = {{"en", "log in. Otherwise ask whoever sent it"},
                                          {"nb", "be den som sendte den om en ny"},
                                          {"da", "bed den der sendte det, om et nyt"}};
    struct desk d = desk_open(&tmp);
    struct desk_browser b = {0}, ada = desk_in(&d, "administrator");
    for (isize i = 0; i < COUNT(said); i++) {
        static const char *const path[] = {"setup", "invitation"};
        for (isize k = 0; k < COUNT(path); k++) {
            desk_get(&d, &b,
                     str_fmt(&tmp, "/%s/%064x?lang=%s", path[k], 7, said[i][0]).at);
            CHECK_INT(b.status, 410);
            CHECK(has(&b, said[i][1]));
        }
    }
    desk_get(&d, &ada, "/staff");
    desk_post(&d, &ada, str_fmt(&tmp, "/staff/%" PRId64 "/invitation", d.staff[1]).at,
              "");
    CHECK_INT(ada.status, 200);
    struct str link = between(ada.body, "/invitation/", '<');
    CHECK_INT(link.n, 64);
    const char *path = str_fmt(&tmp, "/invitation/%.*s", FMT(link)).at;
    desk_get(&d, &b, str_fmt(&tmp, "/setup/%.*s", FMT(link)).at);
    CHECK_INT(b.status, 410); /* of another kind */
    desk_get(&d, &b, path);
    CHECK_INT(b.status, 200);
    desk_post(&d, &b, path, "password=" NEXT "&password_again=" NEXT);
    CHECK_INT(b.status, 303);
    desk_get(&d, &b, path);
    CHECK_INT(b.status, 410);
    desk_get(&d, &b, "/login");
    desk_post(&d, &b, path, "password=" NEXT "&password_again=" NEXT);
    CHECK_INT(b.status, 410);
    desk_close(&d);
}
