#include "tagging/word_finder.hpp"
#include "tagging/rules.hpp"

namespace incident::tagging {

RE2::Options text_options()
{
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);  // RE2 would write to stderr, past our log
    options.set_max_mem(pattern_memory_bytes);
    return options;
}

const RE2& WordFinder::get() const
{
    std::call_once(once_, [this] {
        // Little memory for its states: RE2 goes on without them where they do not fit. Only a pattern that needs more to be
        // compiled at all gets more.
        const re2::StringPiece pattern{pattern_.data(), pattern_.size()};
        constexpr std::int64_t memory_bytes = 512 << 10;
        auto options = text_options();
        options.set_max_mem(memory_bytes);
        made_ = std::make_unique<RE2>(pattern, options);
        if (!made_->ok()) made_ = std::make_unique<RE2>(pattern, text_options());
    });
    return *made_;
}

}  // namespace incident::tagging
