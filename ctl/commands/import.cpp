#include "draft/import.hpp"
#include "commands/import_document.hpp"
#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "wire/json.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <cstdio>
#include <unordered_set>

// Written timelines: what was understood is shown before anything is stored.
namespace incident::ctl {
namespace {

using draft::Imported;
using draft::ImportedLine;

/// Events of one request. The server takes more; a smaller batch tells sooner where it failed.
constexpr std::size_t batch_events = 500, batch_bytes = 4u << 20;

Try<draft::ImportOptions> options_of(Session& session, const Arguments& arguments)
{
    draft::ImportOptions options;
    const auto form = arguments.value("form");
    using draft::Form;
    for (const auto& [name, value] : {std::pair{"text", Form::text}, {"draft", Form::draft_json}, {"slack", Form::slack}, {"irc", Form::irc}, {"csv", Form::csv}, {"jsonl", Form::jsonl}})
        if (form == name) options.form = value;
    if (!form.empty() && options.form == Form::guess)
        return Trouble{Exit::usage, "\"" + visible(shortened(form, 40)) + "\" is no form of a timeline", "write it as: --form text, csv, slack, irc, jsonl or draft"};
    if (const auto date = arguments.value("date"); !date.empty()) {
        const auto midnight = parse_rfc3339(date + "T00:00:00Z");
        if (!midnight)
            return Trouble{Exit::usage, "\"" + visible(shortened(date, 40)) + "\" is no date", "write it as: --date 2024-06-22"};
        options.date = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(*midnight)};
    }
    if (arguments.has("start")) {
        auto zero = session.read_time(arguments.value("start"));
        if (!zero) return zero.error();
        options.zero = zero->at;
    }
    if (arguments.has("tz")) options.zone = arguments.value("tz");
    options.zone_aliases = session.settings().timezone_aliases();
    return options;
}

/// Lines without an instant stand where they stood: at the time of the line above, else of the one below.
std::vector<std::optional<Instant>> places_of(const Imported& imported)
{
    std::vector<std::optional<Instant>> places;
    std::optional<Instant> last;
    for (const auto& line : imported.lines) {
        if (line.at) last = line.at;
        places.push_back(line.at ? line.at : last);
    }
    for (auto i = places.size(); i-- > 0;)
        if (places[i]) last = places[i];
        else places[i] = last;
    return places;
}

std::string tags_in_words(const std::vector<Tag>& tags)
{
    std::string words;
    for (const auto& tag : tags) {
        words += (words.empty() ? "" : ", ") + tag.name;
        if (!tag.how.empty()) words += ':' + tag.how;
        if (!tag.to.empty()) words += " → " + tag.to;
    }
    return words;
}

std::string_view form_in_words(draft::Form form)
{
    using draft::Form;
    switch (form) {
    case Form::guess:
    case Form::text: return "text";
    case Form::draft_json: return "a draft's JSON";
    case Form::slack: return "a Slack export";
    case Form::irc: return "an IRC log";
    case Form::csv: return "CSV";
    case Form::jsonl: return "JSON";
    }
    return "text";
}

std::string many_of(std::size_t number, std::string_view word) { return std::to_string(number) + ' ' + std::string{word} + (number == 1 ? "" : "s"); }

/// What was understood: the lines, then what is in doubt, then what was left out.
std::string preview(const Session& session, const Imported& imported)
{
    Table table;
    table.columns = {{"LINE", false, true}, {"TIME (UTC)"}, {"PRECISION"}, {"TAGS"}, {"BY"}, {"TEXT"}};
    const auto places = places_of(imported);
    std::size_t without = 0;
    for (std::size_t i = 0; i < imported.lines.size(); ++i) {
        const auto& line = imported.lines[i];
        if (!line.at) ++without;
        const auto mark = line.other ? Style::warning : Style::plain;
        table.rows.push_back({{std::to_string(line.line)},
                              {line.at ? to_rfc3339(*line.at).substr(0, 19) + 'Z' : "no time", mark, line.at ? to_rfc3339(*line.at) : ""},
                              {line.at ? std::string{to_string(line.precision)} : "place"},
                              {tags_in_words(line.tags)},
                              {line.author},
                              {line.text}});
    }
    auto text = print_table(table, session.look());
    const auto remark = [&](const std::string& words) { text += visible(words) + '\n'; };
    for (const auto& warning : imported.warnings) remark("warning: " + warning);
    constexpr std::size_t most_warnings = 200;
    std::size_t shown = 0;
    for (const auto& line : imported.lines)
        for (const auto& warning : line.warnings)
            if (++shown <= most_warnings) remark("warning: line " + std::to_string(line.line) + " (" + line.raw + "): " + warning);
    if (shown > most_warnings) remark(std::to_string(shown - most_warnings) + " more warnings; see them all with: -o json");
    constexpr std::size_t most_skipped = 20;
    for (std::size_t i = 0; i < std::min(most_skipped, imported.skipped.size()); ++i)
        remark("left out: line " + std::to_string(imported.skipped[i].line) + ": " + imported.skipped[i].text);
    if (imported.skipped.size() > most_skipped) remark(std::to_string(imported.skipped.size() - most_skipped) + " more lines are left out");
    if (without > 0 && without < imported.lines.size())
        remark(many_of(without, "line") + " without a time " + (without == 1 ? "gets" : "get") + " that of the line above, marked about");
    remark(many_of(imported.lines.size(), "line") + ", read as " + std::string{form_in_words(imported.form)} + "; times without a zone are " +
           (imported.zone.empty() ? "UTC" : imported.zone) + (imported.zone_from.empty() ? "" : " (" + imported.zone_from + ')'));
    return text;
}

json::array preview_json(const Imported& imported)
{
    json::array all;
    for (const auto& line : imported.lines) {
        json::object one{{"line", line.line}, {"raw", line.raw}, {"text", line.text}, {"details", line.details}, {"typed", to_valid_utf8(line.typed)}, {"author", line.author}, {"precision", std::string{to_string(line.precision)}}};
        const auto time = [&](const char* name, const std::optional<Instant>& at) { one[name] = at ? json::value(to_rfc3339(*at)) : json::value(nullptr); };
        time("occurred_at", line.at);
        time("until", line.until);
        time("other_reading", line.other);
        json::array tags, warnings;
        for (const auto& tag : line.tags) tags.push_back(wire::to_json(tag));
        for (const auto& warning : line.warnings) warnings.emplace_back(warning);
        one["tags"] = std::move(tags);
        one["warnings"] = std::move(warnings);
        all.push_back(std::move(one));
    }
    return all;
}

/// Two FNV-1a hashes side by side: the same words give the same key, whoever imports them again.
std::string digest_of(std::string_view text)
{
    std::uint64_t a = 1469598103934665603u, b = 0x9e3779b97f4a7c15u;
    for (const char c : text) {
        a = (a ^ static_cast<unsigned char>(c)) * 1099511628211u;
        b = (b + static_cast<unsigned char>(c)) * 0x2545f4914f6cdd1du;
        b ^= b >> 29;
    }
    char key[40];
    std::snprintf(key, sizeof key, "%016llx%016llx", static_cast<unsigned long long>(a), static_cast<unsigned long long>(b));
    return key;
}

json::array tags_of(const std::vector<Tag>& tags)
{
    json::array all;
    for (const auto& tag : tags) {
        json::object one{{"name", tag.name}};
        if (!tag.how.empty() && (tag.name == tags::detection || tag.name == tags::follow_up)) one["how"] = tag.how;
        if (!tag.to.empty() && (tag.name == tags::escalation || tag.name == tags::follow_up)) one["to"] = tag.to;
        all.push_back(std::move(one));
    }
    return all;
}

/// The line as it stood, where the event says less than it.
void keep_typed(json::object& body, std::string_view typed)
{
    auto words = visible(to_valid_utf8(trimmed(typed)), true);
    if (words.empty() || words == text_at(body, "text")) return;
    if (words.size() <= max_label_bytes) {
        body["labels"] = json::object{{"written", std::move(words)}};
        return;
    }
    auto details = std::string{text_at(body, "details")};
    details += (details.empty() ? "" : "\n") + words;
    body["details"] = shortened(details, max_details_bytes);
}

json::object import_body(const ImportedLine& line, Instant at, const Session& session)
{
    json::object body{{"kind", "note"}, {"text", line.text}, {"occurred_at", to_rfc3339(at)}};
    if (!line.details.empty()) body["details"] = line.details;
    if (!line.raw.empty()) body["occurred_raw"] = shortened(visible(to_valid_utf8(line.raw)), max_name_bytes);
    const auto precision = line.at ? line.precision : Precision::about;
    if (precision != Precision::exact) body["precision"] = std::string{to_string(precision)};
    const auto author = line.author.empty() ? session.author() : line.author;
    if (!author.empty()) body["author"] = shortened(author, max_name_bytes);
    if (!line.tags.empty()) body["tags"] = tags_of(line.tags);
    keep_typed(body, line.typed);
    return body;
}

/// A whole event as a request says it: what the recorder derives is derived again.
json::object import_body(const Event& event)
{
    json::object body{{"kind", std::string{to_string(event.kind)}}, {"text", event.text}, {"occurred_at", to_rfc3339(event.occurred_at)}};
    const auto put = [&](const char* name, const std::string& value) {
        if (!value.empty()) body[name] = value;
    };
    put("details", event.details);
    put("occurred_raw", event.occurred_raw);
    put("severity", event.severity);
    put("status", event.status);
    put("visibility", event.visibility);
    put("author", event.author.claimed.empty() ? event.author.name : event.author.claimed);
    if (event.precision != Precision::exact) body["precision"] = std::string{to_string(event.precision)};
    if (event.sent_at) body["sent_at"] = to_rfc3339(*event.sent_at);
    if (event.star) body["star"] = true;
    json::object labels;
    for (const auto& [name, value] : event.labels)
        if (!name.starts_with("__")) labels[name] = value;
    if (!labels.empty()) body["labels"] = std::move(labels);
    json::array links;
    for (const auto& link : event.links) links.push_back(json::object{{"url", link.url}, {"title", link.title}});
    if (!links.empty()) body["links"] = std::move(links);
    std::vector<Tag> said;
    for (const auto& tag : event.tags)
        if (tag.by_person()) said.push_back(tag);
    if (!said.empty()) body["tags"] = tags_of(said);
    return body;
}

/// Gives every body its key: the same body a second time in one document is a second event.
class Keys {
public:
    explicit Keys(std::string incident) : incident_(std::move(incident)) {}
    void give(json::object& body)
    {
        const auto digest = digest_of(incident_ + '\n' + json::serialize(body));
        const auto times = ++seen_[digest];
        body["key"] = "import:" + digest + (times > 1 ? '#' + std::to_string(times) : "");
        body["incident"] = incident_;
    }

private:
    std::string incident_;
    std::map<std::string, std::size_t> seen_;
};

/// Sends the bodies in batches, all or nothing each. @return ids in their order.
Try<std::vector<std::string>> send(Session& session, const json::array& bodies)
{
    std::vector<std::string> ids;
    for (std::size_t begin = 0; begin < bodies.size();) {
        json::array batch;
        std::size_t bytes = 0;
        auto end = begin;
        for (; end < bodies.size() && batch.size() < batch_events && bytes < batch_bytes; ++end) {
            bytes += json::serialize(bodies[end]).size();
            batch.push_back(bodies[end]);
        }
        auto answer = session.write("POST", "/api/v1/events", batch, true);
        const auto* events = answer ? &array_at(*answer, "events") : nullptr;
        if (!answer || events->size() != batch.size()) {
            auto trouble = answer ? Trouble{Exit::failure, "the server answered for " + std::to_string(events->size()) + " of " + std::to_string(batch.size()) + " lines", {}} : answer.error();
            trouble.cause = "stored " + std::to_string(ids.size()) + " of " + many_of(bodies.size(), "line") + "; then: " + trouble.cause;
            trouble.fix += std::string{trouble.fix.empty() ? "" : "; then "} + "type the same line again: what is stored is not stored twice";
            return trouble;
        }
        for (const auto& event : *events) ids.emplace_back(text_at(event, "id"));
        begin = end;
    }
    return ids;
}

Try<std::vector<std::string>> send_events(Session& session, const Imported& imported, Keys& keys)
{
    auto events = imported.events;
    std::ranges::stable_sort(events, {}, &Event::seq);
    json::array bodies;
    std::vector<const Event*> sent;
    std::size_t left = 0;
    for (const auto& event : events) {
        if (event.kind == Kind::system || event.redacted || event.text.empty()) {
            ++left;
            continue;
        }
        auto body = import_body(event);
        keys.give(body);
        bodies.push_back(std::move(body));
        sent.push_back(&event);
    }
    if (left > 0) session.say(many_of(left, "event") + " of the recorder itself, or without a text, " + (left == 1 ? "is" : "are") + " left out");
    auto ids = send(session, bodies);
    if (!ids) return ids;
    // What a tag speaks of, and what was struck, are told once everything has its new id.
    std::map<Id, std::string> now;
    for (std::size_t i = 0; i < sent.size(); ++i) now[sent[i]->id] = (*ids)[i];
    for (std::size_t i = 0; i < sent.size(); ++i) {
        json::array linked;
        for (const auto& tag : sent[i]->tags)
            if (tag.by_person() && tag.of && now.contains(*tag.of)) {
                auto one = tags_of({tag}).front().as_object();
                one["of"] = now[*tag.of];
                linked.push_back(std::move(one));
            }
        auto known = session.get(event_path((*ids)[i]), Session::Purpose::preparation);
        if (!known) return known.error();
        json::object change;
        bool missing = false;
        for (const auto& tag : linked)
            missing = missing || std::ranges::none_of(array_at(*known, "tags"), [&](const json::value& has) {
                return text_at(has, "name") == text_at(tag, "name") && text_at(has, "of") == text_at(tag, "of");
            });
        if (missing) change["tags"] = json::object{{"add", linked}};
        const auto* struck = member(*known, "struck");
        if (sent[i]->struck && !(struck != nullptr && struck->is_bool() && struck->get_bool())) change["strike"] = true;
        if (change.empty()) continue;
        auto changed = session.write("POST", event_path((*ids)[i]) + "/amendments", change);
        if (!changed) return changed.error();
    }
    return ids;
}

Try<std::string> opened(Session& session, const std::string& title, std::string_view document)
{
    json::object body{{"title", shortened(visible(to_valid_utf8(title)), max_name_bytes)}};
    if (auto author = session.author(); !author.empty()) body["author"] = std::move(author);
    Request request;
    request.method = "POST";
    request.path = "/api/v1/incidents";
    request.body = json::serialize(body);
    // The same document under the same title is the same incident, also the second time.
    request.headers.emplace_back("Idempotency-Key", "import:" + digest_of(request.body + '\n' + std::string{document}));
    auto reply = session.exchange(request, Session::Purpose::answer);
    if (!reply) return reply.error();
    if (!reply->ok()) return Session::refused(*reply, request);
    auto answer = session.document_of(*reply, request);
    if (!answer) return answer.error();
    return std::string{text_at(*answer, "key")};
}

}  // namespace

