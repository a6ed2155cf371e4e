#include "app/clock.hpp"
#include "live/hub.hpp"
#include "store/local_ledger.hpp"
#include "support/temp_folder.hpp"
#include <boost/asio.hpp>
#include <future>
#include <gtest/gtest.h>
#include <thread>

namespace incident::live {
namespace {
using namespace std::chrono_literals;
namespace asio = boost::asio;

/// A real ledger, a hub on a network thread, as app::Daemon wires them.
class LiveStream : public testing::Test {
 protected:
    LiveStream() { limits_.heartbeat = 24h; }
    ~LiveStream() override { stop(); }

    void start()
    {
        auto opened = store::LocalLedger::open(folder_.path() / "store", clock_, entropy_);
        ASSERT_TRUE(opened) << opened.error().detail;
        ledger_ = std::move(*opened);
        hub_ = make_hub(context_.get_executor(), *ledger_, ledger_->last_seq(), limits_);
        hub_->begin({});
        ledger_->on_commit([this](std::shared_ptr<const std::vector<Entry>> entries) {
            asio::post(context_, [this, entries = std::move(entries)]() mutable {
                if (!deaf_) hub_->publish(std::move(entries));
            });
        });
        thread_ = std::thread{[this] { context_.run(); }};
    }
    void stop()
    {
        if (!thread_.joinable()) return;
        on_network([this] { hub_->close(); });
        ledger_->close();
        work_.reset();
        thread_.join();
    }
    template <class Work>
    std::invoke_result_t<Work> on_network(Work work)
    {
        return asio::post(context_, asio::use_future([&] { return work(); })).get();
    }
    static asio::awaitable<Result<store::Receipt>> commit(store::Ledger& ledger, store::Submission submission)
    {
        co_return co_await ledger.append(std::move(submission));
    }
    Entry note(const std::string& text, std::optional<IncidentKey> incident = {})
    {
        store::Submission submission;
        submission.lane = store::Lane::people;
        submission.decide = [text, incident](store::View& view) -> Result<std::vector<store::NewEntry>> {
            Event event;
            event.text = text;
            event.source = "test";
            event.occurred_at = view.now();
            event.incident = incident;
            store::NewEntry entry;
            entry.entry.source = "test";
            entry.entry.principal = "test";
            entry.entry.what = event;
            return std::vector<store::NewEntry>{entry};
        };
        auto receipt = asio::co_spawn(context_, commit(*ledger_, std::move(submission)), asio::use_future).get();
        EXPECT_TRUE(receipt) << receipt.error().detail;
        return receipt->items.at(0).entry;
    }
    IncidentKey open_incident()
    {
        IncidentStep step;
        step.fields.title = "an outage";
        return std::get<IncidentStep>(append([step](store::View& view) {
                   auto opening = step;
                   opening.incident = view.catalog().next_key();
                   return opening;
               }).what)
            .incident;
    }
    Entry amend(const Amendment& amendment)
    {
        return append([amendment](store::View&) { return amendment; });
    }
    template <class What>
    Entry append(What what)
    {
        store::Submission submission;
        submission.decide = [what](store::View& view) -> Result<std::vector<store::NewEntry>> {
            store::NewEntry entry;
            entry.entry.source = "test";
            entry.entry.principal = "test";
            entry.entry.what = what(view);
            return std::vector<store::NewEntry>{entry};
        };
        auto receipt = asio::co_spawn(context_, commit(*ledger_, std::move(submission)), asio::use_future).get();
        EXPECT_TRUE(receipt) << receipt.error().detail;
        return receipt->items.at(0).entry;
    }
    std::unique_ptr<net::BodyStream> subscribe(std::optional<std::uint64_t> after = {}, std::optional<IncidentKey> incident = {}, Watcher watcher = {})
    {
        auto stream = on_network([&] { return hub_->subscribe(after, incident, watcher); });
        EXPECT_TRUE(stream) << stream.error().detail;
        return stream ? std::move(*stream) : nullptr;
    }
    void leave(std::unique_ptr<net::BodyStream>& stream)
    {
        on_network([&] { stream.reset(); });
    }
    static asio::awaitable<std::string> piece(net::BodyStream& stream) { co_return co_await stream.next(); }
    std::string next(net::BodyStream& stream) { return asio::co_spawn(context_, piece(stream), asio::use_future).get(); }
    /// Reads until `count` items came; their ids.
    std::vector<std::uint64_t> read_ids(net::BodyStream& stream, std::size_t count)
    {
        std::vector<std::uint64_t> ids;
        while (ids.size() < count) {
            const auto text = next(stream);
            if (text.empty()) break;
            for (auto at = text.find("id: "); at != std::string::npos; at = text.find("\nid: ", at))
                ids.push_back(std::stoull(text.substr(text.find("id: ", at) + 4))), ++at;
        }
        return ids;
    }

