/* The interface for other programs, for people to read: what there is, from the tables. */
#include "web/api.h"
#include "web/api_page.h"
#include "tpl.h"

int page_api(struct call *c, struct err *e)
{
    (void)e;
    struct api_page m = {0};
    for (isize i = 0; i < routes.n; i++) {
        const struct route *r = &routes.at[i];
        if (!api_line_of(r->run)) continue;
        *PUSH(c->q->a, &m.rows) = (struct api_page_row){
            .method = str_of(r->method),
            .path = str_of(r->pattern),
            .words = str_of(r->words),
            .right = r->right >= 0 ? str_of(right_words((enum right)r->right)) : S("")};
    }
    tpl_api(&c->html, &m);
    return call_page(c, 200);
}
