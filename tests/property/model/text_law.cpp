#include "model/text.hpp"
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

using namespace incident;

namespace {

/// Bytes that stand together more often than chance would have it: whole characters, halves of some, controls.
std::string any_bytes()
{
    const auto piece = rc::gen::oneOf(
        rc::gen::element<std::string>("ä", "€", "🔥", "\xe2\x82", "\xf0\x9f\x94", "\xed\xa0\x80", "\xc0\xaf", "\x1b[2J", "\u202e",
                                      "\u0085", "\u200b", "\n", "\x7f", "\ufeff", "\U000e0041", "\xf4\x90\x80\x80"),
        rc::gen::arbitrary<std::string>());
    std::string text;
    for (const auto& each : *rc::gen::container<std::vector<std::string>>(piece)) text += each;
    return text;
}

bool has_control(std::string_view text, bool line_feeds_allowed)
{
    for (const auto& hidden : {"\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f", "\u061c",
                               "\u2028", "\u2029", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"})
        if (text.find(hidden) != text.npos) return true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte < 0x20 && !(line_feeds_allowed && byte == '\n')) || byte == 0x7f) return true;
        if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;  // C1
    }
    return false;
}

}  // namespace

RC_GTEST_PROP(TextLaw, ToValidUtf8IsValidAndKeepsWhatWasValid, ())
{
    const auto text = any_bytes();
    const auto valid = to_valid_utf8(text);
    RC_ASSERT(is_utf8(valid));
    RC_ASSERT(is_utf8(text) == (valid == text));
    RC_ASSERT(to_valid_utf8(valid) == valid);
}

RC_GTEST_PROP(TextLaw, VisibleLetsNoControlThrough, ())
{
    const auto text = any_bytes();
    const auto keep = *rc::gen::arbitrary<bool>();
    const auto shown = visible(text, keep);
    RC_ASSERT(is_utf8(shown));
    RC_ASSERT(!has_control(shown, keep));
    RC_ASSERT(visible(shown, keep) == shown);
}

RC_GTEST_PROP(TextLaw, ShortenedFitsAndIsValid, ())
{
    const auto text = to_valid_utf8(any_bytes());
    const auto limit = *rc::gen::inRange<std::size_t>(0, text.size() + 3);
    const auto cut = shortened(text, limit);
    RC_ASSERT(cut.size() <= limit);
    RC_ASSERT(is_utf8(cut));
    RC_ASSERT((cut == text) == (text.size() <= limit));
}

RC_GTEST_PROP(TextLaw, ShortenedTakesAnyBytes, ())
{
    const auto text = any_bytes();
    const auto limit = *rc::gen::inRange<std::size_t>(0, text.size() + 3);
    RC_ASSERT(shortened(text, limit).size() <= limit);
}

RC_GTEST_PROP(TextLaw, EditDistanceIsADistance, ())
{
    const auto word = rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c'));
    const auto a = *word, b = *word;
    const auto limit = a.size() + b.size() + 1;
    const auto distance = edit_distance(a, b, limit);
    RC_ASSERT(distance == edit_distance(b, a, limit));
    RC_ASSERT((distance == 0) == (a == b));
    RC_ASSERT(distance <= std::max(a.size(), b.size()));
    for (std::size_t small = 0; small < 5; ++small) RC_ASSERT(edit_distance(a, b, small) == std::min(distance, small));
}
