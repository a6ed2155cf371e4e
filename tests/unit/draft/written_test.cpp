#include "draft/written.hpp"
#include <gtest/gtest.h>

using namespace incident::draft;
using Kind = Piece::Kind;

namespace {

/// Each piece as one line: what a test wants to read.
std::string shown(std::string_view document)
{
    std::string all;
    for (const auto& piece : pieces_of(document)) {
        constexpr const char* names[] = {"heading", "item", "par", "row", "code", "quote"};
        all += names[static_cast<int>(piece.kind)] + std::to_string(piece.level) + (piece.strong ? "!" : "") + (piece.numbered ? "#" : "") + ":";
        for (const char c : piece.text) all += c == '\n' ? "/" : std::string{c};
        all += '\n';
    }
    return all;
}

struct Layout {
    const char* name;
    const char* document;
    const char* pieces;
};
class WrittenPieces : public testing::TestWithParam<Layout> {};
TEST_P(WrittenPieces, AreWhatAReaderSees) { EXPECT_EQ(shown(GetParam().document), GetParam().pieces); }

INSTANTIATE_TEST_SUITE_P(
    Layouts, WrittenPieces,
    testing::Values(
        Layout{"Headings", "# One #\nTwo\n===\nThree\n---\n#no heading\n\\# nor this\n", "heading1:One\nheading1:Two\nheading2:Three\npar0:#no heading/# nor this\n"},
        Layout{"BoldLinesAndLabels", "**Timeline**\n\n__All__ *of it*\n\n**2:00 PM:** up\n**2:05 PM**: down\n**3 PM:**tight\n", "par0!:Timeline\npar0:All of it\npar0:2:00 PM: up/2:05 PM: down/3 PM:tight\n"},
        Layout{"ListsOfEverySort", "- a\n* b\n+ c\n1. d\n2) e\n• f\n– g\n•h\n", "item0:a\nitem0:b\nitem0:c\nitem0#:d\nitem0#:e\nitem0:f\nitem0:g\nitem0:h\n"},
        Layout{"WordsRoundBulletsStandBelow", "•\tone\no\tinner\no\tother\n•\ttwo\nplain\n", "item0:one\nitem1:inner\nitem1:other\nitem0:two\npar0:plain\n"},
        Layout{"ARoundBulletBehindAHyphen", "- Summary:\n - o how long\n", "item0:Summary:\nitem0:how long\n"},
        Layout{"NestedItemsAndWrappedLines", "- **15:00** db down\n  since the push\n    - checked disk\n    - checked net\n\n  a second paragraph\n- next\nlazy line\n\nend\n",
               "item0:15:00 db down/since the push\nitem1:checked disk\nitem1:checked net\npar1:a second paragraph\nitem0:next/lazy line\npar0:end\n"},
        Layout{"ParagraphsOfAnItem", "- 2025-04-14 16:37 UTC\n\n  The report came in.\n- b\n", "item0:2025-04-14 16:37 UTC//The report came in.\nitem0:b\n"},
        Layout{"ADateIsNoNumberedItem", "19. April 14:03 up\n14.43 up\n1. April first\n", "par0:19. April 14:03 up/14.43 up/1. April first\n"},
        Layout{"Tables", "| Time | What |\n|:--|--:|\n| 15:00 | a \\| b |\n| `15:05` | **c**<br>d\n15:06 | ragged\n\nafter\n",
               "row0:Time | What\nrow1:15:00 | a | b\nrow1:15:05 | c/d\nrow1:15:06 | ragged\npar0:after\n"},
        Layout{"TablesWithoutPipesAtTheEnds", "words above\nTime | What\n--- | ---\n15:00 | a\n", "par0:words above\nrow0:Time | What\nrow1:15:00 | a\n"},
        Layout{"TablesWithoutAHead", "| 15:00 | a |\n| 15:05 | b |\n", "row1:15:00 | a\nrow1:15:05 | b\n"},
        Layout{"TablesOfATerminal", "+------+-----+\n| time | x   |\n+------+-----+\n| 15:0 | up  |\n+------+-----+\n", "row0:time | x\nrow1:15:0 | up\n"},
        Layout{"CodeAndQuotes", "- 15:00 log:\n  ```text\n  - 14:00 not an entry\n  ```\n> 12:00 quoted\n> more\n\n```\nunclosed\n",
               "item0:15:00 log:\ncode1:- 14:00 not an entry\nquote0:12:00 quoted/more\npar0:```/unclosed\n"},
        Layout{"MarksThatMarkNothing", "5 * 3 * 2 snake_case_name __init__.py a < b vector<int> ~13:30 [x] 10% & co \\* R&amp;D\n",
               "par0:5 * 3 * 2 snake_case_name init.py a < b vector<int> ~13:30 [x] 10% & co * R&D\n"},
        Layout{"LinksImagesCodeAndComments", "see [the *log*](http://a/b_(c)) ![graph](x.png) ``a`b`` <https://x.y> <!-- id --> ~~gone~~ [r][1]\n",
               "par0:see the log graph a`b https://x.y  gone r\n"},
        Layout{"TasksAndRules", "- [ ] do it\n- [x] done\n---\n***\ntext\n", "item0:do it\nitem0:done\npar0:text\n"},
        Layout{"CommentsOverSeveralLines", "<!-- a\n- b\n-->\n- c\n", "item0:c\n"},
        Layout{"InvisibleCharacters", "\xef\xbb\xbf# T\r\n-\xc2\xa0" "a\xe2\x80\x8b" "b\xc2\xa0" "c\r\n\xe2\x80\xaf- d\r\n", "heading1:T\nitem0:ab c\nitem0:d\n"},
        Layout{"Html", "<!DOCTYPE html><title>x</title><h2>Time<b>line</b></h2><p><strong>15:00</strong> &ndash; a<br/>b<p>c<ul><li>d<ul><li><b>e</b></ul><li><p>f</p><p>g</p></ul>",
               "heading2:Timeline\npar0:15:00 – a/b\npar0:c\nitem0:d\nitem1!:e\nitem0:f//g\n"},
        Layout{"HtmlTables", "<table class=\"a>b\"><thead><tr><th>Time<th>What</thead><tr><td>15:00</td><td>a | b<br>c</td></tr></table><pre>\n x\n</pre><blockquote><p>q</blockquote><script>1<2</script>",
               "row0!:Time | What\nrow1:15:00 | a | b/c\ncode0: x\nquote0:q\n"},
        Layout{"HtmlInsideMarkdown", "# T\n<table>\n<tr><td>15:00</td><td>a</td></tr>\n\n<tr><td>15:01</td><td>b</td></tr>\n</table>\n- c\n<div align=center>\n\n**d**\n",
               "heading1:T\nrow1:15:00 | a\nrow1:15:01 | b\nitem0:c\npar0!:d\n"}),
    [](const auto& layout) { return std::string{layout.param.name}; });

TEST(WrittenPiecesKeep, WhatWasTypedAndWhereItStands)
{
    const auto pieces = pieces_of("\xef\xbb\xbf# T\r\n\r\n- **1:00**\xc2\xa0" "a\r\n  b\r\n- c");
    ASSERT_EQ(pieces.size(), 3u);
    EXPECT_EQ(pieces[1].typed, "- **1:00**\xc2\xa0" "a\r\n  b");
    EXPECT_EQ(pieces[1].line, 3u);
    EXPECT_EQ(pieces[2].typed, "- c");
    EXPECT_EQ(pieces[2].line, 5u);
    EXPECT_EQ(pieces[2].text, "c");
}

TEST(WrittenPiecesStay, LinearInTheSizeOfHostileDocuments)
{
    constexpr std::size_t bytes = 120'000;  // quadratic work on any of these would take minutes
    for (const std::string_view part : {"[", "](", "[a](", "*a", "**a _b", "`", "`` ` ", "<", "<a ", "<!--\n", "<p>\n", "<a '>", "> ", "|", "- \n  ",
                                        "```\n~~~\n", "&", "\\", "o\t", "\xff", "1.\n", "~~", "#\n", "a\n-\n", "<li>", "<td>", "<script>", "\r"}) {
        for (const std::string_view head : {"", "<html>"}) {
            std::string document{head};
            while (document.size() < bytes) document += part;
            EXPECT_LE(pieces_of(document).size(), max_pieces) << part;
        }
    }
}

}  // namespace
