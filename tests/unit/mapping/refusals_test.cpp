#include "mapped.hpp"

namespace incident::ingest::test {
namespace {

struct Bad {
    const char* name;
    const char* yaml;
    const char* says;  ///< somewhere in the report
};

class MappingFile : public testing::TestWithParam<Bad> {};

TEST_P(MappingFile, IsRefusedWithItsPlace)
{
    const auto file = config::parse_mapping(GetParam().yaml, "shop.yml");
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().detail.find(GetParam().says), std::string::npos) << file.error().detail;
}

INSTANTIATE_TEST_SUITE_P(
    Bad, MappingFile,
    testing::Values(
        Bad{"Empty", "", "shop.yml:1:1: expected a mapping"},
        Bad{"List", "[a]", "shop.yml:1:1: expected a mapping"},
        Bad{"Typo", "txet: /title", "shop.yml:1:1: unknown key \"txet\" in a mapping, did you mean \"text\"?"},
        Bad{"NoText", "kind: alert", "shop.yml:1:1: a mapping needs `text`"},
        Bad{"Kind", "text: /t\nkind: alarm", "shop.yml:2:7: "},
        Bad{"Tilde", "text: /a~3", "shop.yml:1:7: in \"/a~3\": a ~ in a pointer is written ~0"},
        Bad{"Bracket", "text: '/a[b]'", "shop.yml:1:7: in \"/a[b]\": [b] is no choice"},
        Bad{"OpenBracket", "text: '/a[b=c'", "shop.yml:1:7: in \"/a[b=c\": a [ that is not closed"},
        Bad{"BehindEntry", "text: '/a[b:]/c'", "shop.yml:1:7: in \"/a[b:]/c\": nothing can follow [b:]"},
        Bad{"Brace", "text: 'a {b} c'", "shop.yml:1:7: in \"a {b} c\" a { should begin a place like {/alert/title}"},
        Bad{"BraceEnd", "text: 'a } c'", "shop.yml:1:7: in \"a } c\" a } closes nothing"},
        Bad{"Header", "text: 'header:'", "shop.yml:1:7: \"header:\" names nothing"},
        Bad{"EmptyValue", "text:", "expected a place like /alert/title, found nothing"},
        Bad{"EmptyList", "text: []", "shop.yml:1:7: 1 to 16 candidates"},
        Bad{"ValueMap", "text: {match: x}", "shop.yml:1:7: a value's map needs `value`"},
        Bad{"Pattern", "text: {value: /t, match: '('}", "shop.yml:1:26: the pattern \"(\" cannot be used: missing )"},
        Bad{"Undo", "text: {value: /t, undo: caps}", "shop.yml:1:25: undo knows newlines"},
        Bad{"AsJson", "text: {value: a b, as: json}", "shop.yml:1:7: as: json needs a `value` that is one place"},
        Bad{"Zone", "text: /t\nzone: Mars/Base", "shop.yml:2:7: "},
        Bad{"Format", "text: /t\noccurred_at: {from: /x, format: epoch}", "shop.yml:2:33: a time's format is auto, s, ms"},
        Bad{"TimePattern", "text: /t\noccurred_at: {from: /x, format: '%Y-%Q'}", "shop.yml:2:33: the time's format \"%Y-%Q\" cannot be read: it has %Q"},
        Bad{"TimePatternShort", "text: /t\noccurred_at: {from: /x, format: '%Y-%m'}", "shop.yml:2:33: the time's format \"%Y-%m\" cannot be read: it needs"},
        Bad{"TimeNowhere", "text: /t\noccurred_at: {zone: UTC}", "shop.yml:2:14: occurred_at needs `from`"},
        Bad{"MapAlone", "text: /t\nstatus: {map: {a: firing}}", "shop.yml:2:9: status needs `from`"},
        Bad{"Condition", "text: /t\nwhen: /kind", "shop.yml:2:7: expected a condition"},
        Bad{"ConditionPlace", "text: /t\nwhen: {kind: x}", "shop.yml:2:8: expected a place like /alert/title"},
        Bad{"ConditionTest", "text: /t\nwhen: {/kind: {equals: x}}", "shop.yml:2:16: unknown key \"equals\" in a test"},
        Bad{"BeforeNoon", "text: /t\nwhen: {/at: {before: noon}}", "shop.yml:2:22: times are compared with now"},
        Bad{"IgnoreAlways", "text: /t\nignore: {note: x}", "shop.yml:2:9: ignore needs `when`"},
        Bad{"ReplyStatus", "text: /t\nreply: {status: 500}", "shop.yml:2:17: a reply's status is 200"},
        Bad{"ReplyType", "text: /t\nreply: {type: \"a\\r\\nb\"}", "shop.yml:2:8: a reply's type"},
        Bad{"Input", "text: /t\ninput: xml", "shop.yml:2:8: input is auto"},
        Bad{"Drop", "text: /t\ndrop: ['/a[last]']", "shop.yml:2:8: expected a plain JSON Pointer"},
        Bad{"Delivery", "text: /t\ndelivery: /id", "shop.yml:2:11: delivery is the id of one delivery, in a header"},
        Bad{"EditWithoutKey", "text: /t\nedit: true", "shop.yml:1:1: an edit needs `key`"},
        Bad{"Shapes", "shapes: []", "shop.yml:1:9: expected a list of 1 to 32 shapes"},
        Bad{"ShapeTypo", "shapes:\n  - {when: {/a: b}, txt: /t}", "shop.yml:2:21: unknown key \"txt\" in a shape, did you mean \"text\"?"},
        Bad{"CatchAllFirst", "shapes:\n  - text: /a\n  - {when: {/k: b}, text: /t}", "shop.yml:2:5: a shape without `when` fits everything"},
        Bad{"Fingerprint", "text: /t\nlabels: {__fingerprint__: /x}", "shop.yml:2:10: a name of 1 to 256 bytes"},
        Bad{"Flag", "text: /t\nflags: {Big One: {/a: b}}", "shop.yml:2:9: a flag is a word"},
        Bad{"Anchor", "text: &a /t\ndetails: *a", "shop.yml:1:7: "}),
    [](const auto& bad) { return std::string{bad.param.name}; });

TEST(MappingFileLimits, HoldForEverythingThatRepeats)
{
    const auto refused = [](const std::string& yaml) { return !config::parse_mapping(yaml, "shop.yml"); };
    std::string many = "text: [";
    for (int i = 0; i < 17; ++i) many += "/a,";
    EXPECT_TRUE(refused(many + "/b]"));
    std::string deep = "text: ";
    for (int i = 0; i < 17; ++i) deep += "/a";
    EXPECT_TRUE(refused(deep));
    std::string shapes = "shapes:\n";
    for (int i = 0; i < 33; ++i) shapes += "  - {when: {/k: x}, text: /t}\n";
    EXPECT_TRUE(refused(shapes));
    std::string words = "text: /t\nstatus:\n  from: /s\n  map:\n";
    for (int i = 0; i < 201; ++i) words += "    w" + std::to_string(i) + ": firing\n";
    EXPECT_TRUE(refused(words));
    EXPECT_TRUE(refused("text: {value: /t, match: '" + std::string(1001, 'a') + "'}"));
    std::string nested = "text: ";
    for (int i = 0; i < 20; ++i) nested += "{value: ";
    EXPECT_TRUE(refused(nested + "/t" + std::string(20, '}'))) << "the document's own depth bounds it";
}

TEST(MappingFileWhole, ReportsEveryProblemAtOnce)
{
    const auto file = config::parse_mapping("txet: /a\nkind: b\nzone: c", "shop.yml");
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().detail.find("shop.yml:1:1"), std::string::npos);
    EXPECT_NE(file.error().detail.find("shop.yml:2:7"), std::string::npos);
    EXPECT_NE(file.error().detail.find("shop.yml:3:7"), std::string::npos);
}

TEST(MappingFileVerifier, IsReadWithTheMapping)
{
    const auto file = config::parse_mapping("text: /t\nverify: {hmac: {header: X-Sig, prefix: 'sha256='}}\nverify_optional: true", "shop.yml");
    ASSERT_TRUE(file) << file.error().detail;
    ASSERT_EQ(file->verify.size(), 1u);
    EXPECT_EQ(std::get<auth::HmacRule>(file->verify[0]).header, "x-sig");
    EXPECT_TRUE(file->verify_optional);
}

}  // namespace
}  // namespace incident::ingest::test
