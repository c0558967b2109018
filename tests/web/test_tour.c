/* The tour of a store that is tried: only there, and what it offers works for whoever is logged in. */
#include "web/tour.h"
#include "base/file.h"
#include "desk.h"
#include <stdio.h>

static bool has(const struct desk_browser *b, const char *piece)
{
    return str_find_str(b->body, str_of(piece)) >= 0;
}

static void try_it(struct desk *d, struct arena *a)
{
    struct err e = {0};
    const char *path = str_fmt(a, "%s/" TOUR_FILE, house_folder(d->house)).at;
    CHECK_CODE(file_replace(path,
                            S("clinician\tClara <b>\tc05\ntrial unit\tUna\tunit\n"
                              "no such role\tX\ty\nnonsense\n"),
                            &e),
               OK, e);
}

TEST(tour_only_where_it_is_tried)
{
    struct desk d = desk_open(&tmp); /* as varde init makes it */
    struct desk_browser b = desk_in(&d, "clinician");
    desk_get(&d, &b, "/");
    CHECK(!has(&b, "invented"));
    desk_get(&d, &b, "/?tour=back");
    CHECK(!has(&b, "invented"));
    try_it(&d, &tmp);
    desk_get(&d, &b, "/");
    CHECK(has(&b, "Everybody here is invented"));
    CHECK(has(&b, "Clara &lt;b&gt;"));
    CHECK(!has(&b, "no such role"));
    desk_get(&d, &b, "/?tour=away");
    CHECK(!has(&b, "Everybody here is invented"));
    desk_get(&d, &b, "/"); /* it stays away until it is asked back */
    CHECK(!has(&b, "Everybody here is invented"));
    CHECK(has(&b, "/?tour=back"));
    desk_get(&d, &b, "/?tour=back");
    desk_get(&d, &b, "/");
    CHECK(has(&b, "Everybody here is invented"));
    desk_close(&d);
}

TEST(tour_of_each_role_leads_somewhere)
{
    struct desk d = desk_open(&tmp);
    try_it(&d, &tmp);
    for (int i = 0; i < ROLE_N; i++) {
        struct str word = str_dup(str_of(role_word((enum role)1 << i)), &tmp);
        char *login = NEW(&tmp, char, word.n + 1);
        for (isize k = 0; k < word.n; k++)
            login[k] = word.at[k] == ' ' ? '-' : word.at[k];
        struct desk_browser b = desk_in(&d, login);
        desk_get(&d, &b, "/");
        struct str rest = str_from(b.body, str_find_str(b.body, S("id=\"tour\"")));
        if (!CHECK(str_find_str(rest, S("</ol>")) > 0)) break;
        rest = str_upto(rest, str_find_str(rest, S("</ol>")));
        int n = 0;
        for (isize at; (at = str_find_str(rest, S("href=\""))) >= 0; n++) {
            rest = str_from(rest, at + 6);
            struct str path = str_upto(rest, str_find(rest, '"'));
            struct buf plain = buf_in(&tmp, path.n + 1);
            for (isize k = 0; k < path.n; k++) {
                buf_putc(&plain, path.at[k]);
                if (str_starts(str_from(path, k), S("&amp;"))) k += 4;
            }
            desk_get(&d, &b, str_c(buf_str(&plain), &tmp));
            /* this store has no study to refer to */
            if (str_is(path, "/refer")) continue;
            if (!CHECK_INT(b.status, 200))
                printf("# %s: %.*s\n", login, FMT(buf_str(&plain)));
        }
        CHECK_INT(n, 5);
    }
    desk_close(&d);
}
