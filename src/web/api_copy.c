/* A copy of all that is kept about a participant, for that person: the same act as the page. */
#include "app/copy.h"
#include "web/api.h"
#include <sodium.h>

int api_copy(struct call *c, struct err *e)
{
    enum { CODE = sodium_base64_VARIANT_ORIGINAL };
    const struct json *in;
    const struct collect_kit *kit = NULL;
    struct participant p;
    struct copy_ask ask = {0};
    struct copy out;
    struct json *tree = NULL;
    TRY(call_id(c, 0, &ask.subject, e));
    TRY(api_body(c, &in, e));
    if (lang_read(json_text(in, "language"), &ask.lang, e) != OK)
        return api_wrong(c, "language", E_RECORD, e);
    if (copy_way_read(json_text(in, "way"), &ask.way, e) != OK)
        return api_wrong(c, "way", E_RECORD, e);
    ask.note = json_text(in, "note");
    const struct json *pages = json_get(in, "pdf");
    TRY(people_get(&c->act, ask.subject, &p, e));
    TRY(house_study(c->house, c->act.db, p.study, &kit, e));
    TRY(copy_make(&c->act, house_key(c->house), kit, &ask, &out, e));
    TRY(json_read(out.json, "copy", &tree, c->q->a, e));
    struct json_out w = api_out(c);
    json_put(&w, "copy", tree);
    if (pages && pages->truth) {
        struct str pdf;
        TRY(doc_pdf_bytes(out.doc, &pdf, c->q->a, e));
        size_t n = sodium_base64_encoded_len((size_t)pdf.n, CODE);
        char *text = NEW(c->q->a, char, (isize)n);
        sodium_bin2base64(text, n, (const unsigned char *)pdf.at, (size_t)pdf.n, CODE);
        json_put_str(&w, "pdf", str_of(text));
    }
    return api_done(c, &w);
}
