/* Forms of parts without a network. Expected values by hand, from RFC 7578 and 2046 and from
** the algorithm of the WHATWG HTML standard for names. */
#include "test.h"
#include "web/http.h"
#include "web/multipart.h"
#include <string.h>

/* "name=value;" for a field, "name<file>=value;" for a file. */
static int begin(void *arg, const struct multipart_part *p, struct err *e)
{
    (void)e;
    buf_put(arg, p->name);
    if (p->is_file) buf_fmt(arg, "<%.*s>", FMT(p->filename));
    buf_putc(arg, '=');
    return OK;
}

static int piece(void *arg, struct str s, struct err *e)
{
    (void)e;
    buf_put(arg, s);
    return OK;
}

static int end(void *arg, struct err *e)
{
    (void)e;
    buf_putc(arg, ';');
    return OK;
}

static struct str read_in(const char *type, struct str s, isize step, struct arena *a,
                          struct err *e)
{
    struct buf b = buf_in(a, 256);
    struct multipart *m = NEW(a, struct multipart, 1);
    struct multipart_sink sink = {&b, begin, piece, end};
    int rc = multipart_begin(m, str_of(type), sink, e);
    for (isize at = 0; rc == OK && at < s.n; at += step)
        rc = multipart_feed(m, str_upto(str_from(s, at), MIN(step, s.n - at)), e);
    if (rc == OK) rc = multipart_end(m, e);
    return rc == OK ? buf_str(&b) : str_of(err_name(rc));
}

#define FORM   "multipart/form-data; boundary=XyZ"
#define FIELD  "Content-Disposition: form-data; name="
#define CLOSED "\r\n--XyZ--\r\n"

TEST(multipart_reads)
{
    static const struct {
        const char *what, *type, *body, *want;
    } row[] = {
        {"one field", FORM, "--XyZ\r\n" FIELD "\"a\"\r\n\r\nb" CLOSED, "a=b;"},
        {"no part", FORM, "--XyZ--\r\n", ""},
        {"no last line end", FORM, "--XyZ\r\n" FIELD "\"a\"\r\n\r\nb\r\n--XyZ--", "a=b;"},
        {"empty value", FORM, "--XyZ\r\n" FIELD "\"a\"\r\n\r\n" CLOSED, "a=;"},
        {"two", FORM,
         "--XyZ\r\n" FIELD "\"a\"\r\n\r\n1\r\n--XyZ\r\n" FIELD "\"a\"\r\n\r\n2" CLOSED,
         "a=1;a=2;"},
        {"a file", FORM,
         "--XyZ\r\n" FIELD "\"f\"; filename=\"r.csv\"\r\nContent-Type: text/csv\r\n\r\n"
         "x,y\r\n1,2\r\n" CLOSED,
         "f<r.csv>=x,y\r\n1,2\r\n;"},
        {"no file chosen", FORM, "--XyZ\r\n" FIELD "\"f\"; filename=\"\"\r\n\r\n" CLOSED,
         "f<>=;"},
        {"folders left out", FORM,
         "--XyZ\r\n" FIELD "\"f\"; filename=\"C:\\tmp\\..\\r.csv\"\r\n\r\n" CLOSED,
         "f<r.csv>=;"},
        {"folders left out", FORM,
         "--XyZ\r\n" FIELD "\"f\"; filename=\"../../etc/passwd\"\r\n\r\n" CLOSED,
         "f<passwd>=;"},
        {"a quotation mark in a name", FORM,
         "--XyZ\r\n" FIELD "\"a%22b%41\"\r\n\r\n1" CLOSED, "a\"b%41=1;"},
        {"words for quoted", FORM, "--XyZ\r\n" FIELD "a\r\n\r\n1" CLOSED, "a=1;"},
        {"capitals", "Multipart/Form-Data; charset=utf-8; Boundary=\"XyZ\"",
         "--XyZ\r\ncontent-DISPOSITION:Form-Data;NAME=a\r\n\r\n1" CLOSED, "a=1;"},
        {"nearly a boundary inside", FORM,
         "--XyZ\r\n" FIELD
         "a\r\n\r\n\r\r\n\r\n-\r\n--\r\n--Xy\r\n\r\n--xyZ\n--XyZ" CLOSED,
         "a=\r\r\n\r\n-\r\n--\r\n--Xy\r\n\r\n--xyZ\n--XyZ;"},
        {"CR before the boundary", FORM, "--XyZ\r\n" FIELD "a\r\n\r\n\r" CLOSED, "a=\r;"},
        {"an encoding that is none", FORM,
         "--XyZ\r\n" FIELD "a\r\nContent-Transfer-Encoding: binary\r\n\r\n1" CLOSED,
         "a=1;"},
    };
    for (isize i = 0; i < COUNT(row); i++)
        for (isize step = 1; step < 300; step = 2 * step + 1) {
            struct arena a = tmp;
            struct err e = {0};
            struct str got = read_in(row[i].type, str_of(row[i].body), step, &a, &e);
            test_check(str_is(got, row[i].want), __FILE__, __LINE__,
                       "%s in steps of %td: %.*s %s", row[i].what, step, FMT(got),
                       e.text);
        }
}

