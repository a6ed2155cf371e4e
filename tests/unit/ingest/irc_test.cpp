#include "bodies.hpp"
#include "ingest/irc_session.hpp"
#include <yaml-cpp/yaml.h>

namespace incident::ingest::irc {
namespace {

using test::at;

Network network()
{
    Network made;
    made.name = "irc.test";
    made.nick = "incidentd";
    made.channels = {"#ops", "#secret key"};
    return made;
}

std::string text_of(const Step& step)
{
    std::string all;
    for (const auto& line : step.send) all += line;
    return all;
}

/// A session that has been taken in, and is in its channels.
Session joined(Network of = network())
{
    Session session{std::move(of)};
    (void)session.begin();
    (void)session.take(":s 001 incidentd :Welcome");
    (void)session.take(":incidentd!u@h JOIN #ops");
    (void)session.take(":incidentd!u@h JOIN :#secret");
    return session;
}

TEST(IrcLine, IsReadInAllItsParts)
{
    const auto line = parse_line("@time=2026-01-01T00:00:05.123Z;+x/y;msgid=a\\sb\\:c\\\\ :op!u@h PRIVMSG  #ops  :!tl  hi :)").value();
    EXPECT_EQ(line.nick(), "op");
    EXPECT_EQ(line.verb, "PRIVMSG");
    EXPECT_EQ(line.params, (std::vector<std::string>{"#ops", "!tl  hi :)"}));
    EXPECT_EQ(line.tag("msgid"), "a b;c\\");
    EXPECT_EQ(line.tag("+x/y"), "");
    EXPECT_EQ(line.tag("nothing"), "");
    EXPECT_EQ(line.param(7), "");
    for (const auto* const bad : {"", " ", "@a=b", ":source", "@a :b "}) EXPECT_FALSE(parse_line(bad)) << bad;
    EXPECT_FALSE(parse_line(std::string_view{"PRIVMSG #a :x\0y", 15}));
}

TEST(IrcLine, AgreesWithThePublishedCases)
{
    const std::string file = INCIDENT_SHARED_DIR "/payloads/irc/parser-tests-msg-split.yaml";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
    const auto document = YAML::LoadFile(file);
    std::size_t cases = 0;
    for (const auto& one : document["tests"]) {
        const auto input = one["input"].as<std::string>();
        const auto atoms = one["atoms"];
        const auto line = parse_line(input);
        ASSERT_TRUE(line.has_value()) << input;
        EXPECT_EQ(line->verb, atoms["verb"].as<std::string>()) << input;
        EXPECT_EQ(line->source, atoms["source"] ? atoms["source"].as<std::string>() : std::string{}) << input;
        std::vector<std::string> params;
        if (atoms["params"])
            for (const auto& param : atoms["params"]) params.push_back(param.as<std::string>());
        EXPECT_EQ(line->params, params) << input;
        std::map<std::string, std::string> tags;
        if (atoms["tags"])
            for (const auto& tag : atoms["tags"]) tags[tag.first.as<std::string>()] = tag.second.IsNull() ? std::string{} : tag.second.as<std::string>();
        EXPECT_EQ(line->tags, tags) << input;
        ++cases;
    }
    EXPECT_EQ(cases, 35u);
}

TEST(IrcLine, IsWrittenSoThatNothingHidesInIt)
{
    EXPECT_EQ(format_line("NOTICE", {"#ops", "two words"}).value(), "NOTICE #ops :two words\r\n");
    EXPECT_EQ(format_line("PONG", {":x"}).value(), "PONG ::x\r\n");
    EXPECT_EQ(format_line("JOIN", {"#ops"}).value(), "JOIN #ops\r\n");
    EXPECT_EQ(format_line("NOTICE", {"#ops", ""}).value(), "NOTICE #ops :\r\n");
    for (const auto& bad : {std::vector<std::string>{"#ops", "a\r\nQUIT"}, {"#ops", "a\nb"}, {"#ops", std::string{"a\0b", 3}}, {"#o ps", "a"}, {"", "a"}, {":x", "a"}, {std::string(600, 'x'), "a"}})
        EXPECT_FALSE(format_line("NOTICE", bad));
    EXPECT_FALSE(format_line("", {}));
    EXPECT_FALSE(format_line("NOTICE x", {}));
    EXPECT_FALSE(format_line("NOTICE\n", {}));
    const auto cut = format_line("NOTICE", {"#ops", std::string(400, 'x') + std::string(60, ' ') + "\u00e4\u00e4\u00e4" + std::string(100, 'y')}).value();
    EXPECT_LE(cut.size(), max_line_bytes);
    EXPECT_TRUE(cut.ends_with("\r\n"));
    EXPECT_EQ(parse_line(cut.substr(0, cut.size() - 2)).value().params.size(), 2u);
}

TEST(IrcText, LosesItsFormatsAndKeepsItsDigits)
{
    EXPECT_EQ(plain_text("\x02" "bold\x02 \x03" "04red\x03 \x03" "4,12on\x03 \x1f\x1d\x1e\x11\x16x\x0f"), "bold red on x");
    EXPECT_EQ(plain_text("\x03,5 \x03" "1234 \x03" "1,x"), ",5 34 ,x");
    EXPECT_EQ(plain_text("\x04" "ff0000red\x04" "ff0000,00ff00x \x04zz"), "redx zz");
    EXPECT_EQ(plain_text("a\tb\x07\x7f"), "a b  ");
    EXPECT_EQ(plain_text("\xff\xe4"), "\uFFFD\uFFFD");
    EXPECT_EQ(read_ctcp("\x01" "ACTION is here\x01").text, "is here");
    EXPECT_EQ(read_ctcp("\x01VERSION\x01").command, "VERSION");
    EXPECT_FALSE(read_ctcp("ACTION").is_ctcp);
    EXPECT_TRUE(same_name("Sam[1]~", "sAM{1}^"));
    EXPECT_FALSE(same_name("sam", "samm"));
}

TEST(IrcSession, IsTakenInWithoutCapabilities)
{
    Session session{network()};
    EXPECT_EQ(text_of(session.begin()), "CAP LS 302\r\nNICK incidentd\r\nUSER incidentd 0 * :incidentd, the flight recorder\r\n");
    EXPECT_EQ(text_of(session.take(":s CAP * LS :multi-prefix")), "CAP END\r\n");
    EXPECT_EQ(text_of(session.take("PING :abc def")), "PONG :abc def\r\n");
    EXPECT_FALSE(session.registered());
    const auto welcome = session.take(":s 001 incidentd :Welcome");
    EXPECT_TRUE(welcome.ready);
    EXPECT_EQ(text_of(welcome), "JOIN #ops\r\nJOIN #secret key\r\n");
    EXPECT_TRUE(session.registered());
}

TEST(IrcSession, AsksForWhatHelpsAndProvesWhoItIs)
{
    auto with_sasl = network();
    with_sasl.sasl_user = "rec";
    with_sasl.sasl_password = "pa ss";
    Session session{with_sasl};
    (void)session.begin();
    EXPECT_EQ(text_of(session.take(":s CAP * LS * :multi-prefix server-time sasl=PLAIN,EXTERNAL")), "");
    EXPECT_EQ(text_of(session.take(":s CAP * LS :message-tags batch=x echo-message account-tag")), "CAP REQ :message-tags server-time account-tag batch sasl\r\n");
    EXPECT_EQ(text_of(session.take(":s CAP * ACK :message-tags server-time account-tag batch sasl")), "AUTHENTICATE PLAIN\r\n");
    EXPECT_EQ(text_of(session.take("AUTHENTICATE +")), "AUTHENTICATE AHJlYwBwYSBzcw==\r\n");
    EXPECT_EQ(text_of(session.take(":s 903 incidentd :SASL authentication successful")), "CAP END\r\n");
}

TEST(IrcSession, SendsALongPasswordInPieces)
{
    auto with_sasl = network();
    with_sasl.sasl_user = "u";
    with_sasl.sasl_password = std::string(297, 'p');  // 300 bytes are 400 of base64: a whole piece, so an empty one follows
    Session session{with_sasl};
    (void)session.begin();
    (void)session.take(":s CAP * LS :sasl");
    (void)session.take(":s CAP * ACK :sasl");
    const auto step = session.take("AUTHENTICATE +");
    ASSERT_EQ(step.send.size(), 2u);
    EXPECT_EQ(step.send[0].size(), std::string{"AUTHENTICATE \r\n"}.size() + 400);
    EXPECT_EQ(step.send[1], "AUTHENTICATE +\r\n");
}

TEST(IrcSession, NeverGoesOnAsSomebodyElse)
{
    auto with_sasl = network();
    with_sasl.sasl_user = "rec";
    with_sasl.sasl_password = "secret";
    for (const auto* const line : {":s CAP * LS :server-time", ":s 904 incidentd :SASL authentication failed", ":s 902 x :locked", ":s CAP * NAK :sasl",
                                   ":s 465 x :You are banned", "ERROR :Closing Link: \x02gone\x02"}) {
        Session session{with_sasl};
        (void)session.begin();
        const auto step = session.take(line);
        EXPECT_FALSE(step.end.empty()) << line;
        EXPECT_EQ(step.end.find("secret"), std::string::npos);
        EXPECT_TRUE(step.send.empty()) << line;
    }
}

TEST(IrcSession, TakesAnotherNameWhenItsOwnIsTakenAndWantsItBack)
{
    Session session{network()};
    (void)session.begin();
    EXPECT_EQ(text_of(session.take(":s 433 * incidentd :Nickname already in use")), "NICK incident1\r\n");
    EXPECT_EQ(text_of(session.take(":s 432 * incident1 :Erroneous")), "NICK incident2\r\n");
    (void)session.take(":s 001 incident2 :Welcome");
    EXPECT_EQ(session.nick(), "incident2");
    EXPECT_TRUE(session.take(":s 433 incident2 incidentd :in use").send.empty()) << "once taken in, it waits";
    EXPECT_EQ(text_of(session.idle()), "PING incidentd\r\nJOIN #ops\r\nJOIN #secret key\r\nNICK incidentd\r\n");
    (void)session.take(":incident2!u@h NICK :incidentd");
    EXPECT_EQ(session.nick(), "incidentd");
    Session hopeless{network()};
    (void)hopeless.begin();
    Step last;
    for (int i = 0; i < 21; ++i) last = hopeless.take(":s 433 * x :in use");
    EXPECT_FALSE(last.end.empty());
}

TEST(IrcSession, ComesBackToAChannel)
{
    auto session = joined();
    EXPECT_EQ(session.joined(), 2u);
    EXPECT_EQ(text_of(session.idle()), "PING incidentd\r\n");
    const auto kicked = session.take(":op!u@h KICK #OPS Incidentd :out");
    EXPECT_FALSE(kicked.note.empty());
    EXPECT_TRUE(kicked.send.empty()) << "at once would be a quarrel";
    EXPECT_EQ(text_of(session.idle()), "PING incidentd\r\nJOIN #ops\r\n");
    EXPECT_TRUE(session.take(":op!u@h KICK #ops other :out").note.empty());
    EXPECT_FALSE(session.take(":s 473 incidentd #ops :Cannot join channel (+i)").note.empty());
    (void)session.begin();
    EXPECT_EQ(session.joined(), 0u) << "a new connection is in no channel";
}

TEST(IrcSession, HearsWhatIsSaidInItsChannelsByOthers)
{
    auto session = joined();
    const auto heard = session.take("@time=2026-01-01T00:00:05.123Z;msgid=m1;account=op1 :op1!u@h PRIVMSG #Ops :\x02!tl\x02 rolled back");
    ASSERT_EQ(heard.said.size(), 1u);
    EXPECT_EQ(heard.said[0].text, "!tl rolled back");
    EXPECT_EQ(heard.said[0].account, "op1");
    EXPECT_TRUE(session.take(":op!u@h PRIVMSG #ops :\x01" "ACTION reboots\x01").said.at(0).action);
    EXPECT_TRUE(session.take(":op!u@h TOPIC #ops :SEV1").said.at(0).topic);
    for (const auto* const line : {":incidentd!u@h PRIVMSG #ops :!tl echo", ":INCIDENTD!u@h PRIVMSG #ops :!tl echo", ":op!u@h PRIVMSG incidentd :!tl alone",
                                   ":op!u@h PRIVMSG #other :!tl x", ":op!u@h NOTICE #ops :!tl x", ":op!u@h PRIVMSG #ops :\x01VERSION\x01", ":op!u@h PRIVMSG #ops",
                                   ":op!u@h PRIVMSG #ops :\x02", "PRIVMSG #ops :!tl nobody", "garbage", "@batch=b1 :op!u@h PRIVMSG #ops :!tl from history"})
        EXPECT_TRUE(session.take(line).said.empty()) << line;
    (void)session.take(":s BATCH +b1 chathistory #ops");
    EXPECT_EQ(session.take("@batch=b1;time=2026-01-01T00:00:05.123Z :op!u@h PRIVMSG #ops :!tl from history").said.size(), 1u)
        << "history with its own time can be told apart";
}

TEST(IrcSaid, IsALineByTheCommandLinesGrammarFromAClaimedAuthor)
{
    Said said;
    said.nick = "sam";
    said.channel = "#ops";
    said.text = "!tl x @23:59 it was not the deploy";
    said.time = "2026-01-01T00:00:05.123Z";
    const auto source = test::named("irc");
    const auto understood = read_said(said, network(), source, at("2026-01-01T00:00:06Z"));
    const auto& event = test::event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::chat);
    EXPECT_EQ(event.source, "irc");
    EXPECT_EQ(event.author, (Author{"sam", false, "sam"}));
    EXPECT_EQ(event.text, "it was not the deploy");
    EXPECT_EQ(event.tags.at(0).name, "misleading_path");
    EXPECT_EQ(event.occurred_at, at("2025-12-31T23:59:00Z"));
    EXPECT_EQ(event.labels.at("channel"), "#ops");
    EXPECT_EQ(event.labels.at("network"), "irc.test");
    EXPECT_FALSE(event.key.empty());
    auto again = said;
    EXPECT_EQ(test::event_at(read_said(again, network(), source, at("2026-01-01T09:00:00Z")), 0).key, event.key) << "history told again is the same event";
    again.time = "2026-01-01T00:00:05.124Z";
    EXPECT_NE(test::event_at(read_said(again, network(), source, at("2026-01-01T09:00:00Z")), 0).key, event.key);
    said.time.clear();
    const auto unstamped = read_said(said, network(), source, at("2026-01-01T00:00:06Z"));
    EXPECT_EQ(test::event_at(unstamped, 0).key, "") << "said twice is said twice";
    said.msgid = "m1";
    EXPECT_EQ(test::event_at(read_said(said, network(), source, at("2026-01-01T00:00:06Z")), 0).key, "irc.test m1");
}

TEST(IrcSaid, LeavesOrdinaryChatterAlone)
{
    Said said;
    said.nick = "sam";
    said.channel = "#ops";
    const auto source = test::named("irc");
    auto all = network();
    all.record_all = true;
    for (const auto* const text : {"good morning", "!tldr this", "see !tl", "!TL x"}) {
        said.text = text;
        EXPECT_TRUE(read_said(said, network(), source, at("2026-01-01T00:00:06Z")).items.empty()) << text;
        const auto recorded = read_said(said, all, source, at("2026-01-01T00:00:06Z"));
        EXPECT_EQ(test::event_at(recorded, 0).text, text);
        EXPECT_FALSE(recorded.answer) << "nobody asked us";
    }
    said.text = "reboots db1";
    said.action = true;
    EXPECT_EQ(test::event_at(read_said(said, all, source, at("2026-01-01T00:00:06Z")), 0).text, "*sam reboots db1");
    said.action = false;
    said.topic = true;
    EXPECT_EQ(test::event_at(read_said(said, all, source, at("2026-01-01T00:00:06Z")), 0).text, "topic: reboots db1");
    said = {"sam", "", "#ops", "!tl", "", "", false, false};
    EXPECT_TRUE(read_said(said, network(), source, at("2026-01-01T00:00:06Z")).items.empty());
    EXPECT_NE(read_said(said, network(), source, at("2026-01-01T00:00:06Z")).reply.find("!tl x @02:31"), std::string::npos);
}

TEST(IrcAnswer, IsOneLineThatRingsForNobody)
{
    Event event;
    event.incident = IncidentKey{7};
    event.number = 6;
    event.occurred_at = event.received_at = at("2026-01-01T02:34:11Z");
    event.text = "rolled back\nQUIT @here";
    Tag tag;
    tag.name = "action";
    event.tags = {tag};
    EXPECT_EQ(answer_line({&event, 1}, {}, "http://x/e/1"), "[incidentd] #6 INC-7 02:34:11Z action · rolled back\\x0aQUIT @\u200Bhere http://x/e/1");
    event.text = std::string(4000, 'x');
    const auto answer = answer_line({&event, 1}, "remark", "http://localhost:9780/api/v1/events/01234567-89ab-cdef-0123-456789abcdef");
    EXPECT_LT(answer.size(), 400u);
    EXPECT_EQ(answer.find('\n'), std::string::npos);
    EXPECT_TRUE(format_line("NOTICE", {"#ops", answer}).has_value());
}

TEST(IrcSession, ReadsTheSharedLines)
{
    const std::string file = INCIDENT_SHARED_DIR "/payloads/irc/server-time-lines.txt";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
    auto of = network();
    of.channels = {"#incident"};
    of.trigger = "!note";
    of.record_all = true;
    Session session{of};
    std::vector<Event> events;
    const auto lines = incident::test::content_of(file);
    for (std::size_t begin = 0; begin < lines.size();) {
        const auto end = std::min(lines.find('\n', begin), lines.size());
        auto line = lines.substr(begin, end - begin);
        if (line.ends_with('\r')) line.pop_back();
        begin = end + 1;
        for (const auto& said : session.take(line).said)
            for (const auto& item : read_said(said, of, test::named("irc"), at("2026-01-01T00:00:10Z")).items) events.push_back(std::get<Event>(item.what));
    }
    ASSERT_EQ(events.size(), 5u) << "the topic on joining, the ping and history without a time are none";
    EXPECT_EQ(events[0].text, "rolled back 42 \xF0\x9F\x94\x81");
    EXPECT_EQ(events[0].occurred_at, at("2026-01-01T00:00:05.123Z"));
    EXPECT_EQ(events[0].key, "irc.test abc123");
    EXPECT_EQ(events[1].text, "*op1 is restarting db1");
    EXPECT_EQ(events[2].text, "bold red text with colours");
    EXPECT_EQ(events[3].text, "topic: SEV1 checkout down");
}

}  // namespace
}  // namespace incident::ingest::irc
