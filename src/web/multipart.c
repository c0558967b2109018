#include "web/multipart.h"
#include <string.h>

enum state { START, AFTER, AFTER_CR, AFTER_DASH, HEAD, BODY, ENDED, ENDED_CR, CLOSED };

static int wrong(struct err *e, const char *why)
{
    return err_set(e, E_REQUEST, "a form of parts: %s", why);
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool same_word(struct str s, const char *low)
{
    if (s.n != (isize)strlen(low)) return false;
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != low[i]) return false;
    }
    return true;
}

static struct str word_cut(struct str *s)
{
    isize n = 0;
    while (n < s->n && is_word(s->at[n])) n++;
    struct str word = str_upto(*s, n);
    *s = str_from(*s, n);
    return word;
}

static void blanks_cut(struct str *s)
{
    while (s->n > 0 && (s->at[0] == ' ' || s->at[0] == '\t')) *s = str_from(*s, 1);
}

/* `; name=value` with a word or a quoted text as value, which *quoted tells apart. False at the
** end of the text; what is no parameter is refused. */
static int param_cut(struct str *s, struct str *name, struct str *value, bool *more,
                     struct err *e)
{
    blanks_cut(s);
    *more = s->n > 0;
    if (!*more) return OK;
    if (s->at[0] != ';') return wrong(e, "a header that does not end where it should");
    *s = str_from(*s, 1);
    blanks_cut(s);
    *name = word_cut(s);
    if (name->n == 0 || s->n == 0 || s->at[0] != '=')
        return wrong(e, "a parameter without name or value");
    *s = str_from(*s, 1);
    if (s->n == 0 || s->at[0] != '"') {
        *value = word_cut(s);
        return value->n ? OK : wrong(e, "a parameter without a value");
    }
    isize end = str_find(str_from(*s, 1), '"');
    if (end < 0) return wrong(e, "a quotation mark that is not closed");
    *value = str_upto(str_from(*s, 1), end);
    if (end > 0 && value->at[end - 1] == '\\')
        return wrong(e, "a backslash before a quotation mark");
    *s = str_from(*s, end + 2);
    return OK;
}

static bool is_boundary(struct str s)
{
    if (s.n == 0 || s.n > MULTIPART_BOUNDARY || s.at[s.n - 1] == ' ') return false;
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        bool alnum =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alnum && (c == 0 || !strchr("'()+_,-./:=? ", c))) return false;
    }
    return true;
}

int multipart_begin(struct multipart *m, struct str type, struct multipart_sink sink,
                    struct err *e)
{
    struct str boundary = {0}, name, value;
    m->sink = sink;
    m->state = START;
    m->parts = m->n_head = 0;
    isize end = str_find(type, ';');
    struct str bare = str_trim(end < 0 ? type : str_upto(type, end));
    if (!same_word(bare, "multipart/form-data"))
        return wrong(e, "another type than multipart/form-data");
    struct str rest = end < 0 ? S("") : str_from(type, end);
    for (bool more;;) {
        TRY(param_cut(&rest, &name, &value, &more, e));
        if (!more) break;
        if (!same_word(name, "boundary")) continue;
        if (boundary.at) return wrong(e, "two boundaries");
        boundary = value;
    }
    if (!boundary.at || !is_boundary(boundary)) return wrong(e, "no usable boundary");
    memcpy(m->mark, "\r\n--", 4);
    memcpy(m->mark + 4, boundary.at, (size_t)boundary.n);
    m->n_mark = 4 + boundary.n;
    m->matched = 2; /* as if a line had just ended */
    return OK;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    char l = (char)(c | 0x20);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/* Into room[MULTIPART_NAME], the three escapes undone. */
static int name_read(struct str s, char *room, struct str *out, struct err *e)
{
    isize n = 0;
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        int x = c == '%' && i + 2 < s.n ? 16 * hex(s.at[i + 1]) + hex(s.at[i + 2]) : -1;
        if (x == '"' || x == '\r' || x == '\n') {
            c = (char)x;
            i += 2;
        }
        if ((unsigned char)c < 0x20 || c == 0x7f)
            return wrong(e, "a control character in a name");
        if (n == MULTIPART_NAME)
            return err_set(e, E_TOO_BIG,
                           "a form of parts: a name of "
                           "more than %d bytes",
                           MULTIPART_NAME);
        room[n++] = c;
    }
    *out = (struct str){room, n};
    return str_utf8_ok(*out) ? OK : wrong(e, "a name that is not UTF-8");
}

/* What stands behind the last folder, of either kind. */
static struct str base_name(struct str s)
{
    for (isize i = s.n; i > 0; i--)
        if (s.at[i - 1] == '/' || s.at[i - 1] == '\\') return str_from(s, i);
    return s;
}

static int disposition_read(struct multipart *m, struct str v, struct err *e)
{
    struct str name, value;
    bool named = false;
    if (!same_word(word_cut(&v), "form-data"))
        return wrong(e, "a part that is no field of a form");
    for (bool more;;) {
        TRY(param_cut(&v, &name, &value, &more, e));
        if (!more) break;
        if (same_word(name, "name")) {
            if (named) return wrong(e, "a part with two names");
            named = true;
            TRY(name_read(value, m->name, &m->part.name, e));
        } else if (same_word(name, "filename")) {
            if (m->part.is_file) return wrong(e, "a part with two file names");
            m->part.is_file = true;
            TRY(name_read(value, m->filename, &m->part.filename, e));
            m->part.filename = base_name(m->part.filename);
        } else {
            return wrong(e, "a parameter that no form has, such as filename*");
        }
    }
    return m->part.name.n ? OK : wrong(e, "a part without a name");
}

