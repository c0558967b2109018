/* Where everybody starts. */
#include "web/routes.h"
#include "tpl.h"

int page_home(struct call *c, struct err *e)
{
    (void)e;
    tpl_home(&c->html);
    return call_page(c, 200);
}
