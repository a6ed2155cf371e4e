#pragma once
#include "ingest/dialects.hpp"

namespace incident::ingest {

struct SlackText {
    std::string text;
    std::vector<Link> links;  ///< web addresses in it, in order
};

/// Slack's markup as people read it: `<…>` first, then the three entities, once.
[[nodiscard]] SlackText plain_slack_text(std::string_view markup, const ChatSettings& source);

}  // namespace incident::ingest
