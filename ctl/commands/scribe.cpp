#include "client/editline_library.hpp"
#include "client/sse.hpp"
#include "commands/post.hpp"
#include "commands/scribe_line.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cwchar>
#include <deque>
#include <fcntl.h>
#include <iostream>
#include <mutex>
#include <optional>
#include <poll.h>
#include <set>
#include <thread>
#include <unistd.h>

// A prompt for who writes along: each line is an entry of the moment Enter was pressed, and what others write appears above.
namespace incident::ctl {
namespace {

constexpr std::size_t max_waiting_lines = 1000;  ///< typed while no server answers
constexpr std::size_t max_unseen = 200;          ///< of others, until the prompt has time to show them
constexpr std::chrono::milliseconds retry_interval{2000}, longest_pause{10'000};

Instant now() { return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()); }

std::atomic<int> stopped_by = 0;
std::atomic<int> stop_wakes = -1;  ///< the end of a pipe that the wait for a key hears; -1 while nobody waits
static_assert(std::atomic<int>::is_always_lock_free);  // else no signal handler may touch it

/// The byte in the pipe, because the signal alone does not always end the wait: it may come just before it, and any thread may
/// take it.
extern "C" void on_stop(int number)
{
    const int error = errno;
    stopped_by = number;
    if (const int end = stop_wakes; end >= 0) (void)!::write(end, "", 1);
    errno = error;
}

/// The signals that would end us in the middle of an edited line end the reading instead: the terminal is put right, and what
/// was not stored is printed.
void stop_on_signals()
{
    struct sigaction action {};
    action.sa_handler = on_stop;  // without SA_RESTART: the wait for a key ends
    sigemptyset(&action.sa_mask);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

struct Line {
    std::string text;
    Instant at;       ///< when Enter was pressed
    std::string key;  ///< for every try of it, so that it is stored once
};

/// What others write, as it comes, between the thread that hears it and the prompt that shows it. Shared, because the thread
/// may still wait for the server when the process ends.
class Ear {
 public:
    Ear()
    {
        if (::pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) != 0) pipe_[0] = pipe_[1] = -1;
    }
    Ear(const Ear&) = delete;
    Ear& operator=(const Ear&) = delete;
    ~Ear()
    {
        for (const int end : pipe_)
            if (end >= 0) ::close(end);
    }
    [[nodiscard]] int descriptor() const noexcept { return pipe_[0]; }
    [[nodiscard]] int waking_end() const noexcept { return pipe_[1]; }
    void hear(json::value event)
    {
        {
            const std::lock_guard lock{mutex_};
            if (heard_.size() == max_unseen) {
                heard_.pop_front();
                ++missed_;
            }
            heard_.push_back(std::move(event));
        }
        wake();
    }
    void wake() const { (void)!::write(pipe_[1], "", 1); }
    std::pair<std::deque<json::value>, std::size_t> take()
    {
        char bytes[256];
        while (::read(pipe_[0], bytes, sizeof bytes) > 0) {}
        const std::lock_guard lock{mutex_};
        return {std::exchange(heard_, {}), std::exchange(missed_, 0)};
    }
    std::atomic<bool> over = false;

 private:
    int pipe_[2] = {-1, -1};
    std::mutex mutex_;
    std::deque<json::value> heard_;
    std::size_t missed_ = 0;
};

/// Follows the stream until the prompt is over; comes back after every break.
void listen(const std::shared_ptr<Ear>& ear, const std::shared_ptr<Transport>& transport, const std::string& incident)
{
    SseParser parser;
    const auto on_item = [&](const SseItem& item) {
        boost::system::error_code bad;
        const auto entry = json::parse(item.data, bad);
        const auto* event = bad ? nullptr : member(entry, "event");
        if (event != nullptr && text_at(entry, "entry") == "event") ear->hear(*event);
        return !ear->over.load();
    };
    for (int failures = 0; !ear->over.load(); ++failures) {
        Request request;
        request.path = "/api/v1/stream";
        if (!incident.empty() && incident != "inbox") request.path += '?' + query_of({{"incident", incident}});
        request.headers = {{"Accept", "text/event-stream"}};
        if (!parser.last_id().empty()) request.headers.emplace_back("Last-Event-ID", parser.last_id());
        parser.restart();
        const auto reply = transport->stream(request, [&](std::string_view bytes) {
            if (failures > 0) ear->wake();  // it is back: what waits can go
            failures = 0;
            return parser.feed(bytes, on_item);
        });
        if (reply && !reply->ok() && reply->status < 500) return;  // we may not; writing goes on
        std::this_thread::sleep_for(backoff(failures + 1, random_number(), longest_pause));
    }
}

/// The terminal of stdin, opened once more. Reading never waits here: Ctrl-C throws away what was typed, also what poll(2)
/// promised a moment ago. Not O_NONBLOCK on stdin, which the shell shares with us.
class Keys {
 public:
    Keys()
    {
        char path[256];
        if (::ttyname_r(STDIN_FILENO, path, sizeof path) == 0) opened_ = ::open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    }
    Keys(const Keys&) = delete;
    Keys& operator=(const Keys&) = delete;
    ~Keys()
    {
        if (opened_ >= 0) ::close(opened_);
    }
    /// stdin itself where the terminal has no name here, as in some containers.
    [[nodiscard]] int descriptor() const noexcept { return opened_ >= 0 ? opened_ : STDIN_FILENO; }

