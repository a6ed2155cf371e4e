#pragma once
#include "draft/draft.hpp"
#include "support/labelled_lines.hpp"
#include "timeline/timeline.hpp"

/// What a reader of the whole document knows, against the facts of the draft made of its tagged notes.
namespace incident::test {

struct FactsCompared {
    bool start = false, detection = false, how = false, resolution = false, duration = false;
    bool escalation = false;      ///< a right target is named, and none where there is none
    bool all_escalations = false; ///< every target is named and no other
    boost::json::object got;
};

/// The draft's facts (`render_json`) of an incident that consists of these notes.
inline boost::json::object draft_facts(const LabelledIncident& incident, const std::vector<Event>& notes)
{
    const IncidentKey key{1};
    const bool timeless = std::ranges::none_of(incident.lines, [](const LabelledLine& line) { return line.at.has_value(); });
    std::vector<Entry> entries;
    const auto add = [&](Instant at, auto what) {
        Entry entry;
        entry.seq = entries.size() + 1;
        entry.received_at = at;
        entry.id = make_id(at, entry.seq, 7);
        entry.author = {"sam", true, {}};
        entry.source = "api";
        if constexpr (std::is_same_v<decltype(what), Event>) {
            what.id = entry.id;
            what.seq = entry.seq;
            what.number = entry.seq - 1;
            what.incident = key;
            what.received_at = at;
        }
        entry.what = std::move(what);
        entries.push_back(std::move(entry));
    };
    IncidentStep opened;
    opened.change = IncidentStep::Change::opened;
    opened.incident = key;
    opened.fields.title = incident.name;
    add(notes.empty() ? Instant{} : notes.front().occurred_at, opened);
    std::vector<Id> ids;
    for (auto note : notes) {
        if (timeless) break;  // nothing of it can be placed in time, so it cannot be imported
        // A rule's link names the note by the id it had when it was tagged.
        for (auto& tag : note.tags)
            if (tag.of)
                for (std::size_t i = 0; i < ids.size(); ++i)
                    if (notes[i].id == *tag.of) {
                        tag.of = ids[i];
                        break;
                    }
        const auto at = note.occurred_at;
        add(at, std::move(note));
        ids.push_back(entries.back().id);
    }
    const auto timeline = timeline::build(entries, key).value();
    return boost::json::parse(draft::render_json(timeline, {})).at("facts").as_object();
}

inline bool same_minute(const boost::json::value& expected, const boost::json::value& got)
{
    if (expected.is_null() || got.is_null()) return expected.is_null() && got.is_null();
    const auto instant = [](const boost::json::value& value) { return parse_rfc3339({value.as_string().data(), value.as_string().size()}).value(); };
    return std::chrono::abs(instant(expected) - instant(got)) <= std::chrono::minutes{1};
}

/// Whether two names mean the same people: they share a word that says whose, or one has none such and the kind is the same.
inline bool same_people(std::string_view a, std::string_view b)
{
    const auto words = [](std::string_view text) {
        std::set<std::string> own, kind;
        std::string word;
        const auto take = [&] {
            static const std::set<std::string, std::less<>> kinds{"team", "engineer", "engineers", "group", "support", "lead", "people", "manager"};
            static const std::set<std::string, std::less<>> none{"the", "a", "an", "of", "with", "for", "and", "to", "at", "our", "in"};
            if (kinds.contains(word)) kind.insert(word.ends_with('s') ? word.substr(0, word.size() - 1) : word);
            else if (!word.empty() && !none.contains(word)) own.insert(word);
            word.clear();
        };
        for (const char c : text) {
            if (std::isalnum(static_cast<unsigned char>(c)) != 0) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            else take();
        }
        take();
        return std::pair{own, kind};
    };
    const auto [own_a, kind_a] = words(a);
    const auto [own_b, kind_b] = words(b);
    const auto share = [](const auto& one, const auto& two) { return std::ranges::any_of(one, [&](const auto& word) { return two.contains(word); }); };
    return share(own_a, own_b) || ((own_a.empty() || own_b.empty()) && share(kind_a, kind_b));
}

inline FactsCompared compare_facts(const LabelledIncident& incident, const std::vector<Event>& notes)
{
    FactsCompared done;
    done.got = draft_facts(incident, notes);
    const auto expected = [&](const char* name) {
        const auto* value = incident.facts.if_contains(name);
        return value == nullptr ? boost::json::value(nullptr) : *value;
    };
    const auto& got = done.got;
    done.start = same_minute(expected("started_utc"), got.at("started_at"));
    done.detection = same_minute(expected("detected_utc"), got.at("detected_at"));
    auto how = expected("detected_how");
    if (how == "human") how = "engineer";
    done.how = how == got.at("detected_how");
    done.resolution = same_minute(expected("resolved_utc"), got.at("resolved_at"));
    const auto minutes = expected("duration_minutes"), counted = got.at("duration_minutes");
    done.duration = minutes.is_null() || counted.is_null() ? minutes.is_null() && counted.is_null()
                                                           : std::abs(minutes.to_number<double>() - counted.to_number<double>()) <= 1;
    const auto wanted = expected("escalated_to");
    const auto& named = got.at("escalated_to").as_array();
    const auto text = [](const boost::json::value& value) { return std::string_view{value.as_string().data(), value.as_string().size()}; };
    std::size_t right = 0, reached = 0;
    if (wanted.is_array()) {
        for (const auto& one : named)
            right += std::ranges::any_of(wanted.as_array(), [&](const auto& each) { return same_people(text(each), text(one)); });
        for (const auto& each : wanted.as_array())
            reached += std::ranges::any_of(named, [&](const auto& one) { return same_people(text(each), text(one)); });
        done.escalation = wanted.as_array().empty() ? named.empty() : right > 0;
        done.all_escalations = right == named.size() && reached == wanted.as_array().size();
    }
    return done;
}

}  // namespace incident::test
