# Writes OUTPUT: a C++ source that gives the texts of INPUTS, a list of files. Run with cmake -P.
string(REPLACE "|" ";" inputs "${INPUTS}")
list(SORT inputs)
list(LENGTH inputs count)
set(rows "")
foreach(input ${inputs})
    get_filename_component(name ${input} NAME_WE)
    file(READ "${input}" text)
    string(FIND "${text}" ")embedded\"" clash)
    if(NOT clash EQUAL -1)
        message(FATAL_ERROR "${input} contains the end mark of a raw string")
    endif()
    string(APPEND rows "    PresetText{\"${name}\", R\"embedded(${text})embedded\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"ingest/presets.hpp\"
#include <array>

namespace incident::ingest {

namespace {
constexpr std::array<PresetText, ${count}> texts{
${rows}};
}

std::span<const PresetText> preset_texts() noexcept { return texts; }

}  // namespace incident::ingest
")
