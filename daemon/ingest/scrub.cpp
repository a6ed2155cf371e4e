#include "ingest/scrub.hpp"
#include "ingest/lenient.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest {

namespace {

/// Escapes can make one byte of a secret six (`\u0041`), and a form's escapes of those three times as long.
constexpr std::size_t longest_spelling = 18;
/// A body is looked through in pieces of this size, so that the decoded forms of a large one cost little memory.
constexpr std::size_t piece_bytes = 1024 * 1024;

/// Bytes after undoing one way of escaping, and where each came from.
struct Layer {
    std::string text;
    std::vector<std::uint32_t> at;  // of each byte its place in the original, and the original's end
};

int nibble(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Digits as a number; negative when one is none.
int hex(std::string_view digits)
{
    int value = 0;
    for (const char c : digits) {
        if (nibble(c) < 0) return -1;
        value = value * 16 + nibble(c);
    }
    return value;
}

void append_utf8(std::string& text, unsigned code)
{
    const auto add = [&](unsigned byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        add(code);
    } else if (code < 0x800) {
        add(0xc0 | code >> 6U);
        add(0x80 | (code & 0x3fU));
    } else if (code < 0x10000) {
        add(0xe0 | code >> 12U);
        add(0x80 | (code >> 6U & 0x3fU));
        add(0x80 | (code & 0x3fU));
    } else {
        add(0xf0 | code >> 18U);
        add(0x80 | (code >> 12U & 0x3fU));
        add(0x80 | (code >> 6U & 0x3fU));
        add(0x80 | (code & 0x3fU));
    }
}

/// One escape at the front of `rest`: what it stands for and how long it is; 0: it is none.
std::size_t read_form_escape(std::string_view rest, bool plus_is_space, std::string& meant)
{
    if (rest.front() == '+' && plus_is_space) {
        meant += ' ';
        return 1;
    }
    if (rest.front() != '%' || rest.size() < 3) return 0;
    const auto byte = hex(rest.substr(1, 2));
    if (byte < 0) return 0;
    meant += static_cast<char>(static_cast<unsigned char>(byte));
    return 3;
}

std::size_t read_json_escape(std::string_view rest, std::string& meant)
{
    if (rest.front() != '\\' || rest.size() < 2) return 0;
    static constexpr std::string_view letters = "\"\\/bfnrt", stand_for = "\"\\/\b\f\n\r\t";
    if (const auto letter = letters.find(rest[1]); letter != letters.npos) {
        meant += stand_for[letter];
        return 2;
    }
    if (rest[1] != 'u' || rest.size() < 6) return 0;
    const auto first = hex(rest.substr(2, 4));
    if (first < 0) return 0;
    const auto high = static_cast<unsigned>(first);
    if (high >= 0xd800 && high < 0xdc00 && rest.size() >= 12 && rest[6] == '\\' && rest[7] == 'u') {
        const auto second = hex(rest.substr(8, 4));
        if (second >= 0xdc00 && second < 0xe000) {
            append_utf8(meant, 0x10000 + ((high - 0xd800) << 10U) + static_cast<unsigned>(second - 0xdc00));
            return 12;
        }
    }
    append_utf8(meant, high);
    return 6;
}

template <class ReadEscape>
Layer undone(const Layer& from, ReadEscape read_escape)
{
    Layer layer;
    layer.text.reserve(from.text.size());
    layer.at.reserve(from.at.size());
    const std::string_view text{from.text};
    for (std::size_t i = 0; i < text.size();) {
        const auto before = layer.text.size();
        auto taken = read_escape(text.substr(i), layer.text);
        if (taken == 0) {
            layer.text += text[i];
            taken = 1;
        }
        layer.at.resize(layer.at.size() + layer.text.size() - before, from.at[i]);
        i += taken;
    }
    layer.at.push_back(from.at.back());
    return layer;
}

using Range = std::pair<std::size_t, std::size_t>;

void find_in(const Layer& layer, const std::vector<std::string>& secrets, std::size_t base, std::vector<Range>& found)
{
    for (const auto& secret : secrets)
        for (auto place = layer.text.find(secret); place != std::string::npos; place = layer.text.find(secret, place + 1)) {
            auto end = place + secret.size();
            while (layer.at[end] == layer.at[end - 1] && end + 1 < layer.at.size()) ++end;  // an escape is cut out whole
            found.emplace_back(base + layer.at[place], base + layer.at[end]);
        }
}

/// The piece as it is, and with JSON's and a form's escapes undone, one within the other too.
void find_spelled(std::string_view piece, const std::vector<std::string>& secrets, bool plus_is_space, std::size_t base, std::vector<Range>& found)
{
    Layer raw;
    raw.text = piece;
    raw.at.resize(piece.size() + 1);
    for (std::size_t i = 0; i <= piece.size(); ++i) raw.at[i] = static_cast<std::uint32_t>(i);
    const auto as_form = [plus_is_space](std::string_view rest, std::string& meant) { return read_form_escape(rest, plus_is_space, meant); };
    const auto has_json = [](const Layer& layer) { return layer.text.find('\\') != std::string::npos; };
    const auto has_form = [plus_is_space](const Layer& layer) { return layer.text.find_first_of(plus_is_space ? "%+" : "%") != std::string::npos; };
    find_in(raw, secrets, base, found);
    if (has_json(raw)) {
        const auto json = undone(raw, read_json_escape);
        find_in(json, secrets, base, found);
        if (has_json(json)) find_in(undone(json, read_json_escape), secrets, base, found);
        if (has_form(json)) find_in(undone(json, as_form), secrets, base, found);
    }
    if (!has_form(raw)) return;
    const auto form = undone(raw, as_form);
    find_in(form, secrets, base, found);
    if (!has_json(form)) return;
    const auto json = undone(form, read_json_escape);
    find_in(json, secrets, base, found);
    if (has_json(json)) find_in(undone(json, read_json_escape), secrets, base, found);
}

bool cut_out(std::string& bytes, std::vector<Range> found)
{
    if (found.empty()) return false;
    std::ranges::sort(found);
    std::string kept;
    kept.reserve(bytes.size());
    std::size_t done = 0;
    for (std::size_t i = 0; i < found.size();) {
        const auto [begin, first_end] = found[i];
        auto end = first_end;
        for (++i; i < found.size() && found[i].first < end; ++i) end = std::max(end, found[i].second);
        kept.append(bytes, done, begin - done).append(scrubbed_mark);
        done = end;
    }
    kept.append(bytes, done, std::string::npos);
    bytes = std::move(kept);
    return true;
}

// --- members that must not be kept ---

/// Removes what a pointer names; an element of a list becomes null, so that its neighbours keep their places.
bool remove_at(json::value& document, std::string_view pointer)
{
    const auto slash = pointer.rfind('/');
    if (slash == pointer.npos) return false;
    boost::system::error_code error;
    auto* const parent = slash == 0 ? &document : document.find_pointer(pointer.substr(0, slash), error);
    if (parent == nullptr) return false;
    if (auto* const object = parent->if_object()) {
        std::string name;
        for (auto i = slash + 1; i < pointer.size(); ++i) {
            const bool escaped = pointer[i] == '~' && i + 1 < pointer.size();
            name += !escaped ? pointer[i] : pointer[i + 1] == '1' ? '/' : '~';
            if (escaped) ++i;
        }
        const auto found = object->find(name);
        if (found == object->end()) return false;
        object->stable_erase(found);
        return true;
    }
    auto* const element = document.find_pointer(pointer, error);
    if (element == nullptr) return false;
    *element = nullptr;
    return true;
}

bool remove_all(json::value& document, std::span<const std::string> drop)
{
    bool any = false;
    for (const auto& pointer : drop) any |= remove_at(document, pointer);
    return any;
}

std::string form_text(std::string_view escaped)
{
    std::string text;
    while (!escaped.empty()) {
        const auto taken = read_form_escape(escaped, true, text);
        if (taken == 0) text += escaped.front();
        escaped.remove_prefix(std::max<std::size_t>(taken, 1));
    }
    return text;
}

std::string form_escaped(std::string_view text)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string escaped;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~') {
            escaped += c;
        } else {
            escaped += '%';
            escaped += digits[byte >> 4U];
            escaped += digits[byte & 15U];
        }
    }
    return escaped;
}

