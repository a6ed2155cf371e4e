#pragma once
#include <dlfcn.h>

namespace incident::ctl {

/// Looks `name` up in a library that dlopen() gave. False: it has no such function.
template <class Function>
[[nodiscard]] bool take(void* library, const char* name, Function& into)
{
    into = reinterpret_cast<Function>(::dlsym(library, name));  // POSIX promises that the object pointer is the function
    return into != nullptr;
}

}  // namespace incident::ctl
