#include "style.h"

/* The words in three languages, or what stands for all of them. */
struct words {
    enum lang lang;
    struct str hostile;
};
static struct str w(const struct words *x, const char *en, const char *nb, const char *da)
{
    const char *const all[LANG_N] = {en, nb, da};
    return x->hostile.n ? x->hostile : str_of(all[x->lang]);
}

static void link_to(struct html_links *l, struct arena *a, struct str words, bool here)
{
    *PUSH(a, l) = (struct html_link){words, S("/style"), here};
}

static void person(struct part_table *t, struct arena *a, struct str code,
                   struct str soft, struct str due, enum part_kind kind, struct str state,
                   struct str n)
{
    struct part_row *r = PUSH(a, &t->rows);
    *r = (struct part_row){0};
    *PUSH(a, r) = (struct part_cell){.words = code, .path = S("/style"), .soft = soft};
    *PUSH(a, r) = (struct part_cell){.words = due};
    *PUSH(a, r) = (struct part_cell){.words = state, .tag = true, .kind = kind};
    *PUSH(a, r) = (struct part_cell){.words = n};
}

static void lists(struct style *m, const struct words *x, struct arena *a)
{
    m->people = (struct part_table){
        .caption = w(x, "My participants", "Mine deltakere", "Mine deltagere"),
        .note =
            w(x, "n = 3, 24 Nov 2026", "n = 3, 24. nov. 2026", "n = 3, 24. nov. 2026")};
    *PUSH(a, &m->people.columns) =
        (struct part_column){w(x, "Participant", "Deltaker", "Deltager"), false};
    *PUSH(a, &m->people.columns) =
        (struct part_column){w(x, "Next visit", "Neste besøk", "Næste besøg"), false};
    *PUSH(a, &m->people.columns) =
        (struct part_column){w(x, "State", "Status", "Status"), false};
    *PUSH(a, &m->people.columns) =
        (struct part_column){w(x, "Forms", "Skjemaer", "Skemaer"), true};
    person(&m->people, a, w(x, "P01", "P01", "P01"), w(x, "North", "Nord", "Nord"),
           w(x, "1 Dec 2026", "1. des. 2026", "1. dec. 2026"), PART_GOOD,
           w(x, "enrolled", "innmeldt", "indskrevet"), w(x, "14", "14", "14"));
    person(&m->people, a, w(x, "P02", "P02", "P02"), w(x, "North", "Nord", "Nord"),
           w(x, "20 Nov 2026", "20. nov. 2026", "20. nov. 2026"), PART_WANTS,
           w(x, "overdue", "forsinket", "forsinket"), w(x, "9", "9", "9"));
    person(&m->people, a, w(x, "P03", "P03", "P03"), w(x, "South", "Sør", "Syd"),
           w(x, "none", "ingen", "intet"), PART_OFF,
           w(x, "dropped out", "falt fra", "udgået"), w(x, "3", "3", "3"));
    m->pager = (struct part_pager){.words = w(x, "3 of 44", "3 av 44", "3 af 44"),
                                   .first = S("/style?first"),
                                   .back = S("/style?before=4"),
                                   .next = S("/style?after=6")};
    *PUSH(a, &m->steps) = (struct part_step){w(x, "Referral", "Henvisning", "Henvisning"),
                                             S("/style"), PART_GOOD};
    *PUSH(a, &m->steps) = (struct part_step){w(x, "Screening", "Vurdering", "Vurdering"),
                                             S("/style"), PART_WANTS};
    *PUSH(a, &m->steps) =
        (struct part_step){w(x, "Consent", "Samtykke", "Samtykke"), {0}, PART_OFF};
    *PUSH(a, &m->facts) = (struct part_fact){
        w(x, "Clinician", "Behandler", "Behandler"),
        w(x, "Anna L.", "Anna L.", "Anna L."), S("/style"),
        w(x, "since 3 Mar 2026", "siden 3. mars 2026", "siden 3. mar. 2026")};
    *PUSH(a, &m->facts) =
        (struct part_fact){w(x, "Diagnosis", "Diagnose", "Diagnose"), {0}, {0}, {0}};
    *PUSH(a, &m->timeline) = (struct part_event){
        day_of(2026, 3, 3),
        w(x, "Enrolled", "Innmeldt", "Indskrevet"),
        w(x, "Consent version 2, on paper", "Samtykke versjon 2, på papir",
          "Samtykke version 2, på papir"),
        {0},
        PART_GOOD};
    *PUSH(a, &m->timeline) = (struct part_event){
        day_of(2026, 6, 10), w(x, "Visit missed", "Besøk uteble", "Besøg udeblev"),
        w(x, "Not reached", "Ikke nådd", "Ikke truffet"), S("/style"), PART_WANTS};
    *PUSH(a, &m->timeline) = (struct part_event){
        day_of(2026, 9, 1), w(x, "Moved", "Flyttet", "Flyttet"), {0}, {0}, PART_PLAIN};
    *PUSH(a, &m->tags) = w(x, "planned", "planlagt", "planlagt");
    *PUSH(a, &m->tags) = w(x, "complete", "fullført", "fuldført");
    *PUSH(a, &m->tags) = w(x, "overdue", "forsinket", "forsinket");
    *PUSH(a, &m->tags) = w(x, "alert", "varsel", "advarsel");
    *PUSH(a, &m->tags) = w(x, "ended", "avsluttet", "afsluttet");
}

