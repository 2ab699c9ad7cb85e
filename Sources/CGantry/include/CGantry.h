// The calls to the kernel that Swift's view of Glibc lacks, or that must not run Swift code: between clone
// and exec only what is safe in a signal handler may be called, which no Swift function can promise.
#ifndef CGANTRY_H
#define CGANTRY_H

#include "agent.h"
#include "checksum.h"
#include "pidfd.h"
#include "spawn.h"

#endif
