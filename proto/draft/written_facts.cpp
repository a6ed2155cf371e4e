#include "draft/written_facts.hpp"
#include "draft/impact_words.hpp"
#include "draft/tells.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace {

constexpr std::size_t least_words_told = 3;  ///< fewer do not say what

bool says_unknown_share(std::string_view phrase)
{
    const auto lower = lowered(phrase);
    const auto has = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
    return (has("unknown") || has("not known")) && (has("user") || has("customer") || has("share"));
}
bool tells_outage(std::string_view phrase)
{
    const auto lower = lowered(phrase);
    return timeline::count_words(phrase) >= least_words_told &&
           (lower.find("outage") != std::string::npos || lower.find("unavailable") != std::string::npos || lower.find("unable") != std::string::npos);
}
/// "85% of users affected", "about 1,200 users": how many, not what.
bool only_counts(const std::string& phrase)
{
    constexpr std::size_t words_of_a_count = 5;
    return phrase.empty() || (!names_a_thing(phrase) && counts_people(phrase) && timeline::count_words(phrase) <= words_of_a_count);
}

}  // namespace

WrittenImpact written_impact_of(const Outline& outline)
{
    std::string label, prose;
    for (const auto& said : outline.said) {
        if (said.topic == Topic::impact && said.section != Topic::timeline) label.append(label.empty() ? "" : "\n").append(said.text);
        if (said.section == Topic::summary && said.topic == Topic::summary) prose += said.text + "\n";
    }
    WrittenImpact impact;
    impact.any = !label.empty() || !prose.empty();
    impact.tells_share = timeline::share_of_users(label + '\n' + prose).has_value();
    for (const auto* text : {&label, &prose})
        for (const auto sentence : timeline::sentences(*text)) {
            for (std::string_view rest = sentence; !rest.empty();) {
                const auto stop = std::min(rest.find(';'), rest.size());
                auto phrase = without_bare_share(std::string{trimmed(rest.substr(0, stop))});
                rest.remove_prefix(std::min(stop + 1, rest.size()));
                impact.tells_share = impact.tells_share || counts_people(phrase) || says_unknown_share(phrase);
                if (says_unknown_share(phrase)) continue;
                if (text == &prose) {
                    impact.names_service = impact.names_service || names_a_service(phrase);
                    impact.tells_experience = impact.tells_experience || (timeline::count_words(phrase) >= least_words_told && told_by_words(phrase).impact) ||
                                 tells_outage(phrase);
                    continue;
                }
                if (only_counts(phrase)) continue;
                impact.names_service = impact.names_service || names_a_thing(phrase);
                if (const auto colon = phrase.find(':'); colon != std::string::npos) phrase = std::string{trimmed(std::string_view{phrase}.substr(colon + 1))};
                impact.tells_experience = impact.tells_experience || timeline::count_words(phrase) >= least_words_told;
            }
        }
    return impact;
}

WrittenDetail written_detail_of(const Outline& outline)
{
    bool fix_begun = false;  // of a passage that tells both, from the first sentence on that tells a fix
    std::size_t cause = 0, fix = 0, cause_in_summary = 0;
    const auto sentences_in = [](std::string_view text) { return timeline::sentences(text).size(); };
    for (const auto& said : outline.said) {
        if (said.section == Topic::timeline) continue;
        if (said.topic == Topic::cause && said.section == Topic::summary) cause_in_summary += sentences_in(said.text);
        else if (said.topic == Topic::cause) cause += sentences_in(said.text);
        else if (said.topic == Topic::fix && !said.text.ends_with(':')) fix += sentences_in(said.text);
        else if (said.topic == Topic::cause_and_fix) {
            for (const auto sentence : timeline::sentences(said.text)) {
                fix_begun = fix_begun || tells_a_fix(sentence);
                ++(fix_begun ? fix : cause);
            }
        }
    }
    return {cause > 0 ? cause : cause_in_summary, fix};
}

WrittenMeasures written_measures_of(const Outline& outline)
{
    bool improvements = false;
    std::vector<const Said*> tasks, unlabelled;
    const bool any_items = std::ranges::any_of(outline.said, [](const Said& said) { return said.topic == Topic::tasks && said.item; });
    const Said* above = nullptr;
    for (const auto& said : outline.said) {
        if (said.section != Topic::measures) continue;
        const bool group = said.text.ends_with(':');
        const bool detail = said.nested && above && !above->text.ends_with(':');
        if (!said.nested) above = &said;
        if (said.topic == Topic::improvements) improvements = improvements || !group;
        else if (said.topic == Topic::tasks) {
            if (!group && !detail && (said.item || !any_items)) tasks.push_back(&said);
        } else if (said.topic == Topic::measures) {
            const auto lower = lowered(said.text);
            const bool wish = lower.find("improve") != std::string::npos || lower.find("enhance") != std::string::npos;
            if (group) improvements = improvements || (wish && !outline.has(Topic::improvements));
            else if (!detail && reads_as_task(said.text)) unlabelled.push_back(&said);
            else if (!detail) improvements = true;
        }
    }
    if (tasks.empty() && !outline.has(Topic::tasks)) tasks = unlabelled;
    else if (!unlabelled.empty() && !outline.has(Topic::improvements)) improvements = true;
    return {improvements, std::move(tasks)};
}

std::string section_by_length(const Outline& outline, bool longest)
{
    struct Usual {
        std::string_view heading;
        double words;
        std::array<Topic, 4> parts;
    };
    static constexpr std::array<Usual, 4> usual{
        {{"Issue Summary", 40, {Topic::summary, Topic::impact, Topic::duration, Topic::start}},
         {"Timeline", 180, {Topic::timeline, Topic::detected, Topic::escalation, Topic::actions}},
         {"Root Cause and Resolution", 130, {Topic::cause_and_fix, Topic::cause, Topic::fix, Topic::hypothesis}},
         {"Corrective and Preventative Measures", 100, {Topic::measures, Topic::improvements, Topic::tasks, Topic::zone}}}};
    std::string_view chosen;
    double best = 0;
    for (const auto& each : usual) {
        double words = 0;
        for (const auto part : each.parts)
            if (const auto in = outline.words_in.find(part); in != outline.words_in.end()) words += static_cast<double>(in->second);
        const auto share = words / each.words;
        if (chosen.empty() || (longest ? share > best : share < best)) chosen = each.heading, best = share;
    }
    return std::string{chosen};
}

}  // namespace incident::draft
