#pragma once
#include "client/trouble.hpp"
#include <chrono>
#include <functional>
#include <optional>

/// HTML -> PDF through a program that is installed; incidentctl brings none.
namespace incident::ctl {

inline constexpr std::chrono::seconds pdf_time_limit{60};
inline constexpr std::size_t max_pdf_bytes = 256u << 20;

struct PdfMaker {
    enum class Kind { weasyprint, chromium };
    Kind kind = Kind::weasyprint;
    std::string path;
};

/// WeasyPrint before Chromium and its relatives, as they stand in PATH.
/// @param executable whether a file may be run; tests bring their own.
[[nodiscard]] std::optional<PdfMaker> find_pdf_maker(std::string_view path_variable, const std::function<bool(const std::string&)>& executable);
[[nodiscard]] std::optional<PdfMaker> find_pdf_maker();

/// What to install, as an error.
[[nodiscard]] Trouble no_pdf_maker();

/// The program's arguments; the page and the result lie in `folder`.
[[nodiscard]] std::vector<std::string> pdf_arguments(const PdfMaker& maker, const std::string& folder, bool root);

/// Runs it without a shell on a page in a folder of its own that only we can read and that is gone afterwards, with an
/// environment of its own, and without network as far as the program lets us.
/// @return Exit::failure with what the program said, or that it took longer than `limit`; Exit::interrupted on Ctrl-C.
[[nodiscard]] Try<std::string> to_pdf(const PdfMaker& maker, std::string_view html, std::chrono::milliseconds limit = pdf_time_limit);

}  // namespace incident::ctl
