#include "wellformed.h"
#include <string.h>

struct reader {
    struct str s;
    isize at;
    const char *wrong;
};

static bool peek(struct reader *r, char c)
{
    return r->at < r->s.n && r->s.at[r->at] == c;
}

static bool fail(struct reader *r, const char *why)
{
    if (!r->wrong) r->wrong = why;
    return false;
}

static bool expect(struct reader *r, char c, const char *why)
{
    if (!peek(r, c)) return fail(r, why);
    r->at++;
    return true;
}

static void blanks(struct reader *r)
{
    while (peek(r, ' ') || peek(r, '\n') || peek(r, '\t')) r->at++;
}

static struct str name(struct reader *r)
{
    isize from = r->at;
    while (r->at < r->s.n) {
        char c = r->s.at[r->at];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool later = (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '.';
        if (!letter && !(later && r->at > from)) break;
        r->at++;
    }
    return (struct str){r->s.at + from, r->at - from};
}

/* One character of text or of an attribute's value, or a reference. */
static bool character(struct reader *r)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    u8 c = (u8)r->s.at[r->at];
    if (c == '<') return fail(r, "a raw <");
    if (c < 0x20 && c != '\n' && c != '\t') return fail(r, "a control character");
    if (c == 0xEF && r->at + 2 < r->s.n && (u8)r->s.at[r->at + 1] == 0xBF &&
        (u8)r->s.at[r->at + 2] >= 0xBE)
        return fail(r, "U+FFFE or U+FFFF");
    if (c != '&') {
        r->at++;
        return true;
    }
    for (isize i = 0; i < COUNT(known); i++)
        if (str_starts(str_from(r->s, r->at), str_of(known[i]))) {
            r->at += (isize)strlen(known[i]);
            return true;
        }
    return fail(r, "a reference that is not known");
}

static bool attributes(struct reader *r)
{
    struct str seen[32];
    isize n = 0;
    for (;;) {
        isize before = r->at;
        blanks(r);
        if (peek(r, '>') || peek(r, '/')) return true;
        if (r->at == before) return fail(r, "no blank before an attribute");
        struct str a = name(r);
        if (a.n == 0) return fail(r, "not the name of an attribute");
        for (isize i = 0; i < n; i++)
            if (str_eq(seen[i], a)) return fail(r, "an attribute twice");
        if (n < COUNT(seen)) seen[n++] = a;
        if (!expect(r, '=', "no =") || !expect(r, '"', "no quote")) return false;
        while (r->at < r->s.n && !peek(r, '"'))
            if (!character(r)) return false;
        if (!expect(r, '"', "no closing quote")) return false;
    }
}

static bool element(struct reader *r, struct str *open, isize *depth)
{
    r->at++; /* < */
    if (peek(r, '/')) {
        r->at++;
        struct str n = name(r);
        if (*depth == 0 || !str_eq(n, open[*depth - 1])) return fail(r, "closes another");
        (*depth)--;
        return expect(r, '>', "no > behind a closing tag");
    }
    struct str n = name(r);
    if (n.n == 0) return fail(r, "not the name of an element");
    if (!attributes(r)) return false;
    if (peek(r, '/')) {
        r->at++;
        return expect(r, '>', "no > behind /");
    }
    if (*depth == 64) return fail(r, "too deep");
    open[(*depth)++] = n;
    return expect(r, '>', "no >");
}

const char *wellformed(struct str s, isize *at)
{
    struct reader r = {.s = s};
    struct str open[64];
    isize depth = 0, roots = 0;
    if (!str_utf8_ok(s)) return "not UTF-8";
    if (str_starts(s, S("<!DOCTYPE html>"))) r.at = 15;
    while (r.at < s.n && !r.wrong) {
        if (peek(&r, '<')) {
            roots += depth == 0;
            element(&r, open, &depth);
        } else if (depth == 0) {
            isize before = r.at;
            blanks(&r);
            if (r.at == before) fail(&r, "text outside the root");
        } else {
            character(&r);
        }
    }
    *at = r.at;
    if (!r.wrong && depth > 0) return "an element is not closed";
    if (!r.wrong && roots != 1) return "not one root";
    return r.wrong;
}

isize count_of(struct str s, const char *piece)
{
    isize n = 0, at;
    for (; (at = str_find_str(s, str_of(piece))) >= 0; n++)
        s = str_from(s, at + (isize)strlen(piece));
    return n;
}
