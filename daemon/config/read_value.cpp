#include "config/read_value.hpp"
#include "config/read_mapping.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <charconv>
#include <re2/re2.h>

namespace incident::config {

namespace {

using namespace ingest;

constexpr std::int64_t pattern_memory_bytes = 1024 * 1024;

Failure wrong(std::string what) { return {Errc::invalid_input, std::move(what)}; }

std::string shown(std::string_view text) { return '"' + visible(shortened(text, 80)) + '"'; }

/// `~0` `~1` as RFC 6901, and `~2` for a bracket.
Result<std::string> unescaped(std::string_view token)
{
    std::string name;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] != '~') {
            name += token[i];
            continue;
        }
        const char next = i + 1 < token.size() ? token[++i] : '\0';
        if (next == '0') name += '~';
        else if (next == '1') name += '/';
        else if (next == '2') name += '[';
        else return wrong("a ~ in a pointer is written ~0, a / inside a name ~1, a [ inside a name ~2");
    }
    return name;
}

/// `[last]`, `[key=severity]`, `[env:]`.
Result<Step> bracket(std::string_view inside)
{
    Step step;
    if (inside == "last") {
        step.kind = Step::Kind::last;
        return step;
    }
    if (inside.size() > 1 && inside.ends_with(':')) {
        step.kind = Step::Kind::entry;
        step.name = inside.substr(0, inside.size() - 1);
        return step;
    }
    const auto equals = inside.find('=');
    if (equals == inside.npos || equals == 0)
        return wrong("[" + std::string{inside} + "] is no choice: write [key=severity] for the element of a list that says so, [env:] for an entry env:… of a comma list, or [last]");
    step.kind = Step::Kind::where;
    step.name = inside.substr(0, equals);
    step.equals = inside.substr(equals + 1);
    return step;
}

std::size_t index_of(std::string_view name)
{
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    return error == std::errc{} && end == name.data() + name.size() ? index : ~std::size_t{0};
}

Result<void> add_steps(std::string_view token, std::vector<Step>& steps)
{
    const auto open = token.find('[');
    const auto plain = token.substr(0, open);
    if (open != 0) {
        auto name = unescaped(plain);
        if (!name) return name.error();
        Step step;
        step.index = index_of(*name);
        step.name = std::move(*name);
        steps.push_back(std::move(step));
    }
    auto rest = open == token.npos ? std::string_view{} : token.substr(open);
    while (!rest.empty()) {
        const auto close = rest.find(']');
        if (!rest.starts_with('[') || close == rest.npos) return wrong("a [ that is not closed; a [ inside a name is written ~2");
        auto step = bracket(rest.substr(1, close - 1));
        if (!step) return step.error();
        steps.push_back(std::move(*step));
        rest.remove_prefix(close + 1);
    }
    return {};
}

