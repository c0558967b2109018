/* A QR code as a picture for a page: SVG, black on white whatever the page's colours, with
** four modules of quiet around (ISO/IEC 18004).  Checked: tests/web/test_call.c. */
#ifndef VARDE_WEB_QR_CODE_H
#define VARDE_WEB_QR_CODE_H

#include "web/html.h"

/* `title` is said to who cannot see it. Errors: E_TOO_BIG. */
MUST_CHECK int qr_code_svg(struct str text, struct str title, struct html_safe *out,
                           struct arena *a, struct err *e);

#endif
