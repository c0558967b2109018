#include "template.h"
#include "template_html.h"
#include <string.h>

enum context { IN_TEXT, IN_TAG, IN_VALUE };
enum url { NO_URL, URL_START, URL_HOST, URL_ROOT, URL_PATH, URL_DONE };

struct open {
    const struct element *el;
    isize at;
};
struct attribute {
    struct str name, value; /* the value as it stands in the template */
    bool always;            /* not inside an {if} of its tag */
};
struct block {
    bool loop, other; /* a {for}; {else} was seen */
    isize at, depth;
    enum context context;
    isize value_at;
};
struct named {
    struct str id;
    isize at;
};
struct names LIST(struct named);

enum { DEEP = 60, ATTRS = 40 };

struct tpl {
    const char *file;
    struct str s;
    isize i;
    const struct po *texts;
    struct buf *head, *code, lit;
    struct err *e;
    struct arena *a;

    bool inside, page, headed; /* in a template; it is a page; its <h1> was seen */
    isize begun;
    struct open open[DEEP];
    isize n_open;
    struct block block[DEEP];
    isize n_block, tag_block; /* blocks open where the tag began */
    enum context context;
    enum url url;
    isize tag_at, value_at;
    const struct element *tag;
    struct attribute attr[ATTRS];
    isize n_attr;
    struct names field, label; /* fields that want a label; labels by their for */
    isize loops;
};

static int refuse(struct tpl *t, isize at, const char *fmt, ...) PRINTF_LIKE(3, 4);
static int refuse(struct tpl *t, isize at, const char *fmt, ...)
{
    int line = 1, col = 1;
    for (isize i = 0; i < at && i < t->s.n; i++) {
        u8 c = (u8)t->s.at[i];
        col = c == '\n' ? 1 : (c & 0xc0) == 0x80 ? col : col + 1;
        line += c == '\n';
    }
    va_list ap;
    va_start(ap, fmt);
    struct str what = str_vfmt(t->a, fmt, ap);
    va_end(ap);
    return err_set(t->e, E_DEFINITION, "%s:%d:%d: %.*s", t->file, line, col, FMT(what));
}

/* -- what is written ------------------------------------------------------------------- */

static void put_quoted(struct buf *b, struct str s)
{
    buf_putc(b, '"');
    for (isize i = 0; i < s.n; i++) {
        u8 c = (u8)s.at[i];
        if (c < ' ' || c >= 127 || c == '"' || c == '\\' || c == '?')
            buf_fmt(b, "\\%03o", (unsigned)c); /* octal ends by itself; ? for trigraphs */
        else
            buf_putc(b, (char)c);
    }
    buf_putc(b, '"');
}

/* Fixed text, in pieces that every compiler takes. */
static void flush(struct tpl *t)
{
    enum { MOST = 1000 };
    for (struct str s = buf_str(&t->lit); s.n; s = str_from(s, MIN(s.n, MOST))) {
        buf_put(t->code, S("html_put(h, S("));
        put_quoted(t->code, str_upto(s, MIN(s.n, MOST)));
        buf_put(t->code, S("));\n"));
    }
    t->lit.n = 0;
}

