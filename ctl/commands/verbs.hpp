#pragma once
#include "commands/session.hpp"

/// What each verb does. One function a verb or family; CLI.md §5.3 says what they mean.
namespace incident::ctl {

// note.cpp
[[nodiscard]] Try<Exit> run_note(Session&, const Arguments&);      ///< note detect act hypo impact cause todo change
[[nodiscard]] Try<Exit> run_escalate(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_resolve(Session&, const Arguments&);
// verdict.cpp
[[nodiscard]] Try<Exit> run_mislead(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_confirm(Session&, const Arguments&);
// open.cpp
[[nodiscard]] Try<Exit> run_open(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_adopt(Session&, const Arguments&);
// incidents.cpp
[[nodiscard]] Try<Exit> run_ls(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_show(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_use(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_close(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_reopen(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_merge(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_set(Session&, const Arguments&);
// amend.cpp
[[nodiscard]] Try<Exit> run_edit(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_at(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_tag(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_rm(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_star(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_move(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_redact(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_link(Session&, const Arguments&);
// history.cpp
[[nodiscard]] Try<Exit> run_history(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_undo(Session&, const Arguments&);
// log.cpp, follow.cpp
[[nodiscard]] Try<Exit> run_log(Session&, const Arguments&);
// search.cpp, since.cpp, stats.cpp
[[nodiscard]] Try<Exit> run_search(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_since(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_stats(Session&, const Arguments&);
// status.cpp
[[nodiscard]] Try<Exit> run_status(Session&, const Arguments&);
// export.cpp
[[nodiscard]] Try<Exit> run_draft(Session&, const Arguments&);
// check.cpp
[[nodiscard]] Try<Exit> run_check(Session&, const Arguments&);
// import.cpp
[[nodiscard]] Try<Exit> run_import(Session&, const Arguments&);
// ledger.cpp
[[nodiscard]] Try<Exit> run_verify(Session&, const Arguments&);
// rules.cpp
[[nodiscard]] Try<Exit> run_rules(Session&, const Arguments&);
// scribe.cpp
[[nodiscard]] Try<Exit> run_scribe(Session&, const Arguments&);
// run.cpp
[[nodiscard]] Try<Exit> run_run(Session&, const Arguments&);
// send_test.cpp
[[nodiscard]] Try<Exit> run_send_test(Session&, const Arguments&);
// source.cpp
[[nodiscard]] Try<Exit> run_source(Session&, const Arguments&);
// source_trust.cpp: of the verb `source`, what fetches from outside
[[nodiscard]] Try<Exit> run_source_confirm(Session&, const std::string& source);
/// @param out the file to write; empty: SOURCE.pem here.
[[nodiscard]] Try<Exit> run_source_trust(Session&, const std::string& source, const std::string& certificate_url, const std::string& out);
// settings.cpp
[[nodiscard]] Try<Exit> run_config(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_ctx(Session&, const Arguments&);
// access.cpp
[[nodiscard]] Try<Exit> run_token(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_auth(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_login(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_share(Session&, const Arguments&);  ///< share unshare
// tools.cpp
[[nodiscard]] Try<Exit> run_api(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_version(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_help(Session&, const Arguments&);
// completion.cpp
[[nodiscard]] Try<Exit> run_completion(Session&, const Arguments&);
[[nodiscard]] Try<Exit> run_complete(Session&, const Arguments&);

}  // namespace incident::ctl
