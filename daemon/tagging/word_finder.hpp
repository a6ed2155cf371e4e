#pragma once
#include <memory>
#include <mutex>
#include <re2/re2.h>
#include <string_view>

/// The expressions of text rules, as RE2 takes them. Private to tagging/.
namespace incident::tagging {

/// Without case, silent, and with the memory of the whole set.
[[nodiscard]] RE2::Options text_options();

/// Finds the words that a pattern of the set matched. There is one for each of a few hundred patterns and most never match
/// anything, so it is compiled when it is first asked; any thread may ask.
class WordFinder {
 public:
    /// @pre RE2 takes `pattern` with text_options(), and its characters outlive this.
    explicit WordFinder(std::string_view pattern) : pattern_(pattern) {}
    [[nodiscard]] const RE2& get() const;

 private:
    std::string_view pattern_;
    mutable std::once_flag once_;
    mutable std::unique_ptr<RE2> made_;
};

}  // namespace incident::tagging
