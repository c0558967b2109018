/* Notes of a result on the terminal and in JSON, for every `varde stat` method. */
#ifndef VARDE_CLI_STAT_NOTE_H
#define VARDE_CLI_STAT_NOTE_H

#include "base/json.h"
#include "cli/cli.h"
#include "stats/note.h"

/* The words of a note in a language, its numbers filled in. */
struct str stat_note_words(const struct note *n, enum lang lang, struct arena *a);
/* One line each, "Note: ..."; nothing when there is none. */
void stat_note_print(struct cli *c, const struct notes *ns);
/* "notes": [{"note": "NOTE_FEW", "text": "..."}] */
void stat_note_json(struct cli *c, const struct notes *ns, struct json_out *w);

/* The methods. */
#define METHOD(word, function, args, text) cli_verb function;
#include "cli/methods.def"
#undef METHOD

#endif
