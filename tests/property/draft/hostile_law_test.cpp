#include "draft/audience.hpp"
#include "draft/html.hpp"
#include "draft/reexport.hpp"
#include "draft/user_template.hpp"
#include "model/text.hpp"
#include "support/parsed_html.hpp"
#include "support/parsed_markdown.hpp"
#include "support/random_story.hpp"
#include "timeline/json.hpp"
#include "wire/json.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

// Whatever senders write, through every format and template: a reader's program sees our structure and their words as text.
namespace incident::draft {
namespace {

using namespace incident::test;

std::vector<std::string> hostile_texts()
{
    static const std::vector<std::string> more{"=cmd|' /C calc'!A0", "@SUM(A1:A9)", "+1", "\t=1", "{{title}}", "{{{title}}}", "{{> x}}", "{{#events}}",
                                               "```mermaid\ngraph TD\n```", "%%{init: {}}%%", "end\nsection x", "<!-- incidentd:end timeline -->",
                                               "<!-- incidentd:begin tasks 0 -->", "\x1b]0;x\x07", "\xc2\x9b" "31m", "\xe2\x80\xae" "txt.exe", "\xe2\x81\xa6", "#35;", "\r=1"};
    auto texts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
        rc::gen::map(rc::gen::pair(hostile_text(), rc::gen::elementOf(more)), [](const std::pair<std::string, std::string>& both) {
            return both.first.size() % 2 == 0 ? both.second + both.first : both.first + both.second;
        })));
    for (auto& text : texts) text = to_valid_utf8(text);  // what is no UTF-8 never enters the ledger
    return texts;
}

/// Nothing that a terminal obeys or that turns a line around; our own line feeds are fine.
bool all_visible(const std::string& text) { return visible(text, true) == text; }

/// RFC 4180, strictly; throws where a quote stands wrong.
std::vector<std::vector<std::string>> rows_of(const std::string& csv)
{
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row;
    for (std::size_t i = 0; i < csv.size();) {
        std::string cell;
        if (csv[i] == '"') {
            for (++i; i < csv.size(); ++i) {
                if (csv[i] != '"') cell += csv[i];
                else if (i + 1 < csv.size() && csv[i + 1] == '"') cell += csv[++i];
                else break;
            }
            ++i;
        } else {
            for (; i < csv.size() && csv[i] != ',' && csv[i] != '\r'; ++i) {
                if (csv[i] == '"' || csv[i] == '\n') throw std::runtime_error{"a bare quote or line feed"};
                cell += csv[i];
            }
        }
        row.push_back(std::move(cell));
        if (csv.compare(i, 2, "\r\n") == 0) {
            rows.push_back(std::move(row));
            row.clear();
            i += 2;
        } else if (i < csv.size() && csv[i] == ',') {
            ++i;
        } else {
            throw std::runtime_error{"neither comma nor line end behind a cell"};
        }
    }
    return rows;
}

RC_GTEST_PROP(HostileLaw, EveryTemplateKeepsItsMarkdown, (std::vector<Deed> deeds, bool marks))
{
    const auto timeline = timeline::build(story_of(deeds, hostile_texts()), Story::key).value();
    const auto calm = timeline::build(story_of(deeds), Story::key).value();
    Options options;
    options.mermaid = true;
    options.marks = marks;
    options.fold = false;
    for (const auto name : template_names) {
        const auto page = render_markdown(timeline, name, options).value();
        RC_ASSERT(all_visible(page));
        const auto parsed = parse_markdown(page);
        for (const auto* type : {"html_inline", "image", "block_quote", "code", "emph", "strikethrough", "table", "thematic_break", "footnote_reference",
                                 "footnote_definition", "linebreak"})
            RC_ASSERT(parsed.count(type) == 0);
        RC_ASSERT(parsed.count("code_block") == static_cast<int>(page.find("\n```mermaid\n") != std::string::npos));
        for (const auto& html : parsed.html) RC_ASSERT(marks && html.starts_with("<!-- incidentd:"));
        for (const auto& url : parsed.links) RC_ASSERT(url.starts_with("http://") || url.starts_with("https://") || url.starts_with("mailto:"));
        // The headings are those of the template: dates apart, the same words as in a story that nobody attacks.
        const auto ours = [](std::vector<std::string> headings) {
            headings.erase(headings.begin());
            std::erase_if(headings, [](const std::string& heading) { return heading == "Also recorded" || (heading.size() == 10 && heading[4] == '-'); });
            return headings;
        };
        RC_ASSERT(ours(parsed.headings) == ours(parse_markdown(render_markdown(calm, name, options).value()).headings));
    }
}

RC_GTEST_PROP(HostileLaw, MermaidHoldsOneMomentALine, (std::vector<Deed> deeds))
{
    Options options;
    options.mermaid = true;
    const auto page = render_markdown(timeline::build(story_of(deeds, hostile_texts()), Story::key).value(), "brief", options).value();
    const auto open = page.find("\n```mermaid\n");
    if (open == std::string::npos) return;
    const auto begin = open + 12, end = page.find("\n```\n", begin);
    RC_ASSERT(end != std::string::npos);
    int line_number = 0;
    for (auto at = begin; at < end; ++line_number) {
        const auto stop = std::min(page.find('\n', at), end);
        const auto line = page.substr(at, stop - at);
        at = stop + 1;
        const auto text = line.starts_with("    title ") ? line.substr(10) : line.find(" : ") != std::string::npos ? line.substr(line.find(" : ") + 3) : std::string{};
        const bool in_place = line_number == 0 ? line == "timeline" : line.starts_with("    ");
        RC_ASSERT(in_place);
        RC_ASSERT(text.find_first_of("{}[]<>`\"%:$&|\\") == std::string::npos);
        for (std::size_t i = 0; i < text.size(); ++i) {  // every # begins one of our entities, every ; ends one
            if (text[i] == ';') {
                const bool ends_one = i > 1 && text[i - 1] >= '0' && text[i - 1] <= '9';
                RC_ASSERT(ends_one);
            }
            if (text[i] == '#') RC_ASSERT(text.find_first_not_of("0123456789", i + 1) == text.find(';', i));
        }
    }
}

