#include "mapped.hpp"

namespace incident::ingest::test {
namespace {

Event one(std::string_view yaml, std::string_view body, const Around& around = {})
{
    const auto understood = mapped(yaml, body, around);
    EXPECT_EQ(understood.items.size(), 1u) << understood.note;
    return event_at(understood);
}

TEST(MappingValue, TakesTheFirstCandidateThatSaysSomething)
{
    const auto* const yaml = "text: [/title, /name, nothing]";
    EXPECT_EQ(one(yaml, R"({"title":"t","name":"n"})").text, "t");
    for (const auto* const empty : {R"({"name":"n"})", R"({"title":null,"name":"n"})", R"({"title":"","name":"n"})", R"({"title":" ","name":"n"})",
                                    R"({"title":"$TITLE","name":"n"})", R"({"title":"{{ title }}","name":"n"})", R"({"title":"*title*","name":"n"})",
                                    R"({"title":"<no value>","name":"n"})", R"({"title":{},"name":"n"})", R"({"title":[],"name":"n"})"})
        EXPECT_EQ(one(yaml, empty).text, "n") << empty;
    EXPECT_EQ(one(yaml, "{}").text, "nothing") << "words are a constant";
}

TEST(MappingValue, ReadsAnyScalarExactly)
{
    const auto text = [](std::string_view value) { return one("text: /x", R"({"x":)" + std::string{value} + "}").text; };
    EXPECT_EQ(text("9007199254740993"), "9007199254740993") << "beyond what a double holds";
    EXPECT_EQ(text("18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(text("-7"), "-7");
    EXPECT_EQ(text("true"), "true");
    EXPECT_EQ(text("1.5"), "1.5");
    EXPECT_EQ(text(R"(["a",2,"b"])"), "a, 2, b");
}

TEST(MappingValue, FillsATemplateOnlyAsAWhole)
{
    const auto* const yaml = R"(text: ["{/kind}/{/name} {{ok}}", "only {/name}", x])";
    EXPECT_EQ(one(yaml, R"({"kind":"pod","name":"web"})").text, "pod/web {ok}");
    EXPECT_EQ(one(yaml, R"({"name":"web"})").text, "only web");
    EXPECT_EQ(one(yaml, "{}").text, "x");
}

TEST(MappingValue, JoinsThosePartsThatSaySomething)
{
    const auto* const yaml = "text: {join: [/a, [/b, /c], {value: /d, match: '^(.)'}], between: ' - '}";
    EXPECT_EQ(one(yaml, R"({"a":"1","c":"2","d":"34"})").text, "1 - 2 - 3");
    EXPECT_EQ(one(yaml, R"({"d":"34"})").text, "3");
}

TEST(MappingValue, PicksFromListsOfPairsAndCommaLists)
{
    const auto* const body = R"({"fields":[{"key":"team","value":"pay"},{"key":"severity","value":"ERROR"},7],
        "tags":"env:prod, host:web-1,bare","list":["env:test","x"],"updates":[{"t":1},{"t":2}]})";
    EXPECT_EQ(one("text: '/fields[key=severity]/value'", body).text, "ERROR");
    EXPECT_EQ(one("text: '/tags[host:]'", body).text, "web-1");
    EXPECT_EQ(one("text: '/list[env:]'", body).text, "test");
    EXPECT_EQ(one("text: '/updates[last]/t'", body).text, "2");
    EXPECT_EQ(one("text: /updates/0/t", body).text, "1");
    EXPECT_EQ(one("text: ['/fields[key=none]/value', '/tags[bare:]', none]", body).text, "none");
    EXPECT_EQ(one("text: '/a~1b/~2c]'", R"({"a/b":{"[c]":"odd"}})").text, "odd");
}

TEST(MappingValue, ReadsHeadersQueryAndTheParent)
{
    Around around;
    around.headers = {{"x-kind", "deploy"}};
    around.query = {{"env", "prod"}};
    EXPECT_EQ(one("text: '{header:X-Kind} to {query:env}'", "{}", around).text, "deploy to prod");
    const auto understood = mapped("each: /alerts\ntext: '{/name} of {../cluster}'", R"({"cluster":"k1","alerts":[{"name":"a"},{"name":"b"}]})");
    ASSERT_EQ(understood.items.size(), 2u);
    EXPECT_EQ(event_at(understood, 1).text, "b of k1");
    EXPECT_EQ(event_at(mapped("each: /names\ntext: .", R"({"names":["only"]})")).text, "only");
}

TEST(MappingValue, UndoesWhatSpoilsATextAndMatchesInIt)
{
    EXPECT_EQ(one("text: {value: /t, undo: newlines}", R"({"t":"a\\nb"})").text, "a\nb");
    EXPECT_EQ(one("text: {value: /t, undo: html}", R"({"t":"<p>a &amp; b</p>"})").text, "a & b");
    EXPECT_EQ(one("text: {value: /t, match: '\\](.*)$'}", R"({"t":"[Triggered] CPU high"})").text, "CPU high");
    EXPECT_EQ(one("text: [{value: /t, match: '[0-9]+'}, none]", R"({"t":"abc"})").text, "none");
    EXPECT_EQ(one("text: x\ndetails: {value: /d, as: json}", R"({"d":{"a":[1]}})").details, R"({"a":[1]})");
}

TEST(MappingCondition, ComparesTestsPresenceAndMatches)
{
    const auto fits = [](std::string_view condition, std::string_view body) {
        return one("text: [{value: yes, when: " + std::string{condition} + "}, no]", body).text == "yes";
    };
    EXPECT_TRUE(fits("{/a: ONE}", R"({"a":"one"})")) << "without case";
    EXPECT_TRUE(fits("{/a: [x, 1]}", R"({"a":1})"));
    EXPECT_FALSE(fits("{/a: [x, y]}", R"({"a":1})"));
    EXPECT_TRUE(fits("{/a: {not: [x]}}", R"({"a":1})"));
    EXPECT_FALSE(fits("{/a: x, /b: y}", R"({"a":"x"})")) << "all of one map";
    EXPECT_TRUE(fits("[{/a: y}, {/a: x}]", R"({"a":"x"})")) << "any of a list";
    EXPECT_TRUE(fits("{/a: {present: true}}", R"({"a":false})"));
    EXPECT_FALSE(fits("{/a: {present: true}}", R"({"a":{}})"));
    EXPECT_TRUE(fits("{/a: {present: false}}", R"({"a":null})"));
    EXPECT_FALSE(fits("{/a: {present: true, not: false}}", R"({"a":false})"));
    EXPECT_TRUE(fits("{/a: {matches: '^\\[Rec'}}", R"({"a":"[Recovered]"})"));
    EXPECT_TRUE(fits("{/a: {before: now}}", R"({"a":"2026-06-22T15:15:59Z"})"));
    EXPECT_FALSE(fits("{/a: {before: now}}", R"({"a":"2026-06-22T15:16:01Z"})"));
    EXPECT_TRUE(fits("{/a: {after: now}}", R"({"a":1900000000})"));
    EXPECT_FALSE(fits("{/a: {after: now}}", R"({"a":"soon"})"));
}

TEST(MappingStatus, MapsWithoutCaseAndKnowsCommonWords)
{
    const auto status = [](std::string_view rest, std::string_view body) { return one("text: x\n" + std::string{rest}, body).status; };
    const auto* const map = "status: {from: /s, map: {Bad: firing, good: resolved}}";
    EXPECT_EQ(status(map, R"({"s":"BAD"})"), "firing");
    EXPECT_EQ(status(map, R"({"s":"Good"})"), "resolved");
    EXPECT_EQ(status(map, R"({"s":"OK"})"), "resolved") << "a word everybody uses";
    EXPECT_EQ(status(map, R"({"s":"muted"})"), "muted");
    EXPECT_EQ(status(map, "{}"), "firing");
    EXPECT_EQ(status("status: {from: /s, map: {good: resolved}, otherwise: firing}", R"({"s":"muted"})"), "firing");
    EXPECT_EQ(status("status: [{value: resolved, when: {/ended: {present: true}}}, firing]", R"({"ended":1})"), "resolved") << "by presence";
    EXPECT_EQ(status("status: {from: {value: /title, match: '^\\[(\\w+)'}, map: {recovered: resolved}}", R"({"title":"[Recovered on x] y"})"), "resolved") << "by a pattern on a text";
    EXPECT_EQ(status("kind: change\nstatus: /s", R"({"s":"success"})"), "success") << "a change is no alert";
}

TEST(MappingTime, ChoosesByStatusAndPassesOverZeroTimes)
{
    const auto* const yaml = "text: x\nstatus: /s\noccurred_at: {from: [/zero, /start], by_status: {resolved: [/end]}}";
    EXPECT_EQ(one(yaml, R"({"s":"open","zero":"0001-01-01T00:00:00Z","start":"2026-06-22T15:00:00Z","end":"2026-06-22T15:10:00Z"})").occurred_at, at("2026-06-22T15:00:00Z"));
    EXPECT_EQ(one(yaml, R"({"s":"ok","start":"2026-06-22T15:00:00Z","end":1782141000})").occurred_at, at("2026-06-22T15:10:00Z"));
    const auto none = one(yaml, R"({"s":"ok","start":"2026-06-22T15:00:00Z"})");
    EXPECT_EQ(none.occurred_at, arrival) << "when it began is not when it ended";
    EXPECT_TRUE(has_flag(none, "time_from_arrival"));
}

TEST(MappingTime, ReadsAZonelessTimeOnlyWhereAZoneIsNamed)
{
    const auto* const body = R"({"t":"2026-06-22 18:15:00"})";
    const auto arrived = one("text: x\noccurred_at: /t", body);
    EXPECT_EQ(arrived.occurred_at, arrival);
    EXPECT_TRUE(has_flag(arrived, "time_from_arrival"));
    EXPECT_EQ(arrived.occurred_raw, "2026-06-22 18:15:00");
    EXPECT_EQ(one("text: x\nzone: Africa/Nairobi\noccurred_at: /t", body).occurred_at, at("2026-06-22T15:15:00Z"));
    Around site;
    site.zone = "UTC";
    EXPECT_EQ(one("text: x\nzone: Africa/Nairobi\noccurred_at: /t", body, site).occurred_at, at("2026-06-22T18:15:00Z")) << "the site's word wins";
    EXPECT_EQ(one("text: x\noccurred_at: {from: /t, zone: +02:00}", body, site).occurred_at, at("2026-06-22T16:15:00Z")) << "the field's own wins over both";
}

TEST(MappingTime, ReadsPatternsAndUnits)
{
    const auto time = [](std::string_view format, std::string_view value) {
        return one("text: x\noccurred_at: {from: /t, format: " + std::string{format} + "}", R"({"t":)" + std::string{value} + "}").occurred_at;
    };
    EXPECT_EQ(time("'%d.%m.%Y %H:%M %z'", R"("22.06.2026 17:15 +0200")"), at("2026-06-22T15:15:00Z"));
    EXPECT_EQ(time("ms", "1000"), at("1970-01-01T00:00:01Z"));
    EXPECT_EQ(time("s", R"("1782141300.5")"), at("2026-06-22T15:15:00.5Z"));
    EXPECT_EQ(time("snowflake", R"("175928847299117063")"), at("2016-04-30T11:18:25.796Z"));
}

TEST(MappingKey, NamesTheAlertAndThisStateOfIt)
{
    const auto* const yaml = "text: /t\nstatus: /s\noccurred_at: /at\nkey: [/host, [/service, /check]]";
    const auto event = one(yaml, R"({"t":"x","s":"down","at":"2026-06-22T15:00:00Z","host":"web","check":"http"})");
    EXPECT_EQ(label(event, std::string{fingerprint_label}), "web|http");
    EXPECT_EQ(event.key, "2026-06-22T15:00:00.000000Z|web|http|firing");
    const auto part = one(yaml, R"({"t":"x","s":"down","at":"2026-06-22T15:00:00Z","host":"web"})");
    EXPECT_EQ(label(part, std::string{fingerprint_label}), "web");
    const auto other = one(yaml, R"({"t":"x","s":"down","at":"2026-06-22T15:00:00Z"})");
    EXPECT_EQ(label(other, std::string{fingerprint_label}), "(none)");
    EXPECT_FALSE(other.key.empty()) << "the same words at the same time are the same event";
    EXPECT_EQ(other.key, one(yaml, R"({"t":"x","s":"down","at":"2026-06-22T15:00:00Z"})").key);
    EXPECT_NE(other.key, one(yaml, R"({"t":"y","s":"down","at":"2026-06-22T15:00:00Z"})").key);
    EXPECT_EQ(one("text: /t\nkey: /k\nonce: [/id, /n]", R"({"t":"x","k":"a","id":"u1","n":2})").key, "u1|2");
}

TEST(MappingKey, LeavesAnUntimedStateToTheDecision)
{
    const auto understood = mapped("text: /t\nkey: /k", R"({"t":"x","k":"a"})");
    EXPECT_TRUE(understood.items[0].tells_state);
    const auto timed = mapped("text: /t\nkey: /k\noccurred_at: /at", R"({"t":"x","k":"a","at":1782141300})");
    EXPECT_FALSE(timed.items[0].tells_state);
    const auto again = mapped("text: /t\nkey: /k\noccurred_at: /at\nrepeats: {/again: true}", R"({"t":"x","k":"a","at":1782141300,"again":true})");
    EXPECT_TRUE(again.items[0].tells_state);
}

TEST(MappingKey, TakesTheDeliveryWhereNothingElseTells)
{
    Around around;
    around.headers = {{"x-delivery", "d1"}};
    const auto understood = mapped("text: /t\ndelivery: header:X-Delivery", R"([{"t":"a"},{"t":"b"}])", around);
    ASSERT_EQ(understood.items.size(), 2u);
    EXPECT_EQ(event_at(understood, 0).key, "delivery|d1|0");
    EXPECT_EQ(event_at(understood, 1).key, "delivery|d1|1");
    EXPECT_EQ(understood.items[0].on_duplicate, OnDuplicate::answer_first);
}

TEST(MappingInput, ReadsEveryFormOfBody)
{
    const auto* const yaml = "text: /title\nfield: [payload, data]";
    EXPECT_EQ(one(yaml, "title=a+b%21", {"application/x-www-form-urlencoded"}).text, "a b!");
    EXPECT_EQ(one(yaml, "payload=%7B%22title%22%3A%22in+a+field%22%7D", {"application/x-www-form-urlencoded"}).text, "in a field");
    EXPECT_EQ(one(yaml, "title=guessed&x=1", {""}).text, "guessed");
    EXPECT_EQ(one(yaml, "--b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{\"title\":\"part\"}\r\n--b--\r\n", {"multipart/form-data; boundary=b"}).text, "part");
    Around query;
    query.type = "";
    query.query = {{"title", "asked"}};
    EXPECT_EQ(one(yaml, "", query).text, "asked");
    for (const auto* const type : {"application/x-ndjson", "application/json"}) {
        const auto lines = mapped(yaml, "{\"title\":\"1\"}\n{broken\n{\"title\":\"3\"}\n", {type});
        ASSERT_EQ(lines.items.size(), 3u) << type;
        EXPECT_EQ(lines.unparsed, 1u);
        EXPECT_EQ(event_at(lines, 2).text, "3");
    }
    EXPECT_EQ(one("text: /Message/AlarmName\nunwrap: /Message", R"({"Message":"{\"AlarmName\":\"cpu\"}"})", {"text/plain"}).text, "cpu");
}

TEST(MappingInput, KeepsWhatItCannotRead)
{
    for (const auto* const body : {"hello there", "7", "{", R"({"other":1})", R"([7])"}) {
        const auto understood = mapped("text: /title", body);
        ASSERT_EQ(understood.items.size(), 1u) << body;
        EXPECT_EQ(understood.unparsed, 1u) << body;
        EXPECT_TRUE(has_flag(event_at(understood), "unparsed")) << body;
    }
    EXPECT_EQ(mapped("text: /title\neach: /alerts", R"({"alerts":7})").unparsed, 1u);
    EXPECT_FALSE(mapped("text: /title", "").note.empty());
    EXPECT_FALSE(mapped("text: /title", "[]").note.empty());
}

TEST(MappingShapes, ChoosesTheFirstThatFits)
{
    const auto* const yaml = R"(
kind: change
author: /who
shapes:
  - {when: {/kind: deploy}, text: "deploy {/v}"}
  - {when: {header:X-Kind: ping}, ignore: {when: {header:X-Kind: ping}, note: a ping}}
  - {when: {/kind: alarm}, kind: alert, text: /name}
)";
    const auto deploy = one(yaml, R"({"kind":"deploy","v":"2.41","who":"kim"})");
    EXPECT_EQ(deploy.text, "deploy 2.41");
    EXPECT_EQ(deploy.kind, Kind::change);
    EXPECT_EQ(deploy.author.name, "kim") << "what stands beside the shapes holds for each";
    EXPECT_EQ(one(yaml, R"({"kind":"alarm","name":"cpu"})").kind, Kind::alert);
    Around ping;
    ping.headers = {{"x-kind", "ping"}};
    EXPECT_EQ(mapped(yaml, "{}", ping).note, "a ping");
    const auto unknown = mapped(yaml, R"({"kind":"merge"})");
    EXPECT_EQ(unknown.unparsed, 1u);
    EXPECT_NE(event_at(unknown).text.find(R"(/kind says "merge")"), std::string::npos) << event_at(unknown).text;
}

TEST(MappingShapes, IgnoresElementsAndSaysSo)
{
    const auto understood = mapped("each: /a\ntext: /t\nignore: {when: {/test: true}, note: test notification}", R"({"a":[{"t":"x","test":true},{"t":"y"}]})");
    ASSERT_EQ(understood.items.size(), 1u);
    EXPECT_EQ(event_at(understood).text, "y");
    EXPECT_EQ(understood.note, "test notification");
}

TEST(MappingShapes, TellsAnEditAsARevision)
{
    const auto understood = mapped("kind: chat\ntext: /text\nkey: /id\nedit: true\nonce: /edited", R"({"id":7,"text":"new words","edited":99})");
    ASSERT_EQ(understood.items.size(), 1u);
    const auto& change = std::get<ByKey>(understood.items[0].what);
    EXPECT_EQ(change.key, "7");
    EXPECT_EQ(change.amendment.text, "new words");
    EXPECT_EQ(change.once_key, "7:edit:99");
    ASSERT_TRUE(change.orphan);
    EXPECT_EQ(change.orphan->key, "7");
}

TEST(MappingLabels, ComeFromEveryKindOfList)
{
    const auto event = one(R"(
text: x
labels_from: [/object, /list, /pairs, /tuples, /comma]
labels: {host: /host, none: /missing}
)",
                           R"({"object":{"a":1,"deep":{"x":1,"y":2},"otel":{"stringValue":"s"}},"list":["b:2","c=3","bare"],
        "pairs":[{"key":"d","value":"4"},{"name":"e","value":{"stringValue":"5"}}],"tuples":[["f","6"]],"comma":"g:7, h","host":"web-1"})");
    for (const auto& [name, value] : std::map<std::string, std::string>{{"a", "1"}, {"otel", "s"}, {"b", "2"}, {"c", "3"}, {"bare", ""}, {"d", "4"}, {"e", "5"}, {"f", "6"}, {"g", "7"}, {"h", ""}, {"host", "web-1"}})
        EXPECT_EQ(label(event, name), value) << name;
    EXPECT_EQ(label(event, "deep"), "(none)");
    EXPECT_EQ(label(event, "none"), "(none)");
}

