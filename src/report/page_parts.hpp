#pragma once

namespace kiln::report {

/// page/report.css and page/report.js.
const char* page_style();
const char* page_script();

}  // namespace kiln::report
