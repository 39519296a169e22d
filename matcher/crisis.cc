#include "matcher/crisis.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "matcher/data/matcher_data.h"
#include "nlohmann/json.hpp"
#include "storage/base/check.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

using Json = nlohmann::json;

// Least words of a phrase: one word alone is a subject, not a call for help.
constexpr std::size_t kPhraseWordsMin = 2;

absl::Status Wrong(const std::string& where, std::string_view what) {
  return InvalidField(absl::StrCat("crisis_phrases.", where),
                      std::string(what));
}

}  // namespace

absl::StatusOr<CrisisPhrases> CrisisPhrases::Parse(std::string_view json) {
  const Json root = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object()) return Wrong("", "must be a JSON object");
  CrisisPhrases phrases;
  try {
    root.at("version").get_to(phrases.version_);
    for (const auto& [kind_name, by_language] : root.at("phrases").items()) {
      v1::CrisisKind kind = v1::CRISIS_KIND_UNSPECIFIED;
      if (!v1::CrisisKind_Parse(kind_name, &kind)) {
        return Wrong(kind_name, "must be a name of CrisisKind");
      }
      for (const auto& [tag, texts] : by_language.items()) {
        const std::optional<Language> language = LanguageOf(tag);
        const std::string where = absl::StrCat(kind_name, ".", tag);
        if (!language.has_value()) return Wrong(where, "must be en or es");
        for (const Json& text : texts) {
          Phrase phrase{.kind = kind, .language = *language};
          for (const std::string& word : WordsOf(text.get<std::string>())) {
            phrase.stems.push_back(Stem(word, *language));
          }
          if (phrase.stems.size() < kPhraseWordsMin) {
            return Wrong(where, "must hold phrases of two words or more");
          }
          phrases.phrases_.push_back(std::move(phrase));
        }
      }
    }
  } catch (const Json::exception& error) {
    return Wrong("phrases", error.what());
  }
  return phrases;
}

std::vector<v1::CrisisKind> CrisisPhrases::Find(std::string_view text) const {
  const std::vector<std::string> words = WordsOf(text);
  std::array<std::vector<std::string>, kLanguages> stems;
  for (const Language language : kAllLanguages) {
    for (const std::string& word : words) {
      stems[static_cast<int>(language)].push_back(Stem(word, language));
    }
  }
  std::set<v1::CrisisKind> kinds;
  for (const Phrase& phrase : phrases_) {
    const auto& text_stems = stems[static_cast<int>(phrase.language)];
    // Equal words have equal stems, so stems decide.
    const auto whole = HANDRAIL_MUTATE(
        crisis_phrase_is_whole, phrase.stems.end(), phrase.stems.end() - 1);
    if (std::search(text_stems.begin(), text_stems.end(), phrase.stems.begin(),
                    whole) != text_stems.end()) {
      kinds.insert(phrase.kind);
    }
  }
  return {kinds.begin(), kinds.end()};
}

const CrisisPhrases& BuiltInCrisisPhrases() {
  static const CrisisPhrases* const phrases = [] {
    absl::StatusOr<CrisisPhrases> parsed =
        CrisisPhrases::Parse(data::kCrisisPhrasesJson);
    HANDRAIL_CHECK_OK(parsed);
    return new CrisisPhrases(*std::move(parsed));
  }();
  return *phrases;
}

}  // namespace handrail::matcher
