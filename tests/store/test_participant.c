#include "store/participant.h"
#include "test.h"

/* The steps a second time, as a picture: a line an event, a column a state, beginning with
** nobody yet; the letter is where it leads: Referred, Screening, Eligible, Ineligible, declined (N),
** enrolled (A), not started (O), dropped out (D), Completed, died (T), erased (X); '.' is
** refused. */
static const char LETTERS[] = ".RSEINAODCTX";
static const struct {
    const char *event, *to;
} picture[] = {
    /*               nobody R S E I N A O D C T X */
    {"referred", "R..........."},    {"screening", ".SSSSS......"},
    {"eligible", ".EEEEE......"},    {"ineligible", ".IIIII......"},
    {"declined", ".NNN........"},    {"enrolled", "...A........"},
    {"not started", "......O....."}, {"dropped out", "......D....."},
    {"completed", "......C....."},   {"died", ".TTTTTTTTT.."},
    {"returned", ".......AA..."},    {"transferred", ".RSE..A....."},
    {"clinician", ".RSE..A....."},   {"erased", ".XXXXXXXXXX."},
};

TEST(participant_every_pair_of_state_and_event)
{
    CHECK_INT(EV_N, COUNT(picture));
    CHECK_INT(IN_N, COUNT(LETTERS) - 1);
    for (int k = 0; k < EV_N; k++) {
        enum participant_event read = EV_N;
        struct err e = {0};
        CHECK_STR(str_of(participant_event_word((enum participant_event)k)),
                  picture[k].event);
        CHECK_CODE(participant_event_read(str_of(picture[k].event), &read, &e), OK, e);
        CHECK_INT(read, k);
        for (int s = 0; s < IN_N; s++) {
            enum participant_state to = IN_NOBODY;
            int code = participant_step((enum participant_state)s,
                                        (enum participant_event)k, &to, &e);
            char got = code == OK ? LETTERS[to] : '.';
            test_check(got == picture[k].to[s], __FILE__, __LINE__,
                       "%s in state %d leads to %c, not %c", picture[k].event, s, got,
                       picture[k].to[s]);
            if (code != OK) CHECK_INT(code, E_CONSTRAINT);
        }
    }
}

TEST(participant_words_read_back)
{
    struct err e = {0};
    for (int s = IN_NOBODY + 1; s < IN_N; s++) {
        enum participant_state read = IN_NOBODY;
        const char *word = participant_state_word((enum participant_state)s);
        CHECK_CODE(participant_state_read(str_of(word), &read, &e), OK, e);
        CHECK_INT(read, s);
    }
    enum participant_state none;
    CHECK_CODE(participant_state_read(S(""), &none, &e), E_NOT_FOUND, e);
    CHECK_CODE(participant_state_read(S("enroled"), &none, &e), E_NOT_FOUND, e);
    CHECK(participant_live(IN_ENROLLED) && !participant_live(IN_DIED));
}
