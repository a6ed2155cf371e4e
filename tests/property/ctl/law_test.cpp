#include "client/sse.hpp"
#include "commands/grammar.hpp"
#include "model/text.hpp"
#include "render/document.hpp"
#include "render/table.hpp"
#include "render/width.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace incident::ctl {
namespace {

/// Words as they come at a command line: verbs, flags, references and times among anything else.
rc::Gen<std::string> word()
{
    return rc::gen::oneOf(rc::gen::element<std::string>("n", "note", "x", "e", "log", "at", "tag", "-i", "-o", "--at", "--to", "--close", "--", "-", "--json",
                                                        "json", ".", ":4", "@5m", "UTC", "pm", "-qv", "--output=", "-n5", "--help", "INC-7", "set"),
                          rc::gen::arbitrary<std::string>(), rc::gen::string<std::string>());
}

RC_GTEST_PROP(CommandLineLaw, NoLineThrowsOrEndsWithAnotherCodeThanUsage, ())
{
    const auto words = *rc::gen::container<std::vector<std::string>>(word());
    auto parts = split(words);
    if (!parts) {
        RC_ASSERT(parts.error().exit == Exit::usage);
        RC_ASSERT(!parts.error().cause.empty());
        RC_ASSERT(!parts.error().fix.empty());
        return;
    }
    if (parts->help || parts->verb == nullptr) return;
    const auto arguments = parse(std::move(*parts));
    if (!arguments) {
        RC_ASSERT(arguments.error().exit == Exit::usage);
        RC_ASSERT(!arguments.error().fix.empty());
    }
}

RC_GTEST_PROP(CommandLineLaw, TextAfterTwoDashesIsStoredAsTyped, (const std::vector<std::string>& text))
{
    std::vector<std::string> words{"note", "--"};
    words.insert(words.end(), text.begin(), text.end());
    const auto parts = split(words);
    RC_ASSERT(parts.has_value());
    RC_ASSERT(parts->words == text);
    RC_ASSERT(parts->flags.empty());
}

RC_GTEST_PROP(CommandLineLaw, AfterTheFirstTextWordShortDashesAreText, ())
{
    auto text = *rc::gen::container<std::vector<std::string>>(
        rc::gen::map(rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z'))), [](std::string letters) { return "-" + letters; }));
    text.insert(text.begin(), "ran");
    auto words = text;
    words.insert(words.begin(), "note");
    RC_ASSERT(split(words).value().words == text);
}

RC_GTEST_PROP(TerminalLaw, NothingThatSteersATerminalComesThrough, (const std::string& bytes))
{
    const auto text = to_valid_utf8(bytes);
    Table table;
    table.columns = {{"A"}, {"B"}};
    table.rows = {{{text}, {text}}};
    for (const bool terminal : {true, false}) {
        const auto printed = print_table(table, {terminal, false, false, 40});
        for (const char c : printed) {
            const auto byte = static_cast<unsigned char>(c);
            RC_ASSERT(byte >= 0x20 || c == '\n' || (!terminal && c == '\t'));
            RC_ASSERT(byte != 0x7f);
        }
    }
}

RC_GTEST_PROP(TerminalLaw, JsonStaysTheSameValue, (const std::string& bytes))
{
    const json::value value{{"text", to_valid_utf8(bytes)}};
    RC_ASSERT(json::parse(compact_json(value)) == value);
    RC_ASSERT(json::parse(pretty_json(value)) == value);
}

RC_GTEST_PROP(TerminalLaw, WrappingKeepsEveryWordWithinTheColumns, ())
{
    const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "word", "日本語", "e\u0301", "longer-than-that"));
    const auto columns = *rc::gen::inRange<std::size_t>(2, 30);
    std::string text, again;
    for (const auto& one : words) text += (text.empty() ? "" : " ") + one;
    for (const auto& line : wrapped(text, columns)) {
        RC_ASSERT(display_width(line) <= columns);
        again += line;
    }
    const auto without_spaces = [](std::string all) { return std::erase(all, ' '), all; };
    RC_ASSERT(without_spaces(again) == without_spaces(text));
}

RC_GTEST_PROP(StreamLaw, PiecesDoNotMatter, (const std::string& noise))
{
    const auto stream = "id: 1\ndata: a\n\n" + noise + "\n\nid: 2\ndata: b\n\n";
    const auto read = [&](std::size_t piece) {
        SseParser parser;
        std::vector<std::string> items;
        for (std::size_t at = 0; at < stream.size(); at += piece)
            (void)parser.feed(std::string_view{stream}.substr(at, piece), [&](const SseItem& item) { return items.push_back(item.id + item.event + item.data), true; });
        return items;
    };
    const auto whole = read(stream.size());
    RC_ASSERT(whole.front() == "1a");
    RC_ASSERT(read(1) == whole);
    RC_ASSERT(read(7) == whole);
}

}  // namespace
}  // namespace incident::ctl