static void fields(struct style *m, const struct words *x, struct arena *a)
{
    struct str wrong = text_of(x->lang, "FORM_DAY");
    struct str typed = x->hostile.n ? x->hostile : S("31.2.2026");
    *PUSH(a, &m->faults) = (struct html_fault){S("on"), wrong};
    *PUSH(a, &m->faults) =
        (struct html_fault){S("goal"), w(x, "Choose how far the goal has come.",
                                         "Velg hvor langt målet er kommet.",
                                         "Vælg, hvor langt målet er nået.")};
    m->name = (struct part_field){.name = "name",
                                  .label = w(x, "Name", "Navn", "Navn"),
                                  .help = w(x, "As on the list of the service.",
                                            "Som på tjenestens liste.",
                                            "Som på tjenestens liste."),
                                  .autocomplete = "off",
                                  .most = 80,
                                  .value = w(x, "Berit", "Berit", "Berit")};
    m->note = (struct part_field){.name = "note",
                                  .label = w(x, "Note", "Notat", "Notat"),
                                  .rows = 3,
                                  .optional = true,
                                  .value = w(x, "", "", "")};
    m->day = (struct part_date){
        .name = "on",
        .label = w(x, "Day of the visit", "Dato for besøket", "Dato for besøget"),
        .value = typed};
    m->one = (struct part_choices){.name = "goal",
                                   .legend = w(x, "How far have you come with your goal?",
                                               "Hvor langt har du kommet med målet ditt?",
                                               "Hvor langt er du kommet med dit mål?"),
                                   .help = w(x, "Think of the past three months.",
                                             "Tenk på de siste tre månedene.",
                                             "Tænk på de sidste tre måneder.")};
    *PUSH(a, &m->one.of) = (struct part_choice){
        S("0"),
        w(x, "I have no goal", "Jeg har ikke noe mål", "Jeg har ikke noget mål"),
        {0},
        false};
    *PUSH(a, &m->one.of) = (struct part_choice){
        S("1"), w(x, "A little way", "Et lite stykke", "Et lille stykke"),
        w(x, "One step or two", "Ett skritt eller to", "Et skridt eller to"), true};
    *PUSH(a, &m->one.of) =
        (struct part_choice){S("x"),
                             w(x, "I would rather not answer", "Jeg vil helst ikke svare",
                               "Jeg vil helst ikke svare"),
                             {0},
                             false};
    m->yes = (struct part_choices){
        .name = "yes", .legend = w(x, "Adult?", "Voksen?", "Voksen?"), .beside = true};
    *PUSH(a, &m->yes.of) =
        (struct part_choice){S("yes"), w(x, "Yes", "Ja", "Ja"), {0}, true};
    *PUSH(a, &m->yes.of) =
        (struct part_choice){S("no"), w(x, "No", "Nei", "Nej"), {0}, false};
    m->any =
        (struct part_choices){.name = "how",
                              .legend = w(x, "How was it given?", "Hvordan ble det gitt?",
                                          "Hvordan blev det givet?"),
                              .many = true,
                              .optional = true};
    *PUSH(a, &m->any.of) = (struct part_choice){
        S("paper"), w(x, "On paper", "På papir", "På papir"), {0}, true};
    *PUSH(a, &m->any.of) =
        (struct part_choice){S("said"), w(x, "Said", "Muntlig", "Mundtligt"), {0}, false};
    m->staff = (struct part_choices){
        .name = "staff", .legend = w(x, "Clinician", "Behandler", "Behandler")};
    *PUSH(a, &m->staff.of) =
        (struct part_choice){S("1"), w(x, "Anna L.", "Anna L.", "Anna L."), {0}, false};
    *PUSH(a, &m->staff.of) =
        (struct part_choice){S("2"), w(x, "Ola N.", "Ola N.", "Ole N."), {0}, true};
}

