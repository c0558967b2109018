#include "base/yaml.h"
#include "base/file.h"
#include <stdio.h>
#include <string.h>
#include <yaml.h>

struct builder {
    yaml_parser_t parser;
    yaml_event_t event; /* the one being looked at */
    bool has_event;
    const char *file;
    struct arena *a;
    struct err *e;
    struct yaml **out;
    int code;
};

static int refuse(const struct builder *b, yaml_mark_t at, const char *what)
{
    return err_set(b->e, E_YAML, "%s:%zu:%zu: %s", b->file, at.line + 1, at.column + 1,
                   what);
}

/* libyaml speaks to people who know its grammar; this is what usually lies behind it. */
static const char *remedy(const char *problem)
{
    static const struct {
        const char *says, *means;
    } row[] = {
        {"mapping values are not allowed",
         "; a text with a colon and a blank in it needs quotes"},
        {"cannot start any token", "; a text that begins with this sign needs quotes"},
        {"did not find expected key",
         "; look at the indentation here and above, and for a text that needs quotes"},
        {"could not find expected ':'", "; a key is followed by ':' and a blank"},
        {"did not find expected ',' or",
         "; a bracket above is not closed, or a comma is missing"},
        {"did not find expected '-' indicator",
         "; every member of a list begins with '-' under the first one"},
        {"found unexpected end of stream", "; a quote above is not closed"},
        {"block sequence entries are not allowed",
         "; a list begins on a line of its own"},
    };
    for (isize i = 0; i < COUNT(row); i++)
        if (strstr(problem, row[i].says)) return row[i].means;
    return "";
}

static int next(struct builder *b)
{
    if (b->has_event) yaml_event_delete(&b->event);
    b->has_event = yaml_parser_parse(&b->parser, &b->event);
    if (b->has_event) return OK;
    const yaml_parser_t *p = &b->parser;
    if (p->error == YAML_MEMORY_ERROR || !p->problem)
        return err_set(b->e, E_NO_MEMORY, "%s: no memory to read it", b->file);
    char begun[60] = "";
    if (p->context && p->context_mark.line != p->problem_mark.line)
        snprintf(begun, sizeof begun, " (begun in line %zu)", p->context_mark.line + 1);
    return err_set(b->e, E_YAML, "%s:%zu:%zu: %s%s%s", b->file, p->problem_mark.line + 1,
                   p->problem_mark.column + 1, p->problem, begun, remedy(p->problem));
}

static int anchor_or_tag(const struct builder *b, const yaml_char_t *anchor,
                         const yaml_char_t *tag)
{
    if (anchor)
        return refuse(b, b->event.start_mark,
                      "an anchor (&) is not allowed in a definition");
    if (tag)
        return refuse(b, b->event.start_mark, "a tag (!) is not allowed in a definition");
    return OK;
}

/* The text of the scalar event at hand. */
static int text(const struct builder *b, struct str *out, bool *quoted)
{
    const yaml_event_t *ev = &b->event;
    struct str s = {(const char *)ev->data.scalar.value, (isize)ev->data.scalar.length};
    TRY(anchor_or_tag(b, ev->data.scalar.anchor, ev->data.scalar.tag));
    if (str_find(s, 0) >= 0)
        return refuse(b, ev->start_mark, "U+0000 is not allowed in a text");
    *out = str_dup(s, b->a);
    *quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return OK;
}

static int keys_differ(const struct builder *b, const struct yaml *map)
{
    struct arena tmp = *b->a;
    struct str *key = NEW_RAW(&tmp, struct str, map->n);
    isize n = 0;
    for (const struct yaml *v = map->kid; v; v = v->next) key[n++] = v->key;
    isize twice = str_repeated(key, n, tmp);
    if (twice < 0) return OK;
    const struct yaml *v = map->kid, *u = map->kid;
    for (isize i = 0; i < twice; i++) v = v->next;
    while (!str_eq(u->key, v->key)) u = u->next;
    return err_set(b->e, E_YAML,
                   "%s:%d:%d: the key '%.*s' stands twice, first in line %d", b->file,
                   v->key_line, v->key_col, FMT(str_brief(v->key, 60)), u->key_line);
}

/* The node that begins with the event at hand; ends on its last event. */
static int node(struct builder *b, struct yaml *v, int depth)
{
    const yaml_event_t *ev = &b->event;
    v->line = (int)ev->start_mark.line + 1;
    v->col = (int)ev->start_mark.column + 1;
    v->file = b->file;
    if (ev->type == YAML_ALIAS_EVENT)
        return refuse(b, ev->start_mark, "an alias (*) is not allowed in a definition");
    if (ev->type == YAML_SCALAR_EVENT) return text(b, &v->text, &v->quoted);

    bool map = ev->type == YAML_MAPPING_START_EVENT;
    v->kind = map ? YAML_MAP : YAML_LIST;
    TRY(map ? anchor_or_tag(b, ev->data.mapping_start.anchor, ev->data.mapping_start.tag)
            : anchor_or_tag(b, ev->data.sequence_start.anchor,
                            ev->data.sequence_start.tag));
    if (depth == JSON_DEPTH)
        return refuse(b, ev->start_mark, "more than 64 levels of lists and maps");
    struct yaml **to = &v->kid;
    for (;;) {
        TRY(next(b));
        if (ev->type == YAML_MAPPING_END_EVENT || ev->type == YAML_SEQUENCE_END_EVENT)
            break;
        struct yaml *kid = NEW(b->a, struct yaml, 1);
        *to = kid;
        to = &kid->next;
        v->n++;
        if (map) {
            bool quoted;
            if (ev->type != YAML_SCALAR_EVENT)
                return refuse(b, ev->start_mark, "a key must be a text");
            kid->key_line = (int)ev->start_mark.line + 1;
            kid->key_col = (int)ev->start_mark.column + 1;
            TRY(text(b, &kid->key, &quoted));
            if (kid->key.n == 0 && !quoted)
                return refuse(b, ev->start_mark, "a key is missing before ':'");
            TRY(next(b));
        }
        TRY(node(b, kid, depth + 1));
    }
    return map ? keys_differ(b, v) : OK;
}

