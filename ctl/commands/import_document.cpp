#include "commands/import_document.hpp"
#include "draft/written.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace incident::ctl {
namespace {

Try<std::string> bytes_of(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    std::string text;
    char buffer[65536];
    while (file && text.size() <= draft::max_written_bytes) {
        file.read(buffer, sizeof buffer);
        text.append(buffer, static_cast<std::size_t>(file.gcount()));
    }
    if (!file.eof() && text.empty()) return Trouble{Exit::failure, "cannot read " + visible(path), "name a file that is there, or - for standard input"};
    return text;
}

Try<std::string> standard_input(const Session& session)
{
    if (session.surroundings().in_tty)
        return Trouble{Exit::usage, "\"-\" reads standard input, which is a terminal here", "pipe the text in: xclip -o | incidentctl import - --dry-run"};
    std::string text;
    char buffer[65536];
    for (ssize_t got = 0; text.size() <= draft::max_written_bytes && (got = ::read(STDIN_FILENO, buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(got));
    return text;
}

}  // namespace

Try<std::string> written_document(const Session& session, const std::string& path)
{
    if (path == "-") return standard_input(session);
    namespace fs = std::filesystem;
    std::error_code failed;
    const fs::path where{path};
    std::string text;
    if (fs::is_directory(where, failed)) {
        std::vector<std::string> days;
        for (const auto& entry : fs::directory_iterator{where, failed})
            if (entry.path().extension() == ".json" && entry.path().filename() != "users.json") days.push_back(entry.path().string());
        std::ranges::sort(days);
        for (const auto& day : days) {
            auto one = bytes_of(day);
            if (!one) return one.error();
            auto inner = trimmed(*one);
            if (!inner.starts_with('[') || !inner.ends_with(']')) return Trouble{Exit::failure, visible(day) + " is no day of a Slack export", "name a file instead of the folder"};
            inner = trimmed(inner.substr(1, inner.size() - 2));
            if (!inner.empty()) text.append(text.empty() ? "[" : ",").append(inner);
        }
        if (text.empty()) return Trouble{Exit::failure, "no messages in " + visible(path), "name a channel's folder of a Slack export, or a file"};
        text += ']';
    } else {
        auto one = bytes_of(path);
        if (!one) return one.error();
        text = std::move(*one);
    }
    const auto folder = fs::is_directory(where, failed) ? where : where.parent_path();
    for (const auto& names : {folder / "users.json", folder / ".." / "users.json"})
        if (trimmed(text).starts_with('[') && fs::is_regular_file(names, failed))
            if (auto users = bytes_of(names.string()); users && trimmed(*users).starts_with('['))
                return "{\"messages\":" + text + ",\"users\":" + *users + "}";
    return text;
}

}  // namespace incident::ctl
