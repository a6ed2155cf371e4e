#include "wire/json.hpp"
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <set>

// What to_json() wrote reads back equal, through text, for arbitrary values.
namespace incident::wire {
namespace {

template <class T>
rc::Gen<std::optional<T>> maybe(rc::Gen<T> gen)
{
    return rc::gen::oneOf(rc::gen::just(std::optional<T>{}),
                          rc::gen::map(std::move(gen), [](T value) { return std::optional<T>{std::move(value)}; }));
}

/// Any UTF-8, controls and NUL included: what was stored must read back.
rc::Gen<std::string> text()
{
    return rc::gen::map(
        rc::gen::container<std::vector<std::uint32_t>>(rc::gen::oneOf(
            rc::gen::inRange<std::uint32_t>(0, 0x80), rc::gen::inRange<std::uint32_t>(0x80, 0xD800),
            rc::gen::inRange<std::uint32_t>(0xE000, 0x110000))),
        [](const std::vector<std::uint32_t>& points) {
            std::string out;
            const auto tail = [&](std::uint32_t bits) { out += static_cast<char>(0x80 | (bits & 0x3F)); };
            for (const auto c : points) {
                if (c < 0x80) out += static_cast<char>(c);
                else if (c < 0x800) out += static_cast<char>(0xC0 | (c >> 6)), tail(c);
                else if (c < 0x10000) out += static_cast<char>(0xE0 | (c >> 12)), tail(c >> 6), tail(c);
                else out += static_cast<char>(0xF0 | (c >> 18)), tail(c >> 12), tail(c >> 6), tail(c);
            }
            return out;
        });
}

rc::Gen<Instant> instant()
{
    // 0001-01-01 to 9999-12-31, in microseconds.
    return rc::gen::map(rc::gen::inRange<std::int64_t>(-62'135'596'800'000'000, 253'402'300'799'999'999),
                        [](std::int64_t us) { return Instant{std::chrono::microseconds{us}}; });
}

rc::Gen<Id> id() { return rc::gen::build<Id>(rc::gen::set(&Id::bytes, rc::gen::arbitrary<std::array<std::uint8_t, 16>>())); }

rc::Gen<IncidentKey> key()
{
    return rc::gen::map(rc::gen::inRange<std::uint64_t>(1, 1'000'000), [](std::uint64_t n) { return IncidentKey{n}; });
}

rc::Gen<std::uint64_t> number() { return rc::gen::arbitrary<std::uint64_t>(); }
rc::Gen<bool> flag() { return rc::gen::arbitrary<bool>(); }
rc::Gen<Precision> precision()
{
    return rc::gen::element(Precision::exact, Precision::minute, Precision::about, Precision::between);
}

rc::Gen<Author> author()
{
    return rc::gen::build<Author>(rc::gen::set(&Author::name, text()), rc::gen::set(&Author::verified, flag()),
                                  rc::gen::set(&Author::claimed, text()));
}

rc::Gen<Tag> tag()
{
    return rc::gen::build<Tag>(rc::gen::set(&Tag::name, text()), rc::gen::set(&Tag::by, text()),
                               rc::gen::set(&Tag::match, text()), rc::gen::set(&Tag::how, text()),
                               rc::gen::set(&Tag::to, text()), rc::gen::set(&Tag::of, maybe(id())));
}

rc::Gen<Link> link()
{
    return rc::gen::build<Link>(rc::gen::set(&Link::url, text()), rc::gen::set(&Link::title, text()));
}

rc::Gen<Event> event()
{
    return rc::gen::build<Event>(
        rc::gen::set(&Event::id, id()), rc::gen::set(&Event::seq, number()),
        rc::gen::set(&Event::number, maybe(number())), rc::gen::set(&Event::incident, maybe(key())),
        rc::gen::set(&Event::kind, rc::gen::element(Kind::alert, Kind::chat, Kind::note, Kind::command, Kind::change,
                                                    Kind::system)),
        rc::gen::set(&Event::source, text()), rc::gen::set(&Event::author, author()),
        rc::gen::set(&Event::occurred_at, instant()), rc::gen::set(&Event::sent_at, maybe(instant())),
        rc::gen::set(&Event::received_at, instant()), rc::gen::set(&Event::occurred_raw, text()),
        rc::gen::set(&Event::precision, precision()),
        rc::gen::set(&Event::flags, rc::gen::container<std::vector<std::string>>(text())),
        rc::gen::set(&Event::text, text()), rc::gen::set(&Event::details, text()),
        rc::gen::set(&Event::links, rc::gen::container<std::vector<Link>>(link())),
        rc::gen::set(&Event::labels, rc::gen::container<std::map<std::string, std::string>>(text(), text())),
        rc::gen::set(&Event::severity, text()), rc::gen::set(&Event::status, text()),
        rc::gen::set(&Event::key, text()), rc::gen::set(&Event::count, number()),
        rc::gen::set(&Event::last_at, maybe(instant())), rc::gen::set(&Event::star, flag()),
        rc::gen::set(&Event::visibility, text()), rc::gen::set(&Event::struck, flag()),
        rc::gen::set(&Event::redacted, flag()),
        rc::gen::set(&Event::tags, rc::gen::container<std::vector<Tag>>(tag())));
}

rc::Gen<Amendment> amendment()
{
    return rc::gen::build<Amendment>(
        rc::gen::set(&Amendment::event, id()), rc::gen::set(&Amendment::text, maybe(text())),
        rc::gen::set(&Amendment::occurred_at, maybe(instant())), rc::gen::set(&Amendment::occurred_raw, text()),
        rc::gen::set(&Amendment::precision, maybe(precision())),
        rc::gen::set(&Amendment::add_tags, rc::gen::container<std::vector<Tag>>(tag())),
        rc::gen::set(&Amendment::remove_tags, rc::gen::container<std::vector<std::string>>(text())),
        rc::gen::set(&Amendment::incident, maybe(maybe(key()))), rc::gen::set(&Amendment::number, maybe(number())),
        rc::gen::set(&Amendment::star, maybe(flag())), rc::gen::set(&Amendment::visibility, maybe(text())),
        rc::gen::set(&Amendment::strike, maybe(flag())), rc::gen::set(&Amendment::redact, flag()),
        rc::gen::set(&Amendment::reason, text()), rc::gen::set(&Amendment::undo, maybe(id())));
}

rc::Gen<IncidentFields> fields()
{
    return rc::gen::build<IncidentFields>(
        rc::gen::set(&IncidentFields::title, maybe(text())), rc::gen::set(&IncidentFields::severity, maybe(text())),
        rc::gen::set(&IncidentFields::lead, maybe(text())), rc::gen::set(&IncidentFields::label, maybe(text())),
        rc::gen::set(&IncidentFields::service, maybe(text())),
        rc::gen::set(&IncidentFields::started_at, maybe(maybe(instant()))),
        rc::gen::set(&IncidentFields::ended_at, maybe(maybe(instant()))),
        rc::gen::set(&IncidentFields::none_misleading_path, maybe(flag())),
        rc::gen::set(&IncidentFields::none_escalation, maybe(flag())));
}

rc::Gen<IncidentStep> step()
{
    using Change = IncidentStep::Change;
    return rc::gen::build<IncidentStep>(
        rc::gen::set(&IncidentStep::change, rc::gen::element(Change::opened, Change::set, Change::closed,
                                                             Change::reopened, Change::merged)),
        rc::gen::set(&IncidentStep::incident, key()), rc::gen::set(&IncidentStep::fields, fields()),
        rc::gen::set(&IncidentStep::merged_into, maybe(key())), rc::gen::set(&IncidentStep::reason, text()));
}

rc::Gen<Tally> tally()
{
    return rc::gen::build<Tally>(rc::gen::set(&Tally::event, id()), rc::gen::set(&Tally::count, number()),
                                 rc::gen::set(&Tally::last_at, instant()));
}

using What = decltype(Entry::what);
template <class T>
rc::Gen<What> as_what(rc::Gen<T> gen)
{
    return rc::gen::map(std::move(gen), [](T value) { return What{std::move(value)}; });
}

rc::Gen<Entry> entry()
{
    return rc::gen::build<Entry>(
        rc::gen::set(&Entry::seq, number()), rc::gen::set(&Entry::id, id()),
        rc::gen::set(&Entry::received_at, instant()), rc::gen::set(&Entry::author, author()),
        rc::gen::set(&Entry::source, text()), rc::gen::set(&Entry::principal, text()),
        rc::gen::set(&Entry::what, rc::gen::oneOf(as_what(event()), as_what(amendment()), as_what(step()),
                                                  as_what(tally()))));
}

rc::Gen<Incident> incident_value()
{
    return rc::gen::build<Incident>(
        rc::gen::set(&Incident::id, id()), rc::gen::set(&Incident::key, key()), rc::gen::set(&Incident::title, text()),
        rc::gen::set(&Incident::severity, text()),
        rc::gen::set(&Incident::status,
                     rc::gen::element(IncidentStatus::open, IncidentStatus::closed, IncidentStatus::merged)),
        rc::gen::set(&Incident::lead, text()), rc::gen::set(&Incident::label, text()),
        rc::gen::set(&Incident::service, text()), rc::gen::set(&Incident::started_at, maybe(instant())),
        rc::gen::set(&Incident::ended_at, maybe(instant())), rc::gen::set(&Incident::opened_at, instant()),
        rc::gen::set(&Incident::opened_by, author()), rc::gen::set(&Incident::closed_at, maybe(instant())),
        rc::gen::set(&Incident::merged_into, maybe(key())),
        rc::gen::set(&Incident::none, rc::gen::build<NoneSaid>(rc::gen::set(&NoneSaid::misleading_path, flag()),
                                                               rc::gen::set(&NoneSaid::escalation, flag()))),
        rc::gen::set(&Incident::last_seq, number()));
}

json::value through_text(const json::object& object)
{
    const auto parsed = parse_json(json::serialize(object), JsonLimits{32, 500'000, 100'000, 16 << 20});
    if (!parsed) RC_FAIL(parsed.error().detail);
    return *parsed;
}

template <class T>
void must_equal(const Result<T>& read, const T& written)
{
    if (!read) RC_FAIL(read.error().detail);
    RC_ASSERT(*read == written);
}

RC_GTEST_PROP(RoundTrip, EventsReadBackEqual, ())
{
    const auto written = *event();
    must_equal(read_event(through_text(to_json(written))), written);
}

RC_GTEST_PROP(RoundTrip, EntriesReadBackEqual, ())
{
    const auto written = *entry();
    must_equal(read_entry(through_text(to_json(written))), written);
}

RC_GTEST_PROP(RoundTrip, IncidentsReadBackEqual, ())
{
    const auto written = *incident_value();
    must_equal(read_incident(through_text(to_json(written))), written);
}

/// Each byte as an escape: another spelling of the same ASCII key.
std::string escaped(const std::string& key)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : key) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80) return key;
        out += "\\u00";
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

