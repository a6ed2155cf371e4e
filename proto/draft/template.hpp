#pragma once
#include "draft/page.hpp"

namespace incident::draft {

/// A document's sections and their order, in whatever format it is printed then.
struct Template {
    std::string_view name;
    Page (*lay_out)(const Document&, const Times&, const Options&);
    std::string_view says;  ///< in a few words, for help
};

/// A built-in one. @return Errc::invalid_input naming those there are.
[[nodiscard]] Result<const Template*> find_template(std::string_view name);

}  // namespace incident::draft
