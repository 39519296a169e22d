// The catalogue of sentences: every word of an answer that is not a source's.
//
// One file per language (matcher/data/sentences.en.json and .es.json,
// embedded): sentences by key, claims by profile field ("takes people on
// {value}"), plain names of codes. The code decides which sentence is true; the
// catalogue decides how it is said. All catalogues have the same keys.
//
//   HANDRAIL_ASSIGN_OR_RETURN(const Sentences* say, Sentences::For("es-MX"));
//   say->Fill("component.near", {{"value", "2.1 km"}});
//   say->Count("ago.days", 2);                          // "hace 2 días"
//
// A key or parameter that does not exist is our own bug and ends the process;
// the tests fill every sentence. Thread-safe: immutable after Parse.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace handrail::matcher {

// One named part of a sentence.
using SentencePart = std::pair<std::string_view, std::string_view>;

class Sentences {
 public:
  using Parts = std::initializer_list<SentencePart>;

  // Reads a catalogue. INVALID_ARGUMENT names the key of what is wrong.
  static absl::StatusOr<Sentences> Parse(std::string_view json);

  // The catalogues of this build, each parsed once.
  static const Sentences& English();
  static const Sentences& Spanish();

  // The catalogue for a BCP 47 tag, by its primary subtag: "es-MX" is Spanish.
  // English where the tag is empty. INVALID_ARGUMENT says which there are.
  static absl::StatusOr<const Sentences*> For(std::string_view language);
  static constexpr char kMustBeSpoken[] =
      "must be a language that is spoken: en, es";

  // "en", "es".
  const std::string& language() const { return language_; }

  // True when there is a sentence with this key.
  bool Has(std::string_view key) const;

  // The sentence with its parts filled in. Of one with a plural the "many".
  std::string Fill(std::string_view key, Parts parts = {}) const;

  // The same with {n}: picks "one" for 1, else "many".
  std::string Count(std::string_view key, std::int64_t n,
                    Parts parts = {}) const;

  // What would be so if the field had this value: "takes people on methadone".
  std::string Claim(std::string_view field, std::string_view value) const;

  // Plain name of a code: "women"; else the code with spaces.
  std::string Code(std::string_view code) const;

  // A note beside a crisis number, said in this language where the catalogue
  // has it; else as recorded.
  std::string Note(std::string_view recorded) const;

  // All keys and claims: for the tests.
  struct Sentence {
    std::string one;
    std::string many;
  };
  using Table = std::map<std::string, Sentence, std::less<>>;
  const Table& sentences() const { return sentences_; }
  const Table& claims() const { return claims_; }
  using Names = std::map<std::string, std::string, std::less<>>;
  const Names& codes() const { return codes_; }
  const Names& notes() const { return notes_; }

 private:
  Sentences() = default;
  static std::string FillIn(std::string_view text, const std::string& n,
                            Parts parts);

  std::string language_;
  Table sentences_;
  Table claims_;
  Names codes_;
  // By the note as it stands in crisis.json.
  Names notes_;
};

// "82 days ago"; from two years on "over 3 years ago".
std::string DaysAgo(const Sentences& say, std::int64_t days);

// The text with its first letter large: "Takes people on methadone".
std::string Capitalized(std::string text);

// Joins with commas: "a, b, c".
class CommaList {
 public:
  void Add(std::string_view text);
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace handrail::matcher
