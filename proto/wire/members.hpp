#pragma once
#include "wire/json.hpp"

/// Reading JSON objects member by member, with every bad field named. Used inside this folder only.
namespace incident::wire {

inline constexpr std::size_t max_field_errors = 20;

/// Gathers bad fields, so that one answer names them all.
class FieldErrors {
 public:
    void add(std::string pointer, std::string detail);
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    /// What is added now is only counted.
    [[nodiscard]] bool full() const noexcept { return fields_.size() == max_field_errors; }
    /// @pre not empty. The detail tells how many and the first one.
    [[nodiscard]] Failure failure() const;

 private:
    std::vector<FieldError> fields_;  // the first max_field_errors
    std::size_t count_ = 0;
};

/// Which characters a text may hold.
enum class Characters {
    any,       ///< what we wrote ourselves
    prose,     ///< no control characters but line feed and tab
    one_line,  ///< no control characters at all
    no_nul     ///< what programs print: escape sequences and carriage returns included
};

/// One JSON object being read. Absent and null mean the same here: the variable keeps its value.
class Members {
 public:
    /// A value that is no object is an error; every member is then absent.
    Members(const json::value& value, std::string pointer, FieldErrors& errors);

    [[nodiscard]] bool is_object() const noexcept { return object_ != nullptr; }
    /// Absent or null: nullptr.
    [[nodiscard]] const json::value* find(std::string_view name) const;
    /// There, even if null.
    [[nodiscard]] bool given(std::string_view name) const;
    void bad(std::string_view name, std::string detail);
    [[nodiscard]] std::string pointer(std::string_view name) const;
    [[nodiscard]] FieldErrors& errors() noexcept { return errors_; }

    /// True when a good value was read.
    bool text(std::string_view name, std::string& out, std::size_t max_bytes = static_cast<std::size_t>(-1),
              Characters characters = Characters::any);
    bool flag(std::string_view name, bool& out);
    bool number(std::string_view name, std::uint64_t& out);
    bool time(std::string_view name, Instant& out);

    /// A member kept in an optional.
    template <class T, class Read>
    bool optional(std::optional<T>& out, Read read)
    {
        T value{};
        if (!read(value)) return false;
        out = std::move(value);
        return true;
    }
    bool text(std::string_view name, std::optional<std::string>& out,
              std::size_t max_bytes = static_cast<std::size_t>(-1), Characters characters = Characters::any)
    {
        return optional(out, [&](std::string& value) { return text(name, value, max_bytes, characters); });
    }
    bool flag(std::string_view name, std::optional<bool>& out)
    {
        return optional(out, [&](bool& value) { return flag(name, value); });
    }
    bool number(std::string_view name, std::optional<std::uint64_t>& out)
    {
        return optional(out, [&](std::uint64_t& value) { return number(name, value); });
    }
    bool time(std::string_view name, std::optional<Instant>& out)
    {
        return optional(out, [&](Instant& value) { return time(name, value); });
    }

    /// A word that `parse` (string_view -> Result<T>) understands.
    template <class T, class Parse>
    bool word(std::string_view name, T& out, Parse parse)
    {
        std::string typed;
        if (!text(name, typed)) return false;
        auto parsed = parse(std::string_view{typed});
        if (!parsed) {
            bad(name, parsed.error().detail);
            return false;
        }
        out = std::move(*parsed);
        return true;
    }

    /// Calls `each(value, pointer)` for the elements of an array.
    template <class Each>
    void elements(std::string_view name, std::size_t most, Each each)
    {
        const auto* array = array_of(name, most);
        if (array == nullptr) return;
        for (std::size_t i = 0; i < array->size(); ++i) each((*array)[i], pointer(name) + "/" + std::to_string(i));
    }

    /// Refuses members that are not in `known`, with the nearest known one; those in `ours` with the reason.
    void only(std::span<const std::string_view> known, std::span<const std::string_view> ours = {});

 private:
    [[nodiscard]] const json::array* array_of(std::string_view name, std::size_t most);

    const json::object* object_ = nullptr;
    std::string pointer_;
    FieldErrors& errors_;
};

/// `a string`, `a number`, …
[[nodiscard]] std::string_view type_word(const json::value& value) noexcept;
/// Why a text may not be stored, or empty.
[[nodiscard]] std::string bad_characters(std::string_view text, Characters characters);
inline std::string_view view_of(const json::string& text) noexcept { return {text.data(), text.size()}; }

}  // namespace incident::wire
