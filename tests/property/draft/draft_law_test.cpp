#include "draft/check.hpp"
#include "draft/html.hpp"
#include "model/text.hpp"
#include "support/parsed_html.hpp"
#include "support/parsed_markdown.hpp"
#include "support/random_story.hpp"
#include "wire/json.hpp"
#include <algorithm>
#include <random>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace incident::draft {
namespace {

using namespace incident::test;

Options any_options(std::uint8_t bits)
{
    Options options;
    options.clock = (bits & 1) != 0 ? Clock::hours12 : Clock::hours24;
    options.seconds = (bits & 2) != 0;
    options.fold = (bits & 4) != 0;
    options.trace = (bits & 8) != 0;
    if ((bits & 16) != 0) options.zone = "Africa/Nairobi";
    return options;
}

RC_GTEST_PROP(DraftLaw, SameEntriesGiveTheSameBytesInAnyOrder, (std::vector<Deed> deeds, std::uint32_t seed, std::uint8_t bits))
{
    auto entries = story_of(deeds);
    const auto options = any_options(bits);
    const auto first = timeline::build(entries, Story::key).value();
    std::ranges::shuffle(entries, std::mt19937{seed});
    const auto second = timeline::build(entries, Story::key).value();
    RC_ASSERT(render_markdown(first, "brief", options).value() == render_markdown(second, "brief", options).value());
    RC_ASSERT(render_json(first, options) == render_json(second, options));
    RC_ASSERT(check(first, at("18:00")) == check(second, at("18:00")));
}

/// Whatever senders write, the reader sees our headings, our lists, our bold, and nothing else but text.
RC_GTEST_PROP(DraftLaw, HostileTextStaysText, (std::vector<Deed> deeds, std::uint8_t bits))
{
    const auto texts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(hostile_text()));
    const auto options = any_options(static_cast<std::uint8_t>(bits & 0xF7));  // without trace: its comments are HTML of ours
    const auto timeline = timeline::build(story_of(deeds, texts), Story::key).value();
    const auto page = render_markdown(timeline, "brief", options).value();
    const auto parsed = parse_markdown(page);
    for (const auto* type : {"html_block", "html_inline", "image", "block_quote", "code_block", "code", "emph", "strikethrough", "table",
                             "thematic_break", "footnote_reference", "footnote_definition", "linebreak"})
        RC_ASSERT(parsed.count(type) == 0);
    for (const auto& url : parsed.links)
        RC_ASSERT(url.starts_with("http://") || url.starts_with("https://") || url.starts_with("mailto:"));
    std::vector<std::string> expected{"Issue Summary", "Timeline", "Root Cause and Resolution", "Root cause", "Resolution",
                                      "Corrective and Preventative Measures", "Improvements", "Tasks"};
    auto headings = parsed.headings;
    RC_ASSERT(!headings.empty());
    RC_ASSERT(headings.front().starts_with("Postmortem: "));
    headings.erase(headings.begin());
    std::erase_if(headings, [](const std::string& heading) { return heading.size() == 10 && heading[4] == '-'; });  // dates
    RC_ASSERT(headings == expected);
    // One item for each line that we began with a dash, and one bold word for each label and time.
    int items = 0, bold = 0;
    for (std::size_t at = 0; at < page.size();) {
        const auto end = std::min(page.find('\n', at), page.size());
        const auto line = std::string_view{page}.substr(at, end - at);
        if (line.starts_with("- ")) ++items;
        if (line.starts_with("- **")) ++bold;
        at = end + 1;
    }
    RC_ASSERT(parsed.count("item") + parsed.count("tasklist") == items);
    RC_ASSERT(parsed.count("strong") == bold);
}

/// The strict reader throws where a tag, an entity or a quote got out; what is left are elements that we write.
RC_GTEST_PROP(DraftLaw, HostileTextStaysTextInHtml, (std::vector<Deed> deeds, std::uint8_t bits))
{
    const auto texts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(hostile_text()));
    const auto options = any_options(bits);
    const auto timeline = timeline::build(story_of(deeds, texts), Story::key).value();
    const auto name = template_names[bits % template_names.size()];
    const auto text = render_html(timeline, name, options).value();
    RC_ASSERT(text == render_html(timeline, name, options).value());
    const auto page = parse_html(text);
    static constexpr std::array known{"html",  "head", "meta", "title", "style",  "body", "main", "h1",         "p",     "section", "h2",    "h3",    "dl",
                                      "div",   "dt",   "dd",   "strong", "code",  "ol",   "ul",   "li",         "span",  "time",    "a",     "footer", "table",
                                      "caption", "thead", "tbody", "tr", "th",    "td",   "figure", "figcaption", "svg", "desc",    "rect",  "line",  "circle", "text"};
    for (const auto& element : page.elements) {
        RC_ASSERT(std::ranges::find(known, element.name) != known.end());
        RC_ASSERT(element.attribute("style").empty());
        if (element.name != "a") continue;
        const auto href = element.attribute("href");
        RC_ASSERT(href.starts_with("#") || href.starts_with("http://") || href.starts_with("https://") || href.starts_with("mailto:"));
    }
    RC_ASSERT(page.all("style").size() == 1u);
    for (const auto& comment : page.comments) RC_ASSERT(comment.starts_with("<!-- 0"));
}

RC_GTEST_PROP(DraftLaw, EscapedTextIsOneLineWithoutControls, ())
{
    const auto safe = escape_markdown(*hostile_text());
    for (const char c : safe) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

RC_GTEST_PROP(DraftLaw, BulletsStayWithinTheirLimits, (std::vector<Deed> deeds))
{
    const auto texts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(hostile_text()));
    const auto timeline = timeline::build(story_of(deeds, texts), Story::key).value();
    const auto page = render_markdown(timeline, "brief", {}).value();
    for (auto at = page.find("\n- **1"); at != std::string::npos; at = page.find("\n- **1", at + 1)) {
        const auto end = page.find('\n', at + 1);
        const auto words = count_words(page.substr(at + 1, end - at - 1));
        RC_ASSERT(words <= 30u + 4u + 1u);  // the time, `about`, a zone; the head of a label that alone is longer
    }
}

RC_GTEST_PROP(DraftLaw, JsonIsJsonAndHoldsEveryEvent, (std::vector<Deed> deeds))
{
    auto texts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(hostile_text()));
    for (auto& text : texts) text = to_valid_utf8(text);  // what is no UTF-8 never enters the ledger
    const auto timeline = timeline::build(story_of(deeds, texts), Story::key).value();
    const auto parsed = wire::json::parse(render_json(timeline, {}));
    RC_ASSERT(parsed.at("events").as_array().size() == timeline.events.size());
    RC_ASSERT(parsed.at("timeline").as_array().size() >= timeline.lines.size());
}

RC_GTEST_PROP(DraftLaw, EveryFindingHasACommand, (std::vector<Deed> deeds))
{
    for (const auto& finding : check(timeline::build(story_of(deeds), Story::key).value(), at("18:00"))) {
        RC_ASSERT(finding.fix.starts_with("incidentctl "));
        RC_ASSERT(!finding.text.empty());
    }
}

}  // namespace
}  // namespace incident::draft
