#include "model/text.hpp"
#include <array>
#include <gtest/gtest.h>

using namespace incident;
using namespace std::string_view_literals;

TEST(IsUtf8, FollowsTheStandardsTable)
{
    for (const auto good : {""sv, "plain"sv, "ä"sv, "€"sv, "\xf0\x9f\x94\xa5"sv, "\xed\x9f\xbf"sv, "\xee\x80\x80"sv,
                            "\xf4\x8f\xbf\xbf"sv, "\xc2\x80"sv, "\xe0\xa0\x80"sv, "\xf0\x90\x80\x80"sv, "a\0b"sv})
        EXPECT_TRUE(is_utf8(good)) << visible(good);
    for (const auto bad : {"\x80"sv, "\xff"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x9f\xbf"sv, "\xf0\x8f\xbf\xbf"sv,
                           "\xed\xa0\x80"sv, "\xed\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xc3"sv,
                           "\xe2\x82"sv, "\xf0\x9f\x94"sv, "\xc3("sv, "ok\xe2\x28\xa1"sv})
        EXPECT_FALSE(is_utf8(bad)) << visible(bad);
}

TEST(ToValidUtf8, ReplacesEachBrokenPartOnce)
{
    EXPECT_EQ(to_valid_utf8("fine ä"), "fine ä");
    EXPECT_EQ(to_valid_utf8("a\xff" "b"), "a\uFFFDb");
    EXPECT_EQ(to_valid_utf8("\xe2\x82"), "\uFFFD");           // one character cut short
    EXPECT_EQ(to_valid_utf8("\xc0\x80"), "\uFFFD\uFFFD");     // overlong: neither byte could begin anything
    EXPECT_EQ(to_valid_utf8("\xf0\x9f\x94" "A"), "\uFFFDA");
    EXPECT_EQ(to_valid_utf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
}

TEST(Shortened, NeverCutsACharacter)
{
    EXPECT_EQ(shortened("checkout", 8), "checkout");
    EXPECT_EQ(shortened("checkout", 7), "chec…");
    EXPECT_EQ(shortened("ääää", 7), "ää…");
    EXPECT_EQ(shortened("ääää", 6), "ä…");
    EXPECT_EQ(shortened("\xf0\x9f\x94\xa5\xf0\x9f\x94\xa5", 7), "\xf0\x9f\x94\xa5…");
    EXPECT_EQ(shortened("abcd", 3), "…");
    EXPECT_EQ(shortened("abcd", 2), "ab");  // no room for the mark
    EXPECT_EQ(shortened("ääää", 1), "");
    EXPECT_EQ(shortened("abcd", 0), "");
}

TEST(Trimmed, TakesWhiteSpaceOffBothEnds)
{
    EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
    EXPECT_EQ(trimmed("\v\f "), "");
    EXPECT_EQ(trimmed(""), "");
}

TEST(Lowered, TouchesAsciiOnly) { EXPECT_EQ(lowered("ÄBC-xYZ 1"), "Äbc-xyz 1"); }

TEST(Visible, ShowsWhatATerminalWouldObey)
{
    EXPECT_EQ(visible("plain ä € 🔥"), "plain ä € 🔥");
    EXPECT_EQ(visible("\x1b[31mred\x07"), "\\x1b[31mred\\x07");
    EXPECT_EQ(visible("a\nb\tc\rd\x7f"), "a\\x0ab\\x09c\\x0dd\\x7f");
    EXPECT_EQ(visible("a\nb\r", true), "a\nb\\x0d");
    EXPECT_EQ(visible("\u009b1m"), "\\u009b1m");
    EXPECT_EQ(visible("\u202egnp.exe"), "\\u202egnp.exe");
    EXPECT_EQ(visible("a\u200bb\u2066c\u2028d\ufeff"), "a\\u200bb\\u2066c\\u2028d\\ufeff");
    EXPECT_EQ(visible("\U000e0041"), "\\U000e0041");
    EXPECT_EQ(visible("\x9b\xff"), "\\x9b\\xff");  // bytes of no encoding
    EXPECT_EQ(visible("a\0b"sv), "a\\x00b");
}

TEST(EditDistance, CountsFourKindsOfEdit)
{
    EXPECT_EQ(edit_distance("note", "note"), 0u);
    EXPECT_EQ(edit_distance("nte", "note"), 1u);
    EXPECT_EQ(edit_distance("notee", "note"), 1u);
    EXPECT_EQ(edit_distance("nqte", "note"), 1u);
    EXPECT_EQ(edit_distance("ntoe", "note"), 1u);  // neighbours swapped
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("", ""), 0u);
}

TEST(EditDistance, StopsAtTheLimit)
{
    EXPECT_EQ(edit_distance("abcdef", "uvwxyz", 3), 3u);
    EXPECT_EQ(edit_distance("a", "aaaaaaaaaa", 4), 4u);
    EXPECT_EQ(edit_distance("abc", "abc", 0), 0u);
    std::string long_word(1'000'000, 'a'), other = long_word;
    other[500'000] = 'b';
    EXPECT_EQ(edit_distance(long_word, other), 1u);  // in the length times the limit, or this never ends
}

TEST(Nearest, SuggestsWithinTwoEdits)
{
    constexpr std::array words{"note"sv, "resolve"sv, "status"sv};
    EXPECT_EQ(nearest("nte", words), "note");
    EXPECT_EQ(nearest("staus", words), "status");
    EXPECT_EQ(nearest("frobnicate", words), "");
}
