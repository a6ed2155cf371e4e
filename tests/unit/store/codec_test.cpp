#include "store/codec.hpp"
#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace incident::store {
namespace {

Entry entry_of(std::variant<Event, Amendment, IncidentStep, Tally> what)
{
    Entry entry;
    entry.seq = 7;
    entry.id = make_id(Instant{std::chrono::hours{480'000}}, 7, 1);
    entry.received_at = Instant{std::chrono::hours{480'000}};
    entry.author = {.name = "sam", .verified = true, .claimed = {}};
    entry.source = "api";
    entry.principal = "tcp:127.0.0.1";
    if (auto* event = std::get_if<Event>(&what)) {
        event->id = entry.id;
        event->seq = entry.seq;
        event->received_at = event->occurred_at = entry.received_at;
        event->source = entry.source;
        event->author = entry.author;
    }
    entry.what = std::move(what);
    return entry;
}

struct Texts {
    std::string facts, content;
};

Texts texts_of(const Entry& entry)
{
    Texts texts;
    encode(entry, texts.facts, texts.content);
    return texts;
}

TEST(Codec, KeepsEveryByteOfAText)
{
    Event event;
    for (int byte = 0; byte < 256; ++byte) event.text += static_cast<char>(byte);  // not even UTF-8
    event.labels["a \"label\"\n"] = "\\\t\x7f";
    event.tags.push_back({.name = "action", .by = "rule:x", .match = "\"words\"", .how = {}, .to = {}, .of = {}});
    const auto entry = entry_of(event);
    const auto texts = texts_of(entry);
    const auto back = decode(entry.seq, texts.facts, texts.content);
    ASSERT_TRUE(back) << back.error().detail;
    EXPECT_EQ(*back, entry);
}

TEST(Codec, WritesJsonThatOthersRead)
{
    Event event;
    event.text = "50% of checkouts fail – \"timeout\"";
    event.incident = IncidentKey{3};
    event.number = 6;
    const auto texts = texts_of(entry_of(event));
    const auto facts = boost::json::parse(texts.facts).as_object();
    EXPECT_EQ(facts.at("entry"), "event");
    EXPECT_EQ(facts.at("incident"), 3);
    EXPECT_EQ(boost::json::parse(texts.content).as_object().at("text").as_string(), event.text);
}

TEST(Codec, PutsWhatMayBeForgottenIntoTheContentOnly)
{
    Event event;
    event.text = event.details = "forgettable";
    event.labels["l"] = "forgettable";
    event.links.push_back({"https://forgettable", "forgettable"});
    event.tags.push_back({.name = "action", .by = "rule:x", .match = "forgettable", .how = {}, .to = {}, .of = {}});
    Amendment amendment;
    amendment.text = amendment.reason = "forgettable";
    amendment.add_tags = event.tags;
    EXPECT_EQ(texts_of(entry_of(event)).facts.find("forgettable"), std::string::npos);
    EXPECT_EQ(texts_of(entry_of(amendment)).facts.find("forgettable"), std::string::npos);
}

TEST(Codec, AnEntryWithoutTextHasNoContent)
{
    Amendment amendment;
    amendment.star = true;
    EXPECT_EQ(texts_of(entry_of(amendment)).content, "");
    EXPECT_EQ(texts_of(entry_of(Tally{})).content, "");
    EXPECT_NE(texts_of(entry_of(Event{})).content, "");
}

TEST(Codec, ReadsAnEmptiedEvent)
{
    Event event;
    event.text = "gone";
    const auto entry = entry_of(event);
    const auto back = decode(7, texts_of(entry).facts, "");
    ASSERT_TRUE(back);
    EXPECT_EQ(std::get<Event>(back->what).text, "");
    EXPECT_EQ(back->id, entry.id);
}

TEST(Codec, LooksCheaplyAtFacts)
{
    Event event;
    const auto inbox = texts_of(entry_of(event)).facts;
    event.incident = IncidentKey{1};
    const auto inside = texts_of(entry_of(event)).facts;
    EXPECT_TRUE(is_event(inbox));
    EXPECT_TRUE(recorded_in_inbox(inbox));
    EXPECT_TRUE(is_event(inside));
    EXPECT_FALSE(recorded_in_inbox(inside));
    EXPECT_FALSE(is_event(texts_of(entry_of(Tally{})).facts));
}

TEST(Codec, NamesTheEntryItCannotRead)
{
    for (const auto* facts : {"", "{", "[]", "{}", R"({"entry":"event"})", R"({"entry":"poem","id":"x"})"}) {
        const auto read = decode(42, facts, "");
        ASSERT_FALSE(read) << facts;
        EXPECT_NE(read.error().detail.find("entry 42"), std::string::npos) << read.error().detail;
    }
}

}  // namespace
}  // namespace incident::store
