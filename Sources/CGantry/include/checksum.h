// The processor's own instruction for CRC-32C (Castagnoli), where it has one.
#ifndef GANTRY_CHECKSUM_H
#define GANTRY_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

static inline int gantry_has_crc32c(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2);
}

// Goes on from `value`, which is inverted before the first and after the last bytes. Only where gantry_has_crc32c.
__attribute__((target("sse4.2"))) static inline uint32_t gantry_crc32c(uint32_t value, const void *start,
                                                                       size_t count) {
    const uint8_t *at = (const uint8_t *)start;
    uint64_t wide = value;
    for (; count >= 8; at += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    uint32_t narrow = (uint32_t)wide;
    for (; count > 0; at++, count--) narrow = __builtin_ia32_crc32qi(narrow, *at);
    return narrow;
}
#else
static inline int gantry_has_crc32c(void) { return 0; }
static inline uint32_t gantry_crc32c(uint32_t value, const void *start, size_t count) {
    (void)start;
    (void)count;
    return value;
}
#endif

#endif