TEST(multipart_refuses)
{
    static const struct {
        const char *type, *body, *want, *says;
    } row[] = {
        {"multipart/form-data", "--XyZ--", "E_REQUEST", "no usable boundary"},
        {"multipart/form-data; boundary=", "--XyZ--", "E_REQUEST", "without a value"},
        {"multipart/form-data; boundary=\"\"", "----", "E_REQUEST", "no usable boundary"},
        {"multipart/form-data; boundary=\"a", "--a--", "E_REQUEST", "not closed"},
        {"multipart/form-data; boundary=\"a \"", "--a --", "E_REQUEST", "boundary"},
        {"multipart/form-data; boundary=\"a\rb\"", "", "E_REQUEST", "boundary"},
        {"multipart/form-data; boundary=a; boundary=b", "--a--", "E_REQUEST", "two"},
        {"multipart/form-data; boundary=a b", "--a--", "E_REQUEST", "end where"},
        {"multipart/mixed; boundary=a", "--a--", "E_REQUEST", "another type"},
        {"multipart/form-data; boundary="
         "12345678901234567890123456789012345678901234567890123456789012345678901",
         "", "E_REQUEST", "no usable boundary"},
        {FORM, "", "E_REQUEST", "ends before"},
        {FORM, "--XyZ\r\n" FIELD "a\r\n\r\n1", "E_REQUEST", "ends before"},
        {FORM, "--XyZ\r\n" FIELD "a\r\n\r\n1\r\n--XyZ", "E_REQUEST", "ends before"},
        {FORM, "--XyZ\r\n" FIELD "a\r\n\r\n1\r\n--XyZ-", "E_REQUEST", "ends before"},
        {FORM, "--XyZ\r\n" FIELD "a", "E_REQUEST", "ends before"},
        {FORM, "--other\r\n" FIELD "a\r\n\r\n1\r\n--other--", "E_REQUEST", "not begin"},
        {FORM, "hello\r\n--XyZ--", "E_REQUEST", "not begin"},
        {FORM, "\r\n--XyZ--", "E_REQUEST", "not begin"},
        {FORM, "--XyZ\n" FIELD "a\n\n1\n--XyZ--\n", "E_REQUEST", "like a boundary"},
        {FORM, "--XyZ \r\n" FIELD "a\r\n\r\n1" CLOSED, "E_REQUEST", "like a boundary"},
        {FORM, "--XyZa\r\n" FIELD "a\r\n\r\n1" CLOSED, "E_REQUEST", "like a boundary"},
        {FORM, "--XyZ\r\n" FIELD "a\r\n\r\n1\r\n--XyZ!" CLOSED, "E_REQUEST", "like a"},
        {FORM, "--XyZ\r\n\r\n1" CLOSED, "E_REQUEST", "without headers"},
        {FORM, "--XyZ\r\nContent-Type: text/plain\r\n\r\n1" CLOSED, "E_REQUEST",
         "without Content-Disposition"},
        {FORM, "--XyZ\r\n" FIELD "\"\"\r\n\r\n1" CLOSED, "E_REQUEST", "without a name"},
        {FORM, "--XyZ\r\nContent-Disposition: form-data\r\n\r\n1" CLOSED, "E_REQUEST",
         "without a name"},
        {FORM, "--XyZ\r\nContent-Disposition: attachment; name=a\r\n\r\n1" CLOSED,
         "E_REQUEST", "no field"},
        {FORM, "--XyZ\r\n" FIELD "a; name=b\r\n\r\n1" CLOSED, "E_REQUEST", "two names"},
        {FORM, "--XyZ\r\n" FIELD "a; filename=x; filename=y\r\n\r\n1" CLOSED, "E_REQUEST",
         "two file names"},
        {FORM, "--XyZ\r\n" FIELD "a; filename*=UTF-8''x\r\n\r\n1" CLOSED, "E_REQUEST",
         "filename*"},
        {FORM, "--XyZ\r\n" FIELD "a\r\n" FIELD "b\r\n\r\n1" CLOSED, "E_REQUEST",
         "two dispositions"},
        {FORM, "--XyZ\r\n" FIELD "\"a\\\"; filename=\"b\"\r\n\r\n1" CLOSED, "E_REQUEST",
         "backslash"},
        {FORM, "--XyZ\r\n" FIELD "\"a%0d%0aX: y\"\r\n\r\n1" CLOSED, "E_REQUEST",
         "control character"},
        {FORM, "--XyZ\r\n" FIELD "\"a\xff\"\r\n\r\n1" CLOSED, "E_REQUEST", "not UTF-8"},
        {FORM, "--XyZ\r\n" FIELD "a;\r\n filename=b\r\n\r\n1" CLOSED, "E_REQUEST", ""},
        {FORM, "--XyZ\r\n" FIELD "a\nX: y\r\n\r\n1" CLOSED, "E_REQUEST", "control"},
        {FORM, "--XyZ\r\n" FIELD "a\rX: y\r\n\r\n1" CLOSED, "E_REQUEST", "control"},
        {FORM, "--XyZ\r\nnonsense\r\n" FIELD "a\r\n\r\n1" CLOSED, "E_REQUEST", "none"},
        {FORM,
         "--XyZ\r\n" FIELD
         "a\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n1" CLOSED,
         "E_REQUEST", "parts within"},
        {FORM, "--XyZ\r\n" FIELD "a\r\nContent-Transfer-Encoding: base64\r\n\r\n1" CLOSED,
         "E_REQUEST", "transfer encoding"},
        {FORM, "--XyZ--\r\nmore", "E_REQUEST", "after the last"},
        {FORM, "--XyZ--\r\n\r\n", "E_REQUEST", "after the last"},
        {FORM, "--XyZ--x", "E_REQUEST", "after the last"},
        {FORM, "--XyZ--\r\n--XyZ\r\n" FIELD "a\r\n\r\n1" CLOSED, "E_REQUEST", "after"},
    };
    for (isize i = 0; i < COUNT(row); i++)
        for (isize step = 1; step < 300; step = 2 * step + 1) {
            struct arena a = tmp;
            struct err e = {0};
            struct str got = read_in(row[i].type, str_of(row[i].body), step, &a, &e);
            test_check(str_is(got, row[i].want) && strstr(e.text, row[i].says), __FILE__,
                       __LINE__, "row %td in steps of %td: %.*s, %s", i, step, FMT(got),
                       e.text);
        }
}