 private:
    int opened_ = -1;
};

class Scribe {
 public:
    Scribe(Session& session, const Arguments& arguments) : session_(session), arguments_(arguments) {}

    Try<Exit> run()
    {
        // Asked once, not for every line; where there is none yet, each line looks again.
        auto incident = session_.which_incident(false);
        if (incident) incident_ = *incident;
        else if (incident.error().exit != Exit::unreachable) return incident.error();
        stop_on_signals();
        const bool terminal = session_.surroundings().in_tty && session_.surroundings().out_tty;
        auto library = terminal ? EditlineLibrary::load() : Try<const EditlineLibrary*>{nullptr};
        if (!library) session_.warn("warning: " + library.error().cause + "; " + library.error().fix);
        if (library && *library != nullptr) edit(**library);
        else read_plainly(terminal);
        return finish();
    }

    /// The next character for the editor; what happens meanwhile is shown above it. @return 1, or 0 at the end.
    int next_character(wchar_t* into)
    {
        std::mbstate_t state{};
        while (stopped_by == 0) {
            pollfd wanted[] = {{keys_->descriptor(), POLLIN, 0}, {ear_->descriptor(), POLLIN, 0}};
            const int timeout = waiting_.empty() ? -1 : static_cast<int>(retry_interval.count());
            const auto ready = ::poll(wanted, 2, timeout);
            if (ready < 0) continue;
            if (ready == 0 || wanted[1].revents != 0) above_the_prompt();
            if (wanted[0].revents == 0) continue;
            char byte = 0;
            const auto got = ::read(wanted[0].fd, &byte, 1);
            if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (got <= 0) return 0;
            const auto taken = std::mbrtowc(into, &byte, 1, &state);
            if (taken == static_cast<std::size_t>(-2)) continue;  // more bytes of the same letter follow
            if (taken == static_cast<std::size_t>(-1)) {
                state = {};
                *into = L'\uFFFD';
            }
            return 1;
        }
        return 0;
    }

    [[nodiscard]] const std::string& prompt() const { return prompt_; }

 private:
    enum class Sent { done, refused, later };

    void edit(const EditlineLibrary& library);

    void read_plainly(bool terminal)
    {
        std::string line;
        while (stopped_by == 0) {
            if (terminal) std::fprintf(stderr, "%s", prompt_text().c_str());
            if (!std::getline(std::cin, line)) break;
            take(line);
        }
    }

    void take(std::string text)
    {
        if (trimmed(text).empty()) return;
        if (!is_utf8(text)) text = to_valid_utf8(text);
        Line line{std::move(text), now(), random_key()};
        flush();
        if (!waiting_.empty()) return keep(std::move(line));  // in the order they were typed
        if (send(line) == Sent::later) keep(std::move(line));
    }

