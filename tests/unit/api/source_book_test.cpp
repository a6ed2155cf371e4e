#include "api/source_book.hpp"
#include "support/entries.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

TEST(SourceBook, TellsWhoSentWhatAndWhen)
{
    SourceBook book;
    book.stored("alertmanager", 3, test::at("15:00"));
    book.unparsed("alertmanager", 1, test::at("15:01"));
    book.refused("slack", "signature: outside the window", test::at("15:02"));
    book.noted("grafana", "test notification", test::at("15:03"));
    const auto pages = book.to_json(false);
    ASSERT_EQ(pages.size(), 3u);
    const auto& first = pages[0].as_object();
    EXPECT_EQ(first.at("name"), "alertmanager");
    EXPECT_EQ(first.at("events"), 3u);
    EXPECT_EQ(first.at("unparsed"), 1u);
    EXPECT_EQ(first.at("last_at"), "2024-06-22T15:01:00.000000Z");
    EXPECT_EQ(first.at("last_event_at"), "2024-06-22T15:00:00.000000Z");
    EXPECT_TRUE(pages[2].as_object().at("last_event_at").is_null()) << "what was refused is no event";
    EXPECT_EQ(pages[1].as_object().at("note"), "test notification");
    EXPECT_EQ(pages[2].as_object().at("refused"), 1u);
}

TEST(SourceBook, ShowsTestsRefusalsAndWhatWaitsForAPerson)
{
    SourceBook book;
    EXPECT_EQ(book.find("aws-sns"), nullptr);
    book.refused("aws-sns", "no certificate fits\x1b[31m", test::at("15:00"));
    book.noted("aws-sns", "", test::at("15:01"));
    book.noted("aws-sns", "test notification", test::at("15:02"));
    book.noted("aws-sns", "our own message", test::at("15:03"));
    book.asked("aws-sns", {"arn:aws:sns:eu-west-1:1:alarms", "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription"}, test::at("15:04"));
    const auto pages = book.to_json(true);
    const auto& page = pages.at(0).as_object();
    EXPECT_EQ(page.at("note"), "our own message");
    EXPECT_EQ(page.at("last_refused").at("words"), "no certificate fits\\x1b[31m") << "it may be shown on a terminal";
    EXPECT_EQ(page.at("last_refused").at("at"), "2024-06-22T15:00:00.000000Z");
    EXPECT_EQ(page.at("last_test").at("at"), "2024-06-22T15:02:00.000000Z");
    EXPECT_EQ(page.at("confirmation").at("topic"), "arn:aws:sns:eu-west-1:1:alarms");
    EXPECT_EQ(page.at("confirmation").at("url"), "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription");
    const auto to_others = book.to_json(false);
    EXPECT_EQ(to_others.at(0).at("confirmation").at("topic"), "arn:aws:sns:eu-west-1:1:alarms");
    EXPECT_TRUE(to_others.at(0).at("confirmation").at("url").is_null()) << "it holds a token";
    book.heard("aws-sns", "arn:aws:sns:eu-west-1:1:others");
    book.heard("nobody", "arn:aws:sns:eu-west-1:1:alarms");
    EXPECT_TRUE(book.find("aws-sns")->confirmation.has_value());
    book.heard("aws-sns", "arn:aws:sns:eu-west-1:1:alarms");
    EXPECT_FALSE(book.find("aws-sns")->confirmation.has_value()) << "the topic speaks, so it was confirmed";
    EXPECT_EQ(book.find("nobody"), nullptr);
    ASSERT_NE(book.find("aws-sns"), nullptr);
    EXPECT_EQ(book.find("aws-sns")->events, 0u);
    for (const auto* note : {"test notification", "url_verification", "ping", "ssl_check", "a Test button"}) EXPECT_TRUE(tells_of_a_test(note)) << note;
    for (const auto* note : {"our own message", "a link preview", "an empty list"}) EXPECT_FALSE(tells_of_a_test(note)) << note;
}

TEST(SourceBook, HoldsABoundedNumberOfNames)
{
    SourceBook book;
    for (int i = 0; i < 1000; ++i) book.stored("source-" + std::to_string(i), 1, test::at("15:00"));
    const auto pages = book.to_json(false);
    EXPECT_LE(pages.size(), max_sources_shown + 1);
    std::uint64_t total = 0;
    for (const auto& page : pages) total += page.as_object().at("events").to_number<std::uint64_t>();
    EXPECT_EQ(total, 1000u);
}

}  // namespace
}  // namespace incident::api
