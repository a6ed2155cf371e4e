#include "client/outside.hpp"
#include "commands/verbs.hpp"
#include "model/text.hpp"
#include "wire/routes.hpp"
#include "wire/sns_url.hpp"
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

/// What only a person may do for a source: fetch something from outside. The daemon makes no such request.
namespace incident::ctl {
namespace {

constexpr unsigned http_ok = 200, http_multiple = 300;
constexpr int min_rsa_bits = 2048;  // what the daemon asks of a certificate

OutsideOptions outside_options() { return {}; }

Try<OutsideAnswer> fetched(const std::string& url)
{
    auto answer = fetch_outside(url, outside_options());
    if (!answer) return answer.error();
    if (answer->status < http_ok || answer->status >= http_multiple) {
        const bool moved = answer->status >= http_multiple && answer->status < 400;
        return Trouble{Exit::failure, "Amazon SNS answered HTTP " + std::to_string(answer->status),
                       moved ? "redirects are not followed; look at the address" : "the token may be used up or older than three days; ask for the confirmation again in the console"};
    }
    return answer;
}

/// What stands between `<name>` and its end; the answer of SNS is a few lines of XML.
std::string element_of(std::string_view xml, std::string_view name)
{
    const auto open = '<' + std::string{name} + '>', close = "</" + std::string{name} + '>';
    const auto from = xml.find(open);
    if (from == xml.npos) return {};
    const auto to = xml.find(close, from);
    return to == xml.npos ? std::string{} : std::string{xml.substr(from + open.size(), to - from - open.size())};
}

std::string text_of_member(const json::value& value, std::string_view name)
{
    const auto* const object = value.if_object();
    const auto* const member = object == nullptr ? nullptr : object->if_contains(name);
    const auto* const text = member == nullptr ? nullptr : member->if_string();
    return text == nullptr ? std::string{} : std::string{*text};
}

/// Written for us alone, and never over another file.
Try<std::string> write_new_file(const std::string& path, const std::string& content)
{
    constexpr mode_t own = 0600;
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, own);
    if (fd < 0) {
        const auto why = errno;
        return Trouble{Exit::failure, "cannot write " + visible(path) + ": " + std::strerror(why),
                       why == EEXIST ? "name another file with --out, or remove this one" : "name another file with --out"};
    }
    std::size_t done = 0;
    while (done < content.size()) {
        const auto written = ::write(fd, content.data() + done, content.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        done += static_cast<std::size_t>(written);
    }
    const bool whole = done == content.size() && ::fsync(fd) == 0;
    const bool closed = ::close(fd) == 0;
    if (!whole || !closed) {
        ::unlink(path.c_str());
        return Trouble{Exit::failure, "cannot write " + visible(path), "is the disk full?"};
    }
    char absolute[PATH_MAX];
    return std::string{::realpath(path.c_str(), &absolute[0]) != nullptr ? &absolute[0] : path.c_str()};
}

}  // namespace

Try<Exit> run_source_confirm(Session& session, const std::string& source)
{
    auto answer = session.get("/api/v1/sources/" + wire::path_segment(source), Session::Purpose::preparation);
    if (!answer) return answer.error();
    boost::system::error_code none;
    const auto* const asked = answer->find_pointer("/status/confirmation", none);
    if (asked == nullptr || !asked->is_object())
        return Trouble{Exit::not_found, "nothing of " + visible(shortened(source, 40)) + " waits to be confirmed",
                       "have Amazon SNS ask again: in the console, Request confirmation of the subscription"};
    const auto topic = text_of_member(*asked, "topic"), url = text_of_member(*asked, "url");
    if (url.empty())
        return Trouble{Exit::failure, "the address that confirms the subscription to " + visible(shortened(topic, 200)) + " is shown to an admin alone",
                       "ask over the Unix socket as root or as the daemon's account, or show a token with the role admin"};
    // The server made it of checked parts; whoever answers in its place must not lead us elsewhere either.
    if (!wire::is_sns_confirmation_url(url))
        return Trouble{Exit::failure, "the address to confirm with is none of Amazon SNS: " + visible(shortened(url, 200)),
                       "nothing was fetched; confirm in the console instead"};
    session.say("topic    " + visible(topic) + "\naddress  " + visible(url));
    if (session.dry_run()) return Exit::ok;
    if (auto sure = session.confirm("Subscribe " + visible(source) + " to this topic?"); !sure) return sure.error();
    auto confirmed = fetched(url);
    if (!confirmed) return confirmed.error();
    const auto subscription = element_of(confirmed->body, "SubscriptionArn");
    const json::object value{{"source", source}, {"topic", topic}, {"subscription", subscription}};
    session.print_value(value, "subscribed to " + visible(topic) + (subscription.empty() ? "" : "\n" + visible(subscription)) + '\n', topic);
    return Exit::ok;
}

Try<Exit> run_source_trust(Session& session, const std::string& source, const std::string& certificate_url, const std::string& out)
{
    if (!wire::is_sns_certificate_url(certificate_url))
        return Trouble{Exit::usage, "\"" + visible(shortened(certificate_url, 200)) + "\" is no certificate address of Amazon SNS",
                       "it looks like https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-….pem; a message names it as SigningCertURL"};
    const auto path = out.empty() ? source + ".pem" : out;
    if (out.empty() && (source.empty() || source.starts_with('.') || source.find('/') != source.npos))
        return Trouble{Exit::usage, "\"" + visible(shortened(source, 40)) + "\" is no source's name", "name the source as it stands under sources: in the configuration"};
    if (session.dry_run()) {
        session.say("would fetch " + visible(certificate_url) + " into " + visible(path));
        return Exit::ok;
    }
    auto answer = fetched(certificate_url);
    if (!answer) return answer.error();
    const auto facts = read_certificate(answer->body, std::chrono::floor<std::chrono::seconds>(session.now()).time_since_epoch().count());
    if (!facts) return facts.error();
    const auto refuse = [](std::string why) { return Trouble{Exit::failure, "the certificate " + why, "nothing was written; take the address from a newer message"}; };
    if (facts->expired) return refuse("expired on " + facts->valid_to);
    if (facts->not_yet_valid) return refuse("is not valid before " + facts->valid_from);
    if (facts->rsa_bits < min_rsa_bits) return refuse("holds no RSA key of " + std::to_string(min_rsa_bits) + " bits or more");
    auto written = write_new_file(path, answer->body);
    if (!written) return written.error();
    const json::object value{{"source", source}, {"file", *written}, {"subject", facts->subject}, {"issuer", facts->issuer},
                             {"valid_from", facts->valid_from}, {"valid_to", facts->valid_to}, {"sha256", facts->sha256}, {"rsa_bits", facts->rsa_bits}};
    session.print_value(value,
                        "subject  " + visible(facts->subject) + "\nissuer   " + visible(facts->issuer) + "\nvalid    " + facts->valid_from + " to " + facts->valid_to +
                            "\nSHA-256  " + facts->sha256 + "\nkey      RSA, " + std::to_string(facts->rsa_bits) + " bits\nfile     " + visible(*written) + '\n',
                        *written);
    session.say("next: sources: {" + visible(source) + ": {certificate_files: [" + visible(*written) + "]}} in the daemon's configuration, readable by it alone");
    return Exit::ok;
}

}  // namespace incident::ctl
