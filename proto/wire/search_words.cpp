#include "wire/search_words.hpp"
#include <algorithm>

namespace incident::wire {
namespace {

/// Control characters part words too: nobody means to search for one.
bool parts_words(char c) noexcept { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }

/// Whether the index could know any of it: a letter or a digit, and of other scripts whatever it takes for one.
bool searchable(std::string_view text) noexcept
{
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
    });
}

/// Takes the first term off `rest`. @pre `rest` begins with no white space and is not empty.
SearchTerm take_term(std::string_view& rest)
{
    SearchTerm term;
    // `--force` is an option that somebody looks for, not a word to do without.
    if (rest.size() > 1 && rest[0] == '-' && rest[1] != '-' && !parts_words(rest[1])) {
        term.without = true;
        rest.remove_prefix(1);
    }
    if (rest.front() == '"') {
        rest.remove_prefix(1);
        const auto end = std::min(rest.find('"'), rest.size());  // one that is not closed goes to the end
        term.text = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (rest.starts_with('*')) {
            term.prefix = true;
            rest.remove_prefix(1);
        }
    } else {
        const auto end = static_cast<std::size_t>(std::ranges::find_if(rest, parts_words) - rest.begin());
        term.text = rest.substr(0, end);
        rest.remove_prefix(end);
        while (term.text.ends_with('*')) {
            term.text.pop_back();
            term.prefix = true;
        }
    }
    std::ranges::replace_if(term.text, parts_words, ' ');
    return term;
}

}  // namespace

Result<std::vector<SearchTerm>> read_search(std::string_view typed)
{
    if (typed.size() > max_search_bytes)
        return Failure{Errc::invalid_input, "the words to look for are longer than " + std::to_string(max_search_bytes) + " bytes; give fewer"};
    std::vector<SearchTerm> terms;
    for (auto rest = typed; !rest.empty();) {
        if (parts_words(rest.front())) {
            rest.remove_prefix(1);
            continue;
        }
        auto term = take_term(rest);
        if (!searchable(term.text)) continue;
        if (terms.size() == max_search_terms)
            return Failure{Errc::invalid_input, "there are more than " + std::to_string(max_search_terms) + " words to look for; give fewer"};
        terms.push_back(std::move(term));
    }
    if (std::ranges::none_of(terms, [](const SearchTerm& term) { return !term.without; }))
        return Failure{Errc::invalid_input, terms.empty() ? "there is no word to look for; give one with a letter or a digit"
                                                          : "there are only words to do without; give one to look for"};
    return terms;
}

}  // namespace incident::wire
