#include "draft/import_sections.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::draft::importing {
namespace {

using PieceKind = Piece::Kind;

bool accepted(const Stamp& stamp, bool weak_too)
{
    const bool time = stamp.clock || stamp.offset || stamp.unknown || stamp.instant;
    return (time || stamp.day) && (!stamp.weak || weak_too || stamp.closed);
}

/// A line that begins as one with a time does, `2024-06-31 00:10` or `25:61`: no wrapped text, though there is no such time.
bool begins_like_a_time(std::string_view text)
{
    const auto head = text.substr(0, std::min(text.find(' '), text.size()));
    const auto digits_at = [&](std::size_t at, std::size_t count) {
        return head.size() >= at + count && std::ranges::all_of(head.substr(at, count), is_digit);
    };
    if (head.size() == text.size()) return false;
    const bool date = digits_at(0, 4) && digits_at(5, 2) && digits_at(8, 2) && head[4] == '-' && head[7] == '-';
    const auto colon = head.find(':');
    return date || ((colon == 1 || colon == 2) && digits_at(0, colon) && digits_at(colon + 1, 2));
}

/// `Detection method: customer complaints`: which of the three, where the document's own words say it.
std::string how_of(std::string_view text)
{
    const auto words = lowered(text);
    const auto says = [&](std::initializer_list<std::string_view> all) {
        return std::ranges::any_of(all, [&](std::string_view each) { return words.find(each) != words.npos; });
    };
    if (says({"customer", "user", "complain", "client"})) return "customer";
    if (says({"alert", "monitor", "alarm", "pager"})) return "alert";
    if (says({"engineer", "staff", "developer", "team", "noticed"})) return "engineer";
    return {};
}

class Builder {
public:
    explicit Builder(const Making& making)
        : pieces_(making.pieces), lines_(making.lines), options_(making.options), weak_(making.weak), out_(making.out), imported_(making.imported)
    {}

    std::optional<std::size_t> build(const Range& range, bool named)
    {
        named_ = named;
        section_ = out_.sections.size();
        first_ = out_.lines.size();
        const auto skipped = imported_.skipped.size();
        for (auto i = range.begin; i < range.end; ++i) {
            const auto& piece = pieces_[lines_[i].piece];
            if (piece.kind == PieceKind::row) {
                auto end = i;
                while (end < range.end && pieces_[lines_[end].piece].kind == PieceKind::row && (end == i || pieces_[lines_[end].piece].level > 0)) ++end;
                end_entry();
                const auto before = out_.lines.size();
                collect_rows(pieces_.subspan(lines_[i].piece, lines_[end - 1].piece - lines_[i].piece + 1), options_, section_, day_, out_, imported_);
                if (out_.lines.size() > before && !first_timed_) first_timed_ = i;
                current_ = none;
                i = end - 1;
            } else {
                line(i);
            }
        }
        for (const auto at : pending_) skip(at);
        const bool timed = std::any_of(out_.lines.begin() + static_cast<std::ptrdiff_t>(first_), out_.lines.end(), [](const RawLine& each) { return each.stamp.has_value(); });
        if (!timed) {
            out_.lines.resize(first_);
            imported_.skipped.resize(skipped);
            return std::nullopt;
        }
        times_behind_texts();
        return first_timed_.value_or(range.begin);
    }

private:
    static constexpr auto none = static_cast<std::size_t>(-1);
    RawLine& entry() { return out_.lines[current_]; }

