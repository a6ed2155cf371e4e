#pragma once
#include "model/result.hpp"
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// A YAML document read without the surprises of YAML (CONVENTIONS F8, RELIABILITY D-3): yaml-cpp's own node tree accepts
/// duplicate keys and cyclic aliases, so this one is built from its events and knows where everything stands.
namespace incident::config {

inline constexpr std::size_t max_document_bytes = 256 * 1024, max_document_depth = 16, max_problems = 50;

/// Where something stands, both counted from 1.
struct Mark {
    int line = 1, column = 1;
    auto operator<=>(const Mark&) const = default;
};

struct Node;
struct Member {
    std::string key;
    Mark at;
    std::unique_ptr<Node> value;
};

struct Node {
    enum class Type { null, scalar, list, map };
    Type type = Type::null;
    Mark at;
    bool quoted = false;  ///< scalars: written in quotes or as a block, so it is text whatever it looks like
    std::string text;
    std::vector<std::unique_ptr<Node>> list;
    std::vector<Member> map;
};

/// What is wrong with a document, in the order it stands there.
class Problems {
 public:
    explicit Problems(std::string_view name) : name_(name) {}
    void add(Mark at, std::string what);
    [[nodiscard]] bool empty() const noexcept { return found_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return found_.size(); }
    /// `name:line:column: what`, one per line, at most max_problems, then how many more.
    [[nodiscard]] std::string report() const;

 private:
    struct Problem {
        Mark at;
        std::string what;
    };
    std::string name_;
    std::vector<Problem> found_;
};

/// The one document of the text; an empty text is an empty map. Duplicate keys, aliases, anchors, merge keys, explicit
/// tags and a second document are problems; after a syntax error nothing more is read.
[[nodiscard]] Node read_yaml(std::string_view text, Problems& problems);

/// The node at a JSON Pointer (`/rules/3/text`), or the nearest one above it that exists.
[[nodiscard]] const Node& node_at(const Node& root, std::string_view pointer);

}  // namespace incident::config
