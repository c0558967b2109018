/* What a file is, by its first bytes. */
#include "web/http.h"
#include <string.h>

static const struct {
    const char *type;
    isize at;
    struct str bytes;
} known[] = {
#define SNIFF(name, type, at, bytes) {type, at, {bytes, (isize)sizeof(bytes) - 1}},
#include "web/sniff.def"
#undef SNIFF
};

static const char *const texts[] = {"application/xml",     "text/html",
                                    "application/json",    "text/plain",
                                    "application/x-empty", "application/octet-stream"};

const char *file_kind_type(enum file_kind k)
{
    if (k < COUNT(known)) return known[k].type;
    return k < FILE_KIND_N ? texts[k - COUNT(known)] : texts[COUNT(texts) - 1];
}

static bool starts_like(struct str s, const char *low)
{
    isize n = (isize)strlen(low);
    if (s.n < n) return false;
    for (isize i = 0; i < n; i++) {
        char c = s.at[i];
        if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != low[i]) return false;
    }
    return true;
}

/* The last letter may be cut where the look ended. */
static struct str whole_letters(struct str s)
{
    isize n = s.n;
    while (n > 0 && s.n - n < 3 && ((unsigned char)s.at[n - 1] & 0xc0) == 0x80) n--;
    if (n > 0 && ((unsigned char)s.at[n - 1] & 0xc0) == 0xc0) return str_upto(s, n - 1);
    return s;
}

static enum file_kind text_kind(struct str s, bool whole)
{
    static const char *const html[] = {"<!doctype html", "<html",   "<head",
                                       "<body",          "<script", "<!--"};
    if (!str_utf8_ok(s) && (whole || !str_utf8_ok(whole_letters(s)))) return FILE_OTHER;
    for (isize i = 0; i < s.n; i++)
        if (((unsigned char)s.at[i] < 0x20 && !strchr("\t\n\r\f", s.at[i])) ||
            s.at[i] == 0x7f || s.at[i] == 0)
            return FILE_OTHER;
    if (str_starts(s, S("\xef\xbb\xbf"))) s = str_from(s, 3);
    while (s.n > 0 && strchr(" \t\r\n", s.at[0])) s = str_from(s, 1);
    for (isize i = 0; i < COUNT(html); i++)
        if (starts_like(s, html[i])) return FILE_HTML;
    if (starts_like(s, "<?xml") || starts_like(s, "<svg")) return FILE_XML;
    if (s.n > 0 && (s.at[0] == '{' || s.at[0] == '[')) return FILE_JSON;
    return FILE_TEXT;
}

enum file_kind file_kind_of(struct str s, bool whole)
{
    if (s.n == 0) return FILE_EMPTY;
    for (isize i = 0; i < COUNT(known); i++)
        if (s.n >= known[i].at && str_starts(str_from(s, known[i].at), known[i].bytes))
            return (enum file_kind)i;
    return text_kind(s, whole);
}
