#include "draft/brief.hpp"
#include "draft/template.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace {

/// The built-in templates. Another one is a function of its own file and a row here; every format then has it.
constexpr std::array templates{Template{"brief", &brief_page}};

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
    auto document = compose(timeline, *times);
    if (options.fold) fold_to_budget(document, *times, options);
    return to_markdown((*chosen)->lay_out(document, *times, options), options);
}

}  // namespace incident::draft
