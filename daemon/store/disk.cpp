#include "store/disk.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

namespace incident::store {
namespace {

std::atomic<unsigned> disks_made{0};

/// SQLite allocates szOsFile bytes: ours, then the default layer's own file behind it.
struct File {
    sqlite3_file base;
    Disk* disk;
    const char* name;  // owned by SQLite for as long as the file is open
    sqlite3_int64 log_bytes;  // a write-ahead log's size, zeros included; else negative
    bool zeros_ahead;         // there was room for them
    [[nodiscard]] sqlite3_file* real() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
static_assert(sizeof(File) % alignof(sqlite3_int64) == 0);  // what SQLite's own file needs

constexpr std::int64_t full_now = -1;

/// A sync of bytes that lie inside the file costs two thirds of one that makes the file longer (the file system must
/// commit the new size), so the log grows by this much at a time, in zeros: SQLite tells its frames from them by salt and
/// checksum. They must be written, for merely reserved room costs nearly as much as none. More would make the commit
/// that grows the log wait noticeably.
constexpr sqlite3_int64 zeros_ahead_bytes = 1024 * 1024;
constexpr std::array<char, 64 * 1024> zeros{};

/// Counts one fault down. @return true when this is the one.
bool due(std::atomic<std::int64_t>& countdown) { return countdown.load() > 0 && countdown.fetch_sub(1) == 1; }

File& file_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* real_of(sqlite3_file* file) { return file_of(file).real(); }

/// After a write that made the log end at `end`. Want of room is no failure: what SQLite wrote stands, and the log goes
/// on growing by itself. @return errno of any other failure, else 0.
int write_zeros_ahead(File& file, sqlite3_int64 end)
{
    file.log_bytes = end;
    if (!file.zeros_ahead) return 0;
    const auto until = end + zeros_ahead_bytes;
    auto* real = file.real();
    for (auto at = end; at < until;) {
        const auto size = static_cast<int>(std::min<sqlite3_int64>(zeros.size(), until - at));
        errno = 0;
        if (const int result = real->pMethods->xWrite(real, zeros.data(), size, at); result != SQLITE_OK) {
            const int error = errno;
            file.zeros_ahead = false;
            if (result != SQLITE_FULL && error != EFBIG && error != EDQUOT && error != ENOSPC) return error ? error : EIO;
            // The little that fitted is better left to entries. Where it cannot be given back it does no harm.
            real->pMethods->xTruncate(real, end);
            return 0;
        }
        at += size;
        file.log_bytes = at;
    }
    return 0;
}

/// errno of the last folder this thread could not sync; 0: none.
thread_local int folder_sync_error = 0;

/// SQLite syncs the folder of a new log so that the log's name survives a power cut too, and does not look at the result
/// (os_unix.c, unixSync). So when it opens the folder for that, we sync it ourselves, remember what came of it for the
/// sync of the file that is under way on this thread, and answer that it cannot be opened, which SQLite passes over.
int sync_folder_instead(const char* file, int*)
{
    std::string folder{file};
    const auto slash = folder.rfind('/');
    folder = slash == std::string::npos ? "." : folder.substr(0, std::max<std::size_t>(slash, 1));
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0 || ::fdatasync(descriptor) != 0) folder_sync_error = errno;
    if (descriptor >= 0) ::close(descriptor);
    return SQLITE_CANTOPEN;
}

}  // namespace

struct Disk::Hooks {
    sqlite3_vfs vfs{};
    sqlite3_vfs* real = nullptr;
    sqlite3_io_methods methods{};

    static Disk& disk_of(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }
    static sqlite3_vfs* real_of(sqlite3_vfs* vfs) { return disk_of(vfs).hooks_->real; }

    static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset);
    static int truncate(sqlite3_file* file, sqlite3_int64 size);
    static int sync(sqlite3_file* file, int flags);
    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out);
    void fill_methods();
    void fill_vfs(Disk& disk);
};

