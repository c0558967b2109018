/* A served installation for tests of pages: a house in a folder of its own, a server on an
** ephemeral port, staff with passwords, and a browser that keeps cookies and fills in forms.
**
**     struct desk d = desk_open(a);
**     struct desk_browser b = desk_in(&d, "clara", a);         logged in
**     desk_get(&d, &b, "/staff");    CHECK_INT(b.status, 200); b.body
**     desk_post(&d, &b, "/sites", "service=1&site_name=Hill"); its csrf token goes along
**     desk_close(&d);
** The clock stands at DESK_NOW until d moves it by desk_wait. */
#ifndef VARDE_TESTS_WEB_DESK_H
#define VARDE_TESTS_WEB_DESK_H

#include "app/staffing.h"
#include "test.h"
#include "web/call.h"

#define DESK_NOW      ((instant)1795334400000) /* 2026-11-22T08:00:00Z */
#define DESK_PASSWORD "four+quiet+herons"      /* as a form sends it */

struct desk {
    struct arena *a;
    struct house *house;
    struct http *http;
    struct call_front front;
    http_takes *takes; /* set before the first request */
    i64 service, site[2];
    i64 staff
        [ROLE_N]; /* one of each role, at every site; their names are role words with - */
};
struct desk desk_open(struct arena *a); /* without definitions */
struct desk desk_open_with(const char *definitions, struct arena *a);
struct desk desk_open_alone(const char *definitions,
                            struct arena *a); /* nobody but its administrator */
void desk_close(struct desk *d);
void desk_wait(i64 ms); /* moves the clock of every desk */

struct desk_browser {
    struct http_pairs cookies;
    int status;
    struct str head, body, location, csrf; /* csrf: of the last page that had a form */
};
void desk_get(struct desk *d, struct desk_browser *b, const char *path);
void desk_post(struct desk *d, struct desk_browser *b, const char *path,
               const char *form);
/* Any request: head lines more, each with \r\n; a body or NULL. */
void desk_ask(struct desk *d, struct desk_browser *b, const char *method,
              const char *path, const char *head, const char *body);
/* Somebody logged in: "leader", "outcome-assessor", or "harbour" (clinician of one site). */
struct desk_browser desk_in(struct desk *d, const char *login);
void desk_person(struct desk *d, const char *login, enum role role, i64 site, i64 *id);

#endif
