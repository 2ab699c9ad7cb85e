// PCRE2 in its 8-bit form. The width decides which names pcre2.h declares, so it must be known before.
#ifndef GANTRY_CPCRE2_H
#define GANTRY_CPCRE2_H
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#endif
