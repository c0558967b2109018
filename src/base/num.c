#include "base/num.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* [+-] digits [mark digits] [e [+-] digits], a digit before or after the mark. */
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
        return err_set(e, E_NUMBER, "'%.*s' is not a number", FMT(str_brief(s, 40)));
    memcpy(text, s.at, (size_t)s.n);
    text[s.n] = 0;
    for (isize i = 0; i < s.n; i++)
        if (text[i] == mark) text[i] = '.';
    *out = strtod(text, NULL);
    if (!isfinite(*out))
        return err_set(e, E_NUMBER, "'%.*s' is too large a number",
                       FMT(str_brief(s, 40)));
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
        return err_set(e, E_NUMBER, "'%.*s' is not a whole number",
                       FMT(str_brief(s, 40)));
    if (x < lo || x > hi)
        return err_set(e, E_NUMBER, "%" PRId64 " is outside %" PRId64 " to %" PRId64, x,
                       lo, hi);
    *out = x;
    return OK;
}

/* Whole numbers and short decimals, which most numbers are, without asking printf thrice.  An n below
** 2^53 and a power of ten are exact, so their quotient is the double nearest to that decimal: it reads
** back.  With 15 digits at most no other decimal as short does.  Returns the length, 0: not such a
** number. */
static int short_decimal(double x, char *out)
{
    enum { PLACES = 4 };
    static const double ten[PLACES + 1] = {1, 10, 100, 1000, 10000};
    double size = fabs(x);
    if (!(size < 1e10) || (size < 1e-3 && size > 0) || (size == 0 && signbit(x)))
        return 0;
    for (int places = 0; places <= PLACES; places++) {
        double n = nearbyint(size * ten[places]);
        if (n / ten[places] != size) continue;
        char text[24], *end = text + sizeof text, *p = end;
        u64 rest = (u64)n;
        for (int i = 0; i <= places || rest; i++, rest /= 10) {
            if (i == places && places) *--p = '.';
            *--p = (char)('0' + rest % 10);
        }
        if (x < 0) *--p = '-';
        memcpy(out, p, (size_t)(end - p));
        out[end - p] = 0;
        return (int)(end - p);
    }
    return 0;
}

static int shortest(double x, char *out, size_t room)
{
    int n = short_decimal(x, out);
    if (n) return n;
    if (isnan(x)) return snprintf(out, room, "NaN");
    if (isinf(x)) return snprintf(out, room, x > 0 ? "Inf" : "-Inf");
    /* below DBL_MIN a double has fewer than 15 digits to tell */
    for (int digits = fabs(x) < DBL_MIN ? 1 : 15; digits < 17; digits++) {
        n = snprintf(out, room, "%.*g", digits, x);
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

/* The digits of a text of %g, leading zeros too, and where the point stands among them:
** the number is 0.d0d1d2... times 10^*point.  Returns how many digits there are. */
static int digits_of(const char *text, char d[40], int *point)
{
    int n = 0;
    *point = -1;
    for (; *text && *text != 'e'; text++) {
        if (*text == '.') *point = n;
        if (digit(*text)) d[n++] = *text;
    }
    if (*point < 0) *point = n;
    if (*text == 'e') *point += (int)strtol(text + 1, NULL, 10);
    return n;
}

/* Rounds the digits that a person sees, not the binary value.  15 of them decide unless
** they end in a lone 5 at the first place dropped: that may be 0.4999999999999999. */
struct str num_fixed(double x, int places, struct arena *a)
{
    if (!isfinite(x)) return num_shortest(x, a);
    char text[40], d[40];
    int point, n;
    snprintf(text, sizeof text, "%.15g", fabs(x));
    n = digits_of(text, d, &point);
    if (point + places >= 15 || (n == point + places + 1 && d[n - 1] == '5')) {
        shortest(fabs(x), text, sizeof text);
        n = digits_of(text, d, &point);
    }
    int keep = point + places, whole = MAX(point, 1);
    int carry = keep >= 0 && keep < n && d[keep] >= '5';
    char *end = NEW(a, char, whole + places + 4) + whole + places + 3, *p = end;
    bool zero = true;
    for (int i = keep - 1; i >= point - whole; i--) {
        int digit_here = (i >= 0 && i < n ? d[i] - '0' : 0) + carry;
        if (i == point - 1 && places > 0) *--p = '.';
        carry = digit_here == 10;
        *--p = (char)('0' + digit_here % 10);
        zero = zero && *p == '0';
    }
    if (carry) *--p = '1', zero = false;
    if (x < 0 && !zero) *--p = '-';
    return (struct str){p, end - p};
}
