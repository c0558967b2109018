#include "base/num.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* [+-] digits [mark digits] [e [+-] digits], at least one digit before or after the mark.
 */
static bool grammar_ok(struct str s, char mark)
{
    isize i = 0, digits = 0;
    if (i < s.n && (s.at[i] == '+' || s.at[i] == '-')) i++;
    while (i < s.n && digit(s.at[i])) i++, digits++;
    if (i < s.n && s.at[i] == mark) {
        i++;
        while (i < s.n && digit(s.at[i])) i++, digits++;
    }
    if (digits == 0) return false;
    if (i < s.n && (s.at[i] == 'e' || s.at[i] == 'E')) {
        i++;
        if (i < s.n && (s.at[i] == '+' || s.at[i] == '-')) i++;
        isize first = i;
        while (i < s.n && digit(s.at[i])) i++;
        if (i == first) return false;
    }
    return i == s.n;
}

static int read_marked(struct str s, char mark, double *out, struct err *e)
{
    char text[400];
    if (!grammar_ok(s, mark) || s.n >= (isize)sizeof text)
        return err_set(e, E_NUMBER, "'%.*s' is not a number", (int)MIN(s.n, 40), s.at);
    memcpy(text, s.at, (size_t)s.n);
    text[s.n] = 0;
    for (isize i = 0; i < s.n; i++)
        if (text[i] == mark) text[i] = '.';
    *out = strtod(text, NULL);
    if (!isfinite(*out))
        return err_set(e, E_NUMBER, "'%.*s' is too large a number", (int)MIN(s.n, 40),
                       s.at);
    return OK;
}

int num_read(struct str s, double *out, struct err *e)
{
    return read_marked(s, '.', out, e);
}

int num_read_comma(struct str s, double *out, struct err *e)
{
    return read_marked(s, ',', out, e);
}

int num_read_int(struct str s, i64 lo, i64 hi, i64 *out, struct err *e)
{
    isize i = s.n && (s.at[0] == '-' || s.at[0] == '+');
    bool minus = s.n && s.at[0] == '-';
    bool fine = i < s.n && s.n - i <= 18; /* 18 digits cannot overflow */
    i64 x = 0;
    for (; fine && i < s.n; i++) {
        fine = digit(s.at[i]);
        x = 10 * x + (s.at[i] - '0');
    }
    if (minus) x = -x;
    if (!fine)
        return err_set(e, E_NUMBER, "'%.*s' is not a whole number", (int)MIN(s.n, 40),
                       s.at);
    if (x < lo || x > hi)
        return err_set(e, E_NUMBER, "%" PRId64 " is outside %" PRId64 " to %" PRId64, x,
                       lo, hi);
    *out = x;
    return OK;
}

static int shortest(double x, char *out, size_t room)
{
    if (isnan(x)) return snprintf(out, room, "NaN");
    if (isinf(x)) return snprintf(out, room, x > 0 ? "Inf" : "-Inf");
    for (int digits = 15; digits < 17; digits++) {
        int n = snprintf(out, room, "%.*g", digits, x);
        if (strtod(out, NULL) == x) return n;
    }
    return snprintf(out, room, "%.17g", x);
}

struct str num_shortest(double x, struct arena *a)
{
    char text[40];
    int n = shortest(x, text, sizeof text);
    return str_dup((struct str){text, n}, a);
}

/* Rounds the digits that a person sees, not the binary value: %.15g first, then by hand.
 */
struct str num_fixed(double x, int places, struct arena *a)
{
    char text[400];
    if (!isfinite(x)) return num_shortest(x, a);
    int n;
    if (fabs(x) < 1e15) {
        /* 15 significant digits of |x|, one decimal place at most beyond them */
        int whole = fabs(x) >= 1 ? (int)floor(log10(fabs(x))) + 1 : 1;
        int seen = MAX(15 - whole, 0);
        n = snprintf(text, sizeof text, "%.*f", seen, x);
        if (seen > places) {
            /* the double nearest to the seen text, nudged past the half it may fall short
             * of */
            double nudge = copysign(0.5, x) * pow(10, -seen);
            n = snprintf(text, sizeof text, "%.*f", places, strtod(text, NULL) + nudge);
        } else {
            n = snprintf(text, sizeof text, "%.*f", places, x);
        }
    } else {
        n = snprintf(text, sizeof text, "%.*f", places, x);
    }
    bool zero = true;
    for (int i = 0; i < n; i++)
        if (text[i] >= '1' && text[i] <= '9') zero = false;
    return str_dup(zero && text[0] == '-' ? (struct str){text + 1, n - 1}
                                          : (struct str){text, n},
                   a);
}
