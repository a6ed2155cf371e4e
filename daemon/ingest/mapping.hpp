#pragma once
#include "ingest/dialect.hpp"
#include "ingest/foreign_time.hpp"
#include "ingest/sources.hpp"

namespace re2 {
class RE2;
}

/// JSON Pointers instead of code: what a sender without a dialect of its own sends, described as data. config/ reads it
/// from YAML (README "A sender nobody has a preset for"); the presets are such files. Values only; evaluating is pure.
namespace incident::ingest {

inline constexpr std::size_t max_shapes = 32, max_candidates = 16, max_pieces = 32, max_steps = 16, max_tests = 32,
                             max_mapped_words = 200, max_pattern_bytes = 1000, max_mapping_values = 1000;
/// A list that stands where one text is expected is joined; more elements than these are left out.
inline constexpr std::size_t max_joined = 100;

/// One step of a pointer.
struct Step {
    enum class Kind {
        name,   ///< a member, or the index of a list
        last,   ///< `[last]`: the last element
        where,  ///< `[key=severity]`: the first element whose member `name` says `equals`
        entry   ///< `[env:]`: of a list or a comma list of `env:prod` and bare words, what stands behind `env:`; the last step
    };
    Kind kind = Kind::name;
    std::string name{};
    std::string equals{};
    std::size_t index = ~std::size_t{0};  ///< of a list, when the name is a number
};

/// Where a value stands.
struct Reference {
    enum class Of { element, document, header, query };
    Of of = Of::element;
    std::vector<Step> steps{};  ///< none: the element itself
    std::string name{};         ///< of the header (lower case) or query parameter
    std::string written{};      ///< as the file says it, for messages
};

struct Test {
    enum class Op { is, is_not, present, absent, matches, before_now, after_now };
    Reference at{};
    Op op = Op::is;
    std::vector<std::string> words{};                ///< lower case; any of
    std::shared_ptr<const re2::RE2> pattern{};
};

/// One of the lists, all of whose tests hold. Empty: always.
struct Condition {
    std::vector<std::vector<Test>> any_of{};
    [[nodiscard]] bool empty() const noexcept { return any_of.empty(); }
};

struct Value;

/// A piece of a template: words, or what stands somewhere.
struct Piece {
    std::string words{};
    std::optional<Reference> reference{};
};

/// What spoils a text and is undone.
enum class Undo { newlines, html };

struct Candidate {
    Condition when{};
    std::vector<Piece> pieces{};   ///< empty as a whole when one of its references says nothing
    std::vector<Value> join;       ///< instead of pieces: those that say something. Without {}: Clang would need the type whole
    std::string between = ", ";
    std::shared_ptr<const re2::RE2> match{};  ///< the first group, or all that matched; no match: nothing
    std::vector<Undo> undo{};
    bool as_json = false;          ///< an object or list is given as JSON text
};

/// The first candidate that says something. Empty texts, null and placeholders nobody filled in (`$X`, `{{ x }}`) do not.
struct Value {
    std::vector<Candidate> candidates{};
    [[nodiscard]] bool empty() const noexcept { return candidates.empty(); }
};

/// A value put into other words.
struct Words {
    Value from{};
    std::map<std::string, std::string, std::less<>> map{};  ///< keys in lower case
    std::optional<std::string> otherwise{};                 ///< for words that the map does not know, and for none
};

struct TimeOf {
    Value from{};
    std::map<std::string, Value, std::less<>> by_status{};  ///< instead of `from`; several senders repeat the old time on resolve
    TimeSpelling spelling{};
};

struct Reply {
    unsigned status = 200;
    std::string body{};       ///< as it is
    std::string type = "application/json";
    Value echo{};             ///< a challenge given back
    std::string echo_as{};    ///< member of a JSON object; empty: as plain text
};

/// How one kind of body becomes events.
struct Shape {
    struct Ignored {
        Condition when{};
        std::string note{};
    };
    Condition when{};                 ///< of the document
    std::vector<Ignored> ignore{};    ///< of each element: proves the wiring, makes no event
    std::optional<Reference> each{};  ///< the list whose elements are events; none: the document is one
    Kind kind = Kind::alert;
    Value text{}, details{}, author{}, base{};
    TimeOf occurred_at{};
    Value sent_at{};
    Words status{}, severity{};
    std::vector<Value> key{};         ///< what the alert is: its firing and its resolve share it. Chat: what the message is
    std::vector<Value> once{};        ///< what tells this one notification from all others; empty: time, key and status
    std::vector<std::pair<std::string, Value>> labels{}, links{};
    std::vector<Reference> labels_from{};  ///< maps of scalars, lists of `name:value` or of {key, value}, comma lists
    std::vector<std::pair<std::string, Condition>> flags{};
    std::optional<Condition> repeats{};  ///< the state is only told again, under a new time; without a time always so
    bool edit = false;                ///< tells a new text of the event that has this key
    std::optional<Reply> reply{};
};

/// One file of the mapping language.
class Mapping {
 public:
    enum class Input { automatic, json, form, query, lines, multipart };
    Input input = Input::automatic;
    std::vector<std::string> json_fields;  ///< of a form: whose value is the JSON document; the first one present
    std::vector<std::string> unwrap;       ///< pointers to strings that hold JSON, in order
    std::string zone;                      ///< for times without one; Source::zone wins over it, a field's own over both
    Value delivery;                        ///< the sender's own id of this delivery
    std::vector<std::string> drop;         ///< pointers; never kept
    std::vector<Reference> secrets;        ///< whose values are never kept
    std::vector<Shape> shapes;             ///< the first one that fits; at least one
};

/// The dialect `mapping`. @pre source.mapping is set; without one every body is `unparsed`.
[[nodiscard]] Understood read_mapping(const Body& body, const Source& source);

/// The sender's own id of this delivery, from a header; empty: the mapping names none.
[[nodiscard]] std::string delivery_id(const Mapping& mapping, const Body& body);

}  // namespace incident::ingest
