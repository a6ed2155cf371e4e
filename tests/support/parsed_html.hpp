#pragma once
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// A page of ours as a strict reader sees it: whatever a browser would have to repair is an exception here, so that a
/// test over hostile text fails where markup got out.
namespace incident::test {

struct Element {
    std::string name;
    std::map<std::string, std::string> attributes;
    std::string text;  ///< of it and everything in it, entities read
    [[nodiscard]] std::string attribute(const std::string& key) const
    {
        const auto found = attributes.find(key);
        return found == attributes.end() ? std::string{} : found->second;
    }
};

struct ParsedHtml {
    std::vector<Element> elements;  ///< in the order they begin
    std::vector<std::string> comments;
    [[nodiscard]] std::vector<const Element*> all(std::string_view name) const
    {
        std::vector<const Element*> found;
        for (const auto& element : elements)
            if (element.name == name) found.push_back(&element);
        return found;
    }
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const
    {
        std::vector<std::string> found;
        for (const auto* element : all(name)) found.push_back(element->text);
        return found;
    }
    [[nodiscard]] const Element* with(const std::string& key, std::string_view value) const
    {
        for (const auto& element : elements)
            if (element.attribute(key) == value) return &element;
        return nullptr;
    }
};

class HtmlReader {
public:
    explicit HtmlReader(std::string_view page) : page_(page) {}

    ParsedHtml read()
    {
        expect("<!DOCTYPE html>\n");
        while (at_ < page_.size()) {
            if (page_[at_] != '<') text(entity_or_character());
            else if (page_.substr(at_).starts_with("<!--")) comment();
            else if (page_.substr(at_).starts_with("</")) close();
            else open();
        }
        if (!open_.empty()) fail("<" + parsed_.elements[open_.back()].name + "> is not closed");
        return std::move(parsed_);
    }

private:
    [[noreturn]] void fail(const std::string& why) const
    {
        const auto from = at_ > 60 ? at_ - 60 : 0;
        throw std::runtime_error(why + " at " + std::to_string(at_) + ": " + std::string{page_.substr(from, 120)});
    }
    void expect(std::string_view what)
    {
        if (!page_.substr(at_).starts_with(what)) fail("no " + std::string{what});
        at_ += what.size();
    }
    void text(std::string_view what)
    {
        for (const auto element : open_) parsed_.elements[element].text += what;
    }
    std::string entity_or_character()
    {
        static const std::map<std::string, std::string, std::less<>> known{{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"#39", "'"}};
        const char c = page_[at_];
        if (c == '>' || (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) fail("a raw character");
        if (c != '&') return ++at_, std::string(1, c);
        const auto end = page_.find(';', at_);
        const auto found = end == std::string_view::npos ? known.end() : known.find(page_.substr(at_ + 1, end - at_ - 1));
        if (found == known.end()) fail("an unknown entity");
        at_ = end + 1;
        return found->second;
    }
    std::string word()
    {
        const auto from = at_;
        while (at_ < page_.size() && (std::isalnum(static_cast<unsigned char>(page_[at_])) || page_[at_] == '-')) ++at_;
        if (at_ == from) fail("no name");
        return std::string{page_.substr(from, at_ - from)};
    }
    void comment()
    {
        const auto end = page_.find("-->", at_);
        if (end == std::string_view::npos) fail("an open comment");
        parsed_.comments.emplace_back(page_.substr(at_, end + 3 - at_));
        at_ = end + 3;
    }
    void close()
    {
        at_ += 2;
        const auto name = word();
        if (open_.empty() || parsed_.elements[open_.back()].name != name) fail("</" + name + "> closes another");
        open_.pop_back();
        expect(">");
    }
    void open()
    {
        ++at_;
        Element element;
        element.name = word();
        while (page_[at_] == ' ') {
            ++at_;
            const auto key = word();
            std::string value;
            if (page_[at_] == '=') {
                expect("=\"");
                while (at_ < page_.size() && page_[at_] != '"') {
                    if (page_[at_] == '<') fail("a tag in a value");
                    value += entity_or_character();
                }
                expect("\"");
            }
            if (!element.attributes.emplace(key, value).second) fail(key + " twice");
        }
        const bool empty = page_[at_] == '/';
        if (empty) ++at_;
        expect(">");
        const bool is_void = element.name == "meta" || element.name == "br";
        const bool raw = element.name == "style";
        if (raw) {
            const auto end = page_.find("</style>", at_);
            if (end == std::string_view::npos) fail("an open style");
            element.text = page_.substr(at_, end - at_);
            at_ = end;
        }
        parsed_.elements.push_back(std::move(element));
        if (!empty && !is_void) open_.push_back(parsed_.elements.size() - 1);
    }

    std::string_view page_;
    std::size_t at_ = 0;
    ParsedHtml parsed_;
    std::vector<std::size_t> open_;
};

/// @throws std::runtime_error where the page is not what we would write.
inline ParsedHtml parse_html(std::string_view page) { return HtmlReader{page}.read(); }

}  // namespace incident::test
