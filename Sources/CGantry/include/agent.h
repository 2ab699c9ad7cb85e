// What an agent asks of the system about itself: signals as a descriptor, memory back to the system.
#ifndef GANTRY_AGENT_H
#define GANTRY_AGENT_H

#include "child.h"

#include <malloc.h>

// The kernel writes one of these for each signal, the number first.
#define GANTRY_SIGNAL_RECORD 128

// Blocks the signals in this thread and those it starts, and returns a descriptor that they are read from, or -1.
static inline int gantry_signal_inbox(const int *numbers, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int at = 0; at < count; at++) sigaddset(&set, numbers[at]);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    // The kernel's set has 64 signals, 8 bytes. Not by <sys/signalfd.h>, after which
    // Swift sees sigset_t as a type of this module.
    return (int)syscall(SYS_signalfd4, -1, &set, 8, O_CLOEXEC | O_NONBLOCK);
}

// Returns the next signal, or 0 when none waits.
static inline int gantry_next_signal(int inbox) {
    uint32_t record[GANTRY_SIGNAL_RECORD / 4];
    return read(inbox, record, sizeof record) == (ssize_t)sizeof record ? (int)record[0] : 0;
}

// Gives the system the memory that was freed and that the allocator keeps for the next time.
static inline void gantry_release_memory(void) { malloc_trim(0); }

#endif
