#include "web/parts.h"
#include "base/num.h"

const char *part_class(enum part_kind kind)
{
    static const char *const word[] = {"plain", "good", "wants", "wrong", "off"};
    return word[kind];
}

/* -- days as people write them --------------------------------------------------------- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool begins(struct str whole, struct str s)
{
    if (s.n > whole.n) return false;
    for (isize i = 0; i < s.n; i++)
        if (lower(s.at[i]) != whole.at[i]) return false;
    return true;
}

/* 1 to 12 for "nov" and longer, in any language: none means different months in two. */
static int month_named(struct str s)
{
    for (enum lang l = 0; l < LANG_N && s.n >= 3; l++) {
        struct str all = text_of(l, "PART_MONTHS"), name;
        for (int m = 1; str_cut(&all, ' ', &name); m++)
            if (begins(name, s)) return m;
    }
    return 0;
}

static bool is_today(struct str s)
{
    for (enum lang l = 0; l < LANG_N; l++) {
        struct str word = text_of(l, "PART_TODAY");
        if (s.n == word.n && begins(word, s)) return true;
    }
    return false;
}

static bool digits(struct str s, isize least, isize most, i64 from, i64 to, int *out)
{
    i64 x = 0;
    if (s.n < least || s.n > most || s.at[0] < '0' || s.at[0] > '9' ||
        num_read_int(s, from, to, &x, NULL) != OK)
        return false;
    *out = (int)x;
    return true;
}

int part_day_read(struct str typed, day today, day *out, struct err *e)
{
    struct str s = str_trim(typed), part[3];
    if (is_today(s)) {
        *out = today;
        return OK;
    }
    if (s.n == 10 && s.at[4] == '-' && day_read(s, out, NULL) == OK) return OK;
    int n = 0;
    bool fine = s.n > 0 && s.n <= 40 && str_find(S("./-"), s.at[0]) < 0;
    for (isize i = 0; fine && i < s.n;) {
        isize end = i;
        while (end < s.n && str_find(S(". /-"), s.at[end]) < 0) end++;
        if (end > i && n == 3) fine = false;
        if (end > i && fine) part[n++] = (struct str){s.at + i, end - i};
        i = end + 1;
    }
    int d, m = 0, y;
    fine = fine && n == 3 && digits(part[0], 1, 2, 1, 31, &d) &&
           (digits(part[1], 1, 2, 1, 12, &m) || (m = month_named(part[1])) > 0) &&
           digits(part[2], 4, 4, 1600, 9999, &y);
    if (fine) {
        int yy, mm, dd;
        *out = day_of(y, m, d);
        day_split(*out, &yy, &mm, &dd);
        if (yy == y && mm == m && dd == d) return OK;
    }
    return err_say(e, E_DAY, "REFUSED_DAY");
}

struct str part_day(day d, struct arena *a)
{
    int y, m, dd;
    day_split(d, &y, &m, &dd);
    return str_fmt(a, "%d.%d.%04d", dd, m, y);
}
