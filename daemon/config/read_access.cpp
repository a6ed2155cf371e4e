#include "config/access.hpp"

namespace incident::config {

Access::Grant Access::of(std::string_view user) const
{
    const auto found = users.find(user);
    return found == users.end() ? Grant{auth::Role::read, {}} : found->second;
}

void read_access(const Node& node, Access& access, Problems& problems)
{
    const auto read_users = [&](const Node& users) {
        if (users.type == Node::Type::null) return;
        if (users.type != Node::Type::map) {
            problems.add(users.at, "expected a map of users to their roles, like sam: write");
            return;
        }
        for (const auto& member : users.map) {
            auth::Token roles;
            for (const auto& word : read_words(*member.value, problems))
                if (auto added = auth::add_role(roles, word); !added) problems.add(member.value->at, added.error().detail);
            access.users[member.key] = {roles.role, std::move(roles.ingest)};
        }
    };
    const Key keys[]{{"users", read_users}};
    read_map(node, keys, problems, "access");
}

}  // namespace incident::config