/* C that stands for the place `at` of the template: errors of the C compiler point there. */
static void emit(struct tpl *t, isize at, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void emit(struct tpl *t, isize at, const char *fmt, ...)
{
    flush(t);
    int line = 1;
    for (isize i = 0; i < at; i++) line += t->s.at[i] == '\n';
    buf_fmt(t->code, "#line %d ", line);
    put_quoted(t->code, str_of(t->file));
    buf_putc(t->code, '\n');
    va_list ap;
    va_start(ap, fmt);
    buf_put(t->code, str_vfmt(t->a, fmt, ap));
    va_end(ap);
    buf_putc(t->code, '\n');
}

/* -- elements -------------------------------------------------------------------------- */

static const struct element *inner(const struct tpl *t)
{
    return t->n_open ? t->open[t->n_open - 1].el : NULL;
}

static bool is_open(const struct tpl *t, const char *name)
{
    for (isize i = 0; i < t->n_open; i++)
        if (strcmp(t->open[i].el->name, name) == 0) return true;
    return false;
}

static bool closes_itself(const struct element *el)
{
    return el && strcmp(el->name, "li") == 0;
}

static void close_inner(struct tpl *t)
{
    buf_put(&t->lit, S("</"));
    buf_put(&t->lit, str_of(inner(t)->name));
    buf_putc(&t->lit, '>');
    t->n_open--;
}

/* Whether an element may begin here: a browser would move or close what stands wrong. */
static int may_stand(struct tpl *t, const struct element *el, isize at)
{
    const struct element *in = inner(t);
    if (in && in->flags & EL_WORDS)
        return refuse(t, at, "<%s> has words in it, no <%s>", in->name, el->name);
    if (in && el->in && !html_word_in(el->in, str_of(in->name)))
        return refuse(t, at, "<%s> stands in one of: %s; here it is in <%s>", el->name,
                      el->in, in->name);
    if (in && in->flags & EL_NO_TEXT && !el->in)
        return refuse(t, at, "<%s> cannot stand directly in <%s>", el->name, in->name);
    if (el->flags & EL_BLOCK && is_open(t, "p"))
        return refuse(t, at, "<%s> would end the <p> it stands in: close that first",
                      el->name);
    if (el->flags & EL_ONCE && is_open(t, el->name))
        return refuse(t, at, "<%s> cannot stand inside another", el->name);
    if (el->flags & EL_SVG && t->n_open && !is_open(t, "svg"))
        return refuse(t, at, "<%s> stands in <svg>", el->name);
    if (strcmp(el->name, "h1") == 0 && t->page) {
        if (t->headed) return refuse(t, at, "a page has one <h1>, its title");
        if (t->n_block)
            return refuse(
                t, at,
                "the <h1> of a page is always there: move the {if} or {for} into it");
        t->headed = true;
    }
    if (t->n_open == DEEP) return refuse(t, at, "more than %d elements deep", DEEP);
    return OK;
}

static const struct attribute *attr_of(const struct tpl *t, const char *name)
{
    for (isize i = 0; i < t->n_attr; i++)
        if (str_is(t->attr[i].name, name) && t->attr[i].always) return &t->attr[i];
    return NULL;
}

static bool attr_is(const struct tpl *t, const char *name, const char *value)
{
    const struct attribute *x = attr_of(t, name);
    return x && str_is(x->value, value);
}

/* What the tag as a whole must have. */
static int tag_complete(struct tpl *t)
{
    const char *name = t->tag->name;
    if (strcmp(name, "img") == 0 && !attr_of(t, "alt"))
        return refuse(t, t->tag_at,
                      "<img> needs alt=\"...\": what it shows, or \"\" for ornament");
    if (strcmp(name, "html") == 0 && !attr_of(t, "lang"))
        return refuse(t, t->tag_at, "<html> needs lang=\"...\"");
    /* Code and looks are ours: a value never says where they come from. */
    bool script = strcmp(name, "script") == 0, link = strcmp(name, "link") == 0;
    const struct attribute *from = attr_of(t, script ? "src" : "href");
    if ((script || link) && !(from && str_starts(from->value, S("{file "))))
        return refuse(t, t->tag_at, "<%s> is from a file of static.def: %s=\"{file ID}\"",
                      name, script ? "src" : "href");
    if (strcmp(name, "svg") == 0 && !attr_of(t, "aria-label") &&
        !attr_is(t, "aria-hidden", "true"))
        return refuse(
            t, t->tag_at,
            "<svg> needs aria-label=\"...\", or aria-hidden=\"true\" for ornament");
    if (strcmp(name, "label") == 0 && attr_of(t, "for"))
        *PUSH(t->a, &t->label) = (struct named){attr_of(t, "for")->value, t->tag_at};
    if (!(t->tag->flags & EL_FIELD) || attr_is(t, "type", "hidden") ||
        attr_is(t, "type", "submit") || attr_of(t, "aria-label") ||
        attr_of(t, "aria-labelledby") || is_open(t, "label"))
        return OK;
    if (!attr_of(t, "id"))
        return refuse(t, t->tag_at, "<%s> needs an id with a <label for>, or aria-label",
                      name);
    *PUSH(t->a, &t->field) = (struct named){attr_of(t, "id")->value, t->tag_at};
    return OK;
}

static int tag_open(struct tpl *t)
{
    t->tag_at = t->i++;
    struct str name = html_name(str_from(t->s, t->i));
    const struct element *el = html_element(name);
    if (!el)
        return refuse(t, t->tag_at,
                      name.n ? "<%.*s> is not an element for pages"
                             : "a < in text is written &lt;%.*s",
                      FMT(name));
    if (closes_itself(el) && closes_itself(inner(t)) &&
        t->n_open > (t->n_block ? t->block[t->n_block - 1].depth : 0))
        close_inner(t);
    TRY(may_stand(t, el, t->tag_at));
    t->i += name.n;
    t->tag = el;
    t->n_attr = 0;
    t->tag_block = t->n_block;
    t->context = IN_TAG;
    buf_putc(&t->lit, '<');
    buf_put(&t->lit, name);
    return OK;
}

static int tag_end(struct tpl *t)
{
    bool alone = t->s.at[t->i] == '/';
    if (alone &&
        (t->i + 1 == t->s.n || t->s.at[t->i + 1] != '>' || !(t->tag->flags & EL_SVG)))
        return refuse(t, t->i, "only elements of drawings end in />");
    if (t->n_block != t->tag_block)
        return refuse(t, t->i, "{end} is missing before the tag ends");
    t->i += alone ? 2 : 1;
    TRY(tag_complete(t));
    buf_put(&t->lit, alone ? S("/>") : S(">"));
    t->context = IN_TEXT;
    if (alone || t->tag->flags & EL_VOID) return OK;
    t->open[t->n_open++] = (struct open){t->tag, t->tag_at};
    /* A browser drops the first line break in these; ours is the one that goes. */
    if (strcmp(t->tag->name, "textarea") == 0 || strcmp(t->tag->name, "pre") == 0)
        buf_putc(&t->lit, '\n');
    if (t->page && strcmp(t->tag->name, "h1") == 0)
        emit(t, t->tag_at, "html_title_begin(h, &page_);");
    return OK;
}

static int tag_close(struct tpl *t)
{
    isize at = t->i, floor = t->n_block ? t->block[t->n_block - 1].depth : 0;
    struct str name = html_name(str_from(t->s, at + 2));
    if (t->n_open > floor + 1 && closes_itself(inner(t)) && !str_is(name, "li"))
        close_inner(t);
    if (t->n_open == floor)
        return refuse(t, at,
                      floor || t->n_block
                          ? "</%.*s> closes what was opened outside this block"
                          : "</%.*s> closes nothing",
                      FMT(name));
    if (!str_is(name, inner(t)->name))
        return refuse(t, at, "</%s> is expected here, not </%.*s>", inner(t)->name,
                      FMT(name));
    t->i = at + 2 + name.n;
    if (t->i == t->s.n || t->s.at[t->i] != '>')
        return refuse(t, t->i, "> is expected here");
    t->i++;
    if (t->page && str_is(name, "h1")) emit(t, at, "html_title_end(h, &page_);");
    close_inner(t);
    return OK;
}

/* -- attributes ------------------------------------------------------------------------ */

static int attr_new(struct tpl *t, struct str name, isize at)
{
    for (isize i = 0; i < t->n_attr; i++)
        if (str_eq(t->attr[i].name, name))
            return refuse(t, at, "%.*s stands twice in this tag", FMT(name));
    if (t->n_attr == ATTRS) return refuse(t, at, "more than %d attributes", ATTRS);
    t->attr[t->n_attr++] = (struct attribute){name, {0}, t->n_block == t->tag_block};
    return OK;
}

static int attr_begin(struct tpl *t)
{
    isize at = t->i;
    struct str name = html_name(str_from(t->s, at));
    if (!name.n) return refuse(t, at, "the name of an attribute is expected here");
    if (str_starts(name, S("on")))
        return refuse(t, at, "%.*s: events are bound in a script file, not in a page",
                      FMT(name));
    if (str_is(name, "style"))
        return refuse(t, at, "style: the look stands in varde.css, as a class");
    TRY(attr_new(t, name, at));
    t->i += name.n;
    bool value = t->i < t->s.n && t->s.at[t->i] == '=';
    buf_putc(&t->lit, ' ');
    buf_put(&t->lit, name);
    if (html_is_boolean(name)) {
        if (value)
            return refuse(t, at, "%.*s has no value: write it alone, or {attr %.*s ...}",
                          FMT(name), FMT(name));
        return OK;
    }
    if (!html_is_attribute(name))
        return refuse(t, at, "%.*s is not an attribute for pages", FMT(name));
    if (!value) return refuse(t, t->i, "%.*s needs =\"...\"", FMT(name));
    t->i++;
    if (t->i == t->s.n || t->s.at[t->i] != '"')
        return refuse(t, t->i, "the value of %.*s stands in \" quotes", FMT(name));
    buf_put(&t->lit, S("=\""));
    t->value_at = ++t->i;
    t->context = IN_VALUE;
    t->url = html_is_url(name) ? URL_START : NO_URL;
    return OK;
}

static int value_end(struct tpl *t)
{
    if (t->n_block && t->block[t->n_block - 1].value_at == t->value_at)
        return refuse(t, t->i, "{end} is missing before the quote");
    if (t->url == URL_START) return refuse(t, t->i, "a URL is expected here");
    t->attr[t->n_attr - 1].value =
        (struct str){t->s.at + t->value_at, t->i - t->value_at};
    t->i++;
    buf_putc(&t->lit, '"');
    t->context = IN_TAG;
    return OK;
}

/* A fixed letter of a URL: what follows it decides how a value behind it is written. */
static int url_char(struct tpl *t)
{
    struct str rest = str_from(t->s, t->i);
    char c = rest.at[0];
    if (t->url == URL_DONE)
        return refuse(t, t->i, "nothing follows a URL that is written as a whole");
    if (t->url == URL_START) {
        bool host = str_starts(rest, S("https://")) || str_starts(rest, S("http://"));
        bool mail = str_starts(rest, S("mailto:"));
        if ((c != '/' && c != '#' && c != '?' && !host && !mail) ||
            str_starts(rest, S("//")))
            return refuse(t, t->i, "a URL begins with / # ? https:// http:// or mailto:");
        t->url = host ? URL_HOST : c == '/' ? URL_ROOT : URL_PATH;
        isize n = host ? str_find_str(rest, S("//")) + 2 : 1;
        buf_put(&t->lit, str_upto(rest, n));
        t->i += n;
        return OK;
    }
    if (c == '\\' || (u8)c <= ' ')
        return refuse(t, t->i, "this letter does not belong in a URL");
    /* "/" and an empty value and "/x" would be another server: a word comes first. */
    if (t->url == URL_ROOT || c == '/' || c == '?' || c == '#') t->url = URL_PATH;
    buf_putc(&t->lit, c);
    t->i++;
    return OK;
}

static int value_char(struct tpl *t)
{
    char c = t->s.at[t->i];
    if (c == '"') return value_end(t);
    if (c == '<')
        return refuse(t, t->i,
                      "a < in a value is written &lt;; is a quote missing before?");
    if (t->url != NO_URL) return url_char(t);
    buf_putc(&t->lit, c);
    t->i++;
    return OK;
}

/* -- directives ------------------------------------------------------------------------ */

static bool is_word(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (!first && c >= '0' && c <= '9');
}

static struct str word_of(struct str s)
{
    isize n = 0;
    while (n < s.n && is_word(s.at[n], n == 0)) n++;
    return str_upto(s, n);
}

static struct str skip(struct str s, isize n)
{
    return str_trim(str_from(s, n));
}

/* The end of a C expression in s: at a blank outside brackets and quotes if `one`, else at
** the brace that closes the directive; -1 when brackets or quotes do not close. */
static isize expr_end(struct str s, bool one)
{
    char want[DEEP];
    isize deep = 0;
    for (isize i = 0; i < s.n; i++) {
        char c = s.at[i];
        if (c == '"' || c == '\'') {
            isize k = i + 1;
            while (k < s.n && s.at[k] != c && s.at[k] != '\n')
                k += s.at[k] == '\\' ? 2 : 1;
            if (k >= s.n || s.at[k] != c) return -1;
            i = k;
        } else if (c == '(' || c == '[' || c == '{') {
            if (deep == DEEP) return -1;
            want[deep++] = c == '(' ? ')' : c == '[' ? ']' : '}';
        } else if (deep == 0 && (c == '}' || (one && (c == ' ' || c == '\n')))) {
            return i;
        } else if (c == ')' || c == ']' || c == '}') {
            if (deep == 0 || want[--deep] != c) return -1;
        } else if (c == ';') {
            return -1;
        }
    }
    return one && deep == 0 ? s.n : -1;
}

/* A value is written here: how, by the place it stands in; NULL and an error if not. */
static int value_with(struct tpl *t, isize at, const char *word, const char **how)
{
    bool text = strcmp(word, "=") == 0;
    *how = "html_text";
    if (t->context == IN_TAG)
        return refuse(t, at,
                      "{%s} stands in text or in a quoted value, not between attributes",
                      word);
    if (t->context == IN_TEXT) {
        const struct element *in = inner(t);
        if (in && in->flags & EL_NO_TEXT)
            return refuse(t, at, "text cannot stand directly in <%s>", in->name);
        return OK;
    }
    if (t->url == NO_URL) return OK;
    if (!text && strcmp(word, "int") != 0)
        return refuse(t, at, "in a URL stand {url}, {file}, {=} and {int}");
    if (t->url == URL_HOST || t->url == URL_ROOT)
        return refuse(t, at, "write the %s out before a value",
                      t->url == URL_HOST ? "server's name" : "first word of the path");
    if (t->url == URL_DONE)
        return refuse(t, at, "nothing follows a URL that is written as a whole");
    if (t->url == URL_START) {
        if (!text) return refuse(t, at, "a URL does not begin with a number");
        t->url = URL_DONE;
        *how = "html_url";
    } else {
        *how = "html_url_part";
    }
    return OK;
}

/* {t ID E...} */
static int write_words(struct tpl *t, isize at, struct str rest, const char *how)
{
    struct str id = word_of(rest);
    const struct po_entry *entry = NULL;
    for (isize i = 0; i < t->texts->n && !entry; i++)
        if (str_eq(t->texts->at[i].id, id)) entry = &t->texts->at[i];
    if (!entry) return refuse(t, at, "there is no text %.*s in the catalogue", FMT(id));
    isize want = 0, n = 0;
    for (isize i = 0; i + 2 < entry->text.n; i++)
        if (entry->text.at[i] == '{' && entry->text.at[i + 2] == '}')
            want = MAX(want, entry->text.at[i + 1] - '0');
    struct buf arg = buf_in(t->a, 100);
    for (rest = skip(rest, id.n); rest.n; n++) {
        isize end = expr_end(rest, true);
        if (end <= 0) return refuse(t, at, "an expression that does not close");
        buf_fmt(&arg, "%sHTML_ARG(h, %.*s)", n ? ", " : "", FMT(str_upto(rest, end)));
        rest = skip(rest, end);
    }
    if (n != want)
        return refuse(t, at, "%.*s has %td places to fill, here are %td", FMT(id), want,
                      n);
    if (n)
        emit(t, at, "html_fill(h, \"%.*s\", (const struct str[]){%.*s}, %td);", FMT(id),
             FMT(buf_str(&arg)), n);
    else
        emit(t, at, "%s(h, text_of(h->lang, \"%.*s\"));", how, FMT(id));
    return OK;
}

static int write_url(struct tpl *t, isize at, bool file, struct str rest)
{
    struct str id = word_of(rest);
    if (t->context != IN_VALUE || t->url != URL_START)
        return refuse(t, at,
                      "{%s} stands at the beginning of a URL attribute, such as href",
                      file ? "file" : "url");
    if (!id.n)
        return refuse(t, at, "a name is expected after {%s", file ? "file" : "url");
    rest = skip(rest, id.n);
    t->url = file ? URL_DONE : URL_PATH;
    if (file) {
        if (rest.n) return refuse(t, at, "{file ID} and nothing more");
        emit(t, at, "html_file(h, STATIC_%.*s);", FMT(id));
        return OK;
    }
    struct buf arg = buf_in(t->a, 100);
    while (rest.n) {
        isize end = expr_end(rest, true);
        if (end <= 0) return refuse(t, at, "an expression that does not close");
        buf_fmt(&arg, ", %.*s", FMT(str_upto(rest, end)));
        rest = skip(rest, end);
    }
    emit(t, at, "url_%.*s(h%.*s);", FMT(id), FMT(buf_str(&arg)));
    return OK;
}

static int block_begin(struct tpl *t, isize at, bool loop, struct str rest)
{
    if (t->context == IN_VALUE && t->url != NO_URL)
        return refuse(t, at, "a URL has no blocks: put them around the tag");
    if (loop && t->context == IN_TAG) return refuse(t, at, "attributes do not repeat");
    if (t->n_block == DEEP) return refuse(t, at, "more than %d blocks deep", DEEP);
    t->block[t->n_block++] =
        (struct block){loop,      false,      at,
                       t->n_open, t->context, t->context == IN_VALUE ? t->value_at : -1};
    if (!loop) {
        emit(t, at, "if (%.*s) {", FMT(rest));
        return OK;
    }
    struct str v = word_of(rest), list = skip(rest, v.n);
    if (!v.n || !str_starts(list, S("in ")) || list.n < 4)
        return refuse(t, at, "{for NAME in LIST} is expected");
    list = skip(list, 3);
    isize k = t->loops++;
    emit(t, at,
         "for (isize at_%td = 0; at_%td < (%.*s).n; at_%td++) {\n"
         "const __typeof__(*(%.*s).at) *%.*s = &(%.*s).at[at_%td];\n(void)%.*s;",
         k, k, FMT(list), k, FMT(list), FMT(v), FMT(list), k, FMT(v));
    return OK;
}

/* A branch ends: it leaves the page where it found it. */
static int branch_end(struct tpl *t, isize at, const char *word)
{
    if (!t->n_block) return refuse(t, at, "{%s} without {if} or {for}", word);
    struct block *b = &t->block[t->n_block - 1];
    if (t->n_open == b->depth + 1 && closes_itself(inner(t))) close_inner(t);
    if (t->n_open > b->depth)
        return refuse(t, t->open[t->n_open - 1].at, "<%s> is not closed before {%s}",
                      inner(t)->name, word);
    if (t->context != b->context ||
        (t->context == IN_TAG && t->n_block <= t->tag_block) ||
        (t->context == IN_VALUE && b->value_at != t->value_at))
        return refuse(t, at, "{%s} stands inside a tag or value that began in its block",
                      word);
    return OK;
}

static int block_next(struct tpl *t, isize at, const char *word, struct str rest)
{
    TRY(branch_end(t, at, word));
    struct block *b = &t->block[t->n_block - 1];
    if (b->loop || b->other)
        return refuse(t, at, "{%s} belongs to an {if}, before its {else}", word);
    b->other = strcmp(word, "else") == 0;
    if (b->other)
        emit(t, at, "} else {");
    else
        emit(t, at, "} else if (%.*s) {", FMT(rest));
    return OK;
}

/* -- templates ------------------------------------------------------------------------- */

static int template_end(struct tpl *t)
{
    isize end = t->s.n;
    if (!t->inside) return OK;
    if (t->context != IN_TEXT) return refuse(t, t->tag_at, "this tag does not end");
    if (t->n_block)
        return refuse(t, t->block[t->n_block - 1].at, "this block has no {end}");
    if (t->n_open == 1 && closes_itself(inner(t))) close_inner(t);
    if (t->n_open)
        return refuse(t, t->open[t->n_open - 1].at, "<%s> is not closed", inner(t)->name);
    if (t->page && !t->headed)
        return refuse(t, t->begun, "a page has an <h1>, its title");
    for (isize i = 0; i < t->field.n; i++) {
        bool found = false;
        for (isize k = 0; k < t->label.n; k++)
            found |= str_eq(t->field.at[i].id, t->label.at[k].id);
        if (!found)
            return refuse(t, t->field.at[i].at, "no <label for=\"%.*s\"> for this field",
                          FMT(t->field.at[i].id));
    }
    emit(t, MIN(t->i, end), "%s}\n", t->page ? "html_page_end(h, &page_);\n" : "");
    t->inside = false;
    return OK;
}

static int template_begin(struct tpl *t, isize at, bool page, struct str rest)
{
    struct str name = word_of(rest), args = str_from(rest, name.n);
    if (!name.n || !str_starts(args, S("(struct html *h")) || !str_ends(args, S(")")))
        return refuse(t, at, "{%s NAME(struct html *h, ...)} is expected",
                      page ? "page" : "part");
    TRY(template_end(t));
    t->inside = true;
    t->page = page;
    t->headed = false;
    t->begun = at;
    t->n_open = t->n_block = t->field.n = t->label.n = 0;
    t->context = IN_TEXT;
    buf_fmt(t->head, "void tpl_%.*s;\n", FMT(rest));
    emit(t, at, "void tpl_%.*s\n{%s", FMT(rest),
         page ? "\nstruct html_page page_ = html_page_begin(h);" : "");
    return OK;
}

/* The values that one call writes: word, kind of call. */
static int write_value(struct tpl *t, isize at, struct str word, struct str rest)
{
    const char *how, *w = str_c(word, t->a);
    TRY(value_with(t, at, w, &how));
    if (str_is(word, "t")) return write_words(t, at, rest, how);
    if (str_is(word, "=")) {
        emit(t, at, "%s(h, HTML_STR(%.*s));", how, FMT(rest));
    } else if (str_is(word, "num")) {
        isize end = expr_end(rest, true);
        struct str places = end > 0 ? skip(rest, end) : (struct str){0};
        if (!places.n)
            return refuse(t, at, "{num E PLACES} is expected; E with blanks in brackets");
        emit(t, at, "html_num(h, %.*s, %.*s);", FMT(str_upto(rest, end)), FMT(places));
    } else if (str_is(word, "raw")) {
        /* In <title> stands what was made for <h1>; other words take no markup. */
        const struct element *in = inner(t);
        bool words = in && in->flags & EL_WORDS && strcmp(in->name, "title") != 0;
        if (t->context != IN_TEXT || words)
            return refuse(t, at, "{raw} stands where elements may stand");
        emit(t, at, "html_raw(h, %.*s);", FMT(rest));
    } else {
        emit(t, at, "html_%.*s(h, %.*s);", FMT(word), FMT(rest));
    }
    return OK;
}

static int write_attr(struct tpl *t, isize at, struct str rest)
{
    struct str name = html_name(rest), cond = skip(rest, name.n);
    if (t->context != IN_TAG)
        return refuse(t, at, "{attr} stands in a tag, between attributes");
    if (!html_is_boolean(name) || !cond.n)
        return refuse(t, at, "{attr NAME E} with one of: %s", html_booleans());
    TRY(attr_new(t, name, at));
    emit(t, at, "if (%.*s) html_put(h, S(\" %.*s\"));", FMT(cond), FMT(name));
    return OK;
}

static int directive(struct tpl *t)
{
    isize at = t->i;
    struct str s = str_from(t->s, at + 1);
    isize end = expr_end(s, false);
    if (end < 0)
        return refuse(t, at, "this { does not close; a brace in text is written {{");
    t->i = at + end + 2;
    s = str_trim(str_upto(s, end));
    struct str word = str_starts(s, S("=")) ? str_upto(s, 1) : word_of(s),
               rest = skip(s, word.n);
    const char *known =
        " = int num day t raw url file attr call if elif else end for page part include ";
    if (!word.n || !html_word_in(known, word))
        return refuse(t, at, "{%.*s} is not known; a brace in text is written {{",
                      FMT(word));
    bool bare = str_is(word, "else") || str_is(word, "end");
    if (bare != (rest.n == 0))
        return refuse(t, at,
                      bare ? "{%.*s} stands alone" : "{%.*s} needs something behind it",
                      FMT(word));
    if (str_is(word, "page") || str_is(word, "part"))
        return template_begin(t, at, str_is(word, "page"), rest);
    if (str_is(word, "include")) {
        if (t->inside) return refuse(t, at, "{include} stands before the templates");
        buf_fmt(t->head, "#include %.*s\n", FMT(rest));
        return OK;
    }
    if (!t->inside) return refuse(t, at, "{page} or {part} is expected first");
    if (str_is(word, "if") || str_is(word, "for"))
        return block_begin(t, at, str_is(word, "for"), rest);
    if (str_is(word, "elif")) return block_next(t, at, "elif", rest);
    if (str_is(word, "else")) return block_next(t, at, "else", rest);
    if (str_is(word, "end")) {
        TRY(branch_end(t, at, "end"));
        t->n_block--;
        emit(t, at, "}");
        return OK;
    }
    if (str_is(word, "attr")) return write_attr(t, at, rest);
    if (str_is(word, "url") || str_is(word, "file"))
        return write_url(t, at, str_is(word, "file"), rest);
    if (str_is(word, "call")) {
        if (t->context != IN_TEXT ||
            (inner(t) &&
             (inner(t)->flags & EL_WORDS || strcmp(inner(t)->name, "script") == 0)))
            return refuse(t, at, "{call} stands in text");
        emit(t, at, "tpl_%.*s;", FMT(rest));
        return OK;
    }
    return write_value(t, at, word, rest);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static int blanks(struct tpl *t)
{
    isize at = t->i;
    while (t->i < t->s.n && is_blank(t->s.at[t->i])) t->i++;
    struct str all = {t->s.at + at, t->i - at};
    if (t->context != IN_TEXT || !t->inside) return OK;
    bool kept = is_open(t, "pre") || is_open(t, "textarea");
    buf_put(&t->lit, !kept && str_find(all, '\n') >= 0 ? S("\n") : all);
    return OK;
}

static int text_char(struct tpl *t)
{
    const struct element *in = inner(t);
    struct str rest = str_from(t->s, t->i);
    if (str_starts(rest, S("<!--"))) {
        isize end = str_find_str(rest, S("-->"));
        if (end < 0) return refuse(t, t->i, "this comment does not end");
        t->i += end + 3;
        return OK;
    }
    if (!t->inside) return refuse(t, t->i, "{page} or {part} is expected first");
    if (str_starts(rest, S("<!doctype html>"))) {
        buf_put(&t->lit, S("<!doctype html>"));
        t->i += 15;
        return OK;
    }
    if (str_starts(rest, S("</"))) return tag_close(t);
    if (rest.at[0] == '<') return tag_open(t);
    if (in && in->flags & EL_NO_TEXT)
        return refuse(t, t->i, "text cannot stand directly in <%s>", in->name);
    buf_putc(&t->lit, rest.at[0]);
    t->i++;
    return OK;
}

static int file_compile(struct tpl *t)
{
    if (!str_utf8_ok(t->s) || str_find(t->s, 0) >= 0)
        return refuse(t, 0, "this is not UTF-8");
    while (t->i < t->s.n) {
        char c = t->s.at[t->i];
        if (c == '{' && str_starts(str_from(t->s, t->i), S("{{")) &&
            t->context != IN_TAG) {
            buf_putc(&t->lit, '{');
            t->i += 2;
        } else if (c == '{') {
            TRY(directive(t));
        } else if (t->context == IN_VALUE) {
            TRY(value_char(t));
        } else if (is_blank(c)) {
            TRY(blanks(t));
        } else if (t->context == IN_TEXT) {
            TRY(text_char(t));
        } else if (c == '>' || c == '/') {
            TRY(tag_end(t));
        } else {
            TRY(attr_begin(t));
        }
    }
    return template_end(t);
}

int template_compile(const struct template_file *f, isize n, const struct po *texts,
                     struct buf *head, struct buf *code, struct err *e)
{
    for (isize i = 0; i < n; i++) {
        struct tpl t = {.file = f[i].name,
                        .s = f[i].text,
                        .texts = texts,
                        .head = head,
                        .code = code,
                        .lit = buf_in(head->a, 2000),
                        .e = e,
                        .a = head->a};
        TRY(file_compile(&t));
    }
    return OK;
}
