#include "wire/routes.hpp"
#include <gtest/gtest.h>

namespace incident::wire {
namespace {

TEST(PathSegment, EncodesWhatWouldEndOrWalkASegment)
{
    EXPECT_EQ(path_segment("INC-7"), "INC-7");
    EXPECT_EQ(path_segment("a/b?c#d e%"), "a%2Fb%3Fc%23d%20e%25");
    EXPECT_EQ(path_segment("\xC3\xA9"), "%C3%A9");
    EXPECT_EQ(path_segment(".."), "%2E%2E");
    EXPECT_EQ(path_segment("a.b"), "a.b");
}

}  // namespace
}  // namespace incident::wire
