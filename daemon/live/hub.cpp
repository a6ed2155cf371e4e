#include "live/hub.hpp"
#include "live/item.hpp"
#include "net/task_set.hpp"
#include "observe/log.hpp"
#include "store/visible_reader.hpp"
#include <algorithm>
#include <boost/asio.hpp>
#include <deque>
#include <unordered_set>

namespace incident::live {
namespace asio = boost::asio;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t store_batch_entries = 200;     // read from the store at once, for one reader
constexpr std::size_t piece_bytes = 256 * 1024;      // sent at once
constexpr std::size_t entries_written_here = 32;     // on the network thread; more would take it over a millisecond
constexpr std::size_t waiting_asides = 4;            // words that are no entries, for one reader
constexpr std::size_t waiting_groups = 256;          // committed groups that may wait for their text
constexpr std::string_view greeting = "retry: 2000\n\n";
constexpr std::string_view heartbeat_line = ": still here\n\n";

class Subscriber;

/// What a reader gets from the store at once.
struct Piece {
    Items items;
    std::uint64_t looked_to = 0;  // the newest entry that was looked at; 0: there was none
};

/// Readers pull: the newest items stand in one ring, each reader has a place in the ledger. Who stands behind the ring
/// reads from the store; so a resumed reader meets the live entries without gap or duplicate, and memory is bounded by
/// the ring, however many readers there are.
/// The ring holds only what everybody may see: what stands in a private incident, or moves there, makes it begin anew, and
/// each reader gets what lies before from the store, as it may see it.
class PullHub final : public Hub, public std::enable_shared_from_this<PullHub> {
 public:
    PullHub(asio::any_io_executor executor, store::Readers& readers, std::uint64_t last_seq, const HubLimits& limits)
        : executor_(executor), readers_(readers), limits_(limits), last_seq_(last_seq), ring_after_(last_seq), tasks_(executor)
    {}

    void begin(std::set<IncidentKey> private_incidents) override
    {
        private_ = std::move(private_incidents);
        labels_known_ = true;
    }
    void publish(std::shared_ptr<const std::vector<Entry>> entries) override;
    Result<std::unique_ptr<net::BodyStream>> subscribe(std::optional<std::uint64_t> after_seq, std::optional<IncidentKey> incident,
                                                       Watcher watcher) override;
    void say(const Incident& incident, std::string text) override;
    void close() override;
    std::size_t clients() const noexcept override { return subscribers_.size(); }
    std::uint64_t dropped() const noexcept override { return dropped_; }

 private:
    friend class Subscriber;
    asio::awaitable<void> write_items();
    void append_to_ring(Items items);
    void note_labels(const std::vector<Entry>& entries);
    [[nodiscard]] bool for_everybody(const Items& items) const;
    /// The ring begins anew behind `seq`: readers get what lies before from the store.
    void restart_ring(std::uint64_t seq);
    void drop_slow_readers();
    void wake_all();

    asio::any_io_executor executor_;
    store::Readers& readers_;
    HubLimits limits_;
    std::uint64_t last_seq_;    // newest published
    std::uint64_t ring_after_;  // the ring holds everything in (ring_after_, ring_until_]
    std::uint64_t ring_until_ = ring_after_;
    std::deque<std::shared_ptr<const Item>> ring_;
    std::deque<std::shared_ptr<const std::vector<Entry>>> waiting_;  // for write_items()
    std::set<IncidentKey> private_;  // as of the newest published entry
    bool labels_known_ = false;      // before begin() nothing is taken to be for everybody
    bool writing_ = false, closed_ = false;
    std::uint64_t dropped_ = 0;
    std::unordered_set<Subscriber*> subscribers_;
    net::TaskSet tasks_;
};

class Subscriber final : public net::BodyStream {
 public:
    Subscriber(std::shared_ptr<PullHub> hub, std::uint64_t after_seq, std::optional<IncidentKey> incident, Watcher watcher)
        : hub_(std::move(hub)), place_(after_seq), incident_(incident), watcher_(std::move(watcher)), bell_(hub_->executor_)
    {
        hub_->subscribers_.insert(this);
    }
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;
    ~Subscriber() override { hub_->subscribers_.erase(this); }

    asio::awaitable<std::string> next() override;

