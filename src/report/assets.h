/* What the program carries inside itself for documents; made by tools/bytes from
** src/report/report.css and data/fonts.  Sizes are without the zero behind. */
#ifndef VARDE_REPORT_ASSETS_H
#define VARDE_REPORT_ASSETS_H

#include "base/types.h"

extern const unsigned char asset_css[], asset_regular[], asset_bold[];
extern const isize asset_css_n, asset_regular_n, asset_bold_n;

#endif
