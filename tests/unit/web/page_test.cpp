#include "web/page.hpp"
#include "auth/verify.hpp"
#include "support/entries.hpp"
#include <gtest/gtest.h>

namespace incident::web {
namespace {

using test::at;

Page page()
{
    Page made;
    made.now = at("16:00");
    made.version = "0.1.0";
    return made;
}

TEST(WebPage, SaysWhenThereIsNothing)
{
    const auto html = render(page());
    EXPECT_NE(html.find("No incident is open."), std::string::npos);
    EXPECT_NE(html.find("Nothing was recorded yet."), std::string::npos);
    EXPECT_NE(html.find("width=device-width"), std::string::npos);
}

TEST(WebPage, ShowsTimeTagsAndText)
{
    auto made = page();
    Incident incident;
    incident.key = IncidentKey{7};
    incident.title = "Checkout 503";
    incident.opened_at = at("15:15");
    made.open = {incident};
    Event event;
    event.text = "restarted web-3";
    event.author.name = "sam";
    event.occurred_at = at("15:30");
    event.incident = incident.key;
    event.number = 6;
    event.tags = {test::person_tag("action")};
    made.newest = {event};
    const auto html = render(made);
    EXPECT_NE(html.find("<a href=\"/api/v1/incidents/INC-7/draft?format=html\"><strong>INC-7</strong> Checkout 503</a>"), std::string::npos);
    EXPECT_NE(html.find("2024-06-22 15:30:00 UTC"), std::string::npos);
    EXPECT_NE(html.find("INC-7 #6 note sam"), std::string::npos);
    EXPECT_NE(html.find("<span class=\"tag\">action</span>"), std::string::npos);
    EXPECT_NE(html.find("restarted web-3"), std::string::npos);
}

TEST(WebPage, NothingFromOutsideIsMarkup)
{
    const std::string evil = "<script>alert(1)</script><img src=x onerror=\"a\"> ' & \x1b[31m";
    auto made = page();
    Incident incident;
    incident.title = evil;
    incident.severity = evil;
    incident.lead = evil;
    made.open = {incident};
    Event event;
    event.text = evil;
    event.author.name = evil;
    Tag tag;
    tag.name = evil;
    event.tags = {tag};
    made.newest = {event};
    const auto html = render(made);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_EQ(html.find("<img"), std::string::npos);
    EXPECT_EQ(html.find("\x1b"), std::string::npos);
    EXPECT_NE(html.find("&lt;script&gt;alert(1)&lt;/script&gt;"), std::string::npos);
}

TEST(WebPage, StruckAndRedactedAreMarked)
{
    auto made = page();
    Event struck;
    struck.text = "a mistake";
    struck.struck = true;
    Event redacted;
    redacted.redacted = true;
    made.newest = {struck, redacted};
    const auto html = render(made);
    EXPECT_NE(html.find("<s>a mistake</s>"), std::string::npos);
    EXPECT_NE(html.find("(redacted)"), std::string::npos);
}

TEST(WebPage, PolicyAllowsItsOwnStylesheetOnly)
{
    const auto html = render(page());
    const auto from = html.find("<style>") + 7;
    const auto sheet = html.substr(from, html.find("</style>") - from);
    const auto hex = auth::sha256_hex(sheet);
    const auto policy = content_security_policy();
    EXPECT_TRUE(policy.starts_with("default-src 'none';"));
    // The hash of what is really sent, in base64: compared by decoding the first bytes back to hex.
    const auto begin = policy.find("'sha256-") + 8;
    const auto encoded = policy.substr(begin, policy.find('\'', begin) - begin);
    ASSERT_EQ(encoded.size(), 44u);
    const std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string decoded;
    unsigned bits = 0;
    int held = 0;
    for (const char c : encoded.substr(0, 43)) {
        bits = (bits << 6) | static_cast<unsigned>(alphabet.find(c));
        held += 6;
        if (held >= 8) {
            held -= 8;
            constexpr const char* digits = "0123456789abcdef";
            decoded += digits[(bits >> (held + 4)) & 15U];
            decoded += digits[(bits >> held) & 15U];
        }
    }
    EXPECT_EQ(decoded.substr(0, 64), hex);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_EQ(html.find("style=\""), std::string::npos) << "an inline style would be refused by the policy";
}

}  // namespace
}  // namespace incident::web
