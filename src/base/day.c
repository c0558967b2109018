#include "base/day.h"
#include "base/num.h"

/* Counts from 0000-03-01, so that the leap day is the last of its year.
** Source: the usual civil calendar arithmetic; checked against each day of four
** centuries. */
day day_of(int year, int month, int mday)
{
    int y = year - (month <= 2);
    int m = (month + 9) % 12; /* March is 0 */
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * m + 2) / 5 + mday - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void day_split(day d, int *year, int *month, int *mday)
{
    int z = d + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int m = (5 * doy + 2) / 153;
    *mday = doy - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = yoe + era * 400 + (*month <= 2);
}

int day_read(struct str s, day *out, struct err *e)
{
    i64 y = 0, m = 0, d = 0;
    bool fine = s.n == 10 && s.at[4] == '-' && s.at[7] == '-' && s.at[0] != '+' &&
                s.at[5] != '+' && s.at[8] != '+' && /* which num_read_int would take */
                num_read_int(str_upto(s, 4), 1600, 9999, &y, NULL) == OK &&
                num_read_int((struct str){s.at + 5, 2}, 1, 12, &m, NULL) == OK &&
                num_read_int((struct str){s.at + 8, 2}, 1, 31, &d, NULL) == OK;
    if (fine) {
        int yy, mm, dd;
        *out = day_of((int)y, (int)m, (int)d);
        day_split(*out, &yy, &mm, &dd);
        fine = yy == y && mm == m && dd == d;
    }
    if (fine) return OK;
    return err_set(e, E_DAY, "'%.*s' is not a day; write it as 2013-11-04",
                   FMT(str_brief(s, 40)));
}

struct str day_text(day d, struct arena *a)
{
    int y, m, dd;
    day_split(d, &y, &m, &dd);
    return str_fmt(a, "%04d-%02d-%02d", y, m, dd);
}
