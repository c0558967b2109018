#include "study/packed.h"
#include "base/json.h"
#include <math.h>

struct str packed_write(const struct instrument *in, const struct answer *answer,
                        struct arena *a)
{
    struct buf b = buf_in(a, 8 + 6 * in->items.n);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '[');
    for (isize i = 0; i < in->items.n; i++) {
        const struct answer *x = &answer[i];
        if (x->state == ANSWER_MISSING) {
            json_put_null(&w, NULL);
        } else if (x->state != ANSWER_GIVEN) {
            json_put_str(&w, NULL, str_of(answer_state_word[x->state]));
        } else if (x->detail.n == 0) {
            json_put_num(&w, NULL, x->value);
        } else {
            json_open(&w, NULL, '{');
            json_put_str(&w, "detail", x->detail);
            json_put_num(&w, "value", x->value);
            json_close(&w, '}');
        }
    }
    json_close(&w, ']');
    return buf_str(&b);
}

static int refuse(struct err *e, const char *what, isize item)
{
    return err_set(e, E_RECORD, "packed answers: %s at item %td", what, item + 1);
}

static int read_one(const struct item *it, const struct json *v, isize i,
                    struct answer *out, struct err *e)
{
    *out = (struct answer){0};
    if (v->kind == JSON_NULL) return OK;
    if (v->kind == JSON_STRING) {
        for (int s = ANSWER_NOT_APPLICABLE; s < ANSWER_STATES; s++)
            if (str_is(v->text, answer_state_word[s])) {
                out->state = (enum answer_state)s;
                return answer_item_check(it, out, e);
            }
        return refuse(e, "a word that is no reason", i);
    }
    out->state = ANSWER_GIVEN;
    if (v->kind == JSON_OBJECT) {
        if (v->n != 2 || !json_get(v, "detail") || !json_get(v, "value"))
            return refuse(e, "a value with something else than its detail", i);
        out->detail = json_text(v, "detail");
        v = json_get(v, "value");
    }
    if (v->kind != JSON_NUMBER) return refuse(e, "no value", i);
    out->value = json_number(v);
    return answer_item_check(it, out, e);
}

int packed_read(const struct instrument *in, struct str line, struct answer *answer,
                struct arena *a, struct err *e)
{
    struct json *doc;
    if (json_read(line, "packed answers", &doc, a, e) != OK)
        return err_set(e, E_RECORD, "packed answers that are no JSON");
    if (doc->kind != JSON_ARRAY || doc->n != in->items.n)
        return err_set(e, E_RECORD, "packed answers of another number of items than %td",
                       in->items.n);
    isize i = 0;
    for (const struct json *v = doc->kid; v; v = v->next, i++)
        TRY(read_one(&in->items.at[i], v, i, &answer[i], e));
    return OK;
}

bool packed_same(const struct answer *p, const struct answer *q)
{
    if (p->state != q->state) return false;
    return p->state != ANSWER_GIVEN ||
           (p->value == q->value && str_eq(p->detail, q->detail));
}

struct packed_diff packed_differ(const struct instrument *in, const struct answer *p,
                                 const struct answer *q, struct arena *a)
{
    struct packed_diff out = {0};
    for (isize i = 0; i < in->items.n; i++)
        if (!packed_same(&p[i], &q[i])) *PUSH(a, &out) = i;
    return out;
}
