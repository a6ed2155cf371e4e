#pragma once
#include "auth/access.hpp"
#include "config/read_node.hpp"

namespace incident::config {

/// What the users of the web configuration may do: `access: {users: {sam: write, ci: [read, "ingest:github"]}}`. Who is a user there
/// and stands not here may read.
struct Access {
    struct Grant {
        auth::Role role = auth::Role::none;
        std::set<std::string> ingest;
        bool operator==(const Grant&) const = default;
    };
    std::map<std::string, Grant, std::less<>> users;
    [[nodiscard]] Grant of(std::string_view user) const;
};

void read_access(const Node& node, Access& access, Problems& problems);

}  // namespace incident::config
