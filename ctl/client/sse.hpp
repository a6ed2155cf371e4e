#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace incident::ctl {

/// One item of a server-sent event stream.
struct SseItem {
    std::string id, event, data;
};

/// Reads `text/event-stream` in pieces as they come (WHATWG HTML §9.2.6). Comments are skipped; an item larger than
/// max_item_bytes is dropped whole.
class SseParser {
 public:
    static constexpr std::size_t max_item_bytes = 4 * 1024 * 1024;
    /// @param on_item returns false to stop. @return false when it did.
    [[nodiscard]] bool feed(std::string_view bytes, const std::function<bool(const SseItem&)>& on_item);
    [[nodiscard]] const std::string& last_id() const noexcept { return last_id_; }
    void set_last_id(std::string id) { last_id_ = std::move(id); }
    /// A new connection begins: an unfinished item is forgotten.
    void restart();

 private:
    void line(std::string_view text);
    std::string pending_, last_id_, event_, data_;
    bool has_data_ = false, after_return_ = false, too_large_ = false;
};

}  // namespace incident::ctl
