// The table of the verdict: what each recorded answer means for a wish, and
// the laws that any-of, all-of and not keep.
#include "matcher/judge_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace handrail::matcher {
namespace {

constexpr v1::Answer kAbsent = v1::ANSWER_UNSPECIFIED;
constexpr v1::AgeState kNoAge = v1::AGE_STATE_UNSPECIFIED;

struct Case {
  std::string name;
  v1::Answer answer;
  v1::AgeState age;
  Wanted wanted;
  v1::JudgementState state;
  int doubt;
};

TEST(JudgeAnswerTest, FollowsTheTableOfTheVerdict) {
  const Case cases[] = {
      {"a fresh yes is met", v1::YES, v1::CONFIRMED, Wanted::kYes, v1::MET, 0},
      {"an aging yes is still met", v1::YES, v1::AGING, Wanted::kYes, v1::MET,
       0},
      {"a fresh no is not met", v1::NO, v1::CONFIRMED, Wanted::kYes,
       v1::NOT_MET, 0},
      {"an aging no is not met", v1::NO, v1::AGING, Wanted::kYes, v1::NOT_MET,
       0},
      {"a stale yes is doubt 1", v1::YES, v1::STALE, Wanted::kYes, v1::UNKNOWN,
       1},
      {"an undated yes is doubt 1", v1::YES, v1::UNDATED, Wanted::kYes,
       v1::UNKNOWN, 1},
      {"conditional is doubt 2", v1::CONDITIONAL, v1::CONFIRMED, Wanted::kYes,
       v1::UNKNOWN, 2},
      {"a stale conditional is 2", v1::CONDITIONAL, v1::STALE, Wanted::kYes,
       v1::UNKNOWN, 2},
      {"absent is doubt 3", kAbsent, kNoAge, Wanted::kYes, v1::UNKNOWN, 3},
      {"a stale no is doubt 4", v1::NO, v1::STALE, Wanted::kYes, v1::UNKNOWN,
       4},
      {"an undated no is doubt 4", v1::NO, v1::UNDATED, Wanted::kYes,
       v1::UNKNOWN, 4},
      // MUST_NOT: the answer turns round first.
      {"must not, fresh yes", v1::YES, v1::CONFIRMED, Wanted::kNo, v1::NOT_MET,
       0},
      {"must not, fresh no", v1::NO, v1::CONFIRMED, Wanted::kNo, v1::MET, 0},
      {"must not, stale yes is a stale no", v1::YES, v1::STALE, Wanted::kNo,
       v1::UNKNOWN, 4},
      {"must not, stale no is a stale yes", v1::NO, v1::STALE, Wanted::kNo,
       v1::UNKNOWN, 1},
      {"must not, conditional", v1::CONDITIONAL, v1::CONFIRMED, Wanted::kNo,
       v1::UNKNOWN, 2},
      {"must not, absent", kAbsent, kNoAge, Wanted::kNo, v1::UNKNOWN, 3},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Judged judged = JudgeAnswer(c.answer, c.age, c.wanted);
    EXPECT_EQ(judged.state, c.state);
    EXPECT_EQ(judged.doubt, c.doubt);
    EXPECT_EQ(judged.age, c.age);
  }
}

TEST(JudgeAnswerTest, ARecordedNoForHoursStandsAtAnyAge) {
  for (const v1::AgeState age : {v1::STALE, v1::UNDATED}) {
    EXPECT_EQ(JudgeAnswer(v1::NO, age, Wanted::kYes, OldNo::kStands).state,
              v1::NOT_MET);
    EXPECT_EQ(JudgeAnswer(v1::YES, age, Wanted::kYes, OldNo::kStands).doubt, 1);
  }
}

// Every judged value there is.
std::vector<Judged> Every() {
  return {{.state = v1::MET, .age = v1::CONFIRMED},
          {.state = v1::MET, .age = v1::AGING},
          {.state = v1::UNKNOWN, .doubt = 1, .age = v1::STALE},
          {.state = v1::UNKNOWN, .doubt = 2, .age = v1::CONFIRMED},
          {.state = v1::UNKNOWN, .doubt = 3},
          {.state = v1::UNKNOWN, .doubt = 4, .age = v1::UNDATED},
          {.state = v1::NOT_MET, .age = v1::CONFIRMED}};
}

TEST(AnyOfTest, TakesMetThenTheLeastDoubtThenNotMet) {
  const std::vector<Judged> all = Every();
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i; j < all.size(); ++j) {
      const Judged best = AnyOf({all[j], all[i]});
      EXPECT_EQ(best.state, all[i].state);
      EXPECT_EQ(best.doubt, all[i].doubt);
    }
  }
}

