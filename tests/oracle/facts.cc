#include "tests/oracle/facts.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace handrail::oracle {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01.
constexpr std::int64_t kLastSecond = 253'402'300'799;   // 9999-12-31.

absl::Duration Lifetime(v1::FactTtl ttl) {
  switch (ttl) {
    case v1::TTL_CAPACITY:
      return absl::Hours(72);
    case v1::TTL_WAITLIST:
      return absl::Hours(24 * 7);
    case v1::TTL_ACCEPTING_NEW:
      return absl::Hours(24 * 30);
    case v1::TTL_POLICY:
    case v1::TTL_MEETING_TIME:
      return absl::Hours(24 * 90);
    case v1::TTL_ELIGIBILITY:
      return absl::Hours(24 * 180);
    case v1::TTL_ADDRESS:
      return absl::Hours(24 * 365);
    default:
      return absl::ZeroDuration();
  }
}

// When somebody checked it, as far as anybody can have at the moment asked.
std::optional<absl::Time> VerifiedAt(const v1::Provenance* from,
                                     absl::Time as_of) {
  if (from == nullptr || !from->has_verified_at()) return std::nullopt;
  const auto& stamp = from->verified_at();
  if (stamp.seconds() < kFirstSecond || stamp.seconds() > kLastSecond ||
      stamp.nanos() < 0 || stamp.nanos() > 999'999'999) {
    return std::nullopt;
  }
  const absl::Time time =
      absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
  if (time > as_of) return std::nullopt;
  return time;
}

template <typename F>
Recorded Of(const F& fact) {
  Recorded out;
  out.answer = fact.answer();
  out.from = fact.has_provenance() ? &fact.provenance() : nullptr;
  return out;
}

Recorded ReadMessage(const Message& fact, const std::string& code) {
  if (const auto* yes_no = dynamic_cast<const v1::Fact*>(&fact)) {
    return Of(*yes_no);
  }
  if (const auto* number = dynamic_cast<const v1::NumberFact*>(&fact)) {
    Recorded out = Of(*number);
    out.number = number->value();
    return out;
  }
  if (const auto* choice = dynamic_cast<const v1::ChoiceFact*>(&fact)) {
    Recorded out = Of(*choice);
    // A stated value rules out the others.
    if (out.said() && choice->code() != code) out.answer = v1::NO;
    return out;
  }
  const auto& set = dynamic_cast<const v1::SetFact&>(fact);
  for (const v1::CodedFact& value : set.values()) {
    if (value.code() == code) return Of(value);
  }
  return {};
}

// What "there is no such number" means: none at all, or no limit.
bool NoIsZero(const std::string& path) {
  static const std::set<std::string> paths = {
      "any.minimum_age",
      "any.wait_days",
      "any.booking_lead_hours",
      "housing.weekly_fee",
      "housing.move_in_cost",
      "housing.deposit",
      "housing.minimum_days_without_use",
      "housing.reentry_wait_days",
      "employment.pay"};
  return paths.contains(path);
}
bool NoIsUnlimited(const std::string& path) {
  static const std::set<std::string> paths = {"any.maximum_age",
                                              "any.intake_cutoff",
                                              "housing.children_max",
                                              "housing.boys_age_max",
                                              "housing.girls_age_max",
                                              "housing.max_stay_days",
                                              "basic_needs.visits_per_month"};
  return paths.contains(path);
}

// MET, then UNKNOWN by doubt, then NOT_MET.
int Rank(const Judged& judged) {
  if (judged.state == v1::MET) return 0;
  return judged.state == v1::NOT_MET ? 5 : judged.doubt;
}

int AgeRank(v1::AgeState age) { return static_cast<int>(age); }

}  // namespace

v1::AgeState AgeOf(const v1::Provenance* from, v1::FactTtl ttl,
                   const Moment& moment) {
  const auto verified = VerifiedAt(from, moment.as_of);
  if (!verified.has_value()) return v1::UNDATED;
  absl::Duration lifetime = Lifetime(ttl);
  const auto source = moment.lifetimes->by_source.find(from->source());
  if (source != moment.lifetimes->by_source.end()) {
    const auto own = source->second.find(ttl);
    if (own != source->second.end()) lifetime = own->second;
  }
  // Whoever reported it said that it holds until then.
  if (from->has_expires_at()) {
    const auto& end = from->expires_at();
    const absl::Time over =
        absl::FromUnixSeconds(end.seconds()) + absl::Nanoseconds(end.nanos());
    if (moment.as_of >= over) return v1::STALE;
  }
  const absl::Duration age = moment.as_of - *verified;
  if (age > lifetime) return v1::STALE;
  return age > lifetime / 2 ? v1::AGING : v1::CONFIRMED;
}

int DaysOf(const v1::Provenance* from, const Moment& moment) {
  const auto verified = VerifiedAt(from, moment.as_of);
  if (!verified.has_value()) return -1;
  return static_cast<int>((moment.as_of - *verified) / absl::Hours(24));
}

bool IsOld(v1::AgeState age) { return age == v1::STALE || age == v1::UNDATED; }

v1::AgeState Worse(v1::AgeState a, v1::AgeState b) {
  return AgeRank(a) >= AgeRank(b) ? a : b;
}

