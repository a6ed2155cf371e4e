#include "draft/html_style.hpp"

namespace incident::draft {
namespace {

// Dark is for screens only: paper stays white whatever the reader's desktop prefers. For WeasyPrint (57) variables stand in
// longhands only, nothing rests on `gap`, and inside the picture the colours are attributes too: it does not apply a page's
// stylesheet to SVG.
constexpr std::string_view style = R"(:root{color-scheme:light;--ink:#1d1d22;--paper:#fff;--soft:#56565f;--line:#d4d5dc;--panel:#f5f6f8;--link:#0b4f9e;
--todo-ink:#7a2e00;--todo:#fff1e0;--todo-line:#c2570c;
--lead:#e3e5ea;--undetected:#b42318;--diagnosing:#8f5f00;--recovering:#1a6b46;--after:#dcebe2;--on:#fff;--lost:#7b2d8b;--lost-soft:#f4e6f7}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--ink:#ececf0;--paper:#16171b;--soft:#adaeb9;--line:#3a3c45;--panel:#1f2026;--link:#8fc1ff;
--todo-ink:#ffc48a;--todo:#3a2612;--todo-line:#e08a3c;
--lead:#41434d;--undetected:#ff9d93;--diagnosing:#efc05a;--recovering:#74cf9c;--after:#2d4638;--on:#16171b;--lost:#dd9cec;--lost-soft:#37213d}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:50rem;color:var(--ink);background-color:var(--paper);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;overflow-wrap:break-word}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .35rem}
h2{font-size:1.25rem;line-height:1.3;margin:2.25rem 0 .6rem;padding-top:.6rem;border-top:1px solid;border-top-color:var(--line)}
h3{font-size:1rem;margin:1.4rem 0 .4rem}
p{margin:.6rem 0}
a{color:var(--link)}
a:focus-visible{outline:2px solid;outline-color:var(--link);outline-offset:2px}
.facts-line,.soft,caption,footer,figcaption{color:var(--soft);font-size:.875rem}
.facts-line{margin:0 0 1rem}
.notice{border:2px solid;border-color:var(--undetected);border-radius:.4rem;padding:.5rem .75rem;margin:1rem 0}
code{font:.875em/1.4 ui-monospace,"DejaVu Sans Mono",monospace;white-space:nowrap}
.todo{color:var(--todo-ink);background-color:var(--todo);border-left:.25rem solid;border-left-color:var(--todo-line);padding:.15rem .5rem;border-radius:0 .25rem .25rem 0}
dl{margin:0}
dl>div{padding:.35rem 0}
dt{font-weight:600}
dd{margin:0}
dd+dd{margin-top:.3rem}
ul,ol{margin:.4rem 0;padding:0}
ul{list-style:none}
ul>li{padding:.2rem 0 .2rem 1.4rem;position:relative}
ul>li:before{content:"";position:absolute;left:.3rem;top:.85em;width:.35rem;height:.35rem;border-radius:50%;background-color:var(--soft)}
ul.tasks>li:before{left:0;top:.5em;width:.8rem;height:.8rem;border-radius:.15rem;border:1.5px solid;border-color:var(--soft);background-color:transparent}
li>p{margin:.2rem 0}
ul>li.todo{padding-left:.5rem;margin:.3rem 0}ul>li.todo:before{display:none}
ol.timeline{list-style:none}
ol.timeline>li{padding:.3rem .5rem;border-left:.25rem solid;border-left-color:var(--line);margin:.15rem 0}
a.end{white-space:nowrap;font-size:.8125rem;padding:0 .35rem;border:1px solid;border-color:var(--lost);border-radius:.6rem;color:var(--ink);text-decoration:none}
ol.timeline>li:target{background-color:var(--panel)}
.row{display:table;width:100%}.at,.what{display:table-cell}
.at{width:4.1rem;padding-right:.9rem;white-space:nowrap;font-weight:600;font-variant-numeric:tabular-nums}
.timeline.long .at{width:5.9rem}
ol.timeline>li.undetected{border-left-color:var(--undetected)}
ol.timeline>li.recovering{border-left-color:var(--recovering)}
ol.timeline>li.lost{border-left-color:var(--lost);background-color:var(--lost-soft)}
figure{margin:1rem 0;break-inside:avoid}
svg{display:block;width:100%;overflow:visible;font:12px/1 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
.p-track{fill:var(--panel);stroke:var(--line)}
.p-lead{fill:var(--lead);stroke:var(--soft)}.p-undetected{fill:var(--undetected);stroke:var(--paper)}.p-diagnosing{fill:var(--diagnosing);stroke:var(--paper)}
.p-recovering{fill:var(--recovering);stroke:var(--paper)}.p-after{fill:var(--after);stroke:var(--soft)}
.p-on{fill:var(--on)}.p-ink{fill:var(--ink)}.p-soft{fill:var(--soft)}.p-rule{stroke:var(--soft)}.p-pin{fill:var(--ink)}.p-pin-text{fill:var(--paper)}
.p-lost{fill:var(--lost-soft);stroke:var(--lost)}.p-lost-pin{fill:var(--lost)}
.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;list-style:none;margin:.5rem 0;font-size:.875rem}
.legend>li{padding:.15rem 1.1rem .15rem 0}
.legend>li:before{display:none}
.pin,.swatch{display:inline-block;width:1.25rem;height:1.25rem;line-height:1.25rem;border-radius:50%;text-align:center;font-size:.75rem;font-weight:700;background-color:var(--ink);color:var(--paper);margin-right:.4rem}
.swatch{width:.9rem;height:.9rem;border-radius:.15rem;vertical-align:-.1rem;border:1px solid;border-color:var(--soft);background-color:var(--panel)}
.swatch.lead{background-color:var(--lead)}.swatch.undetected{background-color:var(--undetected)}.swatch.diagnosing{background-color:var(--diagnosing)}
.swatch.recovering{background-color:var(--recovering)}.swatch.after{background-color:var(--after)}
table{border-collapse:collapse;width:100%;margin:.75rem 0;font-size:.9375rem}
caption{text-align:left;padding:0 0 .3rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem .4rem 0;border-top:1px solid;border-top-color:var(--line);font-variant-numeric:tabular-nums}
th{font-weight:600;white-space:nowrap}
thead th{font-size:.8125rem;color:var(--soft);border-top:0}
.num{white-space:nowrap}
ol.lost{list-style:none}
ol.lost>li{border-left:.25rem solid;border-left-color:var(--lost);background-color:var(--lost-soft);padding:.5rem .75rem;margin:.5rem 0;border-radius:0 .4rem .4rem 0;break-inside:avoid}
ol.lost .pin{background-color:var(--lost)}
ol.lost p{margin:.25rem 0}
footer{margin-top:2.5rem;padding-top:.6rem;border-top:1px solid;border-top-color:var(--line)}
@media screen and (max-width:40rem){body{padding-top:1rem}h1{font-size:1.4rem}.wide{display:none}.narrow{display:inline}code{white-space:normal}
.row,.at,.what,.timeline.long .at{display:block;width:auto}
table,tbody,caption{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{display:grid;grid-template-columns:1fr auto;border-top:1px solid;border-top-color:var(--line);padding:.3rem 0}th,td{border:0;padding:.1rem 0}td:last-child{grid-column:1/-1}}
@media print{:root{--panel:#fff;--lost-soft:#fff;--todo:#fff}html{font-size:10pt}body{max-width:none;padding:0}
h1{font-size:18pt}h2{font-size:13pt;margin-top:16pt}h3{font-size:11pt}h2,h3,thead,caption,.zone{break-after:avoid}
li,table,dl>div,.notice{break-inside:avoid}p{orphans:3;widows:3}
a{color:inherit;text-decoration:none}
.todo{border:1px solid;border-color:var(--todo-line);border-left-width:.25rem}
figure,.pin,.swatch,svg{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body.private{page:members}}
@page{size:A4;margin:18mm 16mm 20mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif;color:#56565f}}
@page members{@top-right{content:"Private: for the members of this incident";font:9pt sans-serif;color:#b42318}}
)";

}  // namespace

std::string_view html_style() noexcept { return style; }
std::string_view html_style_sha256() noexcept { return "t+J5UZ+u/mIfAor7i/GZ3BDG1TpM2dBh+F5OqLxBdlY="; }

}  // namespace incident::draft
