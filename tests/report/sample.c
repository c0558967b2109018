#include "sample.h"
#include "report/fig_change.h"
#include "report/fig_flow.h"
#include "report/fig_interval.h"
#include "report/fig_path.h"
#include "report/fig_sites.h"
#include "report/fig_strip.h"
#include <math.h>

/* Numbers of the invented figures: near the published ones, so that the pages look
** real. */
static const struct fig_change_row change[] = {
    {S_("IMRS, consumer"), 1, 5, FIG_HIGHER, 3.07, 3.58, 0.512, 0.359, 0.669, 2},
    {S_("Hope (ASHS)"), 1, 7, FIG_HIGHER, 3.62, 4.79, 1.17, 0.779, 1.54, 2},
    {S_("HoNOS, mean of items"), 0, 4, FIG_LOWER, 0.972, 0.736, -0.236, -0.413, -0.056,
     2},
    {S_("GAF, functioning"), 1, 100, FIG_HIGHER, 51.06, 56.66, 5.6, 1.48, 9.84, 1},
    {S_("GAF, symptoms"), 1, 100, FIG_HIGHER, 54.97, 55.43, 0.46, -3.88, 5.38, 1},
    {S_("Quality of life (QoL5)"), 1, 5, FIG_LOWER, 3.25, 3.14, -0.11, -0.229, 0.010, 2},
};

static void heads(struct doc *d)
{
    d->subtitle = S("Nine services, 31 clinicians, 44 consumers: what was delivered and "
                    "how participants fared");
    d->date = S("2015-06-30");
    doc_lead(d,
             S("Clinicians delivered the programme well after twelve months (mean 4.61 "
               "of 5), the organisations around them did not (2.99). Consumers rated "
               "their own management of the illness higher than at the start: 0.51 "
               "points on a scale from 1 to 5, 95 % CI 0.36 to 0.67."));
}

static void flow(struct doc *d)
{
    static const struct fig_flow_exit no[] = {
        {S_("Declined, or could not take part"), 4}};
    static const struct fig_flow_exit gone[] = {{S_("Changed position"), 4},
                                                {S_("Withdrew, other reasons"), 1}};
    static const struct fig_flow_exit out[] = {{S_("Never started"), 6},
                                               {S_("Left during the programme"), 3}};
    static const struct fig_flow_step step[] = {
        {S_("Services invited"), 13, no, 1},
        {S_("Clinicians who started in nine services"), 36, gone, 2},
        {S_("Consumers who consented and were rated at the start"), 44, out, 2},
        {S_("Consumers rated at the end"), 35, NULL, 0},
    };
    static const struct doc_col col[] = {{S_("step"), S_("Step"), S_(""), false},
                                         {S_("n"), S_("n"), S_(""), true}};
    struct doc_table *t =
        doc_table_aside(d, "flow-numbers", S("Steps and counts"), col, COUNT(col));
    for (isize i = 0; i < COUNT(step); i++) {
        struct doc_cell *c = doc_row(t);
        doc_words(&c[0], step[i].text);
        doc_number(&c[1], (double)step[i].n, 0, d->a);
    }
    doc_figure(d, "flow", S("Services, clinicians and consumers through the study."),
               S("Thirteen services were invited and nine took part. Of 44 consumers, "
                 "nine dropped out, six of them before the first session."),
               fig_flow(step, COUNT(step), d->lang, d->a), t);
}

