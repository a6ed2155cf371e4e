#include "hook_checks.hpp"
#include "ingest/scrub.hpp"

/// The first byte tells how much of the rest is the secret.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace incident;
    if (size == 0) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto split = std::min<std::size_t>(data[0] % 32U, bytes.size());
    const std::string secret{bytes.substr(0, split)}, body{bytes.substr(split)};
    const ingest::Scrubber scrubber{{secret}};
    auto raw = body;
    const bool cut = scrubber.clean_raw(raw);
    fuzz::must(cut || raw == body);
    auto text = body;
    scrubber.clean(text);
    Event event;
    event.text = shortened(to_valid_utf8(body), max_text_bytes);
    event.details = to_valid_utf8(body).substr(0, 1000);
    event.labels.emplace("x", event.text);
    scrubber.clean(event);
    fuzz::must(event.text.size() <= max_text_bytes && event.details.size() <= max_details_bytes);
    const std::vector<std::string> drop{"/a", "/b/0", '/' + secret};
    for (const auto* const type : {"application/json", "application/x-www-form-urlencoded"}) (void)ingest::cleaned_body(body, type, scrubber, drop);
    return 0;
}
