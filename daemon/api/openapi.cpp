#include "api/etag.hpp"
#include "api/handlers.hpp"
#include "wire/openapi.hpp"

namespace incident::api {

Handled get_openapi(Context&, Call call)
{
    static const std::string etag = etag_of(0, wire::openapi_json());
    if (names_etag(call.request.header("if-none-match"), etag, true)) co_return not_modified(etag);
    auto reply = text_reply(200, std::string{wire::openapi_json()}, "application/json");
    reply.headers.emplace_back("ETag", etag);
    co_return reply;
}

}  // namespace incident::api
