#include "template_html.h"
#include <string.h>

enum { BLOCK_ONCE = EL_BLOCK | EL_ONCE, BLOCK_ROWS = EL_BLOCK | EL_NO_TEXT };

static const struct element element[] = {
    /* the page */
    {"html", NULL, EL_ONCE | EL_NO_TEXT},
    {"head", "html", EL_ONCE | EL_NO_TEXT},
    {"body", "html", EL_ONCE},
    {"title", "head svg g", EL_WORDS},
    {"meta", "head", EL_VOID},
    {"link", "head", EL_VOID},
    {"script", "head body", EL_NO_TEXT | EL_ONCE},
    /* its parts */
    {"header", NULL, BLOCK_ONCE},
    {"nav", NULL, EL_BLOCK},
    {"main", NULL, BLOCK_ONCE},
    {"footer", NULL, BLOCK_ONCE},
    {"section", NULL, EL_BLOCK},
    {"article", NULL, EL_BLOCK},
    {"aside", NULL, EL_BLOCK},
    {"div", NULL, EL_BLOCK},
    {"address", NULL, EL_BLOCK},
    {"details", NULL, EL_BLOCK},
    {"summary", "details", 0},
    {"figure", NULL, EL_BLOCK},
    {"figcaption", "figure", EL_BLOCK},
    {"blockquote", NULL, EL_BLOCK},
    {"h1", NULL, EL_BLOCK | EL_WORDS},
    {"h2", NULL, EL_BLOCK},
    {"h3", NULL, EL_BLOCK},
    {"h4", NULL, EL_BLOCK},
    {"p", NULL, BLOCK_ONCE},
    {"pre", NULL, EL_BLOCK},
    {"hr", NULL, EL_BLOCK | EL_VOID},
    /* lists and tables */
    {"ul", NULL, BLOCK_ROWS},
    {"ol", NULL, BLOCK_ROWS},
    {"li", "ul ol", EL_BLOCK},
    {"dl", NULL, BLOCK_ROWS},
    {"dt", "dl", EL_BLOCK},
    {"dd", "dl", EL_BLOCK},
    {"table", NULL, BLOCK_ROWS},
    {"caption", "table", 0},
    {"thead", "table", EL_NO_TEXT},
    {"tbody", "table", EL_NO_TEXT},
    {"tfoot", "table", EL_NO_TEXT},
    {"tr", "thead tbody tfoot", EL_NO_TEXT},
    {"th", "tr", 0},
    {"td", "tr", 0},
    /* words */
    {"a", NULL, EL_ONCE},
    {"span", NULL, 0},
    {"strong", NULL, 0},
    {"em", NULL, 0},
    {"small", NULL, 0},
    {"code", NULL, 0},
    {"kbd", NULL, 0},
    {"abbr", NULL, 0},
    {"time", NULL, 0},
    {"sub", NULL, 0},
    {"sup", NULL, 0},
    {"del", NULL, 0},
    {"ins", NULL, 0},
    {"q", NULL, 0},
    {"cite", NULL, 0},
    {"br", NULL, EL_VOID},
    {"img", NULL, EL_VOID},
    /* forms */
    {"form", NULL, BLOCK_ONCE},
    {"fieldset", NULL, EL_BLOCK},
    {"legend", "fieldset", 0},
    {"label", NULL, EL_ONCE},
    {"input", NULL, EL_VOID | EL_FIELD},
    {"select", NULL, EL_NO_TEXT | EL_FIELD | EL_ONCE},
    {"optgroup", "select", EL_NO_TEXT},
    {"option", "select optgroup", EL_WORDS},
    {"textarea", NULL, EL_WORDS | EL_FIELD},
    {"button", NULL, EL_ONCE},
    {"output", NULL, EL_FIELD},
    {"progress", NULL, EL_FIELD},
    {"meter", NULL, EL_FIELD},
    /* drawings */
    {"svg", NULL, EL_ONCE},
    {"g", NULL, EL_SVG},
    {"path", NULL, EL_SVG},
    {"line", NULL, EL_SVG},
    {"rect", NULL, EL_SVG},
    {"circle", NULL, EL_SVG},
    {"ellipse", NULL, EL_SVG},
    {"polyline", NULL, EL_SVG},
    {"polygon", NULL, EL_SVG},
    {"text", NULL, EL_SVG},
    {"tspan", NULL, EL_SVG},
    {"desc", NULL, EL_SVG},
};

static const char url[] = "href src action formaction cite";
static const char boolean[] =
    "autofocus checked defer disabled hidden multiple novalidate "
    "open readonly required reversed selected";
static const char attribute[] =
    "abbr accept alt autocapitalize autocomplete charset class cols colspan content cx "
    "cy d "
    "datetime dir dx dy enctype enterkeyhint fill for form headers height high hreflang "
    "id "
    "inputmode label lang low max maxlength media method min minlength name optimum "
    "pattern "
    "placeholder points r rel role rows rowspan rx ry scope size spellcheck start step "
    "stroke stroke-width tabindex text-anchor title transform type value viewBox width "
    "wrap "
    "x x1 x2 y y1 y2";

bool html_word_in(const char *words, struct str word)
{
    struct str all = str_of(words), one;
    while (str_cut(&all, ' ', &one))
        if (one.n && str_eq(one, word)) return true;
    return false;
}

const struct element *html_element(struct str name)
{
    for (isize i = 0; i < COUNT(element); i++)
        if (str_is(name, element[i].name)) return &element[i];
    return NULL;
}

struct str html_name(struct str s)
{
    isize n = 0;
    while (
        n < s.n &&
        ((s.at[n] >= 'a' && s.at[n] <= 'z') || (s.at[n] >= 'A' && s.at[n] <= 'Z') ||
         (n && ((s.at[n] >= '0' && s.at[n] <= '9') || s.at[n] == '-' || s.at[n] == ':'))))
        n++;
    return str_upto(s, n);
}

bool html_is_url(struct str name)
{
    return html_word_in(url, name);
}

bool html_is_boolean(struct str name)
{
    return html_word_in(boolean, name);
}

bool html_is_attribute(struct str name)
{
    return html_word_in(attribute, name) || html_is_url(name) ||
           (str_starts(name, S("aria-")) && name.n > 5) ||
           (str_starts(name, S("data-")) && name.n > 5);
}

const char *html_booleans(void)
{
    return boolean;
}