 private:
    friend class PullHub;
    /// What the ring has behind our place, up to piece_bytes. Empty text: nothing that concerns us.
    std::string from_ring();
    asio::awaitable<Result<std::string>> from_store();
    [[nodiscard]] bool wants(const Item& item) const { return !incident_ || item.incidents.contains(*incident_); }

    std::shared_ptr<PullHub> hub_;
    std::uint64_t place_;  // the newest entry that was given, or passed over by the filter
    std::optional<IncidentKey> incident_;
    Watcher watcher_;
    std::deque<std::string> asides_;  // what say() left for us
    asio::steady_timer bell_;  // rung when something happens; else the heartbeat
    bool greeted_ = false, live_ = false, waiting_ = false, dropped_ = false;
};

void PullHub::publish(std::shared_ptr<const std::vector<Entry>> entries)
{
    if (!entries || entries->empty() || closed_) return;
    last_seq_ = entries->back().seq;
    note_labels(*entries);
    if (subscribers_.empty() && !writing_) return restart_ring(last_seq_);  // nobody looks: spend nothing
    if (waiting_.size() >= waiting_groups) {
        waiting_.clear();
        return restart_ring(last_seq_);
    }
    waiting_.push_back(std::move(entries));
    if (writing_) return;
    writing_ = true;
    tasks_.spawn(write_items());
}

asio::awaitable<void> PullHub::write_items()
{
    const auto self = shared_from_this();
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!waiting_.empty() && !closed_) {
        const auto group = std::move(waiting_.front());
        waiting_.pop_front();
        const auto last = group->back().seq;
        std::function<Result<Items>(store::Reader&)> job = [group](store::Reader& reader) { return make_items(reader, *group); };
        const bool here = group->size() <= entries_written_here && std::ranges::all_of(*group, is_complete);
        Result<Items> items{Items{}};
        if (here)
            items = make_complete_items(*group);
        else
            items = co_await store::read(readers_, std::move(job));
        if (last <= ring_after_) continue;  // the ring was begun anew meanwhile
        if (group->front().seq != ring_until_ + 1) restart_ring(group->front().seq - 1);
        if (items && for_everybody(*items)) {
            append_to_ring(std::move(*items));
            ring_until_ = last;
        } else {
            restart_ring(last);
        }
        wake_all();
    }
    writing_ = false;
}

void PullHub::note_labels(const std::vector<Entry>& entries)
{
    for (const auto& entry : entries) {
        const auto* step = std::get_if<IncidentStep>(&entry.what);
        if (step == nullptr || !step->fields.label) continue;
        if (*step->fields.label == "private") private_.insert(step->incident);
        else private_.erase(step->incident);
    }
}

bool PullHub::for_everybody(const Items& items) const
{
    if (!labels_known_) return false;
    if (private_.empty()) return true;
    return std::ranges::none_of(items, [&](const auto& item) {
        return std::ranges::any_of(item->at, [&](IncidentKey key) { return private_.contains(key); });
    });
}

void PullHub::append_to_ring(Items items)
{
    for (auto& item : items) ring_.push_back(std::move(item));
    while (ring_.size() > limits_.buffer_entries) {
        ring_after_ = ring_.front()->seq;
        ring_.pop_front();
    }
    drop_slow_readers();
}

void PullHub::restart_ring(std::uint64_t seq)
{
    ring_.clear();
    ring_after_ = ring_until_ = seq;
    for (auto* const reader : subscribers_) reader->live_ = false;  // it is not their slowness that they stand behind the ring
    wake_all();
}

void PullHub::drop_slow_readers()
{
    for (auto* const reader : subscribers_) {
        if (!reader->live_ || reader->waiting_ || reader->dropped_ || reader->place_ >= ring_after_) continue;
        reader->dropped_ = true;
        ++dropped_;
        observe::log_warn("stream reader dropped: too slow", {{"behind_entries", last_seq_ - reader->place_}});
    }
}

void PullHub::wake_all()
{
    for (auto* const reader : subscribers_) reader->bell_.cancel();
}

