#include "web/static.h"
#include "web/routes.h"

/* Made by tools/bytes; NAME_path is "/static/HASH/NAME". */
#define STATIC(id, name, type, asset)   \
    extern const unsigned char asset[]; \
    extern const isize asset##_n;       \
    extern const char asset##_path[];
#include "web/static.def"
#undef STATIC

struct static_file static_file(enum static_id id)
{
    const struct static_file all[] = {
#define STATIC(id, name, type, asset) \
    {asset##_path, type, {(const char *)asset, asset##_n}},
#include "web/static.def"
#undef STATIC
    };
    return all[id];
}

int static_find(struct str path, struct static_file *out, struct err *e)
{
    for (int i = 0; i < STATIC_N; i++) {
        *out = static_file((enum static_id)i);
        if (str_is(path, out->path)) return OK;
    }
    return err_set(e, E_NOT_FOUND,
                   "there is no such file; the page that led here may be of "
                   "another version of Varde");
}

void html_file(struct html *h, enum static_id id)
{
    html_put(h, str_of(static_file(id).path));
}

int page_static(struct call *c, struct err *e)
{
    struct static_file f;
    TRY(static_find(c->q->path, &f, e));
    http_reply_header(c->q, "Cache-Control", S("public, max-age=31536000, immutable"));
    return http_reply(c->q, 200, f.type, f.content);
}
