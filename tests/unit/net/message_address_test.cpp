#include "net/message_address.hpp"
#include <gtest/gtest.h>

namespace incident::net {
namespace {

TEST(MessageAddresses, AreReadWithTheirTransport)
{
    EXPECT_EQ(parse_message_address("127.0.0.1:9781").value(), (MessageAddress{Transport::tcp, "127.0.0.1:9781", true}));
    EXPECT_EQ(parse_message_address("udp://0.0.0.0:514").value(), (MessageAddress{Transport::udp, "0.0.0.0:514", false}));
    EXPECT_EQ(parse_message_address("tls://[::1]:6514").value(), (MessageAddress{Transport::tls, "[::1]:6514", true}));
    EXPECT_EQ(parse_message_address("tcp://localhost:1").value(), (MessageAddress{Transport::tcp, "localhost:1", true}));
    EXPECT_EQ(parse_message_address("unix:/run/x/line.sock").value(), (MessageAddress{Transport::unix_socket, "/run/x/line.sock", true}));
    EXPECT_FALSE(parse_message_address(":514").value().loopback);
    for (const auto* text : {"tcp://127.0.0.1:1", "udp://[::1]:2", "unix:/a"}) EXPECT_EQ(to_string(parse_message_address(text).value()), text);
}

TEST(MessageAddresses, AreRefusedWithAnExample)
{
    for (const auto* bad : {"", "9781", "http://127.0.0.1:1", "unix:relative", "unix:", "tcp://name.example:1", "udp://127.0.0.1", "udp://127.0.0.1:99999"}) {
        const auto parsed = parse_message_address(bad);
        ASSERT_FALSE(parsed) << bad;
        EXPECT_EQ(parsed.error().code, Errc::invalid_input);
    }
}

TEST(Networks, ContainTheirAddressesAndNoOthers)
{
    const auto in = [](const char* network, const char* address) { return parse_network(network).value().contains(asio::ip::make_address(address)); };
    EXPECT_TRUE(in("10.0.0.0/8", "10.255.1.2"));
    EXPECT_FALSE(in("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(in("192.168.4.0/22", "192.168.7.255"));
    EXPECT_FALSE(in("192.168.4.0/22", "192.168.8.0"));
    EXPECT_TRUE(in("0.0.0.0/0", "8.8.8.8"));
    EXPECT_FALSE(in("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(in("192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(in("192.0.2.7", "192.0.2.6"));
    EXPECT_TRUE(in("10.0.0.0/8", "::ffff:10.1.1.1"));
    EXPECT_TRUE(in("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(in("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(Networks, AreRefusedWhenOneHalfContradictsTheOther)
{
    for (const auto* bad : {"", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/x", "2001:db8::1/32", "::/129", "example.org", "10.0.0.0/-1"}) EXPECT_FALSE(parse_network(bad)) << bad;
    EXPECT_NE(parse_network("10.0.0.1/8").error().detail.find("10.0.0.0/8"), std::string::npos);
}

TEST(Senders, AreThisMachineOrOfANamedNetwork)
{
    const std::vector<Network> from{parse_network("10.0.0.0/8").value()};
    EXPECT_TRUE(is_allowed("10.1.2.3", from, false));
    EXPECT_TRUE(is_allowed("127.0.0.1", from, false));
    EXPECT_TRUE(is_allowed("::1", {}, false));
    EXPECT_FALSE(is_allowed("192.0.2.1", from, false));
    EXPECT_FALSE(is_allowed("192.0.2.1", {}, false));
    EXPECT_TRUE(is_allowed("192.0.2.1", {}, true));
    EXPECT_FALSE(is_allowed("", from, false));
}

}  // namespace
}  // namespace incident::net
