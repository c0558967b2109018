#include "base/instant.h"

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
