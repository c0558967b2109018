#include "stats/note.h"
#include "base/text.h"
#include "test.h"

/* A walk over notes.def: whatever a method may remark, each language has words for it. */
TEST(note_has_words_in_every_language)
{
    (void)tmp;
    for (int i = 0; i < NOTE_N; i++)
        for (int lang = 0; lang < LANG_N; lang++) {
            struct str s = text_of((enum lang)lang, note_id((enum note_code)i));
            test_check(s.n > 0 && !str_is(s, note_id((enum note_code)i)), __FILE__,
                       __LINE__, "%s has no words in data/text/%s.po",
                       note_id((enum note_code)i), lang_code[lang]);
        }
}

TEST(note_is_kept_once_and_twelve_at_most)
{
    (void)tmp;
    struct notes ns = {0};
    note_add(&ns, NOTE_FEW, 3, 0);
    note_add(&ns, NOTE_FEW, 3, 0);
    CHECK_INT(ns.n, 1);
    for (int i = 0; i < 20; i++) note_add(&ns, NOTE_FEW, 4 + i, 0);
    CHECK_INT(ns.n, 12);
}
