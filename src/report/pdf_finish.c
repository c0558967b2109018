#include "report/pdf_finish.h"
#include "base/num.h"
#include "report/markup.h"

enum { LONGEST = 1 << 15 }; /* bytes of a description that are taken over */

struct object {
    i64 id;
    struct str dict; /* from << to >> */
};

/* The number behind the last `key` of the file, or -1. */
static i64 number_after(struct str s, struct str key)
{
    isize at = -1;
    for (isize i = s.n - key.n; i >= 0 && at < 0; i--)
        if (str_starts(str_from(s, i), key)) at = i + key.n;
    if (at < 0) return -1;
    i64 v = 0;
    while (at < s.n && (s.at[at] == ' ' || s.at[at] == '\n')) at++;
    isize first = at;
    for (; at < s.n && s.at[at] >= '0' && s.at[at] <= '9'; at++)
        v = 10 * v + (s.at[at] - '0');
    return at > first && at - first < 12 ? v : -1;
}

/* The object that starts at s: "12 0 obj\n<< ... >>\nendobj". */
static bool object_at(struct str s, struct object *o)
{
    isize end = str_find_str(str_upto(s, 4096), S("endobj"));
    isize open = str_find_str(str_upto(s, 64), S("<<"));
    struct str head = str_upto(s, str_find(str_upto(s, 24), ' '));
    if (end < 0 || open < 0 || num_read_int(head, 1, 9999999, &o->id, NULL) != OK)
        return false;
    o->dict = str_trim(str_upto(str_from(s, open), end - open));
    return str_ends(o->dict, S(">>"));
}

static bool find_object(struct str pdf, i64 id, struct object *o, struct arena tmp)
{
    struct str head = str_fmt(&tmp, "\n%" PRId64 " 0 obj\n", id);
    isize at = str_find_str(pdf, head);
    return at >= 0 && object_at(str_from(pdf, at + 1), o);
}

/* UTF-16 in hexadecimal, as PDF wants text that is not ASCII. */
static void put_utf16(struct buf *b, struct str s)
{
    buf_put(b, S("<FEFF"));
    for (isize i = 0; i < s.n;) {
        u32 u;
        i += markup_char(str_from(s, i), &u);
        if (u >= 0x10000)
            buf_fmt(b, "%04X%04X", (unsigned)(0xD7C0 + (u >> 10)),
                    (unsigned)(0xDC00 + (u & 0x3FF)));
        else
            buf_fmt(b, "%04X", (unsigned)u);
    }
    buf_putc(b, '>');
}

struct update {
    struct buf *pdf;
    struct buf table; /* the cross-reference lines */
};

/* The object again, with `more` put in before its end. */
static void rewrite(struct update *u, const struct object *o, struct str more)
{
    buf_fmt(&u->table, "%" PRId64 " 1\n%010td 00000 n \n", o->id, u->pdf->n);
    buf_fmt(u->pdf, "%" PRId64 " 0 obj\n", o->id);
    buf_put(u->pdf, str_upto(o->dict, o->dict.n - 2));
    buf_put(u->pdf, more);
    buf_put(u->pdf, S(">>\nendobj\n"));
}

/* A date of cairo 1.16, "(20150630000000Z)", as the standard writes it: "(D:2015...". */
static struct str with_prefix(struct str dict, struct str key, struct arena *a)
{
    isize at = str_find_str(dict, key);
    if (at < 0 || str_starts(str_from(dict, at + key.n), S("D:"))) return dict;
    struct buf b = buf_in(a, dict.n + 2);
    buf_put(&b, str_upto(dict, at + key.n));
    buf_put(&b, S("D:"));
    buf_put(&b, str_from(dict, at + key.n));
    return buf_str(&b);
}

/* The n-th figure of the document. */
static const struct doc_block *figure_of(const struct doc *d, isize n)
{
    for (isize i = 0; i < d->n; i++)
        if (d->at[i].kind == DOC_FIGURE && n-- == 0) return &d->at[i];
    return NULL;
}

static void describe_figures(struct update *u, struct str was, const struct doc *d,
                             struct arena tmp)
{
    struct str s = was, mark = S("/S /Figure");
    isize n = 0;
    for (isize at; (at = str_find_str(s, mark)) >= 0; s = str_from(s, at + mark.n)) {
        isize head = (s.at - was.at) + at; /* back to the line that opens the object */
        while (head > 4 && !str_starts(str_from(was, head), S(" obj"))) head--;
        while (head > 0 && was.at[head - 1] != '\n') head--;
        struct object o;
        const struct doc_block *f = figure_of(d, n++);
        if (!f || !object_at(str_from(was, head), &o)) return;
        struct arena one = tmp;
        struct buf b = buf_in(&one, 256);
        buf_put(&b, S(" /Alt "));
        put_utf16(&b, doc_typeset(str_upto(f->desc, LONGEST), &one));
        buf_putc(&b, ' ');
        rewrite(u, &o, buf_str(&b));
    }
}

void pdf_finish(struct buf *pdf, const struct doc *d, struct arena tmp)
{
    struct str was = str_dup(buf_str(pdf), &tmp);
    struct str tail = str_from(was, was.n - 1024);
    i64 root = number_after(tail, S("/Root ")), info = number_after(tail, S("/Info "));
    i64 size = number_after(tail, S("/Size ")), xref = number_after(tail, S("startxref"));
    struct object catalog, about;
    if (root < 0 || info < 0 || size < 0 || xref < 0 ||
        !find_object(was, root, &catalog, tmp) || !find_object(was, info, &about, tmp))
        return;
    struct str more = str_fmt(
        &tmp, " /Lang (%s) /ViewerPreferences << /DisplayDocTitle true >> %s",
        lang_code[d->lang],
        str_find_str(catalog.dict, S("/MarkInfo")) < 0 ? "/MarkInfo << /Marked true >> "
                                                       : "");
    about.dict = with_prefix(about.dict, S("/CreationDate ("), &tmp);
    about.dict = with_prefix(about.dict, S("/ModDate ("), &tmp);
    /* The table grows at the end of tmp, so the figures' scratch is a piece taken
    ** before. */
    enum { SCRATCH = 1 << 20 };
    char *room = NEW_RAW(&tmp, char, SCRATCH);
    struct update u = {.pdf = pdf, .table = buf_in(&tmp, 4096)};
    rewrite(&u, &catalog, more);
    rewrite(&u, &about, S(""));
    describe_figures(&u, was, d, (struct arena){.at = room, .end = room + SCRATCH});
    isize at = pdf->n;
    buf_put(pdf, S("xref\n"));
    buf_put(pdf, buf_str(&u.table));
    buf_fmt(pdf,
            "trailer\n<< /Size %" PRId64 " /Root %" PRId64 " 0 R /Info %" PRId64
            " 0 R /Prev %" PRId64 " >>\nstartxref\n%td\n%%%%EOF\n",
            size, root, info, xref, at);
}
