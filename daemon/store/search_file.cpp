#include "store/search_file.hpp"
#include "model/id.hpp"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace incident::store {
namespace {

/// "isch", so that `file` and we know whose database it is; and what the tables look like.
constexpr std::int64_t search_application_id = 0x69736368, search_version = 1;

/// Of a document's number: the event's place, then which of its texts. Later texts beyond the last number share it, so the
/// words of all of them are found.
constexpr std::uint64_t versions_bits = 8, last_version = (1U << versions_bits) - 1;

// words    no text is kept, only where each word stands; columns: the text, and what came with it
// newest   of events with a later text: which one counts, and up to which entry it is right
constexpr const char* search_tables = R"sql(
BEGIN IMMEDIATE;
CREATE VIRTUAL TABLE words USING fts5(text, more, content='', columnsize=0, tokenize="unicode61 remove_diacritics 2");
CREATE TABLE newest(event INTEGER PRIMARY KEY, version INTEGER NOT NULL, upto INTEGER NOT NULL) STRICT;
CREATE TABLE mark(one INTEGER PRIMARY KEY CHECK(one = 1), reached INTEGER NOT NULL, reached_id TEXT NOT NULL, begun_at INTEGER NOT NULL,
    boot TEXT NOT NULL, whole INTEGER NOT NULL) STRICT;
INSERT INTO mark VALUES(1, 0, '', 0, '', 1);
PRAGMA application_id=0x69736368;
PRAGMA user_version=1;
COMMIT;
)sql";

/// Of this run of the machine; empty where the kernel does not tell. The file is never synced while it is filled, so after
/// a crash of the machine nobody knows what of it is on the disk.
std::string boot_id()
{
    std::string id;
    std::getline(std::ifstream{"/proc/sys/kernel/random/boot_id"}, id);
    return id;
}

void add_words(std::string& text, std::string_view more)
{
    if (more.empty()) return;
    if (!text.empty()) text += ' ';
    text += more;
}

Result<void> prepare_into(Database& database, Statement& statement, const char* sql)
{
    auto prepared = database.prepare(sql);
    if (!prepared) return prepared.error();
    statement = std::move(*prepared);
    return {};
}

}  // namespace

std::string match_of(std::span<const wire::SearchTerm> terms)
{
    std::string with, without;
    for (const auto& term : terms) {
        auto& list = term.without ? without : with;
        if (!list.empty()) list += term.without ? " OR " : " ";
        list += '"';
        for (const char c : term.text) list.append(c == '"' ? 2 : 1, c);
        list += term.prefix ? "\" *" : "\"";
    }
    return without.empty() ? with : '(' + with + ") NOT (" + without + ')';
}

Result<SearchFiller> SearchFiller::open(const std::filesystem::path& file)
{
    SearchFiller filler;
    // Made here, so that it and the log beside it are no one else's to read.
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) return Failure{Errc::unavailable, "cannot open " + file.string() + ": " + std::strerror(errno)};
    ::close(fd);
    auto opened = Database::open(file, Access::read_write, nullptr);
    if (!opened) return opened.error();
    auto& database = filler.database_ = std::move(*opened);
    // No sync, not even for the change to WAL: what a crash of the machine spoils is made again. See `boot`.
    for (const auto* setting : {"PRAGMA synchronous=OFF", "PRAGMA journal_mode=WAL", "PRAGMA cache_size=-1024", "PRAGMA busy_timeout=1000", "PRAGMA secure_delete=ON"})
        if (auto set = database.execute(setting); !set) return Failure{Errc::conflict, set.error().detail};
    const auto count = database.read_integer("SELECT count(*) FROM sqlite_schema");
    if (!count) return Failure{Errc::conflict, count.error().detail};
    if (*count == 0)
        if (auto made = database.execute(search_tables); !made) return made.error();
    const auto owner = database.read_integer("PRAGMA application_id"), version = database.read_integer("PRAGMA user_version");
    if (!owner || !version || *owner != search_application_id || *version != search_version)
        return Failure{Errc::conflict, "it is not a file of this version of incidentd"};
    struct {
        Statement& statement;
        const char* sql;
    } const all[] = {
        {filler.add_, "INSERT INTO words(rowid, text, more) VALUES(?1, ?2, ?3)"},
        {filler.version_, "SELECT version, upto FROM newest WHERE event = ?1"},
        {filler.set_version_, "INSERT INTO newest(event, version, upto) VALUES(?1, ?2, ?3) ON CONFLICT(event) DO UPDATE SET version = ?2, upto = ?3"},
        {filler.mark_statement_, "UPDATE mark SET reached = ?1, reached_id = ?2, begun_at = ?3"},
    };
    for (const auto& [statement, sql] : all)
        if (auto prepared = prepare_into(database, statement, sql); !prepared) return Failure{Errc::conflict, prepared.error().detail};

    const auto boot = boot_id();
    {
        auto mark = database.prepare("SELECT reached, reached_id, begun_at, boot, whole FROM mark");
        if (!mark) return Failure{Errc::conflict, mark.error().detail};
        const auto row = mark->step();
        if (!row || !*row) return Failure{Errc::conflict, row ? "its mark is missing" : row.error().detail};
        const auto id = parse_id(mark->text(1));
        filler.mark_ = {mark->number(0), id ? *id : Id{}, mark->number(2)};
        if (mark->integer(4) == 0 && mark->text(3) != boot) return Failure{Errc::conflict, "the machine stopped while it was written"};
    }
    auto note = database.prepare("UPDATE mark SET boot = ?1, whole = 0");
    if (!note) return note.error();
    if (auto noted = note->bind(1, std::string_view{boot}).run(); !noted) return Failure{Errc::conflict, noted.error().detail};
    return filler;
}

