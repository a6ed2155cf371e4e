#pragma once
#include "ingest/dialect.hpp"
#include "wire/json.hpp"

namespace incident::api {

/// What each source sent since the start, for GET /api/v1/status: "is my alerting still talking to us?" Network thread only.
class SourceBook {
 public:
    void stored(std::string_view source, std::size_t events, Instant at);
    void unparsed(std::string_view source, std::size_t events, Instant at);
    void refused(std::string_view source, std::string_view why, Instant at);
    void noted(std::string_view source, std::string_view note, Instant at);
    /// `[{name, events, unparsed, refused, last_at, note}]` by name.
    [[nodiscard]] wire::json::array to_json() const;

 private:
    struct Page {
        std::uint64_t events = 0, unparsed = 0, refused = 0;
        std::optional<Instant> last_at;
        std::string note;
    };
    Page& page(std::string_view source, Instant at);
    std::map<std::string, Page, std::less<>> pages_;
};

/// Sources are named by senders, so only this many are told apart; the others share the line `other`.
inline constexpr std::size_t max_sources_shown = 64;

}  // namespace incident::api