static int header_read(struct multipart *m, struct str line, bool *disposed,
                       struct err *e)
{
    struct str name = word_cut(&line);
    if (name.n == 0 || line.n == 0 || line.at[0] != ':')
        return wrong(e, "a line among the headers of a part that is none");
    struct str value = str_trim(str_from(line, 1));
    if (same_word(name, "content-disposition")) {
        if (*disposed) return wrong(e, "a part with two dispositions");
        *disposed = true;
        return disposition_read(m, value, e);
    }
    if (same_word(name, "content-transfer-encoding")) {
        if (!same_word(value, "binary") && !same_word(value, "8bit") &&
            !same_word(value, "7bit"))
            return wrong(e, "a part in a transfer encoding");
    } else if (same_word(name, "content-type")) {
        if (same_word(str_upto(value, MIN(value.n, 10)), "multipart/"))
            return wrong(e, "parts within a part");
    }
    return OK; /* others say nothing that counts here */
}

/* The headers are whole: "A: b CRLF C: d CRLF CRLF". */
static int head_read(struct multipart *m, struct err *e)
{
    struct str all = {m->head, m->n_head - 2};
    bool disposed = false;
    m->part = (struct multipart_part){0};
    for (isize i = 0; i < all.n; i++) {
        unsigned char c = (unsigned char)all.at[i];
        bool line_end = (c == '\r' && i + 1 < all.n && all.at[i + 1] == '\n') ||
                        (c == '\n' && i > 0 && all.at[i - 1] == '\r');
        if ((c < 0x20 && c != '\t' && !line_end) || c == 0x7f)
            return wrong(e, "a control character in a header of a part");
    }
    while (all.n > 0) {
        isize end = str_find_str(all, S("\r\n"));
        TRY(header_read(m, str_upto(all, end), &disposed, e));
        all = str_from(all, end + 2);
    }
    if (!disposed) return wrong(e, "a part without Content-Disposition");
    if (++m->parts > MULTIPART_PARTS)
        return err_set(e, E_TOO_BIG, "a form of more than %d parts", MULTIPART_PARTS);
    return m->sink.begin(m->sink.arg, &m->part, e);
}

static int head_take(struct multipart *m, char c, struct err *e)
{
    if (m->n_head == MULTIPART_HEAD)
        return err_set(e, E_TOO_BIG, "a form of parts: headers of more than %d bytes",
                       MULTIPART_HEAD);
    m->head[m->n_head++] = c;
    if (m->n_head == 2 && memcmp(m->head, "\r\n", 2) == 0)
        return wrong(e, "a part without headers");
    if (m->n_head < 4 || memcmp(m->head + m->n_head - 4, "\r\n\r\n", 4) != 0) return OK;
    m->state = BODY;
    m->matched = 0;
    return head_read(m, e);
}

/* Content up to the next boundary.  The mark has its only CR at its front, so where it breaks
** off it can begin anew only at the byte that broke it. Returns how many bytes were taken. */
static int body_take(struct multipart *m, struct str s, isize *taken, struct err *e)
{
    isize i = 0;
    while (i < s.n) {
        if (m->matched == 0) {
            const char *cr = memchr(s.at + i, '\r', (size_t)(s.n - i));
            isize n = cr ? cr - (s.at + i) : s.n - i;
            if (n > 0) TRY(m->sink.piece(m->sink.arg, str_upto(str_from(s, i), n), e));
            i += n;
            if (!cr) break;
            m->matched = 1;
            i++;
        } else if (s.at[i] == m->mark[m->matched]) {
            i++;
            if (++m->matched < m->n_mark) continue;
            m->state = AFTER;
            *taken = i;
            return m->sink.end(m->sink.arg, e);
        } else { /* it was content; this byte is looked at again */
            struct str was = {m->mark, m->matched};
            m->matched = 0;
            TRY(m->sink.piece(m->sink.arg, was, e));
        }
    }
    *taken = s.n;
    return OK;
}

static int byte_take(struct multipart *m, char c, struct err *e)
{
    switch (m->state) {
    case START:
        if (c != m->mark[m->matched])
            return wrong(e, "it does not begin with its boundary");
        if (++m->matched == m->n_mark) m->state = AFTER;
        return OK;
    case AFTER:
        m->state = c == '\r' ? AFTER_CR : AFTER_DASH;
        return c == '\r' || c == '-' ? OK
                                     : wrong(e, "a line that begins like a boundary");
    case AFTER_CR:
        m->state = HEAD;
        m->n_head = 0;
        return c == '\n' ? OK : wrong(e, "a boundary without a line end");
    case AFTER_DASH:
        m->state = ENDED;
        return c == '-' ? OK : wrong(e, "a line that begins like a boundary");
    case HEAD: return head_take(m, c, e);
    case ENDED:
        m->state = ENDED_CR;
        return c == '\r' ? OK : wrong(e, "text after the last boundary");
    case ENDED_CR:
        m->state = CLOSED;
        return c == '\n' ? OK : wrong(e, "text after the last boundary");
    default: return wrong(e, "text after the last boundary");
    }
}

int multipart_feed(struct multipart *m, struct str s, struct err *e)
{
    while (s.n > 0) {
        isize taken = 1;
        if (m->state == BODY)
            TRY(body_take(m, s, &taken, e));
        else
            TRY(byte_take(m, s.at[0], e));
        s = str_from(s, taken);
    }
    return OK;
}

int multipart_end(struct multipart *m, struct err *e)
{
    if (m->state == ENDED || m->state == CLOSED) return OK;
    return wrong(e, "it ends before its last boundary");
}
