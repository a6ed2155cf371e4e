#include "net/framing.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace incident::net {
namespace {

struct Outcome {
    std::vector<Message> messages;
    std::string broken;
    bool operator==(const Outcome&) const = default;
};

/// Feeds `bytes` in the pieces that `cuts` make of it; a piece is asked again until it is used up, as a session does.
template <class Framing, class Collect>
Outcome fed(Framing framing, std::string_view bytes, const std::vector<std::uint8_t>& cuts, Collect collect)
{
    Outcome outcome;
    std::size_t next = 0;
    while (!bytes.empty()) {
        const std::size_t size = cuts.empty() ? bytes.size() : 1 + cuts[next++ % cuts.size()] % 7;
        auto piece = bytes.substr(0, size);
        bytes.remove_prefix(piece.size());
        while (!piece.empty()) {
            auto step = framing.next(piece);
            RC_ASSERT(step.used <= piece.size());
            RC_ASSERT(step.used > 0 || step.found || !step.broken.empty());
            piece.remove_prefix(step.used);
            if (step.found) collect(outcome, std::move(*step.found));
            outcome.broken = std::move(step.broken);
            if (!outcome.broken.empty()) return outcome;
        }
    }
    if constexpr (requires { framing.end(); })
        if (auto last = framing.end()) collect(outcome, std::move(*last));
    return outcome;
}

void keep(Outcome& outcome, Message message) { outcome.messages.push_back(std::move(message)); }
void keep_frame(Outcome& outcome, RelpFrame frame)
{
    Message message = frame.data;
    message.ordinal = frame.transaction;
    message.bytes = frame.command + ' ' + message.bytes;
    outcome.messages.push_back(std::move(message));
}

FramingLimits small()
{
    FramingLimits limits;
    limits.kept_bytes = 8;
    limits.counted_bytes = 40;
    return limits;
}

/// Bytes in which lengths, commands and line feeds are common.
rc::Gen<std::string> stream_bytes() { return rc::gen::container<std::string>(rc::gen::elementOf(std::string{"0123456789 <>\n\r\0abcsyslogopen", 30})); }

RC_GTEST_PROP(FramingLaw, LinesDoNotDependOnHowTheyAreCutUp, (std::vector<std::uint8_t> cuts))
{
    const auto bytes = *stream_bytes();
    RC_ASSERT(fed(LineFraming{small()}, bytes, cuts, keep) == fed(LineFraming{small()}, bytes, {}, keep));
}

RC_GTEST_PROP(FramingLaw, SyslogDoesNotDependOnHowItIsCutUp, (std::vector<std::uint8_t> cuts))
{
    const auto bytes = *stream_bytes();
    RC_ASSERT(fed(SyslogFraming{small()}, bytes, cuts, keep) == fed(SyslogFraming{small()}, bytes, {}, keep));
}

RC_GTEST_PROP(FramingLaw, RelpDoesNotDependOnHowItIsCutUp, (std::vector<std::uint8_t> cuts))
{
    const auto bytes = *stream_bytes();
    RC_ASSERT(fed(RelpFraming{small()}, bytes, cuts, keep_frame) == fed(RelpFraming{small()}, bytes, {}, keep_frame));
}

RC_GTEST_PROP(FramingLaw, WhatIsCountedComesBackWhole, (std::vector<std::string> bodies, std::vector<std::uint8_t> cuts))
{
    std::string counted, relp;
    Outcome expected, expected_frames;
    std::uint32_t transaction = 0;
    for (auto& body : bodies) {
        if (body.empty()) body = "x";
        counted += std::to_string(body.size()) + ' ' + body;
        keep(expected, Message{body, false, 1});
        relp += std::to_string(++transaction) + " syslog " + std::to_string(body.size()) + ' ' + body + '\n';
        keep_frame(expected_frames, RelpFrame{transaction, "syslog", Message{body, false, 1}});
    }
    RC_ASSERT(fed(SyslogFraming{}, counted, cuts, keep) == expected);
    RC_ASSERT(fed(RelpFraming{}, relp, cuts, keep_frame) == expected_frames);
}

RC_GTEST_PROP(FramingLaw, NoLineIsLost, (std::vector<std::string> lines, std::vector<std::uint8_t> cuts))
{
    std::string bytes;
    Outcome expected;
    for (auto line : lines) {
        std::erase_if(line, [](char c) { return c == '\n' || c == '\r'; });
        bytes += line + "\r\n";
        if (!line.empty()) keep(expected, Message{line, false, 1});
    }
    RC_ASSERT(fed(LineFraming{}, bytes, cuts, keep) == expected);
}

}  // namespace
}  // namespace incident::net
