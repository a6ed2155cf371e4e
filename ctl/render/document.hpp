#pragma once
#include <boost/json.hpp>
#include <string>
#include <string_view>

/// JSON and YAML for people and pipes. Characters that could steer a terminal are written as \uXXXX, which is the same
/// value to every reader.
namespace incident::ctl {
namespace json = boost::json;

/// Two spaces a level.
[[nodiscard]] std::string pretty_json(const json::value& value);
/// One line, no line feed at the end.
[[nodiscard]] std::string compact_json(const json::value& value);
[[nodiscard]] std::string to_yaml(const json::value& value);

/// Members without ceremony: empty when absent, null or of another type.
[[nodiscard]] std::string_view text_at(const json::value& object, std::string_view name) noexcept;
[[nodiscard]] const json::value* member(const json::value& object,
                                        std::string_view name) noexcept;  ///< null counts as absent
[[nodiscard]] bool flag_at(const json::value& object, std::string_view name) noexcept;
/// A number as text, without a fraction where there is none.
[[nodiscard]] std::string number_at(const json::value& object, std::string_view name);
/// The array of that name, or an empty one.
[[nodiscard]] const json::array& array_at(const json::value& object, std::string_view name) noexcept;

}  // namespace incident::ctl
