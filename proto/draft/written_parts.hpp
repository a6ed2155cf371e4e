#pragma once
#include "draft/written.hpp"
#include <optional>

/// The parts of pieces_of(); private to this folder.
namespace incident::draft::written {

struct Words {
    std::string text;
    bool strong = false;  ///< all of it is bold
};
/// Markdown's marks inside a block taken away: emphasis, code, links, known HTML tags, entities, backslashes. What marks
/// nothing (`snake_case`, `5 * 3`, `<nick>`) stays. Linear in the size of `marked`.
[[nodiscard]] Words words_of(std::string_view marked);

/// Well-formed; every kind of white space a space, tab or line feed, what has no width gone.
[[nodiscard]] std::string evened(std::string_view text);

/// `&amp;`, `&#8211;`, `&nbsp;` at the head of `text`: what it stands for, and its length. Empty: none that we know.
struct Entity {
    std::string stands_for;
    std::size_t length = 0;
};
[[nodiscard]] std::optional<Entity> entity_at(std::string_view text);

/// A tag at the head of `text` (which begins with `<`): its name in lower case, empty when it is none.
struct Tag {
    std::string name;
    bool closes = false;
    std::size_t length = 0;  ///< up to and with `>`
};
[[nodiscard]] Tag tag_at(std::string_view text);
/// Tags of HTML that stand inside a line and mean nothing to the words.
[[nodiscard]] bool is_inline_tag(std::string_view name);

[[nodiscard]] bool looks_like_html(std::string_view document);
/// Appends what stands in a piece of HTML. @param line the number of its first line.
void cut_html(std::string_view html, std::size_t line, std::vector<Piece>& out);

}  // namespace incident::draft::written