Result<std::unique_ptr<net::BodyStream>> PullHub::subscribe(std::optional<std::uint64_t> after_seq, std::optional<IncidentKey> incident,
                                                            Watcher watcher)
{
    if (closed_) return Failure{Errc::unavailable, "the daemon is stopping; connect again in a moment"};
    if (subscribers_.size() >= limits_.clients)
        return Failure{Errc::unavailable, "the live stream has its " + std::to_string(limits_.clients) + " readers already; try again later"};
    // A place we never gave out (another ledger's, or made up) begins now: waiting for it would look like silence.
    const auto place = std::min(after_seq.value_or(last_seq_), last_seq_);
    return std::unique_ptr<net::BodyStream>{std::make_unique<Subscriber>(shared_from_this(), place, incident, std::move(watcher))};
}

void PullHub::say(const Incident& incident, std::string text)
{
    for (auto* const reader : subscribers_) {
        if ((reader->incident_ && *reader->incident_ != incident.key) || !auth::may_see(reader->watcher_.who, incident)) continue;
        reader->asides_.push_back(text);
        if (reader->asides_.size() > waiting_asides) reader->asides_.pop_front();
        reader->bell_.cancel();
    }
}

void PullHub::close()
{
    closed_ = true;
    waiting_.clear();
    wake_all();
    tasks_.cancel_all();
}

asio::awaitable<std::string> Subscriber::next()
{
    if (!greeted_) {
        greeted_ = true;
        co_return std::string{greeting};
    }
    while (!hub_->closed_ && !dropped_ && (!watcher_.welcome || watcher_.welcome())) {
        if (hub_->last_seq_ > place_ && hub_->last_seq_ - place_ > hub_->limits_.resume_entries) {
            const auto missed_from = place_ + 1;
            place_ = hub_->last_seq_;
            co_return resync_text(missed_from, place_);
        }
        if (place_ < hub_->ring_after_) {
            live_ = false;
            auto text = co_await from_store();
            if (!text) co_return std::string{};  // the reader comes back with its place
            if (!text->empty()) co_return std::move(*text);
            continue;
        }
        live_ = true;
        auto text = from_ring();
        if (!text.empty()) co_return text;
        if (!asides_.empty()) {
            auto aside = std::move(asides_.front());
            asides_.pop_front();
            co_return aside;
        }
        waiting_ = true;
        bell_.expires_after(hub_->limits_.heartbeat);
        auto [rung] = co_await bell_.async_wait(as_result);
        waiting_ = false;
        if (!rung) co_return std::string{heartbeat_line};
        const auto stop = co_await asio::this_coro::cancellation_state;
        if (stop.cancelled() != asio::cancellation_type::none) break;
    }
    co_return std::string{};
}

std::string Subscriber::from_ring()
{
    const auto& ring = hub_->ring_;
    auto item = std::upper_bound(ring.begin(), ring.end(), place_, [](std::uint64_t seq, const auto& other) { return seq < other->seq; });
    std::string text;
    for (; item != ring.end() && text.size() < piece_bytes; ++item) {
        if (wants(**item)) text += (*item)->text;
        place_ = (*item)->seq;
    }
    return text;
}

asio::awaitable<Result<std::string>> Subscriber::from_store()
{
    const auto after = place_;
    std::function<Result<Piece>(store::Reader&)> job = [after, who = watcher_.who](store::Reader& reader) -> Result<Piece> {
        auto entries = reader.entries_after(after, store_batch_entries);
        if (!entries) return entries.error();
        Piece piece;
        if (!entries->empty()) piece.looked_to = entries->back().seq;
        store::VisibleReader visible{reader, who};
        std::vector<Entry> shown;
        for (auto& entry : *entries) {
            const auto may = visible.shows(entry);
            if (!may) return may.error();
            if (*may) shown.push_back(std::move(entry));
        }
        auto items = make_items(visible, shown);
        if (!items) return items.error();
        piece.items = std::move(*items);
        return piece;
    };
    auto piece = co_await store::read(hub_->readers_, std::move(job));
    if (!piece) co_return piece.error();
    std::string text;
    for (const auto& item : piece->items)
        if (item->seq > place_ && wants(*item)) text += item->text;
    // Nothing behind us although the ring began later: those numbers belong to no entry.
    place_ = std::max(place_, piece->looked_to == 0 ? hub_->ring_after_ : piece->looked_to);
    co_return text;
}

}  // namespace

std::shared_ptr<Hub> make_hub(asio::any_io_executor executor, store::Readers& readers, std::uint64_t last_seq, const HubLimits& limits)
{
    return std::make_shared<PullHub>(executor, readers, last_seq, limits);
}

}  // namespace incident::live
