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

}  // namespace
}  // namespace incident::api
