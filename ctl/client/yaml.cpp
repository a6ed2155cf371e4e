#include "client/yaml.hpp"
#include <algorithm>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace incident::ctl {
namespace {

constexpr std::size_t max_depth = 8, max_bytes = 256 * 1024;

/// Builds the tree from yaml-cpp's events: its Node resolves aliases and keeps the last of duplicate keys in silence.
class Builder final : public YAML::EventHandler {
 public:
    explicit Builder(std::string_view name) : name_(name) {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        add(make(YamlNode::Kind::null, mark, anchor, {}));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        complain(mark, "an alias (*) is not allowed, write the value out");
        add(make(YamlNode::Kind::null, mark, 0, {}));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override
    {
        const bool is_null = tag != "!" && (value.empty() || value == "~" || value == "null");
        add(make(is_null ? YamlNode::Kind::null : YamlNode::Kind::scalar, mark, anchor, value));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(make(YamlNode::Kind::sequence, mark, anchor, {}), mark);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(make(YamlNode::Kind::map, mark, anchor, {}), mark);
    }
    void OnMapEnd() override { close(); }

    YamlNode root;
    std::string problems;

 private:
    struct Open {
        YamlNode node;
        bool has_key = false;
        YamlNode key;
    };

    YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor, std::string value)
    {
        if (anchor != 0) complain(mark, "an anchor (&) is not allowed, write the value out");
        YamlNode node;
        node.kind = kind;
        node.value = std::move(value);
        node.line = mark.line + 1;
        node.column = mark.column + 1;
        return node;
    }
    void complain(const YAML::Mark& mark, std::string_view what)
    {
        YamlNode at;
        at.line = mark.line + 1;
        at.column = mark.column + 1;
        problems += place(name_, at) + std::string{what} + '\n';
    }
    void open(YamlNode node, const YAML::Mark& mark)
    {
        if (stack_.size() >= max_depth)
            throw YAML::ParserException(mark, "nested deeper than " + std::to_string(max_depth) + " levels");
        stack_.push_back({std::move(node), false, {}});
    }
    void close()
    {
        auto node = std::move(stack_.back().node);
        stack_.pop_back();
        add(std::move(node));
    }
    void add(YamlNode node)
    {
        if (stack_.empty()) {
            root = std::move(node);
            return;
        }
        auto& top = stack_.back();
        if (top.node.kind == YamlNode::Kind::sequence) {
            top.node.members.emplace_back(YamlNode{}, std::move(node));
        } else if (!top.has_key) {
            for (const auto& [key, value] : top.node.members)
                if (key.value == node.value)
                    problems += place(name_, node) + "\"" + node.value + "\" stands here twice, first in line " +
                                std::to_string(key.line) + '\n';
            top.key = std::move(node);
            top.has_key = true;
        } else {
            top.node.members.emplace_back(std::move(top.key), std::move(node));
            top.has_key = false;
        }
    }

    std::string_view name_;
    std::vector<Open> stack_;
};

}  // namespace

std::string place(std::string_view name, const YamlNode& node)
{
    return std::string{name} + ':' + std::to_string(node.line) + ':' + std::to_string(node.column) + ": ";
}

Try<YamlNode> read_yaml(std::string_view text, std::string_view name)
{
    if (text.size() > max_bytes)
        return Trouble{Exit::usage, std::string{name} + ": larger than " + std::to_string(max_bytes) + " bytes", {}};
    Builder builder{name};
    try {
        std::istringstream in{std::string{text}};
        YAML::Parser parser{in};
        parser.HandleNextDocument(builder);
        Builder second{name};
        if (parser.HandleNextDocument(second)) builder.problems += place(name, second.root) + "a second document\n";
    } catch (const YAML::Exception& error) {
        YamlNode at;
        at.line = error.mark.line + 1;
        at.column = error.mark.column + 1;
        builder.problems += place(name, at) + error.msg + '\n';
    }
    if (!builder.problems.empty()) {
        builder.problems.pop_back();
        return Trouble{Exit::usage, builder.problems, {}};
    }
    return std::move(builder.root);
}

}  // namespace incident::ctl
