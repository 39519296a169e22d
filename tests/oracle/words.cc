#include "tests/oracle/words.h"

#include <libstemmer.h>
#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "tests/oracle/taxonomy.h"

namespace handrail::oracle {
namespace {

constexpr int kWordsAskedMax = 32;
constexpr std::size_t kLettersForAnEdit = 5;

// Percent of the points of a word.
constexpr int kExact = 100, kSynonym = 80, kStem = 70, kEdit = 50;
constexpr int kName = 100, kService = 70, kDescription = 40;

icu::UnicodeString Folded(const std::string& text) {
  UErrorCode error = U_ZERO_ERROR;
  const auto* fold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const auto* apart = icu::Normalizer2::getNFDInstance(error);
  const icu::UnicodeString whole = apart->normalize(
      fold->normalize(icu::UnicodeString::fromUTF8(text), error), error);
  icu::UnicodeString out;
  for (int i = 0; i < whole.length(); i = whole.moveIndex32(i, 1)) {
    const UChar32 c = whole.char32At(i);
    const bool apostrophe = c == '\'' || c == 0x2019;
    if (u_charType(c) != U_NON_SPACING_MARK && !apostrophe) out.append(c);
  }
  return out;
}

// Words that say nothing by themselves, as far as the tests of this folder
// use any (README.md: the list is not data yet).
bool IsStopWord(const std::string& word, const std::string& language) {
  static const std::set<std::string> english = {"a",    "for", "i",
                                                "need", "the", "to"};
  static const std::set<std::string> spanish = {"una", "para", "mi"};
  return (language == "es" ? spanish : english).contains(word);
}

using Phrase = std::vector<std::string>;

Phrase PhraseOf(const std::string& text, const std::string& language) {
  Phrase out;
  for (const std::string& word : WordsOf(text)) {
    if (!IsStopWord(word, language)) out.push_back(Stem(word, language));
  }
  return out;
}

// The phrases of each kind of need: its label and synonyms.
const std::vector<std::vector<Phrase>>& Meanings(const std::string& language) {
  static auto* const all =
      new std::map<std::string, std::vector<std::vector<Phrase>>>();
  const auto [found, fresh] = all->try_emplace(language);
  if (!fresh) return found->second;
  for (const auto& [id, kind] : Kinds()) {
    std::vector<Phrase>& group = found->second.emplace_back();
    const auto label = kind.labels.find(language);
    if (label != kind.labels.end()) {
      group.push_back(PhraseOf(label->second, language));
    }
    const auto synonyms = kind.synonyms.find(language);
    if (synonyms == kind.synonyms.end()) continue;
    for (const std::string& text : synonyms->second) {
      group.push_back(PhraseOf(text, language));
    }
  }
  return found->second;
}

// Stems of a bag with the best field of each.
Bag StemsOf(const Bag& bag, const std::string& language) {
  Bag out;
  for (const auto& [word, field] : bag) {
    int& best = out[Stem(word, language)];
    best = std::max(best, field);
  }
  return out;
}

// The worst field among all words of a phrase; 0 where one is missing.
int FieldOf(const Phrase& phrase, const Bag& stems) {
  if (phrase.empty()) return 0;
  int worst = 100;
  for (const std::string& stem : phrase) {
    const auto found = stems.find(stem);
    if (found == stems.end()) return 0;
    worst = std::min(worst, found->second);
  }
  return worst;
}

// Best field, for each word, of a phrase that means the same as one it is
// part of.
std::vector<int> SynonymFields(const Phrase& asked, const std::string& language,
                               const Bag& stems) {
  std::vector<int> best(asked.size(), 0);
  for (const auto& group : Meanings(language)) {
    for (const Phrase& phrase : group) {
      auto at = asked.begin();
      while (!phrase.empty()) {
        at = std::search(at, asked.end(), phrase.begin(), phrase.end());
        if (at == asked.end()) break;
        for (const Phrase& other : group) {
          if (other == phrase) continue;
          const int field = FieldOf(other, stems);
          for (std::size_t i = 0; i < phrase.size(); ++i) {
            int& word = best[(at - asked.begin()) + i];
            word = std::max(word, field);
          }
        }
        ++at;
      }
    }
  }
  return best;
}

}  // namespace

std::vector<std::string> WordsOf(const std::string& text) {
  UErrorCode error = U_ZERO_ERROR;
  static thread_local const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
  const icu::UnicodeString folded = Folded(text);
  breaks->setText(folded);
  std::vector<std::string> out;
  int start = breaks->first();
  for (int end = breaks->next(); end != icu::BreakIterator::DONE;
       start = end, end = breaks->next()) {
    std::string word;
    for (int i = start; i < end; i = folded.moveIndex32(i, 1)) {
      const UChar32 c = folded.char32At(i);
      if (u_isalnum(c)) icu::UnicodeString(c).toUTF8String(word);
    }
    if (!word.empty()) out.push_back(word);
  }
  return out;
}

std::string Stem(const std::string& word, const std::string& language) {
  using Stemmer = std::unique_ptr<sb_stemmer, decltype(&sb_stemmer_delete)>;
  static thread_local std::map<std::string, Stemmer> stemmers;
  static thread_local std::map<std::pair<std::string, std::string>, std::string>
      known;
  std::string& out = known[{language, word}];
  if (!out.empty()) return out;
  auto found = stemmers.find(language);
  if (found == stemmers.end()) {
    const char* const name = language == "es" ? "spanish" : "english";
    Stemmer made(sb_stemmer_new(name, "UTF_8"), &sb_stemmer_delete);
    found = stemmers.emplace(language, std::move(made)).first;
  }
  sb_stemmer* const stemmer = found->second.get();
  const sb_symbol* stem =
      sb_stemmer_stem(stemmer, reinterpret_cast<const sb_symbol*>(word.data()),
                      static_cast<int>(word.size()));
  out.assign(reinterpret_cast<const char*>(stem), sb_stemmer_length(stemmer));
  return out;
}

bool OneEditApart(const std::string& first, const std::string& second) {
  const icu::UnicodeString a = icu::UnicodeString::fromUTF8(first);
  const icu::UnicodeString b = icu::UnicodeString::fromUTF8(second);
  const auto n = static_cast<std::size_t>(a.length());
  const auto m = static_cast<std::size_t>(b.length());
  if (n < kLettersForAnEdit || m < kLettersForAnEdit) return false;
  if (n > m + 1 || m > n + 1) return false;
  // The table of Levenshtein, all of it.
  std::vector<std::vector<int>> table(n + 1, std::vector<int>(m + 1, 0));
  for (std::size_t i = 0; i <= n; ++i) {
    for (std::size_t j = 0; j <= m; ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = static_cast<int>(i + j);
        continue;
      }
      const int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1,
                              table[i - 1][j - 1] + change});
    }
  }
  return table[n][m] == 1;
}

