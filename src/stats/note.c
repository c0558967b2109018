#include "stats/note.h"

void note_add(struct notes *ns, enum note_code code, double x1, double x2)
{
    for (int i = 0; i < ns->n; i++)
        if (ns->at[i].code == code && ns->at[i].x[0] == x1 && ns->at[i].x[1] == x2)
            return;
    if (ns->n == COUNT(ns->at)) return;
    ns->at[ns->n++] = (struct note){code, {x1, x2}};
}

const char *note_id(enum note_code code)
{
    static const char *const id[] = {
#define NOTE(name, numbers) #name,
#include "stats/notes.def"
#undef NOTE
    };
    return id[code];
}

void note_add_all(struct notes *to, const struct notes *from)
{
    for (int i = 0; i < from->n; i++)
        note_add(to, from->at[i].code, from->at[i].x[0], from->at[i].x[1]);
}
