#include "cli/stat_note.h"
#include <math.h>

/* Whole numbers in full, others to four digits. */
static struct str number(double x, struct arena *a)
{
    if (x == floor(x) && fabs(x) < 1e15) return str_fmt(a, "%.0f", x);
    return str_fmt(a, "%.4g", x);
}

struct str stat_note_words(const struct note *n, enum lang lang, struct arena *a)
{
    struct str arg[2] = {number(n->x[0], a), number(n->x[1], a)};
    return text_fill(lang, note_id(n->code), arg, 2, a);
}

void stat_note_print(struct cli *c, const struct notes *ns)
{
    for (int i = 0; i < ns->n; i++)
        fprintf(c->out, "Note: %.*s\n", FMT(stat_note_words(&ns->at[i], c->lang, c->a)));
}

void stat_note_json(struct cli *c, const struct notes *ns, struct json_out *w)
{
    json_open(w, "notes", '[');
    for (int i = 0; i < ns->n; i++) {
        json_open(w, NULL, '{');
        json_put_str(w, "note", str_of(note_id(ns->at[i].code)));
        json_put_str(w, "text", stat_note_words(&ns->at[i], c->lang, c->a));
        json_close(w, '}');
    }
    json_close(w, ']');
}
