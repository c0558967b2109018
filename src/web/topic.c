#include "web/topic.h"
#include "base/file.h"
#include "web/topic_texts.h"
#include "web/routes.h"
#include <string.h>

enum { OWN_MOST = 1 << 16 };

static const char *const words[TOPIC_N] = {
#define TOPIC(topic) #topic,
#include "web/topic.def"
#undef TOPIC
};

const char *topic_word(enum topic t)
{
    return words[t];
}

bool topic_find(struct str word, enum topic *out)
{
    for (int i = 0; i < TOPIC_N; i++) {
        if (!str_is(word, words[i])) continue;
        *out = (enum topic)i;
        return true;
    }
    return false;
}

/* "/staff" begins "/staff" and "/staff/new", not "/staffing"; "/" only itself. */
static bool begins(const char *pattern, const char *with)
{
    size_t n = strlen(with);
    if (strncmp(pattern, with, n) != 0) return false;
    return pattern[n] == 0 || (n > 1 && pattern[n] == '/');
}

bool topic_of(const char *pattern, enum topic *out)
{
    static const struct {
        const char *with;
        enum topic topic;
    } all[] = {
#define TOPIC_OF(with, topic) {with, TOPIC_##topic},
#include "web/topic_of.def"
#undef TOPIC_OF
    };
    size_t most = 0;
    *out = TOPIC_start;
    for (isize i = 0; i < COUNT(all); i++) {
        size_t n = strlen(all[i].with);
        if (n <= most || !begins(pattern, all[i].with)) continue;
        most = n;
        *out = all[i].topic;
    }
    return most > 0;
}

/* --- texts ------------------------------------------------------------------------------- */

struct str topic_shipped(enum topic t, enum lang lang)
{
    for (isize i = 0; i < help_texts_n; i++)
        if (strcmp(topic_texts[i].topic, words[t]) == 0 &&
            strcmp(topic_texts[i].lang, lang_code[lang]) == 0)
            return (struct str){topic_texts[i].text, topic_texts[i].n};
    return (struct str){0};
}

struct str topic_text(const struct call *c, enum topic t)
{
    struct err none;
    struct str own = {0};
    const char *path = str_fmt(c->q->a, "%s/help/%s.%s.md", house_folder(c->house),
                               words[t], lang_code[c->lang])
                           .at;
    if (file_read(path, OWN_MOST, &own, c->q->a, &none) == OK && topic_title(own).n)
        return own;
    return topic_shipped(t, c->lang);
}

static struct str line_of(struct str *rest)
{
    struct str line = {0};
    if (!str_cut(rest, '\n', &line)) *rest = (struct str){0};
    if (line.n && line.at[line.n - 1] == '\r') line.n--;
    return line;
}

struct str topic_title(struct str text)
{
    struct str line = line_of(&text);
    return str_starts(line, S("# ")) ? str_trim(str_from(line, 2)) : (struct str){0};
}

/* --- lines ------------------------------------------------------------------------------- */

enum block { NONE, HEADING, ITEM, STEP, TEXT };

/* What the line is, and the line without its sign. */
static enum block block_of(struct str *line)
{
    struct str s = *line;
    isize n = 0;
    if (str_trim(s).n == 0) return NONE;
    if (str_starts(s, S("## "))) {
        *line = str_from(s, 3);
        return HEADING;
    }
    if (str_starts(s, S("- "))) {
        *line = str_from(s, 2);
        return ITEM;
    }
    while (n < s.n && s.at[n] >= '0' && s.at[n] <= '9') n++;
    if (n > 0 && n + 1 < s.n && s.at[n] == '.' && s.at[n + 1] == ' ') {
        *line = str_from(s, n + 2);
        return STEP;
    }
    return TEXT;
}

/* The route of a path without its query; NULL: there is none. */
static const struct route *route_of(struct str path)
{
    struct str only = path;
    isize end = str_find(path, '?');
    if (end >= 0) only = str_upto(path, end);
    if (str_find(only, '{') >= 0) return NULL;
    for (isize i = 0; i < routes.n; i++)
        if (str_is(only, routes.at[i].pattern) && strcmp(routes.at[i].method, "GET") == 0)
            return &routes.at[i];
    if (str_starts(only, S("/help/"))) {
        enum topic t;
        if (topic_find(str_from(only, 6), &t)) return route_of(S("/help"));
    }
    return NULL;
}

