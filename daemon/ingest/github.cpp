#include "ingest/dialects.hpp"
#include "ingest/form.hpp"
#include "ingest/lenient.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::ingest {
namespace {

constexpr std::size_t short_commit_digits = 7;

/// The first member that says something.
std::string first_of(const json::object& object, std::initializer_list<std::string_view> names)
{
    for (const auto name : names)
        if (auto text = words_at(object, name); !text.empty()) return text;
    return {};
}

std::string first_line(std::string_view text) { return std::string{trimmed(text.substr(0, text.find('\n')))}; }

/// A commit is known by its beginning; all zeros stand for none.
std::string short_commit(std::string_view commit)
{
    if (commit.find_first_not_of('0') == commit.npos) return {};
    return std::string{commit.substr(0, short_commit_digits)};
}

/// `refs/heads/main` -> `main`, `refs/tags/v1` -> `tag v1`.
std::string short_ref(std::string_view ref)
{
    constexpr std::string_view heads = "refs/heads/", tags = "refs/tags/";
    if (ref.starts_with(heads)) return std::string{ref.substr(heads.size())};
    if (ref.starts_with(tags)) return "tag " + std::string{ref.substr(tags.size())};
    return std::string{ref};
}

class Reader {
 public:
    Reader(const json::object& document, const Body& body, const Source& source)
        : document_(document), body_(body), source_(source), kind_(kind_of(document, body))
    {
        if (const auto* const repository = object_at(document, "repository")) repository_ = repository;
        if (const auto* const organization = object_at(document, "organization")) organization_ = organization;
        who_ = words_at(*repository_, "full_name");
        if (who_.empty()) who_ = words_at(*organization_, "login");
    }

    Understood read()
    {
        if (kind_ == "ping") {
            understood_.note = "ping: the webhook reaches us";
            if (const auto zen = words_at(document_, "zen"); !zen.empty()) understood_.note += " (" + visible(shortened(zen, 200)) + ')';
            return std::move(understood_);
        }
        if (kind_.empty()) add_unparsed(understood_, source_.name, Kind::change, body_, "no X-GitHub-Event says what this is");
        else if (kind_ == "deployment_status") read_deployment_status();
        else if (kind_ == "deployment") read_deployment();
        else if (kind_ == "workflow_run") read_workflow_run();
        else if (kind_ == "release") read_release();
        else if (kind_ == "push") read_push();
        else read_other();
        return std::move(understood_);
    }

 private:
    /// The header says it; a body that came another way (replayed, behind a proxy that drops headers) shows it by its members.
    static std::string kind_of(const json::object& document, const Body& body)
    {
        if (const auto header = body.headers.find("x-github-event"); header != body.headers.end() && !header->second.empty())
            return shortened(to_valid_utf8(header->second), max_name_bytes);
        for (const auto* const name : {"deployment_status", "deployment", "workflow_run", "release"})
            if (object_at(document, name) != nullptr) return name;
        if (document.contains("ref") && document.contains("before") && document.contains("after")) return "push";
        return document.contains("zen") && document.contains("hook_id") ? "ping" : "";
    }

    /// `octo/shop: what`
    [[nodiscard]] Event change(std::string what) const
    {
        auto event = event_of(source_.name, Kind::change, body_);
        event.text = fitting(event, who_.empty() ? what : who_ + ": " + what, max_text_bytes);
        add_label(event, "event", kind_);
        if (!who_.empty()) add_label(event, "repository", who_);
        // Personal data stands everywhere in these bodies; the login is what is kept of it.
        if (const auto* const sender = object_at(document_, "sender"))
            if (const auto login = words_at(*sender, "login"); !login.empty()) {
                event.author.name = fitting(event, login, max_name_bytes);
                event.author.verified = true;  // GitHub signed who did it
            }
        return event;
    }

    void label(Event& event, std::string_view name, std::string_view value) const
    {
        if (!value.empty()) add_label(event, name, value);
    }

    void link_commit(Event& event, const std::string& commit) const
    {
        const auto page = words_at(*repository_, "html_url");
        if (!page.empty() && !short_commit(commit).empty()) add_link(event, page + "/commit/" + commit, "commit");
    }