    void keep(Line line)
    {
        if (waiting_.size() >= max_waiting_lines) {
            session_.warn("not stored, too many lines wait: " + visible(line.text));
            lost_ = true;
            return;
        }
        waiting_.push_back(std::move(line));
        session_.warn("no server: kept with its time, " + std::to_string(waiting_.size()) + (waiting_.size() == 1 ? " line waits" : " lines wait"));
    }

    void flush()
    {
        while (!waiting_.empty() && send(waiting_.front()) != Sent::later) waiting_.pop_front();
    }

    void tell(const Trouble& trouble, const Line& line)
    {
        std::fflush(stdout);
        session_.warn("incidentctl: " + trouble.cause);
        session_.warn("not stored: " + visible(line.text));
        if (!trouble.fix.empty()) session_.warn(visible(trouble.fix));
        lost_ = true;
    }

    /// One line, as a command of its own that asks nobody.
    Sent send(const Line& line)
    {
        const auto refused = [&](const Trouble& trouble) {
            if (trouble.exit == Exit::ok) return Sent::done;
            tell(trouble, line);
            return Sent::refused;
        };
        const auto words = words_of_line(line.text);
        auto parts = split(words);
        if (!parts) return refused(parts.error());
        if (parts->help || parts->verb == nullptr) {
            session_.out(parts->verb == nullptr ? short_help() : verb_help(*parts->verb));
            return Sent::done;
        }
        auto arguments = parse(std::move(*parts));
        if (!arguments) return refused(arguments.error());
        if (arguments->verb->name == "scribe") return refused(Trouble{Exit::usage, "this is a scribe already", "type a line, or Ctrl-D to end"});
        auto& flags = arguments->flags;
        for (const auto& [name, value] : arguments_.flags)
            if (find_flag(global_flags(), name) != nullptr) flags.try_emplace(name, value);
        if (!incident_.empty()) flags.try_emplace("incident", incident_);
        // Always, so that a second try says the very same as the first.
        if (arguments->when.empty() && find_flag(arguments->verb->flags, "at") != nullptr) flags.try_emplace("at", to_rfc3339(line.at));
        flags["no-input"] = "true";
        auto settings = Settings::resolve(flags, session_.surroundings().environment, session_.settings().user(), session_.settings().system());
        if (!settings) return refused(settings.error());
        auto around = session_.surroundings();
        around.now = line.at;
        around.in_tty = false;  // the keys are the prompt's
        Session one{*arguments, std::move(*settings), std::move(around)};
        if (auto good = one.check_settings(); !good) return refused(good.error());
        one.next_key = line.key;
        auto done = arguments->verb->run(one, *arguments);
        own_.insert(one.written.begin(), one.written.end());
        std::fflush(stdout);
        if (done) return Sent::done;
        if (done.error().exit == Exit::unreachable || done.error().exit == Exit::timed_out) return Sent::later;
        return refused(done.error());
    }

    void above_the_prompt()
    {
        auto [events, missed] = ear_->take();
        std::erase_if(events, [&](const json::value& event) { return own_.contains(std::string{text_at(event, "id")}); });
        const bool retry = !waiting_.empty();
        if (events.empty() && missed == 0 && !retry) return;
        std::fputs("\r\033[K", stdout);
        if (retry) flush();
        if (missed > 0) session_.out("-- " + std::to_string(missed) + " more; read them with: incidentctl log\n");
        for (const auto& event : events) {
            const auto* author = member(event, "author");
            auto who = author == nullptr ? std::string{} : std::string{text_at(*author, "claimed").empty() ? text_at(*author, "name") : text_at(*author, "claimed")};
            session_.out(confirmation(event, {session_.settings().value("tz"), now()}, session_.colour()) + (who.empty() ? "" : "  by " + visible(who)) + '\n');
        }
        std::fflush(stdout);
        if (redraw_) redraw_();
    }

    std::string prompt_text() const { return (incident_.empty() ? std::string{"scribe"} : incident_) + "> "; }

