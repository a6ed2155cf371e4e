#include "model/id.hpp"
#include <gtest/gtest.h>
#include <unordered_set>

using namespace incident;
using namespace std::chrono_literals;

namespace {
const Instant noon = std::chrono::sys_days{std::chrono::year{2024} / 6 / 22} + 12h;
}

TEST(MakeId, IsAUuidOfVersionSeven)
{
    const auto text = to_string(make_id(noon, 1, 0));
    EXPECT_EQ(text, "01903fd1-4e00-7000-8000-000000100000");
    EXPECT_EQ(to_string(make_id(noon, 1, 0xffffffff)), "01903fd1-4e00-7fff-8000-0000001fffff");
}

TEST(MakeId, GivesBackItsSequence)
{
    for (const std::uint64_t sequence : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1'000'000}, (std::uint64_t{1} << 42) - 1})
        for (const std::uint32_t entropy : {0u, 0xffffffffu, 0x12345678u}) {
            EXPECT_EQ(sequence_of(make_id(noon, sequence, entropy)), sequence);
            EXPECT_EQ(time_of(make_id(noon, sequence, entropy)), std::chrono::floor<std::chrono::milliseconds>(noon));
        }
}

TEST(MakeId, SortsByTime)
{
    EXPECT_LT(make_id(noon, 9, 0xffffffff), make_id(noon + 1ms, 1, 0));
    EXPECT_LT(to_string(make_id(noon, 9, 0xffffffff)), to_string(make_id(noon + 1ms, 1, 0)));
}

TEST(MakeIdDeathTest, StopsOnASequenceThatDoesNotFit)
{
    EXPECT_DEATH((void)make_id(noon, std::uint64_t{1} << 42, 0), "broken invariant");
    EXPECT_DEATH((void)make_id(Instant{-1us}, 1, 0), "broken invariant");
}

TEST(ParseId, ReadsEitherCaseAndAnyVersion)
{
    const auto id = make_id(noon, 7, 99);
    EXPECT_EQ(parse_id(to_string(id)).value(), id);
    EXPECT_EQ(parse_id("F47AC10B-58CC-4372-A567-0E02B2C3D479").value(), parse_id("f47ac10b-58cc-4372-a567-0e02b2c3d479").value());
    EXPECT_TRUE(parse_id("00000000-0000-0000-0000-000000000000").value().is_nil());
}

TEST(ParseId, RefusesWhatIsNone)
{
    for (const auto* bad : {"", "7", "INC-7", "f47ac10b58cc4372a5670e02b2c3d479", "{f47ac10b-58cc-4372-a567-0e02b2c3d479}",
                            "f47ac10b-58cc-4372-a567-0e02b2c3d47", "f47ac10b-58cc-4372-a567-0e02b2c3d4799",
                            "f47ac10b-58cc-4372-a567-0e02b2c3d47g", "f47ac10b_58cc-4372-a567-0e02b2c3d479",
                            "f47ac10-b58cc-4372-a567-0e02b2c3d479", "------------------------------------"}) {
        const auto id = parse_id(bad);
        ASSERT_FALSE(id.has_value()) << bad;
        EXPECT_EQ(id.error().code, Errc::invalid_input);
        EXPECT_NE(id.error().detail.find('"' + std::string{bad} + '"'), std::string::npos);
        EXPECT_NE(id.error().detail.find("write it as a UUID"), std::string::npos);
    }
}

TEST(HashOfId, SpreadsNeighbours)
{
    std::unordered_set<std::size_t> hashes;
    for (std::uint64_t sequence = 1; sequence <= 10'000; ++sequence)
        hashes.insert(std::hash<Id>{}(make_id(noon, sequence, 0)) % 65'536);
    EXPECT_GT(hashes.size(), 5'000u);  // of 10,000 thrown at 65,536 buckets, chance leaves about 9,300 apart
}

TEST(IncidentKey, PrintsAndReadsBack)
{
    EXPECT_EQ(to_string(IncidentKey{7}), "INC-7");
    EXPECT_EQ(parse_incident_key("INC-7").value(), IncidentKey{7});
    EXPECT_EQ(parse_incident_key("inc-1234567").value(), IncidentKey{1234567});
}

TEST(IncidentKey, RefusesWhatCouldBeTextOrNothing)
{
    for (const auto* bad : {"", "7", "INC", "INC-", "INC-0", "INC-07", "INC--7", "INC-7a", "INC-+7", "INC 7", "INC_7", "XNC-7",
                            " INC-7", "INC-7 ", "INC-99999999999999999999"}) {
        const auto key = parse_incident_key(bad);
        ASSERT_FALSE(key.has_value()) << bad;
        EXPECT_NE(key.error().detail.find('"' + std::string{bad} + '"'), std::string::npos);
        EXPECT_NE(key.error().detail.find("like INC-7"), std::string::npos);
    }
}
