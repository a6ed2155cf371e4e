#include "draft/user_template.hpp"
#include "support/entries.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace incident::draft {
namespace {

using namespace incident::test;
using testing::HasSubstr;

timeline::Timeline night()
{
    Story story;
    story.tagged("15:15", tags::impact, "Checkout answers 503 to 85% of users");
    story.detection("15:17", "Error rate alert fired", "alert");
    const auto guess = story.tagged("15:30", tags::hypothesis, "A traffic surge is behind it");
    story.tagged("15:45", tags::misleading_path, "Traffic was normal", guess);
    story.escalation("16:15", "The database team takes over", "database team");
    story.tagged("17:00", tags::resolution, "Settings corrected");
    story.task("17:30", "Add an alert on lag", "db", "2024-07-01");
    return timeline::build(story.entries, Story::key).value();
}

Result<std::string> rendered(std::string_view text, std::string_view name = "own.md", const Options& options = {})
{
    return render_template(text, name, night(), options, escape_for(name));
}

TEST(UserTemplate, SaysWhatItsNamesSay)
{
    EXPECT_EQ(rendered("# {{title}} ({{ key }})\n{{duration}}, {{minutes}} min, {{impact_percent}}%\n").value(),
              "# Checkout returns 503 (INC-7)\n2024-06-22 15:15 – 17:00 UTC (1 h 45 min), 105 min, 85%\n");
    EXPECT_EQ(rendered("{{#timeline}}{{#new_date}}## {{new_date}}\n{{/new_date}}- {{time}} {{bullet}}\n{{/timeline}}").value().substr(0, 70),
              "## 2024-06-22\n- 15:15 Impact: Checkout answers 503 to 85% of users.\n- ");
    EXPECT_EQ(rendered("{{#escalated_to}}[{{.}}]{{/escalated_to}}{{^no_escalation}} yes{{/no_escalation}}").value(), "[database team] yes");
    EXPECT_EQ(rendered("{{#tasks}}{{text}} by {{owner}} until {{due}}, {{key}}{{/tasks}}").value(), "Add an alert on lag by db until 2024-07-01, INC-7");
    EXPECT_EQ(rendered("{{#dead_ends}}{{hypothesis}}: {{lost}} of {{#people}}{{.}}{{/people}}{{/dead_ends}}").value(), "A traffic surge is behind it: 15 min of sam");
    EXPECT_EQ(rendered("{{#lead}}led by {{lead}}{{/lead}}{{^lead}}nobody led{{/lead}}{{! never printed }}").value(), "nobody led");
    EXPECT_EQ(rendered("{{#todo}}{{what}};{{/todo}}").value(), "the root cause;what was investigated and done;what caused it, in detail;what can be improved, broadly;");
    Options options;
    options.zone = "Africa/Nairobi";
    options.clock = Clock::hours12;
    EXPECT_EQ(rendered("{{started}}", "own.md", options).value(), "2024-06-22 6:15 PM EAT");
}

TEST(UserTemplate, KnowsEveryNameThatItDocuments)
{
    for (const auto& each : template_variables()) {
        const auto outer = std::string{each.within.substr(0, each.within.find(','))};
        std::string inner = each.list ? "{{#" + std::string{each.name} + "}}x{{/" + std::string{each.name} + "}}" : "{{" + std::string{each.name} + "}}";
        if (!outer.empty()) inner = "{{#" + outer + "}}" + inner + "{{/" + outer + "}}";
        const auto page = rendered(inner);
        EXPECT_TRUE(page.has_value()) << page.error().detail;
        EXPECT_FALSE(each.says.empty()) << each.name;
    }
}

struct BadTemplate {
    const char *name, *text, *told;
};
class BadTemplates : public testing::TestWithParam<BadTemplate> {};
TEST_P(BadTemplates, AreRefusedWithLineAndReason)
{
    const auto page = rendered(GetParam().text);
    ASSERT_TRUE(page.has_error()) << page.value();
    EXPECT_EQ(page.error().code, Errc::invalid_input);
    EXPECT_THAT(page.error().detail, HasSubstr(GetParam().told));
}
INSTANTIATE_TEST_SUITE_P(
    Templates, BadTemplates,
    testing::Values(BadTemplate{"Unknown", "a\nb {{imapct}}", "own.md:2: nothing is called \"imapct\", did you mean impact? (known here: title, key"},
                    BadTemplate{"UnknownSection", "{{#tsks}}{{/tsks}}", "did you mean tasks?"},
                    BadTemplate{"ItemOutside", "{{owner}}", "\"owner\" stands only in the items of improvements,tasks"},
                    BadTemplate{"ItemOfAnother", "{{#timeline}}{{owner}}{{/timeline}}", "write it between {{#improvements}}"},
                    BadTemplate{"ListAsValue", "{{tasks}}", "\"tasks\" is a list"},
                    BadTemplate{"Unclosed", "{{title", "this tag is not closed"},
                    BadTemplate{"UnclosedSection", "\n\n{{#tasks}}x", "own.md:3: the section \"tasks\" is not closed"},
                    BadTemplate{"WrongEnd", "{{#tasks}}{{#lead}}{{/tasks}}{{/lead}}", "stands where {{/lead}} must"},
                    BadTemplate{"LoneEnd", "{{/tasks}}", "closes a section that is not open"},
                    BadTemplate{"Partial", "{{> header}}", "partials are not taken"},
                    BadTemplate{"Unescaped", "{{{title}}}", "unescaped values are not taken, since text of others could break the document: write {{title}}"},
                    BadTemplate{"Ampersand", "{{& title}}", "write {{title}}"},
                    BadTemplate{"Delimiters", "{{=<% %>=}}", "other delimiters are not taken"},
                    BadTemplate{"Empty", "{{ }}", "an empty tag"},
                    BadTemplate{"DotOutside", "{{.}}", "{{.}} stands only right within a list of words"},
                    BadTemplate{"DotInRecords", "{{#tasks}}{{.}}{{/tasks}}", "{{.}} stands only right within a list of words"},
                    BadTemplate{"Squared", "{{#events}}{{#events}}x{{/events}}{{/events}}", "stands within itself"},
                    BadTemplate{"NotText", "\xff{{title}}", "must be UTF-8"}),
    [](const auto& bad) { return std::string{bad.param.name}; });

TEST(UserTemplate, HasLimits)
{
    EXPECT_EQ(rendered(std::string(max_template_bytes + 1, 'x')).error().code, Errc::limit_exceeded);
    std::string deep;
    for (std::size_t i = 0; i <= max_template_depth; ++i) deep += "{{#title}}";
    EXPECT_THAT(rendered(deep).error().detail, HasSubstr("nested deeper than 32"));
}

TEST(UserTemplate, EscapesByTheNameOfItsFile)
{
    Story story{"<b>{{key}}</b> *x* 'q' \"d\" \xe2\x80\xae"};
    const auto timeline = timeline::build(story.entries, Story::key).value();
    EXPECT_EQ(escape_for("a/B.HTML"), Escape::html);
    EXPECT_EQ(escape_for("page.html.mustache"), Escape::html);
    EXPECT_EQ(escape_for("page.mustache"), Escape::markdown);
    EXPECT_EQ(render_template("<p>{{title}}</p>", "a.html", timeline, {}, Escape::html).value(),
              "<p>&lt;b&gt;{{key}}&lt;/b&gt; *x* &#39;q&#39; &quot;d&quot; \\u202e</p>");
    EXPECT_EQ(render_template("{{title}}", "a.md", timeline, {}, Escape::markdown).value(), "\\<b\\>{{key}}\\</b\\> \\*x\\* 'q' \"d\" \\\\u202e");
}

}  // namespace
}  // namespace incident::draft
