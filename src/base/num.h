/* Numbers in and out of text, the same in every locale: the decimal mark is a point
** unless a function says otherwise.  The program never calls setlocale. */
#ifndef VARDE_BASE_NUM_H
#define VARDE_BASE_NUM_H

#include "base/err.h"

/* A decimal number: sign, digits, point, exponent; nothing else around it, correctly
** rounded. "inf", "nan", hexadecimal and blanks are refused. Errors: E_NUMBER. */
MUST_CHECK int num_read(struct str s, double *out, struct err *e);

/* The same with ',' as the decimal mark, as Norwegian and Danish spreadsheets do. */
MUST_CHECK int num_read_comma(struct str s, double *out, struct err *e);

/* A whole number in [lo, hi]. Errors: E_NUMBER. */
MUST_CHECK int num_read_int(struct str s, i64 lo, i64 hi, i64 *out, struct err *e);

/* A text that reads back as x, of as few digits as printf can do it with ("0.1", "1e-07",
** "NaN", "Inf", "-Inf"). */
struct str num_shortest(double x, struct arena *a);

/* x with `places` (0 or more) decimals, ended by zero.  Halves go away from zero and are
** judged on the shortest text of x, as people round: 2.675 gives 2.68 although the double
** is a little less.  "-0.00" is written "0.00". */
struct str num_fixed(double x, int places, struct arena *a);

#endif
