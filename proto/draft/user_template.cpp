#include "draft/user_template.hpp"
#include "draft/brief.hpp"
#include "draft/mermaid.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <kainjow/mustache.hpp>
#include <unordered_map>

namespace incident::draft {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

constexpr Variable variables[] = {
    {"", "title", false, "of the incident"},
    {"", "key", false, "INC-7"},
    {"", "service", false, "what was affected"},
    {"", "severity", false, "as it was set"},
    {"", "status", false, "open, closed, merged"},
    {"", "lead", false, "who leads"},
    {"", "private", false, "a section of it is printed for private incidents only"},
    {"", "zone", false, "of the times: UTC, Africa/Nairobi"},
    {"", "duration", false, "2024-06-22 15:15 – 17:00 UTC (1 h 45 min)"},
    {"", "minutes", false, "from start to end, whole"},
    {"", "started", false, "date and time, as the options ask"},
    {"", "detected", false, "likewise"},
    {"", "resolved", false, "likewise"},
    {"", "detected_how", false, "alert, engineer, customer"},
    {"", "to_detect", false, "from the start to the detection: 4 min"},
    {"", "impact", false, "the summary's sentence"},
    {"", "impact_percent", false, "share of users: 85"},
    {"", "root_cause", false, "the summary's sentence"},
    {"", "no_misleading_path", false, "a person's word that there was none"},
    {"", "no_escalation", false, "likewise"},
    {"", "left_out", false, "how many bullets were folded away"},
    {"", "escalated_to", true, "teams and people, words: {{.}}"},
    {"", "timeline", true, "the bullets that are not folded"},
    {"", "folded", true, "those that are"},
    {"timeline,folded", "date", false, "2024-06-22"},
    {"timeline,folded", "new_date", false, "the date, where it is another than the one before"},
    {"timeline,folded", "time", false, "15:15"},
    {"timeline,folded", "time_zone", false, "what applies then: EAT"},
    {"timeline,folded", "about", false, "a section of it is printed where the time is not exact"},
    {"timeline,folded", "bullet", false, "one or two sentences"},
    {"", "causes", true, "what is told of the cause"},
    {"", "fixes", true, "and of the fix"},
    {"causes,fixes,improvements,tasks", "text", false, "the whole text"},
    {"causes,fixes,improvements,tasks", "paragraphs", true, "text and details, words: {{.}}"},
    {"", "improvements", true, "what can be improved, broadly"},
    {"", "tasks", true, "what is to be done"},
    {"improvements,tasks", "owner", false, "who does it"},
    {"improvements,tasks", "due", false, "until when"},
    {"", "dead_ends", true, "hypotheses that were ruled out"},
    {"dead_ends", "hypothesis", false, "what was thought"},
    {"dead_ends", "lost", false, "how long it took: 15 min"},
    {"dead_ends", "people", true, "whose time it was, words: {{.}}"},
    {"", "todo", true, "what is missing"},
    {"todo", "what", false, "how many users were affected"},
    {"todo", "command", false, "what would tell it"},
    {"", "events", true, "all events, nothing folded"},
    {"events", "number", false, "of the event in its incident"},
    {"events", "date", false, "2024-06-22"},
    {"events", "time", false, "15:15"},
    {"events", "kind", false, "alert, chat, note, command, change, system"},
    {"events", "author", false, "who said it"},
    {"events", "said", false, "the text"},
    {"events", "details", false, "the long text"},
    {"events", "tags", true, "words: {{.}}"},
};

constexpr std::string_view words_mark = "words: {{.}}";

bool stands_in(std::string_view list, std::string_view word)
{
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        if (list.substr(0, end) == word) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

/// Looks at every tag before the library does: its parser takes names that nothing is called, and partials.
class Lint {
public:
    Lint(std::string_view text, std::string_view file) : text_(text), file_(file) {}

    Result<void> run()
    {
        for (auto open = text_.find("{{"); open != std::string_view::npos; open = text_.find("{{", at_)) {
            at_ = open;
            const auto close = text_.find("}}", open + 2);
            if (close == std::string_view::npos) return wrong("this tag is not closed: write }} behind it");
            const auto tag = trimmed(text_.substr(open + 2, close - open - 2));
            if (auto good = one(tag); !good) return good;
            at_ = close + 2;
        }
        if (!open_.empty()) {
            at_ = open_.back().place;
            return wrong("the section " + shown(open_.back().name) + " is not closed: write {{/" + std::string{open_.back().name} + "}}");
        }
        return {};
    }

private:
    struct Section {
        std::string_view name;
        const Variable* list;  ///< nullptr: it opens no scope
        std::size_t place;
    };

    static std::string shown(std::string_view word) { return '"' + visible(shortened(word, 64)) + '"'; }

    Failure wrong(const std::string& what) const
    {
        const auto line = 1 + std::ranges::count(text_.substr(0, at_), '\n');
        return Failure{Errc::invalid_input, visible(shortened(file_, 256)) + ':' + std::to_string(line) + ": " + what};
    }

    Result<void> one(std::string_view tag)
    {
        if (tag.empty()) return wrong("an empty tag: write {{title}} or the like");
        const auto rest = trimmed(tag.substr(1));
        switch (tag.front()) {
        case '!': return {};
        case '{':
        case '&': return wrong("unescaped values are not taken, since text of others could break the document: write {{" + std::string{name_of(tag)} + "}}");
        case '>': return wrong("partials are not taken: write what " + shown(rest) + " holds at its place");
        case '=': return wrong("other delimiters are not taken: keep {{ and }}");
        case '/':
            if (open_.empty()) return wrong("{{/" + visible(shortened(rest, 64)) + "}} closes a section that is not open");
            if (open_.back().name != rest) return wrong("{{/" + visible(shortened(rest, 64)) + "}} stands where {{/" + std::string{open_.back().name} + "}} must");
            open_.pop_back();
            return {};
        case '#':
        case '^': return section(rest, tag.front() == '#');
        default: return value(tag);
        }
    }

    /// `{{{x}}}` ends in three braces, of which the third is not ours.
    static std::string_view name_of(std::string_view tag)
    {
        tag = trimmed(tag.substr(1));
        while (tag.ends_with('}')) tag.remove_suffix(1);
        return trimmed(tag);
    }

    [[nodiscard]] const Variable* find(std::string_view name) const
    {
        // The innermost scope first, as Mustache looks.
        for (auto scope = open_.rbegin(); scope != open_.rend(); ++scope)
            if (scope->list)
                for (const auto& each : variables)
                    if (each.name == name && stands_in(each.within, scope->list->name)) return &each;
        for (const auto& each : variables)
            if (each.name == name && each.within.empty()) return &each;
        return nullptr;
    }

    [[nodiscard]] Failure unknown(std::string_view name) const
    {
        for (const auto& each : variables)
            if (each.name == name)
                return wrong(shown(name) + " stands only in the items of " + std::string{each.within} + ": write it between {{#" +
                             std::string{each.within.substr(0, each.within.find(','))} + "}} and its end");
        std::vector<std::string_view> names;
        std::string known;
        for (const auto& each : variables) {
            names.push_back(each.name);
            if (find(each.name) == &each) known.append(known.empty() ? "" : ", ").append(each.name);
        }
        const auto meant = nearest(name, names);
        return wrong("nothing is called " + shown(name) + (meant.empty() ? std::string{} : ", did you mean " + std::string{meant} + '?') +
                     " (known here: " + known + ')');
    }

    Result<void> value(std::string_view name)
    {
        if (name == ".") {
            const auto* list = open_.empty() ? nullptr : open_.back().list;
            if (list && list->says.ends_with(words_mark)) return {};
            return wrong("{{.}} stands only right within a list of words, like {{#escalated_to}}{{.}}{{/escalated_to}}");
        }
        const auto* known = find(name);
        if (!known) return unknown(name);
        if (known->list) return wrong(shown(name) + " is a list: write {{#" + std::string{name} + "}} … {{/" + std::string{name} + "}}");
        return {};
    }

    Result<void> section(std::string_view name, bool positive)
    {
        const auto* known = find(name);
        if (!known) return unknown(name);
        if (open_.size() == max_template_depth) return wrong("sections are nested deeper than " + std::to_string(max_template_depth));
        // A list within itself would print its square.
        if (known->list && std::ranges::any_of(open_, [&](const Section& each) { return each.list == known; }))
            return wrong("the list " + shown(name) + " stands within itself");
        open_.push_back({name, known->list && positive ? known : nullptr, at_});
        return {};
    }

    std::string_view text_, file_;
    std::size_t at_ = 0;
    std::vector<Section> open_;
};

/// An empty value is false, so that a section of it is left out.
data value_of(std::string text) { return text.empty() ? data{false} : data{std::move(text)}; }

template <class Words>
data list_of(const Words& words)
{
    data list{data::type::list};
    for (const auto& word : words) list.push_back(data{std::string{word}});
    return list;
}

class Filler {
public:
    Filler(const timeline::Timeline& timeline, const Document& document, const Times& times, const Options& options)
        : timeline_(timeline), document_(document), times_(times), options_(options)
    {}

    data fill() const
    {
        const auto& incident = timeline_.incident;
        const auto& facts = timeline_.facts;
        data all;
        all.set("title", value_of(document_.title));
        all.set("key", value_of(document_.key));
        all.set("service", value_of(incident.service));
        all.set("severity", value_of(incident.severity));
        all.set("status", value_of(std::string{to_string(incident.status)}));
        all.set("lead", value_of(incident.lead));
        all.set("private", document_.confidential ? data{"private"} : data{false});
        all.set("zone", value_of(options_.zone));
        all.set("duration", value_of(document_.duration));
        all.set("minutes", value_of(facts.duration_minutes ? std::to_string(*facts.duration_minutes) : ""));
        all.set("started", moment(facts.started_at));
        all.set("detected", moment(facts.detected_at));
        all.set("resolved", moment(facts.resolved_at));
        all.set("detected_how", value_of(document_.detected_how));
        all.set("to_detect", value_of(document_.to_detect));
        all.set("impact", value_of(document_.impact));
        all.set("impact_percent", value_of(facts.impact_percent ? without_sign(percent_text(*facts.impact_percent)) : ""));
        all.set("root_cause", value_of(document_.root_cause));
        all.set("no_misleading_path", value_of(document_.no_misleading_path));
        all.set("no_escalation", value_of(document_.no_escalation));
        const auto folded = std::ranges::count(document_.bullets, true, &Bullet::folded);
        all.set("left_out", value_of(folded > 0 ? std::to_string(folded) : ""));
        all.set("escalated_to", list_of(facts.escalated_to));
        all.set("timeline", bullets(false));
        all.set("folded", bullets(true));
        all.set("causes", passages(document_.causes));
        all.set("fixes", passages(document_.fixes));
        all.set("improvements", follow_ups(document_.improvements));
        all.set("tasks", follow_ups(document_.tasks));
        all.set("dead_ends", dead_ends());
        all.set("todo", todos());
        all.set("events", events());
        return all;
    }

private:
    static std::string without_sign(std::string text)
    {
        text.pop_back();
        return text;
    }

    data moment(const std::optional<Instant>& at) const
    {
        return at ? data{times_.date(*at) + ' ' + times_.clock(*at) + ' ' + times_.zone(*at)} : data{false};
    }

    data bullets(bool folded) const
    {
        data list{data::type::list};
        std::string before;
        for (const auto& bullet : document_.bullets) {
            if (bullet.folded != folded) continue;
            auto date = times_.date(bullet.at);
            data item;
            item.set("new_date", value_of(date == before ? std::string{} : date));
            item.set("date", value_of(date));
            item.set("time", value_of(times_.clock(bullet.at)));
            item.set("time_zone", value_of(times_.zone(bullet.at)));
            item.set("about", bullet.precision == Precision::about || bullet.precision == Precision::between ? data{"about"} : data{false});
            item.set("bullet", value_of(bullet.text));
            list.push_back(std::move(item));
            before = std::move(date);
        }
        return list;
    }

    static data passage(const Passage& each)
    {
        auto parts = paragraphs(each.text);
        for (auto& part : paragraphs(each.details)) parts.push_back(std::move(part));
        data item;
        item.set("text", value_of(each.text));
        item.set("paragraphs", list_of(parts));
        return item;
    }

    static data passages(std::span<const Passage> all)
    {
        data list{data::type::list};
        for (const auto& each : all) list.push_back(passage(each));
        return list;
    }

    static data follow_ups(std::span<const FollowUp> all)
    {
        data list{data::type::list};
        for (const auto& each : all) {
            auto item = passage(each.what);
            item.set("owner", value_of(each.owner));
            item.set("due", value_of(each.due));
            list.push_back(std::move(item));
        }
        return list;
    }

    data dead_ends() const
    {
        data list{data::type::list};
        for (const auto& end : timeline_.dead_ends) {
            const auto* idea = end.verdict == "ruled_out" ? find_event(timeline_, end.hypothesis) : nullptr;
            if (!idea) continue;
            data item;
            item.set("hypothesis", value_of(timeline::one_line(prose_of(*idea))));
            item.set("lost", value_of(end.minutes && *end.minutes >= 0 ? to_words(std::chrono::minutes{*end.minutes}) : ""));
            item.set("people", list_of(end.people));
            list.push_back(std::move(item));
        }
        return list;
    }

    data todos() const
    {
        data list{data::type::list};
        for (const auto* some : {&document_.duration_todos, &document_.impact_todos, &document_.root_cause_todos, &document_.timeline_todos,
                                 &document_.cause_todos, &document_.fix_todos, &document_.improvement_todos, &document_.task_todos})
            for (const auto& each : *some) {
                data item;
                item.set("what", value_of(each.what));
                item.set("command", value_of(each.command));
                list.push_back(std::move(item));
            }
        return list;
    }

    data events() const
    {
        data list{data::type::list};
        for (const auto& event : timeline_.events) {
            if (event.struck) continue;
            data item;
            item.set("number", value_of(event.number ? std::to_string(*event.number) : ""));
            item.set("date", value_of(times_.date(event.occurred_at)));
            item.set("time", value_of(times_.clock(event.occurred_at)));
            item.set("kind", value_of(std::string{to_string(event.kind)}));
            item.set("author", value_of(event.author.name));
            item.set("said", value_of(event.text));
            item.set("details", value_of(event.details));
            std::vector<std::string> names;
            for (const auto& tag : event.tags) names.push_back(tag.name);
            item.set("tags", list_of(names));
            list.push_back(std::move(item));
        }
        return list;
    }

    const timeline::Timeline& timeline_;
    const Document& document_;
    const Times& times_;
    const Options& options_;
};

std::string html_safe(const std::string& text)
{
    std::string safe;
    for (const char c : visible(to_valid_utf8(text), true)) {
        switch (c) {
        case '&': safe += "&amp;"; break;
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '"': safe += "&quot;"; break;
        case '\'': safe += "&#39;"; break;
        case '`': safe += "&#96;"; break;
        default: safe += c;
        }
    }
    return safe;
}

struct TooLarge {};

}  // namespace

std::span<const Variable> template_variables() noexcept { return variables; }

Escape escape_for(std::string_view file_name)
{
    auto name = lowered(file_name);
    if (name.ends_with(".mustache")) name.resize(name.size() - 9);
    return name.ends_with(".html") || name.ends_with(".htm") ? Escape::html : Escape::markdown;
}

Result<std::string> render_template(std::string_view text, std::string_view name, const timeline::Timeline& timeline, const Options& options,
                                    Escape escape)
{
    if (text.size() > max_template_bytes)
        return Failure{Errc::limit_exceeded, visible(shortened(name, 256)) + ": a template has at most " + std::to_string(max_template_bytes) + " bytes"};
    if (!is_utf8(text)) return Failure{Errc::invalid_input, visible(shortened(name, 256)) + ": a template must be UTF-8"};
    if (auto good = Lint{text, name}.run(); !good) return good.error();
    const auto times = Times::in(options);
    if (!times) return times.error();
    auto document = compose(timeline, *times);
    if (options.fold) fold_to_budget(document, *times, options);
    try {
        mustache page{std::string{text}};
        if (!page.is_valid()) return Failure{Errc::invalid_input, visible(shortened(name, 256)) + ": " + visible(page.error_message())};
        page.set_custom_escape([escape](const std::string& value) { return escape == Escape::html ? html_safe(value) : escape_markdown(value); });
        std::string out;
        page.render(Filler{timeline, document, *times, options}.fill(), [&](const std::string& piece) {
            if (out.size() + piece.size() > max_rendered_bytes) throw TooLarge{};
            out += piece;
        });
        return out;
    } catch (const TooLarge&) {
        return Failure{Errc::limit_exceeded, visible(shortened(name, 256)) + ": the document would be larger than " + std::to_string(max_rendered_bytes >> 20) + " MiB"};
    } catch (const std::exception& problem) {
        return Failure{Errc::invalid_input, visible(shortened(name, 256)) + ": " + visible(problem.what())};
    }
}

}  // namespace incident::draft
