#include "base/text.h"
#include <string.h>

struct reader {
    const char *file;
    int line;
    struct arena *a;
    struct err *e;
};

static int refuse(const struct reader *r, const char *what)
{
    return err_set(r->e, E_CATALOGUE, "%s:%d: %s", r->file, r->line, what);
}

/* "..." onto b, escapes resolved; `s` is the rest of the line behind the word. */
static int quoted(const struct reader *r, struct str s, struct buf *b)
{
    s = str_trim(s);
    if (s.n < 2 || s.at[0] != '"' || s.at[s.n - 1] != '"')
        return refuse(r, "a text in double quotes is expected here, on one line");
    s = (struct str){s.at + 1, s.n - 2};
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        if (c == '"') return refuse(r, "a quote inside a text is written \\\"");
        if ((u8)c < ' ') return refuse(r, "a control character in a text");
        if (c == '\\') {
            i++;
            c = i < s.n ? s.at[i] : 0;
            if (c != 'n' && c != 't' && c != '"' && c != '\\')
                return refuse(r, "a backslash is followed by n, t, \\ or \"");
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        buf_putc(b, c);
    }
    return OK;
}

/* The rest of a line that begins with a word and a blank or a quote. */
static bool word(struct str line, const char *w, struct str *rest)
{
    struct str head = str_of(w);
    if (!str_starts(line, head) || line.n == head.n) return false;
    *rest = str_from(line, head.n);
    return rest->at[0] == ' ' || rest->at[0] == '\t' || rest->at[0] == '"';
}

static bool is_name(struct str s)
{
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        bool letter = c >= 'A' && c <= 'Z';
        if (!letter && (i == 0 || ((c < '0' || c > '9') && c != '_'))) return false;
    }
    return s.n > 0 && s.n <= 60;
}

/* An entry is done: the first may be the catalogue's own head, with an empty name. */
static int entry(const struct reader *r, struct po *out, struct po_entry now)
{
    struct reader at = *r;
    at.line = now.line;
    if (now.id.n == 0 && out->n == 0) return OK;
    if (!is_name(now.id))
        return refuse(
            &at, "msgid is a name of at most 60 capitals, digits and _, like VISITS_DUE");
    *PUSH(r->a, out) = now;
    return OK;
}

static int names_differ(const struct reader *r, const struct po *po)
{
    struct arena tmp = *r->a;
    struct str *id = NEW_RAW(&tmp, struct str, po->n);
    for (isize i = 0; i < po->n; i++) id[i] = po->at[i].id;
    isize twice = str_repeated(id, po->n, tmp), first = 0;
    if (twice < 0) return OK;
    while (!str_eq(id[first], id[twice])) first++;
    return err_set(r->e, E_CATALOGUE, "%s:%d: %.*s stands twice, first in line %d",
                   r->file, po->at[twice].line, FMT(id[twice]), po->at[first].line);
}

int po_read(struct str text, const char *file, struct po *out, struct arena *a,
            struct err *e)
{
    struct reader r = {.file = file, .a = a, .e = e};
    enum { BETWEEN, IN_ID, IN_TEXT } state = BETWEEN;
    struct po po = {0};
    struct po_entry now = {0};
    struct buf b = {0};
    struct str line, rest;
    if (!str_utf8_ok(text))
        return err_set(e, E_CATALOGUE, "%s: not UTF-8; save it as UTF-8", file);
    while (str_cut(&text, '\n', &line)) {
        r.line++;
        line = str_trim(line);
        if (str_starts(line, S("#,")) && str_find_str(line, S("fuzzy")) >= 0)
            return refuse(&r, "marked fuzzy: check the words, then remove the mark");
        if (line.n == 0 || line.at[0] == '#') continue;
        if (line.at[0] == '"' && state != BETWEEN) {
            TRY(quoted(&r, line, &b));
        } else if (word(line, "msgid", &rest)) {
            if (state == IN_ID) return refuse(&r, "msgstr is missing before this msgid");
            if (state == IN_TEXT) {
                now.text = buf_str(&b);
                TRY(entry(&r, &po, now));
            }
            state = IN_ID;
            now.line = r.line;
            b = buf_in(a, 40);
            TRY(quoted(&r, rest, &b));
        } else if (word(line, "msgstr", &rest)) {
            if (state != IN_ID) return refuse(&r, "msgid is missing before this msgstr");
            now.id = buf_str(&b);
            state = IN_TEXT;
            b = buf_in(a, 200);
            TRY(quoted(&r, rest, &b));
        } else if (str_starts(line, S("msgctxt")) ||
                   str_starts(line, S("msgid_plural")) ||
                   str_starts(line, S("msgstr["))) {
            return refuse(&r, "contexts and plural forms are not used; make two names");
        } else {
            return refuse(&r, "msgid, msgstr, a text in quotes or a comment is expected");
        }
    }
    if (state == IN_ID) return refuse(&r, "msgstr is missing at the end");
    if (state == IN_TEXT) {
        now.text = buf_str(&b);
        TRY(entry(&r, &po, now));
    }
    TRY(names_differ(&r, &po));
    *out = po;
    return OK;
}

/* Bit i for {i}; -1 for a brace that is none of {1} to {9}. */
static int places(struct str s)
{
    int set = 0;
    for (isize i = 0; i < s.n; i++) {
        if (s.at[i] == '}') return -1;
        if (s.at[i] != '{') continue;
        if (i + 2 >= s.n || s.at[i + 1] < '1' || s.at[i + 1] > '9' || s.at[i + 2] != '}')
            return -1;
        set |= 1 << (s.at[i + 1] - '0');
        i += 2;
    }
    return set;
}

static const struct po_entry *find(const struct po *po, struct str id)
{
    for (isize i = 0; i < po->n; i++)
        if (str_eq(po->at[i].id, id)) return &po->at[i];
    return NULL;
}

int po_compare(const struct po *base, const char *base_file, const struct po *po,
               const char *file, struct err *e)
{
    for (isize i = 0; i < po->n; i++) {
        const struct po_entry *p = &po->at[i], *q = find(base, p->id);
        if (!q)
            return err_set(e, E_CATALOGUE, "%s:%d: %.*s is not in %s", file, p->line,
                           FMT(p->id), base_file);
        if (p->text.n == 0)
            return err_set(e, E_CATALOGUE, "%s:%d: %.*s has no words", file, p->line,
                           FMT(p->id));
        if (places(p->text) < 0)
            return err_set(e, E_CATALOGUE,
                           "%s:%d: %.*s has a brace that is no {1} to {9}", file, p->line,
                           FMT(p->id));
        if (places(p->text) != places(q->text))
            return err_set(e, E_CATALOGUE,
                           "%s:%d: %.*s does not have the same {1}, {2}, ... as in %s:%d",
                           file, p->line, FMT(p->id), base_file, q->line);
    }
    for (isize i = 0; i < base->n; i++)
        if (!find(po, base->at[i].id))
            return err_set(e, E_CATALOGUE, "%s: %.*s is missing; it stands in %s:%d",
                           file, FMT(base->at[i].id), base_file, base->at[i].line);
    return OK;
}
