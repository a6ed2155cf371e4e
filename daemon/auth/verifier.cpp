#include "auth/verifier.hpp"
#include "auth/checks.hpp"
#include <algorithm>

namespace incident::auth {

Result<Proved> verify(const Verifier& verifier, const Signed& request, Instant now)
{
    if (verifier.any_of.empty()) return Failure{Errc::unauthenticated, "no rule says how this sender proves itself"};
    const bool has_secret = !std::ranges::all_of(verifier.secrets, &std::string::empty);
    std::optional<Proved> proved;
    auto came = Verdict::Came::nothing;
    std::string why;
    for (const auto& rule : verifier.any_of) {
        auto verdict = std::visit([&](const auto& one) { return check(one, verifier.secrets, request, now); }, rule);
        // Without a secret nothing is believed but what a rule leaves to the listener.
        if (verdict.proved && !has_secret && !verdict.proved->left_to_listener) continue;
        if (verdict.proved && !proved) proved = std::move(verdict.proved);
        // The reason of the rule that got furthest is the one that was meant.
        if (why.empty() || verdict.came > came) {
            came = verdict.came;
            why = std::move(verdict.why);
        }
    }
    if (proved) return std::move(*proved);
    if (!has_secret) return Failure{Errc::unauthenticated, "no secret is configured"};
    return Failure{Errc::unauthenticated, std::move(why)};
}

}  // namespace incident::auth
