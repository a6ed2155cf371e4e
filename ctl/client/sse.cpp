#include "client/sse.hpp"

namespace incident::ctl {

bool SseParser::feed(std::string_view bytes, const std::function<bool(const SseItem&)>& on_item)
{
    for (const char c : bytes) {
        if (c == '\n' && after_return_) {  // the second half of CR LF
            after_return_ = false;
            continue;
        }
        after_return_ = c == '\r';
        if (c != '\n' && c != '\r') {
            if (pending_.size() < max_item_bytes) pending_ += c;
            else too_large_ = true;
            continue;
        }
        if (!pending_.empty()) {
            line(pending_);
            pending_.clear();
            continue;
        }
        if (has_data_ && !too_large_) {
            if (!data_.empty()) data_.pop_back();
            const SseItem item{last_id_, event_, data_};
            event_.clear();
            data_.clear();
            has_data_ = false;
            if (!on_item(item)) return false;
        }
        event_.clear();
        data_.clear();
        has_data_ = too_large_ = false;
    }
    return true;
}

void SseParser::restart()
{
    pending_.clear();
    event_.clear();
    data_.clear();
    has_data_ = after_return_ = too_large_ = false;
}

void SseParser::line(std::string_view text)
{
    if (text.front() == ':') return;
    const auto colon = text.find(':');
    const auto field = text.substr(0, colon);
    auto value = colon == text.npos ? std::string_view{} : text.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
        if (data_.size() + value.size() > max_item_bytes) too_large_ = true;
        else data_.append(value) += '\n';
        has_data_ = true;
    } else if (field == "event") {
        event_ = value;
    } else if (field == "id") {
        if (value.find('\0') == value.npos) last_id_ = value;
    }
}

}  // namespace incident::ctl
