#pragma once
#include <map>
#include <string>
#include <vector>

/// What a dialect must be told by the site; config/ reads it from YAML.
namespace incident::ingest {

struct SlackSource {
    bool enabled = false;
    std::vector<std::string> signing_secrets;    ///< read from signing_secret_file(s), at most two, during rotation
    std::map<std::string, std::string> reactions;///< emoji name -> tag
    std::string own_bot_id, own_app_id;          ///< whose messages are our echo
    std::string workspace_url;                   ///< for links; empty: none
    std::map<std::string, std::string> users, channels;  ///< id -> shown name
};

/// `generic` sources: POST /api/v1/hooks/generic, or a name of their own, by a small table of JSON Pointers.
struct GenericSource {
    std::string name;
    std::map<std::string, std::vector<std::string>> fields;  ///< text, occurred_at, severity, status, key, link, author, source -> ordered JSON Pointers
    std::string each;                                        ///< pointer to an array to iterate; empty: the document
    std::string kind = "alert";
    std::map<std::string, std::string> status_map, severity_map;
    std::string zone = "UTC";                                ///< for times without one
};

}  // namespace incident::ingest
