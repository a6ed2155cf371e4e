#pragma once
#include "ingest/dialect.hpp"

/// What a chat hears back: what stands in the ledger now, in the words of the command line's confirmation.
namespace incident::ingest {

/// `#6 INC-7 02:34:11Z action · rb web to 2.41`; the whole date when it is another day's; `inbox` where there is no
/// incident. With `remark` behind. No events: `already recorded`.
[[nodiscard]] std::string recorded(std::span<const Event> stored, std::string_view remark = {});

/// Nothing in it calls people: `@channel`, `@here`, `@all`, `@everyone` get a zero-width space (RELIABILITY E-7).
[[nodiscard]] std::string without_calls(std::string_view text);

/// `{"response_type":"ephemeral","text":…}`, for Slack with its three entities escaped.
[[nodiscard]] std::string slack_reply(std::string_view text);
/// The same for Mattermost. @param whole_channel it answers a message, so everybody who saw that sees it.
[[nodiscard]] std::string mattermost_reply(std::string_view text, bool whole_channel);

/// A value in a body that must not be kept; too short to be one: passed over, or it would cut innocent words.
void add_secret(Understood& understood, std::string_view value);

}  // namespace incident::ingest
