// Hearing a crisis in ordinary words.
//
// A crisis phrase ("wants to die") fires where its words stand side by side in
// the text, each the same or with the same stem in the phrase's language. Part
// of a phrase never fires. Texts in any language are compared with the phrases
// of every language, because people mix them.
//
//   for (v1::CrisisKind kind : BuiltInCrisisPhrases().Find(need.words())) …
//
// Thread-safe: immutable after Parse.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "handrail/v1/record.pb.h"
#include "matcher/text.h"

namespace handrail::matcher {

class CrisisPhrases {
 public:
  // Reads crisis-phrases.json. INVALID_ARGUMENT names the kind and language of
  // what is wrong: an unknown kind, a language without stems, a phrase of fewer
  // than two words.
  static absl::StatusOr<CrisisPhrases> Parse(std::string_view json);

  // The kinds that the text names, in the order of the enum, each once.
  std::vector<v1::CrisisKind> Find(std::string_view text) const;

  // "2026.1": part of scorer_version.
  const std::string& version() const { return version_; }
  int size() const { return static_cast<int>(phrases_.size()); }

 private:
  struct Phrase {
    v1::CrisisKind kind;
    Language language;
    // Stems of its words, in order.
    std::vector<std::string> stems;
  };

  CrisisPhrases() = default;

  std::string version_;
  std::vector<Phrase> phrases_;
};

// The phrases of this build, parsed once.
const CrisisPhrases& BuiltInCrisisPhrases();

}  // namespace handrail::matcher