    /// Time first, so that the index of keys grows in order. Without a time of its own the body says nothing that would tell
    /// it from the next one: then the delivery's own id must.
    void set_key(Event& event, const std::string& what) const
    {
        std::string key;
        if (std::ranges::find(event.flags, "time_from_arrival") == event.flags.end()) {
            key = to_rfc3339(event.occurred_at) + '|' + what;
        } else if (const auto delivery = body_.headers.find("x-github-delivery"); delivery != body_.headers.end() && !delivery->second.empty()) {
            key = what + '|' + to_valid_utf8(delivery->second);
        } else {
            return;
        }
        if (key.size() > max_key_bytes) {
            Fnv name;
            name.add(key);
            key = name.hex();
        }
        event.key = fitting(event, key, max_key_bytes);
    }

    void add(Event event) { understood_.items.push_back({std::move(event), OnDuplicate::answer_first}); }

    void missing(std::string_view name)
    {
        add_unparsed(understood_, source_.name, Kind::change, body_, kind_ + " without \"" + std::string{name} + '"');
    }

    /// `master (f95f852)`; a deployment of a bare commit has that as its ref.
    static std::string version_of(const json::object& deployment)
    {
        const auto ref = short_ref(words_at(deployment, "ref")), commit = short_commit(words_at(deployment, "sha"));
        if (ref.empty() || (!commit.empty() && ref.starts_with(commit))) return commit;
        return commit.empty() ? ref : ref + " (" + commit + ')';
    }

    void describe_deployment(Event& event, const json::object& deployment, const std::string& environment) const
    {
        label(event, "environment", environment);
        label(event, "ref", words_at(deployment, "ref"));
        label(event, "sha", words_at(deployment, "sha"));
        label(event, "task", words_at(deployment, "task"));
        label(event, "deployment_id", text_at(deployment, "id"));
        link_commit(event, words_at(deployment, "sha"));
    }

    void read_deployment_status()
    {
        const auto* const status = object_at(document_, "deployment_status");
        if (status == nullptr) return missing("deployment_status");
        static const json::object none;
        const auto* deployment = object_at(document_, "deployment");
        if (deployment == nullptr) deployment = &none;
        const auto state = lowered(words_at(*status, "state"));
        auto environment = words_at(*deployment, "environment");
        if (environment.empty()) environment = words_at(*status, "environment");
        if (state == "inactive") {  // written for the deployment that a newer one replaced
            understood_.note = "ignored: a deployment to " + visible(shortened(environment, 100)) + " was replaced (inactive)";
            return;
        }
        auto event = change("deploy " + version_of(*deployment) + " to " + (environment.empty() ? "an environment" : environment) + ": " +
                            (state.empty() ? "unknown" : state));
        event.status = fitting(event, state, max_name_bytes);
        event.details = fitting(event, first_of(*status, {"description"}), max_details_bytes);
        if (event.details.empty()) event.details = fitting(event, words_at(*deployment, "description"), max_details_bytes);
        add_link(event, text_at(*status, "log_url"), "log");
        add_link(event, text_at(*status, "target_url"), "deployment");
        add_link(event, text_at(*status, "environment_url"), "environment");
        describe_deployment(event, *deployment, environment);
        set_time(event, first_of(*status, {"updated_at", "created_at"}), body_);
        set_key(event, "deployment:" + text_at(*deployment, "id") + '|' + state);
        add(std::move(event));
    }

    void read_deployment()
    {
        const auto* const deployment = object_at(document_, "deployment");
        if (deployment == nullptr) return missing("deployment");
        const auto environment = words_at(*deployment, "environment"), action = lowered(words_at(document_, "action"));
        auto event = change("deploy " + version_of(*deployment) + " to " + (environment.empty() ? "an environment" : environment) + ": " +
                            (action.empty() ? "created" : action));
        event.status = fitting(event, action.empty() ? "created" : action, max_name_bytes);
        event.details = fitting(event, words_at(*deployment, "description"), max_details_bytes);
        describe_deployment(event, *deployment, environment);
        set_time(event, first_of(*deployment, {"created_at", "updated_at"}), body_);
        set_key(event, "deployment:" + text_at(*deployment, "id") + '|' + event.status);
        add(std::move(event));
    }

