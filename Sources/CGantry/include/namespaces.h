// The first process of a pid namespace: it lays out the mounts, starts the program, passes signals on, reaps,
// and ends with the program, which ends everything else in the namespace.
#ifndef GANTRY_NAMESPACES_H
#define GANTRY_NAMESPACES_H

#include "child.h"

#include <sys/mount.h>

// CLONE_NEWPID | CLONE_NEWNS, which <sched.h> gives only to GNU sources.
#define GANTRY_NEW_NAMESPACES (0x20000000UL | 0x00020000UL)
// The value of a queued signal that is meant for the program's whole group.
#define GANTRY_FOR_GROUP 0x6761

// Sends a signal to the group of the program that runs under the init `pid`.
static inline int gantry_signal_group_of_init(pid_t pid, int number) {
    return sigqueue(pid, number, (union sigval){.sival_int = GANTRY_FOR_GROUP});
}

// Lays an empty read-only folder over a folder, and an empty file over a file.
static inline int gantry_hide(const struct gantry_request *request, const char *path, int visible) {
    struct stat kind;
    if (stat(path, &kind) != 0) return -1;
    if (!S_ISDIR(kind.st_mode)) return mount("/dev/null", path, NULL, MS_BIND, NULL);
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount("tmpfs", path, "tmpfs", flags, "size=64k,mode=755") != 0) return -1;
    size_t length = strlen(path);
    const char *keep = request->visible;
    if (keep && strncmp(keep, path, length) == 0 && keep[length] == '/') {
        char part[4096], source[32] = "/proc/self/fd/";
        if (strlen(keep) >= sizeof part) {
            errno = ENAMETOOLONG;
            return -1;
        }
        for (size_t at = length + 1;; at++) {
            if (keep[at] != '/' && keep[at] != 0) continue;
            memcpy(part, keep, at);
            part[at] = 0;
            if (mkdir(part, 0755) != 0 && errno != EEXIST) return -1;
            if (keep[at] == 0) break;
        }
        int digits = 14;
        for (int scale = 1000000; scale > 0; scale /= 10) {
            if (visible >= scale || scale == 1) source[digits++] = (char)('0' + visible / scale % 10);
        }
        source[digits] = 0;
        if (mount(source, keep, NULL, MS_BIND | MS_REC, NULL) != 0) return -1;
    }
    return mount(NULL, path, NULL, MS_REMOUNT | MS_RDONLY | flags, NULL);
}

static inline void gantry_lay_mounts(const struct gantry_request *request, int report) {
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) gantry_fail(report, GANTRY_AT_PRIVATE_MOUNTS, 0);
    int visible = request->visible ? open(request->visible, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (request->visible && visible < 0) gantry_fail(report, GANTRY_AT_DIRECTORY, 0);
    for (int index = 0; request->hidden[index]; index++) {
        if (gantry_hide(request, request->hidden[index], visible) != 0)
            gantry_fail(report, GANTRY_AT_HIDDEN_PATH, index);
    }
    if (visible >= 0) close(visible);
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        gantry_fail(report, GANTRY_AT_PROC, 0);
}

// Passes on signals and reaps until the program ends; never returns.
static inline __attribute__((noreturn)) void gantry_serve_as_init(pid_t program, int status) {
    sigset_t all;
    sigfillset(&all);
    for (;;) {
        siginfo_t info;
        int number = (int)syscall(SYS_rt_sigtimedwait, &all, &info, NULL, 8);
        if (number < 0) continue;
        if (number != SIGCHLD) {
            int group = info.si_code == SI_QUEUE && info.si_value.sival_int == GANTRY_FOR_GROUP;
            kill(group ? -program : program, number);
            continue;
        }
        int ended;
        pid_t pid;
        while ((pid = waitpid(-1, &ended, WNOHANG)) > 0) {
            if (pid != program) continue;
            ssize_t sent = write(status, &ended, sizeof ended);
            (void)sent;
            gantry_exit(WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended));
        }
    }
}

static inline __attribute__((noreturn)) void gantry_run_init(const struct gantry_request *request, int report,
                                                             int status) {
    gantry_default_signals();
    gantry_own_group(request, report);
    if (request->die_with_parent) gantry_watch_parent(report);
    int groups[GANTRY_GROUP_LIMIT], count = 0;
    for (; request->groups[count] && count < GANTRY_GROUP_LIMIT; count++) {
        // Opened before the mounts may hide them, written by the program so that only it and its children
        // count.
        groups[count] = open(request->groups[count], O_WRONLY | O_CLOEXEC);
        if (groups[count] < 0) gantry_fail(report, GANTRY_AT_GROUP, count);
    }
    gantry_lay_mounts(request, report);
    pid_t program = (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, 0, 0, 0, 0);
    if (program == 0) {
        for (int index = 0; index < count; index++) {
            if (write(groups[index], "0", 1) != 1) gantry_fail(report, GANTRY_AT_GROUP, index);
        }
        gantry_run_program(request, report);
    }
    if (program < 0) gantry_fail(report, GANTRY_AT_CLONE, 0);
    prctl(PR_SET_NAME, "gantry-init", 0, 0, 0);
    // The report pipe must end with the exec of the program, and no stream may be held open by init.
    int kept = fcntl(status, F_DUPFD_CLOEXEC, 3);
    if (kept != 3) {
        dup2(kept, 3);
    }
    close(0);
    close(1);
    close(2);
    gantry_shut_from(4, 0);
    gantry_serve_as_init(program, 3);
}

#endif
