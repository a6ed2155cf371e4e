#pragma once
#include "auth/encoding.hpp"

/// One function per kind of rule. Private to auth/.
namespace incident::auth {

/// What came of one rule. `came` tells how far it got, so that the log names the reason of the rule that was meant.
struct Verdict {
    enum class Came { nothing, malformed, wrong };
    std::optional<Proved> proved;
    Came came = Came::nothing;
    std::string why;
};

[[nodiscard]] Verdict check(const HmacRule& rule, std::span<const std::string> secrets, const Signed& request, Instant now);
[[nodiscard]] Verdict check(const SecretRule& rule, std::span<const std::string> secrets, const Signed& request, Instant now);
[[nodiscard]] Verdict check(const BasicRule& rule, std::span<const std::string> secrets, const Signed& request, Instant now);
[[nodiscard]] Verdict check(const Ed25519Rule& rule, std::span<const std::string> secrets, const Signed& request, Instant now);
[[nodiscard]] Verdict check(const SnsRule& rule, std::span<const std::string> secrets, const Signed& request, Instant now);

[[nodiscard]] inline Verdict absent(std::string why) { return {std::nullopt, Verdict::Came::nothing, std::move(why)}; }
[[nodiscard]] inline Verdict malformed(std::string why) { return {std::nullopt, Verdict::Came::malformed, std::move(why)}; }
[[nodiscard]] inline Verdict wrong(std::string why) { return {std::nullopt, Verdict::Came::wrong, std::move(why)}; }
[[nodiscard]] inline Verdict accepted(Proved proved) { return {std::move(proved), Verdict::Came::wrong, {}}; }

/// The header, trimmed; empty when it is not there.
[[nodiscard]] std::string_view header_of(const Signed& request, const std::string& name);
/// What stands behind `scheme` (any letter case) and spaces. Empty optional: another scheme.
[[nodiscard]] std::optional<std::string_view> behind_scheme(std::string_view header, std::string_view scheme);

/// The signatures of one header that bear the rule's prefix.
struct Listed {
    std::vector<std::string_view> signatures;
    bool too_many = false;
};
[[nodiscard]] Listed listed(std::string_view header, std::string_view prefix, std::string_view separator);

/// The text that was signed, in pieces, and what it says of id and time.
struct SignedText {
    std::vector<std::string_view> pieces;
    Proved says;
    std::string why;  ///< not empty: it cannot be put together, or lies outside the window
    bool header_missing = false;
};
[[nodiscard]] SignedText signed_text(std::string_view pattern, const std::string& timestamp_header, const std::string& id_header,
                                     std::chrono::seconds window, const Signed& request, Instant now);

/// Whether `given` is one of the secrets; takes the same time whichever it is, and whatever their lengths.
[[nodiscard]] bool is_one_of(std::string_view given, std::span<const std::string> secrets);

}  // namespace incident::auth
