#include "base/csv.h"
#include "base/file.h"
#include "base/num.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

struct reader {
    struct str rest;
    int line;
    char sep;
    const struct csv *c;
    struct arena *a;
    struct err *e;
};

/* The line in which byte `at` of the text stands. */
static int line_of(struct str text, isize at)
{
    int line = 1;
    for (isize i = 0; i < at; i++) line += text.at[i] == '\n';
    return line;
}

/* Where: in a file; at a line of it (0: not known). */
static int in_file(const char *file, int line, int code, struct err *e)
{
    struct str name = str_of(file);
    return line ? err_in(e, code, "CSV_LINE", SAID(SAY_CODE(name), SAY_INT(line)))
                : err_in(e, code, "CSV_FILE", SAID(SAY_CODE(name)));
}

/* Letters, from a line of the file on. */
static int letters(struct str text, const char *file, int line, struct err *e)
{
    isize zero = str_find(text, 0);
    if (zero >= 0)
        return in_file(file, line + line_of(text, zero) - 1,
                       err_say(e, E_CSV, "CSV_ZERO"), e);
    if (str_utf8_ok(text)) return OK;
    for (isize i = 0, n; i < text.n; i += n) { /* the first letter that is none */
        for (n = 1; i + n < text.n && ((u8)text.at[i + n] & 0xC0) == 0x80;) n++;
        if (str_utf8_ok((struct str){text.at + i, n})) continue;
        char byte[8];
        snprintf(byte, sizeof byte, "0x%02X", (unsigned)(u8)text.at[i]);
        return in_file(file, line + line_of(text, i) - 1,
                       err_say_of(e, E_CSV, "CSV_NOT_UTF8", SAID(SAY_CODE(str_of(byte)))),
                       e);
    }
    return OK;
}

/* What a spreadsheet may have written instead of a table in UTF-8, by its first bytes. */
static int readable(struct str text, const char *file, struct err *e)
{
    if (str_starts(text, S("PK\x03\x04")) || str_starts(text, S("PK\x05\x06")))
        return in_file(file, 0, err_say(e, E_CSV, "CSV_ARCHIVE"), e);
    if (str_starts(text, S("\xFF\xFE")) || str_starts(text, S("\xFE\xFF")))
        return in_file(file, 0, err_say(e, E_CSV, "CSV_UTF16"), e);
    return OK;
}

/* In the first line, outside quotes: a TAB decides, else a semicolon, else it is the
** comma.  A name may hold a comma, hardly ever a semicolon. */
static char separator(struct str text)
{
    bool quoted = false, semicolon = false;
    isize blank = 0; /* lines before the first */
    while (blank < text.n && (text.at[blank] == '\n' || text.at[blank] == '\r')) blank++;
    for (isize i = blank; i < text.n; i++) {
        char c = text.at[i];
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '\n') break;
        if (c == '\t') return '\t';
        if (c == ';') semicolon = true;
    }
    return semicolon ? ';' : ',';
}

static bool at_line_end(struct str s)
{
    return s.n == 0 || s.at[0] == '\n' || str_starts(s, S("\r\n"));
}

/* "file, line 3, column name", as far as the column is known. */
static int refuse(const struct reader *r, int line, isize col, const char *what)
{
    const struct csv *c = r->c;
    char digits[24];
    snprintf(digits, sizeof digits, "%td", col + 1);
    struct str name =
        c->head && col < c->n_cols ? str_brief(c->head[col], 60) : str_of(digits);
    return err_in(r->e, err_say(r->e, E_CSV, what), "CSV_COLUMN",
                  SAID(SAY_CODE(str_of(c->file)), SAY_INT(line), SAY_CODE(name)));
}