TEST(MappingLinks, AreWebAddressesOnly)
{
    const auto event = one("text: x\nlink: /a\nlinks: {rel: /b, bad: /c}\nbase: https://mon.example.org/site/", R"({"a":"https://x.example.org/1","b":"/rule?id=2","c":"javascript:alert"})");
    ASSERT_EQ(event.links.size(), 2u);
    EXPECT_EQ(event.links[0].url, "https://x.example.org/1");
    EXPECT_EQ(event.links[1].url, "https://mon.example.org/rule?id=2");
    EXPECT_EQ(event.links[1].title, "rel");
}

TEST(MappingSecrets, AreTakenOutAndTold)
{
    const auto json = mapped("text: /t\nsecrets: /token\ndrop: [/user, /none]", R"({"t":"x","token":"hush-hush","user":{"hash":"abcdef"}})");
    EXPECT_EQ(json.secrets, std::vector<std::string>{"hush-hush"});
    EXPECT_EQ(json.drop, std::vector<std::string>{"/user"});
    const auto form = mapped("text: /t\ndrop: /contacts", "t=x&contacts=457%3Bops%40example.com", {"application/x-www-form-urlencoded"});
    EXPECT_EQ(form.secrets, (std::vector<std::string>{"457%3Bops%40example.com", "457;ops@example.com"})) << "as it reads and as it was sent";
    const auto list = mapped("text: /t\ndrop: /user", R"([{"t":"x","user":1},{"t":"y"}])");
    EXPECT_EQ(list.drop, std::vector<std::string>{"/0/user"});
}

TEST(MappingReply, AnswersAndEchoes)
{
    const auto plain = mapped("text: /t\nreply: {status: 202, body: '{\"ok\":true}'}", R"({"t":"x"})");
    EXPECT_EQ(plain.status, 202u);
    EXPECT_EQ(plain.reply, R"({"ok":true})");
    const auto* const yaml = "shapes:\n  - when: {/type: verify}\n    ignore: {when: {/type: verify}, note: verification}\n    reply: {echo: {from: /challenge, as: challenge}}\n  - {when: {/t: {present: true}}, text: /t}";
    const auto challenged = mapped(yaml, R"({"type":"verify","challenge":"a\"b"})");
    EXPECT_EQ(challenged.reply, R"({"challenge":"a\"b"})");
    EXPECT_TRUE(challenged.items.empty());
    const auto text = mapped("text: x\nreply: {echo: /challenge}", R"({"challenge":"c"})");
    EXPECT_EQ(text.reply, "c");
    EXPECT_TRUE(text.reply_type.starts_with("text/plain"));
    EXPECT_TRUE(mapped("text: /t\nreply: {echo: /challenge}", R"({"t":"x"})").reply.empty());
}

