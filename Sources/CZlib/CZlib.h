// zlib of the system: what gzip bodies are read and written with.
#ifndef GANTRY_CZLIB_H
#define GANTRY_CZLIB_H
#include <zlib.h>
#endif
