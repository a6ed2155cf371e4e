#include "api/replies.hpp"

namespace incident::api {
namespace {

net::Reply with_problem(unsigned status, const wire::json::object& document)
{
    net::Reply reply;
    reply.status = status;
    reply.content_type = std::string{wire::problem_type};
    reply.body = wire::json::serialize(document) + '\n';
    reply.headers.emplace_back("Cache-Control", "no-store");
    reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
    if (status == 503) reply.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
    return reply;
}

}  // namespace

net::Reply json_reply(unsigned status, const wire::json::value& body)
{
    return text_reply(status, wire::json::serialize(body) + '\n', "application/json");
}

net::Reply text_reply(unsigned status, std::string text, std::string content_type)
{
    net::Reply reply;
    reply.status = status;
    reply.content_type = std::move(content_type);
    reply.body = std::move(text);
    reply.headers.emplace_back("X-Content-Type-Options", "nosniff");  // text of others is never guessed into a page
    return reply;
}

net::Reply problem_reply(const Failure& failure, std::string_view instance)
{
    return with_problem(wire::http_status(failure.code), wire::problem(failure, instance));
}

net::Reply problem_reply(unsigned status, std::string_view detail, std::string_view instance)
{
    return with_problem(status, wire::problem(status, detail, instance));  // the status says it all (RFC 9457 §4.2.1)
}

net::Reply not_modified(std::string etag)
{
    auto reply = text_reply(304, {}, {});
    reply.headers.emplace_back("ETag", std::move(etag));
    return reply;
}

}  // namespace incident::api