Result<void> SearchFiller::begin() { return database_.execute("BEGIN IMMEDIATE"); }

Result<void> SearchFiller::write(std::uint64_t event, std::uint64_t version, const Event& from)
{
    more_.clear();
    add_words(more_, from.details);
    for (const auto& [name, value] : from.labels)
        if (!name.starts_with("__")) add_words(more_, value);
    for (const auto& link : from.links) {
        add_words(more_, link.title);
        add_words(more_, link.url);
    }
    if (from.text.empty() && more_.empty()) return {};
    return add_.bind(1, event << versions_bits | version).bind(2, std::string_view{from.text}).bind(3, std::string_view{more_}).run();
}

Result<void> SearchFiller::add(const Event& recorded) { return write(recorded.seq, 0, recorded); }

Result<void> SearchFiller::replace(const Event& event, std::uint64_t seq, std::uint64_t upto)
{
    std::uint64_t version = 0, known = 0;
    {
        const Resetting reset{version_};
        const auto row = version_.bind(1, event.seq).step();
        if (!row) return row.error();
        if (*row) {
            version = version_.number(0);
            known = version_.number(1);
        }
    }
    if (known >= seq) return {};  // it was read as it stood after this entry already
    version = std::min(version + 1, last_version);
    if (auto set = set_version_.bind(1, event.seq).bind(2, version).bind(3, upto).run(); !set) return set;
    return write(event.seq, version, event);
}

Result<void> SearchFiller::commit(const SearchMark& mark)
{
    const auto id = to_string(mark.reached_id);
    if (auto set = mark_statement_.bind(1, mark.reached).bind(2, std::string_view{id}).bind(3, mark.begun_at).run(); !set) return set;
    if (auto done = database_.execute("COMMIT"); !done) return done;
    mark_ = mark;
    return {};
}

void SearchFiller::roll_back()
{
    if (database_.in_transaction()) (void)database_.execute("ROLLBACK");
}

Result<void> SearchFiller::close_whole()
{
    if (auto set = database_.execute("PRAGMA synchronous=FULL"); !set) return set;
    const auto copied = database_.checkpoint(Database::Checkpoint::truncate);
    if (!copied) return copied.error();
    if (copied->busy) return Failure{Errc::unavailable, "a reader is in the way"};
    return database_.execute("UPDATE mark SET whole = 1");
}

Result<SearchLooker> SearchLooker::open(const std::filesystem::path& file)
{
    SearchLooker looker;
    auto opened = Database::open(file, Access::read_only, nullptr);
    if (!opened) return opened.error();
    looker.database_ = std::move(*opened);
    for (const auto* setting : {"PRAGMA query_only=ON", "PRAGMA cache_size=-512", "PRAGMA busy_timeout=1000"})
        if (auto set = looker.database_.execute(setting); !set) return set.error();
    constexpr const char* select = "SELECT w.rowid >> 8 FROM words w LEFT JOIN newest n ON n.event = (w.rowid >> 8) "
                                   "WHERE w.words MATCH ?1 AND w.rowid BETWEEN ?2 AND ?3 AND (w.rowid & 255) = coalesce(n.version, 0) ORDER BY w.rowid ";
    if (auto done = prepare_into(looker.database_, looker.up_, (std::string{select} + "LIMIT ?4").c_str()); !done) return done.error();
    if (auto done = prepare_into(looker.database_, looker.down_, (std::string{select} + "DESC LIMIT ?4").c_str()); !done) return done.error();
    return looker;
}

Result<std::vector<std::uint64_t>> SearchLooker::find(const std::string& match, std::uint64_t from, std::uint64_t to, bool descending, std::size_t limit)
{
    auto& statement = descending ? down_ : up_;
    const Resetting reset{statement};
    statement.bind(1, std::string_view{match}).bind(2, from << versions_bits).bind(3, to << versions_bits | last_version);
    statement.bind(4, static_cast<std::uint64_t>(limit));
    std::vector<std::uint64_t> events;
    for (;;) {
        const auto row = statement.step();
        if (!row) return row.error();
        if (!*row) return events;
        events.push_back(statement.number(0));
    }
}

}  // namespace incident::store