static int document(struct builder *b, struct yaml **out)
{
    struct yaml *v = NEW(b->a, struct yaml, 1);
    *v = (struct yaml){.kind = YAML_MAP, .file = b->file, .line = 1, .col = 1};
    TRY(next(b)); /* the stream starts */
    TRY(next(b));
    if (b->event.type == YAML_DOCUMENT_START_EVENT) {
        if (b->event.data.document_start.version_directive ||
            b->event.data.document_start.tag_directives.start !=
                b->event.data.document_start.tag_directives.end)
            return refuse(b, b->event.start_mark, "a directive (%) is not allowed");
        TRY(next(b));
        v->kind = YAML_TEXT;
        TRY(node(b, v, 0));
        if (v->kind == YAML_TEXT && v->text.n == 0 && !v->quoted) v->kind = YAML_MAP;
        TRY(next(b)); /* the document ends */
        TRY(next(b));
        if (b->event.type == YAML_DOCUMENT_START_EVENT)
            return refuse(b, b->event.start_mark,
                          "a second document begins; a file holds one");
    }
    *out = v;
    return OK;
}

/* What libyaml would take and people would not see: tabs, odd line ends, odd blanks. */
static int plain_text(struct str s, const char *file, struct err *e)
{
    static const struct {
        struct str sign;
        const char *says;
    } odd[] = {
        {{"\xC2\x85", 2}, "a next-line mark (U+0085)"},
        {{"\xE2\x80\xA8", 3}, "a line separator (U+2028)"},
        {{"\xE2\x80\xA9", 3}, "a paragraph separator (U+2029)"},
        {{"\xEF\xBB\xBF", 3}, "a byte-order mark inside the text"},
    };
    bool sound = str_utf8_ok(s);
    int line = 1, col = 1;
    for (isize i = 0; i < s.n; i++) {
        u8 c = (u8)s.at[i];
        struct str rest = str_from(s, i);
        if (c == '\n') {
            line++;
            col = 1;
            continue;
        }
        if (c == '\t')
            return err_set(e, E_YAML, "%s:%d:%d: a TAB; use blanks instead", file, line,
                           col);
        if ((c < ' ' && !str_starts(rest, S("\r\n"))) || c == 127)
            return err_set(e, E_YAML, "%s:%d:%d: control character 0x%02X", file, line,
                           col, (unsigned)c);
        if (c >= 0x80) {
            for (isize k = 0; k < COUNT(odd); k++)
                if (str_starts(rest, odd[k].sign))
                    return err_set(e, E_YAML, "%s:%d:%d: %s; remove it", file, line, col,
                                   odd[k].says);
            isize n = 1;
            while (n < rest.n && ((u8)rest.at[n] & 0xC0) == 0x80) n++;
            if (!sound && !str_utf8_ok(str_upto(rest, n)))
                return err_set(
                    e, E_YAML,
                    "%s:%d:%d: byte 0x%02X is not valid UTF-8; save the file as "
                    "UTF-8",
                    file, line, col, (unsigned)c);
            i += n - 1;
        }
        col++;
    }
    return OK;
}

static void build(void *arg)
{
    struct builder *b = arg;
    b->code = document(b, b->out);
}

int yaml_read(struct str text, const char *file, struct yaml **out, struct arena *a,
              struct err *e)
{
    if (text.n > FILE_LIMIT)
        return err_set(e, E_TOO_BIG, "%s: larger than %td bytes", file, FILE_LIMIT);
    if (str_starts(text, S("\xEF\xBB\xBF"))) text = str_from(text, 3);
    if (!text.at) text = S("");
    TRY(plain_text(text, file, e));

    struct builder b = {.a = a, .e = e, .file = str_c(str_of(file), a), .out = out};
    if (!yaml_parser_initialize(&b.parser))
        return err_set(e, E_NO_MEMORY, "%s: no memory to read it", file);
    yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b.parser, (const u8 *)text.at, (size_t)text.n);
    bool full = arena_caught(build, &b);
    if (b.has_event) yaml_event_delete(&b.event);
    yaml_parser_delete(&b.parser);
    if (full) arena_refuse(a);
    return b.code;
}

int yaml_read_file(const char *path, struct yaml **out, struct arena *a, struct err *e)
{
    struct str text;
    TRY(file_read(path, FILE_LIMIT, &text, a, e));
    return yaml_read(text, path, out, a, e);
}
