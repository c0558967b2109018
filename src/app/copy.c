#define _GNU_SOURCE /* localtime_r */
/* The frame of a copy: right, journal, who it is about, and the person's rights. */
#include "app/contact.h"
#include "app/copy_parts.h"
#include "app/people_parts.h"
#include "base/num.h"
#include "store/statements.h"
#include <math.h>
#include <time.h>

#define TOLD(f, ...) f,
static people_teller *const tellers[] = {
#include "app/people_hooks.def"
    NULL};
#define TOLD(f, ...) __VA_ARGS__,
const char *const copy_tables[] = {
#include "app/people_hooks.def"
    NULL};

const char *const copy_way_word[COPY_WAYS] = {"by hand", "by post", "digital", "other"};

int copy_way_read(struct str word, enum copy_way *out, struct err *e)
{
    for (int i = 0; i < COPY_WAYS; i++)
        if (str_is(word, copy_way_word[i])) return *out = (enum copy_way)i, OK;
    return err_say(e, E_RECORD, "REFUSED_COPY_WAY");
}

/* --- words --------------------------------------------------------------------------- */

struct str copy_text(const struct telling *t, const char *id)
{
    return text_of(t->lang, id);
}

struct str copy_fill(const struct telling *t, const char *id, const struct str *arg,
                     isize n)
{
    return text_fill(t->lang, id, arg, n, t->a);
}

struct str copy_word(const struct telling *t, const char *head, struct str word)
{
    struct buf b = buf_in(t->a, 64);
    buf_put(&b, str_of(head));
    for (isize i = 0; i < word.n; i++) {
        char c = word.at[i];
        buf_putc(&b, c >= 'a' && c <= 'z'   ? (char)(c - 'a' + 'A')
                     : c >= 'A' && c <= 'Z' ? c
                                            : '_');
    }
    buf_putc(&b, 0);
    struct str words = text_of(t->lang, b.at);
    return str_starts(words, str_of(head)) ? word : words;
}

static struct str day_words(const struct telling *t, int year, int month, int mday)
{
    struct str months = copy_text(t, "PAGE_MONTHS"), name = {0};
    for (int i = 0; i < month; i++)
        if (!str_cut(&months, ' ', &name)) break;
    return copy_words(t, "PAGE_DAY", str_fmt(t->a, "%d", mday), name,
                      str_fmt(t->a, "%d", year));
}

struct str copy_day(const struct telling *t, day d)
{
    int year, month, mday;
    day_split(d, &year, &month, &mday);
    return day_words(t, year, month, mday);
}

struct str copy_when(const struct telling *t, instant at)
{
    time_t s = (time_t)(at / 1000 - (at % 1000 < 0));
    struct tm tm;
    if (!localtime_r(&s, &tm)) return instant_text(at, t->a);
    return str_fmt(t->a, "%.*s, %02d:%02d",
                   FMT(day_words(t, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday)),
                   tm.tm_hour, tm.tm_min);
}

struct str copy_num(const struct telling *t, double x)
{
    if (!isfinite(x)) return S("\342\200\223");
    struct str s = num_fixed(x, x == floor(x) ? 0 : 2, t->a);
    struct buf b = buf_in(t->a, s.n + 1);
    for (isize i = 0; i < s.n; i++)
        buf_putc(&b, s.at[i] == '.' && t->lang != LANG_EN ? ',' : s.at[i]);
    return buf_str(&b);
}

struct str copy_time(const struct telling *t, struct str time)
{
    isize i = time.n ? study_time(t->s, time) : -1;
    return i < 0 ? time : study_word(&t->s->times.at[i].label, t->lang);
}

/* --- pieces -------------------------------------------------------------------------- */

void copy_section(struct telling *t, const char *heading, const char *said)
{
    doc_heading(t->doc, 2, copy_text(t, heading));
    if (said) doc_para(t->doc, copy_text(t, said));
}