/* The cell at the front, cut off; *last when the row ends with it. */
static int cell(struct reader *r, isize col, struct str *out, bool *last)
{
    struct str s = r->rest;
    int line = r->line;
    if (s.n && s.at[0] == '"') {
        isize i = 1, doubled = 0;
        for (;; i++) {
            if (i == s.n) return refuse(r, line, col, "CSV_QUOTE_OPEN");
            if (s.at[i] == '\n') r->line++;
            if (s.at[i] != '"') continue;
            if (i + 1 == s.n || s.at[i + 1] != '"') break;
            doubled++;
            i++;
        }
        *out = (struct str){s.at + 1, i - 1};
        if (doubled) {
            char *to = NEW_RAW(r->a, char, out->n - doubled);
            isize n = 0;
            for (isize k = 0; k < out->n; k++) {
                to[n++] = out->at[k];
                if (out->at[k] == '"') k++;
            }
            *out = (struct str){to, n};
        }
        s = str_from(s, i + 1);
        if (!at_line_end(s) && s.at[0] != r->sep)
            return refuse(r, r->line, col, "CSV_QUOTE_BEHIND");
    } else {
        isize n = 0;
        while (n < s.n && s.at[n] != r->sep && s.at[n] != '\n' && s.at[n] != '\r') n++;
        *out = str_upto(s, n);
        s = str_from(s, n);
        if (s.n && s.at[0] == '\r' && !at_line_end(s))
            return refuse(r, line, col, "CSV_RETURN");
    }
    *last = at_line_end(s);
    if (!*last) {
        s = str_from(s, 1);
    } else if (s.n) {
        s = str_from(s, s.at[0] == '\r' ? 2 : 1);
        r->line++;
    }
    r->rest = s;
    return OK;
}

struct cells LIST(struct str);
struct lines LIST(int);

/* One row onto `cells`; *n is its number of cells, 0 at the end. */
static int row(struct reader *r, struct cells *cells, isize *n, int *line)
{
    *n = 0;
    while (r->rest.n && at_line_end(r->rest)) {
        r->rest = str_from(r->rest, r->rest.at[0] == '\r' ? 2 : 1);
        r->line++;
    }
    *line = r->line;
    for (bool last = r->rest.n == 0; !last; ++*n)
        TRY(cell(r, *n, PUSH(r->a, cells), &last));
    return OK;
}

static int head(struct reader *r, struct csv *out)
{
    struct cells names = {0};
    isize n;
    int line;
    TRY(row(r, &names, &n, &line));
    if (n > CSV_COLUMNS)
        return in_file(out->file, line,
                       err_say_of(r->e, E_TOO_BIG, "CSV_COLUMNS",
                                  SAID(SAY_INT(n), SAY_INT(CSV_COLUMNS))),
                       r->e);
    for (isize i = 0; i < n; i++) {
        names.at[i] = str_trim(names.at[i]);
        if (names.at[i].n == 0)
            return in_file(out->file, line,
                           err_say_of(r->e, E_CSV, "CSV_NO_NAME", SAID(SAY_INT(i + 1))),
                           r->e);
    }
    isize twice = str_repeated(names.at, n, *r->a);
    if (twice >= 0) {
        isize first = 0;
        while (!str_eq(names.at[first], names.at[twice])) first++;
        return in_file(out->file, line,
                       err_say_of(r->e, E_CSV, "CSV_TWICE",
                                  SAID(SAY_INT(first + 1), SAY_INT(twice + 1),
                                       SAY_CODE(str_brief(names.at[twice], 60)))),
                       r->e);
    }
    out->head = names.at;
    out->n_cols = n;
    return OK;
}

static int ragged(const struct reader *r, int line, isize n)
{
    const struct csv *c = r->c;
    if (n < c->n_cols)
        return in_file(c->file, line,
                       err_say_of(r->e, E_CSV, "CSV_FEW",
                                  SAID(SAY_INT(n), SAY_INT(c->n_cols),
                                       SAY_CODE(str_brief(c->head[n], 60)))),
                       r->e);
    const char *many = r->sep == ',' ? "CSV_MANY_COMMA" : "CSV_MANY";
    return in_file(c->file, line,
                   err_say_of(r->e, E_CSV, many, SAID(SAY_INT(n), SAY_INT(c->n_cols))),
                   r->e);
}

/* All rows that are left, into *c; its head, when it has none, is numbers. */
static int rows_of(struct reader *r, struct csv *c)
{
    struct cells cells = {0};
    struct lines lines = {0};
    for (;;) {
        isize n;
        int line;
        TRY(row(r, &cells, &n, &line));
        if (n == 0) break;
        if (!c->head) { /* columns by number */
            struct str *name = NEW(r->a, struct str, n);
            for (isize i = 0; i < n; i++) name[i] = str_fmt(r->a, "%td", i + 1);
            c->head = name;
            c->n_cols = n;
        }
        if (n != c->n_cols) return ragged(r, line, n);
        *PUSH(r->a, &lines) = line;
    }
    c->n = lines.n;
    c->cell = cells.at;
    c->line = lines.at;
    return OK;
}

