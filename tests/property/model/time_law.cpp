#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

using namespace incident;
using namespace std::chrono_literals;

namespace {

constexpr auto second_us = std::int64_t{1'000'000};

Instant between(const char* from, const char* to)
{
    const auto us = [](const char* text) { return parse_rfc3339(text).value().time_since_epoch().count(); };
    return Instant{std::chrono::microseconds{*rc::gen::inRange(us(from), us(to))}};
}

/// Any instant we print; half of them on a whole second, as most are.
Instant any_instant()
{
    const auto at = between("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z");
    return *rc::gen::arbitrary<bool>() ? at : std::chrono::floor<std::chrono::seconds>(at);
}

/// Two changes of the clocks each year, a half-hour change, no change, an odd offset, and one that once skipped a day.
std::string any_zone()
{
    return *rc::gen::element<std::string>("America/New_York", "Europe/London", "Europe/Berlin", "Australia/Lord_Howe",
                                          "Africa/Nairobi", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia",
                                          "Africa/Casablanca", "Africa/Windhoek", "Africa/Johannesburg", "UTC", "EAT", "-03:30");
}

TimeContext long_after(std::string zone = "UTC")
{
    TimeContext context;
    context.now = parse_rfc3339("9999-12-31T23:59:59Z").value();
    context.zone = std::move(zone);
    return context;
}

}  // namespace

RC_GTEST_PROP(InstantLaw, WhatWePrintWeParse, ())
{
    const auto at = any_instant();
    const auto text = to_rfc3339(at);
    RC_ASSERT(text.size() == 27u);
    RC_ASSERT(parse_rfc3339(text).value() == at);
    RC_ASSERT(parse_time(text, long_after()).value().at == at);
}

RC_GTEST_PROP(InstantLaw, PrintedInstantsSortAsText, ())
{
    const auto a = any_instant(), b = any_instant();
    RC_ASSERT((a < b) == (to_rfc3339(a) < to_rfc3339(b)));
}

RC_GTEST_PROP(InstantLaw, NoTextBreaksTheParser, (const std::string& text))
{
    const auto at = parse_rfc3339(text);
    RC_ASSERT(at.has_value() || is_utf8(at.error().detail));
}

RC_GTEST_PROP(SpanLaw, WhatWePrintWeParseToTheUnitPrinted, ())
{
    const auto most = *rc::gen::element(1 * second_us, 120 * second_us, 7200 * second_us, 172'800 * second_us, 3650 * 86'400 * second_us);
    const std::chrono::microseconds span{*rc::gen::inRange<std::int64_t>(0, most)};
    const auto text = to_words(span);
    const auto read = parse_span(text);
    RC_ASSERT(read.has_value());
    const std::chrono::microseconds unit = span >= 24h    ? std::chrono::microseconds{1h}
                                           : span >= 1min ? std::chrono::microseconds{1min}
                                           : span >= 1s   ? std::chrono::microseconds{1s}
                                           : span >= 1ms  ? std::chrono::microseconds{1ms}
                                                          : std::chrono::microseconds{1s};
    RC_ASSERT(*read <= span && span - *read < unit);
    RC_ASSERT(to_words(*read) == text);
}

RC_GTEST_PROP(LocalTimeLaw, WhatWePrintWeParse, ())
{
    const auto at = between("1850-01-01T00:00:00Z", "2060-01-01T00:00:00Z");
    const auto local = to_local(at, any_zone()).value();
    const auto text = to_string(local);
    const auto reading = parse_time(text, long_after());
    RC_ASSERT(reading.has_value());
    RC_ASSERT(reading->at == at);
}

RC_GTEST_PROP(LocalTimeLaw, FromLocalIsTheInverseWhereTheClockIsClear, ())
{
    const auto zone = any_zone();
    const auto at = between("1970-01-01T00:00:00Z", "2037-01-01T00:00:00Z");
    const auto local = to_local(at, zone).value();
    const auto back = from_local(local, zone);
    if (back) {
        RC_ASSERT(*back == at);
        return;
    }
    // Refused: then it was shown twice, and one of the two readings is ours.
    RC_ASSERT(back.error().detail.find("came twice") != std::string::npos);
    auto shown = to_rfc3339(at).substr(0, 19);
    RC_ASSERT(back.error().detail.find(shown) != std::string::npos);
}

RC_GTEST_PROP(LocalTimeLaw, AroundAChangeOfClocksToo, ())
{
    const auto* change = *rc::gen::element("2024-03-10T07:00:00Z", "2024-11-03T06:00:00Z");
    const auto at = parse_rfc3339(change).value() + std::chrono::seconds{*rc::gen::inRange(-7200, 7200)};
    const auto local = to_local(at, "America/New_York").value();
    RC_ASSERT(parse_time(to_string(local), long_after()).value().at == at);
    const auto back = from_local(local, "America/New_York");
    const bool holds = back.has_value() ? *back == at : back.error().detail.find("came twice") != std::string::npos;
    RC_ASSERT(holds);
}

RC_GTEST_PROP(ClockLaw, ATimeOfDayIsNeverInTheFutureNorLongAgo, ())
{
    TimeContext context;
    context.now = between("1970-01-01T00:00:00Z", "2037-01-01T00:00:00Z");
    context.zone = any_zone();
    const auto text = (*rc::gen::inRange(0, 24) + 100) * 100 + *rc::gen::inRange(0, 60);
    const auto digits = std::to_string(text);  // 1HHMM
    const auto reading = parse_time(digits.substr(1, 2) + ":" + digits.substr(3, 2), context);
    if (!reading) {
        RC_ASSERT(reading.error().detail.find(" came ") != std::string::npos);
        return;
    }
    RC_ASSERT(reading->at <= context.now);
    // A day is 25 hours where clocks went back, and Apia once had none between Thursday and Saturday.
    RC_ASSERT(context.now - reading->at <= 25h || context.zone == "Pacific/Apia");
    const auto local = to_local(reading->at, context.zone).value();
    RC_ASSERT(std::to_string((local.hour + 100) * 100 + local.minute) == digits);
}

RC_GTEST_PROP(TimeGrammarLaw, NoTextBreaksIt, ())
{
    // Pieces that belong to the grammar, in no order.
    const auto piece = rc::gen::element<std::string>(
        "now", "today", "yesterday", " ", " ", "14:02", ":", "07", "5", "m", "h", "ago", "-", "+", "@", "1717596000", "Z", "UTC", "IST",
        "PST", "EST", "pm", "am", "2024-06-05", "T", ".5", "Africa/Nairobi", "+03:00", "24", "60", "0001-01-01", "9999-12-31", "\xff", "\x1b");
    std::string text;
    for (const auto& each : *rc::gen::container<std::vector<std::string>>(piece)) text += each;
    TimeContext context;
    context.now = between("1970-01-01T00:00:00Z", "2037-01-01T00:00:00Z");
    context.zone = any_zone();
    context.future_allowed = *rc::gen::arbitrary<bool>();
    const auto reading = parse_time(text, context);
    if (!reading) {
        RC_ASSERT(is_utf8(reading.error().detail));
        RC_ASSERT(reading.error().detail == visible(reading.error().detail));
        return;
    }
    RC_ASSERT(parse_rfc3339(to_rfc3339(reading->at)).value() == reading->at);
    RC_ASSERT(context.future_allowed || reading->at <= context.now + 1min);
}
