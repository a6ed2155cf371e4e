#include "draft/brief.hpp"

namespace incident::draft {
namespace {

std::string method_in_words(const std::string& how)
{
    if (how == "alert") return "A monitoring alert.";
    if (how == "engineer") return "An engineer noticed it.";
    if (how == "customer") return "A customer reported it.";
    return how;
}

class Labels {
public:
    Labels(Page& page, const Document& document, const Times& times) : page_(page), document_(document), times_(times), moments_(moments_of(document, times)) {}

    [[nodiscard]] const Moments& moments() const noexcept { return moments_; }

    /// The bullets that tell of one of `parts`, else what a person said of there being none, else the TODOs.
    void label(std::string heading, unsigned parts, const std::string& none = {})
    {
        add_heading(page_, 3, std::move(heading));
        bool any = false;
        for (const auto* bullet : moments_.shown) {
            if ((bullet->parts & parts) == 0) continue;
            add_moment(page_, *bullet, times_, moments_, true);
            any = true;
        }
        if (!any && !none.empty()) add_paragraph(page_, none);
        for (const auto& todo : document_.timeline_todos)
            if ((todo.about & parts) != 0) add_todos(page_, {&todo, 1});
    }

    void detection_method()
    {
        add_heading(page_, 3, "Detection method");
        if (!document_.detected_how.empty()) {
            Block block;
            block.kind = Block::Kind::item;
            block.text = method_in_words(document_.detected_how);
            page_.push_back(std::move(block));
        }
        for (const auto& todo : document_.timeline_todos)
            if (todo.about == part::detection_how) add_todos(page_, {&todo, 1});
    }

    /// What belongs under none of the labels is not lost for it.
    void others(unsigned labelled)
    {
        bool any = false;
        for (const auto* bullet : moments_.shown) {
            if ((bullet->parts & labelled) != 0) continue;
            if (!any) add_heading(page_, 3, "Also recorded");
            any = true;
            add_moment(page_, *bullet, times_, moments_, true);
        }
    }

private:
    Page& page_;
    const Document& document_;
    const Times& times_;
    Moments moments_;
};

}  // namespace

Page labelled_page(const Document& document, const Times& times, const Options& options)
{
    constexpr unsigned actions = part::action | part::hypothesis;
    Page page;
    add_heading(page, 1, "Postmortem: " + document.title, false);
    add_private_notice(page, document);
    add_summary(page, document);
    add_heading(page, 2, "Timeline");
    Labels labels{page, document, times};
    add_zone(page, labels.moments(), options);
    labels.label("Detection", part::detection);
    labels.detection_method();
    labels.label("Actions taken", actions);
    labels.label("Misleading paths", part::misleading_path, document.no_misleading_path);
    labels.label("Escalation", part::escalation, document.no_escalation);
    labels.label("Resolution", part::resolution);
    labels.others(part::detection | actions | part::misleading_path | part::escalation | part::resolution);
    add_remarks(page, document, {});
    add_cause_and_measures(page, document);
    return page;
}

}  // namespace incident::draft