CleanBody form_without(std::string_view form, std::span<const std::string> drop)
{
    CleanBody kept;
    while (!form.empty()) {
        const auto pair = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(pair.size() + 1, form.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = '/' + form_text(pair.substr(0, equals));
        if (std::ranges::find(drop, name) != drop.end()) {
            kept.scrubbed = true;
            continue;
        }
        if (!kept.bytes.empty()) kept.bytes += '&';
        auto document = parse_body(form_text(pair.substr(std::min(equals + 1, pair.size()))));
        const bool holds_json = document && (document->is_object() || document->is_array());
        // A pointer may go on behind the field's name, or be meant within the one field that holds the document.
        std::vector<std::string> within{drop.begin(), drop.end()};
        for (const auto& pointer : drop)
            if (pointer.starts_with(name + '/')) within.push_back(pointer.substr(name.size()));
        if (holds_json && remove_all(*document, within)) {
            kept.scrubbed = true;
            kept.bytes.append(pair.substr(0, equals)).append(1, '=').append(form_escaped(json::serialize(*document)));
        } else {
            kept.bytes += pair;
        }
    }
    return kept;
}

std::optional<CleanBody> lines_without(std::string_view lines, std::span<const std::string> drop)
{
    CleanBody kept;
    while (!lines.empty()) {
        const auto line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        auto document = trimmed(line).empty() ? Result<json::value>{json::value{}} : parse_body(line);
        if (!document) return std::nullopt;
        const bool removed = remove_all(*document, drop);
        kept.scrubbed |= removed;
        kept.bytes += removed ? json::serialize(*document) : std::string{line};
        kept.bytes += '\n';
    }
    return kept;
}

std::optional<CleanBody> without_members(std::string_view bytes, std::string_view content_type, std::span<const std::string> drop)
{
    if (drop.empty()) return CleanBody{std::string{bytes}, false};
    if (lowered(content_type).find("form-urlencoded") != std::string::npos) return form_without(bytes, drop);
    auto document = parse_body(bytes);
    if (!document) return lines_without(bytes, drop);
    if (!remove_all(*document, drop)) return CleanBody{std::string{bytes}, false};
    return CleanBody{json::serialize(*document), true};
}

}  // namespace

