#include "web/page.hpp"
#include "draft/html.hpp"
#include "model/text.hpp"
#include <array>
#include <span>
#include <openssl/evp.h>

namespace incident::web {
namespace {

using draft::escape_html;

constexpr std::string_view stylesheet = R"(:root{color-scheme:light dark;--ink:#1c1c1e;--paper:#fff;--soft:#5b5b63;--line:#d8d8de;--tag:#0b4f9e}
@media(prefers-color-scheme:dark){:root{--ink:#ececf0;--paper:#16161a;--soft:#a5a5b0;--line:#35353d;--tag:#8fc1ff}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:60rem;color:var(--ink);background:var(--paper);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.3rem;margin:0 0 1rem}
h2{font-size:1.05rem;margin:1.5rem 0 .5rem}
ul{list-style:none;margin:0;padding:0}
li{padding:.4rem 0;border-top:1px solid var(--line)}
time,.by,footer{color:var(--soft);font-size:.875rem;font-variant-numeric:tabular-nums}
a{color:var(--tag)}
.tag{color:var(--tag);font-size:.875rem}
s{color:var(--soft)}
footer{margin-top:2rem}
)";

constexpr std::size_t shown_text_bytes = 600;

std::string base64(std::span<const unsigned char> bytes)
{
    std::string text(4 * ((bytes.size() + 2) / 3), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
    return text;
}

/// `2024-06-22 15:15:00 UTC`
std::string shown_time(Instant at)
{
    auto text = to_rfc3339(at).substr(0, 19);
    text[10] = ' ';
    return text + " UTC";
}

std::string time_element(Instant at) { return "<time datetime=\"" + to_rfc3339(at) + "\">" + shown_time(at) + "</time>"; }

std::string row(const Incident& incident)
{
    const auto key = to_string(incident.key);
    // The draft is the incident's page: what is known so far, with its phases and dead ends.
    std::string html = "<li><a href=\"/api/v1/incidents/" + key + "/draft?format=html\"><strong>" + key + "</strong> " + escape_html(incident.title) + "</a>";
    if (!incident.severity.empty()) html += " <span class=\"tag\">severity " + escape_html(incident.severity) + "</span>";
    html += "<br>" + time_element(incident.started_at.value_or(incident.opened_at)) + " <span class=\"by\">";
    html += incident.lead.empty() ? "opened by " + escape_html(incident.opened_by.name) : "led by " + escape_html(incident.lead);
    return html + "</span></li>\n";
}

std::string row(const Event& event)
{
    std::string html = "<li>" + time_element(event.occurred_at) + " <span class=\"by\">";
    html += event.incident ? to_string(*event.incident) : std::string{"inbox"};
    if (event.number) html += " #" + std::to_string(*event.number);
    html += ' ' + std::string{to_string(event.kind)} + ' ' + escape_html(event.author.name) + "</span>";
    for (const auto& tag : event.tags) html += " <span class=\"tag\">" + escape_html(tag.name) + "</span>";
    const auto text = event.redacted ? std::string{"(redacted)"} : escape_html(shortened(event.text, shown_text_bytes));
    html += "<br>" + (event.struck ? "<s>" + text + "</s>" : text);
    if (event.count > 1) html += " <span class=\"by\">&times;" + std::to_string(event.count) + "</span>";
    return html + "</li>\n";
}

template <class Rows>
std::string list(const Rows& rows, std::string_view none)
{
    if (rows.empty()) return "<p>" + std::string{none} + "</p>\n";
    std::string html = "<ul>\n";
    for (const auto& one : rows) html += row(one);
    return html + "</ul>\n";
}

}  // namespace

std::string render(const Page& page)
{
    std::string html = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                       "<title>incidentd</title><style>";
    html += stylesheet;
    html += "</style></head><body>\n<header><h1>incidentd</h1></header>\n<main>\n<h2>Open incidents</h2>\n";
    html += list(page.open, "No incident is open.");
    if (!page.closed.empty()) html += "<h2>Closed lately</h2>\n" + list(page.closed, {});
    html += "<h2>Newest events</h2>\n";
    html += list(page.newest, "Nothing was recorded yet.");
    html += "</main>\n<footer>" + shown_time(page.now) + " &middot; incidentd " + escape_html(page.version) + "</footer>\n</body></html>\n";
    return html;
}

std::string content_security_policy()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(stylesheet.data(), stylesheet.size(), digest.data(), &size, EVP_sha256(), nullptr);
    return "default-src 'none'; style-src 'sha256-" + base64(std::span{digest}.first(size)) +
           "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace incident::web
