#include "web/qr_code.h"
#include <qrencode.h>

enum { QUIET = 4 };

int qr_code_svg(struct str text, struct str title, struct html_safe *out, struct arena *a,
                struct err *e)
{
    QRcode *q = QRcode_encodeString(str_c(text, a), 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!q) return err_say(e, E_TOO_BIG, "REFUSED_QR");
    struct html h = {.b = buf_in(a, 1 << 14)};
    int side = q->width + 2 * QUIET;
    buf_fmt(&h.b,
            "<svg class=\"qr\" role=\"img\" viewBox=\"0 0 %d %d\" width=\"220\" "
            "height=\"220\"><title>",
            side, side);
    html_text(&h, title);
    buf_fmt(&h.b,
            "</title><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" "
            "d=\"",
            side, side);
    for (int y = 0; y < q->width; y++)
        for (int x = 0, n; x < q->width; x += n) { /* a run of dark modules at a time */
            for (n = 0; x + n < q->width && (q->data[y * q->width + x + n] & 1);) n++;
            if (n)
                buf_fmt(&h.b, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
            else
                n = 1;
        }
    buf_put(&h.b, S("\"/></svg>"));
    QRcode_free(q);
    out->markup = buf_str(&h.b);
    return OK;
}
