/* Preloaded into the daemon: makes the Nth fdatasync or fsync of the process fail with EIO, once (FAIL_SYNC_AT=N),
 * and writes the CLOCK_MONOTONIC nanoseconds of that moment into FAIL_SYNC_MARK. DELAY_SYNC_US makes every sync that
 * much slower, for the benchmarks. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static atomic_int calls;

static int sync_or_fail(int fd, const char* name)
{
    const char* delay = getenv("DELAY_SYNC_US");
    if (delay) usleep((useconds_t)atoi(delay));
    const char* at = getenv("FAIL_SYNC_AT");
    if (at && atomic_fetch_add(&calls, 1) + 1 == atoi(at)) {
        const char* mark = getenv("FAIL_SYNC_MARK");
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (mark) {
            char text[32];
            const int length = snprintf(text, sizeof text, "%lld", (long long)now.tv_sec * 1000000000LL + now.tv_nsec);
            const int file = open(mark, O_WRONLY | O_CREAT | O_TRUNC, 0600);
            if (file >= 0) {
                if (write(file, text, (size_t)length) != length) _exit(99);
                close(file);
            }
        }
        errno = EIO;
        return -1;
    }
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    return real(fd);
}

int fsync(int fd) { return sync_or_fail(fd, "fsync"); }
int fdatasync(int fd) { return sync_or_fail(fd, "fdatasync"); }
