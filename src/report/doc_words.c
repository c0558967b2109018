#include "report/doc_words.h"

/* Until the catalogue is compiled in. */
static const struct {
    const char *id;
    const char *text[LANG_N];
} word[] = {
    {"DOC_CONTENTS", {"Contents", "Innhold", "Indhold"}},
    {"DOC_TABLE", {"Table", "Tabell", "Tabel"}},
    {"DOC_FIGURE", {"Figure", "Figur", "Figur"}},
    {"DOC_NOTE", {"Note", "Merknad", "Bemærkning"}},
    {"DOC_NOTES", {"Notes", "Merknader", "Bemærkninger"}},
    {"DOC_BEHIND",
     {"The numbers behind figure", "Tallene bak figur", "Tallene bag figur"}},
    {"DOC_BEHIND_ALL",
     {"The numbers behind the figures", "Tallene bak figurene", "Tallene bag figurerne"}},
    {"DOC_SOURCES",
     {"Where these numbers come from", "Hvor tallene kommer fra",
      "Hvor tallene kommer fra"}},
    {"DOC_PAGE", {"page", "side", "side"}},
    {"DOC_OF", {"of", "av", "af"}},
    {"DOC_EMPTY", {"No rows.", "Ingen rader.", "Ingen rækker."}},
    {"DOC_CONTINUED", {"continued", "fortsatt", "fortsat"}},
    {"DOC_AGREES", {"agrees", "stemmer", "stemmer"}},
    {"DOC_DIFFERS", {"differs", "avviker", "afviger"}},
    {"DOC_CANNOT",
     {"cannot be compared", "kan ikke sammenlignes", "kan ikke sammenlignes"}},
    {"FIG_HIGHER_BETTER", {"higher is better", "høyere er bedre", "højere er bedre"}},
    {"FIG_LOWER_BETTER", {"lower is better", "lavere er bedre", "lavere er bedre"}},
    {"FIG_NOT_SIGNIFICANT", {"n.s.", "i.s.", "i.s."}},
    {"FIG_NOT_ESTIMATED", {"not estimated", "ikke beregnet", "ikke beregnet"}},
    {"FIG_MEAN", {"mean", "snitt", "snit"}},
    {"FIG_ROSE", {"got higher", "fikk høyere", "fik højere"}},
    {"FIG_PATH_KEY",
     {"Standardised coefficients. * p < .05, ** p < .01, *** p < .001; dashed, n.s.: not "
      "significant.",
      "Standardiserte koeffisienter. * p < .05, ** p < .01, *** p < .001; stiplet, i.s.: "
      "ikke signifikant.",
      "Standardiserede koefficienter. * p < .05, ** p < .01, *** p < .001; stiplet, "
      "i.s.: "
      "ikke signifikant."}},
};

struct str doc_word(enum lang lang, const char *id)
{
    for (isize i = 0; i < COUNT(word); i++)
        if (str_is(str_of(id), word[i].id)) return str_of(word[i].text[lang]);
    return str_of(id);
}

struct str doc_mark_word(enum lang lang, enum doc_mark m)
{
    static const char *const id[] = {"", "DOC_AGREES", "DOC_DIFFERS", "DOC_CANNOT"};
    return m == DOC_PLAIN ? S("") : doc_word(lang, id[m]);
}

const char *doc_lang(enum lang lang)
{
    static const char *const code[LANG_N] = {"en", "nb", "da"};
    return code[lang];
}
