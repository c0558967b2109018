#include "base/file.h"
#include "report/draw.h"
#include "report/markup.h"
#include "test.h"
#include "wellformed.h"
#include <ft2build.h>
#include FT_FREETYPE_H

static const char hostile[] =
    "<script>alert(1)</script> \"q\" 'a' & &amp; ]]> \x01\x7F \xFF "
    "\xEF\xBF\xBF \xF4\x8F\xBF\xBF \xEF\xB7\x90 \xC2\x85 \xC3\xA6";

static struct str put(void (*f)(struct buf *, struct str), const char *s, struct arena *a)
{
    struct buf b = buf_in(a, 64);
    f(&b, str_of(s));
    return buf_str(&b);
}

TEST(markup_escapes)
{
    static const struct {
        const char *in, *out;
    } row[] = {
        {"", ""},
        {"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"},
        {"&amp;", "&amp;amp;"},
        {"line\nand\ttab", "line\nand\ttab"},
        {"\x01|\x1F|\x7F", "\xEF\xBF\xBD|\xEF\xBF\xBD|\xEF\xBF\xBD"},
        {"\xC2\x85", "\xEF\xBF\xBD"},               /* NEL, a control character */
        {"\xFF\xC3(", "\xEF\xBF\xBD\xEF\xBF\xBD("}, /* bytes of no character */
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},   /* '/' written too long */
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* a surrogate */
        {"\xEF\xBF\xBF", "\xEF\xBF\xBD"},
        {"\xC3\xA6\xE2\x89\xA5\xF0\x9F\x98\x80", "\xC3\xA6\xE2\x89\xA5\xF0\x9F\x98\x80"},
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_STR(put(markup_put, row[i].in, &tmp), row[i].out);
    CHECK_STR(put(markup_id, "Table 1/\"x\"-9", &tmp), "table-1--x--9");
}