    void line(std::size_t i)
    {
        const auto& at = lines_[i];
        const auto& piece = pieces_[at.piece];
        const std::string_view text = at.text;
        if (text.empty()) return;
        if (piece.kind == PieceKind::code || piece.kind == PieceKind::quote) {
            if (current_ == none) return skip(i);
            add_details(entry().line, piece.kind == PieceKind::quote ? "> " + piece.text : piece.text);
            typed(at);
            return;
        }
        if (text.starts_with("TODO: ") && text.find("(incidentctl ") != text.npos) return;  // our draft's own, said again by the next
        if (text.starts_with("Misleading paths: none was taken.") || text.starts_with("Escalation: none was needed.") ||
            text.ends_with(" left out here and kept in the record."))
            return skip(i);
        const bool whole = at.first && piece.text == at.text;
        if (whole && day_heading(i)) return;
        auto stamp = stamp_at(text, options_);
        const bool runs_on = current_ != none && !at.first && (piece_ == at.piece || text_piece_ == at.piece);
        if (stamp && accepted(*stamp, weak_) && fits(*stamp, at, piece, runs_on)) return timed(i, *std::move(stamp));
        if (!stamp && piece.kind == PieceKind::paragraph && begins_like_a_time(text)) {
            end_entry();
            auto& raw = begin_entry(i);
            set_text(raw.line, text);
            raw.line.warnings.push_back("it begins like a time, and there is no such time");
            return;
        }
        if (named_ || piece.kind == PieceKind::item)
            if (labelled_time(i)) return;
        // In a paragraph a label begins something new, in an item it is a wrapped line like others.
        if (runs_on && (piece.kind == PieceKind::item || !named_ || !(label_alone(text) || label_at(text)))) return wrapped(i);
        if (named_ || seen_) {
            const bool stands_alone = piece.kind != PieceKind::item || text.ends_with(':');
            if (const auto label = stands_alone && named_ ? label_alone(text) : std::nullopt) return open_label(i, *label);
            if (const auto label = named_ ? label_at(text) : std::nullopt; label && !label->tags.empty()) return labelled(i, *label);
        }
        if (piece.kind == PieceKind::heading) {
            end_entry();
            label_.clear();
            current_ = none;
            return skip(i);
        }
        continued(i);
    }

    /// A date over the lines below it; as an item only where its own items follow.
    bool day_heading(std::size_t i)
    {
        const auto& at = lines_[i];
        const auto& piece = pieces_[at.piece];
        const auto day = day_alone(at.text);
        if (!day) return false;
        if (piece.kind == PieceKind::item) {
            const bool parent = i + 1 < lines_.size() && pieces_[lines_[i + 1].piece].kind == PieceKind::item && pieces_[lines_[i + 1].piece].level > piece.level;
            if (!parent) return false;
        }
        end_entry();
        day_ = day;
        current_ = none;
        label_.clear();
        label_used_ = false;
        return true;
    }

    bool fits(const Stamp& stamp, const Line& at, const Piece& piece, bool runs_on) const
    {
        const bool only_day = !stamp.clock && !stamp.offset && !stamp.unknown && !stamp.instant;
        if (only_day && !named_ && piece.kind != PieceKind::item) return false;
        if (only_day && stamp.day->month == 0) return false;
        if (stamp.offset && !named_ && !stamp.closed && at.text[0] != 'T') return false;
        if (runs_on && at.after_gap && piece.kind == PieceKind::item) return stamp.clock && stamp.closed;
        // a bullet below an entry is its own line only when it clearly is one
        if (current_ != none && piece.kind == PieceKind::item && kind_ == PieceKind::item && piece.level > level_) return stamp.closed && stamp.clock;
        return true;
    }

    RawLine& begin_entry(std::size_t i)
    {
        const auto& at = lines_[i];
        const auto& piece = pieces_[at.piece];
        out_.lines.emplace_back();
        current_ = out_.lines.size() - 1;
        piece_ = at.piece;
        text_piece_ = none;
        kind_ = piece.kind;
        level_ = piece.kind == PieceKind::item ? piece.level : 0;
        auto& raw = entry();
        raw.section = section_;
        raw.day = day_;
        raw.line.line = at.number;
        raw.line.typed = at.typed;
        return raw;
    }

    void end_entry()
    {
        if (last_timed_ != none)
            for (const auto at : pending_) {
                add_details(out_.lines[last_timed_].line, lines_[at].text);
                out_.lines[last_timed_].line.typed += '\n' + lines_[at].typed;
            }
        else
            for (const auto at : pending_) skip(at);
        pending_.clear();
    }

