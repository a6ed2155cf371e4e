#include "draft/import_parts.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::draft {
namespace {

Form guessed(std::string_view document, const ImportOptions& options)
{
    auto head = document;
    if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
    head = trimmed(head);
    const bool json = head.starts_with('{') || (head.starts_with('[') && (trimmed(head.substr(1)).starts_with('{') || trimmed(head.substr(1)).starts_with(']')));
    if (json) return importing::json_form(head);
    if (importing::looks_like_irc(document)) return Form::irc;
    if (importing::looks_like_csv(document, options)) return Form::csv;
    return Form::text;
}

Result<importing::Collected> collect(std::string_view document, const ImportOptions& options, Imported& out)
{
    switch (out.form) {
    case Form::guess:
    case Form::text: return importing::collect_text(document, options, out);
    case Form::csv: return importing::collect_csv(document, options, out);
    case Form::irc: return importing::collect_irc(document, options, out);
    case Form::slack: return importing::collect_slack(document, options, out);
    case Form::draft_json:
    case Form::jsonl: return importing::collect_json(document, options, out);
    }
    return importing::Collected{};
}

}  // namespace

Result<Imported> read_written_timeline(std::string_view document, const ImportOptions& options)
{
    if (document.size() > max_written_bytes)
        return Failure{Errc::limit_exceeded, "the document has more than " + std::to_string(max_written_bytes >> 20) + " MiB; import it in parts"};
    if (!options.zone.empty())
        if (const auto known = to_local(Instant{}, options.zone); !known) return known.error();
    Imported out;
    out.form = options.form == Form::guess ? guessed(document, options) : options.form;
    auto collected = collect(document, options, out);
    if (!collected) return Failure{Errc::invalid_input, collected.error().detail};
    if (collected->lines.empty())
        return Failure{Errc::invalid_input,
                       "no line of a timeline found: a line begins with its time (14:05, 2:05 PM UTC, 2024-06-22 14:05) in a list, a table or a paragraph, "
                       "or the document is a Slack export, an IRC log, CSV, JSON or JSON lines"};
    importing::work_out_times(*collected, options, out);
    out.lines.reserve(collected->lines.size());
    for (auto& raw : collected->lines) out.lines.push_back(std::move(raw.line));
    if (!out.events.empty() && out.events.size() != out.lines.size()) out.events.clear();  // events among foreign lines are lines too
    return out;
}

}  // namespace incident::draft
