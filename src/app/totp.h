/* One-time codes by time (RFC 6238) over HMAC (RFC 4226), and base32 (RFC 4648).
**
** Codes are six digits of SHA-1 in steps of 30 seconds, which is what every authenticator
** app does.  One step of drift either way is taken; a step that was accepted, and all
** before it, never again.
** Checked: tests/app/test_totp.c, the vectors of RFC 4226, 6238 and 4648. */
#ifndef VARDE_APP_TOTP_H
#define VARDE_APP_TOTP_H

#include "base/instant.h"

enum { TOTP_SECRET = 20, TOTP_DIGITS = 6 };
enum totp_hash { TOTP_SHA1, TOTP_SHA256, TOTP_SHA512 };

/* The code of a step as `digits` (6 to 8) decimal digits, ended by zero. */
void totp_code(struct str key, i64 step, enum totp_hash hash, int digits, char out[9]);

/* Whether `typed` (blanks between digits are fine) is the code of a step near `now` above
** `last`; *step is which. The time taken does not depend on how much of it is right. */
bool totp_is(struct str key, struct str typed, instant now, i64 last, i64 *step);

/* Letters A-Z 2-7 without padding. */
struct str totp_base32(struct str bytes, struct arena *a);

/* "otpauth://totp/Varde:kari?secret=...&issuer=Varde", for the picture to scan. */
struct str totp_uri(struct str key, struct str login, struct arena *a);

#endif
