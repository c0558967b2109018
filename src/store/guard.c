#include "store/guard.h"

/* The words of guard.def. */
#define SUBJECT_SAYS(from, kind, name)                             \
    "EXISTS (SELECT 1 FROM " from                                  \
    " JOIN @blind_open o ON o.study = s.study AND o.kind = '" kind \
    "' AND o.name = " name
#define SAYS(subject, kind, name) \
    SUBJECT_SAYS("@subject s", kind, name) " WHERE s.id = " subject ")"
#define VISIT_SAYS(visit, kind, name)                                        \
    SUBJECT_SAYS("@visit v JOIN @subject s ON s.id = v.subject", kind, name) \
    " WHERE v.id = " visit ")"
#define RESPONSE_SAYS(response, kind, name)                                     \
    SUBJECT_SAYS("@response r JOIN @subject s ON s.id = r.subject", kind, name) \
    " WHERE r.id = " response ")"
#define WORDS(subject) SAYS(subject, "words", "''")
#define BLINDED(staff, at)                                       \
    "EXISTS (SELECT 1 FROM @staff_role b WHERE b.staff = " staff \
    " AND b.role IN (%) AND b.starts <= " at                     \
    " / 86400000 AND (b.ends IS NULL OR b.ends >= " at " / 86400000))"
#define CELL(column, when) ", CASE WHEN " when " THEN x." column " END AS " column
#define MARK(column, mark, when)                                                      \
    ", CASE WHEN " when " THEN x." column " WHEN x." column " IS NOT NULL THEN " mark \
    " END AS " column
#define BY(column, subject, at) \
    CELL(column, WORDS(subject) " OR " BLINDED("x." column, at))
#define ROWS(when) " WHERE " when

const struct guard_line guard_list[] = {
#define OPEN(table, columns)                {#table, GUARD_OPEN, columns, "", ""},
#define GUARDED(table)                      {#table, GUARD_CLOSED, "", "", ""},
#define VEILED(table, columns, cells, rows) {#table, GUARD_VEILED, columns, cells, rows},
#include "store/guard.def"
#undef OPEN
#undef GUARDED
#undef VEILED
};
const isize guard_n = COUNT(guard_list);

/* 'outcome assessor', ... */
#define WORD_BLINDED(word) "'" word "', "
#define WORD_0(word)       ""
static const char blinded_roles[] =
#define ROLE(name, word, kind) WORD_##kind(word)
#include "store/role.def"
#undef ROLE
    "''";

const struct guard_line *guard_line(struct str table)
{
    for (isize i = 0; i < guard_n; i++)
        if (str_is(table, guard_list[i].table)) return &guard_list[i];
    return NULL;
}

enum guard guard_of(struct str table)
{
    const struct guard_line *g = guard_line(table);
    return g ? g->guard : GUARD_UNKNOWN;
}

bool guard_column(const struct guard_line *g, struct str column)
{
    struct str rest = str_of(g->columns);
    while (rest.n) {
        isize end = str_find(rest, ',');
        if (str_eq(str_trim(end < 0 ? rest : str_upto(rest, end)), column)) return true;
        rest = end < 0 ? (struct str){0} : str_from(rest, end + 1);
    }
    return false;
}

/* A cell or a condition, with its signs put into words. */
static void put(struct buf *b, const char *text, const char *schema)
{
    for (const char *p = text; *p; p++) {
        if (*p == '@')
            buf_put(b, str_of(schema));
        else if (*p == '%')
            buf_put(b, str_of(blinded_roles));
        else
            buf_putc(b, *p);
    }
}

void guard_views(struct buf *b, const char *schema)
{
    for (isize i = 0; i < guard_n; i++) {
        const struct guard_line *g = &guard_list[i];
        if (g->guard != GUARD_VEILED) continue;
        buf_fmt(b, "CREATE TEMP VIEW %s AS SELECT ", g->table);
        for (const char *p = g->columns; *p; p++) {
            if (p == g->columns || p[-1] == ' ') buf_put(b, S("x."));
            buf_putc(b, *p);
        }
        put(b, g->cells, schema);
        buf_fmt(b, " FROM %s%s x", schema, g->table);
        put(b, g->rows, schema);
        buf_put(b, S("; "));
    }
}

int guard_refuse(struct err *e)
{
    return err_set(e, E_NOT_ALLOWED,
                   "who works blinded cannot read this: it could tell an arm");
}
