#include "ingest/scrub.hpp"
#include "model/text.hpp"
#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <random>

namespace incident::ingest {
namespace {

const std::string secret = "s3cr/t+\"é=\U0001F511";

std::string cleaned(std::string bytes, std::vector<std::string> secrets = {secret})
{
    Scrubber{std::move(secrets)}.clean_raw(bytes);
    return bytes;
}

std::string form_of(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        static constexpr char digits[] = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        escaped += '%';
        escaped += digits[byte >> 4U];
        escaped += digits[byte & 15U];
    }
    return escaped;
}

std::string json_of(const std::string& text)
{
    auto quoted = boost::json::serialize(boost::json::string{text});
    return quoted.substr(1, quoted.size() - 2);
}

TEST(Scrub, FindsASecretHoweverItIsSpelled)
{
    EXPECT_EQ(cleaned("x" + secret + "y"), "x[scrubbed]y");
    EXPECT_EQ(cleaned(R"({"token":")" + json_of(secret) + "\"}"), R"({"token":"[scrubbed]"})");
    EXPECT_EQ(cleaned(R"({"token":"s3cr\/t+\"\u00e9=\ud83d\udd11"})"), R"({"token":"[scrubbed]"})");
    EXPECT_EQ(cleaned(R"({"token":"\u0073\u0033cr\u002ft+\u0022\u00E9=\uD83D\uDD11"})"), R"({"token":"[scrubbed]"})");
    EXPECT_EQ(cleaned("a=1&token=" + form_of(secret) + "&b=2"), "a=1&token=[scrubbed]&b=2");
    EXPECT_EQ(cleaned("payload=" + form_of(R"({"token":")" + json_of(secret) + "\"}")), "payload=" + form_of(R"({"token":")") + "[scrubbed]" + form_of("\"}"));
    EXPECT_EQ(cleaned(R"({"Message":"{\"token\":\")" + json_of(json_of(secret)) + R"(\"}"})"), R"({"Message":"{\"token\":\"[scrubbed]\"}"})");
    EXPECT_EQ(cleaned(R"({"url":"https:\/\/x.test\/?t=)" + json_of(form_of(secret)) + "\"}"), R"({"url":"https:\/\/x.test\/?t=[scrubbed]"})");
    EXPECT_EQ(cleaned("t=two+words%21", {"two words!"}), "t=[scrubbed]");
    EXPECT_EQ(cleaned("t=a+b%2Fc", {"a+b/c"}), "t=[scrubbed]") << "a sender that leaves the plus as it is";
}

TEST(Scrub, LeavesTheRestByteForByte)
{
    const std::string body = "{\"a\":\"%41+\\u0041\\n\",\"b\":1.50,  \"c\":\"\xff\"}\r\n";
    EXPECT_EQ(cleaned(body), body);
    EXPECT_EQ(cleaned(body, {}), body);
    EXPECT_EQ(cleaned("abcabc", {"abc"}), "abcabc") << "too short to be a secret";
    EXPECT_EQ(cleaned("abcdabcdx", {"abcd"}), "[scrubbed][scrubbed]x");
    EXPECT_EQ(cleaned("xabcdefx", {"bcde", "abcdef", "cdef"}), "x[scrubbed]x") << "one within the other";
    EXPECT_EQ(cleaned("xabcdefgx", {"abcde", "cdefg"}), "x[scrubbed]x") << "one over the other";
    EXPECT_EQ(cleaned("[scrubbed]", {"[scrubbed]"}), "[scrubbed]");
}

TEST(Scrub, SaysWhetherItCut)
{
    const Scrubber scrubber{{secret}};
    std::string text = "nothing";
    EXPECT_FALSE(scrubber.clean_raw(text));
    EXPECT_FALSE(scrubber.clean(text));
    text = secret;
    EXPECT_TRUE(scrubber.clean(text));
    EXPECT_TRUE(Scrubber{{"ab"}}.empty());
}

TEST(Scrub, FindsASecretWhereverItStandsInALargeBody)
{
    const std::string spelled = R"(\u0073\u0033cr\/t+\"\u00e9=\ud83d\udd11)";
    for (const std::size_t before : {std::size_t{0}, std::size_t{1024 * 1024 - 90}, std::size_t{1024 * 1024 - 20}, std::size_t{1024 * 1024 - 1}, std::size_t{1024 * 1024}, std::size_t{2 * 1024 * 1024 - 3}}) {
        std::string body(before, 'x');
        body += spelled + std::string(1000, 'y');
        const auto kept = cleaned(body);
        EXPECT_EQ(kept, std::string(before, 'x') + "[scrubbed]" + std::string(1000, 'y')) << before;
    }
}

