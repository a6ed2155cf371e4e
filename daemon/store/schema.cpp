#include "store/schema.hpp"
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace incident::store {
namespace {

// ledger   one row an entry, for good. `facts` is JSON, `link` the chain's (store/chain.hpp).
// bodies   what a redaction takes away: text and the salt of its commitment; what stays then is the commitment.
// The rest can be computed from these two, and is here so that nobody has to; `verify` compares:
// about    which entries speak of an event
// joined   the event that got number n of an incident
// steps    an incident's own entries
// keys     the event that holds a sender's key; requests: what a whole request with a key appended
// repeats  how often an alert was told again, and how much of it a tally has sealed
// alerts   the newest alert event of a fingerprint
constexpr const char* version_1 = R"sql(
CREATE TABLE ledger(seq INTEGER PRIMARY KEY, facts TEXT NOT NULL, link BLOB NOT NULL) STRICT;
CREATE TABLE bodies(seq INTEGER PRIMARY KEY, content TEXT, salt BLOB, commitment BLOB) STRICT;
CREATE TABLE about(event INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(event, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE joined(incident INTEGER NOT NULL, number INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY(incident, number)) STRICT, WITHOUT ROWID;
CREATE TABLE steps(incident INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(incident, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE keys(source TEXT NOT NULL, key TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY(source, key)) STRICT, WITHOUT ROWID;
CREATE TABLE requests(source TEXT NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL, entries TEXT NOT NULL, PRIMARY KEY(source, key)) STRICT, WITHOUT ROWID;
CREATE TABLE repeats(event INTEGER PRIMARY KEY, count INTEGER NOT NULL, last_at INTEGER NOT NULL, sealed INTEGER NOT NULL) STRICT;
CREATE TABLE alerts(source TEXT NOT NULL, fingerprint TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY(source, fingerprint)) STRICT, WITHOUT ROWID;
CREATE INDEX unsealed ON repeats(event) WHERE count > sealed;
CREATE TRIGGER ledger_keeps_rows BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_keeps_values BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER bodies_keep_rows BEFORE DELETE ON bodies BEGIN SELECT RAISE(ABORT, 'a body can only be emptied'); END;
CREATE TRIGGER bodies_only_empty BEFORE UPDATE ON bodies
WHEN NEW.seq IS NOT OLD.seq OR NEW.content IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.commitment IS NULL OR OLD.commitment IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a body can only be emptied'); END;
)sql";

// raw       bodies as they arrived, by the first entry made from them, whose facts hold the commitment (raw_rows.hpp). Gone
//           with their time, or when something they tell of is redacted
// raw_tells which events that were stored before a kept body tells of again
// raw_use   how much is kept: two sums over `raw`, so that nobody has to read all of it
// tokens    who may come in; never the token, only its digest
constexpr const char* version_2 = R"sql(
CREATE TABLE raw(first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, received_at INTEGER NOT NULL, source TEXT NOT NULL, facts TEXT NOT NULL,
    compressed BLOB NOT NULL, salt BLOB NOT NULL) STRICT;
CREATE INDEX raw_of_source ON raw(source, first_seq, received_at);
CREATE TABLE raw_tells(raw INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY(raw, event)) STRICT, WITHOUT ROWID;
CREATE INDEX raw_that_tells ON raw_tells(event);
CREATE TABLE raw_use(one INTEGER PRIMARY KEY CHECK(one = 1), bodies INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
INSERT INTO raw_use VALUES(1, 0, 0);
CREATE TRIGGER raw_keeps_values BEFORE UPDATE ON raw BEGIN SELECT RAISE(ABORT, 'a kept body can only be forgotten'); END;
CREATE TRIGGER raw_counts AFTER INSERT ON raw BEGIN UPDATE raw_use SET bodies = bodies + 1, bytes = bytes + length(NEW.compressed); END;
CREATE TRIGGER raw_forgets AFTER DELETE ON raw BEGIN
    UPDATE raw_use SET bodies = bodies - 1, bytes = bytes - length(OLD.compressed);
    DELETE FROM raw_tells WHERE raw = OLD.first_seq;
END;
CREATE TABLE tokens(place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL UNIQUE, facts TEXT NOT NULL, revoked_at INTEGER) STRICT;
CREATE TRIGGER tokens_keep_rows BEFORE DELETE ON tokens BEGIN SELECT RAISE(ABORT, 'a token can only be revoked'); END;
CREATE TRIGGER tokens_only_revoke BEFORE UPDATE ON tokens
WHEN NEW.place IS NOT OLD.place OR NEW.id IS NOT OLD.id OR NEW.digest IS NOT OLD.digest OR NEW.facts IS NOT OLD.facts OR
     OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
BEGIN SELECT RAISE(ABORT, 'a token can only be revoked'); END;
)sql";

constexpr std::array steps_of_ours{version_1, version_2};

/// Twice SQLite's usual: half the system calls for a batch (a fifth more events a second), and no slower for one note.
constexpr const char* page_size = "PRAGMA page_size=8192";

Result<void> sync_path(const std::filesystem::path& path, int flags)
{
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
    const bool good = fd >= 0 && ::fsync(fd) == 0;
    const int error = errno;
    if (fd >= 0) ::close(fd);
    if (!good) return Failure{Errc::unavailable, "cannot sync " + path.string() + ": " + std::strerror(error)};
    return {};
}

/// The copy gets its name only when all of it is on the disk.
Result<void> back_up(Database& database, const std::filesystem::path& file, std::int64_t version)
{
    auto copy = file;
    copy += ".before-v" + std::to_string(version);
    auto unfinished = copy;
    unfinished += ".unfinished";
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    if (auto done = database.copy_to(unfinished); !done) return done;
    if (auto done = sync_path(unfinished, O_RDWR); !done) return done;
    std::error_code error;
    std::filesystem::rename(unfinished, copy, error);
    if (error) return Failure{Errc::unavailable, "cannot rename " + unfinished.string() + ": " + error.message()};
    return sync_path(file.parent_path(), O_RDONLY | O_DIRECTORY);
}

struct Setting {
    const char* name;
    const char* value;
    const char* reads_back;
};

// secure_delete: a redacted text must leave the file's free space too. recursive_triggers: without it INSERT OR REPLACE
// deletes the old row and no trigger hears of it.
constexpr std::array writer_settings{
    Setting{"journal_mode", "WAL", "wal"},      Setting{"synchronous", "FULL", "2"},      Setting{"wal_autocheckpoint", "0", "0"},
    Setting{"secure_delete", "ON", "1"},        Setting{"recursive_triggers", "ON", "1"}, Setting{"foreign_keys", "OFF", "0"},
    Setting{"trusted_schema", "OFF", "0"},      Setting{"cell_size_check", "ON", "1"},    Setting{"cache_size", "-4096", "-4096"},
    Setting{"busy_timeout", "0", "0"},
};
constexpr std::array reader_settings{
    Setting{"query_only", "ON", "1"}, Setting{"cache_size", "-1024", "-1024"}, Setting{"busy_timeout", "1000", "1000"},
    Setting{"trusted_schema", "OFF", "0"},
};

Result<std::string> set_all(Database& database, std::span<const Setting> settings)
{
    std::string all;
    for (const auto& setting : settings) {
        const auto pragma = std::string{"PRAGMA "} + setting.name;
        if (auto set = database.execute((pragma + '=' + setting.value).c_str()); !set) return set.error();
        const auto read = database.read_text(pragma);
        if (!read) return read.error();
        if (*read != setting.reads_back)
            return Failure{Errc::unavailable, std::string{"SQLite keeps "} + setting.name + " at '" + *read + "' instead of " + setting.value +
                                                  "; the ledger cannot promise durability on this file system"};
        all += all.empty() ? "" : " ";
        all += std::string{setting.name} + '=' + *read;
    }
    return all;
}

}  // namespace

std::span<const char* const> schema_steps() noexcept { return steps_of_ours; }

Result<void> migrate(Database& database, const std::filesystem::path& file, std::span<const char* const> steps)
{
    const auto newest = static_cast<std::int64_t>(steps.size());
    const auto version = database.read_integer("PRAGMA user_version");
    if (!version) return version.error();
    const auto owner = database.read_integer("PRAGMA application_id");
    if (!owner) return owner.error();
    const auto tables = database.read_integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tables.error();
    if (*tables != 0 && *owner != application_id)
        return Failure{Errc::conflict, file.string() + " is a database of another program; choose another --storage.path"};
    if (*version > newest)
        return Failure{Errc::conflict, file.string() + " has schema " + std::to_string(*version) + ", this incidentd knows up to " +
                                           std::to_string(newest) + "; start the newer incidentd, or restore the copy made before the upgrade (" +
                                           file.filename().string() + ".before-v" + std::to_string(newest + 1) + ")"};
    if (*version == newest) return {};
    if (*tables == 0)
        if (auto done = database.execute(page_size); !done) return done;
    if (*version != 0)
        if (auto done = back_up(database, file, *version + 1); !done) return done;
    for (auto at = *version; at < newest; ++at) {
        const std::string sql = std::string{"BEGIN IMMEDIATE;"} + steps[static_cast<std::size_t>(at)] +
                                ";PRAGMA application_id=" + std::to_string(application_id) +
                                ";PRAGMA user_version=" + std::to_string(at + 1) + ";COMMIT;";
        if (auto done = database.execute(sql.c_str()); !done) {
            if (database.in_transaction()) (void)database.execute("ROLLBACK");
            return Failure{done.error().code, file.string() + ": schema step " + std::to_string(at + 1) + " failed and was undone: " + done.error().detail};
        }
    }
    return {};
}

Result<std::string> apply_writer_settings(Database& database) { return set_all(database, writer_settings); }

Result<void> apply_reader_settings(Database& database)
{
    if (auto done = set_all(database, reader_settings); !done) return done.error();
    return {};
}

}  // namespace incident::store
