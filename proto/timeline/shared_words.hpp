#pragma once
#include "model/event.hpp"
#include <string>
#include <string_view>
#include <vector>

/// Which words of an event could tell what it speaks of. Plain rules over English and names, no language model: they err on
/// the side of finding nothing.
namespace incident::timeline {

/// Stems that carry meaning, sorted, each once: the words of the text and the values of its `service`, `component`, `job`, `host` and
/// `instance` labels, without grammar, without what is said in every incident ("error", "restarted", "server"), without
/// plain numbers. A name of parts (`web-3`, `orders_db`) counts whole and by its parts of three letters or more.
/// Reads the first max_words_read words.
using SignificantWords = std::vector<std::string>;
[[nodiscard]] SignificantWords significant_words(const Event& event);
[[nodiscard]] SignificantWords significant_words(std::string_view text);
inline constexpr std::size_t max_words_read = 400;

/// In alphabetical order.
[[nodiscard]] std::vector<std::string> words_in_both(const SignificantWords& a, const SignificantWords& b);

}  // namespace incident::timeline
