#include "config/config.hpp"
#include "config/redaction.hpp"
#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace incident::config {
namespace {

Result<std::string> no_secrets(const std::string& path)
{
    if (path == "/run/secret" || path == "slack_secret") return std::string{"hush-hush\n"};
    if (path == "shop.yml") return std::string{"text: /title\nstatus: /state\n"};
    if (path == "bad.yml") return std::string{"txet: /title\n"};
    if (path == "/run/old") return std::string{"  was-hush  "};
    if (path == "/run/short") return std::string{"abc\n"};
    if (path == "/run/empty") return std::string{" \n"};
    return Failure{Errc::not_found, path + ": no such file"};
}

Config parsed(std::string_view yaml)
{
    auto config = parse(yaml, "test.yml", no_secrets);
    if (!config) {
        ADD_FAILURE() << config.error().detail;
        return {};
    }
    return std::move(*config);
}

TEST(Config, IsAllDefaultsWhenEmpty)
{
    for (const auto* const text : {"", "\n", "# nothing\n", "---\n", "{}\n", "routes:\nrules:\nsources:\nlimits:\nweb:\npeople:\n"}) {
        const auto config = parsed(text);
        EXPECT_TRUE(config.routes.empty() && config.rules.empty() && config.sources.empty()) << text;
        EXPECT_TRUE(config.builtin_rules) << text;
        EXPECT_EQ(config.http.body_bytes, HttpLimits{}.body_bytes) << text;
        EXPECT_EQ(config.hash.size(), 64u);
    }
}

TEST(Config, ReadsRoutesInOrder)
{
    const auto config = parsed(R"(
routes:
  - name: checkout
    source: [alertmanager, grafana]
    labels: {severity: critical|page, canary: true}
    incident: {service: $labels.service}
    open: true
    title: $text on $labels.instance
    severity: critical
    service: checkout
  - name: rest
    source: slack
)");
    ASSERT_EQ(config.routes.size(), 2u);
    const auto& route = config.routes[0];
    EXPECT_EQ(route.source, (std::vector<std::string>{"alertmanager", "grafana"}));
    EXPECT_EQ(route.labels.at("canary"), "true") << "a plain scalar is a text where a text is wanted";
    EXPECT_EQ(route.incident.at("service"), "$labels.service");
    EXPECT_TRUE(route.open);
    EXPECT_EQ(route.title, "$text on $labels.instance");
    EXPECT_EQ(config.routes[1].source, std::vector<std::string>{"slack"}) << "one word stands for a list of one";
    EXPECT_FALSE(config.routes[1].open);
}

TEST(Config, ReadsRules)
{
    const auto config = parsed(R"(
builtin_rules: false
rules:
  - {name: one, tag: hypo, text: 'maybe (?P<who>\w+)', unless: never, kind: [note], author: sam, to_group: who, details: false, suppresses: [impact]}
)");
    EXPECT_FALSE(config.builtin_rules);
    ASSERT_EQ(config.rules.size(), 1u);
    EXPECT_EQ(config.rules[0].text, "maybe (?P<who>\\w+)");
    EXPECT_EQ(config.rules[0].author, std::vector<std::string>{"sam"});
    EXPECT_FALSE(config.rules[0].details);
    EXPECT_EQ(compile_rules(config).value()->rules().size(), 1u);
}

TEST(Config, ReadsSecretsFromFilesWithoutTheirLineEnd)
{
    const auto config = parsed("sources: {slack: {secret_file: slack_secret, workspace_url: 'https://x.slack.com/'}}");
    const auto& one = config.sources.at("slack");
    EXPECT_EQ(one.verifier.secrets, std::vector<std::string>{"hush-hush"});
    EXPECT_EQ(one.reads.chat.workspace_url, "https://x.slack.com");
    const auto again = parsed("sources: {slack: {secret_files: [/run/secret, /run/old], reactions: {eyes: inv, x: mislead}}}");
    const auto& two = again.sources.at("slack");
    EXPECT_EQ(two.verifier.secrets, (std::vector<std::string>{"hush-hush", "was-hush"}));
    EXPECT_EQ(two.reads.chat.reactions.at("x"), "misleading_path") << "the command line's verbs are known";
}

TEST(Config, ASourceIsReadByAMappingOfItsOwn)
{
    const auto config = parsed(R"(
sources:
  shop: {mapping: {each: /alerts, text: /title}, zone: Africa/Nairobi}
  filed: {mapping_file: shop.yml}
  datadog: {zone: Europe/Berlin}
  second-gitlab: {dialect: gitlab, secret_file: slack_secret}
  signing: {mapping: {text: /t, verify: {secret: {header: X-Token}}}, secret_file: slack_secret}
  flux: {secret_file: slack_secret}
)");
    const auto& shop = config.sources.at("shop");
    EXPECT_EQ(shop.reads.dialect, ingest::mapping_dialect);
    ASSERT_NE(shop.reads.mapping, nullptr);
    EXPECT_EQ(shop.reads.zone, "Africa/Nairobi");
    EXPECT_NE(config.sources.at("filed").reads.mapping, nullptr);
    EXPECT_EQ(config.sources.at("datadog").reads.mapping, built_in_source("datadog")->reads.mapping) << "a shipped mapping, tuned";
    EXPECT_EQ(config.sources.at("datadog").reads.zone, "Europe/Berlin");
    EXPECT_EQ(config.sources.at("second-gitlab").reads.mapping, built_in_source("gitlab")->reads.mapping);
    EXPECT_EQ(config.sources.at("signing").proof, ingest::Proof::secret);
    EXPECT_EQ(built_in_source("flux")->proof, ingest::Proof::none) << "signs only when its owner asks for it";
    EXPECT_EQ(config.sources.at("flux").proof, ingest::Proof::secret) << "and must, once its secret is known";
    EXPECT_EQ(find_source(config, "pingdom"), built_in_source("pingdom"));
    const auto bad = parse("sources: {shop: {mapping_file: bad.yml}}", "test.yml", no_secrets);
    ASSERT_FALSE(bad);
    EXPECT_NE(bad.error().detail.find("bad.yml:1:1: unknown key"), std::string::npos) << bad.error().detail;
}

TEST(Config, ASecretThatAnybodyCouldGuessIsRefused)
{
    const auto refused = [](const std::string& file) {
        const auto config = parse("sources: {slack: {secret_file: " + file + "}}", "test.yml", no_secrets);
        return config ? std::string{} : config.error().detail;
    };
    EXPECT_NE(refused("/run/empty").find("test.yml:1:32: the secret file is empty"), std::string::npos) << refused("/run/empty");
    EXPECT_NE(refused("/run/short").find("test.yml:1:32: a secret has at least 4 bytes, and this one 3"), std::string::npos) << refused("/run/short");
}

TEST(Config, ASourceSpeaksTheDialectOfItsNameOrAnother)
{
    const auto config = parsed(R"(
sources:
  slack: {secret_file: slack_secret, own_bot_ids: [B1, B2], own_app_ids: A1, users: {U1: sam}, channels: {C1: ops}, slash_commands: [/tl]}
  second-slack: {dialect: slack, secret_file: slack_secret}
  backup: {dialect: generic, zone: Africa/Nairobi, body_limit: 2MiB, keep_raw: false}
  grafana:
)");
    ASSERT_EQ(config.sources.size(), 3u) << "nothing stands below grafana";
    const auto& slack = config.sources.at("slack");
    EXPECT_EQ(slack.reads.dialect, "slack");
    EXPECT_EQ(slack.reads.chat.own_bot_ids, (std::vector<std::string>{"B1", "B2"}));
    EXPECT_EQ(slack.reads.chat.slash_commands, std::vector<std::string>{"/tl"});
    EXPECT_EQ(slack.proof, ingest::Proof::secret);
    EXPECT_FALSE(slack.verifier.empty()) << "how Slack signs is known";
    EXPECT_EQ(config.sources.at("second-slack").reads.name, "second-slack");
    EXPECT_EQ(config.sources.at("second-slack").reads.dialect, "slack");
    const auto& backup = config.sources.at("backup");
    EXPECT_EQ(backup.reads.zone, "Africa/Nairobi");
    EXPECT_EQ(backup.body_bytes, 2u * 1024 * 1024);
    EXPECT_FALSE(backup.keep_raw);
    EXPECT_EQ(backup.proof, ingest::Proof::none);
}

TEST(Config, WhatIsNotConfiguredComesAsItIsBuiltIn)
{
    const auto config = parsed("sources: {backup: {dialect: generic}}");
    EXPECT_EQ(find_source(config, "backup"), &config.sources.at("backup"));
    const auto* const slack = find_source(config, "slack");
    ASSERT_NE(slack, nullptr);
    EXPECT_EQ(slack->proof, ingest::Proof::secret);
    EXPECT_TRUE(slack->verifier.secrets.empty()) << "so nobody gets in";
    ASSERT_NE(find_source(config, "alertmanager"), nullptr);
    EXPECT_EQ(find_source(config, "alertmanager")->proof, ingest::Proof::none);
    EXPECT_EQ(find_source(config, "nagios"), nullptr);
    EXPECT_EQ(find_source(config, ingest::mapping_dialect), nullptr);
}

TEST(Config, WhoeverMustProveItselfHasAWayTo)
{
    for (const auto name : built_in_names()) {
        const auto& source = *built_in_source(name);
        EXPECT_EQ(source.proves_itself(), source.proof == ingest::Proof::secret) << name << ": without a secret its kind alone decides";
        EXPECT_TRUE(source.proof == ingest::Proof::none || !source.verifier.empty()) << name;
    }
}

TEST(Config, ReadsHowASenderProvesItself)
{
    const auto config = parsed(R"(
sources:
  shop:
    dialect: generic
    secret_file: slack_secret
    verify:
      hmac: {header: X-Shop-Signature, hash: sha512, key: base64, signed: '{id}.{timestamp}.{body}', digest: base64, prefix: 'v1,',
             separator: ' ', scheme: HMAC, timestamp_header: X-Time, id_header: X-Id, window: 2m}
  door: {dialect: generic, secret_file: slack_secret, verify: [{secret: {header: Authorization, scheme: Bearer}}, {secret: {path: true}}, {basic: true}]}
  body: {dialect: generic, secret_file: slack_secret, verify: {secret: {body: /token}}}
  like: {dialect: generic, secret_file: slack_secret, verify: slack}
  bot: {dialect: generic, secret_file: slack_secret, verify: {ed25519: {header: X-Sig, timestamp_header: X-Time, signed: '{timestamp}{body}'}}}
)");
    const auto& rule = std::get<auth::HmacRule>(config.sources.at("shop").verifier.any_of.at(0));
    EXPECT_EQ(rule.header, "x-shop-signature");
    EXPECT_EQ(rule.hash, auth::Hash::sha512);
    EXPECT_EQ(rule.key, auth::Encoding::base64);
    EXPECT_EQ(rule.digest, auth::Encoding::base64);
    EXPECT_EQ(rule.signed_text, "{id}.{timestamp}.{body}");
    EXPECT_EQ(rule.prefix, "v1,");
    EXPECT_EQ(rule.separator, " ");
    EXPECT_EQ(rule.scheme, "HMAC");
    EXPECT_EQ(rule.timestamp_header, "x-time");
    EXPECT_EQ(rule.id_header, "x-id");
    EXPECT_EQ(rule.window, std::chrono::seconds{120});
    EXPECT_EQ(config.sources.at("shop").proof, ingest::Proof::secret);
    const auto& door = config.sources.at("door").verifier.any_of;
    ASSERT_EQ(door.size(), 3u);
    EXPECT_EQ(std::get<auth::SecretRule>(door[0]).scheme, "Bearer");
    EXPECT_EQ(std::get<auth::SecretRule>(door[1]).where, auth::SecretRule::Where::path);
    EXPECT_TRUE(std::holds_alternative<auth::BasicRule>(door[2]));
    EXPECT_EQ(std::get<auth::SecretRule>(config.sources.at("body").verifier.any_of.at(0)).name, "/token");
    EXPECT_EQ(std::get<auth::HmacRule>(config.sources.at("like").verifier.any_of.at(0)).header, "x-slack-signature");
    EXPECT_TRUE(std::holds_alternative<auth::Ed25519Rule>(config.sources.at("bot").verifier.any_of.at(0)));
}

TEST(Config, ReadsSizesAndDurationsInTheirUnits)
{
    const auto config = parsed("limits: {body: 2MiB, header: 4096B, idle_time: 2m, stall: 500ms, connections: 12, machine_queue: 128MiB}");
    EXPECT_EQ(config.http.body_bytes, 2u * 1024 * 1024);
    EXPECT_EQ(config.http.header_bytes, 4096u);
    EXPECT_EQ(config.http.idle_time, std::chrono::seconds{120});
    EXPECT_EQ(config.store.stall, std::chrono::milliseconds{500});
    EXPECT_EQ(config.http.connections, 12u);
    EXPECT_EQ(config.store.machine_queue_bytes, 128u * 1024 * 1024);
}

TEST(Config, AsksForMissingFactsOnlyWhereItIsToldToAndFourTimesAnHourAtMost)
{
    EXPECT_FALSE(parsed("").nudges.stream);
    const auto config = parsed("nudges: {stream: true, every: 30m}");
    EXPECT_TRUE(config.nudges.stream);
    EXPECT_EQ(config.nudges.every, std::chrono::minutes{30});
    for (const auto* every : {"5m", "14m", "25h", "15m30s", "often"})
        EXPECT_FALSE(parse("nudges: {every: " + std::string{every} + "}", "site.yml", no_secrets)) << every;
}

TEST(Config, ReadsNamesZonesAndHosts)
{
    const auto config = parsed("timezone_aliases: {IST: Asia/Kolkata}\npeople: {sam: on-call}\nweb: {allowed_hosts: [Incidents.Example.com]}\n");
    EXPECT_EQ(config.timezone_aliases.at("IST"), "Asia/Kolkata");
    EXPECT_EQ(config.people.at("sam"), "on-call");
    EXPECT_EQ(config.allowed_hosts, std::vector<std::string>{"incidents.example.com"});
}

TEST(Config, ReadsRedactionRulesThatMaskInTheirOrder)
{
    const auto config = parsed("redaction:\n  - {name: card, text: '\\b(?:\\d[ -]?){12,15}\\d\\b', replace: '[card]'}\n"
                               "  - {name: host, text: '([a-z]+)\\.corp', replace: 'host \\1'}\n  - {name: token, text: 'tok_\\w+'}\n");
    const auto mask = mask_of(config.redaction);
    std::vector<std::string> matched;
    EXPECT_EQ(mask("4111 1111 1111 1111 on db.corp and web.corp with tok_12", matched), "[card] on host db and host web with [removed]");
    EXPECT_EQ(matched, (std::vector<std::string>{"card", "host", "host", "token"}));
    EXPECT_FALSE(mask_of({})) << "without rules there is nothing to do";
}

TEST(Config, HashesTheTextItWasReadFrom)
{
    EXPECT_EQ(parsed("").hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_NE(parsed("{}").hash, parsed("{} ").hash);
}

TEST(Config, ListsEveryProblemInOrder)
{
    const auto config = parse("rulez: []\nlimits: {bodi: 1MiB, header: big}\nbuiltin_rules: 1\n", "site.yml", no_secrets);
    ASSERT_TRUE(config.has_error());
    EXPECT_EQ(config.error().code, Errc::invalid_input);
    EXPECT_EQ(config.error().detail,
              "site.yml:1:1: unknown key \"rulez\" in the configuration, did you mean \"rules\"?\n"
              "site.yml:2:10: unknown key \"bodi\" in limits, did you mean \"body\"?\n"
              "site.yml:2:30: expected a size like 64KiB or 1MiB (units B, KiB, MiB, GiB), found \"big\"\n"
              "site.yml:3:16: expected true or false, found \"1\"");
}

TEST(Config, StopsListingAtALimit)
{
    std::string text;
    for (int i = 0; i < 200; ++i) text += "x" + std::to_string(i) + ": 1\n";
    const auto config = parse(text, "f", no_secrets);
    ASSERT_TRUE(config.has_error());
    EXPECT_EQ(std::ranges::count(config.error().detail, '\n'), 50);
    EXPECT_TRUE(config.error().detail.ends_with("and 150 more"));
}

TEST(Config, RefusesWhatIsTooLarge)
{
    const auto config = parse(std::string(256 * 1024 + 1, '#'), "f", no_secrets);
    ASSERT_TRUE(config.has_error());
    EXPECT_NE(config.error().detail.find("at most 256 KiB"), std::string::npos);
    EXPECT_TRUE(parse(std::string(256 * 1024, '#'), "f", no_secrets).has_value());
}

TEST(Config, NeverRepeatsASecret)
{
    for (const auto* const text : {"sources: {slack: {secret_file: 8f742231b10e8888}}", "sources: {slack: {secret_file: a/8f742231b10e8888}}",
                                   "sources: {slack: {secret_files: 8f742231b10e8888}}", "sources: {slack: {secret: 8f742231b10e8888}}",
                                   "sources: {slack: {secret_file: {8f742231b10e8888: x}}}", "sources: {slack: 8f742231b10e8888}"}) {
        const auto config = parse(text, "f", [](const std::string&) -> Result<std::string> { return Failure{Errc::not_found, "no such credential"}; });
        ASSERT_TRUE(config.has_error()) << text;
        EXPECT_EQ(config.error().detail.find("8f742231"), std::string::npos) << config.error().detail;
    }
}

/// The sample without its explanations, every setting switched on.
std::string sample()
{
    std::ifstream file{INCIDENT_TESTDATA_DIR "/../../deploy/incidentd.yml"};
    std::string text, line;
    while (std::getline(file, line)) {
        if (line.starts_with("##")) line.clear();  // an empty line keeps the numbers of the others
        else if (line.starts_with('#')) line.erase(0, 1);
        text += line + '\n';
    }
    return text;
}

TEST(SampleConfig, IsValidAsItShips)
{
    std::ifstream file{INCIDENT_TESTDATA_DIR "/../../deploy/incidentd.yml"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    ASSERT_FALSE(text.empty());
    EXPECT_TRUE(parse(text, "incidentd.yml", no_secrets).has_value());
}

TEST(SampleConfig, IsValidWithEverythingSwitchedOn)
{
    const auto read = [](const std::string&) -> Result<std::string> { return std::string{"secret"}; };
    const auto config = parse(sample(), "incidentd.yml", read);
    ASSERT_TRUE(config.has_value()) << config.error().detail;
    EXPECT_EQ(config->routes.size(), 1u);
    EXPECT_EQ(config->rules.size(), 4u);
    EXPECT_EQ(config->sources.size(), 7u);
    EXPECT_EQ(config->access.of("sam"), (Access::Grant{auth::Role::write, {}}));
    EXPECT_EQ(config->access.of("ci"), (Access::Grant{auth::Role::read, {"github"}}));
    EXPECT_EQ(config->access.of("a user nobody named"), (Access::Grant{auth::Role::read, {}}));
    EXPECT_TRUE(compile_rules(*config).has_value());
}

TEST(Config, ARoleThatIsNoneIsToldWithItsPlace)
{
    for (const auto* const text : {"access: {users: {sam: root}}", "access: {users: {sam: [read, 'ingest:']}}", "access: {users: [sam]}", "access: {user: {sam: read}}"}) {
        const auto config = parse(text, "f", no_secrets);
        ASSERT_TRUE(config.has_error()) << text;
        EXPECT_NE(config.error().detail.find("f:1:"), std::string::npos) << config.error().detail;
    }
}

TEST(SampleConfig, ShowsTheDefaultsOfEveryLimit)
{
    const auto read = [](const std::string&) -> Result<std::string> { return std::string{"secret"}; };
    const auto shown = parse(sample(), "incidentd.yml", read).value();
    const HttpLimits http;
    const store::StoreLimits store;
    EXPECT_EQ(shown.http.header_bytes, http.header_bytes);
    EXPECT_EQ(shown.http.body_bytes, http.body_bytes);
    EXPECT_EQ(shown.http.bulk_body_bytes, http.bulk_body_bytes);
    EXPECT_EQ(shown.http.bodies_in_flight_bytes, http.bodies_in_flight_bytes);
    EXPECT_EQ(shown.http.connections, http.connections);
    EXPECT_EQ(shown.http.connections_per_address, http.connections_per_address);
    EXPECT_EQ(shown.http.stream_clients, http.stream_clients);
    EXPECT_EQ(shown.http.stream_buffer_entries, http.stream_buffer_entries);
    EXPECT_EQ(shown.http.header_time, http.header_time);
    EXPECT_EQ(shown.http.body_time, http.body_time);
    EXPECT_EQ(shown.http.idle_time, http.idle_time);
    EXPECT_EQ(shown.http.drain_time, http.drain_time);
    EXPECT_EQ(shown.http.heartbeat, http.heartbeat);
    EXPECT_EQ(shown.store.group_events, store.group_events);
    EXPECT_EQ(shown.store.group_bytes, store.group_bytes);
    EXPECT_EQ(shown.store.machine_queue_submissions, store.machine_queue_submissions);
    EXPECT_EQ(shown.store.people_queue_submissions, store.people_queue_submissions);
    EXPECT_EQ(shown.store.machine_queue_bytes, store.machine_queue_bytes);
    EXPECT_EQ(shown.store.reader_queue_jobs, store.reader_queue_jobs);
    EXPECT_EQ(shown.store.checkpoint_wal_pages, store.checkpoint_wal_pages);
    EXPECT_EQ(shown.store.verify_at_open, store.verify_at_open);
    EXPECT_EQ(shown.store.tally_interval, store.tally_interval);
    EXPECT_EQ(shown.store.stall, store.stall);
}

TEST(Config, ReadsHowATraceIsLinked)
{
    EXPECT_EQ(parsed("sources: {otlp: {trace_url: 'https://traces.lan/{trace_id}'}}").sources.at("otlp").reads.trace_url, "https://traces.lan/{trace_id}");
    for (const auto* const bad : {"'https://traces.lan/'", "'traces.lan/{trace_id}'", "''"}) {
        const auto config = parse("sources: {otlp: {trace_url: " + std::string{bad} + "}}", "test.yml", no_secrets);
        ASSERT_FALSE(config) << bad;
        EXPECT_NE(config.error().detail.find("/{trace_id}"), std::string::npos) << config.error().detail;
    }
}

}  // namespace
}  // namespace incident::config