struct style style_of(enum lang lang, struct str hostile, struct arena *a)
{
    struct words words = {lang, hostile}, *x = &words;
    struct style m = {
        .where = w(x, "North service", "Tjeneste Nord", "Tjeneste Nord"),
        .title = w(x, "Parts of pages", "Sidenes deler", "Sidernes dele"),
        .answer = w(x, "Two of three participants are seen in time; one is overdue.",
                    "To av tre deltakere følges i tide; én er forsinket.",
                    "To af tre deltagere ses til tiden; én er forsinket."),
        .button = w(x, "Save", "Lagre", "Gem"),
        .form = w(x, "New participant", "Ny deltaker", "Ny deltager"),
        .progress = w(x, "Question 3 of 15", "Spørsmål 3 av 15", "Spørgsmål 3 af 15"),
        .print = {.study = w(x, "Norway 2013", "Norge 2013", "Norge 2013"),
                  .whose = w(x, "P02", "P02", "P02"),
                  .what = w(x, "Parts", "Deler", "Dele"),
                  .version = S("varde 0.1"),
                  .made = w(x, "24 Nov 2026", "24. nov. 2026", "24. nov. 2026")},
        .waits = {PART_WANTS,
                  w(x, "One visit has no answers yet.", "Ett besøk mangler svar.",
                    "Ét besøg mangler svar."),
                  {w(x, "Enter them", "Legg dem inn", "Indtast dem"), S("/style"),
                   false}},
        .search = {"q", S("/style"),
                   w(x, "Find a participant", "Finn en deltaker", "Find en deltager"),
                   w(x, "P0", "P0", "P0"),
                   w(x, "By code, for example P02.", "Med kode, for eksempel P02.",
                     "Med kode, for eksempel P02.")},
        .empty = {w(x, "No alerts. When an answer needs somebody, it is shown here.",
                    "Ingen varsler. Når et svar trenger noen, vises det her.",
                    "Ingen advarsler. Når et svar kræver nogen, vises det her."),
                  {w(x, "What gives an alert?", "Hva gir varsel?",
                     "Hvad giver en advarsel?"),
                   S("/style"), false}},
    };
    link_to(&m.crumbs, a, w(x, "Home", "Hjem", "Hjem"), false);
    link_to(&m.crumbs, a, w(x, "Participants", "Deltakere", "Deltagere"), false);
    link_to(&m.tabs, a, w(x, "Overview", "Oversikt", "Oversigt"), true);
    link_to(&m.tabs, a, w(x, "Visits", "Besøk", "Besøg"), false);
    link_to(&m.tabs, a, w(x, "Consents", "Samtykker", "Samtykker"), false);
    lists(&m, x, a);
    fields(&m, x, a);
    return m;
}

struct part_confirm style_confirm(enum lang lang, struct arena *a)
{
    struct words words = {.lang = lang}, *x = &words;
    struct part_confirm m = {
        .title = w(x, "Erase P02", "Slett P02", "Slet P02"),
        .answer = w(x, "Name and contact of P02 will be gone for good.",
                    "Navn og kontakt for P02 blir borte for godt.",
                    "Navn og kontakt for P02 forsvinder for altid."),
        .action = S("/style"),
        .button = w(x, "Erase", "Slett", "Slet"),
        .back = S("/style"),
        .reason = {
            .name = "reason", .label = w(x, "Reason", "Grunn", "Grund"), .rows = 2}};
    *PUSH(a, &m.effects) =
        w(x, "Nobody can find the person by name.", "Ingen kan finne personen ved navn.",
          "Ingen kan finde personen ved navn.");
    *PUSH(a, &m.effects) =
        w(x, "The answers stay, under the code.", "Svarene blir stående, under koden.",
          "Svarene bliver stående, under koden.");
    return m;
}
