// The register of criteria against the schema it is read from.
#include "matcher/fact_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/testing/testing.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::IsOk;
using ::handrail::testing::ParseText;
using ::handrail::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

v1::RecoveryProfile Profile() {
  return ParseText<v1::RecoveryProfile>(R"pb(
    any {
      medication {
        values { code: "methadone" answer: YES words: "with a letter" }
        values { code: "buprenorphine" answer: CONDITIONAL words: "ask" }
        values { code: "xr_naltrexone" answer: NO }
      }
      maximum_age { answer: NO }
      wait_days { answer: CONDITIONAL value: 14 words: "about two weeks" }
      waitlist { answer: YES code: "open" }
    }
    housing {
      partner {
        answer: NO
        provenance { source: "bchd" }
      }
      weekly_fee { answer: YES value: 15000 }
      deposit { answer: NO }
      guest_dosing_distance_m { answer: NO }
      narr_level { answer: CONDITIONAL code: "level_2" words: "pending" }
    }
    support_group { fellowship { answer: YES code: "na" } }
  )pb");
}

TEST(FactRegisterTest, HoldsEveryFactFieldOfTheSchema) {
  std::set<std::string> expected;
  const auto* profile = v1::RecoveryProfile::descriptor();
  for (int g = 0; g < profile->field_count(); ++g) {
    const auto* group = profile->field(g)->message_type();
    for (int f = 0; f < group->field_count(); ++f) {
      if (group->field(f)->options().HasExtension(v1::fact)) {
        expected.insert(profile->field(g)->name() + "." +
                        group->field(f)->name());
      }
    }
  }
  std::set<std::string> actual;
  for (const FactField& field : FactRegister::Instance().fields()) {
    actual.insert(field.path);
    EXPECT_NE(field.ttl, v1::FACT_TTL_UNSPECIFIED) << field.path;
    EXPECT_EQ(FactRegister::Instance().Find(field.path), &field);
  }
  EXPECT_EQ(actual, expected);
  EXPECT_GT(actual.size(), 80u);
}

TEST(FactRegisterTest, EveryNumberSaysWhatNoMeans) {
  // The two that may say nothing are named here, so that a new number field
  // is decided on rather than forgotten.
  std::set<std::string> undecided;
  for (const FactField& field : FactRegister::Instance().fields()) {
    if (field.kind != FactKind::kNumber) continue;
    EXPECT_FALSE(field.unit.empty()) << field.path;
    if (field.no_number == NoNumber::kNothing) undecided.insert(field.path);
  }
  EXPECT_THAT(undecided,
              ::testing::ElementsAre("employment.lookback_years",
                                     "housing.guest_dosing_distance_m"));
}

TEST(FactRegisterTest, ReadsKindLifetimeCodesAndUnit) {
  const FactField& level = KnownField("housing.narr_level");
  EXPECT_EQ(level.kind, FactKind::kChoice);
  EXPECT_EQ(level.ttl, v1::TTL_ADDRESS);
  EXPECT_FALSE(level.changeable);
  EXPECT_THAT(level.codes, ::testing::ElementsAre("level_1", "level_2",
                                                  "level_3", "level_4"));
  const FactField& fee = KnownField("housing.weekly_fee");
  EXPECT_EQ(fee.kind, FactKind::kNumber);
  EXPECT_TRUE(fee.changeable);
  EXPECT_EQ(fee.unit, "cents");
}

TEST(FactRegisterTest, NeverCallsWhoAPersonIsChangeable) {
  // No one is told they would fit if they were someone else or stopped a
  // medication.
  for (const char* path :
       {"any.medication", "any.genders", "any.minimum_age", "any.maximum_age",
        "housing.children", "housing.children_max", "any.record_accepted",
        "any.ssn_or_status_required", "any.admits_if_used_today",
        "housing.minimum_days_without_use", "any.populations"}) {
    EXPECT_FALSE(KnownField(path).changeable) << path;
  }
}