int csv_read(struct str text, const char *file, bool has_head, struct csv *out,
             struct arena *a, struct err *e)
{
    if (text.n > FILE_LIMIT)
        return in_file(file, 0,
                       err_say_of(e, E_TOO_BIG, "CSV_TOO_BIG", SAID(SAY_INT(FILE_LIMIT))),
                       e);
    TRY(readable(text, file, e));
    TRY(letters(text, file, 1, e));
    if (str_starts(text, S("\xEF\xBB\xBF"))) text = str_from(text, 3);
    struct csv c = {.file = str_c(str_of(file), a)};
    struct reader r = {.rest = text, .line = 1, .c = &c, .a = a, .e = e};
    r.sep = c.sep = separator(text);
    if (has_head) TRY(head(&r, &c));

    TRY(rows_of(&r, &c));
    if (c.n_cols == 0) return in_file(file, 0, err_say(e, E_CSV, "CSV_EMPTY"), e);
    *out = c;
    return OK;
}

int csv_read_file(const char *path, struct csv *out, struct arena *a, struct err *e)
{
    struct str text;
    TRY(file_read(path, FILE_LIMIT, &text, a, e));
    return csv_read(text, path, true, out, a, e);
}

/* --- in pieces ---------------------------------------------------------------------- */

/* Past the end of the row that begins at s[at], by the rules of cell(); -1: it is not all
** there. `ended`: nothing will follow. */
static isize row_end(struct str s, isize at, char sep, bool ended)
{
    bool quoted = false, fresh = true; /* fresh: at the start of a cell */
    for (isize i = at; i < s.n; i++) {
        char c = s.at[i];
        if (quoted) {
            if (c != '"') continue;
            if (i + 1 == s.n && !ended) return -1; /* the next byte decides */
            if (i + 1 < s.n && s.at[i + 1] == '"')
                i++;
            else
                quoted = false;
            continue;
        }
        if (c == '"' && fresh) quoted = true;
        if (c == '\n') return i + 1;
        fresh = c == sep;
    }
    return ended && s.n > at ? s.n : -1;
}

/* Reads on until `want` bytes wait or the file ends. */
static int fill(struct csv_feed *f, isize want, struct err *e)
{
    if (f->from > 0) memmove(f->at, f->at + f->from, (size_t)(f->n - f->from));
    f->n -= f->from;
    f->from = 0;
    while (!f->ended && f->n < want) {
        isize n = 0;
        TRY(f->more(f->arg, f->at + f->n, f->cap - f->n, &n, e));
        f->n += n;
        f->ended = n == 0;
    }
    return OK;
}

/* The whole rows that wait, about a block of them; empty at the end of the file. */
static int rows_waiting(struct csv_feed *f, isize block, struct str *out, struct err *e)
{
    char sep = f->head.sep;
    for (isize want = block;; want = f->cap) {
        TRY(fill(f, want, e));
        struct str s = {f->at, f->n};
        isize end = 0;
        while (end < MIN(block, s.n)) {
            isize next = row_end(s, end, sep ? sep : separator(s), f->ended);
            if (next < 0) break;
            end = next;
        }
        if (end > 0 || (f->ended && s.n == 0)) {
            *out = str_upto(s, end);
            f->from = end;
            return OK;
        }
        if (want == f->cap)
            return in_file(
                f->head.file, f->line,
                err_say_of(e, E_TOO_BIG, "CSV_ROW_LONG", SAID(SAY_INT(CSV_ROW_LIMIT))),
                e);
    }
}

static int count_lines(struct str s)
{
    return line_of(s, s.n) - 1;
}

int csv_feed_open(struct csv_feed *f, csv_more *more, void *arg, const char *file,
                  isize block, struct arena *a, struct err *e)
{
    *f = (struct csv_feed){.more = more, .arg = arg, .block = block, .line = 1};
    f->head.file = str_c(str_of(file), a);
    f->cap = block + CSV_ROW_LIMIT;
    f->at = NEW_RAW(a, char, f->cap);
    TRY(fill(f, 4, e));
    TRY(readable((struct str){f->at, f->n}, file, e));
    if (str_starts((struct str){f->at, f->n}, S("\xEF\xBB\xBF"))) f->from = 3;
    struct str text;
    int line;
    do { /* blank lines before the head */
        TRY(rows_waiting(f, 1, &text, e));
        line = f->line;
        f->line += count_lines(text);
    } while (text.n > 0 && at_line_end(text));
    if (text.n == 0) return in_file(file, 0, err_say(e, E_CSV, "CSV_EMPTY"), e);
    TRY(letters(text, file, line, e));
    struct reader r = {.rest = str_dup(text, a),
                       .line = line,
                       .sep = separator(text),
                       .c = &f->head,
                       .a = a,
                       .e = e};
    f->head.sep = r.sep;
    return head(&r, &f->head);
}