Try<Exit> run_import(Session& session, const Arguments& arguments)
{
    auto options = options_of(session, arguments);
    if (!options) return options.error();
    auto document = written_document(session, arguments.words.front());
    if (!document) return document.error();
    if (trimmed(*document).empty()) return Trouble{Exit::usage, "there is nothing in " + visible(arguments.words.front()), "name a document with a timeline"};
    const auto read = draft::read_written_timeline(*document, *options);
    if (!read) return Trouble{Exit::invalid, read.error().detail, "see the layouts with: incidentctl help import"};
    const auto& imported = *read;
    const bool people = session.format() <= Format::wide || session.format() == Format::md;
    if (session.dry_run()) {
        if (people) session.page(preview(session, imported));
        else session.print_list(preview_json(imported), Table{}, "line");
        return Exit::ok;
    }
    const auto places = places_of(imported);
    if (std::ranges::none_of(imported.lines, [](const ImportedLine& line) { return line.at.has_value(); })) {
        for (const auto& warning : imported.warnings) session.warn("warning: " + visible(warning));
        return Trouble{Exit::invalid, "no line of it has an instant: the times count from something that the document does not say",
                       "say the date with --date 2024-06-22, or what T+0 is with --start 2024-06-22T14:00Z"};
    }
    std::string key;
    std::unordered_set<std::string> there;
    if (!arguments.has("open")) {
        auto named = session.which_incident(false);
        if (!named) return named.error();
        if (named->empty() || *named == "inbox")
            return Trouble{Exit::not_found, "there is no incident to import into", "name one with -i INC-7, or open one: incidentctl import FILE --open TITLE"};
        key = std::move(*named);
    }
    if (!session.quiet()) session.warn(preview(session, imported));
    const auto count = imported.lines.size();
    if (auto sure = session.confirm("Store " + (count == 1 ? std::string{"this line"} : "these " + many_of(count, "line")) + " in " + (key.empty() ? "a new incident" : key) + "?"); !sure)
        return sure.error();
    if (key.empty()) {
        auto fresh = opened(session, arguments.value("open"), *document);
        if (!fresh) return fresh.error();
        key = std::move(*fresh);
    }
    constexpr std::size_t most_events = 100'000;
    auto before = session.events(query_of({{"incident", key}}), most_events, Session::Purpose::preparation);
    if (!before) return before.error();
    for (const auto& event : *before) there.emplace(text_at(event, "id"));
    Keys keys{key};
    Try<std::vector<std::string>> ids = std::vector<std::string>{};
    if (!imported.events.empty()) {
        ids = send_events(session, imported, keys);
    } else {
        json::array bodies;
        for (std::size_t i = 0; i < count; ++i) {
            auto body = import_body(imported.lines[i], *places[i], session);
            keys.give(body);
            bodies.push_back(std::move(body));
        }
        ids = send(session, bodies);
    }
    if (!ids) return ids.error();
    Write write;
    write.what = "import " + arguments.words.front();
    write.event = true;
    write.incident = key;
    std::size_t fresh = 0;
    constexpr std::size_t most_undone = 1000;
    for (const auto& id : *ids) {
        if (there.contains(id)) continue;
        ++fresh;
        if (write.steps.size() < most_undone) write.steps.push_back({id, id});
    }
    if (fresh > 0 && fresh <= most_undone) session.remember(write);
    if (session.quiet() || session.format() == Format::name) {
        for (const auto& id : *ids) session.out(id + '\n');
        return Exit::ok;
    }
    const auto old = ids->size() - fresh;
    json::object summary{{"incident", key}, {"stored", fresh}, {"there_already", old}};
    session.print_value(summary, key + ": " + many_of(fresh, "event") + " stored" + (old > 0 ? ", " + std::to_string(old) + " there already" : "") + " · draft: incidentctl draft -i " + key + '\n', key);
    return Exit::ok;
}

}  // namespace incident::ctl