static void sites(struct doc *d)
{
    static const struct fig_sites_row row[] = {
        {S_("Service 1"), 3.85, 4.62, S_("")},
        {S_("Service 2"), 4.31, 4.77, S_("")},
        {S_("Service 3"), 4.00, 4.54, S_("")},
        {S_("Service 4"), 4.15, 4.69, S_("")},
        {S_("Service 5"), 4.23, 4.77, S_("")},
        {S_("Service 6"), 4.08, 4.62, S_("")},
        {S_("Service 7"), 3.92, 4.23, S_("")},
        {S_("Service 8"), 4.23, 4.69, S_("")},
        {S_("Service 9"), 3.38, NAN, S_("left the consultations after seven months")},
    };
    static const struct fig_sites_band band[] = {
        {1, S_("low"), false}, {3, S_("moderate"), false}, {4, S_("high"), true}};
    const struct fig_sites m = {row,           COUNT(row),     1, 5, band, COUNT(band),
                                S("6 months"), S("12 months"), 2};
    static const struct doc_col col[] = {
        {S_("service"), S_("Service"), S_(""), false},
        {S_("m6"), S_("6 months"), S_("Fidelity"), true},
        {S_("m12"), S_("12 months"), S_("Fidelity"), true}};
    struct doc_table *t =
        doc_table_aside(d, "sites-numbers", S("Fidelity by service"), col, COUNT(col));
    for (isize i = 0; i < COUNT(row); i++) {
        struct doc_cell *c = doc_row(t);
        doc_words(&c[0], row[i].name);
        doc_number(&c[1], row[i].first, 2, d->a);
        doc_number(&c[2], row[i].second, 2, d->a);
    }
    doc_figure(
        d, "sites", S("IMR fidelity after 6 and 12 months, by service."),
        S("All eight services that stayed were higher at 12 months than at 6; seven "
          "were in the high band at both times."),
        fig_sites(&m, d->lang, d->a), t);
}

static void path(struct doc *d)
{
    static const struct fig_path_var var[] = {{S_("Ongoing training"), NAN},
                                              {S_("Clinical consultations"), 0.52},
                                              {S_("Recruitment"), 0.31},
                                              {S_("Further use of IMR"), 0.29}};
    static const struct fig_path_arrow arrow[] = {{0, 1, 0.721, 0.0001},
                                                  {1, 2, 0.557, 0.002},
                                                  {1, 3, 0.43, 0.021},
                                                  {2, 3, 0.16, 0.38}};
    const struct fig_path m = {var, COUNT(var), arrow, COUNT(arrow)};
    doc_figure(d, "path",
               S("Training, consultations, recruitment and future use: the path model."),
               S("Training leads to consultations (0.72), consultations to recruitment "
                 "(0.56) and to further use (0.43); recruitment does not lead to further "
                 "use."),
               fig_path(&m, d->lang, d->a), NULL);
}

static void outcomes(struct doc *d)
{
    static const struct doc_col col[] = {
        {S_("outcome"), S_("Outcome"), S_(""), false},
        {S_("n"), S_("n"), S_(""), true},
        {S_("before"), S_("Before"), S_("Mean"), true},
        {S_("after"), S_("After"), S_("Mean"), true},
        {S_("change"), S_("Change"), S_("Change"), true},
        {S_("lo"), S_("from"), S_("95 % CI"), true},
        {S_("hi"), S_("to"), S_("95 % CI"), true},
        {S_("p"), S_("p"), S_(""), true},
        {S_("printed"), S_("In the paper"), S_(""), false}};
    struct doc_table *t = doc_table(
        d, "outcomes", S("Consumers before and after the programme."), col, COUNT(col));
    for (isize i = 0; i < COUNT(change); i++) {
        struct doc_cell *c = doc_row(t);
        int places = change[i].places;
        doc_words(&c[0], change[i].name);
        doc_number(&c[1], 35, 0, d->a);
        doc_number(&c[2], change[i].before, places, d->a);
        doc_number(&c[3], change[i].after, places, d->a);
        doc_number(&c[4], change[i].change, places, d->a);
        doc_number(&c[5], change[i].ci_lo, places, d->a);
        doc_number(&c[6], change[i].ci_hi, places, d->a);
        doc_number(&c[7], i == 4 ? 0.853 : 0.012, 3, d->a);
        doc_words(&c[8], i == 2 ? S("-4.13 .56") : S(""));
        c[8].mark = i == 2 ? DOC_DIFFERS : i == 3 ? DOC_CANNOT : DOC_AGREES;
    }
    doc_table_note(t,
                   S("CI: bias-corrected and accelerated bootstrap, 10 000 resamples."));
    doc_table_note(t,
                   S("HoNOS: the interval in the text has lost its signs and slipped a "
                     "decimal; -.413, -.056 fits the reported change."));
    doc_figure(d, "change", S("Outcomes before and after, each on its own scale."),
               S("Five of six outcomes moved in the better direction."),
               fig_change(change, COUNT(change), S("before"), S("after"),
                          S("Change [95 % CI]"), d->lang, d->a),
               NULL);
}

