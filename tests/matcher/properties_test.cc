// What always holds, over random directories with awkward rows: unknown,
// stale and undated facts, hours that cross midnight or a clock change, remote
// and unlocated and approximate listings. Every test prints its seed;
// HANDRAIL_SEED=n runs one seed again.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "absl/time/clock.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "tests/matcher/matching_kit.h"

namespace handrail::matcher {
namespace {

// 2026-10-30 12:00 UTC: the next four weeks hold a clock change.
constexpr std::int64_t kAutumn = 1'793'361'600;

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int Below(int n) {
    return static_cast<int>(engine_() % static_cast<unsigned>(n));
  }
  bool One(int in) { return Below(in) == 0; }
  template <typename T>
  T Pick(const std::vector<T>& values) {
    return values[static_cast<size_t>(Below(static_cast<int>(values.size())))];
  }

 private:
  std::mt19937 engine_;
};

template <typename F>
void ForSeeds(const F& test) {
  if (const char* seed = std::getenv("HANDRAIL_SEED")) {
    test(static_cast<unsigned>(std::strtoul(seed, nullptr, 10)));
    return;
  }
  for (unsigned seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE("HANDRAIL_SEED=" + std::to_string(seed));
    test(seed);
    if (::testing::Test::HasFailure()) return;
  }
}

void SetProvenance(Dice& dice, v1::Provenance& provenance) {
  provenance.set_source("test");
  provenance.set_method(static_cast<v1::FactMethod>(dice.Below(5)));
  if (dice.One(5)) return;  // Undated.
  provenance.mutable_verified_at()->set_seconds(
      kAutumn - std::int64_t{86'400} *
                    dice.Pick<int>({0, 1, 2, 40, 80, 100, 200, 400, -1}));
}

v1::Answer RandomAnswer(Dice& dice) {
  return static_cast<v1::Answer>(1 + dice.Below(3));
}

void SetFact(Dice& dice, v1::Fact& fact) {
  fact.set_answer(RandomAnswer(dice));
  SetProvenance(dice, *fact.mutable_provenance());
}

void AddCode(Dice& dice, const char* code, v1::SetFact& set) {
  v1::CodedFact& value = *set.add_values();
  value.set_code(code);
  value.set_answer(RandomAnswer(dice));
  SetProvenance(dice, *value.mutable_provenance());
}

void SetNumber(Dice& dice, int value, v1::NumberFact& fact) {
  fact.set_answer(RandomAnswer(dice));
  fact.set_value(value);
  SetProvenance(dice, *fact.mutable_provenance());
}

void FillProfile(Dice& dice, v1::RecoveryProfile& profile) {
  v1::AnyServiceProfile& any = *profile.mutable_any();
  if (dice.One(2)) SetFact(dice, *any.mutable_child_care());
  if (dice.One(2)) SetFact(dice, *any.mutable_admits_if_used_today());
  if (dice.One(2)) SetFact(dice, *any.mutable_ssn_or_status_required());
  if (dice.One(2)) SetNumber(dice, 18, *any.mutable_minimum_age());
  if (dice.One(3)) SetNumber(dice, 40, *any.mutable_maximum_age());
  if (dice.One(2)) AddCode(dice, "methadone", *any.mutable_medication());
  if (dice.One(2)) AddCode(dice, "woman", *any.mutable_genders());
  if (dice.One(3)) AddCode(dice, "man", *any.mutable_genders());
  if (dice.One(2)) AddCode(dice, "medicaid", *any.mutable_payments());
  if (dice.One(2)) AddCode(dice, "secular", *any.mutable_pathway());
  if (dice.One(3)) AddCode(dice, "twelve_step", *any.mutable_pathway());
  if (dice.One(3)) AddCode(dice, "parole", *any.mutable_record_accepted());
  if (dice.One(4)) AddCode(dice, "online", *any.mutable_attendance_mode());
  if (dice.One(3)) {
    v1::PlaceCount& places = *any.add_places();
    places.set_unit("bed");
    SetNumber(dice, dice.Below(4), *places.mutable_available());
  }
  if (dice.One(4)) {
    any.mutable_intake_hours()->set_text("weekdays 8 to 3");
    SetProvenance(dice, *any.mutable_intake_hours()->mutable_provenance());
  }
  if (dice.One(4)) {
    any.mutable_what_to_bring()->set_text("Bring a bag.");
    SetProvenance(dice, *any.mutable_what_to_bring()->mutable_provenance());
  }
  if (dice.One(4)) {
    v1::DocumentRule& rule = *any.add_documents();
    rule.add_any_of("photo_id");
    rule.set_answer(RandomAnswer(dice));
    rule.set_within_days(dice.Below(3));
    SetProvenance(dice, *rule.mutable_provenance());
  }
  v1::HousingProfile& housing = *profile.mutable_housing();
  if (dice.One(2)) SetFact(dice, *housing.mutable_children());
  if (dice.One(3)) SetNumber(dice, 12, *housing.mutable_boys_age_max());
  if (dice.One(3)) {
    SetNumber(dice, 30, *housing.mutable_minimum_days_without_use());
  }
}

v1::Listing RandomListing(Dice& dice, const std::string& id) {
  v1::Listing listing;
  listing.set_id(id);
  listing.set_name("Place " + id);
  listing.set_organization_id("o" + std::to_string(dice.Below(4)));
  v1::NeedTerm& term = *listing.add_terms();
  term.set_term(dice.Pick<std::string>(
      {"recovery-residence", "food-pantry", "aa-meeting", "detox"}));
  term.set_broader(dice.One(5));
  if (!dice.One(6)) {
    v1::Place& place = *listing.mutable_place();
    place.set_basis(dice.One(4) ? v1::Place::ZIP_CENTROID
                                : v1::Place::COORDINATES);
    place.set_approximate(place.basis() != v1::Place::COORDINATES);
    place.set_latitude_e7(390'000'000 + dice.Below(4'000'000));
    place.set_longitude_e7(-760'000'000 - dice.Below(4'000'000));
    place.set_state("MD");
  }
  if (!dice.One(4)) {
    v1::Schedule& schedule = *listing.add_schedules();
    schedule.set_freq(v1::WEEKLY);
    schedule.set_byday(dice.Pick<std::string>({"SA", "SU", "TU,WE", "FR,SU"}));
    // Across midnight, across the repeated hour, without an end.
    const std::string opens =
        dice.Pick<std::string>({"09:00", "22:00", "01:30", "18:00"});
    schedule.set_opens_at(opens);
    if (!dice.One(3)) {
      schedule.set_closes_at(
          dice.Pick<std::string>({"02:30", "19:00", "24:00", "23:59"}));
    }
    if (!dice.One(5)) schedule.set_zone("America/New_York");
  }
  for (const char* field : {"hours", "address", "phone", "service_area"}) {
    if (dice.One(4)) continue;
    v1::FieldProvenance& date = *listing.add_fields();
    date.set_field(field);
    SetProvenance(dice, *date.mutable_provenance());
  }
  if (dice.One(3)) {
    v1::CoverageArea& area = *listing.add_coverage();
    area.set_kind(v1::CoverageArea::STATE);
    area.set_code(dice.One(2) ? "MD" : "VA");
  }
  if (dice.One(12)) listing.set_status(v1::TEMPORARILY_CLOSED);
  if (dice.One(8)) {
    listing.mutable_operating_state()->set_kind(
        static_cast<v1::OperatingState::Kind>(dice.Below(4)));
  }
  FillProfile(dice, *listing.mutable_profile());
  return listing;
}

std::vector<v1::Listing> RandomDirectory(Dice& dice) {
  std::vector<v1::Listing> listings;
  for (int i = 0; i < 40; ++i) {
    listings.push_back(RandomListing(dice, "l" + std::to_string(100 + i)));
  }
  return listings;
}

v1::MatchRequest RandomRequest(Dice& dice) {
  v1::MatchRequest request;
  request.mutable_as_of()->set_seconds(kAutumn);
  request.set_max_results(100);
  v1::Person& person = *request.mutable_person();
  person.mutable_start()->set_latitude_e7(391'000'000);
  person.mutable_start()->set_longitude_e7(-761'000'000);
  if (dice.One(2)) person.set_age(dice.Pick<int>({17, 18, 31, 40, 41}));
  if (dice.One(2)) person.set_gender(dice.One(2) ? "woman" : "man");
  if (dice.One(3)) person.add_medications("methadone");
  if (dice.One(3)) person.set_used_today(true);
  if (dice.One(3)) person.add_circumstances("parole");
  if (dice.One(3)) person.set_cannot_show_ssn_or_status(true);
  if (dice.One(3)) person.mutable_home()->set_state("MD");
  if (dice.One(3)) {
    v1::Child& child = *person.mutable_household()->add_children();
    child.set_age(dice.Pick<int>({4, 12, 13}));
    child.set_gender("boy");
  }
  if (dice.One(3)) {
    v1::Coverage& coverage = *person.add_coverage();
    coverage.set_state(dice.One(2) ? v1::Coverage::IN_FORCE
                                   : v1::Coverage::PENDING);
    coverage.set_kind("medicaid");
  }
  if (dice.One(2)) {
    v1::WeekWindow& free = *person.add_free();
    free.set_start("18:00");
    free.set_end("03:00");
  }
  v1::Need& need = *request.add_needs();
  for (const char* term :
       {"recovery-residence", "food-pantry", "aa-meeting", "detox"}) {
    if (dice.One(2) || need.terms().empty()) need.add_terms(term);
  }
  if (!dice.One(3)) need.set_within_m(dice.Pick<int>({5'000, 20'000, 40'000}));
  if (dice.One(4)) need.add_modes(dice.One(3) ? "in_person" : "online");
  if (dice.One(3)) {
    v1::NeedTime& when = *need.mutable_when();
    if (dice.One(2)) {
      when.mutable_window()->add_days("SU");
      when.mutable_window()->set_start("00:00");
      when.mutable_window()->set_end("24:00");
    } else {
      when.set_tonight(true);
    }
  }
  if (dice.One(2)) {
    v1::Criterion& criterion = *request.add_criteria();
    criterion.set_kind(dice.One(2) ? v1::MUST : v1::MUST_NOT);
    criterion.set_field("any.pathway");
    criterion.add_values("secular");
    if (dice.One(2)) criterion.add_values("twelve_step");
  }
  v1::Criterion& prefer = *request.add_criteria();
  prefer.set_kind(v1::PREFER);
  prefer.set_field("any.child_care");
  prefer.add_values("yes");
  return request;
}

std::map<std::string, v1::Option> ById(const v1::MatchResponse& answer) {
  std::map<std::string, v1::Option> options;
  for (const v1::Option& option : answer.needs(0).options()) {
    options.emplace(option.listing().id(), option);
  }
  return options;
}

std::vector<std::string> Ids(const v1::MatchResponse& answer) {
  std::vector<std::string> ids;
  for (const v1::Option& option : answer.needs(0).options()) {
    ids.push_back(option.listing().id());
  }
  return ids;
}

std::string Bytes(const v1::MatchResponse& answer) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  answer.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

TEST(PropertiesTest, TheSameQuestionHasTheSameBytesAndAddsUp) {
  ForSeeds([](unsigned seed) {
    Dice dice(seed);
    std::vector<v1::Listing> listings = RandomDirectory(dice);
    const v1::MatchRequest request = RandomRequest(dice);
    const v1::MatchResponse answer =
        MatchOrDie(*MakeSnapshot(listings), request);
    std::shuffle(listings.begin(), listings.end(), std::mt19937(seed));
    EXPECT_EQ(Bytes(answer),
              Bytes(MatchOrDie(*MakeSnapshot(listings), request)));
    for (const v1::Option& option : answer.needs(0).options()) {
      int sum = 0;
      for (const v1::Component& component : option.explanation().components()) {
        EXPECT_GE(component.points(), 0);
        EXPECT_LE(component.points(), component.maximum());
        EXPECT_FALSE(component.sentence().empty());
        sum += component.points();
        int parts = component.parts().empty() ? component.points() : 0;
        for (const v1::Component& part : component.parts()) {
          parts += part.points();
        }
        EXPECT_EQ(parts, component.points());
      }
      EXPECT_EQ(sum, option.points());
      EXPECT_NE(option.verdict(), v1::DOES_NOT_FIT);
      EXPECT_EQ(option.verdict() == v1::CHECK, option.doubt() > 0);
      EXPECT_EQ(option.verdict() == v1::CHECK, option.questions_size() > 0);
    }
  });
}

TEST(PropertiesTest, RaisingAWeightNeverLowersWhatSatisfiesIt) {
  ForSeeds([](unsigned seed) {
    Dice dice(seed);
    const auto snapshot = MakeSnapshot(RandomDirectory(dice));
    v1::MatchRequest request = RandomRequest(dice);
    const v1::MatchResponse before = MatchOrDie(*snapshot, request);
    request.mutable_criteria(request.criteria_size() - 1)->set_weight(3);
    const v1::MatchResponse after = MatchOrDie(*snapshot, request);
    const std::vector<std::string> old_order = Ids(before);
    const std::vector<std::string> new_order = Ids(after);
    const auto options = ById(before);
    for (size_t i = 0; i < old_order.size(); ++i) {
      bool met = false;
      for (const v1::Component& c :
           options.at(old_order[i]).explanation().components()) {
        if (c.name() == "prefer") met = c.points() > 0;
      }
      if (!met) continue;
      const auto now =
          std::find(new_order.begin(), new_order.end(), old_order[i]);
      EXPECT_LE(static_cast<size_t>(now - new_order.begin()), i);
    }
  });
}

TEST(PropertiesTest, MovingNearerNeverLowersNearPoints) {
  ForSeeds([](unsigned seed) {
    Dice dice(seed);
    v1::MatchRequest request = RandomRequest(dice);
    v1::Listing listing = RandomListing(dice, "l1");
    request.mutable_needs(0)->clear_terms();
    request.mutable_needs(0)->add_terms(listing.terms(0).term());
    int last = -1;
    for (int step = 40; step >= 0; --step) {
      listing.mutable_place()->set_basis(v1::Place::COORDINATES);
      listing.mutable_place()->set_latitude_e7(391'000'000 + step * 100'000);
      listing.mutable_place()->set_longitude_e7(-761'000'000);
      const auto explained = ExplainOne(listing, request);
      if (!explained.candidate()) continue;
      for (const v1::Component& component :
           explained.option().explanation().components()) {
        if (component.name() != "near") continue;
        EXPECT_GE(component.points(), last);
        last = component.points();
      }
    }
  });
}

// A fact of today.
void SetToday(v1::Answer answer, v1::Fact& fact) {
  fact.set_answer(answer);
  fact.mutable_provenance()->mutable_verified_at()->set_seconds(kAutumn);
}

// What does not fit: held back, by a rule of the listing, by a MUST.
std::vector<v1::Listing> Misfits(Dice& dice, const v1::MatchRequest& request) {
  std::vector<v1::Listing> misfits;
  for (int i = 0; i < 12; ++i) {
    v1::Listing more = RandomListing(dice, "m" + std::to_string(i));
    // A candidate all the same.
    more.clear_status();
    more.mutable_terms(0)->set_term(request.needs(0).terms(0));
    more.mutable_place()->set_basis(v1::Place::COORDINATES);
    more.mutable_place()->set_latitude_e7(391'000'000);
    more.mutable_place()->set_longitude_e7(-761'000'000);
    v1::RecoveryProfile& profile = *more.mutable_profile();
    profile.mutable_any()->clear_attendance_mode();
    SetToday(v1::YES, *profile.mutable_basic_needs()->mutable_low_barrier());
    if (i % 3 == 0) {
      more.set_do_not_refer(true);
    } else if (i % 3 == 1) {
      v1::NumberFact& youngest = *profile.mutable_any()->mutable_minimum_age();
      youngest.set_answer(v1::YES);
      youngest.set_value(60);
      youngest.mutable_provenance()->mutable_verified_at()->set_seconds(
          kAutumn);
    } else {
      SetToday(v1::NO, *profile.mutable_basic_needs()->mutable_low_barrier());
    }
    misfits.push_back(std::move(more));
  }
  return misfits;
}

TEST(PropertiesTest, WhatDoesNotFitChangesNobodysOrder) {
  ForSeeds([](unsigned seed) {
    Dice dice(seed);
    std::vector<v1::Listing> listings = RandomDirectory(dice);
    for (v1::Listing& listing : listings) {
      if (dice.One(2)) continue;
      SetToday(v1::YES, *listing.mutable_profile()
                             ->mutable_basic_needs()
                             ->mutable_low_barrier());
    }
    v1::MatchRequest request = RandomRequest(dice);
    request.mutable_person()->set_age(31);
    v1::Criterion& must = *request.add_criteria();
    must.set_kind(v1::MUST);
    must.set_field("basic_needs.low_barrier");
    must.add_values("yes");
    const v1::MatchResponse before =
        MatchOrDie(*MakeSnapshot(listings), request);
    const std::vector<v1::Listing> misfits = Misfits(dice, request);
    listings.insert(listings.end(), misfits.begin(), misfits.end());
    const v1::MatchResponse after =
        MatchOrDie(*MakeSnapshot(listings), request);
    EXPECT_EQ(Ids(after), Ids(before));
    EXPECT_EQ(after.needs(0).does_not_fit_count(),
              before.needs(0).does_not_fit_count() +
                  static_cast<int>(misfits.size()));
  });
}

// The facts a random listing may forget.
std::vector<v1::Listing> Forgetful(const v1::Listing& listing) {
  std::vector<v1::Listing> forgotten;
  const auto add = [&](auto change) {
    forgotten.push_back(listing);
    change(forgotten.back());
  };
  const auto any = [](v1::Listing& l) {
    return l.mutable_profile()->mutable_any();
  };
  add([&](v1::Listing& l) { any(l)->clear_child_care(); });
  add([&](v1::Listing& l) { any(l)->clear_admits_if_used_today(); });
  add([&](v1::Listing& l) { any(l)->clear_ssn_or_status_required(); });
  add([&](v1::Listing& l) { any(l)->clear_minimum_age(); });
  add([&](v1::Listing& l) { any(l)->clear_maximum_age(); });
  add([&](v1::Listing& l) { any(l)->clear_medication(); });
  add([&](v1::Listing& l) { any(l)->clear_payments(); });
  add([&](v1::Listing& l) { any(l)->clear_record_accepted(); });
  add([&](v1::Listing& l) { any(l)->clear_attendance_mode(); });
  add([&](v1::Listing& l) { l.mutable_profile()->clear_housing(); });
  add([&](v1::Listing& l) { l.clear_schedules(); });
  add([&](v1::Listing& l) { l.clear_fields(); });
  add([&](v1::Listing& l) { l.clear_coverage(); });
  const v1::AnyServiceProfile& facts = listing.profile().any();
  for (int i = 0; i < facts.genders().values_size(); ++i) {
    add([&](v1::Listing& l) {
      any(l)->mutable_genders()->mutable_values()->DeleteSubrange(i, 1);
    });
  }
  for (int i = 0; i < facts.pathway().values_size(); ++i) {
    add([&](v1::Listing& l) {
      any(l)->mutable_pathway()->mutable_values()->DeleteSubrange(i, 1);
    });
  }
  return forgotten;
}

TEST(PropertiesTest, ForgettingAFactMovesFitsToCheckAndNeverOut) {
  ForSeeds([](unsigned seed) {
    Dice dice(seed);
    const v1::MatchRequest request = RandomRequest(dice);
    for (const v1::Listing& listing : RandomDirectory(dice)) {
      const auto before = ExplainOne(listing, request);
      if (!before.candidate() || before.option().verdict() != v1::FITS) {
        continue;
      }
      for (const v1::Listing& forgotten : Forgetful(listing)) {
        const auto after = ExplainOne(forgotten, request);
        // Without a word on how one takes part it is a place to go to, and the
        // distance asked for decides.
        const v1::Need& need = request.needs(0);
        const bool must_go = need.modes().empty() && need.within_m() > 0 &&
                             before.option().distance_m() < 0;
        if (must_go &&
            forgotten.profile().any().attendance_mode().values_size() == 0) {
          continue;
        }
        EXPECT_TRUE(after.candidate())
            << request.DebugString() << forgotten.DebugString();
        EXPECT_NE(after.option().verdict(), v1::DOES_NOT_FIT)
            << request.DebugString() << forgotten.DebugString();
      }
    }
  });
}

// Whatever is old, undated or unknown says so: it is listed and to be checked,
// or it is a question.
TEST(PropertiesTest, NoTextAssertsAnOldOrUnknownFact) {
  ForSeeds([](unsigned seed) {
    Dice dice(seed);
    const v1::MatchResponse answer =
        MatchOrDie(*MakeSnapshot(RandomDirectory(dice)), RandomRequest(dice));
    const auto careful = [](const std::string& text) {
      for (const char* sign :
           {"to check", "Ask", "ask", "as listed", "listed hours"}) {
        if (text.find(sign) != std::string::npos) return true;
      }
      return false;
    };
    for (const v1::Option& option : answer.needs(0).options()) {
      for (const v1::Judgement& judgement : option.explanation().judgements()) {
        if (judgement.state() != v1::UNKNOWN) continue;
        const bool conditional = judgement.doubt() == 2;
        EXPECT_TRUE(conditional || careful(judgement.sentence()))
            << judgement.sentence();
      }
      for (const v1::DatedFact& fact : option.facts()) {
        if (fact.age() != v1::STALE && fact.age() != v1::UNDATED) continue;
        EXPECT_TRUE(careful(fact.sentence())) << fact.sentence();
      }
    }
  });
}

// Makes every date that is there an old one, or none.
void Age(Dice& dice, google::protobuf::Message& message) {
  if (auto* provenance = dynamic_cast<v1::Provenance*>(&message)) {
    provenance->clear_verified_at();
    if (dice.One(2)) {
      provenance->mutable_verified_at()->set_seconds(
          kAutumn - std::int64_t{86'400} * dice.Pick<int>({400, 900}));
    }
    return;
  }
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE)
      continue;
    if (!field->is_repeated()) {
      Age(dice, *reflection.MutableMessage(&message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      Age(dice, *reflection.MutableRepeatedMessage(&message, field, i));
    }
  }
}

// Where everything is old or undated, no text at all is said as if it were so.
// How far it is, and what words stand in its text, is no fact of the place.
TEST(PropertiesTest, NoTextOfAnOldRecordIsAsserted) {
  ForSeeds([](unsigned seed) {
    Dice dice(seed);
    std::vector<v1::Listing> listings = RandomDirectory(dice);
    for (v1::Listing& listing : listings) Age(dice, listing);
    v1::MatchRequest request = RandomRequest(dice);
    const v1::MatchResponse answer =
        MatchOrDie(*MakeSnapshot(listings), request);
    const auto careful = [](const std::string& text) {
      for (const char* sign :
           {"to check", "Ask", "Listed", "listed", "not known", "No listed",
            "was checked", "You get ", " away."}) {
        if (text.find(sign) != std::string::npos) return true;
      }
      return false;
    };
    for (const v1::Option& option : answer.needs(0).options()) {
      for (const std::string& rule : option.their_rules()) {
        EXPECT_TRUE(careful(rule)) << rule;
      }
      for (const std::string& thing : option.what_to_bring()) {
        EXPECT_TRUE(careful(thing)) << thing;
      }
      for (const v1::Component& component : option.explanation().components()) {
        EXPECT_TRUE(careful(component.sentence())) << component.sentence();
        for (const v1::Component& part : component.parts()) {
          EXPECT_TRUE(careful(part.sentence())) << part.sentence();
        }
      }
      if (option.has_next()) {
        EXPECT_TRUE(careful(option.next().words())) << option.next().words();
      }
    }
  });
}

// Run by hand: --gtest_also_run_disabled_tests --gtest_filter=*Thousand*.
TEST(SpeedTest, DISABLED_TenThousandListings) {
  Dice dice(1);
  std::vector<v1::Listing> listings;
  for (int i = 0; i < 10'000; ++i) {
    listings.push_back(RandomListing(dice, "l" + std::to_string(10'000 + i)));
  }
  const auto snapshot = MakeSnapshot(listings);
  v1::MatchRequest request = RandomRequest(dice);
  request.set_max_results(10);
  MatchOrDie(*snapshot, request);
  const absl::Time start = absl::Now();
  for (int i = 0; i < 10; ++i) MatchOrDie(*snapshot, request);
  const v1::MatchResponse answer = MatchOrDie(*snapshot, request);
  std::cout << (absl::Now() - start) / 11 << " a match, "
            << answer.needs(0).fits_count() + answer.needs(0).check_count() +
                   answer.needs(0).does_not_fit_count()
            << " candidates\n";
}

}  // namespace
}  // namespace handrail::matcher
