// A disk that fails on demand: preloaded into the program, it stands between SQLite and the system's calls. The first byte of
// the file named by FAULTTEST_DISK says what is wrong at the moment: 'n' nothing, 'f' the disk is full, 'h' it gets full in the
// middle of a write, 'r' it is read-only, 'e' writing fails, 's' syncing fails.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static volatile char *fault;

__attribute__((constructor)) static void begin(void) {
	const char *path = getenv("FAULTTEST_DISK");
	int fd = path ? open(path, O_RDONLY) : -1;
	if (fd < 0) return;
	void *at = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	if (at != MAP_FAILED) fault = at;
	close(fd);
}

static int wrong(char what) { return fault != NULL && *fault == what; }

static int fail(int with) {
	errno = with;
	return -1;
}

#define WRITER(name, offset)                                                          \
	ssize_t name(int fd, const void *data, size_t n, offset at) {                     \
		static ssize_t (*real)(int, const void *, size_t, offset);                    \
		if (real == NULL) real = dlsym(RTLD_NEXT, #name);                             \
		if (wrong('f')) return fail(ENOSPC);                                          \
		if (wrong('r')) return fail(EROFS);                                           \
		if (wrong('e')) return fail(EIO);                                             \
		if (wrong('h')) return n > 1 ? real(fd, data, n / 2, at) : fail(ENOSPC);      \
		return real(fd, data, n, at);                                                 \
	}
WRITER(pwrite, off_t)
WRITER(pwrite64, off64_t)

#define SYNCER(name)                                                                  \
	int name(int fd) {                                                                \
		static int (*real)(int);                                                      \
		if (real == NULL) real = dlsym(RTLD_NEXT, #name);                             \
		return wrong('s') ? fail(EIO) : real(fd);                                     \
	}
SYNCER(fsync)
SYNCER(fdatasync)
