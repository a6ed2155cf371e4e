#include "commands/verbs.hpp"
#include "model/text.hpp"

// Proof.
namespace incident::ctl {
Try<Exit> run_verify(Session& session, const Arguments&)
{
    auto answer = session.get("/api/v1/verify");
    if (!answer) return answer.error();
    Request asked;
    asked.path = "/api/v1/verify";
    if (member(*answer, "entries") == nullptr) return session.stranger(asked);
    const bool ok = flag_at(*answer, "ok");
    auto text = ok ? painted("SUCCESS", Style::good, session.colour()) + "  " + number_at(*answer, "entries") +
                         " entries, the chain holds, head " + visible(text_at(*answer, "head")) + '\n'
                   : painted("FAILED", Style::bad, session.colour()) + "  entry " + number_at(*answer, "at") + ": " +
                         visible(text_at(*answer, "problem")) + '\n';
    session.print_value(*answer, text, std::string{text_at(*answer, "head")});
    return ok ? Exit::ok : Exit::invalid;
}

}  // namespace incident::ctl
