#include "samples.hpp"
#include "model/text.hpp"
#include "support/temp_folder.hpp"
#include <random>

namespace incident::test {

namespace {

std::vector<Sample>& rows()
{
    static std::vector<Sample> all;
    return all;
}

std::filesystem::path path_of(const std::string& file)
{
    constexpr std::string_view own = "own:";
    if (file.starts_with(own)) return std::filesystem::path{INCIDENT_TESTDATA_DIR "/payloads"} / file.substr(own.size());
    return std::filesystem::path{INCIDENT_SHARED_DIR "/payloads"} / file;
}

std::string type_of(const std::filesystem::path& file)
{
    const auto ending = file.extension();
    if (ending == ".form") return "application/x-www-form-urlencoded";
    if (ending == ".ndjson") return "application/x-ndjson";
    if (ending == ".txt") return "text/plain; charset=UTF-8";
    return "application/json";
}

/// A request as it was written down: request line, headers, empty line, body.
void take_request_apart(Posted& posted)
{
    std::string_view rest{posted.body};
    const auto line_of = [&rest] {
        auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        while (line.ends_with('\r')) line.remove_suffix(1);
        return line;
    };
    (void)line_of();
    for (auto line = line_of(); !line.empty(); line = line_of()) {
        const auto colon = line.find(':');
        if (colon == line.npos) continue;
        const auto name = lowered(trimmed(line.substr(0, colon)));
        if (name != "host" && name != "content-length" && name != "connection") posted.headers[name] = trimmed(line.substr(colon + 1));
    }
    while (rest.ends_with('\n') || rest.ends_with('\r')) rest.remove_suffix(1);  // the editor's, not the sender's
    posted.body = std::string{rest};
}

std::string problem_of(const Event& event)
{
    if (event.text.empty()) return "no text";
    if (event.source.empty()) return "no source";
    if (event.text.size() > max_text_bytes || event.details.size() > max_details_bytes) return "text or details too long";
    if (event.key.size() > max_key_bytes) return "key too long";
    if (event.labels.size() > max_labels || event.links.size() > max_links) return "too many labels or links";
    for (const std::string_view name : {std::string_view{event.author.name}, std::string_view{event.severity}, std::string_view{event.status}})
        if (name.size() > max_name_bytes) return "a name too long";
    for (const std::string_view text : {std::string_view{event.text}, std::string_view{event.details}, std::string_view{event.key}, std::string_view{event.severity},
                                        std::string_view{event.status}, std::string_view{event.occurred_raw}, std::string_view{event.author.name}})
        if (!is_utf8(text) || text.find('\0') != text.npos) return "not clean UTF-8";
    for (const auto& [name, value] : event.labels)
        if (!is_utf8(name) || !is_utf8(value) || value.size() > max_label_bytes) return "a label that cannot be stored";
    for (const auto& link : event.links)
        if (!lowered(link.url).starts_with("http") || !is_utf8(link.url)) return "a link that is none: " + link.url;
    if (to_rfc3339(event.occurred_at).size() != 27) return "a year that has not four digits";
    return {};
}

}  // namespace

SampleRows::SampleRows(std::initializer_list<Sample> added) { rows().insert(rows().end(), added.begin(), added.end()); }

const std::vector<Sample>& all_samples() { return rows(); }

std::optional<Posted> posted(const Sample& sample, const std::string& file)
{
    const auto path = path_of(file);
    if (!std::filesystem::is_regular_file(path)) return std::nullopt;
    Posted made;
    made.body = content_of(path);
    made.target = sample.target.empty() ? "/api/v1/hooks/" + sample.source : sample.target;
    made.headers["content-type"] = type_of(path);
    if (path.extension() == ".http") take_request_apart(made);
    if (!sample.content_type.empty()) made.headers["content-type"] = sample.content_type;
    for (const auto& [name, value] : sample.headers) made.headers[name] = value;
    if (sample.wrap) made.body = sample.wrap(std::move(made.body));
    return made;
}

std::string problem_of(const ingest::Understood& understood)
{
    if (understood.items.empty() && understood.note.empty() && understood.reply.empty() && !understood.answer && !understood.confirmation)
        return "neither an item nor a reason why there is none";
    for (const auto& item : understood.items) {
        if (const auto* const event = std::get_if<Event>(&item.what)) {
            if (auto problem = problem_of(*event); !problem.empty()) return problem;
            continue;
        }
        const auto& change = std::get<ingest::ByKey>(item.what);
        if (change.key.empty() || change.once_key.empty() || change.key.size() > max_key_bytes) return "a change of nothing, or without its own key";
        if (!is_utf8(change.key) || !is_utf8(change.once_key) || !is_utf8(change.amendment.reason)) return "a change that is not UTF-8";
        if (change.amendment.text && (!is_utf8(*change.amendment.text) || change.amendment.text->size() > max_text_bytes)) return "an edit that cannot be stored";
        if (change.orphan)
            if (auto problem = problem_of(*change.orphan); !problem.empty()) return "orphan: " + problem;
    }
    return {};
}

std::string damaged(std::string bytes, std::uint32_t seed)
{
    std::mt19937 random{seed};
    for (auto changes = 1 + random() % 4; changes > 0 && !bytes.empty(); --changes) {
        const auto place = random() % bytes.size();
        switch (random() % 4) {
            case 0: bytes[place] = static_cast<char>(random() % 256); break;
            case 1: bytes.erase(place, 1 + random() % 8); break;
            case 2: bytes.insert(place, bytes.substr(random() % bytes.size(), random() % 16)); break;
            default: bytes[place] = "{}[]\",:0-e\\ntfu"[random() % 15]; break;
        }
    }
    return bytes;
}

}  // namespace incident::test
