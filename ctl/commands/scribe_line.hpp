#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace incident::ctl {

/// What a line typed into `scribe` means, as the words of a command line behind the program's name. Pure.
///
///   x was not traffic    a verb's letter and a space: that verb; its flags stand as they do there
///   @02:31 db down       a time first, then text or a letter
///   u · s · l · ?        alone: undo, status, the last ten events, help
///   ic tag . action      any command, with `ic` or `incidentctl` in front and quotes as in a shell
///   everything else      a note, as typed
///
/// @return empty: the line is blank.
[[nodiscard]] std::vector<std::string> words_of_line(std::string_view line);

/// The words as one would type them at a shell, with the moment they were said.
[[nodiscard]] std::string command_of(const std::vector<std::string>& words);

}  // namespace incident::ctl
