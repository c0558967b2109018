/* A study full of people, by pages: its document and the records under each figure, tables out and in,
** what is known of somebody put right. The Norwegian records, loaded as ./start does. */
#include "app/job.h"
#include "app/replay.h"
#include "desk.h"
#include "web/routes.h"
#include <stdio.h>
#include <string.h>

static bool has(const struct desk_browser *b, const char *piece)
{
    return str_find_str(b->body, str_of(piece)) >= 0;
}

static struct desk open_study(i64 *study, struct arena *a)
{
    struct desk d = desk_open_alone(test_path("data"), a);
    struct db *db = NULL;
    struct err e = {0};
    struct replay_done done;
    CHECK_CODE(house_reader(d.house, false, &db, &e), OK, e);
    struct act act = house_self(d.house, db, a);
    CHECK_CODE(staff_viewer(db, d.staff[0], act.today, &act.who, a, &e), OK, e);
    struct replay_in in = {.definitions = test_path("data"),
                           .study = "norway2013",
                           .key = house_key(d.house)};
    CHECK_CODE(replay_load(&act, &in, &done, &e), OK, e);
    house_reader_back(d.house, false, db);
    *study = done.study;
    static const struct {
        const char *login;
        enum role role;
    } who[] = {{"stina", STATISTICIAN},
               {"dag", DATA_MANAGER},
               {"kari", COORDINATOR},
               {"clara", CLINICIAN},
               {"una", TRIAL_UNIT}};
    for (isize i = 0; i < COUNT(who); i++) {
        i64 id = 0;
        desk_person(&d, who[i].login, who[i].role, 0, &id);
    }
    d.takes = routes_takes;
    return d;
}

/* What a server's workers would do now. */
static void work(struct desk *d)
{
    const struct job_place place = {
        d->house,    house_writer(d->house), house_reader, house_reader_back, house_now,
        house_today, house_box(d->house)};
    struct err e = {0};
    for (bool did = true; did;) CHECK_CODE(job_do(&place, &did, &e), OK, e);
}

static i64 id_of(struct str location)
{
    i64 id = 0;
    for (isize i = 0; i < location.n; i++)
        if (location.at[i] >= '0' && location.at[i] <= '9')
            id = 10 * id + location.at[i] - '0';
    return id;
}

/* The row that a page leads to by its code: href=".../12">P01. */
static i64 linked(const struct desk_browser *b, const char *code, struct arena *a)
{
    isize at = str_find_str(b->body, str_fmt(a, "\">%s<", code)), from = at;
    while (from > 0 && b->body.at[from - 1] >= '0' && b->body.at[from - 1] <= '9') from--;
    CHECK(at > from);
    return id_of(str_from(str_upto(b->body, MAX(at, 0)), MAX(from, 0)));
}

/* A form as a page showed it, with its field "seen". */
static void send(struct desk *d, struct desk_browser *b, const char *path,
                 const char *form)
{
    struct str mark = S("name=\"seen\" value=\""), seen = S("");
    desk_get(d, b, path);
    CHECK_INT(b->status, 200);
    isize at = str_find_str(b->body, mark);
    if (at >= 0) seen = str_from(b->body, at + mark.n);
    if (at >= 0) seen = str_upto(seen, str_find(seen, '"'));
    desk_post(d, b, path, str_fmt(d->a, "%s&seen=%.*s", form, FMT(seen)).at);
    if (!CHECK_INT(b->status, 303)) printf("# %s\n", path);
}

