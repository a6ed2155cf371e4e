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
    const auto pages = book.to_json();
    ASSERT_EQ(pages.size(), 3u);
    const auto& first = pages[0].as_object();
    EXPECT_EQ(first.at("name"), "alertmanager");
    EXPECT_EQ(first.at("events"), 3u);
    EXPECT_EQ(first.at("unparsed"), 1u);
    EXPECT_EQ(first.at("last_at"), "2024-06-22T15:01:00.000000Z");
    EXPECT_EQ(pages[1].as_object().at("note"), "test notification");
    EXPECT_EQ(pages[2].as_object().at("refused"), 1u);
}

TEST(SourceBook, HoldsABoundedNumberOfNames)
{
    SourceBook book;
    for (int i = 0; i < 1000; ++i) book.stored("source-" + std::to_string(i), 1, test::at("15:00"));
    const auto pages = book.to_json();
    EXPECT_LE(pages.size(), max_sources_shown + 1);
    std::uint64_t total = 0;
    for (const auto& page : pages) total += page.as_object().at("events").to_number<std::uint64_t>();
    EXPECT_EQ(total, 1000u);
}

}  // namespace
}  // namespace incident::api
