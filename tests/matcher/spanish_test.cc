// A person who reads Spanish is answered in Spanish: every sentence of an
// answer, the words they type, and the crisis block before all of it.
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>
#include <vector>

#include "matcher/fact_register.h"
#include "tests/matcher/matching_kit.h"
#include "tests/matcher/plain_words.h"

namespace handrail::matcher {
namespace {

using google::protobuf::Message;
using google::protobuf::Reflection;

// Words that stand in most English sentences and in no Spanish one.
const std::regex& English() {
  static const std::regex* const words = new std::regex(
      R"(\b(the|is|are|it|they|you|your|of|and|or|for|with|not|call|listed|)"
      R"(takes|people|aged|ago|days|hours|last|checked|confirmed|ask|if|)"
      R"(yes|known|open|what|how|papers|list|by|points|home|house)\b)",
      std::regex::icase);
  return *words;
}

// Every text in an answer that is not a source's. Names, ids and contacts are.
void AddTexts(const v1::Option& option, std::vector<std::string>& texts) {
  for (const v1::Component& c : option.explanation().components()) {
    texts.push_back(c.sentence());
    for (const v1::Component& part : c.parts()) {
      texts.push_back(part.sentence());
    }
  }
  for (const v1::Judgement& judgement : option.explanation().judgements()) {
    texts.push_back(judgement.sentence());
  }
  for (const v1::Question& question : option.questions()) {
    texts.push_back(question.text());
  }
  for (const std::string& rule : option.their_rules()) texts.push_back(rule);
  for (const std::string& thing : option.what_to_bring()) {
    texts.push_back(thing);
  }
  for (const v1::DatedFact& fact : option.facts()) {
    texts.push_back(fact.sentence());
  }
  if (option.has_next()) texts.push_back(option.next().words());
}

void ExpectSpanish(const std::vector<std::string>& texts) {
  static const testing::WordsToAvoid words;
  for (const std::string& text :
       std::set<std::string>(texts.begin(), texts.end())) {
    std::smatch found;
    EXPECT_FALSE(std::regex_search(text, found, English()))
        << found[0] << ": " << text;
    EXPECT_EQ(words.BrokenBy(text), "") << text;
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
  }
}

// A fact of one field, dated so many days ago.
template <typename Fact>
void SetFact(Message& message, v1::Answer answer, int days_ago) {
  auto& fact = static_cast<Fact&>(message);
  fact.set_answer(answer);
  *fact.mutable_provenance() = testing::ParseText<v1::Provenance>(
      "source: 'test' method: VISIT verified_at { seconds: " +
      std::to_string(kNowSeconds - 86'400LL * days_ago) + " }");
}

// A profile that says the same about every field there is.
v1::RecoveryProfile Everything(v1::Answer answer, int days_ago) {
  v1::RecoveryProfile profile;
  for (const FactField& field : FactRegister::Instance().fields()) {
    Message& group =
        *profile.GetReflection()->MutableMessage(&profile, field.group);
    Message& fact = *group.GetReflection()->MutableMessage(&group, field.field);
    switch (field.kind) {
      case FactKind::kYesNo:
        SetFact<v1::Fact>(fact, answer, days_ago);
        break;
      case FactKind::kNumber:
        SetFact<v1::NumberFact>(fact, answer, days_ago);
        static_cast<v1::NumberFact&>(fact).set_value(14);
        break;
      case FactKind::kChoice:
        SetFact<v1::ChoiceFact>(fact, answer, days_ago);
        static_cast<v1::ChoiceFact&>(fact).set_code(
            field.codes.empty() ? "aa" : field.codes.front());
        break;
      case FactKind::kSet:
        for (const std::string& code : field.codes) {
          v1::CodedFact& entry = *static_cast<v1::SetFact&>(fact).add_values();
          SetFact<v1::CodedFact>(entry, answer, days_ago);
          entry.set_code(code);
        }
        break;
    }
  }
  return profile;
}

// What asks for every field, as wish and as must.
v1::MatchRequest AskForEverything(v1::CriterionKind kind) {
  v1::MatchRequest request = Ask("housing", R"pb(
    language: "es"
    person {
      age: 31
      gender: "woman"
      medications: "methadone"
      coverage { kind: "medicaid" state: PENDING }
      documents_stated: true
      circumstances: "probation"
      used_today: false
      days_without_use: 4
      household {
        partner: true
        pets: true
        children { age: 1 gender: "boy" }
        children { age: 7 gender: "girl" }
      }
      home { state: "MD" county: "Tamarack" }
    }
  )pb");
  for (const FactField& field : FactRegister::Instance().fields()) {
    if (kind == v1::PREFER && request.criteria_size() >= 60) break;
    v1::Criterion& criterion = *request.add_criteria();
    criterion.set_kind(kind);
    criterion.set_field(field.path);
    criterion.add_values(field.kind == FactKind::kYesNo    ? "yes"
                         : field.kind == FactKind::kNumber ? "<=20"
                         : field.codes.empty()             ? "aa"
                                               : field.codes.front());
    if (request.criteria_size() == 64) break;
  }
  return request;
}

// Each answer, fresh, ageing and old, and each way of asking.
TEST(SpanishAnswerTest, IsSpanishWhateverIsRecorded) {
  std::vector<std::string> texts;
  for (const v1::Answer answer :
       {v1::YES, v1::NO, v1::CONDITIONAL, v1::ANSWER_UNSPECIFIED}) {
    for (const int days : {1, 80, 900}) {
      SCOPED_TRACE(v1::Answer_Name(answer) + " " + std::to_string(days));
      v1::Listing listing = MakeListing("a", "recovery-residence", "");
      if (answer != v1::ANSWER_UNSPECIFIED) {
        *listing.mutable_profile() = Everything(answer, days);
        // Else it is nowhere to go to, and no option.
        listing.mutable_profile()->mutable_any()->clear_attendance_mode();
      }
      std::vector<v1::MatchRequest> requests = {
          // Nothing is said: all of it is their rule.
          Ask("housing", "language: 'es'")};
      for (const v1::CriterionKind kind :
           {v1::MUST, v1::MUST_NOT, v1::PREFER}) {
        requests.push_back(AskForEverything(kind));
      }
      for (const v1::MatchRequest& request : requests) {
        const v1::NeedExplanation why = ExplainOne(listing, request);
        EXPECT_TRUE(why.candidate()) << why.summary();
        texts.push_back(why.summary());
        AddTexts(why.option(), texts);
      }
    }
  }
  EXPECT_GT(texts.size(), 1000u);
  ExpectSpanish(texts);
}

TEST(SpanishAnswerTest, SaysTimesDistancesDocumentsAndReasonsInSpanish) {
  const v1::Listing listing = MakeListing("a", "recovery-residence", R"(
    phones { number: '+14105550101' }
    place { latitude_e7: 390100000 }
    schedules { freq: WEEKLY byday: 'TU' opens_at: '17:00' closes_at: '19:30' }
    profile { any {
      documents { any_of: 'photo_id' any_of: 'other' within_days: 14
                  answer: YES @5; }
      places { unit: 'bed' available { answer: YES value: 2 @1; } }
      minimum_age { answer: YES value: 18 @5; } } })");
  const v1::Option option =
      ExplainOne(listing, Ask("housing", "language: 'es-US'")).option();
  std::vector<std::string> texts;
  AddTexts(option, texts);
  ExpectSpanish(texts);
  const std::set<std::string> said(texts.begin(), texts.end());
  for (const char* text :
       {"Está a 1.1 km.", "Es para lo que usted pidió: Vivienda.",
        "Una identificación con foto o algún otro documento, en un plazo de "
        "14 días.",
        "Reciben a personas de 18 años o más. Se confirmó hace 5 días por "
        "teléfono.",
        "Se informó hace 24 horas: 2 camas. Llame para preguntar."}) {
    EXPECT_TRUE(said.contains(text)) << text;
  }
}

TEST(SpanishAnswerTest, AgreesWithTheEnglishOneInAllButWords) {
  v1::Listing listing = MakeListing("a", "recovery-residence", "");
  *listing.mutable_profile() = Everything(v1::YES, 5);
  v1::MatchRequest request = AskForEverything(v1::MUST);
  const v1::Option spanish = ExplainOne(listing, request).option();
  request.clear_language();
  const v1::Option english = ExplainOne(listing, request).option();
  EXPECT_EQ(spanish.points(), english.points());
  EXPECT_EQ(spanish.verdict(), english.verdict());
  EXPECT_EQ(spanish.questions_size(), english.questions_size());
  EXPECT_EQ(spanish.facts_size(), english.facts_size());
  EXPECT_EQ(spanish.their_rules_size(), english.their_rules_size());
  EXPECT_EQ(spanish.explanation().judgements_size(),
            english.explanation().judgements_size());
}

TEST(SpanishAnswerTest, RefusesALanguageThatIsNotSpoken) {
  const auto snapshot = MakeSnapshot({});
  const auto answer =
      Match(*snapshot, Ask("housing", "language: 'fr'"), Now(), {});
  EXPECT_THAT(answer, testing::NamesField("language"));
  EXPECT_NE(testing::Describe(answer.status()).find("en, es"),
            std::string::npos);
}

TEST(SpanishAnswerTest, ACrisisIsAnsweredInSpanish) {
  const auto resource = testing::ParseText<v1::CrisisResource>(R"pb(
    id: "line"
    name: "988"
    kinds: [ SUICIDE, WITHDRAWAL ]
    contacts {
      channel: "voice"
      value: "988"
      note: "Press 2 for Spanish. Veterans: press 1."
    }
    provenance { source: "test" }
  )pb");
  const auto snapshot = MakeSnapshot({}, {resource});
  const auto ask = [&](const std::string& words, const std::string& more) {
    v1::MatchRequest request = Ask("treatment", more);
    request.mutable_needs(0)->set_words(words);
    return MatchOrDie(*snapshot, request);
  };
  v1::MatchResponse answer = ask("mi hija se quiere morir", "language: 'es'");
  ASSERT_EQ(answer.crisis_size(), 1);
  EXPECT_EQ(answer.crisis(0).kind(), v1::SUICIDE);
  EXPECT_EQ(answer.crisis(0).lead(),
            "Llame o mande un texto ya. Quédese con la persona, y llame al 911 "
            "si hay peligro.");
  EXPECT_EQ(answer.crisis(0).resources(0).contacts(0).note(),
            "Oprima 2 para español. Veteranos: oprima 1.");
  EXPECT_EQ(answer.crisis(0).dated(0), "El número está en la lista sin fecha.");
  answer = ask("temblando por el alcohol",
               "language: 'es' person { substances: 'alcohol' "
               "substances: 'benzodiazepines' }");
  ASSERT_EQ(answer.crisis_size(), 1);
  EXPECT_EQ(answer.crisis(0).kind(), v1::WITHDRAWAL);
  EXPECT_NE(answer.crisis(0).lead().find(
                "Dejar de golpe el alcohol o las benzodiacepinas"),
            std::string::npos)
      << answer.crisis(0).lead();
  // Heard in any language, said in the one asked for.
  answer = ask("mi hija se quiere morir", "");
  ASSERT_EQ(answer.crisis_size(), 1);
  EXPECT_EQ(answer.crisis(0).lead().find("Call or text"), 0u);
}

// Typed with or without accents.
TEST(SpanishWordsTest, FindWhatTheyMean) {
  const struct {
    const char* words;
    const char* term;
  } cases[] = {
      {"vivienda", "recovery-residence"},
      {"casa sobria", "recovery-residence"},
      {"albergue", "emergency-shelter"},
      {"pasantía", "apprenticeship"},
      {"pasantia", "apprenticeship"},
      {"PASANTÍAS", "apprenticeship"},
      {"comida", "food-pantry"},
      {"banco de alimentos", "food-pantry"},
      {"despensa", "food-pantry"},
      {"desintoxicacion", "detox"},
      {"desintoxicación", "detox"},
      {"clínica de metadona", "methadone"},
      {"clinica de metadona", "methadone"},
      {"narcan", "naloxone"},
      {"alcoholicos anonimos", "aa-meeting"},
      {"pañales", "baby-supplies"},
      {"panales", "baby-supplies"},
      {"guarderia", "child-care"},
      {"orden de arresto", "warrants"},
      {"aventón", "ride"},
      {"dentista", "dental-care"},
      {"borrar mi récord", "record-clearing"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.words);
    const auto snapshot = MakeSnapshot({MakeListing("wanted", c.term, ""),
                                        MakeListing("other", "notary", "")});
    v1::MatchRequest request = testing::ParseText<v1::MatchRequest>(
        "language: 'es' person { start { latitude_e7: 390000000 "
        "longitude_e7: -760000000 } } needs { within_m: 10000 }");
    request.mutable_needs(0)->set_words(c.words);
    const v1::MatchResponse answer = MatchOrDie(*snapshot, request);
    ASSERT_EQ(answer.needs_size(), 1);
    ASSERT_EQ(answer.needs(0).options_size(), 1);
    EXPECT_EQ(answer.needs(0).options(0).listing().id(), "wanted");
  }
}

}  // namespace
}  // namespace handrail::matcher