    void timed(std::size_t i, Stamp stamp)
    {
        end_entry();
        std::string_view rest = lines_[i].text;
        rest.remove_prefix(stamp.length);
        if (label_used_) label_.clear(), label_used_ = false;
        for (bool more = true; more;) {
            auto& raw = begin_entry(i);
            raw.line.raw = stamp.raw;
            if (!first_timed_) first_timed_ = i;
            last_timed_ = current_;
            seen_ = true;
            raw.line.tags = label_;
            more = false;
            // several in one paragraph: a sentence ends, a time follows, a dash or colon behind it
            auto part = rest;
            std::optional<Stamp> next;
            if (kind_ == PieceKind::paragraph)
                for (auto at = rest.find_first_of(".!?)"); at != rest.npos && !next; at = rest.find_first_of(".!?)", at + 1)) {
                    if (at + 2 >= rest.size() || (rest[at + 1] != ' ' && rest[at + 1] != '\n')) continue;
                    next = stamp_at(rest.substr(at + 2), options_);
                    if (next && next->clock && !next->weak && next->closed && !next->alone) part = rest.substr(0, at + 1);
                    else next.reset();
                }
            raw.stamp = std::move(stamp);
            take_text(raw, part);
            if (next) {
                rest.remove_prefix(part.size() + 1);
                rest.remove_prefix(next->length);
                stamp = *std::move(next);
                more = true;
            }
        }
    }

    void take_text(RawLine& raw, std::string_view text)
    {
        if (const auto label = label_at(text)) {
            if (!label->tags.empty()) raw.line.tags = label->tags;
            raw.line.author = label->author;
            if (label->method)
                for (auto& tag : raw.line.tags) tag.how = how_of(text.substr(label->length));
            text.remove_prefix(label->length);
        }
        set_text(raw.line, text);
    }

    /// `Detection time: 8:00 PM EAT`.
    bool labelled_time(std::size_t i)
    {
        const std::string_view text = lines_[i].text;
        const auto colon = text.find(':');
        if (colon == text.npos || colon > 40 || colon + 2 >= text.size()) return false;
        const auto label = label_alone(text.substr(0, colon));
        if (!label) return false;
        auto stamp = stamp_at(text.substr(colon + 1), options_);
        if (!stamp || !stamp->clock || stamp->weak || (!named_ && !stamp->alone)) return false;
        end_entry();
        auto& raw = begin_entry(i);
        if (!first_timed_) first_timed_ = i;
        last_timed_ = current_;
        seen_ = true;
        raw.line.raw = stamp->raw;
        raw.line.tags = label->tags;
        const auto rest = text.substr(colon + 1).substr(stamp->length);
        raw.stamp = std::move(stamp);
        set_text(raw.line, rest);
        label_words_ = std::string{trimmed(text.substr(0, colon))};
        if (raw.line.text.empty()) wants_text_ = current_;
        return true;
    }

    void open_label(std::size_t i, const Label& label)
    {
        end_entry();
        label_ = label.tags;
        label_used_ = false;
        label_line_ = i;
        current_ = none;
    }

    void labelled(std::size_t i, const Label& label)
    {
        const auto rest = std::string_view{lines_[i].text}.substr(label.length);
        if (label.method && last_timed_ != none && !out_.lines[last_timed_].line.tags.empty() && out_.lines[last_timed_].line.tags[0].name == tags::detection) {
            auto& line = out_.lines[last_timed_].line;
            line.tags[0].how = how_of(rest);
            if (line.text.empty()) set_text(line, rest);
            else add_details(line, lines_[i].text);
            line.typed += '\n' + lines_[i].typed;
            wants_text_ = none;
            current_ = last_timed_;
            text_piece_ = lines_[i].piece;
            return;
        }
        end_entry();
        auto& raw = begin_entry(i);
        take_text(raw, lines_[i].text);
        label_.clear();
    }

    void wrapped(std::size_t i)
    {
        const auto& at = lines_[i];
        auto& line = entry().line;
        if (line.text.empty()) take_text(entry(), at.text);
        else if (at.after_gap || in_details_ == at.piece || line.text.size() + at.text.size() > max_text_bytes / 2) {
            add_details(line, at.text);
            in_details_ = at.piece;
        } else set_text(line, line.text + ' ' + at.text);
        typed(at);
    }

    void typed(const Line& at)
    {
        if (!at.typed.empty()) entry().line.typed += '\n' + at.typed;
    }

