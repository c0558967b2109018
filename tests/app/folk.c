#include "folk.h"
#include "base/file.h"

struct act folk_act(struct folk *f, i64 staff, struct arena *a)
{
    return house_act(&f->h, staff, MORNING, a);
}

void folk_open(struct folk *f, const char *url, struct arena *a)
{
    struct err e = {0};
    struct applied done;
    *f = (struct folk){0};
    house_open(&f->h, url, a);
    const char *path = file_join(a, test_folder(), "key");
    CHECK_CODE(key_make(path, &e), OK, e);
    CHECK_CODE(key_open(path, NULL, &f->key, &e), OK, e);
    struct act act = folk_act(f, f->h.admin, a);
    f->today = act.today;
    CHECK_CODE(apply_study(&act, test_path("data"), "norway2013", &done, &e), OK, e);
    f->study = done.study;
    CHECK_CODE(apply_site(&act, f->study, f->h.site[0], S("S1"), &e), OK, e);
    CHECK_CODE(apply_site(&act, f->study, f->h.site[1], S("S2"), &e), OK, e);
    f->coordinator[0] = house_person(&f->h, "koord1", COORDINATOR, f->h.site[0], a);
    f->coordinator[1] = house_person(&f->h, "koord2", COORDINATOR, f->h.site[1], a);
    f->clinician = house_person(&f->h, "clin1", CLINICIAN, f->h.site[0], a);
    f->leader = house_person(&f->h, "lead1", LEADER, f->h.site[0], a);
    f->assessor = house_person(&f->h, "assess1", OUTCOME_ASSESSOR, f->h.site[0], a);
    f->unit = house_person(&f->h, "unit", TRIAL_UNIT, 0, a);
    f->manager = house_person(&f->h, "data", DATA_MANAGER, 0, a);
    f->monitor = house_person(&f->h, "monitor", MONITOR, 0, a);
}

void folk_close(struct folk *f, struct arena tmp)
{
    key_close(f->key);
    house_close(&f->h, tmp);
}

i64 folk_refer(struct folk *f, int site, int ago, struct arena *a)
{
    struct act act = folk_act(f, f->coordinator[site], a);
    struct referral in = {
        .study = f->study, .site = f->h.site[site], .day = f->today - ago};
    struct referred out;
    struct err e = {0};
    CHECK_CODE(people_refer(&act, f->key, &in, &out, &e), OK, e);
    return out.subject;
}

/* The coordinator of the site where the participant is now. */
static struct act there(struct folk *f, i64 subject, struct arena *a)
{
    struct act act = folk_act(f, f->coordinator[0], a);
    struct participant p;
    if (people_get(&act, subject, &p, NULL) == OK) return act;
    return folk_act(f, f->coordinator[1], a);
}

int folk_screen(struct folk *f, i64 subject, int ago, struct arena *a, struct err *e)
{
    static const struct screening_answer all[] = {
        {{"adult", 5}, MET},
        {{"attached", 8}, MET},
        {{"illness", 7}, MET},
        {{"informed", 8}, MET},
        {{"suicide-risk", 12}, MET_NOT},
        {{"language", 8}, MET_NOT},
    };
    struct act act = there(f, subject, a);
    struct screening in = {
        .subject = subject, .day = f->today - ago, .answer = all, .n = COUNT(all)};
    enum participant_state state;
    return people_screen(&act, &in, &state, e);
}

int folk_consent(struct folk *f, i64 subject, const char *purpose, int ago, i64 *id,
                 struct arena *a, struct err *e)
{
    struct act act = there(f, subject, a);
    struct consent_given in = {.participant = subject,
                               .purpose = str_of(purpose),
                               .how = HOW_PAPER,
                               .day = f->today - ago};
    return consent_give(&act, &in, id, e);
}

int folk_happen(struct folk *f, i64 subject, enum participant_event k, int ago,
                struct arena *a, struct err *e)
{
    struct act act = there(f, subject, a);
    struct participant p;
    struct happening in = {.subject = subject, .kind = k, .day = f->today - ago};
    if (k == EV_DECLINED || k == EV_NOT_STARTED || k == EV_DROPPED_OUT)
        in.reason = S("moved");
    if (k == EV_CLINICIAN) in.clinician = f->clinician;
    if (k == EV_TRANSFERRED && people_get(&act, subject, &p, NULL) == OK)
        in.site = f->h.site[p.site == f->h.site[0]];
    return people_happen(&act, &in, NULL, e);
}

i64 folk_enrol(struct folk *f, int site, struct arena *a)
{
    struct err e = {0};
    i64 id = 0, subject = folk_refer(f, site, 20, a);
    CHECK_CODE(folk_screen(f, subject, 15, a, &e), OK, e);
    CHECK_CODE(folk_consent(f, subject, "research", 12, &id, a, &e), OK, e);
    CHECK_CODE(folk_happen(f, subject, EV_ENROLLED, 10, a, &e), OK, e);
    return subject;
}

enum participant_state folk_state(struct folk *f, i64 subject, struct arena *a)
{
    struct act act = there(f, subject, a);
    struct participant p = {0};
    struct err e = {0};
    CHECK_CODE(people_get(&act, subject, &p, &e), OK, e);
    return p.state;
}