TEST(Scrub, NoSecretSurvivesARandomSpelling)
{
    std::mt19937 random{7};
    const auto pick = [&](unsigned many) { return static_cast<unsigned>(random() % many); };
    const std::string plain = "tok/en\"with\\bits";
    const auto spell_json = [&](std::string_view text) {
        std::string spelled;
        for (const char c : text) {
            char code[8];
            std::snprintf(code, sizeof code, pick(2) != 0 ? "\\u%04x" : "\\u%04X", static_cast<unsigned>(static_cast<unsigned char>(c)));
            const bool must = c == '"' || c == '\\';
            if (pick(3) == 0) spelled += code;
            else if (must || (c == '/' && pick(2) == 0)) spelled += std::string{'\\'} + c;
            else spelled += c;
        }
        return spelled;
    };
    const auto spell_form = [&](std::string_view text) {
        std::string spelled;
        for (const char c : text) spelled += c == '%' || c == '&' || c == '\\' || pick(2) == 0 ? form_of({&c, 1}) : std::string{c};
        return spelled;
    };
    for (int round = 0; round < 500; ++round) {
        const auto once = spell_json(plain);
        EXPECT_EQ(cleaned("{\"a\":\"" + once + "\"}", {plain}), "{\"a\":\"[scrubbed]\"}") << once;
        const auto form = spell_form(plain);
        EXPECT_EQ(cleaned("a=" + form + "&b=", {plain}), "a=[scrubbed]&b=") << form;
        const auto both = spell_form(once);
        EXPECT_EQ(cleaned("a=" + both + "&b=", {plain}), "a=[scrubbed]&b=") << both;
        const auto twice = spell_json(once);
        EXPECT_EQ(cleaned("\"" + twice + "\"", {plain}), "\"[scrubbed]\"") << twice;
    }
}

TEST(Scrub, CleansEverythingOfAnEventThatCanBeRead)
{
    Event event;
    event.text = "token " + secret + std::string(max_text_bytes - 6 - secret.size(), 'x');
    event.details = R"({"t":")" + json_of(secret) + "\"}";
    event.severity = event.status = event.key = event.occurred_raw = event.author.name = secret;
    event.labels = {{"token", secret}, {"of " + secret, "x"}};
    event.links = {{"https://x.test/?t=" + form_of(secret), secret}};
    Scrubber{{secret}}.clean(event);
    for (const auto* text : {&event.text, &event.details, &event.severity, &event.status, &event.key, &event.occurred_raw, &event.author.name,
                             &event.labels.at("token"), &event.links[0].url, &event.links[0].title}) {
        EXPECT_EQ(text->find(secret), std::string::npos);
        EXPECT_NE(text->find("[scrubbed]"), std::string::npos) << *text;
    }
    EXPECT_TRUE(event.labels.contains("of [scrubbed]"));
    EXPECT_LE(event.text.size(), max_text_bytes);
    Item edit;
    ByKey change;
    change.amendment.text = "now " + secret;
    change.orphan = Event{};
    change.orphan->text = secret;
    edit.what = change;
    Scrubber{{secret}}.clean(edit);
    EXPECT_EQ(std::get<ByKey>(edit.what).amendment.text, "now [scrubbed]");
    EXPECT_EQ(std::get<ByKey>(edit.what).orphan->text, "[scrubbed]");
}

TEST(CleanedBody, DropsMembersAndSaysSo)
{
    const Scrubber none{{}};
    const std::vector<std::string> drop{"/user", "/a~1b/c~0d", "/list/1", "/list/9", "/none/x", "/text/x"};
    const auto kept = cleaned_body(R"({"user":{"name":"sam"},"a/b":{"c~d":1,"e":2},"list":[1,2,3],"text":"x"})", "application/json", none, drop);
    ASSERT_TRUE(kept);
    EXPECT_TRUE(kept->scrubbed);
    EXPECT_EQ(kept->bytes, R"({"a/b":{"e":2},"list":[1,null,3],"text":"x"})");
    const std::string untouched = "{ \"other\" : 1.50 }";
    EXPECT_EQ(cleaned_body(untouched, "application/json", none, drop)->bytes, untouched);
    EXPECT_FALSE(cleaned_body(untouched, "application/json", none, drop)->scrubbed);
    EXPECT_FALSE(cleaned_body("{broken", "application/json", none, drop)) << "what cannot be read cannot be trusted to be without";
    EXPECT_EQ(cleaned_body("{broken", "application/json", none, {})->bytes, "{broken");
}

TEST(CleanedBody, DropsFromLinesAndForms)
{
    const Scrubber scrubber{{"hush-hush"}};
    const std::vector<std::string> drop{"/user"};
    const auto lines = cleaned_body("{\"user\":1,\"a\":2}\n\n{\"a\":\"hush-hush\"}\n", "application/x-ndjson", scrubber, drop);
    EXPECT_EQ(lines->bytes, "{\"a\":2}\n\n{\"a\":\"[scrubbed]\"}\n");
    EXPECT_TRUE(lines->scrubbed);
    constexpr auto form_type = "application/x-www-form-urlencoded; charset=utf-8";
    EXPECT_EQ(cleaned_body("a=1&user=sam&b=hush%2Dhush", form_type, scrubber, drop)->bytes, "a=1&b=[scrubbed]");
    EXPECT_EQ(cleaned_body("payload=%7B%22user%22%3A1%2C%22a%22%3A2%7D&x", form_type, scrubber, drop)->bytes, "payload=%7B%22a%22%3A2%7D&x");
    const std::vector<std::string> deeper{"/payload/user"};
    EXPECT_EQ(cleaned_body("payload=%7B%22user%22%3A1%2C%22a%22%3A2%7D", form_type, scrubber, deeper)->bytes, "payload=%7B%22a%22%3A2%7D");
    EXPECT_EQ(cleaned_body("a=1&&b", form_type, scrubber, deeper)->scrubbed, false);
}

}  // namespace
}  // namespace incident::ingest
