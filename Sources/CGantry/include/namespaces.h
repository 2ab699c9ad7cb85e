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

// Mounts what an open descriptor means at a path.
static inline int gantry_bind(int descriptor, const char *path, unsigned long flags) {
    char source[32] = "/proc/self/fd/";
    int digits = 14;
    for (int scale = 1000000; scale > 0; scale /= 10) {
        if (descriptor >= scale || scale == 1) source[digits++] = (char)('0' + descriptor / scale % 10);
    }
    source[digits] = 0;
    return mount(source, path, NULL, MS_BIND | flags, NULL);
}

// Shows the visible folder again where `path`, which was laid over, had it below.
static inline int gantry_show(const struct gantry_request *request, const char *path, int visible) {
    size_t length = strlen(path);
    const char *keep = request->visible;
    if (!keep || strncmp(keep, path, length) != 0 || keep[length] != '/') return 0;
    char part[4096];
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
    return gantry_bind(visible, keep, MS_REC);
}

// Lays an empty read-only folder over a folder, and an empty file over a file.
static inline int gantry_hide(const struct gantry_request *request, const char *path, int visible) {
    struct stat kind;
    if (stat(path, &kind) != 0) return -1;
    if (!S_ISDIR(kind.st_mode)) return mount("/dev/null", path, NULL, MS_BIND, NULL);
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount("tmpfs", path, "tmpfs", flags, "size=64k,mode=755") != 0) return -1;
    if (gantry_show(request, path, visible) != 0) return -1;
    return mount(NULL, path, NULL, MS_REMOUNT | MS_RDONLY | flags, NULL);
}

// Lays a folder over another, without devices and without programs that change the user.
static inline int gantry_cover(const struct gantry_request *request, const char *path, int cover, int visible) {
    unsigned long flags = MS_NOSUID | MS_NODEV;
    if (gantry_bind(cover, path, 0) != 0) return -1;
    if (mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | flags, NULL) != 0) return -1;
    return gantry_show(request, path, visible);
}

static inline void gantry_lay_mounts(const struct gantry_request *request, int report) {
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) gantry_fail(report, GANTRY_AT_PRIVATE_MOUNTS, 0);
    int visible = request->visible ? open(request->visible, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (request->visible && visible < 0) gantry_fail(report, GANTRY_AT_DIRECTORY, 0);
    // All are opened before anything is laid over, since one may lie below another or be about to be hidden.
    int covers[GANTRY_COVER_LIMIT], count = 0;
    for (; request->covers[count] && count < GANTRY_COVER_LIMIT; count++) {
        covers[count] = open(request->covers[count], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (covers[count] < 0) gantry_fail(report, GANTRY_AT_PRIVATE_FOLDER, count);
    }
    for (int index = 0; index < count; index++) {
        if (gantry_cover(request, request->covered[index], covers[index], visible) != 0)
            gantry_fail(report, GANTRY_AT_PRIVATE_FOLDER, index);
        close(covers[index]);
    }
    for (int index = 0; request->hidden[index]; index++) {
        if (gantry_hide(request, request->hidden[index], visible) != 0)
            gantry_fail(report, GANTRY_AT_HIDDEN_PATH, index);
    }
    if (visible >= 0) close(visible);
    if (request->shared_memory
        && mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, request->shared_memory) != 0)
        gantry_fail(report, GANTRY_AT_SHARED_MEMORY, 0);
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
