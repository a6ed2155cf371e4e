#include "commands/export.hpp"
#include "commands/as_of.hpp"
#include "commands/pdf.hpp"
#include "commands/post.hpp"
#include "commands/verbs.hpp"
#include "draft/audience.hpp"
#include "draft/html.hpp"
#include "draft/reexport.hpp"
#include "draft/user_template.hpp"
#include "draft/written.hpp"
#include "model/text.hpp"
#include "timeline/json.hpp"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

// The document. The server renders it, the same bytes for everybody; only a user's own template is filled in here, by the
// same code, and a PDF made here.
namespace incident::ctl {
namespace {

namespace fs = std::filesystem;

/// Whole or not at all: a reader of FILE never sees half a document.
Try<void> write_file(const std::string& path, const std::string& text)
{
    const auto temporary = path + ".new";
    {
        std::ofstream file{temporary, std::ios::binary | std::ios::trunc};
        file << text;
        file.flush();
        if (!file)
            return Trouble{Exit::failure, "cannot write " + temporary + ": " + std::strerror(errno),
                           "name another file with --out"};
    }
    std::error_code failed;
    fs::rename(temporary, path, failed);
    if (failed)
        return Trouble{Exit::failure, "cannot write " + path + ": " + failed.message(), "name another file with --out"};
    return {};
}

Try<std::string> read_file(const std::string& path, std::size_t most_bytes)
{
    std::ifstream file{path, std::ios::binary};
    std::string text;
    char piece[16384];
    while (file && text.size() <= most_bytes) {
        file.read(piece, sizeof piece);
        text.append(piece, static_cast<std::size_t>(file.gcount()));
    }
    if (!file.eof() && text.size() <= most_bytes) return Trouble{Exit::usage, "cannot read " + path + ": " + std::strerror(errno), "see that the file is there"};
    if (text.size() > most_bytes) return Trouble{Exit::usage, path + " is larger than " + std::to_string(most_bytes) + " bytes", "name another file"};
    return text;
}

/// What was asked for, checked before anything is fetched.
struct Wish {
    std::string key, format, template_name, template_file, out;
    draft::Audience audience = draft::Audience::internal;
    bool to_file = false, difference = false, force = false;
    std::string as_of;