Bag BagOf(const v1::Listing& listing) {
  Bag bag;
  const auto add = [&](const std::string& text, int field) {
    for (const std::string& word : WordsOf(text)) {
      bag[word] = std::max(bag[word], field);
    }
  };
  add(listing.name(), kName);
  add(listing.organization_name(), kName);
  add(listing.program_name(), kName);
  add(listing.location_name(), kName);
  for (const auto& name : listing.alternate_names()) add(name, kName);
  for (const v1::NeedTerm& term : listing.terms()) {
    const auto kind = Kinds().find(term.term());
    if (kind == Kinds().end()) continue;
    for (const auto& [language, label] : kind->second.labels) {
      add(label, kService);
    }
  }
  for (const auto& category : listing.categories()) add(category, kService);
  add(listing.description(), kDescription);
  add(listing.eligibility_description(), kDescription);
  add(listing.application_process(), kDescription);
  add(listing.fees_description(), kDescription);
  add(listing.alert(), kDescription);
  return bag;
}

std::vector<std::string> AskedWords(const std::string& text,
                                    const std::string& language) {
  std::vector<std::string> telling, all;
  for (const std::string& word : WordsOf(text)) {
    const auto add = [&](std::vector<std::string>& words) {
      if (std::find(words.begin(), words.end(), word) == words.end() &&
          words.size() < kWordsAskedMax) {
        words.push_back(word);
      }
    };
    add(all);
    if (!IsStopWord(word, language)) add(telling);
  }
  return telling.empty() ? all : telling;
}

std::vector<int> MatchWords(const std::vector<std::string>& words,
                            const std::string& language, const Bag& bag) {
  const Bag stems = StemsOf(bag, language);
  Phrase asked;
  for (const std::string& word : words) asked.push_back(Stem(word, language));
  const std::vector<int> synonyms = SynonymFields(asked, language, stems);
  std::vector<int> out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    int best = kSynonym * synonyms[i];
    if (const auto found = bag.find(words[i]); found != bag.end()) {
      best = std::max(best, kExact * found->second);
    }
    if (const auto found = stems.find(asked[i]); found != stems.end()) {
      best = std::max(best, kStem * found->second);
    }
    for (const auto& [word, field] : bag) {
      if (kEdit * field > best && OneEditApart(words[i], word)) {
        best = kEdit * field;
      }
    }
    out.push_back(best);
  }
  return out;
}

}  // namespace handrail::oracle
