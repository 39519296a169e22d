#include "clients/formats/code_rows.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "storage/base/check.h"

namespace handrail::formats {
namespace {

// Terms and facts in an order of their own, to compare meanings by.
std::vector<std::string> Substance(const CodeMeaning& meaning) {
  std::vector<std::string> parts;
  for (const auto& term : meaning.terms) {
    parts.push_back(term.term + (term.broader ? "~" : "="));
  }
  for (const auto& fact : meaning.facts) {
    parts.push_back(fact.path + "=" + fact.value + std::to_string(fact.answer));
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

}  // namespace

std::vector<std::string> SplitText(std::string_view text, std::string_view by) {
  std::vector<std::string> parts;
  size_t from = 0;
  while (true) {
    const size_t to = text.find(by, from);
    parts.emplace_back(text.substr(from, to - from));
    if (to == std::string_view::npos) return parts;
    from = to + by.size();
  }
}

std::vector<std::vector<std::string>> CodeRows(std::string_view tsv,
                                               size_t columns) {
  std::vector<std::vector<std::string>> rows;
  bool header = true;
  for (const std::string& line : SplitText(tsv, "\n")) {
    if (line.empty() || line[0] == '#') continue;
    if (std::exchange(header, false)) continue;
    rows.push_back(SplitText(line, "\t"));
    HANDRAIL_CHECK(rows.back().size() == columns);
  }
  return rows;
}

std::vector<std::string> CodeList(std::string_view cell) {
  if (cell.empty()) return {};
  return SplitText(cell, "; ");
}

std::vector<CodeFact> CodeFacts(std::string_view cell) {
  std::vector<CodeFact> facts;
  for (const std::string& text : CodeList(cell)) {
    const size_t equals = text.find('=');
    HANDRAIL_CHECK(equals != std::string::npos);
    CodeFact fact{.path = text.substr(0, equals),
                  .value = text.substr(equals + 1)};
    // A level of care has a colon of its own: "asam3:2.1".
    for (const auto& [suffix, answer] :
         {std::pair{":no", v1::NO},
          std::pair{":conditional", v1::CONDITIONAL}}) {
      if (!fact.value.ends_with(suffix)) continue;
      fact.answer = answer;
      fact.value.resize(fact.value.rfind(':'));
    }
    facts.push_back(std::move(fact));
  }
  return facts;
}

void AddTerms(std::string_view cell, CodeMeaning& meaning) {
  for (std::string& term : CodeList(cell)) {
    const bool broader = term.ends_with('~');
    if (broader) term.pop_back();
    meaning.terms.push_back({.term = std::move(term), .broader = broader});
  }
}

std::string FoldName(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (std::isspace(c)) continue;
    out.push_back(static_cast<char>(std::tolower(c)));
    if (c == '&' && text.substr(i, 5) == "&amp;") i += 4;
  }
  return out;
}

std::string UpperText(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

std::optional<CodeMeaning> AgreedMeaning(
    const std::vector<CodeMeaning>& meanings) {
  HANDRAIL_CHECK(!meanings.empty());
  for (const CodeMeaning& meaning : meanings) {
    if (Substance(meaning) != Substance(meanings.front())) return std::nullopt;
  }
  return meanings.front();
}

}  // namespace handrail::formats
