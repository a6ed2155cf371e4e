#include "draft/reexport.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <dtl/dtl.hpp>
#include <sstream>

namespace incident::draft {
namespace {

constexpr std::string_view mark_begins = "<!-- incidentd:", mark_ends = "-->";

/// Text between marks, or text outside of any.
struct Part {
    std::string name, checksum;  ///< empty name: outside
    std::string text;
};

struct MarkedFile {
    std::optional<MarkedAs> as;
    std::vector<std::string> names;  ///< that the export of then had
    std::vector<Part> parts;
    std::vector<std::string> warnings;
    bool crlf = false;
};

std::string without_returns(std::string_view text)
{
    std::string even;
    even.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') even += text[i];
    return even;
}

std::vector<std::string_view> whole_lines(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

/// `begin timeline 9f3c…` of a line that is a mark.
std::optional<std::vector<std::string>> words_of_mark(std::string_view line)
{
    line = trimmed(line);
    if (!line.starts_with(mark_begins) || !line.ends_with(mark_ends) || line.size() < mark_begins.size() + mark_ends.size()) return std::nullopt;
    line = line.substr(mark_begins.size(), line.size() - mark_begins.size() - mark_ends.size());
    std::vector<std::string> words;
    std::istringstream in{std::string{line}};
    for (std::string word; in >> word;) words.push_back(std::move(word));
    if (words.empty()) return std::nullopt;
    return words;
}

std::string mark(std::string_view what, std::string_view name, std::string_view checksum = {})
{
    return std::string{mark_begins}.append(what).append(" ").append(name).append(checksum.empty() ? "" : " ").append(checksum) + " -->\n";
}

class MarkReader {
public:
    explicit MarkReader(std::string_view text) : lines_(whole_lines(text)) {}

    MarkedFile read()
    {
        for (at_ = 0; at_ < lines_.size(); ++at_) {
            const auto words = words_of_mark(lines_[at_]);
            if (!words) outside(lines_[at_]);
            else if (words->front() == "draft" && words->size() >= 3 && !file_.as) head(*words);
            else if (words->front() == "begin" && words->size() == 3) section((*words)[1], (*words)[2]);
            else {
                warn("a mark that opens nothing");
                outside(lines_[at_]);
            }
        }
        // Copied sections: nobody can tell which of them is the one.
        for (auto& part : file_.parts) {
            if (part.name.empty() || std::ranges::count(file_.parts, part.name, &Part::name) < 2) continue;
            const auto name = part.name;
            file_.warnings.push_back("the section " + name + " stands there more than once; all of it stays as it is");
            for (auto& other : file_.parts)
                if (other.name == name) {
                    other.text = mark("begin", name, other.checksum) + other.text + mark("end", name);
                    other.name.clear();
                }
        }
        return std::move(file_);
    }

private:
    void outside(std::string_view text)
    {
        if (file_.parts.empty() || !file_.parts.back().name.empty()) file_.parts.emplace_back();
        file_.parts.back().text += text;
    }

    void warn(const std::string& what) { file_.warnings.push_back("line " + std::to_string(at_ + 1) + ": " + what + "; what stands there stays as it is"); }

    void head(const std::vector<std::string>& words)
    {
        file_.as = MarkedAs{words[1], words[2]};
        file_.names.assign(words.begin() + 3, words.end());
    }

    void section(const std::string& name, const std::string& checksum)
    {
        auto end = at_ + 1;
        std::optional<std::vector<std::string>> words;
        while (end < lines_.size() && !(words = words_of_mark(lines_[end]))) ++end;
        if (!words || words->front() != "end" || words->size() != 2 || (*words)[1] != name) {
            warn("the mark at the end of the section " + name + " is missing");
            outside(lines_[at_]);
            return;
        }
        Part part{name, checksum, {}};
        for (auto line = at_ + 1; line < end; ++line) part.text += lines_[line];
        file_.parts.push_back(std::move(part));
        at_ = end;
    }

    std::vector<std::string_view> lines_;
    std::size_t at_ = 0;
    MarkedFile file_;
};

MarkedFile read_marked(std::string_view text)
{
    const bool crlf = text.find("\r\n") != std::string_view::npos;
    const auto even = without_returns(text);
    auto file = MarkReader{even}.read();
    file.crlf = crlf;
    return file;
}

bool untouched(const Part& part) { return trimmed(part.text).empty() || checksum_of(part.text) == part.checksum; }

bool contains(const std::vector<std::string>& names, const std::string& name) { return std::ranges::find(names, name) != names.end(); }

const Part* find_part(const MarkedFile& file, const std::string& name)
{
    const auto found = std::ranges::find(file.parts, name, &Part::name);
    return found == file.parts.end() ? nullptr : &*found;
}

Result<void> check_same_draft(const MarkedFile& before, const MarkedFile& now)
{
    const bool any = std::ranges::any_of(before.parts, [](const Part& part) { return !part.name.empty(); });
    if (!before.as && !any)
        return Failure{Errc::invalid_input, "it has no marks of a draft, so it would be lost: give another file, or --force to overwrite it"};
    if (!before.as || !now.as) return {};
    if (before.as->incident != now.as->incident)
        return Failure{Errc::invalid_input, "it is the draft of " + visible(shortened(before.as->incident, 64)) + ": give another file, or --force to overwrite it"};
    if (before.as->template_name != now.as->template_name)
        return Failure{Errc::invalid_input, "it was made with --template " + visible(shortened(before.as->template_name, 64)) +
                                                ": give that, another file, or --force to overwrite it"};
    return {};
}

std::string printed(const Part& part)
{
    if (part.name.empty()) return part.text;
    return mark("begin", part.name, part.checksum) + part.text + mark("end", part.name);
}

class Merge {
public:
    Merge(MarkedFile before, MarkedFile now) : before_(std::move(before)), now_(std::move(now)) {}

    Reexport run()
    {
        result_.warnings = before_.warnings;
        for (auto& part : before_.parts) {
            if (part.name.empty()) out_.push_back(std::move(part));
            else one(std::move(part));
        }
        add_new();
        std::string text;
        if (now_.as) {
            text = std::string{mark_begins} + "draft " + now_.as->incident + ' ' + now_.as->template_name;
            for (const auto& part : now_.parts)
                if (!part.name.empty()) text += ' ' + part.name;
            text += " -->\n";
        }
        for (const auto& part : out_) text += printed(part);
        if (before_.crlf) {
            std::string returned;
            for (const char c : text) returned.append(c == '\n' ? "\r\n" : std::string(1, c));
            text = std::move(returned);
        }
        result_.text = std::move(text);
        return std::move(result_);
    }

private:
    void one(Part part)
    {
        const auto* generated = find_part(now_, part.name);
        if (!generated) {
            if (!untouched(part)) {
                out_.push_back(std::move(part));
                return;
            }
            result_.dropped.push_back(part.name);
            if (!out_.empty() && out_.back().name.empty() && out_.back().text.ends_with("\n")) out_.back().text.pop_back();  // the empty line before it
            return;
        }
        if (untouched(part)) {
            if (part.text != generated->text) result_.renewed.push_back(part.name);
            out_.push_back(*generated);
            return;
        }
        // Where nothing new was told since, there is nothing to show.
        if (generated->checksum != part.checksum && checksum_of(part.text) != generated->checksum)
            result_.kept.push_back({part.name, line_difference(part.text, generated->text)});
        out_.push_back(std::move(part));
    }

    void add_new()
    {
        std::string before_it;
        for (const auto& part : now_.parts) {
            if (part.name.empty()) continue;
            const auto& name = part.name;
            const bool there = std::ranges::find(out_, name, &Part::name) != out_.end();
            // Whose name the last export knew and that is not there any more was taken out by people. Without the head's
            // list nobody can tell, and text that came back against their will would be worse.
            if (!there && before_.as && !contains(before_.names, name)) {
                insert_behind(before_it, part);
                result_.added.push_back(name);
            }
            if (there || contains(result_.added, name)) before_it = name;
        }
        if (!before_.as) result_.warnings.emplace_back("the mark in the first line is gone; no new section was added");
    }

    void insert_behind(const std::string& name, const Part& part)
    {
        auto place = std::ranges::find(out_, name, &Part::name);
        if (name.empty() || place == out_.end()) {
            place = std::ranges::find_if(out_, [](const Part& each) { return !each.name.empty(); });
            place = out_.insert(place, part);
            out_.insert(std::next(place), Part{{}, {}, "\n"});
            return;
        }
        place = out_.insert(std::next(place), Part{{}, {}, "\n"});
        out_.insert(std::next(place), part);
    }

    MarkedFile before_, now_;
    std::vector<Part> out_;
    Reexport result_;
};

}  // namespace

Result<Reexport> reexport(std::string_view file, std::string_view generated)
{
    auto before = read_marked(file);
    auto now = read_marked(generated);
    if (auto same = check_same_draft(before, now); !same) return same.error();
    return Merge{std::move(before), std::move(now)}.run();
}

std::string line_difference(std::string_view before, std::string_view after)
{
    std::vector<std::string> old_lines, new_lines;
    const auto fill = [](std::vector<std::string>& lines, std::string_view text) {
        const auto even = without_returns(text);
        for (auto line : whole_lines(even)) {
            while (line.ends_with('\n')) line.remove_suffix(1);
            lines.emplace_back(line);
        }
    };
    fill(old_lines, before);
    fill(new_lines, after);
    if (old_lines == new_lines) return {};
    if (old_lines.size() + new_lines.size() > max_compared_lines)
        return "-(" + std::to_string(old_lines.size()) + " lines)\n+(" + std::to_string(new_lines.size()) + " lines)\n";
    try {
        dtl::Diff<std::string> diff{old_lines, new_lines};
        diff.onHuge();
        diff.compose();
        diff.composeUnifiedHunks();
        std::ostringstream out;
        diff.printUnifiedFormat(out);
        return out.str();
    } catch (const std::exception&) {  // out of memory within the library: the sizes still tell something
        return "-(" + std::to_string(old_lines.size()) + " lines)\n+(" + std::to_string(new_lines.size()) + " lines)\n";
    }
}

}  // namespace incident::draft