    void read_workflow_run()
    {
        const auto* const run = object_at(document_, "workflow_run");
        if (run == nullptr) return missing("workflow_run");
        const auto conclusion = lowered(words_at(*run, "conclusion")), action = lowered(words_at(document_, "action"));
        const auto state = !conclusion.empty() ? conclusion : !action.empty() ? action : lowered(words_at(*run, "status"));
        auto name = words_at(*run, "name");
        if (const auto* const workflow = object_at(document_, "workflow"); name.empty() && workflow != nullptr) name = first_of(*workflow, {"name", "path"});
        auto title = first_line(words_at(*run, "display_title"));
        if (const auto* const commit = object_at(*run, "head_commit"); title.empty() && commit != nullptr) title = first_line(words_at(*commit, "message"));
        auto attempt = text_at(*run, "run_attempt");
        if (attempt.empty()) attempt = "1";
        auto what = "workflow " + (name.empty() ? "run" : name);
        if (!title.empty()) what += ": " + title;
        if (attempt != "1") what += " (attempt " + attempt + ')';
        auto event = change(what + ": " + (state.empty() ? "unknown" : state));
        event.status = fitting(event, state, max_name_bytes);
        label(event, "workflow", name);
        label(event, "branch", words_at(*run, "head_branch"));
        label(event, "sha", words_at(*run, "head_sha"));
        label(event, "trigger", words_at(*run, "event"));
        label(event, "run_id", text_at(*run, "id"));
        label(event, "run_number", text_at(*run, "run_number"));
        label(event, "run_attempt", attempt);
        label(event, "run_started_at", words_at(*run, "run_started_at"));
        add_link(event, text_at(*run, "html_url"), "run");
        link_commit(event, words_at(*run, "head_sha"));
        set_time(event, first_of(*run, {"updated_at", "run_started_at", "created_at"}), body_);
        set_key(event, "run:" + text_at(*run, "id") + '.' + attempt + '|' + state);
        add(std::move(event));
    }

    void read_release()
    {
        const auto* const release = object_at(document_, "release");
        if (release == nullptr) return missing("release");
        const auto tag = words_at(*release, "tag_name"), action = lowered(words_at(document_, "action"));
        auto name = words_at(*release, "name");
        if (name.empty()) name = tag;
        auto event = change("release " + (name.empty() ? "without a name" : name) + (tag.empty() || tag == name ? "" : " (" + tag + ')') + ": " +
                            (action.empty() ? "changed" : action));
        event.status = fitting(event, action, max_name_bytes);
        event.details = fitting(event, words_at(*release, "body"), max_details_bytes);
        label(event, "tag", tag);
        label(event, "branch", words_at(*release, "target_commitish"));
        if (true_at(*release, "prerelease")) add_label(event, "prerelease", "true");
        if (true_at(*release, "draft")) add_label(event, "draft", "true");
        add_link(event, text_at(*release, "html_url"), "release");
        // What comes later (edited, deleted) did not happen when the release was published.
        if (action == "published" || action == "released" || action == "prereleased" || action == "created" || action.empty())
            set_time(event, first_of(*release, {action == "created" ? "created_at" : "published_at", "published_at", "created_at"}), body_);
        else set_time(event, words_at(*release, "updated_at"), body_);
        set_key(event, "release:" + text_at(*release, "id") + '|' + action);
        add(std::move(event));
    }