struct doc_table *copy_table(struct telling *t, const char *const *head, isize n)
{
    static const char *const key[] = {"a", "b", "c", "d", "e", "f"};
    struct doc_col col[COUNT(key)];
    for (isize i = 0; i < n; i++)
        col[i] =
            (struct doc_col){.key = str_of(key[i]),
                             .head = head[i] ? copy_text(t, head[i]) : (struct str){0}};
    return doc_table(t->doc, str_fmt(t->a, "t%d", ++t->tables).at, (struct str){0}, col,
                     n);
}

void copy_also(struct buf *b, struct str s)
{
    if (s.n == 0) return;
    if (b->n) buf_put(b, S(" \302\267 "));
    buf_put(b, s);
}

void copy_put(struct telling *t, const char *key, struct str s)
{
    if (s.n) json_put_str(&t->w, key, s);
}

void copy_put_day(struct telling *t, const char *key, day d)
{
    json_put_str(&t->w, key, day_text(d, t->a));
}

void copy_put_at(struct telling *t, const char *key, instant at)
{
    if (at) json_put_str(&t->w, key, instant_text(at, t->a));
}

/* --- who ----------------------------------------------------------------------------- */

static const char *const WHO[] = {"COPY_WHAT", "COPY_KEPT"};

static void fact(struct doc_table *d, struct str what, struct str words)
{
    if (words.n == 0) return;
    struct doc_cell *cell = doc_row(d);
    doc_words(&cell[0], what);
    doc_words(&cell[1], words);
}

int copy_person(struct telling *t, struct err *e)
{
    static const char *const label[ID_N] = {[ID_name] = "COPY_NAME",
                                            [ID_birth] = "PEOPLE_BIRTH",
                                            [ID_phone] = "PEOPLE_PHONE",
                                            [ID_email] = "PEOPLE_EMAIL",
                                            [ID_address] = "PEOPLE_ADDRESS"};
    struct identity who = {0};
    struct err none = {0};
    if (t->key) {
        int code = people_name(t->act, t->key, t->p.subject, &who, &none);
        if (code != OK && code != E_NOT_FOUND) return err_pass(e, code, &none);
    }
    copy_section(t, "COPY_WHO_YOU_ARE", NULL);
    struct doc_table *d = copy_table(t, WHO, COUNT(WHO));
    json_open(&t->w, "person", '{');
    for (int i = 0; i < ID_N; i++) {
        day birth;
        struct str words = who.at[i];
        copy_put(t, identity_field_name((enum identity_field)i), words);
        if (i == ID_birth && words.n && day_read(words, &birth, &none) == OK)
            words = copy_day(t, birth);
        fact(d, copy_text(t, label[i]), words);
    }
    json_close(&t->w, '}');
    struct str state =
        copy_word(t, "PEOPLE_STATE_", str_of(participant_state_word(t->p.state)));
    fact(d, copy_text(t, "COPY_CODE"), t->p.code);
    fact(d, copy_text(t, "COPY_STUDY"), study_word(&t->s->title, t->lang));
    fact(d, copy_text(t, "COPY_SITE"), t->p.site_name);
    fact(d, copy_text(t, "COPY_CLINICIAN"), t->p.clinician_name);
    fact(d, copy_text(t, "COPY_STATE"),
         copy_words(t, "COPY_SINCE", state, copy_day(t, t->p.since)));
    json_put_str(&t->w, "code", t->p.code);
    json_put_str(&t->w, "table", t->s->tables.at[t->s->participants.table].id);
    json_put_str(&t->w, "site", t->p.site_name);
    copy_put(t, "clinician", t->p.clinician_name);
    json_put_str(&t->w, "state", str_of(participant_state_word(t->p.state)));
    copy_put_day(t, "since", t->p.since);
    json_put_str(&t->w, "data", str_of(participant_data_word(t->p.data)));
    doc_para(t->doc, copy_words(t, "COPY_WHO_SEES", t->p.code));
    return OK;
}

/* --- what is not there, and rights ------------------------------------------------------ */