TEST(AllOfTest, TakesNotMetThenTheGreatestDoubtThenMet) {
  const std::vector<Judged> all = Every();
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i; j < all.size(); ++j) {
      const Judged worst = AllOf({all[i], all[j]});
      EXPECT_EQ(worst.state, all[j].state);
      EXPECT_EQ(worst.doubt, all[j].doubt);
      EXPECT_EQ(worst.age, all[j].age);
    }
  }
}

TEST(AnyOfTest, OfNothingIsNotMet) { EXPECT_EQ(AnyOf({}).state, v1::NOT_MET); }
TEST(AllOfTest, OfNothingIsMet) { EXPECT_EQ(AllOf({}).state, v1::MET); }

TEST(KleeneTest, OrderAndGroupingDoNotMatter) {
  const std::vector<Judged> all = Every();
  const auto same = [](const Judged& a, const Judged& b) {
    return a.state == b.state && a.doubt == b.doubt;
  };
  for (const Judged& a : all) {
    for (const Judged& b : all) {
      EXPECT_TRUE(same(AnyOf({a, b}), AnyOf({b, a})));
      EXPECT_TRUE(same(AllOf({a, b}), AllOf({b, a})));
      for (const Judged& c : all) {
        EXPECT_TRUE(same(AnyOf({AnyOf({a, b}), c}), AnyOf({a, b, c})));
        EXPECT_TRUE(same(AllOf({AllOf({a, b}), c}), AllOf({a, b, c})));
        // Each distributes over the other.
        EXPECT_TRUE(same(AnyOf({a, AllOf({b, c})}),
                         AllOf({AnyOf({a, b}), AnyOf({a, c})})));
      }
    }
  }
}

TEST(KleeneTest, NotAnyIsAllNot) {
  // not (a or b) == (not a) and (not b), in states, over every answer and age.
  const std::vector<std::pair<v1::Answer, v1::AgeState>> every = {
      {v1::YES, v1::CONFIRMED},     {v1::YES, v1::STALE},
      {v1::NO, v1::CONFIRMED},      {v1::NO, v1::UNDATED},
      {v1::CONDITIONAL, v1::AGING}, {kAbsent, kNoAge}};
  const auto turned = [](v1::JudgementState state) {
    if (state == v1::MET) return v1::NOT_MET;
    return state == v1::NOT_MET ? v1::MET : v1::UNKNOWN;
  };
  for (const auto& a : every) {
    for (const auto& b : every) {
      EXPECT_EQ(JudgeAnyValue({a, b}, Wanted::kNo).state,
                turned(JudgeAnyValue({a, b}, Wanted::kYes).state));
    }
  }
}

TEST(JudgeAnyValueTest, OneForbiddenValueIsEnoughToSayNo) {
  // MUST_NOT twelve-step or faith practice; a place requires the second.
  EXPECT_EQ(
      JudgeAnyValue({{kAbsent, kNoAge}, {v1::YES, v1::CONFIRMED}}, Wanted::kNo)
          .state,
      v1::NOT_MET);
  // Says no to one and nothing on the other: ask.
  const Judged ask =
      JudgeAnyValue({{v1::NO, v1::CONFIRMED}, {kAbsent, kNoAge}}, Wanted::kNo);
  EXPECT_EQ(ask.state, v1::UNKNOWN);
  EXPECT_EQ(ask.doubt, 3);
}

TEST(JudgeAnyValueTest, AWishTakesItsLeastDoubt) {
  const Judged judged = JudgeAnyValue({{v1::NO, v1::STALE},
                                       {v1::CONDITIONAL, v1::CONFIRMED},
                                       {kAbsent, kNoAge}},
                                      Wanted::kYes);
  EXPECT_EQ(judged.state, v1::UNKNOWN);
  EXPECT_EQ(judged.doubt, 2);
}

TEST(NegateTest, TwiceIsNothing) {
  for (const v1::Answer answer : {v1::YES, v1::NO, v1::CONDITIONAL, kAbsent}) {
    EXPECT_EQ(Negate(Negate(answer)), answer);
  }
}

}  // namespace
}  // namespace handrail::matcher