    void read_push()
    {
        const auto ref = words_at(document_, "ref"), after = words_at(document_, "after"), before = words_at(document_, "before");
        const auto* const head = object_at(document_, "head_commit");
        const auto* const commits = array_at(document_, "commits");
        const auto count = commits == nullptr ? 0 : commits->size();
        const auto message = head == nullptr ? std::string{} : first_line(words_at(*head, "message"));
        std::string what = "push to " + (ref.empty() ? "a branch" : short_ref(ref));
        if (true_at(document_, "deleted")) what = "deleted " + short_ref(ref);
        else if (true_at(document_, "created")) what = "created " + short_ref(ref);
        else if (true_at(document_, "forced")) what = "forced push to " + short_ref(ref);
        if (count > 1) what += " (" + std::to_string(count) + " commits)";
        if (!message.empty()) what += ": " + message;
        auto event = change(std::move(what));
        label(event, "ref", ref);
        label(event, "sha", short_commit(after).empty() ? "" : after);
        label(event, "before", short_commit(before).empty() ? "" : before);
        if (true_at(document_, "forced")) add_label(event, "forced", "true");
        std::string list;
        if (commits != nullptr)
            for (const auto& element : *commits)
                if (const auto* const commit = element.if_object(); commit != nullptr && list.size() < max_details_bytes)
                    list += short_commit(words_at(*commit, "id")) + ' ' + first_line(words_at(*commit, "message")) + '\n';
        if (count > 1) event.details = fitting(event, trimmed(list), max_details_bytes);
        add_link(event, text_at(document_, "compare"), "compare");
        if (head != nullptr) add_link(event, text_at(*head, "url"), "commit");
        set_time(event, head == nullptr ? std::string{} : words_at(*head, "timestamp"), body_);
        if (head == nullptr) set_pushed_time(event);
        set_key(event, "push:" + ref + '|' + before + '|' + after);
        add(std::move(event));
    }

    /// Deleting a branch has no commit; the repository knows when it was pushed to, here alone as an epoch.
    void set_pushed_time(Event& event) const
    {
        const auto pushed = text_at(*repository_, "pushed_at");
        const auto at = read_epoch(pushed);
        if (!at) return set_time(event, pushed, body_);
        std::erase(event.flags, "time_from_arrival");
        event.occurred_at = *at;
        event.occurred_raw = fitting(event, pushed, max_name_bytes);
        flag_time(event, body_.received_at);
    }

    /// Any other kind: what it is called, what was done, and what the object of that name says of itself.
    void read_other()
    {
        static const json::object none;
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> other_names{
            {{"issues", "issue"}, {"issue_comment", "comment"}, {"commit_comment", "comment"}, {"pull_request_review", "review"}}};
        std::string_view name = kind_;
        for (const auto& [event, member] : other_names)
            if (kind_ == event) name = member;
        const auto* subject = object_at(document_, name);
        if (subject == nullptr) subject = &none;
        const auto action = lowered(words_at(document_, "action"));
        auto what = kind_;
        std::ranges::replace(what, '_', ' ');
        if (!action.empty()) what += ' ' + action;
        auto title = first_line(first_of(*subject, {"title", "name", "display_title", "head_branch"}));
        if (title.empty()) title = short_ref(words_at(document_, "ref"));
        if (!title.empty()) what += ": " + title;
        auto event = change(std::move(what));
        auto state = first_of(*subject, {"conclusion"});
        if (state.empty()) state = action;
        event.status = fitting(event, lowered(state), max_name_bytes);
        add_link(event, text_at(*subject, "html_url"), kind_);
        set_time(event, first_of(*subject, {"updated_at", "completed_at", "submitted_at", "created_at"}), body_);
        set_key(event, kind_ + ':' + text_at(*subject, "id") + '|' + action + '|' + event.status);
        add(std::move(event));
    }

    inline static const json::object nothing_;
    const json::object& document_;
    const Body& body_;
    const Source& source_;
    std::string kind_, who_;
    const json::object* repository_ = &nothing_;
    const json::object* organization_ = &nothing_;
    Understood understood_;
};

}  // namespace

Understood read_github(const Body& body, const Source& source)
{
    Understood understood;
    // Signed was the form as it came; what it says is in one field.
    const auto inside = is_form(body) ? field(read_form(body.bytes), "payload") : std::string{};
    const auto document = parse_body(is_form(body) ? std::string_view{inside} : body.bytes);
    const auto* const object = document ? document->if_object() : nullptr;
    if (object == nullptr) {
        add_unparsed(understood, source.name, Kind::change, body, document ? "expected an object" : document.error().detail);
        return understood;
    }
    return Reader{*object, body, source}.read();
}

}  // namespace incident::ingest
