#pragma once
#include "client/trouble.hpp"
#include <cstdio>

namespace incident::ctl {

/// The functions of libedit that we call, from the library loaded when the first of them is needed: no other verb shall wait
/// for it, and no build needs its headers. The numbers are those of <histedit.h>, which stand since libedit exists.
struct EditlineLibrary {
    struct Editor;   ///< EditLine
    struct History;
    struct HistoryEvent {
        int number;
        const char* text;
    };
    static constexpr int prompt = 0, edit_mode_word = 2, signals = 3, use_history = 10, read_character = 13, refresh = 20;
    static constexpr int history_size = 1, history_enter = 10, history_unique = 20;

    Editor* (*init)(const char* program, std::FILE* in, std::FILE* out, std::FILE* err) = nullptr;
    void (*end)(Editor*) = nullptr;
    const char* (*gets)(Editor*, int* length) = nullptr;
    int (*set)(Editor*, int what, ...) = nullptr;
    History* (*history_init)() = nullptr;
    void (*history_end)(History*) = nullptr;
    int (*history)(History*, HistoryEvent*, int what, ...) = nullptr;

    /// Loaded once and kept. @return Exit::failure naming the package when it is not there.
    [[nodiscard]] static Try<const EditlineLibrary*> load();
};

}  // namespace incident::ctl
