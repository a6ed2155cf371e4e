#include "client/editline_library.hpp"
#include "client/library_symbol.hpp"

namespace incident::ctl {

Try<const EditlineLibrary*> EditlineLibrary::load()
{
    static EditlineLibrary loaded;
    if (loaded.init != nullptr) return &loaded;
    void* library = ::dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
    EditlineLibrary found;
    const bool whole = library != nullptr && take(library, "el_init", found.init) && take(library, "el_end", found.end) && take(library, "el_gets", found.gets) &&
                       take(library, "el_set", found.set) && take(library, "history_init", found.history_init) &&
                       take(library, "history_end", found.history_end) && take(library, "history", found.history);
    if (!whole) return Trouble{Exit::failure, "libedit.so.2 cannot be loaded", "install libedit2 to edit lines and to see what others write"};
    loaded = found;
    return &loaded;
}

}  // namespace incident::ctl
