#include "commands/verbs.hpp"
#include "model/text.hpp"
#include "wire/routes.hpp"

namespace incident::ctl {
namespace {

/// A fingerprint of its own for every run, so that each test is seen.
std::string fingerprint() { return random_key().substr(0, 16); }

json::object labels()
{
    return {
        {"alertname", "IncidentdTest"}, {"service", "incidentd"}, {"severity", "info"}, {"instance", "incidentctl"}};
}

json::object annotations()
{
    return {{"summary", "Test alert sent by incidentctl send-test"},
            {"description", "Nothing is broken. Strike it with incidentctl rm, or leave it in the inbox."}};
}

/// As Alertmanager 0.25 posts one firing alert.
json::object alertmanager(Instant now)
{
    json::object alert{{"status", "firing"},
                       {"labels", labels()},
                       {"annotations", annotations()},
                       {"startsAt", to_rfc3339(now)},
                       {"endsAt", "0001-01-01T00:00:00Z"},
                       {"generatorURL", "http://prometheus.example:9090/graph?g0.expr=vector%281%29&g0.tab=1"},
                       {"fingerprint", fingerprint()}};
    return {{"receiver", "incidentd"},
            {"status", "firing"},
            {"alerts", json::array{std::move(alert)}},
            {"groupLabels", json::object{{"alertname", "IncidentdTest"}}},
            {"commonLabels", labels()},
            {"commonAnnotations", annotations()},
            {"externalURL", "http://alertmanager.example:9093"},
            {"version", "4"},
            {"groupKey", "{}:{alertname=\"IncidentdTest\"}"},
            {"truncatedAlerts", 0}};
}

/// The same family with what Grafana adds.
json::object grafana(Instant now)
{
    auto body = alertmanager(now);
    auto& alert = body["alerts"].as_array().front().as_object();
    alert["generatorURL"] = "http://grafana.example:3000/alerting/grafana/incidentdtest/view";
    alert["silenceURL"] = "http://grafana.example:3000/alerting/silence/new?alertmanager=grafana";
    alert["dashboardURL"] = "";
    alert["panelURL"] = "";
    alert["values"] = json::object{{"A", 1}};
    alert["valueString"] = "[ var='A' labels={} value=1 ]";
    body["version"] = "1";
    body["orgId"] = 1;
    body["title"] = "[FIRING:1] IncidentdTest (incidentd info)";
    body["state"] = "alerting";
    body["message"] = "Test alert sent by incidentctl send-test";
    body["externalURL"] = "http://grafana.example:3000/";
    return body;
}

json::object generic(Instant now)
{
    return {{"title", "Test event sent by incidentctl send-test"},
            {"message", "Test event sent by incidentctl send-test"},
            {"text", "Test event sent by incidentctl send-test"},
            {"status", "firing"},
            {"severity", "info"},
            {"time", to_rfc3339(now)},
            {"timestamp", to_rfc3339(now)},
            {"id", fingerprint()}};
}

}  // namespace

Try<Exit> run_send_test(Session& session, const Arguments& arguments)
{
    const auto& source = arguments.words.front();
    json::object body;
    if (source == "alertmanager")
        body = alertmanager(session.now());
    else if (source == "grafana")
        body = grafana(session.now());
    else if (source == "generic" || arguments.has("generic"))
        body = generic(session.now());
    else {
        constexpr std::string_view known[] = {"alertmanager", "grafana", "generic"};
        const auto near = nearest(source, known);
        return Trouble{Exit::usage, "there is no sample of \"" + visible(shortened(source, 40)) + "\"",
                       near.empty() ? "there are: alertmanager grafana generic; for a source of your own add --generic"
                                    : "did you mean \"" + std::string{near} + "\"?"};
    }
    auto answer = session.write("POST", "/api/v1/hooks/" + wire::path_segment(source), body);
    if (!answer) return answer.error();
    session.print_value(*answer,
                        source + ": the sample was accepted · see it with: incidentctl log, incidentctl log -i inbox\n",
                        source);
    return Exit::ok;
}

}  // namespace incident::ctl
