#include "matcher/speaker.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matcher/fact_age.h"

namespace handrail::matcher {
namespace {

constexpr const char* kDays[] = {"day.MO", "day.TU", "day.WE", "day.TH",
                                 "day.FR", "day.SA", "day.SU"};

std::string TwoDigits(int number) {
  return number < 10 ? absl::StrCat("0", number) : absl::StrCat(number);
}

// The answer as the place would give it: for a wish for "no", turned round.
v1::Answer Shown(const Finding& finding) {
  const bool turned = finding.value != nullptr && finding.field != nullptr &&
                      finding.field->kind == FactKind::kYesNo &&
                      finding.value->yes_no == v1::NO;
  return turned ? Negate(finding.answer) : finding.answer;
}

}  // namespace

std::string Speaker::Ago(const v1::Provenance& provenance) const {
  const absl::Duration age =
      question_.as_of -
      absl::FromUnixSeconds(provenance.verified_at().seconds());
  const std::int64_t minutes = absl::ToInt64Minutes(age);
  if (minutes < 1) return say_.Fill("ago.now");
  if (minutes < 60) return say_.Count("ago.minutes", minutes);
  if (minutes < 48 * 60) return say_.Count("ago.hours", minutes / 60);
  return DaysAgo(say_, minutes / (24 * 60));
}

std::string Speaker::Dated(v1::AgeState age,
                           const v1::Provenance* provenance) const {
  if (age == v1::AGE_STATE_UNSPECIFIED) return "";
  if (age == v1::UNDATED || provenance == nullptr) {
    return say_.Fill("dated.undated");
  }
  std::string method;
  if (provenance->method() != v1::FACT_METHOD_UNSPECIFIED &&
      v1::FactMethod_IsValid(provenance->method())) {
    method = say_.Fill("method." + v1::FactMethod_Name(provenance->method()));
  }
  const std::string_view key = age == v1::CONFIRMED ? "dated.confirmed"
                               : age == v1::AGING   ? "dated.aging"
                                                    : "dated.stale";
  return say_.Fill(key, {{"ago", Ago(*provenance)}, {"method", method}});
}

std::string Speaker::Distance(int distance_m) const {
  if (distance_m < 1000) {
    return say_.Fill("value.m", {{"value", absl::StrCat(distance_m)}});
  }
  const std::int64_t tenths =
      (static_cast<std::int64_t>(distance_m) + 50) / 100;
  return say_.Fill("value.km",
                   {{"value", absl::StrCat(tenths / 10, ".", tenths % 10)}});
}

std::string Speaker::Clock(int minutes) const {
  const int hour = minutes / 60 % 24;
  const int shown = hour % 12 == 0 ? 12 : hour % 12;
  const std::string time = absl::StrCat(shown, ":", TwoDigits(minutes % 60));
  return say_.Fill(hour < 12 ? "value.am" : "value.pm", {{"value", time}});
}

std::string Speaker::Moment(absl::Time time, absl::TimeZone zone) const {
  const absl::CivilMinute local = absl::ToCivilMinute(time, zone);
  const absl::CivilDay day(local);
  const std::string weekday =
      say_.Fill(kDays[static_cast<int>(absl::GetWeekday(day))]);
  const std::string clock = Clock(local.hour() * 60 + local.minute());
  const absl::CivilDay today = absl::ToCivilDay(question_.as_of, zone);
  if (day - today < 7) {
    return say_.Fill("value.day_time", {{"day", weekday}, {"time", clock}});
  }
  return say_.Fill("value.date_time",
                   {{"day", weekday},
                    {"month", say_.Fill(absl::StrCat("month.", day.month()))},
                    {"number", absl::StrCat(day.day())},
                    {"time", clock}});
}

std::string Speaker::Number(const FactField& field, int number) const {
  const std::string& unit = field.unit;
  if (unit == "cents") {
    const std::string cents =
        number % 100 == 0 ? "" : absl::StrCat(".", TwoDigits(number % 100));
    return say_.Fill("value.dollars",
                     {{"value", absl::StrCat(number / 100, cents)}});
  }
  if (unit == "minutes") return Clock(number);
  if (unit == "years" && field.path != "employment.lookback_years") {
    return say_.Count("value.age", number);
  }
  const std::string key = "value." + unit;
  return say_.Has(key) ? say_.Count(key, number) : absl::StrCat(number);
}

std::string Speaker::ValueOf(const Finding& finding) const {
  const FactField* field = finding.field;
  if (finding.value != nullptr && field->kind == FactKind::kNumber) {
    const std::string number = Number(*field, finding.value->number);
    switch (finding.value->compare) {
      case FactValue::Compare::kAtMost:
        return say_.Fill("value.at_most", {{"value", number}});
      case FactValue::Compare::kAtLeast:
        return say_.Fill("value.at_least", {{"value", number}});
      case FactValue::Compare::kEquals:
        return number;
    }
  }
  if (field == nullptr) return say_.Count("value.age", finding.number);
  if (field->kind == FactKind::kNumber) return Number(*field, finding.number);
  return say_.Code(finding.code);
}

std::string Speaker::ClaimOf(const Finding& finding) const {
  if (finding.rule == "service_area") {
    return say_.Claim("service_area", say_.Fill("value.home"));
  }
  if (finding.rule == "hours") return say_.Claim("hours", WhenText());
  const std::string value = ValueOf(finding);
  if (finding.field == nullptr) return say_.Claim(finding.rule, value);
  return say_.Claim(finding.field->path, value);
}

std::string Speaker::ClaimSentence(const Finding& finding) const {
  const std::string claim = Capitalized(ClaimOf(finding));
  const std::string dated = Dated(finding.age, finding.provenance);
  const bool old = IsOld(finding.age);
  switch (Shown(finding)) {
    case v1::YES:
      return say_.Fill(old ? "fact.yes_old" : "fact.yes",
                       {{"claim", claim}, {"dated", dated}});
    case v1::NO:
      return say_.Fill(old ? "fact.no_old" : "fact.no",
                       {{"claim", claim}, {"dated", dated}});
    case v1::CONDITIONAL:
      return say_.Fill(
          finding.words.empty() ? "fact.depends" : "fact.depends_words",
          {{"claim", claim}, {"words", finding.words}, {"dated", dated}});
    default:
      return say_.Fill("fact.absent", {{"claim", claim}});
  }
}

std::string Speaker::WhenText() const {
  switch (need_.need->when().time_case()) {
    case v1::NeedTime::kAt:
      return say_.Fill("when.at");
    case v1::NeedTime::kWindow:
      return say_.Fill("when.window");
    case v1::NeedTime::kTonight:
      return say_.Fill("when.tonight");
    default:
      return say_.Fill("when.now");
  }
}

std::string Speaker::StateSentence(const Finding& finding) const {
  switch (finding.hours_reason) {
    case HoursReason::kTemporarilyShut:
      return say_.Fill("judge.state.shut");
    case HoursReason::kOutOfSeason:
      return say_.Fill("judge.state.season");
    case HoursReason::kSeasonNotRecorded:
      return say_.Fill("judge.hours.absent", {{"when", say_.Fill("when.now")}});
    default:
      break;
  }
  if (finding.judged.state == v1::UNKNOWN) {
    return say_.Fill("judge.state.weather_ask");
  }
  return say_.Fill(finding.answer == v1::YES ? "judge.state.weather_yes"
                                             : "judge.state.weather_no",
                   {{"dated", Dated(finding.age, finding.provenance)}});
}

std::string Speaker::HoursSentence(const Finding& finding) const {
  const std::string when = WhenText();
  const std::string dated = Dated(finding.age, finding.provenance);
  switch (finding.hours_reason) {
    case HoursReason::kTemporarilyShut:
    case HoursReason::kOutOfSeason:
      return StateSentence(finding);
    case HoursReason::kNotActivated:
    case HoursReason::kActivationNotRecorded:
      return finding.judged.state == v1::NOT_MET
                 ? StateSentence(finding)
                 : say_.Fill("judge.hours.depends", {{"when", when}});
    default:
      break;
  }
  switch (finding.answer) {
    case v1::YES:
      return say_.Fill(
          IsOld(finding.age) ? "judge.hours.old" : "judge.hours.met",
          {{"when", when}, {"dated", dated}});
    case v1::NO:
      return say_.Fill("judge.hours.not_met",
                       {{"when", when}, {"dated", dated}});
    default:
      return say_.Fill("judge.hours.absent", {{"when", when}});
  }
}

std::string Speaker::Documents(const v1::DocumentRule& rule) const {
  std::string text;
  for (const std::string& code : rule.any_of()) {
    const std::string name = say_.Code(code);
    text = text.empty()
               ? name
               : say_.Fill("value.or", {{"first", text}, {"second", name}});
  }
  if (text.empty()) text = rule.words();
  return text.empty() ? say_.Code("other") : text;
}

std::string Speaker::DocumentSentence(const Finding& finding) const {
  if (finding.document == nullptr) return say_.Fill("judge.documents.absent");
  const std::string value = Documents(*finding.document);
  const std::string dated = Dated(finding.age, finding.provenance);
  const bool old = IsOld(finding.age);
  if (finding.document->answer() == v1::NO) {
    return NoDocumentSentence(*finding.document);
  }
  const std::string_view key =
      finding.answer == v1::YES && finding.held_later
          ? (old ? "judge.documents.later_old" : "judge.documents.later")
      : finding.answer == v1::YES
          ? (old ? "judge.documents.old" : "judge.documents.met")
      : finding.answer == v1::NO
          ? (old ? "judge.documents.not_met_old" : "judge.documents.not_met")
          : "judge.documents.depends";
  return say_.Fill(key, {{"value", value}, {"dated", dated}});
}

std::string Speaker::NoDocumentSentence(const v1::DocumentRule& rule) const {
  const v1::Provenance* date =
      rule.has_provenance() ? &rule.provenance() : nullptr;
  const v1::AgeState age =
      AgeOf(date, v1::TTL_ELIGIBILITY, question_.as_of, *question_.ttls);
  return say_.Fill(IsOld(age) ? "judge.documents.not_asked_old"
                              : "judge.documents.not_asked",
                   {{"value", Documents(rule)}, {"dated", Dated(age, date)}});
}

std::string Speaker::DocumentRuleSentence(const v1::DocumentRule& rule) const {
  if (rule.answer() == v1::NO) return NoDocumentSentence(rule);
  const v1::Provenance* date =
      rule.has_provenance() ? &rule.provenance() : nullptr;
  const std::string value = Documents(rule);
  const std::string dated = Dated(
      AgeOf(date, v1::TTL_ELIGIBILITY, question_.as_of, *question_.ttls), date);
  if (rule.answer() == v1::CONDITIONAL) {
    return say_.Fill("rule.documents_may",
                     {{"value", value}, {"dated", dated}});
  }
  if (rule.within_days() <= 0) {
    return say_.Fill("rule.documents_door",
                     {{"value", value}, {"dated", dated}});
  }
  return say_.Count("rule.documents_days", rule.within_days(),
                    {{"value", value}, {"dated", dated}});
}

std::string Speaker::IntakeHoursSentence(const v1::TextFact& hours) const {
  const v1::Provenance* date =
      hours.has_provenance() ? &hours.provenance() : nullptr;
  const v1::AgeState age =
      AgeOf(date, v1::TTL_ELIGIBILITY, question_.as_of, *question_.ttls);
  return say_.Fill("rule.intake_hours",
                   {{"value", hours.text()}, {"dated", Dated(age, date)}});
}

std::string Speaker::ModesText() const {
  std::string text;
  for (const Mode mode : need_.modes) {
    const std::string name = say_.Code(ModeCode(mode));
    text = text.empty()
               ? name
               : say_.Fill("value.or", {{"first", text}, {"second", name}});
  }
  return text.empty() ? say_.Code("in_person") : text;
}

std::string Speaker::BareSentence(const Finding& finding) const {
  const std::string dated = Dated(finding.age, finding.provenance);
  switch (finding.say) {
    case Say::kMode:
      return say_.Fill("judge.mode.absent", {{"value", ModesText()}});
    case Say::kPlace:
      return say_.Fill(row_.listing.confidential() ? "judge.place_private"
                                                   : "judge.place_approximate");
    case Say::kHours:
      return HoursSentence(finding);
    case Say::kStatus:
      return say_.Fill("judge.status.not_met");
    case Say::kOperatingState:
      return StateSentence(finding);
    case Say::kDoNotRefer:
      return say_.Fill("judge.do_not_refer");
    case Say::kDocument:
      return DocumentSentence(finding);
    case Say::kCoverageNotInForce:
      if (IsOld(finding.age)) return ClaimSentence(finding);
      return say_.Fill(
          "judge.coverage.pending",
          {{"claim", Capitalized(ClaimOf(finding))}, {"dated", dated}});
    case Say::kFree:
      if (IsOld(finding.age)) return ClaimSentence(finding);
      return say_.Fill("judge.cost.free", {{"dated", dated}});
    case Say::kPayLess:
      return say_.Fill("judge.cost.some", {{"dated", dated}});
    case Say::kNoCoverage:
      return say_.Fill(
          "fact.absent",
          {{"claim",
            Capitalized(say_.Claim("any.payments", say_.Code("no_payment")))}});
    case Say::kReentry:
      return say_.Fill("judge.reentry",
                       {{"value", say_.Count("value.days", finding.number)},
                        {"dated", dated}});
    case Say::kNoCutoff:
      return say_.Fill(
          IsOld(finding.age) ? "judge.no_cutoff_old" : "judge.no_cutoff",
          {{"dated", dated}});
    case Say::kIntakeHours:
      return IntakeHoursSentence(row_.listing.profile().any().intake_hours());
    case Say::kClaim:
      break;
  }
  const std::string sentence = ClaimSentence(finding);
  const bool listed = finding.owner == v1::LISTING;
  if (!listed || finding.rule != "housing.minimum_days_without_use") {
    return sentence;
  }
  return finding.recorded()
             ? say_.Fill("judge.house_rule", {{"sentence", sentence}})
             : say_.Fill("judge.house_rule_absent");
}

// What the person has, or has not, is no fact of the place.
std::string Speaker::FactOf(const Finding& finding) const {
  if (finding.say == Say::kDocument && finding.document != nullptr) {
    return DocumentRuleSentence(*finding.document);
  }
  if (finding.say == Say::kCoverageNotInForce) {
    Finding recorded = finding;
    recorded.answer = v1::YES;
    return ClaimSentence(recorded);
  }
  return BareSentence(finding);
}

std::string Speaker::SentenceOf(const Finding& finding) const {
  std::string sentence = BareSentence(finding);
  if (finding.owner == v1::AGENCY) {
    return say_.Fill("owner.agency", {{"sentence", sentence}});
  }
  if (finding.owner == v1::OBLIGATION) {
    const v1::Obligation& obligation = *finding.criterion->obligation;
    const std::string key = "owner." + obligation.owner();
    sentence = say_.Fill(say_.Has(key) ? key : "owner.other",
                         {{"sentence", sentence}});
    if (obligation.hours_required() > 0) {
      sentence = say_.Count("owner.hours", obligation.hours_required(),
                            {{"sentence", sentence}});
    }
    return sentence;
  }
  const bool not_wanted =
      finding.criterion != nullptr && finding.criterion->kind == v1::MUST_NOT;
  return not_wanted ? say_.Fill("owner.person_not", {{"sentence", sentence}})
                    : sentence;
}

std::string Speaker::QuestionOf(const Finding& finding) const {
  switch (finding.say) {
    case Say::kPlace:
      return say_.Fill("ask.place");
    case Say::kHours:
      return say_.Fill("ask.hours", {{"when", WhenText()}});
    case Say::kOperatingState:
      return say_.Fill("ask.operating_state");
    case Say::kDocument:
      return say_.Fill("ask.documents");
    case Say::kMode:
      return say_.Fill("ask.mode", {{"value", ModesText()}});
    case Say::kCoverageNotInForce:
      return say_.Fill("ask.coverage.pending");
    case Say::kPayLess:
    case Say::kNoCoverage:
      return say_.Fill("ask.coverage.none");
    case Say::kReentry:
      return say_.Fill("ask.housing.reentry_wait_days");
    case Say::kNoCutoff:
      return say_.Fill("ask.no_cutoff");
    case Say::kIntakeHours:
      return say_.Fill("ask.intake_hours", {{"value", finding.words}});
    default:
      break;
  }
  if (finding.rule == "service_area") {
    return say_.Fill("ask.service_area", {{"value", say_.Fill("value.home")}});
  }
  const std::string key = absl::StrCat("ask.", std::string(finding.rule));
  const std::string question =
      say_.Fill(say_.Has(key) ? key : "ask.fact",
                {{"value", ValueOf(finding)}, {"claim", ClaimOf(finding)}});
  const bool number =
      finding.field != nullptr && finding.field->kind == FactKind::kNumber;
  switch (Shown(finding)) {
    case v1::YES:
      return say_.Fill(number ? "ask.number_old" : "ask.yes_old",
                       {{"question", question}});
    case v1::NO:
      return say_.Fill(number ? "ask.number_old" : "ask.no_old",
                       {{"question", question}});
    case v1::CONDITIONAL:
      return say_.Fill(
          finding.words.empty() ? "ask.depends" : "ask.depends_words",
          {{"question", question}, {"words", finding.words}});
    default:
      return question;
  }
}

}  // namespace handrail::matcher
