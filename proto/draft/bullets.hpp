#pragma once
#include "draft/draft.hpp"
#include "draft/times.hpp"

namespace incident::draft {

/// The brief: one or two sentences, and short.
inline constexpr std::size_t max_bullet_sentences = 2, max_bullet_words = 30;

inline constexpr auto unlimited_words = static_cast<std::size_t>(-1);

/// What a bullet tells of, for layouts with a place for each; bits of Bullet::parts.
namespace part {
inline constexpr unsigned detection = 1, detection_how = 2, action = 4, hypothesis = 8, misleading_path = 16, escalation = 32,
                          resolution = 64, change = 128, impact = 256, went_well = 512, went_wrong = 1024, lucky = 2048;
}  // namespace part

/// One line of the document's timeline, plain text still.
struct Bullet {
    Instant at;
    Precision precision = Precision::exact;
    std::string text;
    std::vector<Id> events;
    /// 0 never folds; else the higher the number, the longer it stays.
    int fold_rank = 0;
    bool folded = false;
    bool cut = false;  ///< the text was longer than a bullet may be
    unsigned parts = 0;
};

/// The lines as bullets, in reading order, each within the limits. Every fact's event has one, also where its alert was
/// folded into an earlier line.
/// @param words what a reader would fold first beyond so many is folded here already, without its words and events: of a
/// night of 100,000 alerts nobody needs the sentences to see that most of them go.
[[nodiscard]] std::vector<Bullet> bullets_of(const timeline::Timeline& timeline, const Times& times, std::size_t words = unlimited_words);

/// Its time is a word too.
[[nodiscard]] std::size_t words_of(const Bullet& bullet);

/// What of an event's text a bullet shows before it is cut: of a cause or a resolution the first sentence, else all.
[[nodiscard]] std::string told_in_bullet(const Event& event);

}  // namespace incident::draft
