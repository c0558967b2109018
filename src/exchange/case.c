#include "exchange/case.h"
#include "base/file.h"
#include "base/num.h"
#include <math.h>
#include <string.h>

static const struct kind {
    const char *name;
    case_kind *run;
    enum { OBJECT, ROWS } shape;
} kinds[] = {
#define KIND(name, function, shape) {name, function, shape},
#include "exchange/kinds.def"
#undef KIND
};

/* ---- reading ---------------------------------------------------------------- */

static const char *folder_of(const char *path, struct arena *a)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return "";
    isize n = slash == path ? 1 : slash - path;
    return str_c((struct str){path, n}, a);
}

/* The name of the first data file, or empty: data is one name, a list
** or an object of names. */
static struct str data_name(const struct json *data, const char *name)
{
    if (data && data->kind == JSON_STRING) return data->text;
    if (!data || data->n == 0) return (struct str){0};
    if (data->kind == JSON_OBJECT) return json_text(data, name ? name : "data");
    return data->kid->kind == JSON_STRING ? data->kid->text : (struct str){0};
}

int case_read(const char *path, struct case_file *out, struct arena *a, struct err *e)
{
    struct str text;
    struct json *root;
    TRY(file_read(path, FILE_LIMIT, &text, a, e));
    TRY(json_read(text, path, &root, a, e));
    *out = (struct case_file){
        .id = json_text(root, "id"),
        .kind = json_text(root, "kind"),
        .title = json_text(root, "title"),
        .path = path,
        .dir = folder_of(path, a),
        .call = json_get(root, "call"),
        .expected = json_get(root, "expected"),
        .tolerance = json_get(root, "tolerance"),
        .root = root,
    };
    if (out->id.n == 0) out->id = str_of(path);
    if (out->kind.n == 0)
        return err_set(e, E_JSON, "%s: a case needs a member \"kind\"", path);
    struct str first = data_name(json_get(root, "data"), NULL);
    if (first.n > 0 && !file_exists(file_join(a, out->dir, str_c(first, a))))
        out->dir = file_join(a, out->dir, "..");
    return OK;
}

int case_table(const struct case_file *c, const char *name, bool has_head,
               struct csv *out, struct arena *a, struct err *e)
{
    struct str file = data_name(json_get(c->root, "data"), name);
    if (file.n == 0)
        return err_set(e, E_NOT_FOUND,
                       "the case names no table as its '%s'; write \"data\": "
                       "[\"FILE.csv\"]",
                       name ? name : "data");
    const char *path = file_join(a, c->dir, str_c(file, a));
    struct str text;
    TRY(file_read(path, FILE_LIMIT, &text, a, e));
    return csv_read(text, path, has_head, out, a, e);
}

int case_column(const struct csv *t, const char *name, double **out, struct arena *a,
                struct err *e)
{
    isize col;
    TRY(csv_col(t, name, &col, e));
    *out = NEW(a, double, t->n);
    for (isize i = 0; i < t->n; i++) TRY(csv_num(t, i, col, &(*out)[i], e));
    return OK;
}

double case_option(const struct case_file *c, const char *key, double otherwise)
{
    const struct json *v = c->call ? json_get(c->call, key) : NULL;
    return v && v->kind == JSON_NUMBER ? json_number(v) : otherwise;
}

const char *case_word(const struct case_file *c, const char *key, const char *otherwise,
                      struct arena *a)
{
    const struct json *v = c->call ? json_get(c->call, key) : NULL;
    return v && v->kind == JSON_STRING ? str_c(v->text, a) : otherwise;
}

/* ---- running ---------------------------------------------------------------- */

static const struct kind *kind_of(struct str name)
{
    for (isize i = 0; i < COUNT(kinds); i++)
        if (str_is(name, kinds[i].name)) return &kinds[i];
    return NULL;
}

bool case_known(struct str kind)
{
    return kind_of(kind) != NULL;
}

int case_run(const struct case_file *c, struct str *answer, struct arena *a,
             struct err *e)
{
    const struct kind *kind = kind_of(c->kind);
    if (!kind)
        return err_set(e, E_UNSUPPORTED, "%s: no method for the kind '%.*s'", c->path,
                       FMT(str_brief(c->kind, 60)));
    bool list = kind->shape == ROWS;
    struct buf b = buf_in(a, 4096);
    struct json_out w = json_to(&b, 2);
    json_open(&w, NULL, list ? '[' : '{');
    int code = kind->run(c, &w, a, e);
    if (code != OK) return err_at(e, code, "%s", c->path);
    json_close(&w, list ? ']' : '}');
    buf_putc(&b, '\n');
    *answer = buf_str(&b);
    return OK;
}

/* ---- comparing -------------------------------------------------------------- */

struct walk {
    const struct json *tolerance, *lre;
    struct str path[JSON_DEPTH];
    int depth;
    struct str row_f; /* "f" of the row that the leaf stands in */
    struct case_verdict *v;
    struct arena *a;
};

/* Members that explain and are not answers. */
static bool is_remark(struct str key)
{
    static const char *const remark[] = {"type3_note", "ci_note", "sobel_note", "args",
                                         "f"};
    for (isize i = 0; i < COUNT(remark); i++)
        if (str_is(key, remark[i])) return true;
    return false;
}

