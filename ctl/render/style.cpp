#include "render/style.hpp"

namespace incident::ctl {

bool wants_colour(const ColourInputs& inputs) noexcept
{
    if (inputs.choice == "always") return true;
    if (inputs.choice == "never") return false;
    if (inputs.choice_given && inputs.tty) return inputs.term != "dumb";
    return inputs.tty && inputs.no_color.empty() && inputs.term != "dumb" && !inputs.term.empty();
}

std::string painted(std::string_view text, Style style, bool colour)
{
    if (!colour || style == Style::plain || text.empty()) return std::string{text};
    const char* code = "";
    switch (style) {
    case Style::plain: break;
    case Style::bold: code = "1"; break;
    case Style::faint: code = "2"; break;
    case Style::good: code = "32"; break;
    case Style::warning: code = "33"; break;
    case Style::bad: code = "31"; break;
    case Style::key: code = "36"; break;
    case Style::tag: code = "35"; break;
    }
    return "\x1b[" + std::string{code} + "m" + std::string{text} + "\x1b[0m";
}

Style style_of_tag(std::string_view tag) noexcept
{
    if (tag == "impact" || tag == "detection" || tag == "alert") return Style::bad;
    if (tag == "misleading_path" || tag == "escalation") return Style::warning;
    if (tag == "resolution" || tag == "mitigation" || tag == "root_cause") return Style::good;
    if (tag == "note" || tag == "chat") return Style::faint;
    return Style::tag;
}

}  // namespace incident::ctl
