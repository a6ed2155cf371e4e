#include "draft/brief.hpp"
#include <algorithm>

namespace incident::draft {

Page brief_page(const Document& document, const Times& times, const Options& options)
{
    Page page;
    add_heading(page, 1, "Postmortem: " + document.title, false);
    add_private_notice(page, document);
    add_summary(page, document);
    add_heading(page, 2, "Timeline");
    add_timeline(page, document, times, options);
    add_cause_and_measures(page, document);
    return page;
}

std::string brief(const Document& document, const Times& times, const Options& options)
{
    return to_markdown(brief_page(document, times, options), options);
}

void fold_to_budget(Document& document, const Times& times, const Options& options, LayOut lay_out)
{
    std::vector<Bullet*> candidates;
    std::size_t words = 0;
    bool none_folded = true;
    for (auto& bullet : document.bullets) {
        if (bullet.folded) {
            none_folded = false;
            continue;
        }
        words += words_of(bullet);
        if (bullet.fold_rank > 0) candidates.push_back(&bullet);
    }
    // Of equal rank the latest goes first: the reader needs the beginning of a thread to follow it at all.
    std::ranges::sort(candidates, [](const Bullet* a, const Bullet* b) {
        return a->fold_rank != b->fold_rank ? a->fold_rank < b->fold_rank : a > b;
    });
    auto next = candidates.begin();
    const auto fold_next = [&] {
        words -= words_of(**next);
        (*next++)->folded = true;
    };
    // A hundred thousand bullets need not be printed to see that they are too many: they are by themselves.
    while (next != candidates.end() && words > options.max_words) fold_next();
    words = count_words(to_markdown(lay_out(document, times, options), options));
    constexpr std::size_t words_of_the_note = 11;  // "3 entries are left out here and kept in the record."
    if (words > options.max_words && none_folded && next == candidates.begin() && next != candidates.end()) words += words_of_the_note;
    while (next != candidates.end() && words > options.max_words) fold_next();
}

}  // namespace incident::draft
