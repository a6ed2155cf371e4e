#include "client/yaml.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

// incidentctl's own settings. Nothing here asks the server.
namespace incident::ctl {
namespace {

std::string masked_token(const Session& session)
{
    const auto token = session.surroundings().environment("INCIDENTCTL_TOKEN");
    return token && !token->empty() ? "****" : "";
}

Try<Exit> show_path(Session& session)
{
    json::array files;
    Table table;
    table.columns = {{"FILE"}, {"STATE"}};
    for (const auto& path : {user_config_path(session.surroundings().environment), std::string{system_config_path}}) {
        const bool there = !path.empty() && std::filesystem::exists(path);
        const std::string shown = path.empty() ? "(no HOME and no XDG_CONFIG_HOME)" : path;
        files.push_back(json::object{{"path", shown}, {"exists", there}});
        table.rows.push_back({{shown, Style::plain, ""}, {there ? "read" : "not there", Style::faint, ""}});
    }
    session.print_list(files, table, "path");
    return Exit::ok;
}

Try<Exit> view(Session& session, const Arguments& arguments)
{
    json::array items;
    Table table;
    table.columns = {{"KEY"}, {"VALUE"}};
    if (arguments.has("origin")) table.columns.push_back({"FROM"});
    const auto add = [&](const std::string& key, const std::string& value, const std::string& origin) {
        items.push_back(json::object{{"key", key}, {"value", value}, {"origin", origin}});
        std::vector<Cell> row{{key, Style::key, ""}, {value, Style::plain, ""}};
        if (arguments.has("origin")) row.push_back({origin, Style::faint, ""});
        table.rows.push_back(std::move(row));
    };
    const auto& settings = session.settings();
    if (!settings.context().empty()) add("context", settings.context(), "context");
    for (const auto& [key, setting] : settings.all()) add(key, setting.value, setting.origin);
    if (!settings.find("url")) {
        std::string tried;
        for (const auto& endpoint : default_endpoints(session.surroundings().environment))
            tried += (tried.empty() ? "" : ", ") + endpoint.url;
        add("url", "first that answers: " + tried, "default");
    }
    if (!settings.find("author")) add("author", session.author(), "environment USER");
    if (const auto token = masked_token(session); !token.empty()) add("token", token, "environment INCIDENTCTL_TOKEN");
    for (const auto& [name, zone] : settings.timezone_aliases()) add("timezone_aliases." + name, zone, "file");
    session.print_list(items, table, "key");
    return Exit::ok;
}

Try<Exit> check(Session& session, const Arguments& arguments)
{
    const auto path =
        arguments.words.size() > 1 ? arguments.words[1] : user_config_path(session.surroundings().environment);
    if (arguments.words.size() > 1 && !std::filesystem::exists(path))
        return Trouble{Exit::not_found, "there is no file " + visible(path),
                       "see where it is searched with: incidentctl config path"};
    auto config = load_config(path);
    if (!config) {
        auto trouble = config.error();
        trouble.exit = Exit::invalid;
        trouble.cause = "FAILED " + visible(path) + '\n' + trouble.cause;
        trouble.fix = "correct these places, then: incidentctl config check " + shell_quoted(path);
        return trouble;
    }
    for (const auto& [name, context] : config->contexts) {
        auto endpoint = parse_endpoint(context.settings.find("url")->second);
        if (!endpoint) {
            auto trouble = endpoint.error();
            trouble.exit = Exit::invalid;
            trouble.cause = "FAILED " + visible(path) + "\ncontext " + name + ": " + trouble.cause;
            return trouble;
        }
    }
    session.out("SUCCESS " + visible(path) + (std::filesystem::exists(path) ? "" : " (not there, which is fine)") +
                '\n');
    return Exit::ok;
}

/// Contexts are edited as lines, because writing the parsed file back would lose its comments. Only blocks in the form
/// that `ctx add` writes are changed: two spaces, the name, a map on one line.
Try<std::string> read_text(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    if (file) text << file.rdbuf();
    return text.str();
}

Try<void> replace_file(const std::string& path, const std::string& text)
{
    // The new text must be one that we can read again, whatever stood there before.
    if (auto good = parse_config(text, path); !good) {
        return Trouble{Exit::usage, "this change would make a file that cannot be read:\n" + good.error().cause,
                       "edit " + path + " by hand"};
    }
    std::error_code failed;
    std::filesystem::create_directories(std::filesystem::path{path}.parent_path(), failed);
    const auto temporary = path + ".new";
    std::ofstream file{temporary, std::ios::binary | std::ios::trunc};
    file << text;
    file.close();
    if (!file)
        return Trouble{Exit::failure, "cannot write " + temporary + ": " + std::strerror(errno),
                       "make the folder writable"};
    ::chmod(temporary.c_str(), 0600);
    std::filesystem::rename(temporary, path, failed);
    if (failed) return Trouble{Exit::failure, "cannot write " + path + ": " + failed.message(), "make it writable"};
    return {};
}

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const auto& line : lines) text += line + '\n';
    return text;
}

bool is_key_line(const std::string& line, const std::string& key)
{
    return line == key + ":" || line.starts_with(key + ": ");
}

void set_current(std::vector<std::string>& lines, const std::string& name)
{
    for (auto& line : lines)
        if (is_key_line(line, "current")) {
            line = "current: " + name;
            return;
        }
    lines.insert(lines.begin(), "current: " + name);
}

Trouble by_hand(const std::string& path, const std::string& what)
{
    return {Exit::usage, what + " in a form that is not changed here",
            "edit " + path + " by hand, then: incidentctl config check"};
}

