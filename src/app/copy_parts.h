/* What the tellers of a copy share; nobody else includes it. */
#ifndef VARDE_APP_COPY_PARTS_H
#define VARDE_APP_COPY_PARTS_H

#include "app/copy.h"
#include "base/json.h"
#include "store/identity.h"

#define TOLD(f, ...) people_teller f;
#include "app/people_hooks.def"

/* A copy being made. */
struct telling {
    struct act *act;
    const struct key *key;
    const struct collect_kit *kit;
    const struct study *s;
    struct participant p;
    enum lang lang;
    struct doc *doc;
    struct json_out w; /* the outermost object is open */
    int tables;        /* so far: their ids */
    struct arena *a;
};

/* Words of the copy's language; places filled in. */
struct str copy_text(const struct telling *t, const char *id);
#define copy_words(t, id, ...)                          \
    copy_fill(t, id, (const struct str[]){__VA_ARGS__}, \
              COUNT(((const struct str[]){__VA_ARGS__})))
struct str copy_fill(const struct telling *t, const char *id, const struct str *arg,
                     isize n);
/* "COPY_ACT_" and the word in capitals; the word itself where there is no such text. */
struct str copy_word(const struct telling *t, const char *head, struct str word);
struct str copy_day(const struct telling *t, day d);
struct str copy_when(const struct telling *t, instant at); /* day and minute here */
struct str copy_num(const struct telling *t, double x);
struct str copy_time(const struct telling *t,
                     struct str time); /* label of a time point */

/* A table of the letter: columns' heads are names of texts, at most 6. */
struct doc_table *copy_table(struct telling *t, const char *const *head, isize n);
void copy_section(struct telling *t, const char *heading, const char *said);
/* "a. b. c.": what there is of it. */
void copy_also(struct buf *b, struct str s);

/* Members of the open object; empty and NULL values are left out. */
void copy_put(struct telling *t, const char *key, struct str s);
void copy_put_day(struct telling *t, const char *key, day d);
void copy_put_at(struct telling *t, const char *key, instant at); /* 0: left out */

#endif
