#pragma once
#include "model/event.hpp"
#include "store/sqlite.hpp"
#include "wire/search_words.hpp"

/// The file with the words of the events: what stands in it and how it is asked. Every event is one document; each later text
/// is one more, and only the newest counts, so nothing is ever taken out of the file: it is begun anew instead.
namespace incident::store {

/// The terms as FTS5 wants them. Pure. Every one is quoted, so no word of FTS5's own can be meant.
[[nodiscard]] std::string match_of(std::span<const wire::SearchTerm> terms);

/// Where the file stands.
struct SearchMark {
    std::uint64_t reached = 0;     ///< entries up to here are in it
    Id reached_id{};               ///< of that entry: another ledger has another one there
    std::uint64_t begun_at = 0;    ///< the ledger's newest entry when the file was begun: redactions up to here are in it
};

/// The connection that fills. One thread.
class SearchFiller {
 public:
    /// Opens the file, or makes it. @return Errc::conflict for one that is not ours or of another version, or that a crash
    /// of the machine may have left half written; Errc::unavailable for all else.
    [[nodiscard]] static Result<SearchFiller> open(const std::filesystem::path& file);

    [[nodiscard]] const SearchMark& mark() const noexcept { return mark_; }
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> add(const Event& recorded);
    /// The event as it stands at `upto`, for an entry `seq` that changed it.
    [[nodiscard]] Result<void> replace(const Event& event, std::uint64_t seq, std::uint64_t upto);
    [[nodiscard]] Result<void> commit(const SearchMark& mark);
    void roll_back();
    [[nodiscard]] bool in_transaction() const { return database_.in_transaction(); }
    void release_memory() { database_.release_memory(); }
    /// Whether the last failure means that the file is no good.
    [[nodiscard]] bool damaged() const { return database_.last_was_damage(); }
    /// Writes all of it to the disk and notes that it is whole.
    [[nodiscard]] Result<void> close_whole();

 private:
    [[nodiscard]] Result<void> write(std::uint64_t event, std::uint64_t version, const Event& text);
    Database database_;
    Statement add_, version_, set_version_, mark_statement_;
    SearchMark mark_;
    std::string more_;
};

/// A read-only connection. One thread.
class SearchLooker {
 public:
    [[nodiscard]] static Result<SearchLooker> open(const std::filesystem::path& file);
    /// Events of [from, to] whose newest text fits, at most `limit`, ascending or from `to` down.
    [[nodiscard]] Result<std::vector<std::uint64_t>> find(const std::string& match, std::uint64_t from, std::uint64_t to, bool descending, std::size_t limit);
    /// Whether the last failure means that the file is no good.
    [[nodiscard]] bool damaged() const { return database_.last_was_damage(); }
    void release_memory() { database_.release_memory(); }

 private:
    Database database_;
    Statement up_, down_;
};

}  // namespace incident::store
