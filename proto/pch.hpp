// What most files that speak JSON include, compiled once. Asio's folders have a heavier one (daemon/pch.hpp).
#pragma once
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>
