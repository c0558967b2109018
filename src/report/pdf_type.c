#include "report/pdf_type.h"
#include "report/assets.h"
#include "report/doc.h"
#include "report/markup.h"
#include <cairo-ft.h>
#include <hb.h>
#include <pango/pangocairo.h>
#include <string.h>

enum { UNITS = 1000 };   /* shaping units in an em */
enum { LONGEST = 4096 }; /* bytes shaped at once */

/* Widths of short pieces that were measured before: a table is measured several times,
** and its cells repeat.  A place holds the last piece that fell on it. */
enum { KNOWN = 4096, SHORT = 22 };
struct known {
    char text[SHORT];
    u8 n, kind; /* kind 0: empty; else 1 + bold + 2 tabular */
    i32 units;
};

struct pdf_type {
    struct known *known;
    FT_Library ft;
    FT_Face face[2];
    hb_font_t *shape[2];
    cairo_font_face_t *cairo[2];
    hb_buffer_t *glyphs;
    PangoContext *others; /* the machine's fonts; NULL until a text needs them */
    cairo_glyph_t glyph[LONGEST];
    cairo_text_cluster_t cluster[LONGEST];
};

static bool open_font(struct pdf_type *t, int i, const unsigned char *at, isize n)
{
    if (FT_New_Memory_Face(t->ft, at, (FT_Long)n, 0, &t->face[i])) return false;
    hb_blob_t *blob = hb_blob_create((const char *)at, (unsigned)n,
                                     HB_MEMORY_MODE_READONLY, NULL, NULL);
    hb_face_t *face = hb_face_create(blob, 0);
    t->shape[i] = hb_font_create(face);
    hb_font_set_scale(t->shape[i], UNITS, UNITS);
    hb_face_destroy(face);
    hb_blob_destroy(blob);
    t->cairo[i] = cairo_ft_font_face_create_for_ft_face(t->face[i], FT_LOAD_NO_HINTING);
    return cairo_font_face_status(t->cairo[i]) == CAIRO_STATUS_SUCCESS;
}

struct pdf_type *pdf_type_open(struct arena *a)
{
    struct pdf_type *t = NEW(a, struct pdf_type, 1);
    t->known = NEW(a, struct known, KNOWN);
    if (FT_Init_FreeType(&t->ft)) return NULL;
    t->glyphs = hb_buffer_create();
    if (open_font(t, 0, asset_regular, asset_regular_n) &&
        open_font(t, 1, asset_bold, asset_bold_n))
        return t;
    pdf_type_close(t);
    return NULL;
}

void pdf_type_close(struct pdf_type *t)
{
    for (int i = 0; i < 2; i++) {
        if (t->cairo[i]) cairo_font_face_destroy(t->cairo[i]);
        if (t->shape[i]) hb_font_destroy(t->shape[i]);
    }
    if (t->others) g_object_unref(t->others);
    hb_buffer_destroy(t->glyphs);
    /* cairo may keep a face until its caches are emptied; its bytes live as long as the
     * program, so the faces are given back with the library. */
    for (int i = 0; i < 2; i++)
        if (t->face[i]) FT_Done_Face(t->face[i]);
    FT_Done_FreeType(t->ft);
}

/* The 66 code points that Unicode keeps from ever being characters: well-formed in UTF-8, yet
** cairo takes no text that has one. */
static bool never_a_character(u32 u)
{
    return (u & 0xFFFE) == 0xFFFE || (u >= 0xFDD0 && u <= 0xFDEF);
}

struct str pdf_type_clean(struct str s, struct arena *a)
{
    bool fine = str_utf8_ok(s);
    for (isize i = 0; i < s.n; i++) fine = fine && s.at[i] >= 0x20 && s.at[i] < 0x7F;
    if (!fine) {
        struct buf b = buf_in(a, s.n + 16);
        for (isize i = 0; i < s.n;) {
            u32 u;
            isize n = markup_char(str_from(s, i), &u);
            if (u < 0x20 || (u >= 0x7F && u < 0xA0))
                buf_putc(&b, ' ');
            else if (u == 0xFFFD || never_a_character(u))
                buf_put(&b, S("\xEF\xBF\xBD"));
            else
                buf_put(&b, (struct str){s.at + i, n});
            i += n;
        }
        s = buf_str(&b);
    }
    return doc_typeset(s, a);
}

/* The longest piece at the front that is all in our fonts, or all words that are not. */
static struct str piece(struct str s, bool *ours)
{
    isize end = 0;
    while (end < s.n) {
        isize word = end;
        bool has = true;
        while (word < s.n && s.at[word] == ' ') word++;
        while (word < s.n && s.at[word] != ' ') {
            u32 u;
            word += markup_char(str_from(s, word), &u);
            has = has && draw_has(u);
        }
        if (end == 0) *ours = has;
        if (has != *ours) break;
        end = word;
    }
    if (end > LONGEST) {
        end = LONGEST;
        while (((u8)s.at[end] & 0xC0) == 0x80) end--; /* to the start of a character */
    }
    return str_upto(s, end);
}