static void intervals(struct doc *d)
{
    static const struct fig_interval_row row[] = {
        {S_("IMRS, consumer"), 1.09, 0.66, 1.52},
        {S_("Hope (ASHS)"), 1.02, 0.60, 1.43},
        {S_("HoNOS, mean of items"), -0.44, -0.79, -0.09},
        {S_("GAF, functioning"), 0.44, 0.09, 0.79},
        {S_("Quality of life (QoL5), low is good"), -0.30, -0.64, 0.04},
        {S_("IMRS, clinician"), NAN, NAN, NAN}};
    const struct fig_interval m = {row,
                                   COUNT(row),
                                   0,
                                   S("Change in standard deviations of the change (dz)"),
                                   S("lower at the end"),
                                   S("higher at the end"),
                                   2};
    doc_figure(
        d, "effects", S("Effect sizes with 95 % intervals."),
        S("Two large effects, two of medium size, one with an interval over zero."),
        fig_interval(&m, d->lang, d->a), NULL);
}

static void strip(struct doc *d)
{
    enum { N = 20 };
    static const double first[N] = {2.0,  2.38, 2.54, 2.69, 2.77, 2.85, 3.0,
                                    3.0,  3.15, 3.23, 3.31, 3.38, 3.46, 3.54,
                                    3.69, 3.77, 3.92, 4.0,  4.15, 4.38};
    static const double last[N] = {3.15, 3.31, 3.46, 3.23, 3.69, 3.54, 3.85,
                                   3.62, 3.77, 4.08, 3.92, 3.69, 4.31, 3.31,
                                   4.15, 4.38, 4.23, 4.0,  4.62, 4.54};
    const struct fig_strip m = {first,
                                last,
                                N,
                                1,
                                5,
                                S("Treatment integrity (IT-IS)"),
                                S("first recording"),
                                S("last recording"),
                                2};
    doc_figure(
        d, "strip", S("Clinicians' integrity in the first and the last recording."),
        S("Eighteen of twenty clinicians were rated higher in the last recording."),
        fig_strip(&m, d->lang, d->a), NULL);
}

/* Nine more tables of plain size, one of them longer than a page. */
static void tables(struct doc *d)
{
    static const struct doc_col col[] = {
        {S_("item"), S_("Item"), S_(""), false}, {S_("n"), S_("n"), S_(""), true},
        {S_("m"), S_("M"), S_("First"), true},   {S_("sd"), S_("SD"), S_("First"), true},
        {S_("m2"), S_("M"), S_("Last"), true},   {S_("sd2"), S_("SD"), S_("Last"), true}};
    for (int k = 0; k < 9; k++) {
        struct str id = str_fmt(d->a, "items-%d", k + 1);
        struct doc_table *t =
            doc_table(d, id.at, str_fmt(d->a, "Item by item, instrument %d.", k + 1), col,
                      COUNT(col));
        for (int i = 0; i < (k == 4 ? 60 : 12); i++) {
            struct doc_cell *c = doc_row(t);
            doc_words(&c[0], str_fmt(d->a, "Item %d: knows the early signs", i + 1));
            doc_number(&c[1], 35 - i % 3, 0, d->a);
            for (int j = 2; j < 6; j++)
                doc_number(&c[j], 1 + fmod(7.31 * (i + 3) * (j + k + 1), 4), 2, d->a);
        }
    }
}

