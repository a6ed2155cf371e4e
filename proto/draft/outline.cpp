#include "draft/outline.hpp"
#include "draft/spoken_times.hpp"
#include "draft/tells.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>

namespace incident::draft {
namespace {

/// Where a label ends and its words begin: `Impact: …`. A time's own colon ends no label.
struct SectionLabel {
    Topic topic;
    std::string_view rest;
};
std::optional<SectionLabel> label_of(std::string_view text)
{
    constexpr std::size_t longest_label = 60;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon > longest_label || colon == 0) return std::nullopt;
    const auto topic = topic_named(text.substr(0, colon));
    if (!topic) return std::nullopt;
    auto rest = text.substr(colon + 1);
    while (!rest.empty() && (rest.front() == '*' || rest.front() == '_')) rest.remove_prefix(1);
    return SectionLabel{*topic, trimmed(rest)};
}

/// Attributes of the summary and of the timeline: they stand inside a section and end none.
bool is_attribute(Topic topic)
{
    switch (topic) {
    case Topic::duration: case Topic::start: case Topic::end: case Topic::zone: case Topic::detected: case Topic::how_detected:
    case Topic::actions: case Topic::hypothesis: case Topic::misleading: case Topic::escalation: case Topic::improvements: case Topic::tasks:
        return true;
    case Topic::none: case Topic::summary: case Topic::impact: case Topic::cause: case Topic::cause_and_fix: case Topic::fix:
    case Topic::timeline: case Topic::measures:
        return false;
    }
    return false;
}

/// Comments are no text.
std::string without_marks(std::string_view text)
{
    std::string out;
    while (true) {
        const auto open = text.find("<!--");
        out += text.substr(0, open);
        if (open == std::string_view::npos) return out;
        const auto close = text.find("-->", open);
        if (close == std::string_view::npos) return out;
        text.remove_prefix(close + 3);
    }
}

class OutlineReading {
public:
    Outline run(std::span<const Piece> pieces)
    {
        for (const auto& piece : pieces) {
            switch (piece.kind) {
            case Piece::Kind::heading: heading(without_marks(piece.text), piece.level, piece.line); break;
            case Piece::Kind::code: count(piece.text); break;
            case Piece::Kind::row: row(piece); break;
            case Piece::Kind::item: lines(piece, true); break;
            case Piece::Kind::paragraph: case Piece::Kind::quote: lines(piece, false); break;
            }
        }
        return std::move(out_);
    }

private:
    static constexpr int plain_level = 7;  ///< of a heading without `#`

    void count(std::string_view text)
    {
        if (is_todo(text)) return;
        const auto words = timeline::count_words(text);
        out_.words += words;
        out_.words_in[section_] += words;
    }
    /// What only asks for a missing fact, as our own drafts print it; people write `TODO: patch nginx` among their tasks.
    [[nodiscard]] bool is_todo(std::string_view text) const
    {
        text = trimmed(text);
        if (text.starts_with("[ ] ")) text.remove_prefix(4);
        if (const auto label = label_of(text); label && !text.starts_with("TODO")) text = label->rest;
        if (!text.starts_with("TODO:")) return false;
        const bool among_tasks = section_ == Topic::measures || topic_ == Topic::tasks;
        return !among_tasks || text.find("incidentctl ") != std::string_view::npos;
    }

    void note_heading(Topic topic, std::size_t line) { out_.headings.emplace(topic, line); }

    /// A heading with a level of its own. One we do not know ends the section above it, if it stands as high.
    void heading(std::string_view text, int level, std::size_t line)
    {
        text = trimmed(text);
        item_topic_.reset();
        auto name = text;
        auto rest = std::string_view{};
        if (const auto label = label_of(text); label && !label->rest.empty() && !topic_named(text)) {
            rest = label->rest;
            name = text.substr(0, text.find(':'));
        }
        const auto topic = topic_named(name);
        if (!topic) {
            // A date among the entries is theirs.
            const bool date = section_ == Topic::timeline && head_of(text).timed;
            if (level <= level_ && !date) enter(Topic::none, level);
            else if (!date) topic_ = section_;
            count(text);
            if (date) say(text, line, false, false, false);
            return;
        }
        const bool inside = level > level_ && section_ != Topic::none && belongs_inside(*topic);
        if (inside) {
            topic_ = *topic;
            note_heading(*topic, line);
        } else {
            enter(*topic, level);
            note_heading(*topic, line);
        }
        count(text);
        if (!rest.empty()) say(rest, line, false, false, true);
    }

