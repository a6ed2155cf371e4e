#include "commands/pdf.hpp"
#include "support/temp_folder.hpp"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace incident::ctl {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(PdfMaker, IsWeasyPrintBeforeChromiumWhereverTheyStandInPath)
{
    const auto has = [](std::vector<std::string> files) {
        return [files = std::move(files)](const std::string& file) { return std::ranges::find(files, file) != files.end(); };
    };
    const std::string_view path = "/usr/local/bin:/usr/bin::bin";
    EXPECT_FALSE(find_pdf_maker(path, has({})));
    EXPECT_FALSE(find_pdf_maker(path, has({"bin/weasyprint", "/weasyprint"}))) << "never from where somebody happens to stand";
    const auto both = find_pdf_maker(path, has({"/usr/local/bin/chromium", "/usr/bin/weasyprint"}));
    ASSERT_TRUE(both);
    EXPECT_EQ(both->path, "/usr/bin/weasyprint");
    EXPECT_EQ(both->kind, PdfMaker::Kind::weasyprint);
    for (const auto* name : {"chromium", "chromium-browser", "google-chrome"})
        EXPECT_EQ(find_pdf_maker(path, has({std::string{"/usr/bin/"} + name}))->kind, PdfMaker::Kind::chromium) << name;
}

TEST(PdfMaker, GetsNoNetworkAndNoShell)
{
    const auto all = pdf_arguments({PdfMaker::Kind::chromium, "/usr/bin/chromium"}, "/tmp/a b;c", false);
    EXPECT_THAT(all, Contains("--host-resolver-rules=MAP * ~NOTFOUND"));
    EXPECT_THAT(all, Contains("--print-to-pdf=/tmp/a b;c/page.pdf"));
    EXPECT_THAT(all, Not(Contains("--no-sandbox")));
    EXPECT_EQ(all.back(), "file:///tmp/a b;c/page.html");
    EXPECT_THAT(pdf_arguments({PdfMaker::Kind::chromium, "/usr/bin/chromium"}, "/tmp/x", true), Contains("--no-sandbox"));
}

TEST(PdfMaker, IsNamedWithWhatToInstallWhenThereIsNone)
{
    const auto trouble = no_pdf_maker();
    EXPECT_EQ(trouble.exit, Exit::failure);
    EXPECT_THAT(trouble.fix, HasSubstr("apt install weasyprint"));
}

/// A program of the test's own in the place of WeasyPrint: `$3` is the page, `$4` where the PDF goes.
class MadePdf : public testing::Test {
protected:
    PdfMaker maker(const std::string& script)
    {
        const auto path = (folder.path() / "weasyprint").string();
        std::ofstream{path} << "#!/bin/sh\n" << script << '\n';
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return {PdfMaker::Kind::weasyprint, path};
    }
    test::TempFolder folder;
};

TEST_F(MadePdf, IsWhatTheProgramMadeOfThePage)
{
    const auto pdf = to_pdf(maker("{ printf '%%PDF-1.7 '; cat \"$3\"; } > \"$4\""), "<p>a page</p>");
    ASSERT_TRUE(pdf) << pdf.error().cause;
    EXPECT_EQ(*pdf, "%PDF-1.7 <p>a page</p>");
}

TEST_F(MadePdf, LeavesNothingBehindAndTellsTheProgramNothingOfOurs)
{
    ::setenv("INCIDENTCTL_TOKEN", "secret", 1);
    const auto note = folder.path() / "note";
    const auto pdf = to_pdf(maker("env > " + note.string() + "; echo \"$3\" >> " + note.string() + "; stat -c %a \"$(dirname \"$3\")\" >> " + note.string() +
                                  "; printf %%PDF- > \"$4\""),
                            "<p>a page</p>");
    ::unsetenv("INCIDENTCTL_TOKEN");
    ASSERT_TRUE(pdf) << pdf.error().cause;
    std::ifstream file{note};
    std::string line, page, mode;
    while (std::getline(file, line)) {
        EXPECT_FALSE(line.starts_with("INCIDENTCTL")) << line;
        page = mode;
        mode = line;
    }
    EXPECT_EQ(mode, "700");
    EXPECT_TRUE(page.ends_with("/page.html")) << page;
    EXPECT_FALSE(std::filesystem::exists(std::filesystem::path{page}.parent_path()));
}

TEST_F(MadePdf, SaysWhatTheProgramSaidWhenItFailed)
{
    const auto failed = to_pdf(maker("echo starting; echo 'no fonts \033[31mhere' >&2; exit 3"), "x");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().exit, Exit::failure);
    EXPECT_THAT(failed.error().cause, HasSubstr("made no PDF: no fonts \\x1b[31mhere"));
    EXPECT_FALSE(to_pdf(maker("exit 0"), "x")) << "an exit status of 0 is no document";
    EXPECT_FALSE(to_pdf(maker("echo '<html>' > \"$4\""), "x"));
    EXPECT_FALSE(to_pdf({PdfMaker::Kind::weasyprint, (folder.path() / "absent").string()}, "x"));
}

TEST_F(MadePdf, EndsAProgramThatTakesTooLongWithItsHelpers)
{
    // The helper holds the writing end; once it is dead, and only then, the reader finds the end.
    const auto fifo = (folder.path() / "fifo").string();
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ASSERT_GE(reader, 0);
    const auto slow = to_pdf(maker("sleep 1000 > " + fifo + " & wait"), "x", std::chrono::seconds{1});
    ASSERT_FALSE(slow);
    EXPECT_THAT(slow.error().cause, HasSubstr("took longer than 1 s"));
    constexpr int patience_ms = 10000;
    pollfd end{reader, POLLIN, 0};
    char byte = 0;
    ssize_t got = ::read(reader, &byte, 1);
    while (got < 0 && errno == EAGAIN && ::poll(&end, 1, patience_ms) == 1) got = ::read(reader, &byte, 1);
    EXPECT_EQ(got, 0) << "a helper is still there";
    ::close(reader);
}

}  // namespace
}  // namespace incident::ctl