    Try<Exit> finish()
    {
        ear_->over = true;
        flush();
        for (const auto& line : waiting_) {
            auto words = words_of_line(line.text);
            if (words.empty()) continue;
            if (const auto* verb = find_verb(words.front()); verb != nullptr && find_flag(verb->flags, "at") != nullptr && (words.size() < 2 || !words[1].starts_with('@')))
                words.insert(words.begin() + 1, {"--at", to_rfc3339(line.at)});
            if (!incident_.empty()) words.insert(words.begin(), {"-i", incident_});
            session_.warn("not stored: " + visible(line.text) + "\n  store it later with: " + visible(command_of(words)));
        }
        if (stopped_by != 0) return static_cast<Exit>(128 + stopped_by);
        if (!waiting_.empty()) return Exit::unreachable;
        return lost_ ? Exit::failure : Exit::ok;
    }

    Session& session_;
    const Arguments& arguments_;
    std::string incident_, prompt_;
    std::deque<Line> waiting_;
    std::set<std::string> own_;
    std::shared_ptr<Ear> ear_ = std::make_shared<Ear>();
    std::optional<Keys> keys_;  ///< while lines are edited
    std::function<void()> redraw_;
    bool lost_ = false;
};

Scribe* active = nullptr;  // libedit's callbacks carry no pointer of ours that needs no further function

int read_character(EditlineLibrary::Editor*, wchar_t* into) { return active->next_character(into); }
const char* show_prompt(EditlineLibrary::Editor*) { return active->prompt().c_str(); }

void Scribe::edit(const EditlineLibrary& library)
{
    (void)std::setlocale(LC_CTYPE, "C.UTF-8");  // the editor counts letters by it
    auto* editor = library.init("incidentctl", stdin, stdout, stderr);
    if (editor == nullptr) return read_plainly(true);
    active = this;
    keys_.emplace();
    stop_wakes = ear_->waking_end();
    prompt_ = prompt_text();
    auto* history = library.history_init();
    EditlineLibrary::HistoryEvent latest{};
    constexpr int remembered_lines = 500;
    library.history(history, &latest, EditlineLibrary::history_size, remembered_lines);
    library.history(history, &latest, EditlineLibrary::history_unique, 1);
    library.set(editor, EditlineLibrary::edit_mode_word, "emacs");
    library.set(editor, EditlineLibrary::signals, 0);
    library.set(editor, EditlineLibrary::prompt, &show_prompt);
    library.set(editor, EditlineLibrary::use_history, library.history, history);
    library.set(editor, EditlineLibrary::read_character, &read_character);
    redraw_ = [&library, editor] { library.set(editor, EditlineLibrary::refresh); };

    if (auto transport = session_.new_transport()) {
        // Not joined: it may be waiting for bytes that never come, and it shares only what it holds itself.
        std::thread{[ear = ear_, way = std::shared_ptr<Transport>{std::move(*transport)}, incident = incident_] { listen(ear, way, incident); }}.detach();
    }
    session_.say("each line is an entry; x …, e … are verbs, @02:31 a time, ? help, Ctrl-D ends");
    while (stopped_by == 0) {
        int length = 0;
        const char* line = library.gets(editor, &length);
        if (line == nullptr || length <= 0) break;
        std::string text{line, static_cast<std::size_t>(length)};
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
        if (trimmed(text).empty()) continue;
        library.history(history, &latest, EditlineLibrary::history_enter, text.c_str());
        const auto keep_redraw = std::exchange(redraw_, nullptr);
        take(std::move(text));
        redraw_ = keep_redraw;
    }
    stop_wakes = -1;
    redraw_ = nullptr;
    std::fputs("\n", stdout);
    std::fflush(stdout);
    library.end(editor);  // the terminal as it was
    library.history_end(history);
    keys_.reset();
    active = nullptr;
}

}  // namespace

Try<Exit> run_scribe(Session& session, const Arguments& arguments)
{
    if (session.dry_run() || session.as_curl()) return Trouble{Exit::usage, "scribe stores what is typed; it has no dry run", "try one line with: incidentctl note --dry-run TEXT"};
    return Scribe{session, arguments}.run();
}

}  // namespace incident::ctl