int Disk::Hooks::write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset)
{
    auto& ours = file_of(file);
    auto& disk = *ours.disk;
    if (disk.latched()) return SQLITE_IOERR_WRITE;
    int result = SQLITE_OK, error = 0;
    if (auto* faults = disk.faults_.get()) {
        if (due(faults->full_in)) faults->full_in = full_now;
        if (faults->full_in.load() == full_now || (faults->full && faults->full())) return SQLITE_FULL;
        if (due(faults->fail_write_in)) result = SQLITE_IOERR_WRITE, error = EIO;
    }
    if (result == SQLITE_OK) {
        errno = 0;
        result = ours.real()->pMethods->xWrite(ours.real(), data, size, offset);
        error = errno;
        if (result == SQLITE_OK && ours.log_bytes >= 0 && offset + size > ours.log_bytes) {
            error = write_zeros_ahead(ours, offset + size);
            if (error != 0) result = SQLITE_IOERR_WRITE;
        }
    }
    if (result == SQLITE_OK || result == SQLITE_FULL) return result;
    // A file size limit or a quota is a lack of room like any other: nothing was promised, and it may end.
    if (error == EFBIG || error == EDQUOT || error == ENOSPC) return SQLITE_FULL;
    disk.latch(std::string{"write to "} + (ours.name ? ours.name : "a temporary file") + " failed: " + std::strerror(error ? error : EIO));
    return result;
}

int Disk::Hooks::truncate(sqlite3_file* file, sqlite3_int64 size)
{
    auto& ours = file_of(file);
    if (ours.disk->latched()) return SQLITE_IOERR_TRUNCATE;
    const int result = ours.real()->pMethods->xTruncate(ours.real(), size);
    if (result == SQLITE_OK && ours.log_bytes >= 0) {
        ours.log_bytes = size;
        ours.zeros_ahead = true;
    }
    return result;
}

int Disk::Hooks::sync(sqlite3_file* file, int flags)
{
    auto& ours = file_of(file);
    auto& disk = *ours.disk;
    if (disk.latched()) return SQLITE_IOERR_FSYNC;
    disk.syncs_.fetch_add(1, std::memory_order_relaxed);
    auto* faults = disk.faults_.get();
    const auto began = std::chrono::steady_clock::now();
    if (faults && faults->before_sync) faults->before_sync();
    int result = SQLITE_IOERR_FSYNC, error = EIO;
    if (!faults || !due(faults->fail_sync_in)) {
        errno = 0;
        folder_sync_error = 0;
        result = ours.real()->pMethods->xSync(ours.real(), flags);
        error = errno;
        if (result == SQLITE_OK && folder_sync_error != 0) result = SQLITE_IOERR_DIR_FSYNC, error = folder_sync_error;
    }
    disk.last_sync_ns_.store((std::chrono::steady_clock::now() - began).count(), std::memory_order_relaxed);
    if (result == SQLITE_OK) return result;
    disk.sync_failures_.fetch_add(1, std::memory_order_relaxed);
    disk.latch(std::string{"sync of "} + (ours.name ? ours.name : "a file") + " failed: " + std::strerror(error ? error : EIO));
    return result;
}

int Disk::Hooks::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out)
{
    auto& disk = disk_of(vfs);
    auto& ours = file_of(file);
    ours.base.pMethods = nullptr;
    ours.disk = &disk;
    ours.name = name;
    ours.log_bytes = -1;
    ours.zeros_ahead = true;
    auto* real = disk.hooks_->real;
    const int result = real->xOpen(real, name, ours.real(), flags, out);
    // With pMethods left null SQLite does not call xClose, so a real file that is half open is closed here.
    if (result == SQLITE_OK) {
        ours.base.pMethods = &disk.hooks_->methods;
        if (flags & SQLITE_OPEN_WAL) ours.real()->pMethods->xFileSize(ours.real(), &ours.log_bytes);
    } else if (ours.real()->pMethods) ours.real()->pMethods->xClose(ours.real());
    return result;
}

