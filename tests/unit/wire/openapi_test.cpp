#include "wire/openapi.hpp"
#include "wire/json.hpp"
#include "wire/problem.hpp"
#include "wire/routes.hpp"
#include <functional>
#include <gtest/gtest.h>
#include <set>

// The document against the code: routes, members of the values, members of the requests, references.
namespace incident::wire {
namespace {

using Words = std::set<std::string>;

const json::object& document()
{
    static const auto parsed = parse_json(openapi_json(), JsonLimits{64, 100'000, 256, 64 * 1024});
    static const json::value empty = json::object{};
    if (!parsed) ADD_FAILURE() << parsed.error().detail;
    return (parsed ? *parsed : empty).as_object();
}

const json::object& schema(std::string_view name)
{
    return document().at("components").at("schemas").at(name).as_object();
}

std::string text(json::string_view view) { return {view.data(), view.size()}; }

Words keys(const json::value& object)
{
    Words all;
    for (const auto& member : object.as_object()) all.insert(text(member.key()));
    return all;
}

Words words(const json::value& array)
{
    Words all;
    for (const auto& word : array.as_array()) all.insert(text(word.as_string()));
    return all;
}

/// `method path operationId` of each.
Words documented()
{
    Words all;
    for (const auto& path : document().at("paths").as_object())
        for (const auto& method : path.value().as_object()) {
            if (method.key() == "parameters") continue;
            auto verb = text(method.key());
            for (auto& c : verb) c = static_cast<char>(c - 'a' + 'A');
            all.insert(verb + " " + text(path.key()) + " " + text(method.value().at("operationId").as_string()));
        }
    return all;
}

std::string_view name_of(Operation operation)
{
    switch (operation) {
        case Operation::post_events: return "post_events";
        case Operation::list_events: return "list_events";
        case Operation::get_event: return "get_event";
        case Operation::post_amendment: return "post_amendment";
        case Operation::get_history: return "get_history";
        case Operation::get_raw: return "get_raw";
        case Operation::open_incident: return "open_incident";
        case Operation::list_incidents: return "list_incidents";
        case Operation::get_incident: return "get_incident";
        case Operation::patch_incident: return "patch_incident";
        case Operation::get_timeline: return "get_timeline";
        case Operation::get_draft: return "get_draft";
        case Operation::get_stream: return "get_stream";
        case Operation::post_hook: return "post_hook";
        case Operation::get_status: return "get_status";
        case Operation::list_sources: return "list_sources";
        case Operation::get_source: return "get_source";
        case Operation::try_source: return "try_source";
        case Operation::replay_source: return "replay_source";
        case Operation::list_rules: return "list_rules";
        case Operation::apply_rules: return "apply_rules";
        case Operation::get_stats: return "get_stats";
        case Operation::create_rule: return "create_rule";
        case Operation::remove_rule: return "remove_rule";
        case Operation::try_rules: return "try_rules";
        case Operation::verify_ledger: return "verify_ledger";
        case Operation::get_openapi: return "get_openapi";
        case Operation::get_metrics: return "get_metrics";
        case Operation::get_healthy: return "get_healthy";
        case Operation::get_ready: return "get_ready";
        case Operation::reload: return "reload";
        case Operation::get_page: return "get_page";
        case Operation::list_tokens: return "list_tokens";
        case Operation::create_token: return "create_token";
        case Operation::revoke_token: return "revoke_token";
        case Operation::get_self: return "get_self";
    }
    return "";
}

TEST(OpenApi, HasEveryRouteAndNoOther)
{
    Words expected;
    for (const auto& route : routes) {
        std::string path{route.path};
        if (const auto rest = path.find("...}"); rest != path.npos) path.erase(rest, 3);
        expected.insert(std::string{route.method} + " " + path + " " + std::string{route.name.empty() ? name_of(route.operation) : route.name});
    }
    EXPECT_EQ(documented(), expected);
}

void each_object(const json::value& value, const std::function<void(const json::object&)>& visit)
{
    if (const auto* object = value.if_object()) {
        visit(*object);
        for (const auto& member : *object) each_object(member.value(), visit);
    }
    else if (const auto* array = value.if_array())
        for (const auto& element : *array) each_object(element, visit);
}

TEST(OpenApi, EveryReferenceLeadsSomewhere)
{
    const json::value whole(document());  // braces would make an array of it
    each_object(whole, [&](const json::object& object) {
        const auto* reference = object.if_contains("$ref");
        if (reference == nullptr) return;
        const auto target = text(reference->as_string());
        json::error_code error;
        EXPECT_NE(whole.find_pointer(target.substr(1), error), nullptr) << target;
    });
}

TEST(OpenApi, DeclaresTheParametersOfEveryPath)
{
    const json::value whole(document());  // braces would make an array of it
    for (const auto& path : document().at("paths").as_object()) {
        Words declared;
        if (const auto* parameters = path.value().as_object().if_contains("parameters"))
            for (const auto& parameter : parameters->as_array()) {
                json::error_code error;
                const auto* reference = parameter.as_object().if_contains("$ref");
                const auto* resolved = reference == nullptr
                                           ? &parameter
                                           : whole.find_pointer(text(reference->as_string()).substr(1), error);
                ASSERT_NE(resolved, nullptr);
                declared.insert("{" + text(resolved->at("name").as_string()) + "}");
            }
        Words named;
        const auto template_ = text(path.key());
        for (auto from = template_.find('{'); from != std::string::npos; from = template_.find('{', from + 1))
            named.insert(template_.substr(from, template_.find('}', from) - from + 1));
        EXPECT_EQ(declared, named) << template_;
    }
}

TEST(OpenApi, EveryOperationAnswersWhatEveryRouteMay)
{
    for (const auto& path : document().at("paths").as_object())
        for (const auto& method : path.value().as_object()) {
            if (method.key() == "parameters") continue;
            const auto statuses = keys(method.value().at("responses"));
            for (const auto* status : {"400", "405", "431", "500", "503"})
                EXPECT_TRUE(statuses.contains(status)) << path.key() << " " << method.key() << " " << status;
            EXPECT_FALSE(statuses.contains("429"));
        }
}

TEST(OpenApi, DescribesTheMembersThatAreWritten)
{
    const auto matches = [](std::string_view name, const json::object& written) {
        EXPECT_EQ(keys(written), words(schema(name).at("required"))) << name;
        EXPECT_EQ(keys(written), keys(schema(name).at("properties"))) << name;
    };
    matches("Author", to_json(Author{}));
    matches("Tag", to_json(Tag{}));
    matches("Event", to_json(Event{}));
    matches("Incident", to_json(Incident{}));
    matches("Acknowledgement", acknowledgement(Event{}));
    matches("Problem", problem(Failure{Errc::malformed, ""}, "/"));
    Entry entry;
    entry.what = Amendment{};
    matches("Amendment", to_json(entry).at("amendment").as_object());
    entry.what = IncidentStep{};
    matches("IncidentStep", to_json(entry).at("step").as_object());
    entry.what = Tally{};
    matches("Tally", to_json(entry).at("tally").as_object());
    auto head = to_json(entry);
    head.erase("tally");
    matches("EntryHead", head);
}

/// Each documented member of a request is known to its reader, and one more is not.
template <class Read>
void reads_what_it_documents(std::string_view name, Read read)
{
    ASSERT_EQ(schema(name).at("additionalProperties"), false) << name;
    const auto unknown_members = [&](const json::object& body) {
        Words all;
        const auto result = read(json::value(body));
        if (result.has_error())
            for (const auto& field : result.error().fields)
                if (field.detail.find("is not known") != std::string::npos ||
                    field.detail.find("given by the recorder") != std::string::npos)
                    all.insert(field.pointer);
        return all;
    };
    json::object body;
    for (const auto& member : keys(schema(name).at("properties"))) body[member] = nullptr;
    body.erase("author");  // an amendment's is taken by the route itself
    EXPECT_EQ(unknown_members(body), Words{}) << name;
    body["surprise"] = 1;
    EXPECT_EQ(unknown_members(body), Words{"/surprise"}) << name;
}

TEST(OpenApi, DescribesTheMembersThatRequestsMayHave)
{
    reads_what_it_documents("EventRequest", [](const json::value& value) { return read_event_request(value); });
    reads_what_it_documents("AmendmentRequest", read_amendment_request);
    reads_what_it_documents("OpenRequest", read_open_request);
    reads_what_it_documents("PatchRequest", read_patch_request);
    reads_what_it_documents("TokenRequest", read_token_request);
}

TEST(OpenApi, NamesTheLimitsOfTheModel)
{
    const auto& event = schema("EventRequest").at("properties");
    EXPECT_EQ(event.at("text").at("maxLength"), max_text_bytes);
    EXPECT_EQ(event.at("details").at("maxLength"), max_details_bytes);
    EXPECT_EQ(event.at("tags").at("maxItems"), max_tags);
    EXPECT_EQ(event.at("links").at("maxItems"), max_links);
    EXPECT_EQ(event.at("labels").at("maxProperties"), max_labels);
    EXPECT_EQ(event.at("labels").at("additionalProperties").at("maxLength"), max_label_bytes);
    EXPECT_EQ(event.at("author").at("maxLength"), max_name_bytes);
    EXPECT_EQ(event.at("key").at("maxLength"), max_key_bytes);
}

}  // namespace
}  // namespace incident::wire
