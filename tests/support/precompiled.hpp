#pragma once
// What most tests include, precompiled.
#include "wire/json.hpp"
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
