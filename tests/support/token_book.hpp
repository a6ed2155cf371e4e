#pragma once
#include "store/side_books.hpp"
#include <algorithm>

namespace incident::test {

/// Tokens in memory, for tests of who may come in.
class MemoryTokens final : public store::TokenBook {
 public:
    [[nodiscard]] std::shared_ptr<const std::vector<auth::Token>> tokens() const override { return tokens_; }
    [[nodiscard]] boost::asio::awaitable<Result<void>> add(auth::Token token) override
    {
        if (std::ranges::any_of(*tokens_, [&](const auto& known) { return known.name == token.name && !known.revoked_at; }))
            co_return Failure{Errc::conflict, "there is a token " + token.name + " already"};
        put(std::move(token));
        co_return Result<void>{};
    }
    [[nodiscard]] boost::asio::awaitable<Result<auth::Token>> revoke(std::string id, Instant at) override
    {
        auto all = *tokens_;
        const auto found = std::ranges::find(all, id, &auth::Token::id);
        if (found == all.end()) co_return Failure{Errc::not_found, "there is no token " + id};
        if (!found->revoked_at) found->revoked_at = at;
        const auto revoked = *found;
        tokens_ = std::make_shared<const std::vector<auth::Token>>(std::move(all));
        co_return revoked;
    }
    void put(auth::Token token)
    {
        auto all = *tokens_;
        all.push_back(std::move(token));
        tokens_ = std::make_shared<const std::vector<auth::Token>>(std::move(all));
    }

 private:
    std::shared_ptr<const std::vector<auth::Token>> tokens_ = std::make_shared<const std::vector<auth::Token>>();
};

}  // namespace incident::test
