// Checks matcher/data itself: the tree is a tree, the words are plain and
// person first, the crisis phrases do not fire on ordinary needs. Reads the
// files directly, so that a mistake in the data is not hidden by the code that
// loads them.

#include <gtest/gtest.h>
#include <libstemmer.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "google/protobuf/util/json_util.h"
#include "handrail/v1/record.pb.h"
#include "tests/matcher/plain_words.h"
#include "tests/testing/testing.h"

namespace handrail {
namespace {

using nlohmann::json;
using testing::EnglishReadingGrade;
using testing::SpanishReadingGrade;
using testing::WordsToAvoid;
using Words = std::vector<std::string>;

json ReadJson(const std::string& name) {
  return json::parse(
      testing::ReadFile(testing::SourceData("matcher/data/" + name)));
}

std::map<std::string, json> TermsById() {
  std::map<std::string, json> terms;
  const json taxonomy = ReadJson("taxonomy.json");
  for (const json& term : taxonomy.at("terms")) {
    const std::string id = term.at("id");
    EXPECT_TRUE(terms.emplace(id, term).second) << "twice: " << id;
  }
  return terms;
}

// Ancestors of `id`; fails the test on a circle.
std::set<std::string> AncestorsOf(const std::map<std::string, json>& terms,
                                  const std::string& id,
                                  std::set<std::string> path = {}) {
  EXPECT_TRUE(path.insert(id).second) << "circle at " << id;
  if (::testing::Test::HasFailure()) return {};
  std::set<std::string> ancestors;
  for (const std::string parent : terms.at(id).at("parents")) {
    ancestors.insert(parent);
    ancestors.merge(AncestorsOf(terms, parent, path));
  }
  return ancestors;
}

// The attendance a term has by README.md's rule of inheritance; empty where
// its parents differ.
std::string AttendanceOf(const std::map<std::string, json>& terms,
                         const std::string& id) {
  const json& term = terms.at(id);
  if (term.contains("attendance")) return term.at("attendance");
  std::set<std::string> values;
  for (const std::string parent : term.at("parents")) {
    values.insert(AttendanceOf(terms, parent));
  }
  return values.size() == 1 ? *values.begin() : "";
}

// Lower-case letters and digits in runs; other bytes part words, apostrophes
// vanish.
Words SplitWords(std::string_view text) {
  Words words(1);
  for (const char c : text) {
    if (c == '\'') continue;
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
        static_cast<unsigned char>(c) >= 0x80) {
      words.back() +=
          static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

Words StemmedWords(std::string_view text, const char* language) {
  std::unique_ptr<sb_stemmer, decltype(&sb_stemmer_delete)> stemmer(
      sb_stemmer_new(language, nullptr), &sb_stemmer_delete);
  Words words = SplitWords(text);
  for (std::string& word : words) {
    const auto* stem = sb_stemmer_stem(
        stemmer.get(), reinterpret_cast<const sb_symbol*>(word.data()),
        static_cast<int>(word.size()));
    word = std::string(reinterpret_cast<const char*>(stem),
                       static_cast<size_t>(sb_stemmer_length(stemmer.get())));
  }
  return words;
}

TEST(TaxonomyDataTest, IdsAreHyphenatedWordsAndParentsExistWithoutCircles) {
  const auto terms = TermsById();
  const std::regex shape("[a-z0-9]+(-[a-z0-9]+)*");
  for (const auto& [id, term] : terms) {
    EXPECT_TRUE(std::regex_match(id, shape)) << id;
    for (const std::string parent : term.at("parents")) {
      ASSERT_TRUE(terms.contains(parent)) << id << " names " << parent;
    }
    AncestorsOf(terms, id);
    EXPECT_FALSE(term.at("label").at("en").get<std::string>().empty()) << id;
    EXPECT_FALSE(term.at("description").at("en").get<std::string>().empty())
        << id;
  }
}

TEST(TaxonomyDataTest, HasExactlyTheFourteenRoots) {
  std::set<std::string> roots;
  for (const auto& [id, term] : TermsById()) {
    if (term.at("parents").empty()) roots.insert(id);
  }
  EXPECT_EQ(roots,
            (std::set<std::string>{"housing", "employment", "treatment",
                                   "support-group", "harm-reduction", "health",
                                   "food", "money", "transportation", "legal",
                                   "family", "education", "goods", "crisis"}));
}

TEST(TaxonomyDataTest, NamesNoParentThatAnotherParentImplies) {
  const auto terms = TermsById();
  for (const auto& [id, term] : terms) {
    for (const std::string a : term.at("parents")) {
      for (const std::string b : term.at("parents")) {
        EXPECT_FALSE(AncestorsOf(terms, b).contains(a))
            << id << ": " << a << " is implied by " << b;
      }
    }
  }
}

TEST(TaxonomyDataTest, EveryTermHasOneWayOfAttendance) {
  const auto terms = TermsById();
  for (const auto& [id, term] : terms) {
    const std::string attendance = AttendanceOf(terms, id);
    EXPECT_TRUE(attendance == "occurrence" || attendance == "hours") << id;
  }
  EXPECT_EQ(AttendanceOf(terms, "aa-meeting"), "occurrence");
  EXPECT_EQ(AttendanceOf(terms, "food-pantry"), "hours");
}

TEST(TaxonomyDataTest, AsksOnlyKnownRules) {
  const std::set<std::string> known = {
      "age",       "gender", "household",           "medication", "coverage",
      "documents", "record", "substance_use_today", "audience"};
  for (const auto& [id, term] : TermsById()) {
    if (!term.contains("asks")) continue;
    for (const std::string rule : term.at("asks")) {
      EXPECT_TRUE(known.contains(rule)) << id << " asks " << rule;
    }
  }
}

TEST(TaxonomyDataTest, HoldsTheKindsThatAreEasilyForgotten) {
  const auto terms = TermsById();
  for (const char* id :
       {"bridge-clinic", "emergency-buprenorphine", "syringe-services",
        "drug-checking", "naloxone", "sobering-center", "low-barrier-shelter",
        "record-clearing", "warrants", "child-welfare-legal",
        "medication-discrimination", "recovery-community-center",
        "medical-transportation", "overdose-grief",
        "identification-recovery"}) {
    EXPECT_TRUE(terms.contains(id)) << id;
  }
}

TEST(TaxonomyDataTest, SpeaksPlainlyAndPersonFirst) {
  const WordsToAvoid words;
  for (const auto& [language, grade] :
       {std::pair("en", &EnglishReadingGrade),
        std::pair("es", &SpanishReadingGrade)}) {
    std::vector<double> grades;
    for (const auto& [id, term] : TermsById()) {
      const std::string label = term.at("label").at(language);
      const std::string description = term.at("description").at(language);
      EXPECT_EQ(words.BrokenBy(label), "") << label;
      EXPECT_EQ(words.BrokenBy(description), "") << description;
      EXPECT_TRUE(description.ends_with('.')) << description;
      grades.push_back(grade(description));
    }
    RecordProperty(std::string("median_grade_") + language,
                   std::to_string(testing::Median(grades)));
    EXPECT_LE(testing::Median(grades), 6.0) << language;
  }
}

// Labels are equal in both languages only where they are names.
TEST(TaxonomyDataTest, SaysEveryTermInEveryLanguageItNames) {
  const std::set<std::string> names = {};
  EXPECT_EQ(ReadJson("taxonomy.json").at("languages"), json({"en", "es"}));
  std::map<std::string, std::string> ids_by_label;
  for (const auto& [id, term] : TermsById()) {
    for (const char* member : {"label", "description", "synonyms"}) {
      ASSERT_TRUE(term.at(member).contains("es")) << id << " " << member;
    }
    const std::string label = term.at("label").at("es");
    EXPECT_FALSE(label.empty()) << id;
    EXPECT_TRUE(ids_by_label.emplace(label, id).second)
        << label << " is " << id << " and " << ids_by_label[label];
    EXPECT_EQ(label == term.at("label").at("en"), names.contains(id)) << label;
    EXPECT_NE(term.at("description").at("es"), term.at("description").at("en"));
    const auto synonyms = term.at("synonyms").at("es").get<Words>();
    EXPECT_GE(synonyms.size(), 2u) << id;
    EXPECT_EQ(std::set<std::string>(synonyms.begin(), synonyms.end()).size(),
              synonyms.size())
        << id;
    for (const std::string& synonym : synonyms) {
      EXPECT_FALSE(SplitWords(synonym).empty()) << id;
      EXPECT_NE(synonym, label) << id;
    }
  }
}

TEST(TaxonomyDataTest, WordListFindsWhatItIsFor) {
  const WordsToAvoid words;
  EXPECT_GT(words.size(), 100);
  EXPECT_EQ(words.BrokenBy("Help for addicts."), "addict*");
  EXPECT_EQ(words.BrokenBy("Must be Clean."), "clean");
  EXPECT_EQ(words.BrokenBy("A meeting of Alcoholics Anonymous."), "");
  EXPECT_EQ(words.BrokenBy("People with a criminal record."), "");
  EXPECT_EQ(words.BrokenBy("A cleaner kitchen."), "");
  EXPECT_EQ(words.BrokenBy("Ayuda para adictos."), "adict*");
  EXPECT_EQ(words.BrokenBy("Tratamiento de la adicción."), "adicci*");
  EXPECT_EQ(words.BrokenBy("Debe estar Limpio."), "limpio");
  EXPECT_EQ(words.BrokenBy("Abuso de drogas."), "abuso*");
  EXPECT_EQ(words.BrokenBy("Una persona alcohólica."), "alcohólic*");
  EXPECT_EQ(words.BrokenBy("Después de una recaída."), "recaída*");
  EXPECT_EQ(words.BrokenBy("Reunión de Alcohólicos Anónimos."), "");
  EXPECT_EQ(words.BrokenBy("Artículos de limpieza."), "");
  EXPECT_EQ(words.BrokenBy("Consumo de alcohol."), "");
}

TEST(CrisisDataTest, EveryResourceIsAValidRecordWithASource) {
  const WordsToAvoid words;
  std::set<std::string> ids;
  std::set<int> kinds;
  const json crisis = ReadJson("crisis.json");
  for (const json& resource : crisis.at("resources")) {
    v1::CrisisResource record;
    const auto status =
        google::protobuf::util::JsonStringToMessage(resource.dump(), &record);
    ASSERT_TRUE(status.ok()) << status.ToString() << resource.dump();
    EXPECT_TRUE(ids.insert(record.id()).second) << record.id();
    EXPECT_EQ(record.id().size(), 36u);
    EXPECT_FALSE(record.provenance().source().empty()) << record.name();
    ASSERT_GT(record.kinds_size(), 0) << record.name();
    ASSERT_GT(record.contacts_size(), 0) << record.name();
    for (const int kind : record.kinds()) kinds.insert(kind);
    std::set<std::string> languages;
    for (const auto& text : record.what_it_is()) {
      EXPECT_FALSE(text.text().empty()) << record.name();
      languages.insert(text.language());
      EXPECT_EQ(words.BrokenBy(text.text()), "") << text.text();
    }
    EXPECT_EQ(languages, (std::set<std::string>{"en", "es"})) << record.name();
  }
  for (int kind = v1::CrisisKind_MIN + 1; kind <= v1::CrisisKind_MAX; ++kind) {
    EXPECT_TRUE(kinds.contains(kind)) << v1::CrisisKind_Name(kind);
  }
}

TEST(CrisisDataTest, EmergencyComesFirstInOverdoseAndWithdrawal) {
  const json crisis = ReadJson("crisis.json");
  for (const json& resource : crisis.at("resources")) {
    const bool emergency = resource.at("contacts").at(0).at("value") == "911";
    EXPECT_EQ(resource.at("rank") == 0, emergency) << resource.at("name");
  }
}

bool Contains(const Words& text, const Words& phrase) {
  return std::search(text.begin(), text.end(), phrase.begin(), phrase.end()) !=
         text.end();
}

// The kinds whose phrases of a language fire on `text` by stem.
std::set<std::string> CrisisIn(const json& phrases, const std::string& text,
                               const std::string& language = "en") {
  const char* const stems = language == "es" ? "spanish" : "english";
  const Words words = StemmedWords(text, stems);
  std::set<std::string> kinds;
  for (const auto& [kind, languages] : phrases.items()) {
    for (const std::string phrase : languages.at(language)) {
      if (Contains(words, StemmedWords(phrase, stems))) kinds.insert(kind);
    }
  }
  return kinds;
}

TEST(CrisisPhrasesTest, ArePhrasesOfTwoWordsOrMoreForEveryKind) {
  const json phrases = ReadJson("crisis-phrases.json").at("phrases");
  EXPECT_EQ(phrases.size(), static_cast<size_t>(v1::CrisisKind_MAX));
  for (const auto& [kind, languages] : phrases.items()) {
    v1::CrisisKind parsed;
    EXPECT_TRUE(v1::CrisisKind_Parse(kind, &parsed)) << kind;
    for (const char* language : {"en", "es"}) {
      for (const std::string phrase : languages.at(language)) {
        EXPECT_GE(SplitWords(phrase).size(), 2u) << phrase;
      }
    }
    // What is typed in one language is typed in the other.
    EXPECT_GE(languages.at("es").size(), languages.at("en").size()) << kind;
  }
}

TEST(CrisisPhrasesTest, FireOnWhatPeopleTypeWhenItIsUrgent) {
  const json phrases = ReadJson("crisis-phrases.json").at("phrases");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"my friend is overdosing", "OVERDOSE"},
      {"he's not breathing", "OVERDOSE"},
      {"she wants to die", "SUICIDE"},
      {"my boyfriend hit me last night", "VIOLENCE"},
      {"shaking from alcohol", "WITHDRAWAL"},
      {"client has nowhere to sleep tonight", "NOWHERE_TONIGHT"},
  };
  for (const auto& [text, kind] : cases) {
    EXPECT_TRUE(CrisisIn(phrases, text).contains(kind)) << text;
  }
  const std::vector<std::pair<std::string, std::string>> spanish = {
      {"mi amigo tiene una sobredosis", "OVERDOSE"},
      {"mi hermano no respira", "OVERDOSE"},
      {"no lo puedo despertar", "OVERDOSE"},
      {"mi hija se quiere morir", "SUICIDE"},
      {"ya no quiero vivir", "SUICIDE"},
      {"anoche mi novio me golpeó", "VIOLENCE"},
      {"tengo miedo de volver a casa", "VIOLENCE"},
      {"dejé de tomar y estoy temblando", "WITHDRAWAL"},
      {"temblando por el alcohol", "WITHDRAWAL"},
      {"no tiene dónde dormir", "NOWHERE_TONIGHT"},
      {"nos echaron, necesito una cama esta noche", "NOWHERE_TONIGHT"},
  };
  for (const auto& [text, kind] : spanish) {
    EXPECT_TRUE(CrisisIn(phrases, text, "es").contains(kind)) << text;
  }
}

TEST(CrisisPhrasesTest, DoNotFireOnOrdinaryNeeds) {
  const json phrases = ReadJson("crisis-phrases.json").at("phrases");
  for (const char* text :
       {"overdose prevention training", "suicide support group for families",
        "lost my son to overdose", "grief after an overdose",
        "alcohol withdrawal management program", "help to stop drinking",
        "suicide prevention training", "shelter for women", "narcan kit",
        "we have overdose training", "ride tonight", "detox bed for tonight",
        "a place to live with two boys"}) {
    EXPECT_TRUE(CrisisIn(phrases, text).empty()) << text;
  }
  for (const char* text : {"clase de prevención de sobredosis",
                           "grupo de apoyo por suicidio",
                           "perdí a mi hijo por sobredosis",
                           "duelo después de una sobredosis",
                           "manejo de la abstinencia",
                           "ayuda para dejar de beber",
                           "dejar de tomar",
                           "prevención del suicidio",
                           "refugio para mujeres",
                           "refugio de violencia doméstica",
                           "kit de narcan",
                           "cama de desintoxicación",
                           "un lugar para vivir con dos niños",
                           "reuniones esta noche",
                           "viaje esta noche",
                           "banco de alimentos",
                           "problemas para respirar",
                           "trabajo con antecedentes",
                           "me duele la cabeza",
                           "tengo hambre",
                           "medicina para opioides"}) {
    EXPECT_TRUE(CrisisIn(phrases, text, "es").empty()) << text;
  }
  for (const auto& [id, term] : TermsById()) {
    for (const char* language : {"en", "es"}) {
      const std::string label = term.at("label").at(language);
      EXPECT_TRUE(CrisisIn(phrases, label, language).empty()) << label;
    }
  }
}

}  // namespace
}  // namespace handrail
