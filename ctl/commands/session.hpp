#pragma once
#include "client/memory.hpp"
#include "client/transport.hpp"
#include "commands/grammar.hpp"
#include "model/time_grammar.hpp"
#include "render/events.hpp"
#include <functional>

namespace incident::ctl {

enum class Format { table, wide, json, jsonl, yaml, md, name };

/// What the process stands on; tests bring their own.
struct Surroundings {
    bool in_tty = false, out_tty = false, err_tty = false;
    std::size_t columns = 80, rows = 24;
    Environment environment;
    Instant now;
};

/// One run of one verb: settings, the way to the server, and the ways to talk.
class Session {
 public:
    Session(const Arguments& arguments, Settings settings, Surroundings surroundings);

    // What was asked for.
    [[nodiscard]] Format format() const noexcept { return format_; }
    [[nodiscard]] bool quiet() const { return arguments_.has("quiet"); }
    [[nodiscard]] bool dry_run() const { return arguments_.has("dry-run"); }
    [[nodiscard]] bool as_curl() const { return arguments_.has("curl"); }
    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] const Surroundings& surroundings() const noexcept { return surroundings_; }
    [[nodiscard]] Instant now() const noexcept { return surroundings_.now; }
    [[nodiscard]] ClockLook clock() const { return {settings_.value("tz"), now()}; }
    [[nodiscard]] bool colour() const noexcept { return colour_; }
    [[nodiscard]] std::string author() const;
    /// Settings that a flag's check cannot see: format, colour word, zone, timeout.
    [[nodiscard]] Try<void> check_settings();

    // Talk. Data goes to stdout, everything else to stderr.
    void out(std::string_view text);
    void say(std::string_view line) const;   ///< a remark; silent with --quiet
    void warn(std::string_view line) const;
    /// Long text for a person: through the pager when stdout is a terminal.
    void page(std::string_view text);
    [[nodiscard]] bool can_ask() const;
    /// One line from the terminal. Empty optional: end of input. @pre can_ask().
    [[nodiscard]] std::optional<std::string> ask(std::string_view question) const;
    /// E11: `--yes`, or a person's y; without either Exit::usage.
    [[nodiscard]] Try<void> confirm(std::string_view question) const;
    /// Prints a list in the format asked for. `names` feeds `-o name`.
    void print_list(const json::array& items, const Table& table, std::string_view name_member);
    /// One value: its own text for a person, the value in machine formats.
    void print_value(const json::value& value, const std::string& text, std::string_view name);
    [[nodiscard]] TableLook look() const;

    // The server.
    enum class Purpose { answer, preparation };  ///< --curl prints the first request that is no preparation
    [[nodiscard]] Try<json::value> get(const std::string& path, Purpose purpose = Purpose::answer);
    [[nodiscard]] Try<json::value> write(std::string method, const std::string& path, const json::value& body,
                                         bool return_all = false);
    [[nodiscard]] Try<Reply> exchange(const Request& request, Purpose purpose);
    /// Sends a write even with --dry-run: for requests that carry the dry run to the server.
    [[nodiscard]] Try<Reply> send_through_dry_run(const Request& request);
    /// Another way to the same server, for a thread of its own.
    [[nodiscard]] Try<std::unique_ptr<Transport>> new_transport() const;
    [[nodiscard]] Try<void> connect();  ///< makes the transport; a bad URL is found here
    [[nodiscard]] Transport& transport() { return *transport_; }
    [[nodiscard]] std::string server_name() const;
    /// All pages of GET /api/v1/events with `query` (without limit), at most `limit` events.
    [[nodiscard]] Try<json::array> events(const std::string& query, std::size_t limit, Purpose purpose = Purpose::answer);
    /// Every answer of incidentd's is an object; anything else came from a stranger.
    [[nodiscard]] Try<json::value> document_of(const Reply& reply, const Request& request) const;
    /// The trouble of an answer that incidentd would not give. @pre connected.
    [[nodiscard]] Trouble stranger(const Request& request) const;
    /// A Reply that is no 2xx, as trouble.
    [[nodiscard]] static Trouble refused(const Reply& reply, const Request& request);

    // Meanings.
    /// CLI.md §5.2. Empty: the inbox (there is no open incident). @param reads also takes the one closed last.
    [[nodiscard]] Try<std::string> which_incident(bool reads);
    /// The same, but where several are open and none is named, it is the inbox, and said so.
    [[nodiscard]] Try<std::string> which_incident_or_inbox();
    /// The event a REF means, as the server has it now.
    [[nodiscard]] Try<json::value> event_of(std::string_view ref);
    [[nodiscard]] Try<TimeReading> read_time(std::string_view text, bool future_allowed = false);
    [[nodiscard]] const Memory& memory();
    void remember(const Write& write)
    {
        for (const auto& step : write.steps) written.push_back(step.event);
        memory().remember(write);
    }

    /// The line to type again when a write failed, and what it held; printed with the error so that nothing is lost.
    std::string unsent_text, unsent_command;
    bool incident_must_be_named = false;  ///< the next line would not find this incident by itself: it was chosen from several
    std::string next_key;              ///< the Idempotency-Key of the next write; empty: a new one
    std::vector<std::string> written;  ///< the events we wrote or amended
    bool outcome_unknown = false;  ///< a write was sent and never answered

 private:
    [[nodiscard]] Try<std::string> choose(const json::array& open, bool reads);
    [[nodiscard]] Try<std::string> find_incident(bool reads, bool or_inbox);
    [[nodiscard]] Try<Reply> exchange(const Request& request, Purpose purpose, bool only_show);
    void check_clock(const Reply& reply);

    const Arguments& arguments_;
    Settings settings_;
    Surroundings surroundings_;
    Format format_ = Format::table;
    bool colour_ = false, clock_checked_ = false;
    std::chrono::milliseconds timeout_{5000};
    std::unique_ptr<Transport> transport_;
    std::optional<Memory> memory_;
};

/// `?a=b&c=d` from pairs, encoded; empty values left out.
[[nodiscard]] std::string query_of(std::initializer_list<std::pair<std::string_view, std::string>> pairs);
[[nodiscard]] std::string incident_path(std::string_view key);
[[nodiscard]] std::string event_path(std::string_view id);

}  // namespace incident::ctl