TEST(multipart_bounds)
{
    struct err e = {0};
    struct buf b = buf_in(&tmp, 1 << 18);
    buf_put(&b, S("--XyZ\r\n" FIELD "a\r\nX: "));
    for (int i = 0; i < MULTIPART_HEAD; i++) buf_putc(&b, 'x');
    buf_put(&b, S("\r\n\r\n1" CLOSED));
    CHECK_STR(read_in(FORM, buf_str(&b), 1000, &tmp, &e), "E_TOO_BIG");
    for (int n = MULTIPART_NAME; n <= MULTIPART_NAME + 1; n++) {
        b.n = 0;
        buf_fmt(&b, "--XyZ\r\n" FIELD "\"%0*d\"\r\n\r\n1" CLOSED, n, 7);
        struct str got = read_in(FORM, buf_str(&b), 1000, &tmp, &e);
        CHECK(n == MULTIPART_NAME ? str_ends(got, S("7=1;")) : str_is(got, "E_TOO_BIG"));
    }
    for (int n = MULTIPART_PARTS; n <= MULTIPART_PARTS + 1; n++) {
        b.n = 0;
        for (int i = 0; i < n; i++)
            buf_fmt(&b, "%s--XyZ\r\n" FIELD "a\r\n\r\n1", i ? "\r\n" : "");
        buf_put(&b, S(CLOSED));
        struct str got = read_in(FORM, buf_str(&b), 1000, &tmp, &e);
        CHECK(n == MULTIPART_PARTS ? got.n == 4 * n : str_is(got, "E_TOO_BIG"));
    }
}

static struct str kind(struct str s, bool whole)
{
    return str_of(file_kind_type(file_kind_of(s, whole)));
}

TEST(sniff_kinds)
{
    static const struct {
        const char *start, *want;
    } row[] = {
        {"", "application/x-empty"},
        {"PK\x03\x04.....", "application/zip"},
        {"%PDF-1.7\n", "application/pdf"},
        {"$FL2@(#) SPSS DATA FILE", "application/x-spss-sav"},
        {"\x89PNG\r\n\x1a\n", "image/png"},
        {"\xff\xd8\xff\xe0", "image/jpeg"},
        {"id,score\n1,2\n", "text/plain"},
        {"ID3,MZ,OggS\n", "text/plain"}, /* a table, whatever its columns are called */
        {"\xef\xbb\xbfid;navn\r\n1;\xc3\x86rlig\r\n", "text/plain"},
        {"id,navn\n1,\xc6rlig\n", "application/octet-stream"}, /* Latin-1 */
        {"  {\"a\": 1}", "application/json"},
        {"<?xml version=\"1.0\"?>", "application/xml"},
        {"<svg onload=alert(1)>", "application/xml"},
        {"\n <!DocType HTML>", "text/html"},
        {"<script>alert(1)</script>", "text/html"},
        {"a\x01", "application/octet-stream"},
        {"\x7f"
         "ELF",
         "application/octet-stream"},
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_STR(kind(str_of(row[i].start), true), row[i].want);
    CHECK_STR(kind(S("a\0b"), true), "application/octet-stream");
    /* A letter that is cut where the look ended is fine, at the end of the file it is not. */
    CHECK_STR(kind(S("navn \xc3"), false), "text/plain");
    CHECK_STR(kind(S("navn \xe2\x82"), false), "text/plain");
    CHECK_STR(kind(S("navn \xc3"), true), "application/octet-stream");
    CHECK_STR(kind(S("navn \x80\x80\x80"), false), "application/octet-stream");
}