struct doc *sample_report(enum lang lang, struct arena *a)
{
    struct doc *d = doc_new(
        S("sample"), S("Illness Management and Recovery in nine services"), lang, a);
    heads(d);
    doc_heading(d, 2, S("Who took part"));
    doc_para(d, S("Thirteen services were invited; nine took part. Thirty-six clinicians "
                  "started, five left, four of them because they changed position. "
                  "Forty-four consumers consented."));
    flow(d);
    doc_heading(d, 2, S("Was the programme delivered?"));
    doc_heading(d, 3, S("Fidelity of the services"));
    sites(d);
    doc_note(d, S("One service could not recruit and left the consultations after seven "
                  "months; it is shown and not in the means."));
    doc_heading(d, 3, S("Integrity of the clinicians"));
    strip(d);
    doc_heading(d, 2, S("What led to future use?"));
    path(d);
    doc_note(d,
             S("RMSEA is unstable with two degrees of freedom and 31 cases; read it with "
               "its interval."));
    doc_heading(d, 2, S("How did consumers fare?"));
    outcomes(d);
    intervals(d);
    doc_break(d);
    doc_heading(d, 2, S("Item by item"));
    tables(d);
    doc_source(d, "program", S("Program"), S("Varde 0.1.0"));
    doc_source(d, "data", S("Records"),
               S("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"));
    doc_source(d, "seed", S("Seed"), S("20130204"));
    return d;
}

static const char hostile[] =
    "<script>alert(1)</script> \"q\" 'a' & &amp; ]]> --> \x01\x1F\x7F \xFF\xC3 "
    "\xEF\xBF\xBF \xF4\x8F\xBF\xBF \xEF\xB7\x90" /* three that are never characters */
    " \xC2\x85 {{x}} </title></style> ${1} \xE2\x80\xAE \xCE\xB1 \xE2\x89\xA5";

struct doc *sample_hostile(enum lang lang, struct arena *a)
{
    struct str h = {hostile, sizeof hostile - 1};
    struct doc *d = doc_new(S("hostile"), h, lang, a);
    d->subtitle = h;
    d->date = h;
    static const struct doc_col plain[] = {{S_("a"), S_("A"), S_(""), false}};
    struct doc_table *t = doc_table(d, "empty", S("An empty table"), plain, 1);
    struct doc_col col[5] = {{S("a"), h, S(""), false},
                             {S("b"), h, h, true},
                             {S("c"), h, h, true},
                             {S("d"), S(""), S(""), true},
                             {S("e"), S("E"), S("G"), false}};
    t = doc_table(d, "one", h, col, 5);
    struct doc_cell *c = doc_row(t);
    for (int i = 0; i < 5; i++) doc_words(&c[i], h);
    doc_number(&c[1], -1e300, 2, a);
    doc_number(&c[2], INFINITY, 2, a);
    doc_table_note(t, h);
    t = doc_table(d, "long-words", S("Very long words"), col, 5);
    for (int i = 0; i < 60; i++) {
        c = doc_row(t);
        doc_words(&c[0],
                  S("Donaudampfschifffahrtselektrizit\xC3\xA4tenhauptbetriebswerkbau"
                    "unterbeamtengesellschaft"));
        doc_number(&c[1], i / 7.0, 15, a);
        doc_number(&c[2], NAN, 2, a);
        doc_number(&c[3], -0.0, 1, a);
        doc_words(&c[4], S("=1+1"));
        c[4].mark = (enum doc_mark)(i % 4);
        c[4].strong = i % 2;
    }
    doc_heading(d, 2, h);
    doc_heading(d, 3, S(""));
    doc_heading(d, 3, h);
    doc_para(d, h);
    doc_para(d, S(""));
    doc_lead(d, h);
    doc_note(d, h);
    const struct fig_flow_exit out = {h, 3};
    const struct fig_flow_step step[] = {{h, 5, &out, 1}, {h, 2, &out, 1}};
    doc_figure(d, "flow", h, h, fig_flow(step, 2, lang, a), t);
    d->at[d->n - 1].table = doc_table_aside(d, "behind", h, col, 5);
    doc_source(d, "k", h, h);
    return d;
}