TEST(FactRegisterTest, AnUnknownPathIsToldWhichThereAre) {
  const auto wrong = FactRegister::Instance().Field("housing.levle");
  EXPECT_THAT(wrong, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(MessageOf(wrong.status()), HasSubstr("housing.narr_level"));
  EXPECT_THAT(MessageOf(wrong.status()), Not(HasSubstr("levle")));
  const auto nowhere = FactRegister::Instance().Field("house");
  EXPECT_THAT(MessageOf(nowhere.status()), HasSubstr("support_group"));
  // Texts, documents and places are not criteria.
  for (const char* path : {"any.documents", "any.places", "any.what_to_bring",
                           "", ".", "housing."}) {
    EXPECT_THAT(FactRegister::Instance().Field(path),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << path;
  }
}

struct ReadCase {
  std::string path, value;
  v1::Answer recorded, answer;
};

TEST(ReadTest, AnswersWhatIsRecorded) {
  constexpr v1::Answer kAbsent = v1::ANSWER_UNSPECIFIED;
  const ReadCase cases[] = {
      // Yes or no.
      {"housing.partner", "yes", v1::NO, v1::NO},
      {"housing.partner", "no", v1::NO, v1::YES},
      {"housing.pets", "yes", kAbsent, kAbsent},
      {"housing.pets", "no", kAbsent, kAbsent},
      // An open list: what it does not name is absent.
      {"any.medication", "methadone", v1::YES, v1::YES},
      {"any.medication", "buprenorphine", v1::CONDITIONAL, v1::CONDITIONAL},
      {"any.medication", "xr_naltrexone", v1::NO, v1::NO},
      {"any.medication", "xr_buprenorphine", kAbsent, kAbsent},
      {"any.payments", "medicaid", kAbsent, kAbsent},
      // A single value rules out the others.
      {"any.waitlist", "open", v1::YES, v1::YES},
      {"any.waitlist", "none", v1::NO, v1::NO},
      {"any.cost", "free", kAbsent, kAbsent},
      {"housing.narr_level", "level_2", v1::CONDITIONAL, v1::CONDITIONAL},
      {"housing.narr_level", "level_3", v1::NO, v1::NO},
      {"support_group.fellowship", "na", v1::YES, v1::YES},
      {"support_group.fellowship", "aa", v1::NO, v1::NO},
      // Numbers.
      {"housing.weekly_fee", "<=15000", v1::YES, v1::YES},
      {"housing.weekly_fee", "<=14999", v1::YES, v1::NO},
      {"housing.weekly_fee", ">=15000", v1::YES, v1::YES},
      {"housing.weekly_fee", ">=15001", v1::YES, v1::NO},
      {"housing.weekly_fee", "15000", v1::YES, v1::YES},
      {"housing.weekly_fee", "1", v1::YES, v1::NO},
      {"any.wait_days", "<=30", v1::CONDITIONAL, v1::CONDITIONAL},
      {"housing.max_stay_days", ">=90", kAbsent, kAbsent},
      // No such number: no deposit is 0, no oldest age is no limit.
      {"housing.deposit", "<=5000", v1::NO, v1::YES},
      {"any.maximum_age", ">=70", v1::NO, v1::YES},
      {"any.maximum_age", "<=70", v1::NO, v1::NO},
      {"housing.guest_dosing_distance_m", "<=5000", v1::NO, kAbsent},
  };
  const v1::RecoveryProfile profile = Profile();
  for (const ReadCase& c : cases) {
    SCOPED_TRACE(c.path + " " + c.value);
    const FactField& field = KnownField(c.path);
    const auto value = ParseFactValue(field, c.value);
    ASSERT_THAT(value, IsOk());
    const Reading reading = Read(profile, field, value->code);
    EXPECT_EQ(reading.answer, c.recorded);
    EXPECT_EQ(AnswerTo(reading, field, *value), c.answer);
  }
}

TEST(ReadTest, GivesWordsSourceNumberAndCode) {
  const v1::RecoveryProfile profile = Profile();
  EXPECT_EQ(Read(profile, KnownField("any.medication"), "methadone").words,
            "with a letter");
  const Reading partner = Read(profile, KnownField("housing.partner"));
  ASSERT_NE(partner.provenance, nullptr);
  EXPECT_EQ(partner.provenance->source(), "bchd");
  EXPECT_EQ(Read(profile, KnownField("any.wait_days")).number, 14);
  EXPECT_EQ(Read(profile, KnownField("any.waitlist"), "none").code, "open");
  EXPECT_EQ(Read({}, KnownField("housing.partner")).provenance, nullptr);
}

TEST(ReadAllTest, ListsWhatAPlaceSays) {
  const v1::RecoveryProfile profile = Profile();
  EXPECT_EQ(ReadAll(profile, KnownField("any.medication")).size(), 3u);
  const auto level = ReadAll(profile, KnownField("housing.narr_level"));
  ASSERT_EQ(level.size(), 1u);
  EXPECT_EQ(level[0].answer, v1::CONDITIONAL);
  EXPECT_TRUE(ReadAll(profile, KnownField("housing.partner")).empty());
  EXPECT_TRUE(ReadAll(profile, KnownField("any.payments")).empty());
}

TEST(ParseFactValueTest, RefusesWhatTheFieldCannotBe) {
  const std::pair<const char*, const char*> cases[] = {
      {"housing.partner", "maybe"},
      {"housing.partner", ""},
      {"housing.partner", "YES"},
      {"housing.narr_level", "level_9"},
      {"housing.narr_level", ""},
      {"any.medication", "heroin"},
      {"housing.weekly_fee", ""},
      {"housing.weekly_fee", "<150"},
      {"housing.weekly_fee", "<= 5"},
      {"housing.weekly_fee", "-5"},
      {"housing.weekly_fee", "1.5"},
      {"housing.weekly_fee", "150 dollars"},
      {"housing.weekly_fee", "99999999999999999999"},
      {"housing.weekly_fee", "1000000001"},
      {"any.languages", ""},
      {"any.languages", "e s"},
      {"any.languages", "e\n"},
  };
  for (const auto& [path, value] : cases) {
    SCOPED_TRACE(std::string(path) + " " + value);
    const auto parsed = ParseFactValue(KnownField(path), value);
    EXPECT_THAT(parsed, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(MessageOf(parsed.status()), ::testing::StartsWith(path));
  }
  EXPECT_THAT(ParseFactValue(KnownField("any.languages"),
                             std::string(kFreeCodeBytesMax + 1, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ParseFactValueTest, TellsWhatWouldBeRight) {
  EXPECT_THAT(
      MessageOf(ParseFactValue(KnownField("housing.narr_level"), "x").status()),
      HasSubstr("level_1, level_2, level_3, level_4"));
  EXPECT_THAT(
      MessageOf(ParseFactValue(KnownField("housing.partner"), "x").status()),
      HasSubstr("\"yes\" or \"no\""));
  EXPECT_THAT(
      MessageOf(ParseFactValue(KnownField("housing.weekly_fee"), "x").status()),
      HasSubstr("cents"));
}

}  // namespace
}  // namespace handrail::matcher
