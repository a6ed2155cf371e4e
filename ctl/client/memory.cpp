#include "client/memory.hpp"
#include <boost/json.hpp>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace incident::ctl {
namespace json = boost::json;
namespace {

constexpr std::size_t max_file_bytes = 4 * 1024 * 1024;

class File {
 public:
    File(const std::string& path, bool write)
    {
        if (path.empty()) return;
        const int flags = (write ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC;
        fd_ = ::open(path.c_str(), flags, 0600);
        if (fd_ < 0 && write && errno == ENOENT) {
            std::error_code ignored;
            std::filesystem::create_directories(std::filesystem::path{path}.parent_path(), ignored);
            fd_ = ::open(path.c_str(), flags, 0600);
        }
        if (fd_ >= 0) ::flock(fd_, write ? LOCK_EX : LOCK_SH);
    }
    ~File()
    {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }

    [[nodiscard]] json::object read() const
    {
        std::string text;
        char buffer[16384];
        for (ssize_t got = 0; fd_ >= 0 && text.size() < max_file_bytes && (got = ::read(fd_, buffer, sizeof buffer)) > 0;)
            text.append(buffer, static_cast<std::size_t>(got));
        boost::system::error_code bad;
        auto value = json::parse(text, bad);
        return !bad && value.is_object() ? std::move(value.get_object()) : json::object{};
    }
    void write(const json::object& object) const
    {
        const auto text = json::serialize(object);
        // A short write leaves a damaged file, which reads as an empty memory.
        if (::ftruncate(fd_, 0) == 0 && ::pwrite(fd_, text.data(), text.size(), 0) < 0) return;
    }

 private:
    int fd_ = -1;
};

json::object& child(json::object& parent, std::string_view name)
{
    auto& value = parent[name];
    if (!value.is_object()) value = json::object{};
    return value.get_object();
}

std::string text_of(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

json::object to_json(const Write& write)
{
    json::array steps;
    for (const auto& step : write.steps) steps.push_back(json::object{{"event", step.event}, {"entry", step.entry}});
    return {{"what", write.what},
            {"incident", write.incident},
            {"event", write.event},
            {"steps", std::move(steps)},
            {"revert", write.revert}};
}

Write read_write(const json::object& object)
{
    Write write;
    write.what = text_of(object, "what");
    write.incident = text_of(object, "incident");
    write.revert = text_of(object, "revert");
    if (const auto* event = object.if_contains("event"); event && event->is_bool()) write.event = event->get_bool();
    if (const auto* steps = object.if_contains("steps"); steps && steps->is_array())
        for (const auto& step : steps->get_array())
            if (step.is_object())
                write.steps.push_back({text_of(step.get_object(), "event"), text_of(step.get_object(), "entry")});
    return write;
}

json::object server_part(const std::string& path, const std::string& server)
{
    auto root = File{path, false}.read();
    return child(child(root, "servers"), server);
}

}  // namespace

Memory::Memory(std::string path, std::string server) : path_(std::move(path)), server_(std::move(server)) {}

template <class Change>
void Memory::change(const Change& change) const
{
    const File file{path_, true};
    if (!file.is_open()) return;
    auto root = file.read();
    root["version"] = 1;
    change(child(child(root, "servers"), server_));
    file.write(root);
}

std::vector<Write> Memory::writes() const
{
    std::vector<Write> writes;
    const auto part = server_part(path_, server_);
    if (const auto* list = part.if_contains("writes"); list && list->is_array())
        for (const auto& item : list->get_array())
            if (item.is_object()) writes.push_back(read_write(item.get_object()));
    return writes;
}

void Memory::remember(const Write& write) const
{
    change([&](json::object& part) {
        auto& value = part["writes"];
        if (!value.is_array()) value = json::array{};
        auto& list = value.get_array();
        list.push_back(to_json(write));
        if (list.size() > max_remembered_writes)
            list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(list.size() - max_remembered_writes));
    });
}

void Memory::forget_last() const
{
    change([](json::object& part) {
        auto& value = part["writes"];
        if (value.is_array() && !value.get_array().empty()) value.get_array().pop_back();
    });
}

std::string Memory::incident_in_use(std::string_view terminal) const
{
    auto part = server_part(path_, server_);
    const auto& used = child(part, "use");
    if (!terminal.empty())
        if (auto mine = text_of(used, terminal); !mine.empty()) return mine;
    return text_of(used, "");
}

void Memory::use(std::string_view incident, std::string_view terminal) const
{
    change([&](json::object& part) {
        if (incident.empty()) child(part, "use").erase(terminal);
        else child(part, "use")[terminal] = json::string{incident};
    });
}

void Memory::stop_using(std::string_view incident) const
{
    // Closing an incident should not write the file when nobody uses it.
    const auto part = server_part(path_, server_);
    if (!part.contains("use")) return;
    change([&](json::object& changed) {
        auto& used = child(changed, "use");
        json::object kept;
        for (const auto& [terminal, key] : used)
            if (!key.is_string() || key.get_string() != json::string_view{incident}) kept[terminal] = key;
        used = std::move(kept);
    });
}

std::string Memory::nudged_at(std::string_view incident) const
{
    auto part = server_part(path_, server_);
    return text_of(child(part, "nudges"), incident);
}

void Memory::note_nudge(std::string_view incident, std::string_view at) const
{
    change([&](json::object& part) {
        auto& nudges = child(part, "nudges");
        nudges.erase(incident);  // and to the end: the oldest stand first
        nudges[incident] = json::string{at};
        while (nudges.size() > max_remembered_nudges) {
            json::object kept;
            for (auto it = nudges.begin() + 1; it != nudges.end(); ++it) kept[it->key()] = it->value();
            nudges = std::move(kept);
        }
    });
}

std::string terminal_name()
{
    for (const int fd : {2, 1, 0}) {
        struct stat found {};
        if (::isatty(fd) == 1 && ::fstat(fd, &found) == 0)
            return "tty:" + std::to_string(found.st_rdev) + ":" + std::to_string(::getsid(0));
    }
    return {};
}

}  // namespace incident::ctl
