/* A fuzzer is one function over bytes.  With clang it is a libFuzzer target; in ./check
** the same function replays fuzz/corpus/<name>/ under the sanitizers.  What once broke
** stays there as a seed.  A target aborts when a promise is broken, not only when memory
** is. */
#ifndef VARDE_FUZZ_FUZZ_H
#define VARDE_FUZZ_FUZZ_H

#include "base/err.h"

int LLVMFuzzerTestOneInput(const u8 *at, size_t n);

#endif
