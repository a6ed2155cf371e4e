#include "wire/search_words.hpp"
#include <gtest/gtest.h>

namespace incident::wire {
namespace {

using Terms = std::vector<SearchTerm>;

struct Typed {
    const char* name;
    const char* typed;
    Terms terms;
};
class ReadSearch : public testing::TestWithParam<Typed> {};
TEST_P(ReadSearch, Understands) { EXPECT_EQ(read_search(GetParam().typed).value(), GetParam().terms); }
INSTANTIATE_TEST_SUITE_P(
    Typed, ReadSearch,
    testing::Values(Typed{"Words", " pool  size ", {{"pool"}, {"size"}}}, Typed{"Phrase", "\"pool size\" x", {{"pool size"}, {"x"}}},
                    Typed{"OpenPhrase", "a \"pool size", {{"a"}, {"pool size"}}}, Typed{"Prefix", "conn* b**", {{"conn", true}, {"b", true}}},
                    Typed{"PhrasePrefix", "\"pool si\"*", {{"pool si", true}}}, Typed{"Without", "a -b -\"c d\"", {{"a"}, {"b", false, true}, {"c d", false, true}}},
                    Typed{"OptionIsText", "--force -", {{"--force"}}}, Typed{"HyphenInside", "web-3 a*b", {{"web-3"}, {"a*b"}}},
                    Typed{"SyntaxOfOthersIsText", "NEAR(a) text:b", {{"NEAR(a)"}, {"text:b"}}}, Typed{"QuoteInside", "a\"b c", {{"a\"b"}, {"c"}}},
                    Typed{"ControlsPart", "a\x01"
                                          "b\tc",
                          {{"a"}, {"b"}, {"c"}}},
                    Typed{"PassesOverSigns", "! a ?? \"\" * +", {{"a"}}}, Typed{"OtherScripts", "Ω ☃", {{"Ω"}, {"☃"}}}),
    [](const auto& one) { return std::string{one.param.name}; });

TEST(ReadSearch, RefusesWhatCannotFindAnythingAndSaysWhy)
{
    EXPECT_NE(read_search("").error().detail.find("no word"), std::string::npos);
    EXPECT_NE(read_search("?!").error().detail.find("letter or a digit"), std::string::npos);
    EXPECT_NE(read_search("-a -b").error().detail.find("to do without"), std::string::npos);
    EXPECT_EQ(read_search(std::string(max_search_bytes + 1, 'a')).error().code, Errc::invalid_input);
    std::string many;
    for (std::size_t i = 0; i <= max_search_terms; ++i) many += "w ";
    EXPECT_EQ(read_search(many).error().code, Errc::invalid_input);
    EXPECT_EQ(read_search(many.substr(2)).value().size(), max_search_terms);
}

}  // namespace
}  // namespace incident::wire