static bool may_open(const struct call *c, struct str path)
{
    const struct route *r = route_of(path);
    if (!r) return false;
    if (r->right == MAY_ANYONE || r->right == MAY_MACHINE) return true;
    if (!c->act.who.staff) return false;
    return r->right == MAY_STAFF || call_can(c, (enum right)r->right);
}

/* "[words](/path)" at the start of s: its length; 0: it is none. */
static isize link_at(struct str s, struct str *label, struct str *path)
{
    isize mid = str_find_str(s, S("](")), end;
    if (s.n == 0 || s.at[0] != '[' || mid < 0) return 0;
    *label = str_upto(str_from(s, 1), mid - 1);
    *path = str_from(s, mid + 2);
    end = str_find(*path, ')');
    if (end < 0 || str_find(*label, '[') >= 0) return 0;
    *path = str_upto(*path, end);
    return mid + 2 + end + 1;
}

/* `code` or **strong** at the start of s: its length with the signs; 0: it is none. */
static isize marked(struct str s, const char *sign, struct str *inner)
{
    isize n = (isize)strlen(sign);
    if (!str_starts(s, str_of(sign))) return 0;
    isize end = str_find_str(str_from(s, n), str_of(sign));
    if (end <= 0) return 0;
    *inner = str_upto(str_from(s, n), end);
    return 2 * n + end;
}

static void put_line(struct call *c, struct html *h, struct str s)
{
    while (s.n > 0) {
        struct str a, b;
        isize n, plain = 0;
        if ((n = link_at(s, &a, &b)) > 0) {
            if (may_open(c, b)) {
                html_put(h, S("<a href=\""));
                html_url(h, b);
                html_put(h, S("\">"));
                html_text(h, a);
                html_put(h, S("</a>"));
            } else {
                html_text(h, a);
            }
        } else if ((n = marked(s, "**", &a)) > 0) {
            html_put(h, S("<strong>"));
            html_text(h, a);
            html_put(h, S("</strong>"));
        } else if ((n = marked(s, "`", &a)) > 0) {
            html_put(h, S("<code>"));
            html_text(h, a);
            html_put(h, S("</code>"));
        } else {
            plain = 1;
            while (plain < s.n && !strchr("[*`", s.at[plain])) plain++;
            html_text(h, str_upto(s, plain));
            n = plain;
        }
        s = str_from(s, n);
    }
}

static const struct {
    const char *open, *line, *end, *close;
} tags[] = {
    [NONE] = {"", "", "", ""},
    [HEADING] = {"", "", "", ""}, /* by its level */
    [ITEM] = {"<ul>\n", "<li>", "</li>\n", "</ul>\n"},
    [STEP] = {"<ol>\n", "<li>", "</li>\n", "</ol>\n"},
    [TEXT] = {"<p>", "", "\n", "</p>\n"},
};

struct html_safe topic_body(struct call *c, struct str text, int level)
{
    struct html h = {.b = buf_in(c->q->a, text.n + 512), .lang = c->lang};
    enum block open = NONE;
    line_of(&text); /* the title */
    while (text.n > 0) {
        struct str line = line_of(&text);
        enum block now = block_of(&line);
        if (now != open) html_put(&h, str_of(tags[open].close));
        if (now != open) html_put(&h, str_of(tags[now].open));
        open = now;
        if (now == HEADING) {
            buf_fmt(&h.b, "<h%d>", level);
            put_line(c, &h, line);
            buf_fmt(&h.b, "</h%d>\n", level);
        } else if (now != NONE) {
            html_put(&h, str_of(tags[now].line));
            put_line(c, &h, line);
            html_put(&h, str_of(tags[now].end));
        }
    }
    html_put(&h, str_of(tags[open].close));
    return (struct html_safe){buf_str(&h.b)};
}

int topic_wrong(struct str text, const char **what)
{
    int n = 1;
    *what = "the first line is \"# \" and the title";
    if (!topic_title(text).n) return 1;
    line_of(&text);
    while (text.n > 0) {
        struct str s = line_of(&text), label, path;
        n++;
        *what = "letters that are not UTF-8";
        if (!str_utf8_ok(s)) return n;
        for (isize at; (at = str_find(s, '[')) >= 0; s = str_from(s, at + 1)) {
            *what = "a link is [words](/path)";
            if (!link_at(str_from(s, at), &label, &path) || label.n == 0) return n;
            *what = "a link that leads to no page";
            if (!route_of(path)) return n;
        }
    }
    return 0;
}