static void leaf(struct walk *w, bool fine, double ratio, double digits, struct str found,
                 struct str wanted)
{
    struct case_verdict *v = w->v;
    v->leaves++;
    v->worst = fmax(v->worst, ratio);
    v->least_digits = fmin(v->least_digits, digits);
    if (fine || v->failed++ > 0) return;
    struct buf b = buf_in(w->a, 80);
    for (int i = 0; i < w->depth; i++)
        buf_fmt(&b, "%s%.*s", i ? "." : "", FMT(w->path[i]));
    buf_fmt(&b, "%s%.*s", w->depth ? ": " : "", FMT(found));
    if (wanted.n > 0) buf_fmt(&b, ", expected %.*s", FMT(wanted));
    v->first = buf_str(&b);
}

static void leaf_wrong(struct walk *w, struct str found, struct str wanted)
{
    leaf(w, false, INFINITY, 0, found, wanted);
}

static double correct_digits(double x, double want)
{
    if (x == want) return 15;
    if (!isfinite(x) || !isfinite(want)) return 0;
    double d = fabs(x - want);
    if (want != 0) d /= fabs(want);
    return fmax(0, fmin(15, -log10(d)));
}

static const struct json *member(const struct json *o, struct str key, struct arena tmp)
{
    return o && o->kind == JSON_OBJECT ? json_get(o, str_c(key, &tmp)) : NULL;
}

static double part_of(const struct json *t, const struct json *otherwise, const char *key)
{
    const struct json *v = t ? json_get(t, key) : NULL;
    if (!v && otherwise) v = json_get(otherwise, key);
    return v ? json_number(v) : 0;
}

static void number(struct walk *w, const struct json *want, const struct json *got)
{
    double e = json_number(want), x = json_number(got);
    if (isnan(x)) {
        leaf_wrong(w, S("not a number"), want->text);
        return;
    }
    double digits = correct_digits(x, e), ratio;
    bool fine;
    if (w->lre) {
        const struct json *need = w->lre->kind == JSON_NUMBER ? w->lre : NULL;
        for (int i = w->depth; i-- > 0 && !need;)
            need = member(w->lre, w->path[i], *w->a);
        ratio = need ? fmax(0, json_number(need) - digits + 1) : 0;
        fine = !need || digits >= json_number(need);
    } else {
        const struct json *byfault =
            w->tolerance ? json_get(w->tolerance, "default") : NULL;
        const struct json *t = member(w->tolerance, w->row_f, *w->a);
        for (int i = 0; i < w->depth; i++) {
            const struct json *named = member(w->tolerance, w->path[i], *w->a);
            if (named) t = named;
        }
        double room = part_of(t, byfault, "abs") + part_of(t, byfault, "rel") * fabs(e);
        ratio = x == e ? 0 : fabs(x - e) / room; /* Inf where no room is given */
        fine = x == e || fabs(x - e) <= room;
    }
    leaf(w, fine, isnan(ratio) ? INFINITY : ratio, digits, num_shortest(x, w->a),
         want->text);
}

static void compare(struct walk *w, const struct json *want, const struct json *got);

static void compare_object(struct walk *w, const struct json *want,
                           const struct json *got)
{
    struct str outer = w->row_f, f = json_text(want, "f");
    if (f.n > 0) w->row_f = f;
    for (const struct json *k = want->kid; k; k = k->next) {
        if (is_remark(k->key)) continue;
        const struct json *g = member(got, k->key, *w->a);
        w->path[w->depth++] = k->key;
        if (g)
            compare(w, k, g);
        else if (k->kind != JSON_NULL)
            leaf_wrong(w, S("missing"), (struct str){0});
        w->depth--;
    }
    w->row_f = outer;
}

static void compare_array(struct walk *w, const struct json *want, const struct json *got)
{
    isize i = 0;
    const struct json *g = got->kid;
    for (const struct json *k = want->kid; k; k = k->next, g = g->next, i++) {
        w->path[w->depth++] = str_fmt(w->a, "%td", i);
        compare(w, k, g);
        w->depth--;
    }
}

static void compare(struct walk *w, const struct json *want, const struct json *got)
{
    bool infinite = want->kind == JSON_STRING &&
                    (str_is(want->text, "Inf") || str_is(want->text, "-Inf"));
    if (want->kind == JSON_NULL) return;
    if (want->kind == JSON_NUMBER || infinite) {
        number(w, want, got);
    } else if (want->kind != got->kind) {
        leaf_wrong(w, S("of another kind"), (struct str){0});
    } else if (want->kind == JSON_OBJECT) {
        compare_object(w, want, got);
    } else if (want->kind == JSON_ARRAY) {
        if (want->n == got->n)
            compare_array(w, want, got);
        else
            leaf_wrong(w, str_fmt(w->a, "%td elements", got->n),
                       str_fmt(w->a, "%td", want->n));
    } else if (want->kind == JSON_BOOL) {
        if (want->truth == got->truth)
            leaf(w, true, 0, 15, S(""), S(""));
        else
            leaf_wrong(w, got->truth ? S("true") : S("false"), (struct str){0});
    } else if (str_eq(want->text, got->text)) {
        leaf(w, true, 0, 15, S(""), S(""));
    } else {
        leaf_wrong(w, got->text, want->text);
    }
}

int case_compare(const struct case_file *c, struct str answer, struct case_verdict *out,
                 struct arena *a, struct err *e)
{
    struct json *got;
    if (!c->expected)
        return err_set(e, E_JSON, "%s: a case to verify needs a member \"expected\"",
                       c->path);
    TRY(json_read(answer, "answer", &got, a, e));
    *out = (struct case_verdict){.least_digits = 15};
    struct walk w = {.tolerance = c->tolerance, .v = out, .a = a};
    if (c->tolerance) w.lre = json_get(c->tolerance, "lre");
    compare(&w, c->expected, got);
    return OK;
}
