#include "draft/draft.hpp"
#include "support/parsed_markdown.hpp"
#include <gtest/gtest.h>

namespace incident::draft {
namespace {

struct Hostile {
    const char* name;
    const char* text;
};
class EscapedText : public testing::TestWithParam<Hostile> {};

/// Every place where the page puts text of others: a paragraph's head, an item's head, behind our own words, a heading.
TEST_P(EscapedText, IsOnlyText)
{
    const auto safe = escape_markdown(GetParam().text);
    for (const std::string before : {"", "- ", "- [ ] ", "- **15:15** - Alert: ", "# Postmortem: ", "word\n"}) {
        const auto parsed = test::parse_markdown(before + safe + "\n");
        const auto plain = test::parse_markdown(before + "word\n");
        auto nodes = parsed.nodes;
        nodes.erase("text");
        nodes.erase("softbreak");
        auto expected = plain.nodes;
        expected.erase("text");
        expected.erase("softbreak");
        for (const auto& url : parsed.links) EXPECT_TRUE(url.starts_with("http://") || url.starts_with("https://") || url.starts_with("mailto:")) << url;
        nodes.erase("link");
        EXPECT_EQ(nodes, expected) << before << safe;
    }
}
INSTANTIATE_TEST_SUITE_P(Attacks, EscapedText,
    testing::Values(Hostile{"RawHtml", "<script>alert(1)</script>"}, Hostile{"HtmlBlock", "<div>\n\nforged\n</div>"},
                    Hostile{"Comment", "<!-- hidden -->"}, Hostile{"JavascriptLink", "[click](javascript:alert(1))"},
                    Hostile{"Image", "![x](http://evil.example/pixel.png)"}, Hostile{"AngleLink", "<javascript:alert(1)>"},
                    Hostile{"ReferenceLink", "[a]: http://evil.example"}, Hostile{"Heading", "# Resolved"},
                    Hostile{"HeadingOnALineOfItsOwn", "fine\n\n## Resolution\nall good"}, Hostile{"Setext", "fine\n====="},
                    Hostile{"SetextDashes", "fine\n-----"}, Hostile{"OnlyEquals", "==="}, Hostile{"Rule", "---"},
                    Hostile{"RuleOfStars", "* * *"}, Hostile{"RuleOfUnderscores", "___"}, Hostile{"List", "- forged"},
                    Hostile{"PlusList", "+ forged"}, Hostile{"StarList", "* forged"}, Hostile{"NumberList", "1. forged"},
                    Hostile{"NumberListParen", "1) forged"}, Hostile{"Task", "[x] done"}, Hostile{"Quote", "> forged"},
                    Hostile{"Table", "a | b\n--- | ---\nc | d"}, Hostile{"Strong", "**Resolved**"}, Hostile{"Emphasis", "*a* _b_"},
                    Hostile{"Strike", "~~true~~"}, Hostile{"Code", "`rm -rf`"}, Hostile{"Fence", "```\nforged"},
                    Hostile{"TildeFence", "~~~\nforged"}, Hostile{"Indented", "    code"}, Hostile{"Footnote", "[^1] and [^1]: x"},
                    Hostile{"Autolink", "see http://ok.example/a_b_c*d*"}, Hostile{"FtpAutolink", "ftp://evil.example/x"},
                    Hostile{"WwwAutolink", "www.evil.example"}, Hostile{"Mail", "sam@example.org"},
                    Hostile{"AddressThatSwallowsBackslashes", "http://e.example/_x_*y* www.e.example*"},
                    Hostile{"Entity", "&lt;script&gt; &#60;b&#62;"}, Hostile{"Backslash", "\\*not\\* \\<b>"},
                    Hostile{"TrailingBackslash", "ends\\"}, Hostile{"TrailingHashes", "title ##"},
                    Hostile{"HardBreak", "a  \nb"}, Hostile{"CarriageReturns", "a\r\r# b"}, Hostile{"Nul", "a\x01\x02z"},
                    Hostile{"BadUtf8", "a\xff\xfe<b>"}, Hostile{"Bidi", "a\xE2\x80\xAE" "b"},
                    Hostile{"LineSeparator", "a\xE2\x80\xA8# b"}, Hostile{"Xmpp", "xmpp:a@b.example"}),
    [](const auto& hostile) { return std::string{hostile.param.name}; });

TEST(EscapeMarkdown, LeavesOrdinaryTextAsItReads)
{
    for (const std::string text : {"Scaled web-3 from 4 to 8, no change!", "checkout_errors_total is 5 (was 2)", "nginx 1.14.10 + php",
                                   "error 503 at 15:15", "C# and #6 of 7", "a-b = c", "R&D said: no"})
        EXPECT_EQ(escape_markdown(text), text);
}

TEST(EscapeMarkdown, CollapsesLinesAndShowsWhatIsInvisible)
{
    EXPECT_EQ(escape_markdown("one\r\n\ttwo"), "one two");
    EXPECT_EQ(escape_markdown("a\xE2\x80\xAE" "b"), "a\\\\u202eb");
}

TEST(CountWords, CountsHeadingsAndTimesButNoCommentsAndNoTodos)
{
    EXPECT_EQ(count_words("## Issue Summary\n- **15:15** - It broke. <!-- 0190 -->\n"), 5u);
    EXPECT_EQ(count_words("- TODO: the root cause (incidentctl cause TEXT)\n- **Impact:** TODO: what users saw\n- [ ] TODO: x\n"), 0u);
    EXPECT_EQ(count_words("- it said TODO: later\n"), 4u);
    EXPECT_EQ(count_words("a \\<!-- b\n"), 2u);
    EXPECT_EQ(count_words("a <!-- b\n c --> d"), 2u);
    EXPECT_EQ(count_words("a <!-- never closed"), 1u);
}

}  // namespace
}  // namespace incident::draft
