#include "commands/grammar.hpp"
#include "commands/scribe_line.hpp"
#include <gtest/gtest.h>

namespace incident::ctl {
namespace {

using TypedWords = std::vector<std::string>;

TEST(ScribeLine, IsANoteUnlessALetterStandsInFront)
{
    EXPECT_EQ(words_of_line("db cpu  98%"), (TypedWords{"note", "--", "db cpu  98%"}));
    EXPECT_EQ(words_of_line("-v is broken"), (TypedWords{"note", "--", "-v is broken"}));
    EXPECT_EQ(words_of_line("x was not traffic"), (TypedWords{"x", "was", "not", "traffic"}));
    EXPECT_EQ(words_of_line("x :4 was not"), (TypedWords{"x", ":4", "was", "not"}));
    EXPECT_EQ(words_of_line("e --to db paged ana"), (TypedWords{"e", "--to", "db", "paged", "ana"}));
    EXPECT_EQ(words_of_line("xray is slow"), (TypedWords{"note", "--", "xray is slow"}));
    EXPECT_EQ(words_of_line("I think it is dns"), (TypedWords{"note", "--", "I think it is dns"}));
    EXPECT_EQ(words_of_line("resolve dns by hand"), (TypedWords{"note", "--", "resolve dns by hand"})) << "a verb's whole name is a word";
    EXPECT_EQ(words_of_line("l 2 is down"), (TypedWords{"note", "--", "l 2 is down"})) << "reading verbs take no text";
    EXPECT_EQ(words_of_line("r"), TypedWords{"r"}) << "it will say that it has no text";
    EXPECT_EQ(words_of_line("  \t "), TypedWords{});
}

TEST(ScribeLine, TakesATimeFirst)
{
    EXPECT_EQ(words_of_line("@02:31 db down"), (TypedWords{"note", "@02:31", "--", "db down"}));
    EXPECT_EQ(words_of_line("@02:31 x not it"), (TypedWords{"x", "@02:31", "not", "it"}));
    EXPECT_EQ(words_of_line("@3:15 PM UTC a rebooted"), (TypedWords{"a", "@3:15", "PM", "UTC", "rebooted"}));
    EXPECT_EQ(words_of_line("@ana is on it"), (TypedWords{"note", "@ana", "--", "is on it"})) << "refused as a time, and said so";
    EXPECT_EQ(words_of_line("@02:31"), (TypedWords{"note", "--", "@02:31"}));
}

TEST(ScribeLine, KnowsAFewWordsAloneAndAnyCommand)
{
    EXPECT_EQ(words_of_line("u"), TypedWords{"undo"});
    EXPECT_EQ(words_of_line("?"), (TypedWords{"help", "scribe"}));
    EXPECT_EQ(words_of_line("ic tag . --remove 'two words'"), (TypedWords{"tag", ".", "--remove", "two words"}));
    EXPECT_EQ(words_of_line(R"(incidentctl n "a \"b\"" c\ d '' $x)"), (TypedWords{"n", "a \"b\"", "c d", "", "$x"}));
    EXPECT_EQ(command_of({"note", "--", "it's"}), R"(incidentctl note -- 'it'\''s')");
}

TEST(CommandWords, AreLeftAloneFromTheFirstOn)
{
    const auto words = [](TypedWords line) { return split(line).value().words; };
    EXPECT_EQ(words({"run", "--", "ls", "-l", "--help"}), (TypedWords{"ls", "-l", "--help"}));
    EXPECT_EQ(words({"run", "-q", "ls", "-q", "--", "x"}), (TypedWords{"ls", "-q", "--", "x"}));
    EXPECT_EQ(words({"run", "--of", ":4", "true"}), TypedWords{"true"});
    EXPECT_FALSE(split(TypedWords{"run", "--nonsense", "true"}).has_value());
    EXPECT_TRUE(split(TypedWords{"run", "--help"}).value().help);
}

}  // namespace
}  // namespace incident::ctl