static int closing(struct telling *t, struct err *e)
{
    static const char *const right[] = {"COPY_RIGHT_CORRECT", "COPY_RIGHT_WITHDRAW",
                                        "COPY_RIGHT_ERASE", "COPY_RIGHT_FILE",
                                        "COPY_RIGHT_COMPLAIN"};
    struct contact c;
    enum lang in = t->lang;
    TRY(contact_of(t->act, t->p.site, &c, e));
    copy_section(t, "COPY_NOT_HERE", "COPY_NOT_READING");
    doc_para(t->doc, copy_text(t, "COPY_NOT_BACKUPS"));
    copy_section(t, "COPY_RIGHTS", "COPY_RIGHT_WHY");
    for (isize i = 0; i < COUNT(right); i++) doc_para(t->doc, copy_text(t, right[i]));
    struct str ask = contact_words(&c, t->lang, &in);
    doc_para(t->doc, copy_words(t, "COPY_ASK", c.service, c.site));
    doc_para(t->doc, ask);
    return OK;
}

/* --- the act ------------------------------------------------------------------------------ */

static int build(struct telling *t, struct copy *out, struct err *e)
{
    struct buf b = buf_in(t->a, 1 << 14);
    t->w = json_to(&b, 1);
    t->doc = doc_new(S("copy"), copy_text(t, "COPY_TITLE"), t->lang, t->a);
    t->doc->letter = true;
    t->doc->subtitle =
        str_fmt(t->a, "%.*s \302\267 %.*s", FMT(t->p.code), FMT(t->p.site_name));
    t->doc->date = day_text(t->act->today, t->a);
    doc_lead(t->doc, copy_words(t, "COPY_LEAD", copy_day(t, t->act->today)));
    json_open(&t->w, NULL, '{');
    json_put_str(&t->w, "format", S("varde-copy-1"));
    json_put_str(&t->w, "made", instant_text(t->act->now, t->a));
    json_put_str(&t->w, "language", str_of(lang_code[t->lang]));
    json_put_str(&t->w, "study", t->s->id);
    for (people_teller *const *f = tellers; *f; f++) TRY((*f)(t, e));
    TRY(closing(t, e));
    json_close(&t->w, '}');
    *out = (struct copy){t->doc, buf_str(&b), t->p.code};
    return OK;
}

struct made {
    struct act *act;
    const struct copy_ask *in;
};

static int note(struct db *db, void *arg, struct err *e)
{
    struct made *m = arg;
    struct arena tmp = act_room(m->act);
    struct participant p;
    struct act act = *m->act;
    TRY(people_reach(&act, db, MAY_TELL_PERSON, m->in->subject, &p, &tmp, e));
    act.why = m->in->note;
    struct str after = str_fmt(&tmp, "{\"language\":\"%s\",\"way\":\"%s\"}",
                               lang_code[m->in->lang], copy_way_word[m->in->way]);
    return act_note(&act, db, "participant.copy", "participant", p.subject,
                    (struct str){0}, after, tmp, e);
}

int copy_make(struct act *act, const struct key *k, const struct collect_kit *kit,
              const struct copy_ask *in, struct copy *out, struct err *e)
{
    struct telling t = {
        .act = act, .key = k, .kit = kit, .s = kit->s, .lang = in->lang, .a = act->a};
    struct made m = {act, in};
    TXN one = {0}; /* all of it of one moment */
    if (!db_in_transaction(act->db)) TRY(db_snapshot(&one, act->db, "a copy", e));
    TRY(people_reach(act, act->db, MAY_TELL_PERSON, in->subject, &t.p, act->a, e));
    if (t.p.study != kit->study) return err_say(e, E_NOT_FOUND, "REFUSED_NO_PARTICIPANT");
    if (t.p.data == DATA_ERASED) return err_say(e, E_CONSTRAINT, "REFUSED_COPY_ERASED");
    if (in->note.n > COPY_NOTE_MOST || !str_utf8_ok(in->note))
        return err_say_of(e, E_RECORD, "REFUSED_TEXT_LONG",
                          SAID(SAY_TEXT("REFUSED_A_NOTE"), SAY_INT(COPY_NOTE_MOST)));
    TRY(build(&t, out, e));
    if (one.open) TRY(db_commit(&one, e));
    return act_change(act, note, &m, e);
}