int csv_feed_next(struct csv_feed *f, struct csv *out, struct arena *a, struct err *e)
{
    *out = f->head;
    while (out->n == 0) { /* a piece may be blank lines only */
        struct str text;
        TRY(rows_waiting(f, f->block, &text, e));
        if (text.n == 0) return OK;
        int line = f->line;
        f->line += count_lines(text);
        TRY(letters(text, f->head.file, line, e));
        struct reader r = {.rest = text,
                           .line = line,
                           .sep = f->head.sep,
                           .c = &f->head,
                           .a = a,
                           .e = e};
        TRY(rows_of(&r, out));
    }
    return OK;
}

/* --- cells -------------------------------------------------------------------------- */

struct str csv_cell(const struct csv *c, isize at, isize col)
{
    return c->cell[at * c->n_cols + col];
}

int csv_col(const struct csv *c, const char *name, isize *out, struct err *e)
{
    for (isize i = 0; i < c->n_cols; i++)
        if (str_is(c->head[i], name)) {
            *out = i;
            return OK;
        }
    struct str near = str_near(str_of(name), c->head, c->n_cols);
    char list[300], guess[100] = "there";
    struct str all = str_listing(c->head, c->n_cols, c->n_cols, list, sizeof list);
    if (near.n) snprintf(guess, sizeof guess, "did you mean '%.*s'? There", FMT(near));
    return err_set(e, E_CSV, "%s: there is no column '%.60s'; %s are: %.*s", c->file,
                   name, guess, FMT(all));
}

int csv_num(const struct csv *c, isize at, isize col, double *out, struct err *e)
{
    struct str s = str_trim(csv_cell(c, at, col));
    double x = NAN;
    if (s.n == 0 || str_is(s, "NA")) {
        *out = NAN;
        return OK;
    }
    if (num_read(s, out, NULL) == OK) return OK;
    bool comma = num_read_comma(s, &x, NULL) == OK;
    if (comma && c->sep == ';') {
        *out = x;
        return OK;
    }
    return csv_refuse(c, at, col, E_CSV, e,
                      comma
                          ? "a decimal comma; write a point, or put ; between the columns"
                          : "not a number; a missing value is an empty cell or NA");
}

int csv_refuse(const struct csv *c, isize at, isize col, int code, struct err *e,
               const char *fmt, ...)
{
    char text[sizeof e->text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_set(e, code, "%s, line %d, column %.*s: %s", c->file, c->line[at],
                   FMT(str_brief(c->head[col], 60)), text);
}

/* Whether a spreadsheet would run the cell; numbers begin with signs too: harmless. */
static bool formula(struct str s)
{
    double x;
    while (s.n && s.at[0] == '\'') s = str_from(s, 1); /* one that looks protected */
    if (s.n == 0 || !strchr("=+-@\t\r", s.at[0])) return false;
    return num_read(s, &x, NULL) != OK && num_read_comma(s, &x, NULL) != OK &&
           !str_is(s, "-Inf");
}

struct str csv_plain(struct str s)
{
    bool guarded = s.n && s.at[0] == '\'' && formula(str_from(s, 1));
    return guarded ? str_from(s, 1) : s;
}

void csv_put(struct buf *b, struct str s, bool last)
{
    bool run = formula(s);
    /* alone in its row and empty: without quotes it would be a blank line */
    bool quote = s.n == 0 && last && (b->n == 0 || b->at[b->n - 1] == '\n');
    quote = quote || str_starts(s, S("\xEF\xBB\xBF"));
    for (isize i = 0; i < s.n && !quote; i++)
        quote = (u8)s.at[i] < ' ' || s.at[i] == ',' || s.at[i] == ';' || s.at[i] == '"';
    if (quote) buf_putc(b, '"');
    if (run) buf_putc(b, '\'');
    for (isize i = 0; i < s.n; i++) {
        if (s.at[i] == '"') buf_putc(b, '"');
        buf_putc(b, s.at[i]);
    }
    if (quote) buf_putc(b, '"');
    buf_putc(b, last ? '\n' : ',');
}