RC_GTEST_PROP(ParseJsonLaw, RefusesAKeyThatStandsTwiceHoweverItIsSpelt, ())
{
    // Letters only, so that keys need no escapes; long ones with equal ends on purpose.
    const auto letters = rc::gen::container<std::string>(rc::gen::inRange('a', 'd'));
    const auto names = *rc::gen::nonEmpty(rc::gen::container<std::set<std::string>>(letters));
    RC_PRE(names.size() < 256u);
    const auto common = *rc::gen::element(std::string{}, std::string(20, 'x'));
    std::vector<std::string> keys;
    for (const auto& name : names) keys.push_back(common + name + common);
    std::string members;
    for (const auto& key : keys) members += (members.empty() ? "\"" : ",\"") + key + "\":1";
    RC_ASSERT(parse_json("{" + members + "}").has_value());

    const auto again = *rc::gen::elementOf(keys);
    const auto spelling = *rc::gen::element(again, escaped(again));
    const auto refused = parse_json("{" + members + ",\"" + spelling + "\":2}");
    RC_ASSERT(refused.has_error());
    RC_ASSERT(refused.error().detail.find("stands twice") != std::string::npos);
}

/// Whatever bytes come, the parser answers; what it takes, Boost.JSON's own parser reads alike.
RC_GTEST_PROP(ParseJsonLaw, AgreesWithTheLibraryOnWhatItTakes, ())
{
    const auto bytes = *rc::gen::container<std::string>(
        rc::gen::element('{', '}', '[', ']', '"', ':', ',', '1', 'e', '-', '.', 'a', '\\', 'u', '0', ' ', '\n'));
    const auto parsed = parse_json(bytes);
    json::error_code error;
    const auto reference = json::parse(bytes, error);
    if (parsed) {
        RC_ASSERT(!error);
        RC_ASSERT(*parsed == reference);
    }
}

}  // namespace
}  // namespace incident::wire
