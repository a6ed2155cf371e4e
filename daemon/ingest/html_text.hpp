#pragma once
#include <string>
#include <string_view>

/// Chat texts that are half HTML.
namespace incident::ingest {

/// Tags go (`<br>` and the end of a block become a line feed), then entities are decoded once, numeric ones too; a
/// no-break space becomes a space. What is no tag (`a < b`) stays.
[[nodiscard]] std::string plain_html(std::string_view html);

/// The entities alone.
[[nodiscard]] std::string html_decoded(std::string_view text);

}  // namespace incident::ingest