RC_GTEST_PROP(HostileLaw, CsvIsCsvAndNoCellIsAFormula, (std::vector<Deed> deeds))
{
    const auto timeline = timeline::build(story_of(deeds, hostile_texts()), Story::key).value();
    const auto csv = render_csv(timeline);
    const auto rows = rows_of(csv);
    RC_ASSERT(rows.size() == timeline.events.size() + 1);
    for (const auto& row : rows) {
        RC_ASSERT(row.size() == rows.front().size());
        for (const auto& cell : row) {
            RC_ASSERT(all_visible(cell));
            const auto bare = trimmed(cell);
            const bool formula = !bare.empty() && std::string_view{"=+-@"}.find(bare.front()) != std::string_view::npos;
            RC_ASSERT(!formula);
        }
    }
}

RC_GTEST_PROP(HostileLaw, JsonShowsNothingInvisibleAndLosesNothing, (std::vector<Deed> deeds))
{
    const auto timeline = timeline::build(story_of(deeds, hostile_texts()), Story::key).value();
    const auto json = render_json(timeline, {});
    RC_ASSERT(all_visible(json));
    const auto parsed = wire::json::parse(json);
    for (std::size_t i = 0; i < timeline.events.size(); ++i) RC_ASSERT(parsed.at("events").at(i).at("text").as_string() == timeline.events[i].text);
}

RC_GTEST_PROP(HostileLaw, TemplatesOfAUsersOwnEscapeEveryValue, (std::vector<Deed> deeds))
{
    const auto timeline = timeline::build(story_of(deeds, hostile_texts()), Story::key).value();
    std::string values;
    for (const auto& each : template_variables())
        if (each.within.empty() && !each.list) values += "\n\np {{" + std::string{each.name} + "}} q";
    values += "\n{{#events}}\n\np {{said}} {{details}} {{author}} {{#tags}}{{.}} {{/tags}}q\n{{/events}}\n";
    const auto page = render_template(values, "own.md", timeline, {}, Escape::markdown).value();
    RC_ASSERT(all_visible(page));
    const auto parsed = parse_markdown(page);
    for (const auto* type : {"html_block", "html_inline", "image", "code", "code_block", "emph", "strong", "strikethrough", "table", "heading", "list", "thematic_break"})
        RC_ASSERT(parsed.count(type) == 0);
    for (const auto& url : parsed.links) RC_ASSERT(url.starts_with("http://") || url.starts_with("https://") || url.starts_with("mailto:"));
    std::string items = "<ul>{{#events}}<li title=\"{{said}}\">{{said}}<i title='{{author}}'>{{details}}</i></li>{{/events}}</ul>";
    const auto html = render_template(items, "own.html", timeline, {}, Escape::html).value();
    RC_ASSERT(all_visible(html));
    std::size_t tags = 0;
    for (const char c : html) tags += c == '<';
    const auto shown = static_cast<std::size_t>(std::ranges::count(timeline.events, false, &Event::struck));
    RC_ASSERT(tags == 2 + 4 * shown);
    RC_ASSERT(static_cast<std::size_t>(std::ranges::count(html, '"')) == 2 * shown);
}

RC_GTEST_PROP(HostileLaw, AnExportAgainIsTheSameExport, (std::vector<Deed> deeds, std::vector<Deed> later))
{
    const auto texts = hostile_texts();
    Options options;
    options.marks = true;
    for (const auto name : template_names) {
        const auto before = render_markdown(timeline::build(story_of(deeds, texts), Story::key).value(), name, options).value();
        const auto same = reexport(before, before).value();
        RC_ASSERT(same.text == before);
        RC_ASSERT(same.warnings.empty() && same.kept.empty());
        auto all = deeds;
        all.insert(all.end(), later.begin(), later.end());
        const auto now = render_markdown(timeline::build(story_of(all, texts), Story::key).value(), name, options).value();
        const auto again = reexport(before, now).value();
        RC_ASSERT(again.text == now);
        RC_ASSERT(again.warnings.empty() && again.kept.empty());
    }
}

RC_GTEST_PROP(HostileLaw, NoNameSurvivesForOutsiders, (std::vector<Deed> deeds))
{
    auto texts = hostile_texts();
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i] += (i % 3 == 0 ? " Zebedee " : i % 3 == 1 ? "@zebedee_" : "\xe2\x80\x8b(ZEBEDEE's)") + texts[i];
    const auto timeline = timeline::build(story_of(deeds, texts), Story::key).value();
    Removed removed;
    const auto shown = for_audience(timeline, Audience::everybody, {{{"zebedee", "the engineer"}}, {}}, removed);
    std::string all = render_json(shown, {}) + render_csv(shown) + wire::json::serialize(timeline::to_json(shown, {}));
    Options options;
    options.trace = true;
    for (const auto name : template_names) all += render_markdown(shown, name, options).value() + render_html(shown, name, options).value();
    RC_ASSERT(lowered(all).find("zebedee") == std::string::npos);
}

}  // namespace
}  // namespace incident::draft