TEST(markup_numbers)
{
    static const struct {
        double x;
        const char *out;
    } row[] = {
        {0, "0"},           {-0.0, "0"},      {1, "1"},         {-1, "-1"},
        {0.1, "0.1"},       {0.05, "0.05"},   {0.004, "0"},     {-0.004, "0"},
        {12.345, "12.35"},  {-12.3, "-12.3"}, {100, "100"},     {99.999, "100"},
        {NAN, "0"},         {INFINITY, "0"},  {-INFINITY, "0"}, {1e300, "0"},
        {1e8, "100000000"}, {10.01, "10.01"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct buf b = buf_in(&tmp, 32);
        markup_num(&b, row[i].x);
        CHECK_STR(buf_str(&b), row[i].out);
    }
}

/* The built-in widths are those of the fonts, for every character that the fonts have. */
TEST(draw_widths_are_the_fonts)
{
    static const struct {
        u32 code;
        int regular, bold;
    } line[] = {
#define WIDTH(code, regular, bold) {code, regular, bold},
#include "report/draw_width.def"
#undef WIDTH
    };
    FT_Library ft;
    FT_Face face[2];
    CHECK_INT(FT_Init_FreeType(&ft), 0);
    CHECK_INT(FT_New_Face(ft, test_path("data/fonts/AtkinsonHyperlegible-Regular.ttf"), 0,
                          &face[0]),
              0);
    CHECK_INT(FT_New_Face(ft, test_path("data/fonts/AtkinsonHyperlegible-Bold.ttf"), 0,
                          &face[1]),
              0);
    int differ = 0, known = 0;
    for (isize i = 0; i < COUNT(line); i++)
        for (int bold = 0; bold < 2; bold++) {
            int want = bold ? line[i].bold : line[i].regular;
            if (FT_Load_Char(face[bold], line[i].code, FT_LOAD_NO_SCALE) ||
                face[bold]->glyph->advance.x != want)
                differ++;
        }
    CHECK_INT(differ, 0);
    FT_UInt glyph;
    for (FT_ULong c = FT_Get_First_Char(face[0], &glyph); glyph;
         c = FT_Get_Next_Char(face[0], c, &glyph))
        if (c >= 0x20) known += draw_has((u32)c) ? 1 : -1000;
    CHECK_INT(known, COUNT(line));
    FT_Done_FreeType(ft);
}

TEST(draw_text_width_adds_up)
{
    /* "Ab" is A 655 + b 583 in the table; checked here against its sum only. */
    double a = draw_text_width(S("A"), 10, false), b = draw_text_width(S("b"), 10, false);
    CHECK_NEAR(draw_text_width(S("Ab"), 10, false), a + b, 1e-9);
    CHECK_NEAR(draw_text_width(S("Ab"), 20, false), 2 * (a + b), 1e-9);
    CHECK(draw_text_width(S("Ab"), 10, true) > a + b);
    CHECK_NEAR(draw_text_width(S(""), 10, false), 0, 0);
    CHECK(draw_text_width(S("\xE4\xB8\xAD"), 10, false) >= 10); /* a square character */
    CHECK(draw_has(0x2265) && !draw_has(0x3B1) && !draw_has(0x4E2D) &&
          !draw_has(0x1F600));
}

/* Law: no line is wider than the room unless it is one character; nothing but blanks at
** the breaks is lost; the last line takes the rest. */
TEST(draw_wrap_law)
{
    static const char *const text[] = {
        "",
        "one",
        "Clinical consultations with the trainer",
        "  blanks   around  and   between ",
        "Donaudampfschifffahrtsgesellschaftskapit\xC3\xA4nsm\xC3\xBCtze and more",
        "\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87 \xC3\xA6\xC3\xB8\xC3\xA5"};
    for (isize t = 0; t < COUNT(text); t++)
        for (double room = 1; room < 300; room *= 1.7) {
            struct str s = str_of(text[t]), line[200];
            isize n = draw_wrap(s, 9.5, false, room, line, COUNT(line));
            struct buf was = buf_in(&tmp, 100), now = buf_in(&tmp, 100);
            for (isize i = 0; i < s.n; i++)
                if (s.at[i] != ' ') buf_putc(&was, s.at[i]);
            for (isize k = 0; k < n; k++) {
                u32 u;
                bool one = line[k].n && markup_char(line[k], &u) == line[k].n;
                CHECK(one || draw_text_width(line[k], 9.5, false) <= room + 1e-9);
                CHECK(str_utf8_ok(line[k]));
                for (isize i = 0; i < line[k].n; i++)
                    if (line[k].at[i] != ' ') buf_putc(&now, line[k].at[i]);
            }
            CHECK(str_eq(buf_str(&was), buf_str(&now)));
        }
    struct str two[2];
    CHECK_INT(draw_wrap(S("one two three four"), 10, false, 20, two, 2), 2);
    CHECK_STR(two[1], "two three four");
}

static struct drawing *every_shape(struct arena *a)
{
    static const double xy[] = {1, 2, 3, 4, 5, NAN};
    struct drawing *d = draw_new(100, 50.5, a);
    for (int role = 0; role < DRAW_ROLE_N; role++) {
        enum draw_role r = (enum draw_role)role;
        draw_line(d, r, 0, 0, 10, 10.333, 2);
        draw_dashed(d, r, 0, 0, 10, 10, 1);
        draw_arrow(d, r, 5, 5, 5, 5, 1, true); /* of no length */
        draw_rect(d, r, 1, 1, 9, 9, 3);
        draw_circle(d, r, 1, 1, -0.0);
        draw_polyline(d, r, xy, 3, 1);
        draw_polyline(d, r, xy, 0, 1);
        draw_text(d, r, 1, 1, 9, DRAW_END, true, str_of(hostile));
    }
    return d;
}

TEST(draw_svg_is_well_formed_and_stable)
{
    struct buf one = buf_in(&tmp, 100), two = buf_in(&tmp, 100);
    struct str title = str_of(hostile);
    draw_svg(every_shape(&tmp), S("fig\"1"), title, title, &one);
    draw_svg(every_shape(&tmp), S("fig\"1"), title, title, &two);
    isize at = 0;
    const char *wrong = wellformed(buf_str(&one), &at);
    test_check(!wrong, __FILE__, __LINE__, "%s at byte %td", wrong ? wrong : "", at);
    CHECK(str_eq(buf_str(&one), buf_str(&two)));
    CHECK_INT(count_of(buf_str(&one), "<script"), 0);
    CHECK_INT(count_of(buf_str(&one), "role=\"img\""), 1);
    CHECK_INT(count_of(buf_str(&one), "aria-labelledby=\"fig-1-title fig-1-desc\""), 1);
    CHECK_INT(count_of(buf_str(&one), "<title id=\"fig-1-title\">"), 1);
    CHECK_INT(count_of(buf_str(&one), "<desc id=\"fig-1-desc\">"), 1);
    /* Colour is the page's: no fill, no stroke but its width and dashes, no style. */
    CHECK_INT(count_of(buf_str(&one), "fill="), 0);
    CHECK_INT(count_of(buf_str(&one), "stroke="), 0);
    CHECK_INT(count_of(buf_str(&one), "style="), 0);
    CHECK_INT(count_of(buf_str(&one), "nan"), 0);
}