    /// A line without a time: it belongs to the entry above, is one of its own, or waits to see whether another entry comes.
    void continued(std::size_t i)
    {
        const auto& at = lines_[i];
        const auto& piece = pieces_[at.piece];
        if (current_ == none) {
            if (!label_.empty() && (named_ || seen_)) {
                label_used_ = true;
                auto& raw = begin_entry(i);
                take_text(raw, at.text);
                if (raw.line.tags.empty()) raw.line.tags = label_;
                current_ = none;
                return;
            }
            if (named_ && seen_ && piece.kind == PieceKind::item) {
                end_entry();
                take_text(begin_entry(i), at.text);
                return;
            }
            return skip(i);
        }
        auto& line = entry().line;
        const bool inside = piece.level > level_ || (piece.kind == PieceKind::paragraph && piece.level > 0) || kind_ == PieceKind::heading;
        if (line.text.empty() && (kind_ != PieceKind::item || inside || piece.kind == PieceKind::paragraph) && entry().stamp) {
            take_text(entry(), at.text);
            text_piece_ = at.piece;
            typed(at);
        } else if (piece.kind == PieceKind::item && !inside && kind_ == PieceKind::item) {
            if (!named_ && !seen_) return skip(i);
            end_entry();
            take_text(begin_entry(i), at.text);
        } else if (inside || piece.kind == PieceKind::item) {
            add_details(line, piece.kind == PieceKind::item && at.first ? std::string(static_cast<std::size_t>(std::max(0, piece.level - level_ - 1)) * 2, ' ') + "- " + at.text : at.text);
            typed(at);
            in_details_ = text_piece_ = at.piece;
        } else {
            pending_.push_back(i);
        }
    }

    void skip(std::size_t i)
    {
        if (!named_) return;  // of a whole document most lines are no timeline
        imported_.skipped.push_back({lines_[i].number, visible(shortened(lines_[i].text, 200))});
    }

    /// Status pages: the text stands first, its time alone below it.
    void times_behind_texts()
    {
        auto lines = std::span{out_.lines}.subspan(first_);
        for (auto& raw : lines)
            if (&raw == &lines.back() && raw.stamp && raw.stamp->alone && raw.line.text.empty() && lines.size() > 1) {
                const bool all = std::ranges::all_of(lines, [](const RawLine& each) { return each.stamp && each.stamp->alone && each.stamp->clock; });
                if (!all || !first_timed_ || *first_timed_ == 0) break;
                const auto& before = lines_[*first_timed_ - 1];
                if (pieces_[before.piece].kind == PieceKind::heading && named_) break;
                for (auto i = lines.size() - 1; i > 0; --i) {
                    lines[i].line.text = lines[i - 1].line.text;
                    lines[i].line.tags = lines[i - 1].line.tags;
                    std::swap(lines[i].line.details, lines[i - 1].line.details);
                }
                lines[0].line.tags.clear();
                take_text(lines[0], before.text);
            }
        for (auto& raw : lines)
            if (raw.line.text.empty()) {
                if (!label_words_.empty() && wants_text_ != none && &raw == &out_.lines[wants_text_]) raw.line.text = label_words_;
                else raw.line.text = "(no text)";
            }
    }

    std::span<const Piece> pieces_;
    std::span<const Line> lines_;
    const ImportOptions& options_;
    bool weak_, named_ = false, seen_ = false, label_used_ = false;
    Collected& out_;
    Imported& imported_;
    std::size_t section_ = 0, first_ = 0, current_ = none, last_timed_ = none, piece_ = none, text_piece_ = none, in_details_ = none,
                wants_text_ = none, label_line_ = none;
    PieceKind kind_ = PieceKind::paragraph;
    int level_ = 0;
    std::optional<std::size_t> first_timed_;
    std::optional<Day> day_;
    std::vector<Tag> label_;
    std::string label_words_;
    std::vector<std::size_t> pending_;
};

}  // namespace

std::optional<std::size_t> lines_in(const Range& range, bool named, const Making& making)
{
    return Builder{making}.build(range, named);
}

}  // namespace incident::draft::importing