std::shared_ptr<const re2::RE2> read_pattern(const Node& node, Problems& problems)
{
    const auto text = read_text(node, problems);
    if (!text) return nullptr;
    if (text->empty() || text->size() > max_pattern_bytes) {
        problems.add(node.at, "a pattern has 1 to " + std::to_string(max_pattern_bytes) + " bytes");
        return nullptr;
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(pattern_memory_bytes);
    auto pattern = std::make_shared<const re2::RE2>(*text, options);
    if (pattern->ok()) return pattern;
    problems.add(node.at, "the pattern " + shown(*text) + " cannot be used: " + pattern->error());
    return nullptr;
}

/// `{/kind} {/name}`; a brace is doubled.
std::vector<Piece> read_template(std::string_view text, Mark at, Problems& problems)
{
    std::vector<Piece> pieces;
    std::string words;
    const auto end_words = [&] {
        if (!words.empty()) pieces.push_back({std::move(words), {}});
        words.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if ((c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c) {
            words += c;
            ++i;
        } else if (c == '{') {
            const auto close = text.find('}', i);
            const auto inside = text.substr(i + 1, close == text.npos ? text.npos : close - i - 1);
            if (close == text.npos || !is_reference(inside)) {
                problems.add(at, "in " + shown(text) + " a { should begin a place like {/alert/title}; a brace itself is written {{");
                return pieces;
            }
            end_words();
            if (auto reference = parse_reference(inside)) pieces.push_back({{}, std::move(*reference)});
            else problems.add(at, reference.error().detail);
            i = close;
        } else if (c == '}') {
            problems.add(at, "in " + shown(text) + " a } closes nothing; a brace itself is written }}");
            return pieces;
        } else {
            words += c;
        }
    }
    end_words();
    if (pieces.size() > max_pieces) problems.add(at, "at most " + std::to_string(max_pieces) + " pieces in one template");
    return pieces;
}

Candidate read_candidate(const Node& node, Problems& problems)
{
    Candidate candidate;
    if (node.type == Node::Type::scalar) {
        if (is_reference(node.text)) candidate.pieces.push_back({{}, read_reference(node, problems)});
        else candidate.pieces = read_template(node.text, node.at, problems);
        if (candidate.pieces.empty()) problems.add(node.at, "expected a place like /alert/title, or words");
        return candidate;
    }
    if (node.type != Node::Type::map) {
        problems.add(node.at, "expected a place like /alert/title, words, or a map with `value`");
        return candidate;
    }
    const Key keys[]{
        {"value", [&](const Node& value) { candidate.join.insert(candidate.join.begin(), read_value(value, problems)); }},
        {"join", [&](const Node& value) {
             if (value.type != Node::Type::list || value.list.size() < 2) return problems.add(value.at, "join takes a list of at least two values");
             for (const auto& element : value.list) candidate.join.push_back(read_value(*element, problems));
         }},
        {"between", [&](const Node& value) { candidate.between = read_text(value, problems).value_or(candidate.between); }},
        {"when", [&](const Node& value) { candidate.when = read_condition(value, problems); }},
        {"match", [&](const Node& value) { candidate.match = read_pattern(value, problems); }},
        {"as", [&](const Node& value) {
             candidate.as_json = true;
             if (read_text(value, problems) != "json") problems.add(value.at, "as knows json only: an object or a list as text");
         }},
        {"undo", [&](const Node& value) {
             for (const auto& word : read_words(value, problems)) {
                 if (word == "newlines") candidate.undo.push_back(Undo::newlines);
                 else if (word == "html") candidate.undo.push_back(Undo::html);
                 else problems.add(value.at, "undo knows newlines (a backslash and an n) and html, not " + shown(word));
             }
         }},
    };
    read_map(node, keys, problems, "a value");
    if (candidate.join.empty()) problems.add(node.at, "a value's map needs `value` (or `join` with several)");
    if (candidate.as_json) {
        const auto* const place = node_at(node, "/value").type == Node::Type::scalar ? &node_at(node, "/value") : nullptr;
        if (place == nullptr || !is_reference(place->text)) problems.add(node.at, "as: json needs a `value` that is one place like /detail");
        candidate.pieces = {{{}, place == nullptr ? Reference{} : read_reference(*place, problems)}};
    }
    return candidate;
}

std::vector<std::string> lower_words(const Node& node, Problems& problems)
{
    auto words = read_words(node, problems);
    for (auto& word : words) word = lowered(trimmed(word));
    return words;
}

/// `now` behind before and after.
void need_now(const Node& node, Problems& problems)
{
    if (node.type != Node::Type::scalar || node.text != "now") problems.add(node.at, "times are compared with now: write `before: now` or `after: now`");
}

void read_tests(const Reference& at, const Node& node, std::vector<Test>& tests, Problems& problems)
{
    const auto add = [&](Test::Op op, std::vector<std::string> words = {}, std::shared_ptr<const re2::RE2> pattern = nullptr) {
        tests.push_back({at, op, std::move(words), std::move(pattern)});
    };
    if (node.type != Node::Type::map) return add(Test::Op::is, lower_words(node, problems));
    const Key keys[]{
        {"is", [&](const Node& value) { add(Test::Op::is, lower_words(value, problems)); }},
        {"not", [&](const Node& value) { add(Test::Op::is_not, lower_words(value, problems)); }},
        {"present", [&](const Node& value) { add(read_bool(value, problems).value_or(true) ? Test::Op::present : Test::Op::absent); }},
        {"matches", [&](const Node& value) {
             if (auto pattern = read_pattern(value, problems)) add(Test::Op::matches, {}, std::move(pattern));
         }},
        {"before", [&](const Node& value) { need_now(value, problems), add(Test::Op::before_now); }},
        {"after", [&](const Node& value) { need_now(value, problems), add(Test::Op::after_now); }},
    };
    if (node.map.empty()) problems.add(node.at, "a test needs one of is, not, present, matches, before, after");
    read_map(node, keys, problems, "a test");
}

std::vector<Test> read_all_of(const Node& node, Problems& problems)
{
    std::vector<Test> tests;
    if (node.type != Node::Type::map || node.map.empty()) {
        problems.add(node.at, "expected a condition like {/kind: [deploy, rollback]}");
        return tests;
    }
    for (const auto& member : node.map) {
        auto reference = parse_reference(member.key);
        if (!reference) problems.add(member.at, reference.error().detail);
        else read_tests(*reference, *member.value, tests, problems);
    }
    if (tests.size() > max_tests) problems.add(node.at, "at most " + std::to_string(max_tests) + " tests in one condition");
    return tests;
}

}  // namespace

bool is_reference(std::string_view text)
{
    return text == "." || text.starts_with('/') || text.starts_with("../") || text.starts_with("header:") || text.starts_with("query:");
}

Result<Reference> parse_reference(std::string_view text)
{
    Reference reference;
    reference.written = text;
    if (text.starts_with("header:") || text.starts_with("query:")) {
        const bool header = text.starts_with('h');
        const auto name = trimmed(text.substr(text.find(':') + 1));
        reference.of = header ? Reference::Of::header : Reference::Of::query;
        reference.name = header ? lowered(name) : std::string{name};
        if (name.empty()) return wrong(shown(text) + " names nothing: write it like header:X-Event-Kind");
        return reference;
    }
    if (text == ".") return reference;
    if (text.starts_with("..")) {
        reference.of = Reference::Of::document;
        text.remove_prefix(2);
    }
    if (!text.starts_with('/')) return wrong("expected a place like /alert/title, ../status, header:X-Kind or query:kind, found " + shown(reference.written));
    while (!text.empty()) {
        text.remove_prefix(1);
        // A / inside brackets belongs to what is compared.
        std::size_t end = 0;
        for (bool inside = false; end < text.size() && (inside || text[end] != '/'); ++end) {
            if (text[end] == '[') inside = true;
            if (text[end] == ']') inside = false;
        }
        if (auto added = add_steps(text.substr(0, end), reference.steps); !added) return wrong("in " + shown(reference.written) + ": " + added.error().detail);
        text.remove_prefix(end);
    }
    if (reference.steps.size() > max_steps) return wrong(shown(reference.written) + " has over " + std::to_string(max_steps) + " steps");
    for (std::size_t i = 0; i + 1 < reference.steps.size(); ++i)
        if (reference.steps[i].kind == Step::Kind::entry) return wrong("in " + shown(reference.written) + ": nothing can follow [" + reference.steps[i].name + ":], it is a text");
    return reference;
}

Reference read_reference(const Node& node, Problems& problems)
{
    const auto text = read_text(node, problems);
    if (!text) return {};
    auto reference = parse_reference(*text);
    if (reference) return std::move(*reference);
    problems.add(node.at, reference.error().detail);
    return {};
}

Value read_value(const Node& node, Problems& problems)
{
    Value value;
    if (node.type == Node::Type::null) {
        problems.add(node.at, "expected a place like /alert/title, found nothing");
        return value;
    }
    if (node.type != Node::Type::list) {
        value.candidates.push_back(read_candidate(node, problems));
        return value;
    }
    if (node.list.empty() || node.list.size() > max_candidates) problems.add(node.at, "1 to " + std::to_string(max_candidates) + " candidates, the best first");
    for (const auto& element : node.list) value.candidates.push_back(read_candidate(*element, problems));
    return value;
}

Condition read_condition(const Node& node, Problems& problems)
{
    Condition condition;
    if (node.type == Node::Type::list) {
        if (node.list.empty() || node.list.size() > max_candidates) problems.add(node.at, "1 to " + std::to_string(max_candidates) + " conditions, any of which is enough");
        for (const auto& element : node.list) condition.any_of.push_back(read_all_of(*element, problems));
    } else {
        condition.any_of.push_back(read_all_of(node, problems));
    }
    return condition;
}

std::vector<std::string> read_pointers(const Node& node, Problems& problems)
{
    auto pointers = read_words(node, problems);
    for (std::size_t i = 0; i < pointers.size(); ++i) {
        const auto at = node.type == Node::Type::list ? node.list[i]->at : node.at;
        const auto reference = parse_reference(pointers[i]);
        const bool plain = reference && reference->of == Reference::Of::element && !reference->steps.empty() &&
                           std::ranges::all_of(reference->steps, [](const Step& step) { return step.kind == Step::Kind::name; });
        if (!plain) problems.add(at, reference ? "expected a plain JSON Pointer like /alert/user, found " + shown(pointers[i]) : reference.error().detail);
    }
    return pointers;
}

}  // namespace incident::config
