// Signals and waits by pidfd: a handle on one process that a later process with the same number cannot take
// over.
#ifndef GANTRY_PIDFD_H
#define GANTRY_PIDFD_H

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

// Returns a descriptor (close-on-exec by the kernel's rule) or -1.
static inline int gantry_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static inline int gantry_pidfd_signal(int pidfd, int number) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, number, (void *)0, 0);
}

static inline pid_t gantry_pid_of(const siginfo_t *info) { return info->si_pid; }

// Makes orphaned descendants children of this process instead of the machine's init.
static inline int gantry_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

#endif