    void enter(Topic topic, int level)
    {
        topic_ = topic;
        section_ = topic;
        if (topic == Topic::improvements || topic == Topic::tasks) section_ = Topic::measures;
        level_ = level;
        resolved_label_ = labelled_timeline_ = false;
    }

    /// A name under a section that does not begin another one.
    [[nodiscard]] bool belongs_inside(Topic topic) const
    {
        switch (section_) {
        case Topic::summary: return topic == Topic::impact || topic == Topic::cause || is_attribute(topic);
        case Topic::timeline: return topic == Topic::impact || topic == Topic::fix || topic == Topic::cause || is_attribute(topic);
        case Topic::cause_and_fix: return topic == Topic::cause || topic == Topic::fix;
        case Topic::measures: return topic == Topic::improvements || topic == Topic::tasks || topic == Topic::actions || topic == Topic::fix;
        case Topic::impact: return topic == Topic::impact || topic == Topic::duration || topic == Topic::start || topic == Topic::end;
        case Topic::none: case Topic::duration: case Topic::start: case Topic::end: case Topic::zone: case Topic::cause: case Topic::fix:
        case Topic::detected: case Topic::how_detected: case Topic::actions: case Topic::hypothesis: case Topic::misleading:
        case Topic::escalation: case Topic::improvements: case Topic::tasks:
            return false;
        }
        return false;
    }

    /// A label, or a bare line that is a section's name, in a document without `#`.
    bool plain_name(std::string_view text, std::size_t line, bool item, bool nested, bool strong)
    {
        std::optional<Topic> topic;
        std::string_view rest;
        if (const auto label = label_of(text)) topic = label->topic, rest = label->rest;
        else if (!item || strong) topic = bare_name(text);
        if (!topic || (*topic == Topic::none && !rest.empty())) return false;
        if (*topic == Topic::tasks && text.starts_with("TODO:") && !rest.empty()) return false;
        if (section_ == Topic::measures && *topic == Topic::actions) topic = Topic::tasks;
        if (section_ == Topic::measures && (*topic == Topic::fix || *topic == Topic::cause) && item) return false;
        if (section_ == Topic::fix && *topic == Topic::fix && item) return false;
        if (inside_section(*topic, item)) {
            if (section_ == Topic::timeline) {
                labelled_timeline_ = true;
                if (*topic == Topic::fix) resolved_label_ = true;
            }
            note_heading(*topic, line);
            count(text);
            if (rest.empty()) {
                topic_ = *topic;
                item_topic_.reset();
            } else if (item) {
                const auto before = topic_;
                topic_ = *topic;
                say(rest, line, item, nested, true);
                topic_ = before;
                item_topic_ = *topic;
            } else {
                topic_ = *topic;
                say(rest, line, item, nested, true);
            }
            return true;
        }
        // In a list of steps or tasks `Service: restart it` is no new section.
        const bool prose = section_ == Topic::none || section_ == Topic::summary || section_ == Topic::impact;
        if (item && !prose && !strong) return false;
        enter(*topic, plain_level);
        item_topic_.reset();
        note_heading(*topic, line);
        count(text);
        if (!rest.empty()) say(rest, line, item, nested, true);
        return true;
    }

    /// Without levels the order decides: a second `Resolution:` after a labelled timeline is the section.
    [[nodiscard]] bool inside_section(Topic topic, bool item) const
    {
        if (section_ == Topic::none) return false;
        if (section_ == Topic::timeline) {
            if (topic == Topic::fix) return item || (labelled_timeline_ && !resolved_label_);
            if (topic == Topic::cause || topic == Topic::impact) return item;
            return is_attribute(topic) && topic != Topic::improvements && topic != Topic::tasks;
        }
        if (topic == section_) return false;
        return belongs_inside(topic);
    }

    static std::optional<Topic> bare_name(std::string_view text)
    {
        constexpr std::size_t most_words = 7;
        const auto words = timeline::count_words(text);
        if (words == 0 || words > most_words || text.ends_with('.') || text.ends_with(',')) return std::nullopt;
        return topic_named(text);
    }

