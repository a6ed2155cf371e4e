#include "config/yaml_tree.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <charconv>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace incident::config {

namespace {

/// yaml-cpp counts from 0 and says -1 for "nowhere".
Mark mark_of(const YAML::Mark& mark) { return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1}; }

/// Ends the parse; caught in read_yaml().
struct TooDeep {
    Mark at;
};

/// yaml-cpp's events -> our tree. A key is a scalar event that meets a map without a pending key.
class Builder final : public YAML::EventHandler {
 public:
    explicit Builder(Problems& problems) : problems_(problems) {}

    Node take() { return root_ ? std::move(*root_) : Node{Node::Type::map, {}, false, {}, {}, {}}; }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        refuse_anchor(mark_of(mark), anchor);
        value({Node::Type::null, mark_of(mark), false, {}, {}, {}});
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        problems_.add(mark_of(mark), "aliases (*name) are not allowed; write the value out");
        value({Node::Type::null, mark_of(mark), false, {}, {}, {}});
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& text) override
    {
        const auto at = mark_of(mark);
        refuse_anchor(at, anchor);
        if (tag != "?" && tag != "!" && !tag.empty()) problems_.add(at, "type tags (" + visible(tag) + ") are not allowed");
        const bool quoted = tag == "!";
        const bool null = !quoted && (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
        value({null ? Node::Type::null : Node::Type::scalar, at, quoted, text, {}, {}});
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(Node::Type::list, mark, tag, anchor);
    }
    void OnSequenceEnd() override { open_.pop_back(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(Node::Type::map, mark, tag, anchor);
    }
    void OnMapEnd() override { open_.pop_back(); }

 private:
    struct Open {
        Node* node;
        bool key_given = false;
    };

    void refuse_anchor(Mark at, YAML::anchor_t anchor)
    {
        if (anchor != 0) problems_.add(at, "anchors (&name) are not allowed; write the value out where it is needed");
    }

    void open(Node::Type type, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor)
    {
        const auto at = mark_of(mark);
        refuse_anchor(at, anchor);
        if (tag != "?" && tag != "!" && !tag.empty()) problems_.add(at, "type tags (" + visible(tag) + ") are not allowed");
        if (open_.size() >= max_document_depth) throw TooDeep{at};
        auto* const node = value({type, at, false, {}, {}, {}});
        open_.push_back({node});
    }

    /// Puts a node where the next one belongs. @return where it stands now; stays there, since nodes live behind pointers.
    Node* value(Node node)
    {
        if (open_.empty()) {
            root_ = std::make_unique<Node>(std::move(node));
            return root_.get();
        }
        auto& parent = open_.back();
        if (parent.node->type == Node::Type::list)
            return parent.node->list.emplace_back(std::make_unique<Node>(std::move(node))).get();
        if (!parent.key_given) return key(parent, std::move(node));
        parent.key_given = false;
        auto& member = parent.node->map.back();
        member.value = std::make_unique<Node>(std::move(node));
        return member.value.get();
    }

    Node* key(Open& parent, Node node)
    {
        parent.key_given = true;
        auto& members = parent.node->map;
        if (node.type == Node::Type::list || node.type == Node::Type::map) {
            problems_.add(node.at, "a key must be a word, not a list or a map");
        } else if (node.text == "<<" && !node.quoted) {
            problems_.add(node.at, "merge keys (<<) are not allowed; write the values out");
        } else if (const auto same = std::ranges::find(members, node.text, &Member::key); same != members.end()) {
            problems_.add(node.at, "duplicate key \"" + visible(node.text) + "\"; the first stands on line " + std::to_string(same->at.line));
        }
        members.push_back({node.text, node.at, std::make_unique<Node>(std::move(node))});
        return members.back().value.get();  // the value event replaces it; until then a complex key is filled in here
    }

    Problems& problems_;
    std::unique_ptr<Node> root_;
    std::vector<Open> open_;
};

}  // namespace

void Problems::add(Mark at, std::string what) { found_.push_back({at, std::move(what)}); }

std::string Problems::report() const
{
    auto sorted = found_;
    std::ranges::stable_sort(sorted, {}, &Problem::at);
    std::string text;
    for (std::size_t i = 0; i < sorted.size() && i < max_problems; ++i) {
        if (i > 0) text += '\n';
        text += name_ + ':' + std::to_string(sorted[i].at.line) + ':' + std::to_string(sorted[i].at.column) + ": " + sorted[i].what;
    }
    if (sorted.size() > max_problems) text += "\nand " + std::to_string(sorted.size() - max_problems) + " more";
    return text;
}

Node read_yaml(std::string_view text, Problems& problems)
{
    auto empty = [] { return Node{Node::Type::map, {}, false, {}, {}, {}}; };
    if (text.size() > max_document_bytes) {
        problems.add({}, "the file has " + std::to_string(text.size()) + " bytes; at most 256 KiB are read");
        return empty();
    }
    if (!is_utf8(text)) {
        problems.add({}, "the file is not UTF-8; save it as UTF-8");
        return empty();
    }
    if (const auto nul = text.find('\0'); nul != text.npos) {
        const auto line = static_cast<int>(std::ranges::count(text.substr(0, nul), '\n')) + 1;
        problems.add({line, 1}, "the file contains a NUL byte; is it a text file?");
        return empty();
    }
    Builder builder{problems};
    try {
        std::istringstream stream{std::string{text}};
        YAML::Parser parser{stream};
        if (!parser.HandleNextDocument(builder)) return empty();
        Builder second{problems};
        if (parser && parser.HandleNextDocument(second))
            problems.add(second.take().at, "a second document (---) is not allowed; keep everything in one");
    } catch (const TooDeep& deep) {
        problems.add(deep.at, "nested deeper than " + std::to_string(max_document_depth) + " levels");
        return empty();
    } catch (const YAML::Exception& error) {
        problems.add(mark_of(error.mark), "not valid YAML: " + visible(error.msg));
        return empty();
    } catch (const std::exception& error) {
        problems.add({}, std::string{"not valid YAML: "} + visible(error.what()));
        return empty();
    }
    auto root = builder.take();
    if (root.type == Node::Type::null) root.type = Node::Type::map;
    return root;
}

const Node& node_at(const Node& root, std::string_view pointer)
{
    const auto* node = &root;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const auto token = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(token.size());
        if (node->type == Node::Type::list) {
            std::size_t index = 0;
            const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
            if (error != std::errc{} || index >= node->list.size()) return *node;
            node = node->list[index].get();
        } else {
            const auto member = std::ranges::find(node->map, token, &Member::key);
            if (member == node->map.end()) return *node;
            node = member->value.get();
        }
    }
    return *node;
}

}  // namespace incident::config
