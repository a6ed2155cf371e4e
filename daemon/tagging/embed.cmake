# Writes OUTPUT: a C++ source that gives the text of INPUT. Run with cmake -P.
file(READ "${INPUT}" text)
string(FIND "${text}" ")embedded\"" clash)
if(NOT clash EQUAL -1)
    message(FATAL_ERROR "${INPUT} contains the end mark of a raw string")
endif()
file(WRITE "${OUTPUT}" "#include \"tagging/rules.hpp\"

namespace incident::tagging {

std::string_view builtin_rules_yaml()
{
    return R\"embedded(${text})embedded\";
}

}  // namespace incident::tagging
")
