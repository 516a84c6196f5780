// What the report's page is made of: whatever stands in a report, the page's data say exactly that, and nothing of it
// is markup. What a reader sees of it: tests/report.
#include "models/engine/runner/report_html.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "models/engine/runner/annotations.hpp"

namespace hallmark::check {
namespace {

using nlohmann::json;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

// The data as a browser finds them: from the element's start to the first thing that ends it.
std::string data_text(const std::string& page) {
  const std::string start = "<script type=\"application/json\" id=\"data\">";
  const std::size_t from = page.find(start) + start.size();
  return page.substr(from, page.find("</script", from) - from);
}

TEST(ReportPage, DataComeBackAsTheyWere) {
  for (const std::string text :
       {"plain", "</script>", "</SCRIPT ><b>", "<!--<script>", "]]>", "\"quoted\" 'and' \\escaped\\", "\n\r\t\b",
        "\xe2\x80\xa8\xe2\x80\xa9", "\xf0\x9f\x98\x80", "&lt;&amp;", "/* page.js */", "/* data */", "${x}`y`"}) {
    const json data = {{text, text}, {"list", {text, 1, nullptr}}};
    const std::string page = page_of(data);
    EXPECT_EQ(json::parse(data_text(page)), data) << text;
    EXPECT_EQ(count(page, "<script"), count(page_of(json::object()), "<script")) << text;
    EXPECT_EQ(count(page, "</script"), 2U) << text;
    EXPECT_EQ(data_text(page).find('<'), std::string::npos) << text;
  }
}

TEST(ReportPage, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(json::parse(data_text(page_of({{"name",
                                            "a\xff"
                                            "b"}})))["name"],
            "a\xef\xbf\xbd"
            "b");
}

TEST(ReportPage, NeedsNothingElse) {
  const std::string page = page_of(json::object());
  EXPECT_NE(page.find("content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\""),
            std::string::npos);
  for (const char* reference : {" src=", "<link", "@import", "url(", "https://", "fetch(", "import("}) {
    EXPECT_EQ(page.find(reference), std::string::npos) << reference;
  }
  for (const char* placeholder : {"/* data */", "/* page.css */", "/* dom.js */", "/* tables.js */", "/* page.js */"}) {
    EXPECT_EQ(page.find(placeholder), std::string::npos) << placeholder;
  }
}

TEST(ReportPage, SaysWhatTheReportSays) {
  Report report{.seed = 7};
  report.scenarios.push_back({.name = "no.such_scenario", .engine = "relacy", .verdict = "violated", .token = "bad"});
  report.mutants.push_back({.label = "a.b.load_c", .weaker = "relaxed", .engine = "relacy", .verdict = "survived"});
  report.mutants.push_back({.label = "a.b.load_c", .weaker = "relaxed", .engine = "explorer", .verdict = "refuted"});
  const json data = page_data(report);
  EXPECT_EQ(data["seed"], 7);
  EXPECT_EQ(data["exit"], 1);
  EXPECT_EQ(data["scenarios"][0]["name"], "no.such_scenario");
  EXPECT_EQ(data["mutants"].size(), 2U);
  EXPECT_TRUE(data["disagreements"]["a.b.load_c=relaxed"].is_string());
  EXPECT_TRUE(data["counterexamples"]["bad"].is_null());
}

TEST(Annotations, EscapeWhatWouldEndThem) {
  EXPECT_EQ(to_github({.file = "a,b:c.hpp", .line = 3, .title = "50%: x,y", .message = "one: two, 100%\nthree\r"}),
            "::error file=a%2Cb%3Ac.hpp,line=3,title=50%25%3A x%2Cy::one: two, 100%25%0Athree%0D");
  EXPECT_EQ(to_github({.level = "warning", .title = "t", .message = "::error::m"}), "::warning title=t::::error::m");
}

}  // namespace
}  // namespace hallmark::check
