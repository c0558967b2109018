#include "base/instant.h"
#include "base/num.h"

struct str instant_text(instant t, struct arena *a)
{
    enum { A_DAY = 24 * HOUR };
    i64 days = t / A_DAY, ms = t % A_DAY;
    if (ms < 0) {
        days--;
        ms += A_DAY;
    }
    struct str d = day_text((day)days, a);
    return str_fmt(a, "%.*sT%02d:%02d:%02d.%03dZ", FMT(d), (int)(ms / HOUR),
                   (int)(ms / MINUTE % 60), (int)(ms / SECOND % 60), (int)(ms % SECOND));
}

/* The number of `n` digits at the front, cut off. */
static bool take(struct str *s, isize n, i64 hi, i64 *out)
{
    if (s->n < n) return false;
    for (isize i = 0; i < n; i++)
        if (s->at[i] < '0' || s->at[i] > '9') return false;
    if (num_read_int(str_upto(*s, n), 0, hi, out, NULL) != OK) return false;
    *s = str_from(*s, n);
    return true;
}

static bool skip(struct str *s, char c)
{
    if (s->n == 0 || s->at[0] != c) return false;
    *s = str_from(*s, 1);
    return true;
}

int instant_read(struct str s, instant *out, struct err *e)
{
    enum { A_DAY = 24 * HOUR };
    day d;
    i64 hour, minute, second = 0, ms = 0;
    if (s.n == 10) {
        TRY(day_read(s, &d, e));
        *out = ((i64)d + 1) * A_DAY - 1;
        return OK;
    }
    struct str rest = str_from(s, MIN(s.n, 10));
    bool fine = day_read(str_upto(s, MIN(s.n, 10)), &d, NULL) == OK && skip(&rest, 'T') &&
                take(&rest, 2, 23, &hour) && skip(&rest, ':') &&
                take(&rest, 2, 59, &minute);
    if (fine && skip(&rest, ':')) {
        fine = take(&rest, 2, 59, &second);
        if (fine && skip(&rest, '.')) fine = take(&rest, 3, 999, &ms);
    }
    if (!fine || !skip(&rest, 'Z') || rest.n > 0)
        return err_set(e, E_DAY,
                       "this is no instant; write it in UTC, like 2026-11-22T13:43:48Z, "
                       "or a day, like 2026-11-22");
    *out = (i64)d * A_DAY + hour * HOUR + minute * MINUTE + second * SECOND + ms;
    return OK;
}