void Disk::Hooks::fill_methods()
{
    using F = sqlite3_file;
    methods.iVersion = 3;
    methods.xWrite = &Hooks::write;
    methods.xTruncate = &Hooks::truncate;
    methods.xSync = &Hooks::sync;
    // The rest goes straight through.
    methods.xClose = [](F* f) { return store::real_of(f)->pMethods->xClose(store::real_of(f)); };
    methods.xRead = [](F* f, void* to, int n, sqlite3_int64 at) { return store::real_of(f)->pMethods->xRead(store::real_of(f), to, n, at); };
    methods.xFileSize = [](F* f, sqlite3_int64* n) { return store::real_of(f)->pMethods->xFileSize(store::real_of(f), n); };
    methods.xLock = [](F* f, int how) { return store::real_of(f)->pMethods->xLock(store::real_of(f), how); };
    methods.xUnlock = [](F* f, int how) { return store::real_of(f)->pMethods->xUnlock(store::real_of(f), how); };
    methods.xCheckReservedLock = [](F* f, int* out) { return store::real_of(f)->pMethods->xCheckReservedLock(store::real_of(f), out); };
    methods.xFileControl = [](F* f, int op, void* arg) { return store::real_of(f)->pMethods->xFileControl(store::real_of(f), op, arg); };
    methods.xSectorSize = [](F* f) { return store::real_of(f)->pMethods->xSectorSize(store::real_of(f)); };
    methods.xDeviceCharacteristics = [](F* f) { return store::real_of(f)->pMethods->xDeviceCharacteristics(store::real_of(f)); };
    methods.xShmMap = [](F* f, int page, int size, int extend, void volatile** out) {
        return store::real_of(f)->pMethods->xShmMap(store::real_of(f), page, size, extend, out);
    };
    methods.xShmLock = [](F* f, int at, int n, int flags) { return store::real_of(f)->pMethods->xShmLock(store::real_of(f), at, n, flags); };
    methods.xShmBarrier = [](F* f) { store::real_of(f)->pMethods->xShmBarrier(store::real_of(f)); };
    methods.xShmUnmap = [](F* f, int remove) { return store::real_of(f)->pMethods->xShmUnmap(store::real_of(f), remove); };
    methods.xFetch = [](F* f, sqlite3_int64 at, int n, void** out) { return store::real_of(f)->pMethods->xFetch(store::real_of(f), at, n, out); };
    methods.xUnfetch = [](F* f, sqlite3_int64 at, void* page) { return store::real_of(f)->pMethods->xUnfetch(store::real_of(f), at, page); };
}

void Disk::Hooks::fill_vfs(Disk& disk)
{
    using V = sqlite3_vfs;
    vfs.iVersion = 2;
    vfs.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
    vfs.mxPathname = real->mxPathname;
    vfs.zName = disk.name_.c_str();
    vfs.pAppData = &disk;
    vfs.xOpen = &Hooks::open;
    vfs.xDelete = [](V* v, const char* name, int sync) { return real_of(v)->xDelete(real_of(v), name, sync); };
    vfs.xAccess = [](V* v, const char* name, int flags, int* out) { return real_of(v)->xAccess(real_of(v), name, flags, out); };
    vfs.xFullPathname = [](V* v, const char* name, int n, char* out) { return real_of(v)->xFullPathname(real_of(v), name, n, out); };
    vfs.xRandomness = [](V* v, int n, char* out) { return real_of(v)->xRandomness(real_of(v), n, out); };
    vfs.xSleep = [](V* v, int us) { return real_of(v)->xSleep(real_of(v), us); };
    vfs.xCurrentTime = [](V* v, double* out) { return real_of(v)->xCurrentTime(real_of(v), out); };
    vfs.xGetLastError = [](V* v, int n, char* out) { return real_of(v)->xGetLastError(real_of(v), n, out); };
    vfs.xCurrentTimeInt64 = [](V* v, sqlite3_int64* out) { return real_of(v)->xCurrentTimeInt64(real_of(v), out); };
    // No xDl*: nothing is ever loaded into the ledger's connections.
}

Disk::Disk(std::shared_ptr<DiskFaults> faults)
    : name_("incidentd-" + std::to_string(disks_made.fetch_add(1))), faults_(std::move(faults)), hooks_(std::make_unique<Hooks>())
{
    // SQLite's own count of its memory takes a lock at each allocation, and nobody reads it. Works only before the
    // library's first use; later it is refused and changes nothing.
    static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)configured;
    hooks_->real = sqlite3_vfs_find(nullptr);
    static const int replaced = hooks_->real->xSetSystemCall(hooks_->real, "openDirectory",
                                                             reinterpret_cast<sqlite3_syscall_ptr>(&sync_folder_instead));
    (void)replaced;
    hooks_->fill_methods();
    hooks_->fill_vfs(*this);
    sqlite3_vfs_register(&hooks_->vfs, 0);
}

Disk::~Disk() { sqlite3_vfs_unregister(&hooks_->vfs); }

std::string Disk::latch_reason() const { return latched() ? reason_ : std::string{}; }

void Disk::latch(std::string reason)
{
    if (latching_.exchange(true)) return;
    reason_ = std::move(reason);
    latched_.store(true, std::memory_order_release);
}

}  // namespace incident::store