Scrubber::Scrubber(std::vector<std::string> secrets) : secrets_(std::move(secrets))
{
    std::erase_if(secrets_, [](const auto& secret) { return secret.size() < min_secret_bytes || secret == scrubbed_mark; });
    std::ranges::sort(secrets_, [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
    const auto same = std::ranges::unique(secrets_);
    secrets_.erase(same.begin(), same.end());
    with_space_ = std::ranges::any_of(secrets_, [](const auto& secret) { return secret.find(' ') != std::string::npos; });
}

bool Scrubber::clean(std::string& text) const
{
    std::vector<Range> found;
    for (const auto& secret : secrets_)
        for (auto place = text.find(secret); place != std::string::npos; place = text.find(secret, place + 1))
            found.emplace_back(place, place + secret.size());
    return cut_out(text, std::move(found));
}

bool Scrubber::clean_raw(std::string& bytes) const
{
    if (secrets_.empty()) return false;
    const auto overlap = secrets_.front().size() * longest_spelling;
    std::vector<Range> found;
    for (std::size_t begin = 0; begin < bytes.size(); begin += piece_bytes)
        find_spelled(std::string_view{bytes}.substr(begin, piece_bytes + overlap), secrets_, with_space_, begin, found);
    return cut_out(bytes, std::move(found));
}

void Scrubber::clean(Event& event) const
{
    if (secrets_.empty()) return;
    // The mark may be longer than what it stands for.
    const auto within = [&](std::string& text, std::size_t bytes) {
        if (clean(text) && text.size() > bytes) text = shortened(text, bytes);
    };
    within(event.text, max_text_bytes);
    // A body nobody understood stands there as it arrived, escapes and all.
    if (clean_raw(event.details) && event.details.size() > max_details_bytes) event.details = shortened(event.details, max_details_bytes);
    within(event.severity, max_name_bytes);
    within(event.status, max_name_bytes);
    within(event.occurred_raw, max_name_bytes);
    within(event.key, max_key_bytes);
    within(event.author.name, max_name_bytes);
    within(event.author.claimed, max_name_bytes);
    for (auto& link : event.links) {
        clean_raw(link.url);
        within(link.title, max_name_bytes);
    }
    std::map<std::string, std::string> labels;
    for (auto& [name, value] : event.labels) {
        auto shown = name;
        within(shown, max_label_bytes);
        within(value, max_label_bytes);
        labels.insert_or_assign(std::move(shown), std::move(value));
    }
    event.labels = std::move(labels);
}

void Scrubber::clean(Item& item) const
{
    if (secrets_.empty()) return;
    if (auto* const event = std::get_if<Event>(&item.what)) {
        clean(*event);
        return;
    }
    auto& change = std::get<ByKey>(item.what);
    if (change.amendment.text) {
        if (clean(*change.amendment.text) && change.amendment.text->size() > max_text_bytes) *change.amendment.text = shortened(*change.amendment.text, max_text_bytes);
    }
    clean(change.amendment.reason);
    if (change.orphan) clean(*change.orphan);
}

std::optional<CleanBody> cleaned_body(std::string_view bytes, std::string_view content_type, const Scrubber& scrubber,
                                      std::span<const std::string> drop)
{
    auto kept = without_members(bytes, content_type, drop);
    if (kept) kept->scrubbed |= scrubber.clean_raw(kept->bytes);
    return kept;
}

}  // namespace incident::ingest
