#include "api/prepare.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

std::shared_ptr<const tagging::RuleSet> rules()
{
    tagging::Rule restart, deploy;
    restart.name = "restart";
    restart.tag = "action";
    restart.text = "restart(ed|ing)?";
    deploy.name = "site-deploy";
    deploy.tag = "rollout";
    deploy.text = "rolled out";
    return tagging::RuleSet::compile({restart, deploy}).value();
}

Event note(std::string text, Kind kind = Kind::note)
{
    Event event;
    event.kind = kind;
    event.text = std::move(text);
    event.author.name = "sam";
    event.source = "api";
    return event;
}

std::vector<std::string> names(const Event& event)
{
    std::vector<std::string> all;
    for (const auto& tag : event.tags) all.push_back(tag.name + " by " + tag.by);
    return all;
}

using Names = std::vector<std::string>;

TEST(Prepare, TypedTagsAreThePersonsAndKeepTheText)
{
    auto event = note("#action restarted web-3 #impact");
    prepare_posted(event, *rules());
    EXPECT_EQ(names(event), (Names{"action by person:sam", "impact by person:sam"}));
    EXPECT_EQ(event.text, "#action restarted web-3 #impact");
}

TEST(Prepare, VerbsAndSiteTagsCountToo)
{
    auto event = note("#hypo bad deploy? #rollout");
    prepare_posted(event, *rules());
    EXPECT_EQ(names(event), (Names{"hypothesis by person:sam", "rollout by person:sam"}));
}

TEST(Prepare, NotEveryHashIsATag)
{
    for (const auto* text : {"ticket #4711", "C# build", "see http://x/#action", "##action", "&#action", "#nonsense", "#", "a#action"}) {
        auto event = note(text);
        add_typed_tags(event, *rules());
        EXPECT_TRUE(event.tags.empty()) << text;
    }
    auto repeated = note("#action #action #act");
    add_typed_tags(repeated, *rules());
    EXPECT_EQ(repeated.tags.size(), 1u);
}

TEST(Prepare, AlertsSpeakForNobody)
{
    auto event = note("#action restarting", Kind::alert);
    prepare_posted(event, *rules());
    EXPECT_EQ(names(event), (Names{"action by rule:restart"}));
}

TEST(Prepare, RulesAddNothingWhereAPersonSpoke)
{
    auto event = note("restarted web-3");
    prepare_posted(event, *rules());
    EXPECT_EQ(names(event), (Names{"action by rule:restart"}));
    auto spoken = note("restarted web-3 #impact");
    prepare_posted(spoken, *rules());
    EXPECT_EQ(names(spoken), (Names{"impact by person:sam"}));
}

TEST(Prepare, ATagInARequestIsItsAuthors)
{
    auto event = note("a");
    Tag tag;
    tag.name = "impact";
    tag.by = "rule:forged";
    tag.match = "forged";
    event.tags = {tag};
    prepare_posted(event, *rules());
    EXPECT_EQ(event.tags[0].by, "person:sam");
    EXPECT_EQ(event.tags[0].match, "");
}

TEST(Prepare, ADialectsItemIsTaggedWhereverItStands)
{
    ingest::Item plain{note("restarted", Kind::chat), OnDuplicate::answer_first};
    prepare_received(plain, *rules());
    EXPECT_EQ(std::get<Event>(plain.what).tags.size(), 1u);
    ingest::ByKey edit;
    edit.orphan = note("restarted", Kind::chat);
    ingest::Item orphan{edit, OnDuplicate::answer_first};
    prepare_received(orphan, *rules());
    EXPECT_EQ(std::get<ingest::ByKey>(orphan.what).orphan->tags.size(), 1u);
}

ingest::Understood keyless(std::vector<std::string> texts)
{
    ingest::Understood understood;
    for (auto& text : texts) {
        Event event;
        event.kind = Kind::alert;
        event.text = std::move(text);
        event.flags = {"time_from_arrival"};
        understood.items.push_back({std::move(event)});
    }
    return understood;
}

TEST(KeyTheKeyless, TheSameWordsAreTheSameEventForAWhile)
{
    const auto key_at = [](const char* time, std::size_t which = 0) {
        auto understood = keyless({"disk full", "disk full", "disk empty"});
        key_the_keyless(understood, parse_rfc3339(time).value());
        const auto& item = understood.items[which];
        return std::pair{std::get<Event>(item.what).key, item.or_key};
    };
    const auto first = key_at("2024-06-22T15:04:59Z"), next = key_at("2024-06-22T15:05:01Z"), later = key_at("2024-06-22T15:10:00Z");
    EXPECT_EQ(first, key_at("2024-06-22T15:00:00Z"));
    EXPECT_NE(first.first, next.first);
    EXPECT_EQ(next.second, first.first) << "the border of two windows separates no delivery from its resend";
    EXPECT_NE(later.second, first.first);
    EXPECT_NE(first.first, key_at("2024-06-22T15:00:00Z", 1).first) << "told twice in one delivery, it happened twice";
    EXPECT_NE(first.first, key_at("2024-06-22T15:00:00Z", 2).first);
    EXPECT_LT(first.first, next.first) << "keys grow in the order of time";
    EXPECT_LE(first.first.size(), max_key_bytes);
}

TEST(KeyTheKeyless, LeavesKeysAlone)
{
    auto understood = keyless({"disk full"});
    std::get<Event>(understood.items[0].what).key = "own";
    ingest::ByKey change;
    change.key = "m";
    understood.items.push_back({change});
    key_the_keyless(understood, parse_rfc3339("2024-06-22T15:00:00Z").value());
    EXPECT_EQ(std::get<Event>(understood.items[0].what).key, "own");
    EXPECT_TRUE(understood.items[0].or_key.empty());
    EXPECT_EQ(understood.items[0].on_duplicate, OnDuplicate::answer_first);
}

}  // namespace
}  // namespace incident::api
