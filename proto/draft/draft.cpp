#include "draft/brief.hpp"
#include "draft/marks.hpp"
#include "draft/mermaid.hpp"
#include "draft/record.hpp"
#include "draft/template.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace {

/// The built-in templates. Another one is a function of its own file and a row here; every format then has it.
constexpr std::array<Template, template_names.size()> templates{{{"brief", &brief_page, "as the reviewers' brief asks for it"},
                                                                 {"sre", &sre_page, "the order of Google's SRE book"},
                                                                 {"labelled", &labelled_page, "the timeline under a label for each fact"}}};
static_assert(std::ranges::equal(templates, template_names, {}, &Template::name));

}  // namespace

Result<const Template*> find_template(std::string_view name)
{
    const auto chosen = std::ranges::find(templates, name, &Template::name);
    if (chosen != templates.end()) return &*chosen;
    std::string known;
    for (const auto& each : templates) known.append(known.empty() ? "" : ", ").append(each.name);
    return Failure{Errc::invalid_input, "no template \"" + visible(shortened(name, 64)) + "\"; known: " + known};
}

Result<std::string> render_markdown(const timeline::Timeline& timeline, std::string_view template_name, const Options& options)
{
    const auto chosen = find_template(template_name);
    if (!chosen) return chosen.error();
    const auto times = Times::in(options);
    if (!times) return times.error();
    auto document = compose(timeline, *times, options.fold ? options.max_words : unlimited_words);
    if (options.fold) fold_to_budget(document, *times, options, (*chosen)->lay_out);
    else tell_whole(document, timeline);
    auto page = (*chosen)->lay_out(document, *times, options);
    if (options.mermaid) add_picture(page, document, *times);
    return options.marks ? marked(page, options, {document.key, std::string{template_name} + (options.audience.empty() ? "" : ":" + options.audience)}) : to_markdown(page, options);
}

}  // namespace incident::draft