Recorded Read(const v1::RecoveryProfile& profile, const std::string& path,
              const std::string& code) {
  const std::size_t dot = path.find('.');
  const FieldDescriptor* group =
      profile.GetDescriptor()->FindFieldByName(path.substr(0, dot));
  const FieldDescriptor* field =
      group->message_type()->FindFieldByName(path.substr(dot + 1));
  Recorded out;
  if (profile.GetReflection()->HasField(profile, group)) {
    const Message& inner = profile.GetReflection()->GetMessage(profile, group);
    if (inner.GetReflection()->HasField(inner, field)) {
      out = ReadMessage(inner.GetReflection()->GetMessage(inner, field), code);
    }
  }
  out.ttl = field->options().GetExtension(v1::fact).ttl();
  return out;
}

bool NamesAny(const v1::RecoveryProfile& profile, const std::string& path) {
  const std::size_t dot = path.find('.');
  const FieldDescriptor* group =
      profile.GetDescriptor()->FindFieldByName(path.substr(0, dot));
  const Message& inner = profile.GetReflection()->GetMessage(profile, group);
  const auto* set =
      dynamic_cast<const v1::SetFact*>(&inner.GetReflection()->GetMessage(
          inner, group->message_type()->FindFieldByName(path.substr(dot + 1))));
  return set != nullptr && !set->values().empty();
}

v1::Answer Not(v1::Answer answer) {
  if (answer == v1::YES) return v1::NO;
  return answer == v1::NO ? v1::YES : answer;
}

v1::Answer Compare(const Recorded& recorded, const std::string& path, char sign,
                   long long bound) {
  if (!recorded.said() || recorded.answer == v1::CONDITIONAL) {
    return recorded.answer;
  }
  long long number = recorded.number;
  if (recorded.answer == v1::NO) {
    if (!NoIsZero(path) && !NoIsUnlimited(path)) return v1::ANSWER_UNSPECIFIED;
    number = NoIsZero(path) ? 0 : 1'000'000'000'000;
  }
  const bool holds = sign == '<'   ? number <= bound
                     : sign == '>' ? number >= bound
                                   : number == bound;
  return holds ? v1::YES : v1::NO;
}

v1::Answer AnswerTo(const Recorded& recorded, const std::string& path,
                    const std::string& value) {
  const std::size_t dot = path.find('.');
  const std::string type = v1::RecoveryProfile::descriptor()
                               ->FindFieldByName(path.substr(0, dot))
                               ->message_type()
                               ->FindFieldByName(path.substr(dot + 1))
                               ->message_type()
                               ->name();
  if (type == "Fact") {
    return value == "no" ? Not(recorded.answer) : recorded.answer;
  }
  if (type != "NumberFact") return recorded.answer;
  const bool compared = value[0] == '<' || value[0] == '>';
  return Compare(recorded, path, compared ? value[0] : '=',
                 std::atoll(value.c_str() + (compared ? 2 : 0)));
}

Judged JudgeAnswer(const std::string& rule, v1::Answer answer, v1::AgeState age,
                   std::optional<int> days, bool no_stands) {
  Judged out;
  out.rule = rule;
  out.age = age;
  out.days = days;
  out.state = v1::UNKNOWN;
  if (answer == v1::ANSWER_UNSPECIFIED) {
    out.doubt = 3;
  } else if (answer == v1::CONDITIONAL) {
    out.doubt = 2;
  } else if (answer == v1::YES) {
    if (IsOld(age)) {
      out.doubt = 1;
    } else {
      out.state = v1::MET;
    }
  } else if (IsOld(age) && !no_stands) {
    out.doubt = 4;
  } else {
    out.state = v1::NOT_MET;
  }
  return out;
}

Judged JudgeRecorded(const std::string& rule, const Recorded& recorded,
                     v1::Answer answer, const Moment& moment) {
  if (!recorded.said() || answer == v1::ANSWER_UNSPECIFIED) {
    return JudgeAnswer(rule, v1::ANSWER_UNSPECIFIED, v1::AGE_STATE_UNSPECIFIED,
                       std::nullopt);
  }
  return JudgeAnswer(rule, answer, AgeOf(recorded.from, recorded.ttl, moment),
                     DaysOf(recorded.from, moment));
}

Judged AnyOf(const std::vector<Judged>& judged) {
  return *std::min_element(
      judged.begin(), judged.end(),
      [](const Judged& a, const Judged& b) { return Rank(a) < Rank(b); });
}

Judged AllOf(const std::vector<Judged>& judged) {
  return *std::max_element(
      judged.begin(), judged.end(), [](const Judged& a, const Judged& b) {
        if (Rank(a) != Rank(b)) return Rank(a) < Rank(b);
        return Rank(a) == 0 && AgeRank(a.age) < AgeRank(b.age);
      });
}

Judged JudgeCriterion(const v1::RecoveryProfile& profile,
                      const v1::Criterion& criterion, const Moment& moment) {
  const bool refused = criterion.kind() == v1::MUST_NOT;
  std::vector<Judged> values;
  for (const std::string& value : criterion.values()) {
    const Recorded recorded = Read(profile, criterion.field(), value);
    const v1::Answer answer = AnswerTo(recorded, criterion.field(), value);
    values.push_back(JudgeRecorded(criterion.field(), recorded,
                                   refused ? Not(answer) : answer, moment));
  }
  Judged out = refused ? AllOf(values) : AnyOf(values);
  out.owner = v1::PERSON;
  return out;
}

}  // namespace handrail::oracle
