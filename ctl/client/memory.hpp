#pragma once
#include "client/trouble.hpp"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace incident::ctl {

/// One write of ours, so that `.` finds it and `undo` can take it back.
struct Write {
    struct Step {
        std::string event;  ///< the event spoken of
        std::string entry;  ///< the entry to undo: the event's own id, or an amendment's
    };
    std::string what;       ///< for people: `note "db cpu 98%"`
    std::string incident;   ///< key; empty: inbox
    bool event = false;     ///< it made new events: `.` may mean them
    std::vector<Step> steps;  ///< in order of writing
    std::string revert;  ///< for a change of an incident: the PATCH body that takes it back; empty: cannot be taken back
};

inline constexpr std::size_t max_remembered_writes = 50, max_remembered_nudges = 50;

/// What incidentctl remembers between calls, per server: the last writes and the incident in use. One small JSON file
/// under a lock, because two terminals write at once. A file that is missing or damaged is an empty memory: everything
/// in it can be asked of the server or said again.
class Memory {
 public:
    /// @param path empty: nothing is remembered. @param server the endpoint's URL or the context's name.
    Memory(std::string path, std::string server);
    [[nodiscard]] std::vector<Write> writes() const;  ///< newest last
    void remember(const Write& write) const;
    void forget_last() const;
    /// The incident in use: this terminal's, else the server's. `terminal` empty: no terminal.
    [[nodiscard]] std::string incident_in_use(std::string_view terminal) const;
    /// @param incident empty: none any more.
    void use(std::string_view incident, std::string_view terminal) const;
    /// No terminal uses `incident` any more: it was closed or merged.
    void stop_using(std::string_view incident) const;
    /// When a person was last asked about an incident, as it was noted; empty: never.
    [[nodiscard]] std::string nudged_at(std::string_view incident) const;
    /// Of the incidents asked about, the newest max_remembered_nudges stay.
    void note_nudge(std::string_view incident, std::string_view at) const;

 private:
    template <class Change>
    void change(const Change& change) const;
    std::string path_, server_;
};

/// A name for the terminal that we run in, which a later login on the same device does not share; empty without one.
[[nodiscard]] std::string terminal_name();

}  // namespace incident::ctl
