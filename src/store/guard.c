#include "store/guard.h"

const struct guard_line guard_list[] = {
#define OPEN(table)    {#table, GUARD_OPEN},
#define GUARDED(table) {#table, GUARD_CLOSED},
#include "store/guard.def"
#undef OPEN
#undef GUARDED
};
const isize guard_n = COUNT(guard_list);

enum guard guard_of(struct str table)
{
    for (isize i = 0; i < guard_n; i++)
        if (str_is(table, guard_list[i].table)) return guard_list[i].guard;
    return GUARD_UNKNOWN;
}

int guard_refuse(struct err *e)
{
    return err_set(e, E_NOT_ALLOWED,
                   "who works blinded cannot read this: it could tell an arm");
}
