#include "client/token.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace incident::ctl {
namespace {

/// It stands in a header line: a line break in it would write headers of its own.
Try<ShownToken> checked(std::string token, std::string origin)
{
    if (std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; })) return ShownToken{std::move(token), std::move(origin)};
    return Trouble{Exit::usage, "the token from " + origin + " holds a space or a control character", "write the token alone, on one line"};
}

}  // namespace

TokenPlace token_place(const Settings& settings, const Environment& environment)
{
    if (const auto* named = settings.find("token-file"); named && !named->value.empty()) {
        auto path = named->value;
        if (path.starts_with("~/"))
            if (const auto home = environment("HOME")) path = *home + path.substr(1);
        return {std::move(path), named->origin, true};
    }
    const auto folder = config_folder(environment);
    const auto* url = settings.find("url");
    if (folder.empty()) return {};
    if (url != nullptr && (url->origin.starts_with("flag ") || url->origin.starts_with("environment "))) return {};
    const bool by_context = url != nullptr && url->origin.starts_with("context ");
    return {folder + "/tokens/" + (by_context ? settings.context() : "default"), "login", false};
}

Try<ShownToken> read_token(const Settings& settings, const Environment& environment)
{
    if (auto token = environment("INCIDENTCTL_TOKEN"); token && !token->empty()) return checked(std::move(*token), "environment INCIDENTCTL_TOKEN");
    const auto place = token_place(settings, environment);
    if (place.path.empty()) return ShownToken{};
    std::ifstream file{place.path};
    std::string token;
    if (file && std::getline(file, token) && !trimmed(token).empty()) return checked(std::string{trimmed(token)}, place.path + " (" + place.origin + ')');
    if (!place.named) return ShownToken{};
    return Trouble{Exit::usage, "cannot read a token from " + place.path + " (" + place.origin + ')', "write it there with: incidentctl login"};
}

Try<void> write_token(const std::string& path, std::string_view token)
{
    const auto failed = [&](int error) { return Trouble{Exit::failure, "cannot write " + path + ": " + std::strerror(error), "make its folder writable"}; };
    const auto folder = std::filesystem::path{path}.parent_path();
    std::error_code ignored;
    if (!folder.empty() && std::filesystem::create_directories(folder, ignored)) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
    const auto temporary = path + ".new";
    ::unlink(temporary.c_str());
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return failed(errno);
    const auto line = std::string{token} + '\n';
    const bool written = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const int error = errno;
    if (::close(file) != 0 || !written) return failed(error);
    if (std::rename(temporary.c_str(), path.c_str()) != 0) return failed(errno);
    return {};
}

}  // namespace incident::ctl