    test::TempFolder folder_;
    SystemClock clock_;
    SystemEntropy entropy_;
    HubLimits limits_;
    asio::io_context context_{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{context_.get_executor()};
    std::unique_ptr<store::LocalLedger> ledger_;
    std::shared_ptr<Hub> hub_;
    bool deaf_ = false;
    std::thread thread_;
};

std::vector<std::uint64_t> numbers(std::uint64_t from, std::uint64_t to)
{
    std::vector<std::uint64_t> all;
    for (auto n = from; n <= to; ++n) all.push_back(n);
    return all;
}

Watcher member()
{
    Watcher watcher;
    watcher.who.name = "ana";
    watcher.who.verified = true;
    return watcher;
}

class PrivateStream : public LiveStream {
protected:
    IncidentKey set(IncidentKey key, IncidentStep::Change change, IncidentFields fields)
    {
        IncidentStep step;
        step.change = change;
        step.incident = key;
        step.fields = std::move(fields);
        return std::get<IncidentStep>(append([step](store::View& view) {
                   auto taken = step;
                   if (taken.change == IncidentStep::Change::opened) taken.incident = view.catalog().next_key();
                   return taken;
               }).what)
            .incident;
    }
    static IncidentFields labelled(const char* label)
    {
        IncidentFields fields;
        fields.label = label;
        fields.members = std::vector<std::string>{"ana"};
        return fields;
    }
    IncidentKey open_private()
    {
        auto fields = labelled("private");
        fields.title = "zebrafish";
        return set({}, IncidentStep::Change::opened, fields);
    }
    /// Reads on until the entry `last` came; everything that was sent.
    std::string read_to(net::BodyStream& stream, std::uint64_t last)
    {
        std::string all;
        while (all.find("id: " + std::to_string(last) + '\n') == std::string::npos) {
            const auto text = next(stream);
            if (text.empty()) break;
            all += text;
        }
        return all;
    }
};

TEST_F(PrivateStream, PassesOverWhatOthersMayNotSee)
{
    start();
    auto outsider = subscribe(), insider = subscribe({}, {}, member());
    note("before");
    const auto key = open_private();
    const auto hidden = note("zebrafish note", key);
    Amendment amendment;
    amendment.event = hidden.id;
    amendment.text = "zebrafish again";
    amend(amendment);
    const auto last = note("behind");
    const auto told = read_to(*outsider, last.seq);
    EXPECT_EQ(told.find("zebrafish"), std::string::npos) << told;
    EXPECT_EQ(told.find("INC-1"), std::string::npos) << "not even its key";
    EXPECT_NE(told.find("before"), std::string::npos);
    const auto whole = read_to(*insider, last.seq);
    for (const auto* text : {"before", "\"zebrafish\"", "zebrafish again", "behind"}) EXPECT_NE(whole.find(text), std::string::npos) << text;
    auto resumed = subscribe(0);
    EXPECT_EQ(read_to(*resumed, last.seq).find("zebrafish"), std::string::npos) << "from the store as from the ring";
    auto followed = subscribe(0, key, member());
    EXPECT_NE(read_to(*followed, last.seq - 1).find("zebrafish again"), std::string::npos);
    EXPECT_EQ(hub_->dropped(), 0u) << "nobody was too slow";
    leave(outsider), leave(insider), leave(resumed), leave(followed);
}

TEST_F(PrivateStream, HidesWhatBecamePrivateFromWhoComesLater)
{
    start();
    auto watching = subscribe();  // so that the ring holds what follows
    const auto key = open_incident();
    const auto moved = note("zebrafish in the inbox");
    const auto said = note("zebrafish in the incident", key);
    EXPECT_NE(read_to(*watching, said.seq).find("zebrafish in the incident"), std::string::npos) << "it was public";
    set(key, IncidentStep::Change::set, labelled("private"));
    Amendment amendment;
    amendment.event = moved.id;
    amendment.incident.emplace(key);
    amend(amendment);
    const auto last = note("behind");
    auto late = subscribe(0);
    EXPECT_EQ(read_to(*late, last.seq).find("zebrafish"), std::string::npos);
    EXPECT_EQ(read_to(*watching, last.seq).find("zebrafish"), std::string::npos);
    set(key, IncidentStep::Change::set, labelled(""));
    const auto end = note("public again");
    auto later = subscribe(0);
    EXPECT_NE(read_to(*later, end.seq).find("zebrafish in the incident"), std::string::npos);
    leave(watching), leave(late), leave(later);
}

TEST_F(PrivateStream, SaysWhatIsNoEntryToWhoFollowsTheIncidentAndMaySeeIt)
{
    start();
    const auto key = open_private();
    Incident incident;
    incident.key = key;
    incident.label = "private";
    incident.members = {"ana"};
    auto outsider = subscribe(), insider = subscribe({}, {}, member()), elsewhere = subscribe({}, IncidentKey{key.number + 1}, member());
    for (auto* stream : {&outsider, &insider, &elsewhere}) EXPECT_NE(next(**stream).find("retry"), std::string::npos);
    on_network([&] { hub_->say(incident, "event: nudge\ndata: {}\n\n"); });
    EXPECT_EQ(next(*insider), "event: nudge\ndata: {}\n\n");
    const auto last = note("behind");
    EXPECT_EQ(read_to(*outsider, last.seq).find("nudge"), std::string::npos);
    on_network([&] { hub_->close(); });
    EXPECT_EQ(next(*elsewhere), "") << "it follows another incident";
    leave(outsider), leave(insider), leave(elsewhere);
}

TEST_F(PrivateStream, EndsForWhoIsNoLongerWelcome)
{
    start();
    std::atomic<bool> welcome{true};
    auto watcher = member();
    watcher.welcome = [&] { return welcome.load(); };
    auto stream = subscribe({}, {}, watcher);
    const auto first = note("one");
    EXPECT_NE(read_to(*stream, first.seq).find("one"), std::string::npos);
    welcome = false;
    note("two");
    EXPECT_EQ(next(*stream), "");
    leave(stream);
}

TEST_F(LiveStream, TellsANewEntryWithItsEvent)
{
    start();
    auto stream = subscribe();
    EXPECT_EQ(next(*stream), "retry: 2000\n\n");
    const auto entry = note("line one\nline two");
    const auto text = next(*stream);
    EXPECT_TRUE(text.starts_with("id: " + std::to_string(entry.seq) + "\nevent: entry\ndata: {")) << text;
    EXPECT_TRUE(text.ends_with("}\n\n"));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4) << "data is one line whatever the note says";
    EXPECT_NE(text.find(R"("text":"line one\nline two")"), std::string::npos);
    leave(stream);
}

TEST_F(LiveStream, ShowsAnAmendedEventAsItIsNow)
{
    start();
    const auto entry = note("wrong");
    auto stream = subscribe();
    (void)next(*stream);
    Amendment amendment;
    amendment.event = entry.id;
    amendment.text = "right";
    (void)amend(amendment);
    const auto text = next(*stream);
    EXPECT_NE(text.find(R"("entry":"amendment")"), std::string::npos) << text;
    EXPECT_NE(text.find(R"("event":{"id":")" + to_string(entry.id)), std::string::npos) << text;
    EXPECT_NE(text.find(R"("text":"right")"), std::string::npos) << text;
    leave(stream);
}

TEST_F(LiveStream, ResumesWithoutGapOrDuplicate)
{
    start();
    for (int i = 0; i < 30; ++i) (void)note("before " + std::to_string(i));
    auto stream = subscribe(10);
    (void)next(*stream);
    // half from the store, half while it reads
    auto writer = std::async(std::launch::async, [&] {
        for (int i = 0; i < 30; ++i) (void)note("meanwhile " + std::to_string(i));
    });
    EXPECT_EQ(read_ids(*stream, 50), numbers(11, 60));
    writer.get();
    leave(stream);
}

TEST_F(LiveStream, ManyReadersSeeTheSameOrder)
{
    start();
    std::vector<std::unique_ptr<net::BodyStream>> readers;
    for (int i = 0; i < 20; ++i) readers.push_back(subscribe());
    for (int i = 0; i < 40; ++i) (void)note(std::to_string(i));
    for (auto& reader : readers) {
        EXPECT_EQ(read_ids(*reader, 40), numbers(1, 40));
        leave(reader);
    }
}

TEST_F(LiveStream, GivesOnlyWhatConcernsTheIncident)
{
    start();
    const auto watched = open_incident(), other = open_incident();
    auto stream = subscribe({}, watched);
    (void)next(*stream);
    (void)note("inbox");
    const auto mine = note("mine", watched);
    (void)note("other", other);
    Amendment leaves;
    leaves.event = mine.id;
    leaves.incident.emplace(other);
    const auto moved = amend(leaves);
    EXPECT_EQ(read_ids(*stream, 2), (std::vector<std::uint64_t>{mine.seq, moved.seq})) << "that it left concerns the incident, too";
    leave(stream);
}

TEST_F(LiveStream, DropsAReaderThatFallsBehindAndLetsItResume)
{
    limits_.buffer_entries = 5;
    start();
    auto slow = subscribe();
    (void)next(*slow);
    (void)note("seen");
    EXPECT_EQ(read_ids(*slow, 1), numbers(1, 1));
    // another reader keeps up, so the ring is written
    auto quick = subscribe();
    for (int i = 0; i < 20; ++i) {
        (void)note("unseen");
        (void)read_ids(*quick, 1);
    }
    EXPECT_EQ(next(*slow), "") << "its body ends";
    EXPECT_EQ(on_network([&] { return hub_->dropped(); }), 1U);
    auto back = subscribe(1);
    EXPECT_EQ(read_ids(*back, 20), numbers(2, 21));
    for (auto* stream : {&slow, &quick, &back}) leave(*stream);
}

TEST_F(LiveStream, TellsWhoIsFarBehindToReadAnew)
{
    limits_.resume_entries = 10;
    start();
    for (int i = 0; i < 30; ++i) (void)note("old");
    auto stream = subscribe(5);
    (void)next(*stream);
    EXPECT_EQ(next(*stream), "id: 30\nevent: resync\ndata: {\"missed_from\":6,\"missed_to\":30}\n\n");
    (void)note("new");
    EXPECT_EQ(read_ids(*stream, 1), numbers(31, 31));
    leave(stream);
}

TEST_F(LiveStream, BeginsNowForAPlaceThatNeverWas)
{
    start();
    (void)note("one");
    auto stream = subscribe(1'000'000);
    (void)next(*stream);
    (void)note("two");
    EXPECT_EQ(read_ids(*stream, 1), numbers(2, 2));
    leave(stream);
}

TEST_F(LiveStream, RefusesMoreReadersThanItsLimit)
{
    limits_.clients = 2;
    start();
    auto one = subscribe(), two = subscribe();
    const auto three = on_network([&] { return hub_->subscribe({}, {}, {}); });
    ASSERT_FALSE(three);
    EXPECT_EQ(three.error().code, Errc::unavailable);
    EXPECT_EQ(on_network([&] { return hub_->clients(); }), 2U);
    leave(one);
    auto again = subscribe();
    for (auto* stream : {&two, &again}) leave(*stream);
}

TEST_F(LiveStream, BeatsWhileNothingHappens)
{
    limits_.heartbeat = 0s;
    start();
    auto stream = subscribe();
    (void)next(*stream);
    EXPECT_EQ(next(*stream), ": still here\n\n");
    leave(stream);
}

TEST_F(LiveStream, EndsWhenTheDaemonStops)
{
    start();
    auto stream = subscribe();
    (void)next(*stream);
    auto waiting = asio::co_spawn(context_, piece(*stream), asio::use_future);
    on_network([this] { hub_->close(); });
    EXPECT_EQ(waiting.get(), "");
    EXPECT_FALSE(on_network([&] { return hub_->subscribe({}, {}, {}); }));
    leave(stream);
}

}  // namespace
}  // namespace incident::live
