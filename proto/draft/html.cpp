#include "draft/html.hpp"
#include "draft/brief.hpp"
#include "draft/html_phases.hpp"
#include "draft/html_style.hpp"
#include "draft/html_text.hpp"
#include "draft/template.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::draft {
namespace {

using BlockKind = Block::Kind;

/// What the lists of the page are; a run of blocks of one list stands in one element.
enum class List { none, facts, plain, tasks, moments };

std::string_view opening(List list)
{
    switch (list) {
    case List::facts: return "<dl>\n";
    case List::plain: return "<ul>\n";
    case List::tasks: return "<ul class=\"tasks\">\n";
    case List::moments: return "<ol class=\"timeline\">\n";
    case List::none: break;
    }
    return {};
}
std::string_view closing(List list)
{
    switch (list) {
    case List::facts: return "</div>\n</dl>\n";
    case List::plain:
    case List::tasks: return "</ul>\n";
    case List::moments: return "</ol>\n";
    case List::none: break;
    }
    return {};
}

List list_of(const Block& block, List current)
{
    switch (block.kind) {
    case BlockKind::fact: return List::facts;
    case BlockKind::moment: return List::moments;
    case BlockKind::task: return List::tasks;
    case BlockKind::item: return current == List::facts ? List::facts : List::plain;  // a fact's own TODOs stay with it
    case BlockKind::heading:
    case BlockKind::date:
    case BlockKind::notice:
    case BlockKind::zone:
    case BlockKind::paragraph:
    case BlockKind::remark:
    case BlockKind::picture: break;
    }
    return List::none;
}

/// `TODO: what (command)`, the command as something to type.
std::string todo_html(std::string_view text)
{
    const auto open = text.rfind(" (incidentctl ");
    if (open == std::string_view::npos || !text.ends_with(')') || !text.starts_with("TODO: ")) return escape_html(text);
    std::string commands;
    auto rest = text.substr(open + 2, text.size() - open - 3);
    constexpr std::string_view or_else = ", or ";
    while (!rest.empty()) {
        const auto end = std::min(rest.find(or_else), rest.size());
        commands += (commands.empty() ? "<code>" : ", or <code>") + escape_html(rest.substr(0, end)) + "</code>";
        rest.remove_prefix(std::min(end + or_else.size(), rest.size()));
    }
    return "<strong>TODO:</strong> " + escape_html(text.substr(6, open - 6)) + " (" + commands + ')';
}

class Printer {
public:
    Printer(const timeline::Timeline& timeline, const Times& times, const Options& options, const Document& document, const Page& page)
        : timeline_(timeline), times_(times), options_(options), document_(document), page_(page), dead_ends_(ruled_out_of(timeline))
    {
        for (const auto& event : timeline.events) shown_.events.emplace(event.id, &event);
        for (std::size_t i = 0; i < dead_ends_.size(); ++i)
            if (dead_ends_[i]->verdict_event) numbers_[*dead_ends_[i]->verdict_event].push_back(i + 1);
        std::size_t line = 0;
        for (const auto& block : page) {
            if (block.kind != BlockKind::moment) continue;
            const auto anchor = 't' + std::to_string(++line);
            for (const auto& id : block.events) shown_.anchors.emplace(id, anchor);
        }
    }

    std::string print()
    {
        head();
        for (const auto& block : page_) {
            change_list(list_of(block, list_));
            print(block);
        }
        change_list(List::none);
        if (!told_phases_) {
            close_section();
            phases();
        }
        close_section();
        out_ += "</main>\n<footer>" + escape_html(document_.key) + ", from the record of incidentd. Every line comes from an event of it; nothing was added.</footer>\n</body>\n</html>\n";
        return std::move(out_);
    }

private:
    void head()
    {
        out_ = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"";
        out_ += escape_html(html_policy());
        out_.append("\">\n").append(html_generator);
        out_ += "\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
                "<meta name=\"referrer\" content=\"no-referrer\">\n<title>";
        out_ += escape_html(document_.title + " (" + document_.key + ')');
        out_.append("</title>\n<style>").append(html_style()).append("</style>\n</head>\n");
        out_ += document_.confidential ? "<body class=\"private\">\n<main>\n" : "<body>\n<main>\n";
    }

    std::string facts_line() const
    {
        const auto& incident = timeline_.incident;
        std::string line = document_.key;
        const auto add = [&](std::string_view what, std::string_view value) {
            if (!value.empty()) line.append(" · ").append(what).append(value);
        };
        add("", to_string(incident.status));
        add("severity ", incident.severity);
        add("service ", incident.service);
        add("led by ", incident.lead);
        if (document_.confidential) add("", "private");
        return "<p class=\"facts-line\">" + escape_html(line) + "</p>\n";
    }

    void change_list(List next)
    {
        if (next == list_) return;
        out_ += closing(list_);
        const bool long_clock = options_.clock == Clock::hours12 || options_.seconds;
        out_ += next == List::moments && long_clock ? "<ol class=\"timeline long\">\n" : opening(next);
        list_ = next;
        fact_open_ = false;
    }

    void close_section()
    {
        if (in_section_) out_ += "</section>\n";
        in_section_ = false;
    }

    void phases()
    {
        told_phases_ = true;
        out_ += phases_html(timeline_, times_, options_, shown_);
    }