    /// Only such a document has marks, so only it can be exported again over what people wrote.
    [[nodiscard]] bool mergeable() const { return format == "md" && template_file.empty(); }
};

Try<void> read_template(const Arguments& arguments, Wish& wish)
{
    wish.template_name = arguments.value("template");
    if (wish.template_name.empty()) return {};
    const auto& names = draft::template_names;
    if (std::ranges::find(names, wish.template_name) != names.end()) return {};
    std::error_code ignored;
    if (wish.template_name.find_first_of("/.") == std::string::npos && !fs::exists(wish.template_name, ignored)) {
        const auto meant = nearest(wish.template_name, names);
        return Trouble{Exit::usage, "no template and no file is called " + visible(wish.template_name),
                       (meant.empty() ? std::string{} : "did you mean " + std::string{meant} + "? ") + "there are brief, sre, labelled, or a Mustache file of your own"};
    }
    wish.template_file = std::exchange(wish.template_name, {});
    return {};
}

Try<Wish> read_wish(Session& session, const Arguments& arguments)
{
    Wish wish;
    if (auto known = read_template(arguments, wish); !known) return known.error();
    wish.format = arguments.value("format");
    const auto machine = session.format() == Format::json || session.format() == Format::jsonl || session.format() == Format::yaml;
    if (!wish.template_file.empty() && (machine || !wish.format.empty()))
        return Trouble{Exit::usage, "a template of your own decides the format itself", "leave out --format and -o, or name brief, sre or labelled"};
    if (wish.format.empty()) wish.format = machine ? "json" : "md";
    wish.out = arguments.value("out");
    wish.to_file = !wish.out.empty() && wish.out != "-";
    wish.difference = arguments.has("diff");
    wish.force = arguments.has("force");
    if (wish.difference && (!wish.to_file || !wish.mergeable()))
        return Trouble{Exit::usage, "--diff compares with a draft that was written before, as Markdown", "name it: incidentctl draft --out pm.md --diff"};
    if (const auto word = arguments.value("audience"); !word.empty()) {
        const auto audience = draft::parse_audience(word);
        if (!audience) return Trouble{Exit::usage, "no audience is called " + visible(word), audience.error().detail};
        wish.audience = *audience;
    }
    auto as_of = read_as_of(session, arguments);
    if (!as_of) return as_of.error();
    wish.as_of = std::move(*as_of);
    auto key = document_key(session, arguments);
    if (!key) return key.error();
    wish.key = std::move(*key);
    return wish;
}

/// What is private leaves the house only when somebody says so.
Try<void> allow_outsiders(Session& session, const Wish& wish)
{
    if (wish.audience == draft::Audience::internal) return {};
    auto incident = session.get(incident_path(wish.key), Session::Purpose::preparation);
    if (!incident) return incident.error();
    if (text_at(*incident, "label") != "private") return {};
    return session.confirm(wish.key + " is private. Export it for " + (wish.audience == draft::Audience::customer ? "customers?" : "the public?"));
}

/// What the audience is not shown; the document itself must not say it.
void tell_removed(Session& session, const Reply& reply, draft::Audience audience)
{
    const auto header = reply.headers.find("removed-for-audience");
    if (header == reply.headers.end()) return;
    boost::system::error_code bad;
    const auto removed = json::parse(header->second, bad);
    if (bad) return;
    std::string told;
    const auto add = [&](const std::string& what) { told += (told.empty() ? "" : "; ") + what; };
    const auto counts = [&](const char* name, const char* words) {
        const auto* all = member(removed, name);
        if (!all || !all->is_object()) return;
        std::string list;
        for (const auto& each : all->get_object())
            list += (list.empty() ? "" : ", ") + visible({each.key().data(), each.key().size()}) + " (" + number_at(*all, each.key()) + ")";
        if (!list.empty()) add(words + list);
    };
    if (const auto events = number_at(removed, "events"); !events.empty() && events != "0") add(events + (events == "1" ? " internal entry" : " internal entries"));
    counts("names", "names: ");
    counts("masked", "by rule: ");
    session.say("removed for " + std::string{to_string(audience)} + ": " + (told.empty() ? "nothing" : told));
}

std::string switched(const Arguments& arguments, std::string_view flag, std::string value)
{
    return arguments.has(flag) ? std::move(value) : std::string{};
}

Try<Reply> fetch(Session& session, const Arguments& arguments, const Wish& wish, const std::string& format, Session::Purpose purpose)
{
    Request request;
    const auto zone = session.settings().value("tz");
    request.path = incident_path(wish.key) + "/draft?" +
                   query_of({{"format", format},
                             {"template", wish.template_name},
                             {"as_of", wish.as_of},
                             {"audience", wish.audience == draft::Audience::internal ? "" : std::string{to_string(wish.audience)}},
                             {"tz", zone == "UTC" ? "" : zone},
                             {"clock", arguments.value("clock")},
                             {"seconds", switched(arguments, "seconds", "true")},
                             {"fold", switched(arguments, "no-fold", "false")},
                             {"trace", switched(arguments, "trace", "true")},
                             {"mermaid", switched(arguments, "mermaid", "true")},
                             {"marks", wish.to_file && wish.mergeable() && format == "md" ? "true" : ""}});
    auto reply = session.exchange(request, purpose);
    if (!reply) return reply.error();
    if (!reply->ok()) return Session::refused(*reply, request);
    // A login page must not become the postmortem, and it is HTML too.
    constexpr std::size_t head_bytes = 4096;
    const auto expected = format == "json" ? "application/json" : format == "html" ? "text/html" : format == "csv" ? "text/csv" : "text/markdown";
    if (!reply->content_type.starts_with(expected) ||
        (format == "html" && reply->body.substr(0, head_bytes).find(draft::html_generator) == std::string::npos))
        return session.stranger(request);
    return reply;
}

/// The user's template over the timeline that the server tells.
Try<std::string> fill_template(Session& session, const Arguments& arguments, const Wish& wish)
{
    auto text = read_file(wish.template_file, draft::max_template_bytes);
    if (!text) return text.error();
    Request request;
    const auto query = query_of({{"as_of", wish.as_of},
                                 {"audience", wish.audience == draft::Audience::internal ? "" : std::string{to_string(wish.audience)}}});
    request.path = incident_path(wish.key) + "/timeline" + (query.empty() ? "" : '?' + query);
    auto reply = session.exchange(request, Session::Purpose::answer);
    if (!reply) return reply.error();
    if (!reply->ok()) return Session::refused(*reply, request);
    const auto value = session.document_of(*reply, request);
    if (!value) return value.error();
    const auto timeline = timeline::read_timeline(*value);
    if (!timeline) return session.stranger(request);
    draft::Options options;
    if (const auto zone = session.settings().value("tz"); !zone.empty()) options.zone = zone;
    if (arguments.value("clock") == "12") options.clock = draft::Clock::hours12;
    options.seconds = arguments.has("seconds");
    options.fold = !arguments.has("no-fold");
    auto page = draft::render_template(*text, wish.template_file, *timeline, options, draft::escape_for(wish.template_file));
    if (!page) return Trouble{Exit::usage, page.error().detail, "templates of your own: proto/draft/README.md"};
    tell_removed(session, *reply, wish.audience);
    return std::move(*page);
}

/// With --verbose: what was left out to stay brief.
Try<void> tell_folded(Session& session, const Arguments& arguments, const Wish& wish)
{
    if (!arguments.has("verbose") || arguments.has("no-fold") || session.as_curl() || !wish.template_file.empty() || wish.format == "csv") return {};
    auto reply = fetch(session, arguments, wish, "json", Session::Purpose::preparation);
    if (!reply) return reply.error();
    const auto value = session.document_of(*reply, {});
    if (!value) return value.error();
    for (const auto& bullet : array_at(*value, "folded"))
        session.say("left out: " + visible(text_at(bullet, "at")) + "  " + visible(text_at(bullet, "text")));
    return {};
}

void tell_merged(Session& session, const Wish& wish, const draft::Reexport& merged)
{
    for (const auto& warning : merged.warnings) session.warn(wish.out + ": " + visible(warning));
    for (const auto& kept : merged.kept) {
        session.say("kept as people wrote it: " + visible(kept.name) + "; since then it would be:");
        std::string_view rest = kept.difference;
        while (!rest.empty()) {
            const auto end = std::min(rest.find('\n'), rest.size());
            session.say(visible(rest.substr(0, end)));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    if (!merged.kept.empty()) session.say("to take over a section as generated, empty it between its marks and export again");
}

Try<Exit> write_out(Session& session, const Wish& wish, const std::string& text)
{
    std::error_code ignored;
    const bool exists = fs::exists(wish.out, ignored);
    auto whole = text;
    if (exists && !wish.force && wish.template_file.size() > 0) {
        auto before = read_file(wish.out, draft::max_rendered_bytes);
        if (before && *before != text)
            return Trouble{Exit::conflict, wish.out + " is there already, and a template of your own has no marks to tell what people wrote in it",
                           "give another file, or --force to overwrite it"};
    } else if (exists && !wish.force && wish.mergeable()) {
        auto before = read_file(wish.out, draft::max_written_bytes);
        if (!before) return before.error();
        auto merged = draft::reexport(*before, text);
        if (!merged) return Trouble{Exit::conflict, wish.out + " is not overwritten: " + merged.error().detail, {}};
        tell_merged(session, wish, *merged);
        if (wish.difference) {
            session.page(visible(draft::line_difference(*before, merged->text), true));
            return Exit::ok;
        }
        if (merged->text == *before) {
            session.say(wish.out + " needs no change");
            return Exit::ok;
        }
        whole = std::move(merged->text);
    } else if (wish.difference) {
        session.page(visible(draft::line_difference("", text), true));
        return Exit::ok;
    }
    if (session.dry_run()) {
        session.say("would write " + wish.out);
        return Exit::ok;
    }
    if (auto written = write_file(wish.out, whole); !written) return written.error();
    session.say("written to " + wish.out + "; see what it lacks with: incidentctl check -i " + wish.key);
    return Exit::ok;
}

/// JSON as -o asks for it.
Try<std::string> shown_json(Session& session, std::string text)
{
    const auto value = session.document_of({200, {}, text, {}}, {});
    if (!value) return value.error();
    if (session.format() == Format::yaml) return to_yaml(*value);
    if (session.format() == Format::jsonl) return compact_json(*value) + '\n';
    if (session.surroundings().out_tty) return pretty_json(*value);
    return text;
}

}  // namespace

Try<std::string> document_key(Session& session, const Arguments& arguments)
{
    if (arguments.words.empty()) return needed_incident(session, true);
    const auto key = parse_incident_key(arguments.words.front());
    if (!key) return usage(key.error(), "write it as: INC-7");
    return to_string(*key);
}

Try<Exit> run_draft(Session& session, const Arguments& arguments)
{
    auto wish = read_wish(session, arguments);
    if (!wish) return wish.error();
    const bool pdf = wish->format == "pdf";
    std::optional<PdfMaker> maker;
    if (pdf) {
        if (!wish->to_file && session.surroundings().out_tty)
            return Trouble{Exit::usage, "a PDF is nothing for a terminal", "name a file: incidentctl draft --format pdf --out pm.pdf"};
        maker = find_pdf_maker();
        if (!maker) return no_pdf_maker();
    }
    if (auto allowed = allow_outsiders(session, *wish); !allowed) return allowed.error();
    std::string text;
    if (!wish->template_file.empty()) {
        auto filled = fill_template(session, arguments, *wish);
        if (!filled) return filled.error();
        text = std::move(*filled);
    } else {
        auto reply = fetch(session, arguments, *wish, pdf ? "html" : wish->format, Session::Purpose::answer);
        if (!reply) return reply.error();
        tell_removed(session, *reply, wish->audience);
        text = std::move(reply->body);
    }
    if (auto told = tell_folded(session, arguments, *wish); !told) return told.error();
    if (wish->format == "json") {
        auto shown = shown_json(session, std::move(text));
        if (!shown) return shown.error();
        text = std::move(*shown);
    } else if (pdf) {
        auto made = to_pdf(*maker, text);
        if (!made) return made.error();
        text = std::move(*made);
    }
    if (!pdf && !text.ends_with('\n')) text += '\n';
    if (wish->to_file) return write_out(session, *wish, text);
    // A file gets the bytes as they are; a terminal must not be steered by them.
    if (session.surroundings().out_tty)
        session.page(wish->format == "md" || wish->format == "csv" ? visible(text, true) : text);
    else
        session.out(text);
    return Exit::ok;
}

}  // namespace incident::ctl
