#include "config/read_mapping.hpp"
#include "config/read_value.hpp"
#include "config/read_verifier.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <algorithm>

namespace incident::config {

namespace {

using namespace ingest;

std::string in_quotes(std::string_view text) { return '"' + visible(shortened(text, 80)) + '"'; }

void check_zone(const std::string& zone, Mark at, Problems& problems)
{
    if (auto local = to_local(Instant{}, zone); !local) problems.add(at, local.error().detail);
}

/// The words a map says, in lower case on the left.
void read_word_map(const Node& node, Words& words, Problems& problems)
{
    for (auto& [from, to] : read_words_map(node, problems)) words.map.insert_or_assign(lowered(trimmed(from)), to);
    if (words.map.size() > max_mapped_words) problems.add(node.at, "at most " + std::to_string(max_mapped_words) + " words in one map");
}

Words read_mapped_words(const Node& node, Problems& problems, std::string_view what)
{
    Words words;
    const bool plain = node.type != Node::Type::map || std::ranges::any_of(node.map, [](const Member& member) { return member.key == "value" || member.key == "join"; });
    if (plain) {
        words.from = read_value(node, problems);
        return words;
    }
    const Key keys[]{
        {"from", [&](const Node& value) { words.from = read_value(value, problems); }},
        {"map", [&](const Node& value) { read_word_map(value, words, problems); }},
        {"otherwise", [&](const Node& value) { words.otherwise = read_text(value, problems); }},
    };
    read_map(node, keys, problems, what);
    if (words.from.empty() && !words.otherwise) problems.add(node.at, std::string{what} + " needs `from`, where it stands");
    if (words.from.empty() && !words.map.empty()) problems.add(node.at, std::string{what} + " has a map and no `from`");
    return words;
}

TimeSpelling::Unit read_unit(const Node& node, TimeSpelling& spelling, Problems& problems)
{
    using Unit = TimeSpelling::Unit;
    const auto word = read_text(node, problems).value_or("auto");
    if (word.find('%') != word.npos) {
        spelling.pattern = word;
        if (const auto what = wrong_with_pattern(word); !what.empty()) problems.add(node.at, "the time's format " + in_quotes(word) + " cannot be read: " + what);
        return Unit::pattern;
    }
    constexpr std::pair<std::string_view, Unit> units[]{{"auto", Unit::automatic}, {"s", Unit::seconds}, {"ms", Unit::milliseconds}, {"us", Unit::microseconds}, {"ns", Unit::nanoseconds}, {"snowflake", Unit::snowflake}};
    for (const auto& [name, unit] : units)
        if (name == word) return unit;
    problems.add(node.at, "a time's format is auto, s, ms, us, ns, snowflake, or a pattern like \"%Y-%m-%d %H:%M:%S\", not " + in_quotes(word));
    return Unit::automatic;
}

TimeOf read_time_of(const Node& node, Problems& problems)
{
    TimeOf time;
    const bool plain = node.type != Node::Type::map || std::ranges::any_of(node.map, [](const Member& member) { return member.key == "value" || member.key == "join"; });
    if (plain) {
        time.from = read_value(node, problems);
        return time;
    }
    const Key keys[]{
        {"from", [&](const Node& value) { time.from = read_value(value, problems); }},
        {"by_status", [&](const Node& value) {
             if (value.type != Node::Type::map) return problems.add(value.at, "by_status is a map like {resolved: /ended_at}, of the words that `status` gives");
             for (const auto& member : value.map) time.by_status.insert_or_assign(member.key, read_value(*member.value, problems));
         }},
        {"format", [&](const Node& value) { time.spelling.unit = read_unit(value, time.spelling, problems); }},
        {"zone", [&](const Node& value) {
             time.spelling.zone = read_text(value, problems).value_or("");
             check_zone(time.spelling.zone, value.at, problems);
         }},
    };
    read_map(node, keys, problems, "occurred_at");
    if (time.from.empty() && time.by_status.empty()) problems.add(node.at, "occurred_at needs `from`, where the time stands");
    return time;
}

std::vector<Value> read_parts(const Node& node, Problems& problems)
{
    std::vector<Value> parts;
    if (node.type != Node::Type::list) return {read_value(node, problems)};
    if (node.list.empty() || node.list.size() > max_candidates) problems.add(node.at, "1 to " + std::to_string(max_candidates) + " parts, which together make the key");
    for (const auto& element : node.list) parts.push_back(read_value(*element, problems));
    return parts;
}

void read_named_values(const Node& node, std::vector<std::pair<std::string, Value>>& into, Problems& problems, std::string_view what)
{
    if (node.type != Node::Type::map) return problems.add(node.at, "expected a map like {host: /hostname} for " + std::string{what});
    for (const auto& member : node.map) {
        if (member.key.empty() || member.key.size() > max_name_bytes || member.key == fingerprint_label) problems.add(member.at, "a name of 1 to 256 bytes that is not our own");
        std::erase_if(into, [&](const auto& one) { return one.first == member.key; });
        into.emplace_back(member.key, read_value(*member.value, problems));
    }
}

void read_ignored(const Node& node, std::vector<Shape::Ignored>& into, Problems& problems)
{
    const auto read_one = [&](const Node& one) {
        Shape::Ignored ignored;
        const Key keys[]{
            {"when", [&](const Node& value) { ignored.when = read_condition(value, problems); }},
            {"note", [&](const Node& value) { ignored.note = read_text(value, problems).value_or(""); }},
        };
        read_map(one, keys, problems, "what is ignored");
        if (ignored.when.empty()) problems.add(one.at, "ignore needs `when`; a body that is always ignored needs no mapping");
        if (ignored.note.empty()) ignored.note = "ignored";
        into.push_back(std::move(ignored));
    };
    if (node.type != Node::Type::list) return read_one(node);
    if (node.list.size() > max_candidates) problems.add(node.at, "at most " + std::to_string(max_candidates) + " things to ignore");
    for (const auto& element : node.list) read_one(*element);
}

Reply read_reply(const Node& node, Problems& problems)
{
    Reply reply;
    const Key keys[]{
        {"status", [&](const Node& value) {
             const auto status = read_count(value, problems).value_or(200);
             if (status < 200 || status > 204 || status == 203) problems.add(value.at, "a reply's status is 200, 201, 202 or 204: whatever arrived is kept, so it is a success");
             else reply.status = static_cast<unsigned>(status);
         }},
        {"body", [&](const Node& value) { reply.body = read_text(value, problems).value_or(""); }},
        {"type", [&](const Node& value) { reply.type = read_text(value, problems).value_or(reply.type); }},
        {"echo", [&](const Node& value) {
             if (value.type != Node::Type::map) {
                 reply.echo = read_value(value, problems);
                 return;
             }
             const Key echo_keys[]{
                 {"from", [&](const Node& from) { reply.echo = read_value(from, problems); }},
                 {"as", [&](const Node& as) { reply.echo_as = read_text(as, problems).value_or(""); }},
             };
             read_map(value, echo_keys, problems, "echo");
             if (reply.echo.empty()) problems.add(value.at, "echo needs `from`, where the challenge stands");
         }},
    };
    read_map(node, keys, problems, "reply");
    constexpr std::size_t longest = 4096;
    const auto control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
    if (reply.body.size() > longest) problems.add(node.at, "a reply's body has at most 4096 bytes");
    if (reply.type.empty() || reply.type.size() > max_name_bytes || std::ranges::any_of(reply.type, control)) problems.add(node.at, "a reply's type is a media type like application/json");
    return reply;
}

/// The keys of one shape, reading into it.
std::vector<Key> shape_keys(Shape& shape, Problems& problems)
{
    const auto value = [&problems](Value& into) { return [&into, &problems](const Node& node) { into = read_value(node, problems); }; };
    return {
        {"when", [&](const Node& node) { shape.when = read_condition(node, problems); }},
        {"ignore", [&](const Node& node) { read_ignored(node, shape.ignore, problems); }},
        {"each", [&](const Node& node) { shape.each = read_reference(node, problems); }},
        {"kind", [&](const Node& node) {
             const auto word = read_text(node, problems).value_or("alert");
             if (auto kind = parse_kind(word)) shape.kind = *kind;
             else problems.add(node.at, kind.error().detail);
         }},
        {"text", value(shape.text)},
        {"details", value(shape.details)},
        {"occurred_at", [&](const Node& node) { shape.occurred_at = read_time_of(node, problems); }},
        {"sent_at", value(shape.sent_at)},
        {"status", [&](const Node& node) { shape.status = read_mapped_words(node, problems, "status"); }},
        {"severity", [&](const Node& node) { shape.severity = read_mapped_words(node, problems, "severity"); }},
        {"author", value(shape.author)},
        {"key", [&](const Node& node) { shape.key = read_parts(node, problems); }},
        {"once", [&](const Node& node) { shape.once = read_parts(node, problems); }},
        {"link", [&](const Node& node) {
             std::erase_if(shape.links, [](const auto& link) { return link.first == "source"; });
             shape.links.emplace(shape.links.begin(), "source", read_value(node, problems));
         }},
        {"links", [&](const Node& node) { read_named_values(node, shape.links, problems, "links"); }},
        {"base", value(shape.base)},
        {"labels", [&](const Node& node) { read_named_values(node, shape.labels, problems, "labels"); }},
        {"labels_from", [&](const Node& node) {
             shape.labels_from.clear();
             if (node.type != Node::Type::list) return shape.labels_from.push_back(read_reference(node, problems));
             if (node.list.size() > max_candidates) problems.add(node.at, "at most " + std::to_string(max_candidates) + " places");
             for (const auto& element : node.list) shape.labels_from.push_back(read_reference(*element, problems));
         }},
        {"flags", [&](const Node& node) {
             if (node.type != Node::Type::map) return problems.add(node.at, "expected a map like {suppressed: {/state/muted: true}}");
             for (const auto& member : node.map) {
                 const auto good = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
                 if (member.key.empty() || member.key.size() > 32 || !std::ranges::all_of(member.key, good)) problems.add(member.at, "a flag is a word of a-z and _");
                 shape.flags.emplace_back(member.key, read_condition(*member.value, problems));
             }
         }},
        {"repeats", [&](const Node& node) {
             if (node.type == Node::Type::scalar) shape.repeats = read_bool(node, problems).value_or(false) ? std::optional{Condition{}} : std::nullopt;
             else shape.repeats = read_condition(node, problems);
         }},
        {"edit", [&](const Node& node) { shape.edit = read_bool(node, problems).value_or(false); }},
        {"reply", [&](const Node& node) { shape.reply = read_reply(node, problems); }},
    };
}

void check_shape(const Shape& shape, Mark at, Problems& problems)
{
    if (shape.text.empty() && shape.ignore.empty()) problems.add(at, "a mapping needs `text`, where an event's title stands");
    if (shape.edit && shape.key.empty()) problems.add(at, "an edit needs `key`, which names the message it changes");
    if (shape.labels.size() > max_labels || shape.links.size() > max_links || shape.flags.size() > max_candidates) problems.add(at, "too many labels, links or flags");
}

Mapping::Input read_input(const Node& node, Problems& problems)
{
    using Input = Mapping::Input;
    constexpr std::pair<std::string_view, Input> inputs[]{{"auto", Input::automatic}, {"json", Input::json}, {"form", Input::form}, {"query", Input::query}, {"lines", Input::lines}, {"multipart", Input::multipart}};
    const auto word = read_text(node, problems).value_or("auto");
    for (const auto& [name, input] : inputs)
        if (name == word) return input;
    problems.add(node.at, "input is auto (by the content type), json, form, query, lines (NDJSON) or multipart, not " + in_quotes(word));
    return Input::automatic;
}

}  // namespace

MappingFile read_mapping(const Node& node, Problems& problems)
{
    MappingFile file;
    auto mapping = std::make_shared<Mapping>();
    Shape common;
    const Node* shapes = nullptr;
    auto keys = shape_keys(common, problems);
    const auto add = [&keys](std::string_view name, std::function<void(const Node&)> read) { keys.push_back({name, std::move(read)}); };
    add("about", [&](const Node& value) { file.about = read_text(value, problems).value_or(""); });
    add("input", [&](const Node& value) { mapping->input = read_input(value, problems); });
    add("field", [&](const Node& value) { mapping->json_fields = read_words(value, problems); });
    add("unwrap", [&](const Node& value) { mapping->unwrap = read_pointers(value, problems); });
    add("zone", [&](const Node& value) {
        mapping->zone = read_text(value, problems).value_or("");
        check_zone(mapping->zone, value.at, problems);
    });
    add("delivery", [&](const Node& value) {
        mapping->delivery = read_value(value, problems);
        for (const auto& candidate : mapping->delivery.candidates)
            for (const auto& piece : candidate.pieces)
                if (piece.reference && piece.reference->of != Reference::Of::header && piece.reference->of != Reference::Of::query)
                    problems.add(value.at, "delivery is the id of one delivery, in a header (header:X-Delivery); what stands in the body goes to `once`");
    });
    add("drop", [&](const Node& value) { mapping->drop = read_pointers(value, problems); });
    add("secrets", [&](const Node& value) {
        if (value.type != Node::Type::list) return mapping->secrets.push_back(read_reference(value, problems));
        for (const auto& element : value.list) mapping->secrets.push_back(read_reference(*element, problems));
    });
    add("verify", [&](const Node& value) { file.verify = read_verifier(value, problems); });
    add("verify_optional", [&](const Node& value) { file.verify_optional = read_bool(value, problems).value_or(false); });
    add("shapes", [&](const Node& value) { shapes = &value; });
    if (node.type != Node::Type::map || node.map.empty()) problems.add(node.at, "expected a mapping, a map with `text: /alert/title`");
    else read_map(node, keys, problems, "a mapping");

    if (mapping->drop.size() > max_candidates || mapping->secrets.size() > max_candidates || mapping->unwrap.size() > max_candidates || mapping->json_fields.size() > max_candidates)
        problems.add(node.at, "at most " + std::to_string(max_candidates) + " places each to drop, to hide and to unwrap");
    if (shapes == nullptr) {
        if (node.type == Node::Type::map && !node.map.empty()) check_shape(common, node.at, problems);
        mapping->shapes.push_back(std::move(common));
    } else if (shapes->type != Node::Type::list || shapes->list.empty() || shapes->list.size() > max_shapes) {
        problems.add(shapes->at, "expected a list of 1 to " + std::to_string(max_shapes) + " shapes, each beginning with \"- when:\"");
    } else {
        for (const auto& element : shapes->list) {
            auto shape = common;  // what stands beside `shapes` holds for each that does not say otherwise
            read_map(*element, shape_keys(shape, problems), problems, "a shape");
            check_shape(shape, element->at, problems);
            if (shape.when.empty() && element != shapes->list.back()) problems.add(element->at, "a shape without `when` fits everything, so it must be the last one");
            mapping->shapes.push_back(std::move(shape));
        }
    }
    file.mapping = std::move(mapping);
    return file;
}

Result<MappingFile> parse_mapping(std::string_view yaml, std::string_view name)
{
    Problems problems{name};
    const auto root = read_yaml(yaml, problems);
    if (!problems.empty()) return Failure{Errc::invalid_input, problems.report()};
    auto file = read_mapping(root, problems);
    if (!problems.empty()) return Failure{Errc::invalid_input, problems.report()};
    return file;
}

}  // namespace incident::config
