# incident::options: what every target of this project compiles with.
add_library(incident_options INTERFACE)
add_library(incident::options ALIAS incident_options)
target_compile_options(incident_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough
    -pthread -fstack-protector-strong $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
# What an optimising GCC 12 says wrongly: that a std::optional's empty value is uninitialised (GCC bug 80635), and that the
# frames of Asio's coroutines are freed by another function than the one that made them. The sanitizers find real ones.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND (NOT CMAKE_BUILD_TYPE STREQUAL "Debug" OR INCIDENT_SANITIZE))
    target_compile_options(incident_options INTERFACE -Wno-maybe-uninitialized -Wno-mismatched-new-delete)
endif()
if(CMAKE_UNITY_BUILD)
    # These judge a file by its neighbours in the unit; the dev preset compiles each on its own and sees real ones.
    target_compile_options(incident_options INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(INCIDENT_WERROR)
    target_compile_options(incident_options INTERFACE -Werror)
endif()
target_compile_definitions(incident_options INTERFACE
    BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_SEPARATE_COMPILATION      # Asio and Beast bodies are compiled once, in daemon/net/asio_beast.cpp
    BOOST_BEAST_SEPARATE_COMPILATION
    SPDLOG_FMT_EXTERNAL
    $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>
    $<$<NOT:$<OR:$<CONFIG:Debug>,$<BOOL:${INCIDENT_FUZZ}>>>:_FORTIFY_SOURCE=2>)  # it hides from ASan what it checks
if(INCIDENT_FUZZ)
    # Clang 16: it reads libstdc++ 12's views, 14 does not.
    target_compile_options(incident_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer
        -fno-sanitize-recover=all)
    target_link_options(incident_options INTERFACE -fsanitize=address,undefined)
endif()
if(INCIDENT_SANITIZE)
    list(JOIN INCIDENT_SANITIZE "," sanitizers)
    target_compile_options(incident_options INTERFACE -fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(incident_options INTERFACE -fsanitize=${sanitizers})
    if("thread" IN_LIST INCIDENT_SANITIZE)
        # GCC's thread sanitizer does not know atomic_thread_fence; -Wtsan would stop the build.
        target_compile_definitions(incident_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    endif()
endif()
