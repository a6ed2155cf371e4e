#include "draft/import_parts.hpp"
#include "draft/record.hpp"
#include "draft/written_parts.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>

namespace incident::draft::importing {
namespace {

struct Known {
    std::string_view words, tag, how;
    bool method = false;
};
/// What documents write in front of a line, in lower case. Ours first: proto/draft/record.cpp writes them.
constexpr std::array<Known, 83> known_labels{{
    {"detected", tags::detection, ""},
    {"detected by a monitoring alert", tags::detection, "alert"},
    {"detected by an engineer", tags::detection, "engineer"},
    {"detected by a customer", tags::detection, "customer"},
    {"impact", tags::impact, ""},
    {"escalation", tags::escalation, ""},
    {"hypothesis", tags::hypothesis, ""},
    {"investigation", tags::investigation, ""},
    {"misleading path", tags::misleading_path, ""},
    {"action", tags::action, ""},
    {"mitigation", tags::mitigation, ""},
    {"root cause", tags::root_cause, ""},
    {"resolved", tags::resolution, ""},
    {"communication", tags::communication, ""},
    {"change", tags::change, ""},
    {"follow-up", tags::follow_up, ""},
    {"detection", tags::detection, ""},
    {"detection time", tags::detection, ""},
    {"time of detection", tags::detection, ""},
    {"issue detected", tags::detection, ""},
    {"issue detection", tags::detection, ""},
    {"initial detection", tags::detection, ""},
    {"detected at", tags::detection, ""},
    {"detected by an alert", tags::detection, "alert"},
    {"detected by monitoring", tags::detection, "alert"},
    {"detected by customers", tags::detection, "customer"},
    {"detected by users", tags::detection, "customer"},
    {"detection method", tags::detection, "", true},
    {"method of detection", tags::detection, "", true},
    {"how it was detected", tags::detection, "", true},
    {"how was it detected", tags::detection, "", true},
    {"user impact", tags::impact, ""},
    {"customer impact", tags::impact, ""},
    {"escalated", tags::escalation, ""},
    {"escalations", tags::escalation, ""},
    {"escalation path", tags::escalation, ""},
    {"incident escalation", tags::escalation, ""},
    {"hypotheses", tags::hypothesis, ""},
    {"assumption", tags::hypothesis, ""},
    {"assumptions", tags::hypothesis, ""},
    {"initial assumption", tags::hypothesis, ""},
    {"initial hypothesis", tags::hypothesis, ""},
    {"root cause assumption", tags::hypothesis, ""},
    {"theory", tags::hypothesis, ""},
    {"investigations", tags::investigation, ""},
    {"initial investigation", tags::investigation, ""},
    {"diagnosis", tags::investigation, ""},
    {"analysis", tags::investigation, ""},
    {"troubleshooting", tags::investigation, ""},
    {"debugging", tags::investigation, ""},
    {"misleading paths", tags::misleading_path, ""},
    {"misleading", tags::misleading_path, ""},
    {"misleading investigation", tags::misleading_path, ""},
    {"misleading investigations", tags::misleading_path, ""},
    {"misleading investigation paths", tags::misleading_path, ""},
    {"misleading debugging paths", tags::misleading_path, ""},
    {"misleading investigation/debugging paths", tags::misleading_path, ""},
    {"misleading debugging", tags::misleading_path, ""},
    {"dead end", tags::misleading_path, ""},
    {"dead ends", tags::misleading_path, ""},
    {"false lead", tags::misleading_path, ""},
    {"false leads", tags::misleading_path, ""},
    {"wrong path", tags::misleading_path, ""},
    {"red herring", tags::misleading_path, ""},
    {"actions", tags::action, ""},
    {"action taken", tags::action, ""},
    {"actions taken", tags::action, ""},
    {"steps taken", tags::action, ""},
    {"mitigated", tags::mitigation, ""},
    {"workaround", tags::mitigation, ""},
    {"containment", tags::mitigation, ""},
    {"cause", tags::root_cause, ""},
    {"root cause identified", tags::root_cause, ""},
    {"root cause identification", tags::root_cause, ""},
    {"resolution", tags::resolution, ""},
    {"resolution time", tags::resolution, ""},
    {"time of resolution", tags::resolution, ""},
    {"resolved at", tags::resolution, ""},
    {"issue resolved", tags::resolution, ""},
    {"incident resolved", tags::resolution, ""},
    {"how it was resolved", tags::resolution, ""},
    {"recovery", tags::resolution, ""},
    {"communications", tags::communication, ""},
}};

bool add_named(std::string_view words, Label& label)
{
    const auto lower = lowered(trimmed(words));
    if (lower.empty()) return false;
    if (lower == "note") return true;
    if (lower.starts_with('#')) {
        auto name = canonical_tag(std::string_view{lower}.substr(1));
        if (!name) return false;
        Tag tag;
        tag.name = *name;
        label.tags.push_back(std::move(tag));
        return true;
    }
    const auto found = std::ranges::find(known_labels, std::string_view{lower}, &Known::words);
    if (found == known_labels.end()) return false;
    Tag tag;
    tag.name = found->tag;
    tag.how = found->how;
    if (std::ranges::find(label.tags, tag.name, &Tag::name) != label.tags.end()) return false;
    label.tags.push_back(std::move(tag));
    label.method = label.method || found->method;
    return true;
}

/// `Resolved, escalated to db, root cause`: every part known_labels, but whom it was escalated to.
bool read_parts(std::string_view words, Label& label)
{
    constexpr std::size_t most_parts = 16;
    std::size_t parts = 0;
    while (!words.empty()) {
        if (++parts > most_parts) return false;
        const auto comma = words.find(", ");
        auto part = words.substr(0, comma);
        auto rest = comma == std::string_view::npos ? std::string_view{} : words.substr(comma + 2);
        constexpr std::string_view to = "escalated to ";
        if (lowered(part.substr(0, to.size())) == to && !trimmed(part.substr(to.size())).empty()) {
            while (!rest.empty()) {  // a team's name may hold a comma
                Label probe;
                const auto next = rest.find(", ");
                if (add_named(rest.substr(0, next), probe)) break;
                part = words.substr(0, part.size() + 2 + std::min(next, rest.size()));
                rest = next == std::string_view::npos ? std::string_view{} : rest.substr(next + 2);
            }
            Tag tag;
            tag.name = tags::escalation;
            tag.to = std::string{trimmed(part.substr(to.size()))};
            if (tag.to.size() > max_name_bytes || std::ranges::find(label.tags, tag.name, &Tag::name) != label.tags.end()) return false;
            label.tags.push_back(std::move(tag));
        } else if (!add_named(part, label)) {
            return false;
        }
        words = rest;
    }
    return parts > 0;
}

constexpr std::size_t longest_label = 320;

}  // namespace

std::optional<Label> label_at(std::string_view text)
{
    const auto colon = text.substr(0, longest_label).find(':');
    if (colon == std::string_view::npos || colon < 4 || (colon + 1 < text.size() && text[colon + 1] != ' ' && text[colon + 1] != '\n')) return std::nullopt;
    auto words = trimmed(text.substr(0, colon));
    Label label;
    if (words.ends_with(']')) {
        const auto open = words.find(" [");
        if (open == std::string_view::npos) return std::nullopt;
        label.author = std::string{words.substr(open + 2, words.size() - open - 3)};
        if (label.author.empty()) return std::nullopt;
        words = words.substr(0, open);
    }
    if (!read_parts(words, label)) return std::nullopt;
    label.length = colon + 1;
    while (label.length < text.size() && (text[label.length] == ' ' || text[label.length] == '\n')) ++label.length;
    const auto rest = text.substr(label.length);
    if (rest.empty()) return std::nullopt;
    // `Note:` is a label where it keeps what follows from being read as one; else it is a word of the text
    if (label.tags.empty() && label.author.empty() && !needs_note(rest)) return std::nullopt;
    return label;
}

std::optional<Label> label_alone(std::string_view text)
{
    text = trimmed(text);
    while (text.ends_with(':') || text.ends_with('.')) text = trimmed(text.substr(0, text.size() - 1));
    constexpr std::size_t longest = 60;
    Label label;
    if (text.size() > longest || text.empty() || !add_named(text, label) || label.tags.empty()) return std::nullopt;
    return label;
}

void set_text(ImportedLine& line, std::string_view text)
{
    auto one = visible(timeline::one_line(written::evened(text)));
    if (one.size() > max_text_bytes) {
        add_details(line, one);
        one = shortened(one, max_text_bytes);
    }
    line.text = std::move(one);
}

void add_details(ImportedLine& line, std::string_view text)
{
    constexpr std::string_view cut = "what stands under this line is longer than 64 KiB; the rest is left out";
    if (std::ranges::find(line.warnings, cut) != line.warnings.end()) return;
    const auto clean = visible(trimmed(written::evened(text)), true);
    if (clean.empty()) return;
    if (!line.details.empty()) line.details += '\n';
    line.details += clean;
    if (line.details.size() > max_details_bytes) {
        line.details = shortened(line.details, max_details_bytes);
        line.warnings.emplace_back(cut);
    }
}

}  // namespace incident::draft::importing

namespace incident::draft {

bool needs_note(std::string_view text)
{
    const ImportOptions none;
    // A time behind the dash would be the end of a range, `ongoing` too.
    if (importing::label_at(text)) return true;
    if (const auto stamp = importing::stamp_at(text, none); stamp && (stamp->clock || stamp->day)) return true;
    if (importing::clock_at(text)) return true;
    const auto head = lowered(text.substr(0, 8));
    return head.starts_with("ongoing") || head.starts_with("present") || head.starts_with("now") || head.starts_with("~");
}

}  // namespace incident::draft
