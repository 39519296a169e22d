// The lines of a match view: wrapped to the width of the terminal, what belongs
// to an option indented under it.
//
//   Page page("es", columns);
//   page.Title("1. Linden House");
//   page.Labelled("Why", reasons);
//   std::cout << page.Take();
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/match_words.h"
#include "clients/cli/text.h"

namespace handrail::cli {

class Page {
 public:
  Page(std::string_view language, int columns)
      : words_(MatchWordsFor(language)), columns_(columns) {}

  const MatchWords& words() const { return words_; }

  void Line(const std::string& text) { text_ += Wrap(text, "", "", columns_); }
  // A heading whose further lines stand under its text.
  void Title(const std::string& text) {
    text_ += Wrap(text, "", kIndent, columns_);
  }
  void Gap() { text_ += "\n"; }
  // Nothing where the text is empty.
  void Indented(const std::string& text) {
    if (text.empty()) return;
    text_ += Wrap(text, kIndent, kIndent, columns_);
  }
  // Nothing where there are no items.
  template <typename Items>
  void Labelled(const std::string& label, const Items& items) {
    if (items.empty()) return;
    Indented(absl::StrCat(label, ":"));
    for (const std::string& item : items) {
      text_ += Wrap(item, absl::StrCat(kIndent, "- "),
                    absl::StrCat(kIndent, "  "), columns_);
    }
  }
  std::string Take() { return std::move(text_); }

 private:
  static constexpr char kIndent[] = "   ";

  const MatchWords& words_;
  int columns_;
  std::string text_;
};

}  // namespace handrail::cli