    void lines(const Piece& piece, bool item)
    {
        const auto text = without_marks(piece.text);
        if (!item) item_topic_.reset();
        const bool nested = item && piece.level > 0;
        if (item && !nested) item_topic_.reset();
        const bool within = nested || piece.level > 0;
        std::size_t line = piece.line;
        bool first = true, behind_blank = false;
        for (std::string_view rest = text; !rest.empty();) {
            const auto end = std::min(rest.find('\n'), rest.size());
            auto one = trimmed(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (one.starts_with("\xE2\x80\xA2")) one = trimmed(one.substr(3));  // a bullet that no Markdown knows
            if (one.starts_with("[ ] ") || one.starts_with("[x] ") || one.starts_with("[X] ")) one.remove_prefix(4);
            if (one.empty()) {
                behind_blank = true;
            } else if (item && !first) {  // wrapped, or the item's next paragraph
                count(one);
                if (behind_blank) say(one, line, true, true, false);
                else append(one, line);
            } else if (!plain_name(one, line, item, within, piece.strong)) {
                count(one);
                if (first || begins_anew(one) || section_ == Topic::measures) say(one, line, item, within, false);
                else append(one, line);
            }
            ++line;
            first = false;
        }
    }

    /// Of a paragraph's further lines: one that begins with a time is an entry of its own.
    [[nodiscard]] bool begins_anew(std::string_view line) const
    {
        if (out_.said.empty() || section_ != Topic::timeline) return ends_sentence_above();
        return head_of(line).timed || topic_ != Topic::timeline;
    }
    [[nodiscard]] bool ends_sentence_above() const
    {
        if (out_.said.empty()) return true;
        const auto& above = out_.said.back();
        return above.topic != topic_ || above.text.ends_with('.') || above.text.ends_with(':') || above.text.ends_with('!');
    }
    void append(std::string_view text, std::size_t line)
    {
        if (out_.said.empty() || out_.said.back().section != section_) return say(text, line, false, false, false);
        out_.said.back().text.append(" ").append(text);
    }

    /// A table is read as lines: the first cells as label or time, the others as words.
    void row(const Piece& piece)
    {
        if (piece.level == 0) {
            for (const auto& cell : piece.cells) count(cell);
            if (section_ == Topic::timeline)
                for (const auto& cell : piece.cells)
                    if (!zone_in(cell).empty()) say("All times are " + zone_in(cell), piece.line, false, false, false);
            return;
        }
        item_topic_.reset();
        std::string text;
        const bool label = piece.cells.size() >= 2 && topic_named(piece.cells.front()).has_value();
        for (const auto& cell : piece.cells) {
            const auto unmarked = without_marks(cell);
            const auto plain = trimmed(unmarked);
            if (plain.empty()) continue;
            text.append(text.empty() ? "" : label && text.find(':') == std::string::npos ? ": " : " - ").append(plain);
        }
        if (text.empty() || plain_name(text, piece.line, true, false, false)) return;
        count(text);
        say(text, piece.line, true, false, false);
    }

    void say(std::string_view text, std::size_t line, bool item, bool nested, bool labelled)
    {
        if (is_todo(text)) return;
        if (is_placeholder(text) && section_ != Topic::timeline) return;
        Said said;
        said.topic = item_topic_ && nested ? *item_topic_ : topic_;
        said.section = section_;
        said.line = line;
        said.item = item;
        said.nested = nested;
        said.labelled = labelled;
        if (section_ != Topic::timeline) {
            said.text = text;
            out_.said.push_back(std::move(said));
            return;
        }
        const auto begins = entries_in(text);
        for (std::size_t i = 0; i < begins.size(); ++i) {
            const auto end = i + 1 < begins.size() ? begins[i + 1] : text.size();
            said.text = trimmed(text.substr(begins[i], end - begins[i]));
            out_.said.push_back(said);
        }
    }

    Outline out_;
    Topic section_ = Topic::none, topic_ = Topic::none;
    std::optional<Topic> item_topic_;  ///< of the item's own label, for what is nested under it
    int level_ = 0;
    bool labelled_timeline_ = false, resolved_label_ = false;
};

}  // namespace

Outline outline_of(std::span<const Piece> pieces) { return OutlineReading{}.run(pieces); }

}  // namespace incident::draft
