#pragma once
#include "config/config.hpp"
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

/// What the samples of a sender should become when they are posted. A rows file says it:
///
///     const incident::test::SampleRows alertmanager{
///         {.source = "alertmanager", .file = "alertmanager/resolved.json", .occurred_at = "2024-06-22T15:15:00Z", .text = "disk full",
///          .status = "resolved", .severity = "page", .key = "2024-06-22T15:00:00.000000Z|f1|resolved", .link = "http://prom/g0"},
///     };
///
/// Every row is posted twice to a service of its own, signed as its source signs, and must make no second event; then its
/// bytes go through the reader alone, cut and damaged.
namespace incident::test {

struct Sample {
    std::string source;                           ///< whose hook: /api/v1/hooks/SOURCE
    std::string file;                             ///< under ../shared/payloads, or `own:alertmanager/firing.json` under tests/testdata/payloads
    unsigned answer = 200;                        ///< status code
    std::size_t events = 1;                       ///< that stand in the ledger afterwards
    std::size_t index = 0;                        ///< of the one that the words below speak of, in ledger order
    // Of that event. Empty: not looked at; "-": must be empty; what ends with `*` is how it begins.
    std::string occurred_at{};                    ///< RFC 3339, any form
    std::string text{}, status{}, severity{}, key{}, kind{};
    std::string link{}, flag{};                   ///< one of its links, one of its flags
    std::string author{};
    // How it is posted.
    std::string target{};                         ///< a door, a tail or a query instead of the source's own address
    std::string content_type{};                   ///< else by the file's ending: .json .form .ndjson .txt; a .http file brings its own
    std::map<std::string, std::string> headers{}; ///< names in lower case
    std::string now = "2024-06-22T16:00:00Z";     ///< our clock
    std::vector<std::string> before{};            ///< files that are posted first, as this one is: the trigger of a resolve
    std::function<std::string(std::string)> wrap{};           ///< changes the body first: an envelope for what is only its inner part
    std::function<void(config::Source&)> tune{};              ///< the source's settings: reactions, own bots, topics
    std::function<void(const boost::json::array& events)> check{};  ///< what the members above cannot say
    std::string reply{};                          ///< stands in the answer's body
};

/// Adds its rows to all_samples() before the tests run.
class SampleRows {
 public:
    SampleRows(std::initializer_list<Sample> rows);
};

[[nodiscard]] const std::vector<Sample>& all_samples();

/// A sample as it is sent.
struct Posted {
    std::string body;
    std::map<std::string, std::string> headers;
    std::string target;
};
/// @return empty when the file is missing: shared samples are not part of the project.
[[nodiscard]] std::optional<Posted> posted(const Sample& sample, const std::string& file);

/// A secret that fits the source's rule, in its settings, and the proof of it on the request.
/// @pre the source must prove itself; `posted` is its request.
void sign(config::Source& source, Posted& posted, Instant now);

/// What is wrong with what a reader made of some bytes; empty: it can be stored, or says why there is nothing to store.
[[nodiscard]] std::string problem_of(const ingest::Understood& understood);

/// `bytes` with a few bytes changed, removed or doubled.
[[nodiscard]] std::string damaged(std::string bytes, std::uint32_t seed);

}  // namespace incident::test
