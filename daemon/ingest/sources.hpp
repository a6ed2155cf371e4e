#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

/// What a dialect must be told by the site; config/ reads it from YAML.
namespace incident::ingest {

class Mapping;  ///< ingest/mapping.hpp: JSON Pointers instead of code

/// How a chat system's words become ours.
struct ChatSettings {
    std::map<std::string, std::string> reactions;        ///< emoji name -> tag; `pushpin` for pins; a shortcut's callback_id
    std::vector<std::string> own_bot_ids, own_app_ids;   ///< whose messages are our echo
    std::string workspace_url;                           ///< for links; empty: none
    std::map<std::string, std::string> users, channels;  ///< id -> shown name
    std::vector<std::string> slash_commands;             ///< empty: any
    bool bots = false;                                   ///< record what other programs post, too
};

/// One `sources:` entry of the configuration, or the built-in default of that name.
struct Source {
    std::string name;     ///< stands in the hook's path and is the events' `source`
    std::string dialect;  ///< of dialects(): `github`, …, or `mapping`
    std::shared_ptr<const Mapping> mapping;  ///< with the dialect `mapping`
    ChatSettings chat;
    std::string zone;                        ///< for times without one; empty: the arrival counts then
    std::string trace_url;                   ///< OTLP: `https://…/{trace_id}`, a link to a record's trace; empty: none
    std::vector<std::string> topics;         ///< SNS: the topic ARNs we take; empty: any
};

}  // namespace incident::ingest