TEST(MappingFlags, StandWhereTheirConditionHolds)
{
    const auto* const yaml = "text: x\nflags: {suppressed: {/by: {present: true}}}";
    EXPECT_TRUE(has_flag(one(yaml, R"({"by":"window"})"), "suppressed"));
    EXPECT_FALSE(has_flag(one(yaml, "{}"), "suppressed"));
}

TEST(MappingLimits, BoundTheEventsOfOneBody)
{
    std::string lines;
    for (int i = 0; i < 20'005; ++i) lines += "{\"t\":\"x\"}\n";
    const auto understood = mapped("text: /t", lines, {"application/x-ndjson"});
    ASSERT_EQ(understood.items.size(), 20'001u);
    EXPECT_EQ(event_at(understood, 20'000).kind, Kind::system);
    const auto long_key = one("text: x\noccurred_at: /at\nkey: /k", R"({"at":1782141300,"k":")" + std::string(5000, 'k') + R"("})");
    EXPECT_LE(long_key.key.size(), max_key_bytes);
    EXPECT_LE(label(long_key, std::string{fingerprint_label}).size(), max_label_bytes);
}

TEST(Mapping, WithoutOneEveryBodyIsKeptUnparsed)
{
    Source source;
    source.name = "shop";
    EXPECT_EQ(read_mapping({"{}", "application/json", {}, arrival}, source).unparsed, 1u);
}

}  // namespace
}  // namespace incident::ingest::test
