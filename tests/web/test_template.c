/* The template compiler: what it refuses, with its place; what it lets through. That what it
** lets through is safe is shown in test_html.c over what it made. */
#include "base/file.h"
#include "template.h"
#include "test.h"
#include <string.h>

#define TEXTS \
    "msgid \"HELLO\"\nmsgstr \"Hello\"\n\nmsgid \"PAIR\"\nmsgstr \"{1} of {2}\"\n"

static int compile(const char *text, struct str *head, struct str *code, struct arena *a,
                   struct err *e)
{
    struct po po = {0};
    struct buf h = buf_in(a, 100), c = buf_in(a, 100);
    TRY(po_read(S(TEXTS), "t.po", &po, a, e));
    struct template_file f = {"t.html", str_of(text)};
    TRY(template_compile(&f, 1, &po, &h, &c, e));
    *head = buf_str(&h);
    *code = buf_str(&c);
    return OK;
}

#define P "{part p(struct html *h)}\n" /* what follows is line 2 */

TEST(template_refused_with_place)
{
    static const struct {
        const char *text, *says;
    } row[] = {
        /* templates */
        {"<p>x</p>", "t.html:1:1: {page} or {part} is expected first"},
        {"{part p()}", "t.html:1:1: {part NAME(struct html *h, ...)} is expected"},
        {"{page p(struct html *h)}\n<p>x</p>", "t.html:1:1: a page has an <h1>"},
        {"{page p(struct html *h)}\n<h1>a</h1><h1>b</h1>",
         "t.html:2:11: a page has one <h1>"},
        {"{page p(struct html *h)}\n{if x}<h1>a</h1>{end}",
         "t.html:2:7: the <h1> of a page is always there"},
        {P "{include \"x.h\"}", "t.html:2:1: {include} stands before"},
        {P "{frobnicate x}", "t.html:2:1: {frobnicate} is not known"},
        {P "body { x }", "t.html:2:6: {x} is not known; a brace"},
        {P "{= (x}", "t.html:2:1: this { does not close"},
        {P "{= x; y}", "t.html:2:1: this { does not close"},
        {P "{= \"a}", "t.html:2:1: this { does not close"},
        {P "{=}", "t.html:2:1: {=} needs something"},
        {P "{end}", "t.html:2:1: {end} without"},
        {P "{if x}a", "t.html:2:1: this block has no {end}"},
        {P "{for v of x}{end}", "t.html:2:1: {for NAME in LIST}"},
        {P "{for v in x}{else}{end}", "t.html:2:13: {else} belongs to an {if}"},
        {P "{if x}{else}{elif y}{end}", "t.html:2:13: {elif} belongs to an {if}"},
        {P "{num x}", "t.html:2:1: {num E PLACES}"},
        /* texts */
        {P "{t GOODBYE}", "t.html:2:1: there is no text GOODBYE"},
        {P "{t PAIR a}", "t.html:2:1: PAIR has 2 places to fill, here are 1"},
        {P "{t HELLO a}", "t.html:2:1: HELLO has 0 places to fill, here are 1"},
        /* elements */
        {P "<p>\n<b>x</b></p>", "t.html:3:1: <b> is not an element for pages"},
        {P "<iframe></iframe>", "t.html:2:1: <iframe> is not an element"},
        {P "<style></style>", "t.html:2:1: <style> is not an element"},
        {P "a < b", "t.html:2:3: a < in text is written &lt;"},
        {P "<div><p>x</div>", "t.html:2:10: </p> is expected here, not </div>"},
        {P "<div>", "t.html:2:1: <div> is not closed"},
        {P "</div>", "t.html:2:1: </div> closes nothing"},
        {P "<br></br>", "t.html:2:5: </br> closes nothing"},
        {P "<br/>", "t.html:2:4: only elements of drawings end in />"},
        {P "<div>{if x}</div>{end}",
         "t.html:2:12: </div> closes what was opened outside"},
        {P "{if x}<div>{else}</div>{end}",
         "t.html:2:7: <div> is not closed before {else}"},
        {P "<p>a<div>b</div></p>", "t.html:2:5: <div> would end the <p>"},
        {P "<table><td>x</td></table>", "t.html:2:8: <td> stands in one of: tr"},
        {P "<table>{= x}</table>", "t.html:2:8: text cannot stand directly in <table>"},
        {P "<ul>words</ul>", "t.html:2:5: text cannot stand directly in <ul>"},
        {P "<a href=\"/x\">a<a href=\"/y\">b</a></a>",
         "t.html:2:15: <a> cannot stand inside another"},
        {P "<option>x</option><textarea aria-label=\"x\"><p></p></textarea>",
         "t.html:2:44: <textarea> has words in it"},
        {P "<div", "t.html:2:1: this tag does not end"},
        {P "<!-- x", "t.html:2:1: this comment does not end"},
        /* scripts and styles */
        {P "<script>x</script>",
         "t.html:2:1: <script> is from a file of static.def: src"},
        {P "<script src=\"{file A}\">{= x}</script>",
         "t.html:2:24: text cannot stand directly in <script>"},
        {P "<script src=\"{= x}\"></script>", "t.html:2:1: <script> is from a file"},
        {P "<script src=\"/x.js\"></script>", "t.html:2:1: <script> is from a file"},
        {P "<script src=\"{file A}\">{call b(h)}</script>",
         "t.html:2:24: {call} stands in text"},
        {P "<head><link rel=\"stylesheet\" href=\"{= x}\"></head>",
         "t.html:2:7: <link> is from a file"},
        {P "<h1>{raw x}</h1>", "t.html:2:5: {raw} stands where elements"},
        {P "<textarea aria-label=\"x\">{raw x}</textarea>",
         "t.html:2:26: {raw} stands where elements"},
        {P "<p onclick=\"x\">y</p>", "t.html:2:4: onclick: events are bound in a script"},
        {P "<p style=\"{= x}\">y</p>", "t.html:2:4: style: the look stands in varde.css"},
        /* attributes */
        {P "<p class=x>y</p>", "t.html:2:10: the value of class stands in \" quotes"},
        {P "<p class='x'>y</p>", "t.html:2:10: the value of class stands in \" quotes"},
        {P "<p class={= x}>y</p>", "t.html:2:10: the value of class stands in \" quotes"},
        {P "<p {= x}>y</p>", "t.html:2:4: {=} stands in text or in a quoted value"},
        {P "<p clas=\"x\">y</p>", "t.html:2:4: clas is not an attribute"},
        {P "<p srcdoc=\"x\">y</p>", "t.html:2:4: srcdoc is not an attribute"},
        {P "<p class>y</p>", "t.html:2:9: class needs =\"...\""},
        {P "<p id=\"a\" id=\"b\">y</p>", "t.html:2:11: id stands twice"},
        {P "<p class=\"a>y</p>", "t.html:2:14: a < in a value"},
        {P "<p hidden=\"x\">y</p>", "t.html:2:4: hidden has no value"},
        {P "<p {attr class x}>y</p>", "t.html:2:4: {attr NAME E} with one of"},
        {P "{attr hidden x}", "t.html:2:1: {attr} stands in a tag"},
        {P "<p {if x}class=\"a\">y{end}</p>",
         "t.html:2:19: {end} is missing before the tag ends"},
        {P "<p class=\"{if x}a\">y</p>",
         "t.html:2:18: {end} is missing before the quote"},
        {P "<p class=\"a\" {raw x}>y</p>",
         "t.html:2:14: {raw} stands in text or in a quoted"},
        {P "<p class=\"{raw x}\">y</p>",
         "t.html:2:11: {raw} stands where elements may stand"},
        /* URLs */
        {P "<a href=\"javascript:x\">y</a>", "t.html:2:10: a URL begins with"},
        {P "<a href=\"//x\">y</a>", "t.html:2:10: a URL begins with"},
        {P "<a href=\"x\">y</a>", "t.html:2:10: a URL begins with"},
        {P "<a href=\"\">y</a>", "t.html:2:10: a URL is expected"},
        {P "<a href=\"/{= x}/y\">y</a>",
         "t.html:2:11: write the first word of the path out"},
        {P "<a href=\"https://{= x}/y\">y</a>",
         "t.html:2:18: write the server's name out"},
        {P "<a href=\"{= x}/y\">y</a>", "t.html:2:15: nothing follows a URL"},
        {P "<a href=\"/x{day d}\">y</a>", "t.html:2:12: in a URL stand"},
        {P "<a href=\"{if x}/a{end}\">y</a>", "t.html:2:10: a URL has no blocks"},
        {P "<a href=\"/a{url b}\">y</a>", "t.html:2:12: {url} stands at the beginning"},
        {P "<p class=\"{url b}\">y</p>", "t.html:2:11: {url} stands at the beginning"},
        /* for people */
        {P "<img src=\"/x.png\">", "t.html:2:1: <img> needs alt"},
        {P "<img src=\"/x.png\" {if x}alt=\"\"{end}>", "t.html:2:1: <img> needs alt"},
        {P "<html><head></head></html>", "t.html:2:1: <html> needs lang"},
        {P "<svg></svg>", "t.html:2:1: <svg> needs aria-label"},
        {P "<p>\n  <input name=\"x\"></p>",
         "t.html:3:3: <input> needs an id with a <label for>"},
        {P "<input id=\"x\"><label for=\"y\">z</label>",
         "t.html:2:1: no <label for=\"x\">"},
        {P "<input id=\"x{int i}\"><label for=\"x{int j}\">z</label>",
         "t.html:2:1: no <label for=\"x{int i}\">"},
        {P "<textarea></textarea>", "t.html:2:1: <textarea> needs an id"},
        {P "<p>\xc3\xa6\xc3\xb8<b>", "t.html:2:6: <b> is not"}, /* columns are letters */
        {P "\xff", "t.html:1:1: this is not UTF-8"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct err e = {0};
        struct str head, code;
        int rc = compile(row[i].text, &head, &code, &tmp, &e);
        test_check(rc == E_DEFINITION && strstr(e.text, row[i].says) == e.text, __FILE__,
                   __LINE__, "%s\n#   says: %s\n#   want: %s", row[i].text, e.text,
                   row[i].says);
    }
}

TEST(template_taken)
{
    static const char *const row[] = {
        P "<p {if x}class=\"a\" {end}id=\"b\">y</p>",
        P "<p class=\"a{if x} b{else} c{end}\">y</p>",
        P "<ul>{for v in x}<li>{= v->y}{end}</ul>",
        P "<ul><li>a<li>b<ul><li>c</ul></ul>",
        P "<input type=\"hidden\" name=\"a\" value=\"{= x}\">",
        P "<label>x <input name=\"a\"></label>",
        P "<input id=\"a{int i}\"><label for=\"a{int i}\">x</label>",
        P "<script src=\"{file A}\" defer></script>",
        P "<a href=\"https://example.org/{= x}?y={int z}\">{t PAIR a (b + 1)}</a>",
        P "{if x == '}'}{= y[\"}\"]}{end}",
        P "<pre>  two\n\n  lines</pre>",
        P "<svg aria-label=\"x\"><path d=\"M0,0\"/></svg>",
        "",
        "<!-- nothing -->\n",
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct err e = {0};
        struct str head, code;
        CHECK_CODE(compile(row[i], &head, &code, &tmp, &e), OK, e);
    }
}

TEST(template_code)
{
    struct err e = {0};
    struct str head, code;
    CHECK_CODE(compile("{include \"x.h\"}\n{part p(struct html *h, int x)}\n<p>{int "
                       "x}\n\n  a??b</p>",
                       &head, &code, &tmp, &e),
               OK, e);
    CHECK_STR(head, "#include \"x.h\"\nvoid tpl_p(struct html *h, int x);\n");
    /* Errors of the C compiler name the template; blanks fold; no trigraph is made. */
    CHECK_STR(code,
              "#line 2 \"t.html\"\nvoid tpl_p(struct html *h, int x)\n{\n"
              "html_put(h, S(\"\\012<p>\"));\n#line 3 \"t.html\"\nhtml_int(h, x);\n"
              "html_put(h, S(\"\\012a\\077\\077b</p>\"));\n#line 5 \"t.html\"\n}\n\n");
}

/* Every prefix of a real template ends in an answer, and the whole gives the same twice. */
TEST(template_same_and_cut)
{
    struct err e = {0};
    struct str text, po_text;
    struct po po = {0};
    CHECK_CODE(
        file_read(test_path("src/web/tpl/frame.html"), FILE_LIMIT, &text, &tmp, &e), OK,
        e);
    CHECK_CODE(file_read(test_path("data/text/en.po"), FILE_LIMIT, &po_text, &tmp, &e),
               OK, e);
    CHECK_CODE(po_read(po_text, "en.po", &po, &tmp, &e), OK, e);
    struct buf out[4];
    for (int i = 0; i < 4; i++) out[i] = buf_in(&tmp, 1 << 14);
    struct template_file f = {"frame.html", text};
    CHECK_CODE(template_compile(&f, 1, &po, &out[0], &out[1], &e), OK, e);
    CHECK_CODE(template_compile(&f, 1, &po, &out[2], &out[3], &e), OK, e);
    CHECK(str_eq(buf_str(&out[0]), buf_str(&out[2])));
    CHECK(str_eq(buf_str(&out[1]), buf_str(&out[3])));
    for (isize n = 0; n < text.n; n++) {
        struct arena a = tmp;
        struct buf head = buf_in(&a, 100), code = buf_in(&a, 100);
        f.text = str_upto(text, n);
        e.text[0] = 0;
        int rc = template_compile(&f, 1, &po, &head, &code, &e);
        CHECK(rc == OK ||
              (rc == E_DEFINITION && str_starts(str_of(e.text), S("frame.html:"))));
    }
}
