/* Words every file speaks: sizes, counts, and attributes that catch mistakes. */
#ifndef VARDE_BASE_TYPES_H
#define VARDE_BASE_TYPES_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef ptrdiff_t isize; /* counts and indices are signed: n - 1 of 0 is -1 */
typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

#define COUNT(array) ((isize)(sizeof(array) / sizeof(*(array))))
#define MIN(a, b)    ((a) < (b) ? (a) : (b))
#define MAX(a, b)    ((a) > (b) ? (a) : (b))

#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, v) __attribute__((format(printf, f, v)))

#endif
