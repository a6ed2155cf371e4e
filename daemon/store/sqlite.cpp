#include "store/sqlite.hpp"
#include <sqlite3.h>

namespace incident::store {
namespace {

Failure failure_of(sqlite3* database, std::string_view doing)
{
    std::string detail{doing};
    detail += ": ";
    detail += database ? sqlite3_errmsg(database) : "out of memory";
    if (database) detail += " (SQLite result " + std::to_string(sqlite3_extended_errcode(database)) + ')';
    return {Errc::unavailable, std::move(detail)};
}

// SQLite gives no promise about a null pointer bound as empty text: it becomes NULL.
constexpr char nothing[] = "";

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

// A bind fails only for a wrong index or a statement in use, both of which the following step reports as misuse.
Statement& Statement::bind(int index, std::int64_t value)
{
    sqlite3_bind_int64(statement_.get(), index, value);
    return *this;
}

Statement& Statement::bind(int index, std::string_view text)
{
    sqlite3_bind_text(statement_.get(), index, text.data() ? text.data() : nothing, static_cast<int>(text.size()), SQLITE_STATIC);
    return *this;
}

Statement& Statement::bind(int index, Bytes blob)
{
    sqlite3_bind_blob(statement_.get(), index, blob.data() ? static_cast<const void*>(blob.data()) : nothing,
                      static_cast<int>(blob.size()), SQLITE_STATIC);
    return *this;
}

Result<bool> Statement::step()
{
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) {
        sqlite3_reset(statement_.get());
        return false;
    }
    auto failure = failure_of(sqlite3_db_handle(statement_.get()), "the ledger's file");
    sqlite3_reset(statement_.get());
    return failure;
}

Result<void> Statement::run()
{
    const auto row = step();
    if (!row) return row.error();
    if (*row) reset();
    return {};
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string_view Statement::text(int column) const
{
    const auto* data = sqlite3_column_text(statement_.get(), column);
    if (!data) return {};
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Bytes Statement::blob(int column) const
{
    const auto* data = sqlite3_column_blob(statement_.get(), column);
    if (!data) return {};
    return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::filesystem::path& file, Access access, const char* vfs)
{
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE |
                      (access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    sqlite3* handle = nullptr;
    const int result = sqlite3_open_v2(file.c_str(), &handle, flags, vfs);
    Database database;
    database.database_.reset(handle);
    if (result != SQLITE_OK) return failure_of(handle, file.string());
    // The writer checkpoints by itself and looks at the result; a close must not do it silently.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    return database;
}

Result<Statement> Database::prepare(std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr) != SQLITE_OK)
        return failure_of(database_.get(), sql);
    return Statement{statement};
}

Result<void> Database::execute(const char* sql)
{
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failure_of(database_.get(), sql);
    return {};
}

Result<std::int64_t> Database::read_integer(std::string_view sql)
{
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    return *row ? statement->integer(0) : 0;
}

Result<std::string> Database::read_text(std::string_view sql)
{
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    return *row ? std::string{statement->text(0)} : std::string{};
}

bool Database::last_was_full() const { return (sqlite3_errcode(database_.get()) & 0xff) == SQLITE_FULL; }
bool Database::last_was_damage() const
{
    const int result = sqlite3_errcode(database_.get()) & 0xff;
    return result == SQLITE_CORRUPT || result == SQLITE_NOTADB || result == SQLITE_CANTOPEN || result == SQLITE_IOERR;
}
bool Database::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
void Database::release_memory() { sqlite3_db_release_memory(database_.get()); }

void Database::count_wal_pages(std::size_t& pages)
{
    const auto committed = [](void* counter, sqlite3*, const char*, int in_log) {
        *static_cast<std::size_t*>(counter) = static_cast<std::size_t>(in_log);
        return SQLITE_OK;
    };
    sqlite3_wal_hook(database_.get(), committed, &pages);
}

Result<Database::CheckpointDone> Database::checkpoint(Checkpoint mode)
{
    int frames = 0, done = 0;
    const int how = mode == Checkpoint::passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
    const int result = sqlite3_wal_checkpoint_v2(database_.get(), "main", how, &frames, &done);
    if ((result & 0xff) == SQLITE_BUSY) return CheckpointDone{true, frames};
    if (result != SQLITE_OK) return failure_of(database_.get(), "checkpoint");
    return CheckpointDone{done < frames, frames};
}

Result<void> Database::copy_to(const std::filesystem::path& file)
{
    auto target = open(file, Access::read_write, nullptr);
    if (!target) return target.error();
    auto* backup = sqlite3_backup_init(target->database_.get(), "main", database_.get(), "main");
    if (!backup) return failure_of(target->database_.get(), "backup to " + file.string());
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE || finished != SQLITE_OK) return failure_of(target->database_.get(), "backup to " + file.string());
    return {};
}

std::string sqlite_version() { return sqlite3_libversion(); }
int sqlite_version_number() noexcept { return sqlite3_libversion_number(); }

}  // namespace incident::store
