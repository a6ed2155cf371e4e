// Replaced by this folder's first source file.
#include "api/decide.hpp"
#include "api/service.hpp"