static PangoLayout *foreign(struct pdf_type *t, struct str s, struct pdf_style style)
{
    if (!t->others) {
        PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
        t->others = pango_font_map_create_context(map);
        pango_cairo_context_set_resolution(t->others, 72);
        g_object_unref(map);
    }
    PangoLayout *l = pango_layout_new(t->others);
    PangoFontDescription *f = pango_font_description_new();
    pango_font_description_set_family_static(f, "Atkinson Hyperlegible, sans-serif");
    pango_font_description_set_weight(f, style.bold ? PANGO_WEIGHT_BOLD
                                                    : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(f, style.size * PANGO_SCALE);
    pango_layout_set_font_description(l, f);
    pango_font_description_free(f);
    pango_layout_set_text(l, s.at, (int)s.n);
    return l;
}

static unsigned shape(struct pdf_type *t, struct str s, struct pdf_style style)
{
    hb_feature_t tabular = {HB_TAG('t', 'n', 'u', 'm'), 1, 0, (unsigned)-1};
    hb_buffer_clear_contents(t->glyphs);
    hb_buffer_add_utf8(t->glyphs, s.at, (int)s.n, 0, (int)s.n);
    hb_buffer_set_direction(t->glyphs, HB_DIRECTION_LTR);
    hb_buffer_set_script(t->glyphs, HB_SCRIPT_LATIN);
    hb_shape(t->shape[style.bold], t->glyphs, &tabular, style.tabular);
    return hb_buffer_get_length(t->glyphs);
}

static double units(struct pdf_type *t, struct str s, struct pdf_style style)
{
    unsigned n = shape(t, s, style);
    hb_glyph_position_t *at = hb_buffer_get_glyph_positions(t->glyphs, NULL);
    i32 sum = 0;
    for (unsigned i = 0; i < n; i++) sum += at[i].x_advance;
    return sum;
}

static double known_units(struct pdf_type *t, struct str s, struct pdf_style style)
{
    if (s.n > SHORT) return units(t, s, style);
    u8 kind = (u8)(1 + style.bold + 2 * style.tabular);
    u32 hash = kind;
    for (isize i = 0; i < s.n; i++) hash = (hash ^ (u8)s.at[i]) * 16777619u; /* FNV-1a */
    struct known *k = &t->known[(hash ^ hash >> 16) % KNOWN];
    if (k->kind != kind || k->n != s.n || memcmp(k->text, s.at, (size_t)s.n) != 0) {
        k->units = (i32)units(t, s, style);
        k->kind = kind;
        k->n = (u8)s.n;
        memcpy(k->text, s.at, (size_t)s.n);
    }
    return k->units;
}

static double piece_width(struct pdf_type *t, struct str s, bool ours,
                          struct pdf_style style)
{
    if (!ours) {
        PangoLayout *l = foreign(t, s, style);
        int w = 0;
        pango_layout_get_size(l, &w, NULL);
        g_object_unref(l);
        return (double)w / PANGO_SCALE;
    }
    return known_units(t, s, style) * style.size / UNITS;
}

double pdf_type_width(struct pdf_type *t, struct str s, struct pdf_style style)
{
    double w = 0;
    bool ours = true;
    while (s.n) {
        struct str p = piece(s, &ours);
        w += piece_width(t, p, ours, style);
        s = str_from(s, p.n);
    }
    return w;
}

static double show_ours(struct pdf_type *t, cairo_t *cr, double x, double y, struct str s,
                        struct pdf_style style)
{
    unsigned n = MIN(shape(t, s, style), LONGEST);
    hb_glyph_info_t *info = hb_buffer_get_glyph_infos(t->glyphs, NULL);
    hb_glyph_position_t *at = hb_buffer_get_glyph_positions(t->glyphs, NULL);
    double em = style.size / UNITS;
    int clusters = 0;
    for (unsigned i = 0; i < n; i++) {
        t->glyph[i] = (cairo_glyph_t){info[i].codepoint, x + at[i].x_offset * em,
                                      y - at[i].y_offset * em};
        x += at[i].x_advance * em;
        if (i > 0 && info[i].cluster == info[i - 1].cluster) {
            t->cluster[clusters - 1].num_glyphs++;
            continue;
        }
        unsigned end = i + 1;
        while (end < n && info[end].cluster == info[i].cluster) end++;
        unsigned next = end < n ? info[end].cluster : (unsigned)s.n;
        t->cluster[clusters++] = (cairo_text_cluster_t){(int)(next - info[i].cluster), 1};
    }
    cairo_set_font_face(cr, t->cairo[style.bold]);
    cairo_set_font_size(cr, style.size);
    cairo_show_text_glyphs(cr, s.at, (int)s.n, t->glyph, (int)n, t->cluster, clusters, 0);
    return x;
}

static double show_foreign(struct pdf_type *t, cairo_t *cr, double x, double y,
                           struct str s, struct pdf_style style)
{
    PangoLayout *l = foreign(t, s, style);
    int w = 0;
    pango_layout_get_size(l, &w, NULL);
    cairo_move_to(cr, x, y - (double)pango_layout_get_baseline(l) / PANGO_SCALE);
    pango_cairo_show_layout(cr, l);
    g_object_unref(l);
    return x + (double)w / PANGO_SCALE;
}

void pdf_type_show(struct pdf_type *t, cairo_t *cr, double x, double y, struct str s,
                   struct pdf_style style)
{
    bool ours = true;
    while (s.n) {
        struct str p = piece(s, &ours);
        x = ours ? show_ours(t, cr, x, y, p, style) : show_foreign(t, cr, x, y, p, style);
        s = str_from(s, p.n);
    }
}
