#include "store/raw_rows.hpp"
#include "store/rows.hpp"
#include "store/reader.hpp"
#include <algorithm>
#include <boost/json.hpp>

namespace incident::store {
namespace {

namespace json = boost::json;

json::object words(const std::map<std::string, std::string>& from)
{
    json::object object;
    for (const auto& [name, value] : from) object.emplace(name, value);
    return object;
}

std::string text(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value ? std::string{value->as_string().data(), value->as_string().size()} : std::string{};
}

std::map<std::string, std::string> words(const json::object& object, std::string_view name)
{
    std::map<std::string, std::string> all;
    if (const auto* value = object.if_contains(name))
        for (const auto& member : value->as_object()) all.emplace(member.key(), std::string{member.value().as_string().data(), member.value().as_string().size()});
    return all;
}

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

std::string raw_facts(const RawBody& body)
{
    json::object facts;
    facts["source"] = body.source;
    if (!body.dialect.empty()) facts["dialect"] = body.dialect;
    if (!body.content_type.empty()) facts["content_type"] = body.content_type;
    if (!body.headers.empty()) facts["headers"] = words(body.headers);
    if (!body.query.empty()) facts["query"] = words(body.query);
    if (!body.tail.empty()) facts["tail"] = body.tail;
    facts["size"] = body.size;
    facts["digest"] = body.digest;
    if (body.scrubbed) facts["scrubbed"] = true;
    return json::serialize(facts);
}

Result<RawBody> read_raw_facts(std::string_view facts)
try {
    json::parse_options options;
    options.allow_invalid_utf8 = true;  // a header is the sender's and may be anything
    const auto value = json::parse(facts, {}, options);
    const auto& object = value.as_object();
    RawBody body;
    body.source = text(object, "source");
    body.dialect = text(object, "dialect");
    body.content_type = text(object, "content_type");
    body.headers = words(object, "headers");
    body.query = words(object, "query");
    body.tail = text(object, "tail");
    body.size = object.at("size").to_number<std::size_t>();
    body.digest = text(object, "digest");
    body.scrubbed = object.if_contains("scrubbed") != nullptr;
    return body;
} catch (const std::exception& error) {
    return Failure{Errc::unavailable, std::string{"what is said of a kept body cannot be read: "} + error.what() + "; run `incidentctl verify`"};
}

Result<RawRows> RawRows::prepare(Database& database)
{
    RawRows rows;
    struct {
        Statement& statement;
        const char* sql;
    } const all[] = {
        {rows.place_, "SELECT first_seq, last_seq FROM raw WHERE first_seq <= ?1 ORDER BY first_seq DESC LIMIT 1"},
        {rows.body_, "SELECT first_seq, last_seq, received_at, source, facts, compressed, salt FROM raw WHERE first_seq = ?1"},
        {rows.of_source_, "SELECT first_seq FROM raw WHERE source = ?1 AND first_seq > ?2 AND first_seq <= ?3 AND received_at >= ?4 ORDER BY first_seq LIMIT ?5"},
        {rows.scan_, "SELECT first_seq, last_seq, received_at, source, facts, compressed, salt FROM raw WHERE first_seq BETWEEN ?1 AND ?2 ORDER BY first_seq"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = database.prepare(sql);
        if (!prepared) return prepared.error();
        statement = std::move(*prepared);
    }
    return rows;
}

Result<std::optional<RawPlace>> RawRows::place_of(std::uint64_t seq)
{
    const Resetting reset{place_};
    const auto row = place_.bind(1, seq).step();
    if (!row) return row.error();
    if (!*row || place_.number(1) < seq) return std::optional<RawPlace>{};
    return std::optional{RawPlace{place_.number(0), place_.number(1)}};
}

Result<std::optional<KeptBody>> RawRows::body(std::uint64_t first_seq)
{
    const Resetting reset{body_};
    const auto row = body_.bind(1, first_seq).step();
    if (!row) return row.error();
    if (!*row) return std::optional<KeptBody>{};
    auto facts = read_raw_facts(body_.text(4));
    if (!facts) return facts.error();
    KeptBody kept;
    kept.id = kept.first_seq = body_.number(0);
    kept.last_seq = body_.number(1);
    kept.received_at = instant_of(body_.integer(2));
    kept.body = std::move(*facts);
    kept.body.compressed = text_of(body_.blob(5));
    return std::optional{std::move(kept)};
}

Result<std::vector<KeptBody>> RawRows::of_source(std::string_view source, Instant since, std::size_t limit, std::uint64_t after, std::uint64_t last)
{
    // The places first: the index alone answers that, so that bodies from before `since` are not read.
    std::vector<std::uint64_t> places;
    {
        const Resetting reset{of_source_};
        of_source_.bind(1, source).bind(2, after).bind(3, last).bind(4, static_cast<std::int64_t>(since.time_since_epoch().count())).bind(5, std::uint64_t{limit});
        for (;;) {
            const auto row = of_source_.step();
            if (!row) return row.error();
            if (!*row) break;
            places.push_back(of_source_.number(0));
        }
    }
    std::vector<KeptBody> bodies;
    std::size_t bytes = 0;
    for (const auto place : places) {
        auto kept = body(place);
        if (!kept) return kept.error();
        if (!*kept) continue;
        bytes += (*kept)->body.compressed.size();
        if (!bodies.empty() && bytes > max_kept_page_bytes) break;
        bodies.push_back(std::move(**kept));
    }
    return bodies;
}

Result<void> RawRows::scan(std::uint64_t from, std::uint64_t to, const std::function<bool(const RawRow&)>& each)
{
    const Resetting reset{scan_};
    scan_.bind(1, from).bind(2, to);
    for (;;) {
        const auto row = scan_.step();
        if (!row) return row.error();
        if (!*row) return {};
        const RawRow one{{scan_.number(0), scan_.number(1)}, instant_of(scan_.integer(2)), scan_.text(3), scan_.text(4), text_of(scan_.blob(5)), scan_.blob(6)};
        if (!each(one)) return {};
    }
}

}  // namespace incident::store
