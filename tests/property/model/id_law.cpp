#include "model/id.hpp"
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

using namespace incident;

namespace {

Id any_id(std::int64_t& ms, std::uint64_t& sequence)
{
    ms = *rc::gen::inRange<std::int64_t>(0, 253'402'300'800'000);
    sequence = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 42);
    const auto within = *rc::gen::inRange(0, 1000);
    return make_id(Instant{std::chrono::milliseconds{ms} + std::chrono::microseconds{within}}, sequence,
                   *rc::gen::arbitrary<std::uint32_t>());
}

}  // namespace

RC_GTEST_PROP(IdLaw, SortsByMillisecondAndGivesBackTheSequence, ())
{
    std::int64_t a_ms = 0, b_ms = 0;
    std::uint64_t a_sequence = 0, b_sequence = 0;
    const auto a = any_id(a_ms, a_sequence), b = any_id(b_ms, b_sequence);
    RC_ASSERT(sequence_of(a) == a_sequence);
    RC_ASSERT(sequence_of(b) == b_sequence);
    if (a_ms != b_ms) RC_ASSERT((a < b) == (a_ms < b_ms));
    RC_ASSERT((a < b) == (to_string(a) < to_string(b)));
    if (a_sequence != b_sequence) RC_ASSERT(a != b);
}

RC_GTEST_PROP(IdLaw, WhatWePrintWeParse, (const std::array<std::uint8_t, 16>& bytes))
{
    const Id id{bytes};
    RC_ASSERT(parse_id(to_string(id)).value() == id);
}

RC_GTEST_PROP(IncidentKeyLaw, WhatWePrintWeParse, ())
{
    const IncidentKey key{*rc::gen::inRange<std::uint64_t>(1, 1'000'000'000'000'000)};
    RC_ASSERT(parse_incident_key(to_string(key)).value() == key);
}