Try<void> add_context(std::vector<std::string>& lines, const std::string& path, const std::string& name,
                      const std::string& body)
{
    const auto found =
        std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line.starts_with("contexts:"); });
    const auto entry = "  " + name + ": " + body;
    if (found == lines.end()) {
        lines.push_back("contexts:");
        lines.push_back(entry);
        return {};
    }
    if (*found != "contexts:") return by_hand(path, "contexts stand");
    lines.insert(found + 1, entry);
    return {};
}

Try<void> remove_context(std::vector<std::string>& lines, const std::string& path, const std::string& name)
{
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const auto& line) {
        return line.starts_with("  " + name + ": {") && line.ends_with("}");
    });
    if (found == lines.end()) return by_hand(path, "the context \"" + name + "\" stands");
    const bool last = std::none_of(lines.begin(), lines.end(), [&](const auto& line) {
        return &line != &*found && line.starts_with("  ") && line.find(": {") != line.npos;
    });
    lines.erase(found);
    if (last) std::erase_if(lines, [](const auto& line) { return line == "contexts:"; });
    std::erase_if(lines, [&](const auto& line) { return line == "current: " + name; });
    return {};
}

Try<Exit> list_contexts(Session& session)
{
    const auto& settings = session.settings();
    json::array items;
    Table table;
    table.columns = {{"CURRENT"}, {"NAME"}, {"FILE", true}, {"URL"}};
    for (const auto& name : settings.context_names())
        for (const auto* file : {&settings.user(), &settings.system()}) {
            const auto found = file->contexts.find(name);
            if (found == file->contexts.end()) continue;
            const auto url = found->second.settings.find("url")->second;
            const bool current = name == settings.context();
            items.push_back(json::object{{"name", name}, {"url", url}, {"current", current}, {"file", file->path}});
            table.rows.push_back({{current ? "*" : "", Style::good, current ? "*" : "-"},
                                  {name, Style::key, ""},
                                  {file->path, Style::faint, ""},
                                  {url, Style::plain, ""}});
            break;
        }
    if (items.empty() && session.format() <= Format::wide)
        session.say("no context; make one with: incidentctl ctx add prod --url https://host/");
    else
        session.print_list(items, table, "name");
    return Exit::ok;
}

}  // namespace

Try<Exit> run_config(Session& session, const Arguments& arguments)
{
    const auto& action = arguments.words.front();
    if (action == "path" && arguments.words.size() == 1) return show_path(session);
    if (action == "view" && arguments.words.size() == 1) return view(session, arguments);
    if (action == "check") return check(session, arguments);
    return Trouble{Exit::usage, "config cannot \"" + visible(shortened(action, 40)) + "\"",
                   usage_line(*arguments.verb)};
}

Try<Exit> run_ctx(Session& session, const Arguments& arguments)
{
    const auto action = arguments.words.empty() ? std::string{"ls"} : arguments.words.front();
    if (action == "ls" && arguments.words.size() < 2) return list_contexts(session);
    if ((action != "use" && action != "add" && action != "rm") || arguments.words.size() != 2)
        return Trouble{Exit::usage, "ctx cannot do that: \"" + visible(shortened(arguments.text(), 60)) + "\"",
                       usage_line(*arguments.verb)};
    const auto& name = arguments.words[1];
    const auto names = session.settings().context_names();
    const bool known = std::find(names.begin(), names.end(), name) != names.end();
    const auto path = user_config_path(session.surroundings().environment);
    if (path.empty()) return Trouble{Exit::usage, "there is no folder for settings", "set HOME or XDG_CONFIG_HOME"};
    auto text = read_text(path);
    auto lines = lines_of(*text);
    if (action == "add") {
        if (name.empty() ||
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") != name.npos)
            return Trouble{Exit::usage, "a context cannot be named \"" + visible(shortened(name, 40)) + "\"",
                           "use letters, digits, - _ ."};
        if (known)
            return Trouble{Exit::conflict, "there is a context \"" + name + "\" already",
                           "take it away first: incidentctl ctx rm " + name};
        if (!arguments.has("url"))
            return Trouble{Exit::usage, "ctx add wants the server's URL",
                           "write: incidentctl ctx add " + name + " --url https://host/"};
        auto endpoint = parse_endpoint(arguments.value("url"));
        if (!endpoint) return endpoint.error();
        auto body = "{url: \"" + endpoint->url + "\"";
        if (arguments.has("token-file")) body += ", token_file: \"" + arguments.value("token-file") + "\"";
        if (arguments.has("ca-file")) body += ", ca_file: \"" + arguments.value("ca-file") + "\"";
        if (auto added = add_context(lines, path, name, body + "}"); !added) return added.error();
    } else if (!known) {
        const auto near = nearest(name, names);
        return Trouble{Exit::not_found, "there is no context \"" + visible(shortened(name, 40)) + "\"",
                       near.empty() ? "see what there is with: incidentctl ctx ls"
                                    : "did you mean \"" + std::string{near} + "\"?"};
    } else if (action == "use") {
        set_current(lines, name);
    } else if (auto removed = remove_context(lines, path, name); !removed) {
        return removed.error();
    }
    if (session.dry_run()) {
        session.out("would write " + path + ":\n" + joined(lines));
        return Exit::ok;
    }
    if (auto written = replace_file(path, joined(lines)); !written) return written.error();
    session.say(action == "use"   ? "context " + name + " is current"
                : action == "add" ? "context " + name + " added · next: incidentctl ctx use " + name
                                  : "context " + name + " taken away");
    return Exit::ok;
}

}  // namespace incident::ctl
