#pragma once
#include "model/result.hpp"
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// Owners of SQLite's handles. The C interface, not a wrapper that throws: the hot path is a bind and a step, and every
/// failure is a value here.
namespace incident::store {

using Bytes = std::span<const std::uint8_t>;

/// A prepared statement. One thread at a time; does not outlive its Database.
class Statement {
 public:
    Statement() = default;
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

    /// Parameters count from 1. Text and blobs are not copied: they must live until reset().
    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::uint64_t value) { return bind(index, static_cast<std::int64_t>(value)); }
    Statement& bind(int index, std::string_view text);
    Statement& bind(int index, Bytes blob);

    /// @return true when there is a row, false at the end (then it is reset). Errc::unavailable on failure (reset too).
    [[nodiscard]] Result<bool> step();
    /// For statements without rows: one step, reset.
    [[nodiscard]] Result<void> run();
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    [[nodiscard]] std::string_view text(int column) const;  ///< until the next step or reset
    [[nodiscard]] Bytes blob(int column) const;
    [[nodiscard]] bool null(int column) const;

 private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Resets on every way out, so that no read transaction stays open behind an early return.
class Resetting {
 public:
    explicit Resetting(Statement& statement) : statement_(statement) {}
    ~Resetting() { statement_.reset(); }
    Resetting(const Resetting&) = delete;
    Resetting& operator=(const Resetting&) = delete;

 private:
    Statement& statement_;
};

enum class Access { read_only, read_write };

class Database {
 public:
    Database() = default;
    /// @param vfs name of a registered one, or nullptr for the default.
    [[nodiscard]] static Result<Database> open(const std::filesystem::path& file, Access access, const char* vfs);

    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// One or more statements without parameters and without interest in their rows.
    [[nodiscard]] Result<void> execute(const char* sql);
    /// The first column of the first row.
    [[nodiscard]] Result<std::int64_t> read_integer(std::string_view sql);
    [[nodiscard]] Result<std::string> read_text(std::string_view sql);

    /// The last failure was for want of space: nothing of it is stored, and later writes may work.
    [[nodiscard]] bool last_was_full() const;
    /// The last failure says that the file is no good, or not there.
    [[nodiscard]] bool last_was_damage() const;
    [[nodiscard]] bool in_transaction() const;
    void release_memory();
    /// Keeps the number of pages in the log up to date in `pages`, at each commit. @pre `pages` outlives this.
    void count_wal_pages(std::size_t& pages);

    enum class Checkpoint { passive, truncate };
    struct CheckpointDone {
        bool busy;       ///< a reader was in the way; try again later
        int wal_frames;  ///< left in the log; 0 after a truncate
    };
    [[nodiscard]] Result<CheckpointDone> checkpoint(Checkpoint mode);

    /// A consistent copy, page by page, at `file`, which must not exist. Not synced.
    [[nodiscard]] Result<void> copy_to(const std::filesystem::path& file);

 private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    std::unique_ptr<sqlite3, Close> database_;
};

[[nodiscard]] std::string sqlite_version();
[[nodiscard]] int sqlite_version_number() noexcept;

}  // namespace incident::store
