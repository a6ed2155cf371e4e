#include "wire/problem.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::wire {
namespace {

struct Described {
    Errc code;
    std::string_view word, title;
    unsigned status;
};

// Alertmanager retries 5xx only, so "busy" is 503 and never 429.
constexpr std::array described{
    Described{Errc::malformed, "malformed", "The request cannot be parsed", 400},
    Described{Errc::invalid_input, "invalid_input", "A field is wrong or unknown", 422},
    Described{Errc::key_reused, "key_reused", "The idempotency key was used with another body", 422},
    Described{Errc::not_found, "not_found", "There is no such thing", 404},
    Described{Errc::conflict, "conflict", "The state forbids it", 409},
    Described{Errc::stale, "stale", "It was changed in the meantime", 412},
    Described{Errc::unauthenticated, "unauthenticated", "The sender did not prove who it is", 401},
    Described{Errc::forbidden, "forbidden", "The sender may not do this", 403},
    Described{Errc::limit_exceeded, "limit_exceeded", "The request is larger than a limit", 413},
    Described{Errc::unsupported, "unsupported", "The content type is not understood", 415},
    Described{Errc::unavailable, "unavailable", "Not stored; try again", 503},
    Described{Errc::unknown_outcome, "unknown_outcome", "May or may not be stored; send it again with the same key", 503},
};

constexpr std::string_view type_prefix = "urn:incidentd:problem:";

const Described& describe(Errc code) noexcept
{
    const auto found = std::ranges::find(described, code, &Described::code);
    return found == described.end() ? described.back() : *found;
}

std::string_view phrase_of(unsigned status) noexcept
{
    switch (status) {
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 421: return "Misdirected Request";
        case 422: return "Unprocessable Content";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 505: return "HTTP Version Not Supported";
        default: return "Error";
    }
}

/// What a bare status says, when the body does not say more.
Errc code_of(unsigned status) noexcept
{
    switch (status) {
        case 401: return Errc::unauthenticated;
        case 403: return Errc::forbidden;
        case 404:
        case 410: return Errc::not_found;
        case 405:
        case 406:
        case 415: return Errc::unsupported;
        case 409: return Errc::conflict;
        case 412: return Errc::stale;
        case 413:
        case 414:
        case 431: return Errc::limit_exceeded;
        case 422: return Errc::invalid_input;
        case 408:
        case 425:
        case 429:
        case 503: return Errc::unavailable;
        default: return status >= 500 ? Errc::unknown_outcome : Errc::malformed;  // a proxy's 502 and 504 tell nothing
    }
}

std::string valid_utf8(std::string_view text) { return is_utf8(text) ? std::string{text} : to_valid_utf8(text); }

json::object document(std::string_view type, std::string_view title, unsigned status, std::string_view detail,
                      std::string_view instance, const std::vector<FieldError>& fields)
{
    json::array errors;
    for (const auto& field : fields) {
        json::object one;
        one.emplace("pointer", valid_utf8(field.pointer));
        one.emplace("detail", valid_utf8(field.detail));
        errors.push_back(std::move(one));
    }
    json::object problem;
    problem.emplace("type", type);
    problem.emplace("title", title);
    problem.emplace("status", status);
    problem.emplace("detail", valid_utf8(detail));
    problem.emplace("instance", valid_utf8(instance));
    problem.emplace("errors", std::move(errors));
    return problem;
}

bool is_problem_type(std::string_view content_type)
{
    const auto type = lowered(trimmed(content_type.substr(0, content_type.find(';'))));
    return type == problem_type || type == "application/json";
}

std::string_view first_line(std::string_view body)
{
    const auto text = trimmed(body);
    return trimmed(text.substr(0, text.find_first_of("\r\n")));
}

}  // namespace

unsigned http_status(Errc code) noexcept { return describe(code).status; }

json::object problem(const Failure& failure, std::string_view instance)
{
    const auto& kind = describe(failure.code);
    return document(std::string{type_prefix} + std::string{kind.word}, kind.title, kind.status, failure.detail,
                    instance, failure.fields);
}

json::object problem(unsigned status, std::string_view detail, std::string_view instance)
{
    return document("about:blank", phrase_of(status), status, detail, instance, {});
}

Failure read_problem(unsigned status, std::string_view content_type, std::string_view body)
{
    constexpr std::size_t max_shown_bytes = 300;  // of a body that is no problem document
    Failure failure{code_of(status), {}};
    if (is_problem_type(content_type)) {
        const auto parsed = parse_json(body);
        const auto* object = parsed ? parsed->if_object() : nullptr;
        const auto text = [](const json::object& from, std::string_view name) {
            const auto* value = from.if_contains(name);
            const auto* string = value == nullptr ? nullptr : value->if_string();
            return string == nullptr ? std::string{} : std::string{string->data(), string->size()};
        };
        if (object != nullptr) {
            const auto type = text(*object, "type");
            if (type.starts_with(type_prefix)) {
                const auto word = std::string_view{type}.substr(type_prefix.size());
                const auto found = std::ranges::find(described, word, &Described::word);
                if (found != described.end()) failure.code = found->code;
            }
            failure.detail = text(*object, "detail");
            if (failure.detail.empty()) failure.detail = text(*object, "title");
            const auto* list = object->if_contains("errors");
            if (const auto* errors = list == nullptr ? nullptr : list->if_array())
                for (const auto& error : *errors)
                    if (const auto* one = error.if_object())
                        failure.fields.push_back({text(*one, "pointer"), text(*one, "detail")});
            if (!failure.detail.empty()) return failure;
        }
    }
    const auto line = first_line(body);
    failure.detail = "HTTP " + std::to_string(status) + " " + std::string{phrase_of(status)};
    if (!line.empty()) failure.detail += ": " + shortened(to_valid_utf8(line), max_shown_bytes);
    return failure;
}

}  // namespace incident::wire
