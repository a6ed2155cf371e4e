#pragma once
#include <string>
#include <string_view>

/// What the words of an impact tell: of which thing, of how many people. Word lists, English.
namespace incident::draft {

/// A word that is neither symptom, number nor user remains: it names what was down.
[[nodiscard]] bool names_a_thing(std::string_view text);
/// "1,200 users", "all customers", "every user", "nobody": a count of people.
[[nodiscard]] bool counts_people(std::string_view text);
/// What is left of an impact's text when a share at its head or the words "85% of users (affected)" are all it says.
[[nodiscard]] std::string without_bare_share(std::string text);
/// Digits and percent signs only.
[[nodiscard]] bool is_number(std::string_view word);

}  // namespace incident::draft
