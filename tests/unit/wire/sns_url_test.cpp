#include "wire/sns_url.hpp"
#include <gtest/gtest.h>

namespace incident::wire {
namespace {

TEST(SnsCertificateUrl, OfAmazonIsTaken)
{
    for (const std::string_view good :
         {"https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-6aad65c2f9911b05cd53efda11f913f9.pem",
          "https://sns.us-gov-west-1.amazonaws.com/SimpleNotificationService-0.pem", "https://sns.cn-north-1.amazonaws.com.cn/a_b.pem",
          "https://sns.eu-west-1.amazonaws.com:443/x.pem", "https://sns.ap-southeast-2.amazonaws.com/folder/x.pem"})
        EXPECT_TRUE(is_sns_certificate_url(good)) << good;
}

TEST(SnsCertificateUrl, OfAnybodyElseIsRefused)
{
    using namespace std::string_view_literals;
    const auto bad = {
        ""sv, "https://"sv, "https:///x.pem"sv,
        // another scheme, or the same in another case
        "http://sns.eu-west-1.amazonaws.com/x.pem"sv, "HTTPS://sns.eu-west-1.amazonaws.com/x.pem"sv, "ftp://sns.eu-west-1.amazonaws.com/x.pem"sv,
        "//sns.eu-west-1.amazonaws.com/x.pem"sv, "sns.eu-west-1.amazonaws.com/x.pem"sv, "file:///etc/passwd.pem"sv,
        "https:sns.eu-west-1.amazonaws.com/x.pem"sv, "https:/sns.eu-west-1.amazonaws.com/x.pem"sv, " https://sns.eu-west-1.amazonaws.com/x.pem"sv,
        "javascript://sns.eu-west-1.amazonaws.com/x.pem"sv,
        // a user, which makes the rest the host
        "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem"sv, "https://user@sns.eu-west-1.amazonaws.com/x.pem"sv,
        "https://user:pass@sns.eu-west-1.amazonaws.com/x.pem"sv, "https://@sns.eu-west-1.amazonaws.com/x.pem"sv,
        "https://sns.eu-west-1.amazonaws.com:443@evil.example/x.pem"sv, "https://sns.eu-west-1.amazonaws.com%40evil.example/x.pem"sv,
        // ports
        "https://sns.eu-west-1.amazonaws.com:8443/x.pem"sv, "https://sns.eu-west-1.amazonaws.com:80/x.pem"sv,
        "https://sns.eu-west-1.amazonaws.com:/x.pem"sv, "https://sns.eu-west-1.amazonaws.com:0443/x.pem"sv, "https://sns.eu-west-1.amazonaws.com:443:443/x.pem"sv,
        // look-alike hosts
        "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem"sv, "https://sns.eu-west-1.amazonaws.com.cn.evil.example/x.pem"sv,
        "https://evil-sns.eu-west-1.amazonaws.com/x.pem"sv, "https://evil.sns.eu-west-1.amazonaws.com/x.pem"sv,
        "https://sns.eu-west-1.amazonaws.company/x.pem"sv, "https://sns.eu-west-1.amazonaws.co/x.pem"sv, "https://sns.eu-west-1.amazonaws.com.ru/x.pem"sv,
        "https://sns.eu-west-1.amazonaws.com.cn.cn/x.pem"sv, "https://sns.eu-west-1-amazonaws.com/x.pem"sv, "https://snsXeu-west-1.amazonaws.com/x.pem"sv,
        "https://sns.eu-west-1.amazonawsXcom/x.pem"sv, "https://sns.evil.example/?.eu-west-1.amazonaws.com/x.pem"sv, "https://sns.amazonaws.com/x.pem"sv,
        "https://sns..amazonaws.com/x.pem"sv, "https://sns.a.amazonaws.com/x.pem"sv, "https://sns.a.b.amazonaws.com/x.pem"sv, "https://sns.-a-.amazonaws.com/x.pem"sv,
        "https://s3.eu-west-1.amazonaws.com/sns.eu-west-1.amazonaws.com/x.pem"sv, "https://bucket.s3.amazonaws.com/x.pem"sv,
        "https://sns.s3.eu-west-1.amazonaws.com/x.pem"sv, "https://sns-eu-west-1.amazonaws.com/x.pem"sv, "https://localhost/x.pem"sv,
        "https://sns.eu-west-1.amazonaws.com\0.evil.example/x.pem"sv, "https://sns.eu-west-1.amazonaws.com\\@evil.example/x.pem"sv,
        "https://evil.example\\sns.eu-west-1.amazonaws.com/x.pem"sv, "https://evil.example#sns.eu-west-1.amazonaws.com/x.pem"sv,
        // a dot behind the host, letter case, other dots and letters
        "https://sns.eu-west-1.amazonaws.com./x.pem"sv, "https://SNS.eu-west-1.amazonaws.com/x.pem"sv, "https://sns.EU-WEST-1.amazonaws.com/x.pem"sv,
        "https://sns.eu-west-1.AmazonAWS.com/x.pem"sv, "https://sns.eu-west-1.amazonaws\xE3\x80\x82""com/x.pem"sv, "https://sns\xEF\xBC\x8E""eu-west-1.amazonaws.com/x.pem"sv,
        "https://sns.eu-west-1.\xD0\xB0mazonaws.com/x.pem"sv, "https://xn--sns-x.eu-west-1.amazonaws.com/x.pem"sv,
        "https://sns.eu-west-1.amazonaws.com%2eevil.example/x.pem"sv, "https://sns%2eeu-west-1.amazonaws.com/x.pem"sv,
        // numbers for hosts
        "https://[::1]/x.pem"sv, "https://[::ffff:169.254.169.254]/x.pem"sv, "https://169.254.169.254/x.pem"sv, "https://2852039166/x.pem"sv, "https://[sns.eu-west-1.amazonaws.com]/x.pem"sv,
        // query, fragment, path
        "https://sns.eu-west-1.amazonaws.com/x.pem?y"sv, "https://sns.eu-west-1.amazonaws.com/?x.pem"sv, "https://sns.eu-west-1.amazonaws.com/x#.pem"sv,
        "https://sns.eu-west-1.amazonaws.com/x.pem#"sv, "https://sns.eu-west-1.amazonaws.com?/x.pem"sv, "https://sns.eu-west-1.amazonaws.com#/x.pem"sv,
        "https://sns.eu-west-1.amazonaws.com/../x.pem"sv, "https://sns.eu-west-1.amazonaws.com//evil.example/x.pem"sv, "https://sns.eu-west-1.amazonaws.com/%2e%2e/x.pem"sv,
        "https://sns.eu-west-1.amazonaws.com/x.pem/"sv, "https://sns.eu-west-1.amazonaws.com/x.PEM"sv, "https://sns.eu-west-1.amazonaws.com/x"sv,
        "https://sns.eu-west-1.amazonaws.com/.pem"sv, "https://sns.eu-west-1.amazonaws.com"sv, "https://sns.eu-west-1.amazonaws.com/"sv,
        "https://sns.eu-west-1.amazonaws.com/x.pem\n"sv, "https://sns.eu-west-1.amazonaws.com/x.pem "sv, "https://sns.eu-west-1.amazonaws.com/x\r\nHost: y.pem"sv,
        "https://sns.eu-west-1.amazonaws.com /x.pem"sv, "https://sns.eu-west-1.amazonaws.com\t/x.pem"sv};
    for (const auto url : bad) EXPECT_FALSE(is_sns_certificate_url(url)) << url;
    EXPECT_FALSE(is_sns_certificate_url("https://sns.eu-west-1.amazonaws.com/" + std::string(5000, 'a') + ".pem"));
}

TEST(SnsConfirmation, IsMadeOfTopicAndToken)
{
    EXPECT_EQ(sns_confirmation_url("arn:aws:sns:eu-west-1:123456789012:incidentd", "2336412f37"),
              "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:incidentd&Token=2336412f37");
    EXPECT_EQ(sns_confirmation_url("arn:aws-cn:sns:cn-north-1:123456789012:a_b.fifo", "1"),
              "https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription&TopicArn=arn:aws-cn:sns:cn-north-1:123456789012:a_b.fifo&Token=1");
    for (const auto* const arn : {"", "arn", "arn:aws:sns:eu-west-1:123456789012:", "arn:aws:sqs:eu-west-1:123456789012:q", "arn:aws:sns:evil.example/:1:q",
                                  "arn:aws:sns:eu-west-1:12x:q", "arn:aws:sns:EU-WEST-1:1:q", "arn:aws:sns:eu-west-1:1:q&Token=2", "arn:aws:sns:eu-west-1::q",
                                  "arn:aws-x:sns:eu-west-1:1:q", "arn:aws:sns:eu-west-1:1:q:r", "arn:aws:sns:eu-west-1:1:.fifo", "ARN:aws:sns:eu-west-1:1:q",
                                  "arn:aws:sns:eu-west-1:1:q r", "arn:aws:sns:a@evil:1:q"})
        EXPECT_EQ(sns_confirmation_url(arn, "2336"), "") << arn;
    for (const std::string& token : {std::string{}, std::string{"1&Action=x"}, std::string{"a b"}, std::string{"a\r\nb"}, std::string{"a#b"}, std::string{"%41"}, std::string(2000, '1')})
        EXPECT_EQ(sns_confirmation_url("arn:aws:sns:eu-west-1:1:q", token), "") << token;
}

TEST(SnsConfirmation, IsFetchedOnlyAsWeWouldMakeIt)
{
    const auto good = sns_confirmation_url("arn:aws:sns:eu-west-1:123456789012:incidentd", "2336412f37");
    EXPECT_TRUE(is_sns_confirmation_url(good));
    for (const auto& bad : {std::string{}, good + "&x=y", good + '#', "http" + good.substr(5), good + "&Token=3", good.substr(0, good.find("Token")) + "Token=",
                            std::string{"https://evil.example/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:incidentd&Token=2336412f37"},
                            std::string{"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:incidentd&Token=2336412f37"},
                            std::string{"https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&TopicArn=arn:aws:sns:eu-west-1:123456789012:incidentd&Token=2336412f37"},
                            std::string{"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37&TopicArn=arn:aws:sns:eu-west-1:123456789012:incidentd"}})
        EXPECT_FALSE(is_sns_confirmation_url(bad)) << bad;
}

}  // namespace
}  // namespace incident::wire