TEST(study_pages_document_and_what_is_under_it)
{
    i64 study = 0;
    struct desk d = open_study(&study, &tmp);
    struct desk_browser b = desk_in(&d, "stina");
    desk_get(&d, &b, "/studies/norway2013");
    CHECK(b.status == 200 && has(&b, "/studies/norway2013/report\""));
    desk_get(&d, &b, "/studies/norway2013/report");
    CHECK_INT(b.status, 200);
    CHECK(has(&b, "/studies/norway2013/analyses/") && has(&b, "/records"));
    static const struct {
        const char *file, *type, *starts;
    } row[] = {
        {"norway2013.pdf", "application/pdf", "%PDF-"},
        {"norway2013.json", "application/json", "{"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        desk_get(&d, &b, str_fmt(&tmp, "/studies/norway2013/report/%s", row[i].file).at);
        CHECK(b.status == 200 && str_starts(b.body, str_of(row[i].starts)) &&
              str_find_str(b.head, str_of(row[i].type)) > 0);
    }
    desk_get(&d, &b, "/studies/norway2013/report/norway2013-none.csv");
    CHECK_INT(b.status, 404);
    desk_get(&d, &b, "/studies/norway2013/analyses/none/records");
    CHECK_INT(b.status, 404);
    /* before there was anything: said, not refused as if something had been sent */
    desk_get(&d, &b, "/studies/norway2013/report?as-of=2009-01-01");
    CHECK(b.status == 200 && has(&b, "At that time there were no records"));
    /* the first figure of the document leads to rows of people by code */
    desk_get(&d, &b, "/studies/norway2013/report");
    struct str s = str_from(b.body, MAX(str_find_str(b.body, S("/analyses/")), 0));
    s = str_upto(s, str_find(s, '"'));
    desk_get(&d, &b, str_fmt(&tmp, "/studies/norway2013%.*s", FMT(s)).at);
    CHECK(b.status == 200 && has(&b, "used") && has(&b, "<table"));
    desk_get(&d, &b, str_fmt(&tmp, "/studies/norway2013%.*s.csv", FMT(s)).at);
    CHECK(b.status == 200 && str_find_str(b.head, S("text/csv")) > 0);
    /* nobody else's: a clinician may not analyse */
    struct desk_browser other = desk_in(&d, "clara");
    desk_get(&d, &other, "/studies/norway2013/report");
    CHECK_INT(other.status, 403);
    desk_close(&d);
}

/* A document that would take longer than a page may is offered as a job; what the worker makes is the same
** to the byte, and nobody else's. Jobs are listed, and told to stop. */
TEST(study_pages_document_as_a_job)
{
    i64 study = 0;
    struct desk d = open_study(&study, &tmp);
    struct desk_browser b = desk_in(&d, "stina");
    desk_get(&d, &b, "/studies/norway2013/report");
    struct str spot = b.body;
    desk_get(&d, &b, "/studies/norway2013/report/norway2013.json");
    struct str json = b.body;
    desk_get(&d, &b, "/jobs");
    CHECK(b.status == 200 && has(&b, "Nothing is under way."));
    d.front.report_ms = -1;
    desk_get(&d, &b, "/studies/norway2013/report/norway2013.pdf");
    CHECK(b.status == 200 && has(&b, "takes longer than a page"));
    desk_get(&d, &b, "/studies/norway2013/report");
    CHECK(b.status == 200 && has(&b, "action=\"/studies/norway2013/report\""));
    desk_post(&d, &b, "/studies/norway2013/report", "");
    CHECK_INT(b.status, 303);
    struct str one = b.location;
    desk_get(&d, &b, str_c(one, &tmp));
    CHECK(b.status == 200 && has(&b, "/stop\""));
    desk_get(&d, &b, str_fmt(&tmp, "%.*s/norway2013.html", FMT(one)).at);
    CHECK_INT(b.status, 404); /* not yet */
    work(&d);
    desk_get(&d, &b, str_c(one, &tmp));
    CHECK(b.status == 200 && has(&b, "The document is ready."));
    desk_get(&d, &b, str_fmt(&tmp, "%.*s/norway2013.html", FMT(one)).at);
    CHECK(b.status == 200 && str_eq(b.body, spot));
    desk_get(&d, &b, str_fmt(&tmp, "%.*s/norway2013.json", FMT(one)).at);
    CHECK(b.status == 200 && str_eq(b.body, json));
    desk_get(&d, &b, str_fmt(&tmp, "%.*s/none.csv", FMT(one)).at);
    CHECK_INT(b.status, 404);
    struct desk_browser other = desk_in(&d, "dag");
    desk_get(&d, &other, str_c(one, &tmp));
    CHECK(other.status == 404 || other.status == 403);
    desk_get(&d, &b, "/jobs");
    CHECK(b.status == 200 && has(&b, str_c(one, &tmp)) && has(&b, "Document of a study"));
    desk_get(&d, &other, "/jobs");
    CHECK(other.status == 200 && !has(&other, "Document of a study"));

    /* stopped on its own page, and on the list */
    for (int list = 0; list < 2; list++) {
        desk_get(&d, &b, "/studies/norway2013/report");
        desk_post(&d, &b, "/studies/norway2013/report", "");
        one = b.location;
        desk_get(&d, &b, list ? "/jobs" : str_c(one, &tmp));
        struct str stop = list ? str_fmt(&tmp, "/jobs/%" PRId64 "/stop",
                                         id_of(str_from(one, S("/studies/norway2013").n)))
                               : str_fmt(&tmp, "%.*s/stop", FMT(one));
        CHECK(has(&b, str_c(stop, &tmp)));
        desk_get(&d, &other, "/jobs");
        desk_post(&d, &other, str_c(stop, &tmp), "");
        CHECK(other.status == 404 || other.status == 403);
        desk_post(&d, &b, str_c(stop, &tmp), "");
        CHECK_INT(b.status, 303);
        work(&d);
        desk_get(&d, &b, str_c(one, &tmp));
        CHECK(b.status == 200 && has(&b, "It was stopped."));
    }
    desk_close(&d);
}

TEST(study_pages_records_out)
{
    i64 study = 0;
    struct desk d = open_study(&study, &tmp);
    struct desk_browser b = desk_in(&d, "dag");
    static const char ask[] =
        "study=norway2013&tables=subjects&tables=answers&layout=long&"
        "sheet=plain&day=";
    desk_get(&d, &b, "/export");
    CHECK(b.status == 200 && has(&b, "norway2013"));
    desk_post(&d, &b, "/export", ask);
    CHECK_INT(b.status, 303);
    const char *one = str_fmt(&tmp, "/export/%" PRId64, id_of(b.location)).at;
    desk_get(&d, &b, one);
    CHECK(b.status == 200 && has(&b, "/stop\""));
    desk_get(&d, &b, str_fmt(&tmp, "%s/varde.zip", one).at);
    CHECK(b.status >= 400); /* not yet */
    work(&d);
    desk_get(&d, &b, one);
    CHECK(b.status == 200 && has(&b, "/varde.zip\""));
    desk_get(&d, &b, str_fmt(&tmp, "%s/varde.zip", one).at);
    CHECK(b.status == 200 && has(&b, "subjects.csv") && has(&b, "kind,code,part,site"));
    struct desk_browser other = desk_in(&d, "una");
    desk_get(&d, &other, one);
    CHECK(other.status == 403 || other.status == 404);
    /* one that nobody wants any more */
    desk_get(&d, &b, "/export");
    desk_post(&d, &b, "/export", ask);
    one = str_fmt(&tmp, "/export/%" PRId64, id_of(b.location)).at;
    desk_get(&d, &b, one);
    desk_post(&d, &b, str_fmt(&tmp, "%s/stop", one).at, "");
    CHECK_INT(b.status, 303);
    work(&d);
    desk_get(&d, &b, one);
    CHECK(b.status == 200 && !has(&b, "/varde.zip\""));
    desk_close(&d);
}

/* A form of parts with one file, as a browser sends it. */
static void upload(struct desk *d, struct desk_browser *b, const char *file)
{
    desk_get(d, b, "/import");
    CHECK_INT(b->status, 200);
    struct str body =
        str_fmt(d->a,
                "--line\r\nContent-Disposition: form-data; name=\"csrf\"\r\n"
                "\r\n%.*s\r\n"
                "--line\r\nContent-Disposition: form-data; name=\"study\"\r\n"
                "\r\nnorway2013\r\n"
                "--line\r\nContent-Disposition: form-data; name=\"reason\"\r\n"
                "\r\nread again\r\n"
                "--line\r\nContent-Disposition: form-data; name=\"files\"; "
                "filename=\"values.csv\"\r\nContent-Type: text/csv\r\n"
                "\r\n%s\r\n--line--\r\n",
                FMT(b->csrf), file);
    struct str head = str_fmt(d->a,
                              "Sec-Fetch-Site: same-origin\r\n"
                              "Content-Type: multipart/form-data; boundary=line\r\n"
                              "Content-Length: %td\r\n",
                              body.n);
    /* head and body stand in one text: desk_ask would give the body another type */
    desk_ask(d, b, "POST", "/import",
             str_fmt(d->a, "%.*s\r\n%.*s", FMT(head), FMT(body)).at, NULL);
    CHECK_INT(b->status, 303);
}

TEST(study_pages_records_in)
{
    i64 study = 0;
    struct desk d = open_study(&study, &tmp);
    struct desk_browser b = desk_in(&d, "dag");
    upload(&d, &b, "kind,code,part,name,value\nconsumers,P01,0,age,23");
    const char *one = str_fmt(&tmp, "/import/%" PRId64, id_of(b.location)).at;
    work(&d);
    desk_get(&d, &b, str_fmt(&tmp, "%s/rows.csv", one).at);
    CHECK(b.status == 200 && has(&b, "changes,consumers P01 0 age,22,23"));
    desk_get(&d, &b, one);
    struct str mark = S("name=\"mark\" value=\"");
    isize at = str_find_str(b.body, mark);
    CHECK(b.status == 200 && at > 0);
    struct str seen = str_upto(str_from(b.body, MAX(at, 0) + mark.n), 16);
    desk_post(&d, &b, one, str_fmt(&tmp, "mark=%.*s", FMT(seen)).at);
    CHECK_INT(b.status, 303);
    work(&d);
    struct desk_browser c = desk_in(&d, "kari");
    desk_get(&d, &c, "/participants");
    i64 p01 = linked(&c, "P01", &tmp);
    desk_get(&d, &c, str_fmt(&tmp, "/subjects/%" PRId64 "/attributes", p01).at);
    CHECK(c.status == 200 && has(&c, "value=\"23\""));
    /* a rehearsal that is stopped before anybody did it */
    upload(&d, &b, "kind,code,part,name,value\nconsumers,P01,0,age,24");
    one = str_fmt(&tmp, "/import/%" PRId64, id_of(b.location)).at;
    desk_get(&d, &b, one);
    desk_post(&d, &b, str_fmt(&tmp, "%s/stop", one).at, "");
    CHECK_INT(b.status, 303);
    work(&d);
    desk_get(&d, &b, one);
    CHECK(b.status == 200 && !has(&b, "name=\"mark\""));
    desk_close(&d);
}

TEST(study_pages_put_right_what_is_known)
{
    i64 study = 0;
    struct desk d = open_study(&study, &tmp);
    struct desk_browser b = desk_in(&d, "kari");
    desk_get(&d, &b, "/participants");
    i64 p01 = linked(&b, "P01", &tmp);
    desk_get(&d, &b, str_fmt(&tmp, "/studies/%" PRId64 "/subjects/clinicians", study).at);
    CHECK_INT(b.status, 200);
    i64 c14 = linked(&b, "C14", &tmp);
    desk_get(&d, &b, str_fmt(&tmp, "/subjects/%" PRId64, c14).at);
    CHECK(b.status == 200 && has(&b, "12.5"));
    send(&d, &b, str_fmt(&tmp, "/subjects/%" PRId64 "/attributes", c14).at,
         "a-training=5&a-consultation=13&a-recruitment=1&a-intention=2&a-sex=m&"
         "a-discipline=physiotherapy%2Fpedagogy&a-age=45&a-experience=10&"
         "reason=counted+again");
    desk_get(&d, &b, str_fmt(&tmp, "/subjects/%" PRId64, c14).at);
    CHECK(has(&b, "13") && !has(&b, "12.5"));
    send(&d, &b, str_fmt(&tmp, "/participants/%" PRId64 "/names", p01).at,
         "name=Kari+Nordmann&birth=&phone=&email=&address=");
    desk_get(&d, &b, str_fmt(&tmp, "/participants/%" PRId64, p01).at);
    CHECK(b.status == 200 && has(&b, "Kari Nordmann"));
    desk_close(&d);
}

/* The same by another program: with a token, a body of its own. */
static struct desk_browser by_token(struct desk *d, struct str token, const char *method,
                                    const char *path, const char *type, const char *body)
{
    struct desk_browser b = {0};
    struct str head = str_fmt(d->a, "Authorization: Bearer %.*s\r\n", FMT(token));
    if (body)
        head = str_fmt(d->a, "%.*sContent-Type: %s\r\nContent-Length: %td\r\n\r\n%s",
                       FMT(head), type, str_of(body).n, body);
    desk_ask(d, &b, method, path, str_c(head, d->a), NULL);
    return b;
}

TEST(study_pages_records_by_token)
{
    i64 study = 0;
    struct desk d = open_study(&study, &tmp);
    struct desk_browser b = desk_in(&d, "dag");
    desk_get(&d, &b, "/account/tokens");
    desk_post(&d, &b, "/account/tokens",
              "label=x&scope=all&days=5&password_token=" DESK_PASSWORD);
    isize at = str_find_str(b.body, S("<p><code>"));
    CHECK(b.status == 200 && at > 0);
    struct str token = str_upto(str_from(b.body, MAX(at, 0) + 9), 64);
    b = by_token(&d, token, "POST", "/api/v1/exports", "application/json",
                 "{\"study\":\"norway2013\",\"tables\":[\"subjects\"]}");
    CHECK_INT(b.status, 201);
    work(&d);
    b = by_token(&d, token, "GET", "/api/v1/jobs/1/file", NULL, NULL);
    CHECK(b.status == 200 && has(&b, "subjects.csv"));
    b = by_token(&d, token, "POST", "/api/v1/imports",
                 "multipart/form-data; boundary=line",
                 "--line\r\nContent-Disposition: form-data; name=\"study\"\r\n\r\n"
                 "norway2013\r\n"
                 "--line\r\nContent-Disposition: form-data; name=\"reason\"\r\n\r\n"
                 "read again\r\n"
                 "--line\r\nContent-Disposition: form-data; name=\"files\"; "
                 "filename=\"values.csv\"\r\nContent-Type: text/csv\r\n\r\n"
                 "kind,code,part,name,value\nconsumers,P01,0,age,23\r\n--line--\r\n");
    CHECK_INT(b.status, 201);
    work(&d);
    b = by_token(&d, token, "GET", "/api/v1/jobs/2", NULL, NULL);
    at = str_find_str(b.body, S("mark"));
    CHECK(b.status == 200 && at > 0);
    struct str mark = str_from(b.body, MAX(at, 0) + 4);
    while (mark.n && str_find(S("0123456789abcdef"), mark.at[0]) < 0)
        mark = str_from(mark, 1);
    b = by_token(&d, token, "POST", "/api/v1/imports/2", "application/json",
                 str_fmt(&tmp, "{\"mark\":\"%.*s\"}", FMT(str_upto(mark, 16))).at);
    CHECK_INT(b.status, 201);
    desk_close(&d);
}
