// The tables of clients/formats/data as rows, and what their cells mean.
//
// For code_tables.h and its like; README.md in data/ has the rules of the
// columns. The tables are ours and tested: one that breaks its own rules is a
// bug, and ends the program.
//
// Pure functions.
//
//   for (const auto& row : CodeRows(data::kBmltFormatsTsv, 9)) {
//     meaning.facts = CodeFacts(row[7]);
//   }
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clients/formats/code_tables.h"

namespace handrail::formats {

// Rows of a table, without comments and header. REQUIRES: every row has that
// many cells.
std::vector<std::vector<std::string>> CodeRows(std::string_view tsv,
                                               size_t columns);

// The text cut at every `by`.
std::vector<std::string> SplitText(std::string_view text, std::string_view by);

// A cell that holds a list: "women; men". None for an empty cell.
std::vector<std::string> CodeList(std::string_view cell);

// A cell of facts: "any.genders=man:no; any.minimum_age=18".
std::vector<CodeFact> CodeFacts(std::string_view cell);

// Adds a cell of terms: "detox; treatment~", with ~ for a code that is broader
// than the term.
void AddTerms(std::string_view cell, CodeMeaning& meaning);

// The name without regard to case, blanks and "&amp;".
std::string FoldName(std::string_view text);

// A to Z for a to z.
std::string UpperText(std::string_view text);

// The meaning that all of them have: the same terms and facts. Nothing where
// they differ. REQUIRES: there is one.
std::optional<CodeMeaning> AgreedMeaning(
    const std::vector<CodeMeaning>& meanings);

}  // namespace handrail::formats
