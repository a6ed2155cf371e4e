#pragma once
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// People's names, and the roles that stand for them outside the house.
namespace incident::draft {

/// Reads "Sam Okafor", "sam.okafor", "@Sam" and "sam.okafor@example.com" as the same person: compared are runs of letters
/// and digits, without case and accents. Parts of a longer name count by themselves, but for words like "team".
class Names {
public:
    inline static constexpr std::string_view unknown_role = "a responder";

    /// @param people name -> role, as the site configured them
    explicit Names(const std::map<std::string, std::string>& people);

    /// A person who has no role of their own. Nothing happens to the empty name. Before settle().
    void add(std::string_view name);
    /// No name is added afterwards. Roles that would tell a name become unknown_role.
    void settle();

    /// What stands for a field that holds one person's name. Empty for the empty one.
    [[nodiscard]] std::string role_of(std::string_view name, std::map<std::string, std::size_t>& removed) const;
    /// `text` with every name in it replaced; `removed` counts by the name as it was added. O(text).
    [[nodiscard]] std::string without_names(std::string_view text, std::map<std::string, std::size_t>& removed) const;

    /// "database team", "the on-call engineers": a group is no person. Read from its words, so err on the person's side.
    [[nodiscard]] static bool is_group(std::string_view name);

private:
    struct Pattern {
        std::vector<std::string> words;  ///< folded
        std::string name, role;
        bool only_capitalised = false;   ///< an everyday word: "Will", not "will"
    };
    void add_patterns(std::string_view name, const std::string& role);
    void add_pattern(Pattern pattern);

    std::map<std::string, std::string> roles_;  ///< by folded words
    std::unordered_map<std::string, std::vector<Pattern>> by_first_word_;
};

}  // namespace incident::draft
