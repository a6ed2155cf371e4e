#include "wire/json.hpp"
#include <gtest/gtest.h>

namespace incident::wire {
namespace {

struct Refused {
    const char* name;
    std::string text;
    Errc code;
    std::string says;
};

void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.name; }

class ParseJson : public testing::TestWithParam<Refused> {};

TEST_P(ParseJson, RefusesWithPlaceAndReason)
{
    const auto parsed = parse_json(GetParam().text);
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().code, GetParam().code);
    auto said = parsed.error().detail;
    if (GetParam().says.starts_with("?:")) said.replace(0, said.find(": "), "?");  // a place nobody wants to count
    EXPECT_EQ(said, GetParam().says);
}

std::string deep(std::size_t levels)
{
    return std::string(levels, '[') + std::string(levels, ']');
}

std::string keys(std::size_t count)
{
    std::string text = "{";
    for (std::size_t i = 0; i < count; ++i) text += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
    return text + "}";
}

std::string ones(std::size_t count)
{
    std::string text = "[1";
    for (std::size_t i = 1; i < count; ++i) text += ",1";
    return text + "]";
}

INSTANTIATE_TEST_SUITE_P(
    Bad, ParseJson,
    testing::Values(
        Refused{"Empty", "", Errc::malformed, "1:1: the document is empty"},
        Refused{"OnlySpace", " \n ", Errc::malformed, "1:1: the document is empty"},
        Refused{"ByteOrderMark", "\xEF\xBB\xBF{}", Errc::malformed,
                "1:1: the document begins with a byte order mark; send UTF-8 without one"},
        Refused{"DuplicateKey", "{\"id\":1,\n \"text\":2, \"text\":3}", Errc::malformed,
                "2:12: the key \"text\" stands twice in one object"},
        Refused{"DuplicateKeyEscaped", R"({"text":1, "t\u0065xt":2})", Errc::malformed,
                "1:22: the key \"text\" stands twice in one object"},
        Refused{"DuplicateEmptyKey", R"({"":1,"":2})", Errc::malformed, "1:7: the key \"\" stands twice in one object"},
        Refused{"DuplicateKeyInside", R"([{"a":{"b":1,"b":1}}])", Errc::malformed,
                "1:14: the key \"b\" stands twice in one object"},
        Refused{"Infinity", R"({"n":1e400})", Errc::malformed, "1:11: a number is too large for a double"},
        Refused{"MinusInfinity", "[-1e400]", Errc::malformed, "1:8: a number is too large for a double"},
        Refused{"HugeExponent", "1e99999999999999", Errc::malformed, "1:12: a number is too large for a double"},
        Refused{"NotANumber", "[NaN]", Errc::malformed, "1:2: JSON has no NaN or Infinity"},
        Refused{"Comment", "{} // hi", Errc::malformed,
                "1:4: something follows the document; one request holds one JSON document"},
        Refused{"InnerComment", "[/**/]", Errc::malformed, "1:2: JSON has no comments"},
        Refused{"SingleQuotes", "{'a':1}", Errc::malformed,
                "1:2: strings and keys stand in double quotes, not single ones"},
        Refused{"TrailingComma", "{\"a\":1,}", Errc::malformed, "1:8: nothing follows the comma before this bracket"},
        Refused{"TrailingBytes", "{}{}", Errc::malformed,
                "1:3: something follows the document; one request holds one JSON document"},
        Refused{"TrailingNul", std::string("{}\0", 3), Errc::malformed,
                "1:3: something follows the document; one request holds one JSON document"},
        Refused{"CutShort", R"({"text":"ab)", Errc::malformed, "1:12: the document ends too early"},
        Refused{"RawLineFeed", "[\"a\nb\"]", Errc::malformed,
                "1:4: the control character 0x0a must be escaped inside a string"},
        Refused{"BadUtf8", "[\"a\xFF\"]", Errc::malformed, "1:4: the byte 0xff is not UTF-8 here"},
        Refused{"OverlongUtf8", "[\"\xC0\xAF\"]", Errc::malformed, "1:3: the byte 0xc0 is not UTF-8 here"},
        Refused{"SurrogateInUtf8", "[\"\xED\xA0\x80\"]", Errc::malformed, "1:3: the byte 0xed is not UTF-8 here"},
        Refused{"LoneHighSurrogate", R"(["\ud800"])", Errc::malformed,
                "1:9: half of a surrogate pair; \\ud800 to \\udfff only come in pairs"},
        Refused{"LoneLowSurrogate", R"(["\udc00"])", Errc::malformed,
                "1:9: half of a surrogate pair; \\ud800 to \\udfff only come in pairs"},
        Refused{"BadHex", R"(["\u12g4"])", Errc::malformed, "1:7: \\u needs four hexadecimal digits"},
        Refused{"ColumnsAreCharacters", "[\"äöü\", x]", Errc::malformed, "1:9: \"x\" is not expected here"},
        Refused{"TooDeep", deep(33), Errc::limit_exceeded, "1:33: nested deeper than 32 levels"},
        Refused{"TooManyKeys", keys(257), Errc::limit_exceeded, "?: more than 256 keys in one object"},
        Refused{"TooManyValues", ones(10'000), Errc::limit_exceeded, "?: more than 10000 values"},
        Refused{"LongString", "[\"" + std::string(64 * 1024 + 1, 'x') + "\"]", Errc::limit_exceeded,
                "?: a string is longer than 65536 bytes"},
        Refused{"LongKey", "{\"" + std::string(64 * 1024 + 1, 'x') + "\":1}", Errc::limit_exceeded,
                "?: a key is longer than 65536 bytes"}),
    [](const auto& bad) { return std::string{bad.param.name}; });

TEST(ParseJsonGood, KeepsEveryKindOfValue)
{
    const auto parsed = parse_json(R"({"a":[1,-2,18446744073709551615,1.5,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{}})");
    ASSERT_TRUE(parsed.has_value()) << parsed.error().detail;
    EXPECT_EQ(*parsed, json::parse(R"({"a":[1,-2,18446744073709551615,1.5,true,false,null,"é😀\n"],"b":{}})"));
}

TEST(ParseJsonGood, LimitsAreWhatStillFits)
{
    EXPECT_TRUE(parse_json(deep(32)).has_value());
    EXPECT_TRUE(parse_json(keys(256)).has_value());
    EXPECT_TRUE(parse_json(ones(9'999)).has_value());
    EXPECT_TRUE(parse_json("\"" + std::string(64 * 1024, 'x') + "\"").has_value());
}

TEST(ParseJsonGood, SameKeyMayStandInDifferentObjects)
{
    EXPECT_TRUE(parse_json(R"([{"a":{"a":1},"b":2},{"a":1}])").has_value());
}

TEST(ParseJsonGood, LongEscapedStringsAndKeysStayWhole)
{
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "a\\n";
    const auto parsed = parse_json("{\"" + text + "\":\"" + text + "\"}");
    ASSERT_TRUE(parsed.has_value()) << parsed.error().detail;
    const auto& member = *parsed->as_object().begin();
    EXPECT_EQ(member.key().size(), 10'000u);
    EXPECT_EQ(member.value().as_string().size(), 10'000u);
    EXPECT_FALSE(parse_json("{\"" + text + "\":1,\"" + text + "\":2}").has_value());
}

TEST(ParseJsonGood, UsesTheStorageGiven)
{
    json::monotonic_resource memory;
    const json::storage_ptr storage{&memory};
    const auto parsed = parse_json(R"({"a":["b"]})", {}, storage);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(*parsed->storage(), *storage);
    EXPECT_EQ(*parsed->at("a").at(0).storage(), *storage);
}

TEST(ParseNdjson, ReadsOneDocumentALineAndSkipsBlankOnes)
{
    const auto parsed = parse_ndjson("{\"a\":1}\r\n\n  \n[2]\n3");
    ASSERT_TRUE(parsed.has_value()) << parsed.error().detail;
    EXPECT_EQ(json::serialize(*parsed), R"([{"a":1},[2],3])");
}

TEST(ParseNdjson, NamesLineAndIndexOfTheBadOne)
{
    const auto parsed = parse_ndjson("{\"a\":1}\n\n{\"b\":}\n");
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().detail, "3:6: \"}\" is not expected here");
    ASSERT_EQ(parsed.error().fields.size(), 1u);
    EXPECT_EQ(parsed.error().fields[0].pointer, "/1");
}

TEST(ParseNdjson, CountsTheValuesOfAllLinesTogether)
{
    JsonLimits limits;
    limits.values = 6;
    EXPECT_TRUE(parse_ndjson("[1,2]\n[3,4]\n", limits).has_value());
    EXPECT_EQ(parse_ndjson("[1,2]\n[3,4]\n5\n", limits).error().code, Errc::limit_exceeded);
}

TEST(ParseNdjson, RefusesNothingAtAll) { EXPECT_EQ(parse_ndjson("\n\n").error().code, Errc::malformed); }

}  // namespace
}  // namespace incident::wire
