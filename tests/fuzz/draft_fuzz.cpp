#include "draft/check.hpp"
#include "support/entries.hpp"
#include <array>
#include <cstdlib>

using namespace incident;

/// The first byte chooses the options, the rest is cut at each NUL into texts of senders. Whatever they say: a page comes
/// out, the same twice, and no line of it begins a block that is not ours.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const auto bits = data[0];
    std::vector<std::string> texts(1);
    for (std::size_t i = 1; i < size && texts.size() < 64; ++i) {
        if (data[i] == 0) texts.emplace_back();
        else texts.back() += static_cast<char>(data[i]);
    }
    static constexpr std::array names{tags::detection,  tags::impact,    tags::hypothesis, tags::misleading_path, tags::escalation,
                                      tags::root_cause, tags::mitigation, tags::resolution, tags::follow_up,       tags::action};
    test::Story story{texts[0]};
    Id last{};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto tag = test::person_tag(names[i % names.size()], last.is_nil() ? std::nullopt : std::optional{last});
        if (i % 3 == 0) tag.to = texts[i];
        last = story.note(to_rfc3339(test::at("15:00") + std::chrono::minutes{i}), texts[i], {tag}, texts[(i + 1) % texts.size()]);
    }
    draft::Options options;
    options.clock = (bits & 1) != 0 ? draft::Clock::hours12 : draft::Clock::hours24;
    options.seconds = (bits & 2) != 0;
    options.fold = (bits & 4) != 0;
    const auto timeline = timeline::build(story.entries, test::Story::key).value();
    const auto page = draft::render_markdown(timeline, "brief", options).value();
    if (page != draft::render_markdown(timeline, "brief", options).value()) std::abort();
    if (page.find("\n# ") != std::string::npos || page.find("\n```") != std::string::npos) std::abort();
    for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1))
        if (at == 0 || page[at - 1] != '\\') std::abort();
    for (const auto& finding : draft::check(timeline, test::at("18:00")))
        if (finding.fix.empty()) std::abort();
    return 0;
}
