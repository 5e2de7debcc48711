/* A disk that fails when it is told to, and forgets what was not synced: preloaded into the real server by `disk.rs`,
 * which has the other half of both formats.
 *
 * CHATHUB_DISK_UNDER    the folder whose files this is about
 * CHATHUB_DISK_ORDERS   a file with four numbers (int32): error, calls left (-1 for all), calls meant (bits), refused
 * CHATHUB_DISK_JOURNAL  a file that gets what each write replaces, and where each file was synced
 *
 * Not seen: memory maps (SQLite's shared memory, which a power cut empties), and names (renames, folders' syncs). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITES = 1, SYNCS = 2 };
enum { WROTE = 1, SYNCED = 2 };

struct orders {
    int32_t error, left, calls, refused;
};

static struct {
    ssize_t (*write)(int, const void *, size_t);
    ssize_t (*pwrite)(int, const void *, size_t, off_t);
    int (*fsync)(int);
    int (*fdatasync)(int);
    int (*ftruncate)(int, off_t);
    int (*open)(const char *, int, ...);
} real;
static struct orders *orders;
static char under[4096];
static int journal = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
    real.write = dlsym(RTLD_NEXT, "write");
    real.pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real.fsync = dlsym(RTLD_NEXT, "fsync");
    real.fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real.ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real.open = dlsym(RTLD_NEXT, "open64");
    const char *folder = getenv("CHATHUB_DISK_UNDER"), *file = getenv("CHATHUB_DISK_ORDERS");
    if (!folder || !file || !realpath(folder, under)) return;
    int fd = real.open(file, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    void *map = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (map == MAP_FAILED) return;
    orders = map;
    const char *path = getenv("CHATHUB_DISK_JOURNAL");
    if (path) journal = real.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* Whether the file is meant; its path. */
static int meant(int fd, char path[4096]) {
    char link[64];
    if (!orders) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, 4095);
    if (length < 0) return 0;
    path[length] = 0;
    size_t prefix = strlen(under);
    return strncmp(path, under, prefix) == 0 && path[prefix] == '/';
}

static int refused(int call) {
    if (!(orders->calls & call) || orders->left == 0) return 0;
    if (orders->left > 0) __atomic_fetch_sub(&orders->left, 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&orders->refused, 1, __ATOMIC_SEQ_CST);
    errno = orders->error;
    return 1;
}

/* What stands at a place that is about to change: kind, path, offset, size of the file, bytes. */
static void note(int kind, const char *path, int fd, off_t offset, size_t length) {
    if (journal < 0) return;
    struct stat stat;
    uint64_t size = fstat(fd, &stat) == 0 ? (uint64_t)stat.st_size : 0;
    uint64_t head[5] = {kind, strlen(path), offset, size, 0};
    /* Its own, since the one that writes may not read; none when the name is gone, and nobody will look for it. */
    int own = real.open(path, O_RDONLY | O_CLOEXEC);
    if (own < 0) return;
    if (kind == WROTE && (uint64_t)offset < size) head[4] = length < size - offset ? length : size - offset;
    size_t total = sizeof head + head[1] + head[4];
    char *record = malloc(total);
    memcpy(record, head, sizeof head);
    memcpy(record + sizeof head, path, head[1]);
    if (head[4] && pread(own, record + sizeof head + head[1], head[4], offset) != (ssize_t)head[4]) abort();
    close(own);
    /* One write, so that a kill leaves whole records. */
    if (real.write(journal, record, total) != (ssize_t)total) abort();
    free(record);
}

static ssize_t written(int fd, const void *bytes, size_t length, off_t offset, int at) {
    char path[4096];
    if (!meant(fd, path)) return at ? real.pwrite(fd, bytes, length, offset) : real.write(fd, bytes, length);
    if (refused(WRITES)) return -1;
    pthread_mutex_lock(&lock);
    note(WROTE, path, fd, at ? offset : lseek(fd, 0, SEEK_CUR), length);
    ssize_t done = at ? real.pwrite(fd, bytes, length, offset) : real.write(fd, bytes, length);
    int kept = errno;
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}

static int synced(int fd, int (*sync)(int)) {
    char path[4096];
    if (!meant(fd, path)) return sync(fd);
    if (refused(SYNCS)) return -1;
    pthread_mutex_lock(&lock);
    int done = sync(fd), kept = errno;
    if (done == 0) note(SYNCED, path, fd, 0, 0);
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}

static int truncated(int fd, off_t length) {
    char path[4096];
    if (!meant(fd, path)) return real.ftruncate(fd, length);
    if (refused(WRITES)) return -1;
    pthread_mutex_lock(&lock);
    note(WROTE, path, fd, length, SIZE_MAX);
    int done = real.ftruncate(fd, length), kept = errno;
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}

/* A file system that has become read-only opens nothing for writing either. */
static int opened(const char *path, int flags, mode_t mode) {
    size_t prefix = strlen(under);
    int writes = (flags & O_ACCMODE) != O_RDONLY && orders && strncmp(path, under, prefix) == 0;
    return writes && orders->error == EROFS && refused(WRITES) ? -1 : real.open(path, flags, mode);
}

static mode_t mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return opened(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t length) { return written(fd, bytes, length, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return written(fd, bytes, length, offset, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return written(fd, bytes, length, offset, 1); }
int fsync(int fd) { return synced(fd, real.fsync); }
int fdatasync(int fd) { return synced(fd, real.fdatasync); }
int ftruncate(int fd, off_t length) { return truncated(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncated(fd, length); }
