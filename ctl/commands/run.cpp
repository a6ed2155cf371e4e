#include "client/child.hpp"
#include "commands/post.hpp"
#include "commands/scrub.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <unistd.h>

// A command and how it ended, as evidence. The command comes first: nothing of ours delays it, changes what it prints or
// hides its exit status.
namespace incident::ctl {
namespace {

/// A command that runs longer gets an event of its own when it began: others want to know that somebody is at it, and a
/// terminal may be closed. A shorter one is one event.
constexpr std::chrono::seconds worth_telling{10};

Instant now() { return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()); }

std::string host_name()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string{name.data()} : std::string{};
}

std::string seconds_in_words(std::chrono::microseconds span)
{
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
    if (ms < 10'000) return std::to_string(ms / 1000) + '.' + std::to_string(ms / 100 % 10) + " s";
    if (ms < 120'000) return std::to_string(ms / 1000) + " s";
    return minutes_in_words(ms / 60'000);
}

std::string ending(const ChildOutcome& outcome)
{
    if (!outcome.not_started.empty()) return "not run: " + outcome.not_started;
    if (outcome.signal != 0) return std::string{"ended by signal "} + std::to_string(outcome.signal) + " (" + ::strsignal(outcome.signal) + ')';
    return "exit " + std::to_string(outcome.status);
}

/// The output as a field may hold it: text, without secrets, the end of it.
std::string evidence(const ChildOutcome& outcome, std::size_t& secrets)
{
    auto clean = scrubbed(to_valid_utf8(outcome.tail));
    secrets += clean.secrets;
    std::string text;
    for (const char c : clean.text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 && c != '\n' && c != '\t') text += c == '\r' ? "" : visible(std::string_view{&c, 1});
        else text += c;
    }
    constexpr std::string_view mark = "[cut: there was more before]\n";
    const bool cut = outcome.tail_cut || text.size() > max_details_bytes;
    if (!cut) return text;
    const auto room = max_details_bytes - mark.size();
    if (text.size() > room) text.erase(0, text.size() - room);
    while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0U) == 0x80U) text.erase(0, 1);  // not inside of a letter
    return std::string{mark} + text;
}

struct Told {
    std::string command;  ///< without secrets, as a shell would read it
    std::string host;
    Instant from;
};

json::object body_of(const Session& session, const Told& told, const std::string& incident, Instant at, const std::string& what)
{
    json::object body;
    body["kind"] = "command";
    body["text"] = shortened(told.command, max_text_bytes - what.size() - 3) + " (" + what + ')';
    body["occurred_at"] = to_rfc3339(at);
    if (!incident.empty()) body["incident"] = incident;
    if (auto author = session.author(); !author.empty()) body["author"] = std::move(author);
    json::object labels{{"command", shortened(told.command, max_label_bytes)}, {"started_at", to_rfc3339(told.from)}};
    if (!told.host.empty()) labels["host"] = told.host;
    body["labels"] = std::move(labels);
    return body;
}

/// Says that the command runs, when it does so long enough; then waits for no one.
class Herald {
 public:
    Herald(Session& session, const Arguments& arguments, Told told)
        : thread_([this, &session, &arguments, told = std::move(told)] {
              {
                  std::unique_lock lock{mutex_};
                  if (ended_.wait_for(lock, worth_telling, [this] { return over_; })) return;
              }
              auto incident = session.which_incident_or_inbox();
              if (!incident) return;  // the end will say so
              auto posted = post(session, arguments, json::array{body_of(session, told, *incident, told.from, "running" + (told.host.empty() ? "" : " on " + told.host))});
              told_ = posted.has_value();
          })
    {
    }
    /// @return whether the beginning is stored. Waits while it is being sent, which the timeout bounds.
    bool finish()
    {
        {
            const std::lock_guard lock{mutex_};
            over_ = true;
        }
        ended_.notify_one();
        thread_.join();
        return told_;
    }

 private:
    std::mutex mutex_;
    std::condition_variable ended_;
    bool over_ = false, told_ = false;
    std::thread thread_;  // last: it uses what stands above
};

}  // namespace

Try<Exit> run_run(Session& session, const Arguments& arguments)
{
    if (arguments.words.empty()) return Trouble{Exit::usage, "run has no command", "write it as: incidentctl run -- systemctl restart nginx"};
    if (session.as_curl()) return Trouble{Exit::usage, "--curl cannot show what a command will print", "run it without --curl"};
    auto words = scrubbed_words(arguments.words);
    std::string command;
    for (const auto& word : words.words) command += (command.empty() ? "" : " ") + shell_quoted(visible(to_valid_utf8(word)));
    if (session.dry_run()) {
        session.out("would run and record: " + command + '\n');
        return Exit::ok;
    }
    json::value idea;
    if (arguments.has("of")) {
        auto event = session.event_of(arguments.value("of"));
        if (!event) return event.error();
        idea = std::move(*event);
    }
    Told told{std::move(command), host_name(), now()};
    Herald herald{session, arguments, told};
    ChildOptions options;
    options.listen = !arguments.has("no-tail");
    options.tail_bytes = max_details_bytes;
    const auto outcome = run_child(arguments.words, options);
    const auto to = now();
    const bool begun = herald.finish();
    if (!outcome.not_started.empty()) session.warn("incidentctl: " + visible(arguments.words.front()) + ": " + outcome.not_started);

    const auto what = ending(outcome) + ", " + seconds_in_words(to - told.from) + (told.host.empty() ? "" : " on " + told.host);
    auto secrets = words.secrets;
    // A short command is told at the time it was run; the end of a long one is news of its own.
    auto body = body_of(session, told, {}, begun ? to : told.from, what);
    if (auto details = evidence(outcome, secrets); !details.empty()) body["details"] = std::move(details);
    auto& labels = body["labels"].as_object();
    labels["ended_at"] = to_rfc3339(to);
    labels["exit_status"] = std::to_string(outcome.status);
    labels["duration_seconds"] = std::to_string(std::chrono::duration<double>(to - told.from).count());
    if (outcome.signal != 0) labels["signal"] = std::to_string(outcome.signal);
    if (!idea.is_null()) body["tags"] = json::array{json::object{{"name", std::string{tags::investigation}}, {"of", std::string{text_at(idea, "id")}}}};
    const std::string text{text_at(body, "text")};
    const auto not_stored = [&](const Trouble& trouble) {
        session.warn("incidentctl: " + trouble.cause);
        session.warn((session.outcome_unknown ? "perhaps not stored, look with incidentctl log: " : "not stored: ") + text);
        const auto* const named = session.settings().find("incident");
        session.warn("store it later with: incidentctl " + (named != nullptr ? "-i " + shell_quoted(session.settings().value("incident")) + ' ' : std::string{}) + "note --at " + to_rfc3339(told.from) + " -- " + shell_quoted(text));
        return static_cast<Exit>(outcome.status);
    };
    Try<std::string> incident = std::string{text_at(idea, "incident")};
    if (incident->empty()) incident = session.which_incident_or_inbox();
    if (!incident) return not_stored(incident.error());
    if (!incident->empty()) body["incident"] = *incident;
    auto events = post(session, arguments, json::array{std::move(body)});
    if (!events) return not_stored(events.error());
    // Standard output is the command's.
    session.say(confirmation(events->front(), session.clock(), false));
    for (const auto& hint : tag_hints(events->front(), ref_for(session, events->front(), true))) session.say(hint);
    if (secrets > 0) session.say("  masked in the record: " + std::to_string(secrets) + (secrets == 1 ? " secret" : " secrets"));
    return static_cast<Exit>(outcome.status);
}

}  // namespace incident::ctl
