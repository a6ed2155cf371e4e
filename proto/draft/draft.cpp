#include "draft/draft.hpp"
#include "draft/brief.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace {

/// The templates by name. Another one is a function of its own file and a row here.
struct Template {
    std::string_view name;
    std::string (*print)(const Document&, const Times&, const Options&);
};
constexpr std::array templates{Template{"brief", &brief}};

}  // namespace

Result<std::string> render_markdown(const timeline::Timeline& timeline, std::string_view template_name, const Options& options)
{
    const auto chosen = std::ranges::find(templates, template_name, &Template::name);
    if (chosen == templates.end()) {
        std::string known;
        for (const auto& each : templates) known.append(known.empty() ? "" : ", ").append(each.name);
        return Failure{Errc::invalid_input, "no template \"" + visible(shortened(template_name, 64)) + "\"; known: " + known};
    }
    const auto times = Times::in(options);
    if (!times) return times.error();
    auto document = compose(timeline, *times);
    if (options.fold) fold_to_budget(document, *times, options);
    return chosen->print(document, *times, options);
}

}  // namespace incident::draft
