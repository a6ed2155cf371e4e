#pragma once
#include "api/runtime.hpp"
#include "net/message.hpp"

namespace incident::api {

struct Context;

/// What a message means: a line is a note of whoever is at the other end; syslog and RELP are alerts of the host that the
/// message names, which is a claim. All go in by take_in().
///
/// RELP messages that carry their sender's own time are kept once, however often they come: their key is the content, with an
/// ordinal for equal ones of one connection. Those without a time cannot be told from another of the same words, so they are
/// kept each time. Lines are kept once by the key they name.
[[nodiscard]] std::unique_ptr<net::MessageHandler> make_message_service(std::shared_ptr<Context> context);

}  // namespace incident::api