    void heading(const Block& block)
    {
        if (block.level == 1) {
            out_ += "<h1>" + escape_html(block.text) + "</h1>\n" + facts_line();
            return;
        }
        if (block.level > 2) {
            out_ += "<h3>" + escape_html(block.text) + "</h3>\n";
            return;
        }
        close_section();
        if (sections_ == 1) phases();  // behind the first part, which says in short what happened
        const auto id = 's' + std::to_string(++sections_);
        out_ += "<section aria-labelledby=\"" + id + "\">\n<h2 id=\"" + id + "\">" + escape_html(block.text) + "</h2>\n";
        in_section_ = true;
    }

    std::string words(const Block& block) const
    {
        std::string html = block.todo ? todo_html(block.text) : block.ours ? escape_html(block.text) : linked_html(block.text);
        for (const auto& part : block.details) html += "\n<p>" + linked_html(part) + "</p>";
        if (!options_.trace || block.events.empty()) return html;
        html += " <!--";
        for (const auto& id : block.events) html += ' ' + to_string(id);
        return html + " -->";
    }

    /// What a glance along the margin should find.
    std::string_view css_of(const Block& block) const
    {
        if (block.events.empty()) return {};
        const auto found = shown_.events.find(block.events.front());
        if (found == shown_.events.end()) return {};
        const auto& event = *found->second;
        if (event.has_tag(tags::misleading_path)) return "lost";
        if (event.has_tag(tags::detection) || event.has_tag(tags::impact)) return "undetected";
        if (event.has_tag(tags::mitigation) || event.has_tag(tags::resolution)) return "recovering";
        return {};
    }

    void moment(const Block& block)
    {
        const auto css = css_of(block);
        out_ += "<li id=\"t" + std::to_string(++moments_) + '"';
        if (!css.empty()) out_.append(" class=\"").append(css).append("\"");
        out_ += "><div class=\"row\"><span class=\"at\">";
        out_ += block.at ? time_element(*block.at, block.when) : escape_html(block.when);
        out_ += "</span> <span class=\"what\">" + words(block);
        for (const auto& id : block.events)
            if (const auto ended = numbers_.find(id); ended != numbers_.end())
                for (const auto number : ended->second)
                    out_ += " <a class=\"end\" href=\"#d" + std::to_string(number) + "\">dead end " + std::to_string(number) + "</a>";
        out_ += "</span></div></li>\n";
    }

    void print(const Block& block)
    {
        const std::string todo = block.todo ? " class=\"todo\"" : "";
        switch (block.kind) {
        case BlockKind::heading: heading(block); break;
        case BlockKind::date: out_ += "<h3>" + time_of_day(block) + "</h3>\n"; break;
        case BlockKind::notice: out_ += "<p class=\"notice\"><strong>" + escape_html(block.label) + ":</strong> " + words(block) + "</p>\n"; break;
        case BlockKind::fact:
            if (fact_open_) out_ += "</div>\n";
            fact_open_ = true;
            out_ += "<div><dt>" + escape_html(block.label) + "</dt>\n<dd" + todo + '>' + words(block) + "</dd>\n";
            break;
        case BlockKind::item:
            out_ += list_ == List::facts ? "<dd" + todo + '>' + words(block) + "</dd>\n" : "<li" + todo + '>' + words(block) + "</li>\n";
            break;
        case BlockKind::task: out_ += "<li" + todo + '>' + words(block) + "</li>\n"; break;
        case BlockKind::moment: moment(block); break;
        case BlockKind::zone: out_ += "<p class=\"soft zone\">" + words(block) + "</p>\n"; break;
        case BlockKind::remark: out_ += "<p class=\"soft\">" + words(block) + "</p>\n"; break;
        case BlockKind::paragraph: out_ += "<p>" + words(block) + "</p>\n"; break;
        case BlockKind::picture: break;  // the page has one of its own
        }
    }

    static std::string time_of_day(const Block& block)
    {
        return "<time datetime=\"" + escape_html(block.text) + "\">" + escape_html(block.text) + "</time>";
    }

    const timeline::Timeline& timeline_;
    const Times& times_;
    const Options& options_;
    const Document& document_;
    const Page& page_;
    std::vector<const timeline::DeadEnd*> dead_ends_;
    std::unordered_map<Id, std::vector<std::size_t>> numbers_;  ///< of the dead ends that an event ends
    Shown shown_;
    std::string out_;
    List list_ = List::none;
    bool fact_open_ = false, in_section_ = false, told_phases_ = false;
    int sections_ = 0, moments_ = 0;
};

}  // namespace

std::string html_policy()
{
    return "default-src 'none'; style-src 'sha256-" + std::string{html_style_sha256()} + "'; base-uri 'none'; form-action 'none'";
}

Result<std::string> render_html(const timeline::Timeline& timeline, std::string_view template_name, const Options& options)
{
    const auto chosen = find_template(template_name);
    if (!chosen) return chosen.error();
    const auto times = Times::in(options);
    if (!times) return times.error();
    auto document = compose(timeline, *times, options.fold ? options.max_words : unlimited_words);
    if (options.fold) fold_to_budget(document, *times, options, (*chosen)->lay_out);
    const auto page = (*chosen)->lay_out(document, *times, options);
    return Printer{timeline, *times, options, document, page}.print();
}

}  // namespace incident::draft
