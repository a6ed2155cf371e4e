#include "api/figures.hpp"

namespace incident::api {

Result<FiguresOrWhy> read_figures(store::Reader& reader, const Incident& incident)
{
    FiguresOrWhy read;
    read.key = incident.key;
    const auto size = reader.incident_size(incident.key);
    if (!size) return size.error();
    if (*size > max_figured_events) {
        read.why = "it has more than " + std::to_string(max_figured_events) + " events; see: incidentctl show " + to_string(incident.key);
        return read;
    }
    auto entries = reader.incident_entries(incident.key);
    if (!entries) return entries.error();
    const auto timeline = timeline::build_taking(std::move(*entries), incident.key);
    if (!timeline) {
        read.why = timeline.error().detail;
        return read;
    }
    read.figures = timeline::figures_of(*timeline);
    return read;
}

}  // namespace incident::api
